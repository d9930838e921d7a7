/* GstKsStore: where an allocator keeps discarded blocks for reuse. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksframe.h"
#include "gstkskeepers.h"

G_BEGIN_DECLS

/* The allocator owns its store and closes it in its dispose. */
GstKsStore * gst_ks_store_new (GstAllocator *allocator, const GstKsFrameFuncs *funcs);
/* kind is static, NULL: whoever made the allocator knows; terms NULL: any block. */
/* Before the first request. */
void         gst_ks_store_set_kind (GstKsStore *self, const gchar *kind, const GstKsTerms *terms);
const gchar * gst_ks_store_get_kind (GstKsStore *self);
/* The store of any allocator of ours, NULL for a foreign one; borrowed. */
void         gst_ks_store_close (GstKsStore *self);
GstKsStore * gst_ks_store_ref (GstKsStore *self);
void         gst_ks_store_unref (GstKsStore *self);
/* A reference on its allocator, unless that is on its way out. */
/* NULL: it is gone, or on its way. */
GstAllocator * gst_ks_store_get_allocator (GstKsStore *self);

GstMemory *  gst_ks_store_take (GstKsStore *self, const GstKsRequest *request, GError **error);
gboolean     gst_ks_store_prepare (GstKsStore *self, const GstKsRequest *request, guint n_frames, GError **error);

/* A memory object lost its last user: TRUE when the store keeps it. */
gboolean     gst_ks_store_take_back (GstKsFrame *frame, GstMemory *memory);
/* A frame without a memory object comes back. */
void         gst_ks_store_put (GstKsFrame *frame);

void         gst_ks_store_trim (GstKsStore *self);
/* Not what active pools keep: it is not here. */
void         gst_ks_store_drop_idle (GstKsStore *self);
/* The memory is gone for good; the first reason stays. */
void         gst_ks_store_set_lost (GstKsStore *self, const GError *reason);
const GError * gst_ks_store_peek_lost (GstKsStore *self);
/* Drops what has been idle too long; ns until the next call is due, or NONE. */
GstClockTime gst_ks_store_expire (GstKsStore *self);

void         gst_ks_store_count_copy (GstKsStore *self, gsize bytes);
void         gst_ks_store_get_limits (GstKsStore *self, GstKsLimits *limits);
void         gst_ks_store_set_limits (GstKsStore *self, const GstKsLimits *limits);
GstStructure * gst_ks_store_get_stats (GstKsStore *self);

/* Every block that exists, with the store's lock held: call nothing that takes
 * one; func may be NULL. Returns: bytes of all of them, and of those that are being made. */
typedef void (*GstKsStoreFunc) (const GstKsFrame *frame, gpointer data);
guint64      gst_ks_store_foreach (GstKsStore *self, GstKsStoreFunc func, gpointer data);
/* At the end of the process: none can be listed any more. */
void         gst_ks_store_forget_blocks (GstKsStore *self);

GstKsKeepers * gst_ks_store_get_keepers (GstKsStore *self);

G_END_DECLS
