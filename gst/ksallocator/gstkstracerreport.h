/* What the tracer ks tells at exit, as a table for people and as JSON.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkstracercopies.h"
#include "gstkstracerdefault.h"
#include "gstkstracerlinks.h"
#include "gstkstracerparams.h"
#include "gstkstracerplans.h"
#include "gstkstracersinks.h"

G_BEGIN_DECLS

/* Everything is borrowed but stores, plans, sinks and reason. */
typedef struct
{
  const GstKsTracerParams *params;
  GstKsTracerLinks *links;
  GPtrArray *stores;            /* GstStructure named after the kind */
  GPtrArray *plans;             /* of GstKsTracerPlan; NULL without negotiate= */
  guint n_more_plans;           /* pipelines of which no plan was kept */
  GstKsDefaultCounts counts;    /* of default=, all 0 without it */
  gchar *reason;                /* why the kind of default= could not serve */
  gboolean log_is_read;         /* copies is meaningful */
  const gchar *log_trouble;     /* why it is not */
  GstKsTracerCopies copies;
  GPtrArray *sinks;             /* GstKsTracerSink: who copied frames */
  glong minor_faults;           /* of the process */
  glong major_faults;
} GstKsTracerReport;

gchar * gst_ks_tracer_report_to_text (const GstKsTracerReport *report);
gchar * gst_ks_tracer_report_to_json (const GstKsTracerReport *report);

/* A counter of a store; 0 when it has no such one. */
guint64 gst_ks_tracer_store_count    (const GstStructure *store, const gchar *name);

/* What no counter sees, in both forms. */
#define GST_KS_TRACER_BLIND_SPOT \
    "Copies that elements make by hand are not seen; copies of foreign " \
    "memory only as far as the performance log tells."

G_END_DECLS
