/* The conformance suite, lifetimes: who outlives whom, books that balance, threads.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
/* first: gst-check has a global variable called mutex */
#include <gst/ks/gstkslock.h>

#include "gstkssuiteprivate.h"

#define MAX_THREADS 8
#define N_THREADS (gst_ks_suite_is_quick () ? 3 : MAX_THREADS)

GST_START_TEST (test_outlives)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  gint told = 0;
  GRefString *layout = g_ref_string_new ("a");
  GstKsRequest request = {.size = SUITE_SIZE,.layout = layout,
    .returned = gst_ks_suite_count,.returned_data = &told
  };
  GstMemory *frame = gst_ks_suite_take (&suite, &request);
  GstMemory *shared = gst_memory_share (frame, 10, 10);
  GstMemory *idle = gst_ks_suite_take (&suite, &request);

  gst_memory_unref (idle);
  check_that (told == 1);
  gst_object_unref (suite.allocator);
  g_clear_object (&suite.backend);
  gst_ks_suite_fill (frame, 9);
  gst_memory_unref (frame);
  check_that (gst_ks_suite_holds (shared, 9));
  check_that (told == 1);
  gst_memory_unref (shared);
  check_that (told == 2);
  g_ref_string_release (layout);

  suite = gst_ks_suite_open (__i__, 1);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

GST_START_TEST (test_trim_while_out)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstMemory *frame = gst_ks_suite_take_plain (&suite);

  gst_memory_unref (gst_ks_suite_take_plain (&suite));
  gst_ks_suite_fill (frame, 4);
  check_that (gst_ks_check_stat (suite.allocator, "idle") == 1);
  gst_ks_allocator_trim (suite.allocator);
  check_that (gst_ks_check_stat (suite.allocator, "idle") == 0);
  check_that (gst_ks_check_stat (suite.allocator, "live") == 1);
  gst_ks_trim_all ();
  check_that (gst_ks_suite_holds (frame, 4));
  gst_memory_unref (frame);
  check_that (gst_ks_check_stat (suite.allocator, "idle") == 1);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

GST_START_TEST (test_balance)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstMemory *frames[SUITE_FRAMES] = { NULL };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  guint64 out = 0;

  for (guint step = 0; step < SUITE_ROUNDS; step++) {
    guint f = g_rand_int_range (rand, 0, SUITE_FRAMES);
    GstKsRequest request = {.size = g_rand_int_range (rand, 1, SUITE_SIZE) };

    out += frames[f] ? -1 : 1;
    if (frames[f])
      g_clear_pointer (&frames[f], gst_memory_unref);
    else
      frames[f] = gst_ks_suite_take (&suite, &request);
    check_that (gst_ks_check_outstanding (suite.allocator) == out);
    gst_ks_suite_balance (&suite);
  }
  for (guint f = 0; f < SUITE_FRAMES; f++)
    g_clear_pointer (&frames[f], gst_memory_unref);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* Frames on their way to another thread. */
static GMutex passing_lock;
static GPtrArray *passing;

static void
pass_on (GstMemory * memory)
{
  gst_ks_mutex_lock (&passing_lock);
  g_ptr_array_add (passing, memory);
  gst_ks_mutex_unlock (&passing_lock);
}

/* Any but the last is likely another thread's. */
static GstMemory *
pick_up (void)
{
  GstMemory *memory = NULL;

  gst_ks_mutex_lock (&passing_lock);
  if (passing->len > 0)
    memory = g_ptr_array_steal_index_fast (passing, 0);
  gst_ks_mutex_unlock (&passing_lock);
  return memory;
}

typedef struct
{
  GstAllocator *allocator;
  guint8 number;
  guint wrong;                  /* things that went wrong in this thread */
} Worker;

/* Frames are filled with their size's low byte here and looked at and let go
 * by whichever thread comes next. */
static gpointer
worker_run (gpointer data)
{
  Worker *self = data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (self->number);

  for (guint round = 0; round < SUITE_ROUNDS; round++) {
    GstKsRequest request = {.size = g_rand_int_range (rand, 1, 20) * 4097 };
    GstMemory *memory =
        gst_ks_allocator_alloc (self->allocator, &request, NULL);

    if (!memory || !gst_ks_suite_try_fill (memory, (guint8) request.size)) {
      self->wrong++;
      g_clear_pointer (&memory, gst_memory_unref);
      continue;
    }
    pass_on (memory);

    memory = pick_up ();
    if (memory && !gst_ks_suite_holds (memory, (guint8) memory->size))
      self->wrong++;
    g_clear_pointer (&memory, gst_memory_unref);
    if (round % 50 == 49)
      gst_ks_allocator_trim (self->allocator);
  }
  return NULL;
}

GST_START_TEST (test_threads)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GThread *threads[MAX_THREADS];
  Worker workers[MAX_THREADS];
  guint n = N_THREADS;

  passing = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_memory_unref);
  for (guint t = 0; t < n; t++) {
    workers[t] = (Worker) {
    suite.allocator, t, 0};
    threads[t] = g_thread_new ("worker", worker_run, &workers[t]);
  }
  for (guint t = 0; t < n; t++)
    g_thread_join (threads[t]);
  for (guint t = 0; t < n; t++)
    check_that (workers[t].wrong == 0);
  g_clear_pointer (&passing, g_ptr_array_unref);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

void
gst_ks_suite_add_lifetimes (TCase * tcase, gint subject)
{
  add_rows (tcase, subject, test_outlives, 1);
  add_rows (tcase, subject, test_trim_while_out, 1);
  add_rows (tcase, subject, test_balance, 1);
  add_rows (tcase, subject, test_threads, 1);
}
