/* Partial plans: what is decided of a part of the graph, as its border sees it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A state keeps of the decided part only what can matter later: its open pads
 * (those with edges that are not decided), the segments these are in, and what
 * the finished segments cost. Two states with the same border compete, and the
 * one that is good wherever the other is, and not dearer, is enough.
 */
#include "gstkssolverstate.h"

#include <string.h>

void
gst_ks_cost_add (const GstKsSearch * search, GstKsCost * cost, GstKsTerm term,
    GstKsWide value)
{
  GstKsWide *sum = &cost->terms[search->at[term]];

  *sum = gst_ks_wide_add (*sum, value);
}

static void
cost_sum (GstKsCost * sum, const GstKsCost * other)
{
  sum->copies += other->copies;
  for (guint i = 0; i < GST_KS_N_TERMS; i++)
    sum->terms[i] = gst_ks_wide_add (sum->terms[i], other->terms[i]);
  sum->rank += other->rank;
}

/* Weights count against the cost. */
static void
gain (const GstKsSearch * search, GstKsState * s, gint64 weight)
{
  GstKsWide *sum = &s->cost.terms[search->at[GST_KS_TERM_WEIGHT]];

  *sum = gst_ks_wide_sub (*sum, gst_ks_wide_signed (weight));
}

static void
work_clear (GstKsWork * work)
{
  memset (&work->s, 0, sizeof work->s);
  work->s.open = work->open;
  work->s.blocks = work->blocks;
  work->s.domains = work->domains;
  work->s.ties = work->ties;
}

/* One pad alone. */
void
gst_ks_work_init (GstKsWork * work, const GstKsSearch * search,
    const GstKsChoice * choice)
{
  GstKsState *s = &work->s;

  work_clear (work);
  s->n_open = s->n_blocks = s->n_domains = 1;
  s->open[0] = (GstKsOpen) {
  0, 0, 1, choice};
  s->blocks[0] = (GstKsBlock) {
  choice->label, 0};
  s->domains[0] = choice->domain;
  s->guarded = choice->integrity ? 1 : 0;
  s->cost.rank = choice->index;
  gain (search, s, choice->weight);
}

static void
append (GstKsState * s, const GstKsState * other)
{
  guint o = s->n_open, b = s->n_blocks, d = s->n_domains;

  for (guint i = 0; i < other->n_open; i++) {
    const GstKsOpen *from = &other->open[i];

    s->open[s->n_open++] = (GstKsOpen) {
    from->block + b, from->domain + d, from->reach << o, from->choice};
  }
  for (guint i = 0; i < other->n_blocks; i++) {
    s->blocks[s->n_blocks] = other->blocks[i];
    s->blocks[s->n_blocks++].apart <<= b;
  }
  for (guint i = 0; i < other->n_domains; i++) {
    s->domains[s->n_domains] = other->domains[i];
    s->domains[s->n_domains++].block += b;
  }
  for (guint i = 0; i < other->n_ties; i++) {
    const GstKsTie *from = &other->ties[i];

    s->ties[s->n_ties++] = (GstKsTie) {
    from->a + d, from->b + d, from->ratio};
  }
  s->guarded |= other->guarded << o;
  s->modified |= other->modified << o;
  s->has_out |= other->has_out << o;
  cost_sum (&s->cost, &other->cost);
}

void
gst_ks_work_load (GstKsWork * work, const GstKsState * state)
{
  work_clear (work);
  append (&work->s, state);
  work->s.trace = state->trace;
}

gboolean
gst_ks_work_product (GstKsWork * work, const GstKsState * a,
    const GstKsState * b)
{
  if (a->n_open + b->n_open > GST_KS_MAX_OPEN
      || a->n_blocks + b->n_blocks > GST_KS_MAX_BLOCKS
      || a->n_domains + b->n_domains > GST_KS_MAX_DOMAINS
      || a->n_ties + b->n_ties > GST_KS_MAX_TIES)
    return FALSE;
  gst_ks_work_load (work, a);
  append (&work->s, b);
  return TRUE;
}

static gboolean
merge_blocks (const GstKsSearch * search, GstKsState * s, guint a, guint b)
{
  GstKsBlock *into = &s->blocks[a], *from = &s->blocks[b];

  if ((into->apart & GST_KS_BIT (b)) != 0
      || !gst_ks_label_merge (search, &into->label, &from->label, &into->label))
    return FALSE;
  into->apart |= from->apart;
  for (guint i = 0; i < s->n_open; i++) {
    if (s->open[i].block == b)
      s->open[i].block = a;
  }
  for (guint i = 0; i < s->n_domains; i++) {
    if (s->domains[i].block == b)
      s->domains[i].block = a;
  }
  for (guint i = 0; i < s->n_blocks; i++) {
    if ((s->blocks[i].apart & GST_KS_BIT (b)) != 0)
      s->blocks[i].apart =
          (s->blocks[i].apart & ~GST_KS_BIT (b)) | GST_KS_BIT (a);
  }
  s->dead_blocks |= GST_KS_BIT (b);
  return TRUE;
}

