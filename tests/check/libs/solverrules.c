/* Rules that hold between the plans of two graphs, of which one is a change of
 * the other.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where pads wish for sizes, how heavy a wish is and whose name comes first
 * decide about bytes, and more sizes can make a wish possible that leads to a
 * larger one: then only what comes before sizes is compared. The seed is
 * printed, and KS_SEED repeats a run.
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>
#include <gst/ks/gstksgraphjson.h>
#include <gst/ks/gstksplancheck.h>
#include <string.h>

#include "solvergraphs.h"

#define GRAPHS 4000             /* a rule */

typedef struct
{
  GstKsPlanStatus status;
  GstKsPlanTotals totals;
  gint64 frames, speed;         /* what strategies count besides */
  gchar *text;                  /* the whole plan */
} Answer;

static Answer
answer_of (const Case * c)
{
  g_autoptr (GstKsGraph) graph = solver_case_to_graph (c);
  g_autoptr (GstKsPlan) plan = gst_ks_graph_solve (graph, 0);
  g_autoptr (GError) error = NULL;
  Answer a = { gst_ks_plan_get_status (plan) };

  fail_unless (gst_ks_plan_is_proven_optimal (plan));
  fail_unless (gst_ks_plan_check (plan, graph, &error), "%s",
      error ? error->message : "");
  a.text = gst_ks_plan_to_json (plan);
  gst_ks_plan_get_totals (plan, &a.totals);
  for (guint i = 0; i < gst_ks_plan_get_n_segments (plan); i++) {
    const GstKsSegment *s = gst_ks_plan_peek_segment (plan, i);

    a.frames += (gint64) s->frames;
    a.speed -= (gint64) s->size;
  }
  return a;
}

/* Below 0: a is better. */
static gint
compare (GstKsStrategy strategy, const Answer * a, const Answer * b)
{
  const Answer *sides[2] = { a, b };
  gint64 terms[2][5];

  if (a->status != b->status)
    return (gint) a->status - (gint) b->status;
  for (guint i = 0; i < 2; i++) {
    const GstKsPlanTotals *t = &sides[i]->totals;
    gint64 w = -t->weight, n = t->allocators, bytes = (gint64) t->bytes;
    const gint64 orders[5][4] = {
      {w, n, bytes, 0}, {sides[i]->frames, w, n, bytes}, {bytes, w, n, 0},
      {n, w, bytes, 0}, {sides[i]->speed, w, n, bytes}
    };

    terms[i][0] = (gint64) t->copies;
    memcpy (&terms[i][1], orders[strategy], sizeof orders[0]);
  }
  for (guint k = 0; k < 5; k++) {
    if (terms[0][k] != terms[1][k])
      return terms[0][k] < terms[1][k] ? -1 : 1;
  }
  return 0;
}

/* How well two plans do; without sizes: as far as these do not matter. */
static gint
compare_up_to_sizes (GstKsStrategy strategy, const Answer * a, const Answer * b)
{
  if (a->status != b->status)
    return (gint) a->status - (gint) b->status;
  return (a->totals.copies > b->totals.copies)
      - (a->totals.copies < b->totals.copies);
}

static gboolean
has_room (const Case * c)
{
  return c->n < PADS && c->n_edges < EDGES;
}

/* One more pad, upstream of pad and always with it. */
static void
add_beside (Case * c, guint pad, GstKsFraming * framing)
{
  const GstKsEdge edge = GST_KS_EDGE_INIT (NULL, NULL, GST_KS_EDGE_KIND_MUST);

  strcpy (c->names[c->n], "new:pad");
  c->framings[c->n] = framing;
  c->ends[c->n_edges][0] = c->n++;
  c->ends[c->n_edges][1] = pad;
  c->loose[c->n_edges] = FALSE;
  c->edges[c->n_edges++] = edge;
}

static void
shuffle (GRand * rand, guint * order, guint n)
{
  for (guint i = 0; i < n; i++) {
    guint k = (guint) solver_pick (rand, (gint) i + 1);

    order[i] = order[k];
    order[k] = i;
  }
}

/* Changes: FALSE where the rule says nothing of a graph. */

