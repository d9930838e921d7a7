/* Graphs of the planner's tests, as rows of text.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "solverrows.h"

#include <gst/check/gstcheck.h>

static void
add_pads (GstKsGraph * graph, const gchar * text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) sides = g_strsplit (lines[i], " = ", 2);
    g_autoptr (GError) error = NULL;
    g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (sides[1], &error);

    g_assert_no_error (error);
    fail_unless (gst_ks_graph_add_pad (graph, sides[0], framing, NULL));
  }
}

/* n/d+m, read as a framing's */
static void
read_ratio (const gchar * text, GstKsRatio * ratio)
{
  g_autofree gchar *framing = g_strdup_printf ("any, ratio=%s", text);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) parsed = gst_ks_framing_parse (framing, &error);

  g_assert_no_error (error);
  *ratio = *gst_ks_framing_peek_ratio (parsed);
}

static void
add_edges (GstKsGraph * graph, const gchar * text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
    guint n = g_strv_length (words);
    g_autoptr (GError) error = NULL;

    GstKsEdge edge = GST_KS_EDGE_INIT (words[0], words[2],
        words[1][0] == '-' ? GST_KS_EDGE_KIND_MUST : GST_KS_EDGE_KIND_MAY);

    if (n > 3)
      edge.copy_cost = (guint) g_ascii_strtoull (words[3], NULL, 10);
    if (n > 4)
      read_ratio (words[4], &edge.ratio);
    gst_ks_graph_add_edge (graph, &edge, &error);
    g_assert_no_error (error);
  }
}

GstKsGraph *
solver_row_to_graph (const SolverRow * row)
{
  GstKsGraph *graph = gst_ks_graph_new ();
  GstKsStrategy strategy = GST_KS_STRATEGY_DEFAULT;

  if (row->strategy != NULL)
    fail_unless (gst_ks_strategy_from_string (row->strategy, &strategy));
  gst_ks_graph_set_strategy (graph, strategy);
  add_pads (graph, row->pads);
  if (row->edges != NULL)
    add_edges (graph, row->edges);
  return graph;
}
