/* The certificate checker: whether a plan keeps what its graph asks for.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Written apart from the planner: it knows no labels and no search, and looks at
 * every item that was taken as it stands in the graph. What can be counted is
 * counted again. It does not say that nothing better exists. In builds for
 * debugging every plan goes through it, so it takes one look at each pad and
 * edge.
 */
#include "gstksplancheck.h"

#include <string.h>

#include "gstksgraphprivate.h"
#include "gstkskind.h"
#include "gstkssize.h"
#include "gstkswide.h"

/* A pad's part in the plan. */
typedef struct
{
  guint segment;                /* G_MAXUINT: none */
  const GstKsFramingItem *item;
  guint64 size;
  guint ins, outs;              /* joined edges */
} Part;

/* An edge's. */
typedef struct
{
  guint a, b;                   /* pads */
  const GstKsEdge *edge;
  gboolean joined, modifies;
} Link;

typedef struct
{
  const GstKsPlan *plan;
  const GstKsGraph *graph;
  guint n, n_links;
  Part *parts;                  /* by pad */
  Link *links;                  /* by edge */
  GstKsWide weight;
  guint64 copies, bytes;
} Check;

static gboolean
G_GNUC_PRINTF (2, 3)
fail (GError ** error, const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "the plan does not keep its graph: %s; this is a defect of the planner",
      text);
  return FALSE;
}

static gboolean
has (const GstKsFramingItem * item, GstKsFramingFlags flag)
{
  return (item->flags & flag) != 0;
}

/* Kinds */

static gboolean
is_group (const gchar * kind)
{
  return (gst_ks_kind_get_traits (kind) & GST_KS_KIND_TRAIT_GROUP) != 0;
}

static gboolean
takes_kind (const Check * c, const GstKsFramingItem * item,
    const GstKsSegment * s)
{
  gboolean host = (gst_ks_kind_get_traits (s->memory)
      & GST_KS_KIND_TRAIT_HOST) != 0;

  if (strcmp (item->memory, "any") == 0
      || strcmp (item->memory, s->memory) == 0)
    return TRUE;
  if (strcmp (item->memory, "host") == 0)
    return host;
  if (strcmp (item->memory, "mapped") == 0)
    return gst_ks_graph_is_mappable (c->graph, s->memory);
  return strcmp (item->memory, "system") == 0
      && strcmp (s->memory, "locked") == 0
      && has (item, GST_KS_FRAMING_FLAG_PREFERENCES_ONLY);
}

static gboolean
needs_map (const GstKsFramingItem * item)
{
  return is_group (item->memory) && strcmp (item->memory, "any") != 0
      && !has (item, GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC);
}

/* Segments */

static gboolean
check_item (const Check * c, const GstKsSegment * s, const Part * part)
{
  const GstKsFramingItem *item = part->item;
  gboolean wish = has (item, GST_KS_FRAMING_FLAG_PREFERENCES_ONLY);

  return takes_kind (c, item, s)
      && (item->device == NULL || item->device == s->device)
      && (item->bus == NULL || item->bus == s->bus)
      && (wish || gst_ks_range_contains (&item->size, part->size));
}

/* What the items of a segment come to. */
typedef struct
{
  guint64 sum, most, cap, size, align, prefix, padding;
  GstKsRange stride;
  const gchar *device, *bus;
  guint must, map, unmapped;
  gboolean can, named, splits;
  const gchar *insists;         /* pad */
} Counts;

static void
count_flags (Counts * n, const Part * part, const gchar * pad)
{
  const GstKsFramingItem *item = part->item;

  n->map += needs_map (item);
  n->unmapped += has (item, GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC);
  n->named |= !is_group (item->memory);
  n->can |= has (item, GST_KS_FRAMING_FLAG_CAN_ALLOCATE)
      && !is_group (item->memory);
  n->splits |= part->outs > 1;
  if (!has (item, GST_KS_FRAMING_FLAG_MUST_ALLOCATE))
    return;
  n->must++;
  n->insists = pad;
}

