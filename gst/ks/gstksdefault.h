/* The default allocator of KS: frames of system memory, or of memory that four callbacks bring.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksabi.h>
#include <gst/ks/gstkspool.h>

G_BEGIN_DECLS

/**
 * GstKsDefaultCallbacks:
 * @initialize: (nullable): makes the context of the other three out of the
 *     fixed framing and what was given for it; called once, before the others,
 *     from the thread that creates the allocator. On failure sets @error and
 *     makes nothing. %NULL: the context is %NULL
 * @allocate: (nullable): returns a block of the framing's size, prefix and
 *     postfix included, at its alignment; %NULL: none to be had. Any thread,
 *     several at once. %NULL: memory of the system, and then the others must
 *     be %NULL too
 * @free: takes back what @allocate returned; any thread. Must be given with it
 * @destroy: (nullable): takes back the context; called once, when the
 *     allocator and its last block are gone, from any thread; not when
 *     @initialize failed
 *
 * Memory from outside under the default allocator, which still counts, caps,
 * queues and reuses. In the order of calls: @initialize, then @allocate and
 * @free, then @destroy.
 *
 * KS: InitializeAllocator, DefaultAllocate, DefaultFree and DeleteAllocator of
 * KsCreateDefaultAllocatorEx; KSALLOCATOR_DISPATCH.
 *
 * Since: 0.9
 */
typedef struct _GstKsDefaultCallbacks GstKsDefaultCallbacks;

struct _GstKsDefaultCallbacks
{
  gboolean (*initialize) (gpointer initialize_context, GstKsAbiFraming framing, gpointer *context, GError **error);
  gpointer (*allocate)   (gpointer context);
  void     (*free)       (gpointer context, gpointer frame);
  void     (*destroy)    (gpointer context);
};

/* A pool that is configured and has yet to be activated. callbacks may be NULL: memory of the system. */
GST_KS_API GstKsPool * gst_ks_default_allocator_new (const GstKsAbiFraming *framing, const GstKsDefaultCallbacks *callbacks, gpointer initialize_context, GError **error);

G_END_DECLS
