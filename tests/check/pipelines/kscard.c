/* The example filter kscard: when its card's memory is used, and when not.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheck.h>
#include <stdio.h>

GST_PLUGIN_STATIC_DECLARE (kscard);

#define N_FRAMES 10
#define WATCHDOG (30 * GST_SECOND)
#define LAUNCH "videotestsrc name=source pattern=black num-buffers=10 !" \
    " video/x-raw,format=RGB,width=64,height=48,framerate=25/1 !" \
    " kscard name=card ! fakesink name=sink enable-last-sample=false"

typedef struct
{
  GstElement *pipeline;
  GstElement *card;
  GstPad *src;                  /* of the card */
  GstPad *sink;
  GstKsPin *sink_pin;           /* NULL: the sink is foreign */
  GstBufferPool *proposed;      /* by the sink; NULL: none */
  gboolean proposed_used;       /* seen active */
  gboolean keep;
  GstBuffer *kept;              /* the last frame */
  guint frames;
  guint of_card;                /* of these, in the card's memory */
} Run;

/* KS_CARD_KIND is set where there is a real card. */
static const gchar *
card_kind (void)
{
  const gchar *kind = g_getenv ("KS_CARD_KIND");

  return kind != NULL ? kind : "fake";
}

static gboolean
is_fake (void)
{
  return g_str_equal (card_kind (), "fake");
}

/* The first one; owned, NULL: the only one. */
static gchar *
card_device (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = gst_ks_backend_list_devices (card_kind (), &error);

  fail_unless (names != NULL, "%s", error ? error->message : "");
  return g_strdup (names[0]);
}

/* Blocks that are out; a real card is not asked. */
static guint
outstanding (void)
{
  return is_fake ()? gst_ks_fake_get_outstanding (NULL) : 0;
}

/* In this process the RAM of a PCI card is the mapping of a file "resource". */
static gboolean
is_in_card (gconstpointer data)
{
  g_autofree gchar *maps = NULL;
  g_auto (GStrv) lines = NULL;

  fail_unless (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  lines = g_strsplit (maps, "\n", 0);
  for (guint i = 0; lines[i] != NULL; i++) {
    guint64 begin, end;

    if (sscanf (lines[i], "%" G_GINT64_MODIFIER "x-%" G_GINT64_MODIFIER "x",
            &begin, &end) == 2 && begin <= GPOINTER_TO_SIZE (data)
        && GPOINTER_TO_SIZE (data) < end)
      return strstr (lines[i], "/resource") != NULL;
  }
  return FALSE;
}

/* The card's blocks are whatever is in memory of others, here. */
static gboolean
is_of_card (GstBuffer * frame)
{
  GstMemory *memory = gst_buffer_peek_memory (frame, 0);
  gboolean others = gst_ks_memory_is_ours (memory)
      && g_str_equal (gst_ks_allocator_peek_kind (memory->allocator), "user");

  if (!is_fake ())
    fail_unless_equals_int (others,
        is_in_card (gst_ks_memory_peek_block (memory)->data));
  return others;
}

static GstPadProbeReturn
note_frame (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstBuffer *frame = GST_PAD_PROBE_INFO_BUFFER (info);
  Run *run = user_data;
  guint8 byte = 0;

  run->frames++;
  run->of_card += is_of_card (frame);
  gst_buffer_extract (frame, 0, &byte, 1);
  fail_unless_equals_int (byte, 0xff);
  if (run->proposed)
    run->proposed_used |= gst_buffer_pool_is_active (run->proposed);
  if (run->keep)
    gst_buffer_replace (&run->kept, frame);
  return GST_PAD_PROBE_OK;
}

/* What a sink that knows framing does in propose_allocation. */
static GstPadProbeReturn
propose (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  Run *run = user_data;

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  fail_unless (gst_ks_pin_propose (run->sink_pin, query, NULL));
  gst_clear_object (&run->proposed);
  gst_query_parse_nth_allocation_pool (query, 0, &run->proposed, NULL, NULL,
      NULL);
  return GST_PAD_PROBE_HANDLED;
}

/* framing: of the sink; NULL: it is foreign. */
static void
run_init (Run * run, const gchar * framing, gboolean proposes)
{
  g_autofree gchar *device = card_device ();
  g_autoptr (GError) error = NULL;

  *run = (Run) {
  .pipeline = gst_parse_launch (LAUNCH, &error),};
  fail_unless (error == NULL, "%s", error ? error->message : "");
  run->card = gst_bin_get_by_name (GST_BIN (run->pipeline), "card");
  g_object_set (run->card, "memory", card_kind (), "device", device, NULL);
  run->src = gst_element_get_static_pad (run->card, "src");
  run->sink = gst_pad_get_peer (run->src);
  gst_pad_add_probe (run->sink, GST_PAD_PROBE_TYPE_BUFFER, note_frame, run,
      NULL);
  if (framing) {
    g_autoptr (GstKsFraming) parsed = gst_ks_framing_parse (framing, &error);

    fail_unless (parsed != NULL, "%s", error ? error->message : "");
    run->sink_pin = gst_ks_pin_get (run->sink, TRUE);
    gst_ks_pin_set_framing (run->sink_pin, parsed);
  }
  if (proposes)
    gst_pad_add_probe (run->sink, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM
        | GST_PAD_PROBE_TYPE_PUSH, propose, run, NULL);
}

static void
run_clear (Run * run)
{
  gst_element_set_state (run->pipeline, GST_STATE_NULL);
  gst_clear_object (&run->proposed);
  g_clear_object (&run->sink_pin);
  gst_clear_object (&run->sink);
  gst_clear_object (&run->src);
  gst_clear_object (&run->card);
  gst_clear_object (&run->pipeline);
}

static void
run_play (Run * run)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (run->pipeline);
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, WATCHDOG, GST_MESSAGE_EOS
      | GST_MESSAGE_ERROR);
  fail_unless (message != NULL && GST_MESSAGE_TYPE (message)
      == GST_MESSAGE_EOS, "%" GST_PTR_FORMAT, message);
}

