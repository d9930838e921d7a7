/* The planner: one decision for a whole graph, and the proof that none is better.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Goal. Every pad offers alternatives for its frames; every edge is joined (both
 * ends share an allocator) or cut (a copy goes between them). Wanted is the set
 * of cuts and the choice of alternatives with the fewest copies, then the best
 * of the strategy's other terms. Growing segments greedily is wrong: memory
 * that only one pad can allocate makes a segment possible by growing it, so
 * that it may have to run through a pad that it would do better without.
 *
 * Rule. Edges are decided one by one, and all ways are followed at once. What
 * is decided of a connected part matters to the rest only through its border:
 * the open pads, those with undecided edges. For each of the segments that
 * still have an open pad, a label says what the segment asks for so far, and
 * labels can be added. So a state is a label for each open segment and the cost
 * of the finished ones, and of two states with the same border the one that is
 * good wherever the other is, and not dearer, is enough. When the last edge of
 * a pad is decided, the pad is forgotten; when no open pad is left in a segment,
 * it takes its size and becomes a number in the cost.
 *
 * The pad with the smallest border after it is forgotten comes next. In a chain
 * or a tree that is always a leaf, there is one open pad, and states are few: a
 * chain is linear. Where branches meet again, two or three pads are open at a
 * time. Nothing here knows what a chain, a tree or a loop is.
 *
 * Worked example. src --may-- filter --must-- sink, src: huge or mapped, filter:
 * mapped, sink: cuda, can-allocate; cuda is not mappable.
 *   forget src:    joined: {huge} and {mapped}, copies 0, filter open
 *                  cut:    {mapped}, copies 1, of src the cheaper item
 *   forget filter: joined with cuda: no state is left.
 * So filter and sink conflict. With "mapped; cuda" at the filter its second item
 * goes on alone: cut from src, one copy, cuda at filter and sink.
 *
 * Loops. An edge that is cut must stay so: the two segments are marked apart and
 * are never joined by another way. That another way does join the ends makes the
 * edge joined, whatever it costs.
 *
 * Changing in place. A frame may be changed only while nobody else looks at it.
 * Open pads know where their frames go, whether somebody upstream keeps or
 * shares them (guarded), and whether they are changed further on (modified). No
 * pad may be both.
 *
 * Proof. Nothing is dropped but what is dominated, so that the last state is the
 * best plan. When the work budget ends before, each border keeps only its few
 * cheapest states, and the plan says that it is not proven. Work is what takes
 * time: merges of states, and comparing them where they are many.
 */
#include "gstkssolverstate.h"

static GstKsPartEdge *
edge_at (const GstKsSolver * solver, guint i)
{
  return &g_array_index (solver->edges, GstKsPartEdge, i);
}

static guint
other_end (const GstKsPartEdge * edge, guint position)
{
  return edge->ends[0] == position ? edge->ends[1] : edge->ends[0];
}

static const GstKsBaseEdge *
base_edge (const GstKsSolver * solver, const GstKsPartEdge * edge)
{
  return &solver->search.base->edges[edge->edge];
}

/* Steps */

/* One decision, applied to one or two states. */
typedef struct
{
  GstKsTable *out;
  const GstKsPartEdge *edge;    /* NULL: only forget */
  guint ends[2];                /* open positions of a and b */
  guint forget;                 /* open position, G_MAXUINT: nothing */
  gboolean few;                 /* only the cheapest states are followed */
} Step;

static GstKsTrace *
trace_new (const GstKsSearch * search, const GstKsTrace * left,
    const GstKsTrace * right)
{
  GstKsTrace *trace = gst_ks_arena_alloc (search->arena, sizeof (GstKsTrace));

  *trace = (GstKsTrace) {
  left, right, G_MAXUINT, 0, G_MAXUINT};
  return trace;
}

static void
step_finish (GstKsSolver * solver, const Step * step, GstKsState * s,
    const GstKsTrace * const sides[2], gboolean joined)
{
  GstKsSearch *search = &solver->search;
  GstKsTrace *trace;

  if (step->forget != G_MAXUINT
      && !gst_ks_state_forget (search, s, step->forget))
    return;
  gst_ks_state_settle (s);
  if (!gst_ks_table_admit (search, step->out, s))
    return;
  trace = trace_new (search, sides[0], sides[1]);
  if (joined)
    trace->joined = step->edge->edge;
  s->trace = trace;
  g_ptr_array_add (step->out->states, gst_ks_state_store (s));
}

static gboolean
can_cut (const GstKsSolver * solver, const GstKsPartEdge * edge)
{
  return base_edge (solver, edge)->edge->kind == GST_KS_EDGE_KIND_MAY
      && !solver->search.task->join_all;
}

