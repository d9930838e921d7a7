/* Memory of devices in the store: what is waited for, and what was imported.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheck.h>

static void
setup (void)
{
  gst_ks_fake_reset ();
  gst_ks_fake_register_devices ();
}

static void
teardown (void)
{
  gst_ks_trim_all ();
  fail_unless_equals_int (gst_ks_fake_get_outstanding (NULL), 0);
}

static GstAllocator *
make_card (void)
{
  g_autoptr (GstKsBackend) backend =
      gst_ks_backend_get ("fake-card", NULL, NULL);

  return gst_ks_backend_create_allocator (backend, NULL);
}

static GstMemory *
take (GstAllocator * allocator, const gchar * layout)
{
  GRefString *text = layout ? g_ref_string_new (layout) : NULL;
  GstKsRequest request = {.size = 1000,.layout = text };
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &request, NULL);

  fail_unless (memory != NULL);
  g_clear_pointer (&text, g_ref_string_release);
  return memory;
}

/* What came back may still be in use by the card; what is new is not. */
GST_START_TEST (test_settles_before_reuse)
{
  g_autoptr (GstAllocator) allocator = make_card ();
  const gchar *layout = __i__ ? "a" : NULL;
  GstMemory *memory = take (allocator, layout);

  gst_memory_unref (memory);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_SYNC), 0);
  memory = take (allocator, layout);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_SYNC), 1);
  gst_memory_unref (memory);
}

GST_END_TEST;

/* A pool keeps its frames without asking the store. */
GST_START_TEST (test_settles_before_a_pool_reuses)
{
  g_autoptr (GstAllocator) allocator = make_card ();
  g_autoptr (GstKsPool) pool = gst_ks_pool_new (allocator, NULL, NULL);
  GstBufferPool *base = GST_BUFFER_POOL (pool);
  GstStructure *config = gst_buffer_pool_get_config (base);
  GstBuffer *buffer, *again;

  gst_buffer_pool_config_set_params (config, NULL, 1000, 0, 0);
  fail_unless (gst_buffer_pool_set_config (base, config));
  fail_unless (gst_buffer_pool_set_active (base, TRUE));
  fail_unless (gst_buffer_pool_acquire_buffer (base, &buffer, NULL)
      == GST_FLOW_OK);
  gst_buffer_unref (buffer);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_SYNC), 0);
  fail_unless (gst_buffer_pool_acquire_buffer (base, &again, NULL)
      == GST_FLOW_OK);
  fail_unless (again == buffer);
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_SYNC), 1);
  gst_buffer_unref (again);
  fail_unless (gst_buffer_pool_set_active (base, FALSE));
}

GST_END_TEST;

/* --- wiping for another owner --- */

static GstMemory *
take_for (GstAllocator * allocator, GstKsAccount * owner, gsize size,
    GError ** error)
{
  GstKsRequest request = {.size = size,.zero = GST_KS_ZERO_OWNER_CHANGE,
    .account = owner
  };

  return gst_ks_allocator_alloc (allocator, &request, error);
}

/* By the card; to or from ordinary memory. */
static void
move_bytes (GstMemory * memory, GstMemory * host, gboolean up)
{
  GstKsBackend *backend = gst_ks_backend_peek (memory->allocator);

  fail_unless (gst_ks_backend_transfer (backend, up ? memory : host, up ? host
          : memory, NULL));
}

static void
leave_secret (GstAllocator * allocator, GstKsAccount * owner, gsize size)
{
  GstMemory *memory = take_for (allocator, owner, size, NULL);
  GstMemory *host = gst_allocator_alloc (NULL, size, NULL);
  GstMapInfo map;

  fail_unless (memory && gst_memory_map (host, &map, GST_MAP_WRITE));
  memset (map.data, 's', map.size);
  gst_memory_unmap (host, &map);
  move_bytes (memory, host, TRUE);
  gst_memory_unref (host);
  gst_memory_unref (memory);
}

static guint
count_secrets (GstMemory * memory)
{
  GstMemory *host = gst_allocator_alloc (NULL, memory->size, NULL);
  guint found = 0;
  GstMapInfo map;

  move_bytes (memory, host, FALSE);
  fail_unless (gst_memory_map (host, &map, GST_MAP_READ));
  for (gsize i = 0; i < map.size; i++)
    found += map.data[i] == 's';
  gst_memory_unmap (host, &map);
  gst_memory_unref (host);
  return found;
}

