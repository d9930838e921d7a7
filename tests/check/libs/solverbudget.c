/* Graphs that are too hard for their work budget: a plan comes all the same.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every pad takes system memory of every size as its last alternative, so that
 * there always is a plan. That searches end is what the limit of the test's own
 * time says; how long they take is printed. KS_SEED repeats a run.
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>
#include <gst/ks/gstksplancheck.h>

#define ROUNDS 3                /* seeds a row */

/* Of a graph: random edges of which some are must, and what pads say first. */
typedef struct
{
  const gchar *name;
  guint pads, edges;
  guint musts;                  /* of 100 edges */
  gboolean ratios;              /* of half of the edges */
  const gchar *first;           /* with a prime for its %u */
} Nasty;

/* *INDENT-OFF* */
static const Nasty rows[] = {
  {"steps without a common factor", 60, 120, 30, FALSE,
    "system, size=%u../%1$u, frames=1..20, align=64, weight=1; mapped, size=1..900000/%1$u; "},
  {"kinds and devices", 60, 90, 20, FALSE,
    "cuda, device=d%u, frames=1..4, flags=can-allocate, weight=3; huge, size=..%1$u, frames=1..5; "
    "locked, stride=%1$u../%1$u, flags=must-allocate; "},
  {"changes in place", 60, 120, 30, FALSE,
    "mapped, flags=in-place, weight=1; mapped, size=%u.., flags=frame-integrity, weight=2; "},
  {"ratios round loops", 60, 90, 0, TRUE,
    "mapped, size=%u../%1$u, weight=1, flags=insist-on-ratio; mapped, prefer=%1$u../7; "},
  {"everything with everything", 24, 276, 0, FALSE,
    "huge, size=..%u, frames=1..9, weight=1; locked, size=%1$u..; "},
  {"one with many", 60, 0, 50, FALSE,
    "system, size=%u../%1$u, frames=1..30, weight=1; mapped, size=1../%1$u; "},
};
/* *INDENT-ON* */

static const guint primes[] = {
  2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71
};

static const guint64 budgets[] = { 1, 100, 10000, 100000 };

static void
add_pad (GstKsGraph * graph, guint i, const Nasty * row)
{
  g_autofree gchar *name = g_strdup_printf ("e%02u:p%02u", i / 2, i);
  g_autofree gchar *prime =
      g_strdup_printf ("%u", primes[i % G_N_ELEMENTS (primes)]);
  g_auto (GStrv) all = g_strsplit (row->first, "%u", -1);
  g_autofree gchar *one = g_strjoinv (prime, all);
  g_auto (GStrv) more = g_strsplit (one, "%1$u", -1);
  g_autofree gchar *first = g_strjoinv (prime, more);
  g_autofree gchar *text = g_strconcat (first, "system", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (text, &error);

  g_assert_no_error (error);
  fail_unless (gst_ks_graph_add_pad (graph, name, framing, NULL));
}

static void
add_edge (GstKsGraph * graph, const Nasty * row, const guint ends[2],
    GRand * rand)
{
  const GstKsRatio ratio = { 3, 2, 1 };
  GstKsEdge edge = GST_KS_EDGE_INIT (gst_ks_graph_peek_pad_name (graph,
          ends[0]), gst_ks_graph_peek_pad_name (graph, ends[1]),
      GST_KS_EDGE_KIND_MAY);

  if (row->ratios && g_rand_int_range (rand, 0, 2) == 0)
    edge.ratio = ratio;
  if (g_rand_int_range (rand, 0, 100) < (gint) row->musts)
    edge.kind = GST_KS_EDGE_KIND_MUST;
  edge.in_place_weight = g_rand_int_range (rand, -1, 2);
  fail_unless (gst_ks_graph_add_edge (graph, &edge, NULL));
}

static GstKsGraph *
nasty_new (const Nasty * row, GRand * rand)
{
  GstKsGraph *graph = gst_ks_graph_new ();

  for (guint i = 0; i < row->pads; i++)
    add_pad (graph, i, row);
  for (guint i = 1; i < row->pads; i++) {
    guint ends[2] = { row->edges > 0 ? i - 1 : 0, i };

    add_edge (graph, row, ends, rand);
  }
  for (guint i = row->pads; i <= row->edges; i++) {
    guint ends[2] = { (guint) g_rand_int_range (rand, 0, (gint) row->pads), 0 };

    ends[1] = (ends[0] + (guint) g_rand_int_range (rand, 1, (gint) row->pads))
        % row->pads;
    add_edge (graph, row, ends, rand);
  }
  return graph;
}

static void
check_budget (const Nasty * row, const GstKsGraph * graph, guint64 budget)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GstKsPlan) plan = gst_ks_graph_solve (graph, budget);
  gint64 end = g_get_monotonic_time ();
  const GstKsConflict *conflict = gst_ks_plan_peek_conflict (plan);
  g_autoptr (GError) error = NULL;
  GstKsPlanTotals totals;

  gst_ks_plan_get_totals (plan, &totals);
  g_print ("%s, budget %u: %d ms, %s, %u copies%s\n", row->name, (guint) budget,
      (gint) ((end - begin) / 1000),
      gst_ks_plan_status_to_string (gst_ks_plan_get_status (plan)),
      (guint) totals.copies,
      gst_ks_plan_is_proven_optimal (plan) ? ", proven" : "");
  fail_unless (gst_ks_plan_get_status (plan) == GST_KS_PLAN_STATUS_OK,
      "%s: %s", row->name, conflict ? conflict->text : "");
  fail_unless (gst_ks_plan_check (plan, graph, &error), "%s: %s", row->name,
      error ? error->message : "");
  fail_if (budget == 1 && gst_ks_plan_is_proven_optimal (plan));
}

GST_START_TEST (test_nasty)
{
  const Nasty *row = &rows[__i__];
  const gchar *given = g_getenv ("KS_SEED");
  guint32 seed = given ? (guint32) g_ascii_strtoull (given, NULL, 10)
      : g_random_int () & 0xffffff;
  GRand *rand = g_rand_new_with_seed (seed);

  g_print ("%s: KS_SEED=%u\n", row->name, seed);
  for (guint i = 0; i < (g_getenv ("KS_QUICK") ? 1 : ROUNDS); i++) {
    g_autoptr (GstKsGraph) graph = nasty_new (row, rand);

    for (guint k = 0; k < G_N_ELEMENTS (budgets); k++)
      check_budget (row, graph, budgets[k]);
  }
  g_rand_free (rand);
}

GST_END_TEST;

static Suite *
solverbudget_suite (void)
{
  Suite *s = suite_create ("solverbudget");
  TCase *tc = tcase_create ("budget");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_nasty, 0, G_N_ELEMENTS (rows));
  return s;
}

GST_CHECK_MAIN (solverbudget);
