/* The certificate checker: whether a plan keeps what its graph asks for.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Written apart from the planner: it knows no labels, merges nothing and looks
 * at every item that was taken as it stands in the graph. It does not say that
 * nothing better exists.
 */
#include "gstksplancheck.h"

#include <string.h>

#include "gstksgraphprivate.h"
#include "gstkskind.h"
#include "gstkssize.h"

__extension__ typedef __int128 Wide;

/* A pad's part in the plan. */
typedef struct
{
  guint segment;                /* G_MAXUINT: none */
  const GstKsFramingItem *item;
  guint64 size;
} Part;

typedef struct
{
  const GstKsPlan *plan;
  const GstKsGraph *graph;
  Part *parts;                  /* by pad */
  Wide weight;
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
      && (wish || gst_ks_range_contains (&item->size, part->size))
      && gst_ks_range_is_subset (&s->stride, &item->stride)
      && s->align >= item->align && s->prefix >= item->prefix
      && s->padding >= item->padding && s->cap <= item->frames.max;
}

typedef struct
{
  guint64 sum, most, cap, size;
  guint must, map, unmapped;
  gboolean can, named;
} Counts;

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
    n->most = MAX (n->most, item->frames.min);
    n->cap = MIN (n->cap, item->frames.max);
    n->size = MAX (n->size, part->size);
    n->must += has (item, GST_KS_FRAMING_FLAG_MUST_ALLOCATE);
    n->map += needs_map (item);
    n->unmapped += has (item, GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC);
    n->named |= !is_group (item->memory);
    n->can |= has (item, GST_KS_FRAMING_FLAG_CAN_ALLOCATE)
        && !is_group (item->memory);
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
  if (s->size != n->size || !gst_ks_size_block (s->prefix, s->size, s->padding,
          s->align, &block) || block != s->block)
    return fail (error, "the block at %s is not its size", s->pads[0]);
  if (!gst_ks_size_is_power_of_two (s->align)
      || s->stride.min > s->stride.max)
    return fail (error, "alignment or stride at %s", s->pads[0]);
  if (n->must > 1 || (n->map > 0 && n->unmapped > 0))
    return fail (error, "%s: two insist on allocating, or cannot be mapped",
        s->pads[0]);
  if (s->is_default == n->named || is_group (s->memory)
      || (s->is_default && strcmp (s->memory, "system") != 0))
    return fail (error, "the kind at %s is %s", s->pads[0], s->memory);
  if (n->must == 0 && !n->can
      && !gst_ks_graph_framework_allocates (c->graph, s->memory))
    return fail (error, "nobody can allocate %s at %s", s->memory, s->pads[0]);
  return TRUE;
}

static gboolean
check_segment (Check * c, const GstKsSegment * s, GError ** error)
{
  Counts n = { 0, 0, GST_KS_RANGE_LIMIT, 0, 0, 0, 0, FALSE, FALSE };
  guint64 bytes;

  if (!count_items (c, s, &n, error) || !check_numbers (c, s, &n, error))
    return FALSE;
  if (!gst_ks_size_mul (s->block, MAX (s->frames, 1), &bytes)
      || bytes > GST_KS_RANGE_LIMIT)
    return fail (error, "bytes at %s are above the limit", s->pads[0]);
  if (!gst_ks_size_add (c->bytes, bytes, &c->bytes))
    c->bytes = G_MAXUINT64;
  if (s->allocator == NULL)
    return s->place == GST_KS_SEGMENT_PLACE_NONE
        || fail (error, "no allocator at %s", s->pads[0]);
  for (guint i = 0; i < s->n_pads; i++) {
    if (strcmp (s->pads[i], s->allocator) == 0)
      return TRUE;
  }
  return fail (error, "the allocator %s is in another segment", s->allocator);
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
      c->weight += part->item->weight;
    }
  }
  if (placed != gst_ks_graph_get_n_pads (c->graph))
    return fail (error, "%u pads are in no segment",
        gst_ks_graph_get_n_pads (c->graph) - placed);
  return TRUE;
}

typedef struct
{
  guint a, b;                   /* pads */
  const GstKsEdge *edge;
  gboolean joined, modifies;
} Link;

static Link
link_at (const Check * c, guint index)
{
  Link l = { 0, 0, gst_ks_graph_peek_edge (c->graph, index), FALSE, FALSE };

  l.a = (guint) gst_ks_graph_find_pad (c->graph, l.edge->a);
  l.b = (guint) gst_ks_graph_find_pad (c->graph, l.edge->b);
  l.joined = c->parts[l.a].segment == c->parts[l.b].segment;
  l.modifies = l.joined && gst_ks_graph_same_element (l.edge->a, l.edge->b)
      && has (c->parts[l.a].item, GST_KS_FRAMING_FLAG_IN_PLACE)
      && has (c->parts[l.b].item, GST_KS_FRAMING_FLAG_IN_PLACE);
  return l;
}

