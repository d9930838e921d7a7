/* A negotiator for each pipeline of the process, and what became of its plan.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksnegotiator.h>

G_BEGIN_DECLS

/* Pipelines whose plans are kept for the report. */
#define GST_KS_TRACER_MAX_PLANS 64

/* What is told of one pipeline. */
typedef struct
{
  gchar *pipeline;              /* owned, as the others */
  GstKsPlan *plan;
  GstKsGraph *graph;
  GstStructure *report;
} GstKsTracerPlan;

typedef struct _GstKsTracerPlans GstKsTracerPlans;

GstKsTracerPlans * gst_ks_tracer_plans_new     (void);
void               gst_ks_tracer_plans_free    (GstKsTracerPlans *plans);
/* Before CHANGE of any element; pipelines get their negotiator with the first. */
void               gst_ks_tracer_plans_note    (GstKsTracerPlans *plans, GstElement *element, GstStateChange change);
/* An array of GstKsTracerPlan, to be unreferenced: of pipelines that run as it
 * is now, of others as it was when they stopped. Those above the limit are
 * counted in n_more. */
GPtrArray *        gst_ks_tracer_plans_get     (GstKsTracerPlans *plans, guint *n_more);

G_END_DECLS
