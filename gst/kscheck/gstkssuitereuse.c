/* The conformance suite, reuse: steady state, identity, wiping, limits.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssuiteprivate.h"

static GQuark
mark_quark (void)
{
  return g_quark_from_static_string ("gst-ks-check-mark");
}

GST_START_TEST (test_steady_state)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  guint64 fresh = 0, reused = 0;

  guint rounds = SUITE_ROUNDS;

  for (guint round = 0; round < rounds; round++) {
    GstMemory *frames[SUITE_FRAMES];

    for (guint f = 0; f < SUITE_FRAMES; f++)
      frames[f] = gst_ks_suite_take_plain (&suite);
    for (guint f = 0; f < SUITE_FRAMES; f++)
      gst_memory_unref (frames[f]);
    if (round == 0) {
      fresh = gst_ks_check_stat (suite.allocator, "fresh");
      reused = gst_ks_check_stat (suite.allocator, "reused");
    }
  }
  check_that (gst_ks_check_stat (suite.allocator, "fresh") == fresh);
  check_that (gst_ks_check_stat (suite.allocator, "reused") ==
      reused + (rounds - 1) * SUITE_FRAMES);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  const gchar *layout;          /* of the second request; the first has "a" */
  gsize prefix;
  gsize less;                   /* bytes that the second is smaller by */
  gboolean same;
} IdentityRow;

static const IdentityRow identity_rows[] = {
  {"same", "a", 0, 0, TRUE},
  {"other layout", "b", 0, 0, FALSE},
  {"no layout", NULL, 0, 0, FALSE},
  {"other size", "a", 0, 1, FALSE},
  {"other offset", "a", 16, 16, FALSE},
};

static gboolean
is_block (GstMemory * memory, const GstKsBlock * block)
{
  const GstKsBlock *other = gst_ks_memory_peek_block (memory);

  return other->data == block->data && other->handle == block->handle
      && other->fd == block->fd;
}

GST_START_TEST (test_identity)
{
  const IdentityRow *row = &identity_rows[__i__ % G_N_ELEMENTS (identity_rows)];
  GstKsSuite suite = gst_ks_suite_open (__i__, G_N_ELEMENTS (identity_rows));
  GRefString *first = g_ref_string_new ("a");
  GRefString *second = row->layout ? g_ref_string_new (row->layout) : NULL;
  GstKsRequest request = {.size = SUITE_SIZE,.layout = first };
  /* an object that is its block waits for one who wants just that */
  gboolean kept = row->same || gst_ks_suite_is (&suite,
      GST_KS_CHECK_BACKEND_WHOLE);
  gint told = 0;

  gst_ks_suite_row = row->name;
  GstMemory *memory = gst_ks_suite_take (&suite, &request);
  GstKsBlock block = *gst_ks_memory_peek_block (memory);
  gst_mini_object_set_qdata (GST_MINI_OBJECT (memory), mark_quark (), &told,
      gst_ks_suite_count);
  /* what the last user did to the object must not be seen by the next */
  gst_memory_resize (memory, 5, 10);
  GST_MINI_OBJECT_FLAG_SET (memory, GST_MEMORY_FLAG_READONLY);
  gst_memory_unref (memory);

  request.layout = second;
  request.prefix = row->prefix;
  request.size = SUITE_SIZE - row->less;
  memory = gst_ks_suite_take (&suite, &request);
  check_that (is_block (memory, &block) || (kept && !row->same));
  check_that (!gst_mini_object_get_qdata (GST_MINI_OBJECT (memory),
          mark_quark ()) == !row->same);
  check_that (told == (kept ? 0 : 1));
  check_that (memory->size == request.size && memory->offset == row->prefix);
  check_that (!GST_MEMORY_IS_READONLY (memory));
  gst_ks_suite_fill (memory, 3);
  gst_memory_unref (memory);
  gst_ks_allocator_trim (suite.allocator);
  check_that (told == 1);
  g_ref_string_release (first);
  g_clear_pointer (&second, g_ref_string_release);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  GstKsZero zero;
  gboolean same_account;
  gboolean wiped;
} ZeroRow;

static const ZeroRow zero_rows[] = {
  {"always", GST_KS_ZERO_ALWAYS, TRUE, TRUE},
  {"other owner", GST_KS_ZERO_OWNER_CHANGE, FALSE, TRUE},
  {"same owner", GST_KS_ZERO_OWNER_CHANGE, TRUE, FALSE},
  {"never", GST_KS_ZERO_NEVER, FALSE, FALSE},
};

