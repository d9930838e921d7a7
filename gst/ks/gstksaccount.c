/* GstKsAccount: who frames are for.
 *
 * The counters that change with every frame are spread over stripes, a cache
 * line for each thread: threads that hand out and take back frames do not pull
 * one line to and fro. Reading sums the stripes up.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksaccount.h"
#include "gstksaccountowner.h"
#include "gstkssize.h"
#include "gstksslot.h"

#define N_STRIPES GST_KS_N_THREAD_SLOTS

/* Counters only grow, so that a stripe may be read while another thread adds
 * to it; what is out is the difference of two of them. */
typedef struct
{
  guint64 reused;
  guint64 fresh;
  guint64 taken_back;
  guint64 discarded;
  guint64 waits;
  guint64 copied;
  guint64 copied_bytes;         /* bytes */
} __attribute__((aligned (GST_KS_CACHE_LINE))) Stripe;

struct _GstKsAccount
{
  Stripe stripes[N_STRIPES];
  gatomicrefcount refs;
  guint64 id;                   /* unique in the process, never 0 */
  guint64 max_bytes;            /* bytes; 0: no budget */
  guint64 live;                 /* frames */
  guint64 bytes;                /* bytes */
  guint64 peak;                 /* frames */
};

G_DEFINE_BOXED_TYPE (GstKsAccount, gst_ks_account, gst_ks_account_ref,
    gst_ks_account_unref);

/* field: of Stripe */
#define STRIPE_ADD(account, field, n) G_STMT_START { \
  guint slot = gst_ks_thread_slot (); \
  gst_ks_slot_add (slot, &(account)->stripes[slot].field, (n)); \
} G_STMT_END

static guint64
counter_get (const guint64 * counter)
{
  return __atomic_load_n (counter, __ATOMIC_RELAXED);
}

/**
 * gst_ks_account_new:
 * @max_bytes: budget in bytes for all live frames; 0: none
 *
 * Makes an account with no frames.
 *
 * Returns: (transfer full): a new account
 *
 * Since: 0.9
 */
GstKsAccount *
gst_ks_account_new (guint64 max_bytes)
{
  static guint64 last_id;
  GstKsAccount *self = g_aligned_alloc0 (1, sizeof (GstKsAccount),
      GST_KS_CACHE_LINE);

  g_atomic_ref_count_init (&self->refs);
  self->id = __atomic_add_fetch (&last_id, 1, __ATOMIC_RELAXED);
  self->max_bytes = max_bytes;
  return self;
}

/**
 * gst_ks_account_ref:
 * @account: an account
 *
 * Takes a reference; any thread.
 *
 * Returns: (transfer full): @account
 *
 * Since: 0.9
 */
GstKsAccount *
gst_ks_account_ref (GstKsAccount * account)
{
  g_return_val_if_fail (account != NULL, NULL);

  g_atomic_ref_count_inc (&account->refs);
  return account;
}

/**
 * gst_ks_account_unref:
 * @account: (transfer full): an account
 *
 * Drops a reference; any thread. Every live frame holds one.
 *
 * Since: 0.9
 */
void
gst_ks_account_unref (GstKsAccount * account)
{
  g_return_if_fail (account != NULL);

  if (!g_atomic_ref_count_dec (&account->refs))
    return;
  gst_ks_account_owner_forget (account->id);
  g_aligned_free (account);
}

/**
 * gst_ks_account_get_id:
 * @account: an account
 *
 * Tells accounts apart even after one of them is gone.
 *
 * Returns: a number above 0, unique in the process
 *
 * Since: 0.9
 */
guint64
gst_ks_account_get_id (GstKsAccount * account)
{
  g_return_val_if_fail (account != NULL, 0);

  return account->id;
}

/**
 * gst_ks_account_set_max_bytes:
 * @account: an account
 * @max_bytes: bytes; 0: none
 *
 * Changes the budget; any thread. Frames that are live stay valid, also when
 * they are over the new budget.
 *
 * Since: 0.9
 */
void
gst_ks_account_set_max_bytes (GstKsAccount * account, guint64 max_bytes)
{
  g_return_if_fail (account != NULL);

  __atomic_store_n (&account->max_bytes, max_bytes, __ATOMIC_RELAXED);
}

static void
account_sum (GstKsAccount * self, GstKsAccountStats * sum)
{
  guint64 taken_back = 0;

  *sum = (GstKsAccountStats) {
  0};
  for (guint i = 0; i < N_STRIPES; i++)
    taken_back += counter_get (&self->stripes[i].taken_back);
  for (guint i = 0; i < N_STRIPES; i++) {
    const Stripe *s = &self->stripes[i];

    sum->reused += counter_get (&s->reused);
    sum->fresh += counter_get (&s->fresh);
    sum->discarded += counter_get (&s->discarded);
    sum->waits += counter_get (&s->waits);
    sum->copied += counter_get (&s->copied);
    sum->copied_bytes += counter_get (&s->copied_bytes);
  }
  sum->handed_out = sum->reused + sum->fresh - taken_back;
}

static void
account_raise_peak (GstKsAccount * self, guint64 seen)
{
  guint64 peak = counter_get (&self->peak);

  while (seen > peak
      && !__atomic_compare_exchange_n (&self->peak, &peak, seen, TRUE,
          __ATOMIC_RELAXED, __ATOMIC_RELAXED));
}

