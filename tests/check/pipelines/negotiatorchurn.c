/* A pipeline that never stays as it is, with a negotiator: nothing hangs, leaks or is left over.
 *
 * KS_SEED repeats a run; KS_STOCK makes one without a negotiator.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#define ROUNDS 4
#define CHANGES 250             /* each round */
#define QUICK_CHANGES 25        /* with KS_QUICK */
#define BRANCHES 4
#define QUEUE "queue max-size-buffers=0 max-size-bytes=0 max-size-time=0 "
#define SETTLED 12              /* frames: more than are on their way to the sink */
#define WATCHDOG (20 * G_TIME_SPAN_SECOND)

typedef struct
{
  GstElement *pipeline;
  GstElement *filter;
  GstElement *tee;
  GstKsNegotiator *negotiator;
  GstElement *branches[BRANCHES];       /* NULL: not there */
  GstElement *added;            /* of these, the one that is being linked */
  GRand *random;

  GMutex lock;
  GCond came;
  guint64 frames;               /* that came to the sink that stays */
  guint dead;                   /* frames of a pool for other caps */
  gboolean done;                /* what was to be done in idle time */
} Scene;

static void
frame_came (GstElement * sink, GstBuffer * buffer, GstPad * pad,
    gpointer user_data)
{
  Scene *scene = user_data;

  g_mutex_lock (&scene->lock);
  scene->frames++;
  g_cond_signal (&scene->came);
  g_mutex_unlock (&scene->lock);
}

/* A frame of ours is of the pool that was made for the caps in force. */
static GstPadProbeReturn
frame_left (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  g_autoptr (GstCaps) now = gst_pad_get_current_caps (pad);
  Scene *scene = user_data;
  GstStructure *config;
  GstCaps *caps;

  if (!GST_IS_KS_POOL (buffer->pool) || now == NULL)
    return GST_PAD_PROBE_OK;
  config = gst_buffer_pool_get_config (buffer->pool);
  gst_buffer_pool_config_get_params (config, &caps, NULL, NULL, NULL);
  if (!gst_caps_is_equal (caps, now)) {
    g_mutex_lock (&scene->lock);
    scene->dead++;
    g_mutex_unlock (&scene->lock);
  }
  gst_structure_free (config);
  return GST_PAD_PROBE_OK;
}

static void
watch_source (Scene * scene)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name
      (GST_BIN (scene->pipeline), "source");
  g_autoptr (GstElement) sink = gst_bin_get_by_name
      (GST_BIN (scene->pipeline), "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, frame_left, scene, NULL);
  g_signal_connect (sink, "handoff", G_CALLBACK (frame_came), scene);
}

static void
expect_no_error (Scene * scene, const gchar * after)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (scene->pipeline);
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus,
      GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  if (message)
    gst_message_parse_error (message, &error, &debug);
  fail_unless (message == NULL, "after %s: %s: %s", after, error
      ? error->message : "", debug);
}

/* Until whoever makes frames has asked again, if a change let it: a question
 * that is on its way when sinks are paused waits in a queue for what never
 * comes, with or without us. */
static void
expect_frames (Scene * scene, const gchar * after)
{
  gint64 end = g_get_monotonic_time () + WATCHDOG;
  guint64 enough;

  g_mutex_lock (&scene->lock);
  enough = scene->frames + SETTLED;
  while (scene->frames < enough && g_get_monotonic_time () < end) {
    gint64 a_while = g_get_monotonic_time () + G_TIME_SPAN_SECOND;

    if (!g_cond_wait_until (&scene->came, &scene->lock, a_while))
      expect_no_error (scene, after);
  }
  fail_unless (scene->frames >= enough, "nothing comes after: %s", after);
  g_mutex_unlock (&scene->lock);
}

/* --- changes --- */

static void
set_state (Scene * scene, GstState state)
{
  GstStateChangeReturn ret = gst_element_set_state (scene->pipeline, state);

  fail_if (ret == GST_STATE_CHANGE_FAILURE);
  if (ret == GST_STATE_CHANGE_ASYNC)
    ret = gst_element_get_state (scene->pipeline, NULL, NULL, 20 * GST_SECOND);
  fail_unless (ret == GST_STATE_CHANGE_SUCCESS, "state %d: %d", state, ret);
}

/* What is done to a pad while nothing goes through it. */
typedef struct
{
  Scene *scene;
  void (*make) (Scene * scene, GstPad * pad);
} Idle;

