/* The example filter kscard under a negotiator: the plan says whose memory it writes into.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheck.h>

GST_PLUGIN_STATIC_DECLARE (kscard);

#define N_FRAMES 10
#define WATCHDOG (30 * GST_SECOND)
#define CARD "videotestsrc name=source pattern=black num-buffers=10 !" \
    " video/x-raw,format=RGB,width=64,height=48,framerate=25/1 !" \
    " kscard name=card "
#define END "fakesink name=sink async=false enable-last-sample=false "
#define ONE CARD "! " END
#define TEE CARD "! tee name=t ! queue ! " END "t. ! queue ! fakesink" \
    " name=other async=false enable-last-sample=false"
/* the other branch can copy: it changes its frames */
#define COPY CARD "! tee name=t ! queue ! " END "t. ! queue ! videobalance" \
    " name=balance hue=0.3 ! fakesink name=other async=false" \
    " enable-last-sample=false"

typedef struct
{
  GstElement *pipeline;
  GstElement *card;
  GstKsNegotiator *negotiator;
  gboolean keep;
  GstBuffer *kept;              /* the last frame; owned */
  gint frames;                  /* atomic; that left the card */
  gint of_card;                 /* atomic; of these, in the card's memory */
} Run;

/* The card's blocks are whatever is in memory of others, here. */
static gboolean
is_of_card (GstBuffer * frame)
{
  GstMemory *memory = gst_buffer_peek_memory (frame, 0);

  return gst_ks_memory_is_ours (memory)
      && g_str_equal (gst_ks_allocator_peek_kind (memory->allocator), "user");
}

static GstPadProbeReturn
note_frame (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstBuffer *frame = GST_PAD_PROBE_INFO_BUFFER (info);
  Run *run = user_data;

  g_atomic_int_inc (&run->frames);
  if (is_of_card (frame))
    g_atomic_int_inc (&run->of_card);
  if (run->keep)
    gst_buffer_replace (&run->kept, frame);
  return GST_PAD_PROBE_OK;
}

static void
set_framing (Run * run, const gchar * element, const gchar * text)
{
  g_autoptr (GstElement) found = gst_bin_get_by_name (GST_BIN (run->pipeline),
      element);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (found, "sink");
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (text, &error);

  fail_unless (error == NULL, "%s", error ? error->message : "");
  gst_ks_pin_set_framing (pin, framing);
}

static void
run_init (Run * run, const gchar * launch)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstPad) src = NULL;

  *run = (Run) {
  .pipeline = gst_parse_launch (launch, &error),};
  fail_unless (error == NULL, "%s", error ? error->message : "");
  run->card = gst_bin_get_by_name (GST_BIN (run->pipeline), "card");
  src = gst_element_get_static_pad (run->card, "src");
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, note_frame, run, NULL);
  run->negotiator = gst_ks_negotiator_new (GST_BIN (run->pipeline));
  gst_ks_negotiator_attach (run->negotiator);
}

/* EOS or the first error; owned. */
static GstMessage *
run_play (Run * run)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (run->pipeline);
  GstMessage *message;

  gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, WATCHDOG, GST_MESSAGE_EOS
      | GST_MESSAGE_ERROR);
  fail_unless (message != NULL, "silence");
  return message;
}

static void
run_clear (Run * run)
{
  gst_element_set_state (run->pipeline, GST_STATE_NULL);
  g_clear_object (&run->negotiator);
  gst_clear_object (&run->card);
  gst_clear_object (&run->pipeline);
}

static void
set_kernel_only (Run * run)
{
  g_autoptr (GstPad) src = gst_element_get_static_pad (run->card, "src");
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (src, FALSE);

  g_object_set (pin, "flags", GST_KS_PIN_FLAG_KERNEL_ONLY, NULL);
}

/* --- when it is chosen --- */

/* *INDENT-OFF* */
static const struct
{
  const gchar *name;
  const gchar *launch;
  const gchar *needs;
  gboolean must;                /* the card insists */
  gboolean kernel_only;
  const gchar *sink;            /* framing; NULL: a foreign sink */
  const gchar *other;           /* of the other branch; NULL: a foreign one */
  /* expected */
  const gchar *memory;          /* of the segment; NULL: an error of the plan */
  guint initialized;
  gint of_card;                 /* frames */
  guint64 copies;               /* cuts of the plan */
} rows[] = {
  {"a foreign sink takes it", ONE, NULL, FALSE, FALSE, NULL, NULL,
      "fake", 1, N_FRAMES, 0},
  {"a sink that takes all", ONE, NULL, FALSE, FALSE, "mapped", NULL,
      "fake", 1, N_FRAMES, 0},
  {"a sink that takes ordinary memory only", ONE, NULL, FALSE, FALSE,
      "system", NULL, "system", 0, 0, 0},
  {"the card insists", ONE, NULL, TRUE, FALSE, "mapped", NULL,
      "fake", 1, N_FRAMES, 0},
  {"the sink insists", ONE, NULL, FALSE, FALSE,
      "system, flags=must-allocate", NULL, "system", 0, 0, 0},
  {"both insist", ONE, NULL, TRUE, FALSE, "mapped, flags=must-allocate", NULL,
      NULL, 0, 0, 0},
  {"the card insists, the sink cannot take it", ONE, NULL, TRUE, FALSE,
      "system", NULL, NULL, 0, 0, 0},
  {"a tee of foreign sinks", TEE, NULL, FALSE, FALSE, NULL, NULL,
      "fake", 1, N_FRAMES, 0},
  {"a tee, one branch cannot take it", TEE, NULL, FALSE, FALSE, "mapped",
      "system", "system", 0, 0, 0},
  {"a tee, one branch cannot, the card insists", TEE, NULL, TRUE, FALSE,
      "mapped", "system", NULL, 0, 0, 0},
  {"a tee, the branch that cannot take it copies", COPY, "videobalance", TRUE,
      FALSE, "mapped", "system", "fake", 1, N_FRAMES, 1},
  {"kernel-only, a foreign sink", ONE, NULL, FALSE, TRUE, NULL, NULL,
      "system", 0, 0, 0},
  {"kernel-only among pins", ONE, NULL, FALSE, TRUE, "mapped", NULL,
      "fake", 1, N_FRAMES, 0},
  {"kernel-only, one branch is foreign", TEE, NULL, FALSE, TRUE, "mapped",
      NULL, "system", 0, 0, 0},
};
/* *INDENT-ON* */

