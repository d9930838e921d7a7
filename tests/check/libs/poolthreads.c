/* The pool among many threads that acquire, keep, spoil, flush and reconfigure.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "pooltest.h"

#define N_THREADS 8
#define ROUNDS 100000           /* of all threads together */
#define STRESS_ROUNDS 1000000   /* with KS_STRESS in the environment */
#define QUICK_ROUNDS 4000       /* with KS_QUICK: under tools that slow down */

typedef struct
{
  GstKsPool *pool;
  guint32 seed;
  guint rounds;
  gint done;                    /* atomic; threads */
  gint served;                  /* atomic; frames */
} Run;

static GstBuffer *
next_buffer (Run * run, GRand * rand)
{
  GstBuffer *buffer = NULL;
  GstFlowReturn flow;

  if (g_rand_boolean (rand))
    flow = try_acquire (run->pool, &buffer);
  else
    flow = gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (run->pool),
        &buffer, NULL);
  fail_unless (flow == GST_FLOW_OK || flow == GST_FLOW_EOS
      || flow == GST_FLOW_FLUSHING);
  return buffer;
}

/* Nobody else may have it: what was written is still there. */
static void
use_buffer (GstBuffer * buffer, guint8 mark)
{
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  memset (map.data, mark, 64);
  g_thread_yield ();
  for (guint i = 0; i < 64; i++)
    fail_unless_equals_int (map.data[i], mark);
  gst_buffer_unmap (buffer, &map);
}

static void
spoil (GstBuffer * buffer, GRand * rand, GstMemory ** kept)
{
  g_clear_pointer (kept, gst_memory_unref);
  if (g_rand_boolean (rand))
    *kept = gst_memory_share (gst_buffer_peek_memory (buffer, 0), 0, 8);
  else
    gst_buffer_remove_all_memory (buffer);
}

static gpointer
user_run (gpointer data)
{
  Run *run = data;
  guint32 n = g_atomic_int_add (&run->seed, 1);
  g_autoptr (GRand) rand = g_rand_new_with_seed (n);
  GstMemory *kept = NULL;

  for (guint i = 0; i < run->rounds; i++) {
    GstBuffer *buffer = next_buffer (run, rand);

    if (buffer == NULL) {
      /* what is kept may be what others wait for */
      g_clear_pointer (&kept, gst_memory_unref);
      continue;
    }
    g_atomic_int_inc (&run->served);
    if (i % 8 == 0)
      use_buffer (buffer, n);
    if (i % 16 == 0)
      spoil (buffer, rand, &kept);
    gst_buffer_unref (buffer);
    if (i % 32 == 8)
      g_clear_pointer (&kept, gst_memory_unref);
  }
  g_clear_pointer (&kept, gst_memory_unref);
  g_atomic_int_inc (&run->done);
  return NULL;
}

static void
disturb (Run * run, GRand * rand)
{
  GstBufferPool *base = GST_BUFFER_POOL (run->pool);
  PoolArgs args = { NULL, };

  switch (g_rand_int_range (rand, 0, 4)) {
    case 0:
      gst_buffer_pool_set_flushing (base, TRUE);
      gst_buffer_pool_set_flushing (base, FALSE);
      break;
    case 1:
      gst_ks_allocator_trim (gst_ks_pool_peek_allocator (run->pool));
      break;
    default:
      gst_buffer_pool_set_active (base, FALSE);
      args.max = g_rand_int_range (rand, 0, 4) + N_THREADS;
      args.size = SIZE << g_rand_int_range (rand, 0, 2);
      /* refused while buffers are out */
      (void) gst_buffer_pool_set_config (base, config_for (run->pool, &args));
      fail_unless (gst_buffer_pool_set_active (base, TRUE));
      break;
  }
}

static guint
all_rounds (void)
{
  if (g_getenv ("KS_STRESS") != NULL)
    return STRESS_ROUNDS;
  return g_getenv ("KS_QUICK") != NULL ? QUICK_ROUNDS : ROUNDS;
}

GST_START_TEST (test_threads)
{
  const gchar *given = g_getenv ("KS_SEED");
  PoolArgs args = {.max = __i__ == 0 ? 0 : N_THREADS };
  Run run = { NULL, };
  guint32 seed = given ? g_ascii_strtoull (given, NULL, 0) : g_random_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  GThread *threads[N_THREADS];

  g_print ("seed: KS_SEED=%u\n", seed);
  run.seed = seed;
  run.rounds = all_rounds () / N_THREADS;
  run.pool = pool_for (&args);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("user", user_run, &run);
  while (g_atomic_int_get (&run.done) < N_THREADS) {
    disturb (&run, rand);
    g_thread_yield ();
  }
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);

  fail_unless (run.served > 0);
  fail_unless_equals_int (status_of (run.pool).allocated, 0);
  fail_unless_equals_int (status_of (run.pool).waiting, 0);
  fail_unless_equals_int (stats_of (run.pool).handed_out, 0);
  fail_unless_equals_int (stats_of (run.pool).live, status_of (run.pool).idle);
  gst_buffer_unref (acquire (run.pool));
  pool_done (run.pool);
}

GST_END_TEST;

static Suite *
poolthreads_suite (void)
{
  Suite *s = suite_create ("poolthreads");
  TCase *tc = tcase_create ("poolthreads");

  suite_add_tcase (s, tc);
  if (g_getenv ("KS_STRESS"))
    tcase_set_timeout (tc, 600);
  tcase_add_loop_test (tc, test_threads, 0, 2);
  return s;
}

GST_CHECK_MAIN (poolthreads);
