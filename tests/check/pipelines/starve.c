/* Who keeps frames behind a cap is named, with the reason and the remedy.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "runner.h"

#define SOURCE "videotestsrc name=source num-buffers=60 pattern=black" \
    " ! video/x-raw,format=I420,width=320,height=240,framerate=30/1"

typedef struct
{
  const gchar *name;
  guint cap;
  const gchar *between;         /* source and ksallocator */
  const gchar *after;           /* ksallocator */
  const gchar *holder;          /* the one that has most */
  guint frames;                 /* that it has at least */
  const gchar *said[3];         /* in the text */
} PlantedRow;

/* *INDENT-OFF* */
static const PlantedRow rows[] = {
  {"a last sample", 1, "", "fakesink name=sink", "sink:sink", 1,
      {"1 held by sink:sink since 0.", "last-sample",
        "enable-last-sample=false"}},
  {"a queue that waits", 4, "",
      "queue name=q min-threshold-buffers=6 ! fakesink", "q:sink", 4,
      {"4 held by q:sink", "min-threshold-buffers=0"}},
  {"a queue behind another", 4, "",
      "queue ! queue name=q min-threshold-buffers=6 ! fakesink", "q:sink", 4,
      {"4 held by q:sink"}},
  {"an input of an aggregator", 1, "", "compositor name=mix ! fakesink"
      " appsrc format=time ! mix.", "mix:sink_0", 1,
      {"1 held by mix:sink_0", "waits for the other inputs"}},
  {"an input of a muxer", 1, "", "queue ! matroskamux name=mux ! fakesink"
      " appsrc format=time caps=text/x-raw,format=utf8 ! mux.", "mux:video_0",
      1, {"1 held by mux:video_0", "waits for the other inputs"}},
  {"an application", 4, "",
      "appsink name=app sync=false emit-signals=true", "app:sink", 4,
      {"4 held by app:sink", "samples that the application keeps"}},
  {"somebody unknown", 3, "", "hoarder", "hoarder:sink", 3,
      {"3 held by hoarder:sink since 0."}},
  {"its memory only", 3, "", "gdppay ! hoarder", "hoarder:sink", 3,
      {"3 held by hoarder:sink"}},
  {"the frame to repeat", 1, "",
      "videorate name=rate ! fakesink enable-last-sample=false", "rate:sink",
      1, {"1 held by rate:sink", "drop-only=true"}},
  {"fields", 2, "", "deinterlace name=d mode=interlaced method=yadif"
      " ! fakesink", "d:sink", 2, {"2 held by d:sink", "mode=disabled"}},
  {"a branch of a tee", 3, "", "tee name=t"
      " t. ! queue name=q min-threshold-buffers=9 ! fakesink async=false"
      " t. ! fakesink enable-last-sample=false async=false", "q:sink", 3,
      {"3 held by q:sink"}},
  {"the other branch", 3, "", "tee name=t"
      " t. ! fakesink enable-last-sample=false async=false"
      " t. ! queue name=q min-threshold-buffers=9 ! fakesink async=false", "q:sink", 3,
      {"3 held by q:sink"}},
  {"both branches", 4, "", "tee name=t"
      " t. ! queue name=q min-threshold-buffers=9 ! fakesink async=false"
      " t. ! fakesink name=sink async=false", "q:sink", 3,
      {" held by q:sink"}},     /* one of them by the sink as well, soon */
  {"before the element", 3, "! queue name=q min-threshold-buffers=9",
      "fakesink", "q:sink", 3, {"3 held by q:sink"}},
};
/* *INDENT-ON* */

/* --- those that keep --- */

static GMutex lock;             /* kept */
static GQueue kept = G_QUEUE_INIT;      /* GstMiniObject */

static void
keep (gpointer object)
{
  g_mutex_lock (&lock);
  g_queue_push_tail (&kept, object);
  g_mutex_unlock (&lock);
}

static void
let_go (void)
{
  g_mutex_lock (&lock);
  g_queue_clear_full (&kept, (GDestroyNotify) gst_mini_object_unref);
  g_mutex_unlock (&lock);
}

static GstFlowReturn
keep_sample (GstElement * appsink, gpointer user_data)
{
  GstSample *sample = NULL;

  g_signal_emit_by_name (appsink, "pull-sample", &sample);
  if (sample)
    keep (sample);
  return GST_FLOW_OK;
}

static GstFlowReturn
keep_buffer (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  keep (buffer);
  return GST_FLOW_OK;
}

static void
add_hoarder (GstElement * pipeline, GstElement * before)
{
  GstElement *hoarder = gst_bin_new ("hoarder");
  GstPad *pad = gst_pad_new ("sink", GST_PAD_SINK);

  gst_pad_set_chain_function (pad, keep_buffer);
  gst_element_add_pad (hoarder, pad);
  gst_bin_add (GST_BIN (pipeline), hoarder);
  fail_unless (gst_element_link (before, hoarder));
}

