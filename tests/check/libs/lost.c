/* Memory that is gone for good: nothing is handed out any more, what is out can be freed.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheck.h>

#define SIZE 100000

static GstAllocator *allocator;

static void
setup (void)
{
  gst_ks_fake_reset ();
  gst_ks_fake_register ();
  allocator = g_object_new (GST_TYPE_KS_FAKE_ALLOCATOR, NULL);
  gst_object_ref_sink (allocator);
}

static void
teardown (void)
{
  gst_clear_object (&allocator);
  fail_unless_equals_int (gst_ks_fake_get_outstanding (NULL), 0);
}

static GstMemory *
take (GError ** error)
{
  GstKsRequest request = {.size = SIZE };

  return gst_ks_allocator_alloc (allocator, &request, error);
}

static void
lose (const gchar * why)
{
  g_autoptr (GError) reason = g_error_new_literal (GST_KS_ERROR,
      GST_KS_ERROR_UNAVAILABLE, why);

  gst_ks_allocator_set_lost (allocator, reason);
}

GST_START_TEST (test_frames)
{
  GstMemory *idle = take (NULL), *out = take (NULL);
  g_autoptr (GError) error = NULL;

  gst_memory_unref (idle);
  fail_unless_equals_int (gst_ks_fake_get_outstanding (NULL), 2);
  lose ("pulled out");
  lose ("again");
  fail_unless_equals_int (gst_ks_fake_get_outstanding (NULL), 1);
  fail_unless (take (&error) == NULL);
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE));
  fail_unless_equals_string (error->message, "pulled out");
  fail_unless_equals_int (gst_ks_fake_get_calls (GST_KS_FAKE_ACQUIRE), 2);
  gst_memory_unref (out);
  fail_unless_equals_int (gst_ks_fake_get_outstanding (NULL), 0);
}

GST_END_TEST;

static void
keep_reason (GstKsPool * pool, GstKsPoolEvent event, const GError * error,
    gpointer reason)
{
  if (event == GST_KS_POOL_FAILED)
    *(gchar **) reason = g_strdup (error->message);
}

static GstBufferPool *
new_pool (gchar ** reason)
{
  GstKsPoolOptions options = GST_KS_POOL_OPTIONS_INIT;
  GstBufferPool *pool;
  GstStructure *config;

  options.report = keep_reason;
  options.report_data = reason;
  pool = GST_BUFFER_POOL (gst_ks_pool_new (allocator, NULL, &options));
  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_set_params (config, NULL, SIZE, 0, 0);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  return pool;
}

/* A pool keeps whole buffers, ready and out: none of them comes again. */
GST_START_TEST (test_pool)
{
  g_autofree gchar *reason = NULL;
  GstBufferPool *pool = new_pool (&reason);
  GstBuffer *ready = NULL, *out = NULL, *none = NULL;

  fail_unless (gst_buffer_pool_acquire_buffer (pool, &ready,
          NULL) == GST_FLOW_OK);
  fail_unless (gst_buffer_pool_acquire_buffer (pool, &out,
          NULL) == GST_FLOW_OK);
  gst_buffer_unref (ready);
  lose ("pulled out");
  fail_unless_equals_int (gst_ks_fake_get_outstanding (NULL), 1);
  gst_buffer_unref (out);
  fail_unless_equals_int (gst_ks_fake_get_outstanding (NULL), 0);
  fail_unless (gst_buffer_pool_acquire_buffer (pool, &none,
          NULL) == GST_FLOW_ERROR);
  fail_unless_equals_string (reason, "pulled out");
  fail_unless (gst_buffer_pool_set_active (pool, FALSE));
  gst_object_unref (pool);
}

GST_END_TEST;

static Suite *
lost_suite (void)
{
  Suite *suite = suite_create ("lost");
  TCase *tcase = tcase_create ("all");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_test (tcase, test_frames);
  tcase_add_test (tcase, test_pool);
  return suite;
}

GST_CHECK_MAIN (lost);