/* What lies behind a shorter frame is not its owner's either. */
GST_START_TEST (test_all_of_a_block_is_wiped)
{
  g_autoptr (GstAllocator) allocator = make_card ();
  GstKsAccount *before = gst_ks_account_new (0);
  GstKsAccount *after = gst_ks_account_new (0);
  GstMemory *memory;

  leave_secret (allocator, before, 9000);
  gst_memory_unref (take_for (allocator, after, 8000, NULL));
  memory = take_for (allocator, after, 9000, NULL);
  fail_unless (gst_ks_memory_is_reused (memory));
  fail_unless_equals_int (count_secrets (memory), 0);
  gst_memory_unref (memory);
  gst_ks_account_unref (before);
  gst_ks_account_unref (after);
}

GST_END_TEST;

GST_START_TEST (test_failed_wipe_is_not_forgotten)
{
  g_autoptr (GstAllocator) allocator = make_card ();
  GstKsAccount *before = gst_ks_account_new (0);
  GstKsAccount *after = gst_ks_account_new (0);
  g_autoptr (GError) error = NULL;
  GstMemory *memory;

  leave_secret (allocator, before, 5000);
  gst_ks_fake_fail_at (GST_KS_FAKE_TRANSFER, 1);
  fail_unless (take_for (allocator, after, 5000, &error) == NULL);
  fail_unless (error != NULL);
  fail_unless_equals_uint64 (gst_ks_check_outstanding (allocator), 0);
  memory = take_for (allocator, after, 5000, NULL);
  fail_unless (gst_ks_memory_is_reused (memory));
  fail_unless_equals_int (count_secrets (memory), 0);
  gst_memory_unref (memory);
  gst_ks_account_unref (before);
  gst_ks_account_unref (after);
}

GST_END_TEST;

GST_START_TEST (test_imported_is_copied)
{
  g_autoptr (GstKsBackend) backend =
      gst_ks_backend_get ("fake-card", NULL, NULL);
  GstAllocationParams params = { 0, 63, 0, 0 };
  g_autoptr (GstMemory) host = gst_allocator_alloc (NULL, 1000, &params);
  g_autoptr (GstMemory) out = gst_allocator_alloc (NULL, 1000, NULL);
  g_autoptr (GstMemory) made = gst_ks_backend_import (backend, host, NULL);
  g_autoptr (GstMemory) copy = NULL;
  GstMapInfo from, to;

  fail_unless (made != NULL);
  fail_unless (gst_memory_map (host, &from, GST_MAP_WRITE));
  memset (from.data, 7, from.size);
  copy = gst_memory_copy (made, 0, -1);
  fail_unless (copy != NULL);
  fail_unless (gst_ks_backend_transfer (backend, out, copy, NULL));
  fail_unless (gst_memory_map (out, &to, GST_MAP_READ));
  fail_unless (memcmp (to.data, from.data, 1000) == 0);
  gst_memory_unmap (out, &to);
  gst_memory_unmap (host, &from);
}

GST_END_TEST;

static void
fill (GstMemory * memory, guint8 byte)
{
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  memset (map.data, byte, map.size);
  gst_memory_unmap (memory, &map);
}

static gboolean
adopt_any (GstKsBackendClass * klass, GstMemory * memory, gchar ** device)
{
  return TRUE;
}

/* A backend that takes others' memory for its own and leaves copies to us knows
 * of no sizes. */
GST_START_TEST (test_mapped_copies_fit)
{
  g_autoptr (GstKsBackend) backend = NULL;
  g_autoptr (GstMemory) large = gst_allocator_alloc (NULL, 1000, NULL);
  g_autoptr (GstMemory) small = gst_allocator_alloc (NULL, 1000, NULL);
  g_autoptr (GError) error = NULL;
  GstMapInfo map;

  gst_ks_fake_register ();
  backend = gst_ks_backend_get ("fake", NULL, NULL);
  fail_unless (backend != NULL);
  GST_KS_BACKEND_GET_CLASS (backend)->adopt_memory = adopt_any;
  fill (small, 0);
  fill (large, 7);
  gst_memory_resize (small, 0, 10);
  fail_unless (!gst_ks_backend_transfer (backend, small, large, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_INVALID));
  GST_KS_BACKEND_GET_CLASS (backend)->adopt_memory = NULL;
  gst_memory_resize (small, 0, 1000);
  fail_unless (gst_memory_map (small, &map, GST_MAP_READ));
  fail_unless (map.data[0] == 0 && map.data[10] == 0);
  gst_memory_unmap (small, &map);
}

GST_END_TEST;

static Suite *
devicememory_suite (void)
{
  Suite *suite = suite_create ("devicememory");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_settles_before_reuse, 0, 2);
  tcase_add_test (tcase, test_settles_before_a_pool_reuses);
  tcase_add_test (tcase, test_all_of_a_block_is_wiped);
  tcase_add_test (tcase, test_failed_wipe_is_not_forgotten);
  tcase_add_test (tcase, test_imported_is_copied);
  tcase_add_test (tcase, test_mapped_copies_fit);
  return suite;
}

GST_CHECK_MAIN (devicememory);
