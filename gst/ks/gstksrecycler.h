/* GstKsRecycler: the store for allocators of a type that others know their memory by.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksallocator.h>

G_BEGIN_DECLS

/**
 * GstKsRecycler: (skip)
 * @acquire: makes a block. Any thread, several at once, no lock held. Fills
 *     the out fields of the block, whose address may stay %NULL; on failure
 *     sets @error and leaves them alone. Required
 * @release: gives back what @acquire made. Any thread. Required with @wrap
 * @wrap: (nullable): a new memory object of @maxsize bytes on a block, with a
 *     reference on the allocator; where in it the frame lies is set by the
 *     caller. %NULL: the object is the block: @acquire leaves a memory of this
 *     allocator (transfer full) in the block's handle, the same object is handed
 *     out again as long as shape and layout are the same, and is freed the way
 *     of its allocator when the store lets go
 * @by_map: the bytes must not be touched but between map and unmap
 * @settle: (nullable): waits until the hardware is through with a block that
 *     somebody had: before it is wiped or handed out again. Any thread, several
 *     at once, no lock held; a failure shows at the next use. %NULL: whoever
 *     lets go of memory has waited
 * @rest: (nullable): a block that somebody had waits for the next one in a pool:
 *     remembers what the hardware still does with it, so that mapping it waits
 *     for that. Any thread, several at once, no lock held. %NULL: @settle is
 *     called before the pool hands it out again
 *
 * How an allocator that cannot be a #GstKsAllocator, because others recognise
 * its memory by its type, makes its blocks. Static.
 *
 * Since: 0.9
 */
typedef struct _GstKsRecycler GstKsRecycler;

struct _GstKsRecycler
{
  gboolean    (*acquire) (GstAllocator *allocator, GstKsBlock *block, GError **error);
  void        (*release) (GstAllocator *allocator, GstKsBlock *block);
  GstMemory * (*wrap)    (GstAllocator *allocator, const GstKsBlock *block, gsize maxsize);
  gboolean by_map;
  void        (*settle)  (GstAllocator *allocator, GstKsBlock *block);
  void        (*rest)    (GstAllocator *allocator, GstKsBlock *block);
};

GST_KS_API void        gst_ks_allocator_set_recycler (GstAllocator *allocator, const GstKsRecycler *recycler);
/* For GstAllocatorClass.alloc of such a type. */
GST_KS_API GstMemory * gst_ks_recycler_alloc (GstAllocator *allocator, gsize size, GstAllocationParams *params);

G_END_DECLS
