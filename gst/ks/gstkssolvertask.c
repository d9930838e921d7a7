/* A part of a graph, prepared for the search, and what the search found.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <string.h>

#include "gstkssize.h"
#include "gstkssolverstate.h"

/* The order of the terms after copies, by strategy. */
static const guint8 orders[][GST_KS_N_TERMS] = {
  {GST_KS_TERM_WEIGHT, GST_KS_TERM_ALLOCATORS, GST_KS_TERM_BYTES,
      GST_KS_TERM_EXTRA},
  {GST_KS_TERM_EXTRA, GST_KS_TERM_WEIGHT, GST_KS_TERM_ALLOCATORS,
      GST_KS_TERM_BYTES},
  {GST_KS_TERM_BYTES, GST_KS_TERM_WEIGHT, GST_KS_TERM_ALLOCATORS,
      GST_KS_TERM_EXTRA},
  {GST_KS_TERM_ALLOCATORS, GST_KS_TERM_WEIGHT, GST_KS_TERM_BYTES,
      GST_KS_TERM_EXTRA},
  {GST_KS_TERM_EXTRA, GST_KS_TERM_WEIGHT, GST_KS_TERM_ALLOCATORS,
      GST_KS_TERM_BYTES},
};

void
gst_ks_search_init (GstKsSearch * search, const GstKsBase * base,
    const GstKsTask * task)
{
  GstKsStrategy strategy = gst_ks_graph_get_strategy (base->graph);

  memset (search, 0, sizeof *search);
  search->base = base;
  search->task = task;
  search->arena = gst_ks_arena_new ();
  search->minimize_frames = strategy == GST_KS_STRATEGY_MINIMIZE_FRAMES;
  search->largest = strategy == GST_KS_STRATEGY_MAXIMIZE_SPEED;
  search->wishes = search->largest;
  for (guint i = 0; i < GST_KS_N_TERMS; i++)
    search->at[orders[strategy][i]] = i;
  while (orders[strategy][search->n_fixed] < GST_KS_TERM_BYTES)
    search->n_fixed++;
}

void
gst_ks_search_clear (GstKsSearch * search)
{
  g_clear_pointer (&search->arena, gst_ks_arena_free);
}

void
gst_ks_search_spend (GstKsSearch * search, guint64 work)
{
  search->work += work;
  search->exhausted |= gst_ks_search_is_spent (search);
}

gboolean
gst_ks_search_is_spent (const GstKsSearch * search)
{
  return search->work > search->task->budget;
}

/* Edges that are left out tie no sizes then, unless a pad has nothing else. */
static void
drop_insisting (GPtrArray * choices)
{
  guint n = 0;

  for (guint i = 0; i < choices->len; i++) {
    if (!((const GstKsChoice *) choices->pdata[i])->insists)
      choices->pdata[n++] = choices->pdata[i];
  }
  if (n > 0)
    g_ptr_array_set_size (choices, (gint) n);
}

static GPtrArray *
choices_new (GstKsSearch * search, guint vertex)
{
  const GstKsBase *base = search->base;
  gboolean neutral = search->task->neutral != NULL
      && search->task->neutral[vertex];
  guint n = neutral ? 1 :
      gst_ks_framing_get_n_items (gst_ks_graph_peek_pad_framing (base->graph,
          base->pads[vertex]));
  GPtrArray *choices = g_ptr_array_sized_new (n);

  for (guint i = 0; i < n; i++) {
    GstKsChoice *choice =
        gst_ks_arena_alloc (search->arena, sizeof (GstKsChoice));

    gst_ks_choice_init (choice, search, vertex, i);
    search->wishes |= choice->domain.wishes != NULL;
    g_ptr_array_add (choices, choice);
  }
  if (search->task->cut_all)
    drop_insisting (choices);
  return choices;
}

/* Bounds from above for what a segment can need, in 64 bits that overflow. */
typedef struct
{
  guint64 held, least, step, around;
  gboolean beyond;
} Bounds;

static void
bound_range (Bounds * bounds, const GstKsRange * range)
{
  guint64 step = MAX (range->step, 1), a = bounds->step, b = step;

  while (b != 0) {
    guint64 rest = a % b;

    a = b;
    b = rest;
  }
  bounds->least = MAX (bounds->least, range->min);
  bounds->beyond |= !gst_ks_size_mul (bounds->step, step / a, &bounds->step);
}

