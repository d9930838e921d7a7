/* Ranges: the vectors of the specification, the edges of the text, and random
 * pairs against brute force.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>
#include <string.h>

#define TOP GST_KS_RANGE_LIMIT
#define WORD G_GUINT64_CONSTANT (0xFFFFFFFF)
#define RANDOM_PAIRS 1000000

static gchar *
show (const GstKsRange * r)
{
  return g_strdup_printf ("(%" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT ", %"
      G_GUINT64_FORMAT ")", r->min, r->max, r->step);
}

static void
assert_same (const gchar * name, const GstKsRange * got,
    const GstKsRange * wanted)
{
  g_autofree gchar *a = show (got);
  g_autofree gchar *b = show (wanted);

  fail_unless (g_strcmp0 (a, b) == 0, "%s: got %s, wanted %s", name, a, b);
}

typedef struct
{
  const gchar *name;
  GstKsRange a, b;
  gboolean meet;
  GstKsRange both;
} PairRow;

static const PairRow pair_rows[] = {
  {"any-word-and-one", {0, WORD, 1}, {8192, 8192, 1}, TRUE, {8192, 8192, 0}},
  {"steps-16-and-24", {16, 4096, 16}, {24, 10000, 24}, TRUE, {48, 4080, 48}},
  {"pages-in-window", {4096, 65536, 4096}, {6000, 20000, 1}, TRUE,
      {8192, 16384, 4096}},
  {"apart", {100, 200, 1}, {300, 400, 1}, FALSE, {0}},
  {"residues-differ", {10, 100, 10}, {15, 95, 10}, FALSE, {0}},
  {"one-end-in-common", {1000, 5000, 1000}, {5000, 9000, 500}, TRUE,
      {5000, 5000, 0}},
  {"one-on-a-step", {7, 7, 0}, {0, 21, 7}, TRUE, {7, 7, 0}},
  {"one-beside-a-step", {8, 8, 0}, {0, 21, 7}, FALSE, {0}},
  {"any-and-any", {0, TOP, 1}, {0, TOP, 1}, TRUE, {0, TOP, 1}},
  {"odd-strides", {256, TOP, 512}, {0, 4096, 256}, TRUE, {256, 3840, 512}},
  {"coprime-at-the-top", {0, TOP, (TOP >> 1) - 1}, {0, TOP, TOP >> 1}, TRUE,
      {0, 0, 0}},
  {"huge-shifted", {1, TOP, TOP - 2}, {3, TOP, TOP - 4}, TRUE,
      {TOP - 1, TOP - 1, 0}},
  {"lcm-beyond-64-bits", {5, TOP, (TOP >> 1) + 1}, {6, TOP, (TOP >> 1) - 3},
      FALSE, {0}},
  {"invalid", {9, 3, 1}, {0, 10, 1}, FALSE, {0}},
};

GST_START_TEST (test_intersect)
{
  const PairRow *row = &pair_rows[__i__];
  const GstKsRange untouched = { 1, 2, 3 };
  GstKsRange out = untouched;

  fail_unless_equals_int (gst_ks_range_intersect (&row->a, &row->b, &out),
      row->meet);
  assert_same (row->name, &out, row->meet ? &row->both : &untouched);
  out = untouched;
  fail_unless_equals_int (gst_ks_range_intersect (&row->b, &row->a, &out),
      row->meet);
  assert_same (row->name, &out, row->meet ? &row->both : &untouched);
  if (!row->meet)
    return;
  fail_unless (gst_ks_range_is_subset (&out, &row->a), "%s", row->name);
  fail_unless (gst_ks_range_is_subset (&out, &row->b), "%s", row->name);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  GstKsRange range;
  guint64 in, out;
  GstKsRange normalised;
} OneRow;

static const OneRow one_rows[] = {
  {"step-16", {16, 4096, 16}, 32, 40, {16, 4096, 16}},
  {"single-with-step", {8192, 8192, 1}, 8192, 8193, {8192, 8192, 0}},
  {"max-off-the-step", {0, 10, 3}, 9, 10, {0, 9, 3}},
  {"step-0", {3, 5, 0}, 4, 6, {3, 5, 1}},
  {"step-is-span", {3, 5, 2}, 5, 4, {3, 5, 2}},
  {"top", {TOP, TOP, 9}, TOP, TOP - 1, {TOP, TOP, 0}},
};

GST_START_TEST (test_normalize)
{
  const OneRow *row = &one_rows[__i__];
  GstKsRange r = row->range;

  fail_unless (gst_ks_range_contains (&r, row->in), "%s", row->name);
  fail_if (gst_ks_range_contains (&r, row->out), "%s", row->name);
  fail_unless (gst_ks_range_normalize (&r, NULL), "%s", row->name);
  assert_same (row->name, &r, &row->normalised);
  fail_unless (gst_ks_range_equal (&r, &row->range));
  fail_unless (gst_ks_range_contains (&r, row->in), "%s", row->name);
  fail_if (gst_ks_range_contains (&r, row->out), "%s", row->name);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  GstKsRange range;
  const gchar *reason;
} InvalidRow;

static const InvalidRow invalid_rows[] = {
  {"min-above-max", {2, 1, 0}, "lower end is above"},
  {"step-above-span", {10, 20, 11}, "larger than the span 10"},
  {"above-limit", {0, TOP + 1, 1}, "above the limit"},
};

GST_START_TEST (test_invalid)
{
  const InvalidRow *row = &invalid_rows[__i__];
  g_autoptr (GError) error = NULL;
  GstKsRange r = row->range;

  fail_if (gst_ks_range_normalize (&r, &error), "%s", row->name);
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_INVALID));
  fail_unless (strstr (error->message, row->reason) != NULL, "%s: %s",
      row->name, error->message);
  assert_same (row->name, &r, &row->range);
  fail_if (gst_ks_range_equal (&r, &r));
  fail_unless (gst_ks_range_to_string (&r) == NULL);
}

GST_END_TEST;

typedef struct
{
  const gchar *text;
  GstKsRange range;
  const gchar *canonical;
} TextRow;

static const TextRow text_rows[] = {
  {"4096..8388608/4096", {4096, 8388608, 4096}, "4k..8M/4k"},
  {"1..5", {1, 5, 1}, "1..5"},
  {"0..5/1", {0, 5, 1}, "..5"},
  {"7..", {7, TOP, 1}, "7.."},
  {"0..", {0, TOP, 1}, "0.."},
  {"..9", {0, 9, 1}, "..9"},
  {"..10/3", {0, 9, 3}, "..9/3"},
  {"256../512", {256, TOP - 256, 512}, "256../512"},
  {"0../4", {0, TOP, 4}, "0../4"},
  {"12", {12, 12, 0}, "12"},
  {"0", {0, 0, 0}, "0"},
  {"5..5/7", {5, 5, 0}, "5"},
  {" 2k ", {2048, 2048, 0}, "2k"},
  {"3M..1G", {3 << 20, 1 << 30, 1}, "3M..1G"},
  {"1025", {1025, 1025, 0}, "1025"},
  {"4611686018427387904", {TOP, TOP, 0}, "4294967296G"},
  {"4294967296G", {TOP, TOP, 0}, "4294967296G"},
  {"9007199254740993", {9007199254740993, 9007199254740993, 0},
      "9007199254740993"},
};

GST_START_TEST (test_text)
{
  const TextRow *row = &text_rows[__i__];
  g_autofree gchar *canonical = NULL;
  g_autoptr (GError) error = NULL;
  GstKsRange r, again;

  fail_unless (gst_ks_range_parse (row->text, &r, &error), "%s: %s",
      row->text, error ? error->message : "");
  assert_same (row->text, &r, &row->range);
  canonical = gst_ks_range_to_string (&r);
  fail_unless_equals_string (canonical, row->canonical);
  fail_unless (gst_ks_range_parse (canonical, &again, NULL));
  assert_same (row->canonical, &again, &row->range);
}

GST_END_TEST;

typedef struct
{
  const gchar *text;
  gint code;
  const gchar *column, *reason;
} BadRow;

static const BadRow bad_rows[] = {
  {"", GST_KS_ERROR_SYNTAX, "column 1:", "expected a number"},
  {"..", GST_KS_ERROR_SYNTAX, "column 3:", "at least one end"},
  {"x", GST_KS_ERROR_SYNTAX, "column 1:", "expected a number"},
  {"1.5", GST_KS_ERROR_SYNTAX, "column 2:", "whole"},
  {"1e3", GST_KS_ERROR_SYNTAX, "column 2:", "'e'"},
  {"0x10", GST_KS_ERROR_SYNTAX, "column 2:", "'x'"},
  {"4K", GST_KS_ERROR_SYNTAX, "column 2:", "k, M and G"},
  {"4kk", GST_KS_ERROR_SYNTAX, "column 3:", "k, M and G"},
  {"8/8", GST_KS_ERROR_SYNTAX, "column 2:", "one value takes no step"},
  {"1..5/", GST_KS_ERROR_SYNTAX, "column 6:", "expected a number"},
  {"1..5 x", GST_KS_ERROR_SYNTAX, "column 6:", "unexpected 'x'"},
  {"1..5\xc3\xa9", GST_KS_ERROR_SYNTAX, "column 5:", "unexpected"},
  {"1..\xff", GST_KS_ERROR_SYNTAX, "column 4:", "not UTF-8"},
  {"-1", GST_KS_ERROR_INVALID, "column 1:", "negative"},
  {"1..-5", GST_KS_ERROR_INVALID, "column 4:", "negative"},
  {"4611686018427387905", GST_KS_ERROR_INVALID, "column 1:", "limit"},
  {"1..9223372036854775808", GST_KS_ERROR_INVALID, "column 4:",
      "9223372036854775808 is above the limit"},
  {"..18446744073709551615", GST_KS_ERROR_INVALID, "column 3:",
      "18446744073709551615 is above the limit"},
  {"18446744073709551616", GST_KS_ERROR_INVALID, "column 1:",
      "18446744073709551616 is above the limit"},
  {"17179869184G", GST_KS_ERROR_INVALID, "column 1:", "17179869184G is above"},
  {"1..9/18446744073709551616", GST_KS_ERROR_INVALID, "column 6:", "limit"},
  {" 5..4", GST_KS_ERROR_INVALID, "column 2:", "lower end is above"},
  {"0..10/11", GST_KS_ERROR_INVALID, "column 1:", "larger than the span"},
};

GST_START_TEST (test_bad_text)
{
  const BadRow *row = &bad_rows[__i__];
  const GstKsRange untouched = { 1, 2, 3 };
  g_autoptr (GError) error = NULL;
  GstKsRange r = untouched;

  fail_if (gst_ks_range_parse (row->text, &r, &error), "%s", row->text);
  fail_unless (g_error_matches (error, GST_KS_ERROR, row->code), "%s: %s",
      row->text, error->message);
  fail_unless (g_str_has_prefix (error->message, row->column), "%s: %s",
      row->text, error->message);
  fail_unless (strstr (error->message, row->reason) != NULL, "%s: %s",
      row->text, error->message);
  assert_same (row->text, &r, &untouched);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  GstKsRange range;
  guint64 at_least;
  gboolean found;
  guint64 value;
} CeilRow;

static const CeilRow ceil_rows[] = {
  {"below", {16, 64, 16}, 0, TRUE, 16},
  {"legal", {16, 64, 16}, 32, TRUE, 32},
  {"between", {16, 64, 16}, 33, TRUE, 48},
  {"past-the-last-step", {0, 10, 3}, 10, FALSE, 77},
  {"above", {16, 64, 16}, 65, FALSE, 77},
  {"single", {5, 5, 9}, 5, TRUE, 5},
  {"any", {0, TOP, 1}, TOP, TRUE, TOP},
};

GST_START_TEST (test_ceil)
{
  const CeilRow *row = &ceil_rows[__i__];
  guint64 value = 77;

  fail_unless_equals_int (gst_ks_range_ceil (&row->range, row->at_least,
          &value), row->found);
  fail_unless_equals_uint64 (value, row->value);
}

GST_END_TEST;

static guint32
test_seed (void)
{
  const gchar *given = g_getenv ("KS_SEED");
  guint32 seed = given ? (guint32) g_ascii_strtoull (given, NULL, 10)
      : g_random_int ();

  g_print ("seed: KS_SEED=%u\n", seed);
  return seed;
}

static GstKsRange
random_range (GRand * rand)
{
  GstKsRange r;

  r.min = (guint64) g_rand_int_range (rand, 0, 32);
  r.max = r.min + (guint64) g_rand_int_range (rand, 0, 48);
  r.step = (guint64) g_rand_int_range (rand, 0, (gint32) (r.max - r.min) + 1);
  return r;
}

/* Which values are legal; none here is above 80. */
typedef struct
{
  gboolean has[81];
} Values;

