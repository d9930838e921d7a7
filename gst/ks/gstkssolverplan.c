/* From what the search found to a plan: sizes, allocators, flags and factors.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Nothing is taken over from the search but the choices and the cuts: labels,
 * sizes and costs are made anew.
 */
#include <string.h>

#include "gstkssize.h"
#include "gstkssolverprivate.h"

/* By vertex; what belongs to a segment is at its first vertex. */
typedef struct
{
  GstKsSearch search;
  const GstKsBase *base;
  const GstKsOutcome *found;
  GstKsPlan *plan;
  GstKsChoice *choices;
  GstKsLabel *labels;
  guint *domain_of;             /* pads of one size: the first of them */
  guint *group_of;              /* pads with tied sizes: the first of them */
  GstKsDomain *domains;         /* at the first of domain_of */
  guint64 *sizes;               /* likewise */
  guint *ins, *outs;            /* edges inside the segment */
  guint *level;                 /* from where frames enter */
  guint *flags, *factors;
  gboolean *unknown, *tied;     /* an unknown ratio at its border, one that ties */
} Build;

static guint
find_root (guint * parents, guint p)
{
  while (parents[p] != p) {
    parents[p] = parents[parents[p]];
    p = parents[p];
  }
  return p;
}

static void
unite (guint * parents, guint a, guint b)
{
  guint ra = find_root (parents, a), rb = find_root (parents, b);

  parents[MAX (ra, rb)] = MIN (ra, rb);
}

static gboolean
is_joined (const Build * b, const GstKsBaseEdge * e)
{
  return b->found->segments[e->a] == b->found->segments[e->b];
}

static gboolean
is_tie (const Build * b, const GstKsBaseEdge * e)
{
  if (is_joined (b, e))
    return gst_ks_edge_scales (b->search.task, e);
  return gst_ks_edge_ties (e, &b->choices[e->a], &b->choices[e->b]);
}

static void
build_init (Build * b, const GstKsBase * base, const GstKsTask * task)
{
  gsize n = (gsize) base->n + 1;

  gst_ks_search_init (&b->search, base, task);
  b->base = base;
  b->choices = g_new0 (GstKsChoice, n);
  b->labels = g_new0 (GstKsLabel, n);
  b->domain_of = g_new0 (guint, n);
  b->group_of = g_new0 (guint, n);
  b->domains = g_new0 (GstKsDomain, n);
  b->sizes = g_new0 (guint64, n);
  b->ins = g_new0 (guint, n);
  b->outs = g_new0 (guint, n);
  b->level = g_new0 (guint, n);
  b->flags = g_new0 (guint, n);
  b->factors = g_new0 (guint, n);
  b->unknown = g_new0 (gboolean, n);
  b->tied = g_new0 (gboolean, n);
}

static void
build_clear (Build * b)
{
  gst_ks_search_clear (&b->search);
  g_free (b->choices);
  g_free (b->labels);
  g_free (b->domain_of);
  g_free (b->group_of);
  g_free (b->domains);
  g_free (b->sizes);
  g_free (b->ins);
  g_free (b->outs);
  g_free (b->level);
  g_free (b->flags);
  g_free (b->factors);
  g_free (b->unknown);
  g_free (b->tied);
}

/* What of a choice shapes its segment whatever the others say. */
#define SHAPING (GST_KS_FRAMING_FLAG_MUST_ALLOCATE | \
    GST_KS_FRAMING_FLAG_CAN_ALLOCATE | GST_KS_FRAMING_FLAG_FRAME_INTEGRITY | \
    GST_KS_FRAMING_FLAG_IN_PLACE | GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC)

static const GstKsFramingItem *
item_of (const Build * b, guint v)
{
  return gst_ks_framing_peek_item (gst_ks_graph_peek_pad_framing
      (b->base->graph, b->base->pads[v]), b->choices[v].index);
}

