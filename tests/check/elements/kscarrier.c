/* One call to propose and one to decide: in every base class, with others on the other side.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "../pipelines/runner.h"
#include "carrierelements.h"

#include <gst/check/gstharness.h>
#include <gst/ks/gstks.h>

/* --- frames at a pad are as was asked --- */

typedef struct
{
  const gchar *name;
  const gchar *launch;          /* of elements el and, where it is given, other */
  const gchar *at;              /* pad of el where frames are looked at */
  gsize align;                  /* bytes */
  gint ours;                    /* from a pool of ours: 1 yes, 0 no, -1 of no pool */
} Row;

#define RAW "videotestsrc num-buffers=5 ! " CAPS " ! "
#define CAPS "video/x-raw,format=RGB,width=64,height=48,framerate=25/1"
#define CODED "cartsrc num-buffers=5 ! cartvenc ! "
#define AUDIO "audiotestsrc num-buffers=5 ! audio/x-raw,rate=8000,format=S16LE ! "
#define IN " name=el propose=\"mapped,align=512\" "
#define OUT " name=el decide=\"mapped,align=256\" "
#define AWARE " ! cartsink propose=\"mapped,align=4096,frames=2..\""

static const Row rows[] = {
  /* what comes to it, from one that knows nothing */
  {"sink", RAW "cartsink" IN, "sink", 512, 1},
  {"transform, copying", RAW "cartcopy" IN "! fakesink", "sink", 512, 1},
  {"transform, in place", RAW "cartplace" IN "! fakesink", "sink", 512, 1},
  {"transform, passing", RAW "cartpass" IN "! fakesink", "sink", 512, 1},
  {"video filter", RAW "cartfilter" IN "! fakesink", "sink", 512, 1},
  {"video encoder", RAW "cartvenc" IN "! fakesink", "sink", 512, 1},
  {"video decoder", CODED "cartvdec" IN "! fakesink", "sink", 512, -1},
  {"audio encoder", AUDIO "cartaenc" IN "! fakesink", "sink", 512, -1},
  {"audio decoder", AUDIO "cartaenc ! cartadec" IN "! fakesink", "sink", 512,
      -1},
  {"aggregator", RAW "cartagg" IN "! fakesink", "sink_0", 512, 1},
  {"video aggregator", RAW "cartvagg" IN "! fakesink", "sink_0", 512, 1},
  {"behind a queue", RAW "queue ! cartsink" IN, "sink", 512, 1},
  {"behind a decoder", "videotestsrc num-buffers=5 ! jpegenc ! jpegdec ! "
        "cartsink" IN, "sink", 512, 1},
  {"behind a converter", "videotestsrc num-buffers=5 ! video/x-raw,format=NV12 "
        "! videoconvert ! " CAPS " ! cartsink" IN, "sink", 512, 1},
  {"behind a mixer", RAW "compositor ! cartsink" IN, "sink", 512, 1},
  /* what it makes, for one that says nothing */
  {"source", "cartsrc num-buffers=5" OUT "! fakesink", "src", 256, 1},
  {"copying, silence", RAW "cartcopy" OUT "! fakesink", "src", 256, 1},
  {"filter, silence", RAW "cartfilter" OUT "! fakesink", "src", 256, 1},
  {"video decoder, silence", CODED "cartvdec" OUT "! fakesink", "src", 256, 1},
  {"video encoder, silence", RAW "cartvenc" OUT "! fakesink", "src", 256, -1},
  {"audio encoder, silence", AUDIO "cartaenc" OUT "! fakesink", "src", 256,
      -1},
  {"audio decoder, silence", AUDIO "cartaenc ! cartadec" OUT "! fakesink",
      "src", 256, -1},
  {"aggregator, silence", RAW "cartagg" OUT "! fakesink", "src", 256, 1},
  {"video aggregator, silence", RAW "cartvagg" OUT "! fakesink", "src", 256,
      1},
  /* for one that offers a plain pool, less aligned */
  {"source, an encoder", "cartsrc num-buffers=5" OUT "! jpegenc ! fakesink",
      "src", 256, 1},
  {"copying, an encoder", RAW "cartcopy" OUT "! jpegenc ! fakesink", "src",
      256, 1},
  {"filter, an encoder", RAW "cartfilter" OUT "! jpegenc ! fakesink", "src",
      256, 1},
  {"decoder, an encoder", CODED "cartvdec" OUT "! jpegenc ! fakesink", "src",
      256, 1},
  {"mixer, an encoder", RAW "cartvagg" OUT "! jpegenc ! fakesink", "src", 256,
      1},
  {"aggregator, an encoder", RAW "cartagg" OUT "! jpegenc ! fakesink", "src",
      256, 1},
  /* the same pool, where it will do */
  {"source, will do", "cartsrc name=el decide=\"mapped,align=16\" "
        "num-buffers=5 ! jpegenc ! fakesink", "src", 16, 0},
  {"aggregator, will do", RAW "cartagg name=el decide=\"mapped,align=16\" "
        "! jpegenc ! fakesink", "src", 16, 0},
  /* for one that knows us */
  {"source, aware", "cartsrc num-buffers=5" OUT AWARE, "src", 4096, 1},
  {"copying, aware", RAW "cartcopy" OUT AWARE, "src", 4096, 1},
  {"filter, aware", RAW "cartfilter" OUT AWARE, "src", 4096, 1},
  {"video decoder, aware", CODED "cartvdec" OUT AWARE, "src", 4096, 1},
  {"video encoder, aware", RAW "cartvenc" OUT AWARE, "src", 4096, -1},
  {"audio encoder, aware", AUDIO "cartaenc" OUT AWARE, "src", 4096, -1},
  {"audio decoder, aware", AUDIO "cartaenc ! cartadec" OUT AWARE, "src", 4096,
      -1},
  {"aggregator, aware", RAW "cartagg" OUT AWARE, "src", 4096, 1},
  {"video aggregator, aware", RAW "cartvagg" OUT AWARE, "src", 4096, 1},
  /* through it, where frames pass */
  {"in place, aware", RAW "cartplace" IN AWARE, "sink", 4096, 1},
  {"passing, aware", RAW "cartpass" IN AWARE, "sink", 4096, 1},
  /* ksallocator in between */
  {"source, ksallocator", "cartsrc num-buffers=5" OUT
        "! ksallocator align=1024 ! fakesink", "src", 1024, 1},
  {"sink, ksallocator", RAW "ksallocator align=256 ! cartsink" IN, "sink", 512,
      1},
};

