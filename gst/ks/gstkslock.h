/* Locks and hand-overs between threads that ThreadSanitizer can follow.
 *
 * GLib is not instrumented, so its futex based locks are invisible to the
 * sanitizer and every datum under them would look unprotected. We take our
 * locks through these wrappers, which tell it; in other builds they are the
 * plain GLib calls.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>

#if defined (__has_feature)
#if __has_feature (thread_sanitizer)
#define GST_KS_TSAN 1
#endif
#endif
#ifdef __SANITIZE_THREAD__
#define GST_KS_TSAN 1
#endif

/* What happened before GST_KS_RELEASE (p) in one thread is seen after
 * GST_KS_ACQUIRE (p) in another; the real barrier is elsewhere. */
#ifdef GST_KS_TSAN
extern void __tsan_acquire (void *addr);
extern void __tsan_release (void *addr);
#define GST_KS_ACQUIRE(p) __tsan_acquire ((void *) (p))
#define GST_KS_RELEASE(p) __tsan_release ((void *) (p))
#else
#define GST_KS_ACQUIRE(p) ((void) (p))
#define GST_KS_RELEASE(p) ((void) (p))
#endif

static inline void
gst_ks_mutex_lock (GMutex *mutex)
{
  g_mutex_lock (mutex);
  GST_KS_ACQUIRE (mutex);
}

static inline void
gst_ks_mutex_unlock (GMutex *mutex)
{
  GST_KS_RELEASE (mutex);
  g_mutex_unlock (mutex);
}

static inline void
gst_ks_cond_wait (GCond *cond, GMutex *mutex)
{
  GST_KS_RELEASE (mutex);
  g_cond_wait (cond, mutex);
  GST_KS_ACQUIRE (mutex);
}

/* end_time: g_get_monotonic_time() clock, microseconds */
static inline gboolean
gst_ks_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
  gboolean woken;

  GST_KS_RELEASE (mutex);
  woken = g_cond_wait_until (cond, mutex, end_time);
  GST_KS_ACQUIRE (mutex);
  return woken;
}
