/* The kinds cuda and cuda-host: bytes, reasons, failures, with the test driver or a real GPU.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "cudatest.h"

#include <string.h>

static const gchar *const kinds[] = { "cuda", "cuda-host" };

/* --- without a GPU --- */

/* Says what is missing and what would help, each time it is asked, for a
 * device by its name as well. */
GST_START_TEST (test_reason)
{
  for (guint round = 0; round < 2; round++) {
    g_autoptr (GError) error = NULL;

    fail_unless (gst_ks_backend_get (kinds[__i__], round == 0 ? NULL : "0",
            &error) == NULL);
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

/* --- the suite --- */

static void
fail_from (guint n, gpointer call)
{
  cuda_test_control ()->fail_from (call, n, CUDA_OUT_OF_MEMORY);
}

static guint64
get_cuda_outstanding (gpointer unused)
{
  return cuda_test_control ()->get_blocks (NULL);
}

static guint64
get_host_outstanding (gpointer unused)
{
  return cuda_test_control ()->get_pinned (NULL);
}

#define DRIVER_MEMORY ((guint64) 64 << 20)

/* What the test driver adds to what a real one can do. */
static GstKsCheckBackend checks[] = {
  {.kind = "cuda",
        .flags = GST_KS_CHECK_BACKEND_WHOLE | GST_KS_CHECK_BACKEND_STAGED,
        .max_align = 256,.total = DRIVER_MEMORY,.fail_from = fail_from,
        .get_outstanding = get_cuda_outstanding,
      .user_data = (gpointer) "cuMemAllocPitch"},
  {.kind = "cuda-host",.fail_from = fail_from,
        .get_outstanding = get_host_outstanding,
      .user_data = (gpointer) "cuMemHostAlloc"},
};

static void
add_suites (Suite * suite)
{
  for (guint i = 0; i < G_N_ELEMENTS (checks); i++) {
    if (cuda_test_control () == NULL) {
      checks[i].flags |= GST_KS_CHECK_BACKEND_NO_CHILD;
      checks[i].total = 0;
      checks[i].fail_from = NULL;
      checks[i].get_outstanding = NULL;
    }
    suite_add_tcase (suite, gst_ks_check_backend_case (&checks[i]));
  }
}

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
  add_suites (suite);
  return suite;
}

GST_CHECK_MAIN (cuda);