static gboolean
merge_domains (const GstKsSearch * search, GstKsState * s, guint a, guint b)
{
  if (!gst_ks_domain_merge (search, &s->domains[a], &s->domains[b],
          &s->domains[a]))
    return FALSE;
  for (guint i = 0; i < s->n_open; i++) {
    if (s->open[i].domain == b)
      s->open[i].domain = a;
  }
  for (guint i = 0; i < s->n_ties; i++) {
    if (s->ties[i].a == b)
      s->ties[i].a = a;
    if (s->ties[i].b == b)
      s->ties[i].b = a;
  }
  s->dead_domains |= GST_KS_BIT (b);
  return TRUE;
}

static gboolean
add_tie (GstKsSearch * search, GstKsState * s, const GstKsBaseEdge * edge,
    const guint ends[2])
{
  if (s->n_ties == GST_KS_MAX_TIES) {
    search->exhausted = TRUE;
    return FALSE;
  }
  s->ties[s->n_ties++] = (GstKsTie) {
  s->open[ends[0]].domain, s->open[ends[1]].domain, &edge->edge->ratio};
  return TRUE;
}

/* Whether sizes differ along it, unless somebody asks what would be without. */
gboolean
gst_ks_edge_scales (const GstKsTask * task, const GstKsBaseEdge * edge)
{
  guint either = gst_ks_task_relax (task, edge->a)
      | gst_ks_task_relax (task, edge->b);

  return edge->scales && (either & GST_KS_RELAX (RATIO)) == 0;
}

static gboolean
join_sizes (GstKsSearch * search, GstKsState * s, const GstKsBaseEdge * edge,
    const guint ends[2])
{
  guint a = s->open[ends[0]].domain, b = s->open[ends[1]].domain;

  if (!edge->scales)
    return a == b || merge_domains (search, s, a, b);
  if (!gst_ks_edge_scales (search->task, edge))
    return TRUE;
  return gst_ks_ratio_is_known (&edge->edge->ratio)
      && add_tie (search, s, edge, ends);
}

gboolean
gst_ks_edge_modifies (const GstKsBaseEdge * edge, const GstKsChoice * a,
    const GstKsChoice * b)
{
  return edge->inside && a->in_place && b->in_place;
}

/* Whether frames that others look at would be changed. */
static gboolean
keep_integrity (const GstKsSearch * search, GstKsState * s,
    const GstKsBaseEdge * edge, const guint ends[2])
{
  GstKsMask from = GST_KS_BIT (ends[0]), sources = 0;
  GstKsOpen *a = &s->open[ends[0]], *b = &s->open[ends[1]];

  if (!search->modifies)
    return TRUE;
  for (guint i = 0; i < s->n_open; i++) {
    if ((s->open[i].reach & from) == 0)
      continue;
    s->open[i].reach |= b->reach;
    sources |= GST_KS_BIT (i);
  }
  if (((s->guarded | s->has_out) & from) != 0)
    s->guarded |= a->reach;
  s->has_out |= from;
  if ((s->modified & GST_KS_BIT (ends[1])) != 0
      || gst_ks_edge_modifies (edge, a->choice, b->choice))
    s->modified |= sources;
  return (s->guarded & s->modified) == 0;
}

gboolean
gst_ks_state_join (GstKsSearch * search, GstKsState * s,
    const GstKsBaseEdge * edge, const guint ends[2])
{
  const GstKsOpen *a = &s->open[ends[0]], *b = &s->open[ends[1]];

  if (a->block != b->block && !merge_blocks (search, s, a->block, b->block))
    return FALSE;
  if (edge->edge->kind == GST_KS_EDGE_KIND_MAY) {
    gain (search, s, edge->edge->in_place_weight);
    gain (search, s, a->choice->in_place_weight);
    gain (search, s, b->choice->in_place_weight);
  }
  return join_sizes (search, s, edge, ends)
      && keep_integrity (search, s, edge, ends);
}

gboolean
gst_ks_edge_ties (const GstKsBaseEdge * edge, const GstKsChoice * a,
    const GstKsChoice * b)
{
  return (a->insists || b->insists) && !a->partial && !b->partial
      && gst_ks_ratio_is_known (&edge->edge->ratio);
}

gboolean
gst_ks_state_cut (GstKsSearch * search, GstKsState * s,
    const GstKsBaseEdge * edge, const guint ends[2])
{
  const GstKsOpen *a = &s->open[ends[0]], *b = &s->open[ends[1]];

  if (a->block == b->block)
    return FALSE;
  s->blocks[a->block].apart |= GST_KS_BIT (b->block);
  s->blocks[b->block].apart |= GST_KS_BIT (a->block);
  s->cost.copies += edge->edge->copy_cost;
  gain (search, s, edge->edge->not_in_place_weight);
  gain (search, s, a->choice->not_in_place_weight);
  gain (search, s, b->choice->not_in_place_weight);
  if (gst_ks_edge_ties (edge, a->choice, b->choice))
    return add_tie (search, s, edge, ends);
  return TRUE;
}

