/* FREEFRAME: every frame that comes back is told, by signal and by source.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "pooltest.h"

typedef struct
{
  guint calls;
  guint returns;
  gboolean stop;                /* after the first call */
  gboolean destroyed;           /* nobody will call again */
} Heard;

static gboolean
hear (guint n_returns, gpointer user_data)
{
  Heard *heard = user_data;

  fail_if (heard->destroyed);
  fail_unless (n_returns > 0);
  heard->calls++;
  heard->returns += n_returns;
  return !heard->stop;
}

static void
hear_end (gpointer user_data)
{
  ((Heard *) user_data)->destroyed = TRUE;
}

static GSource *
listen_to (GstKsPool * pool, GMainContext * context, gboolean one_shot,
    Heard * heard)
{
  GSource *source = gst_ks_pool_free_frame_source_new (pool, one_shot);

  g_source_set_callback (source, G_SOURCE_FUNC (hear), heard, hear_end);
  fail_unless (g_source_attach (source, context) > 0);
  return source;
}

static void
dispatch_all (GMainContext * context)
{
  while (g_main_context_iteration (context, FALSE));
}

static void
count_signal (GstKsPool * pool, gpointer n)
{
  g_atomic_int_inc ((gint *) n);
}

static void
listen_to_signal (GstKsPool * pool, gint * n)
{
  g_object_set (pool, "emit-signals", TRUE, NULL);
  g_signal_connect (pool, "free-frame", G_CALLBACK (count_signal), n);
}

/* --- each way in which a frame comes back --- */

static void
back_whole (GstKsPool * pool)
{
  gst_buffer_unref (acquire (pool));
}

static void
back_late (GstKsPool * pool)
{
  GstBuffer *buffer = acquire (pool);
  GstMemory *memory = gst_buffer_get_memory (buffer, 0);

  gst_buffer_unref (buffer);
  gst_memory_unref (memory);
}

static void
back_before_buffer (GstKsPool * pool)
{
  GstBuffer *buffer = acquire (pool);

  gst_buffer_remove_all_memory (buffer);
  gst_buffer_unref (buffer);
}

static void
back_while_flushing (GstKsPool * pool)
{
  GstBuffer *buffer = acquire (pool);

  gst_buffer_pool_set_flushing (GST_BUFFER_POOL (pool), TRUE);
  gst_buffer_unref (buffer);
  gst_buffer_pool_set_flushing (GST_BUFFER_POOL (pool), FALSE);
}

static gpointer
acquire_waiting (gpointer pool)
{
  GstBuffer *buffer = NULL;

  (void) gst_buffer_pool_acquire_buffer (pool, &buffer, NULL);
  return buffer;
}

/* Two returns: to a waiter, and the waiter's own. */
static void
back_to_a_waiter (GstKsPool * pool)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;
  GstBuffer *buffer = acquire (pool);
  GThread *waiter = g_thread_new ("waiter", acquire_waiting, pool);

  while (status_of (pool).waiting == 0 && g_get_monotonic_time () < end)
    g_thread_yield ();
  gst_buffer_unref (buffer);
  buffer = g_thread_join (waiter);
  fail_unless (buffer != NULL);
  gst_buffer_unref (buffer);
}

static void
no_frame (GstKsPool * pool)
{
  GstBuffer *buffer = acquire (pool), *other = NULL;

  fail_unless_equals_int (try_acquire (pool, &other), GST_FLOW_EOS);
  gst_buffer_unref (buffer);
}

typedef struct
{
  const gchar *name;
  void (*come_back) (GstKsPool * pool);
  guint returns;
  GstKsZero zero;
} BackRow;

/* *INDENT-OFF* */
static const BackRow back_rows[] = {
  {"whole",         back_whole,          1, GST_KS_ZERO_NEVER},
  {"wiped",         back_whole,          1, GST_KS_ZERO_ALWAYS},
  {"late",          back_late,           1, GST_KS_ZERO_NEVER},
  {"before-buffer", back_before_buffer,  1, GST_KS_ZERO_NEVER},
  {"flushing",      back_while_flushing, 1, GST_KS_ZERO_NEVER},
  {"to-a-waiter",   back_to_a_waiter,    2, GST_KS_ZERO_NEVER},
  {"no-frame",      no_frame,            1, GST_KS_ZERO_NEVER},
};
/* *INDENT-ON* */

