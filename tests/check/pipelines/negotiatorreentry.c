/* What befalls a negotiator while its question is on the way: it comes back to it, or all goes.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "liar.h"

#define SOURCE "videotestsrc num-buffers=20 ! video/x-raw,format=NV12," \
    "width=320,height=240 "
#define FRAMES 20

/* --- in another thread, while the question waits for it --- */

typedef struct
{
  Liar *liar;
  void (*make) (Liar * liar);
  GMutex lock;
  GCond done_cond;
  gboolean done;
} Errand;

static gpointer
run_errand (gpointer user_data)
{
  Errand *errand = user_data;

  errand->make (errand->liar);
  g_mutex_lock (&errand->lock);
  errand->done = TRUE;
  g_cond_signal (&errand->done_cond);
  g_mutex_unlock (&errand->lock);
  return NULL;
}

/* It fails where the errand needs a lock that is held meanwhile. */
static void
make_elsewhere (Liar * liar, void (*make) (Liar * liar))
{
  gint64 end = g_get_monotonic_time () + GST_TIME_AS_USECONDS (LIAR_WATCHDOG);
  Errand errand = {.liar = liar,.make = make };
  GThread *thread = g_thread_new ("errand", run_errand, &errand);

  g_mutex_lock (&errand.lock);
  while (!errand.done
      && g_cond_wait_until (&errand.done_cond, &errand.lock, end));
  g_mutex_unlock (&errand.lock);
  fail_unless (errand.done, "another thread cannot go on");
  g_thread_join (thread);
}

/* --- what may be asked of a negotiator --- */

static void
look (Liar * liar)
{
  GstStructure *report = gst_ks_negotiator_get_report (liar->negotiator);

  gst_ks_plan_unref (gst_ks_negotiator_get_plan (liar->negotiator));
  gst_ks_graph_unref (gst_ks_negotiator_get_graph (liar->negotiator));
  gst_structure_free (report);
}

static void
detach (Liar * liar)
{
  gst_ks_negotiator_detach (liar->negotiator);
}

static void
attach_anew (Liar * liar)
{
  gst_ks_negotiator_detach (liar->negotiator);
  gst_ks_negotiator_attach (liar->negotiator);
}

static void
let_go (Liar * liar)
{
  g_clear_object (&liar->negotiator);
}

/* Then nothing comes any more, and the pipeline would wait for its end. */
static void
unlink_itself (Liar * liar)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (liar->pad);

  if (peer == NULL)
    return;
  gst_pad_unlink (peer, liar->pad);
  gst_pad_send_event (liar->pad, gst_event_new_eos ());
}

static void
leave_bin (Liar * liar)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (liar->pad);
  g_autoptr (GstObject) bin = gst_object_get_parent (GST_OBJECT (element));

  if (bin == NULL)
    return;
  gst_element_set_locked_state (element, TRUE);
  liar->gone = gst_object_ref (element);
  gst_bin_remove (GST_BIN (bin), element);
}

static void
drop_its_pad (Liar * liar)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (liar->pad);

  if (element == NULL)
    return;
  unlink_itself (liar);
  gst_element_remove_pad (element, liar->pad);
}

/* What the framing query is for: pins are asked as well. */
static void
read_framing (Liar * liar)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (liar->pad, TRUE);
  g_autoptr (GstKsFraming) framing = gst_ks_pin_read_peer_framing (pin,
      GST_KS_FRAMING_CACHE_UPDATE, NULL);
}

/* --- lies --- */

/* As somebody who asks on behalf of its own, and copies the answer. */
static gboolean
ask_itself (Liar * liar, GstQuery * query)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (liar->pad);
  g_autoptr (GstPad) src = gst_element_get_static_pad (element, "src");
  g_autoptr (GstQuery) own = NULL;
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, NULL);
  own = gst_query_new_allocation (caps, TRUE);
  (void) gst_pad_peer_query (src, own);
  return liar_be_honest (liar, query);
}

static gboolean
look_here (Liar * liar, GstQuery * query)
{
  look (liar);
  return liar_be_honest (liar, query);
}

static gboolean
look_elsewhere (Liar * liar, GstQuery * query)
{
  make_elsewhere (liar, look);
  return liar_be_honest (liar, query);
}

/* The plan is no element's affair, so its lock may be held. */
static gboolean
look_under_lock (Liar * liar, GstQuery * query)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (liar->pad);

  GST_OBJECT_LOCK (element);
  gst_ks_plan_unref (gst_ks_negotiator_get_plan (liar->negotiator));
  gst_ks_graph_unref (gst_ks_negotiator_get_graph (liar->negotiator));
  GST_OBJECT_UNLOCK (element);
  return liar_be_honest (liar, query);
}

