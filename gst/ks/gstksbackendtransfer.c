/* Bytes between a backend's memory and other memory: by the hardware, mapped, or not at all.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksbackendprivate.h"

#include <string.h>

gboolean
gst_ks_backend_outcome (GstKsBackend * self, const gchar * what,
    gboolean success, GError ** error)
{
  if (success == (*error == NULL))
    return success;

  g_autofree gchar *text = g_strdup_printf (success ?
      "%s succeeded and set an error" : "%s failed without a reason", what);

  g_clear_error (error);
  gst_ks_backend_contract_error (error, gst_ks_backend_peek_kind (self), text);
  return FALSE;
}

static gboolean
copy_mapped (GstMemory * dst, GstMemory * src, GError ** error)
{
  GstMapInfo from, to;

  if (!gst_memory_map (src, &from, GST_MAP_READ)) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "cannot copy: the source cannot be mapped for reading");
    return FALSE;
  }
  if (!gst_memory_map (dst, &to, GST_MAP_WRITE)) {
    gst_memory_unmap (src, &from);
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "cannot copy: the destination cannot be mapped for writing");
    return FALSE;
  }
  memcpy (to.data, from.data, from.size);
  gst_memory_unmap (dst, &to);
  gst_memory_unmap (src, &from);
  return TRUE;
}

/* Memory of the kind may be larger than the picture in it, which the backend
 * knows: it is the one who compares sizes then. */
static gboolean
knows_room (GstKsBackendClass * klass, GstMemory * memory)
{
  GstKsBackend *owner = gst_ks_backend_peek (memory->allocator);
  g_autofree gchar *device = NULL;

  if (klass->transfer == NULL || klass->adopt_memory == NULL)
    return FALSE;
  return owner != NULL ? GST_KS_BACKEND_GET_CLASS (owner) == klass
      : klass->adopt_memory (klass, memory, &device);
}

/**
 * gst_ks_backend_transfer:
 * @self: a backend of gst_ks_backend_get()
 * @dst: memory to write; not @src and not shorter than its bytes, or than the
 *     picture in them where the backend knows pictures
 * @src: memory to read; one of the two is of this backend's kind
 * @error: (nullable): where to say why not
 *
 * Copies all bytes of @src to the start of @dst, by the hardware where it
 * can. Any thread.
 *
 * Errors: %GST_KS_ERROR_INVALID when @dst is too short, the backend's own,
 * %GST_KS_ERROR_FAILED when something cannot be mapped.
 *
 * Returns: whether everything was copied
 *
 * Since: 0.9
 */
gboolean
gst_ks_backend_transfer (GstKsBackend * self, GstMemory * dst, GstMemory * src,
    GError ** error)
{
  g_return_val_if_fail (GST_IS_KS_BACKEND (self), FALSE);
  g_return_val_if_fail (dst != NULL && src != NULL && dst != src, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  GstKsBackendClass *klass = GST_KS_BACKEND_GET_CLASS (self);
  gsize room = gst_memory_get_sizes (dst, NULL, NULL);
  gsize size = gst_memory_get_sizes (src, NULL, NULL);
  GError *reason = NULL;

  if (size > room && !knows_room (klass, src)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "%" G_GSIZE_FORMAT " bytes do not fit into %" G_GSIZE_FORMAT, size,
        room);
    return FALSE;
  }
  if (!klass->transfer)
    return copy_mapped (dst, src, error);
  if (gst_ks_backend_outcome (self, "transfer", klass->transfer (self, dst, src,
              &reason), &reason))
    return TRUE;
  g_propagate_error (error, reason);
  return FALSE;
}

/**
 * gst_ks_backend_import:
 * @self: a backend of gst_ks_backend_get()
 * @memory: memory of another kind
 * @error: (nullable): where to say why not
 *
 * Makes memory of this backend's kind out of @memory, without copying: both
 * hold the same bytes. Any thread.
 *
 * Errors: %GST_KS_ERROR_NOT_SUPPORTED for memory that this kind cannot take,
 * the backend's own, %GST_KS_ERROR_FAILED for a broken contract.
 *
 * Returns: (transfer full) (nullable): memory that keeps @memory alive, or %NULL
 *
 * Since: 0.9
 */
GstMemory *
gst_ks_backend_import (GstKsBackend * self, GstMemory * memory, GError ** error)
{
  g_return_val_if_fail (GST_IS_KS_BACKEND (self), NULL);
  g_return_val_if_fail (memory != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  GstKsBackendClass *klass = GST_KS_BACKEND_GET_CLASS (self);
  GstMemory *made = NULL;
  GError *reason = NULL;

  if (!klass->import) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "memory kind '%s' takes no memory of others", klass->kind);
    return NULL;
  }
  made = klass->import (self, memory, &reason);
  if (!gst_ks_backend_outcome (self, "import", made != NULL, &reason)) {
    g_propagate_error (error, reason);
    g_clear_pointer (&made, gst_memory_unref);
    return NULL;
  }
  if (gst_memory_get_sizes (made, NULL, NULL)
      >= gst_memory_get_sizes (memory, NULL, NULL))
    return made;
  gst_ks_backend_contract_error (error, klass->kind,
      "import gave memory that is shorter");
  gst_memory_unref (made);
  return NULL;
}
