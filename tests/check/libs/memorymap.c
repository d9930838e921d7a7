/* The map of memory: every block, in the state that it is in, and whose it is.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/kscheck/gstkscheck.h>

#include "ksmemory.h"

#define FRAME (256 * 1024)
#define N_THREADS 4
#define N_TURNS 200

/* The kind of these tests, so that no other block is counted. */
static GstAllocator *
fake_allocator (void)
{
  g_autoptr (GError) error = NULL;
  GstAllocator *allocator;

  gst_ks_fake_reset ();
  gst_ks_fake_register ();
  allocator = gst_ks_allocator_get ("fake", NULL, &error);
  g_assert_no_error (error);
  return allocator;
}

static const GValue *
array_of (const GstStructure * structure, const gchar * field)
{
  const GValue *list = gst_structure_get_value (structure, field);

  fail_unless (list != NULL && GST_VALUE_HOLDS_ARRAY (list), "no %s", field);
  return list;
}

static const GstStructure *
member (const GValue * list, guint i)
{
  return gst_value_get_structure (gst_value_array_get_value (list, i));
}

static guint64
count_of (const GstStructure * structure, const gchar * field)
{
  guint64 n = 0;

  fail_unless (gst_structure_get_uint64 (structure, field, &n), "no %s", field);
  return n;
}

/* Borrowed from map; NULL: it has no block. */
static const GstStructure *
kind_in (const GstStructure * map, const gchar * kind)
{
  const GValue *kinds = array_of (map, "kinds");

  for (guint i = 0; i < gst_value_array_get_size (kinds); i++) {
    if (g_str_equal (gst_structure_get_string (member (kinds, i), "kind"),
            kind))
      return member (kinds, i);
  }
  return NULL;
}

static void
check_counts (const gchar * kind, guint64 out, guint64 ready, guint64 idle)
{
  g_autoptr (GstStructure) map = gst_ks_memory_map_get ();
  const GstStructure *found = kind_in (map, kind);

  fail_unless (found != NULL);
  fail_unless_equals_uint64 (count_of (found, "out"), out);
  fail_unless_equals_uint64 (count_of (found, "ready"), ready);
  fail_unless_equals_uint64 (count_of (found, "idle"), idle);
  fail_unless_equals_uint64 (count_of (found, "blocks"), out + ready + idle);
  fail_unless_equals_uint64 (count_of (found, "bytes"),
      (out + ready + idle) * FRAME);
  fail_unless_equals_int (gst_value_array_get_size (array_of (found, "list")),
      out + ready + idle);
}

static void
check_block (guint i, const gchar * state, const gchar * owner, gboolean shared)
{
  g_autoptr (GstStructure) map = gst_ks_memory_map_get ();
  const GstStructure *block =
      member (array_of (kind_in (map, "fake"), "list"), i);
  gboolean is_shared;

  fail_unless_equals_string (gst_structure_get_string (block, "state"), state);
  fail_unless_equals_string (gst_structure_get_string (block, "owner"), owner);
  fail_unless (gst_structure_get_boolean (block, "shared", &is_shared));
  fail_unless_equals_int (is_shared, shared);
  fail_unless_equals_uint64 (count_of (block, "size"), FRAME);
  fail_unless (gst_structure_has_field_typed (block, "made", G_TYPE_UINT64));
}

GST_START_TEST (test_out_and_idle)
{
  g_autoptr (GstAllocator) allocator = fake_allocator ();
  g_autoptr (GstKsAccount) account = gst_ks_account_new (0);
  GstMemory *one, *other, *part;

  gst_ks_account_set_owner (account, "somebody");
  one = take (allocator, (GstKsRequest) {
      .size = FRAME,.account = account});
  check_block (0, "out", "somebody", FALSE);
  other = take (allocator, (GstKsRequest) {
      .size = FRAME});
  check_counts ("fake", 2, 0, 0);
  check_block (0, "out", NULL, FALSE);

  part = gst_memory_share (one, 0, 16);
  check_block (1, "out", "somebody", TRUE);
  gst_memory_unref (one);
  gst_memory_unref (other);
  check_counts ("fake", 1, 0, 1);
  gst_memory_unref (part);
  check_counts ("fake", 0, 0, 2);
  gst_ks_account_set_owner (account, "else");
  check_block (1, "idle", "else", FALSE);
  gst_ks_account_set_owner (account, NULL);
  check_block (1, "idle", NULL, FALSE);
  gst_ks_allocator_trim (allocator);
}

GST_END_TEST;

/* An object that rests on its block is nobody's, and comes out again as it was. */
GST_START_TEST (test_resting_object)
{
  g_autoptr (GstAllocator) allocator = fake_allocator ();
  GRefString *layout = g_ref_string_new ("rows");
  GstKsRequest request = {.size = FRAME,.layout = layout };

  for (guint i = 0; i < 3; i++) {
    GstMemory *memory = take (allocator, request);

    check_counts ("fake", 1, 0, 0);
    gst_memory_unref (memory);
    check_counts ("fake", 0, 0, 1);
    check_block (0, "idle", NULL, FALSE);
  }
  g_ref_string_release (layout);
  gst_ks_allocator_trim (allocator);
}

GST_END_TEST;

static GstBufferPool *
active_pool (GstAllocator * allocator)
{
  GstBufferPool *pool =
      GST_BUFFER_POOL (gst_ks_pool_new (allocator, NULL, NULL));
  GstStructure *config = gst_buffer_pool_get_config (pool);

  gst_buffer_pool_config_set_params (config, NULL, FRAME, 0, 0);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  return pool;
}

