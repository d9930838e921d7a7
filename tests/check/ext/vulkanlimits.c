/* The kind `vulkan` when there is little memory, when the processor cannot see it, and when the card is gone.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "vulkanhelp.h"

#define FRAME (1 << 20)
#define HEAP (16 << 20)
#define N_THREADS 4
#define ROUNDS 25

/* --- little memory --- */

/* Frames until there are no more; one back, one again. */
static void
run_into_the_end (GstAllocator * allocator, const gchar * part)
{
  g_autoptr (GPtrArray) frames =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_memory_unref);
  GstKsRequest request = {.size = FRAME };
  GError *error = NULL;
  GstMemory *memory;

  while ((memory = gst_ks_allocator_alloc (allocator, &request, &error))) {
    g_ptr_array_add (frames, memory);
    fail_unless (frames->len <= HEAP / FRAME);
  }
  fail_unless (frames->len >= HEAP / FRAME / 2);
  vulkan_assert_error (&error, GST_KS_ERROR_LIMIT, part);
  g_ptr_array_remove_index (frames, 0);
  g_ptr_array_add (frames, vulkan_take (allocator, FRAME));
}

GST_START_TEST (test_heap_is_full)
{
  GstAllocator *allocator;

  vulkan_heap = HEAP;
  vulkan_has_budget = __i__ == 1;
  allocator = vulkan_make_bytes (NULL);
  run_into_the_end (allocator, "bytes available of 16777216, and ");
  run_into_the_end (allocator, " were asked for");
  fail_unless_equals_uint64 (gst_ks_check_outstanding (allocator), 0);
  gst_object_unref (allocator);
  vulkan_assert_all_gone ();
}

GST_END_TEST;

GST_START_TEST (test_picture_does_not_fit)
{
  GstKsBackend *backend;
  GError *error = NULL;
  GstKsShape shape;

  vulkan_heap = HEAP;
  backend = vulkan_open_backend (NULL);
  fail_if (vulkan_make_shape (backend, GST_VIDEO_FORMAT_RGBA, 4096, 4096,
          &shape, &error));
  vulkan_assert_error (&error, GST_KS_ERROR_LIMIT, "16777216 bytes available");
  g_object_unref (backend);
  vulkan_assert_all_gone ();
}

GST_END_TEST;

/* --- the kth call fails --- */

/* All that a user does; FALSE: something failed. */
static gboolean
use_all (GError ** error)
{
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get ("vulkan", NULL, error);
  g_autoptr (GstAllocator) allocator = backend ?
      gst_ks_backend_create_allocator (backend, error) : NULL;
  GstKsRequest request = {.size = 64 * 48 };
  g_autoptr (GstMemory) host = vulkan_random_memory (64 * 48, 1);
  g_autoptr (GstMemory) memory = allocator ?
      gst_ks_allocator_alloc (allocator, &request, error) : NULL;
  GstKsShape shape = { 0 };
  gboolean done = memory != NULL
      && vulkan_make_shape (backend, GST_VIDEO_FORMAT_NV12, 64, 48, &shape,
      error)
      && gst_ks_backend_transfer (backend, shape.memories[0], host, error)
      && gst_ks_backend_transfer (backend, memory, shape.memories[0], error);

  gst_ks_shape_clear (&shape);
  return done;
}

GST_START_TEST (test_fails_at_every_turn)
{
  gboolean done = FALSE;
  guint n = 0, failed = 0;

  while (!done) {
    g_autoptr (GError) error = NULL;

    g_atomic_int_set (&vulkan_fail_at, ++n);
    done = use_all (&error);
    fail_unless (done == (error == NULL), "call %u", n);
    failed += !done;
    /* what the store tried again with success has been used up, too */
    done = done && g_atomic_int_get (&vulkan_fail_at) > 0;
    vulkan_assert_all_gone ();
    fail_unless (n < 200, "it never stops failing");
  }
  fail_unless (n > 10 && failed > 1, "%u calls, %u failed", n, failed);
}

GST_END_TEST;

/* --- memory that cannot be mapped --- */

static void
clear (GstMemory * memory)
{
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  memset (map.data, 0, map.size);
  gst_memory_unmap (memory, &map);
}

GST_START_TEST (test_split)
{
  GstAllocator *allocator;
  GstKsBackend *backend;
  GstKsRequest request = {.size = 10000,.zero = GST_KS_ZERO_ALWAYS };
  g_autoptr (GstMemory) zeros = gst_allocator_alloc (NULL, 10000, NULL);
  g_autoptr (GstMemory) out = gst_allocator_alloc (NULL, 10000, NULL);
  GstMemory *memory, *copied;

  vulkan_is_split = TRUE;
  allocator = vulkan_make_bytes (NULL);
  backend = gst_ks_backend_peek (allocator);
  g_autoptr (GstKsFraming) framing = gst_ks_allocator_describe (allocator);
  fail_unless (gst_ks_framing_peek_item (framing, 0)->flags
      & GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC);

  memory = vulkan_take (allocator, 10000);
  fail_unless (GST_MEMORY_FLAG_IS_SET (memory, GST_MEMORY_FLAG_NOT_MAPPABLE));
  fail_unless (gst_ks_memory_peek_block (memory)->data == NULL);
  vulkan_round_trip (backend, memory, 1);
  copied = gst_memory_copy (memory, 0, -1);
  fail_unless (copied != NULL);
  vulkan_copy (backend, out, copied);
  gst_memory_unref (copied);
  gst_memory_unref (memory);

  memory = gst_ks_allocator_alloc (allocator, &request, NULL);
  clear (zeros);
  vulkan_copy (backend, out, memory);
  fail_unless (vulkan_is_same (out, zeros, 10000));
  gst_memory_unref (memory);
  gst_object_unref (allocator);
  vulkan_assert_all_gone ();
}

