/* Why pads cannot agree, why there is a copy, and what would help.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Reasons are found by asking the planner itself: pads are taken out one by one
 * while the rest still conflicts (what stays is a set of which none can be left
 * out), and then one demand after the other is ignored until the conflict is
 * gone. So a reason is never a guess, and rules are written down only once.
 */
#include <string.h>

#include "gstkssize.h"
#include "gstkssolverprivate.h"

/* What is not proven is no conflict. */
static gboolean
is_solved (const GstKsBase * base, const GstKsTask * task)
{
  GstKsOutcome *outcome = gst_ks_task_solve (base, task);
  gboolean feasible = outcome->feasible || outcome->exhausted;

  gst_ks_outcome_free (outcome);
  return feasible;
}

/* What single demand is in the way; several together count as memory. */
static GstKsPlanCode
find_code (const GstKsBase * base, const GstKsTask * task)
{
  static const GstKsPlanCode codes[] = {
    GST_KS_PLAN_CODE_CANNOT_ALLOCATE, GST_KS_PLAN_CODE_MUST_ALLOCATE,
    GST_KS_PLAN_CODE_DEVICE, GST_KS_PLAN_CODE_BUS, GST_KS_PLAN_CODE_FRAMES,
    GST_KS_PLAN_CODE_STRIDE, GST_KS_PLAN_CODE_FRAME_INTEGRITY,
    GST_KS_PLAN_CODE_RATIO, GST_KS_PLAN_CODE_OVERFLOW, GST_KS_PLAN_CODE_SIZE,
    GST_KS_PLAN_CODE_MEMORY
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    GstKsTask relaxed = *task;

    relaxed.relax = 1u << codes[i];
    if (is_solved (base, &relaxed))
      return codes[i];
  }
  return GST_KS_PLAN_CODE_MEMORY;
}

static const gchar *
text_of (GstKsPlanCode code)
{
  static const gchar *const texts[] = {
    "their kinds of memory do not meet",
    "they name different devices",
    "they name different buses",
    "they have no size in common",
    "they have no stride in common",
    "their alignments cannot be merged",
    "they hold more frames than a cap allows",
    "more than one insists on allocating",
    "none of them can allocate the memory",
    "a ratio ties sizes that cannot be had together, or is not known",
    "the work budget ended before a plan was found",
    "their frames would be above 2^62 bytes",
    "frames that others still look at would be changed in place",
    "it is possible, and worse for the graph as a whole",
  };

  return texts[code];
}

static const gchar *
help_of (GstKsPlanCode code)
{
  static const gchar *const texts[] = {
    "offer a kind that the others take", "leave the device out",
    "leave the bus out", "widen size", "widen stride", "lower align",
    "raise the cap of frames, or hold fewer", "leave must-allocate out",
    "give a pad that can create this memory can-allocate",
    "leave insist-on-ratio out, allow partial-read or widen size",
    "allow more work", "lower prefix, padding or frames",
    "leave frame-integrity or in-place out, or let an edge be cut",
    "change weights",
  };

  return texts[code];
}

static const gchar *
name_of (const GstKsBase * base, guint vertex)
{
  return gst_ks_graph_peek_pad_name (base->graph, base->pads[vertex]);
}

/* Cuts */

typedef struct
{
  const GstKsBase *base;
  GHashTable *segment_of;       /* name of a pad to segment + 1 */
  GHashTable *vertex_of;        /* name of a pad to vertex + 1 */
  GstKsPlan *plan;
} Cuts;

static void
append_vertices (const Cuts * cuts, guint segment, GArray * vertices)
{
  const GstKsSegment *s = gst_ks_plan_peek_segment (cuts->plan, segment);

  for (guint i = 0; i < s->n_pads; i++) {
    guint v = GPOINTER_TO_UINT (g_hash_table_lookup (cuts->vertex_of,
            s->pads[i])) - 1;

    g_array_append_val (vertices, v);
  }
}

static gint
compare_vertices (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;

  return (x > y) - (x < y);
}

