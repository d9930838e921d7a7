/* GstKsNegotiator: one decision for all frames of a bin, its elements unchanged.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksgraph.h>
#include <gst/ks/gstkspin.h>

G_BEGIN_DECLS

/**
 * GstKsNegotiator:
 *
 * Sits in the ALLOCATION queries of a bin's elements: each branch is asked, the
 * graph is solved, and whoever makes frames is given the pool of its segment.
 * Thread-safe.
 *
 * KS: the graph manager's part in allocation.
 *
 * Since: 0.9
 */
#define GST_TYPE_KS_NEGOTIATOR (gst_ks_negotiator_get_type ())
GST_KS_API
G_DECLARE_FINAL_TYPE (GstKsNegotiator, gst_ks_negotiator, GST, KS_NEGOTIATOR, GObject)

GST_KS_API GstKsNegotiator * gst_ks_negotiator_new (GstBin *bin);
GST_KS_API void              gst_ks_negotiator_attach (GstKsNegotiator *self);
GST_KS_API void              gst_ks_negotiator_detach (GstKsNegotiator *self);
/* What is in force; never NULL. */
GST_KS_API GstKsPlan *       gst_ks_negotiator_get_plan (GstKsNegotiator *self);
/* What it was made of: each pad with what it needs. */
GST_KS_API GstKsGraph *      gst_ks_negotiator_get_graph (GstKsNegotiator *self);
/* How the bin keeps to it: "ks-report". */
GST_KS_API GstStructure *    gst_ks_negotiator_get_report (GstKsNegotiator *self);
/* For query functions of those who know us: our pins are asked apart. */
GST_KS_API gboolean          gst_ks_query_is_planned (GstQuery *query);

G_END_DECLS
