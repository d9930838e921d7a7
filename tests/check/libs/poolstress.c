/* All ways to a pool at once: wait, be cancelled, try, take by address, change hands, flush, close.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "poolowner.h"

#define N_THREADS 8
#define CAP 3
#define GENERATIONS 40
#define SERVED 300              /* frames; then the pool is closed */
#define QUICK_GENERATIONS 4     /* with KS_QUICK: under tools that slow down */

/* A frame, of either interface. */
typedef struct
{
  GstBuffer *buffer;            /* NULL: of the table */
  gpointer address;
} Held;

typedef struct
{
  GstKsPool *pool;
  GstKsFunctionTable table;
  GCancellable *cancellables[N_THREADS];
  gint n;                       /* atomic; of them in use */
  guint32 seed;
  gint out;                     /* atomic; frames that threads know to have */
  gint served;                  /* atomic; frames */
  gint cancelled;               /* atomic; waits */
  gint over;                    /* atomic */
  Held *stash;                  /* atomic; NULL: none. Freed by whoever finds it */
} Run;

static GstBuffer *
run_acquire (Run * run, guint how, GCancellable * cancellable)
{
  GstBuffer *buffer = NULL;
  GstFlowReturn flow;

  if (how == 0)
    flow = try_acquire (run->pool, &buffer);
  else if (how == 1)
    flow = gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (run->pool),
        &buffer, NULL);
  else
    flow = gst_ks_pool_acquire_cancellable (run->pool, cancellable, &buffer);
  fail_unless (flow == GST_FLOW_OK || flow == GST_FLOW_FLUSHING
      || (flow == GST_FLOW_EOS && how == 0));
  fail_unless_equals_int (buffer != NULL, flow == GST_FLOW_OK);
  if (buffer == NULL && g_cancellable_is_cancelled (cancellable)) {
    g_atomic_int_inc (&run->cancelled);
    g_cancellable_reset (cancellable);
  }
  return buffer;
}

static Held *
run_take (Run * run, guint how, GCancellable * cancellable)
{
  Held held = { NULL, NULL };

  if (how == 3)
    held.address = run->table.allocate_frame (run->table.token);
  else
    held.buffer = run_acquire (run, how, cancellable);
  if (held.buffer == NULL && held.address == NULL)
    return NULL;
  fail_unless (g_atomic_int_add (&run->out, 1) < CAP, "more out than the cap");
  g_atomic_int_inc (&run->served);
  return g_memdup2 (&held, sizeof (held));
}

static void
run_give_back (Run * run, Held * held, gboolean late)
{
  GstMemory *memory = NULL;

  if (held == NULL)
    return;
  g_atomic_int_add (&run->out, -1);
  if (held->address) {
    fail_unless (run->table.free_frame (run->table.token, held->address));
  } else {
    memory = late ? gst_buffer_get_memory (held->buffer, 0) : NULL;
    gst_buffer_unref (held->buffer);
  }
  if (memory)
    gst_memory_unref (memory);
  g_free (held);
}

static gpointer
stress_run (gpointer data)
{
  Run *run = data;
  guint n = g_atomic_int_add (&run->n, 1);
  g_autoptr (GRand) rand = g_rand_new_with_seed (run->seed + n);

  while (!g_atomic_int_get (&run->over)) {
    guint how = g_rand_int_range (rand, 0, 4);
    Held *held = run_take (run, how, run->cancellables[n]);

    /* sometimes the frame changes hands, and somebody else frees it */
    if (held && g_rand_boolean (rand))
      held = __atomic_exchange_n (&run->stash, held, __ATOMIC_SEQ_CST);
    run_give_back (run, held, g_rand_boolean (rand));
  }
  fail_unless (run->table.allocate_frame (run->table.token) == NULL);
  return NULL;
}

static void
disturb (Run * run, GRand * rand)
{
  GstBufferPool *base = GST_BUFFER_POOL (run->pool);

  fail_unless (status_of (run->pool).allocated <= CAP);
  if (g_rand_int_range (rand, 0, 8) == 0) {
    gst_buffer_pool_set_flushing (base, TRUE);
    gst_buffer_pool_set_flushing (base, FALSE);
  } else {
    g_cancellable_cancel (run->cancellables[g_rand_int_range (rand, 0,
                N_THREADS)]);
  }
  g_thread_yield ();
}

static void
stress_generation (guint32 seed, gint * cancelled)
{
  Owner owner = {.most = 100 };
  Run run = {.pool = pool_of (&owner, CAP),.seed = seed };
  g_autoptr (GRand) rand = g_rand_new_with_seed (~seed);
  GThread *threads[N_THREADS];

  get_table (run.pool, &run.table);
  for (guint i = 0; i < N_THREADS; i++)
    run.cancellables[i] = g_cancellable_new ();
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("stress", stress_run, &run);
  while (g_atomic_int_get (&run.served) < SERVED)
    disturb (&run, rand);
  gst_ks_pool_close (run.pool);
  g_atomic_int_set (&run.over, TRUE);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < N_THREADS; i++)
    g_object_unref (run.cancellables[i]);
  run_give_back (&run, run.stash, FALSE);

  fail_unless_equals_int (run.out, 0);
  fail_unless_equals_int (status_of (run.pool).allocated, 0);
  fail_unless_equals_int (status_of (run.pool).waiting, 0);
  fail_unless_equals_int (status_of (run.pool).idle, 0);
  fail_unless_equals_int (stats_of (run.pool).handed_out, 0);
  gst_object_unref (run.pool);
  gst_ks_function_table_clear (&run.table);
  fail_unless_equals_int (g_atomic_int_get (&owner.n_blocks), 0);
  *cancelled += run.cancelled;
}

GST_START_TEST (test_stress)
{
  const gchar *given = g_getenv ("KS_SEED");
  guint32 seed = given ? g_ascii_strtoull (given, NULL, 0) : g_random_int ();
  guint n = g_getenv ("KS_QUICK") ? QUICK_GENERATIONS : GENERATIONS;
  gint cancelled = 0;

  g_print ("seed: KS_SEED=%u\n", seed);
  for (guint i = 0; i < n; i++)
    stress_generation (seed + i * N_THREADS, &cancelled);
  g_print ("%d waits were cancelled\n", cancelled);
}

GST_END_TEST;

static Suite *
poolstress_suite (void)
{
  Suite *s = suite_create ("poolstress");
  TCase *tc = tcase_create ("poolstress");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_stress);
  return s;
}

GST_CHECK_MAIN (poolstress);
