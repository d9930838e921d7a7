/* Numbers for threads, so that each can count on a cache line of its own. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GST_KS_CACHE_LINE 64    /* bytes */
#define GST_KS_N_THREAD_SLOTS 32
/* What threads beyond the number of slots have in common. */
#define GST_KS_SHARED_SLOT (GST_KS_N_THREAD_SLOTS - 1)

/* 0: this thread has none yet. Several times a frame somebody asks, so it is
 * read in place. */
extern __thread guint gst_ks_slot_plus_one
    __attribute__((tls_model ("initial-exec"), visibility ("hidden")));

/* Only for a thread that has none yet. */
guint gst_ks_thread_slot_new (void);

/* 0 .. GST_KS_SHARED_SLOT - 1: this thread's alone as long as it runs;
 * GST_KS_SHARED_SLOT: others have it too. */
static inline guint
gst_ks_thread_slot (void)
{
  return G_LIKELY (gst_ks_slot_plus_one != 0) ? gst_ks_slot_plus_one - 1 :
      gst_ks_thread_slot_new ();
}

/* Adds to a counter of the slot. With one writer no locked instruction is
 * needed for readers to see either the old or the new value. */
static inline void
gst_ks_slot_add (guint slot, guint64 *counter, guint64 n)
{
  if (G_LIKELY (slot != GST_KS_SHARED_SLOT))
    __atomic_store_n (counter, __atomic_load_n (counter, __ATOMIC_RELAXED) + n,
        __ATOMIC_RELAXED);
  else
    __atomic_fetch_add (counter, n, __ATOMIC_RELAXED);
}

G_END_DECLS
