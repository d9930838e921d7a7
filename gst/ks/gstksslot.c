/* Numbers for threads, so that each can count on a cache line of its own.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksslot.h"

__thread guint gst_ks_slot_plus_one;

/* Bit n: slot n has a thread. */
static guint taken;

static void
slot_give_back (gpointer slot_plus_one)
{
  guint slot = GPOINTER_TO_UINT (slot_plus_one) - 1;

  if (slot != GST_KS_SHARED_SLOT)
    __atomic_fetch_and (&taken, ~(1u << slot), __ATOMIC_RELEASE);
}

/* Tells when a thread ends. */
static GPrivate at_thread_end = G_PRIVATE_INIT (slot_give_back);

static guint
slot_take (void)
{
  guint before = __atomic_load_n (&taken, __ATOMIC_RELAXED);
  guint slot;

  do {
    slot = __builtin_ctz (~before);
    if (slot >= GST_KS_SHARED_SLOT)
      return GST_KS_SHARED_SLOT;
  } while (!__atomic_compare_exchange_n (&taken, &before, before | 1u << slot,
          TRUE, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
  return slot;
}

guint
gst_ks_thread_slot_new (void)
{
  gst_ks_slot_plus_one = slot_take () + 1;
  g_private_set (&at_thread_end, GUINT_TO_POINTER (gst_ks_slot_plus_one));
  return gst_ks_slot_plus_one - 1;
}