static void
step_pair (GstKsSolver * solver, const Step * step, const GstKsState * a,
    const GstKsState * b, gboolean join)
{
  const GstKsTrace *sides[2] = { a->trace, b->trace };
  const GstKsBaseEdge *edge = base_edge (solver, step->edge);
  GstKsWork work;

  gst_ks_search_spend (&solver->search, 1);
  if (!gst_ks_work_product (&work, a, b))
    solver->search.exhausted = TRUE;
  else if (join ? gst_ks_state_join (&solver->search, &work.s, edge,
          step->ends) : gst_ks_state_cut (&solver->search, &work.s, edge,
          step->ends))
    step_finish (solver, step, &work.s, sides, join);
}

/* Whether the budget did not end since the step began. */
static gboolean
is_going_on (const GstKsSolver * solver, const Step * step)
{
  return step->few || !gst_ks_search_is_spent (&solver->search);
}

/* Whether what was chosen at a pad can tie sizes across a cut. */
static gboolean
insists (const GstKsTable * table, guint open)
{
  for (guint i = 0; i < table->states->len; i++) {
    const GstKsState *s = table->states->pdata[i];

    if (s->open[open].choice->insists || s->n_ties > 0)
      return TRUE;
  }
  return FALSE;
}

/* Cut off, a pad alone in its table is but a number: of the states whose choices
 * edges see alike, the cheapest is enough. */
static void
keep_cheapest (GstKsSolver * solver, const GstKsTable * table, gboolean * keep)
{
  g_autofree GstKsCost *costs = g_new0 (GstKsCost, table->states->len + 1);

  for (guint i = 0; i < table->states->len; i++) {
    const GstKsState *s = table->states->pdata[i];
    GstKsWork work;

    gst_ks_search_spend (&solver->search, i / GST_KS_COMPARES_A_MERGE);
    gst_ks_work_load (&work, s);
    keep[i] = gst_ks_state_forget (&solver->search, &work.s, 0);
    costs[i] = work.s.cost;
    for (guint j = 0; j < i && keep[i]; j++) {
      const GstKsState *rival = table->states->pdata[j];

      if (!keep[j]
          || !gst_ks_choice_alike (s->open[0].choice, rival->open[0].choice))
        continue;
      if (gst_ks_cost_compare (&costs[j], &costs[i]) <= 0)
        keep[i] = FALSE;
      else
        keep[j] = FALSE;
    }
  }
}

/* a is the table of the pad that is to be forgotten, maybe. */
static void
step_product (GstKsSolver * solver, const Step * step, GstKsTable * a,
    GstKsTable * b)
{
  guint n_a = gst_ks_table_limit (&solver->search, a);
  guint n_b = gst_ks_table_limit (&solver->search, b);
  g_autofree gboolean *keep = g_new (gboolean, a->states->len + 1);
  guint b_open = MAX (step->ends[0], step->ends[1]) - a->n;
  gboolean cut = can_cut (solver, step->edge);

  for (guint i = 0; i < a->states->len; i++)
    keep[i] = cut;
  if (cut && a->n == 1 && step->forget == 0 && !insists (a, 0)
      && !insists (b, b_open))
    keep_cheapest (solver, a, keep);
  for (guint i = 0; i < n_a; i++) {
    for (guint j = 0; j < n_b && is_going_on (solver, step); j++) {
      const GstKsState *sa = a->states->pdata[i], *sb = b->states->pdata[j];

      step_pair (solver, step, sa, sb, TRUE);
      if (keep[i])
        step_pair (solver, step, sa, sb, FALSE);
    }
  }
}

static void
step_alone (GstKsSolver * solver, const Step * step, const GstKsState * s,
    gboolean join)
{
  const GstKsTrace *sides[2] = { s->trace, NULL };
  GstKsSearch *search = &solver->search;
  GstKsWork work;

  gst_ks_search_spend (search, 1);
  gst_ks_work_load (&work, s);
  if (step->edge == NULL
      || (join ? gst_ks_state_join (search, &work.s, base_edge (solver,
                  step->edge), step->ends) : gst_ks_state_cut (search, &work.s,
              base_edge (solver, step->edge), step->ends)))
    step_finish (solver, step, &work.s, sides, join);
}

static void
step_inside (GstKsSolver * solver, const Step * step, GstKsTable * table)
{
  guint n = gst_ks_table_limit (&solver->search, table);

  for (guint i = 0; i < n && is_going_on (solver, step); i++) {
    step_alone (solver, step, table->states->pdata[i], step->edge != NULL);
    if (step->edge != NULL && can_cut (solver, step->edge))
      step_alone (solver, step, table->states->pdata[i], FALSE);
  }
}