static gboolean
count_items (const Check * c, const GstKsSegment * s, Counts * n,
    GError ** error)
{
  for (guint i = 0; i < s->n_pads; i++) {
    gint pad = gst_ks_graph_find_pad (c->graph, s->pads[i]);
    const Part *part = &c->parts[pad];
    const GstKsFramingItem *item = part->item;

    if (!check_item (c, s, part))
      return fail (error, "item %u of %s does not take its segment",
          s->items[i], s->pads[i]);
    if (!gst_ks_size_add (n->sum, item->frames.min, &n->sum))
      return fail (error, "%s holds too many frames", s->pads[i]);
    if (!gst_ks_range_intersect (&n->stride, &item->stride, &n->stride))
      return fail (error, "%s has another stride", s->pads[i]);
    n->most = MAX (n->most, item->frames.min);
    n->cap = MIN (n->cap, item->frames.max);
    n->size = MAX (n->size, part->size);
    n->align = MAX (n->align, item->align);
    n->prefix = MAX (n->prefix, item->prefix);
    n->padding = MAX (n->padding, item->padding);
    n->device = item->device != NULL ? item->device : n->device;
    n->bus = item->bus != NULL ? item->bus : n->bus;
    count_flags (n, part, s->pads[i]);
  }
  return TRUE;
}

static gboolean
check_numbers (const Check * c, const GstKsSegment * s, const Counts * n,
    GError ** error)
{
  guint64 held = n->sum, block;

  if (gst_ks_graph_get_strategy (c->graph) == GST_KS_STRATEGY_MINIMIZE_FRAMES)
    held = n->most;
  if (s->frames != held || s->cap != n->cap || held > n->cap)
    return fail (error, "frames at %s: %" G_GUINT64_FORMAT " held, cap %"
        G_GUINT64_FORMAT, s->pads[0], held, n->cap);
  if (s->align != n->align || s->prefix != n->prefix
      || s->padding != n->padding || !gst_ks_range_equal (&s->stride,
          &n->stride))
    return fail (error, "alignment, stride or what is around the frame at %s",
        s->pads[0]);
  if (s->size != n->size || !gst_ks_size_block (s->prefix, s->size, s->padding,
          s->align, &block) || block != s->block)
    return fail (error, "the block at %s is not its size", s->pads[0]);
  if (!gst_ks_range_contains (&s->sizes, c->parts[gst_ks_graph_find_pad
              (c->graph, s->pads[0])].size))
    return fail (error, "the size at %s is none of its sizes", s->pads[0]);
  return TRUE;
}

static gboolean
check_kind (const Check * c, const GstKsSegment * s, const Counts * n,
    GError ** error)
{
  if (n->must > 1 || (n->map > 0 && n->unmapped > 0))
    return fail (error, "%s: two insist on allocating, or cannot be mapped",
        s->pads[0]);
  if (s->is_default == n->named || is_group (s->memory)
      || (s->is_default && strcmp (s->memory, "system") != 0))
    return fail (error, "the kind at %s is %s", s->pads[0], s->memory);
  if (s->device != n->device || s->bus != n->bus)
    return fail (error, "the device or bus at %s is nobody's", s->pads[0]);
  if (n->must == 0 && !n->can
      && !gst_ks_graph_framework_allocates (c->graph, s->memory))
    return fail (error, "nobody can allocate %s at %s", s->memory, s->pads[0]);
  if (n->splits != ((s->flags & GST_KS_SEGMENT_FLAG_MULTIPLE_OUTPUT) != 0))
    return fail (error, "multiple-output at %s", s->pads[0]);
  return TRUE;
}

static gboolean
is_in (const GstKsSegment * s, const gchar * pad)
{
  for (guint i = 0; i < s->n_pads; i++) {
    if (s->pads[i] == pad)
      return TRUE;
  }
  return FALSE;
}

static GstKsSegmentPlace
place_of (const Part * part)
{
  if (part->outs == 0)
    return GST_KS_SEGMENT_PLACE_LAST;
  return part->ins == 0 ? GST_KS_SEGMENT_PLACE_FIRST :
      GST_KS_SEGMENT_PLACE_MIDDLE;
}

