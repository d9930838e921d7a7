/* Applications that fill frames of the plan: gst_ks_appsrc_negotiate().
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "appsrcapp.h"

/* --- frames of the plan --- */

typedef struct
{
  const gchar *name;
  const gchar *launch;
  const gchar *sink;            /* framing; NULL: none */
  const gchar *source;          /* framing; NULL: none */
  const gchar *kind;
  gsize align;
} Row;

/* *INDENT-OFF* */
static const Row rows[] = {
  {"silence", SOURCE "! " SINK, NULL, NULL, "system", 1},
  {"sink", SOURCE "! " SINK, "shared, align=4096", NULL, "shared", 4096},
  {"source", SOURCE "! " SINK, NULL, "shared, align=4096", "shared", 4096},
  {"both", SOURCE "! " SINK, "mapped, align=4096", "shared, align=64", "shared",
      4096},
  {"queue", SOURCE "! queue ! " SINK, "shared, align=256", NULL, "shared",
      256},
  {"filter", SOURCE "! " SMALL " ! identity ! " SINK, "shared", NULL, "shared",
      1},
  {"converter", SOURCE "! videoconvert ! video/x-raw,format=NV12 ! " SINK,
      "shared", "system, align=4096", "system", 4096},
  {"caps-set", SOURCE "caps=" LARGE " ! " SINK, "shared", NULL, "shared", 1},
  {"live", SOURCE "is-live=true ! queue ! " SINK, "shared", NULL, "shared", 1},
  {"appsink", SOURCE "! appsink name=e sync=false drop=true max-buffers=1"
      " wait-on-eos=false", "shared, align=4096", NULL, "shared", 4096},
};
/* *INDENT-ON* */

GST_START_TEST (test_frames_of_the_plan)
{
  const Row *row = &rows[__i__ / 2];
  App app;

  app_init (&app, row->launch, __i__ % 2);
  attach (&app, row->sink);
  get_ready (&app);
  GstBufferPool *pool = negotiate (&app, SMALL, row->source);
  expect_kind (pool, row->kind, row->align);
  fill (&app, pool, 20, SMALL_SIZE);
  play_to_the_end (&app, row->name);
  fail_unless_equals_int (g_atomic_int_get (&app.frames), 20);
  fail_unless_equals_int (g_atomic_int_get (&app.wrong), 0);
  expect_plan (&app, row->name);
  let_go (pool);
  app_clear (&app);
}

GST_END_TEST;

/* The appsrc's own thread asks again when it likes, and nothing changes. */
GST_START_TEST (test_asked_again)
{
  App app;

  app_init (&app, SOURCE "! queue ! " SINK, __i__);
  attach (&app, "shared, align=4096");
  get_ready (&app);
  GstBufferPool *pool = negotiate (&app, SMALL, NULL);
  gst_pad_mark_reconfigure (app.pad);
  fill (&app, pool, 5, SMALL_SIZE);
  gst_pad_mark_reconfigure (app.pad);
  fill (&app, pool, 5, SMALL_SIZE);
  let_go (pool);

  /* so does the application: all ends well before the first buffer or after */
  pool = negotiate (&app, SMALL, NULL);
  expect_kind (pool, "shared", 4096);
  fill (&app, pool, 5, SMALL_SIZE);
  play_to_the_end (&app, "asked-again");
  fail_unless_equals_int (g_atomic_int_get (&app.frames), 15);
  expect_plan (&app, "asked-again");
  let_go (pool);
  app_clear (&app);
}

GST_END_TEST;

static void
fill_in_callback (GstElement * appsrc, guint bytes, App * app)
{
  GstBufferPool *pool;

  /* one is asked for at a time */
  if (g_object_get_data (G_OBJECT (appsrc), "asked"))
    return;
  g_object_set_data (G_OBJECT (appsrc), "asked", app);
  pool = negotiate (app, SMALL, NULL);
  expect_kind (pool, "shared", 4096);
  fill (app, pool, 3, SMALL_SIZE);
  let_go (pool);
  pool = negotiate (app, LARGE, NULL);
  expect_kind (pool, "shared", 4096);
  fill (app, pool, 3, LARGE_SIZE);
  let_go (pool);
  GstFlowReturn flow;
  g_signal_emit_by_name (appsrc, "end-of-stream", &flow);
}

GST_START_TEST (test_in_need_data)
{
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;
  App app;

  app_init (&app, SOURCE "! queue ! " SINK, __i__);
  attach (&app, "shared, align=4096");
  g_signal_connect (app.appsrc, "need-data", G_CALLBACK (fill_in_callback),
      &app);
  bus = gst_element_get_bus (app.pipeline);
  gst_element_set_state (app.pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, RUN_WATCHDOG,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL, "silence");
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_EOS);
  fail_unless_equals_int (g_atomic_int_get (&app.frames), 6);
  fail_unless_equals_int (g_atomic_int_get (&app.wrong), 0);
  expect_plan (&app, "need-data");
  app_clear (&app);
}

GST_END_TEST;

/* --- in mid-stream --- */

GST_START_TEST (test_caps_change)
{
  static const gchar *const caps[] = { SMALL, LARGE, SMALL };
  static const gsize sizes[] = { SMALL_SIZE, LARGE_SIZE, SMALL_SIZE };
  App app;

  app_init (&app, SOURCE "! queue ! " SINK, __i__);
  attach (&app, "shared, align=4096");
  gst_element_set_state (app.pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < G_N_ELEMENTS (caps); i++) {
    GstBufferPool *pool = negotiate (&app, caps[i], NULL);

    expect_kind (pool, "shared", 4096);
    fill (&app, pool, 10, sizes[i]);
    let_go (pool);
  }
  play_to_the_end (&app, "caps-change");
  fail_unless_equals_int (g_atomic_int_get (&app.frames), 30);
  fail_unless_equals_int (g_atomic_int_get (&app.wrong), 0);
  expect_plan (&app, "caps-change");
  app_clear (&app);
}

