/* GstKsPoolShelf: whole frames that an active pool keeps ready, last in first out. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkspoolframe.h"

G_BEGIN_DECLS

/* Any thread. Closed at first. */
typedef struct _GstKsPoolShelf GstKsPoolShelf;

GstKsPoolShelf * gst_ks_pool_shelf_new (void);
void             gst_ks_pool_shelf_free (GstKsPoolShelf *shelf);
/* strict: a frame that was put is found by everybody, at the price that threads share a lock. */
void             gst_ks_pool_shelf_open (GstKsPoolShelf *shelf, gboolean strict);
/* What comes later is refused; what is there goes. */
void             gst_ks_pool_shelf_close (GstKsPoolShelf *shelf);
/* What is there goes; what comes later is kept. */
void             gst_ks_pool_shelf_empty (GstKsPoolShelf *shelf);
/* Takes the frame; closed: it goes at once. */
void             gst_ks_pool_shelf_put (GstKsPoolShelf *shelf, GstKsPoolFrame *frame);
GstKsPoolFrame * gst_ks_pool_shelf_take (GstKsPoolShelf *shelf);
guint            gst_ks_pool_shelf_count (GstKsPoolShelf *shelf);

G_END_DECLS
