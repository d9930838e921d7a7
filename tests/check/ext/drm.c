/* The kind dumb where there is no card: how one is found, and the reasons.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "nodetest.h"

typedef struct
{
  const gchar *nodes;           /* files in /dev */
  const gchar *device;
  const gchar *reason;          /* part of the message */
} Row;

static const Row rows[] = {
  {"", NULL, "no card in"},
  {"", NULL, "modprobe vgem"},
  {"", "card0", "no card in"},
  {"", "/nonexistent/card0", "/nonexistent/card0: No such file"},
  {"dri/card0", NULL, "card0: is not a DRM card"},
  {"dri/card0", "card0", "card0: is not a DRM card"},
  {"dri/renderD128 dri/by-path", NULL, "no card in"},
  {"dri/card0 dri/card1", "vkms", "no card of the driver vkms in"},
  {"dri/card0 dri/card1", "vkms", "card1: is not a DRM card"},
};

GST_START_TEST (test_reasons)
{
  const Row *row = &rows[__i__];
  gchar *dev = fake_dev_new (row->nodes);
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_backend_get ("dumb", row->device, &error) == NULL);
  assert_error (&error, GST_KS_ERROR_UNAVAILABLE, row->reason);
  fake_dev_free (dev);
}

GST_END_TEST;

GST_START_TEST (test_forbidden)
{
  gchar *dev = fake_dev_new ("dri/card0");
  g_autofree gchar *node = g_build_filename (dev, "dri/card0", NULL);
  g_autoptr (GError) error = NULL;

  /* the plugin is loaded while that is still allowed */
  fail_unless (gst_ks_backend_get ("dumb", "/nonexistent", NULL) == NULL);
  fail_unless (g_chmod (node, 0) == 0 && g_chmod (dev, 0755) == 0);
  become_nobody ();
  fail_unless (gst_ks_backend_get ("dumb", NULL, &error) == NULL);
  assert_error (&error, GST_KS_ERROR_UNAVAILABLE, "group video");
  fail_unless (getuid () != 0 || seteuid (0) == 0);
  fake_dev_free (dev);
}

GST_END_TEST;

GST_START_TEST (test_devices)
{
  gchar *dev = fake_dev_new ("dri/card10 dri/card2 dri/card0 dri/renderD128 "
      "dri/cards");
  g_autofree gchar *list = NULL;
  g_auto (GStrv) devices = NULL;
  GstKsBackendClass *klass;

  fail_unless (gst_ks_backend_get ("dumb", NULL, NULL) == NULL);
  klass = g_type_class_ref (g_type_from_name ("GstKsBackendDumb"));
  devices = klass->list_devices (klass);
  list = g_strjoinv (" ", devices);
  fail_unless_equals_string (list, "card0 card2 card10");
  g_type_class_unref (klass);
  fake_dev_free (dev);
}

GST_END_TEST;

static Suite *
drm_suite (void)
{
  Suite *suite = suite_create ("drm");
  TCase *tcase = tcase_create ("without cards");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_reasons, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_forbidden);
  tcase_add_test (tcase, test_devices);
  return suite;
}

GST_CHECK_MAIN (drm);
