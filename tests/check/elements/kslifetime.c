/* ksallocator: frames that outlive what made them, pools that others stop, caps that are reached.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksharness.h"

#define SMALL_CAPS "video/x-raw,format=I420,width=160,height=120,framerate=30/1"
#define SMALL_SIZE (160 * 120 * 3 / 2)
/* Reached only by a hang. */
#define WATCHDOG (20 * GST_SECOND)

static GstBuffer *
take (GstBufferPool * pool)
{
  GstBuffer *buffer = NULL;

  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &buffer, NULL),
      GST_FLOW_OK);
  fail_unless (buffer != NULL);
  return buffer;
}

static GstBufferPool *
ask_pool (Asker * asker, const gchar * caps)
{
  asker_ask (asker, caps, TRUE);
  fail_unless (GST_IS_KS_POOL (asker->pool));
  fail_unless (gst_buffer_pool_set_active (asker->pool, TRUE));
  return gst_object_ref (asker->pool);
}

static void
drop_pool (GstBufferPool * pool)
{
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
}

static gpointer
write_and_unref (gpointer data)
{
  gst_buffer_memset (data, 0, 0x5a, -1);
  gst_buffer_unref (data);
  return NULL;
}

/* The element, its pool and its bus are gone; the frame is still good. */
GST_START_TEST (test_freed_in_another_thread_after_all)
{
  GstBufferPool *pool;
  GstBuffer *buffer;
  Asker asker;

  asker_init (&asker, "", DOWNSTREAM_SILENT);
  pool = ask_pool (&asker, I420_CAPS);
  buffer = take (pool);
  asker_clear (&asker);
  drop_pool (pool);
  g_thread_join (g_thread_new ("late", write_and_unref, buffer));
}

GST_END_TEST;

/* A pool that fails after its element is gone tells nobody and does not crash. */
GST_START_TEST (test_pool_outlives_element)
{
  GstBuffer *held, *none = NULL;
  GstBufferPool *pool;
  Asker asker;

  asker_init (&asker, "max-bytes=120000", DOWNSTREAM_SILENT);
  pool = ask_pool (&asker, I420_CAPS);
  asker_clear (&asker);
  held = take (pool);
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &none, NULL),
      GST_FLOW_ERROR);
  fail_unless (none == NULL);
  gst_buffer_unref (held);
  drop_pool (pool);
}

GST_END_TEST;

/* New caps while frames of the old ones are out: both are served. */
GST_START_TEST (test_caps_change_while_frames_are_out)
{
  GstBufferPool *old_pool, *new_pool;
  GstBuffer *old_frame, *new_frame;
  Asker asker;

  asker_init (&asker, "require=error", DOWNSTREAM_SILENT);
  gst_harness_set_src_caps_str (asker.harness, I420_CAPS);
  old_pool = ask_pool (&asker, I420_CAPS);
  old_frame = take (old_pool);
  gst_harness_set_src_caps_str (asker.harness, SMALL_CAPS);
  new_pool = ask_pool (&asker, SMALL_CAPS);
  drop_pool (old_pool);
  new_frame = take (new_pool);
  fail_unless_equals_uint64 (gst_buffer_get_size (new_frame), SMALL_SIZE);
  fail_unless_equals_uint64 (gst_buffer_memset (old_frame, 0, 1, -1),
      I420_SIZE);
  fail_unless_equals_uint64 (asker_stat (&asker, "handed-out"), 2);

  fail_unless_equals_int (gst_harness_push (asker.harness, new_frame),
      GST_FLOW_OK);
  gst_buffer_unref (old_frame);
  fail_unless_equals_uint64 (asker_stat (&asker, "handed-out"), 1);
  drop_pool (new_pool);
  asker_clear (&asker);
}

GST_END_TEST;

/* Somebody stops the pool in mid-stream; the next question gets a new one. */
GST_START_TEST (test_pool_is_stopped_in_mid_stream)
{
  GstBuffer *held, *none = NULL;
  GstBufferPool *pool;
  Asker asker;

  asker_init (&asker, "", DOWNSTREAM_SILENT);
  pool = ask_pool (&asker, I420_CAPS);
  held = take (pool);
  gst_buffer_pool_set_active (pool, FALSE);
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &none, NULL),
      GST_FLOW_FLUSHING);
  gst_buffer_unref (held);
  gst_object_unref (pool);

  pool = ask_pool (&asker, I420_CAPS);
  gst_buffer_unref (take (pool));
  asker_none (&asker, GST_MESSAGE_ERROR);
  fail_unless_equals_uint64 (asker_stat (&asker, "handed-out"), 0);
  drop_pool (pool);
  asker_clear (&asker);
}

