/* GstKsPlan: what was decided for a graph, and why.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksplan.h"

#include "gstksplanprivate.h"

/**
 * gst_ks_plan_get_type:
 *
 * Returns: the boxed type of #GstKsPlan
 *
 * Since: 0.9
 */
G_DEFINE_BOXED_TYPE (GstKsPlan, gst_ks_plan, gst_ks_plan_ref,
    gst_ks_plan_unref);

static void
segment_clear (gpointer data)
{
  GstKsSegment *segment = data;

  g_free (segment->pads);
  g_free (segment->items);
  g_free (segment->pad_sizes);
}

static void
cut_clear (gpointer data)
{
  g_free (((GstKsCut *) data)->text);
}

static void
conflict_free (GstKsConflict * conflict)
{
  if (conflict == NULL)
    return;
  g_free (conflict->pads);
  g_free (conflict->text);
  g_free (conflict->relax);
  g_free (conflict);
}

GstKsPlan *
gst_ks_plan_new (GstKsPlanStatus status, const GstKsGraph * graph)
{
  GstKsPlan *plan = g_new0 (GstKsPlan, 1);

  g_atomic_ref_count_init (&plan->ref_count);
  plan->status = status;
  if (graph != NULL)
    plan->graph = gst_ks_graph_ref ((GstKsGraph *) graph);
  plan->segments = g_array_new (FALSE, TRUE, sizeof (GstKsSegment));
  g_array_set_clear_func (plan->segments, segment_clear);
  plan->cuts = g_array_new (FALSE, TRUE, sizeof (GstKsCut));
  g_array_set_clear_func (plan->cuts, cut_clear);
  return plan;
}

/**
 * gst_ks_plan_new_invalid:
 * @where: which part of the graph, as `pads[3].items[0].size`
 * @text: what is wrong with it
 *
 * For readers of graphs: the answer to a graph that makes no sense. Any thread.
 *
 * Returns: (transfer full): a plan of status %GST_KS_PLAN_STATUS_INVALID
 *
 * Since: 0.9
 */
GstKsPlan *
gst_ks_plan_new_invalid (const gchar * where, const gchar * text)
{
  GstKsPlan *plan;

  g_return_val_if_fail (where != NULL && text != NULL, NULL);

  plan = gst_ks_plan_new (GST_KS_PLAN_STATUS_INVALID, NULL);
  plan->where = g_strdup (where);
  plan->text = g_strdup (text);
  return plan;
}

/**
 * gst_ks_plan_ref:
 * @plan: a plan
 *
 * Any thread.
 *
 * Returns: (transfer full): @plan
 *
 * Since: 0.9
 */
GstKsPlan *
gst_ks_plan_ref (GstKsPlan * plan)
{
  g_return_val_if_fail (plan != NULL, NULL);

  g_atomic_ref_count_inc (&plan->ref_count);
  return plan;
}

/**
 * gst_ks_plan_unref:
 * @plan: (transfer full): a plan
 *
 * Frees @plan with the last reference. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_plan_unref (GstKsPlan * plan)
{
  g_return_if_fail (plan != NULL);

  if (!g_atomic_ref_count_dec (&plan->ref_count))
    return;
  g_array_unref (plan->segments);
  g_array_unref (plan->cuts);
  conflict_free (plan->conflict);
  g_free (plan->where);
  g_free (plan->text);
  g_clear_pointer (&plan->graph, gst_ks_graph_unref);
  g_free (plan);
}

/**
 * gst_ks_plan_get_status:
 * @plan: a plan
 *
 * Any thread.
 *
 * Returns: what came of the graph
 *
 * Since: 0.9
 */
GstKsPlanStatus
gst_ks_plan_get_status (const GstKsPlan * plan)
{
  g_return_val_if_fail (plan != NULL, GST_KS_PLAN_STATUS_INVALID);

  return plan->status;
}

/**
 * gst_ks_plan_is_proven_optimal:
 * @plan: a plan
 *
 * Any thread.
 *
 * Returns: whether the work budget was enough to prove that nothing is better,
 *   or that there is nothing at all
 *
 * Since: 0.9
 */
gboolean
gst_ks_plan_is_proven_optimal (const GstKsPlan * plan)
{
  g_return_val_if_fail (plan != NULL, FALSE);

  return plan->proven_optimal;
}

/**
 * gst_ks_plan_get_totals:
 * @plan: a plan
 * @totals: (out): what it costs; all 0 when there is no plan
 *
 * Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_plan_get_totals (const GstKsPlan * plan, GstKsPlanTotals * totals)
{
  g_return_if_fail (plan != NULL && totals != NULL);

  *totals = plan->totals;
}

/**
 * gst_ks_plan_get_n_segments:
 * @plan: a plan
 *
 * Any thread.
 *
 * Returns: how many segments there are
 *
 * Since: 0.9
 */
guint
gst_ks_plan_get_n_segments (const GstKsPlan * plan)
{
  g_return_val_if_fail (plan != NULL, 0);

  return plan->segments->len;
}

/**
 * gst_ks_plan_peek_segment:
 * @plan: a plan
 * @index: which one
 *
 * Segments come in the order of their first pads' names. Any thread.
 *
 * Returns: (transfer none) (nullable): the segment, or %NULL when there are not
 *   so many
 *
 * Since: 0.9
 */
const GstKsSegment *
gst_ks_plan_peek_segment (const GstKsPlan * plan, guint index)
{
  g_return_val_if_fail (plan != NULL, NULL);

  return index < plan->segments->len ?
      &g_array_index (plan->segments, GstKsSegment, index) : NULL;
}

/**
 * gst_ks_plan_get_n_cuts:
 * @plan: a plan
 *
 * Any thread.
 *
 * Returns: how many edges are cut
 *
 * Since: 0.9
 */
guint
gst_ks_plan_get_n_cuts (const GstKsPlan * plan)
{
  g_return_val_if_fail (plan != NULL, 0);

  return plan->cuts->len;
}

/**
 * gst_ks_plan_peek_cut:
 * @plan: a plan
 * @index: which one
 *
 * Cuts come in the order of their ends' names. Any thread.
 *
 * Returns: (transfer none) (nullable): the cut, or %NULL when there are not so
 *   many
 *
 * Since: 0.9
 */
const GstKsCut *
gst_ks_plan_peek_cut (const GstKsPlan * plan, guint index)
{
  g_return_val_if_fail (plan != NULL, NULL);

  return index < plan->cuts->len ?
      &g_array_index (plan->cuts, GstKsCut, index) : NULL;
}

/**
 * gst_ks_plan_peek_conflict:
 * @plan: a plan
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): why there is no plan, or %NULL when the
 *   graph is not unsatisfiable
 *
 * Since: 0.9
 */
const GstKsConflict *
gst_ks_plan_peek_conflict (const GstKsPlan * plan)
{
  g_return_val_if_fail (plan != NULL, NULL);

  return plan->conflict;
}

/**
 * gst_ks_plan_peek_error_where:
 * @plan: a plan
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): which part of the graph makes no sense,
 *   or %NULL when the graph is valid
 *
 * Since: 0.9
 */
const gchar *
gst_ks_plan_peek_error_where (const GstKsPlan * plan)
{
  g_return_val_if_fail (plan != NULL, NULL);

  return plan->where;
}

/**
 * gst_ks_plan_peek_error_text:
 * @plan: a plan
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): what is wrong with that part, or %NULL
 *   when the graph is valid
 *
 * Since: 0.9
 */
const gchar *
gst_ks_plan_peek_error_text (const GstKsPlan * plan)
{
  g_return_val_if_fail (plan != NULL, NULL);

  return plan->text;
}