static GstPadProbeReturn
idle_came (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Idle *idle = user_data;

  idle->make (idle->scene, pad);
  g_mutex_lock (&idle->scene->lock);
  idle->scene->done = TRUE;
  g_cond_broadcast (&idle->scene->came);
  g_mutex_unlock (&idle->scene->lock);
  return GST_PAD_PROBE_REMOVE;
}

static void
make_when_idle (Scene * scene, GstPad * pad,
    void (*make) (Scene * scene, GstPad * pad))
{
  gint64 end = g_get_monotonic_time () + WATCHDOG;
  Idle idle = { scene, make };

  scene->done = FALSE;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_IDLE, idle_came, &idle, NULL);
  g_mutex_lock (&scene->lock);
  while (!scene->done && g_cond_wait_until (&scene->came, &scene->lock, end));
  fail_unless (scene->done, "%s is never idle", GST_PAD_NAME (pad));
  g_mutex_unlock (&scene->lock);
}

static void
unlink_pad (Scene * scene, GstPad * pad)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);

  gst_pad_unlink (pad, peer);
}

static void
drop_branch (Scene * scene, guint index)
{
  GstElement *branch = scene->branches[index];
  g_autoptr (GstPad) sink = gst_element_get_static_pad (branch, "sink");
  g_autoptr (GstPad) src = gst_pad_get_peer (sink);

  scene->branches[index] = NULL;
  make_when_idle (scene, src, unlink_pad);
  /* the pipeline may be on its way to a state, and would take it along */
  gst_element_set_locked_state (branch, TRUE);
  gst_element_set_state (branch, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (scene->pipeline), branch);
  gst_element_release_request_pad (scene->tee, src);
}

/* No event comes by the tee meanwhile: it would be on the new pad before those
 * that it comes after. */
static void
link_added (Scene * scene, GstPad * unused)
{
  g_autoptr (GstPad) src = gst_element_request_pad_simple (scene->tee,
      "src_%u");
  g_autoptr (GstPad) sink = gst_element_get_static_pad (scene->added, "sink");

  fail_unless_equals_int (gst_pad_link (src, sink), GST_PAD_LINK_OK);
}

static void
add_branch (Scene * scene, guint index)
{
  /* never full: in PAUSED it would keep frames from the others. Leaky ones store
   * an event that they drop before the one that they are about to push. */
  static const gchar *const kinds[] = {
    QUEUE "! fakesink async=false",
    QUEUE "! identity ! fakesink async=false",
    QUEUE "! videobalance hue=0.2 ! fakesink async=false",
    QUEUE "! videoconvert ! video/x-raw,format=RGB ! fakesink async=false",
    QUEUE "! ksallocator align=256 ! fakesink async=false"
  };
  guint kind = g_rand_int_range (scene->random, 0, G_N_ELEMENTS (kinds));
  g_autoptr (GError) error = NULL;
  g_autoptr (GstPad) tee = gst_element_get_static_pad (scene->tee, "sink");
  g_autoptr (GstPad) src = gst_pad_get_peer (tee);

  scene->branches[index] = gst_parse_bin_from_description (kinds[kind], TRUE,
      &error);
  fail_unless (error == NULL, "%s", error ? error->message : "");
  gst_bin_add (GST_BIN (scene->pipeline), scene->branches[index]);
  fail_unless (gst_element_sync_state_with_parent (scene->branches[index]));
  scene->added = scene->branches[index];
  make_when_idle (scene, src, link_added);
}

static void
change_branch (Scene * scene)
{
  guint index = g_rand_int_range (scene->random, 0, BRANCHES);

  if (scene->branches[index])
    drop_branch (scene, index);
  else
    add_branch (scene, index);
}

/* Frames that are on their way may still have the old ones. */
static void
change_caps (Scene * scene)
{
  g_autoptr (GstCaps) caps = gst_caps_new_simple ("video/x-raw",
      "format", G_TYPE_STRING, "I420",
      "width", G_TYPE_INT, 32 * g_rand_int_range (scene->random, 1, 6),
      "height", G_TYPE_INT, 32, NULL);

  g_object_set (scene->filter, "caps", caps, NULL);
}

/* The sinks lose their frame, so the pipeline is on its way until they have
 * another one. */
static void
flush (Scene * scene)
{
  fail_unless (gst_element_seek_simple (scene->pipeline, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH, 0));
  fail_unless_equals_int (gst_element_get_state (scene->pipeline, NULL, NULL,
          20 * GST_SECOND), GST_STATE_CHANGE_SUCCESS);
}