GST_END_TEST;

/* The same question again gets the same memory. */
GST_START_TEST (test_memory_survives_renegotiation)
{
  Asker asker;

  asker_init (&asker, "", DOWNSTREAM_SILENT);
  for (guint i = 0; i < 50; i++) {
    GstBufferPool *pool = ask_pool (&asker, I420_CAPS);

    gst_buffer_unref (take (pool));
    drop_pool (pool);
  }
  fail_unless_equals_uint64 (asker_stat (&asker, "fresh"), 1);
  fail_unless_equals_uint64 (asker_stat (&asker, "reused"), 49);
  asker_clear (&asker);
}

GST_END_TEST;

/* The budget is used up: an error, once, and what is out stays good. */
GST_START_TEST (test_budget_is_used_up)
{
  GstBuffer *one, *two, *none = NULL;
  GstBufferPool *pool;
  Asker asker;

  asker_init (&asker, "max-bytes=250000", DOWNSTREAM_SILENT);
  pool = ask_pool (&asker, I420_CAPS);
  one = take (pool);
  two = take (pool);
  for (guint i = 0; i < 2; i++)
    fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &none, NULL),
        GST_FLOW_ERROR);
  asker_expect (&asker, GST_MESSAGE_ERROR, GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_NO_SPACE_LEFT, "250000");
  asker_none (&asker, GST_MESSAGE_ERROR);
  fail_unless_equals_uint64 (gst_buffer_memset (one, 0, 1, -1), I420_SIZE);
  gst_buffer_unref (one);
  gst_buffer_unref (take (pool));
  gst_buffer_unref (two);
  drop_pool (pool);
  asker_clear (&asker);
}

GST_END_TEST;

static gpointer
push_one (gpointer data)
{
  GstHarness *harness = data;

  return GINT_TO_POINTER (gst_harness_push (harness,
          gst_buffer_new_allocate (NULL, I420_SIZE, NULL)));
}

static guint64
starved_field (const GstStructure * structure, const gchar * field)
{
  guint64 wide = 0;
  guint narrow = 0;

  if (gst_structure_get_uint (structure, field, &narrow))
    return narrow;
  fail_unless (gst_structure_get_uint64 (structure, field, &wide), "no %s",
      field);
  return wide;
}

static void
expect_starved (Asker * asker)
{
  for (;;) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (asker->bus, WATCHDOG, GST_MESSAGE_ELEMENT);
    const GstStructure *structure;

    fail_unless (message != NULL, "silence");
    structure = gst_message_get_structure (message);
    if (!gst_structure_has_name (structure, "ks-starved"))
      continue;
    fail_unless_equals_uint64 (starved_field (structure, "cap"), 1);
    fail_unless_equals_uint64 (starved_field (structure, "out"), 1);
    fail_unless_equals_uint64 (starved_field (structure, "waiting"), 1);
    fail_unless (starved_field (structure, "waited") >= 10 * GST_MSECOND);
    fail_unless (strstr (gst_structure_get_string (structure, "text"),
            "the one frame of the cap is out (1 in all); 1 thread waits"));
    return;
  }
}

/* The same for whoever reads no element messages. */
static void
expect_warning (Asker * asker)
{
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (asker->bus, WATCHDOG, GST_MESSAGE_WARNING);
  g_autoptr (GError) error = NULL;

  fail_unless (message != NULL, "silence");
  gst_message_parse_warning (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_NO_SPACE_LEFT));
  fail_unless (strstr (error->message, "raise the cap") != NULL, "%s",
      error->message);
}

typedef enum
{ WAKE_FLUSH, WAKE_STOP, WAKE_FRAME } Wake;

typedef struct
{
  const gchar *name;
  Wake wake;
  GstFlowReturn flow;
} WakeRow;

static const WakeRow wake_rows[] = {
  {"flush", WAKE_FLUSH, GST_FLOW_FLUSHING},
  {"stop", WAKE_STOP, GST_FLOW_FLUSHING},
  {"frame-back", WAKE_FRAME, GST_FLOW_OK},
};

