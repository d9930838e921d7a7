/* Items of a framing as KS_FRAMING_ITEM, field by field.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Numbers are 64 bits wide here and 32 there: what does not fit is an error.
 * An upper end of 0xFFFFFFFF is none. Prefix and padding are inside the sizes
 * there: they are added on the way out and nobody knows them on the way in.
 */
#include "gstkssize.h"
#include "gstkswireprivate.h"

/* Flags */

typedef struct
{
  GstKsFramingFlags flag;
  guint32 bit;
} FlagBit;

static const FlagBit flag_bits[] = {
  {GST_KS_FRAMING_FLAG_IN_PLACE,
      GST_KSALLOCATOR_REQUIREMENTF_INPLACE_MODIFIER},
  {GST_KS_FRAMING_FLAG_FRAME_INTEGRITY,
      GST_KSALLOCATOR_REQUIREMENTF_FRAME_INTEGRITY},
  {GST_KS_FRAMING_FLAG_MUST_ALLOCATE,
      GST_KSALLOCATOR_REQUIREMENTF_MUST_ALLOCATE},
  {GST_KS_FRAMING_FLAG_PREFERENCES_ONLY,
      GST_KSALLOCATOR_REQUIREMENTF_PREFERENCES_ONLY},
  {GST_KS_FRAMING_FLAG_PARTIAL_READ,
      GST_KSALLOCATOR_FLAG_PARTIAL_READ_SUPPORT},
  {GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC, GST_KSALLOCATOR_FLAG_DEVICE_SPECIFIC},
  {GST_KS_FRAMING_FLAG_CAN_ALLOCATE, GST_KSALLOCATOR_FLAG_CAN_ALLOCATE},
  {GST_KS_FRAMING_FLAG_INSIST_ON_RATIO,
      GST_KSALLOCATOR_FLAG_INSIST_ON_FRAMESIZE_RATIO},
};

static gboolean
flags_in (GstKsWire * wire, const GstKsAbiFramingItem * abi,
    GstKsFramingItem * item)
{
  guint32 must = GST_KSALLOCATOR_REQUIREMENTF_MUST_ALLOCATE;
  guint32 left = abi->flags & ~(GST_KSALLOCATOR_REQUIREMENTF_SYSTEM_MEMORY
      | GST_KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED);
  guint flags = 0;

  for (guint i = 0; i < G_N_ELEMENTS (flag_bits); i++) {
    if ((left & flag_bits[i].bit) != 0)
      flags |= flag_bits[i].flag;
    left &= ~flag_bits[i].bit;
  }
  /* insisting in either place is insisting */
  if ((abi->memory_flags & must) != 0)
    flags |= GST_KS_FRAMING_FLAG_MUST_ALLOCATE;
  item->flags = (GstKsFramingFlags) flags;
  if (left != 0)
    gst_ks_wire_note (wire, "Flags: 0x%08X is not for a pin to say: left out",
        left);
  if ((abi->memory_flags & ~must) != 0)
    gst_ks_wire_note (wire, "MemoryFlags: 0x%08X, which nobody defines: left "
        "out", abi->memory_flags & ~must);
  return TRUE;
}

static gboolean
flags_out (GstKsWire * wire, const GstKsFramingItem * item,
    GstKsAbiFramingItem * abi)
{
  for (guint i = 0; i < G_N_ELEMENTS (flag_bits); i++) {
    if ((item->flags & flag_bits[i].flag) != 0)
      abi->flags |= flag_bits[i].bit;
  }
  return TRUE;
}

/* Frames: KS has what is held, and no cap */

static gboolean
frames_in (GstKsWire * wire, const GstKsAbiFramingItem * abi,
    GstKsFramingItem * item)
{
  item->frames.min = abi->frames;
  return TRUE;
}

static gboolean
frames_out (GstKsWire * wire, const GstKsFramingItem * item,
    GstKsAbiFramingItem * abi)
{
  return gst_ks_wire_put (wire, "frames", item->frames.min, &abi->frames);
}