static void
bound_choice (Bounds * bounds, const GstKsChoice * choice)
{
  const GstKsLabel *label = &choice->label;
  const GstKsWishes *wishes = choice->domain.wishes;

  bounds->beyond |= label->cap < GST_KS_RANGE_LIMIT || choice->insists
      || !gst_ks_size_add (bounds->held, label->held, &bounds->held);
  bounds->around = MAX (bounds->around, MAX (label->align,
          MAX (label->prefix, label->padding)));
  bound_range (bounds, &choice->domain.range);
  for (guint i = 0; wishes != NULL && i < wishes->n; i++)
    bound_range (bounds, &wishes->wishes[i].range);
}

/* Two ranges meet, if at all, at the latest one common step above the larger
 * least value. */
static gboolean
is_tight (const GstKsSolver * solver)
{
  Bounds bounds = { 1, 0, 1, 1, solver->search.largest };
  guint64 bytes = 0;

  for (guint p = 0; p < solver->n; p++) {
    for (guint i = 0; i < solver->choices[p]->len; i++)
      bound_choice (&bounds, solver->choices[p]->pdata[i]);
  }
  for (guint i = 0; i < solver->edges->len; i++)
    bounds.beyond |= solver->search.base->edges[g_array_index (solver->edges,
            GstKsPartEdge, i).edge].scales;
  return bounds.beyond || bounds.around > GST_KS_RANGE_LIMIT / 4
      || !gst_ks_size_add (bounds.least, bounds.step, &bytes)
      || !gst_ks_size_add (bytes, 3 * bounds.around, &bytes)
      || !gst_ks_size_mul (bytes, bounds.held, &bytes)
      || bytes > GST_KS_RANGE_LIMIT;
}

static gboolean
some_in_place (const GPtrArray * choices)
{
  for (guint i = 0; i < choices->len; i++) {
    if (((const GstKsChoice *) choices->pdata[i])->in_place)
      return TRUE;
  }
  return FALSE;
}

static void
add_edge (GstKsSolver * solver, guint index)
{
  GstKsSearch *search = &solver->search;
  const GstKsBaseEdge *e = &search->base->edges[index];
  guint a = search->base->local[e->a], b = search->base->local[e->b];
  GstKsPartEdge edge = { index, {a, b}, FALSE };

  if (a == G_MAXUINT || b == G_MAXUINT || (search->task->cut_all
          && e->edge->kind == GST_KS_EDGE_KIND_MAY))
    return;
  g_array_append_val (solver->edges, edge);
  if (e->inside && some_in_place (solver->choices[a])
      && some_in_place (solver->choices[b]))
    search->modifies = TRUE;
}

static void
list_edges (GstKsSolver * solver)
{
  const GstKsBase *base = solver->search.base;
  guint n = solver->n;
  g_autofree guint *at = g_new0 (guint, n + 1);

  for (guint p = 0; p < n; p++) {
    guint v = solver->search.task->vertices[p];

    for (guint i = base->first[v]; i < base->first[v + 1]; i++) {
      if (base->edges[base->incident[i]].a == v)
        add_edge (solver, base->incident[i]);
    }
  }
  solver->first = g_new0 (guint, n + 2);
  solver->incident = g_new (guint, 2 * (gsize) solver->edges->len + 1);
  for (guint k = 0; k < 2 * solver->edges->len; k++)
    solver->first[g_array_index (solver->edges, GstKsPartEdge,
            k / 2).ends[k % 2] + 1]++;
  for (guint p = 0; p < n; p++) {
    solver->first[p + 1] += solver->first[p];
    at[p] = solver->first[p];
  }
  for (guint k = 0; k < 2 * solver->edges->len; k++)
    solver->incident[at[g_array_index (solver->edges, GstKsPartEdge,
                k / 2).ends[k % 2]]++] = k / 2;
}

/* Breadth first, so that the search begins at the far ends. */
static void
list_order (GstKsSolver * solver)
{
  g_autofree gboolean *seen = g_new0 (gboolean, solver->n + 1);
  guint done = 0, n = 0;

  solver->order = g_new (guint, solver->n + 1);
  for (guint start = 0; start < solver->n; start++) {
    if (seen[start])
      continue;
    seen[start] = TRUE;
    solver->order[n++] = start;
    for (; done < n; done++) {
      guint p = solver->order[done];

      for (guint i = solver->first[p]; i < solver->first[p + 1]; i++) {
        const GstKsPartEdge *edge = &g_array_index (solver->edges,
            GstKsPartEdge, solver->incident[i]);
        guint q = edge->ends[0] == p ? edge->ends[1] : edge->ends[0];

        if (!seen[q])
          solver->order[n++] = q;
        seen[q] = TRUE;
      }
    }
  }
}

