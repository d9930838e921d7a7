/* GstKsTracer: watches and serves pipelines that nobody can edit, by GST_TRACERS="ks(...)".
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

/* The class and its hooks are not yet stable API of GStreamer. */
#define GST_USE_UNSTABLE_API
#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_KS_TRACER (gst_ks_tracer_get_type ())
G_DECLARE_FINAL_TYPE (GstKsTracer, gst_ks_tracer, GST, KS_TRACER, GstTracer)

gboolean gst_ks_tracer_register (GstPlugin *plugin);

G_END_DECLS
