/* Editing a framing, which is copying it first where somebody else has it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The framing that a template holds is shared by all its pads. A pad that learns
 * its format makes it writable, which gives it a copy of its own with all items,
 * and edits that.
 */
#include "gstksframingfield.h"
#include "gstkssize.h"

/**
 * gst_ks_framing_is_writable:
 * @framing: a framing
 *
 * Any thread; true stays true only for who holds the reference.
 *
 * Returns: whether there is only one reference
 *
 * Since: 0.9
 */
gboolean
gst_ks_framing_is_writable (const GstKsFraming * framing)
{
  g_return_val_if_fail (framing != NULL, FALSE);

  return g_atomic_ref_count_compare ((gatomicrefcount *) & framing->ref_count,
      1);
}

/**
 * gst_ks_framing_make_writable:
 * @framing: (transfer full): a framing
 *
 * Use it as gst_caps_make_writable(). Whoever else has the framing keeps it as
 * it was. Any thread. KS: KsEdit, and KsEditSized, for all items are copied.
 *
 * Returns: (transfer full): @framing when nobody else has it, or else a copy
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_framing_make_writable (GstKsFraming * framing)
{
  GstKsFraming *copy;

  g_return_val_if_fail (framing != NULL, NULL);

  if (gst_ks_framing_is_writable (framing))
    return framing;
  copy = gst_ks_framing_new (framing->items, framing->n_items,
      &framing->ratio, NULL);
  g_assert (copy != NULL);      /* what is in a framing is valid */
  gst_ks_framing_unref (framing);
  return copy;
}

static gboolean
check_writable (const GstKsFraming * framing, GError ** error)
{
  if (gst_ks_framing_is_writable (framing))
    return TRUE;
  g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_STATE,
      "the framing is shared and cannot be edited; call "
      "gst_ks_framing_make_writable() first");
  return FALSE;
}

/**
 * gst_ks_framing_set_item:
 * @framing: a framing that is writable
 * @index: which alternative, 0 is the best
 * @item: what it becomes, copied
 * @error: return location for a #GError
 *
 * Values are checked and brought into their one form as gst_ks_framing_new()
 * does. Who edits a copy of the old item has to look at its prefer too, which
 * was the old size when nothing else was said.
 *
 * Fails with %GST_KS_ERROR_STATE when the framing is shared, with
 * %GST_KS_ERROR_NOT_FOUND when there is no such item, and with
 * %GST_KS_ERROR_INVALID, naming the field; the framing is then as it was. From
 * the thread that owns the reference.
 *
 * Returns: whether the item was set
 *
 * Since: 0.9
 */
gboolean
gst_ks_framing_set_item (GstKsFraming * framing, guint index,
    const GstKsFramingItem * item, GError ** error)
{
  GstKsFramingItem settled;

  g_return_val_if_fail (framing != NULL && item != NULL, FALSE);

  if (!check_writable (framing, error))
    return FALSE;
  if (index >= framing->n_items) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
        "no item %u; the framing has %u", index + 1, framing->n_items);
    return FALSE;
  }
  settled = *item;
  if (!gst_ks_framing_settle (&settled, NULL, error)) {
    g_prefix_error (error, "item %u: ", index + 1);
    return FALSE;
  }
  framing->items[index] = settled;
  return TRUE;
}

/**
 * gst_ks_framing_set_ratio:
 * @framing: a framing that is writable
 * @ratio: what its ratio becomes
 * @error: return location for a #GError
 *
 * Fails with %GST_KS_ERROR_STATE when the framing is shared and with
 * %GST_KS_ERROR_INVALID for a ratio that cannot be; the framing is then as it
 * was. From the thread that owns the reference.
 *
 * Returns: whether the ratio was set
 *
 * Since: 0.9
 */
gboolean
gst_ks_framing_set_ratio (GstKsFraming * framing, const GstKsRatio * ratio,
    GError ** error)
{
  GstKsRatio settled;

  g_return_val_if_fail (framing != NULL && ratio != NULL, FALSE);

  settled = *ratio;
  if (!check_writable (framing, error)
      || !gst_ks_ratio_normalize (&settled, error))
    return FALSE;
  framing->ratio = settled;
  return TRUE;
}

/* Sizes with margins to sizes without; legal ones that have no room go. */
static gboolean
range_carve (GstKsRange * range, gsize margins)
{
  gboolean open = range->max > GST_KS_RANGE_LIMIT - MAX (range->step, 1);
  guint64 min;

  if (gst_ks_range_is_any (range))
    return TRUE;
  if (!gst_ks_range_ceil (range, margins, &min))
    return FALSE;
  range->min = min - margins;
  range->max = open ? GST_KS_RANGE_LIMIT : range->max - margins;
  return gst_ks_range_normalize (range, NULL);
}

static gboolean
item_carve (GstKsFramingItem * item, guint64 prefix, guint64 padding,
    GError ** error)
{
  gsize margins;

  if (!gst_ks_size_add (prefix, padding, &margins)
      || !range_carve (&item->size, margins)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "size: no frame has room for a prefix of %" G_GUINT64_FORMAT
        " and a padding of %" G_GUINT64_FORMAT " bytes; ask for less", prefix,
        padding);
    return FALSE;
  }
  if (!range_carve (&item->prefer, margins))
    item->prefer = item->size;
  if (gst_ks_size_add (item->prefix, prefix, &item->prefix)
      && gst_ks_size_add (item->padding, padding, &item->padding))
    return gst_ks_framing_settle (item, NULL, error);
  g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
      "prefix and padding are above 2^62; ask for less");
  return FALSE;
}

/**
 * gst_ks_framing_carve:
 * @framing: a framing that is writable
 * @prefix: bytes before each frame
 * @padding: bytes behind each frame
 * @error: return location for a #GError
 *
 * Makes room for @prefix and @padding inside the sizes of all items: of a size
 * of 1024 with 16 and 8 a size of 1000 is left. What came from the wire says
 * nothing of them: KS counts them in the size of a frame, and who uses the
 * frames knows. A size that asks for nothing stays so.
 *
 * Fails with %GST_KS_ERROR_STATE when the framing is shared and with
 * %GST_KS_ERROR_INVALID when an item has no size with so much room; the framing
 * is then as it was. From the thread that owns the reference. KS: FrameSize
 * includes prefix and postfix.
 *
 * Returns: whether there was room
 *
 * Since: 0.9
 */
gboolean
gst_ks_framing_carve (GstKsFraming * framing, guint64 prefix, guint64 padding,
    GError ** error)
{
  g_autofree GstKsFramingItem *items = NULL;

  g_return_val_if_fail (framing != NULL, FALSE);

  if (!check_writable (framing, error))
    return FALSE;
  items = g_memdup2 (framing->items,
      framing->n_items * sizeof (GstKsFramingItem));
  for (guint i = 0; i < framing->n_items; i++) {
    if (item_carve (&items[i], prefix, padding, error))
      continue;
    g_prefix_error (error, "item %u: ", i + 1);
    return FALSE;
  }
  g_free (framing->items);
  framing->items = g_steal_pointer (&items);
  return TRUE;
}