GST_START_TEST (test_every_return)
{
  const BackRow *row = &back_rows[__i__];
  PoolArgs args = {.max = 1,.options.zero = row->zero };
  GstKsPool *pool = pool_for (&args);
  g_autoptr (GMainContext) context = g_main_context_new ();
  Heard heard = { 0, };
  g_autoptr (GSource) source = listen_to (pool, context, FALSE, &heard);
  gint emitted = 0;

  listen_to_signal (pool, &emitted);
  for (guint i = 1; i <= 3; i++) {
    row->come_back (pool);
    dispatch_all (context);
    fail_unless (heard.returns == i * row->returns, "%s: %u returns",
        row->name, heard.returns);
    fail_unless (heard.calls >= i && heard.calls <= heard.returns, "%s",
        row->name);
    fail_unless (g_atomic_int_get (&emitted) == (gint) (i * row->returns),
        "%s: %d signals", row->name, emitted);
  }
  /* nothing came back: nothing is told */
  dispatch_all (context);
  fail_unless_equals_int (heard.returns, 3 * row->returns);
  pool_done (pool);
}

GST_END_TEST;

/* N returns without a dispatch in between are one call, with the count. */
GST_START_TEST (test_coalesced)
{
  PoolArgs args = { NULL, };
  GstKsPool *pool = pool_for (&args);
  g_autoptr (GMainContext) context = g_main_context_new ();
  Heard heard = { 0, };
  g_autoptr (GSource) source = gst_ks_pool_free_frame_source_new (pool, FALSE);

  /* those before it was attached count too */
  back_whole (pool);
  g_source_set_callback (source, G_SOURCE_FUNC (hear), &heard, hear_end);
  fail_unless (g_source_attach (source, context) > 0);
  for (guint i = 0; i < 4; i++)
    back_whole (pool);
  dispatch_all (context);
  fail_unless_equals_int (heard.calls, 1);
  fail_unless_equals_int (heard.returns, 5);
  pool_done (pool);
}

GST_END_TEST;

GST_START_TEST (test_signal_only_when_asked)
{
  PoolArgs args = { NULL, };
  GstKsPool *pool = pool_for (&args);
  gboolean emits = TRUE;
  gint emitted = 0;

  g_signal_connect (pool, "free-frame", G_CALLBACK (count_signal), &emitted);
  g_object_get (pool, "emit-signals", &emits, NULL);
  fail_if (emits);
  back_whole (pool);
  fail_unless_equals_int (emitted, 0);
  g_object_set (pool, "emit-signals", TRUE, NULL);
  back_whole (pool);
  fail_unless_equals_int (emitted, 1);
  g_object_set (pool, "emit-signals", FALSE, NULL);
  back_whole (pool);
  fail_unless_equals_int (emitted, 1);
  pool_done (pool);
}

GST_END_TEST;

/* The other event of KS's allocators is none of a client's business. */
GST_START_TEST (test_one_event)
{
  GObjectClass *klass = g_type_class_ref (GST_TYPE_KS_POOL);
  guint n = 0;
  g_autofree guint *ids = g_signal_list_ids (GST_TYPE_KS_POOL, &n);

  fail_unless_equals_int (n, 1);
  fail_unless_equals_string (g_signal_name (ids[0]), "free-frame");
  g_type_class_unref (klass);
}

GST_END_TEST;

/* --- a hint, seen when the frame can be had --- */

static void
take_it (GstKsPool * pool, gpointer taken)
{
  GstBuffer **buffer = taken;

  if (*buffer == NULL)
    fail_unless_equals_int (try_acquire (pool, buffer), GST_FLOW_OK);
}

GST_START_TEST (test_listener_finds_the_frame)
{
  PoolArgs args = {.max = 1 };
  GstKsPool *pool = pool_for (&args);
  GstBuffer *buffer = acquire (pool), *taken = NULL;

  g_object_set (pool, "emit-signals", TRUE, NULL);
  g_signal_connect (pool, "free-frame", G_CALLBACK (take_it), &taken);
  gst_buffer_unref (buffer);
  fail_unless (taken == buffer);
  fail_unless_equals_int (status_of (pool).allocated, 1);
  gst_buffer_unref (taken);
  pool_done (pool);
}

