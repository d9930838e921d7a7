/* GstKsFraming: what a pad needs of its frames, as a list of alternatives.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksrange.h>
#include <gst/ks/gstksratio.h>

G_BEGIN_DECLS

#define GST_TYPE_KS_FRAMING (gst_ks_framing_get_type ())
#define GST_TYPE_KS_FRAMING_FLAGS (gst_ks_framing_flags_get_type ())

/**
 * GstKsFramingFlags:
 * @GST_KS_FRAMING_FLAG_NONE: nothing is said
 * @GST_KS_FRAMING_FLAG_IN_PLACE: can work on the frame it got
 * @GST_KS_FRAMING_FLAG_FRAME_INTEGRITY: downstream must leave the data alone
 * @GST_KS_FRAMING_FLAG_MUST_ALLOCATE: frames have to be this pad's
 * @GST_KS_FRAMING_FLAG_CAN_ALLOCATE: can create this device memory, not only
 *     reach it
 * @GST_KS_FRAMING_FLAG_PREFERENCES_ONLY: size, alignment and kind are wishes
 * @GST_KS_FRAMING_FLAG_PARTIAL_READ: may read less than a frame
 * @GST_KS_FRAMING_FLAG_INSIST_ON_RATIO: the ratio of the framing must hold
 * @GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC: the CPU cannot map it
 * @GST_KS_FRAMING_FLAG_KERNEL_ONLY: not to be offered to a foreign element
 *
 * What a pad can do and insists on.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_FRAMING_FLAG_NONE = 0,
  GST_KS_FRAMING_FLAG_IN_PLACE = (1 << 0),
  GST_KS_FRAMING_FLAG_FRAME_INTEGRITY = (1 << 1),
  GST_KS_FRAMING_FLAG_MUST_ALLOCATE = (1 << 2),
  GST_KS_FRAMING_FLAG_CAN_ALLOCATE = (1 << 3),
  GST_KS_FRAMING_FLAG_PREFERENCES_ONLY = (1 << 4),
  GST_KS_FRAMING_FLAG_PARTIAL_READ = (1 << 5),
  GST_KS_FRAMING_FLAG_INSIST_ON_RATIO = (1 << 6),
  GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC = (1 << 7),
  GST_KS_FRAMING_FLAG_KERNEL_ONLY = (1 << 8)
} GstKsFramingFlags;

/**
 * GstKsFramingItem:
 * @memory: kind word, interned
 * @device: (nullable): which one of the kind, interned; %NULL: any
 * @bus: (nullable): bus word or GUID, interned; %NULL: any
 * @size: bytes the consumer sees; hard limit
 * @prefer: bytes; a wish, equal to @size when nothing was said
 * @frames: min is how many are held, max is the cap
 * @stride: bytes a row, each plane
 * @align: bytes, power of two, of the block's start
 * @prefix: bytes before the frame
 * @padding: bytes after the frame
 * @weight: how much this item is liked
 * @in_place_weight: added when joined to the other side
 * @not_in_place_weight: added when cut from the other side
 * @flags: what the pad can do and insists on
 *
 * One alternative of a framing. Initialise with %GST_KS_FRAMING_ITEM_INIT.
 *
 * Since: 0.9
 */
typedef struct _GstKsFramingItem GstKsFramingItem;

struct _GstKsFramingItem
{
  const gchar *memory;
  const gchar *device;
  const gchar *bus;
  GstKsRange size;
  GstKsRange prefer;
  GstKsRange frames;
  GstKsRange stride;
  guint64 align;
  guint64 prefix;
  guint64 padding;
  gint64 weight;
  gint64 in_place_weight;
  gint64 not_in_place_weight;
  GstKsFramingFlags flags;
};

/**
 * GST_KS_FRAMING_ITEM_INIT: (skip)
 * @kind: kind word
 *
 * Initialises an item that asks for nothing but its kind.
 *
 * Since: 0.9
 */