/**
 * gst_ks_account_get_stats:
 * @account: an account
 * @stats: (out caller-allocates): filled in
 *
 * Reads the counters; any thread. Counters that other threads change at the
 * same time may be one apart from each other. The peak is taken whenever a
 * frame is added to the live ones and whenever it is read.
 *
 * Since: 0.9
 */
void
gst_ks_account_get_stats (GstKsAccount * account, GstKsAccountStats * stats)
{
  g_return_if_fail (account != NULL);
  g_return_if_fail (stats != NULL);

  account_sum (account, stats);
  account_raise_peak (account, stats->handed_out);
  stats->peak = counter_get (&account->peak);
  stats->live = counter_get (&account->live);
  stats->bytes = counter_get (&account->bytes);
}

/**
 * gst_ks_account_stats_to_structure:
 * @stats: counters
 * @name: name of the structure
 *
 * The counters for people and for properties; field names are those of
 * #GstKsAccountStats with dashes, values are guint64.
 *
 * Returns: (transfer full): a structure
 *
 * Since: 0.9
 */
GstStructure *
gst_ks_account_stats_to_structure (const GstKsAccountStats * stats,
    const gchar * name)
{
  g_return_val_if_fail (stats != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return gst_structure_new (name,
      "live", G_TYPE_UINT64, stats->live,
      "handed-out", G_TYPE_UINT64, stats->handed_out,
      "peak", G_TYPE_UINT64, stats->peak,
      "reused", G_TYPE_UINT64, stats->reused,
      "fresh", G_TYPE_UINT64, stats->fresh,
      "discarded", G_TYPE_UINT64, stats->discarded,
      "copied", G_TYPE_UINT64, stats->copied,
      "waits", G_TYPE_UINT64, stats->waits,
      "bytes", G_TYPE_UINT64, stats->bytes,
      "copied-bytes", G_TYPE_UINT64, stats->copied_bytes, NULL);
}

/**
 * gst_ks_account_hand_out:
 * @account: an account
 * @reused: whether the frame existed before
 *
 * Counts a frame that somebody gets; any thread.
 *
 * Since: 0.9
 */
void
gst_ks_account_hand_out (GstKsAccount * account, gboolean reused)
{
  if (reused)
    STRIPE_ADD (account, reused, 1);
  else
    STRIPE_ADD (account, fresh, 1);
}

/**
 * gst_ks_account_take_back:
 * @account: an account
 *
 * Counts a frame that came back; any thread.
 *
 * Since: 0.9
 */
void
gst_ks_account_take_back (GstKsAccount * account)
{
  STRIPE_ADD (account, taken_back, 1);
}

/**
 * gst_ks_account_add_discard:
 * @account: an account
 *
 * Counts a buffer that could not be used again as a whole; any thread.
 *
 * Since: 0.9
 */
void
gst_ks_account_add_discard (GstKsAccount * account)
{
  STRIPE_ADD (account, discarded, 1);
}

/**
 * gst_ks_account_add_wait:
 * @account: an account
 *
 * Counts a wait at the cap; any thread.
 *
 * Since: 0.9
 */
void
gst_ks_account_add_wait (GstKsAccount * account)
{
  STRIPE_ADD (account, waits, 1);
}

/**
 * gst_ks_account_add_copy:
 * @account: an account
 * @bytes: bytes copied
 *
 * Counts a copy of a frame's content; any thread.
 *
 * Since: 0.9
 */
void
gst_ks_account_add_copy (GstKsAccount * account, gsize bytes)
{
  STRIPE_ADD (account, copied, 1);
  STRIPE_ADD (account, copied_bytes, bytes);
}

/**
 * gst_ks_account_charge:
 * @account: an account
 * @bytes: bytes of a block
 * @error: set to %GST_KS_ERROR_BUDGET when the budget does not allow it
 *
 * Adds a live block; any thread.
 *
 * Returns: whether it fits
 *
 * Since: 0.9
 */
gboolean
gst_ks_account_charge (GstKsAccount * account, gsize bytes, GError ** error)
{
  guint64 max_bytes = counter_get (&account->max_bytes);
  guint64 used = counter_get (&account->bytes);
  GstKsAccountStats sum;

  do {
    if (max_bytes != 0 && (bytes > max_bytes || used > max_bytes - bytes)) {
      g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_BUDGET,
          "a frame of %" G_GSIZE_FORMAT " bytes does not fit: the budget is %"
          G_GUINT64_FORMAT " bytes and live frames use %" G_GUINT64_FORMAT
          "; raise max-bytes, or hold fewer or smaller frames",
          bytes, max_bytes, used);
      return FALSE;
    }
  } while (!__atomic_compare_exchange_n (&account->bytes, &used, used + bytes,
          TRUE, __ATOMIC_RELAXED, __ATOMIC_RELAXED));

  __atomic_fetch_add (&account->live, 1, __ATOMIC_RELAXED);
  account_sum (account, &sum);
  account_raise_peak (account, sum.handed_out + 1);
  return TRUE;
}

/**
 * gst_ks_account_discharge:
 * @account: an account
 * @bytes: bytes of the block, as charged
 *
 * Takes a live block off; any thread.
 *
 * Since: 0.9
 */
void
gst_ks_account_discharge (GstKsAccount * account, gsize bytes)
{
  __atomic_fetch_sub (&account->bytes, bytes, __ATOMIC_RELAXED);
  __atomic_fetch_sub (&account->live, 1, __ATOMIC_RELAXED);
}
