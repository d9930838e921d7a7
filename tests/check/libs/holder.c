/* What elements are known to keep, against what they do keep.
 *
 * Each row runs a real element behind a pool with a cap. It has to pass with
 * one frame more than the table says, and must not with three fewer.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/audio/audio.h>
#include <stdio.h>

#include "../pipelines/runner.h"

#include "../../../gst/ks/gstksholder.h"

#define FRAMES "40"
#define VIDEO "videotestsrc num-buffers=" FRAMES " pattern=black " \
    "! video/x-raw,format=I420,width=320,height=240,framerate=30/1 ! "
#define FIELDS "videotestsrc num-buffers=" FRAMES " pattern=black " \
    "! video/x-raw,format=I420,width=320,height=240,framerate=30/1," \
    "interlace-mode=interleaved ! "
#define SMALL "videotestsrc num-buffers=" FRAMES " pattern=black " \
    "! video/x-raw,format=I420,width=64,height=64,framerate=30/1 ! "
#define AUDIO(channels) "audiotestsrc num-buffers=" FRAMES \
    " ! audio/x-raw,format=" GST_AUDIO_NE (S16) ",rate=48000,channels=" #channels " ! "
#define END " ! fakesink enable-last-sample=false"

/* Bytes of 1024 samples: audio caps do not say how large a buffer is. */
#define OF_VIDEO ""
#define OF_MONO "size=2048"
#define OF_STEREO "size=4096"

/* A stream that stands still is given up after this; it may be a slow machine
 * too, which makes the table look better than it is, and never worse. */
#define SHORT "200000000"
#define LONG "10000000000"
/* How many more than needed the table may say. */
#define SLACK 2

typedef struct
{
  const gchar *name;            /* of the factory, and the rest of the row's */
  const gchar *source;
  const gchar *size;
  const gchar *chain;           /* the element is called e */
  gboolean modifies, duplicates, shares, unbounded;
  const gchar *cause;           /* NULL: keeps nothing */
} Row;

