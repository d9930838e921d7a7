/* Pictures of plans as files.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksgraph.h>

#include "gstksplantext.h"
#include "gstkstool.h"

G_BEGIN_DECLS

/* The options that say so. */
typedef struct
{
  gchar *file;                  /* owned by who has the options; NULL: no picture */
  gint seconds;                 /* dot has this long */
} GstKsToolSvg;

#define GST_KS_TOOL_SVG_INIT { NULL, 30 }

/* Rows for gst_ks_tool_parse (). */
#define GST_KS_TOOL_SVG_OPTIONS(svg) \
    {"svg", 0, 0, G_OPTION_ARG_FILENAME, &(svg).file, \
        "Draw it too; needs Graphviz's dot", "FILE"}, \
    {"svg-seconds", 0, 0, G_OPTION_ARG_INT, &(svg).seconds, \
        "How long dot may take (30)", "N"}

/* FALSE: usage error, said on stderr. */
gboolean gst_ks_tool_svg_check     (const GstKsToolCommand *command, const GstKsToolSvg *svg);

/* GRAPH is what is drawn, and may have more or less than was planned; NOTES may be NULL. */
gboolean gst_ks_tool_plan_save_svg (const GstKsPlan *plan, const GstKsGraph *graph, const GstKsToolNotes *notes, const GstKsToolSvg *svg, GError **error);

G_END_DECLS
