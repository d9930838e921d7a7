/* The pool as KS's allocator object: waits that are cancelled, and what it hands out.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstkslock.h>
#include "poolowner.h"

/* --- waits that are cancelled --- */

typedef struct
{
  GstKsPool *pool;
  GCancellable *cancellable;    /* NULL: cannot be cancelled */
  GAsyncQueue *done;            /* of Waiter, in the order in which they return */
  GThread *thread;
  GstFlowReturn flow;
  GstBuffer *buffer;
} Waiter;

static gpointer
waiter_run (gpointer data)
{
  Waiter *self = data;

  self->flow = gst_ks_pool_acquire_cancellable (self->pool, self->cancellable,
      &self->buffer);
  GST_KS_RELEASE (self);
  g_async_queue_push (self->done, self);
  return NULL;
}

static void
await_waiting (GstKsPool * pool, guint n)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;

  while (status_of (pool).waiting != n && g_get_monotonic_time () < end)
    g_thread_yield ();
  fail_unless_equals_int (status_of (pool).waiting, n);
}

/* The n-th of those that wait. */
static void
waiter_start (Waiter * self, GstKsPool * pool, GAsyncQueue * done, guint n)
{
  *self = (Waiter) {
  .pool = pool,.cancellable = g_cancellable_new (),.done = done};
  self->thread = g_thread_new ("waiter", waiter_run, self);
  await_waiting (pool, n);
}

static void
expect_back (Waiter * self, GstFlowReturn flow)
{
  Waiter *back = g_async_queue_timeout_pop (self->done, PATIENCE);

  fail_unless (back == self, "not the one that was expected");
  GST_KS_ACQUIRE (self);
  g_thread_join (self->thread);
  fail_unless_equals_int (self->flow, flow);
  fail_unless_equals_int (self->buffer != NULL, flow == GST_FLOW_OK);
  g_object_unref (self->cancellable);
}

GST_START_TEST (test_cancel)
{
  PoolArgs args = {.max = 1 };
  GstKsPool *pool = pool_for (&args);
  GstBuffer *buffer = acquire (pool);
  g_autoptr (GAsyncQueue) done = g_async_queue_new ();
  Waiter waiters[4];

  for (guint i = 0; i < G_N_ELEMENTS (waiters); i++)
    waiter_start (&waiters[i], pool, done, i + 1);
  g_cancellable_cancel (waiters[1].cancellable);
  expect_back (&waiters[1], GST_FLOW_FLUSHING);
  fail_unless_equals_int (status_of (pool).waiting, 3);
  fail_unless_equals_int (status_of (pool).allocated, 1);

  /* the others in the order in which they came, with the same frame */
  gst_buffer_unref (buffer);
  expect_back (&waiters[0], GST_FLOW_OK);
  fail_unless (waiters[0].buffer == buffer);
  fail_unless_equals_int (status_of (pool).allocated, 1);
  g_cancellable_cancel (waiters[3].cancellable);
  expect_back (&waiters[3], GST_FLOW_FLUSHING);
  gst_buffer_unref (buffer);
  expect_back (&waiters[2], GST_FLOW_OK);
  gst_buffer_unref (waiters[2].buffer);
  fail_unless_equals_int (status_of (pool).allocated, 0);
  fail_unless_equals_int (status_of (pool).waiting, 0);
  fail_unless_equals_int (stats_of (pool).waits, 2);
  /* the base class counts none of them either */
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE));
  fail_unless (gst_buffer_pool_set_config (GST_BUFFER_POOL (pool),
          config_for (pool, &args)));
  gst_object_unref (pool);
}

GST_END_TEST;

typedef enum
{
  NOT_CANCELLED,
  NO_CANCELLABLE,
  CANCELLED
} Cancelled;

typedef struct
{
  const gchar *name;
  guint max;                    /* frames */
  guint out;                    /* frames */
  gboolean inactive;
  GstKsStarve on_starve;
  Cancelled cancelled;
  GstFlowReturn flow;
} FlowRow;

