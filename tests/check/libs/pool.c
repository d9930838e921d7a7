/* The pool: what is out, at the cap, what comes back and what does not.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "pooltest.h"

#define NV12 "video/x-raw,format=NV12,width=64,height=48,framerate=25/1"

GST_START_TEST (test_counts)
{
  PoolArgs args = { NULL, };
  GstKsPool *pool = pool_for (&args);
  GstBuffer *frames[3];

  gst_ks_trim_all ();
  fail_unless_equals_int (stats_of (pool).live, 0);
  for (guint i = 0; i < 3; i++)
    frames[i] = acquire (pool);
  fail_unless_equals_int (status_of (pool).allocated, 3);
  fail_unless_equals_int (status_of (pool).idle, 0);
  gst_buffer_unref (frames[0]);
  fail_unless_equals_int (status_of (pool).allocated, 2);
  fail_unless_equals_int (status_of (pool).idle, 1);
  fail_unless_equals_int (stats_of (pool).live, 3);
  fail_unless_equals_int (stats_of (pool).handed_out, 2);
  fail_unless_equals_int (stats_of (pool).peak, 3);
  fail_unless (acquire (pool) == frames[0]);
  fail_unless_equals_int (stats_of (pool).fresh, 3);
  fail_unless_equals_int (stats_of (pool).reused, 1);
  for (guint i = 0; i < 3; i++)
    gst_buffer_unref (frames[i]);
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  fail_unless_equals_int (status_of (pool).idle, 0);
  fail_unless_equals_int (stats_of (pool).live, 0);
  fail_unless_equals_int (stats_of (pool).discarded, 0);
  gst_object_unref (pool);
}

GST_END_TEST;

/* --- at the cap --- */

static gpointer
acquire_waiting (gpointer pool)
{
  GstBuffer *buffer = NULL;
  GstFlowReturn flow = gst_buffer_pool_acquire_buffer (pool, &buffer, NULL);

  if (flow == GST_FLOW_OK)
    gst_buffer_unref (buffer);
  return GINT_TO_POINTER (flow);
}

static void
await_waiting (GstKsPool * pool, guint n)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  while (status_of (pool).waiting != n && g_get_monotonic_time () < end)
    g_thread_yield ();
  fail_unless_equals_int (status_of (pool).waiting, n);
}

GST_START_TEST (test_cap_blocks_until_release)
{
  PoolArgs args = {.max = 1 };
  GstKsPool *pool = pool_for (&args);
  GstBuffer *buffer = acquire (pool), *other;
  GThread *thread;

  fail_unless_equals_int (status_of (pool).cap, 1);
  fail_unless_equals_int (try_acquire (pool, &other), GST_FLOW_EOS);
  thread = g_thread_new ("waiter", acquire_waiting, pool);
  await_waiting (pool, 1);
  gst_buffer_unref (buffer);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)),
      GST_FLOW_OK);
  fail_unless_equals_int (status_of (pool).allocated, 0);
  fail_unless_equals_int (stats_of (pool).waits, 1);
  fail_unless_equals_int (stats_of (pool).live, 1);
  pool_done (pool);
}

GST_END_TEST;

GST_START_TEST (test_flush_wakes)
{
  PoolArgs args = {.max = 1 };
  GstKsPool *pool = pool_for (&args);
  GstBufferPool *base = GST_BUFFER_POOL (pool);
  GstBuffer *buffer = acquire (pool), *other;
  GThread *thread = g_thread_new ("waiter", acquire_waiting, pool);

  await_waiting (pool, 1);
  /* row 0: a flush; row 1: somebody deactivates it */
  if (__i__ == 0)
    gst_buffer_pool_set_flushing (base, TRUE);
  else
    gst_buffer_pool_set_active (base, FALSE);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)),
      GST_FLOW_FLUSHING);
  fail_unless_equals_int (try_acquire (pool, &other), GST_FLOW_FLUSHING);
  fail_unless_equals_int (status_of (pool).allocated, 1);
  gst_buffer_unref (buffer);
  fail_unless_equals_int (status_of (pool).idle, 0);
  if (__i__ == 0)
    gst_buffer_pool_set_flushing (base, FALSE);
  else
    gst_buffer_pool_set_active (base, TRUE);
  gst_buffer_unref (acquire (pool));
  fail_unless_equals_int (status_of (pool).idle, 1);
  pool_done (pool);
}

