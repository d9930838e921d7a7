/* What the files of GstKsPool share. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksabi.h"
#include "gstksfreeframe.h"
#include "gstksfunctiontable.h"
#include "gstkspool.h"
#include "gstkspoolconfig.h"
#include "gstkspoolframe.h"
#include "gstkspoolguard.h"
#include "gstkspoolshelf.h"
#include "gstksprefault.h"

G_BEGIN_DECLS

/* Locks: the base class's is outermost and recursive; start, stop, flush and
 * set_config run under it. Below it the object lock and those of gate, shelf,
 * function table and listeners are each taken alone, and nobody's code runs
 * under them: reports and the signal come with no lock held, unless the thread
 * that stops the pool lets go of a buffer whose metas are somebody's. */
struct _GstKsPool
{
  GstBufferPool parent;

  /* constant */
  GstAllocator *allocator;      /* owned */
  GstKsFraming *framing;        /* owned; NULL: none */
  GstKsFraming *framing_ex;     /* owned; what it was resolved from; NULL: it was not */
  GstKsPoolOptions options;     /* its account is owned */
  GstKsGate *gate;              /* owned */
  GstKsPoolShelf *shelf;        /* owned */
  GstKsFreeFrame *free_frame;   /* owned */
  GstKsTrails *trails;          /* owned */
  GstKsPoolHusks *husks;        /* owned; atomic; NULL: no frame was guarded yet */
  GstKsAbiFraming creation;     /* of a create request; frame_size 0: not made by one */

  /* changes only while inactive and nothing is out; for others: object lock */
  GstKsPoolConfig config;
  GstKsFraming *fixed;          /* owned; of the config, for shaped kinds */
  gint uncapped;                /* atomic; of the config, read before the gate */

  gint closed;                  /* atomic; for good */
  GstKsFunctionTableToken *table;       /* owned; object lock; NULL: nobody asked */

  /* under the base class's lock */
  GstKsPrefault *prefault;      /* owned; NULL: none */
  guint keeper;
};

GST_DEBUG_CATEGORY_EXTERN (gst_ks_pool_debug);
GST_DEBUG_CATEGORY_EXTERN (gst_ks_pool_performance);

/* For class_init. */
void gst_ks_pool_install_properties (GObjectClass *klass);

/* The allocator object of a fixed framing, configured but not active; creation may be NULL. */
GstKsPool *   gst_ks_pool_new_fixed (GstAllocator *allocator, const GstKsFraming *fixed, const GstKsAbiFraming *creation, GError **error);

/* The class's functions on the way of every frame; the base class calls them. */
GstFlowReturn gst_ks_pool_alloc_buffer (GstBufferPool *pool, GstBuffer **buffer, GstBufferPoolAcquireParams *params);
void          gst_ks_pool_free_buffer (GstBufferPool *pool, GstBuffer *buffer);
GstFlowReturn gst_ks_pool_acquire_buffer (GstBufferPool *pool, GstBuffer **buffer, GstBufferPoolAcquireParams *params);
void          gst_ks_pool_release_buffer (GstBufferPool *pool, GstBuffer *buffer);

G_END_DECLS
