/* GstKsRatio: how the size of out frames follows from the size of in frames.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Sizes are rounded up and the margin is added behind the rounding: a frame of
 * 1000 bytes at 1/3+16 becomes 334 + 16 = 350. All numbers stay at or below
 * 2^62, so that a product of two is below 2^124 and 128 bits hold every
 * intermediate.
 */
#include "gstksratio.h"

#include "gstksrange.h"
#include "gstkswide.h"

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

/* Ratios come from structs that a program fills in: only these are safe to
 * calculate with. */
static gboolean
in_bounds (const GstKsRatio * ratio)
{
  return ratio->denominator != 0 && ratio->numerator != 0
      && MAX (MAX (ratio->numerator, ratio->denominator), ratio->margin)
      <= GST_KS_RANGE_LIMIT;
}

static gboolean
fail_invalid (GError ** error, const gchar * what)
{
  g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_INVALID, what);
  return FALSE;
}

/**
 * gst_ks_ratio_is_known:
 * @ratio: a ratio
 *
 * Any thread. KS: an unknown ratio has the numerator 0xFFFFFFFF or the
 * denominator 0.
 *
 * Returns: %FALSE when the sizes on both sides do not depend on each other
 *
 * Since: 0.9
 */
gboolean
gst_ks_ratio_is_known (const GstKsRatio * ratio)
{
  g_return_val_if_fail (ratio != NULL, FALSE);

  return ratio->numerator != 0 || ratio->denominator != 0;
}

/**
 * gst_ks_ratio_normalize:
 * @ratio: (inout): the ratio to bring into its one form
 * @error: return location for a #GError
 *
 * Lowest terms, so that equal ratios have equal fields; an unknown ratio has no
 * margin.
 *
 * Fails with %GST_KS_ERROR_INVALID when only one of the two numbers is 0 or one
 * is above %GST_KS_RANGE_LIMIT; @ratio is then left alone. Any thread.
 *
 * Returns: whether the ratio is valid
 *
 * Since: 0.9
 */
gboolean
gst_ks_ratio_normalize (GstKsRatio * ratio, GError ** error)
{
  guint64 divisor;

  g_return_val_if_fail (ratio != NULL, FALSE);

  if (!gst_ks_ratio_is_known (ratio)) {
    ratio->margin = 0;
    return TRUE;
  }
  if (ratio->numerator == 0 || ratio->denominator == 0)
    return fail_invalid (error, "a ratio of or by 0; both numbers are at least "
        "1, and a ratio that nobody knows is written unknown");
  if (!in_bounds (ratio))
    return fail_invalid (error, "a ratio with a number above 2^62; shorten it");
  divisor = greatest_common_divisor (ratio->numerator, ratio->denominator);
  ratio->numerator /= divisor;
  ratio->denominator /= divisor;
  return TRUE;
}

/**
 * gst_ks_ratio_equal:
 * @a: a ratio
 * @b: another ratio
 *
 * Compares what the ratios do, not the way they are written. Any thread.
 *
 * Returns: whether both are valid and the same
 *
 * Since: 0.9
 */
gboolean
gst_ks_ratio_equal (const GstKsRatio * a, const GstKsRatio * b)
{
  GstKsRatio na, nb;

  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  na = *a;
  nb = *b;
  return gst_ks_ratio_normalize (&na, NULL)
      && gst_ks_ratio_normalize (&nb, NULL)
      && na.numerator == nb.numerator && na.denominator == nb.denominator
      && na.margin == nb.margin;
}

static gboolean
in_limit (GstKsWide wide, guint64 * out)
{
  if (gst_ks_wide_compare (wide, gst_ks_wide (GST_KS_RANGE_LIMIT)) > 0)
    return FALSE;
  *out = gst_ks_wide_low (wide);
  return TRUE;
}

static gboolean
times (guint64 a, guint64 b, guint64 * product)
{
  return in_limit (gst_ks_wide_mul (a, b), product);
}