GST_END_TEST;

typedef struct
{
  guint starved, failed;
  GstBuffer *let_go;            /* NULL: nothing */
  gboolean destroyed;
} Reports;

static void
count_report (GstKsPool * pool, GstKsPoolEvent event, const GError * error,
    gpointer user_data)
{
  Reports *reports = user_data;

  fail_unless (error != NULL && error->domain == GST_KS_ERROR);
  fail_unless_equals_int (strstr (error->message, "on-starve is error") == NULL,
      event == GST_KS_POOL_STARVED);
  if (event == GST_KS_POOL_STARVED)
    reports->starved++;
  else
    reports->failed++;
  gst_clear_buffer (&reports->let_go);
}

static void
count_destroy (gpointer user_data)
{
  ((Reports *) user_data)->destroyed = TRUE;
}

static PoolArgs
args_with_reports (GstKsStarve on_starve, Reports * reports)
{
  return (PoolArgs) {
    .max = 1,.options = {
      .on_starve = on_starve,.starve_timeout = GST_MSECOND,
      .report = count_report,.report_data = reports,
      .report_destroy = count_destroy
    }
  };
}

GST_START_TEST (test_starved_is_reported)
{
  Reports reports = { 0, };
  PoolArgs args = args_with_reports (GST_KS_STARVE_BLOCK, &reports);
  GstKsPool *pool = pool_for (&args);
  GstBuffer *buffer = NULL;

  reports.let_go = acquire (pool);
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL
          (pool), &buffer, NULL), GST_FLOW_OK);
  fail_unless_equals_int (reports.starved, 1);
  fail_unless_equals_int (reports.failed, 0);
  gst_buffer_unref (buffer);
  pool_done (pool);
  fail_unless (reports.destroyed);
}

GST_END_TEST;

GST_START_TEST (test_starve_error)
{
  Reports reports = { 0, };
  PoolArgs args = args_with_reports (GST_KS_STARVE_ERROR, &reports);
  GstKsPool *pool = pool_for (&args);
  GstBuffer *buffer = acquire (pool), *other = NULL;

  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL
          (pool), &other, NULL), GST_FLOW_ERROR);
  fail_unless_equals_int (reports.failed, 1);
  fail_unless_equals_int (try_acquire (pool, &other), GST_FLOW_EOS);
  fail_unless_equals_int (reports.failed, 1);
  gst_buffer_unref (buffer);
  pool_done (pool);
}

GST_END_TEST;

GST_START_TEST (test_starve_grow)
{
  Reports reports = { 0, };
  PoolArgs args = args_with_reports (GST_KS_STARVE_GROW, &reports);
  GstKsPool *pool = pool_for (&args);
  GstBuffer *buffer = acquire (pool), *other = acquire (pool);

  fail_unless_equals_int (status_of (pool).allocated, 2);
  gst_buffer_unref (buffer);
  gst_buffer_unref (other);
  fail_unless_equals_int (status_of (pool).allocated, 0);
  pool_done (pool);
}

GST_END_TEST;

/* --- what comes back not intact: the memory ends the hand-out --- */

typedef struct
{
  const gchar *name;
  /* returns what somebody keeps of the buffer, which was unreferenced */
  GstMemory *(*spoil) (GstBuffer * buffer);
} SpoilRow;

static GstMemory *
spoil_keep_part (GstBuffer * buffer)
{
  GstMemory *part = gst_memory_share (gst_buffer_peek_memory (buffer, 0), 8, 8);

  gst_buffer_unref (buffer);
  return part;
}

static GstMemory *
spoil_keep_reference (GstBuffer * buffer)
{
  GstMemory *memory = gst_buffer_get_memory (buffer, 0);

  gst_buffer_unref (buffer);
  return memory;
}

