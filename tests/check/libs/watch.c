/* Who has which frame: watched pads, trails, and what is made of them.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "watchtest.h"

static const PoolArgs four = {.max = 4 };

static void
keep_text (GstKsPool * pool, GstKsPoolEvent event, const GError * error,
    gpointer text)
{
  g_free (*(gchar **) text);
  *(gchar **) text = g_strdup (error->message);
}

GST_START_TEST (test_name)
{
  Scene scene = scene_new (&four);

  gst_ks_watch_add_pad (scene.watch, scene.src);
  expect_nobody_else (scene.pool, 0);
  push (scene.src, acquire (scene.pool));
  push (scene.src, acquire (scene.pool));
  expect (scene.pool, 0, 2, "inside", "hoarder:sink", "maker:src");
  expect_nobody_else (scene.pool, 1);
  drop_kept (scene.sink);
  expect_nobody_else (scene.pool, 0);
  scene_clear (&scene);
}

GST_END_TEST;

/* A frame that comes back and goes out again has a new trail. */
GST_START_TEST (test_not_pushed)
{
  Scene scene = scene_new (&four);
  GstBuffer *buffer = acquire (scene.pool);

  gst_ks_watch_add_pad (scene.watch, scene.src);
  expect (scene.pool, 0, 1, "filling", NULL, NULL);
  push (scene.src, buffer);
  expect (scene.pool, 0, 1, "inside", "hoarder:sink", "maker:src");
  drop_kept (scene.sink);
  buffer = acquire (scene.pool);
  expect (scene.pool, 0, 1, "filling", "maker:src", NULL);
  expect_nobody_else (scene.pool, 1);
  gst_buffer_unref (buffer);
  scene_clear (&scene);
}

GST_END_TEST;

GST_START_TEST (test_age)
{
  Scene scene = scene_new (&four);
  guint64 age = 0;

  gst_ks_watch_add_pad (scene.watch, scene.src);
  push (scene.src, acquire (scene.pool));
  let_time_pass ();
  g_autoptr (GstStructure) holders = gst_ks_pool_get_holders (scene.pool);
  fail_unless (gst_structure_get_uint64 (nth_holder (holders, 0), "age", &age));
  fail_unless (age >= GST_USECOND && age < 60 * GST_SECOND);
  scene_clear (&scene);
}

GST_END_TEST;

/* The report says it in words; who is not watched gets told how. */
GST_START_TEST (test_text)
{
  g_autofree gchar *text = NULL;
  const PoolArgs args = {.max = 2,.options = {.on_starve =
          GST_KS_STARVE_ERROR,.report = keep_text,.report_data = &text}
  };
  Scene scene = scene_new (&args);
  GstBufferPool *pool = GST_BUFFER_POOL (scene.pool);
  GstBuffer *one = acquire (scene.pool), *more = NULL;

  push (scene.src, acquire (scene.pool));
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &more, NULL),
      GST_FLOW_ERROR);
  fail_unless (strstr (text, "nobody watches") != NULL
      && strstr (text, "ks(report=starve)") != NULL, "%s", text);

  drop_kept (scene.sink);
  gst_ks_watch_add_pad (scene.watch, scene.src);
  push (scene.src, acquire (scene.pool));
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &more, NULL),
      GST_FLOW_ERROR);
  fail_unless (strstr (text, "all 2 frames of the cap are out") != NULL
      && strstr (text, "1 held by hoarder:sink since 0.") != NULL
      && strstr (text, "1 being filled by maker:src since 0.") != NULL
      && strstr (text, "nobody watches") == NULL, "%s", text);
  gst_buffer_unref (one);
  scene_clear (&scene);
}

GST_END_TEST;

