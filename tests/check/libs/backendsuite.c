/* The backends' conformance suite over the fake kinds, and that it finds what it is there to find.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheck.h>

#define TOTAL (16 << 20)        /* bytes of memory where there is an end */

static void
fail_from (guint n, gpointer unused)
{
  gst_ks_fake_fail_from (GST_KS_FAKE_ACQUIRE, n);
}

static guint64
get_outstanding (gpointer unused)
{
  return gst_ks_fake_get_outstanding (NULL);
}

static const GstKsCheckBackend checks[] = {
  {.kind = "fake",.total = TOTAL,.fail_from = fail_from,
      .get_outstanding = get_outstanding},
  {.kind = "fake-card",.total = TOTAL,.fail_from = fail_from,
      .get_outstanding = get_outstanding},
  {.kind = "fake-object",.flags = GST_KS_CHECK_BACKEND_WHOLE,.total = TOTAL,
      .fail_from = fail_from,.get_outstanding = get_outstanding},
};

static Suite *
backendsuite_suite (void)
{
  Suite *suite = suite_create ("backendsuite");

  gst_ks_fake_register ();
  gst_ks_fake_register_devices ();
  gst_ks_fake_set_total (TOTAL);
  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    suite_add_tcase (suite, gst_ks_check_backend_case (&checks[i]));
  return suite;
}

GST_CHECK_MAIN (backendsuite);