static GstMemory *
spoil_take_out (GstBuffer * buffer)
{
  GstMemory *memory = gst_buffer_get_memory (buffer, 0);

  gst_buffer_remove_all_memory (buffer);
  gst_buffer_unref (buffer);
  return memory;
}

static GstMemory *
spoil_append (GstBuffer * buffer)
{
  GstMemory *memory = gst_buffer_get_memory (buffer, 0);

  gst_buffer_append_memory (buffer, gst_allocator_alloc (NULL, 16, NULL));
  gst_buffer_unref (buffer);
  return memory;
}

static GstMemory *
spoil_replace_and_untag (GstBuffer * buffer)
{
  GstMemory *memory = gst_buffer_get_memory (buffer, 0);

  gst_buffer_replace_all_memory (buffer, gst_allocator_alloc (NULL, SIZE,
          NULL));
  GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_TAG_MEMORY);
  gst_buffer_unref (buffer);
  return memory;
}

static const SpoilRow spoil_rows[] = {
  {"part-kept", spoil_keep_part},
  {"reference-kept", spoil_keep_reference},
  {"taken-out", spoil_take_out},
  {"appended", spoil_append},
  {"replaced-and-untagged", spoil_replace_and_untag},
};

GST_START_TEST (test_spoiled)
{
  const SpoilRow *row = &spoil_rows[__i__];
  PoolArgs args = {.max = 1 };
  GstKsPool *pool = pool_for (&args);
  GstBuffer *other = NULL;
  GstMemory *kept;

  gst_ks_trim_all ();
  kept = row->spoil (acquire (pool));
  fail_unless (stats_of (pool).discarded == 1, "%s", row->name);
  fail_unless (status_of (pool).allocated == 1, "%s: %u out", row->name,
      status_of (pool).allocated);
  fail_unless_equals_int (status_of (pool).idle, 0);
  fail_unless_equals_int (stats_of (pool).handed_out, 1);
  fail_unless (try_acquire (pool, &other) == GST_FLOW_EOS, "%s", row->name);
  gst_memory_unref (kept);
  fail_unless_equals_int (status_of (pool).allocated, 0);
  fail_unless_equals_int (stats_of (pool).handed_out, 0);
  fail_unless_equals_int (stats_of (pool).live, 0);
  gst_buffer_unref (acquire (pool));
  fail_unless_equals_int (stats_of (pool).live, 1);
  fail_unless_equals_int (stats_of (pool).fresh, 1);
  fail_unless_equals_int (stats_of (pool).reused, 1);
  pool_done (pool);
}

GST_END_TEST;

GST_START_TEST (test_kept_memory_serves_a_waiter)
{
  PoolArgs args = {.max = 1 };
  GstKsPool *pool = pool_for (&args);
  GstMemory *part = spoil_keep_part (acquire (pool));
  GThread *thread = g_thread_new ("waiter", acquire_waiting, pool);

  await_waiting (pool, 1);
  gst_memory_unref (part);
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)),
      GST_FLOW_OK);
  pool_done (pool);
}

GST_END_TEST;

/* A buffer that lost its memory does not hold the count. */
GST_START_TEST (test_memory_back_before_buffer)
{
  PoolArgs args = {.max = 1 };
  GstKsPool *pool = pool_for (&args);
  GstBuffer *buffer = acquire (pool);

  gst_buffer_remove_all_memory (buffer);
  fail_unless_equals_int (status_of (pool).allocated, 0);
  gst_buffer_unref (acquire (pool));
  gst_buffer_unref (buffer);
  fail_unless_equals_int (status_of (pool).allocated, 0);
  fail_unless_equals_int (stats_of (pool).handed_out, 0);
  pool_done (pool);
}

GST_END_TEST;

/* --- what comes back intact is as it was --- */

typedef struct
{
  const gchar *name;
  void (*change) (GstBuffer * buffer);
} ChangeRow;

