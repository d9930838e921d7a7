/* GstKsPin: what a pad says of its frames, and who allocates for it. Attached to any pad.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstkspinquery.h>
#include <gst/ks/gstkspool.h>

G_BEGIN_DECLS

/**
 * GstKsPin:
 *
 * The KS side of a pad: its framing, what it read of its peer's, and who
 * allocates. The pad owns it. Thread-safe.
 *
 * Since: 0.1
 */
#define GST_TYPE_KS_PIN (gst_ks_pin_get_type ())
GST_KS_API
G_DECLARE_FINAL_TYPE (GstKsPin, gst_ks_pin, GST, KS_PIN, GObject)

/**
 * GstKsPinFlags:
 * @GST_KS_PIN_FLAG_NONE: nothing is said
 * @GST_KS_PIN_FLAG_KERNEL_ONLY: no frame of this pin's memory may come to a
 *     foreign element, one whose pads have no pin
 * @GST_KS_PIN_FLAG_PASSES: what comes in may leave the element at the other
 *     side, as it is or changed in place
 * @GST_KS_PIN_FLAG_CODEC: of an encoder or decoder: at least three frames, and
 *     on a sink pad the size range is not heeded
 * @GST_KS_PIN_FLAG_READ_ONLY: who gets the frames has to copy before changing
 *
 * What a pin does with frames.
 *
 * Since: 0.1
 */
typedef enum
{
  GST_KS_PIN_FLAG_NONE = 0,
  GST_KS_PIN_FLAG_KERNEL_ONLY = (1 << 0),
  GST_KS_PIN_FLAG_PASSES = (1 << 1),
  GST_KS_PIN_FLAG_CODEC = (1 << 2),
  GST_KS_PIN_FLAG_READ_ONLY = (1 << 3)
} GstKsPinFlags;

#define GST_TYPE_KS_PIN_FLAGS (gst_ks_pin_flags_get_type ())
GST_KS_API GType gst_ks_pin_flags_get_type (void);

/**
 * GstKsFramingCacheOp:
 * @GST_KS_FRAMING_CACHE_UPDATE: past the cache: ask the peer now
 * @GST_KS_FRAMING_CACHE_READ_LAST: what was read last; asks if nothing was
 * @GST_KS_FRAMING_CACHE_READ_ORIG: what was read first; asks if nothing was
 * @GST_KS_FRAMING_CACHE_WRITE: what was written
 *
 * Which of the three slots of a pin's cache is meant (KS: FRAMING_CACHE_OPS,
 * same numbers).
 *
 * Since: 0.1
 */
typedef enum
{
  GST_KS_FRAMING_CACHE_UPDATE = 0,
  GST_KS_FRAMING_CACHE_READ_LAST = 1,
  GST_KS_FRAMING_CACHE_READ_ORIG = 2,
  GST_KS_FRAMING_CACHE_WRITE = 3
} GstKsFramingCacheOp;

#define GST_TYPE_KS_FRAMING_CACHE_OP (gst_ks_framing_cache_op_get_type ())
GST_KS_API GType gst_ks_framing_cache_op_get_type (void);

/* The pin of a pad. */
GST_KS_API GstKsPin *     gst_ks_pin_get (GstPad *pad, gboolean create);
GST_KS_API GstKsPin *     gst_ks_pin_adopt (GstPad *pad);
GST_KS_API GstPad *       gst_ks_pin_get_pad (GstKsPin *pin);
GST_KS_API gboolean       gst_ks_pin_answer (GstKsPin *pin, GstQuery *query);

/* Its framing; for everybody else it is read-only. */
GST_KS_API GstKsFraming * gst_ks_pin_get_framing (GstKsPin *pin);
GST_KS_API void           gst_ks_pin_set_framing (GstKsPin *pin, GstKsFraming *framing);

/* What the peer's pin says. */
GST_KS_API GstKsFraming * gst_ks_pin_read_peer_framing (GstKsPin *pin, GstKsFramingCacheOp op, GError **error);
GST_KS_API void           gst_ks_pin_write_peer_framing (GstKsPin *pin, GstKsFraming *framing);
GST_KS_API GstKsFramingProp gst_ks_pin_get_peer_form (GstKsPin *pin);

/* The allocator that it was given to take frames from. */
GST_KS_API gboolean       gst_ks_pin_supports_allocator (GstKsPin *pin);
GST_KS_API gboolean       gst_ks_pin_set_allocator (GstKsPin *pin, GstKsPool *allocator, GError **error);
GST_KS_API GstKsPool *    gst_ks_pin_debug_allocator (GstKsPin *pin);

G_END_DECLS