static void
pause_a_moment (Scene * scene)
{
  set_state (scene, GST_STATE_PAUSED);
  set_state (scene, GST_STATE_PLAYING);
}

static void
restart (Scene * scene)
{
  set_state (scene, GST_STATE_READY);
  set_state (scene, GST_STATE_PLAYING);
}

static void
attach_anew (Scene * scene)
{
  gst_ks_negotiator_detach (scene->negotiator);
  if (!g_getenv ("KS_STOCK"))
    gst_ks_negotiator_attach (scene->negotiator);
}

static void
look (Scene * scene)
{
  GstKsPlan *plan = gst_ks_negotiator_get_plan (scene->negotiator);
  GstStructure *report = gst_ks_negotiator_get_report (scene->negotiator);
  guint strays;

  fail_unless (gst_ks_plan_get_status (plan) == GST_KS_PLAN_STATUS_OK, "%s",
      gst_ks_plan_to_json (plan));
  fail_unless (gst_structure_get_uint (report, "strays", &strays));
  fail_unless_equals_int (strays, 0);
  gst_structure_free (report);
  gst_ks_plan_unref (plan);
}

static const struct
{
  const gchar *name;
  void (*make) (Scene * scene);
} changes[] = {
  {"branch", change_branch},
  {"branch", change_branch},
  {"caps", change_caps},
  {"flush", flush},
  {"pause", pause_a_moment},
  {"restart", restart},
  {"attach anew", attach_anew},
  {"look", look},
};

/* --- a round --- */

static void
scene_init (Scene * scene, guint32 seed)
{
  g_autoptr (GError) error = NULL;

  *scene = (Scene) {
  .random = g_rand_new_with_seed (seed)};
  g_mutex_init (&scene->lock);
  g_cond_init (&scene->came);
  scene->pipeline = gst_parse_launch ("videotestsrc name=source pattern=black"
      " ! capsfilter name=filter caps-change-mode=delayed caps=video/x-raw,format=I420,width=64,height=32"
      " ! queue max-size-buffers=3 ! tee name=t ! queue max-size-buffers=3"
      " ! fakesink name=sink signal-handoffs=true", &error);
  fail_unless (error == NULL, "%s", error ? error->message : "");
  scene->filter = gst_bin_get_by_name (GST_BIN (scene->pipeline), "filter");
  scene->tee = gst_bin_get_by_name (GST_BIN (scene->pipeline), "t");
  scene->negotiator = gst_ks_negotiator_new (GST_BIN (scene->pipeline));
  if (!g_getenv ("KS_STOCK"))
    gst_ks_negotiator_attach (scene->negotiator);
  watch_source (scene);
}

static void
scene_clear (Scene * scene)
{
  expect_no_error (scene, "all");
  gst_element_set_state (scene->pipeline, GST_STATE_NULL);
  fail_unless_equals_int (scene->dead, 0);
  g_object_unref (scene->negotiator);
  gst_object_unref (scene->filter);
  gst_object_unref (scene->tee);
  ASSERT_OBJECT_REFCOUNT (scene->pipeline, "pipeline", 1);
  gst_object_unref (scene->pipeline);
  g_rand_free (scene->random);
  g_mutex_clear (&scene->lock);
  g_cond_clear (&scene->came);
}

GST_START_TEST (test_churn)
{
  const gchar *wanted = g_getenv ("KS_SEED");
  guint32 seed = wanted ? g_ascii_strtoull (wanted, NULL, 0)
      : g_random_int ();
  guint count = g_getenv ("KS_QUICK") ? QUICK_CHANGES : CHANGES;
  Scene scene;

  g_print ("round %d, KS_SEED=%u\n", __i__, seed);
  scene_init (&scene, seed);
  set_state (&scene, GST_STATE_PLAYING);
  for (guint i = 0; i < count; i++) {
    guint change = g_rand_int_range (scene.random, 0, G_N_ELEMENTS (changes));

    changes[change].make (&scene);
    expect_frames (&scene, changes[change].name);
  }
  scene_clear (&scene);
}

GST_END_TEST;

static Suite *
negotiatorchurn_suite (void)
{
  Suite *suite = suite_create ("negotiatorchurn");
  TCase *tcase = tcase_create ("churn");

  tcase_set_timeout (tcase, 180);
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_churn, 0, ROUNDS);
  return suite;
}

GST_CHECK_MAIN (negotiatorchurn);