static const GstKsSegment *
segment_of_card (const GstKsPlan * plan)
{
  for (guint i = 0; i < gst_ks_plan_get_n_segments (plan); i++) {
    const GstKsSegment *segment = gst_ks_plan_peek_segment (plan, i);

    for (guint p = 0; p < segment->n_pads; p++) {
      if (g_str_equal (segment->pads[p], "card:src"))
        return segment;
    }
  }
  fail ("the card is in no segment");
  return NULL;
}

static void
expect_plan (Run * run, guint index)
{
  g_autoptr (GstKsPlan) plan = gst_ks_negotiator_get_plan (run->negotiator);
  const GstKsSegment *segment = segment_of_card (plan);
  gboolean own = rows[index].initialized > 0;
  GstKsPlanTotals totals;

  gst_ks_plan_get_totals (plan, &totals);
  fail_unless (totals.copies == rows[index].copies, "%s: %" G_GUINT64_FORMAT
      " copies", rows[index].name, totals.copies);
  fail_unless (g_str_equal (segment->memory, rows[index].memory), "%s: %s",
      rows[index].name, segment->memory);
  fail_unless (!own || (g_str_equal (segment->allocator, "card:src")
          && segment->place == GST_KS_SEGMENT_PLACE_FIRST), "%s: %s is %s",
      rows[index].name, segment->allocator,
      gst_ks_segment_place_to_string (segment->place));
}

/* Who cannot agree is in the error, and nothing was begun. */
static void
expect_conflict (GstMessage * message, guint index)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR, "%s: no error",
      rows[index].name);
  gst_message_parse_error (message, &error, &debug);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_FORMAT), "%s: %s", rows[index].name, error->message);
  fail_unless (strstr (debug, "card:src") != NULL, "%s: %s", rows[index].name,
      debug);
}

GST_START_TEST (test_choice)
{
  g_autoptr (GstElementFactory) needed = rows[__i__].needs
      ? gst_element_factory_find (rows[__i__].needs) : NULL;
  g_autoptr (GstMessage) message = NULL;
  guint initialized;
  Run run;

  if (rows[__i__].needs && needed == NULL) {
    g_print ("SKIP: %s: no element %s\n", rows[__i__].name, rows[__i__].needs);
    return;
  }
  run_init (&run, rows[__i__].launch);
  g_object_set (run.card, "must-allocate", rows[__i__].must, NULL);
  if (rows[__i__].kernel_only)
    set_kernel_only (&run);
  if (rows[__i__].sink)
    set_framing (&run, "sink", rows[__i__].sink);
  if (rows[__i__].other)
    set_framing (&run, "other", rows[__i__].other);
  message = run_play (&run);
  g_object_get (run.card, "initialized", &initialized, NULL);
  if (rows[__i__].memory == NULL) {
    expect_conflict (message, __i__);
  } else {
    fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS, "%s: %"
        GST_PTR_FORMAT, rows[__i__].name, message);
    expect_plan (&run, __i__);
    fail_unless (initialized == rows[__i__].initialized,
        "%s: initialized %u times", rows[__i__].name, initialized);
    fail_unless (run.frames == N_FRAMES && run.of_card
        == rows[__i__].of_card, "%s: %d of %d frames of the card",
        rows[__i__].name, run.of_card, run.frames);
  }
  gst_clear_message (&message);
  run_clear (&run);
  fail_unless_equals_int (gst_ks_fake_get_outstanding (NULL), 0);
}

GST_END_TEST;

/* --- what becomes of frames --- */

GST_START_TEST (test_frames_outlive_the_card)
{
  g_autoptr (GstMessage) message = NULL;
  Run run;

  run_init (&run, ONE);
  run.keep = TRUE;
  message = run_play (&run);
  gst_clear_message (&message);
  run_clear (&run);
  /* all of the card's blocks but this one are back */
  fail_unless (run.kept != NULL && is_of_card (run.kept));
  fail_unless (gst_ks_fake_get_outstanding (NULL) > 0);
  gst_buffer_memset (run.kept, 0, 1, 64 * 48 * 3);
  gst_clear_buffer (&run.kept);
  fail_unless_equals_int (gst_ks_fake_get_outstanding (NULL), 0);
}

GST_END_TEST;

static void
setup (void)
{
  g_autoptr (GstElementFactory) known = gst_element_factory_find ("kscard");

  gst_ks_init ();
  if (known == NULL)
    GST_PLUGIN_STATIC_REGISTER (kscard);
  gst_ks_fake_register ();
  gst_ks_fake_reset ();
}

static Suite *
negotiatorcard_suite (void)
{
  Suite *suite = suite_create ("negotiatorcard");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_loop_test (tcase, test_choice, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_frames_outlive_the_card);
  return suite;
}

GST_CHECK_MAIN (negotiatorcard);
