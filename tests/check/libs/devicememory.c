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

static Suite *
devicememory_suite (void)
{
  Suite *suite = suite_create ("devicememory");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_settles_before_reuse, 0, 2);
  tcase_add_test (tcase, test_imported_is_copied);
  return suite;
}

GST_CHECK_MAIN (devicememory);
