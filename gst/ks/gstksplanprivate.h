/* The inside of GstKsPlan, for those that make and check one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksgraph.h"

G_BEGIN_DECLS

struct _GstKsPlan
{
  gatomicrefcount ref_count;
  GstKsGraph *graph;            /* keeps the names; NULL: there are none */
  GstKsPlanStatus status;
  gboolean proven_optimal;
  GstKsPlanTotals totals;
  GArray *segments;             /* of GstKsSegment; owns pads and items */
  GArray *cuts;                 /* of GstKsCut; owns the text */
  GstKsConflict *conflict;      /* NULL: none */
  gchar *where, *text;          /* NULL: valid */
};

/* A plan with nothing in it for a graph or NULL; its maker fills it in before anybody else sees it. */
GstKsPlan * gst_ks_plan_new (GstKsPlanStatus status, const GstKsGraph *graph);

/* Once a plan is complete: a critical message when it does not keep its graph, in builds that check. */
void gst_ks_plan_certify (const GstKsPlan *plan, const GstKsGraph *graph);

G_END_DECLS