static void
solver_init (GstKsSolver * solver, const GstKsBase * base,
    const GstKsTask * task)
{
  gst_ks_search_init (&solver->search, base, task);
  solver->n = task->n;
  solver->choices = g_new0 (GPtrArray *, task->n + 1);
  solver->tables = g_new0 (GstKsTable *, task->n + 1);
  solver->forgotten = g_new0 (gboolean, task->n + 1);
  solver->edges = g_array_new (FALSE, FALSE, sizeof (GstKsPartEdge));
  solver->finished = g_ptr_array_new ();
  solver->queued = g_new (GstKsQueued, task->n + 1);
  for (guint p = 0; p < task->n; p++)
    solver->queued[p].key = G_MAXUINT;
  for (guint i = 0; i < G_N_ELEMENTS (solver->first_queued); i++)
    solver->first_queued[i] = G_MAXUINT;
  for (guint p = 0; p < task->n; p++) {
    base->local[task->vertices[p]] = p;
    solver->choices[p] = choices_new (&solver->search, task->vertices[p]);
  }
  list_edges (solver);
  solver->search.tight = is_tight (solver);
  list_order (solver);
  for (guint p = 0; p < task->n; p++) {
    base->local[task->vertices[p]] = G_MAXUINT;
    gst_ks_solver_begin (solver, p);
  }
}

static void
solver_clear (GstKsSolver * solver)
{
  gst_ks_solver_stop (solver);
  for (guint p = 0; p < solver->n; p++)
    g_ptr_array_unref (solver->choices[p]);
  g_ptr_array_unref (solver->finished);
  g_array_unref (solver->edges);
  g_free (solver->choices);
  g_free (solver->tables);
  g_free (solver->forgotten);
  g_free (solver->queued);
  g_free (solver->order);
  g_free (solver->first);
  g_free (solver->incident);
  gst_ks_search_clear (&solver->search);
}

static guint
find_root (guint * parents, guint p)
{
  while (parents[p] != p) {
    parents[p] = parents[parents[p]];
    p = parents[p];
  }
  return p;
}

/* Walks the traces; segments are what the joined edges connect. */
static void
read_traces (const GstKsSolver * solver, GstKsOutcome * outcome,
    GArray * joined)
{
  g_autoptr (GPtrArray) stack = g_ptr_array_new ();

  for (guint i = 0; i < solver->finished->len; i++)
    g_ptr_array_add (stack, solver->finished->pdata[i]);
  while (stack->len > 0) {
    const GstKsTrace *t = g_ptr_array_steal_index (stack, stack->len - 1);

    if (t->choice_of != G_MAXUINT)
      outcome->items[t->choice_of] = t->item;
    if (t->joined != G_MAXUINT)
      g_array_append_val (joined, t->joined);
    if (t->left != NULL)
      g_ptr_array_add (stack, (gpointer) t->left);
    if (t->right != NULL)
      g_ptr_array_add (stack, (gpointer) t->right);
  }
}

static void
read_plan (const GstKsSolver * solver, GstKsOutcome * outcome)
{
  const GstKsBase *base = solver->search.base;
  const GstKsTask *task = solver->search.task;
  g_autoptr (GArray) joined = g_array_new (FALSE, FALSE, sizeof (guint));

  outcome->items = g_new0 (guint, task->n + 1);
  outcome->segments = g_new0 (guint, task->n + 1);
  for (guint p = 0; p < task->n; p++) {
    outcome->segments[p] = p;
    base->local[task->vertices[p]] = p;
  }
  read_traces (solver, outcome, joined);
  for (guint i = 0; i < joined->len; i++) {
    const GstKsBaseEdge *e = &base->edges[g_array_index (joined, guint, i)];
    guint a = find_root (outcome->segments, base->local[e->a]);
    guint b = find_root (outcome->segments, base->local[e->b]);

    outcome->segments[MAX (a, b)] = MIN (a, b);
  }
  for (guint p = 0; p < task->n; p++) {
    outcome->segments[p] = find_root (outcome->segments, p);
    base->local[task->vertices[p]] = G_MAXUINT;
  }
}

GstKsOutcome *
gst_ks_task_solve (const GstKsBase * base, const GstKsTask * task)
{
  GstKsOutcome *outcome = g_new0 (GstKsOutcome, 1);
  GstKsSolver solver = { 0 };

  solver_init (&solver, base, task);
  outcome->feasible = gst_ks_solver_run (&solver);
  outcome->exhausted = solver.search.exhausted;
  outcome->work = solver.search.work;
  if (outcome->feasible)
    read_plan (&solver, outcome);
  solver_clear (&solver);
  return outcome;
}

void
gst_ks_outcome_free (GstKsOutcome * outcome)
{
  g_free (outcome->items);
  g_free (outcome->segments);
  g_free (outcome);
}
