/* Numbers of 128 bits: rows at the edges, and random ones by the laws of
 * arithmetic and against the compiler's own where it has them.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstkswide.h>

#define TOP G_MAXUINT64
#define HALF (G_GUINT64_CONSTANT (1) << 63)
#define WORD (G_GUINT64_CONSTANT (1) << 32)
#define RANDOM_NUMBERS 100000

/* high * 2^64 + low; high is below 2^63 */
static GstKsWide
make (guint64 high, guint64 low)
{
  GstKsWide half = gst_ks_wide_mul (high, HALF);

  return gst_ks_wide_add (gst_ks_wide_add (half, half), gst_ks_wide (low));
}

static GstKsWide
negate (GstKsWide a)
{
  return gst_ks_wide_sub (gst_ks_wide (0), a);
}

static gboolean
is_same (GstKsWide a, GstKsWide b)
{
  return gst_ks_wide_compare (a, b) == 0 && gst_ks_wide_compare (b, a) == 0;
}

typedef struct
{
  const gchar *name;
  guint64 a, b;
  guint64 high, low;
} ProductRow;

static const ProductRow product_rows[] = {
  {"zero", TOP, 0, 0, 0},
  {"one", 1, TOP, 0, TOP},
  {"to-64", WORD, WORD - 1, 0, TOP - WORD + 1},
  {"over-64", WORD, WORD, 1, 0},
  {"middle-carries", 2 * WORD - 1, 2 * WORD - 1, 3, TOP - 4 * WORD + 2},
  {"largest", TOP, HALF - 1, HALF - 2, HALF + 1},
  {"largest-turned", HALF - 1, TOP, HALF - 2, HALF + 1},
};

GST_START_TEST (test_product)
{
  const ProductRow *row = &product_rows[__i__];
  GstKsWide product = gst_ks_wide_mul (row->a, row->b);

  fail_unless (is_same (product, make (row->high, row->low)), "%s", row->name);
  fail_unless (gst_ks_wide_low (product) == row->low, "%s", row->name);
  fail_if (gst_ks_wide_is_negative (product), "%s", row->name);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  guint64 high, low;
  guint64 by_high, by_low;
  guint64 quotient_high, quotient_low;
} QuotientRow;

static const QuotientRow quotient_rows[] = {
  {"small", 0, 7, 0, 2, 0, 3},
  {"by-one", HALF - 1, TOP, 0, 1, HALF - 1, TOP},
  {"by-itself", HALF - 1, TOP, HALF - 1, TOP, 0, 1},
  {"by-more", HALF - 2, TOP, HALF - 1, 0, 0, 0},
  {"of-zero", 0, 0, HALF - 1, TOP, 0, 0},
  {"over-64-by-64", 1, 0, 0, TOP, 0, 1},
  {"power", 1, 0, 0, HALF, 0, 2},
  {"by-65-bits", HALF - 1, TOP, 1, 0, 0, HALF - 1},
  {"one-too-few", 4, TOP, 2, HALF, 0, 1},
  {"exactly-twice", 5, 0, 2, HALF, 0, 2},
};

GST_START_TEST (test_quotient)
{
  const QuotientRow *row = &quotient_rows[__i__];
  GstKsWide a = make (row->high, row->low);
  GstKsWide b = make (row->by_high, row->by_low);

  fail_unless (is_same (gst_ks_wide_div (a, b), make (row->quotient_high,
              row->quotient_low)), "%s", row->name);
}

GST_END_TEST;

/* From the least on. */
GST_START_TEST (test_order)
{
  const GstKsWide up[] = {
    negate (make (HALF - 1, TOP)), negate (make (1, 0)),
    negate (gst_ks_wide (TOP)), gst_ks_wide_signed (G_MININT64),
    gst_ks_wide_signed (-1), gst_ks_wide (0), gst_ks_wide_signed (1),
    gst_ks_wide_signed (G_MAXINT64), gst_ks_wide (HALF), gst_ks_wide (TOP),
    make (1, 0), make (HALF - 1, TOP),
  };

  for (guint i = 0; i < G_N_ELEMENTS (up); i++) {
    fail_unless (gst_ks_wide_is_negative (up[i]) == (i < 5), "number %u", i);
    for (guint k = 0; k < G_N_ELEMENTS (up); k++)
      fail_unless (gst_ks_wide_compare (up[i], up[k]) == (i > k) - (i < k),
          "numbers %u and %u", i, k);
  }
}

GST_END_TEST;