static void
change_stamps (GstBuffer * buffer)
{
  GST_BUFFER_PTS (buffer) = GST_BUFFER_DTS (buffer) = 1;
  GST_BUFFER_DURATION (buffer) = 2;
  GST_BUFFER_OFFSET (buffer) = 3;
  GST_BUFFER_OFFSET_END (buffer) = 4;
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
}

static void
change_shrink (GstBuffer * buffer)
{
  gst_buffer_resize (buffer, 16, 32);
}

static void
change_into_prefix (GstBuffer * buffer)
{
  gst_buffer_resize (buffer, -32, gst_buffer_get_size (buffer) + 32);
}

static void
change_into_padding (GstBuffer * buffer)
{
  gst_buffer_resize (buffer, 0, gst_buffer_get_size (buffer) + 64);
}

static void
change_metas (GstBuffer * buffer)
{
  gst_buffer_add_video_crop_meta (buffer);
  gst_buffer_add_video_meta (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_FORMAT_GRAY8, 8, 8);
}

static void
change_video_meta (GstBuffer * buffer)
{
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);

  meta->width = 1;
  meta->stride[0] = -64;
  meta->offset[1] = 7;
  meta->n_planes = 4;
}

static const ChangeRow change_rows[] = {
  {"stamps", change_stamps},
  {"shrink", change_shrink},
  {"into-prefix", change_into_prefix},
  {"into-padding", change_into_padding},
  {"metas", change_metas},
  {"video-meta", change_video_meta},
};

static guint
count_metas (GstBuffer * buffer)
{
  gpointer state = NULL;
  guint n = 0;

  while (gst_buffer_iterate_meta (buffer, &state))
    n++;
  return n;
}

GST_START_TEST (test_reset)
{
  const ChangeRow *row = &change_rows[__i__];
  PoolArgs args = {.framing = "system, prefix=32, padding=64",.caps = NV12,
    .with_meta = TRUE
  };
  GstKsPool *pool = pool_for (&args);
  GstBuffer *buffer = acquire (pool);
  guint n_metas = count_metas (buffer);
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  gsize offset, maxsize, size = gst_buffer_get_sizes (buffer, &offset,
      &maxsize);

  fail_unless_equals_int (offset, 32);
  fail_unless_equals_int (size, 64 * 48 * 3 / 2);
  fail_unless (maxsize >= size + 96);
  row->change (buffer);
  gst_buffer_unref (buffer);

  fail_unless (acquire (pool) == buffer, "%s", row->name);
  fail_unless (gst_buffer_get_sizes (buffer, &offset, &maxsize) == size, "%s",
      row->name);
  fail_unless (offset == 32, "%s: offset %" G_GSIZE_FORMAT, row->name, offset);
  fail_unless (count_metas (buffer) == n_metas, "%s", row->name);
  fail_unless (gst_buffer_get_video_meta (buffer) == meta);
  fail_unless (meta->width == 64 && meta->stride[0] == 64
      && meta->offset[1] == 64 * 48 && meta->n_planes == 2, "%s", row->name);
  fail_if (GST_BUFFER_PTS_IS_VALID (buffer) || GST_BUFFER_DTS_IS_VALID (buffer)
      || GST_BUFFER_DURATION_IS_VALID (buffer)
      || GST_BUFFER_OFFSET_IS_VALID (buffer)
      || GST_BUFFER_OFFSET_END_IS_VALID (buffer));
  fail_unless_equals_int (GST_BUFFER_FLAGS (buffer), 0);
  fail_unless_equals_int (stats_of (pool).discarded, 0);
  gst_buffer_unref (buffer);
  pool_done (pool);
}

GST_END_TEST;

GST_START_TEST (test_zero_always)
{
  PoolArgs args = {.options = {.zero = GST_KS_ZERO_ALWAYS} };
  GstKsPool *pool = pool_for (&args);

  for (guint i = 0; i < 3; i++) {
    GstBuffer *buffer = acquire (pool);
    GstMapInfo map;

    fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
    for (guint j = 0; j < map.size; j++)
      fail_unless (map.data[j] == 0, "round %u, byte %u", i, j);
    memset (map.data, 0xa5, map.size);
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
    fail_unless_equals_int (status_of (pool).allocated, 0);
  }
  fail_unless_equals_int (stats_of (pool).discarded, 0);
  pool_done (pool);
}