typedef struct
{
  const Row *row;
  guint frames;
} Watch;

static GstPadProbeReturn
look_at (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstBuffer *frame = GST_PAD_PROBE_INFO_BUFFER (info);
  Watch *watch = user_data;
  const Row *row = watch->row;
  GstMapInfo map;

  watch->frames++;
  fail_unless (gst_buffer_map (frame, &map, GST_MAP_READ));
  fail_unless (GPOINTER_TO_SIZE (map.data) % row->align == 0,
      "%s: a frame at %p", row->name, map.data);
  gst_buffer_unmap (frame, &map);
  if (row->ours >= 0)
    fail_unless (row->ours == (frame->pool && GST_IS_KS_POOL (frame->pool)),
        "%s: pool %s", row->name, frame->pool
        ? G_OBJECT_TYPE_NAME (frame->pool) : "none");
  return GST_PAD_PROBE_OK;
}

static GstElement *
parse (const gchar * launch)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error);

  fail_unless (pipeline != NULL && error == NULL, "%s: %s", launch,
      error ? error->message : "?");
  return pipeline;
}

/* To the end, without an error or a warning. */
static void
play (GstElement * pipeline, const gchar * name)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      RUN_WATCHDOG, GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING);
  fail_unless (message != NULL, "%s: silence", name);
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS,
      "%s: %" GST_PTR_FORMAT, name, message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_START_TEST (test_frames)
{
  Watch watch = { &rows[__i__], 0 };
  GstElement *pipeline = parse (rows[__i__].launch);
  g_autoptr (GstElement) el = gst_bin_get_by_name (GST_BIN (pipeline), "el");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (el, rows[__i__].at);

  fail_unless (pad != NULL, "%s", rows[__i__].name);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, look_at, &watch, NULL);
  play (pipeline, rows[__i__].name);
  fail_unless (watch.frames > 0, "%s: no frames", rows[__i__].name);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* --- how far a framing goes --- */

