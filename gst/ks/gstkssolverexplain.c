/* Why pads cannot agree, and what would help.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Pads are taken out while the rest still conflicts: what stays is a set of which
 * none can be left out. Then demands of theirs are, until the conflict is gone:
 * the plan that there is then says what would help, in numbers.
 */
#include <string.h>

#include "gstkssolverprivate.h"

/* All questions together may take that many times the budget of the plan, and one
 * of them a fiftieth of that, or as much as this, or as this for each pad. */
#define BUDGETS 5
#define LEAST_EACH 10000
#define LEAST_A_PAD 100

static const gchar *
name_of (const GstKsBase * base, guint vertex)
{
  return gst_ks_graph_peek_pad_name (base->graph, base->pads[vertex]);
}

/* Takes out the pads of a range if the rest still conflicts. */
static gboolean
take_out (GstKsQuestions * questions, const GstKsTask * task, guint8 * neutral,
    const guint range[2])
{
  guint n = range[1] - range[0];
  g_autofree guint8 *before = g_memdup2 (neutral + range[0], n);

  if (memchr (before, 0, n) == NULL)
    return FALSE;
  memset (neutral + range[0], 1, n);
  questions->ended = FALSE;
  if (!gst_ks_questions_is_solved (questions, task))
    return TRUE;
  memcpy (neutral + range[0], before, n);
  return FALSE;
}

/* Halves first, single pads last, and those until nothing changes: one that can
 * allocate may have to stay until others are gone. */
static void
shrink (GstKsQuestions * questions, const GstKsTask * task, guint8 * neutral)
{
  guint n = questions->base->n;
  gboolean changed = TRUE;

  for (guint step = MAX (n / 2, 1); step > 1; step /= 2) {
    for (guint i = 0; i < n; i += step) {
      guint range[2] = { i, MIN (i + step, n) };

      (void) take_out (questions, task, neutral, range);
    }
  }
  while (changed) {
    changed = FALSE;
    for (guint i = 0; i < n; i++) {
      guint range[2] = { i, i + 1 };

      changed |= take_out (questions, task, neutral, range);
    }
  }
}

/* The segment of a pad, and its place in there. */
static const GstKsSegment *
find_segment (const GstKsPlan * plan, const gchar * pad, guint * place)
{
  for (guint i = 0; i < plan->segments->len; i++) {
    const GstKsSegment *s = gst_ks_plan_peek_segment (plan, i);

    for (guint k = 0; k < s->n_pads; k++) {
      *place = k;
      if (s->pads[k] == pad)
        return s;
    }
  }
  return NULL;
}

static gchar *
list_help (const GstKsBase * base, const guint * relax_at,
    const GstKsPlan * plan)
{
  GString *text = g_string_new (NULL);

  for (guint v = 0; v < base->n; v++) {
    const GstKsSegment *segment;
    g_autofree gchar *help = NULL;
    guint place = 0;

    if (relax_at[v] == 0)
      continue;
    segment = find_segment (plan, name_of (base, v), &place);
    help = gst_ks_reason_to_help (relax_at[v], base, segment, place);
    g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "; " : "",
        name_of (base, v), help);
  }
  return g_string_free (text, FALSE);
}

/* NULL: not found out */
static gchar *
suggest (GstKsQuestions * questions, const GstKsTask * task, guint codes)
{
  const GstKsBase *base = questions->base;
  g_autofree guint *relax_at = g_new0 (guint, base->n + 1);
  g_autoptr (GstKsPlan) plan = gst_ks_plan_new (GST_KS_PLAN_STATUS_OK, NULL);
  GstKsTask relaxed = *task;
  GstKsOutcome *outcome;
  gchar *text = NULL;

  gst_ks_questions_find_relaxed (questions, task, codes, relax_at);
  relaxed.relax_at = relax_at;
  relaxed.budget = MIN (questions->budget, questions->each);
  outcome = gst_ks_task_solve (base, &relaxed);
  if (outcome->feasible
      && gst_ks_outcome_to_plan (base, &relaxed, outcome, plan))
    text = list_help (base, relax_at, plan);
  gst_ks_outcome_free (outcome);
  return text;
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

static void
explain_conflict (GstKsQuestions * questions, const GstKsTask * task,
    GstKsPlan * plan)
{
  const GstKsBase *base = questions->base;
  g_autofree guint8 *neutral = g_new0 (guint8, base->n + 1);
  g_autofree gchar *names = NULL, *why = NULL;
  GstKsConflict *conflict = g_new0 (GstKsConflict, 1);
  GstKsTask smaller = *task;
  guint codes = GST_KS_RELAX (LIMIT);

  plan->conflict = conflict;
  smaller.neutral = neutral;
  if (plan->proven_optimal) {
    shrink (questions, &smaller, neutral);
    questions->ended = FALSE;
    codes = gst_ks_questions_find_codes (questions, &smaller);
    conflict->relax = suggest (questions, &smaller, codes);
  }
  if (questions->ended) {
    codes = GST_KS_RELAX (LIMIT);
    g_clear_pointer (&conflict->relax, g_free);
  }
  if (conflict->relax == NULL)
    conflict->relax = gst_ks_reason_to_help (GST_KS_RELAX (LIMIT), base, NULL,
        0);
  conflict->code = gst_ks_reason_to_code (codes);
  conflict->pads = g_new0 (const gchar *, (gsize) base->n + 1);
  for (guint v = 0; v < base->n; v++) {
    if (!neutral[v])
      conflict->pads[conflict->n_pads++] = name_of (base, v);
  }
  names = list_names (conflict);
  why = gst_ks_reason_to_text (codes);
  conflict->text = g_strdup_printf ("%s cannot %s frames: %s", names,
      conflict->n_pads == 1 ? "have" : "share", why);
}

void
gst_ks_plan_explain (const GstKsBase * base, const GstKsTask * task,
    GstKsPlan * plan)
{
  guint64 all = BUDGETS * MIN (task->budget, G_MAXUINT64 / BUDGETS);
  guint64 least = MAX (LEAST_EACH, LEAST_A_PAD * (guint64) base->n);
  GstKsQuestions questions = { base, all, MAX (all / 50, least), FALSE };

  if (plan->status == GST_KS_PLAN_STATUS_OK)
    gst_ks_plan_explain_cuts (&questions, plan);
  else
    explain_conflict (&questions, task, plan);
}
