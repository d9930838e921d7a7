/* The kinds cuda and cuda-host: bytes, reasons, failures, with the test driver or a real GPU.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "cudatest.h"

#include <string.h>

static const gchar *const kinds[] = { "cuda", "cuda-host" };

/* --- without a GPU --- */

/* Says what is missing and what would help, each time it is asked. */
GST_START_TEST (test_reason)
{
  for (guint round = 0; round < 2; round++) {
    g_autoptr (GError) error = NULL;

    fail_unless (gst_ks_backend_get (kinds[__i__], NULL, &error) == NULL);
    fail_unless (g_error_matches (error, GST_KS_ERROR,
            GST_KS_ERROR_UNAVAILABLE));
    GST_INFO ("%s", error->message);
    fail_unless (strstr (error->message, "install")
        || strstr (error->message, "nvidia-smi"), "%s", error->message);
  }
}

GST_END_TEST;

/* --- with one --- */

GST_START_TEST (test_described)
{
  g_autoptr (GstKsBackend) backend = cuda_test_open (kinds[__i__]);
  g_autoptr (GstKsFraming) framing = gst_ks_backend_describe (backend);
  const GstKsFramingItem *item = gst_ks_framing_peek_item (framing, 0);
  gboolean device = g_str_equal (kinds[__i__], "cuda");

  fail_unless_equals_int (gst_ks_framing_get_n_items (framing), 1);
  fail_unless (item->flags & GST_KS_FRAMING_FLAG_CAN_ALLOCATE);
  fail_unless (!(item->flags & GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC) == !device);
  fail_unless (gst_ks_backend_has_shapes (backend) == device);
}

GST_END_TEST;

static Suite *
cuda_suite (void)
{
  Suite *suite = suite_create ("cuda");
  TCase *tcase = tcase_create ("cuda");
  g_autofree gchar *reason = NULL;

  suite_add_tcase (suite, tcase);
  if (!cuda_test_is_here (&reason)) {
    g_print ("no GPU: %s\n", reason);
    tcase_add_loop_test (tcase, test_reason, 0, G_N_ELEMENTS (kinds));
    return suite;
  }
  tcase_add_loop_test (tcase, test_described, 0, G_N_ELEMENTS (kinds));
  suite_add_tcase (suite, gst_ks_check_allocator_case ("cuda-host",
          cuda_test_make, (gpointer) "cuda-host"));
  return suite;
}

GST_CHECK_MAIN (cuda);
