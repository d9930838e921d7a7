/* GstKsPlan: what was decided for a graph, and why.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksrange.h>

G_BEGIN_DECLS

#define GST_TYPE_KS_PLAN (gst_ks_plan_get_type ())

/**
 * GstKsPlanStatus:
 * @GST_KS_PLAN_STATUS_OK: there is a plan
 * @GST_KS_PLAN_STATUS_UNSATISFIABLE: nothing suits everybody; see the conflict
 * @GST_KS_PLAN_STATUS_INVALID: the graph makes no sense by itself
 *
 * What came of a graph.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_PLAN_STATUS_OK,
  GST_KS_PLAN_STATUS_UNSATISFIABLE,
  GST_KS_PLAN_STATUS_INVALID
} GstKsPlanStatus;

/**
 * GstKsPlanCode:
 * @GST_KS_PLAN_CODE_MEMORY: kinds do not meet
 * @GST_KS_PLAN_CODE_DEVICE: devices differ
 * @GST_KS_PLAN_CODE_BUS: buses differ
 * @GST_KS_PLAN_CODE_SIZE: no common size
 * @GST_KS_PLAN_CODE_STRIDE: no common stride
 * @GST_KS_PLAN_CODE_ALIGN: alignments cannot be merged
 * @GST_KS_PLAN_CODE_FRAMES: more frames are held than a cap allows
 * @GST_KS_PLAN_CODE_MUST_ALLOCATE: two insist on allocating
 * @GST_KS_PLAN_CODE_CANNOT_ALLOCATE: nobody can allocate the memory
 * @GST_KS_PLAN_CODE_RATIO: sizes that a ratio ties
 * @GST_KS_PLAN_CODE_LIMIT: the work budget ended before a plan was found
 * @GST_KS_PLAN_CODE_OVERFLOW: bytes above 2^62
 * @GST_KS_PLAN_CODE_FRAME_INTEGRITY: frames that others still look at would be
 *     changed in place
 * @GST_KS_PLAN_CODE_WEIGHT: cuts only: joining is possible, and is worse in
 *     what counts
 *
 * Why pads cannot agree, or why there is a copy.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_PLAN_CODE_MEMORY,
  GST_KS_PLAN_CODE_DEVICE,
  GST_KS_PLAN_CODE_BUS,
  GST_KS_PLAN_CODE_SIZE,
  GST_KS_PLAN_CODE_STRIDE,
  GST_KS_PLAN_CODE_ALIGN,
  GST_KS_PLAN_CODE_FRAMES,
  GST_KS_PLAN_CODE_MUST_ALLOCATE,
  GST_KS_PLAN_CODE_CANNOT_ALLOCATE,
  GST_KS_PLAN_CODE_RATIO,
  GST_KS_PLAN_CODE_LIMIT,
  GST_KS_PLAN_CODE_OVERFLOW,
  GST_KS_PLAN_CODE_FRAME_INTEGRITY,
  GST_KS_PLAN_CODE_WEIGHT
} GstKsPlanCode;

/**
 * GstKsSegmentPlace:
 * @GST_KS_SEGMENT_PLACE_NONE: frames come from outside
 * @GST_KS_SEGMENT_PLACE_FIRST: at a pad where frames enter
 * @GST_KS_SEGMENT_PLACE_LAST: at a pad where frames end
 * @GST_KS_SEGMENT_PLACE_MIDDLE: at a pad between them
 *
 * Where the allocator of a segment is. KS: PIPE_ALLOCATOR_PLACE.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_SEGMENT_PLACE_NONE,
  GST_KS_SEGMENT_PLACE_FIRST,
  GST_KS_SEGMENT_PLACE_LAST,
  GST_KS_SEGMENT_PLACE_MIDDLE
} GstKsSegmentPlace;

/**
 * GstKsSegmentState:
 * @GST_KS_SEGMENT_STATE_DONT_CARE: nobody asks for a size
 * @GST_KS_SEGMENT_STATE_RANGE_NOT_FIXED: several sizes were possible
 * @GST_KS_SEGMENT_STATE_RANGE_FIXED: one size was possible
 * @GST_KS_SEGMENT_STATE_COMPRESSION_UNKNOWN: a ratio at its border is unknown
 * @GST_KS_SEGMENT_STATE_FINALIZED: its allocator exists; never in a fresh plan
 *
 * How far the sizes of a segment were given. KS: PIPE_STATE.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_SEGMENT_STATE_DONT_CARE,
  GST_KS_SEGMENT_STATE_RANGE_NOT_FIXED,
  GST_KS_SEGMENT_STATE_RANGE_FIXED,
  GST_KS_SEGMENT_STATE_COMPRESSION_UNKNOWN,
  GST_KS_SEGMENT_STATE_FINALIZED
} GstKsSegmentState;

/**
 * GstKsSegmentFlags:
 * @GST_KS_SEGMENT_FLAG_NONE: nothing to say
 * @GST_KS_SEGMENT_FLAG_NO_FRAME_INTEGRITY: frames are changed in place
 * @GST_KS_SEGMENT_FLAG_MULTIPLE_OUTPUT: frames go to several pads
 * @GST_KS_SEGMENT_FLAG_CYCLE: frames can come round to where they were
 * @GST_KS_SEGMENT_FLAG_INDEPENDENT_RANGES: no ratio ties it to a neighbour
 * @GST_KS_SEGMENT_FLAG_ATTENTION_STEPPING: sizes come in steps
 *
 * What is to be known of a segment. KS: the flags of a pipe.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_SEGMENT_FLAG_NONE = 0,
  GST_KS_SEGMENT_FLAG_NO_FRAME_INTEGRITY = (1 << 0),
  GST_KS_SEGMENT_FLAG_MULTIPLE_OUTPUT = (1 << 1),
  GST_KS_SEGMENT_FLAG_CYCLE = (1 << 2),
  GST_KS_SEGMENT_FLAG_INDEPENDENT_RANGES = (1 << 3),
  GST_KS_SEGMENT_FLAG_ATTENTION_STEPPING = (1 << 4)
} GstKsSegmentFlags;

/**
 * GstKsSegmentFactors:
 * @GST_KS_SEGMENT_FACTOR_NONE: nothing; all is default
 * @GST_KS_SEGMENT_FACTOR_MEMORY_TYPES: somebody names a kind
 * @GST_KS_SEGMENT_FACTOR_FLAGS: must-allocate, can-allocate, frame-integrity,
 *     in-place or device-specific
 * @GST_KS_SEGMENT_FACTOR_PHYSICAL_RANGES: sizes
 * @GST_KS_SEGMENT_FACTOR_OPTIMAL_RANGES: a preferred size that was had
 * @GST_KS_SEGMENT_FACTOR_FIXED_COMPRESSION: a known ratio between its pads, or
 *     one at its border that insists
 * @GST_KS_SEGMENT_FACTOR_UNKNOWN_COMPRESSION: an unknown ratio
 * @GST_KS_SEGMENT_FACTOR_BUFFERS: frames held, or a cap
 * @GST_KS_SEGMENT_FACTOR_ALIGN: an alignment
 * @GST_KS_SEGMENT_FACTOR_PHYSICAL_END: it ends where memory cannot go on
 * @GST_KS_SEGMENT_FACTOR_LOGICAL_END: it ends where something else asks for it
 *
 * What shaped a segment. KS: PipeFactor.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_SEGMENT_FACTOR_NONE = 0,
  GST_KS_SEGMENT_FACTOR_MEMORY_TYPES = (1 << 0),
  GST_KS_SEGMENT_FACTOR_FLAGS = (1 << 1),
  GST_KS_SEGMENT_FACTOR_PHYSICAL_RANGES = (1 << 2),
  GST_KS_SEGMENT_FACTOR_OPTIMAL_RANGES = (1 << 3),
  GST_KS_SEGMENT_FACTOR_FIXED_COMPRESSION = (1 << 4),
  GST_KS_SEGMENT_FACTOR_UNKNOWN_COMPRESSION = (1 << 5),
  GST_KS_SEGMENT_FACTOR_BUFFERS = (1 << 6),
  GST_KS_SEGMENT_FACTOR_ALIGN = (1 << 7),
  GST_KS_SEGMENT_FACTOR_PHYSICAL_END = (1 << 8),
  GST_KS_SEGMENT_FACTOR_LOGICAL_END = (1 << 9)
} GstKsSegmentFactors;

/**
 * GstKsSegment:
 * @memory: kind word, interned, never a group
 * @device: (nullable): which one of the kind, interned; %NULL: any
 * @bus: (nullable): interned; %NULL: any
 * @is_default: nobody named a kind
 * @size: bytes the consumer sees
 * @sizes: bytes; every size that all pads could take
 * @stride: bytes a row that all pads can take
 * @block: bytes; @prefix + @size + @padding, rounded up to @align
 * @align: bytes, power of two, of the block's start
 * @prefix: bytes before the frame
 * @padding: bytes after the frame
 * @frames: how many are held
 * @cap: how many may exist; %GST_KS_RANGE_LIMIT: no cap
 * @allocator: (nullable): name of the pad where the allocator is
 * @place: where that is in the segment
 * @state: how far the sizes were given
 * @flags: what is to be known
 * @factors: what shaped it
 * @n_pads: how many pads share it
 * @pads: (array length=n_pads): their names, sorted
 * @items: (array length=n_pads): which alternative of each pad was taken
 * @pad_sizes: (array length=n_pads): bytes that each pad sees; @size but where a
 *     ratio lies between pads, and then @size is the largest
 *
 * Pads that share one allocator, and the frames of it. KS: a pipe.
 *
 * Since: 0.9
 */