static gboolean
merge_labels (Build * b)
{
  for (guint v = 0; v < b->base->n; v++) {
    guint s = b->found->segments[v];

    gst_ks_choice_init (&b->choices[v], &b->search, v, b->found->items[v]);
    if ((item_of (b, v)->flags & SHAPING) != 0)
      b->factors[s] |= GST_KS_SEGMENT_FACTOR_FLAGS;
    if (s == v)
      b->labels[s] = b->choices[v].label;
    else if (!gst_ks_label_merge (&b->search, &b->labels[s],
            &b->choices[v].label, &b->labels[s]))
      return FALSE;
  }
  return TRUE;
}

static void
look_at_inside (Build * b, const GstKsBaseEdge * e)
{
  guint s = b->found->segments[e->a];

  b->ins[e->b]++;
  if (++b->outs[e->a] == 2)
    b->flags[s] |= GST_KS_SEGMENT_FLAG_MULTIPLE_OUTPUT;
  if (gst_ks_edge_modifies (e, &b->choices[e->a], &b->choices[e->b]))
    b->flags[s] |= GST_KS_SEGMENT_FLAG_NO_FRAME_INTEGRITY;
  if (e->scales)
    b->factors[s] |= GST_KS_SEGMENT_FACTOR_FIXED_COMPRESSION;
  else
    unite (b->domain_of, e->a, e->b);
}

static void
look_at_border (Build * b, const GstKsBaseEdge * e)
{
  guint sa = b->found->segments[e->a], sb = b->found->segments[e->b];

  if (is_tie (b, e)) {
    b->factors[sa] |= GST_KS_SEGMENT_FACTOR_FIXED_COMPRESSION;
    b->factors[sb] |= GST_KS_SEGMENT_FACTOR_FIXED_COMPRESSION;
    b->tied[sa] = b->tied[sb] = TRUE;
  } else if (!gst_ks_ratio_is_known (&e->edge->ratio)) {
    b->factors[sa] |= GST_KS_SEGMENT_FACTOR_UNKNOWN_COMPRESSION;
    b->factors[sb] |= GST_KS_SEGMENT_FACTOR_UNKNOWN_COMPRESSION;
    b->unknown[sa] = b->unknown[sb] = TRUE;
  }
}

static void
look_at_edges (Build * b)
{
  for (guint v = 0; v < b->base->n; v++)
    b->domain_of[v] = b->group_of[v] = v;
  for (guint i = 0; i < b->base->n_edges; i++) {
    const GstKsBaseEdge *e = &b->base->edges[i];

    if (is_joined (b, e) || is_tie (b, e))
      unite (b->group_of, e->a, e->b);
    if (is_joined (b, e))
      look_at_inside (b, e);
    else
      look_at_border (b, e);
  }
  for (guint v = 0; v < b->base->n; v++)
    b->domain_of[v] = find_root (b->domain_of, v);
}

static gboolean
merge_domains (Build * b)
{
  for (guint v = 0; v < b->base->n; v++) {
    guint d = b->domain_of[v];

    if (d == v)
      b->domains[d] = b->choices[v].domain;
    else if (!gst_ks_domain_merge (&b->search, &b->domains[d],
            &b->choices[v].domain, &b->domains[d]))
      return FALSE;
  }
  return TRUE;
}

/* Vertices by group, so that each is looked at once. */
static gint
compare_groups (gconstpointer x, gconstpointer y, gpointer user_data)
{
  const Build *b = user_data;
  guint vx = *(const guint *) x, vy = *(const guint *) y;
  guint gx = b->group_of[vx], gy = b->group_of[vy];

  if (gx != gy)
    return gx < gy ? -1 : 1;
  return (vx > vy) - (vx < vy);
}

typedef struct
{
  GArray *domains;              /* of GstKsDomain */
  GArray *vertices;             /* of guint: the first of each domain */
  GArray *ties;                 /* of GstKsTie */
} Group;