static void
set_kernel_only (Run * run)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (run->src, FALSE);

  g_object_set (pin, "flags", GST_KS_PIN_FLAG_KERNEL_ONLY, NULL);
}

/* --- when it is chosen --- */

static const struct
{
  const gchar *name;
  gboolean must;                /* the card insists */
  gboolean kernel_only;
  const gchar *sink;            /* framing; NULL: a foreign sink */
  gboolean proposes;
  /* expected */
  GstKsDecisionSource source;
  guint initialized;
  guint copies;
  guint of_card;                /* frames that came to the sink so */
} choices[] = {
  {"a foreign sink takes it", FALSE, FALSE, NULL, FALSE,
      GST_KS_DECISION_OWN, 1, 0, N_FRAMES},
  {"a sink that takes all", FALSE, FALSE, "mapped", FALSE,
      GST_KS_DECISION_OWN, 1, 0, N_FRAMES},
  {"before an ordinary pool", FALSE, FALSE, "mapped", TRUE,
      GST_KS_DECISION_OWN, 1, 0, N_FRAMES},
  {"a sink that takes ordinary memory only", FALSE, FALSE,
      "system, align=256", TRUE, GST_KS_DECISION_DOWNSTREAM, 0, 0, 0},
  {"and offers it less aligned than the card needs", FALSE, FALSE, "system",
      TRUE, GST_KS_DECISION_DEFAULT, 0, 0, 0},
  {"and offers none", FALSE, FALSE, "system", FALSE,
      GST_KS_DECISION_DEFAULT, 0, 0, 0},
  {"the sink insists", FALSE, FALSE, "mapped, flags=must-allocate", TRUE,
      GST_KS_DECISION_DOWNSTREAM, 0, 0, 0},
  {"the card insists", TRUE, FALSE, "mapped", TRUE,
      GST_KS_DECISION_OWN, 1, 0, N_FRAMES},
  {"both insist", TRUE, FALSE, "mapped, flags=must-allocate", TRUE,
      GST_KS_DECISION_OWN, 1, N_FRAMES, 0},
  {"the card insists, the sink cannot take it", TRUE, FALSE, "system", TRUE,
      GST_KS_DECISION_OWN, 1, N_FRAMES, 0},
  {"kernel-only, a foreign sink", FALSE, TRUE, NULL, FALSE,
      GST_KS_DECISION_DEFAULT, 0, 0, 0},
  {"kernel-only among pins", FALSE, TRUE, "mapped", FALSE,
      GST_KS_DECISION_OWN, 1, 0, N_FRAMES},
};

GST_START_TEST (test_choice)
{
  GstKsDecisionSource source;
  guint initialized, copies;
  Run run;

  run_init (&run, choices[__i__].sink, choices[__i__].proposes);
  g_object_set (run.card, "must-allocate", choices[__i__].must, NULL);
  if (choices[__i__].kernel_only)
    set_kernel_only (&run);
  run_play (&run);
  g_object_get (run.card, "source", &source, "initialized", &initialized,
      "copies", &copies, NULL);
  fail_unless (source == choices[__i__].source, "%s: source %d",
      choices[__i__].name, source);
  fail_unless (initialized == choices[__i__].initialized,
      "%s: initialized %u times", choices[__i__].name, initialized);
  fail_unless (copies == choices[__i__].copies, "%s: %u copies",
      choices[__i__].name, copies);
  fail_unless (run.frames == N_FRAMES && run.of_card
      == choices[__i__].of_card, "%s: %u of %u frames of the card",
      choices[__i__].name, run.of_card, run.frames);
  /* what nobody takes frames from stays inactive */
  fail_unless (run.proposed_used == (source == GST_KS_DECISION_DOWNSTREAM
          || copies > 0), "%s: downstream's pool", choices[__i__].name);
  run_clear (&run);
  fail_unless_equals_int (outstanding (), 0);
}

