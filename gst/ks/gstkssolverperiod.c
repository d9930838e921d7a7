/* How far sizes that ratios tie have to be looked for.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A tie by n/d + m still holds when its size a grows by d and b by n, and a range
 * by its step. So for sizes that ties connect there are distances, one for each
 * size, by which all of them can be moved at once: 2000 and 1000 for steps of
 * 1000 and 500 and the ratio 1/2. Were there sizes that fit, then also some of
 * which at least one is less than its distance above its least value: the rest
 * can be moved down. Once every size has passed that, nothing fits.
 *
 * Where ties go round a loop and come back with another ratio there are no such
 * distances, and none are needed: each turn round the loop multiplies.
 */
#include "gstkssolverprivate.h"

/* n / d in lowest terms; d is 0: not known yet */
typedef struct
{
  guint64 n, d;
} Fraction;

static guint64
greatest_common_divisor (guint64 a, guint64 b)
{
  while (b != 0) {
    guint64 rest = a % b;

    a = b;
    b = rest;
  }
  return a;
}

/* FALSE when the product is above 2^62. */
static gboolean
times (guint64 a, guint64 b, guint64 * product)
{
  return !__builtin_mul_overflow (a, b, product)
      && *product <= GST_KS_RANGE_LIMIT;
}

/* What can be shortened is, before it is multiplied: f in itself is in lowest
 * terms. FALSE when a number of the product is above 2^62. */
static gboolean
fraction_times (const Fraction * f, guint64 n, guint64 d, Fraction * out)
{
  guint64 both = greatest_common_divisor (n, d);
  guint64 g, h;
  Fraction product;

  n /= both;
  d /= both;
  g = greatest_common_divisor (f->n, d);
  h = greatest_common_divisor (n, f->d);
  if (!times (f->n / g, n / h, &product.n)
      || !times (f->d / h, d / g, &product.d))
    return FALSE;
  *out = product;
  return TRUE;
}

static gboolean
least_common_multiple (guint64 a, guint64 b, guint64 * out)
{
  return times (a / greatest_common_divisor (a, b), b, out);
}

/* What one end of a tie says of the other. */
static gboolean
follow (const GstKsTie * tie, Fraction * pace, gboolean * changed)
{
  guint64 n = tie->ratio->numerator, d = tie->ratio->denominator;
  Fraction *a = &pace[tie->a], *b = &pace[tie->b];
  Fraction same;

  if (a->d == 0 && b->d == 0)
    return TRUE;
  *changed |= a->d == 0 || b->d == 0;
  if (b->d == 0)
    return fraction_times (a, n, d, b);
  if (a->d == 0)
    return fraction_times (b, d, n, a);
  return fraction_times (a, n, d, &same) && same.n == b->n && same.d == b->d;
}

/* How fast sizes move to each other where ties lead from first on. */
static gboolean
find_pace (const GArray * ties, guint first, Fraction * pace)
{
  gboolean changed = TRUE;

  pace[first] = (Fraction) {
  1, 1};
  while (changed) {
    changed = FALSE;
    for (guint i = 0; i < ties->len; i++) {
      if (!follow (&g_array_index (ties, GstKsTie, i), pace, &changed))
        return FALSE;
    }
  }
  return TRUE;
}

/* Makes turns so many that pace times turns is a multiple of whole. */
static gboolean
turn_until (const Fraction * pace, guint64 whole, guint64 * turns)
{
  Fraction needed;

  if (!fraction_times (&(Fraction) {
          1, pace->n}
          , whole, 1, &needed)
      || !fraction_times (&needed, pace->d, 1, &needed))
    return FALSE;
  return least_common_multiple (*turns, needed.n, turns);
}

static gboolean
find_turns (const GstKsRange * ranges, guint n, const GArray * ties,
    const Fraction * pace, guint64 * turns)
{
  *turns = 1;
  for (guint i = 0; i < n; i++) {
    if (pace[i].d != 0 && !turn_until (&pace[i], MAX (ranges[i].step, 1),
            turns))
      return FALSE;
  }
  for (guint i = 0; i < ties->len; i++) {
    const GstKsTie *tie = &g_array_index (ties, GstKsTie, i);

    if (pace[tie->a].d != 0 && !turn_until (&pace[tie->a],
            tie->ratio->denominator, turns))
      return FALSE;
  }
  return TRUE;
}

static guint64
end_of (const GstKsRange * range, const Fraction * pace, guint64 turns)
{
  GstKsWide distance = gst_ks_wide_div (gst_ks_wide_mul (turns, pace->n),
      gst_ks_wide (pace->d));
  GstKsWide room = gst_ks_wide (GST_KS_RANGE_LIMIT - range->min);

  return gst_ks_wide_compare (distance, room) > 0 ? GST_KS_RANGE_LIMIT :
      range->min + gst_ks_wide_low (distance);
}

/* ends: filled with where each size has been looked for far enough. Sizes of
 * one group get the same group, the first of them. */
void
gst_ks_ties_find_ends (const GstKsRange * ranges, guint n, const GArray * ties,
    guint64 * ends, guint * group)
{
  g_autofree Fraction *pace = g_new (Fraction, n + 1);

  for (guint i = 0; i < n; i++)
    group[i] = G_MAXUINT;
  for (guint first = 0; first < n; first++) {
    guint64 turns = 0;
    gboolean known;

    if (group[first] != G_MAXUINT)
      continue;
    for (guint i = 0; i < n; i++)
      pace[i].d = 0;
    known = find_pace (ties, first, pace)
        && find_turns (ranges, n, ties, pace, &turns);
    for (guint i = first; i < n; i++) {
      if (pace[i].d == 0)
        continue;
      group[i] = first;
      ends[i] = known ? end_of (&ranges[i], &pace[i], turns) :
          GST_KS_RANGE_LIMIT;
    }
  }
}
