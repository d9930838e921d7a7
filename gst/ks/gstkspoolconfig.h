/* GstKsPoolConfig: what a pool's framing and its configuration together ask for. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkspool.h"

G_BEGIN_DECLS

/* What the pool was made with. */
typedef struct
{
  GstAllocator *allocator;
  const GstKsFramingItem *item; /* NULL: no framing */
  GstKsLayout layout;
  gsize frame_size;             /* bytes with prefix and padding, as KS counts; 0: those come on top */
} GstKsPoolTerms;

/* Zeroed: not configured. */
typedef struct
{
  gsize size;                   /* bytes */
  gsize align;                  /* bytes */
  gsize prefix;                 /* bytes */
  gsize padding;                /* bytes */
  gsize plain_size;             /* bytes of the caps' default layout; 0: no video */
  guint min;                    /* frames */
  guint cap;                    /* frames out; 0: no cap */
  gboolean is_video;
  gboolean add_video_meta;
  GstVideoInfo info;
  GstVideoAlignment video_align;        /* as asked */
  GstVideoAlignment meta_align; /* what makes GStreamer's own arithmetic arrive at info; else zeroed */
  GRefString *layout;           /* owned */
} GstKsPoolConfig;

/* Reads config and writes what was made of it back; on failure neither changes. */
gboolean gst_ks_pool_config_parse (GstKsPoolConfig *self, const GstKsPoolTerms *terms, GstStructure *config, GError **error);
void     gst_ks_pool_config_clear (GstKsPoolConfig *self);
void     gst_ks_pool_config_init_request (const GstKsPoolConfig *self, GstKsRequest *request);

G_END_DECLS
