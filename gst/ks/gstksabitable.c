/* The table of KS's structures: one row a field, in the order of the wire.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Decode, encode, check, text and the comparison with the headers of mingw-w64
 * are loops over these rows. Fields follow each other on the wire without a
 * gap; where KS has one, it is a row.
 */
#include "gstksabitable.h"

#include "gstkssize.h"

#define STREAM_HEADER_SIZE 56   /* bytes, without extension */

#define AT(type, member) G_STRUCT_OFFSET (GstKsAbi##type, member)
#define LEAF(type, show) GST_KS_ABI_ROW_LEAF, GST_KS_ABI_TYPE_##type, GST_KS_ABI_SHOW_##show

/* name, offset in C */
#define NUMBER(name, at) {name, LEAF (U32, NUMBER), at, 0}
#define SIGNED(name, at) {name, LEAF (S32, NUMBER), at, 0}
#define HEX(name, at) {name, LEAF (U32, HEX), at, 0}
#define TIME(name, at) {name, LEAF (S64, NUMBER), at, 0}
#define ADDRESS(name, at) {name, LEAF (U64, HEX), at, 0}
#define MASK(name, at) {name, LEAF (U32, MASK), at, 0}
#define RESERVED(name, at) {name, LEAF (U32, RESERVED), at, 0}
#define NAMES(name, at, names) {name, LEAF (U32, NAMES), at, GST_KS_ABI_NAMES_##names}
#define ID(name, at, use) {name, LEAF (GUID, GUID), at, GST_KS_GUID_USE_##use}
#define STRUCT(name, at, which) {name, GST_KS_ABI_ROW_STRUCT, 0, 0, at, GST_KS_ABI_##which}
#define EXTENSION(name, at) {name, GST_KS_ABI_ROW_EXTENSION, GST_KS_ABI_TYPE_BYTES, GST_KS_ABI_SHOW_BYTES, at, 0}
#define ITEMS(name, at, which) {name, GST_KS_ABI_ROW_ITEMS, 0, 0, at, GST_KS_ABI_##which}

/* *INDENT-OFF* */
static const GstKsAbiField framing_fields[] = {
  NAMES ("RequirementsFlags", AT (Framing, requirements_flags), REQUIREMENTS),
  NAMES ("PoolType", AT (Framing, pool_type), POOL_TYPE),
  NUMBER ("Frames", AT (Framing, frames)),
  NUMBER ("FrameSize", AT (Framing, frame_size)),
  MASK ("FileAlignment", AT (Framing, file_alignment)),
  RESERVED ("Reserved", AT (Framing, reserved)),
};

static const GstKsAbiField create_fields[] = {
  NAMES ("OptionsFlags", AT (Framing, requirements_flags), OPTIONS),
  NAMES ("PoolType", AT (Framing, pool_type), POOL_TYPE),
  NUMBER ("Frames", AT (Framing, frames)),
  NUMBER ("FrameSize", AT (Framing, frame_size)),
  MASK ("FileAlignment", AT (Framing, file_alignment)),
  RESERVED ("Reserved", AT (Framing, reserved)),
};

static const GstKsAbiField range_fields[] = {
  NUMBER ("MinFrameSize", AT (Range, min_frame_size)),
  NUMBER ("MaxFrameSize", AT (Range, max_frame_size)),
  NUMBER ("Stepping", AT (Range, stepping)),
};

static const GstKsAbiField weighted_fields[] = {
  STRUCT ("Range", AT (RangeWeighted, range), KS_FRAMING_RANGE),
  NUMBER ("InPlaceWeight", AT (RangeWeighted, in_place_weight)),
  NUMBER ("NotInPlaceWeight", AT (RangeWeighted, not_in_place_weight)),
};

static const GstKsAbiField compression_fields[] = {
  NUMBER ("RatioNumerator", AT (Compression, ratio_numerator)),
  NUMBER ("RatioDenominator", AT (Compression, ratio_denominator)),
  NUMBER ("RatioConstantMargin", AT (Compression, ratio_constant_margin)),
};