/* b: NULL, or another table than a. A step in which the budget ends is taken
 * once more with few states. */
static void
step_take (GstKsSolver * solver, Step * step, GstKsTable * a, GstKsTable * b)
{
  do {
    step->few = gst_ks_search_is_spent (&solver->search);
    g_ptr_array_set_size (step->out->states, 0);
    if (b == NULL)
      step_inside (solver, step, a);
    else
      step_product (solver, step, a, b);
  } while (!is_going_on (solver, step));
}

/* The search */

/* Puts out in the place of the tables that it was made of. */
static void
replace (GstKsSolver * solver, GstKsTable * out, GstKsTable * a, GstKsTable * b,
    guint forget)
{
  GstKsTable *from[2] = { a, b };

  for (guint k = 0; k < 2 && from[k] != NULL; k++) {
    for (guint i = 0; i < from[k]->n; i++) {
      guint position = from[k]->scope[i];

      solver->tables[position] = NULL;
      if (position == forget)
        continue;
      out->scope[out->n++] = position;
      solver->tables[position] = out;
    }
    gst_ks_table_free (from[k]);
  }
}

/* Decides edge, and forgets position with its last one. */
static GstKsTable *
decide (GstKsSolver * solver, GstKsPartEdge * edge, guint position,
    gboolean last)
{
  GstKsTable *a = solver->tables[position];
  GstKsTable *b = solver->tables[other_end (edge, position)];
  guint shift = a == b ? 0 : a->n;
  Step step = { NULL, edge, {0, 0}, G_MAXUINT, FALSE };

  for (guint k = 0; k < 2; k++)
    step.ends[k] = edge->ends[k] == position ? gst_ks_table_find (a, position)
        : shift + gst_ks_table_find (b, edge->ends[k]);
  if (last)
    step.forget = gst_ks_table_find (a, position);
  edge->decided = TRUE;
  step.out =
      gst_ks_cost_table_new (&solver->search, a == b ? a->n : a->n + b->n);
  step_take (solver, &step, a, a == b ? NULL : b);
  replace (solver, step.out, a, a == b ? NULL : b, last ? position : G_MAXUINT);
  return step.out;
}

/* Too many pads would be open at a time: what the edge would cost is not
 * looked at. FALSE when that cannot be done. */
static gboolean
skip (GstKsSolver * solver, GstKsPartEdge * edge)
{
  solver->search.exhausted = TRUE;
  edge->decided = TRUE;
  return can_cut (solver, edge);
}

static gboolean
fits (const GstKsSolver * solver, const GstKsPartEdge * edge)
{
  const GstKsTable *a = solver->tables[edge->ends[0]];
  const GstKsTable *b = solver->tables[edge->ends[1]];

  return a == b || a->n + b->n <= GST_KS_MAX_OPEN;
}

/* A pad without undecided edges. */
static GstKsTable *
forget (GstKsSolver * solver, guint position)
{
  GstKsTable *a = solver->tables[position];
  Step step = { gst_ks_cost_table_new (&solver->search, a->n), NULL, {0, 0},
  gst_ks_table_find (a,
      position), FALSE
  };

  step_take (solver, &step, a, NULL);
  replace (solver, step.out, a, NULL, position);
  return step.out;
}

static guint
key_of (const GstKsSolver * solver, guint position)
{
  const GstKsTable *seen[GST_KS_MAX_OPEN + 2] = { solver->tables[position] };
  guint n_seen = 1, n = seen[0]->n;

  for (guint i = solver->first[position]; i < solver->first[position + 1]; i++) {
    const GstKsPartEdge *edge = edge_at (solver, solver->incident[i]);
    const GstKsTable *table;
    guint k = 0;

    if (edge->decided)
      continue;
    table = solver->tables[other_end (edge, position)];
    while (k < n_seen && seen[k] != table)
      k++;
    if (k < n_seen)
      continue;
    n += table->n;
    if (n > GST_KS_MAX_OPEN)
      return GST_KS_MAX_OPEN;
    seen[n_seen++] = table;
  }
  return n - 1;
}

static void
unlink_queued (GstKsSolver * solver, guint position)
{
  GstKsQueued *place = &solver->queued[position];

  if (place->previous != G_MAXUINT)
    solver->queued[place->previous].next = place->next;
  else
    solver->first_queued[place->key] = place->next;
  if (place->next != G_MAXUINT)
    solver->queued[place->next].previous = place->previous;
  place->key = G_MAXUINT;
}

