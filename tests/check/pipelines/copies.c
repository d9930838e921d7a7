/* Copies that elements make behind everybody's back: foretold, counted, and avoided where they may be.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/base/gstbasetransform.h>
#include <gst/ks/gstks.h>

#include "runner.h"

#define RUNS 10
#define QUICK_RUNS 2            /* with KS_QUICK */
#define FRAMES 50
#define SOURCE "videotestsrc num-buffers=50" \
    " ! video/x-raw,format=I420,width=320,height=240,framerate=30/1 "
#define TEE SOURCE "! tee name=t t. ! "
#define EACH G_MAXUINT          /* a copy for each frame */

typedef struct
{
  const gchar *name;
  const gchar *needs;
  const gchar *launch;          /* the element in question is x */
  const gchar *sink;            /* its pad */
  guint predicted;              /* copies, or EACH */
  const gchar *lever;           /* what would avoid them, or more of them */
  gboolean luck;                /* without us some frames may be free in time */
} Row;

/* *INDENT-OFF* */
static const Row rows[] = {
  {"a tee, then in place", "videobalance", TEE
      "queue ! videobalance name=x hue=0.2 ! fakesink t. ! queue ! fakesink",
      "sink", 2, "enable-last-sample=false on the other sinks would save the last"},
  {"no base class", "timeoverlay", TEE
      "queue ! timeoverlay name=x ! fakesink t. ! queue ! fakesink",
      "video_sink", 2,
      "enable-last-sample=false on the other sinks would save the last"},
  {"no last sample", "videobalance", TEE "queue ! videobalance name=x hue=0.2"
      " ! fakesink t. ! queue ! fakesink enable-last-sample=false",
      "sink", 1, NULL},
  {"the other branch first", "videobalance", TEE "queue ! fakesink t. ! queue"
      " ! videobalance name=x hue=0.2 ! fakesink", "sink", 2,
      "enable-last-sample=false on the other sinks would save the last"},
  {"no queue before it", "videobalance", TEE "videobalance name=x hue=0.2"
      " ! fakesink async=false t. ! fakesink async=false", "sink", EACH,
      "a queue before it"},
  {"frames that are shown at their time", "videobalance", "videotestsrc"
      " num-buffers=50 ! video/x-raw,format=I420,width=320,framerate=400/1"
      " ! tee name=t t. ! queue ! videobalance name=x hue=0.2 ! fakesink"
      " t. ! queue ! fakesink sync=true", "sink", EACH,
      "sync=false on all sinks", TRUE},
  {"a small queue", "videobalance", TEE "queue max-size-buffers=1"
      " ! videobalance name=x hue=0.2 ! fakesink t. ! queue ! fakesink",
      "sink", EACH, "a larger max-size-buffers", TRUE},
  {"branches that come together", "videobalance compositor", TEE "queue"
      " ! videobalance name=x hue=0.2 ! compositor name=c ! fakesink"
      " t. ! queue ! c.", "sink", EACH, NULL, TRUE},
  {"frames that come twice", "videorate videobalance", SOURCE "! videorate"
      " ! video/x-raw,framerate=60/1 ! videobalance name=x hue=0.2 ! fakesink",
      "sink", EACH, "drop-only=true"},
};
/* *INDENT-ON* */

typedef struct
{
  GstMemory *entered;           /* to compare only */
  guint frames;
  guint copies;
} Count;

static GstPadProbeReturn
enters (GstPad * pad, GstPadProbeInfo * info, gpointer count)
{
  ((Count *) count)->frames++;
  ((Count *) count)->entered =
      gst_buffer_peek_memory (GST_PAD_PROBE_INFO_BUFFER (info), 0);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
leaves (GstPad * pad, GstPadProbeInfo * info, gpointer count)
{
  if (gst_buffer_peek_memory (GST_PAD_PROBE_INFO_BUFFER (info), 0)
      != ((Count *) count)->entered)
    ((Count *) count)->copies++;
  return GST_PAD_PROBE_OK;
}

static void
count_at (GstElement * pipeline, const gchar * sink_name, Count * count)
{
  g_autoptr (GstElement) x = gst_bin_get_by_name (GST_BIN (pipeline), "x");
  g_autoptr (GstPad) sink = gst_element_get_static_pad (x, sink_name);
  g_autoptr (GstPad) src = gst_element_get_static_pad (x, "src");

  *count = (Count) {
  NULL,};
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, enters, count, NULL);
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, leaves, count, NULL);
}

