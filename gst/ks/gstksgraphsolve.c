/* From a graph to its plan: the search, what to do when it ended early, reasons.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <string.h>

#include "gstksplancheck.h"
#include "gstkssolverprivate.h"

static void
plan_clear (GstKsPlan * plan)
{
  g_array_set_size (plan->segments, 0);
  g_array_set_size (plan->cuts, 0);
  memset (&plan->totals, 0, sizeof plan->totals);
}

/* A search that ended early may not have looked at every edge. */
static gboolean
is_right (const GstKsBase * base, const GstKsPlan * plan)
{
  return plan->proven_optimal || gst_ks_plan_check (plan, base->graph, NULL);
}

static gboolean
search_plan (const GstKsBase * base, const GstKsTask * task, GstKsPlan * plan)
{
  GstKsOutcome *outcome = gst_ks_task_solve (base, task);
  gboolean found;

  plan->proven_optimal = !outcome->exhausted;
  found = outcome->feasible
      && gst_ks_outcome_to_plan (base, task, outcome, plan)
      && is_right (base, plan);
  gst_ks_outcome_free (outcome);
  if (!found)
    plan_clear (plan);
  return found;
}

/* Where the search for the best plan ended early with none, any will do: what is
 * found with few states from the start, all edges cut that can be, or none. */
static gboolean
search_any (const GstKsBase * base, const GstKsTask * task, GstKsPlan * plan)
{
  GstKsTask simple = *task;
  gboolean found;

  simple.budget = 1;
  found = search_plan (base, &simple, plan);
  simple.budget = task->budget;
  simple.cut_all = TRUE;
  found = found || search_plan (base, &simple, plan);
  simple.cut_all = FALSE;
  simple.join_all = TRUE;
  found = found || search_plan (base, &simple, plan);
  plan->proven_optimal = FALSE;
  return found;
}

/**
 * gst_ks_graph_solve:
 * @graph: a graph that nobody changes meanwhile
 * @work_budget: how many merges of partial plans to try, or 0 for
 *     %GST_KS_GRAPH_WORK_BUDGET; looking for reasons takes at most five times that
 *
 * Plans the whole graph: the fewest copies, then the best of the strategy's
 * terms, then the first alternatives, then names. The plan does not depend on
 * the order in which pads and edges were added. Beyond the budget it is the best
 * one found, and gst_ks_plan_is_proven_optimal() says so.
 *
 * Where there is no plan, its status is %GST_KS_PLAN_STATUS_UNSATISFIABLE and
 * its conflict names pads of which none can be left out. Any thread. KS: what
 * the graph manager does with pipes.
 *
 * Returns: (transfer full): a plan
 *
 * Since: 0.9
 */
GstKsPlan *
gst_ks_graph_solve (const GstKsGraph * graph, guint64 work_budget)
{
  GstKsBase *base;
  GstKsTask task = { NULL };
  GstKsPlan *plan;
  g_autofree guint *all = NULL;

  g_return_val_if_fail (graph != NULL, NULL);

  base = gst_ks_base_new (graph);
  all = g_new (guint, base->n + 1);
  for (guint v = 0; v < base->n; v++)
    all[v] = v;
  task.vertices = all;
  task.n = base->n;
  task.budget = work_budget > 0 ? work_budget : GST_KS_GRAPH_WORK_BUDGET;
  plan = gst_ks_plan_new (GST_KS_PLAN_STATUS_OK, graph);
  if (!search_plan (base, &task, plan)
      && (plan->proven_optimal || !search_any (base, &task, plan)))
    plan->status = GST_KS_PLAN_STATUS_UNSATISFIABLE;
  gst_ks_plan_explain (base, &task, plan);
  gst_ks_plan_certify (plan, graph);
  gst_ks_base_free (base);
  return plan;
}