static Values
legal_values (const GstKsRange * r)
{
  Values set = { {FALSE} };

  for (guint64 v = r->min; v <= r->max; v += MAX (r->step, 1))
    set.has[v] = TRUE;
  return set;
}

static Values
common_values (const Values * a, const Values * b)
{
  Values both;

  for (guint v = 0; v < G_N_ELEMENTS (both.has); v++)
    both.has[v] = a->has[v] && b->has[v];
  return both;
}

static gboolean
is_same (const Values * a, const Values * b)
{
  return memcmp (a, b, sizeof (Values)) == 0;
}

static void
check_random_pair (const GstKsRange * a, const GstKsRange * b)
{
  const Values none = { {FALSE} };
  Values sa = legal_values (a), sb = legal_values (b);
  Values common = common_values (&sa, &sb);
  GstKsRange both;
  gboolean meet = gst_ks_range_intersect (a, b, &both);
  Values got = meet ? legal_values (&both) : none;

  if (is_same (&got, &common) && meet == !is_same (&common, &none)
      && gst_ks_range_is_subset (a, b) == is_same (&common, &sa)
      && gst_ks_range_equal (a, b) == is_same (&sa, &sb))
    return;
  fail ("%s and %s", show (a), show (b));
}

GST_START_TEST (test_random)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (test_seed ());

  for (guint i = 0; i < RANDOM_PAIRS; i++) {
    GstKsRange a = random_range (rand);
    GstKsRange b = random_range (rand);

    check_random_pair (&a, &b);
  }
}

GST_END_TEST;

static Suite *
range_suite (void)
{
  Suite *s = suite_create ("range");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_intersect, 0, G_N_ELEMENTS (pair_rows));
  tcase_add_loop_test (tc, test_normalize, 0, G_N_ELEMENTS (one_rows));
  tcase_add_loop_test (tc, test_invalid, 0, G_N_ELEMENTS (invalid_rows));
  tcase_add_loop_test (tc, test_text, 0, G_N_ELEMENTS (text_rows));
  tcase_add_loop_test (tc, test_bad_text, 0, G_N_ELEMENTS (bad_rows));
  tcase_add_loop_test (tc, test_ceil, 0, G_N_ELEMENTS (ceil_rows));
  tcase_add_test (tc, test_random);
  return s;
}

GST_CHECK_MAIN (range);
