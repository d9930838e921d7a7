/* Who goes first: the pool, its listeners, its table, the waiters, or the thread that ends them all.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "pooltest.h"

#define ROUNDS 60
#define QUICK_ROUNDS 8          /* with KS_QUICK: under tools that slow down */

static guint
n_rounds (void)
{
  return g_getenv ("KS_QUICK") ? QUICK_ROUNDS : ROUNDS;
}

static GstKsPool *
locked_pool (guint cap)
{
  PoolArgs args = {.kind = "locked",.max = cap };

  return pool_for (&args);
}

/* --- handlers of the signal, which run with no lock held --- */

typedef struct
{
  guint calls;
  guint got;                    /* frames that a handler acquired */
} Reentry;

/* Each frame that a handler lets go comes back to it. */
static void
acquire_again (GstKsPool * pool, Reentry * entry)
{
  GstBuffer *buffer = NULL;

  if (++entry->calls > 3)
    return;
  fail_unless_equals_int (try_acquire (pool, &buffer), GST_FLOW_OK);
  entry->got++;
  gst_buffer_unref (buffer);
}

static void
close_it (GstKsPool * pool, Reentry * entry)
{
  entry->calls++;
  gst_ks_pool_close (pool);
}

static void
stop_and_start (GstKsPool * pool, Reentry * entry)
{
  GstBufferPool *base = GST_BUFFER_POOL (pool);

  if (++entry->calls > 1)
    return;
  fail_unless (gst_buffer_pool_set_active (base, FALSE));
  fail_unless (gst_buffer_pool_set_active (base, TRUE));
}

static void
drop_it (GstKsPool * pool, Reentry * entry)
{
  entry->calls++;
  gst_object_unref (pool);
}

static void
turn_off (GstKsPool * pool, Reentry * entry)
{
  entry->calls++;
  g_object_set (pool, "emit-signals", FALSE, NULL);
}

typedef struct
{
  const gchar *name;
  void (*handler) (GstKsPool * pool, Reentry * entry);
  guint calls;                  /* of one frame that comes back */
  gboolean drops;               /* the reference of the test */
} ReentryRow;

static const ReentryRow reentry_rows[] = {
  {"acquires", acquire_again, 4, FALSE},
  {"closes", close_it, 1, FALSE},
  {"stops and starts", stop_and_start, 1, FALSE},
  {"drops the pool", drop_it, 1, TRUE},
  {"listens no more", turn_off, 1, FALSE},
};

/* In both ways: a buffer that is intact, and memory without its buffer. */
GST_START_TEST (test_handler_comes_back)
{
  const ReentryRow *row = &reentry_rows[__i__ / 2];
  GstKsPool *pool = locked_pool (1);
  GstBuffer *buffer = acquire (pool);
  GstMemory *memory = __i__ % 2 ? gst_buffer_get_memory (buffer, 0) : NULL;
  Reentry entry = { 0, };

  g_object_set (pool, "emit-signals", TRUE, NULL);
  g_signal_connect (pool, "free-frame", G_CALLBACK (row->handler), &entry);
  gst_buffer_unref (buffer);
  if (memory)
    gst_memory_unref (memory);
  fail_unless (entry.calls == row->calls, "%s: %u calls", row->name,
      entry.calls);
  if (!row->drops)
    gst_object_unref (pool);
}

GST_END_TEST;

/* --- callbacks of a source --- */

typedef struct
{
  GstKsPool *pool;              /* owned; NULL: the callback let it go */
  GSource *source;              /* owned; NULL: the callback destroyed it */
  gboolean drop_pool;
  guint calls;
  guint ends;                   /* of the callback's data */
} SourceEnd;

static gboolean
end_in_callback (guint n_returns, gpointer data)
{
  SourceEnd *end = data;

  end->calls++;
  if (end->drop_pool) {
    gst_clear_object (&end->pool);
  } else {
    g_source_destroy (end->source);
    g_clear_pointer (&end->source, g_source_unref);
  }
  fail_unless_equals_int (end->ends, 0);
  return G_SOURCE_CONTINUE;
}

static void
count_end (gpointer data)
{
  ((SourceEnd *) data)->ends++;
}

GST_START_TEST (test_callback_ends_it)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  SourceEnd end = {.pool = locked_pool (1),.drop_pool = __i__ == 1 };

  end.source = gst_ks_pool_free_frame_source_new (end.pool, FALSE);
  g_source_set_callback (end.source, G_SOURCE_FUNC (end_in_callback), &end,
      count_end);
  g_source_attach (end.source, context);
  gst_buffer_unref (acquire (end.pool));
  while (g_main_context_iteration (context, FALSE));
  if (end.pool)
    gst_buffer_unref (acquire (end.pool));
  while (g_main_context_iteration (context, FALSE));
  fail_unless_equals_int (end.calls, 1);
  fail_unless_equals_int (end.ends, 1);
  fail_unless (end.source == NULL || g_source_is_destroyed (end.source));
  g_clear_pointer (&end.source, g_source_unref);
  gst_clear_object (&end.pool);
}

GST_END_TEST;

