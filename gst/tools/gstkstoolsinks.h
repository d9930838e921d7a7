/* Whether a first frame has come to each sink of a pipeline.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Then whoever makes frames for them has asked where they shall come from. */
typedef struct _GstKsToolSinks GstKsToolSinks;

/* The name of the application message on the pipeline's bus when all are reached. */
#define GST_KS_TOOL_SINKS_REACHED "ks-sinks-reached"

/* Any state of the pipeline; sinks that come later count too. */
GstKsToolSinks * gst_ks_tool_sinks_new       (GstBin *pipeline);
void             gst_ks_tool_sinks_free      (GstKsToolSinks *sinks);
/* Those that were not reached, for people; owned by the caller, NULL: none. */
gchar *          gst_ks_tool_sinks_unreached (GstKsToolSinks *sinks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKsToolSinks, gst_ks_tool_sinks_free)

G_END_DECLS