/* Each tie is found at its end a. */
static void
group_add_ties (Build * b, Group * group, guint v, const guint * number)
{
  for (guint i = b->base->first[v]; i < b->base->first[v + 1]; i++) {
    const GstKsBaseEdge *e = &b->base->edges[b->base->incident[i]];
    GstKsTie tie = { 0, 0, &e->edge->ratio };

    if (e->a != v || !is_tie (b, e))
      continue;
    tie.a = number[b->domain_of[e->a]];
    tie.b = number[b->domain_of[e->b]];
    g_array_append_val (group->ties, tie);
  }
}

static gboolean
group_solve (Build * b, Group * group)
{
  g_autofree guint64 *sizes = g_new0 (guint64, group->domains->len + 1);

  if (!gst_ks_domains_solve (&b->search,
          (const GstKsDomain *) group->domains->data, group->domains->len,
          group->ties, sizes))
    return FALSE;
  for (guint i = 0; i < group->vertices->len; i++)
    b->sizes[g_array_index (group->vertices, guint, i)] = sizes[i];
  return TRUE;
}

static gboolean
solve_groups (Build * b)
{
  g_autoptr (GArray) domains = g_array_new (FALSE, FALSE, sizeof (GstKsDomain));
  g_autoptr (GArray) vertices = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) ties = g_array_new (FALSE, FALSE, sizeof (GstKsTie));
  g_autofree guint *order = g_new (guint, b->base->n + 1);
  g_autofree guint *number = g_new (guint, b->base->n + 1);
  Group group = { domains, vertices, ties };

  for (guint v = 0; v < b->base->n; v++) {
    b->group_of[v] = find_root (b->group_of, v);
    order[v] = v;
  }
  if (b->base->n > 0)
    g_qsort_with_data (order, (gint) b->base->n, sizeof (guint),
        compare_groups, b);
  for (guint i = 0, j; i < b->base->n; i = j) {
    g_array_set_size (domains, 0);
    g_array_set_size (vertices, 0);
    g_array_set_size (ties, 0);
    for (j = i; j < b->base->n
        && b->group_of[order[j]] == b->group_of[order[i]]; j++) {
      if (b->domain_of[order[j]] != order[j])
        continue;
      number[order[j]] = domains->len;
      g_array_append_val (domains, b->domains[order[j]]);
      g_array_append_val (vertices, order[j]);
    }
    for (guint k = i; k < j; k++)
      group_add_ties (b, &group, order[k], number);
    if (!group_solve (b, &group))
      return FALSE;
  }
  return TRUE;
}

/* How far each pad is from where frames enter its segment. */
static void
find_levels (Build * b)
{
  g_autofree guint *left = g_new (guint, b->base->n + 1);
  g_autofree guint *queue = g_new (guint, b->base->n + 1);
  guint n = 0;

  for (guint v = 0; v < b->base->n; v++) {
    left[v] = b->ins[v];
    if (left[v] == 0)
      queue[n++] = v;
  }
  for (guint i = 0; i < n; i++) {
    guint v = queue[i];

    for (guint k = b->base->first[v]; k < b->base->first[v + 1]; k++) {
      const GstKsBaseEdge *e = &b->base->edges[b->base->incident[k]];

      if (e->a != v || !is_joined (b, e))
        continue;
      b->level[e->b] = MAX (b->level[e->b], b->level[v] + 1);
      if (--left[e->b] == 0)
        queue[n++] = e->b;
    }
  }
  for (guint v = 0; v < b->base->n; v++) {
    if (left[v] > 0)
      b->flags[b->found->segments[v]] |= GST_KS_SEGMENT_FLAG_CYCLE;
  }
}

/* Who insists comes first, then who can, then those where frames end, then
 * those that are far from where they enter, then names. */
static gboolean
is_better_place (const Build * b, guint v, guint than)
{
  const GstKsLabel *lv = &b->choices[v].label;
  const GstKsLabel *lt = &b->choices[than].label;

  if (lv->must != lt->must)
    return lv->must;
  if (lv->can != lt->can)
    return lv->can;
  if ((b->outs[v] == 0) != (b->outs[than] == 0))
    return b->outs[v] == 0;
  return b->level[v] > b->level[than];
}

