/* The structures of KS as plain C, and their bytes.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Fields have the names of KS in snake_case, in the order of KS. All of these
 * are plain values to be copied freely, but for GstKsAbiFramingEx, which owns
 * its items, and GstKsAbiStreamHeader, which owns its extension; see
 * gst_ks_abi_clear (). Alignment is a mask here (bytes - 1), as in KS: see
 * gst_ks_align_from_mask ().
 */
#pragma once

#include <gst/ks/gstksabiconst.h>
#include <gst/ks/gstksabiguid.h>
#include <gst/ks/gstkserror.h>

G_BEGIN_DECLS

/**
 * GstKsAbiFraming:
 * @requirements_flags: GST_KSALLOCATOR_REQUIREMENTF_...; in a create request
 *     KS calls it OptionsFlags and it holds GST_KSALLOCATOR_OPTIONF_...
 * @pool_type: GST_NonPagedPool or GST_PagedPool
 * @frames: frames that may be out at once; 0: no requirement, no cap
 * @frame_size: bytes, prefix and postfix included; 0: no requirement
 * @file_alignment: mask, bytes - 1; with GST_KSALLOCATOR_FLAG_2D_BUFFER_REQUIRED
 *     KS calls it FramePitch: bytes a row, signed
 * @reserved: 0
 *
 * KS: KSALLOCATOR_FRAMING, 24 bytes: what a pin asks for, or what an allocator
 * is created with.
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiFraming GstKsAbiFraming;

struct _GstKsAbiFraming
{
  guint32 requirements_flags;
  guint32 pool_type;
  guint32 frames;
  guint32 frame_size;
  guint32 file_alignment;
  guint32 reserved;
};

/**
 * GstKsAbiRange:
 * @min_frame_size: bytes, smallest legal size
 * @max_frame_size: bytes, largest legal size
 * @stepping: bytes between legal sizes, counted from the smallest
 *
 * KS: KS_FRAMING_RANGE, 12 bytes.
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiRange GstKsAbiRange;

struct _GstKsAbiRange
{
  guint32 min_frame_size;
  guint32 max_frame_size;
  guint32 stepping;
};

/**
 * GstKsAbiRangeWeighted:
 * @range: preferred sizes
 * @in_place_weight: weight where the pin works in place
 * @not_in_place_weight: weight where it does not
 *
 * KS: KS_FRAMING_RANGE_WEIGHTED, 20 bytes.
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiRangeWeighted GstKsAbiRangeWeighted;

struct _GstKsAbiRangeWeighted
{
  GstKsAbiRange range;
  guint32 in_place_weight;
  guint32 not_in_place_weight;
};

/**
 * GstKsAbiCompression:
 * @ratio_numerator: of output size to input size; 0xFFFFFFFF: not known
 * @ratio_denominator: of output size to input size; 0: not known
 * @ratio_constant_margin: bytes added
 *
 * KS: KS_COMPRESSION, 12 bytes.
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiCompression GstKsAbiCompression;

struct _GstKsAbiCompression
{
  guint32 ratio_numerator;
  guint32 ratio_denominator;
  guint32 ratio_constant_margin;
};

/**
 * GstKsAbiFramingItem:
 * @memory_type: GST_KSMEMORY_TYPE_... or a vendor's
 * @bus_type: GST_GUID_BUS_TYPE_...; all zero: any
 * @memory_flags: 0 or GST_KSALLOCATOR_REQUIREMENTF_MUST_ALLOCATE
 * @bus_flags: 0
 * @flags: GST_KSALLOCATOR_REQUIREMENTF_... and GST_KSALLOCATOR_FLAG_...
 * @frames: frames that may be out at once; 0: no requirement
 * @file_alignment: as in #GstKsAbiFraming
 * @memory_type_weight: of this type among the items of the pin
 * @physical_range: hard limits of the frame size
 * @framing_range: preferred sizes
 *
 * KS: KS_FRAMING_ITEM, 88 bytes: one alternative of a pin.
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiFramingItem GstKsAbiFramingItem;

struct _GstKsAbiFramingItem
{
  GstKsGuid memory_type;
  GstKsGuid bus_type;
  guint32 memory_flags;
  guint32 bus_flags;
  guint32 flags;
  guint32 frames;
  guint32 file_alignment;
  guint32 memory_type_weight;
  GstKsAbiRange physical_range;
  GstKsAbiRangeWeighted framing_range;
};

/**
 * GstKsAbiFramingEx:
 * @count_items: how many @items there are
 * @pin_flags: 0
 * @output_compression: ratio of output size to input size
 * @pin_weight: 0
 * @items: (array length=count_items) (nullable): the alternatives; KS calls
 *     them FramingItem
 *
 * KS: KSALLOCATOR_FRAMING_EX, 24 + 88 n bytes. Owns its items where it was
 * decoded or initialised; see gst_ks_abi_framing_ex_clear ().
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiFramingEx GstKsAbiFramingEx;

struct _GstKsAbiFramingEx
{
  guint32 count_items;
  guint32 pin_flags;
  GstKsAbiCompression output_compression;
  guint32 pin_weight;
  GstKsAbiFramingItem *items;
};

/**
 * GstKsAbiFramingOne:
 * @count_items: 1
 * @pin_flags: 0
 * @output_compression: ratio of output size to input size
 * @pin_weight: 0
 * @item: the only alternative
 *
 * KS: KSALLOCATOR_FRAMING_EX as it is declared, 112 bytes: with one item in
 * it.
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiFramingOne GstKsAbiFramingOne;

struct _GstKsAbiFramingOne
{
  guint32 count_items;
  guint32 pin_flags;
  GstKsAbiCompression output_compression;
  guint32 pin_weight;
  GstKsAbiFramingItem item;
};

/**
 * GstKsAbiStatus:
 * @framing: what the allocator was created with
 * @allocated_frames: frames that are out now
 * @reserved: 0
 *
 * KS: KSSTREAMALLOCATOR_STATUS, 32 bytes.
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiStatus GstKsAbiStatus;

struct _GstKsAbiStatus
{
  GstKsAbiFraming framing;
  guint32 allocated_frames;
  guint32 reserved;
};

/**
 * GstKsAbiStatusEx:
 * @framing: what the allocator was created with
 * @allocated_frames: frames that are out now
 * @reserved: 0
 *
 * KS: KSSTREAMALLOCATOR_STATUS_EX, 120 bytes.
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiStatusEx GstKsAbiStatusEx;

struct _GstKsAbiStatusEx
{
  GstKsAbiFramingOne framing;
  guint32 allocated_frames;
  guint32 reserved;
};

/**
 * GstKsAbiTime:
 * @time: in units of @numerator / @denominator of 100 ns
 * @numerator: of the unit
 * @denominator: of the unit
 *
 * KS: KSTIME, 16 bytes.
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiTime GstKsAbiTime;

struct _GstKsAbiTime
{
  gint64 time;
  guint32 numerator;
  guint32 denominator;
};

/**
 * GstKsAbiStreamHeader:
 * @size: bytes of the header and the extension: 56 or more
 * @type_specific_flags: of the data format
 * @presentation_time: when it is shown
 * @duration: how long, in the unit of @presentation_time
 * @frame_extent: bytes of the whole frame
 * @data_used: bytes of it that are data
 * @data: address of the frame; a number to us
 * @options_flags: GST_KSSTREAM_HEADER_OPTIONSF_...
 * @reserved: 0
 * @extension: (nullable): @size - 56 bytes of a format of their own, such as
 *     KS_FRAME_INFO; %NULL where @size is at most 56
 *
 * KS: KSSTREAM_HEADER, 56 bytes, as 64-bit systems have it, and what follows it.
 * Owns its extension where it was decoded; see gst_ks_abi_clear ().
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiStreamHeader GstKsAbiStreamHeader;

struct _GstKsAbiStreamHeader
{
  guint32 size;
  guint32 type_specific_flags;
  GstKsAbiTime presentation_time;
  gint64 duration;
  guint32 frame_extent;
  guint32 data_used;
  guint64 data;
  guint32 options_flags;
  guint32 reserved;
  GBytes *extension;
};

/**
 * GstKsAbiPipeDimensions:
 * @allocator_pin: size ratio from the first pin to the allocator's
 * @max_expansion_pin: to the pin where data is largest
 * @end_pin: to the last pin
 *
 * KS: PIPE_DIMENSIONS, 36 bytes.
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiPipeDimensions GstKsAbiPipeDimensions;

struct _GstKsAbiPipeDimensions
{
  GstKsAbiCompression allocator_pin;
  GstKsAbiCompression max_expansion_pin;
  GstKsAbiCompression end_pin;
};

/**
 * GstKsAbiPipeTermination:
 * @flags: nobody says which bits
 * @outside_factors: GST_PipeFactor_... from outside of this end
 * @weigth: weight from outside (KS writes it so)
 * @physical_range: hard limits of the frame size
 * @optimal_range: preferred sizes
 * @compression: relative to the pin on the other side
 *
 * KS: PIPE_TERMINATION, 56 bytes: one end of a pipe.
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiPipeTermination GstKsAbiPipeTermination;

struct _GstKsAbiPipeTermination
{
  guint32 flags;
  guint32 outside_factors;
  guint32 weigth;
  GstKsAbiRange physical_range;
  GstKsAbiRangeWeighted optimal_range;
  GstKsAbiCompression compression;
};

/**
 * GstKsAbiAllocatorProperties:
 * @buffers: how many frames (cBuffers)
 * @buffer_size: bytes of a frame (cbBuffer)
 * @align: bytes, not a mask (cbAlign)
 * @prefix: bytes before the frame (cbPrefix)
 * @memory_type: GST_KSMEMORY_TYPE_... or a vendor's
 * @bus_type: one of the buses of the pipe
 * @state: GST_PipeState_...
 * @input: where the pipe begins
 * @output: where it ends
 * @strategy: GST_AllocatorStrategy_...
 * @flags: GST_KSALLOCATOR_FLAG_...
 * @weight: of the whole pipe
 * @logical_memory_type: GST_KS_MemoryType...
 * @allocator_place: GST_Pipe_Allocator_...
 * @dimensions: size ratios
 * @physical_range: hard limits at the allocator's pin
 * @prev_segment: address of the pipe before; a number to us
 * @count_next_segments: how many pipes follow
 * @padding: 4 bytes that have no name, kept
 * @next_segments: address of those; a number to us
 * @inside_factors: GST_PipeFactor_... that exist inside
 * @number_pins: pins of the pipe
 *
 * KS: ALLOCATOR_PROPERTIES_EX, 264 bytes: all that is known of one pipe.
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiAllocatorProperties GstKsAbiAllocatorProperties;

struct _GstKsAbiAllocatorProperties
{
  gint32 buffers;
  gint32 buffer_size;
  gint32 align;
  gint32 prefix;
  GstKsGuid memory_type;
  GstKsGuid bus_type;
  guint32 state;
  GstKsAbiPipeTermination input;
  GstKsAbiPipeTermination output;
  guint32 strategy;
  guint32 flags;
  guint32 weight;
  guint32 logical_memory_type;
  guint32 allocator_place;
  GstKsAbiPipeDimensions dimensions;
  GstKsAbiRange physical_range;
  guint64 prev_segment;
  guint32 count_next_segments;
  guint32 padding;
  guint64 next_segments;
  guint32 inside_factors;
  guint32 number_pins;
};

/**
 * GstKsAbiWeightTotals:
 * @min_total_nominator: sum of weight times smallest size
 * @max_total_nominator: sum of weight times largest size
 * @total_denominator: sum of the weights
 *
 * KS: OPTIMAL_WEIGHT_TOTALS, 24 bytes.
 *
 * Since: 0.9
 */
