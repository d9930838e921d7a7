/* GstKsTracerDefault: the process default that sends large requests to one of our kinds.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_KS_TRACER_DEFAULT (gst_ks_tracer_default_get_type ())
G_DECLARE_FINAL_TYPE (GstKsTracerDefault, gst_ks_tracer_default, GST, KS_TRACER_DEFAULT, GstAllocator)

typedef struct
{
  gsize small;                  /* requests below the threshold */
  gsize served;                 /* by the kind asked for */
  gsize fallback;               /* by system memory instead */
  gsize failed;                 /* by nobody */
} GstKsDefaultCounts;

GstKsTracerDefault * gst_ks_tracer_default_new        (const gchar *kind, gsize threshold);
/* Called once, when the core lets go of its allocators or the last user does. */
void                 gst_ks_tracer_default_set_ended  (GstKsTracerDefault *self, GDestroyNotify ended, gpointer user_data);
void                 gst_ks_tracer_default_get_counts (GstKsTracerDefault *self, GstKsDefaultCounts *counts);
gchar *              gst_ks_tracer_default_get_reason (GstKsTracerDefault *self);
GstAllocator *       gst_ks_tracer_default_get_target (GstKsTracerDefault *self);

G_END_DECLS