static gboolean
detach_here (Liar * liar, GstQuery * query)
{
  detach (liar);
  return liar_be_honest (liar, query);
}

static gboolean
detach_elsewhere (Liar * liar, GstQuery * query)
{
  make_elsewhere (liar, detach);
  return liar_be_honest (liar, query);
}

/* Once: each makes the source ask again. */
static gboolean
attach_anew_here (Liar * liar, GstQuery * query)
{
  if (g_atomic_int_get (&liar->asked) == 1)
    attach_anew (liar);
  return liar_be_honest (liar, query);
}

static gboolean
attach_anew_elsewhere (Liar * liar, GstQuery * query)
{
  if (g_atomic_int_get (&liar->asked) == 1)
    make_elsewhere (liar, attach_anew);
  return liar_be_honest (liar, query);
}

static gboolean
let_go_here (Liar * liar, GstQuery * query)
{
  let_go (liar);
  return liar_be_honest (liar, query);
}

static gboolean
let_go_elsewhere (Liar * liar, GstQuery * query)
{
  make_elsewhere (liar, let_go);
  return liar_be_honest (liar, query);
}

static gboolean
unlink_here (Liar * liar, GstQuery * query)
{
  unlink_itself (liar);
  return liar_be_honest (liar, query);
}

static gboolean
leave_here (Liar * liar, GstQuery * query)
{
  leave_bin (liar);
  return liar_be_honest (liar, query);
}

static gboolean
leave_elsewhere (Liar * liar, GstQuery * query)
{
  make_elsewhere (liar, leave_bin);
  return TRUE;
}

static gboolean
drop_pad_here (Liar * liar, GstQuery * query)
{
  drop_its_pad (liar);
  return TRUE;
}

static gboolean
read_framing_here (Liar * liar, GstQuery * query)
{
  read_framing (liar);
  return liar_be_honest (liar, query);
}

/* Somebody has the query still, when it is over. */
static gboolean
keep_query (Liar * liar, GstQuery * query)
{
  gst_clear_query (&liar->query);
  liar->query = gst_query_ref (query);
  return TRUE;
}

/* --- rows --- */

#define MIDDLE SOURCE "! identity name=liar ! fakesink"
#define BRANCH SOURCE "! tee name=t ! queue ! fakesink async=false t. ! " \
    " fakesink name=liar async=false"

static const struct
{
  const gchar *name;
  const gchar *launch;
  Lie lie;
  gboolean leaves;              /* gets no frame */
  gboolean ends;                /* the negotiator's part, so nothing is left of it */
} rows[] = {
  {"asks itself", MIDDLE, ask_itself},
  {"looks", MIDDLE, look_here},
  {"looks, behind a tee", BRANCH, look_here},
  {"another thread looks", MIDDLE, look_elsewhere},
  {"looks under its own lock", MIDDLE, look_under_lock},
  {"reads framings", MIDDLE, read_framing_here},
  {"detaches", MIDDLE, detach_here, FALSE, TRUE},
  {"detaches, behind a tee", BRANCH, detach_here, FALSE, TRUE},
  {"another thread detaches", MIDDLE, detach_elsewhere, FALSE, TRUE},
  {"attaches anew", MIDDLE, attach_anew_here},
  {"another thread attaches anew", BRANCH, attach_anew_elsewhere},
  {"lets the negotiator go", MIDDLE, let_go_here, FALSE, TRUE},
  {"another thread lets it go", BRANCH, let_go_elsewhere, FALSE, TRUE},
  {"unlinks itself", BRANCH, unlink_here, TRUE},
  {"leaves the bin", BRANCH, leave_here, TRUE},
  {"is taken from the bin", BRANCH, leave_elsewhere, TRUE},
  {"drops its pad", BRANCH, drop_pad_here, TRUE},
  {"keeps the query", MIDDLE, keep_query},
};

/* The source was answered still, and has asked anew before its last frame. */
static void
expect_end (const Liar * liar)
{
  GstBuffer *last = g_queue_peek_tail ((GQueue *) & liar->kept);

  fail_if (gst_ks_memory_is_ours (gst_buffer_peek_memory (last, 0)));
  if (liar->negotiator) {
    g_autoptr (GstKsPlan) plan = gst_ks_negotiator_get_plan (liar->negotiator);

    fail_unless_equals_int (gst_ks_plan_get_n_segments (plan), 0);
  }
}