GST_END_TEST;

GST_START_TEST (test_listener_loses_to_a_waiter)
{
  PoolArgs args = {.max = 1 };
  GstKsPool *pool = pool_for (&args);
  g_autoptr (GMainContext) context = g_main_context_new ();
  Heard heard = { 0, };
  g_autoptr (GSource) source = listen_to (pool, context, FALSE, &heard);
  gint64 end = g_get_monotonic_time () + PATIENCE;
  GstBuffer *buffer = acquire (pool), *mine = NULL;
  GThread *waiter = g_thread_new ("waiter", acquire_waiting, pool);

  while (status_of (pool).waiting == 0 && g_get_monotonic_time () < end)
    g_thread_yield ();
  gst_buffer_unref (buffer);
  dispatch_all (context);
  fail_unless_equals_int (heard.returns, 1);
  fail_unless_equals_int (try_acquire (pool, &mine), GST_FLOW_EOS);
  fail_unless (mine == NULL);
  buffer = g_thread_join (waiter);
  fail_unless (buffer != NULL);
  gst_buffer_unref (buffer);
  dispatch_all (context);
  fail_unless_equals_int (heard.returns, 2);
  pool_done (pool);
}

GST_END_TEST;

static gpointer
no_block (gsize size, gsize align, gpointer user_data)
{
  return NULL;
}

static void
no_block_back (gpointer block, gsize size, gpointer user_data)
{
}

/* Somebody who finds a place taken listens, also if nothing comes of it; and
 * who listens is told that there is no cap any more. */
GST_START_TEST (test_places_that_are_free_again)
{
  static const GstKsExternal nothing = { no_block, no_block_back, NULL };
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_new_external (&nothing,
      NULL, NULL);
  GstKsPool *pool = gst_ks_pool_new (allocator, NULL, NULL);
  PoolArgs args = {.max = 1 };
  GstBuffer *buffer = NULL;
  gint emitted = 0;

  fail_unless (gst_buffer_pool_set_config (GST_BUFFER_POOL (pool),
          config_for (pool, &args)));
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE);
  listen_to_signal (pool, &emitted);
  fail_unless_equals_int (try_acquire (pool, &buffer), GST_FLOW_ERROR);
  fail_unless_equals_int (emitted, 1);
  gst_ks_pool_lift_cap (pool);
  fail_unless_equals_int (emitted, 2);
  pool_done (pool);
}

GST_END_TEST;

/* --- how often, and until when --- */

typedef struct
{
  const gchar *name;
  gboolean one_shot;
  gboolean stop;                /* the callback says that it was the last time */
  guint calls;                  /* of three returns, each dispatched */
} TimesRow;

static const TimesRow times_rows[] = {
  {"recurring", FALSE, FALSE, 3},
  {"stopped", FALSE, TRUE, 1},
  {"one-shot", TRUE, FALSE, 1},
};

GST_START_TEST (test_times)
{
  const TimesRow *row = &times_rows[__i__];
  PoolArgs args = { NULL, };
  GstKsPool *pool = pool_for (&args);
  g_autoptr (GMainContext) context = g_main_context_new ();
  Heard heard = {.stop = row->stop };
  g_autoptr (GSource) source = listen_to (pool, context, row->one_shot, &heard);

  for (guint i = 0; i < 3; i++) {
    back_whole (pool);
    dispatch_all (context);
  }
  fail_unless (heard.calls == row->calls, "%s: %u calls", row->name,
      heard.calls);
  fail_unless_equals_int (heard.destroyed, row->calls == 1);
  fail_unless_equals_int (g_source_is_destroyed (source), row->calls == 1);
  pool_done (pool);
}

GST_END_TEST;

typedef enum
{
  DISABLED,                     /* its owner does not want it any more */
  CLOSED,
  GONE,
  N_ENDS
} End;

/* Nothing is dispatched afterwards, not even what was ready, and what comes
 * back still later does no harm. */
