/* GstKsGraph: pads with their framings, and what ties them: what a plan is made of.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksgraph.h"

#include <string.h>

#include "gstksgraphprivate.h"
#include "gstkskind.h"

/* Positions are kept in 32 bits with room to spare. */
#define MAX_PARTS (1u << 24)
/* Costs of that many edges still add up in 64 bits. */
#define MAX_COPY_COST (1u << 30)

static const gchar *const strategies[] = {
  "default", "minimize-frames", "minimize-size", "minimize-allocators",
  "maximize-speed"
};

/**
 * gst_ks_graph_get_type:
 *
 * Returns: the boxed type of #GstKsGraph
 *
 * Since: 0.9
 */
G_DEFINE_BOXED_TYPE (GstKsGraph, gst_ks_graph, gst_ks_graph_ref,
    gst_ks_graph_unref);

static GPtrArray *
words_new (void)
{
  GPtrArray *words = g_ptr_array_new ();

  g_ptr_array_add (words, NULL);
  return words;
}

/* Keeps the NULL at the end. */
static void
words_add (GPtrArray * words, const gchar * word)
{
  if (words->len > 1 && g_ptr_array_find (words, word, NULL))
    return;
  g_ptr_array_insert (words, (gint) words->len - 1, (gpointer) word);
}

/**
 * gst_ks_graph_new:
 *
 * Any thread.
 *
 * Returns: (transfer full): a graph without pads
 *
 * Since: 0.9
 */
GstKsGraph *
gst_ks_graph_new (void)
{
  GstKsGraph *graph = g_new0 (GstKsGraph, 1);

  g_atomic_ref_count_init (&graph->ref_count);
  graph->names = g_ptr_array_new_with_free_func (g_free);
  graph->framings =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ks_framing_unref);
  graph->index = g_hash_table_new (g_str_hash, g_str_equal);
  graph->edges = g_array_new (FALSE, FALSE, sizeof (GstKsEdge));
  graph->ends = g_array_new (FALSE, FALSE, sizeof (GstKsGraphEnds));
  graph->mappable = words_new ();
  graph->can_allocate = words_new ();
  return graph;
}

/**
 * gst_ks_graph_ref:
 * @graph: a graph
 *
 * Any thread.
 *
 * Returns: (transfer full): @graph
 *
 * Since: 0.9
 */
GstKsGraph *
gst_ks_graph_ref (GstKsGraph * graph)
{
  g_return_val_if_fail (graph != NULL, NULL);

  g_atomic_ref_count_inc (&graph->ref_count);
  return graph;
}

/**
 * gst_ks_graph_unref:
 * @graph: (transfer full): a graph
 *
 * Frees @graph with the last reference. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_graph_unref (GstKsGraph * graph)
{
  g_return_if_fail (graph != NULL);

  if (!g_atomic_ref_count_dec (&graph->ref_count))
    return;
  g_hash_table_unref (graph->index);
  g_ptr_array_unref (graph->names);
  g_ptr_array_unref (graph->framings);
  g_array_unref (graph->edges);
  g_array_unref (graph->ends);
  g_ptr_array_unref (graph->mappable);
  g_ptr_array_unref (graph->can_allocate);
  g_free (graph);
}

static gboolean
has_room (guint n, const gchar * what, GError ** error)
{
  if (n < MAX_PARTS)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
      "a graph has at most %u %s; plan its parts one by one", MAX_PARTS, what);
  return FALSE;
}

/**
 * gst_ks_graph_add_pad:
 * @graph: a graph
 * @name: `element:pad`, not used before
 * @framing: (transfer none): what the pad needs of its frames
 * @error: return location for a #GError
 *
 * Fails with %GST_KS_ERROR_INVALID for a name that is empty, not UTF-8 or used
 * already.
 *
 * Returns: whether the pad was added
 *
 * Since: 0.9
 */
