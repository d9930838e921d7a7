/* What KS does with whole graphs, done by the negotiator in pipelines that know nothing of it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>

#include "runner.h"

#define FRAMES 20
#define SOURCE "videotestsrc name=source num-buffers=20" \
    " ! video/x-raw,format=I420,width=320,height=240 "

typedef struct
{
  GstElement *pipeline;
  GstKsNegotiator *negotiator;
  GPtrArray *left;              /* memory and pool of each frame that left the source */
  GPtrArray *came;              /* the same of those that came to the sink */
} Scene;

static GstPad *
pad_of (Scene * scene, const gchar * name)
{
  g_auto (GStrv) parts = g_strsplit (name, ".", 2);
  g_autoptr (GstElement) element =
      gst_bin_get_by_name (GST_BIN (scene->pipeline), parts[0]);
  GstPad *pad = element ? gst_element_get_static_pad (element, parts[1]) : NULL;

  fail_unless (pad != NULL, "no pad %s", name);
  return pad;
}

static GstKsPin *
set_framing (Scene * scene, const gchar * name, const gchar * text)
{
  g_autoptr (GstPad) pad = pad_of (scene, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (text, &error);
  GstKsPin *pin = gst_ks_pin_get (pad, TRUE);

  fail_unless (error == NULL, "%s", error ? error->message : "");
  gst_ks_pin_set_framing (pin, framing);
  return pin;
}

/* Only memory and pool are compared, and no reference keeps a frame from being
 * written into. */
static GstPadProbeReturn
note (GstPad * pad, GstPadProbeInfo * info, gpointer frames)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  g_ptr_array_add (frames, gst_buffer_peek_memory (buffer, 0));
  g_ptr_array_add (frames, buffer->pool);
  return GST_PAD_PROBE_OK;
}

static void
watch (Scene * scene, const gchar * name, GPtrArray * frames)
{
  g_autoptr (GstPad) pad = pad_of (scene, name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, note, frames, NULL);
}

static void
scene_init (Scene * scene, const gchar * launch)
{
  g_autoptr (GError) error = NULL;

  scene->pipeline = gst_parse_launch (launch, &error);
  fail_unless (error == NULL, "%s: %s", launch, error ? error->message : "");
  scene->negotiator = gst_ks_negotiator_new (GST_BIN (scene->pipeline));
  scene->left = g_ptr_array_new ();
  scene->came = g_ptr_array_new ();
  watch (scene, "source.src", scene->left);
  watch (scene, "sink.sink", scene->came);
  gst_ks_negotiator_attach (scene->negotiator);
}

static void
scene_play (Scene * scene, const gchar * name)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (scene->pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_state (scene->pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, RUN_WATCHDOG,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL, "%s: silence", name);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  fail_unless (error == NULL, "%s: %s", name, error ? error->message : "");
}

static void
scene_clear (Scene * scene)
{
  gst_element_set_state (scene->pipeline, GST_STATE_NULL);
  g_object_unref (scene->negotiator);
  gst_object_unref (scene->pipeline);
  g_ptr_array_unref (scene->left);
  g_ptr_array_unref (scene->came);
}

/* Of the source's frames; as long as the plan. */
static const GstKsSegment *
find_segment (const GstKsPlan * plan)
{
  for (guint i = 0; i < gst_ks_plan_get_n_segments (plan); i++) {
    const GstKsSegment *segment = gst_ks_plan_peek_segment (plan, i);

    for (guint p = 0; p < segment->n_pads; p++) {
      if (g_str_equal (segment->pads[p], "source:src"))
        return segment;
    }
  }
  return NULL;
}

/* --- one segment --- */

/* *INDENT-OFF* */
static const struct
{
  const gchar *name;
  const gchar *needs;
  const gchar *chain;
} chains[] = {
  {"passes", "identity", "! identity ! identity "},
  {"in place", "videobalance", "! videobalance saturation=0.5 "},
  {"three in place", "videobalance gamma", "! videobalance saturation=0.5"
      " ! gamma gamma=2 ! videobalance hue=0.3 "},
  {"mixed", "videobalance identity queue", "! identity ! videobalance"
      " contrast=0.5 ! queue ! identity "},
};
/* *INDENT-ON* */

/* Each frame is the same memory at both ends, and all are of one pool. */
GST_START_TEST (test_chain_shares_frames)
{
  g_autofree gchar *launch = g_strdup_printf (SOURCE "%s! fakesink name=sink",
      chains[__i__].chain);
  g_autofree gchar *missing = run_missing (chains[__i__].needs);
  g_autoptr (GstKsPlan) plan = NULL;
  GstKsPlanTotals totals;
  Scene scene;

  if (missing) {
    g_print ("SKIP: %s: no element %s\n", chains[__i__].name, missing);
    return;
  }
  scene_init (&scene, launch);
  scene_play (&scene, chains[__i__].name);
  plan = gst_ks_negotiator_get_plan (scene.negotiator);
  gst_ks_plan_get_totals (plan, &totals);
  fail_unless_equals_uint64 (totals.copies, 0);
  fail_unless_equals_int (scene.left->len, 2 * FRAMES);
  fail_unless_equals_int (scene.came->len, 2 * FRAMES);
  for (guint i = 0; i < scene.left->len; i++)
    fail_unless (scene.left->pdata[i] == scene.came->pdata[i], "%s: frame %u",
        chains[__i__].name, i / 2);
  for (guint i = 1; i < scene.left->len; i += 2)
    fail_unless (scene.left->pdata[i] != NULL
        && scene.left->pdata[i] == scene.left->pdata[1], "%s: a pool at"
        " frame %u", chains[__i__].name, i / 2);
  scene_clear (&scene);
}