/* The end comes with one of the fakesinks, when another has left. */
GST_START_TEST (test_midway)
{
  GstElement *pipeline = liar_launch (rows[__i__].launch);
  GstKsNegotiator *negotiator = gst_ks_negotiator_new (GST_BIN (pipeline));
  GstMessage *message;
  Liar liar;

  liar_init (&liar, pipeline, rows[__i__].lie);
  liar.negotiator = negotiator;
  liar.keeps = rows[__i__].ends;
  gst_ks_negotiator_attach (negotiator);
  message = liar_play (pipeline, rows[__i__].name);
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS, "%s: %"
      GST_PTR_FORMAT, rows[__i__].name, message);
  gst_clear_message (&message);
  fail_unless (liar.asked > 0, "%s: not asked", rows[__i__].name);
  fail_unless (liar.frames == FRAMES || rows[__i__].leaves, "%s: %d frames",
      rows[__i__].name, liar.frames);
  if (rows[__i__].ends)
    expect_end (&liar);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  if (liar.negotiator)
    liar_let_go (liar.negotiator);
  liar_clear (&liar);
  liar_let_go (pipeline);
}

GST_END_TEST;

/* --- from several threads --- */

#define TURNS 300

static gpointer
take_turns (gpointer negotiator)
{
  for (guint i = 0; i < TURNS; i++) {
    gst_ks_negotiator_attach (negotiator);
    gst_ks_negotiator_detach (negotiator);
  }
  return NULL;
}

/* From no thread that streams, while one does: it is left alone. */
static void
ask_from_outside (Liar * liar)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name
      (GST_BIN (liar->pipeline), "source");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
  g_autoptr (GstQuery) query = gst_query_new_allocation (NULL, TRUE);

  (void) gst_pad_peer_query (pad, query);
  fail_unless_equals_int (gst_query_get_n_allocation_params (query), 0);
}

static GstPadProbeReturn
let_outside_ask (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  make_elsewhere (user_data, ask_from_outside);
  return GST_PAD_PROBE_REMOVE;
}

/* The source's thread waits meanwhile, at its own pad. */
GST_START_TEST (test_question_from_outside)
{
  GstElement *pipeline = liar_launch ("videotestsrc name=source num-buffers=20"
      " ! fakesink name=liar");
  g_autoptr (GstKsNegotiator) negotiator =
      gst_ks_negotiator_new (GST_BIN (pipeline));
  g_autoptr (GstPad) source = NULL;
  GstStructure *report;
  GstMessage *message;
  guint strays;
  Liar liar;

  liar_init (&liar, pipeline, liar_be_honest);
  gst_ks_negotiator_attach (negotiator);
  source = gst_pad_get_peer (liar.pad);
  gst_pad_add_probe (source, GST_PAD_PROBE_TYPE_BUFFER, let_outside_ask,
      &liar, NULL);
  message = liar_play (pipeline, "outside");
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_clear_message (&message);
  report = gst_ks_negotiator_get_report (negotiator);
  fail_unless (gst_structure_get_uint (report, "strays", &strays));
  fail_unless_equals_int (strays, 0);
  gst_structure_free (report);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  liar_clear (&liar);
  liar_let_go (pipeline);
}

GST_END_TEST;

/* After all that, detached is detached: no probe is left on any pad. */
GST_START_TEST (test_attached_and_detached_at_once)
{
  GstElement *pipeline = liar_launch (BRANCH);
  GstKsNegotiator *negotiator = gst_ks_negotiator_new (GST_BIN (pipeline));
  GThread *threads[4];
  GstMessage *message;
  Liar liar;

  liar_init (&liar, pipeline, liar_be_honest);
  liar.keeps = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("turn", take_turns, negotiator);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  gst_ks_negotiator_detach (negotiator);
  message = liar_play (pipeline, "at once");
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_clear_message (&message);
  fail_unless_equals_int (liar.frames, FRAMES);
  liar.negotiator = negotiator;
  expect_end (&liar);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  liar_clear (&liar);
  liar_let_go (negotiator);
  liar_let_go (pipeline);
}

GST_END_TEST;

/* --- bins within bins --- */

#define NESTED SOURCE "! tee name=t ! queue ! fakesink t. ! queue !" \
    " fakesink name=liar"

/* A pipeline in a bin in a pipeline. */
static GstElement *
nested_pipeline (GstElement ** inner)
{
  GstElement *outer = gst_pipeline_new (NULL);
  g_autoptr (GError) error = NULL;

  *inner = gst_parse_bin_from_description (NESTED, FALSE, &error);
  fail_unless (error == NULL, "%s", error ? error->message : "");
  gst_bin_add (GST_BIN (outer), *inner);
  return outer;
}