static const struct
{
  const gchar *name;
  const gchar *launch;
  const gchar *seen;
} ways[] = {
  {"nobody between", "cartsrc num-buffers=2" OUT AWARE,
      "mapped, frames=2.., align=4096"},
  {"queue", "cartsrc num-buffers=2" OUT "! queue" AWARE,
      "mapped, frames=2.., align=4096"},
  {"identity", "cartsrc num-buffers=2" OUT "! identity" AWARE,
      "mapped, frames=2.., align=4096"},
  {"a caps filter", "cartsrc num-buffers=2" OUT "! " CAPS AWARE,
      "mapped, frames=2.., align=4096"},
  {"one that converts nothing", "cartsrc num-buffers=2" OUT "! " CAPS
        " ! videoconvert ! " CAPS AWARE, "mapped, frames=2.., align=4096"},
  {"one that passes and holds", "cartsrc num-buffers=2" OUT
        "! cartpass propose=\"any,frames=3..,align=8192\"" AWARE,
      "mapped, frames=5.., align=8192"},
  {"in place", "cartsrc num-buffers=2" OUT
        "! cartplace propose=\"any,frames=1..\"" AWARE,
      "mapped, frames=3.., align=4096"},
  {"a converter", "cartsrc num-buffers=2" OUT
        "! video/x-raw,format=NV12 ! videoconvert ! " CAPS AWARE, "none"},
  {"one that copies", "cartsrc num-buffers=2" OUT "! cartcopy" AWARE, "none"},
  {"one that copies and speaks", "cartsrc num-buffers=2" OUT
        "! cartcopy propose=\"mapped,align=32\"" AWARE, "mapped, align=32"},
  {"an encoder", "cartsrc num-buffers=2" OUT "! cartvenc" AWARE, "none"},
};

static void
expect_seen (GstElement * el, const gchar * name, const gchar * expected)
{
  g_autofree gchar *seen = NULL;
  g_autoptr (GstKsFraming) a = NULL;
  g_autoptr (GstKsFraming) b = NULL;

  g_object_get (el, "seen", &seen, NULL);
  fail_unless (seen != NULL, "%s: nothing was decided", name);
  a = gst_ks_framing_parse (seen, NULL);
  b = gst_ks_framing_parse (expected, NULL);
  fail_unless (gst_ks_framing_equal (a, b), "%s: saw %s, not %s", name, seen,
      expected);
}

GST_START_TEST (test_ways)
{
  GstElement *pipeline = parse (ways[__i__].launch);
  g_autoptr (GstElement) el = gst_bin_get_by_name (GST_BIN (pipeline), "el");

  play (pipeline, ways[__i__].name);
  expect_seen (el, ways[__i__].name, ways[__i__].seen);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* --- a tee --- */

#define TEE "cartsrc num-buffers=5 name=el decide=\"mapped\" ! tee name=t ! " \
    "queue ! cartsink propose=\"mapped,align=4096,frames=3..\" t. ! queue ! "

/* What came back through the tee, before it was decided. */
typedef struct
{
  gboolean answered;
  guint size, min;
  gsize align;
} Classic;

static GstPadProbeReturn
note_answer (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  GstKsQueryReply reply;
  Classic *classic = user_data;

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  gst_ks_query_read (query, TRUE, &reply);
  *classic = (Classic) {
  TRUE, reply.size, reply.min, reply.align};
  gst_ks_query_reply_clear (&reply);
  return GST_PAD_PROBE_OK;
}

static void
run_tee (const gchar * launch, const gchar * name, Classic * classic,
    gchar ** seen)
{
  Row row = { name, NULL, NULL, 1, 1 };
  Watch watch = { &row, 0 };
  GstElement *pipeline = parse (launch);
  g_autoptr (GstElement) el = gst_bin_get_by_name (GST_BIN (pipeline), "el");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (el, "src");

  *classic = (Classic) {
  FALSE};
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM
      | GST_PAD_PROBE_TYPE_PULL, note_answer, classic, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, look_at, &watch, NULL);
  play (pipeline, name);
  g_object_get (el, "seen", seen, NULL);
  fail_unless (watch.frames == 5);
  gst_object_unref (pipeline);
}

