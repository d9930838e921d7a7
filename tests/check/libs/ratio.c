/* Ratios of sizes, weighted optima and preferred sizes, in named rows and
 * against plain models.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>
#include <gst/ks/gstkswide.h>

#define LIMIT GST_KS_RANGE_LIMIT
#define RANDOM_RATIOS 20000
#define SMALL 7                 /* numbers of the brute-force ratios */

static guint32
test_seed (void)
{
  const gchar *given = g_getenv ("KS_SEED");
  guint32 seed = given ? (guint32) g_ascii_strtoull (given, NULL, 10)
      : g_random_int ();

  g_print ("seed: KS_SEED=%u\n", seed);
  return seed;
}

typedef struct
{
  const gchar *name;
  GstKsRatio ratio;
  guint64 in, out;
} ApplyRow;

static const ApplyRow apply_rows[] = {
  {"one", {1, 1, 0}, 1000, 1000},
  {"third", {1, 3, 0}, 1000, 334},
  {"insisted-third", {1, 3, 0}, 3000, 1000},
  {"three", {3, 1, 0}, 1000, 3000},
  {"third-and-margin", {1, 3, 16}, 1000, 350},
  {"two-and-margin", {2, 1, 100}, 4096, 8292},
  {"eighth-of-few", {1, 8, 0}, 7, 1},
  {"nothing", {1, 3, 0}, 0, 0},
  {"margin-of-nothing", {1, 3, 5}, 0, 5},
  {"not-lowest-terms", {4, 6, 0}, 9, 6},
  {"limit", {1, 1, 0}, LIMIT, LIMIT},
  {"limit-halved", {LIMIT, LIMIT, 0}, LIMIT, LIMIT},
  {"wide-product", {LIMIT - 1, LIMIT, 0}, LIMIT, LIMIT - 1},
};

GST_START_TEST (test_apply)
{
  const ApplyRow *row = &apply_rows[__i__];
  g_autoptr (GError) error = NULL;
  guint64 out = 0;

  fail_unless (gst_ks_ratio_apply (&row->ratio, row->in, &out, &error), "%s",
      row->name);
  fail_unless (out == row->out, "%s: %" G_GUINT64_FORMAT, row->name, out);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  GstKsRatio ratio;
  guint64 in;
  gint code;
  const gchar *reason;
} NoSizeRow;

static const NoSizeRow no_size_rows[] = {
  {"unknown", GST_KS_RATIO_INIT_UNKNOWN, 1, GST_KS_ERROR_INVALID,
      "the ratio is unknown"},
  {"by-0", {1, 0, 0}, 1, GST_KS_ERROR_INVALID, "no ratio"},
  {"of-0", {0, 1, 0}, 1, GST_KS_ERROR_INVALID, "no ratio"},
  {"number-over-top", {LIMIT + 1, 1, 0}, 0, GST_KS_ERROR_INVALID, "no ratio"},
  {"margin-over-top", {1, 1, G_MAXUINT64}, 0, GST_KS_ERROR_INVALID,
      "no ratio"},
  {"in-over-top", {1, 2, 0}, LIMIT + 1, GST_KS_ERROR_OVERFLOW, "1/2+0"},
  {"in-far-over-top", {LIMIT, 1, 0}, G_MAXUINT64, GST_KS_ERROR_OVERFLOW,
      "above the limit"},
  {"out-over-top", {2, 1, 0}, LIMIT, GST_KS_ERROR_OVERFLOW, "smaller frames"},
  {"margin-carries-over", {1, 1, 1}, LIMIT, GST_KS_ERROR_OVERFLOW, "1/1+1"},
};

GST_START_TEST (test_no_size)
{
  const NoSizeRow *row = &no_size_rows[__i__];
  g_autoptr (GError) error = NULL;
  guint64 out = 77;

  fail_if (gst_ks_ratio_apply (&row->ratio, row->in, &out, &error), "%s",
      row->name);
  fail_unless (g_error_matches (error, GST_KS_ERROR, row->code)
      && strstr (error->message, row->reason) != NULL, "%s: %s", row->name,
      error->message);
  fail_unless (out == 77, "%s", row->name);
}

GST_END_TEST;