static const GstKsAbiField item_fields[] = {
  ID ("MemoryType", AT (FramingItem, memory_type), MEMORY),
  ID ("BusType", AT (FramingItem, bus_type), BUS),
  NAMES ("MemoryFlags", AT (FramingItem, memory_flags), MEMORY),
  RESERVED ("BusFlags", AT (FramingItem, bus_flags)),
  NAMES ("Flags", AT (FramingItem, flags), ITEM),
  NUMBER ("Frames", AT (FramingItem, frames)),
  MASK ("FileAlignment", AT (FramingItem, file_alignment)),
  NUMBER ("MemoryTypeWeight", AT (FramingItem, memory_type_weight)),
  STRUCT ("PhysicalRange", AT (FramingItem, physical_range), KS_FRAMING_RANGE),
  STRUCT ("FramingRange", AT (FramingItem, framing_range), KS_FRAMING_RANGE_WEIGHTED),
};

static const GstKsAbiField framing_ex_fields[] = {
  NUMBER ("CountItems", AT (FramingEx, count_items)),
  RESERVED ("PinFlags", AT (FramingEx, pin_flags)),
  STRUCT ("OutputCompression", AT (FramingEx, output_compression), KS_COMPRESSION),
  RESERVED ("PinWeight", AT (FramingEx, pin_weight)),
  ITEMS ("FramingItem", AT (FramingEx, items), KS_FRAMING_ITEM),
};

static const GstKsAbiField framing_one_fields[] = {
  NUMBER ("CountItems", AT (FramingOne, count_items)),
  RESERVED ("PinFlags", AT (FramingOne, pin_flags)),
  STRUCT ("OutputCompression", AT (FramingOne, output_compression), KS_COMPRESSION),
  RESERVED ("PinWeight", AT (FramingOne, pin_weight)),
  STRUCT ("FramingItem[0]", AT (FramingOne, item), KS_FRAMING_ITEM),
};

static const GstKsAbiField status_fields[] = {
  STRUCT ("Framing", AT (Status, framing), KSALLOCATOR_FRAMING_CREATE),
  NUMBER ("AllocatedFrames", AT (Status, allocated_frames)),
  RESERVED ("Reserved", AT (Status, reserved)),
};

static const GstKsAbiField status_ex_fields[] = {
  STRUCT ("Framing", AT (StatusEx, framing), FRAMING_ONE),
  NUMBER ("AllocatedFrames", AT (StatusEx, allocated_frames)),
  RESERVED ("Reserved", AT (StatusEx, reserved)),
};

static const GstKsAbiField time_fields[] = {
  TIME ("Time", AT (Time, time)),
  NUMBER ("Numerator", AT (Time, numerator)),
  NUMBER ("Denominator", AT (Time, denominator)),
};

static const GstKsAbiField stream_header_fields[] = {
  NUMBER ("Size", AT (StreamHeader, size)),
  HEX ("TypeSpecificFlags", AT (StreamHeader, type_specific_flags)),
  STRUCT ("PresentationTime", AT (StreamHeader, presentation_time), KSTIME),
  TIME ("Duration", AT (StreamHeader, duration)),
  NUMBER ("FrameExtent", AT (StreamHeader, frame_extent)),
  NUMBER ("DataUsed", AT (StreamHeader, data_used)),
  ADDRESS ("Data", AT (StreamHeader, data)),
  NAMES ("OptionsFlags", AT (StreamHeader, options_flags), STREAM_OPTIONS),
  RESERVED ("Reserved", AT (StreamHeader, reserved)),
  EXTENSION ("Extension", AT (StreamHeader, extension)),
};

static const GstKsAbiField dimensions_fields[] = {
  STRUCT ("AllocatorPin", AT (PipeDimensions, allocator_pin), KS_COMPRESSION),
  STRUCT ("MaxExpansionPin", AT (PipeDimensions, max_expansion_pin), KS_COMPRESSION),
  STRUCT ("EndPin", AT (PipeDimensions, end_pin), KS_COMPRESSION),
};

static const GstKsAbiField termination_fields[] = {
  HEX ("Flags", AT (PipeTermination, flags)),
  NAMES ("OutsideFactors", AT (PipeTermination, outside_factors), FACTORS),
  NUMBER ("Weigth", AT (PipeTermination, weigth)),
  STRUCT ("PhysicalRange", AT (PipeTermination, physical_range), KS_FRAMING_RANGE),
  STRUCT ("OptimalRange", AT (PipeTermination, optimal_range), KS_FRAMING_RANGE_WEIGHTED),
  STRUCT ("Compression", AT (PipeTermination, compression), KS_COMPRESSION),
};