static void
enqueue (GstKsSolver * solver, guint position)
{
  GstKsQueued *place = &solver->queued[position];
  guint *first;

  if (place->key != G_MAXUINT)
    unlink_queued (solver, position);
  place->key = key_of (solver, position);
  first = &solver->first_queued[place->key];
  place->previous = G_MAXUINT;
  place->next = *first;
  if (*first != G_MAXUINT)
    solver->queued[*first].previous = position;
  *first = position;
}

/* The pad with the smallest border behind it; FALSE when all are forgotten. */
static gboolean
dequeue (GstKsSolver * solver, guint * position)
{
  for (guint key = 0; key <= GST_KS_MAX_OPEN;) {
    guint p = solver->first_queued[key];

    if (p == G_MAXUINT) {
      key++;
      continue;
    }
    unlink_queued (solver, p);
    if (key_of (solver, p) <= key) {
      *position = p;
      return TRUE;
    }
    enqueue (solver, p);
  }
  return FALSE;
}

/* A table without open pads is a component of the graph, planned. */
static gboolean
finish (GstKsSolver * solver, GstKsTable * table)
{
  gboolean found = table->states->len > 0;

  for (guint i = 0; found && i < table->n; i++)
    enqueue (solver, table->scope[i]);
  if (table->n > 0)
    return found;
  if (found)
    g_ptr_array_add (solver->finished,
        (gpointer) ((GstKsState *) table->states->pdata[0])->trace);
  gst_ks_table_free (table);
  return found;
}

/* The undecided edges of a pad; returns how many. */
static guint
undecided (GstKsSolver * solver, guint position, GstKsPartEdge ** edges)
{
  guint n = 0;

  for (guint i = solver->first[position]; i < solver->first[position + 1]; i++) {
    GstKsPartEdge *edge = edge_at (solver, solver->incident[i]);

    if (!edge->decided)
      edges[n++] = edge;
  }
  return n;
}

/* FALSE when that cannot be. */
static gboolean
eliminate (GstKsSolver * solver, guint position)
{
  guint degree = solver->first[position + 1] - solver->first[position];
  g_autofree GstKsPartEdge **edges = g_new (GstKsPartEdge *, degree + 1);
  guint n = undecided (solver, position, edges);
  GstKsTable *out = NULL;

  solver->forgotten[position] = TRUE;
  for (guint i = 0; i < n; i++) {
    gboolean last = i + 1 == n;

    if (fits (solver, edges[i])) {
      out = decide (solver, edges[i], position, last);
      if (out->states->len == 0)
        return FALSE;
      if (last)
        return finish (solver, out);
    } else if (!skip (solver, edges[i])) {
      return FALSE;
    }
  }
  return finish (solver, forget (solver, position));
}

/* FALSE when there is no plan. */
gboolean
gst_ks_solver_run (GstKsSolver * solver)
{
  guint position;

  for (position = 0; position < solver->n; position++) {
    if (solver->tables[position]->states->len == 0)
      return FALSE;
  }
  for (guint i = 0; i < solver->n; i++)
    enqueue (solver, solver->order[i]);
  while (dequeue (solver, &position)) {
    if (!eliminate (solver, position))
      return FALSE;
  }
  return TRUE;
}

/* Makes the table of a pad alone. */
void
gst_ks_solver_begin (GstKsSolver * solver, guint position)
{
  GstKsTable *table = gst_ks_cost_table_new (&solver->search, 1);
  GPtrArray *choices = solver->choices[position];

  table->scope[table->n++] = position;
  solver->tables[position] = table;
  for (guint i = 0; i < choices->len; i++) {
    const GstKsChoice *choice = choices->pdata[i];
    GstKsTrace *trace;
    GstKsWork work;

    gst_ks_work_init (&work, &solver->search, choice);
    if (choice->label.held > choice->label.cap
        || !gst_ks_table_admit (&solver->search, table, &work.s))
      continue;
    trace = trace_new (&solver->search, NULL, NULL);
    trace->choice_of = position;
    trace->item = choice->index;
    work.s.trace = trace;
    g_ptr_array_add (table->states, gst_ks_state_store (&work.s));
  }
}

/* Frees what a search that ended early left. */
void
gst_ks_solver_stop (GstKsSolver * solver)
{
  for (guint i = 0; i < solver->n; i++) {
    GstKsTable *table = solver->tables[i];

    for (guint k = 0; table != NULL && k < table->n; k++)
      solver->tables[table->scope[k]] = NULL;
    gst_ks_table_free (table);
  }
}
