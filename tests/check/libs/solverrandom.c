/* Plans of small random graphs against exhaustive enumeration.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every set of cuts, every choice of items, every size up to a limit is tried by
 * rules written down here once more, as plainly as they can be. The seed is
 * printed; KS_SEED repeats a run. KS_GRAPHS says how many graphs: a long run is
 *   KS_GRAPHS=60000 CK_DEFAULT_TIMEOUT=3600 ./check-libs_solverrandom
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>
#include <string.h>

#include "solverenumerate.h"

#define GRAPHS 2000
#define TOP 12                  /* ends that are written are up to it */
static gint
pick (GRand * rand, gint n)
{
  return g_rand_int_range (rand, 0, n);
}

static gboolean
one_in (GRand * rand, gint n)
{
  return pick (rand, n) == 0;
}

/* Random graphs */

static GstKsRange
random_range (GRand * rand)
{
  GstKsRange r = GST_KS_RANGE_INIT_ANY;

  if (one_in (rand, 3))
    return r;
  r.min = (guint64) pick (rand, TOP / 2);
  if (!one_in (rand, 4))
    r.max = r.min + (guint64) pick (rand, TOP / 2 + 1);
  if (r.max > r.min)
    r.step = (guint64) pick (rand, (gint) MIN (r.max - r.min, 4) + 1);
  return r;
}

static guint
random_flags (GRand * rand)
{
  guint flags = 0;

  for (guint bit = 0; bit < 8; bit++) {
    if (one_in (rand, bit == 3 ? 3 : 8))
      flags |= 1u << bit;
  }
  if (one_in (rand, 3))
    flags |= GST_KS_FRAMING_FLAG_IN_PLACE;
  return flags;
}

static void
random_item (GRand * rand, GstKsFramingItem * item)
{
  static const gchar *const kinds[] = { "any", "mapped", "mapped", "host",
    "system", "locked", "huge", "cuda", "cuda", "acme"
  };
  static const gchar *const devices[] = { NULL, NULL, NULL, "one", "two" };

  item->memory = kinds[pick (rand, G_N_ELEMENTS (kinds))];
  item->device = devices[pick (rand, G_N_ELEMENTS (devices))];
  item->bus = one_in (rand, 10) ? "pci" : one_in (rand, 10) ? "usb" : NULL;
  item->size = random_range (rand);
  if (one_in (rand, 3))
    item->prefer = random_range (rand);
  if (one_in (rand, 3))
    item->stride = random_range (rand);
  item->frames.min = (guint64) pick (rand, 3);
  if (one_in (rand, 4))
    item->frames.max = item->frames.min + (guint64) pick (rand, 4);
  item->align = (guint64) 1 << pick (rand, 4);
  item->prefix = one_in (rand, 4) ? (guint64) pick (rand, 4) : 0;
  item->padding = one_in (rand, 4) ? (guint64) pick (rand, 4) : 0;
  item->weight = one_in (rand, 2) ? pick (rand, 4) - 1 : 0;
  item->in_place_weight = one_in (rand, 4) ? pick (rand, 3) - 1 : 0;
  item->not_in_place_weight = one_in (rand, 4) ? pick (rand, 3) - 1 : 0;
  item->flags = (GstKsFramingFlags) random_flags (rand);
}

static void
random_edge (GRand * rand, Case * c, guint a, guint b)
{
  static const GstKsRatio ratios[] = { {2, 1, 0}, {1, 2, 0}, {2, 3, 1},
  {0, 0, 0}, {1, 1, 2}
  };
  GstKsEdge e = GST_KS_EDGE_INIT (c->names[a], c->names[b],
      one_in (rand, 3) ? GST_KS_EDGE_KIND_MUST : GST_KS_EDGE_KIND_MAY);

  if (one_in (rand, 4))
    e.copy_cost = (guint) pick (rand, 3);
  e.in_place_weight = one_in (rand, 3) ? pick (rand, 4) - 1 : 0;
  e.not_in_place_weight = one_in (rand, 3) ? pick (rand, 4) - 1 : 0;
  if (one_in (rand, 8)) {
    e.ratio = ratios[pick (rand, G_N_ELEMENTS (ratios))];
    c->n_ratios++;
  }
  c->ends[c->n_edges][0] = a;
  c->ends[c->n_edges][1] = b;
  c->edges[c->n_edges++] = e;
}

static void
random_edges (GRand * rand, Case * c)
{
  guint extra = c->n > 2 ? (guint) pick (rand, 4) : 0;

  for (guint i = 1; i < c->n; i++) {
    guint other = one_in (rand, 2) ? i - 1 : (guint) pick (rand, (gint) i);

    if (one_in (rand, 12))
      continue;
    if (one_in (rand, 2))
      random_edge (rand, c, i, other);
    else
      random_edge (rand, c, other, i);
  }
  for (; extra > 0; extra--) {
    guint a = (guint) pick (rand, (gint) c->n);
    guint b = (guint) pick (rand, (gint) c->n);

    if (a == b)
      continue;
    random_edge (rand, c, a, b);
    c->n_loops++;
  }
}

