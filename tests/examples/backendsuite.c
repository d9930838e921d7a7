/* The conformance suite over the kind `sample`.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/kscheck/gstkscheck.h>

GType gst_ks_backend_sample_get_type (void);

static const GstKsCheckBackend sample = {.kind = "sample" };

static Suite *
sample_suite (void)
{
  Suite *suite = suite_create ("sample");
  g_autofree gchar *reason = NULL;

  gst_ks_backend_register (NULL, gst_ks_backend_sample_get_type ());
  reason = gst_ks_check_backend_skip (&sample);
  if (reason != NULL) {
    g_print ("SKIP: %s\n", reason);
    exit (77);
  }
  suite_add_tcase (suite, gst_ks_check_backend_case (&sample));
  return suite;
}

GST_CHECK_MAIN (sample);