static void
play_to_end (GstElement * pipeline, const gchar * name)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, RUN_WATCHDOG,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL, "%s: silence", name);
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS, "%s: an error",
      name);
}

/* Owned; what the report says of x. */
static GstStructure *
report_of (GstKsNegotiator * negotiator, const gchar * name)
{
  GstStructure *report = gst_ks_negotiator_get_report (negotiator);
  const GValue *copies = gst_structure_get_value (report, "copies");
  GstStructure *found = NULL;

  for (guint i = 0; i < gst_value_array_get_size (copies); i++) {
    const GstStructure *copy = gst_value_get_structure
        (gst_value_array_get_value (copies, i));

    if (g_strcmp0 (gst_structure_get_string (copy, "b"), "x:src") == 0)
      found = gst_structure_copy (copy);
  }
  gst_structure_free (report);
  fail_unless (found != NULL, "%s: no copy foretold", name);
  return found;
}

static void
check_report (const Row * row, const GstStructure * copy, const Count * count)
{
  guint expected = row->predicted == EACH ? count->frames : row->predicted;
  guint64 predicted, observed;

  fail_unless (gst_structure_get_uint64 (copy, "predicted", &predicted));
  fail_unless (gst_structure_get_uint64 (copy, "observed", &observed));
  fail_unless (observed == count->copies, "%s: %" G_GUINT64_FORMAT
      " said, %u seen", row->name, observed, count->copies);
  fail_unless (predicted == expected, "%s: %" G_GUINT64_FORMAT " foretold",
      row->name, predicted);
  fail_unless (observed <= predicted, "%s: %" G_GUINT64_FORMAT " copies, %"
      G_GUINT64_FORMAT " foretold", row->name, observed, predicted);
  fail_unless (gst_structure_get_string (copy, "cause") != NULL);
  fail_unless (g_strcmp0 (gst_structure_get_string (copy, "lever"), row->lever)
      == 0, "%s: %s", row->name, gst_structure_get_string (copy, "lever"));
}

/* Copies of one run; with us also what was foretold. */
static guint
run_once (const Row * row, gboolean planned)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (row->launch, &error);
  GstKsNegotiator *negotiator;
  Count count;

  fail_unless (error == NULL, "%s: %s", row->name, error ? error->message : "");
  negotiator = gst_ks_negotiator_new (GST_BIN (pipeline));
  if (planned)
    gst_ks_negotiator_attach (negotiator);
  count_at (pipeline, row->sink, &count);
  play_to_end (pipeline, row->name);
  if (planned) {
    GstStructure *copy = report_of (negotiator, row->name);

    check_report (row, copy, &count);
    gst_structure_free (copy);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_object_unref (negotiator);
  gst_object_unref (pipeline);
  return row->predicted == EACH && planned ? count.frames : count.copies;
}

/* In every run no more copies than were foretold, and no more foretold than
 * there were in the worst run without us. */
GST_START_TEST (test_copies)
{
  const Row *row = &rows[__i__];
  g_autofree gchar *missing = run_missing (row->needs);
  guint runs = g_getenv ("KS_QUICK") ? QUICK_RUNS : RUNS;
  guint worst = 0, foretold = 0;

  if (missing) {
    g_print ("SKIP: %s: no element %s\n", row->name, missing);
    return;
  }
  for (guint i = 0; i < runs; i++)
    worst = MAX (worst, run_once (row, FALSE));
  for (guint i = 0; i < runs; i++)
    foretold = MAX (foretold, run_once (row, TRUE));
  if (row->predicted != EACH)
    foretold = row->predicted;
  g_print ("%s: %u foretold, %u in the worst run without\n", row->name,
      foretold, worst);
  fail_unless (row->luck
      || foretold <= worst, "%s: %u foretold, %u without us", row->name,
      foretold, worst);
}