/* A copy that waits at the cap says so, and can be woken. */
GST_START_TEST (test_waiting_copy_is_woken)
{
  const WakeRow *row = &wake_rows[__i__];
  GstBuffer *held;
  GThread *thread;
  Asker asker;

  asker_init (&asker, "memory=shared require=copy frames=..1"
      " starve-timeout=10000000", DOWNSTREAM_SILENT);
  gst_harness_set_src_caps_str (asker.harness, I420_CAPS);
  fail_unless_equals_int (GPOINTER_TO_INT (push_one (asker.harness)),
      GST_FLOW_OK);
  held = gst_harness_pull (asker.harness);
  thread = g_thread_new ("push", push_one, asker.harness);
  expect_starved (&asker);
  expect_warning (&asker);

  if (row->wake == WAKE_FLUSH)
    gst_harness_push_event (asker.harness, gst_event_new_flush_start ());
  else if (row->wake == WAKE_STOP)
    gst_element_set_state (asker.element, GST_STATE_READY);
  else
    gst_clear_buffer (&held);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)), row->flow);
  gst_clear_buffer (&held);
  asker_clear (&asker);
}

GST_END_TEST;

static gpointer
acquire_one (gpointer data)
{
  GstBuffer *buffer = NULL;
  GstFlowReturn flow = gst_buffer_pool_acquire_buffer (data, &buffer, NULL);

  gst_clear_buffer (&buffer);
  return GINT_TO_POINTER (flow);
}

/* An upstream that waits for a frame of the offered pool is woken by a flush
 * and by a stop, and served after it. */
GST_START_TEST (test_waiting_upstream_is_woken)
{
  const WakeRow *row = &wake_rows[__i__];
  GstBufferPool *pool;
  GstBuffer *held;
  GThread *thread;
  Asker asker;

  asker_init (&asker, "frames=..1 starve-timeout=10000000", DOWNSTREAM_SILENT);
  gst_harness_set_src_caps_str (asker.harness, I420_CAPS);
  pool = ask_pool (&asker, I420_CAPS);
  held = take (pool);
  thread = g_thread_new ("acquire", acquire_one, pool);
  expect_starved (&asker);

  if (row->wake == WAKE_FLUSH)
    gst_harness_push_event (asker.harness, gst_event_new_flush_start ());
  else if (row->wake == WAKE_STOP)
    gst_element_set_state (asker.element, GST_STATE_READY);
  else
    gst_clear_buffer (&held);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)), row->flow);
  gst_clear_buffer (&held);
  if (row->wake == WAKE_FLUSH) {
    gst_harness_push_event (asker.harness, gst_event_new_flush_stop (TRUE));
    gst_buffer_unref (take (pool));
  }
  drop_pool (pool);
  asker_clear (&asker);
}

GST_END_TEST;

/* An upstream that comes for a frame after we stopped must not wait for it
 * either: nobody would wake it. */
GST_START_TEST (test_stopped_lets_nobody_wait)
{
  GstBufferPool *pool;
  GstBuffer *held, *none = NULL;
  Asker asker;

  asker_init (&asker, "frames=..1", DOWNSTREAM_SILENT);
  gst_harness_set_src_caps_str (asker.harness, I420_CAPS);
  pool = ask_pool (&asker, I420_CAPS);
  held = take (pool);
  gst_element_set_state (asker.element, GST_STATE_READY);
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &none, NULL),
      GST_FLOW_FLUSHING);
  gst_element_set_state (asker.element, GST_STATE_PLAYING);
  gst_buffer_unref (held);
  gst_buffer_unref (take (pool));
  drop_pool (pool);
  asker_clear (&asker);
}

GST_END_TEST;

/* The cap was our wish: who has waited is served when we are gone. */
GST_START_TEST (test_unlinked_upstream_goes_on)
{
  GstBufferPool *pool;
  GstBuffer *held;
  GThread *thread;
  GstPad *pad;
  Asker asker;

  asker_init (&asker, "frames=..1 starve-timeout=10000000", DOWNSTREAM_SILENT);
  gst_harness_set_src_caps_str (asker.harness, I420_CAPS);
  pool = ask_pool (&asker, I420_CAPS);
  held = take (pool);
  thread = g_thread_new ("acquire", acquire_one, pool);
  expect_starved (&asker);
  pad = gst_element_get_static_pad (asker.element, "sink");
  gst_pad_unlink (asker.harness->srcpad, pad);
  gst_element_set_state (asker.element, GST_STATE_READY);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)),
      GST_FLOW_OK);
  gst_buffer_unref (held);
  gst_object_unref (pad);
  drop_pool (pool);
  asker_clear (&asker);
}

