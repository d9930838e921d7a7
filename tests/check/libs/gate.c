/* The gate: random operations against the model, order, flush, starvation, and many threads.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstkslock.h>
#include <gst/check/gstcheck.h>
#include <gst/ks/gstksgate.h>

#define N_WORKERS 6
#define N_STEPS 20000
#define PATIENCE (30 * G_USEC_PER_SEC)

/* --- one gate, workers that wait at it, and what the model says --- */

typedef struct
{
  guint worker;
  GstKsGateResult result;
  GstKsGateEntry entry;
} Outcome;

typedef struct
{
  GstKsGate *gate;
  GstKsGateWait wait;
  GThread *threads[N_WORKERS];
  GAsyncQueue *orders[N_WORKERS];
  GCancellable *cancellables[N_WORKERS];
  GAsyncQueue *outcomes;

  /* the model */
  guint cap;
  guint count;
  gboolean flushing;
  GQueue waiters;               /* numbers of workers, oldest first */
  gboolean busy[N_WORKERS];
} Fixture;

typedef struct
{
  Fixture *f;
  guint worker;
} WorkerData;

static gpointer
worker_run (gpointer data)
{
  g_autofree WorkerData *self = data;
  Fixture *f = self->f;

  while (GPOINTER_TO_INT (g_async_queue_pop (f->orders[self->worker])) > 0) {
    Outcome *outcome = g_new0 (Outcome, 1);
    GstKsGateWait wait = f->wait;

    wait.cancellable = f->cancellables[self->worker];
    outcome->worker = self->worker;
    outcome->result = gst_ks_gate_enter (f->gate, &wait, &outcome->entry);
    GST_KS_RELEASE (outcome);
    g_async_queue_push (f->outcomes, outcome);
  }
  return NULL;
}

static void
fixture_init (Fixture * f)
{
  *f = (Fixture) {
  .gate = gst_ks_gate_new (),.flushing = TRUE};
  f->outcomes = g_async_queue_new_full (g_free);
  for (guint i = 0; i < N_WORKERS; i++) {
    WorkerData *data = g_new0 (WorkerData, 1);

    data->f = f;
    data->worker = i;
    f->orders[i] = g_async_queue_new ();
    /* one of them cannot be cancelled */
    f->cancellables[i] = i > 0 ? g_cancellable_new () : NULL;
    f->threads[i] = g_thread_new ("worker", worker_run, data);
  }
}

static void
fixture_clear (Fixture * f)
{
  gst_ks_gate_set_flushing (f->gate, TRUE);
  for (guint i = 0; i < N_WORKERS; i++) {
    g_async_queue_push (f->orders[i], GINT_TO_POINTER (-1));
    g_thread_join (f->threads[i]);
    g_async_queue_unref (f->orders[i]);
    g_clear_object (&f->cancellables[i]);
  }
  g_async_queue_unref (f->outcomes);
  g_queue_clear (&f->waiters);
  gst_ks_gate_unref (f->gate);
}

/* The next outcome, which must be that worker's when one is named. */
static void
expect (Fixture * f, gint worker, GstKsGateResult result, gpointer frame)
{
  g_autofree Outcome *outcome =
      g_async_queue_timeout_pop (f->outcomes, PATIENCE);

  fail_unless (outcome != NULL, "nobody came back from the gate");
  GST_KS_ACQUIRE (outcome);
  if (worker >= 0)
    fail_unless_equals_int (outcome->worker, worker);
  fail_unless (f->busy[outcome->worker]);
  fail_unless_equals_int (outcome->result, result);
  if (result == GST_KS_GATE_ENTERED)
    fail_unless (outcome->entry.frame == frame);
  f->busy[outcome->worker] = FALSE;
}

static void
expect_status (Fixture * f)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;
  GstKsGateStatus status;

  /* A worker that was told to enter may not have arrived yet. */
  do {
    gst_ks_gate_get_status (f->gate, &status);
    if (status.waiting == f->waiters.length)
      break;
    g_thread_yield ();
  } while (g_get_monotonic_time () < end);
  fail_unless_equals_int (status.waiting, f->waiters.length);
  fail_unless_equals_int (status.count, f->count);
  fail_unless_equals_int (status.cap, f->cap);
}

static gboolean
model_is_full (Fixture * f)
{
  return f->waiters.length > 0 || (f->cap != 0 && f->count >= f->cap);
}