/* *INDENT-OFF* */
static const Row rows[] = {
  {"fakesink", VIDEO, OF_VIDEO, "fakesink name=e", .cause = "last-sample"},
  {"fakesink forgets", VIDEO, OF_VIDEO,
      "fakesink name=e enable-last-sample=false"},
  {"appsink", VIDEO, OF_VIDEO, "appsink name=e sync=false emit-signals=true",
      .unbounded = TRUE, .cause = "application"},
  {"appsink forgets", VIDEO, OF_VIDEO, "appsink name=e sync=false"
      " emit-signals=true enable-last-sample=false", .unbounded = TRUE,
      .cause = "application"},
  {"queue", VIDEO, OF_VIDEO, "queue name=e" END},
  {"queue buffers", VIDEO, OF_VIDEO, "queue name=e min-threshold-buffers=3"
      END, .cause = "min-threshold-buffers"},
  {"queue bytes", VIDEO, OF_VIDEO, "queue name=e min-threshold-bytes=400000"
      END, .cause = "min-threshold-bytes"},
  {"queue time", VIDEO, OF_VIDEO, "queue name=e min-threshold-time=150000000"
      END, .cause = "min-threshold-time"},
  {"queue2", VIDEO, OF_VIDEO, "queue2 name=e" END},
  {"multiqueue", VIDEO, OF_VIDEO, "multiqueue name=e" END},
  {"tee", VIDEO, OF_VIDEO, "tee name=e" END},
  {"identity", VIDEO, OF_VIDEO, "identity name=e" END},
  {"funnel", VIDEO, OF_VIDEO, "funnel name=e" END},
  {"valve", VIDEO, OF_VIDEO, "valve name=e" END},
  {"videorate", VIDEO, OF_VIDEO, "videorate name=e" END,
      .duplicates = TRUE, .cause = "repeat"},
  {"videorate up", VIDEO, OF_VIDEO,
      "videorate name=e ! video/x-raw,framerate=60/1" END,
      .duplicates = TRUE, .cause = "repeat"},
  {"videorate drops", VIDEO, OF_VIDEO,
      "videorate name=e drop-only=true ! video/x-raw,framerate=10/1" END},
  {"imagefreeze", VIDEO, OF_VIDEO, "imagefreeze name=e num-buffers=5" END,
      .duplicates = TRUE, .cause = "repeat"},
  {"deinterlace", VIDEO, OF_VIDEO, "deinterlace name=e" END},
  {"deinterlace off", FIELDS, OF_VIDEO, "deinterlace name=e mode=disabled" END},
  {"deinterlace fields", FIELDS, OF_VIDEO, "deinterlace name=e" END,
      .cause = "fields"},
  {"deinterlace always", VIDEO, OF_VIDEO,
      "deinterlace name=e mode=interlaced" END, .cause = "fields"},
  {"deinterlace greedyh", VIDEO, OF_VIDEO,
      "deinterlace name=e mode=interlaced method=greedyh" END,
      .cause = "fields"},
  {"deinterlace yadif", VIDEO, OF_VIDEO,
      "deinterlace name=e mode=interlaced method=yadif" END,
      .cause = "fields"},
  {"interlace", VIDEO, OF_VIDEO, "interlace name=e" END, .cause = "field"},
  {"fieldanalysis", VIDEO, OF_VIDEO, "fieldanalysis name=e" END,
      .cause = "fields"},
  {"ivtc", VIDEO, OF_VIDEO, "ivtc name=e" END, .cause = "fields"},
  {"textoverlay", VIDEO, OF_VIDEO, "textoverlay name=e text=x" END,
      .modifies = TRUE},
  {"timeoverlay", VIDEO, OF_VIDEO, "timeoverlay name=e" END,
      .modifies = TRUE},
  {"gdkpixbufoverlay", VIDEO, OF_VIDEO, "gdkpixbufoverlay name=e" END},
  {"compositor", VIDEO, OF_VIDEO, "compositor name=e" END,
      .cause = "other inputs"},
  {"compositor slow", VIDEO, OF_VIDEO,
      "compositor name=e ! video/x-raw,framerate=10/1" END,
      .cause = "other inputs"},
  {"compositor fast", VIDEO, OF_VIDEO,
      "compositor name=e ! video/x-raw,framerate=120/1" END,
      .cause = "other inputs"},
  {"videomixer", VIDEO, OF_VIDEO, "videomixer name=e" END,
      .cause = "other inputs"},
  {"videobalance", VIDEO, OF_VIDEO, "videobalance name=e" END},
  {"videobalance works", VIDEO, OF_VIDEO,
      "videobalance name=e brightness=0.1" END, .modifies = TRUE},
  {"videoconvert", VIDEO, OF_VIDEO,
      "videoconvert name=e ! video/x-raw,format=RGB" END},
  {"videoscale", VIDEO, OF_VIDEO, "videoscale name=e ! video/x-raw,width=160"
      END},
  {"videocrop", VIDEO, OF_VIDEO, "videocrop name=e top=4" END},
  {"matroskamux", VIDEO, OF_VIDEO, "matroskamux name=e" END,
      .shares = TRUE, .cause = "other inputs"},
  {"avimux", VIDEO, OF_VIDEO, "avimux name=e" END,
      .shares = TRUE, .cause = "other inputs"},
  {"y4menc", VIDEO, OF_VIDEO, "y4menc name=e" END, .shares = TRUE},
  {"gdppay", VIDEO, OF_VIDEO, "gdppay name=e" END, .shares = TRUE},
  {"rtpvrawpay", VIDEO, OF_VIDEO, "rtpvrawpay name=e" END, .shares = TRUE},
  {"rawvideoparse", VIDEO, OF_VIDEO,
      "rawvideoparse name=e width=320 height=240" END, .shares = TRUE},
  {"jpegenc", VIDEO, OF_VIDEO, "jpegenc name=e" END},
  {"vp8enc", VIDEO, OF_VIDEO, "vp8enc name=e deadline=1" END},
  {"vp9enc", VIDEO, OF_VIDEO, "vp9enc name=e deadline=1 cpu-used=8" END,
      .cause = "ahead"},
  {"x264enc", VIDEO, OF_VIDEO, "x264enc name=e rc-lookahead=4" END,
      .cause = "ahead"},
  {"x265enc", VIDEO, OF_VIDEO, "x265enc name=e speed-preset=ultrafast" END,
      .cause = "ahead"},
  {"x265enc far", SMALL, OF_VIDEO, "x265enc name=e speed-preset=superfast"
      END, .cause = "ahead"},
  {"x265enc zero", VIDEO, OF_VIDEO,
      "x265enc name=e speed-preset=ultrafast tune=zerolatency" END},
  {"volume", AUDIO (2), OF_STEREO, "volume name=e volume=0.5" END,
      .modifies = TRUE},
  {"audioconvert", AUDIO (2), OF_STEREO,
      "audioconvert name=e ! audio/x-raw,format=F32LE" END},
  {"audiomixer", AUDIO (2), OF_STEREO, "audiomixer name=e" END,
      .cause = "other inputs"},
  {"adder", AUDIO (2), OF_STEREO, "adder name=e" END,
      .cause = "other inputs"},
  {"interleave", AUDIO (1), OF_MONO, "interleave name=e" END,
      .cause = "other inputs"},
  {"audiointerleave", AUDIO (1), OF_MONO, "audiointerleave name=e" END,
      .cause = "other inputs"},
  {"wavenc", AUDIO (2), OF_STEREO, "wavenc name=e" END,
      .shares = TRUE, .cause = "other inputs"},
  {"opusenc", AUDIO (2), OF_STEREO, "opusenc name=e" END, .cause = "input"},
  {"flacenc", AUDIO (2), OF_STEREO, "flacenc name=e" END, .cause = "input"},
  {"audiobuffersplit", AUDIO (2), OF_STEREO, "audiobuffersplit name=e" END,
      .cause = "input"},
  {"spectrascope", AUDIO (2), OF_STEREO, "spectrascope name=e" END,
      .cause = "input"},
  {"goom", AUDIO (2), OF_STEREO, "goom name=e" END, .cause = "input"},
};
/* *INDENT-ON* */