typedef struct _GstKsSegment GstKsSegment;

struct _GstKsSegment
{
  const gchar *memory;
  const gchar *device;
  const gchar *bus;
  gboolean is_default;
  guint64 size;
  GstKsRange sizes;
  GstKsRange stride;
  guint64 block;
  guint64 align;
  guint64 prefix;
  guint64 padding;
  guint64 frames;
  guint64 cap;
  const gchar *allocator;
  GstKsSegmentPlace place;
  GstKsSegmentState state;
  GstKsSegmentFlags flags;
  GstKsSegmentFactors factors;
  guint n_pads;
  const gchar **pads;
  guint *items;
  guint64 *pad_sizes;
};

/**
 * GstKsCut:
 * @a: name of the pad that frames come from
 * @b: name of the pad that they go to
 * @edge: index of the edge in the graph
 * @code: why
 * @text: the same for people
 *
 * A copy, and the reason for it.
 *
 * Since: 0.9
 */
typedef struct _GstKsCut GstKsCut;

struct _GstKsCut
{
  const gchar *a;
  const gchar *b;
  guint edge;
  GstKsPlanCode code;
  gchar *text;
};

/**
 * GstKsConflict:
 * @code: what they cannot agree on
 * @n_pads: how many pads
 * @pads: (array length=n_pads): names of a smallest set that still conflicts,
 *     sorted
 * @text: the same for people
 * @relax: the nearest change that would help
 *
 * Why there is no plan.
 *
 * Since: 0.9
 */