gboolean
gst_ks_graph_add_pad (GstKsGraph * graph, const gchar * name,
    GstKsFraming * framing, GError ** error)
{
  gchar *copy;

  g_return_val_if_fail (graph != NULL && name != NULL && framing != NULL,
      FALSE);

  if (name[0] == '\0' || !g_utf8_validate (name, -1, NULL)) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "a pad without a readable name; write it element:pad");
    return FALSE;
  }
  if (g_hash_table_contains (graph->index, name)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "two pads are called %s; names are what a plan tells them apart by",
        name);
    return FALSE;
  }
  if (!has_room (graph->names->len, "pads", error))
    return FALSE;
  copy = g_strdup (name);
  g_ptr_array_add (graph->names, copy);
  g_ptr_array_add (graph->framings, gst_ks_framing_ref (framing));
  g_hash_table_insert (graph->index, copy,
      GUINT_TO_POINTER (graph->names->len));
  return TRUE;
}

/**
 * gst_ks_graph_find_pad:
 * @graph: a graph
 * @name: name of a pad
 *
 * Looks a pad up by name. Any thread.
 *
 * Returns: its position, or -1 when there is none of that name
 *
 * Since: 0.9
 */
gint
gst_ks_graph_find_pad (const GstKsGraph * graph, const gchar * name)
{
  g_return_val_if_fail (graph != NULL && name != NULL, -1);

  return (gint) GPOINTER_TO_UINT (g_hash_table_lookup (graph->index, name)) - 1;
}

static gboolean
find_end (const GstKsGraph * graph, const gchar * field, const gchar ** name,
    guint * end, GError ** error)
{
  gint i = *name != NULL ? gst_ks_graph_find_pad (graph, *name) : -1;

  if (i >= 0) {
    *name = g_ptr_array_index (graph->names, i);
    *end = (guint) i;
    return TRUE;
  }
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "%s: there is no pad %s; add pads before their edges", field,
      *name != NULL ? *name : "without a name");
  return FALSE;
}

static gboolean
edge_settle (GstKsEdge * edge, GError ** error)
{
  gint64 limit = (gint64) GST_KS_RANGE_LIMIT;
  gint64 most = MAX (edge->in_place_weight, edge->not_in_place_weight);
  gint64 least = MIN (edge->in_place_weight, edge->not_in_place_weight);

  if (edge->kind != GST_KS_EDGE_KIND_MUST && edge->kind != GST_KS_EDGE_KIND_MAY) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "kind: %d is none; an edge is must or may", (gint) edge->kind);
    return FALSE;
  }
  if (edge->copy_cost > MAX_COPY_COST || most > limit || least < -limit) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        edge->copy_cost > MAX_COPY_COST ? "copy-cost: above the limit of 2^30" :
        "a weight beyond the limit of 2^62");
    return FALSE;
  }
  if (gst_ks_ratio_normalize (&edge->ratio, error))
    return TRUE;
  g_prefix_error (error, "ratio: ");
  return FALSE;
}

/**
 * gst_ks_graph_add_edge:
 * @graph: a graph
 * @edge: an edge between two pads of @graph
 * @error: return location for a #GError
 *
 * Copies @edge. Two pads may have several edges.
 *
 * Fails with %GST_KS_ERROR_INVALID, naming the field, for ends that are not
 * there or the same, and for values that cannot be.
 *
 * Returns: whether the edge was added
 *
 * Since: 0.9
 */
gboolean
gst_ks_graph_add_edge (GstKsGraph * graph, const GstKsEdge * edge,
    GError ** error)
{
  GstKsGraphEnds ends;
  GstKsEdge own;

  g_return_val_if_fail (graph != NULL && edge != NULL, FALSE);

  own = *edge;
  if (!find_end (graph, "a", &own.a, &ends.a, error)
      || !find_end (graph, "b", &own.b, &ends.b, error)
      || !edge_settle (&own, error)
      || !has_room (graph->edges->len, "edges", error))
    return FALSE;
  if (own.a == own.b) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "b: an edge from %s to itself; it has to lead elsewhere", own.a);
    return FALSE;
  }
  g_array_append_val (graph->edges, own);
  g_array_append_val (graph->ends, ends);
  return TRUE;
}