static void
place_allocator (const Build * b, GstKsSegment * segment, const guint * pads)
{
  guint best = pads[0];

  for (guint i = 1; i < segment->n_pads; i++) {
    if (is_better_place (b, pads[i], best))
      best = pads[i];
  }
  if (strcmp (segment->memory, "user") == 0 && !b->choices[best].label.must) {
    segment->place = GST_KS_SEGMENT_PLACE_NONE;
    return;
  }
  segment->allocator = gst_ks_graph_peek_pad_name (b->base->graph,
      b->base->pads[best]);
  if (b->outs[best] == 0)
    segment->place = GST_KS_SEGMENT_PLACE_LAST;
  else
    segment->place = b->ins[best] == 0 ? GST_KS_SEGMENT_PLACE_FIRST :
        GST_KS_SEGMENT_PLACE_MIDDLE;
}

static void
describe (const Build * b, GstKsSegment * segment, guint s)
{
  const GstKsDomain *domain = &b->domains[b->domain_of[s]];
  guint flags = b->flags[s], factors = b->factors[s];
  GstKsRange narrowed;

  segment->state = domain->range.step == 0 ? GST_KS_SEGMENT_STATE_RANGE_FIXED :
      GST_KS_SEGMENT_STATE_RANGE_NOT_FIXED;
  if (b->unknown[s])
    segment->state = GST_KS_SEGMENT_STATE_COMPRESSION_UNKNOWN;
  else if (gst_ks_range_is_any (&domain->range))
    segment->state = GST_KS_SEGMENT_STATE_DONT_CARE;
  if (domain->range.step > 1)
    flags |= GST_KS_SEGMENT_FLAG_ATTENTION_STEPPING;
  if (!b->tied[s])
    flags |= GST_KS_SEGMENT_FLAG_INDEPENDENT_RANGES;
  if (!segment->is_default)
    factors |= GST_KS_SEGMENT_FACTOR_MEMORY_TYPES;
  if (!gst_ks_range_is_any (&domain->range))
    factors |= GST_KS_SEGMENT_FACTOR_PHYSICAL_RANGES;
  if (gst_ks_domain_narrow (domain, &narrowed)
      && gst_ks_range_contains (&narrowed, b->sizes[b->domain_of[s]]))
    factors |= GST_KS_SEGMENT_FACTOR_OPTIMAL_RANGES;
  if (segment->frames > 0 || segment->cap < GST_KS_RANGE_LIMIT)
    factors |= GST_KS_SEGMENT_FACTOR_BUFFERS;
  if (segment->align > 1)
    factors |= GST_KS_SEGMENT_FACTOR_ALIGN;
  segment->flags = (GstKsSegmentFlags) flags;
  segment->factors = (GstKsSegmentFactors) factors;
}

static void
take_label (const Build * b, GstKsSegment * segment, const GstKsLabel * label)
{
  const GstKsKindInfo *kind = gst_ks_label_kind (&b->search, label);

  segment->memory = kind->word;
  segment->is_default = kind
      != &g_array_index (b->base->kinds, GstKsKindInfo, label->kind);
  segment->device = label->device;
  segment->bus = label->bus;
  segment->stride = label->stride;
  segment->align = label->align;
  segment->prefix = label->prefix;
  segment->padding = label->padding;
  segment->frames = label->held;
  segment->cap = label->cap;
}

static void
list_pads (const Build * b, GstKsSegment * segment, const guint * pads, guint n)
{
  segment->n_pads = n;
  segment->pads = g_new0 (const gchar *, (gsize) n + 1);
  segment->items = g_new (guint, n);
  segment->pad_sizes = g_new (guint64, n);
  for (guint i = 0; i < n; i++) {
    segment->pads[i] = gst_ks_graph_peek_pad_name (b->base->graph,
        b->base->pads[pads[i]]);
    segment->items[i] = b->choices[pads[i]].index;
    segment->pad_sizes[i] = b->sizes[b->domain_of[pads[i]]];
    segment->size = MAX (segment->size, segment->pad_sizes[i]);
  }
}