GST_END_TEST;

GST_START_TEST (test_split_parts)
{
  GstAllocator *allocator;
  GstKsBackend *backend;
  g_autoptr (GstMemory) in = vulkan_random_memory (3000, 9);
  g_autoptr (GstMemory) out = gst_allocator_alloc (NULL, 1000, NULL);
  GstMemory *memory, *part, *expected;

  vulkan_is_split = TRUE;
  allocator = vulkan_make_bytes (NULL);
  backend = gst_ks_backend_peek (allocator);
  memory = vulkan_take (allocator, 3000);
  vulkan_copy (backend, memory, in);
  part = gst_memory_share (memory, 1001, 1000);
  expected = gst_memory_share (in, 1001, 1000);
  vulkan_copy (backend, out, part);
  fail_unless (vulkan_is_same (out, expected, 1000));
  gst_memory_unref (expected);
  gst_memory_unref (part);
  gst_memory_unref (memory);
  gst_object_unref (allocator);
}

GST_END_TEST;

/* --- the card is lost --- */

GST_START_TEST (test_lost)
{
  GstAllocator *allocator = vulkan_make_bytes (NULL);
  GstKsBackend *backend = gst_ks_backend_peek (allocator);
  GstMemory *memory = vulkan_take (allocator, 1000);
  g_autoptr (GstMemory) host = vulkan_random_memory (64 * 48 * 4, 1);
  GstMemory *late = vulkan_take (allocator, 64 * 48 * 4);
  GError *error = NULL;
  GstKsShape shape;
  GstMapInfo map;

  vulkan_must_make_shape (backend, GST_VIDEO_FORMAT_RGBA, 64, 48, &shape);
  vulkan_copy (backend, late, shape.memories[0]);
  g_atomic_int_set (&vulkan_is_lost, TRUE);
  fail_if (gst_ks_backend_transfer (backend, shape.memories[0], host, &error));
  /* what never came cannot be read */
  fail_if (gst_memory_map (late, &map, GST_MAP_READ));
  gst_memory_unref (late);
  vulkan_assert_error (&error, GST_KS_ERROR_UNAVAILABLE, "start the program");
  gst_memory_unref (memory);
  gst_memory_unref (vulkan_take (allocator, 1000));
  gst_ks_shape_clear (&shape);
  gst_object_unref (allocator);
  vulkan_assert_all_gone ();
}

GST_END_TEST;

/* --- threads --- */

static gpointer
trip_often (gpointer data)
{
  GstKsBackend *backend = gst_ks_backend_peek (data);

  for (guint i = 0; i < ROUNDS; i++) {
    GstMemory *memory = vulkan_take (data, 5000 + i);
    GstKsShape shape;

    vulkan_must_make_shape (backend, GST_VIDEO_FORMAT_NV12, 64 + i % 3 * 2, 48,
        &shape);
    for (guint m = 0; m < shape.n_memories; m++)
      vulkan_round_trip (backend, shape.memories[m], i);
    gst_ks_shape_clear (&shape);
    vulkan_round_trip (backend, memory, i);
    gst_memory_unref (memory);
    if (i % 10 == 9)
      gst_ks_trim_all ();
  }
  return NULL;
}

GST_START_TEST (test_threads)
{
  GstAllocator *allocator = vulkan_make_bytes (NULL);
  GThread *threads[N_THREADS];

  for (guint t = 0; t < N_THREADS; t++)
    threads[t] = g_thread_new ("tripper", trip_often, allocator);
  for (guint t = 0; t < N_THREADS; t++)
    g_thread_join (threads[t]);
  fail_unless_equals_uint64 (gst_ks_check_outstanding (allocator), 0);
  gst_object_unref (allocator);
  vulkan_assert_all_gone ();
}

GST_END_TEST;

static Suite *
vulkanlimits_suite (void)
{
  Suite *suite = suite_create ("vulkanlimits");
  TCase *tcase = tcase_create ("limits");

  vulkan_check_or_skip ();
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_heap_is_full, 0, 2);
  tcase_add_test (tcase, test_picture_does_not_fit);
  tcase_add_test (tcase, test_fails_at_every_turn);
  tcase_add_test (tcase, test_split);
  tcase_add_test (tcase, test_split_parts);
  tcase_add_test (tcase, test_lost);
  tcase_add_test (tcase, test_threads);
  return suite;
}

GST_CHECK_MAIN (vulkanlimits);
