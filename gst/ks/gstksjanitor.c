/* The janitor: drops idle blocks that nobody came back for.
 *
 * A thread of its own, because the memory of a pipeline that has stopped must
 * go without anybody calling us. It sleeps until the next block is due and ends
 * when nothing is idle.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksjanitor.h"
#include "gstkslock.h"
#include "gstksstores.h"

/* wanted and works make a hand-shake without a lock: who puts a block writes
 * wanted and then reads works, the janitor that ends writes works and then
 * reads wanted, so one of them sees the other. */
static gint wanted;
static gint works;

static GMutex nap_lock;
static GCond nap_over;
static guint naps_broken;       /* under nap_lock */

static guint
janitor_count_breaks (void)
{
  guint breaks;

  gst_ks_mutex_lock (&nap_lock);
  breaks = naps_broken;
  gst_ks_mutex_unlock (&nap_lock);
  return breaks;
}

/* breaks: their number before the duration was thought out: who has changed
 * the limits since then has broken this nap too. */
static void
janitor_nap (GstClockTime duration, guint breaks)
{
  gint64 end = g_get_monotonic_time () + duration / GST_USECOND + 1;

  gst_ks_mutex_lock (&nap_lock);
  while (naps_broken == breaks
      && gst_ks_cond_wait_until (&nap_over, &nap_lock, end));
  gst_ks_mutex_unlock (&nap_lock);
}

static gpointer
janitor_main (gpointer data)
{
  for (;;) {
    guint breaks = janitor_count_breaks ();
    GstClockTime next;

    g_atomic_int_set (&wanted, FALSE);
    next = gst_ks_stores_expire ();
    if (next != GST_CLOCK_TIME_NONE) {
      janitor_nap (next, breaks);
      continue;
    }
    g_atomic_int_set (&works, FALSE);
    if (!g_atomic_int_get (&wanted)
        || !g_atomic_int_compare_and_exchange (&works, FALSE, TRUE))
      return NULL;
  }
}

void
gst_ks_janitor_wake (void)
{
  GThread *thread;

  if (!g_atomic_int_get (&wanted))
    g_atomic_int_set (&wanted, TRUE);
  if (g_atomic_int_get (&works)
      || !g_atomic_int_compare_and_exchange (&works, FALSE, TRUE))
    return;
  /* No thread to be had: blocks then stay until the store is full. */
  thread = g_thread_try_new ("ks-janitor", janitor_main, NULL, NULL);
  if (thread == NULL)
    g_atomic_int_set (&works, FALSE);
  else
    g_thread_unref (thread);
}

void
gst_ks_janitor_hurry (void)
{
  gst_ks_mutex_lock (&nap_lock);
  naps_broken++;
  g_cond_signal (&nap_over);
  gst_ks_mutex_unlock (&nap_lock);
}
