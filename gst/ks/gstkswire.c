/* Framings as KS's bytes.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkswire.h"

#include <string.h>

static GstKsFraming *
from_wire_ex (GBytes * bytes, GStrv * complaints, GError ** error)
{
  g_auto (GstKsAbiFramingEx) ex = { 0, 0, {0, 0, 0}, 0, NULL };

  if (!gst_ks_abi_decode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, bytes, &ex, error))
    return NULL;
  return gst_ks_framing_from_abi (&ex, complaints, error);
}

/**
 * gst_ks_framing_from_wire:
 * @data: (array length=size): KS's bytes, little-endian
 * @size: how many
 * @form: which structure they are
 * @complaints: (out) (optional) (transfer full) (array zero-terminated=1): what
 *   was read otherwise than it is written, or left out; each has the field
 * @error: return location for a #GError
 *
 * As gst_ks_framing_from_abi(), gst_ks_framing_from_abi_old() or
 * gst_ks_framing_from_abi_fixed(), which have the details.
 *
 * Fails with %GST_KS_ERROR_TOO_SMALL when the structure is cut off and with
 * %GST_KS_ERROR_INVALID for values that cannot be. Any thread.
 *
 * Returns: (transfer full) (nullable): the framing
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_framing_from_wire (const guint8 * data, gsize size, GstKsWireForm form,
    GStrv * complaints, GError ** error)
{
  g_autoptr (GBytes) bytes = NULL;
  GstKsAbiFraming framing;

  g_return_val_if_fail (data != NULL || size == 0, NULL);

  bytes = g_bytes_new (data, size);
  if (form == GST_KS_WIRE_FORM_EX)
    return from_wire_ex (bytes, complaints, error);
  if (!gst_ks_abi_decode (form == GST_KS_WIRE_FORM_OLD
          ? GST_KS_ABI_KSALLOCATOR_FRAMING
          : GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE, bytes, &framing, error))
    return NULL;
  return form == GST_KS_WIRE_FORM_OLD
      ? gst_ks_framing_from_abi_old (&framing, complaints, error)
      : gst_ks_framing_from_abi_fixed (&framing, complaints, error);
}

static GBytes *
to_wire_ex (const GstKsFraming * framing, GError ** error)
{
  g_auto (GstKsAbiFramingEx) ex = { 0, 0, {0, 0, 0}, 0, NULL };

  if (!gst_ks_framing_to_abi (framing, &ex, NULL, error))
    return NULL;
  return gst_ks_abi_encode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, &ex);
}

/**
 * gst_ks_framing_to_wire:
 * @framing: a framing
 * @form: which structure to write
 * @error: return location for a #GError
 *
 * As gst_ks_framing_to_abi(), gst_ks_framing_to_abi_old() or
 * gst_ks_framing_to_abi_fixed(), which have the details and tell what was left
 * out.
 *
 * Fails with %GST_KS_ERROR_INVALID, naming field and value, for what the
 * structure cannot carry. Any thread.
 *
 * Returns: (transfer full) (nullable): the bytes, little-endian
 *
 * Since: 0.9
 */
GBytes *
gst_ks_framing_to_wire (const GstKsFraming * framing, GstKsWireForm form,
    GError ** error)
{
  GstKsAbiFraming old;

  g_return_val_if_fail (framing != NULL, NULL);

  if (form == GST_KS_WIRE_FORM_EX)
    return to_wire_ex (framing, error);
  if (form == GST_KS_WIRE_FORM_OLD
      ? !gst_ks_framing_to_abi_old (framing, &old, NULL, error)
      : !gst_ks_framing_to_abi_fixed (framing, &old, NULL, error))
    return NULL;
  return gst_ks_abi_encode (form == GST_KS_WIRE_FORM_OLD
      ? GST_KS_ABI_KSALLOCATOR_FRAMING
      : GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE, &old);
}

/**
 * gst_ks_framing_write_wire:
 * @framing: a framing
 * @form: which structure to write
 * @buf: (array length=len) (nullable): where to
 * @len: how many bytes @buf has; with 0 only @needed is wanted
 * @needed: (out) (optional): how many bytes the structure has
 * @error: return location for a #GError
 *
 * KS's two calls: the first learns the size, the second gets the bytes.
 *
 * Fails with %GST_KS_ERROR_TOO_SMALL when @len is 0 (KS: BUFFER_OVERFLOW, a
 * warning) or too small (KS: BUFFER_TOO_SMALL); @needed is set and @buf left
 * alone. Fails as gst_ks_framing_to_wire() does, and then @needed is left alone
 * too. Any thread.
 *
 * Returns: whether the bytes are in @buf
 *
 * Since: 0.9
 */
gboolean
gst_ks_framing_write_wire (const GstKsFraming * framing, GstKsWireForm form,
    guint8 * buf, gsize len, gsize * needed, GError ** error)
{
  g_autoptr (GBytes) bytes = NULL;
  gconstpointer data;
  gsize size;

  g_return_val_if_fail (framing != NULL, FALSE);
  g_return_val_if_fail (buf != NULL || len == 0, FALSE);

  bytes = gst_ks_framing_to_wire (framing, form, error);
  if (bytes == NULL)
    return FALSE;
  data = g_bytes_get_data (bytes, &size);
  if (needed != NULL)
    *needed = size;
  if (len < size) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_TOO_SMALL,
        "the framing takes %" G_GSIZE_FORMAT " bytes and there are %"
        G_GSIZE_FORMAT "; call again with so many", size, len);
    return FALSE;
  }
  memcpy (buf, data, size);
  return TRUE;
}
