/* The tracer's negotiate=: a plan for each pipeline that knows nothing of it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "tracerline.h"

#define CHILD_MANY "--child-many"

/* To PAUSED, which takes a frame, and back. */
static void
preroll_and_stop (GstElement * pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static void
run_many (const gchar * line)
{
  for (guint i = 0; i < 65; i++) {
    g_autoptr (GstElement) pipeline = gst_parse_launch (line, NULL);

    preroll_and_stop (pipeline);
    if (i % 8 == 0)
      preroll_and_stop (pipeline);
  }
}

/* Until the process ends. */
static void
leave_running (const gchar * line)
{
  GstElement *pipeline = gst_parse_launch (line, NULL);

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
}

static gboolean
run_line_and_many (const gchar * line)
{
  gboolean ok = run_line (line);

  run_many (line);
  return ok;
}

/* gst_deinit () would wait for its threads, so it goes with CHILD_NO_DEINIT. */
static gboolean
run_line_and_leave (const gchar * line)
{
  gboolean ok = run_line (line);

  leave_running (line);
  return ok;
}

static int
start_child (const gchar * mode, const gchar * line)
{
  if (g_str_equal (mode, CHILD_MANY))
    return child_main (mode, line, run_line_and_many);
  if (g_str_equal (mode, CHILD_NO_DEINIT))
    return child_main (mode, line, run_line_and_leave);
  return child_main (mode, line, run_line);
}

/* Each pipeline has a plan, and its frames come from there. */
GST_START_TEST (test_negotiate)
{
  Run run = { "ks(negotiate=true,report=negotiation,summary=%s)",
    FRAMES ("20") " ! tee name=t ! queue ! gdppay ! fakesink"
        " t. ! queue" TO_SINK
  };
  Told told = run_child (&run);

  fail_unless_says (told.out, "of GstKs");
  fail_unless_says (told.err, "Plan of pipeline0: 0 copies, ");
  fail_unless_says (told.err, "videotestsrc0:src  yes    20      0 ");
  fail_unless_says (told.err, "GstKsPool ");
  fail_unless_says (told.err, "it never asks where its frames shall come from");
  fail_unless_says (told.summary, "\"name\": \"pipeline0\"");
  fail_unless_says (told.summary, "\"status\": \"ok\"");
  fail_unless_says (told.summary, "\"pads\": [");
  fail_unless_equals_uint64 (number_after (told.summary, "\"report\"",
          "elsewhere"), 0);
  fail_unless_equals_uint64 (number_after (told.summary, "\"pipelines\"",
          "more_pipelines"), 0);
  fail_if_says (told.err, "WARNING");
  told_clear (&told);
}

GST_END_TEST;

static const struct
{
  const gchar *name;
  const gchar *tracers;
  gboolean ours;
  const gchar *said;            /* "": nothing is */
} negotiating[] = {
  {"alone", "ks(negotiate=true)", TRUE, ""},
  {"other words", "ks(negotiate=yes,report=copies)", TRUE, REPORT_TITLE},
  {"not", "ks(negotiate=false,report=negotiation)", FALSE,
      "Plans: none, negotiate=true makes one for each pipeline"},
  {"not asked for", "ks(report=negotiation)", FALSE, "Plans: none"},
  {"and a default", "ks(negotiate=true,default=system)", TRUE, ""},
};

GST_START_TEST (test_who_negotiates)
{
  Run run = { negotiating[__i__].tracers, FRAMES ("5") TO_SINK };
  Told told = run_child (&run);

  GST_INFO ("%s", negotiating[__i__].name);
  fail_unless_equals_int (strstr (told.out, "of GstKs") != NULL,
      negotiating[__i__].ours);
  fail_unless_says (told.err, negotiating[__i__].said);
  if (negotiating[__i__].said[0] == '\0')
    fail_unless_equals_string (told.err, "");
  told_clear (&told);
}

GST_END_TEST;

/* Stopped and played again, many of them, and one that nobody stops. */
GST_START_TEST (test_plans_of_many)
{
  Run run = { "ks(negotiate=true,report=negotiation,summary=%s)",
    FRAMES ("3") TO_SINK, CHILD_MANY
  };
  Told told = run_child (&run);

  fail_unless_equals_int (count_text (told.err, "Plan of "), 64);
  fail_unless_says (told.err, "Plans of 2 more pipelines were not kept");
  fail_unless_equals_uint64 (number_after (told.summary, "\"pipelines\"",
          "more_pipelines"), 2);
  told_clear (&told);
}

GST_END_TEST;

GST_START_TEST (test_plan_of_a_running_pipeline)
{
  Run run = { "ks(negotiate=true,report=negotiation)", FRAMES ("3") TO_SINK,
    CHILD_NO_DEINIT
  };
  Told told = run_child (&run);

  fail_unless_says (told.err, "Plan of pipeline1: 0 copies, 1 allocator");
  told_clear (&told);
}

GST_END_TEST;

static Suite *
negotiate_suite (void)
{
  Suite *suite = suite_create ("tracer ks negotiates");
  TCase *tc = tcase_create ("lines");

  tcase_set_timeout (tc, 3 * CHILD_SECONDS);
  suite_add_tcase (suite, tc);
  tcase_add_test (tc, test_negotiate);
  tcase_add_loop_test (tc, test_who_negotiates, 0, G_N_ELEMENTS (negotiating));
  tcase_add_test (tc, test_plans_of_many);
  tcase_add_test (tc, test_plan_of_a_running_pipeline);
  return suite;
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_has_prefix (argv[1], CHILD))
    return start_child (argv[1], argv[2]);
  gst_check_init (&argc, &argv);
  return gst_check_run_suite (negotiate_suite (), "tracernegotiate", __FILE__);
}