static void
explain_cut (const Cuts * cuts, GstKsCut * cut)
{
  g_autoptr (GArray) vertices = g_array_new (FALSE, FALSE, sizeof (guint));
  GstKsTask task = { NULL };
  guint a = GPOINTER_TO_UINT (g_hash_table_lookup (cuts->segment_of, cut->a));
  guint b = GPOINTER_TO_UINT (g_hash_table_lookup (cuts->segment_of, cut->b));
  guint physical = (1u << GST_KS_PLAN_CODE_MEMORY)
      | (1u << GST_KS_PLAN_CODE_DEVICE) | (1u << GST_KS_PLAN_CODE_BUS)
      | (1u << GST_KS_PLAN_CODE_CANNOT_ALLOCATE);
  guint factor;

  append_vertices (cuts, a - 1, vertices);
  append_vertices (cuts, b - 1, vertices);
  g_array_sort (vertices, compare_vertices);
  task.vertices = (const guint *) vertices->data;
  task.n = vertices->len;
  task.join_all = TRUE;
  task.budget = GST_KS_GRAPH_WORK_BUDGET;
  cut->code = GST_KS_PLAN_CODE_WEIGHT;
  if (!is_solved (cuts->base, &task))
    cut->code = find_code (cuts->base, &task);
  cut->text = g_strdup_printf ("%s and %s are in two segments, for as one: %s",
      cut->a, cut->b, text_of (cut->code));
  factor = (physical & (1u << cut->code)) != 0 ?
      GST_KS_SEGMENT_FACTOR_PHYSICAL_END : GST_KS_SEGMENT_FACTOR_LOGICAL_END;
  g_array_index (cuts->plan->segments, GstKsSegment, a - 1).factors |= factor;
  g_array_index (cuts->plan->segments, GstKsSegment, b - 1).factors |= factor;
}

void
gst_ks_plan_explain_cuts (const GstKsBase * base, GstKsPlan * plan)
{
  g_autoptr (GHashTable) segment_of =
      g_hash_table_new (g_direct_hash, g_direct_equal);
  g_autoptr (GHashTable) vertex_of =
      g_hash_table_new (g_direct_hash, g_direct_equal);
  Cuts cuts = { base, segment_of, vertex_of, plan };

  if (plan->cuts->len == 0)
    return;
  for (guint v = 0; v < base->n; v++)
    g_hash_table_insert (vertex_of, (gpointer) name_of (base, v),
        GUINT_TO_POINTER (v + 1));
  for (guint i = 0; i < plan->segments->len; i++) {
    const GstKsSegment *s = gst_ks_plan_peek_segment (plan, i);

    for (guint k = 0; k < s->n_pads; k++)
      g_hash_table_insert (segment_of, (gpointer) s->pads[k],
          GUINT_TO_POINTER (i + 1));
  }
  for (guint i = 0; i < plan->cuts->len; i++)
    explain_cut (&cuts, &g_array_index (plan->cuts, GstKsCut, i));
}

/* Conflicts */

/* Takes out up to n pads from first on if the rest still conflicts. */
static gboolean
take_out (const GstKsBase * base, GstKsTask * task, guint8 * neutral,
    const guint range[2])
{
  g_autofree guint8 *before = g_memdup2 (neutral, base->n);

  memset (neutral + range[0], 1, range[1] - range[0]);
  if (memcmp (before, neutral, base->n) == 0)
    return FALSE;
  if (!is_solved (base, task))
    return TRUE;
  memcpy (neutral, before, base->n);
  return FALSE;
}

/* Halves first, single pads last, and those until nothing changes: one that can
 * allocate may have to stay until others are gone. */
static void
shrink (const GstKsBase * base, GstKsTask * task, guint8 * neutral)
{
  gboolean changed = TRUE;

  for (guint step = MAX (base->n / 2, 1); step > 1; step /= 2) {
    for (guint i = 0; i < base->n; i += step) {
      guint range[2] = { i, MIN (i + step, base->n) };

      (void) take_out (base, task, neutral, range);
    }
  }
  while (changed) {
    changed = FALSE;
    for (guint i = 0; i < base->n; i++) {
      guint range[2] = { i, i + 1 };

      changed |= take_out (base, task, neutral, range);
    }
  }
}

/* The pad whose own demand is the only one to give way; one that asks for
 * something when no single one helps. */
static guint
find_relaxed (const GstKsBase * base, const GstKsTask * task,
    GstKsPlanCode code)
{
  guint last = 0;

  for (guint v = 0; v < base->n; v++) {
    GstKsTask relaxed = *task;

    if (task->neutral[v])
      continue;
    relaxed.relax = 1u << code;
    relaxed.relax_at = v + 1;
    if (is_solved (base, &relaxed))
      return v;
    last = v;
  }
  return last;
}

