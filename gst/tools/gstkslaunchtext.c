/* What became of a pipeline's frames, for people.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The plan comes first, then how the pipeline kept to it, and last what the
 * plan does not reach.
 */
#include "gstkslaunchtext.h"

#include <string.h>

#include "gstksplantext.h"
#include "gstkstable.h"
#include "gstkstoolpipeline.h"

/* --- what is not reached --- */

static gboolean
names_pad (const GstStructure * structure, const gchar * pad)
{
  return g_strcmp0 (gst_structure_get_string (structure, "pad"), pad) == 0;
}

/* Of the report's sources, when it has that pad. */
static gboolean
is_reported (const GstStructure * report, const gchar * pad)
{
  const GValue *sources = gst_structure_get_value (report, "sources");

  if (sources == NULL || !GST_VALUE_HOLDS_ARRAY (sources))
    return FALSE;
  for (guint i = 0; i < gst_value_array_get_size (sources); i++) {
    const GValue *value = gst_value_array_get_value (sources, i);

    if (GST_VALUE_HOLDS_STRUCTURE (value)
        && names_pad (gst_value_get_structure (value), pad))
      return TRUE;
  }
  return FALSE;
}

static void
append_unreached (GString * text, const GstKsToolSnapshot * snapshot)
{
  g_autoptr (GPtrArray) rows = gst_ks_table_new ();

  for (guint i = 0; i < snapshot->links->len; i++) {
    const GstKsToolLink *link = snapshot->links->pdata[i];
    const gchar *row[] = { link->src, "->", link->sink, link->caps
          ? "nobody asked where these frames shall come from"
          : "no caps came this way, and nobody asked", NULL
    };

    if (gst_ks_graph_find_pad (snapshot->graph, link->src) < 0
        && !is_reported (snapshot->report, link->src))
      gst_ks_table_add (rows, g_strdupv ((gchar **) row));
  }
  if (rows->len > 0)
    g_string_append (text, "\nnot reached\n");
  gst_ks_table_append (text, rows);
}

gchar *
gst_ks_tool_launch_text (const GstKsToolSnapshot * snapshot)
{
  g_autofree gchar *plan = gst_ks_tool_plan_table (snapshot->plan);
  GString *text = g_string_new (plan);

  gst_ks_table_append_report (text, snapshot->report);
  append_unreached (text, snapshot);
  return g_string_free (text, FALSE);
}