/* Alignment and pitch are one field there, and a bit says which it is. */

gboolean
gst_ks_wire_pitch_in (GstKsWire * wire, const GstKsAbiFramingItem * abi,
    GstKsFramingItem * item)
{
  gint64 pitch = (gint32) abi->file_alignment;

  if ((abi->flags & GST_KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED) == 0)
    return gst_ks_align_from_mask (abi->file_alignment, &item->align)
        || gst_ks_wire_fail (wire, "FileAlignment: 0x%X is no mask; it is "
        "bytes - 1, of a power of two", abi->file_alignment);
  if (pitch == 0) {
    gst_ks_wire_note (wire, "FramePitch: 0 with 2D_BUFFER_REQUIRED: read as "
        "any pitch");
    return TRUE;
  }
  if (pitch < 0)
    gst_ks_wire_note (wire, "FramePitch: %" G_GINT64_FORMAT ": rows from "
        "bottom to top cannot be said here, read as %" G_GINT64_FORMAT, pitch,
        -pitch);
  item->stride.min = item->stride.max = (guint64) ABS (pitch);
  item->stride.step = 0;
  return TRUE;
}

static gboolean
pitch_out (GstKsWire * wire, const GstKsFramingItem * item,
    GstKsAbiFramingItem * abi)
{
  if (gst_ks_range_is_any (&item->stride))
    return gst_ks_wire_put (wire, "align",
        gst_ks_align_to_mask (item->align), &abi->file_alignment);
  if (item->stride.min != item->stride.max || item->stride.min == 0
      || item->stride.min > G_MAXINT32)
    return gst_ks_wire_fail (wire, "stride: %" G_GUINT64_FORMAT "..%"
        G_GUINT64_FORMAT "; the wire takes one value from 1 to 2^31-1",
        item->stride.min, item->stride.max);
  if (item->align != 1)
    return gst_ks_wire_fail (wire, "align: %" G_GUINT64_FORMAT "; it has the "
        "same place on the wire as stride; leave one of them out", item->align);
  abi->file_alignment = (guint32) item->stride.min;
  abi->flags |= GST_KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED;
  return TRUE;
}

/* Ranges */

static gboolean
range_in (GstKsWire * wire, const gchar * field, const GstKsAbiRange * abi,
    GstKsRange * range)
{
  guint32 min = abi->min_frame_size, max = abi->max_frame_size;

  if (min > max)
    return gst_ks_wire_fail (wire, "%s: MinFrameSize %u is above MaxFrameSize "
        "%u", field, min, max);
  if (min != max && abi->stepping > max - min)
    return gst_ks_wire_fail (wire, "%s: Stepping %u is above the span of %u",
        field, abi->stepping, max - min);
  if (max == 0) {
    gst_ks_wire_note (wire, "%s: frames of 0 bytes only: read as any size",
        field);
    return TRUE;
  }
  range->min = min;
  range->max = max == GST_KS_WIRE_OPEN && min != max ? GST_KS_RANGE_LIMIT : max;
  range->step = abi->stepping;
  return TRUE;
}

static gboolean
sizes_in (GstKsWire * wire, const GstKsAbiFramingItem * abi,
    GstKsFramingItem * item)
{
  return range_in (wire, "PhysicalRange", &abi->physical_range, &item->size)
      && range_in (wire, "FramingRange", &abi->framing_range.range,
      &item->prefer);
}

static gboolean
range_put (GstKsWire * wire, const gchar * field, const GstKsRange * range,
    GstKsAbiRange * abi)
{
  if (!gst_ks_wire_put (wire, field, range->min, &abi->min_frame_size)
      || !gst_ks_wire_put (wire, field, range->max, &abi->max_frame_size)
      || !gst_ks_wire_put (wire, field, MAX (range->step, 1), &abi->stepping))
    return FALSE;
  if (range->min == range->max
      || abi->stepping <= abi->max_frame_size - abi->min_frame_size)
    return TRUE;
  return gst_ks_wire_fail (wire, "%s: the step %u is too large for a range "
      "that ends at 2^32", field, abi->stepping);
}