#define GST_KS_FRAMING_ITEM_INIT(kind) { (kind), NULL, NULL, \
    GST_KS_RANGE_INIT_ANY, GST_KS_RANGE_INIT_ANY, GST_KS_RANGE_INIT_ANY, \
    GST_KS_RANGE_INIT_ANY, 1, 0, 0, 0, 0, 0, GST_KS_FRAMING_FLAG_NONE }

/**
 * GstKsFraming:
 *
 * What a pad needs of its frames: alternatives, best first, and the ratio of
 * an element that changes sizes. Boxed, reference counted, immutable while it
 * is shared; any thread. Who holds the only reference may edit it:
 * gst_ks_framing_make_writable() gives such a one.
 *
 * Since: 0.9
 */
typedef struct _GstKsFraming GstKsFraming;

GST_KS_API GType          gst_ks_framing_get_type (void);
GST_KS_API GType          gst_ks_framing_flags_get_type (void);

GST_KS_API GstKsFraming * gst_ks_framing_new (const GstKsFramingItem *items, guint n_items, const GstKsRatio *ratio, GError **error);
GST_KS_API GstKsFraming * gst_ks_framing_parse (const gchar *text, GError **error);
GST_KS_API gchar *        gst_ks_framing_to_string (const GstKsFraming *framing);
GST_KS_API GstKsFraming * gst_ks_framing_ref (GstKsFraming *framing);
GST_KS_API void           gst_ks_framing_unref (GstKsFraming *framing);

GST_KS_API guint          gst_ks_framing_get_n_items (const GstKsFraming *framing);
GST_KS_API const GstKsFramingItem * gst_ks_framing_peek_item (const GstKsFraming *framing, guint index);
GST_KS_API gboolean       gst_ks_framing_get_item (const GstKsFraming *framing, guint index, GstKsFramingItem *item);
GST_KS_API const GstKsRatio * gst_ks_framing_peek_ratio (const GstKsFraming *framing);

/* KS: KsEdit. Only a framing that nobody else holds can be edited. */
GST_KS_API gboolean       gst_ks_framing_is_writable (const GstKsFraming *framing);
GST_KS_API GstKsFraming * gst_ks_framing_make_writable (GstKsFraming *framing);
GST_KS_API gboolean       gst_ks_framing_set_item (GstKsFraming *framing, guint index, const GstKsFramingItem *item, GError **error);
GST_KS_API gboolean       gst_ks_framing_set_ratio (GstKsFraming *framing, const GstKsRatio *ratio, GError **error);
GST_KS_API gboolean       gst_ks_framing_carve (GstKsFraming *framing, guint64 prefix, guint64 padding, GError **error);

/* What an item wants where it can have it, and several items together. */
GST_KS_API void           gst_ks_framing_item_get_effective_size (const GstKsFramingItem *item, GstKsRange *size);
GST_KS_API gboolean       gst_ks_framing_item_takes_size (const GstKsFramingItem *item, guint64 size);
GST_KS_API void           gst_ks_framing_item_weigh (const GstKsFramingItem *item, gboolean in_place, GstKsWeightedRange *weighted);

GST_KS_API gboolean       gst_ks_framing_equal (const GstKsFraming *a, const GstKsFraming *b);
GST_KS_API gboolean       gst_ks_framing_is_subset (const GstKsFraming *framing, const GstKsFraming *of);
/* NULL with GST_KS_ERROR_CONFLICT naming the field when they cannot meet. */
GST_KS_API GstKsFraming * gst_ks_framing_intersect (const GstKsFraming *a, const GstKsFraming *b, GError **error);
/* One item, one size (smallest legal, within prefer where possible), one kind; frames stay held..cap. */
GST_KS_API GstKsFraming * gst_ks_framing_fixate (const GstKsFraming *framing, GError **error);
GST_KS_API gboolean       gst_ks_framing_is_fixed (const GstKsFraming *framing);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKsFraming, gst_ks_framing_unref)

G_END_DECLS
