/* What gst_ks_appsrc_negotiate() says when there are no frames to be had.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "appsrcapp.h"

typedef struct
{
  const gchar *name;
  const gchar *launch;
  const gchar *caps;
  const gchar *sink;            /* framing; NULL: none */
  const gchar *source;          /* framing; NULL: none */
  GstState state;
  gint code;
  const gchar *text;            /* that the message has */
} ErrorRow;

/* *INDENT-OFF* */
static const ErrorRow errors[] = {
  {"other-element", "fakesrc name=a is-live=true ! " SINK, SMALL, NULL, NULL,
      GST_STATE_PAUSED, GST_KS_ERROR_NOT_SUPPORTED, "gst_ks_pad_attach"},
  {"caps", SOURCE "! " SINK, "video/x-raw,format={RGB,NV12}", NULL, NULL,
      GST_STATE_PAUSED, GST_KS_ERROR_INVALID, "one value"},
  {"not-linked", SOURCE SINK, SMALL, NULL, NULL, GST_STATE_PAUSED,
      GST_KS_ERROR_STATE, "link it first"},
  {"not-paused", SOURCE "! " SINK, SMALL, NULL, NULL, GST_STATE_READY,
      GST_KS_ERROR_STATE, "PAUSED"},
  {"refused", SOURCE "! video/x-raw,format=NV12 ! " SINK, SMALL, NULL, NULL,
      GST_STATE_PAUSED, GST_KS_ERROR_CONFLICT, "does not take"},
  {"no-size", SOURCE "! " SINK, "audio/x-raw,format=S16LE,rate=8000,channels=1,"
      "layout=interleaved", NULL, NULL, GST_STATE_PAUSED, GST_KS_ERROR_INVALID,
      "how big"},
  {"conflict", SOURCE "! " SINK, SMALL, "shared", "system", GST_STATE_PAUSED,
      GST_KS_ERROR_CONFLICT, ""},
  {"unknown-kind", SOURCE "! " SINK, SMALL, NULL, "mycard", GST_STATE_PAUSED,
      GST_KS_ERROR_UNKNOWN_KIND, "mycard"},
  {"both-insist", SOURCE "! " SINK, SMALL, "system, flags=must-allocate",
      "system, flags=must-allocate", GST_STATE_PAUSED, GST_KS_ERROR_CONFLICT,
      "must-allocate"},
};
/* *INDENT-ON* */

GST_START_TEST (test_errors)
{
  const ErrorRow *row = &errors[__i__];
  g_autoptr (GstCaps) caps = gst_caps_from_string (row->caps);
  g_autoptr (GstKsFraming) framing = row->source ? framing_of (row->source)
      : NULL;
  g_autoptr (GError) error = NULL;
  App app;

  app_init (&app, row->launch, FALSE);
  attach (&app, row->sink);
  gst_element_set_state (app.pipeline, row->state);
  fail_unless (gst_ks_appsrc_negotiate (app.appsrc, caps, framing,
          &error) == NULL, "%s", row->name);
  fail_unless (g_error_matches (error, GST_KS_ERROR, row->code), "%s: %s",
      row->name, error->message);
  fail_unless (strstr (error->message, row->text) != NULL, "%s: %s", row->name,
      error->message);
  app_clear (&app);
}

GST_END_TEST;

static void
expect_error (App * app, const gchar * text)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (SMALL);
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_appsrc_negotiate (app->appsrc, caps, NULL,
          &error) == NULL);
  fail_unless (g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_STATE), "%s",
      error->message);
  fail_unless (strstr (error->message, text) != NULL, "%s", error->message);
}

GST_START_TEST (test_too_late)
{
  App app;

  app_init (&app, SOURCE "! " SINK, FALSE);
  get_ready (&app);
  push (&app, gst_buffer_new_allocate (NULL, SMALL_SIZE, NULL));
  expect_error (&app, "before the first one");
  app_clear (&app);
}

GST_END_TEST;

/* The plan is there all the same: appsrc asked itself. */
GST_START_TEST (test_late_with_a_plan)
{
  App app;

  app_init (&app, SOURCE "caps=" LARGE " ! " SINK, TRUE);
  attach (&app, "shared, align=4096");
  get_ready (&app);
  push (&app, gst_buffer_new_allocate (NULL, LARGE_SIZE, NULL));
  fail_unless_equals_int (gst_element_get_state (app.pipeline, NULL, NULL,
          RUN_WATCHDOG), GST_STATE_CHANGE_SUCCESS);
  GstBufferPool *pool = negotiate (&app, SMALL, NULL);
  expect_kind (pool, "shared", 4096);
  fill (&app, pool, 5, SMALL_SIZE);
  play_to_the_end (&app, "late");
  fail_unless_equals_int (g_atomic_int_get (&app.frames), 6);
  fail_unless_equals_int (g_atomic_int_get (&app.wrong), 0);
  let_go (pool);
  app_clear (&app);
}

GST_END_TEST;

static GstPadProbeReturn
block (GstPad * pad, GstPadProbeInfo * info, gpointer gate)
{
  gate_open (gate);
  return GST_PAD_PROBE_OK;
}

GST_START_TEST (test_blocked_downstream)
{
  g_autoptr (GstElement) identity = NULL;
  Gate gate = { 0 };
  g_autoptr (GstPad) pad = NULL;
  App app;

  app_init (&app, SOURCE "! identity name=i ! " SINK, FALSE);
  identity = gst_bin_get_by_name (GST_BIN (app.pipeline), "i");
  pad = gst_element_get_static_pad (identity, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, block, &gate,
      NULL);
  get_ready (&app);
  gate_wait (&gate);
  expect_error (&app, "holds the stream up");
  app_clear (&app);
}

GST_END_TEST;

GST_START_TEST (test_pulled_from)
{
  App app;

  app_init (&app, "appsrc name=a stream-type=random-access size=100000"
      " ! typefind ! " SINK, FALSE);
  get_ready (&app);
  expect_error (&app, "pulled from");
  app_clear (&app);
}

GST_END_TEST;

static Suite *
appsrcerrors_suite (void)
{
  Suite *suite = suite_create ("appsrcerrors");
  TCase *tcase = tcase_create ("appsrcerrors");

  gst_ks_init ();
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_errors, 0, G_N_ELEMENTS (errors));
  tcase_add_test (tcase, test_too_late);
  tcase_add_test (tcase, test_late_with_a_plan);
  tcase_add_test (tcase, test_blocked_downstream);
  tcase_add_test (tcase, test_pulled_from);
  return suite;
}

GST_CHECK_MAIN (appsrcerrors);