/* A description ends in "hoarder" where ours is to be put. */
static GstElement *
make_pipeline (const PlantedRow * row)
{
  gboolean hoards = g_str_has_suffix (row->after, "hoarder");
  g_autofree gchar *after = hoards ?
      g_strdup_printf ("%.*s identity name=before",
      (gint) (strlen (row->after) - strlen ("hoarder")), row->after) :
      g_strdup (row->after);
  g_autofree gchar *launch = g_strdup_printf (SOURCE " %s ! ksallocator name=ks"
      " frames=..%u starve-timeout=100000000 ! %s", row->between, row->cap,
      after);
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error);

  fail_unless (error == NULL, "%s: %s", launch, error ? error->message : "");
  g_autoptr (GstElement) before = gst_bin_get_by_name (GST_BIN (pipeline),
      "before");
  g_autoptr (GstElement) app = gst_bin_get_by_name (GST_BIN (pipeline), "app");
  if (hoards)
    add_hoarder (pipeline, before);
  if (app)
    g_signal_connect (app, "new-sample", G_CALLBACK (keep_sample), NULL);
  return pipeline;
}

/* --- what is told --- */

/* Slow machines may be told of a wait that ends: the last word counts. */
static gboolean
names (const PlantedRow * row, const GstStructure * starve)
{
  const GValue *holders = gst_structure_get_value (starve, "holders");
  const gchar *text = gst_structure_get_string (starve, "text");
  const GstStructure *first;
  guint frames = 0;

  fail_unless (holders != NULL && GST_VALUE_HOLDS_ARRAY (holders));
  if (gst_value_array_get_size (holders) == 0)
    return FALSE;
  first = gst_value_get_structure (gst_value_array_get_value (holders, 0));
  (void) gst_structure_get_uint (first, "frames", &frames);
  if (g_strcmp0 (gst_structure_get_string (first, "holder"), row->holder) != 0
      || frames < row->frames)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (row->said) && row->said[i]; i++)
    fail_unless (strstr (text, row->said[i]) != NULL, "%s: no \"%s\" in \"%s\"",
        row->name, row->said[i], text);
  return TRUE;
}

static void
wait_for_name (const PlantedRow * row, GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  Run run = { FALSE, FALSE, NULL, NULL, NULL };
  gboolean named = FALSE;

  while (!named) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
        RUN_WATCHDOG, GST_MESSAGE_EOS | GST_MESSAGE_ERROR
        | GST_MESSAGE_ELEMENT);

    fail_unless (message != NULL, "%s: last said: %s", row->name,
        run.starve ? gst_structure_get_string (run.starve, "text") : "nothing");
    if (run_note (&run, message, TRUE))
      named = run.starved && names (row, run.starve);
    fail_unless (!run.eos && run.error == NULL, "%s: ended", row->name);
  }
  run_clear (&run);
}

GST_START_TEST (test_planted)
{
  const PlantedRow *row = &rows[__i__];
  GstElement *pipeline = make_pipeline (row);

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  wait_for_name (row, pipeline);
  let_go ();
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
  let_go ();
}

GST_END_TEST;

/* --- the element's watch --- */

static guint
probes_of (GstElement * pipeline, const gchar * name, const gchar * pad_name)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline),
      name);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, pad_name);

  return pad->num_probes;
}

static void
preroll (GstElement * pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL,
          RUN_WATCHDOG), GST_STATE_CHANGE_SUCCESS);
}

/* Nobody can starve without a cap, so nobody pays for the watch. */
GST_START_TEST (test_watched_with_a_cap_only)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch (SOURCE
      " ! identity name=i ! ksallocator name=ks ! queue name=q ! fakesink",
      NULL);
  g_autoptr (GstElement) ks = gst_bin_get_by_name (GST_BIN (pipeline), "ks");

  preroll (pipeline);
  fail_unless_equals_int (probes_of (pipeline, "ks", "src"), 0);
  fail_unless_equals_int (probes_of (pipeline, "q", "src"), 0);
  gst_element_set_state (pipeline, GST_STATE_READY);

  g_object_set (ks, "frames", "..8", NULL);
  preroll (pipeline);
  fail_unless_equals_int (probes_of (pipeline, "source", "src"), 1);
  fail_unless_equals_int (probes_of (pipeline, "i", "src"), 1);
  fail_unless_equals_int (probes_of (pipeline, "ks", "src"), 1);
  fail_unless_equals_int (probes_of (pipeline, "q", "src"), 1);
  gst_element_set_state (pipeline, GST_STATE_READY);
  fail_unless_equals_int (probes_of (pipeline, "source", "src"), 0);
  fail_unless_equals_int (probes_of (pipeline, "q", "src"), 0);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

static Suite *
starve_suite (void)
{
  Suite *s = suite_create ("starve");
  TCase *tc = tcase_create ("starve");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_planted, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tc, test_watched_with_a_cap_only);
  return s;
}

GST_CHECK_MAIN (starve);
