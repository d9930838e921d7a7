/* The conformance suite over the kind `file`.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/kscheck/gstkscheck.h>

GType gst_ks_backend_file_get_type (void);

static GstKsCheckBackend check = {.kind = "file" };

static Suite *
file_suite (void)
{
  Suite *suite = suite_create ("file");
  g_autofree gchar *reason = NULL;

  check.device = g_get_tmp_dir ();
  gst_ks_backend_register (NULL, gst_ks_backend_file_get_type ());
  reason = gst_ks_check_backend_skip (&check);
  if (reason != NULL) {
    g_print ("SKIP: %s\n", reason);
    exit (77);
  }
  suite_add_tcase (suite, gst_ks_check_backend_case (&check));
  return suite;
}

GST_CHECK_MAIN (file);