/* Names are in another order than positions; pairs are one element. */
static void
random_case (GRand * rand, Case * c)
{
  guint turn;

  memset (c, 0, sizeof *c);
  c->n = 1 + (guint) pick (rand, PADS);
  turn = (guint) pick (rand, 5);
  c->strategy = (GstKsStrategy) (one_in (rand, 2) ? 0 : pick (rand, 5));
  c->acme_is_mappable = one_in (rand, 2);
  c->framework = one_in (rand, 4);
  for (guint i = 0; i < c->n; i++) {
    GstKsFramingItem items[3];
    guint n = 1 + (guint) pick (rand, c->n > 5 ? 2 : 3);

    g_snprintf (c->names[i], sizeof c->names[i], "e%u:p%u",
        (i + turn) % 5 / 2, i);
    for (guint k = 0; k < n; k++) {
      items[k] = (GstKsFramingItem) GST_KS_FRAMING_ITEM_INIT ("any");
      random_item (rand, &items[k]);
    }
    c->framings[i] = gst_ks_framing_new (items, n, NULL, NULL);
    fail_unless (c->framings[i] != NULL);
  }
  random_edges (rand, c);
}

static void
case_clear (Case * c)
{
  for (guint i = 0; i < c->n; i++)
    gst_ks_framing_unref (c->framings[i]);
}

/* order: positions in the order of adding; reversed turns the edges round */
static GstKsGraph *
case_graph (const Case * c, gboolean reversed)
{
  GstKsGraph *graph = gst_ks_graph_new ();

  gst_ks_graph_set_strategy (graph, c->strategy);
  if (c->acme_is_mappable)
    fail_unless (gst_ks_graph_add_mappable (graph, "acme", NULL));
  if (c->framework)
    fail_unless (gst_ks_graph_add_framework_can_allocate (graph, "cuda", NULL));
  for (guint i = 0; i < c->n; i++) {
    guint k = reversed ? c->n - 1 - i : i;

    fail_unless (gst_ks_graph_add_pad (graph, c->names[k], c->framings[k],
            NULL));
  }
  for (guint i = 0; i < c->n_edges; i++)
    fail_unless (gst_ks_graph_add_edge (graph,
            &c->edges[reversed ? c->n_edges - 1 - i : i], NULL));
  return graph;
}

/* Comparison */

static gchar *
describe (const Case * c)
{
  GString *text = g_string_new (gst_ks_strategy_to_string (c->strategy));

  g_string_append_printf (text, " acme=%d framework=%d\n", c->acme_is_mappable,
      c->framework);
  for (guint i = 0; i < c->n; i++) {
    g_autofree gchar *framing = gst_ks_framing_to_string (c->framings[i]);

    g_string_append_printf (text, "%s = %s\n", c->names[i], framing);
  }
  for (guint e = 0; e < c->n_edges; e++) {
    const GstKsEdge *edge = &c->edges[e];

    g_string_append_printf (text,
        "%s %s %s cost %u weights %d %d ratio %u/%u+%u" "\n", edge->a,
        edge->kind == GST_KS_EDGE_KIND_MUST ? "must" : "may", edge->b,
        edge->copy_cost, (gint) edge->in_place_weight,
        (gint) edge->not_in_place_weight, (guint) edge->ratio.numerator,
        (guint) edge->ratio.denominator, (guint) edge->ratio.margin);
  }
  return g_string_free (text, FALSE);
}

/* What is left of a graph when the others ask for nothing. */
static gboolean
conflicts_without (const Case * c, const GstKsConflict * conflict, guint out)
{
  g_autoptr (GstKsFraming) nothing = gst_ks_framing_parse ("any", NULL);
  Case rest = *c;
  Score score;

  for (guint i = 0; i < c->n; i++) {
    gboolean kept = FALSE;

    for (guint k = 0; k < conflict->n_pads; k++)
      kept |= k != out && strcmp (conflict->pads[k], c->names[i]) == 0;
    if (!kept)
      rest.framings[i] = nothing;
  }
  return !solver_enumerate (&rest, &score);
}

static void
check_conflict (const Case * c, const GstKsPlan * plan, const gchar * text)
{
  const GstKsConflict *conflict = gst_ks_plan_peek_conflict (plan);

  fail_unless (conflict != NULL && conflict->text != NULL
      && conflict->relax != NULL);
  fail_unless (conflicts_without (c, conflict, G_MAXUINT),
      "%s, which does not conflict:\n%s", conflict->text, text);
  for (guint k = 0; k < conflict->n_pads; k++)
    fail_if (conflicts_without (c, conflict, k), "%s can be left out:\n%s",
        conflict->pads[k], text);
}