static guint64
random_number (GRand * rand, guint bits)
{
  guint64 wide = (guint64) g_rand_int (rand) << 32 | g_rand_int (rand);

  return wide >> (64 - bits);
}

/* 1 to 62 bits, so that small and large numbers both come */
static GstKsRatio
random_ratio (GRand * rand)
{
  GstKsRatio r;

  r.numerator = 1 + random_number (rand, (guint) g_rand_int_range (rand, 1,
          62));
  r.denominator = 1 + random_number (rand, (guint) g_rand_int_range (rand, 1,
          62));
  r.margin = random_number (rand, (guint) g_rand_int_range (rand, 1, 62));
  return r;
}

/* Rounds up by looking at the rest, where the code adds before it divides. */
static GstKsWide
model_apply (const GstKsRatio * r, guint64 in)
{
  GstKsWide product = gst_ks_wide_mul (in, r->numerator);
  GstKsWide whole = gst_ks_wide_div (product, gst_ks_wide (r->denominator));
  guint up = gst_ks_wide_rest (product, r->denominator) != 0 ? 1 : 0;

  return gst_ks_wide_add (whole, gst_ks_wide (r->margin + up));
}

GST_START_TEST (test_apply_random)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (test_seed ());

  for (guint i = 0; i < RANDOM_RATIOS; i++) {
    GstKsRatio r = random_ratio (rand);
    guint64 in = random_number (rand, (guint) g_rand_int_range (rand, 1, 63));
    GstKsWide wanted = model_apply (&r, in);
    guint64 out = 0;
    gboolean fits = gst_ks_ratio_apply (&r, in, &out, NULL);

    fail_unless (fits == (gst_ks_wide_compare (wanted, gst_ks_wide (LIMIT))
            <= 0), "pair %u", i);
    fail_unless (!fits || out == gst_ks_wide_low (wanted), "pair %u", i);
  }
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  GstKsRatio a, b, both;
} ComposeRow;

static const ComposeRow compose_rows[] = {
  {"page", {2, 1, 10}, {3, 2, 4}, {3, 1, 19}},
  {"margin-rounds-up", {1, 1, 1}, {1, 3, 0}, {1, 3, 1}},
  {"inverse", {1, 3, 0}, {3, 1, 0}, {1, 1, 0}},
  {"not-lowest-terms", {4, 6, 0}, {6, 9, 0}, {4, 9, 0}},
  {"large-that-cancel", {LIMIT, 3, 0}, {3, LIMIT, 0}, {1, 1, 0}},
  {"unknown-first", GST_KS_RATIO_INIT_UNKNOWN, {2, 1, 5},
      GST_KS_RATIO_INIT_UNKNOWN},
  {"unknown-second", {2, 1, 5}, GST_KS_RATIO_INIT_UNKNOWN,
      GST_KS_RATIO_INIT_UNKNOWN},
};

GST_START_TEST (test_compose)
{
  const ComposeRow *row = &compose_rows[__i__];
  GstKsRatio both = GST_KS_RATIO_INIT;

  fail_unless (gst_ks_ratio_compose (&row->a, &row->b, &both, NULL), "%s",
      row->name);
  fail_unless (gst_ks_ratio_equal (&both, &row->both), "%s", row->name);
  both = row->a;
  fail_unless (gst_ks_ratio_compose (&both, &row->b, &both, NULL), "%s",
      row->name);
  fail_unless (gst_ks_ratio_equal (&both, &row->both), "%s: in place",
      row->name);
}

GST_END_TEST;

GST_START_TEST (test_compose_refuses)
{
  const GstKsRatio large = { LIMIT, 1, 0 }, two = { 2, 1, 0 };
  const GstKsRatio broken = { 1, 0, 0 };
  g_autoptr (GError) overflow = NULL;
  g_autoptr (GError) invalid = NULL;
  GstKsRatio out = { 7, 5, 3 };

  fail_if (gst_ks_ratio_compose (&large, &two, &out, &overflow));
  fail_unless (g_error_matches (overflow, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW));
  fail_if (gst_ks_ratio_compose (&two, &broken, &out, &invalid));
  fail_unless (g_error_matches (invalid, GST_KS_ERROR, GST_KS_ERROR_INVALID));
  fail_unless_equals_uint64 (out.numerator, 7);
}

