/* Elements whose frames nobody else knows the size of, and a range of sizes below them.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A base class takes a frame from the pool that it is offered and writes what
 * it has into it. The frames are guarded, so that a byte too many is seen.
 */
#include <gst/ks/gstks.h>

#include "runner.h"

typedef struct
{
  const gchar *name;
  const gchar *before;          /* the ksallocator */
  const gchar *behind;
} Line;

static const Line lines[] = {
  {"source of sound", "audiotestsrc num-buffers=3 samplesperbuffer=4096"
        " ! audio/x-raw,format=F32LE", "fakesink"},
  {"resampler", "audiotestsrc num-buffers=3"
        " ! audio/x-raw,format=S16LE,rate=8000 ! audioresample",
      "audio/x-raw,rate=48000 ! fakesink"},
  {"converter", "audiotestsrc num-buffers=3 samplesperbuffer=4096"
        " ! audio/x-raw,format=S16LE ! audioconvert",
      "audio/x-raw,format=F64LE,channels=2 ! fakesink"},
  {"mixer", "audiotestsrc num-buffers=3 samplesperbuffer=4096"
        " ! audiomixer output-buffer-duration=200000000", "fakesink"},
  {"encoder of sound", "audiotestsrc num-buffers=3 samplesperbuffer=4096"
        " ! audioconvert ! wavenc", "fakesink"},
  {"encoder", "videotestsrc num-buffers=3 ! jpegenc", "fakesink"},
  {"decoder of sound", "audiotestsrc num-buffers=3 samplesperbuffer=4096"
        " ! audioconvert ! mulawenc ! mulawdec", "fakesink"},
};

static const gchar *const sizes[] = {
  "size=64", "size=4096", "size=1..16M/4096", "size=64..", "size=..4096"
};

static void
run_line (const Line * line, const gchar * size, gboolean planned, Run * run)
{
  g_autofree gchar *launch = g_strdup_printf ("%s ! ksallocator name=ks"
      " guard=pattern %s ! %s", line->before, size, line->behind);
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error);
  GstKsNegotiator *negotiator;

  fail_unless (error == NULL, "%s: %s", launch, error ? error->message : "");
  negotiator = gst_ks_negotiator_new (GST_BIN (pipeline));
  if (planned)
    gst_ks_negotiator_attach (negotiator);
  run_pipeline (pipeline, launch, FALSE, run);
  g_object_unref (negotiator);
  gst_object_unref (pipeline);
}

/* Each line with each range, alone and under a negotiator. */
GST_START_TEST (test_frames_have_room)
{
  const Line *line = &lines[__i__];

  for (guint i = 0; i < 2 * G_N_ELEMENTS (sizes); i++) {
    Run run;

    run_line (line, sizes[i / 2], i % 2, &run);
    fail_unless (run.eos, "%s, %s, planned %d: %s", line->name, sizes[i / 2],
        i % 2, run.error ? run.error->message : "?");
    run_clear (&run);
  }
}

GST_END_TEST;

/* A framing that a program gives to the sink guesses no better. */
GST_START_TEST (test_attached)
{
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse ("system, size=64",
      NULL);
  g_autofree gchar *launch = g_strdup_printf ("%s ! %s name=sink",
      lines[__i__].before, lines[__i__].behind);
  GstElement *pipeline = gst_parse_launch (launch, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline),
      "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  Run run;

  gst_ks_pad_attach (pad, framing, GST_KS_PIN_FLAG_NONE);
  run_pipeline (pipeline, launch, FALSE, &run);
  fail_unless (run.eos, "%s: %s", launch, run.error ? run.error->message : "?");
  run_clear (&run);
  gst_object_unref (pipeline);
}

GST_END_TEST;

typedef struct
{
  Line line;
  const gchar *ks;
  const gchar *says;
} RefusedRow;

static const RefusedRow refused_rows[] = {
  {{"video", "videotestsrc num-buffers=3 ! video/x-raw,format=I420,width=64,"
              "height=64", "fakesink"}, "size=..4096",
      "size=..4k has no legal value for frames of 6144 bytes"},
  {{"sound", "audiotestsrc num-buffers=3 ! audio/x-raw,format=F32LE,channels=1",
          "fakesink"}, "size=..64 require=error", "it has 4096 bytes"},
  {{"sound that is copied", "audiotestsrc num-buffers=3"
              " ! audio/x-raw,format=F32LE,channels=1", "fakesink"},
      "size=64 require=copy", "it has 4096 bytes, not 64"},
};

/* What is too small is said, and nothing is written. */
GST_START_TEST (test_refused)
{
  const RefusedRow *row = &refused_rows[__i__];
  Run run;

  run_line (&row->line, row->ks, FALSE, &run);
  fail_unless (run.error != NULL, "%s: no error", row->line.name);
  fail_unless (strstr (run.error->message, row->says) != NULL, "%s: %s",
      row->line.name, run.error->message);
  run_clear (&run);
}

GST_END_TEST;

static Suite *
sizes_suite (void)
{
  Suite *suite = suite_create ("sizes");
  TCase *tcase = tcase_create ("sizes");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_frames_have_room, 0, G_N_ELEMENTS (lines));
  tcase_add_loop_test (tcase, test_attached, 0, G_N_ELEMENTS (lines));
  tcase_add_loop_test (tcase, test_refused, 0, G_N_ELEMENTS (refused_rows));
  return suite;
}

GST_CHECK_MAIN (sizes);