/* --- all at once --- */

#define CAP 2
#define N_KINDS 5
#define ENOUGH 200              /* turns of all threads; then the end comes */

typedef struct
{
  GstKsPool *pool;              /* owned; each thread has a reference as well */
  GstKsFunctionTable table;
  gint turns;                   /* atomic */
  gint over;                    /* atomic */
} Round;

static void
take_waiting (Round * round)
{
  GstBuffer *buffer = NULL;

  (void) gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (round->pool),
      &buffer, NULL);
  gst_clear_buffer (&buffer);
}

static gpointer
cancel (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
take_cancelled (Round * round)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *thread = g_thread_new ("cancel", cancel, cancellable);
  GstBuffer *buffer = NULL;
  GstFlowReturn flow =
      gst_ks_pool_acquire_cancellable (round->pool, cancellable, &buffer);

  fail_unless_equals_int (buffer != NULL, flow == GST_FLOW_OK);
  gst_clear_buffer (&buffer);
  g_thread_join (thread);
}

static void
take_address (Round * round)
{
  guint8 *frame = round->table.allocate_frame (round->table.token);

  if (frame == NULL)
    return;
  frame[0] = frame[SIZE - 1] = 1;
  fail_unless (round->table.free_frame (round->table.token, frame));
}

static gboolean
listen_once (guint n_returns, gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* A thread whose context goes with it. */
static void
listen (Round * round)
{
  GMainContext *context = g_main_context_new ();
  GSource *source = gst_ks_pool_free_frame_source_new (round->pool,
      g_random_boolean ());

  g_source_set_callback (source, G_SOURCE_FUNC (listen_once), NULL, NULL);
  g_source_attach (source, context);
  while (g_main_context_iteration (context, FALSE));
  g_source_destroy (source);
  g_source_unref (source);
  g_main_context_unref (context);
}

static void
toggle (Round * round)
{
  g_object_set (round->pool, "emit-signals", g_random_boolean (), NULL);
}

static gpointer
take_turns (gpointer data)
{
  static void (*const kinds[N_KINDS]) (Round *) = {
    take_waiting, take_cancelled, take_address, listen, toggle
  };
  static gint next;
  Round *round = data;
  guint kind = (guint) g_atomic_int_add (&next, 1) % N_KINDS;

  while (!g_atomic_int_get (&round->over)) {
    kinds[kind] (round);
    g_atomic_int_inc (&round->turns);
    g_thread_yield ();
  }
  return NULL;
}

static void
end_round (Round * round, guint i)
{
  GstBufferPool *base = GST_BUFFER_POOL (round->pool);

  if (i % 3 == 0) {
    gst_buffer_pool_set_flushing (base, TRUE);
    gst_buffer_pool_set_flushing (base, FALSE);
  }
  g_atomic_int_set (&round->over, TRUE);
  if (i % 3 == 1)
    fail_unless (gst_buffer_pool_set_active (base, FALSE));
  else
    gst_ks_pool_close (round->pool);
}

static void
on_signal (GstKsPool * pool, gpointer user_data)
{
  GstBuffer *buffer = NULL;

  if (g_random_int_range (0, 4) == 0)
    (void) try_acquire (pool, &buffer);
  gst_clear_buffer (&buffer);
}

/* Frames that are out when the end comes, in both forms, are returned later. */
GST_START_TEST (test_all_at_once)
{
  for (guint i = 0; i < n_rounds (); i++) {
    Round round = {.pool = locked_pool (CAP) };
    gint64 end = g_get_monotonic_time () + PATIENCE;
    GThread *threads[2 * N_KINDS];

    fail_unless (gst_ks_pool_get_function_table (round.pool, &round.table,
            NULL));
    g_signal_connect (round.pool, "free-frame", G_CALLBACK (on_signal), NULL);
    for (guint t = 0; t < G_N_ELEMENTS (threads); t++)
      threads[t] = g_thread_new ("turns", take_turns, &round);
    while (g_atomic_int_get (&round.turns) < ENOUGH
        && g_get_monotonic_time () < end)
      g_thread_yield ();
    fail_unless (g_atomic_int_get (&round.turns) >= ENOUGH, "stuck");
    end_round (&round, i);
    for (guint t = 0; t < G_N_ELEMENTS (threads); t++)
      g_thread_join (threads[t]);
    fail_unless_equals_int (status_of (round.pool).allocated, 0);
    fail_unless_equals_int (status_of (round.pool).waiting, 0);
    gst_object_unref (round.pool);
    fail_unless (round.table.allocate_frame (round.table.token) == NULL);
    gst_ks_function_table_clear (&round.table);
  }
}

GST_END_TEST;

static Suite *
poollifetimes_suite (void)
{
  Suite *s = suite_create ("poollifetimes");
  TCase *tc = tcase_create ("poollifetimes");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_handler_comes_back, 0,
      2 * G_N_ELEMENTS (reentry_rows));
  tcase_add_loop_test (tc, test_callback_ends_it, 0, 2);
  tcase_add_test (tc, test_all_at_once);
  return s;
}

GST_CHECK_MAIN (poollifetimes);
