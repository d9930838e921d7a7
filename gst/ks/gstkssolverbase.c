/* The graph made ready for the search: sorted by name, with its kinds looked up.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Sorting makes the plan a function of what the graph says, and not of the
 * order in which it was said.
 */
#include <string.h>

#include "gstkskind.h"
#include "gstkssolverprivate.h"

#define CHUNK 16384             /* bytes */

struct _GstKsArena
{
  GPtrArray *chunks;
  gsize left;                   /* in the last chunk */
  guint8 *next;
};

GstKsArena *
gst_ks_arena_new (void)
{
  GstKsArena *arena = g_new0 (GstKsArena, 1);

  arena->chunks = g_ptr_array_new_with_free_func (g_free);
  return arena;
}

gpointer
gst_ks_arena_alloc (GstKsArena * arena, gsize size)
{
  gsize whole = (size + 15) & ~(gsize) 15;
  gpointer result;

  if (whole > arena->left) {
    arena->left = MAX (whole, CHUNK);
    arena->next = g_malloc (arena->left);
    g_ptr_array_add (arena->chunks, arena->next);
  }
  result = arena->next;
  arena->next += whole;
  arena->left -= whole;
  return result;
}

void
gst_ks_arena_free (GstKsArena * arena)
{
  g_ptr_array_unref (arena->chunks);
  g_free (arena);
}

/* Looks a kind up, or makes it known. */
guint
gst_ks_base_kind (GstKsBase * base, const gchar * word)
{
  GstKsKindInfo info = { word, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE };

  for (guint i = 0; i < base->kinds->len; i++) {
    if (g_array_index (base->kinds, GstKsKindInfo, i).word == word)
      return i;
  }
  info.any = strcmp (word, "any") == 0;
  info.mapped = strcmp (word, "mapped") == 0;
  info.host = strcmp (word, "host") == 0;
  info.is_mappable = gst_ks_graph_is_mappable (base->graph, word);
  info.is_host = (gst_ks_kind_get_traits (word) & GST_KS_KIND_TRAIT_HOST) != 0;
  info.framework = gst_ks_graph_framework_allocates (base->graph, word);
  g_array_append_val (base->kinds, info);
  return base->kinds->len - 1;
}

static gint
compare_names (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const GstKsGraph *graph = user_data;

  return strcmp (gst_ks_graph_peek_pad_name (graph, *(const guint *) a),
      gst_ks_graph_peek_pad_name (graph, *(const guint *) b));
}

#define COMPARE(x, y) if ((x) != (y)) return (x) < (y) ? -1 : 1

static gint
compare_edges (gconstpointer va, gconstpointer vb)
{
  const GstKsBaseEdge *a = va, *b = vb;

  COMPARE (a->a, b->a);
  COMPARE (a->b, b->b);
  COMPARE (a->edge->kind, b->edge->kind);
  COMPARE (a->edge->copy_cost, b->edge->copy_cost);
  COMPARE (a->edge->in_place_weight, b->edge->in_place_weight);
  COMPARE (a->edge->not_in_place_weight, b->edge->not_in_place_weight);
  COMPARE (a->edge->ratio.numerator, b->edge->ratio.numerator);
  COMPARE (a->edge->ratio.denominator, b->edge->ratio.denominator);
  COMPARE (a->edge->ratio.margin, b->edge->ratio.margin);
  COMPARE (a->index, b->index);
  return 0;
}

static void
sort_pads (GstKsBase * base)
{
  base->pads = g_new (guint, base->n + 1);
  base->local = g_new (guint, base->n + 1);
  for (guint i = 0; i < base->n; i++) {
    base->pads[i] = i;
    base->local[i] = G_MAXUINT;
  }
  if (base->n > 0)
    g_qsort_with_data (base->pads, (gint) base->n, sizeof (guint),
        compare_names, (gpointer) base->graph);
}

static void
sort_edges (GstKsBase * base)
{
  static const GstKsRatio same = GST_KS_RATIO_INIT;
  g_autofree guint *vertex = g_new (guint, base->n + 1);

  for (guint i = 0; i < base->n; i++)
    vertex[base->pads[i]] = i;
  base->edges = g_new0 (GstKsBaseEdge, base->n_edges + 1);
  for (guint i = 0; i < base->n_edges; i++) {
    const GstKsGraphEnds *ends =
        &g_array_index (base->graph->ends, GstKsGraphEnds, i);
    GstKsBaseEdge *e = &base->edges[i];

    e->edge = gst_ks_graph_peek_edge (base->graph, i);
    e->index = i;
    e->a = vertex[ends->a];
    e->b = vertex[ends->b];
    e->scales = !gst_ks_ratio_equal (&e->edge->ratio, &same);
    e->inside = gst_ks_graph_same_element (e->edge->a, e->edge->b);
  }
  if (base->n_edges > 0)
    qsort (base->edges, base->n_edges, sizeof (GstKsBaseEdge), compare_edges);
}

static void
list_incident (GstKsBase * base)
{
  g_autofree guint *at = g_new0 (guint, base->n + 1);

  base->first = g_new0 (guint, base->n + 2);
  base->incident = g_new (guint, 2 * (gsize) base->n_edges + 1);
  for (guint i = 0; i < base->n_edges; i++) {
    base->first[base->edges[i].a + 1]++;
    base->first[base->edges[i].b + 1]++;
  }
  for (guint i = 0; i < base->n; i++) {
    base->first[i + 1] += base->first[i];
    at[i] = base->first[i];
  }
  for (guint i = 0; i < base->n_edges; i++) {
    base->incident[at[base->edges[i].a]++] = i;
    base->incident[at[base->edges[i].b]++] = i;
  }
}

GstKsBase *
gst_ks_base_new (const GstKsGraph * graph)
{
  GstKsBase *base = g_new0 (GstKsBase, 1);

  base->graph = graph;
  base->n = gst_ks_graph_get_n_pads (graph);
  base->n_edges = gst_ks_graph_get_n_edges (graph);
  base->kinds = g_array_new (FALSE, FALSE, sizeof (GstKsKindInfo));
  base->any = gst_ks_base_kind (base, g_intern_static_string ("any"));
  base->system = gst_ks_base_kind (base, g_intern_static_string ("system"));
  base->locked = gst_ks_base_kind (base, g_intern_static_string ("locked"));
  sort_pads (base);
  sort_edges (base);
  list_incident (base);
  return base;
}

void
gst_ks_base_free (GstKsBase * base)
{
  g_array_unref (base->kinds);
  g_free (base->pads);
  g_free (base->local);
  g_free (base->edges);
  g_free (base->first);
  g_free (base->incident);
  g_free (base);
}
