/* What became of a pipeline's frames, for people and for programs.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksplansvg.h"
#include "gstkstoolplay.h"
#include "gstkstoolsnapshot.h"

G_BEGIN_DECLS

/* Tables; owned by the caller. */
gchar * gst_ks_tool_launch_text (const GstKsToolSnapshot *snapshot);

/* The plan over all of the pipeline. RAN: with what was counted on its way. */
gboolean gst_ks_tool_launch_svg (const GstKsToolSnapshot *snapshot, gboolean ran, const GstKsToolSvg *svg, GError **error);

typedef struct
{
  const gchar *line;            /* of the pipeline */
  GstKsToolEnd end;
  const gchar *error;           /* NULL: none */
  GstClockTime ran;             /* ns */
} GstKsToolRun;

/* As docs/launch.schema.json has it; owned by the caller. */
gchar * gst_ks_tool_launch_json (const GstKsToolSnapshot *snapshot, const GstKsToolRun *run);

G_END_DECLS
