/* Makes frames as an answer to the ALLOCATION query says: a pool, or one by one; and the pool that went upstream with it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstks.h>
#include <gst/ks/gstksquery.h>
#include <gst/ks/gstkssize.h>

G_BEGIN_DECLS

/* FALSE: no frame can be laid out so. Writes into @offer what the pool made of
 * the size. */
gboolean ks_pool_configure (GstBufferPool * pool, GstAllocator * allocator, GstKsQueryOffer * offer, GstCaps * caps, gboolean video_meta);
/* No pool counts these: each has its own size. @account does. */
GstMemory * ks_memory_new (GstAllocator * allocator, const GstKsQueryOffer * offer, gsize size, GstKsZero zero, GstKsAccount * account, GError ** error);
/* @offered: the pool that upstream of @pad was given last. Wakes or admits whoever waits for a frame of it.
 * @alone: nobody else's stream goes on with it. Any thread. */
void ks_offered_set_flushing (GWeakRef * offered, GstPad * pad, gboolean flushing, gboolean alone);

G_END_DECLS