/* --- running --- */

static GstFlowReturn
let_go (GstElement * appsink, gpointer user_data)
{
  GstSample *sample = NULL;

  g_signal_emit_by_name (appsink, "pull-sample", &sample);
  if (sample)
    gst_sample_unref (sample);
  return GST_FLOW_OK;
}

static gboolean
find_sink_pad (GstElement * element, GstPad * pad, gpointer found)
{
  gst_object_replace (found, GST_OBJECT (pad));
  return FALSE;
}

static GstPad *
sink_pad_of (GstElement * pipeline)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline),
      "e");
  GstPad *pad = NULL;

  gst_element_foreach_sink_pad (element, find_sink_pad, &pad);
  fail_unless (pad != NULL);
  return pad;
}

static void
look (GstElement * pipeline, GstKsHolder * holder)
{
  g_autoptr (GstPad) pad = sink_pad_of (pipeline);

  gst_ks_holder_look (pad, holder);
}

/* With caps, and before the end, which changes a queue. */
static GstPadProbeReturn
look_at_first (GstPad * pad, GstPadProbeInfo * info, gpointer holder)
{
  gst_ks_holder_look (pad, holder);
  return GST_PAD_PROBE_REMOVE;
}

/* In the place of what follows, which does not say how large it is either: a
 * pool, and with it a cap, is offered only where somebody does. */
static GstPadProbeReturn
tell_size (GstPad * pad, GstPadProbeInfo * info, gpointer size)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  gst_query_add_allocation_pool (query, NULL, GPOINTER_TO_UINT (size), 0, 0);
  return GST_PAD_PROBE_HANDLED;
}