static gboolean
range_out (GstKsWire * wire, const gchar * field, const GstKsRange * range,
    gsize margins, GstKsAbiRange * abi)
{
  GstKsRange r = *range;
  gboolean open = r.max > GST_KS_RANGE_LIMIT - MAX (r.step, 1)
      && r.min != r.max;

  if (gst_ks_range_is_any (range))
    margins = 0;
  if (!gst_ks_size_add (r.min, margins, &r.min)
      || !gst_ks_size_add (r.max, margins, &r.max))
    return gst_ks_wire_fail (wire, "%s: above 2^64 with prefix and padding",
        field);
  if (open)
    r.max = GST_KS_WIRE_OPEN;
  if (open && r.min >= r.max)
    return gst_ks_wire_fail (wire, "%s: the lower end %" G_GUINT64_FORMAT
        " takes more than 32 bits", field, r.min);
  return range_put (wire, field, &r, abi);
}

static gboolean
sizes_out (GstKsWire * wire, const GstKsFramingItem * item,
    GstKsAbiFramingItem * abi)
{
  gsize margins;

  if (!gst_ks_size_add (item->prefix, item->padding, &margins))
    return gst_ks_wire_fail (wire, "prefix: above 2^64 with padding");
  return range_out (wire, "size", &item->size, margins, &abi->physical_range)
      && range_out (wire, "prefer", &item->prefer, margins,
      &abi->framing_range.range);
}

/* Weights */

static gboolean
weights_in (GstKsWire * wire, const GstKsAbiFramingItem * abi,
    GstKsFramingItem * item)
{
  item->weight = abi->memory_type_weight;
  item->in_place_weight = abi->framing_range.in_place_weight;
  item->not_in_place_weight = abi->framing_range.not_in_place_weight;
  return TRUE;
}

static gboolean
weight_put (GstKsWire * wire, const gchar * field, gint64 weight, guint32 * out)
{
  if (weight < 0)
    return gst_ks_wire_fail (wire, "%s: %" G_GINT64_FORMAT "; the wire has no "
        "weights below 0", field, weight);
  return gst_ks_wire_put (wire, field, (guint64) weight, out);
}

static gboolean
weights_out (GstKsWire * wire, const GstKsFramingItem * item,
    GstKsAbiFramingItem * abi)
{
  return weight_put (wire, "weight", item->weight, &abi->memory_type_weight)
      && weight_put (wire, "in-place-weight", item->in_place_weight,
      &abi->framing_range.in_place_weight)
      && weight_put (wire, "not-in-place-weight", item->not_in_place_weight,
      &abi->framing_range.not_in_place_weight);
}

/* All fields */

typedef struct
{
  gboolean (*in) (GstKsWire * wire, const GstKsAbiFramingItem * abi,
      GstKsFramingItem * item);
  gboolean (*out) (GstKsWire * wire, const GstKsFramingItem * item,
      GstKsAbiFramingItem * abi);
} Part;

static const Part parts[] = {
  {gst_ks_wire_memory_in, gst_ks_wire_memory_out},
  {gst_ks_wire_bus_in, gst_ks_wire_bus_out},
  {flags_in, flags_out},
  {frames_in, frames_out},
  {gst_ks_wire_pitch_in, pitch_out},
  {sizes_in, sizes_out},
  {weights_in, weights_out},
};

gboolean
gst_ks_wire_item_in (GstKsWire * wire, const GstKsAbiFramingItem * abi,
    GstKsFramingItem * item)
{
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    if (!parts[i].in (wire, abi, item))
      return FALSE;
  }
  return TRUE;
}

gboolean
gst_ks_wire_item_out (GstKsWire * wire, const GstKsFramingItem * item,
    GstKsAbiFramingItem * abi)
{
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    if (!parts[i].out (wire, item, abi))
      return FALSE;
  }
  return TRUE;
}
