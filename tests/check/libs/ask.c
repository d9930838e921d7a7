/* Our ALLOCATION query, and which thread may send it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>
#include <gst/ks/gstksask.h>

typedef struct
{
  GstElement *tee;
  GstPad *head;                 /* linked to the tee's sink pad; owned */
  GstPad *sink;                 /* of the tee; owned */
  GstPad *end;                  /* behind it; owned */
  GstKsAsk *ask;
  GLogLevelFlags fatal;
  guint handler;
  gint told;                    /* atomic; critical messages */
  guint before;                 /* strays */
} Scene;

static void
note (const gchar * domain, GLogLevelFlags level, const gchar * message,
    gpointer user_data)
{
  Scene *scene = user_data;

  fail_unless (strstr (message, "does not stream it") != NULL, "%s", message);
  g_atomic_int_inc (&scene->told);
}

static gboolean
answer (GstPad * pad, GstObject * parent, GstQuery * query)
{
  return GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION;
}

static void
scene_init (Scene * scene)
{
  g_autoptr (GstPad) src = NULL;

  *scene = (Scene) {
  .fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK)};
  scene->handler = g_log_set_handler ("GStreamer-KS", G_LOG_LEVEL_CRITICAL,
      note, scene);
  scene->tee = gst_object_ref_sink (gst_element_factory_make ("tee", NULL));
  scene->sink = gst_element_get_static_pad (scene->tee, "sink");
  src = gst_element_request_pad_simple (scene->tee, "src_%u");
  scene->head = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  scene->end = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
  gst_pad_set_query_function (scene->end, answer);
  gst_pad_set_active (scene->end, TRUE);
  gst_pad_set_active (scene->head, TRUE);
  gst_element_set_state (scene->tee, GST_STATE_PLAYING);
  fail_unless_equals_int (gst_pad_link (src, scene->end), GST_PAD_LINK_OK);
  fail_unless_equals_int (gst_pad_link (scene->head, scene->sink),
      GST_PAD_LINK_OK);
  scene->ask = gst_ks_ask_new (scene->head, NULL, FALSE);
  scene->before = gst_ks_ask_count_strays ();
}

static void
scene_clear (Scene * scene)
{
  gst_element_set_state (scene->tee, GST_STATE_NULL);
  gst_ks_ask_unref (scene->ask);
  gst_object_unref (scene->head);
  gst_object_unref (scene->end);
  gst_object_unref (scene->sink);
  gst_object_unref (scene->tee);
  g_log_remove_handler ("GStreamer-KS", scene->handler);
  g_log_set_always_fatal (scene->fatal);
}

static gpointer
send_ask (gpointer scene)
{
  gst_ks_ask_send (((Scene *) scene)->ask);
  return NULL;
}

static gpointer
ask_branches (gpointer user_data)
{
  Scene *scene = user_data;
  g_autoptr (GstQuery) query = gst_query_new_allocation (NULL, FALSE);

  fail_unless (gst_ks_ask_branches (scene->ask, scene->tee, query));
  return NULL;
}

/* The thread that asks, and the one that brings the question to a tee. */
GST_START_TEST (test_own_thread_may_ask)
{
  Scene scene;

  scene_init (&scene);
  GST_PAD_STREAM_LOCK (scene.sink);
  (void) ask_branches (&scene);
  GST_PAD_STREAM_UNLOCK (scene.sink);
  (void) send_ask (&scene);
  fail_unless (gst_ks_ask_is_answered (scene.ask));
  fail_unless_equals_int (scene.told, 0);
  fail_unless_equals_int (gst_ks_ask_count_strays (), scene.before);
  scene_clear (&scene);
}

GST_END_TEST;

static void
expect_told (Scene * scene)
{
  fail_unless_equals_int (g_atomic_int_get (&scene->told), 1);
  fail_unless_equals_int (gst_ks_ask_count_strays (), scene->before + 1);
}

/* Planted: another thread sends what this one asked. */
GST_START_TEST (test_stray_question_is_noticed)
{
  Scene scene;

  scene_init (&scene);
  g_thread_join (g_thread_new ("stray", send_ask, &scene));
  expect_told (&scene);
  scene_clear (&scene);
}

GST_END_TEST;

/* Planted: another thread asks behind a tee that this one streams. */
GST_START_TEST (test_stray_branch_is_noticed)
{
  Scene scene;

  scene_init (&scene);
  GST_PAD_STREAM_LOCK (scene.sink);
  g_thread_join (g_thread_new ("stray", ask_branches, &scene));
  GST_PAD_STREAM_UNLOCK (scene.sink);
  expect_told (&scene);
  (void) send_ask (&scene);
  scene_clear (&scene);
}

GST_END_TEST;

static Suite *
ask_suite (void)
{
  Suite *suite = suite_create ("ask");
  TCase *tcase = tcase_create ("threads");

  gst_ks_init ();
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_own_thread_may_ask);
  tcase_add_test (tcase, test_stray_question_is_noticed);
  tcase_add_test (tcase, test_stray_branch_is_noticed);
  return suite;
}

GST_CHECK_MAIN (ask);
