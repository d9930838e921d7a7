/* GstKsAccount: who frames are for: a budget, the counters, and the identity behind zero=owner-change.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstkserror.h>

G_BEGIN_DECLS

#define GST_TYPE_KS_ACCOUNT (gst_ks_account_get_type ())

/**
 * GstKsAccount:
 *
 * Whoever pays for frames: a budget of bytes and the counters. Boxed, reference
 * counted; any thread.
 *
 * Since: 0.9
 */
typedef struct _GstKsAccount GstKsAccount;

/**
 * GstKsAccountStats:
 * @live: frames that exist for this account, idle ones of an active pool included
 * @handed_out: frames that somebody holds
 * @peak: highest @handed_out seen
 * @reused: hand-outs served with a frame that existed before
 * @fresh: hand-outs that needed a new block
 * @discarded: buffers that came back changed or still shared; their memory is reused later
 * @copied: copies of frames' contents
 * @waits: hand-outs that waited at the cap
 * @bytes: bytes of @live
 * @copied_bytes: bytes of @copied
 *
 * The counters of an account at one moment; other threads may change them
 * while they are read.
 *
 * Since: 0.9
 */
typedef struct _GstKsAccountStats GstKsAccountStats;

struct _GstKsAccountStats
{
  guint64 live;
  guint64 handed_out;
  guint64 peak;
  guint64 reused;
  guint64 fresh;
  guint64 discarded;
  guint64 copied;
  guint64 waits;
  guint64 bytes;
  guint64 copied_bytes;
};

GST_KS_API GType          gst_ks_account_get_type (void);
GST_KS_API GstKsAccount * gst_ks_account_new (guint64 max_bytes);
GST_KS_API GstKsAccount * gst_ks_account_ref (GstKsAccount *account);
GST_KS_API void           gst_ks_account_unref (GstKsAccount *account);
GST_KS_API guint64        gst_ks_account_get_id (GstKsAccount *account);
GST_KS_API void           gst_ks_account_set_owner (GstKsAccount *account, const gchar *owner);
GST_KS_API gchar *        gst_ks_account_get_owner (GstKsAccount *account);
GST_KS_API void           gst_ks_account_set_max_bytes (GstKsAccount *account, guint64 max_bytes);
GST_KS_API void           gst_ks_account_get_stats (GstKsAccount *account, GstKsAccountStats *stats);
GST_KS_API GstStructure * gst_ks_account_stats_to_structure (const GstKsAccountStats *stats, const gchar *name);

/* For pools and elements, which count what the store cannot see. Lock-free. */
GST_KS_API void           gst_ks_account_hand_out (GstKsAccount *account, gboolean reused);
GST_KS_API void           gst_ks_account_take_back (GstKsAccount *account);
GST_KS_API void           gst_ks_account_add_discard (GstKsAccount *account);
GST_KS_API void           gst_ks_account_add_wait (GstKsAccount *account);
GST_KS_API void           gst_ks_account_add_copy (GstKsAccount *account, gsize bytes);

/* For the store: live blocks and their bytes. charge fails at the budget. */
GST_KS_API gboolean       gst_ks_account_charge (GstKsAccount *account, gsize bytes, GError **error);
GST_KS_API void           gst_ks_account_discharge (GstKsAccount *account, gsize bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKsAccount, gst_ks_account_unref)

G_END_DECLS