static void
have_size_told (GstElement * pipeline, const Row * row)
{
  g_autoptr (GstElement) ks = gst_bin_get_by_name (GST_BIN (pipeline), "ks");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (ks, "src");
  guint size;

  if (sscanf (row->size, "size=%u", &size) == 1)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM |
        GST_PAD_PROBE_TYPE_PUSH, tell_size, GUINT_TO_POINTER (size), NULL);
}

static GstElement *
make_pipeline (const Row * row, const gchar * cap, const gchar * timeout)
{
  g_autofree gchar *launch = g_strdup_printf ("%s ksallocator name=ks %s %s%s"
      " starve-timeout=%s ! %s", row->source, row->size,
      cap ? "frames=.." : "", cap ? cap : "", timeout, row->chain);
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error);
  g_autoptr (GstElement) element = NULL;

  fail_unless (error == NULL, "%s: %s", launch, error ? error->message : "");
  have_size_told (pipeline, row);
  element = gst_bin_get_by_name (GST_BIN (pipeline), "e");
  if (g_str_has_prefix (row->name, "appsink"))
    g_signal_connect (element, "new-sample", G_CALLBACK (let_go), NULL);
  return pipeline;
}

/* Whether the stream passes; looks at the element on its way. cap NULL: any. */
static gboolean
passes (const Row * row, const gchar * cap, const gchar * timeout,
    GstKsHolder * holder)
{
  g_autoptr (GstElement) pipeline = make_pipeline (row, cap, timeout);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstPad) pad = sink_pad_of (pipeline);
  Run run = { FALSE, FALSE, NULL, NULL, NULL };
  gboolean over = FALSE;

  if (holder)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, look_at_first, holder,
        NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!over) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
        RUN_WATCHDOG, GST_MESSAGE_EOS | GST_MESSAGE_ERROR
        | GST_MESSAGE_ELEMENT);

    fail_unless (message != NULL, "%s: silence", row->name);
    over = run_note (&run, message, TRUE);
  }
  fail_unless (run.error == NULL, "%s: %s", row->name,
      run.error ? run.error->message : "");
  gst_element_set_state (pipeline, GST_STATE_NULL);
  run_clear (&run);
  return run.eos;
}

static gboolean
passes_with (const Row * row, guint cap, const gchar * timeout)
{
  g_autofree gchar *text = g_strdup_printf ("%u", cap);

  return passes (row, text, timeout, NULL);
}

/* How many frames more than needed the table says. */
static guint
find_slack (const Row * row, guint frames)
{
  guint slack = 0;

  while (slack < frames && slack <= SLACK
      && passes_with (row, frames - slack, SHORT))
    slack++;
  return slack;
}

static gboolean
is_here (const Row * row)
{
  g_auto (GStrv) words = g_strsplit (row->name, " ", 2);
  g_autofree gchar *missing = run_missing (words[0]);

  if (missing)
    g_print ("SKIP: no element %s\n", missing);
  return missing == NULL;
}

GST_START_TEST (test_measured)
{
  const Row *row = &rows[__i__];
  GstKsHolder holder;
  guint slack;

  if (!is_here (row))
    return;
  fail_unless (passes (row, NULL, LONG, &holder), "%s", row->name);
  fail_unless (passes_with (row, holder.frames + 1, LONG),
      "%s keeps more than %u frames", row->name, holder.frames);
  slack = find_slack (row, holder.frames);
  GST_INFO ("%s keeps %u, the table says %u", row->name,
      holder.frames - slack, holder.frames);
  fail_unless (slack <= SLACK, "%s: %u frames are too many", row->name,
      holder.frames);
}

GST_END_TEST;

GST_START_TEST (test_said)
{
  const Row *row = &rows[__i__];
  GstKsHolder holder;

  if (!is_here (row))
    return;
  fail_unless (passes (row, NULL, LONG, &holder), "%s", row->name);
  fail_unless_equals_int (holder.modifies, row->modifies);
  fail_unless_equals_int (holder.duplicates, row->duplicates);
  fail_unless_equals_int (holder.shares, row->shares);
  fail_unless_equals_int (holder.unbounded, row->unbounded);
  fail_unless_equals_int (holder.cause != NULL, row->cause != NULL);
  if (row->cause)
    fail_unless (strstr (holder.cause, row->cause) != NULL, "%s: %s",
        row->name, holder.cause);
  if (holder.frames != 0)
    fail_unless (holder.cause != NULL);
}