static void
check_same (const GstKsPlan * plan, const Score * best, const gchar * text)
{
  GstKsPlanTotals t;

  gst_ks_plan_get_totals (plan, &t);
  fail_unless (t.copies == best->totals.copies
      && t.weight == best->totals.weight && t.bytes == best->totals.bytes
      && t.allocators == best->totals.allocators,
      "planned %u copies, weight %d, %u allocators, %u bytes; best %u, %d, %u, "
      "%u\n%s", (guint) t.copies, (gint) t.weight, t.allocators,
      (guint) t.bytes, (guint) best->totals.copies, (gint) best->totals.weight,
      best->totals.allocators, (guint) best->totals.bytes, text);
}

typedef struct
{
  guint feasible, unproven;
} Counts;

static void
check_case (const Case * c, Counts * counts)
{
  g_autoptr (GstKsGraph) graph = case_graph (c, FALSE);
  g_autoptr (GstKsGraph) turned = case_graph (c, TRUE);
  g_autoptr (GstKsPlan) plan = gst_ks_graph_solve (graph, 0);
  g_autoptr (GstKsPlan) again = gst_ks_graph_solve (turned, 0);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = describe (c);
  Score best;
  gboolean found = solver_enumerate (c, &best);

  fail_unless (gst_ks_plan_check (plan, graph, &error), "%s\n%s",
      error ? error->message : "", text);
  /* sizes that ties raise round a loop for ever: the planner gives up */
  if (!gst_ks_plan_is_proven_optimal (plan)) {
    counts->unproven++;
    return;
  }
  fail_unless ((gst_ks_plan_get_status (plan) == GST_KS_PLAN_STATUS_OK) ==
      found, "status is %s\n%s",
      gst_ks_plan_status_to_string (gst_ks_plan_get_status (plan)), text);
  if (!found) {
    /* of ties round a loop it may not be proven that they conflict */
    if (c->n_loops == 0 || c->n_ratios == 0)
      check_conflict (c, plan, text);
    return;
  }
  check_same (plan, &best, text);
  check_same (again, &best, text);
  counts->feasible++;
}

/* Rules that hold between the plans of two graphs */

typedef struct
{
  GstKsPlanStatus status;
  GstKsPlanTotals totals;
  gboolean proven;
} Answer;

static Answer
answer_of (const GstKsGraph * graph)
{
  g_autoptr (GstKsPlan) plan = gst_ks_graph_solve (graph, 0);
  g_autoptr (GError) error = NULL;
  Answer a = { gst_ks_plan_get_status (plan) };

  gst_ks_plan_get_totals (plan, &a.totals);
  a.proven = gst_ks_plan_is_proven_optimal (plan);
  fail_unless (gst_ks_plan_check (plan, graph, &error), "%s",
      error ? error->message : "");
  return a;
}

static gboolean
same_answer (const Answer * a, const Answer * b)
{
  return !a->proven || !b->proven || (a->status == b->status
      && a->totals.copies == b->totals.copies
      && a->totals.weight == b->totals.weight
      && a->totals.allocators == b->totals.allocators
      && a->totals.bytes == b->totals.bytes);
}

/* One more pad, upstream of pad and always with it. */
static void
add_beside (GstKsGraph * graph, const gchar * pad, GstKsFraming * framing)
{
  GstKsEdge edge = GST_KS_EDGE_INIT ("new:pad", pad, GST_KS_EDGE_KIND_MUST);

  fail_unless (gst_ks_graph_add_pad (graph, "new:pad", framing, NULL));
  fail_unless (gst_ks_graph_add_edge (graph, &edge, NULL));
}

static void
check_neutral (const Case * c, const Answer * before, guint pad)
{
  g_autoptr (GstKsGraph) graph = case_graph (c, FALSE);
  g_autoptr (GstKsFraming) any = gst_ks_framing_parse ("any", NULL);
  g_autofree gchar *text = describe (c);
  Answer after;

  add_beside (graph, c->names[pad], any);
  after = answer_of (graph);
  fail_unless (same_answer (before, &after),
      "a pad that asks for nothing at %s " "changes the plan:\n%s",
      c->names[pad], text);
}