typedef struct _GstKsConflict GstKsConflict;

struct _GstKsConflict
{
  GstKsPlanCode code;
  guint n_pads;
  const gchar **pads;
  gchar *text;
  gchar *relax;
};

/**
 * GstKsPlanTotals:
 * @copies: sum of the copy costs of all cuts
 * @weight: of items and edges
 * @allocators: how many segments
 * @bytes: sum of block times max (frames, 1) over segments
 *
 * What a plan costs. Weight and bytes stay at their limits of 2^63 and 2^64.
 *
 * Since: 0.9
 */
typedef struct _GstKsPlanTotals GstKsPlanTotals;

struct _GstKsPlanTotals
{
  guint64 copies;
  gint64 weight;
  guint allocators;
  guint64 bytes;
};

/**
 * GstKsPlan:
 *
 * What was decided for a graph. Boxed, immutable, reference counted; any
 * thread. What the peek functions return lives as long as the plan.
 *
 * Since: 0.9
 */
typedef struct _GstKsPlan GstKsPlan;

GST_KS_API GType           gst_ks_plan_get_type (void);

GST_KS_API GstKsPlan *     gst_ks_plan_new_invalid (const gchar *where, const gchar *text);
GST_KS_API GstKsPlan *     gst_ks_plan_ref (GstKsPlan *plan);
GST_KS_API void            gst_ks_plan_unref (GstKsPlan *plan);

GST_KS_API GstKsPlanStatus gst_ks_plan_get_status (const GstKsPlan *plan);
GST_KS_API gboolean        gst_ks_plan_is_proven_optimal (const GstKsPlan *plan);
GST_KS_API void            gst_ks_plan_get_totals (const GstKsPlan *plan, GstKsPlanTotals *totals);
GST_KS_API guint           gst_ks_plan_get_n_segments (const GstKsPlan *plan);
GST_KS_API const GstKsSegment * gst_ks_plan_peek_segment (const GstKsPlan *plan, guint index);
GST_KS_API guint           gst_ks_plan_get_n_cuts (const GstKsPlan *plan);
GST_KS_API const GstKsCut * gst_ks_plan_peek_cut (const GstKsPlan *plan, guint index);
/* Unsatisfiable only, else NULL. */
GST_KS_API const GstKsConflict * gst_ks_plan_peek_conflict (const GstKsPlan *plan);
/* Invalid only, else NULL. */
GST_KS_API const gchar *   gst_ks_plan_peek_error_where (const GstKsPlan *plan);
GST_KS_API const gchar *   gst_ks_plan_peek_error_text (const GstKsPlan *plan);

/* The words of the text form; of flags and factors, that of one bit. NULL for
 * what is none. */
GST_KS_API const gchar *   gst_ks_plan_status_to_string (GstKsPlanStatus status);
GST_KS_API const gchar *   gst_ks_plan_code_to_string (GstKsPlanCode code);
GST_KS_API const gchar *   gst_ks_segment_place_to_string (GstKsSegmentPlace place);
GST_KS_API const gchar *   gst_ks_segment_state_to_string (GstKsSegmentState state);
GST_KS_API const gchar *   gst_ks_segment_flag_to_string (GstKsSegmentFlags flag);
GST_KS_API const gchar *   gst_ks_segment_factor_to_string (GstKsSegmentFactors factor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKsPlan, gst_ks_plan_unref)

G_END_DECLS