/* *INDENT-OFF* */
static const FlowRow flow_rows[] = {
  {"free-place",             2, 1, FALSE, GST_KS_STARVE_BLOCK, NOT_CANCELLED,  GST_FLOW_OK},
  {"free-place-none",        2, 1, FALSE, GST_KS_STARVE_BLOCK, NO_CANCELLABLE, GST_FLOW_OK},
  {"free-place-cancelled",   2, 1, FALSE, GST_KS_STARVE_BLOCK, CANCELLED,      GST_FLOW_FLUSHING},
  {"no-cap",                 0, 1, FALSE, GST_KS_STARVE_BLOCK, NOT_CANCELLED,  GST_FLOW_OK},
  {"no-cap-cancelled",       0, 1, FALSE, GST_KS_STARVE_BLOCK, CANCELLED,      GST_FLOW_FLUSHING},
  {"cap-cancelled",          1, 1, FALSE, GST_KS_STARVE_BLOCK, CANCELLED,      GST_FLOW_FLUSHING},
  {"cap-nobody-waits",       1, 1, FALSE, GST_KS_STARVE_ERROR, NOT_CANCELLED,  GST_FLOW_ERROR},
  {"cap-grow",               1, 1, FALSE, GST_KS_STARVE_GROW,  NOT_CANCELLED,  GST_FLOW_OK},
  {"inactive",               1, 0, TRUE,  GST_KS_STARVE_BLOCK, NOT_CANCELLED,  GST_FLOW_FLUSHING},
};
/* *INDENT-ON* */

GST_START_TEST (test_flow)
{
  const FlowRow *row = &flow_rows[__i__];
  PoolArgs args = {.max = row->max,.inactive = row->inactive,
    .options.on_starve = row->on_starve
  };
  GstKsPool *pool = pool_for (&args);
  g_autoptr (GCancellable) cancellable =
      row->cancelled == NO_CANCELLABLE ? NULL : g_cancellable_new ();
  GstBuffer *out = row->out > 0 ? acquire (pool) : NULL;
  GstBuffer *buffer = (GstBuffer *) & args;
  GstFlowReturn flow;

  if (row->cancelled == CANCELLED)
    g_cancellable_cancel (cancellable);
  flow = gst_ks_pool_acquire_cancellable (pool, cancellable, &buffer);
  fail_unless (flow == row->flow, "%s: %s", row->name,
      gst_flow_get_name (flow));
  fail_unless ((buffer != NULL) == (flow == GST_FLOW_OK), "%s", row->name);
  fail_unless_equals_int (status_of (pool).allocated,
      row->out + (buffer != NULL));
  gst_clear_buffer (&buffer);
  gst_clear_buffer (&out);
  fail_unless_equals_int (status_of (pool).allocated, 0);
  pool_done (pool);
}

GST_END_TEST;

/* Private flags and reserved fields of others are none of ours. */
GST_START_TEST (test_foreign_params)
{
  PoolArgs args = {.max = 1 };
  GstKsPool *pool = pool_for (&args);
  GstBufferPoolAcquireParams params = {.flags = ~0u,
    ._gst_reserved = {&args, &args, &args, &args}
  };
  GstBuffer *buffer = NULL, *other = NULL;

  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL
          (pool), &buffer, &params), GST_FLOW_OK);
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL
          (pool), &other, &params), GST_FLOW_EOS);
  gst_buffer_unref (buffer);
  pool_done (pool);
}

GST_END_TEST;

/* --- what it hands out --- */

static GstKsPool *
create (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (text, &error);
  GstKsPool *pool = gst_ks_create_allocator (framing, &error);

  fail_unless (pool != NULL, "%s", error ? error->message : "");
  return pool;
}

static gboolean
configure (GstKsPool * pool, guint size)
{
  PoolArgs args = {.size = size };

  return gst_buffer_pool_set_config (GST_BUFFER_POOL (pool),
      config_for (pool, &args));
}

static const guint sizes[] = { 1, 1000, 4095, 65536 };

/* Another size is refused, or gives frames of this one; nobody's resizing
 * changes what the next one gets. */
GST_START_TEST (test_one_size)
{
  const gint size = sizes[__i__];
  g_autofree gchar *text = g_strdup_printf ("system, size=%d", size);
  GstKsPool *pool = create (text);

  fail_if (configure (pool, size + 1));
  fail_unless (configure (pool, MAX (size - 1, 1)));
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE);
  for (guint i = 0; i < 100; i++) {
    GstBuffer *buffer = acquire (pool);
    gsize offset, maxsize;

    fail_unless_equals_int (gst_buffer_get_sizes (buffer, &offset, &maxsize),
        size);
    fail_unless_equals_int (offset, 0);
    fail_unless_equals_int (maxsize, size);
    gst_buffer_set_size (buffer, i % size);
    gst_buffer_unref (buffer);
  }
  fail_unless_equals_int (stats_of (pool).discarded, 0);
  pool_done (pool);
}

GST_END_TEST;

GST_START_TEST (test_cap)
{
  GstKsPool *pool = create ("system, size=4096, frames=2");
  GstBuffer *out[2], *third = NULL;

  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE);
  for (guint i = 0; i < 2; i++)
    out[i] = acquire (pool);
  fail_unless_equals_int (try_acquire (pool, &third), GST_FLOW_EOS);
  for (guint i = 0; i < 2; i++)
    gst_buffer_unref (out[i]);
  pool_done (pool);
}

