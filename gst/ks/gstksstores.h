/* The stores of this process, to trim them all and to drop what is old. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksstore.h"

G_BEGIN_DECLS

/* In each store; the list's own. */
typedef struct
{
  GstKsStore *store;            /* borrowed */
  gboolean listed;
  GThread *visitor;             /* who looks at it for old frames; or NULL */
} GstKsStoresEntry;

void         gst_ks_stores_add (GstKsStore *store, GstAllocator *allocator, GstKsStoresEntry *entry);
/* The store that an allocator was added for; NULL: it is none of ours. */
GstKsStore * gst_ks_store_of (GstAllocator *allocator);
/* Waits for a visitor to leave, unless this is he. */
void         gst_ks_stores_remove (GstKsStoresEntry *entry);

void         gst_ks_stores_trim (void);
/* Appends the statistics of each to a #GstValueArray. */
void         gst_ks_stores_append_stats (GValue *array);
/* All stores, with the lock of the list held: only a store's may be taken. */
typedef void (*GstKsStoresFunc) (GstKsStore *store, gpointer data);
void         gst_ks_stores_foreach (GstKsStoresFunc func, gpointer data);
/* Somebody wants to know, with no lock held, when a store has made a block. */
void         gst_ks_stores_set_grew (void (*grew) (void));
void         gst_ks_stores_grew (void);
/* Drops what has been idle too long; ns until the next call is due, or NONE. */
GstClockTime gst_ks_stores_expire (void);

G_END_DECLS
