/* GstKsRange: a set of sizes or counts, from min to max in steps counted from min.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Two stepped ranges meet where two residues meet: v = minA (mod stepA) and
 * v = minB (mod stepB). The Chinese remainder theorem gives the one residue
 * modulo lcm (stepA, stepB), or none when the minima differ modulo the gcd.
 * Example: 16..4096/16 and 24..10000/24: lcm 48, first 48, last 4080.
 *
 * Values stay at or below 2^62 and steps too, so that every product here is
 * below 2^124: the intermediates are 128 bits wide and nothing can overflow.
 */
#include "gstksrange.h"

#include "gstkstext.h"
#include "gstkswide.h"

/**
 * gst_ks_range_normalize:
 * @range: (inout): the range to bring into its one form
 * @error: return location for a #GError
 *
 * Lowers @max to the last legal value, and sets @step to 0 for a single value
 * and to at least 1 for any other. A single value may come with any step.
 *
 * Fails with %GST_KS_ERROR_INVALID when @min is above @max, when @max is above
 * %GST_KS_RANGE_LIMIT, or when @step is larger than the span; @range is then
 * left alone. Any thread.
 *
 * Returns: whether the range is valid
 *
 * Since: 0.9
 */
gboolean
gst_ks_range_normalize (GstKsRange * range, GError ** error)
{
  guint64 span;

  g_return_val_if_fail (range != NULL, FALSE);

  if (range->min > range->max || range->max > GST_KS_RANGE_LIMIT) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "range %" G_GUINT64_FORMAT "..%" G_GUINT64_FORMAT ": %s", range->min,
        range->max, range->min > range->max ?
        "the lower end is above the upper end" :
        "the upper end is above the limit of 2^62");
    return FALSE;
  }
  span = range->max - range->min;
  if (span == 0) {
    range->step = 0;
    return TRUE;
  }
  if (range->step > span) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "range %" G_GUINT64_FORMAT "..%" G_GUINT64_FORMAT ": the step %"
        G_GUINT64_FORMAT " is larger than the span %" G_GUINT64_FORMAT,
        range->min, range->max, range->step, span);
    return FALSE;
  }
  range->step = MAX (range->step, 1);
  range->max -= span % range->step;
  return TRUE;
}

/**
 * gst_ks_range_is_any:
 * @range: a range
 *
 * Any thread.
 *
 * Returns: whether @range asks for nothing: every value is legal
 *
 * Since: 0.9
 */
gboolean
gst_ks_range_is_any (const GstKsRange * range)
{
  g_return_val_if_fail (range != NULL, FALSE);

  return range->min == 0 && range->max == GST_KS_RANGE_LIMIT
      && range->step <= 1;
}

/**
 * gst_ks_range_contains:
 * @range: a range, normalised or not
 * @value: a value in the range's unit
 *
 * Any thread.
 *
 * Returns: whether @value is a legal value of @range
 *
 * Since: 0.9
 */
gboolean
gst_ks_range_contains (const GstKsRange * range, guint64 value)
{
  g_return_val_if_fail (range != NULL, FALSE);

  if (value < range->min || value > range->max)
    return FALSE;
  return range->step <= 1 || (value - range->min) % range->step == 0;
}

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

/* a * inverse = 1 (mod m); a and m share no factor, 1 <= m <= 2^62 */
static guint64
modular_inverse (guint64 a, guint64 m)
{
  gint64 r0 = (gint64) m, r1 = (gint64) (a % m);
  gint64 t0 = 0, t1 = 1;

  while (r1 != 0) {
    gint64 q = r0 / r1;
    gint64 r = r0 - q * r1;
    gint64 t = t0 - q * t1;

    r0 = r1;
    r1 = r;
    t0 = t1;
    t1 = t;
  }
  return t0 < 0 ? (guint64) (t0 + (gint64) m) : (guint64) t0;
}

/* What two ranges share, but for their ends: from first on in steps of lcm;
 * G_MAXUINT64 is what no range reaches. */
typedef struct
{
  guint64 first, lcm;
} Common;

static guint64
value_of (GstKsWide wide)
{
  return gst_ks_wide_compare (wide, gst_ks_wide (GST_KS_RANGE_LIMIT)) > 0 ?
      G_MAXUINT64 : gst_ks_wide_low (wide);
}

/* Finds the smallest common value that is not below a->min, in any range.
 * FALSE when the residues never meet. Both are normalised, steps at least 1. */
static gboolean
common_value (const GstKsRange * a, const GstKsRange * b, Common * common)
{
  guint64 g = greatest_common_divisor (a->step, b->step);
  guint64 m = b->step / g;
  gboolean ahead = b->min >= a->min;
  guint64 distance = ahead ? b->min - a->min : a->min - b->min;
  guint64 residue, turns;

  if (distance % g != 0)
    return FALSE;
  residue = distance / g % m;
  if (!ahead && residue != 0)
    residue = m - residue;
  turns = gst_ks_wide_rest (gst_ks_wide_mul (residue,
          modular_inverse (a->step / g, m)), m);
  common->lcm = value_of (gst_ks_wide_mul (a->step, m));
  common->first = value_of (gst_ks_wide_add (gst_ks_wide (a->min),
          gst_ks_wide_mul (a->step, turns)));
  return TRUE;
}

/* Goes on to the first common value from lo on. FALSE: no range reaches it. */
static gboolean
advance (Common * common, guint64 lo)
{
  if (common->first >= lo)
    return TRUE;
  if (common->lcm > GST_KS_RANGE_LIMIT)
    return FALSE;
  common->first = lo + common->lcm - 1 - (lo - common->first - 1) % common->lcm;
  return TRUE;
}

