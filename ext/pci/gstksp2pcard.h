/* GstKsP2pCard: a PCI card whose memory the kernel hands out by the page.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksbackend.h>

G_BEGIN_DECLS

/* Reference counted; any thread. */
typedef struct _GstKsP2pCard GstKsP2pCard;

/* bdf: where the card is, for messages; folder: its p2pmem in sysfs. */
GstKsP2pCard * gst_ks_p2p_card_open (const gchar *bdf, const gchar *folder, GError **error);
GstKsP2pCard * gst_ks_p2p_card_ref (GstKsP2pCard *self);
void           gst_ks_p2p_card_unref (GstKsP2pCard *self);

const gchar *  gst_ks_p2p_card_peek_bdf (const GstKsP2pCard *self);
/* Bytes on the card, whoever has them. */
gsize          gst_ks_p2p_card_get_size (const GstKsP2pCard *self);

/* A line for people; free it. */
gchar *        gst_ks_p2p_card_get_note (GstKsP2pCard *self);

/* Frames of half a page or less share pages. */
gboolean       gst_ks_p2p_card_take (GstKsP2pCard *self, GstKsBlock *block, GError **error);
void           gst_ks_p2p_card_give (GstKsP2pCard *self, GstKsBlock *block);

/* Whether the card is gone; then the frames are in ordinary memory already. */
gboolean       gst_ks_p2p_card_check_gone (GstKsP2pCard *self);
GError *       gst_ks_p2p_card_new_gone_error (GstKsP2pCard *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKsP2pCard, gst_ks_p2p_card_unref)

G_END_DECLS