/* What is known of the element is told with its name. */
GST_START_TEST (test_cause)
{
  Scene scene = scene_new (&four);
  g_autoptr (GstElement) sink = gst_element_factory_make ("fakesink", "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  gst_object_ref_sink (sink);
  gst_ks_watch_add_pad (scene.watch, scene.src);
  gst_pad_unlink (scene.src, scene.sink);
  gst_element_set_state (sink, GST_STATE_PLAYING);
  link_pads (scene.src, pad);
  push (scene.src, acquire (scene.pool));
  expect (scene.pool, 0, 1, "inside", "sink:sink", "maker:src");
  g_autoptr (GstStructure) holders = gst_ks_pool_get_holders (scene.pool);
  fail_unless (field_is (nth_holder (holders, 0), "cause", "last-sample"));
  fail_unless (field_is (nth_holder (holders, 0), "lever",
          "enable-last-sample=false"));
  gst_element_set_state (sink, GST_STATE_NULL);
  scene_clear (&scene);
}

GST_END_TEST;

/* --- forms --- */

static const struct
{
  const gchar *name;
  Form form;
} form_rows[] = {
  {"the buffer", AS_IT_IS},
  {"a part of its memory", AS_PART},
  {"a copy with the same memory", AS_COPY},
  {"a copy of the bytes", AS_OTHER},
};

/* The frame goes on in another form, through an element and its second pad. */
GST_START_TEST (test_form)
{
  Scene scene = scene_new (&four);
  GstPad *on = add_src (scene.hoarder, "on");
  g_autoptr (GstElement) last = element_new ("last");
  GstPad *end = add_sink (last, "sink");
  GstBuffer *buffer;

  GST_INFO ("%s", form_rows[__i__].name);
  link_pads (on, end);
  gst_ks_watch_add_path (scene.watch, scene.src);
  push (scene.src, acquire (scene.pool));
  buffer = g_queue_pop_head (kept_by (scene.sink));
  buffer = reform (buffer, form_rows[__i__].form);
  if (form_rows[__i__].form == AS_OTHER)
    expect_nobody_else (scene.pool, 0);
  else
    expect (scene.pool, 0, 1, "inside", "hoarder:sink", "maker:src");
  push (on, buffer);
  if (form_rows[__i__].form == AS_OTHER)
    expect_nobody_else (scene.pool, 0);
  else
    expect (scene.pool, 0, 1, "inside", "last:sink", "hoarder:on");
  drop_kept (end);
  expect_nobody_else (scene.pool, 0);
  scene_clear (&scene);
}

GST_END_TEST;

GST_START_TEST (test_list)
{
  Scene scene = scene_new (&four);
  GstBufferList *list = gst_buffer_list_new ();

  gst_ks_watch_add_pad (scene.watch, scene.src);
  gst_buffer_list_add (list, acquire (scene.pool));
  gst_buffer_list_add (list, gst_buffer_new ());
  gst_buffer_list_add (list, gst_buffer_new_allocate (NULL, 10, NULL));
  gst_buffer_list_add (list, acquire (scene.pool));
  fail_unless_equals_int (gst_pad_push_list (scene.src, list), GST_FLOW_OK);
  expect (scene.pool, 0, 2, "inside", "hoarder:sink", "maker:src");
  expect_nobody_else (scene.pool, 1);
  scene_clear (&scene);
}

GST_END_TEST;

/* Memory that a driver lays out has no place for our token; it is found. */
GST_START_TEST (test_shapes)
{
  static const PoolArgs args = {.kind = "fake",.max = 4,.with_meta = TRUE,
    .caps = "video/x-raw,format=I420,width=64,height=64"
  };

  gst_ks_fake_reset ();
  gst_ks_fake_register ();
  gst_ks_fake_set_shape (256, TRUE);
  Scene scene = scene_new (&args);
  gst_ks_watch_add_pad (scene.watch, scene.src);
  push (scene.src, acquire (scene.pool));
  expect (scene.pool, 0, 1, "inside", "hoarder:sink", "maker:src");
  GstBuffer *part = reform (g_queue_pop_head (kept_by (scene.sink)), AS_PART);
  expect (scene.pool, 0, 1, "inside", "hoarder:sink", "maker:src");
  gst_buffer_unref (part);
  expect_nobody_else (scene.pool, 0);
  scene_clear (&scene);
  gst_ks_trim_all ();
}

GST_END_TEST;

/* Others make pools of the frame of a plain allocation too. */
GST_START_TEST (test_no_pool)
{
  Scene scene = scene_new (&four);
  g_autoptr (GstAllocator) allocator = allocator_for (NULL);

  gst_ks_watch_add_pad (scene.watch, scene.src);
  push (scene.src, gst_buffer_new_allocate (allocator, SIZE, NULL));
  expect_nobody_else (scene.pool, 0);
  scene_clear (&scene);
}

GST_END_TEST;

/* --- ends of a way --- */

/* A tee that gives frames to both sides, one of which is a real sink. */
static const struct
{
  const gchar *name;
  gboolean sink_first;
  gboolean last_sample;
  guint frames;                 /* that the other side has, of 3 */
} tee_rows[] = {
  {"the sink last, and it keeps nothing", FALSE, FALSE, 3},
  {"the sink first, and it keeps nothing", TRUE, FALSE, 3},
  {"the sink last, and it keeps one", FALSE, TRUE, 2},
  {"the sink first, and it keeps one", TRUE, TRUE, 2},
};

static void
push_to_both (Scene * scene, GstPad * left, GstPad * right)
{
  GstBuffer *buffer;

  push (scene->src, acquire (scene->pool));
  buffer = g_queue_pop_head (kept_by (scene->sink));
  push (left, gst_buffer_ref (buffer));
  push (right, buffer);
  let_time_pass ();
}

/* The one that keeps frames is named, whichever came last; of a sink that is
 * known to keep one frame, the latest. */
GST_START_TEST (test_tee)
{
  Scene scene = scene_new (&four);
  GstPad *left = add_src (scene.hoarder, "left");
  GstPad *right = add_src (scene.hoarder, "right");
  g_autoptr (GstElement) silent = element_new ("silent");
  GstPad *kept = add_sink (silent, "sink");
  g_autoptr (GstElement) sink = gst_element_factory_make ("fakesink", "sink");
  g_autoptr (GstPad) other = gst_element_get_static_pad (sink, "sink");
  gboolean ahead = tee_rows[__i__].sink_first;

  GST_INFO ("%s", tee_rows[__i__].name);
  gst_object_ref_sink (sink);
  g_object_set (sink, "enable-last-sample", tee_rows[__i__].last_sample, NULL);
  gst_element_set_state (sink, GST_STATE_PLAYING);
  link_pads (left, ahead ? other : kept);
  link_pads (right, ahead ? kept : other);
  gst_ks_watch_add_path (scene.watch, scene.sink);
  for (guint i = 0; i < 3; i++)
    push_to_both (&scene, left, right);
  expect (scene.pool, 0, tee_rows[__i__].frames, "inside", "silent:sink",
      ahead ? "hoarder:right" : "hoarder:left");
  if (tee_rows[__i__].last_sample)
    expect (scene.pool, 1, 1, "inside", "sink:sink",
        ahead ? "hoarder:left" : "hoarder:right");
  else
    expect_nobody_else (scene.pool, 1);
  drop_kept (kept);
  gst_element_set_state (sink, GST_STATE_NULL);
  scene_clear (&scene);
}

GST_END_TEST;

/* What goes on where nobody watches may be anywhere there. */
GST_START_TEST (test_behind)
{
  Scene scene = scene_new (&four);
  GstPad *on = add_src (scene.hoarder, "on");
  g_autoptr (GstElement) last = element_new ("last");
  GstPad *end = add_sink (last, "sink");

  link_pads (on, end);
  gst_ks_watch_add_pad (scene.watch, scene.src);
  push (scene.src, acquire (scene.pool));
  push (on, g_queue_pop_head (kept_by (scene.sink)));
  expect (scene.pool, 0, 1, "behind", "hoarder:sink", "maker:src");
  drop_kept (end);
  scene_clear (&scene);
}

GST_END_TEST;

/* The way is found through borders of bins, up and down, and once. */
GST_START_TEST (test_path)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch
      ("identity name=start ! tee name=t "
      "t. ! queue name=q ! fakesink t. ! identity ! fakesink", NULL);
  g_autoptr (GstElement) start = gst_bin_get_by_name (GST_BIN (pipeline),
      "start");
  g_autoptr (GstPad) src = gst_element_get_static_pad (start, "src");
  g_autoptr (GstElement) queue = gst_bin_get_by_name (GST_BIN (pipeline), "q");
  g_autoptr (GstPad) far = gst_element_get_static_pad (queue, "src");
  GstKsWatch *watch = gst_ks_watch_new ();

  fail_unless (!GST_PAD_IS_BLOCKED (far));
  gst_ks_watch_add_path (watch, src);
  gst_ks_watch_add_path (watch, far);
  fail_unless_equals_int (far->num_probes, 1);
  fail_unless_equals_int (src->num_probes, 1);
  gst_ks_watch_remove_pad (watch, far);
  gst_ks_watch_remove_pad (watch, far);
  fail_unless_equals_int (far->num_probes, 0);
  gst_ks_watch_unref (watch);
  fail_unless_equals_int (src->num_probes, 0);
}

