/* The graph of what one pad met when it asked, and several of them in one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Links are edges that must be joined, as nothing copies there. So is the way
 * through an element that only passes frames on; through one that changes them
 * it may be cut. An element that makes new frames ends the graph: it asks for
 * itself.
 */
#include "gstksneed.h"
#include "gstksnegotiatorprivate.h"

/* element:pad, and in a bin within the bin: inner/element:pad. */
gchar *
gst_ks_negotiator_name_pad (GstPad * pad, GstBin * bin)
{
  g_autoptr (GstObject) at = gst_object_get_parent (GST_OBJECT (pad));
  g_autofree gchar *own = gst_object_get_name (GST_OBJECT (pad));
  GString *path = g_string_new (NULL);

  while (at && at != GST_OBJECT (bin)) {
    g_autofree gchar *name = gst_object_get_name (at);
    GstObject *up = gst_object_get_parent (at);

    if (path->len > 0)
      g_string_prepend_c (path, '/');
    g_string_prepend (path, name);
    gst_object_unref (at);
    at = up;
  }
  g_string_append_printf (path, ":%s", own);
  return g_string_free (path, FALSE);
}

/* Takes @framing. */
static gboolean
add_pad (GstKsGraph * graph, const gchar * name, GstKsFraming * framing,
    GError ** error)
{
  G_GNUC_UNUSED g_autoptr (GstKsFraming) owned = framing;

  if (framing == NULL)
    return FALSE;
  return gst_ks_graph_find_pad (graph, name) >= 0
      || gst_ks_graph_add_pad (graph, name, framing, error);
}

typedef struct
{
  GstKsGraph *graph;
  GstKsAsk *ask;
  GstBin *bin;
  gboolean all_ours;            /* no pad without a pin was met */
} Build;

/* Takes @framing, as far as it is for this company. */
static gboolean
add_need (Build * b, const gchar * name, GstKsFraming * framing,
    GError ** error)
{
  if (framing && !b->all_ours)
    framing = gst_ks_need_for_foreign (framing);
  return add_pad (b->graph, name, framing, error);
}

/* Whether somebody else may look at what comes in: behind a fork, or because
 * somebody upstream wants its frames to stay as they are. */
static gboolean
is_shared (Build * b, const GstKsAnswer * answer)
{
  for (const GstKsAnswer * at = answer->parent; at; at = at->parent) {
    if (at->next->len > 1)
      return TRUE;
  }
  for (guint i = 0; i < gst_ks_graph_get_n_pads (b->graph); i++) {
    const GstKsFraming *framing = gst_ks_graph_peek_pad_framing (b->graph, i);

    for (guint j = 0; j < gst_ks_framing_get_n_items (framing); j++) {
      if (gst_ks_framing_peek_item (framing, j)->flags
          & GST_KS_FRAMING_FLAG_FRAME_INTEGRITY)
        return TRUE;
    }
  }
  return FALSE;
}

/* Who works in place makes another frame where it copies one that is shared,
 * or if it can write apart; else what comes in goes out. */
static gboolean
may_be_cut (Build * b, const GstKsAnswer * answer)
{
  return gst_ks_need_passing (answer->pad) == GST_KS_PASSING_IN_PLACE
      && (is_shared (b, answer) || gst_ks_need_works_both_ways (answer->pad));
}

/* The way through an element that passed the query on. */
static gboolean
add_passing (Build * b, const GstKsAnswer * answer, GError ** error)
{
  g_autofree gchar *in = gst_ks_negotiator_name_pad (answer->parent->pad,
      b->bin);
  g_autofree gchar *out = gst_ks_negotiator_name_pad (answer->from, b->bin);
  GstKsEdge edge = GST_KS_EDGE_INIT (in, out, may_be_cut (b, answer->parent)
      ? GST_KS_EDGE_KIND_MAY : GST_KS_EDGE_KIND_MUST);

  if (gst_ks_graph_find_pad (b->graph, out) >= 0)
    return TRUE;
  return add_need (b, out, gst_ks_need_of_passing (answer->from,
          gst_ks_ask_peek_caps (b->ask), error), error)
      && gst_ks_graph_add_edge (b->graph, &edge, error);
}