GST_END_TEST;

/* When we ask downstream ourselves, upstream's pool stays the one that a flush
 * wakes. */
GST_START_TEST (test_own_question_keeps_offered_pool)
{
  GstBufferPool *pool;
  GstBuffer *held;
  GThread *thread;
  Asker asker;

  asker_init (&asker, "memory=shared require=copy frames=..1"
      " starve-timeout=10000000", DOWNSTREAM_SILENT);
  gst_harness_set_src_caps_str (asker.harness, I420_CAPS);
  pool = ask_pool (&asker, I420_CAPS);
  held = take (pool);
  g_object_set (asker.element, "align", 64, NULL);
  fail_unless_equals_int (GPOINTER_TO_INT (push_one (asker.harness)),
      GST_FLOW_OK);
  thread = g_thread_new ("acquire", acquire_one, pool);
  expect_starved (&asker);
  gst_harness_push_event (asker.harness, gst_event_new_flush_start ());
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)),
      GST_FLOW_FLUSHING);
  gst_buffer_unref (held);
  drop_pool (pool);
  asker_clear (&asker);
}

GST_END_TEST;

/* Stopped, the element keeps no idle memory of its kind. */
GST_START_TEST (test_stop_trims)
{
  GstAllocator *allocator = gst_ks_allocator_get ("system", NULL, NULL);
  GstStructure *stats;
  GstBufferPool *pool;
  guint64 idle = 1;
  Asker asker;

  asker_init (&asker, "", DOWNSTREAM_SILENT);
  pool = ask_pool (&asker, I420_CAPS);
  gst_buffer_unref (take (pool));
  drop_pool (pool);
  asker_clear (&asker);

  stats = gst_ks_allocator_get_stats (allocator);
  fail_unless (gst_structure_get_uint64 (stats, "idle-bytes", &idle));
  fail_unless_equals_uint64 (idle, 0);
  gst_structure_free (stats);
  gst_object_unref (allocator);
}

GST_END_TEST;

/* ... and leaves those that go on what their pools keep ready. */
GST_START_TEST (test_stop_leaves_others)
{
  GstBufferPool *pool;
  Asker stops, goes_on;

  asker_init (&stops, "", DOWNSTREAM_SILENT);
  asker_init (&goes_on, "", DOWNSTREAM_SILENT);
  pool = ask_pool (&goes_on, I420_CAPS);
  gst_buffer_unref (take (pool));
  asker_clear (&stops);
  gst_buffer_unref (take (pool));
  fail_unless_equals_uint64 (asker_stat (&goes_on, "fresh"), 1);
  fail_unless_equals_uint64 (asker_stat (&goes_on, "reused"), 1);
  drop_pool (pool);
  asker_clear (&goes_on);
}

GST_END_TEST;

static Suite *
kslifetime_suite (void)
{
  Suite *s = suite_create ("kslifetime");
  TCase *tc = tcase_create ("frames");

  gst_ks_init ();
  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_freed_in_another_thread_after_all);
  tcase_add_test (tc, test_pool_outlives_element);
  tcase_add_test (tc, test_caps_change_while_frames_are_out);
  tcase_add_test (tc, test_pool_is_stopped_in_mid_stream);
  tcase_add_test (tc, test_memory_survives_renegotiation);
  tcase_add_test (tc, test_budget_is_used_up);
  tcase_add_loop_test (tc, test_waiting_copy_is_woken, 0,
      G_N_ELEMENTS (wake_rows));
  tcase_add_loop_test (tc, test_waiting_upstream_is_woken, 0,
      G_N_ELEMENTS (wake_rows));
  tcase_add_test (tc, test_stopped_lets_nobody_wait);
  tcase_add_test (tc, test_unlinked_upstream_goes_on);
  tcase_add_test (tc, test_own_question_keeps_offered_pool);
  tcase_add_test (tc, test_stop_trims);
  tcase_add_test (tc, test_stop_leaves_others);
  return s;
}

GST_CHECK_MAIN (kslifetime);
