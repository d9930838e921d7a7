/* Why there is a copy.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The two segments of a cut are asked for as one, with every edge joined. Pads
 * near the cut are asked first, two of them, then eight, and so on: what they
 * cannot agree on all of them cannot, and most often the reason is near. But
 * for who allocates: that may be a pad that is far.
 */
#include "gstkssolverprivate.h"

#define NEAR 2                  /* pads that are asked first */
#define FURTHER 4               /* times as many are asked next */

typedef struct
{
  GstKsQuestions *questions;
  const GstKsBase *base;
  GstKsPlan *plan;
  guint *segment_of;            /* by vertex */
  guint *seen;                  /* by vertex: the cut that it was near to, + 1 */
  GHashTable *known;            /* two segments to GST_KS_RELAX () bits */
} Cuts;

/* Pads of two segments, those near the cut first. */
typedef struct
{
  guint sides[2];               /* the segments */
  GArray *vertices;
  guint done;                   /* whose neighbours are there too */
} Near;

static void
add_near (const Cuts * cuts, Near * near, guint cut, guint vertex)
{
  guint segment = cuts->segment_of[vertex];

  if ((segment != near->sides[0] && segment != near->sides[1])
      || cuts->seen[vertex] == cut + 1)
    return;
  cuts->seen[vertex] = cut + 1;
  g_array_append_val (near->vertices, vertex);
}

/* FALSE when there are not so many. */
static gboolean
look_further (const Cuts * cuts, Near * near, guint cut, guint n)
{
  const GstKsBase *base = cuts->base;

  for (; near->done < near->vertices->len && near->vertices->len < n;
      near->done++) {
    guint v = g_array_index (near->vertices, guint, near->done);

    for (guint i = base->first[v]; i < base->first[v + 1]; i++) {
      const GstKsBaseEdge *e = &base->edges[base->incident[i]];

      add_near (cuts, near, cut, e->a == v ? e->b : e->a);
    }
  }
  return near->done < near->vertices->len;
}

static gint
compare_vertices (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;

  return (x > y) - (x < y);
}

/* relax: what to leave out in any case. 0: they can be one. */
static guint
ask (const Cuts * cuts, const Near * near, guint relax)
{
  g_autoptr (GArray) sorted = g_array_copy (near->vertices);
  GstKsTask task = { (const guint *) sorted->data, sorted->len };

  g_array_sort (sorted, compare_vertices);
  task.relax = relax;
  task.join_all = TRUE;
  if (gst_ks_questions_is_solved (cuts->questions, &task))
    return 0;
  return gst_ks_questions_find_codes (cuts->questions, &task);
}

/* What speaks against the two segments as one. */
static guint
find_reason (const Cuts * cuts, guint cut, guint a, guint b)
{
  g_autoptr (GArray) vertices = g_array_new (FALSE, FALSE, sizeof (guint));
  Near near = { {cuts->segment_of[a], cuts->segment_of[b]}, vertices, 0 };
  gboolean more = TRUE;
  guint codes = 0;

  add_near (cuts, &near, cut, a);
  add_near (cuts, &near, cut, b);
  cuts->questions->ended = FALSE;
  for (guint n = NEAR; more && codes == 0; n *= FURTHER) {
    more = look_further (cuts, &near, cut, n);
    codes = ask (cuts, &near, GST_KS_RELAX (CANNOT_ALLOCATE));
  }
  if (codes == 0)
    codes = ask (cuts, &near, 0);
  if (cuts->questions->ended)
    return GST_KS_RELAX (LIMIT);
  return codes != 0 ? codes : GST_KS_RELAX (WEIGHT);
}

/* Edges between the same two segments have the same reason. */
static guint
recall_reason (const Cuts * cuts, guint cut, guint a, guint b)
{
  gsize sa = cuts->segment_of[a], sb = cuts->segment_of[b];
  gpointer key = GSIZE_TO_POINTER (MIN (sa, sb) * cuts->base->n + MAX (sa, sb));
  guint codes = GPOINTER_TO_UINT (g_hash_table_lookup (cuts->known, key));

  if (codes == 0)
    codes = find_reason (cuts, cut, a, b);
  g_hash_table_insert (cuts->known, key, GUINT_TO_POINTER (codes));
  return codes;
}

static void
explain_cut (const Cuts * cuts, guint index, const guint ends[2])
{
  const guint physical = GST_KS_RELAX (MEMORY) | GST_KS_RELAX (DEVICE)
      | GST_KS_RELAX (BUS) | GST_KS_RELAX (CANNOT_ALLOCATE);
  GstKsCut *cut = &g_array_index (cuts->plan->cuts, GstKsCut, index);
  guint codes = recall_reason (cuts, index, ends[0], ends[1]);
  g_autofree gchar *why = gst_ks_reason_to_text (codes);
  guint factor = (physical & codes) != 0 ?
      GST_KS_SEGMENT_FACTOR_PHYSICAL_END : GST_KS_SEGMENT_FACTOR_LOGICAL_END;

  cut->code = gst_ks_reason_to_code (codes);
  cut->text = g_strdup_printf ("%s and %s are in two segments; in one, %s",
      cut->a, cut->b, why);
  for (guint i = 0; i < 2; i++)
    g_array_index (cuts->plan->segments, GstKsSegment,
        cuts->segment_of[ends[i]]).factors |= factor;
}

/* vertex_of: by position in the graph */
static void
find_segments (const Cuts * cuts, const guint * vertex_of)
{
  for (guint i = 0; i < cuts->plan->segments->len; i++) {
    const GstKsSegment *s = gst_ks_plan_peek_segment (cuts->plan, i);

    for (guint k = 0; k < s->n_pads; k++)
      cuts->segment_of[vertex_of[gst_ks_graph_find_pad (cuts->base->graph,
                  s->pads[k])]] = i;
  }
}

void
gst_ks_plan_explain_cuts (GstKsQuestions * questions, GstKsPlan * plan)
{
  const GstKsBase *base = questions->base;
  g_autofree guint *segment_of = g_new0 (guint, base->n + 1);
  g_autofree guint *vertex_of = g_new0 (guint, base->n + 1);
  g_autofree guint *seen = g_new0 (guint, base->n + 1);
  g_autoptr (GHashTable) known =
      g_hash_table_new (g_direct_hash, g_direct_equal);
  Cuts cuts = { questions, base, plan, segment_of, seen, known };

  if (plan->cuts->len == 0)
    return;
  for (guint v = 0; v < base->n; v++)
    vertex_of[base->pads[v]] = v;
  find_segments (&cuts, vertex_of);
  for (guint i = 0; i < plan->cuts->len; i++) {
    const GstKsGraphEnds *at = &g_array_index (base->graph->ends,
        GstKsGraphEnds, gst_ks_plan_peek_cut (plan, i)->edge);
    guint ends[2] = { vertex_of[at->a], vertex_of[at->b] };

    explain_cut (&cuts, i, ends);
  }
}