static const GstKsAbiField properties_fields[] = {
  SIGNED ("cBuffers", AT (AllocatorProperties, buffers)),
  SIGNED ("cbBuffer", AT (AllocatorProperties, buffer_size)),
  SIGNED ("cbAlign", AT (AllocatorProperties, align)),
  SIGNED ("cbPrefix", AT (AllocatorProperties, prefix)),
  ID ("MemoryType", AT (AllocatorProperties, memory_type), MEMORY),
  ID ("BusType", AT (AllocatorProperties, bus_type), BUS),
  NAMES ("State", AT (AllocatorProperties, state), PIPE_STATE),
  STRUCT ("Input", AT (AllocatorProperties, input), PIPE_TERMINATION),
  STRUCT ("Output", AT (AllocatorProperties, output), PIPE_TERMINATION),
  NAMES ("Strategy", AT (AllocatorProperties, strategy), STRATEGY),
  NAMES ("Flags", AT (AllocatorProperties, flags), PIPE),
  NUMBER ("Weight", AT (AllocatorProperties, weight)),
  NAMES ("LogicalMemoryType", AT (AllocatorProperties, logical_memory_type), LOGICAL_MEMORY),
  NAMES ("AllocatorPlace", AT (AllocatorProperties, allocator_place), PLACE),
  STRUCT ("Dimensions", AT (AllocatorProperties, dimensions), PIPE_DIMENSIONS),
  STRUCT ("PhysicalRange", AT (AllocatorProperties, physical_range), KS_FRAMING_RANGE),
  ADDRESS ("PrevSegment", AT (AllocatorProperties, prev_segment)),
  NUMBER ("CountNextSegments", AT (AllocatorProperties, count_next_segments)),
  RESERVED ("(padding)", AT (AllocatorProperties, padding)),
  ADDRESS ("NextSegments", AT (AllocatorProperties, next_segments)),
  NAMES ("InsideFactors", AT (AllocatorProperties, inside_factors), FACTORS),
  NUMBER ("NumberPins", AT (AllocatorProperties, number_pins)),
};

static const GstKsAbiField totals_fields[] = {
  TIME ("MinTotalNominator", AT (WeightTotals, min_total_nominator)),
  TIME ("MaxTotalNominator", AT (WeightTotals, max_total_nominator)),
  TIME ("TotalDenominator", AT (WeightTotals, total_denominator)),
};
/* *INDENT-ON* */

/* place is about a field at that many bytes from the structure's start. */
static void
complain (GPtrArray * complaints, const GstKsAbiPlace * place, gsize at,
    gchar * what)
{
  g_ptr_array_add (complaints, g_strdup_printf ("byte %" G_GSIZE_FORMAT
          ": %s%s", place->position + at, place->prefix, what));
  g_free (what);
}

static void
check_range (const GstKsAbiPlace * place, GPtrArray * complaints)
{
  const GstKsAbiRange *r = place->value;

  if (r->min_frame_size > r->max_frame_size)
    complain (complaints, place, 0,
        g_strdup_printf ("MinFrameSize %u is above MaxFrameSize %u",
            r->min_frame_size, r->max_frame_size));
  else if (r->min_frame_size < r->max_frame_size
      && r->stepping > r->max_frame_size - r->min_frame_size)
    complain (complaints, place, 8,
        g_strdup_printf ("Stepping %u is larger than the span %u",
            r->stepping, r->max_frame_size - r->min_frame_size));
}

static void
check_framing_one (const GstKsAbiPlace * place, GPtrArray * complaints)
{
  const GstKsAbiFramingOne *f = place->value;

  if (f->count_items != 1)
    complain (complaints, place, 0,
        g_strdup_printf ("CountItems is %u where one item is embedded",
            f->count_items));
}

static void
check_stream_header (const GstKsAbiPlace * place, GPtrArray * complaints)
{
  const GstKsAbiStreamHeader *h = place->value;
  gsize extension = h->extension != NULL ? g_bytes_get_size (h->extension) : 0;

  if (h->size < STREAM_HEADER_SIZE)
    complain (complaints, place, 0,
        g_strdup_printf ("Size is %u, the header itself has %u bytes",
            h->size, STREAM_HEADER_SIZE));
  else if (extension != gst_ks_abi_extension_size (h))
    complain (complaints, place, 0,
        g_strdup_printf ("Size is %u, but the extension has %" G_GSIZE_FORMAT
            " bytes", h->size, extension));
  if (h->data_used > h->frame_extent)
    complain (complaints, place, 36,
        g_strdup_printf ("DataUsed %u is above FrameExtent %u", h->data_used,
            h->frame_extent));
}

