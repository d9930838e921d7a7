/* Pipelines that run in the foreground, as gst-launch-1.0 runs them.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksnegotiator.h>

#include "gstkstool.h"

G_BEGIN_DECLS

typedef struct
{
  const GstKsToolCommand *command;      /* who runs it */
  gboolean messages;            /* print those of the bus */
  gboolean verbose;             /* print changes of properties */
  gboolean progress;            /* print states on standard output */
  GstKsNegotiator *live;        /* how its frames stand is shown all the time; NULL: not so */
  guint settle_seconds;         /* end when each sink has a frame, at most that long; 0: play to the end */
} GstKsToolPlay;

typedef enum
{
  GST_KS_TOOL_END_EOS,
  GST_KS_TOOL_END_ERROR,
  GST_KS_TOOL_END_INTERRUPTED,
  GST_KS_TOOL_END_SETTLED,      /* each sink has a frame */
  GST_KS_TOOL_END_LATE          /* not so in time */
} GstKsToolEnd;

/* The pipeline stays in the state that it came to; the next call that may be
 * made is gst_ks_tool_stop (). ERROR, INTERRUPTED and LATE set ERROR. */
GstKsToolEnd  gst_ks_tool_play        (GstElement *pipeline, const GstKsToolPlay *play, GError **error);

/* To NULL, and releases it. */
void          gst_ks_tool_stop        (GstElement *pipeline);

const gchar * gst_ks_tool_end_to_string (GstKsToolEnd end);

G_END_DECLS