/* Its twin asks for the same, but holds and insists on nothing. */
static void
check_twin (const Case * c, const Answer * before, guint pad)
{
  g_autoptr (GstKsGraph) graph = case_graph (c, FALSE);
  g_autoptr (GstKsFraming) twin = NULL;
  g_autofree gchar *text = describe (c);
  GstKsFramingItem item = *gst_ks_framing_peek_item (c->framings[pad], 0);
  Answer after;

  if (gst_ks_framing_get_n_items (c->framings[pad]) > 1)
    return;
  item.flags &= ~(GST_KS_FRAMING_FLAG_MUST_ALLOCATE
      | GST_KS_FRAMING_FLAG_FRAME_INTEGRITY);
  item.frames.min = 0;
  item.frames.step = item.frames.max > 0 ? 1 : 0;
  item.weight = 0;
  twin = gst_ks_framing_new (&item, 1, NULL, NULL);
  add_beside (graph, c->names[pad], twin);
  after = answer_of (graph);
  fail_unless (same_answer (before, &after),
      "a twin of %s changes the plan:\n%s", c->names[pad], text);
}

static void
widen (GstKsFraming * framing)
{
  const GstKsRange any = GST_KS_RANGE_INIT_ANY;

  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++) {
    GstKsFramingItem item = *gst_ks_framing_peek_item (framing, i);

    item.device = item.bus = NULL;
    item.size = item.stride = any;
    item.frames.max = GST_KS_RANGE_LIMIT;
    item.frames.step = 1;
    fail_unless (gst_ks_framing_set_item (framing, i, &item, NULL));
  }
}

/* Who asks for less makes nothing worse; wishes for sizes can still change. */
static void
check_wider (const Case * c, const Answer * before, guint pad)
{
  Case wider = *c;
  g_autoptr (GstKsGraph) graph = NULL;
  g_autofree gchar *text = describe (c);
  Answer after;

  wider.framings[pad] =
      gst_ks_framing_make_writable (gst_ks_framing_ref (c->framings[pad]));
  widen (wider.framings[pad]);
  graph = case_graph (&wider, FALSE);
  gst_ks_framing_unref (wider.framings[pad]);
  after = answer_of (graph);
  if (before->status != GST_KS_PLAN_STATUS_OK || !after.proven)
    return;
  fail_unless (after.status == GST_KS_PLAN_STATUS_OK
      && after.totals.copies <= before->totals.copies,
      "a wider %s makes the plan worse:\n%s", c->names[pad], text);
}

/* Enumeration takes as long as there are ways. */
static gboolean
is_small (const Case * c)
{
  guint ways = 1;

  for (guint i = 0; i < c->n; i++)
    ways *= gst_ks_framing_get_n_items (c->framings[i]);
  for (guint e = 0; e < c->n_edges; e++)
    ways *= c->edges[e].kind == GST_KS_EDGE_KIND_MAY ? 2 : 1;
  return ways <= 4000;
}

GST_START_TEST (test_against_enumeration)
{
  const gchar *given = g_getenv ("KS_SEED"), *count = g_getenv ("KS_GRAPHS");
  guint32 seed = given ? (guint32) g_ascii_strtoull (given, NULL, 10)
      : g_random_int ();
  guint n = count ? (guint) g_ascii_strtoull (count, NULL, 10) : GRAPHS;
  GRand *rand = g_rand_new_with_seed (seed);
  Counts counts = { 0, 0 };

  g_print ("seed: KS_SEED=%u, KS_GRAPHS=%u\n", seed, n);
  for (guint i = 0; i < n;) {
    Case c;

    random_case (rand, &c);
    if (is_small (&c)) {
      check_case (&c, &counts);
      i++;
    }
    case_clear (&c);
  }
  g_print ("%u graphs, %u with a plan, %u not proven\n", n, counts.feasible,
      counts.unproven);
  fail_unless (counts.feasible > n / 8 && counts.feasible < n
      && counts.unproven <= n / 50);
  g_rand_free (rand);
}

GST_END_TEST;

GST_START_TEST (test_rules)
{
  const gchar *given = g_getenv ("KS_SEED"), *count = g_getenv ("KS_GRAPHS");
  guint32 seed = given ? (guint32) g_ascii_strtoull (given, NULL, 10)
      : g_random_int ();
  guint n = count ? (guint) g_ascii_strtoull (count, NULL, 10) : GRAPHS;
  GRand *rand = g_rand_new_with_seed (seed);

  g_print ("seed: KS_SEED=%u, KS_GRAPHS=%u\n", seed, n);
  for (guint i = 0; i < n; i++) {
    g_autoptr (GstKsGraph) graph = NULL;
    Answer before;
    guint pad;
    Case c;

    random_case (rand, &c);
    graph = case_graph (&c, FALSE);
    before = answer_of (graph);
    pad = (guint) pick (rand, (gint) c.n);
    check_neutral (&c, &before, pad);
    check_twin (&c, &before, pad);
    check_wider (&c, &before, pad);
    case_clear (&c);
  }
  g_rand_free (rand);
}

GST_END_TEST;

static Suite *
solverrandom_suite (void)
{
  Suite *s = suite_create ("solverrandom");
  TCase *tc = tcase_create ("random");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_against_enumeration);
  tcase_add_test (tc, test_rules);
  return s;
}

GST_CHECK_MAIN (solverrandom);