/**
 * gst_ks_range_intersect:
 * @a: a range
 * @b: another range
 * @out: (out): the values that are legal in both, normalised; may be @a or @b
 *
 * The exact intersection, stepped ranges included. Any thread.
 *
 * Returns: %FALSE when they have no value in common or one of them is not
 *   valid; @out is then left alone
 *
 * Since: 0.9
 */
gboolean
gst_ks_range_intersect (const GstKsRange * a, const GstKsRange * b,
    GstKsRange * out)
{
  GstKsRange na, nb;
  Common common;
  guint64 lo, hi;

  g_return_val_if_fail (a != NULL && b != NULL && out != NULL, FALSE);

  na = *a;
  nb = *b;
  if (!gst_ks_range_normalize (&na, NULL)
      || !gst_ks_range_normalize (&nb, NULL))
    return FALSE;
  na.step = MAX (na.step, 1);
  nb.step = MAX (nb.step, 1);
  lo = MAX (na.min, nb.min);
  hi = MIN (na.max, nb.max);
  if (lo > hi || !common_value (&na, &nb, &common) || !advance (&common, lo)
      || common.first > hi)
    return FALSE;
  out->min = common.first;
  out->max = hi - (hi - common.first) % common.lcm;
  out->step = out->min == out->max ? 0 : common.lcm;
  return TRUE;
}

/**
 * gst_ks_range_equal:
 * @a: a range
 * @b: another range
 *
 * Compares the legal values, not the way they are written. Any thread.
 *
 * Returns: whether both are valid and have the same legal values
 *
 * Since: 0.9
 */
gboolean
gst_ks_range_equal (const GstKsRange * a, const GstKsRange * b)
{
  GstKsRange na, nb;

  g_return_val_if_fail (a != NULL && b != NULL, FALSE);

  na = *a;
  nb = *b;
  return gst_ks_range_normalize (&na, NULL)
      && gst_ks_range_normalize (&nb, NULL)
      && na.min == nb.min && na.max == nb.max && na.step == nb.step;
}

/**
 * gst_ks_range_is_subset:
 * @range: a range
 * @of: the range that may be wider
 *
 * Any thread.
 *
 * Returns: whether every legal value of @range is legal in @of
 *
 * Since: 0.9
 */
gboolean
gst_ks_range_is_subset (const GstKsRange * range, const GstKsRange * of)
{
  GstKsRange both;

  return gst_ks_range_intersect (range, of, &both)
      && gst_ks_range_equal (&both, range);
}

/**
 * gst_ks_range_ceil:
 * @range: a range
 * @at_least: in the range's unit
 * @value: (out): the smallest legal value that is not below @at_least
 *
 * Any thread.
 *
 * Returns: %FALSE when there is no such value or @range is not valid; @value
 *   is then left alone
 *
 * Since: 0.9
 */
gboolean
gst_ks_range_ceil (const GstKsRange * range, guint64 at_least, guint64 * value)
{
  GstKsRange r;
  guint64 rest;

  g_return_val_if_fail (range != NULL && value != NULL, FALSE);

  r = *range;
  if (!gst_ks_range_normalize (&r, NULL) || at_least > r.max)
    return FALSE;
  if (at_least <= r.min) {
    *value = r.min;
    return TRUE;
  }
  /* max is legal, so that the next step up cannot pass it */
  rest = (at_least - r.min) % r.step;
  *value = rest == 0 ? at_least : at_least - rest + r.step;
  return TRUE;
}

/**
 * gst_ks_range_parse:
 * @text: `a..b/step`, `a..b`, `a..`, `..b` or a single `v`
 * @range: (out): the range, normalised
 * @error: return location for a #GError
 *
 * Reads the text form of a range. A missing lower end is 0, a missing upper
 * end is %GST_KS_RANGE_LIMIT; at least one must be there. `k`, `M` and `G`
 * (powers of 1024) may follow a number. Space around the range is skipped.
 *
 * Fails with %GST_KS_ERROR_SYNTAX for text that is no range and with
 * %GST_KS_ERROR_INVALID for numbers that are negative or above 2^62 and for
 * ranges that cannot be; the message starts with the column, counted from 1,
 * and @range is left alone. Any thread.
 *
 * Returns: whether @text is a range
 *
 * Since: 0.9
 */
gboolean
gst_ks_range_parse (const gchar * text, GstKsRange * range, GError ** error)
{
  GstKsText t = { NULL, NULL, NULL };
  GstKsRange r;
  guint column;

  g_return_val_if_fail (text != NULL && range != NULL, FALSE);

  if (!gst_ks_text_init (&t, text, error))
    return FALSE;
  gst_ks_text_skip_space (&t);
  column = gst_ks_text_column (&t, t.at);
  if (!gst_ks_text_read_range (&t, &r, error)
      || !gst_ks_text_expect_end (&t, error))
    return FALSE;
  if (!gst_ks_range_normalize (&r, error)) {
    g_prefix_error (error, "column %u: ", column);
    return FALSE;
  }
  *range = r;
  return TRUE;
}

/**
 * gst_ks_range_to_string:
 * @range: a range
 *
 * Prints the shortest text that gst_ks_range_parse() reads as the same values:
 * ends that are the default and steps of 1 are left out (never both ends), and
 * a number that 1024 divides has a suffix. Any thread.
 *
 * Returns: (transfer full) (nullable): the text, or %NULL when @range is not
 *   valid
 *
 * Since: 0.9
 */
gchar *
gst_ks_range_to_string (const GstKsRange * range)
{
  GString *text;
  GstKsRange r;

  g_return_val_if_fail (range != NULL, NULL);

  r = *range;
  if (!gst_ks_range_normalize (&r, NULL))
    return NULL;
  text = g_string_new (NULL);
  gst_ks_text_append_range (text, &r);
  return g_string_free (text, FALSE);
}