static guint
model_pop (Fixture * f)
{
  return GPOINTER_TO_UINT (g_queue_pop_head (&f->waiters));
}

static void
step_wait (Fixture * f, guint worker)
{
  if (f->busy[worker])
    return;
  f->busy[worker] = TRUE;
  g_async_queue_push (f->orders[worker], GINT_TO_POINTER (1));
  if (f->flushing) {
    expect (f, worker, GST_KS_GATE_FLUSHING, NULL);
  } else if (model_is_full (f)) {
    g_queue_push_tail (&f->waiters, GUINT_TO_POINTER (worker));
  } else {
    expect (f, worker, GST_KS_GATE_ENTERED, NULL);
    f->count++;
  }
}

static void
step_no_wait (Fixture * f)
{
  GstKsGateEntry entry;
  GstKsGateResult wanted = f->flushing ? GST_KS_GATE_FLUSHING :
      model_is_full (f) ? GST_KS_GATE_FULL : GST_KS_GATE_ENTERED;

  fail_unless_equals_int (gst_ks_gate_enter (f->gate, NULL, &entry), wanted);
  if (wanted == GST_KS_GATE_ENTERED) {
    fail_if (entry.waited || entry.frame);
    f->count++;
  }
}

static void
step_over (Fixture * f)
{
  fail_unless_equals_int (gst_ks_gate_enter_over (f->gate), !f->flushing);
  if (!f->flushing)
    f->count++;
}

/* Places that are free go to the oldest; who of them is first back is open. */
static void
expect_served (Fixture * f)
{
  guint n = 0;

  while (f->waiters.length > 0 && (f->cap == 0 || f->count < f->cap)) {
    model_pop (f);
    f->count++;
    n++;
  }
  while (n-- > 0)
    expect (f, -1, GST_KS_GATE_ENTERED, NULL);
}

static void
step_leave (Fixture * f)
{
  if (f->count == 0)
    return;
  f->count--;
  gst_ks_gate_leave (f->gate);
  if (f->waiters.length > 0 && f->count < f->cap) {
    f->count++;
    expect (f, model_pop (f), GST_KS_GATE_ENTERED, NULL);
  }
}

static void
step_hand_over (Fixture * f)
{
  gboolean wanted = f->waiters.length > 0 && f->count <= f->cap;

  if (f->count == 0)
    return;
  fail_unless_equals_int (gst_ks_gate_hand_over (f->gate, f), wanted);
  if (wanted)
    expect (f, model_pop (f), GST_KS_GATE_ENTERED, f);
}

static void
step_cancel (Fixture * f, guint worker)
{
  if (f->cancellables[worker] == NULL
      || !g_queue_remove (&f->waiters, GUINT_TO_POINTER (worker)))
    return;
  g_cancellable_cancel (f->cancellables[worker]);
  expect (f, worker, GST_KS_GATE_CANCELLED, NULL);
  g_cancellable_reset (f->cancellables[worker]);
}

static void
step_flush (Fixture * f, gboolean flushing)
{
  f->flushing = flushing;
  gst_ks_gate_set_flushing (f->gate, flushing);
  while (flushing && f->waiters.length > 0) {
    model_pop (f);
    expect (f, -1, GST_KS_GATE_FLUSHING, NULL);
  }
}

static void
step_cap (Fixture * f, guint cap)
{
  f->cap = cap;
  gst_ks_gate_set_cap (f->gate, cap);
  expect_served (f);
}

static void
step_random (Fixture * f, GRand * rand)
{
  guint n = g_rand_int_range (rand, 0, 100);

  if (n < 40)
    step_wait (f, g_rand_int_range (rand, 0, N_WORKERS));
  else if (n < 50)
    step_no_wait (f);
  else if (n < 52)
    step_over (f);
  else if (n < 75)
    step_leave (f);
  else if (n < 88)
    step_hand_over (f);
  else if (n < 93)
    step_cancel (f, g_rand_int_range (rand, 0, N_WORKERS));
  else if (n < 95)
    step_flush (f, TRUE);
  else if (n < 98)
    step_flush (f, FALSE);
  else
    step_cap (f, g_rand_int_range (rand, 0, N_WORKERS));
  expect_status (f);
}