/**
 * gst_ks_graph_set_strategy:
 * @graph: a graph
 * @strategy: what is best after the fewest copies
 *
 * Chooses the order of the terms that a plan is judged by. KS:
 * AllocatorStrategy.
 *
 * Since: 0.9
 */
void
gst_ks_graph_set_strategy (GstKsGraph * graph, GstKsStrategy strategy)
{
  g_return_if_fail (graph != NULL);
  g_return_if_fail (gst_ks_strategy_to_string (strategy) != NULL);

  graph->strategy = strategy;
}

static gboolean
add_kind (GPtrArray * kinds, const gchar * kind, GError ** error)
{
  if (!gst_ks_kind_is_valid (kind)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "%s is no kind of memory; a kind is a word of a-z, 0-9 and -", kind);
    return FALSE;
  }
  words_add (kinds, g_intern_string (kind));
  return TRUE;
}

/**
 * gst_ks_graph_add_mappable:
 * @graph: a graph
 * @kind: a kind of memory
 * @error: return location for a #GError
 *
 * Says that the CPU can map @kind, which the planner's own table does not know.
 * Fails with %GST_KS_ERROR_INVALID for what is no word of a kind.
 *
 * Returns: whether @kind was a kind
 *
 * Since: 0.9
 */
gboolean
gst_ks_graph_add_mappable (GstKsGraph * graph, const gchar * kind,
    GError ** error)
{
  g_return_val_if_fail (graph != NULL && kind != NULL, FALSE);

  return add_kind (graph->mappable, kind, error);
}

/**
 * gst_ks_graph_add_framework_can_allocate:
 * @graph: a graph
 * @kind: a kind of memory
 * @error: return location for a #GError
 *
 * Says that @kind can be allocated even where no pad can. Fails with
 * %GST_KS_ERROR_INVALID for what is no word of a kind.
 *
 * Returns: whether @kind was a kind
 *
 * Since: 0.9
 */
gboolean
gst_ks_graph_add_framework_can_allocate (GstKsGraph * graph,
    const gchar * kind, GError ** error)
{
  g_return_val_if_fail (graph != NULL && kind != NULL, FALSE);

  return add_kind (graph->can_allocate, kind, error);
}

/**
 * gst_ks_graph_get_n_pads:
 * @graph: a graph
 *
 * Pads are counted from 0 in the order of adding. Any thread.
 *
 * Returns: how many pads it has
 *
 * Since: 0.9
 */
guint
gst_ks_graph_get_n_pads (const GstKsGraph * graph)
{
  g_return_val_if_fail (graph != NULL, 0);

  return graph->names->len;
}

/**
 * gst_ks_graph_peek_pad_name:
 * @graph: a graph
 * @index: which pad, in the order of adding
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): its name, or %NULL when there are not so
 *   many
 *
 * Since: 0.9
 */
const gchar *
gst_ks_graph_peek_pad_name (const GstKsGraph * graph, guint index)
{
  g_return_val_if_fail (graph != NULL, NULL);

  return index < graph->names->len ?
      g_ptr_array_index (graph->names, index) : NULL;
}

/**
 * gst_ks_graph_peek_pad_framing:
 * @graph: a graph
 * @index: which pad, in the order of adding
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): its framing, or %NULL when there are not
 *   so many
 *
 * Since: 0.9
 */
const GstKsFraming *
gst_ks_graph_peek_pad_framing (const GstKsGraph * graph, guint index)
{
  g_return_val_if_fail (graph != NULL, NULL);

  return index < graph->framings->len ?
      g_ptr_array_index (graph->framings, index) : NULL;
}

/**
 * gst_ks_graph_get_n_edges:
 * @graph: a graph
 *
 * Edges are counted from 0 in the order of adding. Any thread.
 *
 * Returns: how many edges it has
 *
 * Since: 0.9
 */
guint
gst_ks_graph_get_n_edges (const GstKsGraph * graph)
{
  g_return_val_if_fail (graph != NULL, 0);

  return graph->edges->len;
}

/**
 * gst_ks_graph_peek_edge:
 * @graph: a graph
 * @index: which edge, in the order of adding
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the edge, valid until the next one is
 *   added, or %NULL when there are not so many
 *
 * Since: 0.9
 */