GST_END_TEST;

/* --- what becomes of frames --- */

GST_START_TEST (test_frames_outlive_the_card)
{
  Run run;

  run_init (&run, NULL, FALSE);
  run.keep = TRUE;
  run_play (&run);
  run_clear (&run);
  /* all of the card's blocks but this one are back */
  fail_unless (run.kept != NULL && is_of_card (run.kept));
  fail_unless (!is_fake () || outstanding () > 0);
  gst_buffer_memset (run.kept, 0, 1, 64 * 48 * 3);
  gst_clear_buffer (&run.kept);
  fail_unless_equals_int (outstanding (), 0);
}

GST_END_TEST;

/* Before the card has a frame to write into. */
static GstPadProbeReturn
relink (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  g_autoptr (GstElement) other = NULL;
  g_autoptr (GstPad) sink = NULL;
  Run *run = user_data;

  if (run->frames < N_FRAMES / 2)
    return GST_PAD_PROBE_PASS;
  fail_unless_equals_int (run->of_card, run->frames);
  other = gst_bin_get_by_name (GST_BIN (run->pipeline), "other");
  sink = gst_element_get_static_pad (other, "sink");
  fail_unless (gst_pad_unlink (run->src, run->sink));
  fail_unless_equals_int (gst_pad_link (run->src, sink), GST_PAD_LINK_OK);
  /* the end of the stream comes to the other one only */
  fail_unless (gst_pad_send_event (run->sink, gst_event_new_eos ()));
  return GST_PAD_PROBE_REMOVE;
}

GST_START_TEST (test_kernel_memory_stays_among_pins_after_a_relink)
{
  GstElement *other = gst_element_factory_make ("fakesink", "other");
  g_autoptr (GstPad) sink = gst_element_get_static_pad (other, "sink");
  GstPad *card_sink;
  Run run;

  run_init (&run, "mapped", FALSE);
  set_kernel_only (&run);
  g_object_set (other, "async", FALSE, NULL);
  gst_bin_add (GST_BIN (run.pipeline), other);
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, note_frame, &run, NULL);
  card_sink = gst_element_get_static_pad (run.card, "sink");
  gst_pad_add_probe (card_sink, GST_PAD_PROBE_TYPE_BLOCK
      | GST_PAD_PROBE_TYPE_BUFFER, relink, &run, NULL);
  run_play (&run);
  fail_unless_equals_int (run.frames, N_FRAMES);
  fail_unless_equals_int (run.of_card, N_FRAMES / 2);
  gst_object_unref (card_sink);
  run_clear (&run);
  fail_unless_equals_int (outstanding (), 0);
}

GST_END_TEST;

GST_START_TEST (test_pools_start_with_the_pipe)
{
  Run run;

  run_init (&run, "system, align=256", TRUE);
  gst_element_set_state (run.pipeline, GST_STATE_READY);
  fail_unless (run.proposed == NULL);
  gst_element_set_state (run.pipeline, GST_STATE_PAUSED);
  fail_unless_equals_int (gst_element_get_state (run.pipeline, NULL, NULL,
          WATCHDOG), GST_STATE_CHANGE_SUCCESS);
  fail_unless (run.proposed && gst_buffer_pool_is_active (run.proposed));
  gst_element_set_state (run.pipeline, GST_STATE_READY);
  fail_if (gst_buffer_pool_is_active (run.proposed));
  run_clear (&run);
}

GST_END_TEST;

static void
setup (void)
{
  gst_ks_init ();
  GST_PLUGIN_STATIC_REGISTER (kscard);
  gst_ks_fake_register ();
  gst_ks_fake_reset ();
  if (!is_fake ()) {
    g_autoptr (GError) error = NULL;
    g_autofree gchar *device = card_device ();
    g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (card_kind (),
        device, &error);

    fail_unless (allocator != NULL, "%s", error ? error->message : "");
  }
}

static Suite *
kscard_suite (void)
{
  Suite *suite = suite_create ("kscard");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_loop_test (tcase, test_choice, 0, G_N_ELEMENTS (choices));
  tcase_add_test (tcase, test_frames_outlive_the_card);
  tcase_add_test (tcase, test_kernel_memory_stays_among_pins_after_a_relink);
  tcase_add_test (tcase, test_pools_start_with_the_pipe);
  return suite;
}

GST_CHECK_MAIN (kscard);
