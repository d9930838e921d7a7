/* The framing of a pin as KS's bytes, and what its owner changes, with refusals.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspinprivate.h"
#include "gstkslock.h"
#include "gstkswire.h"

/**
 * gst_ks_pin_edit_item:
 * @pin: a pin of the caller's own
 * @index: of the item, from 0
 * @item: what it is from now on
 * @error: %GST_KS_ERROR_NOT_FOUND when there is no such item,
 *     %GST_KS_ERROR_INVALID when it cannot be
 *
 * Changes one item of the framing, in a copy: who has the framing keeps what it
 * has, and so do other pads that were given the same one. Nobody is told but
 * those who listen to the property. Any thread.
 *
 * KS: KsEdit, on the framing of a pin.
 *
 * Returns: %FALSE with @error, nothing changed, when it cannot be
 *
 * Since: 0.9
 */
gboolean
gst_ks_pin_edit_item (GstKsPin * pin, guint index,
    const GstKsFramingItem * item, GError ** error)
{
  g_return_val_if_fail (GST_IS_KS_PIN (pin), FALSE);
  g_return_val_if_fail (item != NULL, FALSE);

  g_autoptr (GstKsFraming) old = gst_ks_pin_get_framing (pin);
  g_autoptr (GstKsFraming) edited = NULL;
  guint n = old ? gst_ks_framing_get_n_items (old) : 0;

  if (index >= n) {
    g_autofree gchar *name = gst_ks_pin_name (pin);

    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
        "%s has %u framing items, none of them is number %u; set a framing"
        " that has it", name, n, index);
    return FALSE;
  }

  g_autofree GstKsFramingItem *items = g_new (GstKsFramingItem, n);
  for (guint i = 0; i < n; i++)
    items[i] = i == index ? *item : *gst_ks_framing_peek_item (old, i);
  edited = gst_ks_framing_new (items, n, gst_ks_framing_peek_ratio (old),
      error);
  if (edited == NULL)
    return FALSE;
  gst_ks_pin_set_framing (pin, edited);
  return TRUE;
}

/**
 * gst_ks_pin_set_preferred_surface:
 * @pin: a pin of the caller's own
 * @surface: a number of the card's own, not 0
 * @error: %GST_KS_ERROR_INVALID for 0
 *
 * Says in which surface of a card frames should lie; who knows the card reads
 * it as a property. Any thread.
 *
 * Returns: %FALSE with @error, nothing changed, for 0
 *
 * Since: 0.9
 */
gboolean
gst_ks_pin_set_preferred_surface (GstKsPin * pin, guint64 surface,
    GError ** error)
{
  g_return_val_if_fail (GST_IS_KS_PIN (pin), FALSE);

  if (surface == 0) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "0 is no surface; name one of the card's, or leave it unset");
    return FALSE;
  }
  gst_ks_mutex_lock (&pin->lock);
  pin->settings.preferred_surface = surface;
  gst_ks_mutex_unlock (&pin->lock);
  g_object_notify (G_OBJECT (pin), "preferred-surface");
  return TRUE;
}

/**
 * gst_ks_pin_get_framing_ex: (skip)
 * @pin: a pin
 * @buf: (array length=len) (nullable): where the bytes go
 * @len: how many bytes @buf has; 0: only @needed is wanted
 * @needed: (out) (optional): how many bytes there are
 * @error: %GST_KS_ERROR_TOO_SMALL, with @needed set, when @len is 0 (KS:
 *     BUFFER_OVERFLOW, a warning) or too small (KS: BUFFER_TOO_SMALL);
 *     %GST_KS_ERROR_NOT_FOUND for a pin without a framing
 *
 * Gives the framing as a KSALLOCATOR_FRAMING_EX, in two calls: the first
 * learns the size, the second gets the bytes. Any thread.
 *
 * KS: the get of KSPROPERTY_CONNECTION_ALLOCATORFRAMING_EX.
 *
 * Returns: whether the bytes are in @buf
 *
 * Since: 0.9
 */
gboolean
gst_ks_pin_get_framing_ex (GstKsPin * pin, guint8 * buf, gsize len,
    gsize * needed, GError ** error)
{
  g_return_val_if_fail (GST_IS_KS_PIN (pin), FALSE);
  g_return_val_if_fail (buf != NULL || len == 0, FALSE);

  g_autoptr (GstKsFraming) framing = gst_ks_pin_get_framing (pin);
  if (framing)
    return gst_ks_framing_write_wire (framing, GST_KS_WIRE_FORM_EX, buf, len,
        needed, error);
  g_autofree gchar *name = gst_ks_pin_name (pin);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
      "%s has no framing; gst_ks_pin_set_framing() gives it one", name);
  return FALSE;
}