/* A branch that knows us and one that does not: the old entries are for both. */
GST_START_TEST (test_tee_classic)
{
  g_autofree gchar *seen = NULL;
  Classic classic;

  run_tee (TEE "jpegenc ! fakesink", "a tee", &classic, &seen);
  fail_unless (classic.answered);
  fail_unless_equals_int (classic.align, 4096);
  fail_unless_equals_int (classic.size, CART_SIZE);
  fail_unless (classic.min >= 3, "min %u", classic.min);
  fail_unless_equals_string (seen, "none");
}

GST_END_TEST;

GST_START_TEST (test_tee_silent)
{
  g_autofree gchar *seen = NULL;
  Classic classic;

  run_tee (TEE "fakesink", "a silent branch", &classic, &seen);
  fail_unless_equals_string (seen, "none");
}

GST_END_TEST;

/* Two that differ: merged by our function from 1.26 on, dropped before. */
GST_START_TEST (test_tee_framings)
{
  g_autofree gchar *seen = NULL;
  guint major, minor, micro, nano;
  Classic classic;

  run_tee (TEE "cartsink propose=\"mapped,align=64,frames=2..\"",
      "two framings", &classic, &seen);
  fail_unless_equals_int (classic.align, 4096);
  fail_unless (classic.min >= 3, "min %u", classic.min);
  gst_version (&major, &minor, &micro, &nano);
  if (major == 1 && minor < 25) {
    fail_unless_equals_string (seen, "none");
    g_print ("SKIP: merged framings need GStreamer 1.26, this is %u.%u\n",
        major, minor);
    return;
  }
  g_autoptr (GstKsFraming) a = gst_ks_framing_parse (seen, NULL);
  g_autoptr (GstKsFraming) b =
      gst_ks_framing_parse ("mapped, align=4096, frames=5..", NULL);
  fail_unless (a && gst_ks_framing_equal (a, b), "%s", seen);
}

GST_END_TEST;

/* --- a harness, which insists on finding the query empty --- */

GST_START_TEST (test_harness)
{
  static const gchar *lines[] = {
    "cartplace propose=\"mapped,align=512\"",
    "cartpass propose=\"mapped,align=512\"",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    GstHarness *harness = gst_harness_new_parse (lines[i]);
    GstAllocationParams params = {.align = 63 };
    g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
    g_autoptr (GstQuery) query = NULL;

    gst_harness_set_propose_allocator (harness, NULL, &params);
    gst_harness_set_src_caps (harness, gst_caps_ref (caps));
    query = gst_query_new_allocation (caps, TRUE);
    fail_unless (gst_pad_peer_query (harness->srcpad, query));
    gst_query_parse_nth_allocation_param (query, 0, NULL, &params);
    fail_unless_equals_int (params.align, 511);
    gst_harness_teardown (harness);
  }
}

GST_END_TEST;

/* --- failures --- */

static const struct
{
  const gchar *name;
  const gchar *launch;
  GstMessageType type;
} failures[] = {
  {"a kind that is not here", "cartsrc num-buffers=2 decide=nosuchkind"
        " ! fakesink", GST_MESSAGE_ERROR},
  {"kinds that do not meet", "cartsrc num-buffers=2 decide=huge"
        " ! cartsink propose=shared", GST_MESSAGE_ERROR},
  {"sizes that cannot be, above", "videotestsrc num-buffers=2 ! " CAPS
        " ! cartsink propose=\"mapped,size=..64\"", GST_MESSAGE_WARNING},
};

GST_START_TEST (test_failures)
{
  GstElement *pipeline = parse (failures[__i__].launch);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      RUN_WATCHDOG, failures[__i__].type | GST_MESSAGE_EOS);
  fail_unless (message && GST_MESSAGE_TYPE (message) == failures[__i__].type,
      "%s: %" GST_PTR_FORMAT, failures[__i__].name, message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static void
setup (void)
{
  gst_ks_init ();
  cart_elements_register ();
}

static Suite *
kscarrier_suite (void)
{
  Suite *suite = suite_create ("kscarrier");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, gst_ks_trim_all);
  tcase_add_loop_test (tcase, test_frames, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_ways, 0, G_N_ELEMENTS (ways));
  tcase_add_test (tcase, test_tee_classic);
  tcase_add_test (tcase, test_tee_silent);
  tcase_add_test (tcase, test_tee_framings);
  tcase_add_test (tcase, test_harness);
  tcase_add_loop_test (tcase, test_failures, 0, G_N_ELEMENTS (failures));
  return suite;
}

GST_CHECK_MAIN (kscarrier);