GST_START_TEST (test_zero)
{
  const ZeroRow *row = &zero_rows[__i__ % G_N_ELEMENTS (zero_rows)];
  GstKsSuite suite = gst_ks_suite_open (__i__, G_N_ELEMENTS (zero_rows));
  g_autoptr (GstKsAccount) mine = gst_ks_account_new (0);
  g_autoptr (GstKsAccount) theirs = gst_ks_account_new (0);
  GstKsRequest request = {.size = SUITE_SIZE,.zero = row->zero,.account = mine
  };

  gst_ks_suite_row = row->name;
  GstMemory *memory = gst_ks_suite_take (&suite, &request);
  gst_ks_suite_fill (memory, 0x77);
  gst_memory_unref (memory);
  if (!row->same_account)
    request.account = theirs;
  memory = gst_ks_suite_take (&suite, &request);
  check_that (gst_ks_suite_holds (memory, row->wiped ? 0 : 0x77));
  gst_memory_unref (memory);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* Whatever the backend says of its blocks. */
GST_START_TEST (test_zero_fresh)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstKsRequest request = {.size = SUITE_SIZE,.zero = GST_KS_ZERO_ALWAYS };

  for (guint round = 0; round < 3; round++) {
    GstMemory *memory = gst_ks_suite_take (&suite, &request);

    check_that (gst_ks_suite_holds (memory, 0));
    gst_ks_suite_fill (memory, 0x5a);
    gst_memory_unref (memory);
    if (round == 1)
      gst_ks_allocator_trim (suite.allocator);
  }
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

GST_START_TEST (test_prepare)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstKsRequest request = {.size = SUITE_SIZE,.align = 4096 };
  GstMemory *frames[SUITE_FRAMES];

  if (!gst_ks_suite_can (&suite, &request))
    request.align = suite.check->max_align;
  check_that (gst_ks_allocator_prepare (suite.allocator, &request, SUITE_FRAMES,
          NULL));
  check_that (gst_ks_check_stat (suite.allocator, "idle") == SUITE_FRAMES);
  guint64 fresh = gst_ks_check_stat (suite.allocator, "fresh");
  for (guint f = 0; f < SUITE_FRAMES; f++)
    frames[f] = gst_ks_suite_take (&suite, &request);
  check_that (gst_ks_check_stat (suite.allocator, "fresh") == fresh);
  for (guint f = 0; f < SUITE_FRAMES; f++)
    gst_memory_unref (frames[f]);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* --- limits --- */

/* Takes frames until it is told to stop; the right error, and after one came
 * back the next is had again. */
static void
run_into (const GstKsSuite * suite, const GstKsRequest * request, guint room)
{
  GstMemory *frames[SUITE_FRAMES];
  g_autoptr (GError) error = NULL;

  for (guint f = 0; f < room; f++)
    frames[f] = gst_ks_suite_take (suite, request);
  check_that (!gst_ks_allocator_alloc (suite->allocator, request, &error));
  check_that (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_BUDGET)
      || g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT));
  gst_memory_unref (frames[0]);
  frames[0] = gst_ks_suite_take (suite, request);
  for (guint f = 0; f < room; f++)
    gst_memory_unref (frames[f]);
}

static gsize
block_size (const GstKsSuite * suite, const GstKsRequest * request)
{
  GstMemory *memory = gst_ks_suite_take (suite, request);
  gsize size = gst_ks_memory_peek_block (memory)->size;

  gst_memory_unref (memory);
  return size;
}

GST_START_TEST (test_max_bytes)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstKsRequest request = {.size = SUITE_SIZE };
  GstKsRequest larger = {.size = SUITE_SIZE * 2 };
  GstKsLimits limits = suite.limits;

  limits.max_bytes = SUITE_FRAMES * block_size (&suite, &request);
  gst_ks_allocator_set_limits (suite.allocator, &limits);
  run_into (&suite, &request, SUITE_FRAMES);
  /* idle blocks of the wrong size give way */
  if (block_size (&suite, &larger) <= limits.max_bytes)
    check_that (gst_ks_check_stat (suite.allocator, "live-bytes") <=
        limits.max_bytes);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

GST_START_TEST (test_account)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstKsRequest request = {.size = SUITE_SIZE };
  gsize block = block_size (&suite, &request);
  g_autoptr (GstKsAccount) account = gst_ks_account_new (SUITE_FRAMES * block);
  GstKsAccountStats stats;

  request.account = account;
  run_into (&suite, &request, SUITE_FRAMES);
  gst_ks_account_get_stats (account, &stats);
  check_that (stats.live == 0 && stats.bytes == 0);
  gst_ks_account_set_max_bytes (account, 2 * block);
  run_into (&suite, &request, 2);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

GST_START_TEST (test_idle_limits)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstKsLimits limits = suite.limits;
  GstMemory *frames[SUITE_FRAMES];

  limits.max_idle_blocks = 2;
  gst_ks_allocator_set_limits (suite.allocator, &limits);
  for (guint f = 0; f < SUITE_FRAMES; f++)
    frames[f] = gst_ks_suite_take_plain (&suite);
  for (guint f = 0; f < SUITE_FRAMES; f++)
    gst_memory_unref (frames[f]);
  check_that (gst_ks_check_stat (suite.allocator, "idle") == 2);
  limits.max_idle_blocks = 1;
  gst_ks_allocator_set_limits (suite.allocator, &limits);
  check_that (gst_ks_check_stat (suite.allocator, "idle") == 1);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

void
gst_ks_suite_add_reuse (TCase * tcase, gint subject)
{
  add_rows (tcase, subject, test_steady_state, 1);
  add_rows (tcase, subject, test_identity, G_N_ELEMENTS (identity_rows));
  add_rows (tcase, subject, test_zero, G_N_ELEMENTS (zero_rows));
  add_rows (tcase, subject, test_zero_fresh, 1);
  add_rows (tcase, subject, test_prepare, 1);
  add_rows (tcase, subject, test_max_bytes, 1);
  add_rows (tcase, subject, test_account, 1);
  add_rows (tcase, subject, test_idle_limits, 1);
}
