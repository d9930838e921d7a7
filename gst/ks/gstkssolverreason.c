/* What is in the way of a plan: questions to the planner itself.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A demand that is left out is in the way when that makes a plan possible, so a
 * reason is never a guess, and rules are written down only once. Leaving more
 * out never makes less possible: of a group of demands that do not help
 * together, none helps alone, and whole groups are asked about at once.
 */
#include "gstkssolverprivate.h"

/* In this order: what comes first is the better reason where several help. The
 * last stands for all that has to do with kinds of memory, and is most often
 * the reason. */
static const GstKsPlanCode codes[] = {
  GST_KS_PLAN_CODE_CANNOT_ALLOCATE, GST_KS_PLAN_CODE_MUST_ALLOCATE,
  GST_KS_PLAN_CODE_DEVICE, GST_KS_PLAN_CODE_BUS, GST_KS_PLAN_CODE_FRAMES,
  GST_KS_PLAN_CODE_STRIDE, GST_KS_PLAN_CODE_FRAME_INTEGRITY,
  GST_KS_PLAN_CODE_RATIO, GST_KS_PLAN_CODE_OVERFLOW, GST_KS_PLAN_CODE_SIZE,
  GST_KS_PLAN_CODE_MEMORY
};

#define LAST (G_N_ELEMENTS (codes) - 1)
/* The demand that is put back first of several: holding no frames helps with
 * caps, too, and that is not what is meant. */
#define OVERFLOW_AT 8

gboolean
gst_ks_questions_is_solved (GstKsQuestions * questions, const GstKsTask * task)
{
  GstKsTask limited = *task;
  GstKsOutcome *outcome;
  gboolean feasible;

  limited.budget = MIN (questions->budget, questions->each);
  questions->ended |= limited.budget == 0;
  if (questions->ended)
    return TRUE;
  outcome = gst_ks_task_solve (questions->base, &limited);
  questions->budget -= MIN (outcome->work, questions->budget);
  questions->ended |= outcome->exhausted;
  feasible = outcome->feasible || outcome->exhausted;
  gst_ks_outcome_free (outcome);
  return feasible;
}

static guint
bits_of (guint from, guint end)
{
  guint bits = 0;

  for (guint i = from; i < end; i++)
    bits |= 1u << codes[i];
  return bits;
}

static gboolean
helps (GstKsQuestions * questions, const GstKsTask * task, guint bits)
{
  GstKsTask relaxed = *task;

  relaxed.relax |= bits;
  return gst_ks_questions_is_solved (questions, &relaxed);
}

/* The first that helps alone; end: none does. */
static guint
find_single (GstKsQuestions * questions, const GstKsTask * task, guint from,
    guint end)
{
  guint middle = from + (end - from) / 2, found;

  if (!helps (questions, task, bits_of (from, end)))
    return end;
  if (end - from == 1)
    return from;
  found = find_single (questions, task, from, middle);
  if (found < middle)
    return found;
  return find_single (questions, task, middle, end);
}

guint
gst_ks_questions_find_codes (GstKsQuestions * questions, const GstKsTask * task)
{
  guint found = find_single (questions, task, 0, LAST);
  guint bits = bits_of (0, LAST + 1);

  if (found < LAST)
    return 1u << codes[found];
  if (helps (questions, task, 1u << codes[LAST]))
    return 1u << codes[LAST];
  for (guint i = 0; i <= LAST; i++) {
    guint fewer = bits & ~(1u << codes[(i + OVERFLOW_AT) % (LAST + 1)]);

    if (helps (questions, task, fewer))
      bits = fewer;
  }
  return bits;
}

/* Whether leaving out bits at a pad alone helps. */
static gboolean
helps_at (GstKsQuestions * questions, const GstKsTask * task, guint vertex,
    guint bits, guint * relax_at)
{
  GstKsTask relaxed = *task;
  gboolean solved;

  relaxed.relax_at = relax_at;
  relax_at[vertex] = bits;
  solved = gst_ks_questions_is_solved (questions, &relaxed);
  if (!solved)
    relax_at[vertex] = 0;
  return solved;
}

/* Puts demands back while the rest still helps. */
static void
put_back (GstKsQuestions * questions, const GstKsTask * task, guint * relax_at)
{
  GstKsTask relaxed = *task;

  relaxed.relax_at = relax_at;
  for (guint v = 0; v < questions->base->n; v++) {
    for (guint bits = relax_at[v]; bits != 0; bits &= bits - 1) {
      guint before = relax_at[v];

      relax_at[v] &= ~(bits & -bits);
      if (!gst_ks_questions_is_solved (questions, &relaxed))
        relax_at[v] = before;
    }
  }
}

void
gst_ks_questions_find_relaxed (GstKsQuestions * questions,
    const GstKsTask * task, guint bits, guint * relax_at)
{
  guint n = questions->base->n;

  for (guint v = 0; v < n; v++)
    relax_at[v] = 0;
  for (guint v = 0; v < n; v++) {
    if (!task->neutral[v] && helps_at (questions, task, v, bits, relax_at)) {
      put_back (questions, task, relax_at);
      return;
    }
  }
  for (guint v = 0; v < n; v++)
    relax_at[v] = task->neutral[v] ? 0 : bits;
  put_back (questions, task, relax_at);
}
