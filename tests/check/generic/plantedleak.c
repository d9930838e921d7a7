/* A leak planted on purpose: a frame of ours that a test never gives back.
 *
 * Proof that LeakSanitizer sees what a test leaks, with the list of what may
 * be: the run has to fail.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

GST_START_TEST (test_leak)
{
  GstAllocator *allocator = gst_ks_allocator_get ("system", NULL, NULL);
  GstKsRequest request = {.size = 4096 };

  fail_unless (gst_ks_allocator_alloc (allocator, &request, NULL) != NULL);
  gst_object_unref (allocator);
}

GST_END_TEST;

static Suite *
plantedleak_suite (void)
{
  Suite *suite = suite_create ("plantedleak");
  TCase *tcase = tcase_create ("all");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_leak);
  return suite;
}

GST_CHECK_MAIN (plantedleak);
