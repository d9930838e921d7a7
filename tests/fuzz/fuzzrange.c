/* Fuzz target: the text of ranges, and the laws of what is made of two of them;
 * ratios of any numbers. Two lines are ranges, what follows are numbers.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "fuzz.h"

#include <gst/ks/gstkswide.h>

/* What no parser and no function may leave behind when it fails. */
static const GstKsRange untouched = { 7, 77, 7 };

static gboolean
read_range (const gchar * text, GstKsRange * range)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *printed = NULL;
  GstKsRange again = untouched;

  *range = untouched;
  if (!gst_ks_range_parse (text, range, &error)) {
    fuzz_check_error (error);
    g_assert_true (g_str_has_prefix (error->message, "column "));
    g_assert_true (memcmp (range, &untouched, sizeof (untouched)) == 0);
    return FALSE;
  }
  g_assert_no_error (error);
  g_assert_true (gst_ks_range_contains (range, range->min));
  g_assert_true (gst_ks_range_contains (range, range->max));
  printed = gst_ks_range_to_string (range);
  g_assert_true (gst_ks_range_parse (printed, &again, NULL));
  g_assert_true (gst_ks_range_equal (range, &again));
  return TRUE;
}

/* A value is in both exactly when it is in what they have in common. */
static void
check_values (const GstKsRange * a, const GstKsRange * b,
    const GstKsRange * both)
{
  const guint64 tries[] = { 0, a->min, a->max, b->min, b->max,
    a->min + a->step, b->min + b->step, MAX (a->min, b->min),
    MIN (a->max, b->max)
  };

  for (guint i = 0; i < G_N_ELEMENTS (tries); i++)
    g_assert_true ((gst_ks_range_contains (a, tries[i])
            && gst_ks_range_contains (b, tries[i]))
        == (both != NULL && gst_ks_range_contains (both, tries[i])));
}

static void
check_ceil (const GstKsRange * range, guint64 at_least)
{
  guint64 value = 1234567;

  if (!gst_ks_range_ceil (range, at_least, &value)) {
    g_assert_cmpuint (value, ==, 1234567);
    g_assert_cmpuint (at_least, >, range->max);
    return;
  }
  g_assert_true (gst_ks_range_contains (range, value));
  g_assert_cmpuint (value, >=, at_least);
  g_assert_true (value == range->min || value - at_least < range->step);
}

static void
check_two (const GstKsRange * a, const GstKsRange * b)
{
  GstKsRange ab = untouched, ba = untouched;
  gboolean meet = gst_ks_range_intersect (a, b, &ab);

  g_assert_true (meet == gst_ks_range_intersect (b, a, &ba));
  g_assert_true (memcmp (&ab, &ba, sizeof (ab)) == 0);
  check_values (a, b, meet ? &ab : NULL);
  g_assert_true (gst_ks_range_is_subset (a, a));
  if (!meet) {
    g_assert_true (memcmp (&ab, &untouched, sizeof (ab)) == 0);
    g_assert_false (gst_ks_range_is_subset (a, b));
    return;
  }
  g_assert_true (gst_ks_range_is_subset (&ab, a));
  g_assert_true (gst_ks_range_is_subset (&ab, b));
  g_assert_true (gst_ks_range_is_subset (a, b) == gst_ks_range_equal (a, &ab));
  check_ceil (a, b->min);
  check_ceil (a, b->max);
}

static gboolean
read_ratio (const gchar * numbers, GstKsRatio * ratio)
{
  g_autoptr (GError) error = NULL;
  gboolean legal;

  memcpy (ratio, numbers, sizeof (*ratio));
  legal = gst_ks_ratio_normalize (ratio, &error);
  fuzz_check_either (legal, error);
  return legal;
}

/* Both at once are what comes of one after the other but for rounding: less than
 * 1 + n/d of the second bytes apart. */
static void
check_chain (const GstKsRatio * a, const GstKsRatio * b,
    const GstKsRatio * both, guint64 in)
{
  guint64 middle, apart, end, direct;

  if (!gst_ks_ratio_apply (a, in, &middle, NULL)
      || !gst_ks_ratio_apply (b, middle, &end, NULL)
      || !gst_ks_ratio_apply (both, in, &direct, NULL))
    return;
  apart = MAX (end, direct) - MIN (end, direct);
  g_assert_true (apart == 0
      || gst_ks_wide_compare (gst_ks_wide_mul (apart - 1, b->denominator),
          gst_ks_wide (b->numerator)) < 0);
}

static void
check_ratios (const GstKsRatio * a, const GstKsRatio * b, guint64 in)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) why = NULL;
  GstKsRatio both = GST_KS_RATIO_INIT;
  guint64 out = 0, more = 0;
  gboolean done = gst_ks_ratio_apply (a, in, &out, &error);

  fuzz_check_either (done, error);
  if (done && gst_ks_ratio_apply (a, in / 2, &more, NULL))
    g_assert_cmpuint (more, <=, out);
  done = gst_ks_ratio_compose (a, b, &both, &why);
  fuzz_check_either (done, why);
  if (done && gst_ks_ratio_is_known (&both))
    check_chain (a, b, &both, in);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  g_auto (GStrv) lines = fuzz_lines (data, size, 2);
  gsize text = strlen (lines[0]) + strlen (lines[1]) + 2;
  GstKsRange a, b;
  GstKsRatio one, other;

  if (read_range (lines[0], &a) && read_range (lines[1], &b))
    check_two (&a, &b);
  if (size >= text + 2 * sizeof (one)
      && read_ratio ((const gchar *) data + text, &one)
      && read_ratio ((const gchar *) data + text + sizeof (one), &other))
    check_ratios (&one, &other, one.margin);
  return 0;
}
