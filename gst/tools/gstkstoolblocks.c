/* How many blocks of memory GStreamer's own allocator made.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * It makes them in two functions, for who asks for memory and for who copies a
 * frame. Both are stood in for. Whoever is the default allocator stays it: what
 * somebody in front of this one uses again is no new block.
 */
#include "gstkstoolblocks.h"

static guint64 n_blocks;        /* atomic */
static GstMemory *(*stock_alloc) (GstAllocator * allocator, gsize size,
    GstAllocationParams * params);
static GstMemoryCopyFunction stock_copy;

static GstMemory *
count (GstMemory * made)
{
  if (made != NULL && made->maxsize >= GST_KS_TOOL_BLOCK_MIN)
    __atomic_fetch_add (&n_blocks, 1, __ATOMIC_RELAXED);
  return made;
}

static GstMemory *
alloc (GstAllocator * allocator, gsize size, GstAllocationParams * params)
{
  return count (stock_alloc (allocator, size, params));
}

static GstMemory *
copy (GstMemory * memory, gssize offset, gssize size)
{
  return count (stock_copy (memory, offset, size));
}

void
gst_ks_tool_blocks_start (void)
{
  g_autoptr (GstAllocator) stock = gst_allocator_find (GST_ALLOCATOR_SYSMEM);
  GstAllocatorClass *class = GST_ALLOCATOR_GET_CLASS (stock);

  stock_alloc = class->alloc;
  class->alloc = alloc;
  stock_copy = stock->mem_copy;
  stock->mem_copy = copy;
}

guint64
gst_ks_tool_blocks_count (void)
{
  return __atomic_load_n (&n_blocks, __ATOMIC_RELAXED);
}