GST_END_TEST;

/* A composed ratio rounds once where two ratios round twice. */
GST_START_TEST (test_compose_brute_force)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (test_seed ());

  for (guint i = 0; i < RANDOM_RATIOS; i++) {
    GstKsRatio a = { (guint64) g_rand_int_range (rand, 1, SMALL),
      (guint64) g_rand_int_range (rand, 1, SMALL),
      (guint64) g_rand_int_range (rand, 0, SMALL)
    };
    GstKsRatio b = { (guint64) g_rand_int_range (rand, 1, SMALL),
      (guint64) g_rand_int_range (rand, 1, SMALL),
      (guint64) g_rand_int_range (rand, 0, SMALL)
    };
    guint64 in = (guint64) g_rand_int_range (rand, 0, 1000);
    guint64 once = 0, first_out = 0, twice = 0;
    GstKsRatio both;
    gdouble off;

    fail_unless (gst_ks_ratio_compose (&a, &b, &both, NULL)
        && gst_ks_ratio_apply (&both, in, &once, NULL)
        && gst_ks_ratio_apply (&a, in, &first_out, NULL)
        && gst_ks_ratio_apply (&b, first_out, &twice, NULL));
    off = (gdouble) once - (gdouble) twice;
    fail_unless (ABS (off) < 1.0 + (gdouble) b.numerator
        / (gdouble) b.denominator, "pair %u", i);
    /* without fractions there is nothing to round */
    fail_unless (a.denominator > 1 || b.denominator > 1 || off == 0.0,
        "pair %u", i);
  }
}

GST_END_TEST;

GST_START_TEST (test_unknown_in_framing)
{
  g_autoptr (GstKsFraming) unknown =
      gst_ks_framing_parse ("any, ratio=unknown", NULL);
  g_autoptr (GstKsFraming) double_it =
      gst_ks_framing_parse ("system, ratio=2", NULL);
  g_autoptr (GstKsFraming) both =
      gst_ks_framing_intersect (unknown, double_it, NULL);
  g_autofree gchar *text = gst_ks_framing_to_string (both);

  fail_if (gst_ks_ratio_is_known (gst_ks_framing_peek_ratio (unknown)));
  fail_unless (gst_ks_ratio_is_known (gst_ks_framing_peek_ratio (double_it)));
  fail_unless_equals_string (text, "system, ratio=unknown");
  fail_unless (gst_ks_framing_parse ("any, ratio=0/0", NULL) == NULL);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  GstKsWeightedRange ranges[3];
  guint n_ranges;
  gint code;                    /* -1: there is an optimum */
  GstKsRange optimum;
} OptimumRow;

#define ANY GST_KS_RANGE_INIT_ANY
#define NONE { { 0, 0, 0 }, 0 }

static const OptimumRow optimum_rows[] = {
  {"page", {{{4096, 8192, 1}, 3}, {{8192, 16384, 1}, 1}, NONE}, 2, -1,
      {5120, 10240, 1}},
  {"no-weights", {{{4096, 8192, 1}, 0}, {{8000, 16384, 1}, 0}, NONE}, 2, -1,
      {8000, 8192, 1}},
  {"no-weights-steps", {{{16, 4096, 16}, 0}, {{24, 10000, 24}, 0}, NONE}, 2,
      -1, {48, 4080, 48}},
  {"no-weights-apart", {{{1, 2, 1}, 0}, {{3, 4, 1}, 0}, NONE}, 2,
      GST_KS_ERROR_CONFLICT, ANY},
  {"weights-though-apart", {{{1, 2, 1}, 1}, {{3, 4, 1}, 1}, NONE}, 2, -1,
      {2, 3, 1}},
  {"one-opinion", {{{1, 2, 1}, 5}, {{3, 4, 1}, 0}, NONE}, 2, -1, {1, 2, 1}},
  {"dislike-is-no-opinion", {{{1, 2, 1}, 5}, {{3, 4, 1}, -5}, NONE}, 2, -1,
      {1, 2, 1}},
  {"anything-is-no-opinion", {{{1, 2, 1}, 5}, {ANY, 1000}, NONE}, 2, -1,
      {1, 2, 1}},
  {"rounds-down", {{{1, 2, 1}, 1}, {{2, 3, 1}, 2}, NONE}, 2, -1, {1, 2, 1}},
  {"one-value", {{{8, 8, 0}, 2}, {{16, 16, 1}, 2}, NONE}, 2, -1, {12, 12, 0}},
  {"nobody", {NONE, NONE, NONE}, 0, -1, ANY},
  {"three", {{{0, 9, 1}, 1}, {{3, 9, 1}, 1}, {{9, 9, 0}, 1}}, 3, -1,
      {4, 9, 1}},
  {"large", {{{LIMIT - 2, LIMIT, 1}, (gint64) LIMIT}, {{LIMIT, LIMIT, 0},
              (gint64) LIMIT}, NONE}, 2, -1, {LIMIT - 1, LIMIT, 1}},
  {"invalid", {{{2, 1, 0}, 0}, NONE, NONE}, 1, GST_KS_ERROR_INVALID, ANY},
};