static void
expect_sane (GstKsNegotiator * negotiator)
{
  g_autoptr (GstKsPlan) plan = gst_ks_negotiator_get_plan (negotiator);
  GstStructure *report = gst_ks_negotiator_get_report (negotiator);
  guint strays;

  fail_unless_equals_int (gst_ks_plan_get_status (plan), GST_KS_PLAN_STATUS_OK);
  fail_unless (gst_structure_get_uint (report, "strays", &strays));
  fail_unless_equals_int (strays, 0);
  gst_structure_free (report);
}

/* Each of the two frames, whoever came first, is of one allocator of ours. */
GST_START_TEST (test_two_negotiators)
{
  GstElement *inner, *outer = nested_pipeline (&inner);
  g_autoptr (GstKsNegotiator) a = gst_ks_negotiator_new (GST_BIN (__i__ == 0
          ? inner : outer));
  g_autoptr (GstKsNegotiator) b = gst_ks_negotiator_new (GST_BIN (__i__ == 1
          ? inner : outer));
  GstMessage *message;
  Liar liar;

  liar_init (&liar, outer, liar_be_honest);
  liar.keeps = TRUE;
  gst_ks_negotiator_attach (a);
  gst_ks_negotiator_attach (b);
  message = liar_play (outer, "nested");
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_clear_message (&message);
  fail_unless_equals_int (liar.frames, FRAMES);
  for (GList * l = liar.kept.head; l; l = l->next)
    fail_unless (gst_ks_memory_is_ours (gst_buffer_peek_memory (l->data, 0)));
  expect_sane (a);
  expect_sane (b);
  gst_element_set_state (outer, GST_STATE_NULL);
  liar_clear (&liar);
  liar_let_go (outer);
}

GST_END_TEST;

/* 0: never attached; 1: attached; 2: after a run. */
GST_START_TEST (test_bin_goes_first)
{
  GstElement *inner, *outer = nested_pipeline (&inner);
  GstKsNegotiator *negotiator = gst_ks_negotiator_new (GST_BIN (inner));
  g_autoptr (GstKsPlan) plan = NULL;
  GstMessage *message;

  if (__i__ > 0)
    gst_ks_negotiator_attach (negotiator);
  if (__i__ > 1) {
    message = liar_play (outer, "first");
    fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
    gst_clear_message (&message);
  }
  gst_element_set_state (outer, GST_STATE_NULL);
  gst_object_ref (inner);
  gst_bin_remove (GST_BIN (outer), inner);
  liar_let_go (inner);
  expect_sane (negotiator);
  gst_ks_negotiator_attach (negotiator);
  gst_ks_negotiator_detach (negotiator);
  plan = gst_ks_negotiator_get_plan (negotiator);
  fail_unless_equals_int (gst_ks_plan_get_n_segments (plan), 0);
  liar_let_go (negotiator);
  liar_let_go (outer);
}

GST_END_TEST;

/* Its pads are those of others, except where a pin makes them its own. */
GST_START_TEST (test_pin_of_a_bin)
{
  GstElement *pipeline = liar_launch (SOURCE "! ( name=bin identity )"
      " ! identity ! fakesink name=liar");
  g_autoptr (GstElement) bin = gst_bin_get_by_name (GST_BIN (pipeline), "bin");
  g_autoptr (GstKsNegotiator) negotiator =
      gst_ks_negotiator_new (GST_BIN (pipeline));
  GstMessage *message;
  Liar liar;

  for (GList * l = GST_ELEMENT (bin)->pads; l; l = l->next) {
    if (__i__ & (GST_PAD_IS_SRC (l->data) ? 1 : 2))
      g_object_unref (gst_ks_pin_get (l->data, TRUE));
  }
  liar_init (&liar, pipeline, liar_be_honest);
  gst_ks_negotiator_attach (negotiator);
  message = liar_play (pipeline, "pin of a bin");
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  gst_clear_message (&message);
  expect_sane (negotiator);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  liar_clear (&liar);
  liar_let_go (pipeline);
}

GST_END_TEST;

static Suite *
negotiatorreentry_suite (void)
{
  Suite *suite = suite_create ("negotiatorreentry");
  TCase *tcase = tcase_create ("general");

  gst_ks_init ();
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_midway, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_question_from_outside);
  tcase_add_test (tcase, test_attached_and_detached_at_once);
  tcase_add_loop_test (tcase, test_two_negotiators, 0, 2);
  tcase_add_loop_test (tcase, test_bin_goes_first, 0, 3);
  tcase_add_loop_test (tcase, test_pin_of_a_bin, 0, 4);
  return suite;
}

GST_CHECK_MAIN (negotiatorreentry);