GST_END_TEST;

/* --- without a stream --- */

static void
look_at (const gchar * launch, GstKsHolder * holder)
{
  g_autoptr (GstElement) bin = gst_parse_bin_from_description (launch, FALSE,
      NULL);

  look (bin, holder);
}

GST_START_TEST (test_values_count_as_they_are)
{
  g_autoptr (GstElement) bin = gst_parse_bin_from_description
      ("fakesink name=e", FALSE, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (bin), "e");
  GstKsHolder holder;

  look (bin, &holder);
  fail_unless_equals_int (holder.frames, 1);
  fail_unless_equals_string (holder.lever, "enable-last-sample=false");
  g_object_set (sink, "enable-last-sample", FALSE, NULL);
  look (bin, &holder);
  fail_unless_equals_int (holder.frames, 0);
  fail_unless (holder.cause == NULL && holder.lever == NULL);
  fail_unless (holder.lets_go);
}

GST_END_TEST;

/* Bytes and time are no frames as long as nobody knows the caps. */
GST_START_TEST (test_without_caps)
{
  GstKsHolder holder;

  look_at ("queue name=e min-threshold-bytes=1000000"
      " min-threshold-time=1000000000", &holder);
  fail_unless_equals_int (holder.frames, 0);
  look_at ("queue name=e min-threshold-buffers=1", &holder);
  fail_unless_equals_int (holder.frames, 0);
  fail_unless (!holder.lets_go);
  look_at ("deinterlace name=e", &holder);
  fail_unless_equals_int (holder.frames, 1);
}

GST_END_TEST;

/* The border of a bin is not what keeps frames. */
GST_START_TEST (test_in_a_bin)
{
  g_autoptr (GstElement) bin = gst_parse_bin_from_description
      ("identity ! fakesink", TRUE, NULL);
  g_autoptr (GstElement) outer = gst_bin_new ("e");
  g_autoptr (GstPad) border = gst_element_get_static_pad (bin, "sink");
  GstKsHolder holder;

  gst_object_ref_sink (outer);
  gst_bin_add (GST_BIN (outer), gst_object_ref (bin));
  gst_element_add_pad (outer, gst_ghost_pad_new ("sink", border));
  gst_clear_object (&border);
  border = gst_element_get_static_pad (outer, "sink");
  gst_ks_holder_look (border, &holder);
  fail_unless (holder.lets_go && holder.frames == 0);
}

GST_END_TEST;

GST_START_TEST (test_nothing_is_known)
{
  g_autoptr (GstPad) lonely = gst_pad_new ("sink", GST_PAD_SINK);
  g_autoptr (GstPad) border = gst_ghost_pad_new_no_target ("sink",
      GST_PAD_SINK);
  GstKsHolder holder;

  gst_object_ref_sink (lonely);
  gst_object_ref_sink (border);
  gst_ks_holder_look (lonely, &holder);
  fail_unless (!holder.lets_go && holder.frames == 0 && holder.cause == NULL);
  gst_ks_holder_look (border, &holder);
  fail_unless (!holder.lets_go && holder.frames == 0 && holder.cause == NULL);
}

GST_END_TEST;

static Suite *
holder_suite (void)
{
  Suite *s = suite_create ("holder");
  TCase *measured = tcase_create ("measured");
  TCase *still = tcase_create ("still");

  suite_add_tcase (s, measured);
  tcase_add_loop_test (measured, test_measured, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (measured, test_said, 0, G_N_ELEMENTS (rows));
  suite_add_tcase (s, still);
  tcase_add_test (still, test_values_count_as_they_are);
  tcase_add_test (still, test_without_caps);
  tcase_add_test (still, test_in_a_bin);
  tcase_add_test (still, test_nothing_is_known);
  return s;
}

GST_CHECK_MAIN (holder);
