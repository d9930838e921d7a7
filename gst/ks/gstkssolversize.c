/* Which sizes a finished part of a plan takes.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Sizes that a ratio ties are chosen together. A ratio never falls, so that of
 * two solutions the smaller one of each size is a solution too: there is one
 * that is the least in every size. It is found from below: all sizes begin at
 * their least, and whatever a tie shows to be too small is raised to the next
 * legal value, until nothing has to be raised or a range ends. Example: 4096..
 * in steps of 4096 and 3000.. in steps of 1000, tied by 1/2: 4096 asks for
 * 2048, 3000 asks for 5999, 8192 for 4096, 5000 for 9999, ..., up to 16384 and
 * 8192, which is no step of 1000, and on to 128000 and 64000. Where nothing fits
 * that would go on for ever, but that after some distance all comes round again.
 */
#include "gstkssolverprivate.h"

/* Ties that hardly ever meet: enough to find what people write. */
#define MAX_RAISES 100000
#define SPENT_RAISES 1000       /* when the work budget has ended */
#define RAISES_A_MERGE 16       /* that take as long */
/* Rounds that pass on what was narrowed; more would be right, too. */
#define NARROWINGS 4

/* The least size whose image is at least out: the image of all smaller ones is
 * less. FALSE when there is none up to the limit. */
static gboolean
least_source (const GstKsRatio * ratio, guint64 out, guint64 * in)
{
  GstKsWide below;

  *in = 0;
  if (out <= ratio->margin)
    return TRUE;
  /* ceil (x * n / d) >= need  <=>  x * n > (need - 1) * d */
  below = gst_ks_wide_div (gst_ks_wide_mul (out - ratio->margin - 1,
          ratio->denominator), gst_ks_wide (ratio->numerator));
  *in = gst_ks_wide_low (below) + 1;
  return gst_ks_wide_compare (below, gst_ks_wide (GST_KS_RANGE_LIMIT)) < 0;
}

static gboolean
raise_to (const GstKsRange * range, guint64 at_least, guint64 * size,
    gboolean * raised)
{
  if (at_least <= *size)
    return TRUE;
  *raised = TRUE;
  return gst_ks_range_ceil (range, at_least, size);
}

/* FALSE: there is no solution. */
static gboolean
tie_pull (const GstKsTie * tie, const GstKsRange * ranges, guint64 * sizes,
    gboolean * raised)
{
  guint64 image, source;

  if (!gst_ks_ratio_apply (tie->ratio, sizes[tie->a], &image, NULL)
      || !raise_to (&ranges[tie->b], image, &sizes[tie->b], raised))
    return FALSE;
  return least_source (tie->ratio, sizes[tie->b], &source)
      && raise_to (&ranges[tie->a], source, &sizes[tie->a], raised);
}

/* A tie of sizes to themselves that makes every size larger. */
static gboolean
never_holds (const GstKsTie * tie)
{
  return tie->a == tie->b && tie->ratio->numerator >= tie->ratio->denominator
      && tie->ratio->margin > 0;
}

/* Of a whole ratio, images are in steps again, so that both ranges can be
 * narrowed to what has a partner, exactly. FALSE: nothing has. */
static gboolean
narrow_tie (const GstKsRatio * ratio, GstKsRange * a, GstKsRange * b)
{
  guint64 n = ratio->numerator, margin = ratio->margin;
  guint64 step = MAX (a->step, 1);
  GstKsRange images = { 0, GST_KS_RANGE_LIMIT, 0 };

  if (ratio->denominator != 1)
    return TRUE;
  if (!gst_ks_ratio_apply (ratio, a->min, &images.min, NULL))
    return FALSE;
  if (!gst_ks_ratio_apply (ratio, a->max, &images.max, NULL))
    images.max = GST_KS_RANGE_LIMIT;
  if (step > (images.max - images.min) / n)
    images.max = images.min;
  else
    images.step = step * n;
  if (!gst_ks_range_intersect (&images, b, b))
    return FALSE;
  a->min = (b->min - margin) / n;
  a->max = (b->max - margin) / n;
  a->step = b->step / n;
  return TRUE;
}

/* Whether no group of sizes is left in which one can still be found. */
static gboolean
is_beyond (const guint64 * sizes, guint n, const guint64 * ends,
    const guint * group)
{
  for (guint first = 0; first < n; first++) {
    gboolean beyond = group[first] == first;

    for (guint i = first; i < n && beyond; i++)
      beyond = group[i] != first || sizes[i] >= ends[i];
    if (beyond)
      return TRUE;
  }
  return FALSE;
}

static gboolean
raise_all (GstKsSearch * search, const GstKsRange * ranges, guint n,
    const GArray * ties, guint64 * sizes)
{
  guint limit = gst_ks_search_is_spent (search) ? SPENT_RAISES : MAX_RAISES;
  g_autofree guint64 *ends = NULL;
  g_autofree guint *group = NULL;
  gboolean raised = TRUE;

  for (guint turn = 0; raised; turn++) {
    raised = FALSE;
    if (turn == RAISES_A_MERGE) {
      ends = g_new (guint64, n);
      group = g_new (guint, n);
      gst_ks_ties_find_ends (ranges, n, ties, ends, group);
    }
    if (turn == limit) {
      search->exhausted = TRUE;
      return FALSE;
    }
    if (turn > 0 && turn % RAISES_A_MERGE == 0) {
      gst_ks_search_spend (search, ties->len);
      if (is_beyond (sizes, n, ends, group))
        return FALSE;
    }
    for (guint i = 0; i < ties->len; i++) {
      if (!tie_pull (&g_array_index (ties, GstKsTie, i), ranges, sizes,
              &raised))
        return FALSE;
    }
  }
  return TRUE;
}

static gboolean
least_solution (GstKsSearch * search, GstKsRange * ranges, guint n,
    const GArray * ties, guint64 * sizes)
{
  for (guint k = 0; k < NARROWINGS * ties->len; k++) {
    const GstKsTie *tie = &g_array_index (ties, GstKsTie, k % ties->len);

    if (never_holds (tie) || (tie->a != tie->b
            && !narrow_tie (tie->ratio, &ranges[tie->a], &ranges[tie->b])))
      return FALSE;
  }
  for (guint i = 0; i < n; i++)
    sizes[i] = ranges[i].min;
  return raise_all (search, ranges, n, ties, sizes);
}

/* An upper end that nobody wrote is no size to take. */
static guint64
largest (const GstKsRange * range)
{
  gboolean open = GST_KS_RANGE_LIMIT - range->max < MAX (range->step, 1);

  return open ? range->min : range->max;
}

/* With wishes where all of them can be had together, else without. */
gboolean
gst_ks_domains_solve (GstKsSearch * search, const GstKsDomain * domains,
    guint n, const GArray * ties, guint64 * sizes)
{
  g_autofree GstKsRange *ranges = NULL;
  GstKsRange range;
  gboolean wished = FALSE;

  if (n == 1 && ties->len == 0) {
    wished = gst_ks_domain_narrow (domains, &range);
    sizes[0] = wished && search->largest ? largest (&range) : range.min;
    return TRUE;
  }
  ranges = g_new (GstKsRange, n);
  for (guint i = 0; i < n; i++)
    wished |= gst_ks_domain_narrow (&domains[i], &ranges[i]);
  if (least_solution (search, ranges, n, ties, sizes))
    return TRUE;
  for (guint i = 0; i < n; i++)
    ranges[i] = domains[i].range;
  return wished && least_solution (search, ranges, n, ties, sizes);
}
