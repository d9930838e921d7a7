/* What a run costs, counted by itself.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* All of the process until the pipeline has given everything back. It goes
 * through a pipe from one process of this program to another. */
typedef struct
{
  guint64 wall;                 /* ns; from its start */
  guint64 ran;                  /* ns; of them, from the first state change to the end */
  guint64 cpu;                  /* ns */
  guint64 minor_faults;
  guint64 major_faults;
  guint64 peak;                 /* bytes; the most that was in RAM at once */
  guint64 copies;               /* of frames or planes, as far as GStreamer tells */
  guint64 copied;               /* bytes */
  guint64 fresh;                /* blocks that were made, not used again */
  guint64 frames;               /* that sinks got */
  gboolean has_copies;          /* FALSE: there is no log to read them in */
} GstKsToolCost;

/* After gst_init (), before there is a pipeline; once. */
void     gst_ks_tool_cost_start    (void);
/* At its end, while it still has its frames. RAN is in ns. */
void     gst_ks_tool_cost_look     (GstKsToolCost *cost, GstBin *pipeline, GstClockTime ran);
/* When it is gone. Writes COST, with a point in time for its wall. */
gboolean gst_ks_tool_cost_send     (GstKsToolCost *cost, gint fd, GError **error);
/* In the process that began the other one at BEGIN, us of the monotonic clock. */
gboolean gst_ks_tool_cost_receive  (GstKsToolCost *cost, gint fd, gint64 begin, GError **error);

G_END_DECLS
