/* Devices that elements of the ecosystem share by contexts, taken from neighbours and given to them.
 *
 * Memory of one logical device is useless to an element that works with
 * another, even on the same card. Such elements ask their neighbours for a
 * context before they open a device of their own. We ask as well, and answer
 * when nobody else does.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksbackendprivate.h"

#include <string.h>

/* "gst.vulkan.device" and "gst.vulkan.queue" are one family. */
static gboolean
is_of_family (const gchar * type, const gchar * other)
{
  const gchar *dot = strrchr (other, '.');
  gsize n = dot != NULL ? (gsize) (dot - other) + 1 : strlen (other);

  return strncmp (type, other, n) == 0;
}

/* So that nobody opens a device for a question that is about others. */
static gboolean
may_answer (const gchar * kind, const gchar * type)
{
  GstKsBackendClass *klass = gst_ks_backend_load_class (kind, NULL);
  gboolean shares = klass != NULL && klass->get_context != NULL
      && klass->context_type != NULL && is_of_family (type,
      klass->context_type);

  if (klass != NULL)
    g_type_class_unref (klass);
  return shares;
}

/**
 * gst_ks_backend_answer_context:
 * @kind: kind word
 * @device: (nullable): which one of the kind; %NULL: the backend's choice
 * @query: a CONTEXT query of a neighbour
 *
 * Gives a neighbour the device on which gst_ks_allocator_get() allocates, when
 * that is what it asks for; the allocator is made if need be. Let others answer
 * first: who has a device already keeps to it. Any thread.
 *
 * Returns: whether @query was answered
 *
 * Since: 0.9
 */
gboolean
gst_ks_backend_answer_context (const gchar * kind, const gchar * device,
    GstQuery * query)
{
  g_return_val_if_fail (kind != NULL, FALSE);
  g_return_val_if_fail (GST_QUERY_TYPE (query) == GST_QUERY_CONTEXT, FALSE);

  g_autoptr (GstAllocator) allocator = NULL;
  GstKsBackend *backend;
  GstContext *context;
  const gchar *type = NULL;

  if (!gst_query_parse_context_type (query, &type) || !may_answer (kind, type))
    return FALSE;
  allocator = gst_ks_allocator_get (kind, device, NULL);
  if (allocator == NULL)
    return FALSE;
  backend = gst_ks_backend_peek (allocator);
  if (backend == NULL           /* an application's own, by that name */
      || GST_KS_BACKEND_GET_CLASS (backend)->get_context == NULL)
    return FALSE;
  context = GST_KS_BACKEND_GET_CLASS (backend)->get_context (backend, type);
  if (context == NULL)
    return FALSE;
  gst_query_set_context (query, context);
  gst_context_unref (context);
  return TRUE;
}

static gboolean
ask_pad (GstElement * element, GstPad * pad, gpointer query)
{
  return !gst_pad_peer_query (pad, query);
}

/* NULL: no neighbour has one. */
static GstContext *
ask_neighbours (GstElement * element, const gchar * type)
{
  g_autoptr (GstQuery) query = gst_query_new_context (type);
  GstContext *context = NULL;

  if (gst_element_foreach_src_pad (element, ask_pad, query))
    (void) gst_element_foreach_sink_pad (element, ask_pad, query);
  gst_query_parse_context (query, &context);
  return context != NULL ? gst_context_ref (context) : NULL;
}

/**
 * gst_ks_backend_find_device:
 * @kind: kind word
 * @element: whose neighbours are asked, downstream first
 *
 * Which device the elements around @element work with already. Nothing is
 * opened. Not while a pad of @element is locked by the caller; any thread.
 *
 * Returns: (transfer full) (nullable): its name for gst_ks_backend_get() and
 *     gst_ks_allocator_get(); %NULL: none, or the one that is opened without a
 *     name, or a kind whose devices are not shared
 *
 * Since: 0.9
 */
gchar *
gst_ks_backend_find_device (const gchar * kind, GstElement * element)
{
  g_return_val_if_fail (kind != NULL, NULL);
  g_return_val_if_fail (GST_IS_ELEMENT (element), NULL);

  GstKsBackendClass *klass = gst_ks_backend_load_class (kind, NULL);
  GstContext *context;
  gchar *device = NULL;

  if (klass == NULL)
    return NULL;
  if (klass->context_type != NULL && klass->adopt_context != NULL) {
    context = ask_neighbours (element, klass->context_type);
    if (context != NULL) {
      device = klass->adopt_context (klass, context);
      gst_context_unref (context);
    }
  }
  g_type_class_unref (klass);
  return device;
}

/**
 * gst_ks_backend_get_for_memory:
 * @kind: kind word
 * @memory: any memory
 * @error: (nullable): where to say why not
 *
 * The backend for gst_ks_backend_transfer() with memory that may be of others:
 * elements of the ecosystem make memory of a kind on a device of theirs. Any
 * thread; may open a device.
 *
 * Errors: %GST_KS_ERROR_NOT_SUPPORTED for memory that is not of the kind, those
 * of gst_ks_backend_get().
 *
 * Returns: (transfer full) (nullable): the backend, open
 *
 * Since: 0.9
 */
GstKsBackend *
gst_ks_backend_get_for_memory (const gchar * kind, GstMemory * memory,
    GError ** error)
{
  g_return_val_if_fail (kind != NULL && memory != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  GstKsBackend *backend = gst_ks_backend_peek (memory->allocator);
  GstKsBackendClass *klass;
  g_autofree gchar *device = NULL;
  gboolean known;

  if (backend != NULL && g_str_equal (gst_ks_backend_peek_kind (backend), kind))
    return g_object_ref (backend);
  klass = gst_ks_backend_load_class (kind, error);
  if (klass == NULL)
    return NULL;
  known = klass->adopt_memory != NULL
      && klass->adopt_memory (klass, memory, &device);
  g_type_class_unref (klass);
  if (known)
    return gst_ks_backend_get (kind, device, error);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
      "memory of %s is not of the kind '%s'",
      GST_OBJECT_NAME (memory->allocator), kind);
  return NULL;
}
