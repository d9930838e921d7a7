/* ks-bench: acquire and release on one pool, and the descriptors of idle pools.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksbench.h"

#include <pthread.h>

#define FRAME_SIZE 65536

typedef struct
{
  GstBufferPool *pool;
  GAsyncQueue *queue;           /* ping-pong only */
  pthread_barrier_t *barrier;
  gint64 ops;
  gint64 failed;                /* acquires that gave no buffer */
  GstClockTime start, end;
} Worker;

/* An active pool; max: the cap, 0 for none. */
static GstBufferPool *
make_pool (const KsBenchArgs * args, guint min, guint max, GError ** error)
{
  g_autoptr (GstBufferPool) pool = NULL;

  if (args->ours && g_strcmp0 (args->kind, "floor") == 0) {
    pool = ks_bench_floor_pool_new ();
  } else if (args->ours) {
    g_autoptr (GstAllocator) allocator =
        gst_ks_allocator_get (args->kind ? args->kind : "system", NULL, error);
    if (allocator == NULL)
      return NULL;
    pool = GST_BUFFER_POOL (gst_ks_pool_new (allocator, NULL, NULL));
  } else {
    pool = gst_buffer_pool_new ();
  }

  GstStructure *config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_set_params (config, NULL, FRAME_SIZE, min, max);
  if (!gst_buffer_pool_set_config (pool, config)
      || !gst_buffer_pool_set_active (pool, TRUE)) {
    (void) ks_bench_fail (error, "the pool took no configuration");
    return NULL;
  }
  return g_steal_pointer (&pool);
}

static void
drop_pool (GstBufferPool * pool)
{
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
}

static gpointer
churn (gpointer data)
{
  Worker *self = data;
  GstBuffer *buffer;

  pthread_barrier_wait (self->barrier);
  self->start = gst_util_get_timestamp ();
  for (gint64 i = 0; i < self->ops; i++) {
    if (gst_buffer_pool_acquire_buffer (self->pool, &buffer,
            NULL) == GST_FLOW_OK)
      gst_buffer_unref (buffer);
    else
      self->failed++;
  }
  self->end = gst_util_get_timestamp ();
  return NULL;
}

/* Nanoseconds from the start of the first worker to the end of the last, by
 * their own clocks: this thread may get the processor when all is over. */
static gint64
run_churn (GstBufferPool * pool, const KsBenchArgs * args, gint64 * failed)
{
  g_autofree Worker *workers = g_new0 (Worker, args->threads);
  g_autofree GThread **threads = g_new0 (GThread *, args->threads);
  GstClockTime start = GST_CLOCK_TIME_NONE, end = 0;
  pthread_barrier_t barrier;

  pthread_barrier_init (&barrier, NULL, (guint) args->threads);
  for (gint i = 0; i < args->threads; i++) {
    workers[i] = (Worker) {
    .pool = pool,.barrier = &barrier,.ops = args->ops};
    threads[i] = g_thread_new ("churn", churn, &workers[i]);
  }
  for (gint i = 0; i < args->threads; i++) {
    g_thread_join (threads[i]);
    *failed += workers[i].failed;
    start = MIN (start, workers[i].start);
    end = MAX (end, workers[i].end);
  }
  pthread_barrier_destroy (&barrier);
  return (gint64) (end - start);
}

gboolean
ks_bench_pool_churn (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  gint64 failed = 0;
  GstBufferPool *pool = make_pool (args, (guint) args->threads, 0, error);

  if (pool == NULL)
    return FALSE;
  gint64 elapsed = run_churn (pool, args, &failed);
  drop_pool (pool);
  if (failed > 0)
    return ks_bench_fail (error, "an acquire gave no buffer");
  ks_bench_value (result, "time",
      (gdouble) elapsed / ((gdouble) args->ops * args->threads));
  return TRUE;
}

static gpointer
take_back (gpointer data)
{
  Worker *self = data;

  for (gint64 i = 0; i < self->ops; i++)
    gst_buffer_unref (g_async_queue_pop (self->queue));
  return NULL;
}

gboolean
ks_bench_pool_ping_pong (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  GstBufferPool *pool = make_pool (args, 0, 4, error);
  GstBuffer *buffer;
  gboolean flowing = TRUE;

  if (pool == NULL)
    return FALSE;
  Worker taker = { pool, g_async_queue_new (), NULL, args->ops, 0 };
  GThread *thread = g_thread_new ("taker", take_back, &taker);
  GstClockTime start = gst_util_get_timestamp ();
  for (gint64 i = 0; i < args->ops; i++) {
    flowing = flowing && gst_buffer_pool_acquire_buffer (pool, &buffer,
        NULL) == GST_FLOW_OK;
    /* the taker counts, so it gets something even after a failure */
    g_async_queue_push (taker.queue, flowing ? buffer : gst_buffer_new ());
  }
  g_thread_join (thread);
  GstClockTime end = gst_util_get_timestamp ();
  g_async_queue_unref (taker.queue);
  drop_pool (pool);
  if (!flowing)
    return ks_bench_fail (error, "an acquire gave no buffer");
  ks_bench_value (result, "time", (gdouble) (end - start) / args->ops);
  return TRUE;
}

static gint64
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  gint64 n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Descriptors that exist because of so many pools that nobody uses; -1: no pool. */
static gint64
fds_of_pools (const KsBenchArgs * args, GError ** error)
{
  g_autoptr (GPtrArray) pools =
      g_ptr_array_new_with_free_func ((GDestroyNotify) drop_pool);
  gint64 before = count_fds ();

  for (gint64 i = 0; i < args->ops; i++) {
    GstBufferPool *pool = make_pool (args, 2, 0, error);
    if (pool == NULL)
      return -1;
    g_ptr_array_add (pools, pool);
  }
  return count_fds () - before;
}

/* The base class opens descriptors for every pool before 1.26, ours included;
 * what counts for ours is what it has beyond that. */
gboolean
ks_bench_pool_fds (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  KsBenchArgs stock = *args;

  stock.ours = FALSE;
  gint64 base = fds_of_pools (&stock, error);
  gint64 n = args->ours ? fds_of_pools (args, error) : base;
  if (base < 0 || n < 0)
    return FALSE;
  ks_bench_value (result, "descriptors", args->ours ? n - base : n);
  return TRUE;
}
