/* The tracer ks names who starves the pool of an application that nobody can edit.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "tracerchild.h"

#include <gst/ks/gstks.h>

/* --- the child --- */

static void
end_wait (GstKsPool * pool, GstKsPoolEvent event, const GError * error,
    gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
}

/* A frame is the sink's once it is the last sample: the wait for the next one
 * must not begin before, or somebody else is named. */
static gboolean
wait_for_sink (GstElement * pipeline)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline),
      "sink");
  gint64 end = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;
  gboolean has_it = FALSE;

  while (!has_it && g_get_monotonic_time () < end) {
    g_autoptr (GstSample) sample = NULL;

    g_object_get (sink, "last-sample", &sample, NULL);
    has_it = sample != NULL;
    g_usleep (1000);
  }
  return has_it;
}

/* An application with a pool of its own, whose sink keeps the only frame. */
static gboolean
run_pool (const gchar * line)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get ("system", NULL,
      NULL);
  GstKsPoolOptions options = GST_KS_POOL_OPTIONS_INIT;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, NULL);
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline),
      "source");
  g_autoptr (GstKsPool) pool = NULL;
  GstStructure *config;
  GstBuffer *buffer = NULL;
  GstFlowReturn flow = GST_FLOW_OK;

  options.starve_timeout = 300 * GST_MSECOND;
  options.report = end_wait;
  options.report_data = cancellable;
  pool = gst_ks_pool_new (allocator, NULL, &options);
  config = gst_buffer_pool_get_config (GST_BUFFER_POOL (pool));
  gst_buffer_pool_config_set_params (config, NULL, 4096, 0, 1);
  gst_buffer_pool_set_config (GST_BUFFER_POOL (pool), config);
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (flow == GST_FLOW_OK) {
    flow = gst_ks_pool_acquire_cancellable (pool, cancellable, &buffer);
    if (flow == GST_FLOW_OK)
      g_signal_emit_by_name (source, "push-buffer", buffer, &flow);
    if (buffer != NULL && !wait_for_sink (pipeline))
      flow = GST_FLOW_ERROR;
    gst_clear_buffer (&buffer);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  return g_cancellable_is_cancelled (cancellable);
}

/* --- the parent --- */

static const struct
{
  const gchar *name;
  const gchar *tracers;         /* NULL: none */
  const gchar *line;
  const gchar *said;            /* NULL: nothing is */
} starving[] = {
  {"a sink", "ks(report=starve)", "appsrc name=source format=time"
        " ! fakesink name=sink async=false", "1 held by sink:sink since "},
  {"its lever", "ks(report=starve)", "appsrc name=source format=time"
        " ! fakesink name=sink async=false", "enable-last-sample=false"},
  {"behind others", "ks(report=copies+starve)", "appsrc name=source"
        " format=time ! bin.( name=b identity ! queue ) ! fakesink name=sink"
        " async=false", "1 held by sink:sink since "},
  {"nobody listens", NULL, "appsrc name=source format=time"
        " ! fakesink name=sink async=false", NULL},
  {"only copies", "ks(report=copies)", "appsrc name=source format=time"
        " ! fakesink name=sink async=false", NULL},
};

/* Pools of an application that nobody can edit: said at once, with names. */
GST_START_TEST (test_starve)
{
  Run run = { starving[__i__].tracers, starving[__i__].line };
  Told told;

  GST_INFO ("%s", starving[__i__].name);
  told = run_child (&run);
  if (starving[__i__].said) {
    fail_unless_says (told.err, "starved: the one frame of the cap is out");
    fail_unless_says (told.err, starving[__i__].said);
  } else {
    fail_if_says (told.err, "starved");
  }
  fail_unless_equals_int (strstr (told.err, REPORT_TITLE) != NULL,
      starving[__i__].tracers && strstr (starving[__i__].tracers, "copies"));
  told_clear (&told);
}

GST_END_TEST;

static Suite *
tracer_suite (void)
{
  Suite *suite = suite_create ("tracer ks");
  TCase *tc = tcase_create ("starve");

  tcase_set_timeout (tc, 3 * CHILD_SECONDS);
  suite_add_tcase (suite, tc);
  tcase_add_loop_test (tc, test_starve, 0, G_N_ELEMENTS (starving));
  return suite;
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_has_prefix (argv[1], CHILD))
    return child_main (argv[1], argv[2], run_pool);
  gst_check_init (&argc, &argv);
  return gst_check_run_suite (tracer_suite (), "tracerstarve", __FILE__);
}