GST_END_TEST;

/* No number in the framing is no cap. */
GST_START_TEST (test_no_cap)
{
  GstKsPool *pool = create ("system, size=64");
  GstBuffer *out[1000];

  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE);
  fail_unless_equals_int (status_of (pool).cap, 0);
  for (guint i = 0; i < G_N_ELEMENTS (out); i++)
    out[i] = acquire (pool);
  fail_unless_equals_int (status_of (pool).allocated, G_N_ELEMENTS (out));
  for (guint i = 0; i < G_N_ELEMENTS (out); i++)
    gst_buffer_unref (out[i]);
  fail_unless_equals_int (status_of (pool).allocated, 0);
  pool_done (pool);
}

GST_END_TEST;

typedef struct
{
  const gchar *framing;
  gint code;                    /* GstKsError; -1: none */
} CreateRow;

/* *INDENT-OFF* */
static const CreateRow create_rows[] = {
#if GLIB_SIZEOF_SIZE_T == 8
  {"system, size=4294967295, align=4096",          -1},
#else
  {"system, size=4294967295, align=4096",          GST_KS_ERROR_OVERFLOW},
#endif
  {"system, size=4294967296",                      GST_KS_ERROR_OVERFLOW},
  {"system, size=4611686018427387904, align=4096", GST_KS_ERROR_OVERFLOW},
  {"system",                                       GST_KS_ERROR_INVALID},
  {"system, size=1..2",                            GST_KS_ERROR_INVALID},
  {"host, size=4096",                              GST_KS_ERROR_INVALID},
  {"nobodys-kind, size=4096",                      GST_KS_ERROR_UNKNOWN_KIND},
};
/* *INDENT-ON* */

GST_START_TEST (test_create)
{
  const CreateRow *row = &create_rows[__i__];
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing =
      gst_ks_framing_parse (row->framing, &error);
  g_autoptr (GstKsPool) pool = NULL;

  fail_unless (framing != NULL, "%s", error ? error->message : "");
  pool = gst_ks_create_allocator (framing, &error);
  fail_unless ((pool != NULL) == (error == NULL));
  fail_unless ((error ? error->code : -1) == row->code, "%s: %s", row->framing,
      error ? error->message : "made");
}

GST_END_TEST;

/* A source whose sink is slow is as far ahead of it as there are frames. */
typedef struct
{
  GstKsPool *pool;
  GAsyncQueue *queue;
} Flow;

#define FLOW_FRAMES 50

static gpointer
flow_run (gpointer data)
{
  Flow *flow = data;

  for (guint i = 0; i < FLOW_FRAMES; i++) {
    GstBuffer *buffer = NULL;

    fail_unless_equals_int (gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL
            (flow->pool), &buffer, NULL), GST_FLOW_OK);
    g_async_queue_push (flow->queue, buffer);
  }
  return NULL;
}

GST_START_TEST (test_flow_control)
{
  Flow flow = { create ("system, size=4096, frames=2"), g_async_queue_new () };
  GThread *source;

  gst_buffer_pool_set_active (GST_BUFFER_POOL (flow.pool), TRUE);
  source = g_thread_new ("source", flow_run, &flow);
  for (guint i = 0; i < FLOW_FRAMES; i++) {
    guint left = FLOW_FRAMES - i;

    if (left > 2)
      await_waiting (flow.pool, 1);
    fail_unless (g_async_queue_length (flow.queue) <= 2);
    gst_buffer_unref (g_async_queue_pop (flow.queue));
  }
  g_thread_join (source);
  fail_unless_equals_int (status_of (flow.pool).allocated, 0);
  g_async_queue_unref (flow.queue);
  pool_done (flow.pool);
}

GST_END_TEST;

/* The n-th block fails, for each n: an error, nothing counted, nothing kept. */
GST_START_TEST (test_no_memory)
{
  for (guint n = 0; n < 4; n++) {
    Owner owner = {.most = n };
    GstKsPool *pool = pool_of (&owner, 0);
    GstBuffer *out[4], *none = (GstBuffer *) pool;

    for (guint i = 0; i < n; i++)
      out[i] = acquire (pool);
    fail_unless_equals_int (gst_ks_pool_acquire_cancellable (pool, NULL, &none),
        GST_FLOW_ERROR);
    fail_unless (none == NULL);
    fail_unless_equals_int (status_of (pool).allocated, n);
    fail_unless_equals_int (stats_of (pool).live, n);
    for (guint i = 0; i < n; i++)
      gst_buffer_unref (out[i]);
    fail_unless_equals_int (status_of (pool).allocated, 0);
    pool_done (pool);
    fail_unless_equals_int (g_atomic_int_get (&owner.n_blocks), 0);
  }
}

