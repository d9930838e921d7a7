/* ks-bench: how long plans take, of graphs that are only described.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksbench.h"

#define RINGS 10                /* places where branches meet again */
#define RING 6                  /* pads of one */

/* What pads of a chain ask for, in turn; all of them can be one segment. */
static const gchar *const shared[] = {
  "huge, size=4096..8388608/4096, frames=1.., weight=2; mapped, frames=1..",
  "mapped, size=6000.., frames=1.., align=64",
  "udmabuf, size=4096..16777216/4096, flags=can-allocate, weight=1; system",
  "any",
  "mapped, size=8192..8388608/512; cuda, frames=2.., flags=can-allocate",
};

/* Each eighth pad works on a card, so that a copy goes there and another back. */
static const gchar *const card = "cuda, frames=2.., flags=can-allocate";

static gboolean
add_pad (GstKsGraph * graph, guint i, const gchar * text, GError ** error)
{
  g_autofree gchar *name = g_strdup_printf ("e%05u:%s", i / 2,
      i % 2 ? "src" : "sink");
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (text, error);

  return framing != NULL && gst_ks_graph_add_pad (graph, name, framing, error);
}

static gboolean
add_edge (GstKsGraph * graph, guint a, guint b, GstKsEdgeKind kind,
    GError ** error)
{
  GstKsEdge edge = GST_KS_EDGE_INIT (gst_ks_graph_peek_pad_name (graph, a),
      gst_ks_graph_peek_pad_name (graph, b), kind);

  return gst_ks_graph_add_edge (graph, &edge, error);
}

/* Links are must, ways through elements are may; with copies, links are too. */
static gboolean
add_chain (GstKsGraph * graph, guint n, gboolean copies, GError ** error)
{
  for (guint i = 0; i < n; i++) {
    gboolean on_card = copies && i % 8 == 7;
    GstKsEdgeKind kind = copies || i % 2 ? GST_KS_EDGE_KIND_MAY :
        GST_KS_EDGE_KIND_MUST;

    if (!add_pad (graph, i, on_card ? card : shared[i % G_N_ELEMENTS (shared)],
            error) || (i > 0 && !add_edge (graph, i - 1, i, kind, error)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_rings (GstKsGraph * graph, guint n, GError ** error)
{
  for (guint i = 0; i < RINGS; i++) {
    guint from = i * (n / RINGS);

    if (!add_edge (graph, from, from + RING - 1, GST_KS_EDGE_KIND_MAY, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
solve (const GstKsGraph * graph, GError ** error)
{
  g_autoptr (GstKsPlan) plan = gst_ks_graph_solve (graph, 0);

  if (gst_ks_plan_get_status (plan) != GST_KS_PLAN_STATUS_OK
      || !gst_ks_plan_is_proven_optimal (plan))
    return ks_bench_fail (error, "the graph has no proven plan");
  return TRUE;
}

/* size: pads; kind: chain, copies or rings; ops: how often. */
gboolean
ks_bench_plan (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  g_autoptr (GstKsGraph) graph = gst_ks_graph_new ();
  guint n = (guint) args->size;
  gint64 begin;

  if (!add_chain (graph, n, g_strcmp0 (args->kind, "copies") == 0, error)
      || (g_strcmp0 (args->kind, "rings") == 0 && !add_rings (graph, n, error))
      || !solve (graph, error))
    return FALSE;
  begin = g_get_monotonic_time ();
  for (gint64 i = 0; i < args->ops; i++) {
    if (!solve (graph, error))
      return FALSE;
  }
  ks_bench_value (result, "time",
      (gdouble) (g_get_monotonic_time () - begin) / 1000 / args->ops);
  return TRUE;
}