const GstKsEdge *
gst_ks_graph_peek_edge (const GstKsGraph * graph, guint index)
{
  g_return_val_if_fail (graph != NULL, NULL);

  return index < graph->edges->len ?
      &g_array_index (graph->edges, GstKsEdge, index) : NULL;
}

/**
 * gst_ks_graph_get_strategy:
 * @graph: a graph
 *
 * Any thread.
 *
 * Returns: what is best after the fewest copies
 *
 * Since: 0.9
 */
GstKsStrategy
gst_ks_graph_get_strategy (const GstKsGraph * graph)
{
  g_return_val_if_fail (graph != NULL, GST_KS_STRATEGY_DEFAULT);

  return graph->strategy;
}

/**
 * gst_ks_graph_peek_mappable:
 * @graph: a graph
 *
 * Any thread.
 *
 * Returns: (transfer none) (array zero-terminated=1): the kinds of
 *   gst_ks_graph_add_mappable(), valid until the next one is added
 *
 * Since: 0.9
 */
const gchar *const *
gst_ks_graph_peek_mappable (const GstKsGraph * graph)
{
  g_return_val_if_fail (graph != NULL, NULL);

  return (const gchar * const *) graph->mappable->pdata;
}

/**
 * gst_ks_graph_peek_framework_can_allocate:
 * @graph: a graph
 *
 * Any thread.
 *
 * Returns: (transfer none) (array zero-terminated=1): the kinds of
 *   gst_ks_graph_add_framework_can_allocate(), valid until the next one is added
 *
 * Since: 0.9
 */
const gchar *const *
gst_ks_graph_peek_framework_can_allocate (const GstKsGraph * graph)
{
  g_return_val_if_fail (graph != NULL, NULL);

  return (const gchar * const *) graph->can_allocate->pdata;
}

/* A vendor's own kind is not mappable until somebody says so. */
gboolean
gst_ks_graph_is_mappable (const GstKsGraph * graph, const gchar * kind)
{
  if (gst_ks_kind_is_known (kind)
      && (gst_ks_kind_get_traits (kind) & GST_KS_KIND_TRAIT_MAPPABLE) != 0)
    return TRUE;
  return g_strv_contains (gst_ks_graph_peek_mappable (graph), kind);
}

gboolean
gst_ks_graph_framework_allocates (const GstKsGraph * graph, const gchar * kind)
{
  if ((gst_ks_kind_get_traits (kind) & GST_KS_KIND_TRAIT_HOST) != 0)
    return TRUE;
  return g_strv_contains (gst_ks_graph_peek_framework_can_allocate (graph),
      kind);
}

gboolean
gst_ks_graph_same_element (const gchar * a, const gchar * b)
{
  const gchar *end_a = strrchr (a, ':');
  const gchar *end_b = strrchr (b, ':');

  return end_a != NULL && end_b != NULL && end_a - a == end_b - b
      && strncmp (a, b, (gsize) (end_a - a)) == 0;
}

/**
 * gst_ks_strategy_to_string:
 * @strategy: a strategy
 *
 * Any thread.
 *
 * Returns: (nullable): its word
 *
 * Since: 0.9
 */
const gchar *
gst_ks_strategy_to_string (GstKsStrategy strategy)
{
  return (guint) strategy < G_N_ELEMENTS (strategies) ?
      strategies[strategy] : NULL;
}

/**
 * gst_ks_strategy_from_string:
 * @word: a word
 * @strategy: (out): the strategy of that word
 *
 * Any thread.
 *
 * Returns: %FALSE when @word is none; @strategy is then left alone
 *
 * Since: 0.9
 */
gboolean
gst_ks_strategy_from_string (const gchar * word, GstKsStrategy * strategy)
{
  g_return_val_if_fail (word != NULL && strategy != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (strategies); i++) {
    if (strcmp (strategies[i], word) != 0)
      continue;
    *strategy = (GstKsStrategy) i;
    return TRUE;
  }
  return FALSE;
}
