/* Frames whose buffers are thrown away, copied or kept: their memory is reused.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "runner.h"
#include "since.h"

#include <gst/ks/gstks.h>

#define FRAMES 100
/* Frames in motion at once are few; the bound leaves room for queues. */
#define FRESH_BOUND 24

#define SOURCE "videotestsrc num-buffers=100 pattern=black" \
    " ! video/x-raw,format=I420,width=640,height=480 ! ksallocator name=ks ! "
#define AUDIO "audiotestsrc num-buffers=200 ! ksallocator name=ks ! "

typedef struct
{
  const gchar *name;
  const gchar *needs;           /* elements, separated by spaces */
  const gchar *launch;
  guint handed_out;             /* frames that come from our pool, at least */
  guint discarded;              /* buffers that are thrown away, at least */
  gboolean until_24;            /* with an older GStreamer only */
} DiscardRow;

/* *INDENT-OFF* */
static const DiscardRow rows[] = {
  {"fakesink", "fakesink", SOURCE "fakesink", FRAMES, 0},
  {"videocrop", "videocrop", SOURCE "videocrop left=16 ! fakesink", FRAMES, 0},
  {"videoflip", "videoflip",
      SOURCE "videoflip method=rotate-180 ! fakesink", FRAMES, 0},
  {"compositor", "compositor", SOURCE "compositor ! fakesink", FRAMES, 0},
  {"vp8enc", "vp8enc", SOURCE "vp8enc deadline=1 cpu-used=16 ! fakesink",
      FRAMES, 0},
  {"rtpvrawpay", "rtpvrawpay", SOURCE "rtpvrawpay ! fakesink", FRAMES, 0},
  {"matroskamux", "matroskamux", SOURCE "matroskamux ! fakesink", FRAMES,
      FRAMES / 2, TRUE},
  {"y4menc", "y4menc", SOURCE "y4menc ! fakesink", FRAMES, FRAMES / 2},
  {"gdppay", "gdppay", SOURCE "gdppay ! fakesink", FRAMES, FRAMES / 2},
  {"rawvideoparse", "rawvideoparse",
      SOURCE "rawvideoparse width=640 height=480 format=i420 ! fakesink",
      FRAMES, FRAMES / 2, TRUE},
  {"tee-videobalance", "tee queue videobalance",
      SOURCE "tee name=t t. ! queue max-size-buffers=4 ! videobalance saturation=0.5 ! fakesink"
          " t. ! queue max-size-buffers=4 ! fakesink", FRAMES, 0},
  {"tee-timeoverlay", "tee queue timeoverlay",
      SOURCE "tee name=t t. ! queue max-size-buffers=4 ! timeoverlay ! fakesink"
          " t. ! queue max-size-buffers=4 ! fakesink", FRAMES, 0},
  {"videorate-videobalance", "videorate videobalance",
      SOURCE "videorate ! video/x-raw,framerate=60/1"
          " ! videobalance saturation=0.5 ! fakesink", FRAMES, 0},
  {"imagefreeze-videobalance", "imagefreeze videobalance",
      "videotestsrc num-buffers=1 ! video/x-raw,format=I420,width=640,height=480"
          " ! ksallocator name=ks ! imagefreeze num-buffers=50"
          " ! videobalance saturation=0.5 ! fakesink", 1, 0},
  {"audio-tee-volume", "tee queue volume",
      AUDIO "tee name=t t. ! queue max-size-buffers=4 ! volume volume=0.5 ! fakesink"
          " t. ! queue max-size-buffers=4 ! fakesink", 0, 0},
};
/* *INDENT-ON* */

GST_START_TEST (test_memory_is_reused)
{
  const DiscardRow *row = &rows[__i__];
  g_autofree gchar *missing = run_missing (row->needs);
  Run run;

  if (missing) {
    g_print ("SKIP: %s: no element %s\n", row->name, missing);
    return;
  }
  run_launch (row->launch, FALSE, &run);
  fail_unless (run.eos, "%s: %s", row->name,
      run.error ? run.error->message : "no EOS");

  guint64 fresh = run_count (&run, "fresh");
  guint64 out = fresh + run_count (&run, "reused");
  guint64 discarded = run_count (&run, "discarded");
  fail_unless (out >= row->handed_out,
      "%s: %" G_GUINT64_FORMAT " of our frames", row->name, out);
  fail_unless (fresh <= FRESH_BOUND, "%s: %" G_GUINT64_FORMAT " fresh blocks",
      row->name, fresh);
  fail_unless (discarded >= row->discarded
      || (row->until_24 && BUFFERS_COME_BACK),
      "%s: %" G_GUINT64_FORMAT " discards", row->name, discarded);
  fail_unless_equals_uint64 (run_count (&run, "handed-out"), 0);
  run_clear (&run);
}

GST_END_TEST;

static Suite *
discards_suite (void)
{
  Suite *s = suite_create ("discards");
  TCase *tc = tcase_create ("reuse");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_memory_is_reused, 0, G_N_ELEMENTS (rows));
  return s;
}

GST_CHECK_MAIN (discards);
