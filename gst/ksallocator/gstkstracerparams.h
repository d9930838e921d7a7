/* What somebody asked of the tracer ks, read from its parameter string.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksguardmode.h>

G_BEGIN_DECLS

/* Requests smaller than this stay with the stock allocator; bytes. */
#define GST_KS_TRACER_THRESHOLD (64 * 1024)

typedef enum
{
  GST_KS_TRACER_REPORT_COPIES = 1 << 0,
  GST_KS_TRACER_REPORT_DISCARDS = 1 << 1,
  GST_KS_TRACER_REPORT_STARVE = 1 << 2,
  GST_KS_TRACER_REPORT_NEGOTIATION = 1 << 3,
} GstKsTracerReportFlags;

/* What who names nothing wants to see. */
#define GST_KS_TRACER_REPORT_DEFAULT \
    (GST_KS_TRACER_REPORT_COPIES | GST_KS_TRACER_REPORT_DISCARDS)

/* What is told at exit; the rest is told when it happens. */
#define GST_KS_TRACER_REPORT_AT_EXIT \
    (GST_KS_TRACER_REPORT_DEFAULT | GST_KS_TRACER_REPORT_NEGOTIATION)

typedef struct
{
  gchar *kind;                  /* of default=, NULL: the process default stays */
  gsize threshold;              /* bytes */
  guint report;                 /* GstKsTracerReportFlags */
  gchar *summary;               /* file for the JSON form, or NULL */
  gchar *map;                   /* file for the map of memory, .svg or .json; or NULL */
  gboolean negotiate;           /* one plan for each pipeline */
  GstKsGuard guard;             /* DEFAULT: as the environment says */
} GstKsTracerParams;

/* Always leaves usable params; returns what was wrong, in one text, or NULL. */
gchar * gst_ks_tracer_params_parse (const gchar *text, GstKsTracerParams *params);
void    gst_ks_tracer_params_clear (GstKsTracerParams *params);

/* Something to tell at exit, so its hooks are worth their cost. */
static inline gboolean
gst_ks_tracer_params_watches (const GstKsTracerParams *params)
{
  return (params->report & GST_KS_TRACER_REPORT_AT_EXIT) != 0 || params->summary != NULL;
}

G_END_DECLS