/* Blocks with open pads, and those that a ratio ties to them. */
static GstKsMask
live_blocks (const GstKsState * s)
{
  GstKsMask live = 0, before;

  for (guint i = 0; i < s->n_open; i++)
    live |= GST_KS_BIT (s->open[i].block);
  do {
    before = live;
    for (guint i = 0; i < s->n_ties; i++) {
      GstKsMask both = GST_KS_BIT (s->domains[s->ties[i].a].block)
          | GST_KS_BIT (s->domains[s->ties[i].b].block);

      if ((live & both) != 0)
        live |= both;
    }
  } while (live != before);
  return live;
}

static gboolean
close_block (const GstKsSearch * search, GstKsState * s, guint b, guint64 size)
{
  const GstKsLabel *label = &s->blocks[b].label;
  guint64 block, bytes;
  GstKsWide extra = gst_ks_wide (0);

  if (!gst_ks_label_can_allocate (search, label)
      || !gst_ks_label_block (label, size, &block, &bytes))
    return FALSE;
  gst_ks_cost_add (search, &s->cost, GST_KS_TERM_ALLOCATORS, gst_ks_wide (1));
  gst_ks_cost_add (search, &s->cost, GST_KS_TERM_BYTES, gst_ks_wide (bytes));
  if (search->minimize_frames)
    extra = gst_ks_wide (label->held);
  else if (search->largest)
    extra = gst_ks_wide_sub (extra, gst_ks_wide (size));
  gst_ks_cost_add (search, &s->cost, GST_KS_TERM_EXTRA, extra);
  return TRUE;
}

/* The domains of the closing blocks, in an order of their own. */
static guint
collect (const GstKsState * s, GstKsMask closing, GstKsDomain * domains,
    GArray * ties)
{
  guint map[GST_KS_MAX_DOMAINS] = { 0 };
  guint n = 0;

  for (guint i = 0; i < s->n_domains; i++) {
    if ((s->dead_domains & GST_KS_BIT (i)) != 0
        || (closing & GST_KS_BIT (s->domains[i].block)) == 0)
      continue;
    map[i] = n;
    domains[n++] = s->domains[i];
  }
  for (guint i = 0; i < s->n_ties; i++) {
    GstKsTie tie = s->ties[i];

    if ((closing & GST_KS_BIT (s->domains[tie.a].block)) == 0)
      continue;
    tie.a = map[tie.a];
    tie.b = map[tie.b];
    g_array_append_val (ties, tie);
  }
  return n;
}

/* With ties, or with several sizes in one segment. */
static gboolean
close_tied (GstKsSearch * search, GstKsState * s, GstKsMask closing)
{
  g_autoptr (GArray) ties = g_array_new (FALSE, FALSE, sizeof (GstKsTie));
  GstKsDomain domains[GST_KS_MAX_DOMAINS];
  guint64 sizes[GST_KS_MAX_DOMAINS];
  guint64 largest[GST_KS_MAX_BLOCKS] = { 0 };
  guint n = collect (s, closing, domains, ties);

  if (!gst_ks_domains_solve (search, domains, n, ties, sizes))
    return FALSE;
  for (guint i = 0; i < n; i++)
    largest[domains[i].block] = MAX (largest[domains[i].block], sizes[i]);
  for (guint b = 0; b < s->n_blocks; b++) {
    if ((closing & GST_KS_BIT (b)) != 0
        && !close_block (search, s, b, largest[b]))
      return FALSE;
  }
  return TRUE;
}

static gboolean
close_finished (GstKsSearch * search, GstKsState * s)
{
  static const GArray no_ties = { NULL, 0 };
  GstKsMask all = G_MAXUINT64 >> (GST_KS_MAX_BLOCKS - s->n_blocks);
  GstKsMask closing = all & ~s->dead_blocks & ~live_blocks (s);
  guint last = 0, n = 0;
  guint64 size;

  if (closing == 0)
    return TRUE;
  for (guint i = 0; i < s->n_domains; i++) {
    if ((s->dead_domains & GST_KS_BIT (i)) != 0
        || (closing & GST_KS_BIT (s->domains[i].block)) == 0)
      continue;
    last = i;
    n++;
  }
  if (n == 1 && s->n_ties == 0) {
    if (!gst_ks_domains_solve (search, &s->domains[last], 1, &no_ties, &size)
        || !close_block (search, s, s->domains[last].block, size))
      return FALSE;
  } else if (!close_tied (search, s, closing)) {
    return FALSE;
  }
  s->dead_blocks |= closing;
  return TRUE;
}

static GstKsMask
without_bit (GstKsMask mask, guint bit)
{
  GstKsMask below = GST_KS_BIT (bit) - 1;

  return (mask & below) | ((mask >> 1) & ~below);
}

gboolean
gst_ks_state_forget (GstKsSearch * search, GstKsState * s, guint open)
{
  s->n_open--;
  memmove (&s->open[open], &s->open[open + 1],
      (s->n_open - open) * sizeof (GstKsOpen));
  for (guint i = 0; i < s->n_open; i++)
    s->open[i].reach = without_bit (s->open[i].reach, open);
  s->guarded = without_bit (s->guarded, open);
  s->modified = without_bit (s->modified, open);
  s->has_out = without_bit (s->has_out, open);
  return close_finished (search, s);
}