static gboolean
add_answer (Build * b, const GstKsAnswer * answer, GError ** error)
{
  g_autofree gchar *name = gst_ks_negotiator_name_pad (answer->pad, b->bin);
  g_autofree gchar *from = gst_ks_negotiator_name_pad (answer->from, b->bin);
  GstKsEdge edge = GST_KS_EDGE_INIT (from, name, GST_KS_EDGE_KIND_MUST);

  /* what nobody that we saw passed on cannot be tied to the head */
  if (answer->parent == NULL && answer->from != gst_ks_ask_peek_head (b->ask))
    return TRUE;
  return (answer->parent == NULL || add_passing (b, answer, error))
      && add_need (b, name, gst_ks_need_of_answer (answer,
          gst_ks_ask_peek_caps (b->ask), error), error)
      && gst_ks_graph_add_edge (b->graph, &edge, error);
}

static gboolean
add_all_mappable (GstKsGraph * graph, GError ** error)
{
  for (guint i = 0; i < gst_ks_graph_get_n_pads (graph); i++) {
    if (!gst_ks_need_add_mappable (graph, gst_ks_graph_peek_pad_framing (graph,
                i), error))
      return FALSE;
  }
  return TRUE;
}

/* Its first pad is the one that asked. Looks at elements: no lock held. */
GstKsGraph *
gst_ks_negotiator_graph_of (GstKsAsk * ask, GstBin * bin, GError ** error)
{
  g_autoptr (GstKsGraph) graph = gst_ks_graph_new ();
  GstPad *head = gst_ks_ask_peek_head (ask);
  g_autofree gchar *name = gst_ks_negotiator_name_pad (head, bin);
  Build b = { graph, ask, bin, gst_ks_need_is_all_ours (ask) };

  if (!add_need (&b, name, gst_ks_need_of_head (head,
              gst_ks_ask_peek_caps (ask), error), error))
    return NULL;
  for (guint i = 0; i < gst_ks_ask_get_n_answers (ask); i++) {
    if (!add_answer (&b, gst_ks_ask_peek_answer (ask, i), error))
      return NULL;
  }
  if (!add_all_mappable (graph, error))
    return NULL;
  return g_steal_pointer (&graph);
}

/* --- without a kind --- */

/* NULL: nothing is left. */
static GstKsFraming *
framing_without (const GstKsFraming * framing, const gchar * kind)
{
  guint n = gst_ks_framing_get_n_items (framing), left = 0;
  g_autofree GstKsFramingItem *items = g_new (GstKsFramingItem, n);

  for (guint i = 0; i < n; i++) {
    GstKsFramingItem item = *gst_ks_framing_peek_item (framing, i);

    if (item.memory == kind && !(item.flags
            & GST_KS_FRAMING_FLAG_PREFERENCES_ONLY))
      continue;
    if (item.memory == kind)
      item.memory = g_intern_static_string ("mapped");
    items[left++] = item;
  }
  return left > 0 ? gst_ks_framing_new (items, left,
      gst_ks_framing_peek_ratio (framing), NULL) : NULL;
}

static gboolean
names_kind (const GstKsGraph * graph, const gchar * kind)
{
  for (guint i = 0; i < gst_ks_graph_get_n_pads (graph); i++) {
    const GstKsFraming *framing = gst_ks_graph_peek_pad_framing (graph, i);

    for (guint j = 0; j < gst_ks_framing_get_n_items (framing); j++) {
      if (gst_ks_framing_peek_item (framing, j)->memory == kind)
        return TRUE;
    }
  }
  return FALSE;
}

