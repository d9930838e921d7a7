/* All of our plugins in one program, found in no folder: each is linked, and
 * registered by its name.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#include "runner.h"

/* KS_STATIC_PLUGINS is of Meson: PLUGIN (ksallocator) PLUGIN (kspci) ... */
#define PLUGIN(name) GST_PLUGIN_STATIC_DECLARE (name);
KS_STATIC_PLUGINS
#undef PLUGIN
#define PLUGIN(name) #name,
static const gchar *const names[] = { KS_STATIC_PLUGINS NULL };

#undef PLUGIN

static void
setup (void)
{
  gst_ks_init ();
#define PLUGIN(name) GST_PLUGIN_STATIC_REGISTER (name);
  KS_STATIC_PLUGINS
#undef PLUGIN
}

GST_START_TEST (test_no_file_is_loaded)
{
  for (guint i = 0; names[i]; i++) {
    g_autoptr (GstPlugin) plugin =
        gst_registry_find_plugin (gst_registry_get (), names[i]);

    fail_unless (plugin != NULL, "no plugin %s", names[i]);
    fail_unless (gst_plugin_get_filename (plugin) == NULL, "%s is of %s",
        names[i], gst_plugin_get_filename (plugin));
  }
}

GST_END_TEST;

GST_START_TEST (test_line)
{
  Run run;

  run_launch ("videotestsrc num-buffers=5 ! ksupload memory=shared ! queue"
      " ! ksdownload ! ksallocator name=ks align=4096 ! fakesink", FALSE, &run);
  fail_unless (run.error == NULL, "%s", run.error ? run.error->message : "");
  fail_unless (run.eos);
  fail_unless (run.stats != NULL);
  run_clear (&run);
}

GST_END_TEST;

GST_START_TEST (test_tracer)
{
  g_autoptr (GstPluginFeature) tracer = gst_registry_lookup_feature
      (gst_registry_get (), "ks");

  fail_unless (GST_IS_TRACER_FACTORY (tracer));
  fail_unless_equals_string (gst_plugin_feature_get_plugin_name (tracer),
      "ksallocator");
}

GST_END_TEST;

GST_START_TEST (test_each_has_features)
{
  for (guint i = 0; names[i]; i++) {
    GList *features = gst_registry_get_feature_list_by_plugin
        (gst_registry_get (), names[i]);

    fail_unless (features != NULL, "%s registers nothing", names[i]);
    gst_plugin_feature_list_free (features);
  }
}

GST_END_TEST;

/* Nothing is opened: that hangs on the machine. */
GST_START_TEST (test_kinds)
{
  g_auto (GStrv) kinds = gst_ks_backend_list_kinds ();

  for (guint i = 0; kinds[i]; i++) {
    g_autoptr (GError) error = NULL;
    g_auto (GStrv) devices = gst_ks_backend_list_devices (kinds[i], &error);

    fail_unless (devices != NULL, "%s: %s", kinds[i],
        error ? error->message : "?");
  }
}

GST_END_TEST;

static Suite *
staticplugins_suite (void)
{
  Suite *suite = suite_create ("staticplugins");
  TCase *tcase = tcase_create ("registered");

  tcase_add_unchecked_fixture (tcase, setup, NULL);
  tcase_add_test (tcase, test_no_file_is_loaded);
  tcase_add_test (tcase, test_line);
  tcase_add_test (tcase, test_tracer);
  tcase_add_test (tcase, test_each_has_features);
  tcase_add_test (tcase, test_kinds);
  suite_add_tcase (suite, tcase);
  return suite;
}

GST_CHECK_MAIN (staticplugins);