/* pads: vertices of the segment, sorted */
static gboolean
add_segment (Build * b, const guint * pads, guint n)
{
  guint s = b->found->segments[pads[0]];
  GstKsSegment segment = { NULL };
  guint64 *bytes = &b->plan->totals.bytes, of_segment;
  gboolean fits;

  take_label (b, &segment, &b->labels[s]);
  list_pads (b, &segment, pads, n);
  segment.sizes = b->domains[b->domain_of[s]].range;
  fits = gst_ks_label_block (&b->labels[s], segment.size, &segment.block,
      &of_segment);
  place_allocator (b, &segment, pads);
  describe (b, &segment, s);
  g_array_append_val (b->plan->segments, segment);
  if (fits && !gst_ks_size_add (*bytes, of_segment, bytes))
    *bytes = G_MAXUINT64;
  return fits;
}

static gint
compare_segments (gconstpointer x, gconstpointer y, gpointer user_data)
{
  const Build *b = user_data;
  guint vx = *(const guint *) x, vy = *(const guint *) y;
  guint sx = b->found->segments[vx], sy = b->found->segments[vy];

  if (sx != sy)
    return sx < sy ? -1 : 1;
  return (vx > vy) - (vx < vy);
}

static gboolean
add_segments (Build * b)
{
  g_autofree guint *order = g_new (guint, b->base->n + 1);

  for (guint v = 0; v < b->base->n; v++)
    order[v] = v;
  if (b->base->n > 0)
    g_qsort_with_data (order, (gint) b->base->n, sizeof (guint),
        compare_segments, b);
  for (guint i = 0, j; i < b->base->n; i = j) {
    for (j = i; j < b->base->n && b->found->segments[order[j]]
        == b->found->segments[order[i]];)
      j++;
    if (!add_segment (b, &order[i], j - i))
      return FALSE;
  }
  b->plan->totals.allocators = b->plan->segments->len;
  return TRUE;
}

static void
weigh (GstKsWide * sum, gint64 weight)
{
  *sum = gst_ks_wide_add (*sum, gst_ks_wide_signed (weight));
}

static void
weigh_edge (const Build * b, const GstKsBaseEdge * e, GstKsWide * sum)
{
  const GstKsChoice *x = &b->choices[e->a], *y = &b->choices[e->b];
  gboolean joined = is_joined (b, e);

  weigh (sum, joined ? e->edge->in_place_weight : e->edge->not_in_place_weight);
  weigh (sum, joined ? x->in_place_weight : x->not_in_place_weight);
  weigh (sum, joined ? y->in_place_weight : y->not_in_place_weight);
}

static void
add_cuts (Build * b)
{
  GstKsWide weight = gst_ks_wide (0);

  for (guint v = 0; v < b->base->n; v++)
    weigh (&weight, b->choices[v].weight);
  for (guint i = 0; i < b->base->n_edges; i++) {
    const GstKsBaseEdge *e = &b->base->edges[i];
    GstKsCut cut = { e->edge->a, e->edge->b, e->index,
      GST_KS_PLAN_CODE_WEIGHT, NULL
    };

    if (e->edge->kind == GST_KS_EDGE_KIND_MAY)
      weigh_edge (b, e, &weight);
    if (is_joined (b, e))
      continue;
    b->plan->totals.copies += e->edge->copy_cost;
    g_array_append_val (b->plan->cuts, cut);
  }
  b->plan->totals.weight = gst_ks_wide_clamp (weight);
}

/* For whole graphs: positions are vertices. */
gboolean
gst_ks_outcome_to_plan (const GstKsBase * base, const GstKsTask * task,
    const GstKsOutcome * outcome, GstKsPlan * plan)
{
  Build b = { 0 };
  gboolean done;

  build_init (&b, base, task);
  b.found = outcome;
  b.plan = plan;
  done = merge_labels (&b);
  if (done) {
    look_at_edges (&b);
    find_levels (&b);
    done = merge_domains (&b) && solve_groups (&b) && add_segments (&b);
    add_cuts (&b);
  }
  build_clear (&b);
  return done;
}
