/* One GPU: its context, shared by all that is on it, and what its results mean.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "kscudaapi.h"

#include <gst/ks/gstkslock.h>
#include <stdlib.h>

/* A context costs the GPU some hundred megabytes, so there is one a device, as
 * long as anybody has it: the one that a pipeline had first, or ours. Elements
 * of a pipeline that has another go over to that of the memory they get. */
static GMutex contexts_lock;
static GHashTable *contexts;    /* ordinal -> GWeakRef to a GstCudaContext */

static GWeakRef *
context_slot (gint ordinal)
{
  GWeakRef *slot;

  if (contexts == NULL)
    contexts = g_hash_table_new (NULL, NULL);
  slot = g_hash_table_lookup (contexts, GINT_TO_POINTER (ordinal));
  if (slot == NULL) {
    slot = g_new0 (GWeakRef, 1);
    g_weak_ref_init (slot, NULL);
    g_hash_table_insert (contexts, GINT_TO_POINTER (ordinal), slot);
  }
  return slot;
}

static GstObject *
get_context (const KsCudaApi * api, gint ordinal)
{
  GstObject *context;
  GWeakRef *slot;

  gst_ks_mutex_lock (&contexts_lock);
  slot = context_slot (ordinal);
  context = g_weak_ref_get (slot);
  if (context == NULL) {
    context = api->gst_context_new (ordinal);
    g_weak_ref_set (slot, context);
  }
  gst_ks_mutex_unlock (&contexts_lock);
  return context;
}

gint
ks_cuda_context_get_ordinal (GstObject * context)
{
  guint ordinal = 0;

  g_object_get (context, "cuda-device-id", &ordinal, NULL);
  return ordinal;
}

gchar *
ks_cuda_context_adopt (GstObject * context)
{
  gint ordinal = ks_cuda_context_get_ordinal (context);
  GWeakRef *slot;
  GstObject *known;

  gst_ks_mutex_lock (&contexts_lock);
  slot = context_slot (ordinal);
  known = g_weak_ref_get (slot);
  if (known == NULL)
    g_weak_ref_set (slot, context);
  gst_ks_mutex_unlock (&contexts_lock);
  gst_clear_object (&known);
  return g_strdup_printf ("%d", ordinal);
}

gchar *
ks_cuda_adopt_context (GstKsBackendClass * klass, GstContext * context)
{
  const GstStructure *structure = gst_context_get_structure (context);
  const GValue *value =
      gst_structure_get_value (structure, KS_CUDA_CONTEXT_TYPE);
  const KsCudaApi *api = ks_cuda_api (NULL);

  return api != NULL && value != NULL
      && G_VALUE_HOLDS (value, api->gst_context_get_type ())
      && g_value_get_object (value) != NULL ?
      ks_cuda_context_adopt (g_value_get_object (value)) : NULL;
}

GstContext *
ks_cuda_device_new_context (const KsCudaDevice * self, const gchar * type)
{
  GstContext *context;

  if (!g_str_equal (type, KS_CUDA_CONTEXT_TYPE))
    return NULL;
  context = gst_context_new (KS_CUDA_CONTEXT_TYPE, TRUE);
  gst_structure_set (gst_context_writable_structure (context),
      KS_CUDA_CONTEXT_TYPE, self->api->gst_context_get_type (), self->context,
      "cuda-device-id", G_TYPE_UINT, self->ordinal, NULL);
  return context;
}

gboolean
ks_cuda_device_open (KsCudaDevice * self, const gchar * device, GError ** error)
{
  gint n = 0;

  self->api = ks_cuda_api (error);
  if (self->api == NULL)
    return FALSE;
  /* a word that is no ordinal of the list never comes this far */
  self->ordinal = device != NULL ? atoi (device) : 0;
  if (!ks_cuda_device_check (self, self->api->device_count (&n),
          "cuDeviceGetCount", error))
    return FALSE;
  if (self->ordinal >= n) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "NVIDIA's driver has no GPU with the number %d, but %d in all; see"
        " whether CUDA_VISIBLE_DEVICES hides it", self->ordinal, n);
    return FALSE;
  }
  if (self->api->device_name (self->name, sizeof self->name, self->ordinal))
    self->name[0] = '\0';
  self->context = get_context (self->api, self->ordinal);
  if (self->context != NULL) {
    self->handle = self->api->gst_context_get_handle (self->context);
    return TRUE;
  }
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "GPU %d (%s) gives no context: its memory is full, or it is set to "
      "exclusive use and somebody has it; nvidia-smi shows who",
      self->ordinal, self->name);
  return FALSE;
}

void
ks_cuda_device_close (KsCudaDevice * self)
{
  gst_clear_object (&self->context);
}

gboolean
ks_cuda_device_check (const KsCudaDevice * self, gint result,
    const gchar * call, GError ** error)
{
  const gchar *name = NULL, *text = NULL;

  if (result == 0)
    return TRUE;
  (void) self->api->error_name (result, &name);
  (void) self->api->error_string (result, &text);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
      "GPU %d (%s): %s: %s (%d, %s); nvidia-smi and the kernel's log say "
      "whether it is lost; what it made is gone then, and the program must be "
      "started anew", self->ordinal, self->name, call,
      name ? name : "unknown result", result, text ? text : "no text");
  return FALSE;
}

gboolean
ks_cuda_device_check_alloc (const KsCudaDevice * self, gint result,
    const gchar * call, gsize size, GError ** error)
{
  gsize available = 0, total = 0;

  if (result != KS_CUDA_OUT_OF_MEMORY)
    return ks_cuda_device_check (self, result, call, error);
  if (!ks_cuda_device_check (self, self->api->memory_info (&available, &total),
          "cuMemGetInfo", error))
    return FALSE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
      "GPU %d (%s): %s: no %" G_GSIZE_FORMAT " bytes; %" G_GSIZE_FORMAT
      " of its %" G_GSIZE_FORMAT " are available; have fewer or smaller frames,"
      " or end what else is on it (nvidia-smi)", self->ordinal, self->name,
      call, size, available, total);
  return FALSE;
}

gboolean
ks_cuda_device_enter (const KsCudaDevice * self, GError ** error)
{
  return ks_cuda_device_check (self, self->api->context_push (self->handle),
      "cuCtxPushCurrent", error);
}

void
ks_cuda_device_leave (const KsCudaDevice * self)
{
  gpointer handle = NULL;

  (void) self->api->context_pop (&handle);
}
