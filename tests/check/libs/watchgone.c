/* Who has which frame, when pads, elements, pools and watches go, and long ways.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "watchtest.h"

/* More pads than a trail remembers, and than the table of pads keeps. */
#define MANY_STEPS 40
#define MANY_PADS 700
#define THREAD_FRAMES 2000

static const PoolArgs four = {.max = 4 };

/* --- things go --- */

GST_START_TEST (test_removed)
{
  Scene scene = scene_new (&four);

  gst_ks_watch_add_pad (scene.watch, scene.src);
  push (scene.src, acquire (scene.pool));
  gst_ks_watch_remove_pad (scene.watch, scene.src);
  push (scene.src, acquire (scene.pool));
  expect (scene.pool, 0, 1, "inside", "hoarder:sink", "maker:src");
  expect (scene.pool, 1, 1, "filling", "maker:src", NULL);
  scene_clear (&scene);
}

GST_END_TEST;

/* What was noted stays when the watch is gone. */
GST_START_TEST (test_watch_gone)
{
  Scene scene = scene_new (&four);
  GstKsWatch *watch = gst_ks_watch_ref (scene.watch);

  gst_ks_watch_add_pad (scene.watch, scene.src);
  push (scene.src, acquire (scene.pool));
  gst_ks_watch_unref (watch);
  fail_unless_equals_int (scene.src->num_probes, 1);
  g_clear_pointer (&scene.watch, gst_ks_watch_unref);
  fail_unless_equals_int (scene.src->num_probes, 0);
  expect (scene.pool, 0, 1, "inside", "hoarder:sink", "maker:src");
  scene_clear (&scene);
}

GST_END_TEST;

GST_START_TEST (test_unlinked)
{
  Scene scene = scene_new (&four);

  gst_ks_watch_add_pad (scene.watch, scene.src);
  push (scene.src, acquire (scene.pool));
  gst_pad_unlink (scene.src, scene.sink);
  expect (scene.pool, 0, 1, "lost", NULL, "maker:src");
  scene_clear (&scene);
}

GST_END_TEST;

/* The name was copied; the frame is with somebody else by now. */
GST_START_TEST (test_element_gone)
{
  Scene scene = scene_new (&four);
  GstBuffer *buffer;

  gst_ks_watch_add_pad (scene.watch, scene.src);
  push (scene.src, acquire (scene.pool));
  buffer = g_queue_pop_head (kept_by (scene.sink));
  gst_clear_object (&scene.maker);
  gst_clear_object (&scene.hoarder);
  expect (scene.pool, 0, 1, "lost", NULL, "maker:src");
  gst_buffer_unref (buffer);
  scene_clear (&scene);
}

GST_END_TEST;

/* A frame may outlive its pool; its trail goes with it. */
GST_START_TEST (test_pool_gone)
{
  Scene scene = scene_new (&four);
  GstBuffer *part;

  gst_ks_watch_add_pad (scene.watch, scene.src);
  push (scene.src, acquire (scene.pool));
  part = reform (g_queue_pop_head (kept_by (scene.sink)), AS_PART);
  pool_done (g_steal_pointer (&scene.pool));
  push (scene.src, part);
  scene_clear (&scene);
  gst_ks_trim_all ();
}

GST_END_TEST;

/* More pads than a trail has room for: it knows the latest. */
GST_START_TEST (test_long_way)
{
  Scene scene = scene_new (&four);
  GstBuffer *buffer = acquire (scene.pool);
  g_autoptr (GstElement) other = element_new ("other");

  for (guint i = 0; i < MANY_STEPS; i++) {
    g_autofree gchar *name = g_strdup_printf ("src%u", i);

    gst_ks_watch_note (add_src (other, name), buffer);
  }
  gst_ks_watch_add_pad (scene.watch, scene.src);
  push (scene.src, buffer);
  expect (scene.pool, 0, 1, "inside", "hoarder:sink", "maker:src");
  scene_clear (&scene);
}

GST_END_TEST;

/* A frame that is repeated for ever has no longer trail for it. */
GST_START_TEST (test_repeated)
{
  Scene scene = scene_new (&four);
  GstBuffer *buffer = acquire (scene.pool);

  gst_ks_watch_add_pad (scene.watch, scene.src);
  for (guint i = 0; i < 3 * MANY_STEPS; i++)
    push (scene.src, gst_buffer_ref (buffer));
  gst_buffer_unref (buffer);
  expect (scene.pool, 0, 1, "inside", "hoarder:sink", "maker:src");
  scene_clear (&scene);
}

GST_END_TEST;

/* Names of pads that are gone are not kept for ever, and nobody minds. */
GST_START_TEST (test_forgotten_pads)
{
  Scene scene = scene_new (&four);
  GstBuffer *buffer = acquire (scene.pool);

  for (guint i = 0; i < MANY_PADS; i++) {
    g_autoptr (GstElement) brief = element_new ("brief");
    GstPad *pad = add_src (brief, "src");

    gst_ks_watch_add_pad (scene.watch, pad);
    if (i == 0)
      gst_ks_watch_note (pad, buffer);
  }
  expect (scene.pool, 0, 1, "lost", NULL, NULL);
  gst_ks_watch_add_pad (scene.watch, scene.src);
  push (scene.src, buffer);
  expect (scene.pool, 0, 1, "inside", "hoarder:sink", "maker:src");
  scene_clear (&scene);
}

GST_END_TEST;

/* --- threads --- */

static gpointer
stream (gpointer data)
{
  Scene *scene = data;

  for (guint i = 0; i < THREAD_FRAMES; i++) {
    GstBuffer *buffer = NULL;

    fail_unless_equals_int (gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL
            (scene->pool), &buffer, NULL), GST_FLOW_OK);
    (void) gst_pad_push (scene->src, reform (buffer, i % 4));
    drop_kept (scene->sink);
  }
  return NULL;
}

/* Frames go and come, pads are added and removed, links change, while somebody
 * asks. Two streams share a pool. */
GST_START_TEST (test_threads)
{
  Scene one = scene_new (&four), other = scene_new (&four);
  GThread *streams[2];
  gint turn = 0;

  pool_done (other.pool);
  other.pool = gst_object_ref (one.pool);
  streams[0] = g_thread_new ("one", stream, &one);
  streams[1] = g_thread_new ("other", stream, &other);
  for (turn = 0; turn < THREAD_FRAMES / 10; turn++) {
    g_autoptr (GstStructure) holders = gst_ks_pool_get_holders (one.pool);

    fail_unless (gst_structure_has_field (holders, "holders"));
    if (turn % 2)
      gst_ks_watch_add_path (one.watch, turn % 4 == 1 ? one.src : other.sink);
    else
      gst_ks_watch_remove_pad (one.watch, turn % 4 ? other.src : one.src);
  }
  g_thread_join (streams[0]);
  g_thread_join (streams[1]);
  expect_nobody_else (one.pool, 0);
  g_clear_object (&other.pool);
  scene_clear (&other);
  scene_clear (&one);
}

GST_END_TEST;

static Suite *
watchgone_suite (void)
{
  Suite *s = suite_create ("watchgone");
  TCase *tc = tcase_create ("watchgone");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_removed);
  tcase_add_test (tc, test_watch_gone);
  tcase_add_test (tc, test_unlinked);
  tcase_add_test (tc, test_element_gone);
  tcase_add_test (tc, test_pool_gone);
  tcase_add_test (tc, test_long_way);
  tcase_add_test (tc, test_repeated);
  tcase_add_test (tc, test_forgotten_pads);
  tcase_add_test (tc, test_threads);
  return s;
}

GST_CHECK_MAIN (watchgone);
