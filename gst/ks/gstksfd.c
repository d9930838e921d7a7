/* GstKsFdAllocator: frames with a descriptor, which others recognise as GstFdMemory.
 *
 * The core knows such memory by the type of its allocator and reads the
 * descriptor from its own structure, so the memory object is the core's; where
 * the bytes are mapped, and when the descriptor is closed, is ours: a block is
 * mapped once, at birth, and stays mapped.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkslock.h"
#include "gstksmemory.h"
#include "gstksrecycler.h"
#include "gstkssystem.h"

struct _GstKsFdAllocator
{
  GstFdAllocator parent;

  const GstKsSystemKind *row;   /* static */
  gint node;                    /* NUMA node, or -1: any */
  GstMemoryShareFunction share; /* the parent's */
};

G_DEFINE_FINAL_TYPE (GstKsFdAllocator, gst_ks_fd_allocator,
    GST_TYPE_FD_ALLOCATOR);

static gpointer
fd_memory_map (GstMemory * memory, gsize maxsize, GstMapFlags flags)
{
  return gst_ks_memory_frame (memory)->block.data;
}

static void
fd_memory_unmap (GstMemory * memory)
{
  GST_KS_RELEASE (gst_ks_memory_frame (memory));
}

/* The parent takes "to the end" as the end of the block, not of the memory. */
static GstMemory *
fd_memory_share (GstMemory * memory, gssize offset, gssize size)
{
  GstKsFdAllocator *self = GST_KS_FD_ALLOCATOR (memory->allocator);

  return self->share (memory, offset,
      size == -1 ? (gssize) memory->size - offset : size);
}

static gboolean
fd_allocator_acquire (GstAllocator * allocator, GstKsBlock * block,
    GError ** error)
{
  GstKsFdAllocator *self = GST_KS_FD_ALLOCATOR (allocator);

  return self->row->acquire (block, self->node, error);
}

static void
fd_allocator_release (GstAllocator * allocator, GstKsBlock * block)
{
  GST_KS_FD_ALLOCATOR (allocator)->row->release (block);
}

static GstMemory *
fd_allocator_wrap (GstAllocator * allocator, const GstKsBlock * block,
    gsize maxsize)
{
  return gst_fd_allocator_alloc (allocator, block->fd, maxsize,
      GST_FD_MEMORY_FLAG_DONT_CLOSE);
}

static const GstKsRecycler recycler = {
  fd_allocator_acquire, fd_allocator_release, fd_allocator_wrap, FALSE
};

static void
gst_ks_fd_allocator_class_init (GstKsFdAllocatorClass * klass)
{
  GST_ALLOCATOR_CLASS (klass)->alloc = gst_ks_recycler_alloc;
}

static void
gst_ks_fd_allocator_init (GstKsFdAllocator * self)
{
  GstAllocator *allocator = GST_ALLOCATOR_CAST (self);

  self->share = allocator->mem_share;
  gst_ks_allocator_set_recycler (allocator, &recycler);
  allocator->mem_map = fd_memory_map;
  allocator->mem_unmap = fd_memory_unmap;
  allocator->mem_share = fd_memory_share;
  /* its descriptors are closed by the store, and it can allocate */
  GST_OBJECT_FLAG_UNSET (self, GST_ALLOCATOR_FLAG_CUSTOM_ALLOC);
}

GstAllocator *
gst_ks_fd_allocator_new (const GstKsSystemKind * row, gint node)
{
  GstKsFdAllocator *self = g_object_new (GST_TYPE_KS_FD_ALLOCATOR, NULL);

  self->row = row;
  self->node = node;
  GST_ALLOCATOR_CAST (self)->mem_type = row->mem_type;
  return GST_ALLOCATOR_CAST (self);
}