GST_START_TEST (test_model)
{
  const gchar *given = g_getenv ("KS_SEED");
  guint32 seed = given ? g_ascii_strtoull (given, NULL, 0) : g_random_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  Fixture f;

  g_print ("seed: KS_SEED=%u\n", seed);
  fixture_init (&f);
  step_flush (&f, FALSE);
  for (guint i = 0; i < N_STEPS; i++)
    step_random (&f, rand);
  step_flush (&f, TRUE);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_first_come_first_served)
{
  Fixture f;

  fixture_init (&f);
  step_flush (&f, FALSE);
  step_cap (&f, 1);
  step_no_wait (&f);
  for (guint i = 0; i < 3; i++) {
    step_wait (&f, i);
    expect_status (&f);
  }
  /* nobody passes those who wait, and each release serves the next of them */
  step_no_wait (&f);
  for (guint i = 0; i < 3; i++) {
    gst_ks_gate_leave (f.gate);
    fail_unless_equals_int (model_pop (&f), i);
    expect (&f, i, GST_KS_GATE_ENTERED, NULL);
    expect_status (&f);
  }
  fixture_clear (&f);
}

GST_END_TEST;

/* The oldest, one in the middle and the youngest go; the others keep their order. */
GST_START_TEST (test_cancel_takes_one_out)
{
  static const guint gone[] = { 1, 3, 5 };
  static const guint left[] = { 2, 4 };
  Fixture f;

  fixture_init (&f);
  step_flush (&f, FALSE);
  step_cap (&f, 1);
  step_no_wait (&f);
  for (guint i = 1; i < N_WORKERS; i++) {
    step_wait (&f, i);
    expect_status (&f);
  }
  for (guint i = 0; i < G_N_ELEMENTS (gone); i++) {
    step_cancel (&f, gone[i]);
    expect_status (&f);
  }
  /* who comes now is behind those that stayed */
  step_wait (&f, 0);
  expect_status (&f);
  for (guint i = 0; i < G_N_ELEMENTS (left); i++) {
    fail_unless (gst_ks_gate_hand_over (f.gate, &f));
    fail_unless_equals_int (model_pop (&f), left[i]);
    expect (&f, left[i], GST_KS_GATE_ENTERED, &f);
  }
  step_leave (&f);
  fail_unless_equals_int (f.count, 1);
  expect_status (&f);
  /* nobody waits any more: a place can be had at once */
  step_leave (&f);
  step_no_wait (&f);
  fixture_clear (&f);
}

GST_END_TEST;

GST_START_TEST (test_cancelled_before)
{
  g_autoptr (GstKsGate) gate = gst_ks_gate_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GstKsGateWait wait = {.cancellable = cancellable };
  GstKsGateEntry entry;
  GstKsGateStatus status;

  gst_ks_gate_set_flushing (gate, FALSE);
  gst_ks_gate_set_cap (gate, 1);
  fail_unless (gst_ks_gate_enter (gate, &wait, &entry) == GST_KS_GATE_ENTERED);
  g_cancellable_cancel (cancellable);
  fail_unless (gst_ks_gate_enter (gate, &wait,
          &entry) == GST_KS_GATE_CANCELLED);
  gst_ks_gate_get_status (gate, &status);
  fail_unless_equals_int (status.count, 1);
  fail_unless_equals_int (status.waiting, 0);
}

GST_END_TEST;

GST_START_TEST (test_flush_wakes_all)
{
  Fixture f;

  fixture_init (&f);
  step_flush (&f, FALSE);
  step_cap (&f, 2);
  step_no_wait (&f);
  step_no_wait (&f);
  for (guint i = 0; i < N_WORKERS; i++)
    step_wait (&f, i);
  expect_status (&f);
  step_flush (&f, TRUE);
  expect_status (&f);
  fail_unless_equals_int (f.count, 2);
  fixture_clear (&f);
}

GST_END_TEST;

/* --- starvation --- */

static void
count_and_free_a_place (GstKsGate * gate, GstClockTime waited,
    gpointer user_data)
{
  guint *told = user_data;
  GstKsGateStatus status;

  (*told)++;
  fail_unless (waited >= GST_MSECOND, "told after %" G_GUINT64_FORMAT " ns",
      waited);
  /* no lock is held, and the thread still waits */
  gst_ks_gate_get_status (gate, &status);
  fail_unless_equals_int (status.waiting, 1);
  gst_ks_gate_leave (gate);
}