GST_END_TEST;

/* --- whose bytes can be seen --- */

typedef struct
{
  const gchar *name;
  GstKsZero zero;
  gboolean own_seen;            /* bytes that the same owner left */
  gboolean others_seen;         /* bytes that another owner left */
} ZeroRow;

static const ZeroRow zero_rows[] = {
  {"never", GST_KS_ZERO_NEVER, TRUE, TRUE},
  {"owner-change", GST_KS_ZERO_OWNER_CHANGE, TRUE, FALSE},
  {"always", GST_KS_ZERO_ALWAYS, FALSE, FALSE},
};

/* Fills the frame with mark; returns whether seen was all over it, which is
 * wiped otherwise; seen 0: no matter. late: the block goes back to the store, not to the pool. */
static gboolean
use_frame (GstKsPool * pool, guint8 seen, guint8 mark, gboolean late)
{
  GstBuffer *buffer = acquire (pool);
  GstMemory *kept = late ? gst_buffer_get_memory (buffer, 0) : NULL;
  gboolean stale;
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
  stale = map.data[0] == seen;
  for (gsize i = 0; i < map.size && seen != 0; i++)
    fail_unless_equals_int (map.data[i], stale ? seen : 0);
  memset (map.data, mark, map.size);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  if (kept)
    gst_memory_unref (kept);
  return stale;
}

/* Two pools of one allocator take turns on one block. */
GST_START_TEST (test_zero)
{
  const ZeroRow *row = &zero_rows[__i__ / 2];
  gboolean late = __i__ % 2;
  Owner owner = {.most = 1 };
  GstKsPool *pool = pool_of (&owner, 1), *other;
  PoolArgs args = {.options.zero = row->zero };

  other = gst_ks_pool_new (gst_ks_pool_peek_allocator (pool),
      gst_ks_pool_peek_framing (pool), &args.options);
  fail_unless (gst_buffer_pool_set_config (GST_BUFFER_POOL (other),
          config_for (other, &args)));
  for (guint i = 0; i < 3; i++) {
    fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
    (void) use_frame (pool, i == 0 ? 0 : 0xb0 + i - 1, 0xa0 + i, FALSE);
    fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE));

    fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (other), TRUE));
    fail_unless (use_frame (other, 0xa0 + i, 0xc0,
            late) == row->others_seen, "%s: round %u", row->name, i);
    fail_unless (use_frame (other, 0xc0, 0xb0 + i, late) == row->own_seen,
        "%s: round %u", row->name, i);
    fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (other), FALSE));
  }
  fail_unless_equals_int (g_atomic_int_get (&owner.n_made), 1);
  gst_object_unref (other);
  gst_object_unref (pool);
}

GST_END_TEST;

/* Whoever shares an account is one owner, whatever the pool. */
GST_START_TEST (test_zero_shared_account)
{
  g_autoptr (GstKsAccount) account = gst_ks_account_new (0);
  Owner owner = {.most = 1 };
  GstKsPool *plain = pool_of (&owner, 1);
  PoolArgs args = {.options.zero = GST_KS_ZERO_OWNER_CHANGE,
    .options.account = account
  };

  for (guint i = 0; i < 3; i++) {
    GstKsPool *pool = gst_ks_pool_new (gst_ks_pool_peek_allocator (plain),
        NULL, &args.options);

    fail_unless (gst_buffer_pool_set_config (GST_BUFFER_POOL (pool),
            config_for (pool, &args)));
    fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
    fail_unless_equals_int (use_frame (pool, 0x50, 0x50, FALSE), i > 0);
    pool_done (pool);
  }
  fail_unless_equals_int (g_atomic_int_get (&owner.n_made), 1);
  pool_done (plain);
}

GST_END_TEST;

static Suite *
poolks_suite (void)
{
  Suite *s = suite_create ("poolks");
  TCase *tc = tcase_create ("poolks");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_cancel);
  tcase_add_loop_test (tc, test_flow, 0, G_N_ELEMENTS (flow_rows));
  tcase_add_test (tc, test_foreign_params);
  tcase_add_loop_test (tc, test_one_size, 0, G_N_ELEMENTS (sizes));
  tcase_add_test (tc, test_cap);
  tcase_add_test (tc, test_no_cap);
  tcase_add_loop_test (tc, test_create, 0, G_N_ELEMENTS (create_rows));
  tcase_add_test (tc, test_flow_control);
  tcase_add_test (tc, test_no_memory);
  tcase_add_loop_test (tc, test_zero, 0, 2 * G_N_ELEMENTS (zero_rows));
  tcase_add_test (tc, test_zero_shared_account);
  return s;
}

GST_CHECK_MAIN (poolks);