GST_START_TEST (test_optimum)
{
  const OptimumRow *row = &optimum_rows[__i__];
  g_autoptr (GError) error = NULL;
  GstKsRange optimum = { 1, 2, 3 };
  gboolean found = gst_ks_range_optimum (row->ranges, row->n_ranges, &optimum,
      &error);

  fail_unless (found == (row->code == -1), "%s", row->name);
  if (found) {
    fail_unless (gst_ks_range_equal (&optimum, &row->optimum),
        "%s: %" G_GUINT64_FORMAT "..%" G_GUINT64_FORMAT, row->name,
        optimum.min, optimum.max);
  } else {
    fail_unless (g_error_matches (error, GST_KS_ERROR, row->code), "%s: %s",
        row->name, error->message);
    fail_unless (optimum.step == 3, "%s", row->name);
  }
}

GST_END_TEST;

/* Weights are 64 bits wide, and many of them pass 128 bits. */
GST_START_TEST (test_optimum_overflow)
{
  GstKsWeightedRange many[64];
  g_autoptr (GError) error = NULL;
  GstKsRange optimum;

  for (guint i = 0; i < G_N_ELEMENTS (many); i++)
    many[i] = (GstKsWeightedRange) { {
    LIMIT, LIMIT, 0}
    , G_MAXINT64};
  fail_if (gst_ks_range_optimum (many, G_N_ELEMENTS (many), &optimum, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW));
}

GST_END_TEST;

typedef struct
{
  const gchar *name, *item, *effective;
  guint64 size;
  gboolean takes;
} SizeRow;

static const SizeRow size_rows[] = {
  {"preferred-inside", "any, size=16..64/16, prefer=20..50", "32..48/16", 64,
      TRUE},
  {"preferred-outside", "any, size=16..64, prefer=100", "16..64", 64, TRUE},
  {"above-physical", "any, size=16..64", "16..64", 65, FALSE},
  {"below-physical", "any, size=16..64", "16..64", 15, FALSE},
  {"off-the-step", "any, size=16..64/16", "16..64/16", 40, FALSE},
  {"preferred-is-soft", "any, prefer=8192", "8192", 1, TRUE},
  {"all-is-soft", "any, size=16..64, flags=preferences-only", "16..64", 65,
      TRUE},
  {"simple-framing", "locked, prefer=8192, flags=preferences-only", "8192",
      8193, TRUE},
};

GST_START_TEST (test_effective_size)
{
  const SizeRow *row = &size_rows[__i__];
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (row->item, NULL);
  const GstKsFramingItem *item = gst_ks_framing_peek_item (framing, 0);
  GstKsRange size, wanted;

  fail_unless (gst_ks_range_parse (row->effective, &wanted, NULL));
  gst_ks_framing_item_get_effective_size (item, &size);
  fail_unless (gst_ks_range_equal (&size, &wanted), "%s", row->name);
  fail_unless (gst_ks_framing_item_takes_size (item, row->size) == row->takes,
      "%s", row->name);
}

GST_END_TEST;