/* Frames from outside have none; else it is at who insists, or at who can. */
static gboolean
check_allocator (const Check * c, const GstKsSegment * s, const Counts * n,
    GError ** error)
{
  const Part *part;

  if (s->allocator == NULL)
    return (s->place == GST_KS_SEGMENT_PLACE_NONE && n->must == 0
        && strcmp (s->memory, "user") == 0)
        || fail (error, "no allocator at %s", s->pads[0]);
  if (!is_in (s, s->allocator))
    return fail (error, "the allocator %s is in another segment", s->allocator);
  part = &c->parts[gst_ks_graph_find_pad (c->graph, s->allocator)];
  if (s->place != place_of (part))
    return fail (error, "the place of %s is not %s", s->allocator,
        gst_ks_segment_place_to_string (s->place));
  if (n->must > 0)
    return strcmp (n->insists, s->allocator) == 0
        || fail (error, "%s insists on allocating", n->insists);
  return gst_ks_graph_framework_allocates (c->graph, s->memory)
      || has (part->item, GST_KS_FRAMING_FLAG_CAN_ALLOCATE)
      || fail (error, "%s cannot allocate", s->allocator);
}

static gboolean
check_segment (Check * c, const GstKsSegment * s, GError ** error)
{
  Counts n = {.cap = GST_KS_RANGE_LIMIT,.align = 1,
    .stride = GST_KS_RANGE_INIT_ANY
  };
  guint64 bytes;

  if (!count_items (c, s, &n, error) || !check_numbers (c, s, &n, error)
      || !check_kind (c, s, &n, error) || !check_allocator (c, s, &n, error))
    return FALSE;
  if (!gst_ks_size_mul (s->block, MAX (s->frames, 1), &bytes)
      || bytes > GST_KS_RANGE_LIMIT)
    return fail (error, "bytes at %s are above the limit", s->pads[0]);
  if (!gst_ks_size_add (c->bytes, bytes, &c->bytes))
    c->bytes = G_MAXUINT64;
  return TRUE;
}

static void
add_weight (Check * c, gint64 weight)
{
  c->weight = gst_ks_wide_add (c->weight, gst_ks_wide_signed (weight));
}

/* Every pad once, each connected to the others of its segment. */

static gboolean
place_pads (Check * c, GError ** error)
{
  guint placed = 0;

  for (guint i = 0; i < gst_ks_plan_get_n_segments (c->plan); i++) {
    const GstKsSegment *s = gst_ks_plan_peek_segment (c->plan, i);

    for (guint k = 0; k < s->n_pads; k++, placed++) {
      gint pad = gst_ks_graph_find_pad (c->graph, s->pads[k]);
      Part *part = &c->parts[MAX (pad, 0)];

      if (pad < 0 || part->segment != G_MAXUINT)
        return fail (error, "%s is not in the graph, or in two segments",
            s->pads[k]);
      part->segment = i;
      part->size = s->pad_sizes[k];
      part->item = gst_ks_framing_peek_item (gst_ks_graph_peek_pad_framing
          (c->graph, (guint) pad), s->items[k]);
      if (part->item == NULL)
        return fail (error, "%s has no item %u", s->pads[k], s->items[k]);
      add_weight (c, part->item->weight);
    }
  }
  if (placed != c->n)
    return fail (error, "%u pads are in no segment", c->n - placed);
  return TRUE;
}

static Link
link_at (const Check * c, guint index)
{
  const GstKsGraphEnds *ends =
      &g_array_index (c->graph->ends, GstKsGraphEnds, index);
  Link l = { ends->a, ends->b, gst_ks_graph_peek_edge (c->graph, index),
    FALSE, FALSE
  };

  l.joined = c->parts[l.a].segment == c->parts[l.b].segment;
  l.modifies = l.joined && gst_ks_graph_same_element (l.edge->a, l.edge->b)
      && has (c->parts[l.a].item, GST_KS_FRAMING_FLAG_IN_PLACE)
      && has (c->parts[l.b].item, GST_KS_FRAMING_FLAG_IN_PLACE);
  return l;
}

static void
place_links (Check * c)
{
  for (guint e = 0; e < c->n_links; e++) {
    Link l = link_at (c, e);

    c->links[e] = l;
    c->parts[l.a].outs += l.joined;
    c->parts[l.b].ins += l.joined;
  }
}

static gboolean
check_connected (const Check * c, GError ** error)
{
  guint parts = c->n;
  g_autofree guint *name = g_new (guint, (gsize) c->n + 1);

  for (guint i = 0; i < c->n; i++)
    name[i] = i;
  for (guint e = 0; e < c->n_links; e++) {
    guint a = c->links[e].a, b = c->links[e].b;

    if (!c->links[e].joined)
      continue;
    while (name[a] != a)
      a = name[a] = name[name[a]];
    while (name[b] != b)
      b = name[b] = name[name[b]];
    parts -= a != b;
    name[a] = b;
  }
  if (parts != gst_ks_plan_get_n_segments (c->plan))
    return fail (error, "a segment is in pieces");
  return TRUE;
}