static void
check_properties (const GstKsAbiPlace * place, GPtrArray * complaints)
{
  const GstKsAbiAllocatorProperties *p = place->value;

  /* 0: not chosen yet */
  if (p->align < 0 || (p->align > 0
          && !gst_ks_size_is_power_of_two ((gsize) p->align)))
    complain (complaints, place, 8,
        g_strdup_printf ("cbAlign is %d, which is no power of two", p->align));
}

/* for a row of layouts */
#define FIELDS(fields) fields, G_N_ELEMENTS (fields)

/* in the order of GstKsAbiStruct, then those that come only in others */
/* *INDENT-OFF* */
static const GstKsAbiLayout layouts[] = {
  {"KSALLOCATOR_FRAMING", 24, FIELDS (framing_fields), AT (Framing, requirements_flags), NULL},
  {"KSALLOCATOR_FRAMING/create", 24, FIELDS (create_fields), AT (Framing, requirements_flags), NULL},
  {"KSALLOCATOR_FRAMING_EX", 24, FIELDS (framing_ex_fields), -1, NULL},
  {"KS_FRAMING_ITEM", 88, FIELDS (item_fields), AT (FramingItem, flags), NULL},
  {"KS_FRAMING_RANGE", 12, FIELDS (range_fields), -1, check_range},
  {"KS_FRAMING_RANGE_WEIGHTED", 20, FIELDS (weighted_fields), -1, NULL},
  {"KS_COMPRESSION", 12, FIELDS (compression_fields), -1, NULL},
  {"KSSTREAMALLOCATOR_STATUS", 32, FIELDS (status_fields), -1, NULL},
  {"KSSTREAMALLOCATOR_STATUS_EX", 120, FIELDS (status_ex_fields), -1, NULL},
  {"KSSTREAM_HEADER", STREAM_HEADER_SIZE, FIELDS (stream_header_fields), -1, check_stream_header},
  {"PIPE_DIMENSIONS", 36, FIELDS (dimensions_fields), -1, NULL},
  {"PIPE_TERMINATION", 56, FIELDS (termination_fields), -1, NULL},
  {"ALLOCATOR_PROPERTIES_EX", 264, FIELDS (properties_fields), -1, check_properties},
  {"OPTIMAL_WEIGHT_TOTALS", 24, FIELDS (totals_fields), -1, NULL},
  {"KSALLOCATOR_FRAMING_EX", 112, FIELDS (framing_one_fields), -1, check_framing_one},
  {"KSTIME", 16, FIELDS (time_fields), -1, NULL},
};
/* *INDENT-ON* */

G_STATIC_ASSERT (G_N_ELEMENTS (layouts) == GST_KS_ABI_N_LAYOUTS);

const GstKsAbiLayout *
gst_ks_abi_layout (guint which)
{
  g_assert (which < G_N_ELEMENTS (layouts));
  return &layouts[which];
}

gsize
gst_ks_abi_type_size (GstKsAbiType type)
{
  static const gsize sizes[] = {
    [GST_KS_ABI_TYPE_U32] = 4,
    [GST_KS_ABI_TYPE_S32] = 4,
    [GST_KS_ABI_TYPE_U64] = 8,
    [GST_KS_ABI_TYPE_S64] = 8,
    [GST_KS_ABI_TYPE_GUID] = 16,
    [GST_KS_ABI_TYPE_BYTES] = 0,
  };

  return sizes[type];
}

gsize
gst_ks_abi_extension_size (const GstKsAbiStreamHeader * header)
{
  return header->size > STREAM_HEADER_SIZE ?
      header->size - STREAM_HEADER_SIZE : 0;
}

gboolean
gst_ks_abi_has_pitch (const GstKsAbiLayout * layout, gconstpointer value)
{
  return layout->flags_offset >= 0
      && (G_STRUCT_MEMBER (guint32, value, layout->flags_offset)
      & GST_KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED) != 0;
}