static gboolean
check_connected (const Check * c, GError ** error)
{
  guint n = gst_ks_graph_get_n_pads (c->graph), parts = n;
  g_autofree guint *name = g_new (guint, (gsize) n + 1);

  for (guint i = 0; i < n; i++)
    name[i] = i;
  for (guint e = 0; e < gst_ks_graph_get_n_edges (c->graph); e++) {
    Link l = link_at (c, e);
    guint a = l.a, b = l.b;

    if (!l.joined)
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
  if (l->joined)
    c->weight += (Wide) l->edge->in_place_weight + a->in_place_weight
        + b->in_place_weight;
  else
    c->weight += (Wide) l->edge->not_in_place_weight + a->not_in_place_weight
        + b->not_in_place_weight;
}

static gboolean
check_edges (Check * c, GError ** error)
{
  guint cuts = 0;

  for (guint e = 0; e < gst_ks_graph_get_n_edges (c->graph); e++) {
    Link l = link_at (c, e);

    if (!l.joined && l.edge->kind == GST_KS_EDGE_KIND_MUST)
      return fail (error, "%s and %s must be joined", l.edge->a, l.edge->b);
    if (!check_sizes (c, &l, error))
      return FALSE;
    weigh (c, &l);
    if (!l.joined) {
      c->copies += l.edge->copy_cost;
      cuts++;
    }
  }
  if (cuts != gst_ks_plan_get_n_cuts (c->plan))
    return fail (error, "%u edges are cut", cuts);
  for (guint i = 0; i < gst_ks_plan_get_n_cuts (c->plan); i++) {
    if (link_at (c, gst_ks_plan_peek_cut (c->plan, i)->edge).joined)
      return fail (error, "cut %u is none", i);
  }
  return TRUE;
}

/* Frame integrity: nobody whose frames come to the pad, and the pad itself, may
 * keep or share them. */
static gboolean
check_change (const Check * c, const Link * change, GError ** error)
{
  guint n = gst_ks_graph_get_n_pads (c->graph);
  g_autofree gboolean *upstream = g_new0 (gboolean, (gsize) n + 1);
  g_autofree guint *outs = g_new0 (guint, (gsize) n + 1);
  gboolean more = TRUE;

  upstream[change->a] = TRUE;
  for (guint turn = 0; more; turn++) {
    more = FALSE;
    for (guint e = 0; e < gst_ks_graph_get_n_edges (c->graph); e++) {
      Link l = link_at (c, e);

      if (!l.joined)
        continue;
      outs[l.a] += turn == 0;
      more |= upstream[l.b] && !upstream[l.a];
      upstream[l.a] |= upstream[l.b];
    }
  }
  for (guint i = 0; i < n; i++) {
    if (upstream[i] && (outs[i] > 1 || has (c->parts[i].item,
                GST_KS_FRAMING_FLAG_FRAME_INTEGRITY)))
      return fail (error, "frames of %s are changed at %s",
          gst_ks_graph_peek_pad_name (c->graph, i), change->edge->a);
  }
  return TRUE;
}

static gboolean
check_changes (const Check * c, GError ** error)
{
  for (guint e = 0; e < gst_ks_graph_get_n_edges (c->graph); e++) {
    Link l = link_at (c, e);

    if (l.modifies && !check_change (c, &l, error))
      return FALSE;
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
      || (Wide) t.weight != CLAMP (c->weight, G_MININT64, G_MAXINT64))
    return fail (error, "its totals are %" G_GUINT64_FORMAT " copies and %"
        G_GUINT64_FORMAT " bytes", c->copies, c->bytes);
  return TRUE;
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
 * Since: 0.1
 */
gboolean
gst_ks_plan_check (const GstKsPlan * plan, const GstKsGraph * graph,
    GError ** error)
{
  Check c = { plan, graph, NULL, 0, 0, 0 };
  g_autofree Part *parts = NULL;

  g_return_val_if_fail (plan != NULL && graph != NULL, FALSE);

  if (gst_ks_plan_get_status (plan) != GST_KS_PLAN_STATUS_OK)
    return TRUE;
  parts = g_new0 (Part, (gsize) gst_ks_graph_get_n_pads (graph) + 1);
  for (guint i = 0; i < gst_ks_graph_get_n_pads (graph); i++)
    parts[i].segment = G_MAXUINT;
  c.parts = parts;
  if (!place_pads (&c, error) || !check_connected (&c, error))
    return FALSE;
  for (guint i = 0; i < gst_ks_plan_get_n_segments (plan); i++) {
    if (!check_segment (&c, gst_ks_plan_peek_segment (plan, i), error))
      return FALSE;
  }
  return check_edges (&c, error) && check_changes (&c, error)
      && check_totals (&c, error);
}