GST_START_TEST (test_starved_is_told_once)
{
  g_autoptr (GstKsGate) gate = gst_ks_gate_new ();
  guint told = 0;
  GstKsGateWait wait = { GST_MSECOND, count_and_free_a_place, &told };
  GstKsGateEntry entry;

  gst_ks_gate_set_flushing (gate, FALSE);
  gst_ks_gate_set_cap (gate, 1);
  fail_unless (gst_ks_gate_enter (gate, &wait, &entry) == GST_KS_GATE_ENTERED);
  fail_if (entry.waited);
  fail_unless (gst_ks_gate_enter (gate, &wait, &entry) == GST_KS_GATE_ENTERED);
  fail_unless (entry.waited);
  fail_unless_equals_int (told, 1);
}

GST_END_TEST;

/* --- many threads --- */

#define CROWD 8
#define CROWD_CAP 3
#define CROWD_ROUNDS 20000
#define CANCELLED_ROUNDS 4000   /* each cancel locks more */
#define QUICK_ROUNDS 500        /* with KS_QUICK: under tools that slow down */

typedef struct
{
  GstKsGate *gate;
  GCancellable *cancellables[CROWD];
  guint rounds;
  gint n;                       /* atomic; of them in use */
  gint inside;                  /* atomic */
  gint done;                    /* atomic */
} Crowd;

static gpointer
crowd_run (gpointer data)
{
  Crowd *crowd = data;
  GCancellable *cancellable =
      crowd->cancellables[g_atomic_int_add (&crowd->n, 1)];
  GstKsGateWait wait = { GST_CLOCK_TIME_NONE, NULL, NULL, cancellable };
  GstKsGateEntry entry;

  for (guint i = 0; i < crowd->rounds; i++) {
    GstKsGateResult result =
        gst_ks_gate_enter (crowd->gate, i % 7 ? &wait : NULL, &entry);

    if (result == GST_KS_GATE_CANCELLED)
      g_cancellable_reset (cancellable);
    if (result != GST_KS_GATE_ENTERED)
      continue;
    fail_unless (g_atomic_int_add (&crowd->inside, 1) < CROWD_CAP);
    g_atomic_int_add (&crowd->inside, -1);
    if (i % 3 || !gst_ks_gate_hand_over (crowd->gate, crowd))
      gst_ks_gate_leave (crowd->gate);
  }
  g_atomic_int_inc (&crowd->done);
  return NULL;
}

static guint
rounds_of (guint row)
{
  if (g_getenv ("KS_QUICK") != NULL)
    return QUICK_ROUNDS;
  return row == 0 ? CROWD_ROUNDS : CANCELLED_ROUNDS;
}

/* row 0: flushed; row 1: cancelled, one by one, while frames are handed over */
GST_START_TEST (test_crowd)
{
  Crowd crowd = {.gate = gst_ks_gate_new (),
    .rounds = rounds_of (__i__)
  };
  GThread *threads[CROWD];
  GstKsGateStatus status;

  gst_ks_gate_set_cap (crowd.gate, CROWD_CAP);
  gst_ks_gate_set_flushing (crowd.gate, FALSE);
  for (guint i = 0; i < CROWD; i++)
    crowd.cancellables[i] = g_cancellable_new ();
  for (guint i = 0; i < CROWD; i++)
    threads[i] = g_thread_new ("crowd", crowd_run, &crowd);
  for (guint i = 0; g_atomic_int_get (&crowd.done) < CROWD; i++) {
    if (__i__ == 0) {
      gst_ks_gate_set_flushing (crowd.gate, TRUE);
      gst_ks_gate_set_flushing (crowd.gate, FALSE);
    } else {
      g_cancellable_cancel (crowd.cancellables[i % CROWD]);
    }
    g_thread_yield ();
  }
  for (guint i = 0; i < CROWD; i++) {
    g_thread_join (threads[i]);
    g_object_unref (crowd.cancellables[i]);
  }
  gst_ks_gate_get_status (crowd.gate, &status);
  fail_unless_equals_int (status.count, 0);
  fail_unless_equals_int (status.waiting, 0);
  gst_ks_gate_unref (crowd.gate);
}

GST_END_TEST;

static Suite *
gate_suite (void)
{
  Suite *s = suite_create ("gate");
  TCase *tc = tcase_create ("gate");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_model);
  tcase_add_test (tc, test_first_come_first_served);
  tcase_add_test (tc, test_cancel_takes_one_out);
  tcase_add_test (tc, test_cancelled_before);
  tcase_add_test (tc, test_flush_wakes_all);
  tcase_add_test (tc, test_starved_is_told_once);
  tcase_add_loop_test (tc, test_crowd, 0, 2);
  return s;
}

GST_CHECK_MAIN (gate);