GstKsGraph *
gst_ks_negotiator_graph_without (const GstKsGraph * graph, const gchar * kind)
{
  g_autoptr (GstKsGraph) fewer = gst_ks_graph_new ();

  if (!names_kind (graph, kind))
    return NULL;
  for (guint i = 0; i < gst_ks_graph_get_n_pads (graph); i++) {
    if (!add_pad (fewer, gst_ks_graph_peek_pad_name (graph, i),
            framing_without (gst_ks_graph_peek_pad_framing (graph, i), kind),
            NULL))
      return NULL;
  }
  return gst_ks_negotiator_merge (fewer, graph, NULL, NULL)
      ? g_steal_pointer (&fewer) : NULL;
}

/* --- several in one --- */

const GstKsSegment *
gst_ks_negotiator_find_segment (const GstKsPlan * plan, const gchar * pad,
    guint * at)
{
  for (guint i = 0; i < gst_ks_plan_get_n_segments (plan); i++) {
    const GstKsSegment *segment = gst_ks_plan_peek_segment (plan, i);

    for (guint p = 0; p < segment->n_pads; p++) {
      if (!g_str_equal (segment->pads[p], pad))
        continue;
      if (at)
        *at = p;
      return segment;
    }
  }
  return NULL;
}

/* What was decided, as a framing that leaves no choice; frames still add up. */
static GstKsFraming *
freeze (const GstKsFraming * framing, const GstKsSegment * segment, guint at)
{
  GstKsFramingItem item = *gst_ks_framing_peek_item (framing,
      segment->items[at]);

  item.memory = segment->memory;
  item.device = segment->device;
  item.bus = segment->bus;
  if (segment->state != GST_KS_SEGMENT_STATE_DONT_CARE)
    item.size = (GstKsRange) {
    segment->size, segment->size, 1};
  item.prefer = item.size;
  item.stride = segment->stride;
  item.align = segment->align;
  item.prefix = segment->prefix;
  item.padding = segment->padding;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static gboolean
has_edge (const GstKsGraph * graph, const GstKsEdge * edge)
{
  for (guint i = 0; i < gst_ks_graph_get_n_edges (graph); i++) {
    const GstKsEdge *other = gst_ks_graph_peek_edge (graph, i);

    if (g_str_equal (other->a, edge->a) && g_str_equal (other->b, edge->b))
      return TRUE;
  }
  return FALSE;
}

gboolean
gst_ks_negotiator_share_pads (const GstKsGraph * a, const GstKsGraph * b)
{
  for (guint i = 0; i < gst_ks_graph_get_n_pads (a); i++) {
    if (gst_ks_graph_find_pad (b, gst_ks_graph_peek_pad_name (a, i)) >= 0)
      return TRUE;
  }
  return FALSE;
}

/* @settled: what the pads of @graph are held to; NULL: they are free. Pads that
 * are there already stay as they are. */
gboolean
gst_ks_negotiator_merge (GstKsGraph * into, const GstKsGraph * graph,
    GstKsPlan * settled, GError ** error)
{
  for (guint i = 0; i < gst_ks_graph_get_n_pads (graph); i++) {
    const gchar *name = gst_ks_graph_peek_pad_name (graph, i);
    const GstKsFraming *framing = gst_ks_graph_peek_pad_framing (graph, i);
    guint at;
    const GstKsSegment *segment = settled
        ? gst_ks_negotiator_find_segment (settled, name, &at) : NULL;

    if (!add_pad (into, name, segment ? freeze (framing, segment, at)
            : gst_ks_framing_ref ((GstKsFraming *) framing), error))
      return FALSE;
  }
  const gchar *const *kinds = gst_ks_graph_peek_mappable (graph);
  for (guint i = 0; kinds[i]; i++) {
    if (!gst_ks_graph_add_mappable (into, kinds[i], error))
      return FALSE;
  }
  for (guint i = 0; i < gst_ks_graph_get_n_edges (graph); i++) {
    const GstKsEdge *edge = gst_ks_graph_peek_edge (graph, i);

    if (!has_edge (into, edge) && !gst_ks_graph_add_edge (into, edge, error))
      return FALSE;
  }
  return TRUE;
}