GST_START_TEST (test_ends)
{
  PoolArgs args = { NULL, };
  GstKsPool *pool = pool_for (&args);
  g_autoptr (GMainContext) context = g_main_context_new ();
  Heard heard = { 0, };
  g_autoptr (GSource) source = listen_to (pool, context, FALSE, &heard);
  GstBuffer *buffer = acquire (pool);
  GstMemory *late = gst_buffer_get_memory (buffer, 0);
  g_autoptr (GSource) too_late = NULL;
  gint emitted = 0;

  listen_to_signal (pool, &emitted);
  gst_buffer_unref (buffer);
  back_whole (pool);
  if (__i__ == DISABLED)
    g_source_destroy (source);
  else if (__i__ == CLOSED)
    gst_ks_pool_close (pool);
  else
    pool_done (pool);
  gst_memory_unref (late);
  dispatch_all (context);
  fail_unless (heard.destroyed && g_source_is_destroyed (source));
  fail_unless_equals_int (heard.calls, 0);
  fail_unless_equals_int (emitted, __i__ == DISABLED ? 2 : 1);
  if (__i__ == GONE)
    return;
  too_late = gst_ks_pool_free_frame_source_new (pool, FALSE);
  fail_unless (g_source_attach (too_late, context) > 0);
  dispatch_all (context);
  fail_unless_equals_int (g_source_is_destroyed (too_late), __i__ == CLOSED);
  pool_done (pool);
}

GST_END_TEST;

/* --- other threads --- */

#define N_THREADS 4
#define ROUNDS 500

static gpointer
churn (gpointer pool)
{
  for (guint i = 0; i < ROUNDS; i++)
    gst_buffer_unref (acquire (pool));
  return NULL;
}

/* Sources of two contexts, one of them looked at while frames come back, and
 * sources that come and go. */
GST_START_TEST (test_threads)
{
  PoolArgs args = { NULL, };
  GstKsPool *pool = pool_for (&args);
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainContext) later = g_main_context_new ();
  Heard heard = { 0, }, heard_later = { 0, };
  g_autoptr (GSource) source = listen_to (pool, context, FALSE, &heard);
  g_autoptr (GSource) other = listen_to (pool, later, FALSE, &heard_later);
  gint64 end = g_get_monotonic_time () + PATIENCE;
  GThread *threads[N_THREADS];
  gint emitted = 0;

  listen_to_signal (pool, &emitted);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("churn", churn, pool);
  while (heard.returns < N_THREADS * ROUNDS && g_get_monotonic_time () < end) {
    Heard briefly = { 0, };
    GSource *gone = listen_to (pool, context, TRUE, &briefly);

    g_main_context_iteration (context, FALSE);
    g_source_destroy (gone);
    g_source_unref (gone);
    fail_unless (briefly.destroyed && briefly.calls <= 1);
  }
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  dispatch_all (later);
  fail_unless_equals_int (heard.returns, N_THREADS * ROUNDS);
  fail_unless_equals_int (heard_later.calls, 1);
  fail_unless_equals_int (heard_later.returns, N_THREADS * ROUNDS);
  fail_unless_equals_int (g_atomic_int_get (&emitted), N_THREADS * ROUNDS);
  pool_done (pool);
}

GST_END_TEST;

static Suite *
freeframe_suite (void)
{
  Suite *s = suite_create ("freeframe");
  TCase *tc = tcase_create ("freeframe");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_every_return, 0, G_N_ELEMENTS (back_rows));
  tcase_add_test (tc, test_coalesced);
  tcase_add_test (tc, test_signal_only_when_asked);
  tcase_add_test (tc, test_one_event);
  tcase_add_test (tc, test_listener_finds_the_frame);
  tcase_add_test (tc, test_listener_loses_to_a_waiter);
  tcase_add_test (tc, test_places_that_are_free_again);
  tcase_add_loop_test (tc, test_times, 0, G_N_ELEMENTS (times_rows));
  tcase_add_loop_test (tc, test_ends, 0, N_ENDS);
  tcase_add_test (tc, test_threads);
  return s;
}

GST_CHECK_MAIN (freeframe);
