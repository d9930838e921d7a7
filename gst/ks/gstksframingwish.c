/* What an item of a framing wants where it can have it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksframing.h"

/**
 * gst_ks_framing_item_get_effective_size:
 * @item: an item
 * @size: (out): bytes
 *
 * The sizes to offer first: what is both possible and preferred, or what is
 * possible where nothing is both. Any thread. KS: PhysicalRange and
 * FramingRange.
 *
 * Since: 0.9
 */
void
gst_ks_framing_item_get_effective_size (const GstKsFramingItem * item,
    GstKsRange * size)
{
  g_return_if_fail (item != NULL && size != NULL);

  *size = item->size;
  (void) gst_ks_range_intersect (&item->size, &item->prefer, size);
}

/**
 * gst_ks_framing_item_takes_size:
 * @item: an item
 * @size: bytes of a frame
 *
 * Any thread. KS: without PREFERENCES_ONLY the PhysicalRange is mandatory.
 *
 * Returns: %FALSE when frames of @size bytes are of no use; what is
 *   preferences-only takes every size
 *
 * Since: 0.9
 */
gboolean
gst_ks_framing_item_takes_size (const GstKsFramingItem * item, guint64 size)
{
  g_return_val_if_fail (item != NULL, FALSE);

  return (item->flags & GST_KS_FRAMING_FLAG_PREFERENCES_ONLY) != 0
      || gst_ks_range_contains (&item->size, size);
}

/**
 * gst_ks_framing_item_weigh:
 * @item: an item
 * @in_place: whether the pad is joined to its other side
 * @weighted: (out): what the item prefers and how much
 *
 * The item's part in gst_ks_range_optimum(). Sizes are the item's own: who mixes
 * pads on both sides of an element that changes sizes brings them to one side
 * first. Any thread. KS: InPlaceWeight and NotInPlaceWeight.
 *
 * Since: 0.9
 */
void
gst_ks_framing_item_weigh (const GstKsFramingItem * item, gboolean in_place,
    GstKsWeightedRange * weighted)
{
  g_return_if_fail (item != NULL && weighted != NULL);

  weighted->range = item->prefer;
  weighted->weight = in_place ? item->in_place_weight
      : item->not_in_place_weight;
}