GST_END_TEST;

static void
note_full (GstElement * queue, Gate * gate)
{
  gate_open (gate);
}

/* Nothing moves before PLAYING: a call that asks would not come back. */
GST_START_TEST (test_full_queue)
{
  g_autoptr (GstElement) element = NULL;
  Gate full = { 0 };
  App app;

  app_init (&app, SOURCE "! queue name=q max-size-buffers=1 ! " SINK, __i__);
  attach (&app, "shared, align=4096");
  element = gst_bin_get_by_name (GST_BIN (app.pipeline), "q");
  g_signal_connect (element, "overrun", G_CALLBACK (note_full), &full);
  get_ready (&app);
  GstBufferPool *pool = negotiate (&app, SMALL, NULL);
  fill (&app, pool, 5, SMALL_SIZE);
  gate_wait (&full);
  let_go (pool);
  pool = negotiate (&app, LARGE, "mapped, align=64");
  expect_kind (pool, "shared", 4096);
  fill (&app, pool, 5, LARGE_SIZE);
  play_to_the_end (&app, "full-queue");
  fail_unless_equals_int (g_atomic_int_get (&app.frames), 10);
  fail_unless_equals_int (g_atomic_int_get (&app.wrong), 0);
  expect_plan (&app, "full-queue");
  let_go (pool);
  app_clear (&app);
}

GST_END_TEST;

/* What downstream says later counts when nothing is on its way any more. */
GST_START_TEST (test_flush_asks_again)
{
  App app;

  app_init (&app, SOURCE "! " SINK, FALSE);
  attach (&app, "shared");
  gst_element_set_state (app.pipeline, GST_STATE_PLAYING);
  GstBufferPool *pool = negotiate (&app, SMALL, NULL);
  fill (&app, pool, 2, SMALL_SIZE);
  let_go (pool);
  attach (&app, "system, align=4096");
  pool = negotiate (&app, LARGE, NULL);
  expect_kind (pool, "shared", 1);
  let_go (pool);

  gst_element_send_event (app.appsrc, gst_event_new_flush_start ());
  gst_element_send_event (app.appsrc, gst_event_new_flush_stop (TRUE));
  pool = negotiate (&app, LARGE, NULL);
  expect_kind (pool, "system", 4096);
  fill (&app, pool, 2, LARGE_SIZE);
  play_to_the_end (&app, "flush");
  fail_unless_equals_int (g_atomic_int_get (&app.wrong), 0);
  let_go (pool);
  app_clear (&app);
}

GST_END_TEST;

/* --- threads --- */

/* The stream begins while the application asks. */
GST_START_TEST (test_races_with_the_start)
{
  App app;

  app_init (&app, SOURCE "! queue ! " SINK, __i__ % 2);
  attach (&app, "shared, align=4096");
  for (guint i = 0; i < 10; i++) {
    g_atomic_int_set (&app.frames, 0);
    get_ready (&app);
    GstBufferPool *pool = negotiate (&app, SMALL, NULL);
    fill (&app, pool, 3, SMALL_SIZE);
    play_to_the_end (&app, "start");
    fail_unless_equals_int (g_atomic_int_get (&app.frames), 3);
    fail_unless_equals_int (g_atomic_int_get (&app.wrong), 0);
    let_go (pool);
    gst_element_set_state (app.pipeline, GST_STATE_READY);
  }
  expect_plan (&app, "start");
  app_clear (&app);
}

GST_END_TEST;

static gpointer
ask_often (gpointer user_data)
{
  App *app = user_data;
  g_autoptr (GstCaps) small = gst_caps_from_string (SMALL);
  g_autoptr (GstCaps) large = gst_caps_from_string (LARGE);

  for (guint i = 0; i < 200; i++) {
    g_autoptr (GError) error = NULL;
    GstBufferPool *pool = gst_ks_appsrc_negotiate (app->appsrc,
        i % 2 ? small : large, NULL, &error);

    /* refusals are fine, silence is not */
    fail_unless ((pool != NULL) == (error == NULL));
    if (pool)
      let_go (pool);
  }
  return NULL;
}

static void
change_states (App * app, guint rounds)
{
  for (guint i = 0; i < rounds; i++) {
    gst_element_set_state (app->pipeline, GST_STATE_PLAYING);
    if (i % 3 == 0)
      gst_pad_mark_reconfigure (app->pad);
    gst_element_set_state (app->pipeline, GST_STATE_READY);
  }
}

GST_START_TEST (test_races_with_states)
{
  GThread *threads[2];
  App app;

  app_init (&app, SOURCE "! queue ! " SINK, __i__);
  attach (&app, "shared, align=4096");
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("asks", ask_often, &app);
  change_states (&app, 100);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  app_clear (&app);
}

GST_END_TEST;

static Suite *
appsrc_suite (void)
{
  Suite *suite = suite_create ("appsrc");
  TCase *tcase = tcase_create ("appsrc");

  gst_ks_init ();
  tcase_set_timeout (tcase, 60);
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_frames_of_the_plan, 0,
      2 * G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_asked_again, 0, 2);
  tcase_add_loop_test (tcase, test_in_need_data, 0, 2);
  tcase_add_loop_test (tcase, test_caps_change, 0, 2);
  tcase_add_loop_test (tcase, test_full_queue, 0, 2);
  tcase_add_test (tcase, test_flush_asks_again);
  tcase_add_loop_test (tcase, test_races_with_the_start, 0, 4);
  tcase_add_loop_test (tcase, test_races_with_states, 0, 2);
  return suite;
}

GST_CHECK_MAIN (appsrc);
