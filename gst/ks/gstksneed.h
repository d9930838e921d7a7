/* What a pad needs of its frames, found out from outside. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksask.h"
#include "gstksgraph.h"

G_BEGIN_DECLS

/* What an element does with a frame that it passes on. */
typedef enum
{
  GST_KS_PASSING_UNTOUCHED,     /* a queue, a tee */
  GST_KS_PASSING_IN_PLACE       /* changed, in a copy when others look at it */
} GstKsPassing;

GstKsPassing   gst_ks_need_passing (GstPad *pad);
/* Of an element that never makes a frame, so never asks for itself. */
gboolean       gst_ks_need_only_passes (GstPad *pad);
/* Of a source pad that makes frames of caps (may be NULL). */
GstKsFraming * gst_ks_need_of_head (GstPad *pad, const GstCaps *caps, GError **error);
/* Of who makes or takes frames where caps name a memory. */
GstKsFraming * gst_ks_need_of_feature (const gchar *feature, GError **error);
/* Of a sink pad that was asked. */
GstKsFraming * gst_ks_need_of_answer (const GstKsAnswer *answer, const GstCaps *caps, GError **error);
GstKsFraming * gst_ks_need_of_reply (const GstKsQueryReply *reply, const GstCaps *caps, GError **error);
/* Of a source pad by which frames leave an element that passes them on. */
GstKsFraming * gst_ks_need_of_passing (GstPad *pad, const GstCaps *caps, GError **error);

/* Whether all that was met has pins; else framings are for_foreign. */
gboolean       gst_ks_need_is_all_ours (const GstKsAsk *ask);
GstKsFraming * gst_ks_need_for_foreign (GstKsFraming *framing);

/* Whether an element that can change frames in place can write into others, too. */
gboolean       gst_ks_need_works_both_ways (GstPad *pad);
/* Whether a source pad sends one frame several times. */
gboolean       gst_ks_need_repeats (GstPad *pad);

/* Tells the planner which kinds of a framing the CPU can map. */
gboolean       gst_ks_need_add_mappable (GstKsGraph *graph, const GstKsFraming *framing, GError **error);

/* The kind of memory that an answer insists on; NULL: ours will do. Interned. */
const gchar *  gst_ks_need_foreign_kind (const GstKsQueryReply *reply, const GstCaps *caps);

G_END_DECLS