/* The caps and counts of a conflict's pads, in words. */
static gchar *
frames_wanted (const GstKsBase * base, const guint8 * neutral)
{
  guint64 held = 0;

  for (guint v = 0; v < base->n; v++) {
    const GstKsFraming *framing =
        gst_ks_graph_peek_pad_framing (base->graph, base->pads[v]);
    guint64 least = GST_KS_RANGE_LIMIT;

    for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++)
      least = MIN (least, gst_ks_framing_peek_item (framing, i)->frames.min);
    if (!neutral[v] && !gst_ks_size_add (held, least, &held))
      held = GST_KS_RANGE_LIMIT;
  }
  return g_strdup_printf ("raise the cap of frames to %" G_GUINT64_FORMAT
      ", or hold fewer", held);
}

static gchar *
suggest (const GstKsBase * base, const GstKsTask * task, GstKsPlanCode code)
{
  g_autofree gchar *frames = NULL;
  const gchar *help = help_of (code);

  if (base->n == 0 || code == GST_KS_PLAN_CODE_LIMIT)
    return g_strdup (help);
  if (code == GST_KS_PLAN_CODE_FRAMES)
    help = frames = frames_wanted (base, task->neutral);
  return g_strdup_printf ("%s: %s",
      name_of (base, find_relaxed (base, task, code)), help);
}

static gchar *
list_names (const GstKsConflict * conflict)
{
  GString *names = g_string_new (conflict->n_pads > 0 ? conflict->pads[0] : "");

  for (guint i = 1; i < conflict->n_pads; i++)
    g_string_append_printf (names, "%s%s",
        i + 1 == conflict->n_pads ? " and " : ", ", conflict->pads[i]);
  return g_string_free (names, FALSE);
}

void
gst_ks_plan_explain_conflict (const GstKsBase * base, const GstKsTask * task,
    GstKsPlan * plan)
{
  g_autofree guint8 *neutral = g_new0 (guint8, base->n + 1);
  g_autofree gchar *names = NULL;
  GstKsConflict *conflict = g_new0 (GstKsConflict, 1);
  GstKsTask smaller = *task;

  plan->conflict = conflict;
  smaller.neutral = neutral;
  conflict->code = GST_KS_PLAN_CODE_LIMIT;
  if (plan->proven_optimal) {
    shrink (base, &smaller, neutral);
    conflict->code = find_code (base, &smaller);
  }
  conflict->pads = g_new0 (const gchar *, (gsize) base->n + 1);
  for (guint v = 0; v < base->n; v++) {
    if (!neutral[v])
      conflict->pads[conflict->n_pads++] = name_of (base, v);
  }
  names = list_names (conflict);
  conflict->text = g_strdup_printf ("%s cannot share frames: %s", names,
      text_of (conflict->code));
  conflict->relax = suggest (base, &smaller, conflict->code);
}

/**
 * gst_ks_graph_solve:
 * @graph: a graph that nobody changes meanwhile
 * @work_budget: how many merges of partial plans to try, or 0 for
 *     %GST_KS_GRAPH_WORK_BUDGET
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
 * Since: 0.1
 */
GstKsPlan *
gst_ks_graph_solve (const GstKsGraph * graph, guint64 work_budget)
{
  GstKsBase *base;
  GstKsTask task = { NULL };
  GstKsOutcome *outcome;
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
  outcome = gst_ks_task_solve (base, &task);
  plan = gst_ks_plan_new (GST_KS_PLAN_STATUS_OK, graph);
  plan->proven_optimal = !outcome->exhausted;
  if (outcome->feasible && gst_ks_outcome_to_plan (base, &task, outcome, plan)) {
    gst_ks_plan_explain_cuts (base, plan);
  } else {
    plan->status = GST_KS_PLAN_STATUS_UNSATISFIABLE;
    g_array_set_size (plan->segments, 0);
    g_array_set_size (plan->cuts, 0);
    memset (&plan->totals, 0, sizeof plan->totals);
    gst_ks_plan_explain_conflict (base, &task, plan);
  }
  gst_ks_outcome_free (outcome);
  gst_ks_base_free (base);
  return plan;
}
