/* ks-bench: many threads on pools of several kinds while some of them flush and reconfigure.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksbench.h"

/* One operation in so many disturbs the pool it was meant for. */
#define DISTURB_ONE_IN 1000
#define CAP 4

typedef struct
{
  GPtrArray *pools;             /* GstBufferPool, borrowed */
  gint64 ops;
  guint32 seed;
} Worker;

static gboolean
configure (GstBufferPool * pool, guint size, guint max)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);

  gst_buffer_pool_config_set_params (config, NULL, size, 0, max);
  return gst_buffer_pool_set_config (pool, config);
}

static void
reconfigure (GstBufferPool * pool, GRand * rand)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  guint max = 0;

  (void) gst_buffer_pool_config_get_params (config, NULL, NULL, NULL, &max);
  gst_structure_free (config);
  (void) gst_buffer_pool_set_active (pool, FALSE);
  /* refused while frames are out: then it goes on as it was */
  (void) configure (pool, g_rand_boolean (rand) ? 100000 : 200000, max);
  (void) gst_buffer_pool_set_active (pool, TRUE);
}

static void
disturb (GstBufferPool * pool, GRand * rand)
{
  if (g_rand_boolean (rand)) {
    reconfigure (pool, rand);
    return;
  }
  gst_buffer_pool_set_flushing (pool, TRUE);
  g_thread_yield ();
  gst_buffer_pool_set_flushing (pool, FALSE);
}

static gpointer
work (gpointer data)
{
  Worker *self = data;
  GRand *rand = g_rand_new_with_seed (self->seed);
  gint64 done = 0;

  while (done < self->ops) {
    GstBuffer *buffer = NULL;
    guint at = (guint) g_rand_int_range (rand, 0, (gint) self->pools->len);
    GstBufferPool *pool = g_ptr_array_index (self->pools, at);
    if (g_rand_int_range (rand, 0, DISTURB_ONE_IN) == 0)
      disturb (pool, rand);
    if (gst_buffer_pool_acquire_buffer (pool, &buffer, NULL) == GST_FLOW_OK) {
      gst_buffer_unref (buffer);
      done++;
    } else {
      g_thread_yield ();
    }
  }
  g_rand_free (rand);
  return NULL;
}

/* Two pools of every kind that works here: one with a cap, one without. */
static GPtrArray *
make_pools (KsBenchResult * result)
{
  GPtrArray *pools = g_ptr_array_new ();
  g_auto (GStrv) kinds = gst_ks_list_kinds ();
  g_autoptr (GString) used = g_string_new ("kinds:");

  for (gchar ** kind = kinds; *kind != NULL; kind++) {
    g_autoptr (GstAllocator) allocator =
        gst_ks_allocator_get (*kind, NULL, NULL);
    for (guint i = 0; allocator != NULL && i < 2; i++) {
      GstBufferPool *pool =
          GST_BUFFER_POOL (gst_ks_pool_new (allocator, NULL, NULL));
      if (configure (pool, 100000, i * CAP)
          && gst_buffer_pool_set_active (pool, TRUE))
        g_ptr_array_add (pools, pool);
      else
        gst_object_unref (pool);
    }
    if (allocator != NULL)
      g_string_append_printf (used, " %s", *kind);
  }
  result->note = g_strdup (used->str);
  return pools;
}

static void
count_gone (gpointer data, GObject * gone)
{
  gint *live = data;

  g_atomic_int_add (live, -1);
}

/* What the pools say that is out when nothing is, and what outlives them. */
static void
account_for (GPtrArray * pools, KsBenchResult * result)
{
  gint live = (gint) pools->len;
  gint64 off = 0;
  gint64 leaked = 0;

  for (guint i = 0; i < pools->len; i++) {
    GstBufferPool *pool = g_ptr_array_index (pools, i);
    g_autoptr (GstKsAccount) account =
        gst_ks_account_ref (gst_ks_pool_peek_account (GST_KS_POOL (pool)));
    GstKsPoolStatus status = { 0 };
    GstKsAccountStats stats = { 0 };

    gst_ks_pool_get_status (GST_KS_POOL (pool), &status);
    gst_ks_account_get_stats (account, &stats);
    off += status.allocated + status.waiting + (gint64) stats.handed_out;
    (void) gst_buffer_pool_set_active (pool, FALSE);
    g_object_weak_ref (G_OBJECT (pool), count_gone, &live);
    gst_object_unref (pool);
    gst_ks_trim_all ();
    gst_ks_account_get_stats (account, &stats);
    leaked += (gint64) stats.live;
  }
  ks_bench_value (result, "count off", (gdouble) off);
  ks_bench_value (result, "leaks", (gdouble) leaked + g_atomic_int_get (&live));
}

gboolean
ks_bench_pool_stress (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  GPtrArray *pools = make_pools (result);
  g_autofree Worker *workers = g_new0 (Worker, args->threads);
  g_autofree GThread **threads = g_new0 (GThread *, args->threads);
  gboolean any = pools->len > 0;
  GstClockTime start = gst_util_get_timestamp ();

  for (gint i = 0; any && i < args->threads; i++) {
    workers[i] = (Worker) {
    pools, args->ops, (guint32) i + 1};
    threads[i] = g_thread_new ("stress", work, &workers[i]);
  }
  for (gint i = 0; any && i < args->threads; i++)
    g_thread_join (threads[i]);
  GstClockTime end = gst_util_get_timestamp ();

  account_for (pools, result);
  g_ptr_array_unref (pools);
  if (!any)
    return ks_bench_fail (error, "no kind gives a pool");
  ks_bench_value (result, "time",
      (gdouble) (end - start) / ((gdouble) args->ops * args->threads));
  return TRUE;
}