GST_START_TEST (test_clamp)
{
  const GstKsWide least = gst_ks_wide_signed (G_MININT64);
  const GstKsWide most = gst_ks_wide (G_MAXINT64), one = gst_ks_wide (1);

  fail_unless (gst_ks_wide_clamp (least) == G_MININT64);
  fail_unless (gst_ks_wide_clamp (gst_ks_wide_sub (least, one)) == G_MININT64);
  fail_unless (gst_ks_wide_clamp (gst_ks_wide_add (least, one))
      == G_MININT64 + 1);
  fail_unless (gst_ks_wide_clamp (most) == G_MAXINT64);
  fail_unless (gst_ks_wide_clamp (gst_ks_wide_add (most, one)) == G_MAXINT64);
  fail_unless (gst_ks_wide_clamp (gst_ks_wide_signed (-5)) == -5);
}

GST_END_TEST;

/* Of 0 to 64 bits, so that small and large numbers both come. */
static guint64
random_number (GRand * rand)
{
  guint64 all = (guint64) g_rand_int (rand) << 32 | g_rand_int (rand);
  gint32 bits = g_rand_int_range (rand, 0, 65);

  return bits == 0 ? 0 : all >> (64 - bits);
}

/* (x * y + z) / y is x, and z remains, where z is below y. */
static gboolean
keeps_laws (guint64 x, guint64 y, guint64 z)
{
  GstKsWide product = gst_ks_wide_mul (x, y);
  GstKsWide sum = gst_ks_wide_add (product, gst_ks_wide (z));

  return is_same (product, gst_ks_wide_mul (y, x))
      && is_same (gst_ks_wide_sub (sum, gst_ks_wide (z)), product)
      && is_same (negate (negate (sum)), sum)
      && is_same (gst_ks_wide_add (sum, negate (sum)), gst_ks_wide (0))
      && (z >= y || (gst_ks_wide_rest (sum, y) == z
          && is_same (gst_ks_wide_div (sum, gst_ks_wide (y)),
              gst_ks_wide (x))));
}

#ifdef __SIZEOF_INT128__

__extension__ typedef __int128 Native;

static gboolean
is_native (GstKsWide a, Native b)
{
  Native size = b < 0 ? -b : b;
  GstKsWide same = make ((guint64) (size >> 64), (guint64) size);

  return is_same (a, b < 0 ? negate (same) : same);
}

static gboolean
is_as_native (guint64 x, guint64 y, guint64 z)
{
  Native a = (Native) x * y, b = (Native) x *(z >> 1);
  GstKsWide wa = gst_ks_wide_mul (x, y), wb = gst_ks_wide_mul (x, z >> 1);

  return is_native (wa, a) && is_native (wb, b)
      && is_native (gst_ks_wide_add (wa, gst_ks_wide (z)), a + z)
      && is_native (gst_ks_wide_sub (wa, wb), a - b)
      && is_native (gst_ks_wide_signed ((gint64) y), (gint64) y)
      && gst_ks_wide_compare (wa, wb) == (a > b) - (a < b)
      && gst_ks_wide_low (gst_ks_wide_sub (wa, wb)) == (guint64) (a - b)
      && gst_ks_wide_clamp (gst_ks_wide_sub (wa, wb))
      == (gint64) CLAMP (a - b, G_MININT64, G_MAXINT64)
      && (b == 0 || is_native (gst_ks_wide_div (wa, wb), a / b))
      && (y == 0 || gst_ks_wide_rest (wb, y) == (guint64) (b % y));
}

#else

static gboolean
is_as_native (guint64 x, guint64 y, guint64 z)
{
  return TRUE;
}

#endif

GST_START_TEST (test_random)
{
  const gchar *given = g_getenv ("KS_SEED");
  guint32 seed = given ? (guint32) g_ascii_strtoull (given, NULL, 10)
      : g_random_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);

  g_print ("seed: KS_SEED=%u\n", seed);
  for (guint i = 0; i < RANDOM_NUMBERS; i++) {
    guint64 x = random_number (rand) >> 1, y = random_number (rand);
    guint64 z = random_number (rand);

    if (!keeps_laws (x, y, z) || !is_as_native (x, y, z))
      fail ("%" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT " and %"
          G_GUINT64_FORMAT, x, y, z);
  }
}

GST_END_TEST;

static Suite *
wide_suite (void)
{
  Suite *s = suite_create ("wide");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_product, 0, G_N_ELEMENTS (product_rows));
  tcase_add_loop_test (tc, test_quotient, 0, G_N_ELEMENTS (quotient_rows));
  tcase_add_test (tc, test_order);
  tcase_add_test (tc, test_clamp);
  tcase_add_test (tc, test_random);
  return s;
}

GST_CHECK_MAIN (wide);