static GstBuffer *
acquire (GstBufferPool * pool)
{
  GstBuffer *buffer = NULL;

  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &buffer, NULL),
      GST_FLOW_OK);
  return buffer;
}

GST_START_TEST (test_pool)
{
  g_autoptr (GstAllocator) allocator = fake_allocator ();
  GstBufferPool *pool = active_pool (allocator);
  GstBuffer *one = acquire (pool), *other = acquire (pool);
  GstMemory *kept;

  check_counts ("fake", 2, 0, 0);
  check_block (0, "out", GST_OBJECT_NAME (pool), FALSE);
  gst_buffer_unref (one);
  check_counts ("fake", 1, 1, 0);
  check_block (1, "ready", GST_OBJECT_NAME (pool), FALSE);

  kept = gst_buffer_get_memory (other, 0);
  check_block (0, "out", GST_OBJECT_NAME (pool), TRUE);
  gst_buffer_unref (other);
  check_counts ("fake", 1, 1, 0);
  gst_buffer_pool_set_active (pool, FALSE);
  check_counts ("fake", 1, 0, 1);
  gst_object_unref (pool);
  check_counts ("fake", 1, 0, 1);
  gst_memory_unref (kept);
  check_counts ("fake", 0, 0, 2);
  check_block (0, "idle", NULL, FALSE);
  gst_ks_allocator_trim (allocator);
}

GST_END_TEST;

/* What was most is kept, also when most of it is gone. */
GST_START_TEST (test_peak)
{
  g_autoptr (GstAllocator) allocator = fake_allocator ();
  GstBufferPool *pool = active_pool (allocator);
  g_autoptr (GstStructure) peak = NULL, without = NULL;
  GstBuffer *held[5];
  const GstStructure *block;

  gst_ks_memory_map_follow (TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    held[i] = acquire (pool);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    gst_buffer_unref (held[i]);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_ks_allocator_trim (allocator);

  peak = gst_ks_memory_map_get_peak ();
  fail_unless_equals_string (gst_structure_get_string (peak, "moment"), "peak");
  fail_unless_equals_uint64 (count_of (kind_in (peak, "fake"), "out"), 5);
  block = member (array_of (kind_in (peak, "fake"), "list"), 0);
  fail_unless (gst_structure_has_field (block, "age"));
  fail_unless_equals_string (gst_structure_get_string (block, "owner"),
      GST_OBJECT_NAME (pool));
  gst_ks_memory_map_follow (FALSE);
  without = gst_ks_memory_map_get_peak ();
  fail_unless_equals_string (gst_structure_get_string (without, "moment"),
      "now");
  fail_unless (kind_in (without, "fake") == NULL);
  gst_object_unref (pool);
}

GST_END_TEST;

/* Several devices of a kind are several strips. */
GST_START_TEST (test_devices)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstAllocator) any = gst_ks_allocator_get ("system", NULL, &error);
  g_autoptr (GstAllocator) node = gst_ks_allocator_get ("system", "0", NULL);
  g_autoptr (GstStructure) map = NULL;
  GstMemory *one, *other = NULL;
  guint n = 0;

  g_assert_no_error (error);
  one = take (any, (GstKsRequest) {
      .size = FRAME}
  );
  fail_unless (gst_ks_allocator_peek_device (any) == NULL);
  if (node != NULL) {
    fail_unless_equals_string (gst_ks_allocator_peek_device (node), "0");
    other = take (node, (GstKsRequest) {
        .size = FRAME}
    );
  }
  map = gst_ks_memory_map_get ();
  for (guint i = 0; i < gst_value_array_get_size (array_of (map, "kinds")); i++)
    n += g_str_equal (gst_structure_get_string (member (array_of (map, "kinds"),
                i), "kind"), "system");
  fail_unless_equals_int (n, node != NULL ? 2 : 1);
  gst_memory_unref (one);
  if (other != NULL)
    gst_memory_unref (other);
  gst_ks_trim_all ();
}

GST_END_TEST;

/* --- while others go on --- */

static gpointer
churn (gpointer pool)
{
  for (guint i = 0; i < N_TURNS; i++) {
    GstBuffer *one = acquire (pool), *other = acquire (pool);
    GstMemory *memory = gst_buffer_get_memory (one, 0);

    gst_buffer_unref (one);
    gst_memory_unref (memory);
    gst_buffer_unref (other);
    if (i % 16 == 0)
      gst_ks_trim_all ();
  }
  return NULL;
}

GST_START_TEST (test_threads)
{
  g_autoptr (GstAllocator) allocator = fake_allocator ();
  GstBufferPool *pool = active_pool (allocator);
  GThread *threads[N_THREADS];

  gst_ks_memory_map_follow (TRUE);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("churn", churn, pool);
  for (guint i = 0; i < N_TURNS; i++) {
    g_autoptr (GstStructure) map = gst_ks_memory_map_get ();
    const GstStructure *kind = kind_in (map, "fake");

    if (kind != NULL)
      fail_unless (count_of (kind, "blocks") <= 3 * N_THREADS);
  }
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  gst_ks_memory_map_follow (FALSE);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  gst_ks_allocator_trim (allocator);
}

GST_END_TEST;

static Suite *
memorymap_suite (void)
{
  Suite *suite = suite_create ("memorymap");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_out_and_idle);
  tcase_add_test (tcase, test_resting_object);
  tcase_add_test (tcase, test_pool);
  tcase_add_test (tcase, test_peak);
  tcase_add_test (tcase, test_devices);
  tcase_add_test (tcase, test_threads);
  return suite;
}

GST_CHECK_MAIN (memorymap);