static gboolean
permute (Case * c, GRand * rand)
{
  guint pads[PADS], edges[EDGES];
  Case before = *c;

  shuffle (rand, pads, c->n);
  shuffle (rand, edges, c->n_edges);
  for (guint i = 0; i < c->n; i++) {
    c->framings[pads[i]] = before.framings[i];
    memcpy (c->names[pads[i]], before.names[i], sizeof c->names[0]);
  }
  for (guint e = 0; e < c->n_edges; e++) {
    c->edges[edges[e]] = before.edges[e];
    c->ends[edges[e]][0] = pads[before.ends[e][0]];
    c->ends[edges[e]][1] = pads[before.ends[e][1]];
  }
  return TRUE;
}

/* Pads of one element stay so; with wishes the order of names stays as well. */
static gboolean
rename_all (Case * c, GRand * rand)
{
  gboolean keep = solver_case_has_wishes (c);
  guint elements[10], pads[10];

  shuffle (rand, elements, G_N_ELEMENTS (elements));
  shuffle (rand, pads, G_N_ELEMENTS (pads));
  for (guint i = 0; i < c->n; i++) {
    guint element = (guint) (c->names[i][1] - '0');

    if (keep)
      c->names[i][0] = 'x';
    else
      g_snprintf (c->names[i], sizeof c->names[i], "f%u:q%u",
          elements[element], pads[i]);
  }
  return TRUE;
}

static gboolean
add_neutral (Case * c, GRand * rand)
{
  guint pad = (guint) solver_pick (rand, (gint) c->n);

  if (!has_room (c))
    return FALSE;
  add_beside (c, pad, gst_ks_framing_parse ("any", NULL));
  return TRUE;
}

/* Asks for the same, but holds nothing, insists on nothing, wishes nothing. */
static void
make_twin (GstKsFramingItem * item, gconstpointer data)
{
  const GstKsRange any = GST_KS_RANGE_INIT_ANY;

  if ((item->flags & GST_KS_FRAMING_FLAG_PREFERENCES_ONLY) != 0)
    item->size = any;
  item->prefer = any;
  item->flags &= ~(GST_KS_FRAMING_FLAG_MUST_ALLOCATE
      | GST_KS_FRAMING_FLAG_CAN_ALLOCATE | GST_KS_FRAMING_FLAG_FRAME_INTEGRITY);
  item->frames.min = 0;
  item->frames.step = item->frames.max > 0 ? 1 : 0;
  item->weight = item->in_place_weight = item->not_in_place_weight = 0;
}

static gboolean
add_twin (Case * c, GRand * rand)
{
  guint pad = (guint) solver_pick (rand, (gint) c->n);

  if (!has_room (c))
    return FALSE;
  add_beside (c, pad, gst_ks_framing_ref (c->framings[pad]));
  solver_case_edit (c, c->n - 1, make_twin, NULL);
  return TRUE;
}

static void
widen_item (GstKsFramingItem * item, gconstpointer data)
{
  const GstKsRange any = GST_KS_RANGE_INIT_ANY;
  guint what = GPOINTER_TO_UINT (data);

  if ((what & 1) != 0)
    item->device = item->bus = NULL;
  if ((what & 2) != 0)
    item->size = any;
  if ((what & 4) != 0)
    item->stride = any;
  if ((what & 8) != 0)
    item->prefix = item->padding = 0;
  if ((what & 16) != 0)
    item->align = 1;
  if ((what & 32) != 0)
    item->frames.min = 0;
  if ((what & 64) != 0)
    item->frames.max = GST_KS_RANGE_LIMIT;
  item->frames.step = item->frames.max > item->frames.min ? 1 : 0;
}

static gboolean
widen (Case * c, GRand * rand)
{
  solver_case_edit (c, (guint) solver_pick (rand, (gint) c->n), widen_item,
      GUINT_TO_POINTER ((guint) solver_pick (rand, 127) + 1));
  return TRUE;
}

#define SCALE 64

