/* The words for why there is no plan, or a copy, and for what would help.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssolverprivate.h"

#define N_CODES 14

static const gchar *const reasons[N_CODES] = {
  [GST_KS_PLAN_CODE_MEMORY] = "their kinds of memory do not meet",
  [GST_KS_PLAN_CODE_DEVICE] = "they name different devices",
  [GST_KS_PLAN_CODE_BUS] = "they name different buses",
  [GST_KS_PLAN_CODE_SIZE] = "they have no size in common",
  [GST_KS_PLAN_CODE_STRIDE] = "they have no stride in common",
  [GST_KS_PLAN_CODE_ALIGN] = "their alignments cannot be merged",
  [GST_KS_PLAN_CODE_FRAMES] = "they hold more frames than a cap allows",
  [GST_KS_PLAN_CODE_MUST_ALLOCATE] = "more than one insists on allocating",
  [GST_KS_PLAN_CODE_CANNOT_ALLOCATE] = "none of them can allocate the memory",
  [GST_KS_PLAN_CODE_RATIO] =
      "a ratio ties sizes that cannot be had together, or is not known",
  [GST_KS_PLAN_CODE_LIMIT] = "the work budget ended before it was found out",
  [GST_KS_PLAN_CODE_OVERFLOW] = "their frames would be above 2^62 bytes",
  [GST_KS_PLAN_CODE_FRAME_INTEGRITY] =
      "frames that others still look at would be changed in place",
  [GST_KS_PLAN_CODE_WEIGHT] =
      "it is possible, and worse for the graph as a whole",
};

/* Where a %s or a number goes is told by help_append (). */
static const gchar *const helps[N_CODES] = {
  [GST_KS_PLAN_CODE_DEVICE] = "leave the device out",
  [GST_KS_PLAN_CODE_BUS] = "leave the bus out",
  [GST_KS_PLAN_CODE_MUST_ALLOCATE] = "leave must-allocate out",
  [GST_KS_PLAN_CODE_CANNOT_ALLOCATE] =
      "say can-allocate if it can create this memory, or offer another kind",
  [GST_KS_PLAN_CODE_RATIO] =
      "leave insist-on-ratio out, allow partial-read, or let the ratio be another",
  [GST_KS_PLAN_CODE_LIMIT] = "allow more work",
  [GST_KS_PLAN_CODE_OVERFLOW] = "lower prefix, padding or frames",
  [GST_KS_PLAN_CODE_FRAME_INTEGRITY] =
      "leave frame-integrity and in-place out, or let an edge be cut",
};

gchar *
gst_ks_reason_to_text (guint codes)
{
  GString *text = g_string_new (NULL);

  for (guint code = 0; code < N_CODES; code++) {
    if ((codes & (1u << code)) == 0)
      continue;
    if (text->len > 0)
      g_string_append (text, ", and ");
    g_string_append (text, reasons[code]);
  }
  return g_string_free (text, FALSE);
}

GstKsPlanCode
gst_ks_reason_to_code (guint codes)
{
  return (GstKsPlanCode) g_bit_nth_lsf (codes, -1);
}

/* Nobody else in the segment is its allocator. */
static void
append_kind (GString * text, const GstKsBase * base,
    const GstKsSegment * segment, guint pad)
{
  g_string_append_printf (text, "offer %s", segment->memory);
  if (segment->allocator == segment->pads[pad]
      && !gst_ks_graph_framework_allocates (base->graph, segment->memory))
    g_string_append (text, " with can-allocate");
}

static void
append_help (GString * text, GstKsPlanCode code, const GstKsBase * base,
    const GstKsSegment * segment, guint pad)
{
  switch (code) {
    case GST_KS_PLAN_CODE_MEMORY:
      append_kind (text, base, segment, pad);
      break;
    case GST_KS_PLAN_CODE_SIZE:
      g_string_append_printf (text, "widen size to take %" G_GUINT64_FORMAT,
          segment->pad_sizes[pad]);
      break;
    case GST_KS_PLAN_CODE_STRIDE:
      g_string_append_printf (text, "widen stride to take %" G_GUINT64_FORMAT,
          segment->stride.min);
      break;
    case GST_KS_PLAN_CODE_FRAMES:
      g_string_append_printf (text, "raise the cap of frames to %"
          G_GUINT64_FORMAT ", or hold fewer", segment->frames);
      break;
    default:
      g_string_append (text, helps[code]);
      break;
  }
}

/* segment: may be NULL with GST_KS_RELAX (LIMIT) only */
gchar *
gst_ks_reason_to_help (guint relax, const GstKsBase * base,
    const GstKsSegment * segment, guint pad)
{
  GString *text = g_string_new (NULL);

  for (guint code = 0; code < N_CODES; code++) {
    if ((relax & (1u << code)) == 0)
      continue;
    if (text->len > 0)
      g_string_append (text, ", and ");
    append_help (text, (GstKsPlanCode) code, base, segment, pad);
  }
  return g_string_free (text, FALSE);
}
