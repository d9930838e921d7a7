/* The classic ALLOCATION answer: read, merged with a framing and written, in one place.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstkspool.h>

G_BEGIN_DECLS

/**
 * GstKsQueryReply:
 * @answered: somebody downstream answered; otherwise everything below is
 *     what silence means
 * @pool: (nullable): owned; first pool entry
 * @size: bytes of a frame, 0: not said
 * @min: frames that downstream holds
 * @max: most frames, 0: no cap
 * @allocator: (nullable): owned; of the first param entry, else of the
 *     configured @pool
 * @align: bytes
 * @prefix: bytes before the frame
 * @padding: bytes after the frame
 * @flags: of the first param entry
 * @video_meta: rows and planes may lie where a #GstVideoMeta says
 *
 * What downstream said. From one thread; gst_ks_query_reply_clear() frees it.
 *
 * Since: 0.9
 */
typedef struct _GstKsQueryReply GstKsQueryReply;

struct _GstKsQueryReply
{
  gboolean answered;
  GstBufferPool *pool;
  guint size;
  guint min;
  guint max;
  GstAllocator *allocator;
  gsize align;
  gsize prefix;
  gsize padding;
  GstMemoryFlags flags;
  gboolean video_meta;
};

/**
 * GstKsQueryOffer:
 * @size: bytes of a frame; 0: not known, then no pool can be offered
 * @min: frames kept ready, at most @cap
 * @cap: most frames out at once, 0: no cap
 * @held: frames that downstream holds, whatever the cap
 * @align: bytes, a power of two
 * @prefix: bytes before the frame
 * @padding: bytes after the frame
 * @flags: for the param entry
 *
 * What goes back upstream; a plain value.
 *
 * Since: 0.9
 */
typedef struct _GstKsQueryOffer GstKsQueryOffer;

struct _GstKsQueryOffer
{
  gsize size;
  guint min;
  guint cap;
  guint held;
  gsize align;
  gsize prefix;
  gsize padding;
  GstMemoryFlags flags;
};

GST_KS_API void     gst_ks_query_read (GstQuery *query, gboolean answered, GstKsQueryReply *reply);
GST_KS_API void     gst_ks_query_reply_clear (GstKsQueryReply *reply);
GST_KS_API gboolean gst_ks_query_reply_is_plain (const GstKsQueryReply *reply);
GST_KS_API void     gst_ks_query_forget (GstQuery *query);
GST_KS_API const gchar * gst_ks_query_caps_memory (const GstCaps *caps);
GST_KS_API gsize    gst_ks_query_caps_size (const GstCaps *caps, GstVideoInfo *info);
GST_KS_API gboolean gst_ks_query_tells_size (const GstKsQueryReply *reply, const GstCaps *caps);
GST_KS_API gboolean gst_ks_query_merge (const GstKsQueryReply *reply, const GstKsFramingItem *item, gsize frame_size, GstKsQueryOffer *offer, GError **error);
GST_KS_API GstKsFraming * gst_ks_query_offer_to_framing (const GstKsQueryOffer *offer, const GstKsFramingItem *item, GError **error);
GST_KS_API void     gst_ks_query_write_counts (GstQuery *query, const GstKsQueryOffer *offer);
GST_KS_API void     gst_ks_query_write (GstQuery *query, const GstKsQueryOffer *offer, GstAllocator *allocator, GstBufferPool *pool);

G_END_DECLS