/* Edges */

static gboolean
check_sizes (const Check * c, const Link * l, GError ** error)
{
  const Part *a = &c->parts[l->a], *b = &c->parts[l->b];
  guint either = a->item->flags | b->item->flags;
  guint64 size;

  if (!l->joined && ((either & GST_KS_FRAMING_FLAG_INSIST_ON_RATIO) == 0
          || (either & GST_KS_FRAMING_FLAG_PARTIAL_READ) != 0
          || !gst_ks_ratio_is_known (&l->edge->ratio)))
    return TRUE;
  if (!gst_ks_ratio_apply (&l->edge->ratio, a->size, &size, NULL)
      || size != b->size)
    return fail (error, "sizes %" G_GUINT64_FORMAT " at %s and %"
        G_GUINT64_FORMAT " at %s are not in their ratio", a->size, l->edge->a,
        b->size, l->edge->b);
  return TRUE;
}

static void
weigh (Check * c, const Link * l)
{
  const GstKsFramingItem *a = c->parts[l->a].item, *b = c->parts[l->b].item;

  if (l->edge->kind == GST_KS_EDGE_KIND_MUST)
    return;
  add_weight (c, l->joined ? l->edge->in_place_weight :
      l->edge->not_in_place_weight);
  add_weight (c, l->joined ? a->in_place_weight : a->not_in_place_weight);
  add_weight (c, l->joined ? b->in_place_weight : b->not_in_place_weight);
}

/* Every cut is that of an edge whose ends are apart, and of another than the
 * others. */
static gboolean
check_cuts (const Check * c, guint cuts, GError ** error)
{
  g_autofree gboolean *seen = g_new0 (gboolean, (gsize) c->n_links + 1);

  if (cuts != gst_ks_plan_get_n_cuts (c->plan))
    return fail (error, "%u edges are cut", cuts);
  for (guint i = 0; i < cuts; i++) {
    const GstKsCut *cut = gst_ks_plan_peek_cut (c->plan, i);

    if (cut->edge >= c->n_links || seen[cut->edge]
        || c->links[cut->edge].joined
        || strcmp (cut->a, c->links[cut->edge].edge->a) != 0
        || strcmp (cut->b, c->links[cut->edge].edge->b) != 0)
      return fail (error, "cut %u is none", i);
    seen[cut->edge] = TRUE;
  }
  return TRUE;
}

static gboolean
check_edges (Check * c, GError ** error)
{
  guint cuts = 0;

  for (guint e = 0; e < c->n_links; e++) {
    const Link *l = &c->links[e];

    if (!l->joined && l->edge->kind == GST_KS_EDGE_KIND_MUST)
      return fail (error, "%s and %s must be joined", l->edge->a, l->edge->b);
    if (!check_sizes (c, l, error))
      return FALSE;
    weigh (c, l);
    if (l->joined)
      continue;
    c->copies += l->edge->copy_cost;
    cuts++;
  }
  return check_cuts (c, cuts, error);
}

/* Where joined edges lead on: of a pad, from first[pad] to first[pad + 1]. */
static guint *
list_ways (const Check * c, guint * first)
{
  guint *ways = g_new (guint, (gsize) c->n_links + 1);
  g_autofree guint *at = g_new (guint, (gsize) c->n + 1);

  first[0] = 0;
  for (guint i = 0; i < c->n; i++) {
    at[i] = first[i];
    first[i + 1] = first[i] + c->parts[i].outs;
  }
  for (guint e = 0; e < c->n_links; e++) {
    if (c->links[e].joined)
      ways[at[c->links[e].a]++] = c->links[e].b;
  }
  return ways;
}

/* Frame integrity: whose frames come to a change may not be kept or shared. By
 * pad: who keeps or shares what comes there, or G_MAXUINT. */