GST_END_TEST;

GST_START_TEST (test_path_in_bins)
{
  g_autoptr (GstElement) bin = gst_parse_bin_from_description
      ("identity name=inner", TRUE, NULL);
  g_autoptr (GstElement) inner = gst_bin_get_by_name (GST_BIN (bin), "inner");
  g_autoptr (GstPad) inner_src = gst_element_get_static_pad (inner, "src");
  g_autoptr (GstPad) bin_sink = gst_element_get_static_pad (bin, "sink");
  g_autoptr (GstPad) bin_src = gst_element_get_static_pad (bin, "src");
  Scene scene = scene_new (&four);

  gst_object_ref_sink (bin);
  gst_pad_unlink (scene.src, scene.sink);
  gst_element_set_state (bin, GST_STATE_PLAYING);
  fail_unless_equals_int (gst_pad_link (bin_src, scene.sink), GST_PAD_LINK_OK);
  link_pads (scene.src, bin_sink);
  gst_ks_watch_add_path (scene.watch, scene.sink);
  gst_ks_watch_add_pad (scene.watch, bin_src);
  fail_unless_equals_int (inner_src->num_probes, 1);
  fail_unless_equals_int (scene.src->num_probes, 1);
  fail_unless_equals_int (bin_src->num_probes, 0);
  push (scene.src, acquire (scene.pool));
  expect (scene.pool, 0, 1, "inside", "hoarder:sink", "inner:src");
  gst_element_set_state (bin, GST_STATE_NULL);
  scene_clear (&scene);
}

GST_END_TEST;

static Suite *
watch_suite (void)
{
  Suite *s = suite_create ("watch");
  TCase *tc = tcase_create ("watch");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_name);
  tcase_add_test (tc, test_not_pushed);
  tcase_add_test (tc, test_age);
  tcase_add_test (tc, test_text);
  tcase_add_test (tc, test_cause);
  tcase_add_loop_test (tc, test_form, 0, G_N_ELEMENTS (form_rows));
  tcase_add_test (tc, test_list);
  tcase_add_test (tc, test_shapes);
  tcase_add_test (tc, test_no_pool);
  tcase_add_loop_test (tc, test_tee, 0, G_N_ELEMENTS (tee_rows));
  tcase_add_test (tc, test_behind);
  tcase_add_test (tc, test_path);
  tcase_add_test (tc, test_path_in_bins);
  return s;
}

GST_CHECK_MAIN (watch);