GST_END_TEST;

/* --- what outlives what --- */

GST_START_TEST (test_deactivate_with_buffers_out)
{
  PoolArgs args = {.max = 2 };
  GstKsPool *pool = pool_for (&args);
  GstBuffer *out = acquire (pool), *idle = acquire (pool);

  gst_buffer_unref (idle);
  fail_unless_equals_int (status_of (pool).idle, 1);
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE));
  fail_unless_equals_int (status_of (pool).idle, 0);
  fail_unless_equals_int (status_of (pool).allocated, 1);
  /* not while something is out */
  fail_if (gst_buffer_pool_set_config (GST_BUFFER_POOL (pool),
          config_for (pool, &(PoolArgs) {
              .max = 5}
          )));
  gst_buffer_unref (out);
  fail_unless_equals_int (status_of (pool).allocated, 0);
  fail_unless_equals_int (stats_of (pool).live, 0);
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  gst_buffer_unref (acquire (pool));
  fail_unless_equals_int (status_of (pool).idle, 1);
  pool_done (pool);
}

GST_END_TEST;

GST_START_TEST (test_pool_goes_first)
{
  PoolArgs args = {.max = 2,.options.account = gst_ks_account_new (0) };
  GstKsPool *pool = pool_for (&args);
  GstBuffer *out = acquire (pool);
  GstMemory *part = spoil_keep_part (acquire (pool));
  GstKsAccountStats stats;

  g_object_add_weak_pointer (G_OBJECT (pool), (gpointer *) & pool);
  gst_object_unref (pool);
  fail_unless (pool != NULL);
  gst_buffer_unref (out);
  fail_unless (pool == NULL);
  gst_ks_account_get_stats (args.options.account, &stats);
  fail_unless_equals_int (stats.handed_out, 1);
  gst_memory_unref (part);
  gst_ks_account_get_stats (args.options.account, &stats);
  fail_unless_equals_int (stats.handed_out, 0);
  fail_unless_equals_int (stats.live, 0);
  gst_ks_account_unref (args.options.account);
}

GST_END_TEST;

GST_START_TEST (test_trim_empties_an_active_pool)
{
  PoolArgs args = { NULL, };
  GstKsPool *pool = pool_for (&args);

  gst_buffer_unref (acquire (pool));
  fail_unless_equals_int (status_of (pool).idle, 1);
  gst_ks_allocator_trim (gst_ks_pool_peek_allocator (pool));
  fail_unless_equals_int (status_of (pool).idle, 0);
  fail_unless_equals_int (stats_of (pool).live, 0);
  gst_buffer_unref (acquire (pool));
  fail_unless_equals_int (status_of (pool).idle, 1);
  pool_done (pool);
}

GST_END_TEST;

static Suite *
pool_suite (void)
{
  Suite *s = suite_create ("pool");
  TCase *tc = tcase_create ("pool");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_counts);
  tcase_add_test (tc, test_cap_blocks_until_release);
  tcase_add_loop_test (tc, test_flush_wakes, 0, 2);
  tcase_add_test (tc, test_starved_is_reported);
  tcase_add_test (tc, test_starve_error);
  tcase_add_test (tc, test_starve_grow);
  tcase_add_loop_test (tc, test_spoiled, 0, G_N_ELEMENTS (spoil_rows));
  tcase_add_test (tc, test_kept_memory_serves_a_waiter);
  tcase_add_test (tc, test_memory_back_before_buffer);
  tcase_add_loop_test (tc, test_reset, 0, G_N_ELEMENTS (change_rows));
  tcase_add_test (tc, test_zero_always);
  tcase_add_test (tc, test_deactivate_with_buffers_out);
  tcase_add_test (tc, test_pool_goes_first);
  tcase_add_test (tc, test_trim_empties_an_active_pool);
  return s;
}

GST_CHECK_MAIN (pool);
