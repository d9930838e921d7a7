/* Pictures of plans as files.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksplansvg.h"

#include "gstksdot.h"
#include "gstkswritefile.h"

#define MAX_SECONDS 3600

gboolean
gst_ks_tool_svg_check (const GstKsToolCommand * command,
    const GstKsToolSvg * svg)
{
  g_autoptr (GError) error = NULL;

  if (svg->file && !gst_ks_write_file_check_name (svg->file, TRUE, &error)) {
    gst_ks_tool_usage (command, "--svg: %s", error->message);
    return FALSE;
  }
  if (svg->seconds > 0 && svg->seconds <= MAX_SECONDS)
    return TRUE;
  gst_ks_tool_usage (command, "--svg-seconds=%d is not from 1 to %d",
      svg->seconds, MAX_SECONDS);
  return FALSE;
}

gboolean
gst_ks_tool_plan_save_svg (const GstKsPlan * plan, const GstKsGraph * graph,
    const GstKsToolNotes * notes, const GstKsToolSvg * svg, GError ** error)
{
  g_autofree gchar *text = NULL;
  g_autoptr (GBytes) picture = NULL;
  gconstpointer data;
  gsize size;

  if (gst_ks_graph_get_n_pads (graph) > GST_KS_TOOL_MAX_DRAWN) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
        "not drawn: nobody could read a picture of more than %d pads; draw a "
        "part of the graph", GST_KS_TOOL_MAX_DRAWN);
    return FALSE;
  }
  text = gst_ks_tool_plan_draw (plan, graph, notes);
  picture = gst_ks_tool_run_dot (text, (guint) svg->seconds, error);
  if (picture == NULL)
    return FALSE;
  data = g_bytes_get_data (picture, &size);
  return gst_ks_write_file (svg->file, data, size, error);
}
