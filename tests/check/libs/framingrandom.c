/* Merged framings against brute force: what both allow, and nothing else.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#define RANDOM_PAIRS 1000
#define POINTS 100
#define SMALL 6                 /* sizes and strides are below it */

static GstKsFraming *
parse (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  GstKsFraming *framing = gst_ks_framing_parse (text, &error);

  fail_unless (framing != NULL, "%s: %s", text, error ? error->message : "");
  return framing;
}

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

  r.min = (guint64) g_rand_int_range (rand, 0, SMALL / 2);
  r.max = r.min + (guint64) g_rand_int_range (rand, 0, SMALL / 2);
  r.step = (guint64) g_rand_int_range (rand, 0, (gint32) (r.max - r.min) + 1);
  return r;
}

static GstKsFraming *
random_framing (GRand * rand)
{
  static const gchar *const kinds[] = { "any", "mapped", "host", "system",
    "huge", "cuda", "acme"
  };
  static const gchar *const devices[] = { NULL, NULL, "one", "two" };
  GstKsFramingItem items[3];
  guint n = (guint) g_rand_int_range (rand, 1, 4);

  for (guint i = 0; i < n; i++) {
    GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("any");

    item.memory = kinds[g_rand_int_range (rand, 0, G_N_ELEMENTS (kinds))];
    item.device = devices[g_rand_int_range (rand, 0, G_N_ELEMENTS (devices))];
    item.size = random_range (rand);
    item.stride = random_range (rand);
    item.align = (guint64) 1 << g_rand_int_range (rand, 0, 3);
    item.prefix = (guint64) g_rand_int_range (rand, 0, 3);
    items[i] = item;
  }
  return gst_ks_framing_new (items, n, NULL, NULL);
}

/* A frame as memory would be: a concrete kind, one value of each. */
static gchar *
random_point (GRand * rand)
{
  static const gchar *const kinds[] = { "system", "huge", "cuda", "acme" };
  static const gchar *const devices[] = { "", ", device=one", ", device=two" };

  return g_strdup_printf ("%s%s, size=%d, stride=%d, align=%d, prefix=%d",
      kinds[g_rand_int_range (rand, 0, G_N_ELEMENTS (kinds))],
      devices[g_rand_int_range (rand, 0, G_N_ELEMENTS (devices))],
      g_rand_int_range (rand, 0, SMALL), g_rand_int_range (rand, 0, SMALL),
      1 << g_rand_int_range (rand, 0, 3), g_rand_int_range (rand, 0, 3));
}

/* Membership by its plain meaning, not by the code under test. */
static gboolean
item_allows (const GstKsFramingItem * of, const GstKsFramingItem * p)
{
  gboolean host = g_str_equal (p->memory, "system")
      || g_str_equal (p->memory, "huge");
  gboolean kind = g_str_equal (of->memory, "any")
      || (g_str_equal (of->memory, "mapped")
      && !g_str_equal (p->memory, "cuda"))
      || (g_str_equal (of->memory, "host") && host)
      || g_str_equal (of->memory, p->memory);

  return kind && (of->device == NULL || g_strcmp0 (of->device, p->device) == 0)
      && gst_ks_range_contains (&of->size, p->size.min)
      && gst_ks_range_contains (&of->stride, p->stride.min)
      && p->align >= of->align && p->prefix >= of->prefix;
}

static gboolean
framing_allows (const GstKsFraming * of, const GstKsFraming * point)
{
  if (of == NULL)
    return FALSE;
  for (guint i = 0; i < gst_ks_framing_get_n_items (of); i++) {
    if (item_allows (gst_ks_framing_peek_item (of, i),
            gst_ks_framing_peek_item (point, 0)))
      return TRUE;
  }
  return FALSE;
}

/* Whether the point is in both. */
static gboolean
check_point (const GstKsFraming * a, const GstKsFraming * b,
    const GstKsFraming * both, const gchar * text)
{
  g_autoptr (GstKsFraming) point = parse (text);
  gboolean in_a = framing_allows (a, point);
  gboolean in_b = framing_allows (b, point);
  gboolean wrong = framing_allows (both, point) != (in_a && in_b)
      || gst_ks_framing_is_subset (point, a) != in_a
      || gst_ks_framing_is_subset (point, b) != in_b;

  if (wrong)
    fail ("'%s' and '%s', point '%s'", gst_ks_framing_to_string (a),
        gst_ks_framing_to_string (b), text);
  return in_a && in_b;
}

GST_START_TEST (test_random)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (test_seed ());
  guint hits = 0;

  for (guint i = 0; i < RANDOM_PAIRS; i++) {
    g_autoptr (GstKsFraming) a = random_framing (rand);
    g_autoptr (GstKsFraming) b = random_framing (rand);
    g_autoptr (GstKsFraming) both = gst_ks_framing_intersect (a, b, NULL);
    g_autofree gchar *text = gst_ks_framing_to_string (a);
    g_autoptr (GstKsFraming) again = parse (text);

    fail_unless (gst_ks_framing_equal (a, again), "%s", text);
    for (guint j = 0; j < POINTS; j++) {
      g_autofree gchar *point = random_point (rand);

      hits += check_point (a, b, both, point);
    }
  }
  g_print ("%u of %u points were in both\n", hits, RANDOM_PAIRS * POINTS);
  fail_unless (hits > 0);
}

GST_END_TEST;

static Suite *
framingrandom_suite (void)
{
  Suite *s = suite_create ("framingrandom");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_random);
  return s;
}

GST_CHECK_MAIN (framingrandom);
