/* The test of the element of ksexample.c: register it, run the suite.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/kscheck/gstkscheck.h>

GST_PLUGIN_STATIC_DECLARE (ksexample);

static const GstKsCheckElement echo = {
  .launch = "ksecho",
  .caps = "video/x-raw,format=I420,width=100,height=50,framerate=25/1",
  .flags = GST_KS_CHECK_ELEMENT_HONOURS | GST_KS_CHECK_ELEMENT_PROPOSES,
};

static void
setup (void)
{
  GST_PLUGIN_STATIC_REGISTER (ksexample);
}

static Suite *
ksecho_suite (void)
{
  Suite *suite = suite_create ("ksecho");
  TCase *tcase = gst_ks_check_element_case (&echo);

  tcase_add_checked_fixture (tcase, setup, NULL);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (ksecho);