GST_END_TEST;

/* --- an element that can work both ways --- */

typedef GstBaseTransform TestBoth;
typedef GstBaseTransformClass TestBothClass;

static GType test_both_get_type (void);
G_DEFINE_TYPE (TestBoth, test_both, GST_TYPE_BASE_TRANSFORM);

static guint in_place, apart;

static GstFlowReturn
test_both_transform_ip (GstBaseTransform * trans, GstBuffer * buffer)
{
  in_place++;
  return GST_FLOW_OK;
}

static GstFlowReturn
test_both_transform (GstBaseTransform * trans, GstBuffer * in, GstBuffer * out)
{
  GstMapInfo map;

  apart++;
  gst_buffer_map (in, &map, GST_MAP_READ);
  gst_buffer_fill (out, 0, map.data, map.size);
  gst_buffer_unmap (in, &map);
  return GST_FLOW_OK;
}

static void
test_both_init (TestBoth * self)
{
  gst_base_transform_set_in_place (self, TRUE);
}

static void
test_both_class_init (TestBothClass * klass)
{
  static GstStaticPadTemplate sink = GST_STATIC_PAD_TEMPLATE ("sink",
      GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  static GstStaticPadTemplate src = GST_STATIC_PAD_TEMPLATE ("src",
      GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gst_element_class_add_static_pad_template (element_class, &sink);
  gst_element_class_add_static_pad_template (element_class, &src);
  gst_element_class_set_static_metadata (element_class, "Both", "Filter",
      "Works in place, or not", "The ksallocator authors");
  klass->transform_ip = test_both_transform_ip;
  klass->transform = test_both_transform;
}

typedef struct
{
  const gchar *name;
  const gchar *launch;
  gboolean apart;
} BothRow;

/* *INDENT-OFF* */
static const BothRow both_rows[] = {
  {"alone", SOURCE "! testboth name=x ! fakesink", FALSE},
  {"behind a tee", TEE "queue ! testboth name=x ! fakesink"
      " t. ! queue ! fakesink", TRUE},
};
/* *INDENT-ON* */

static void
expect_in_place (GstElement * pipeline, gboolean expected)
{
  g_autoptr (GstElement) x = gst_bin_get_by_name (GST_BIN (pipeline), "x");

  fail_unless_equals_int (gst_base_transform_is_in_place (GST_BASE_TRANSFORM
          (x)), expected);
}

/* Where frames are shared it writes into others, else it works in place; and
 * does so again when nobody plans for it. */
GST_START_TEST (test_both_ways)
{
  const BothRow *row = &both_rows[__i__];
  GstElement *pipeline;
  GstKsNegotiator *negotiator;

  gst_element_register (NULL, "testboth", GST_RANK_NONE, test_both_get_type ());
  pipeline = gst_parse_launch (row->launch, NULL);
  negotiator = gst_ks_negotiator_new (GST_BIN (pipeline));
  gst_ks_negotiator_attach (negotiator);
  in_place = apart = 0;
  play_to_end (pipeline, row->name);
  expect_in_place (pipeline, !row->apart);
  gst_ks_negotiator_detach (negotiator);
  expect_in_place (pipeline, TRUE);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless (in_place == (row->apart ? 0 : FRAMES), "%s: %u in place",
      row->name, in_place);
  fail_unless (apart == (row->apart ? FRAMES : 0), "%s: %u apart", row->name,
      apart);
  g_object_unref (negotiator);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
copies_suite (void)
{
  Suite *suite = suite_create ("copies");
  TCase *tcase = tcase_create ("copies");

  tcase_set_timeout (tcase, 120);
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_copies, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_both_ways, 0, G_N_ELEMENTS (both_rows));
  return suite;
}

GST_CHECK_MAIN (copies);