/* The example of the page, by the weights of items: joined and cut. */
GST_START_TEST (test_weigh_items)
{
  g_autoptr (GstKsFraming) a = gst_ks_framing_parse
      ("any, prefer=4k..8k, in-place-weight=3", NULL);
  g_autoptr (GstKsFraming) b = gst_ks_framing_parse
      ("any, prefer=8k..16k, in-place-weight=1, not-in-place-weight=0", NULL);
  const GstKsRange joined = { 5120, 10240, 1 }, cut = { 8192, 8192, 0 };
  GstKsWeightedRange ranges[2];
  GstKsRange optimum;

  gst_ks_framing_item_weigh (gst_ks_framing_peek_item (a, 0), TRUE, &ranges[0]);
  gst_ks_framing_item_weigh (gst_ks_framing_peek_item (b, 0), TRUE, &ranges[1]);
  fail_unless (gst_ks_range_optimum (ranges, 2, &optimum, NULL));
  fail_unless (gst_ks_range_equal (&optimum, &joined));
  gst_ks_framing_item_weigh (gst_ks_framing_peek_item (a, 0), FALSE,
      &ranges[0]);
  gst_ks_framing_item_weigh (gst_ks_framing_peek_item (b, 0), FALSE,
      &ranges[1]);
  fail_unless (gst_ks_range_optimum (ranges, 2, &optimum, NULL));
  fail_unless (gst_ks_range_equal (&optimum, &cut));
}

GST_END_TEST;

typedef struct
{
  const gchar *name, *a, *b, *kind;
} ChoiceRow;

/* Score of a kind: the sum, over the pads, of the best weight it has there. */
static const ChoiceRow choice_rows[] = {
  {"no-weights-first-wins", "system; huge", "huge; system", "system"},
  {"one-side-flips", "system; huge", "huge, weight=1; system", "huge"},
  {"sum-decides", "system, weight=3; huge, weight=1",
      "huge, weight=3; system, weight=2", "system"},
  {"sum-flips", "system, weight=3; huge, weight=1",
      "huge, weight=5; system, weight=2", "huge"},
  {"best-item-of-a-kind-counts",
        "system, weight=2; huge, weight=1; huge, align=64, weight=4",
      "system; huge", "huge"},
  {"tie-goes-to-the-first", "system, weight=1; huge", "huge, weight=1; system",
      "system"},
};

GST_START_TEST (test_memory_choice)
{
  const ChoiceRow *row = &choice_rows[__i__];
  g_autoptr (GstKsFraming) a = gst_ks_framing_parse (row->a, NULL);
  g_autoptr (GstKsFraming) b = gst_ks_framing_parse (row->b, NULL);
  g_autoptr (GstKsFraming) both = gst_ks_framing_intersect (a, b, NULL);
  g_autoptr (GstKsFraming) fixed = gst_ks_framing_fixate (both, NULL);

  fail_unless (g_strcmp0 (gst_ks_framing_peek_item (fixed, 0)->memory,
          row->kind) == 0, "%s: %s", row->name,
      gst_ks_framing_peek_item (fixed, 0)->memory);
}

GST_END_TEST;

static Suite *
ratio_suite (void)
{
  Suite *s = suite_create ("ratio");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_apply, 0, G_N_ELEMENTS (apply_rows));
  tcase_add_loop_test (tc, test_no_size, 0, G_N_ELEMENTS (no_size_rows));
  tcase_add_test (tc, test_apply_random);
  tcase_add_loop_test (tc, test_compose, 0, G_N_ELEMENTS (compose_rows));
  tcase_add_test (tc, test_compose_refuses);
  tcase_add_test (tc, test_compose_brute_force);
  tcase_add_test (tc, test_unknown_in_framing);
  tcase_add_loop_test (tc, test_optimum, 0, G_N_ELEMENTS (optimum_rows));
  tcase_add_test (tc, test_optimum_overflow);
  tcase_add_loop_test (tc, test_effective_size, 0, G_N_ELEMENTS (size_rows));
  tcase_add_test (tc, test_weigh_items);
  tcase_add_loop_test (tc, test_memory_choice, 0, G_N_ELEMENTS (choice_rows));
  return s;
}

GST_CHECK_MAIN (ratio);