static guint *
find_keepers (const Check * c)
{
  g_autofree guint *first = g_new (guint, (gsize) c->n + 2);
  g_autofree guint *ways = list_ways (c, first);
  g_autofree guint *queue = g_new (guint, (gsize) c->n + 1);
  guint *keeper = g_new (guint, (gsize) c->n + 1);
  guint n = 0;

  for (guint i = 0; i < c->n; i++) {
    gboolean keeps = c->parts[i].outs > 1
        || has (c->parts[i].item, GST_KS_FRAMING_FLAG_FRAME_INTEGRITY);

    keeper[i] = keeps ? i : G_MAXUINT;
    if (keeps)
      queue[n++] = i;
  }
  for (guint k = 0; k < n; k++) {
    for (guint w = first[queue[k]]; w < first[queue[k] + 1]; w++) {
      if (keeper[ways[w]] != G_MAXUINT)
        continue;
      keeper[ways[w]] = keeper[queue[k]];
      queue[n++] = ways[w];
    }
  }
  return keeper;
}

static gboolean
check_changes (const Check * c, GError ** error)
{
  g_autofree guint *keeper = find_keepers (c);
  g_autofree gboolean *changes =
      g_new0 (gboolean, gst_ks_plan_get_n_segments (c->plan) + 1);

  for (guint e = 0; e < c->n_links; e++) {
    const Link *l = &c->links[e];

    if (l->modifies && keeper[l->a] != G_MAXUINT)
      return fail (error, "frames of %s are changed at %s",
          gst_ks_graph_peek_pad_name (c->graph, keeper[l->a]), l->edge->a);
    if (l->modifies)
      changes[c->parts[l->a].segment] = TRUE;
  }
  for (guint i = 0; i < gst_ks_plan_get_n_segments (c->plan); i++) {
    const GstKsSegment *s = gst_ks_plan_peek_segment (c->plan, i);

    if (changes[i] != ((s->flags & GST_KS_SEGMENT_FLAG_NO_FRAME_INTEGRITY)
            != 0))
      return fail (error, "no-frame-integrity at %s", s->pads[0]);
  }
  return TRUE;
}

static gboolean
check_totals (const Check * c, GError ** error)
{
  GstKsPlanTotals t;

  gst_ks_plan_get_totals (c->plan, &t);
  if (t.copies != c->copies || t.bytes != c->bytes
      || t.allocators != gst_ks_plan_get_n_segments (c->plan)
      || t.weight != gst_ks_wide_clamp (c->weight))
    return fail (error, "its totals are %" G_GUINT64_FORMAT " copies and %"
        G_GUINT64_FORMAT " bytes", c->copies, c->bytes);
  return TRUE;
}

static gboolean
check_all (Check * c, GError ** error)
{
  if (!place_pads (c, error))
    return FALSE;
  place_links (c);
  if (!check_connected (c, error))
    return FALSE;
  for (guint i = 0; i < gst_ks_plan_get_n_segments (c->plan); i++) {
    if (!check_segment (c, gst_ks_plan_peek_segment (c->plan, i), error))
      return FALSE;
  }
  return check_edges (c, error) && check_changes (c, error)
      && check_totals (c, error);
}

/**
 * gst_ks_plan_check:
 * @plan: a plan
 * @graph: the graph that it is for
 * @error: return location for a #GError
 *
 * Checks every segment, cut and total of @plan against every item and edge of
 * @graph, by rules written down a second time. Fails with
 * %GST_KS_ERROR_CONFLICT, naming the first thing that is wrong. Any thread.
 *
 * Returns: whether @plan keeps @graph; %TRUE also when @plan has no segments
 *   because there is no plan
 *
 * Since: 0.9
 */
gboolean
gst_ks_plan_check (const GstKsPlan * plan, const GstKsGraph * graph,
    GError ** error)
{
  Check c = { plan, graph };
  g_autofree Part *parts = NULL;
  g_autofree Link *links = NULL;

  g_return_val_if_fail (plan != NULL && graph != NULL, FALSE);

  if (gst_ks_plan_get_status (plan) != GST_KS_PLAN_STATUS_OK)
    return TRUE;
  c.n = gst_ks_graph_get_n_pads (graph);
  c.n_links = gst_ks_graph_get_n_edges (graph);
  c.parts = parts = g_new0 (Part, (gsize) c.n + 1);
  c.links = links = g_new0 (Link, (gsize) c.n_links + 1);
  for (guint i = 0; i < c.n; i++)
    parts[i].segment = G_MAXUINT;
  return check_all (&c, error);
}