static void
scale_range (GstKsRange * range)
{
  range->min *= SCALE;
  if (range->max < GST_KS_RANGE_LIMIT / SCALE)
    range->max *= SCALE;
  range->step = MAX (range->step, 1) * SCALE;
}

static void
scale_item (GstKsFramingItem * item, gconstpointer data)
{
  scale_range (&item->size);
  scale_range (&item->prefer);
  item->align *= SCALE;
  item->prefix *= SCALE;
  item->padding *= SCALE;
}

/* Fractions round, and beside wishes every size can be had, larger or not: then
 * ratios do not scale. */
static gboolean
scale (Case * c, GRand * rand)
{
  const GstKsRatio same = GST_KS_RATIO_INIT;

  for (guint e = 0; e < c->n_edges; e++) {
    const GstKsRatio *ratio = &c->edges[e].ratio;

    if (ratio->denominator > 1 || (solver_case_has_wishes (c)
            && !gst_ks_ratio_equal (ratio, &same)))
      return FALSE;
  }
  for (guint e = 0; e < c->n_edges; e++)
    c->edges[e].ratio.margin *= SCALE;
  for (guint i = 0; i < c->n; i++)
    solver_case_edit (c, i, scale_item, NULL);
  return TRUE;
}

typedef enum
{
  EQUAL,                        /* it is the same plan */
  SAME,                         /* both plans do as well */
  ALIKE,                        /* they do, but for sizes that are wished for */
  NOT_WORSE,                    /* the second one does */
  SCALED                        /* the second one is larger by SCALE */
} Relation;

typedef struct
{
  const gchar *name;
    gboolean (*change) (Case * c, GRand * rand);
  Relation relation;
} Rule;

static const Rule rules[] = {
  {"pads and edges in another order", permute, EQUAL},
  {"other names", rename_all, SAME},
  {"one more pad that asks for nothing", add_neutral, SAME},
  {"a pad twice", add_twin, ALIKE},
  {"a limit that is wider", widen, NOT_WORSE},
  {"sizes that are larger", scale, SCALED},
};

static gboolean
is_kept (const Rule * rule, const Case * c, const Answer * a, const Answer * b)
{
  gboolean wishes = solver_case_has_wishes (c)
      || c->strategy == GST_KS_STRATEGY_MAXIMIZE_SPEED;
  Answer larger = *a;

  if (rule->relation == EQUAL)
    return strcmp (a->text, b->text) == 0;
  if (rule->relation == SAME)
    return compare (c->strategy, a, b) == 0;
  if (rule->relation == ALIKE)
    return (wishes ? compare_up_to_sizes : compare) (c->strategy, b, a) == 0;
  if (rule->relation == NOT_WORSE)
    return (wishes ? compare_up_to_sizes : compare) (c->strategy, b, a) <= 0;
  larger.totals.bytes *= SCALE;
  larger.speed *= SCALE;
  return compare (c->strategy, &larger, b) == 0;
}

static void
check_rule (const Rule * rule, const Case * c, const Case * second)
{
  g_autofree gchar *text = solver_case_to_string (c);
  g_autofree gchar *changed = solver_case_to_string (second);
  Answer before = answer_of (c), after = answer_of (second);

  fail_unless (is_kept (rule, c, &before, &after), "%s:\n%s\n%s", rule->name,
      text, changed);
  g_free (before.text);
  g_free (after.text);
}

GST_START_TEST (test_rule)
{
  const Rule *rule = &rules[__i__];
  guint n = GRAPHS, checked = 0;
  GRand *rand = solver_graphs_begin ((guint) __i__, &n);

  while (checked < n) {
    Case c, second;

    solver_case_init (&c, rand);
    solver_case_copy (&second, &c);
    if (rule->change (&second, rand)) {
      check_rule (rule, &c, &second);
      checked++;
    }
    solver_case_clear (&second);
    solver_case_clear (&c);
  }
  g_rand_free (rand);
}

GST_END_TEST;

static Suite *
solverrules_suite (void)
{
  Suite *s = suite_create ("solverrules");
  TCase *tc = tcase_create ("rules");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_rule, 0, G_N_ELEMENTS (rules));
  return s;
}

GST_CHECK_MAIN (solverrules);
