/* Guard mode in a pool: who had a frame, which came back twice, and which is not what it was. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkspool.h"
#include "gstkspoolframe.h"

G_BEGIN_DECLS

/* Buffers that came back lately, without their memory: who drops one once more is heard. */
typedef struct _GstKsPoolHusks GstKsPoolHusks;

/* pool is borrowed, and compared only. */
GstKsPoolHusks * gst_ks_pool_husks_new (gconstpointer pool);
void             gst_ks_pool_husks_free (GstKsPoolHusks *self);
/* (transfer full): a buffer that only we have, which came back; its memory goes
 * to where that is from. why: it is not intact, static, or NULL. */
void             gst_ks_pool_husks_take (GstKsPoolHusks *self, GstBuffer *buffer, const GstKsPoolFrame *frame, const gchar *why);

G_END_DECLS
