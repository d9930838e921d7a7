/* The test of the backend of backend.c: open it, run the suite.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/kscheck/gstkscheck.h>

GType gst_ks_backend_sample_get_type (void);

static GstAllocator *
make (gpointer unused)
{
  return gst_ks_allocator_get ("sample", NULL, NULL);
}

static Suite *
sample_suite (void)
{
  Suite *suite = suite_create ("sample");
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsBackend) backend = NULL;

  gst_ks_backend_register (NULL, gst_ks_backend_sample_get_type ());
  backend = gst_ks_backend_get ("sample", NULL, &error);
  if (backend == NULL) {
    g_print ("SKIP: %s\n", error->message);
    exit (77);
  }
  suite_add_tcase (suite, gst_ks_check_allocator_case ("sample", make, NULL));
  return suite;
}

GST_CHECK_MAIN (sample);
