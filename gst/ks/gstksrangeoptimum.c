/* The size that several parties like best together.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each end of the optimum is the mean of the ends, by weight: 4096..8192 with
 * weight 3 and 8192..16384 with weight 1 give 20480/4..40960/4, which is
 * 5120..10240. Where nobody has a weight, which is the normal case, it is what
 * all like.
 */
#include "gstksrange.h"
#include "gstkswide.h"

typedef struct
{
  GstKsWide min, max;
  GstKsWide weights;
} Totals;

/* A range that asks for nothing would only pull the mean to the limit. */
static gboolean
has_opinion (const GstKsWeightedRange * w)
{
  return w->weight > 0 && !gst_ks_range_is_any (&w->range);
}

/* What is added is below 2^126, so that a sum too large is a negative one. */
static gboolean
sum_add (GstKsWide * sum, GstKsWide more)
{
  *sum = gst_ks_wide_add (*sum, more);
  return !gst_ks_wide_is_negative (*sum);
}

static gboolean
totals_add (Totals * totals, const GstKsWeightedRange * w, GError ** error)
{
  guint64 weight = (guint64) w->weight;

  if (sum_add (&totals->min, gst_ks_wide_mul (weight, w->range.min))
      && sum_add (&totals->max, gst_ks_wide_mul (weight, w->range.max))
      && sum_add (&totals->weights, gst_ks_wide (weight)))
    return TRUE;
  g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
      "weights times sizes are above 2^127; scale the weights down");
  return FALSE;
}

static gboolean
intersect_all (const GstKsWeightedRange * ranges, guint n_ranges,
    GstKsRange * both, GError ** error)
{
  for (guint i = 0; i < n_ranges; i++) {
    if (gst_ks_range_intersect (both, &ranges[i].range, both))
      continue;
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "range %u has no value in common with those before it, and nobody has "
        "a weight that could decide; give weights or widen the ranges", i + 1);
    return FALSE;
  }
  return TRUE;
}

static gboolean
ranges_valid (const GstKsWeightedRange * ranges, guint n_ranges,
    GError ** error)
{
  for (guint i = 0; i < n_ranges; i++) {
    GstKsRange r = ranges[i].range;

    if (gst_ks_range_normalize (&r, error))
      continue;
    g_prefix_error (error, "range %u: ", i + 1);
    return FALSE;
  }
  return TRUE;
}

/**
 * gst_ks_range_optimum:
 * @ranges: (array length=n_ranges): what each party likes
 * @n_ranges: how many
 * @optimum: (out): the result, normalised
 * @error: return location for a #GError
 *
 * The means, by weight, of the lower and of the upper ends, rounded down; every
 * value between them counts as good. Weights of 0 and below, and ranges that ask
 * for nothing, have no opinion. Where nobody has one, the optimum is the
 * intersection of all ranges.
 *
 * An optimum is a wish: it may be outside what some party can take at all.
 *
 * Fails with %GST_KS_ERROR_INVALID for a range that cannot be, with
 * %GST_KS_ERROR_CONFLICT when ranges without weights do not meet, and with
 * %GST_KS_ERROR_OVERFLOW; @optimum is then left alone. Any thread. KS:
 * OPTIMAL_WEIGHT_TOTALS.
 *
 * Returns: whether there is an optimum
 *
 * Since: 0.9
 */
gboolean
gst_ks_range_optimum (const GstKsWeightedRange * ranges, guint n_ranges,
    GstKsRange * optimum, GError ** error)
{
  Totals totals = { gst_ks_wide (0), gst_ks_wide (0), gst_ks_wide (0) };
  GstKsRange result = GST_KS_RANGE_INIT_ANY;

  g_return_val_if_fail (ranges != NULL || n_ranges == 0, FALSE);
  g_return_val_if_fail (optimum != NULL, FALSE);

  if (!ranges_valid (ranges, n_ranges, error))
    return FALSE;
  for (guint i = 0; i < n_ranges; i++) {
    if (has_opinion (&ranges[i]) && !totals_add (&totals, &ranges[i], error))
      return FALSE;
  }
  if (gst_ks_wide_compare (totals.weights, gst_ks_wide (0)) == 0) {
    if (!intersect_all (ranges, n_ranges, &result, error))
      return FALSE;
  } else {
    result.min = gst_ks_wide_low (gst_ks_wide_div (totals.min, totals.weights));
    result.max = gst_ks_wide_low (gst_ks_wide_div (totals.max, totals.weights));
  }
  if (!gst_ks_range_normalize (&result, error))
    return FALSE;
  *optimum = result;
  return TRUE;
}
