/* What became of a pipeline's frames, for people.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The plan comes first, then how the pipeline kept to it, and last what the
 * plan does not reach. The report is printed as it is: what is new in it needs
 * no new code here.
 */
#include "gstkslaunchtext.h"

#include <string.h>

#include "gstksplantext.h"
#include "gstkstable.h"
#include "gstkstoolpipeline.h"

/* --- the report --- */

static gboolean
is_told_by_plan (GQuark field, const GValue * value, gpointer data)
{
  static const gchar *const told[] = { "a", "b", "cause", "text", NULL };

  return g_strv_contains (told, g_quark_to_string (field));
}

/* Copies that are nothing but the cuts of the plan. */
static gboolean
is_cuts (const GValue * array)
{
  for (guint i = 0; i < gst_value_array_get_size (array); i++) {
    const GValue *value = gst_value_array_get_value (array, i);

    if (!GST_VALUE_HOLDS_STRUCTURE (value)
        || !gst_structure_foreach (gst_value_get_structure (value),
            is_told_by_plan, NULL))
      return FALSE;
  }
  return TRUE;
}

static gboolean
append_array (GQuark field, const GValue * value, gpointer text)
{
  g_autoptr (GPtrArray) rows = gst_ks_table_of_structures (value);

  if (rows == NULL || is_cuts (value))
    return TRUE;
  g_string_append_printf (text, "\n%s\n", g_quark_to_string (field));
  gst_ks_table_append (text, rows);
  return TRUE;
}

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

  gst_structure_foreach (snapshot->report, append_array, text);
  append_unreached (text, snapshot);
  /* names are what somebody wrote: nothing that a terminal obeys */
  for (gchar * at = text->str; *at != '\0'; at++) {
    if (g_ascii_iscntrl (*at) && *at != '\n')
      *at = ' ';
  }
  return g_string_free (text, FALSE);
}