/* All numbers are at most the limit. FALSE when the bytes are above it. */
static gboolean
scale (guint64 in, const GstKsRatio * ratio, guint64 * bytes)
{
  GstKsWide up = gst_ks_wide_add (gst_ks_wide_mul (in, ratio->numerator),
      gst_ks_wide (ratio->denominator - 1));

  return in_limit (gst_ks_wide_add (gst_ks_wide_div (up,
              gst_ks_wide (ratio->denominator)), gst_ks_wide (ratio->margin)),
      bytes);
}

/**
 * gst_ks_ratio_apply:
 * @ratio: a ratio
 * @in: bytes of an in frame
 * @out: (out): bytes of the out frame
 * @error: return location for a #GError
 *
 * out = ceil (in * numerator / denominator) + margin.
 *
 * Fails with %GST_KS_ERROR_INVALID for an unknown ratio, of which no size
 * follows, or one that is not valid, and with %GST_KS_ERROR_OVERFLOW when @in or
 * the result is above %GST_KS_RANGE_LIMIT; @out is then left alone. Any thread.
 * KS: KS_COMPRESSION.
 *
 * Returns: whether there is a size
 *
 * Since: 0.9
 */
gboolean
gst_ks_ratio_apply (const GstKsRatio * ratio, guint64 in, guint64 * out,
    GError ** error)
{
  guint64 bytes;

  g_return_val_if_fail (ratio != NULL && out != NULL, FALSE);

  if (!gst_ks_ratio_is_known (ratio))
    return fail_invalid (error, "the ratio is unknown; the sizes on its two "
        "sides are to be chosen each on its own");
  if (!in_bounds (ratio))
    return fail_invalid (error, "no ratio: a number is 0 or above 2^62");
  if (in > GST_KS_RANGE_LIMIT || !scale (in, ratio, &bytes)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "a frame of %" G_GUINT64_FORMAT " bytes times %" G_GUINT64_FORMAT "/%"
        G_GUINT64_FORMAT "+%" G_GUINT64_FORMAT " is above the limit of 2^62; "
        "ask for smaller frames", in, ratio->numerator, ratio->denominator,
        ratio->margin);
    return FALSE;
  }
  *out = bytes;
  return TRUE;
}

/**
 * gst_ks_ratio_compose:
 * @a: the ratio that comes first
 * @b: the ratio that comes second
 * @out: (out): both in one, in lowest terms; may be @a or @b
 * @error: return location for a #GError
 *
 * (n1/d1 + m1) and then (n2/d2 + m2) is n1*n2 / d1*d2 + (m1*n2/d2 + m2), the
 * margin rounded up. Of an unknown ratio and any other an unknown one comes.
 *
 * The result is what both do but for rounding: who needs the bytes of a frame
 * behind both applies one after the other, which rounds twice. It is off by
 * less than 1 + n2/d2 bytes.
 *
 * Fails with %GST_KS_ERROR_INVALID for a ratio that is not valid and with
 * %GST_KS_ERROR_OVERFLOW when a number of the result is above
 * %GST_KS_RANGE_LIMIT; @out is then left alone. Any thread.
 *
 * Returns: whether there is such a ratio
 *
 * Since: 0.9
 */
gboolean
gst_ks_ratio_compose (const GstKsRatio * a, const GstKsRatio * b,
    GstKsRatio * out, GError ** error)
{
  GstKsRatio na, nb;
  guint64 g, h;
  GstKsRatio both;

  g_return_val_if_fail (a != NULL && b != NULL && out != NULL, FALSE);

  na = *a;
  nb = *b;
  if (!gst_ks_ratio_normalize (&na, error)
      || !gst_ks_ratio_normalize (&nb, error))
    return FALSE;
  if (!gst_ks_ratio_is_known (&na) || !gst_ks_ratio_is_known (&nb)) {
    *out = (GstKsRatio) GST_KS_RATIO_INIT_UNKNOWN;
    return TRUE;
  }
  g = greatest_common_divisor (na.numerator, nb.denominator);
  h = greatest_common_divisor (nb.numerator, na.denominator);
  if (!times (na.numerator / g, nb.numerator / h, &both.numerator)
      || !times (na.denominator / h, nb.denominator / g, &both.denominator)
      || !scale (na.margin, &nb, &both.margin)) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "two ratios that cannot be one: a number of it would be above the "
        "limit of 2^62");
    return FALSE;
  }
  *out = both;
  return TRUE;
}