typedef struct _GstKsAbiWeightTotals GstKsAbiWeightTotals;

struct _GstKsAbiWeightTotals
{
  gint64 min_total_nominator;
  gint64 max_total_nominator;
  gint64 total_denominator;
};

/**
 * GstKsAbiStruct:
 * @GST_KS_ABI_KSALLOCATOR_FRAMING: #GstKsAbiFraming that a pin asks for
 * @GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE: #GstKsAbiFraming of a create request
 * @GST_KS_ABI_KSALLOCATOR_FRAMING_EX: #GstKsAbiFramingEx
 * @GST_KS_ABI_KS_FRAMING_ITEM: #GstKsAbiFramingItem
 * @GST_KS_ABI_KS_FRAMING_RANGE: #GstKsAbiRange
 * @GST_KS_ABI_KS_FRAMING_RANGE_WEIGHTED: #GstKsAbiRangeWeighted
 * @GST_KS_ABI_KS_COMPRESSION: #GstKsAbiCompression
 * @GST_KS_ABI_KSSTREAMALLOCATOR_STATUS: #GstKsAbiStatus
 * @GST_KS_ABI_KSSTREAMALLOCATOR_STATUS_EX: #GstKsAbiStatusEx
 * @GST_KS_ABI_KSSTREAM_HEADER: #GstKsAbiStreamHeader
 * @GST_KS_ABI_PIPE_DIMENSIONS: #GstKsAbiPipeDimensions
 * @GST_KS_ABI_PIPE_TERMINATION: #GstKsAbiPipeTermination
 * @GST_KS_ABI_ALLOCATOR_PROPERTIES_EX: #GstKsAbiAllocatorProperties
 * @GST_KS_ABI_OPTIMAL_WEIGHT_TOTALS: #GstKsAbiWeightTotals
 * @GST_KS_ABI_N_STRUCTS: how many there are
 *
 * Which structure bytes are.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_ABI_KSALLOCATOR_FRAMING,
  GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE,
  GST_KS_ABI_KSALLOCATOR_FRAMING_EX,
  GST_KS_ABI_KS_FRAMING_ITEM,
  GST_KS_ABI_KS_FRAMING_RANGE,
  GST_KS_ABI_KS_FRAMING_RANGE_WEIGHTED,
  GST_KS_ABI_KS_COMPRESSION,
  GST_KS_ABI_KSSTREAMALLOCATOR_STATUS,
  GST_KS_ABI_KSSTREAMALLOCATOR_STATUS_EX,
  GST_KS_ABI_KSSTREAM_HEADER,
  GST_KS_ABI_PIPE_DIMENSIONS,
  GST_KS_ABI_PIPE_TERMINATION,
  GST_KS_ABI_ALLOCATOR_PROPERTIES_EX,
  GST_KS_ABI_OPTIMAL_WEIGHT_TOTALS,
  GST_KS_ABI_N_STRUCTS
} GstKsAbiStruct;

/* "KSALLOCATOR_FRAMING_EX" and so on; the create request is "KSALLOCATOR_FRAMING/create". */
GST_KS_API const gchar * gst_ks_abi_struct_get_name (GstKsAbiStruct which);
GST_KS_API gboolean      gst_ks_abi_struct_from_name (const gchar *name, GstKsAbiStruct *which);
/* Bytes on the wire; without the items of KSALLOCATOR_FRAMING_EX and the extension of KSSTREAM_HEADER. */
GST_KS_API gsize         gst_ks_abi_struct_get_size (GstKsAbiStruct which);

/* @value is the C struct of @which. */
GST_KS_API gboolean      gst_ks_abi_decode (GstKsAbiStruct which, GBytes *bytes, gpointer value, GError **error);
GST_KS_API GBytes *      gst_ks_abi_encode (GstKsAbiStruct which, gconstpointer value);
/* What is wrong with it although it can be read; empty: nothing. */
GST_KS_API GStrv         gst_ks_abi_check (GstKsAbiStruct which, gconstpointer value);

/* Frees what the C struct owns; nothing for most structures. */
GST_KS_API void          gst_ks_abi_clear (GstKsAbiStruct which, gpointer value);
GST_KS_API void          gst_ks_abi_framing_ex_clear (GstKsAbiFramingEx *framing);
/* Keeps the items that fit, new ones are zero. */
GST_KS_API gboolean      gst_ks_abi_framing_ex_resize (GstKsAbiFramingEx *framing, guint32 count_items, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstKsAbiFramingEx, gst_ks_abi_framing_ex_clear)

G_END_DECLS