GST_END_TEST;

/* --- frames --- */

/* Those who hold frames hold them at the same time; one more is being filled. */
GST_START_TEST (test_frames_add_up)
{
  g_autoptr (GstKsPlan) plan = NULL;
  g_autoptr (GstKsPin) two = NULL, five = NULL;
  Scene scene;

  scene_init (&scene, SOURCE "! tee name=t ! queue ! fakesink name=sink"
      " t. ! queue ! fakesink name=other");
  two = set_framing (&scene, "sink.sink", "mapped, frames=2..");
  five = set_framing (&scene, "other.sink", "mapped, frames=5..");
  scene_play (&scene, "two and five");
  plan = gst_ks_negotiator_get_plan (scene.negotiator);
  fail_unless_equals_uint64 (find_segment (plan)->frames, 2 + 5 + 1);
  scene_clear (&scene);
}

GST_END_TEST;

/* --- what a segment is --- */

#define THREE SOURCE "! identity name=filter ! fakesink name=sink"

/* *INDENT-OFF* */
static const struct
{
  const gchar *name;
  const gchar *source;          /* framings of the pads; NULL: no pin */
  const gchar *in;
  const gchar *out;
  const gchar *sink;
  GstKsSegmentPlace place;
  gboolean changes;             /* no frame integrity */
} segments[] = {
  {"nobody says anything", NULL, NULL, NULL, NULL,
      GST_KS_SEGMENT_PLACE_LAST, FALSE},
  {"the sink insists", "mapped", "mapped", "mapped",
      "mapped, flags=must-allocate", GST_KS_SEGMENT_PLACE_LAST, FALSE},
  {"the source insists", "mapped, flags=must-allocate", "mapped", "mapped",
      "mapped", GST_KS_SEGMENT_PLACE_FIRST, FALSE},
  {"the filter insists", "mapped", "mapped, flags=must-allocate", "mapped",
      "mapped", GST_KS_SEGMENT_PLACE_MIDDLE, FALSE},
  {"frames come from outside", "user", "mapped", "mapped", "mapped",
      GST_KS_SEGMENT_PLACE_NONE, FALSE},
  {"the filter changes frames", "mapped", "mapped, flags=in-place",
      "mapped, flags=in-place", "mapped", GST_KS_SEGMENT_PLACE_LAST, TRUE},
};
/* *INDENT-ON* */

static void
set_passing (Scene * scene, const gchar * name, const gchar * text)
{
  g_autoptr (GstKsPin) pin = text ? set_framing (scene, name, text) : NULL;

  if (pin)
    g_object_set (pin, "flags", GST_KS_PIN_FLAG_PASSES, NULL);
}

static void
set_end (Scene * scene, const gchar * name, const gchar * text)
{
  g_autoptr (GstKsPin) pin = text ? set_framing (scene, name, text) : NULL;
}

/* From nothing to a pool: the states of a segment; and what it is then. */
GST_START_TEST (test_segment)
{
  g_autoptr (GstKsPlan) before = NULL, plan = NULL;
  const GstKsSegment *segment;
  Scene scene;

  scene_init (&scene, THREE);
  set_end (&scene, "source.src", segments[__i__].source);
  set_passing (&scene, "filter.sink", segments[__i__].in);
  set_passing (&scene, "filter.src", segments[__i__].out);
  set_end (&scene, "sink.sink", segments[__i__].sink);
  before = gst_ks_negotiator_get_plan (scene.negotiator);
  fail_unless (find_segment (before) == NULL);
  scene_play (&scene, segments[__i__].name);
  plan = gst_ks_negotiator_get_plan (scene.negotiator);
  segment = find_segment (plan);
  fail_unless (segment != NULL && segment->n_pads == 6, "%s",
      segments[__i__].name);
  fail_unless (segment->place == segments[__i__].place, "%s: %s",
      segments[__i__].name, gst_ks_segment_place_to_string (segment->place));
  fail_unless_equals_int (segment->state, GST_KS_SEGMENT_STATE_FINALIZED);
  fail_unless ((segment->flags & GST_KS_SEGMENT_FLAG_NO_FRAME_INTEGRITY ? TRUE
          : FALSE) == segments[__i__].changes, "%s: integrity",
      segments[__i__].name);
  scene_clear (&scene);
}

GST_END_TEST;

static Suite *
negotiatorks_suite (void)
{
  Suite *suite = suite_create ("negotiatorks");
  TCase *tcase = tcase_create ("general");

  gst_ks_init ();
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_chain_shares_frames, 0,
      G_N_ELEMENTS (chains));
  tcase_add_test (tcase, test_frames_add_up);
  tcase_add_loop_test (tcase, test_segment, 0, G_N_ELEMENTS (segments));
  return suite;
}

GST_CHECK_MAIN (negotiatorks);
