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
#include "gstkssize.h"
#include "gstksstore.h"
#include "gstkssystem.h"

struct _GstKsFdAllocator
{
  GstFdAllocator parent;

  const GstKsSystemKind *row;   /* static */
  gint node;                    /* NUMA node, or -1: any */
  GstKsStore *store;
  GstMemoryShareFunction share; /* the parent's */
};

G_DEFINE_FINAL_TYPE (GstKsFdAllocator, gst_ks_fd_allocator,
    GST_TYPE_FD_ALLOCATOR);

/* on the memory object: its GstKsFrame, borrowed */
static GQuark
frame_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    g_once_init_leave (&quark, g_quark_from_static_string ("gst-ks-fd-frame"));
  return quark;
}

static GstKsFrame *
memory_frame (GstMemory * memory)
{
  GstMemory *root = memory->parent != NULL ? memory->parent : memory;

  return gst_mini_object_get_qdata (GST_MINI_OBJECT_CAST (root),
      frame_quark ());
}

static gpointer
fd_memory_map (GstMemory * memory, gsize maxsize, GstMapFlags flags)
{
  return memory_frame (memory)->block.data;
}

static void
fd_memory_unmap (GstMemory * memory)
{
  GST_KS_RELEASE (memory_frame (memory));
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
fd_memory_dispose (GstMiniObject * object)
{
  GstMemory *memory = GST_MEMORY_CAST (object);

  return !gst_ks_store_take_back (memory_frame (memory), memory);
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
fd_allocator_wrap (GstAllocator * allocator, GstKsFrame * frame)
{
  GstMemory *memory = gst_fd_allocator_alloc (allocator, frame->block.fd,
      frame->maxsize, GST_FD_MEMORY_FLAG_DONT_CLOSE);

  gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (memory), frame_quark (),
      frame, NULL);
  memory->offset = frame->prefix;
  memory->size = frame->size;
  memory->align = gst_ks_align_to_mask (frame->align);
  GST_MINI_OBJECT_CAST (memory)->dispose = fd_memory_dispose;
  return memory;
}

static const GstKsFrameFuncs frame_funcs = {
  fd_allocator_acquire, fd_allocator_release, fd_allocator_wrap
};

static GstMemory *
gst_ks_fd_allocator_alloc (GstAllocator * allocator, gsize size,
    GstAllocationParams * params)
{
  return gst_ks_store_alloc (GST_KS_FD_ALLOCATOR (allocator)->store, size,
      params);
}

static void
gst_ks_fd_allocator_constructed (GObject * object)
{
  GstKsFdAllocator *self = GST_KS_FD_ALLOCATOR (object);

  G_OBJECT_CLASS (gst_ks_fd_allocator_parent_class)->constructed (object);
  self->store = gst_ks_store_new (GST_ALLOCATOR (object), &frame_funcs);
}

static void
gst_ks_fd_allocator_dispose (GObject * object)
{
  gst_ks_store_close (GST_KS_FD_ALLOCATOR (object)->store);
  G_OBJECT_CLASS (gst_ks_fd_allocator_parent_class)->dispose (object);
}

static void
gst_ks_fd_allocator_finalize (GObject * object)
{
  gst_ks_store_unref (GST_KS_FD_ALLOCATOR (object)->store);
  G_OBJECT_CLASS (gst_ks_fd_allocator_parent_class)->finalize (object);
}

static void
gst_ks_fd_allocator_class_init (GstKsFdAllocatorClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstAllocatorClass *allocator_class = GST_ALLOCATOR_CLASS (klass);

  object_class->constructed = gst_ks_fd_allocator_constructed;
  object_class->dispose = gst_ks_fd_allocator_dispose;
  object_class->finalize = gst_ks_fd_allocator_finalize;
  allocator_class->alloc = gst_ks_fd_allocator_alloc;
}

static void
gst_ks_fd_allocator_init (GstKsFdAllocator * self)
{
  GstAllocator *allocator = GST_ALLOCATOR_CAST (self);

  self->share = allocator->mem_share;
  allocator->mem_map = fd_memory_map;
  allocator->mem_unmap = fd_memory_unmap;
  allocator->mem_share = fd_memory_share;
  allocator->mem_copy = gst_ks_memory_copy;
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

/* NULL: not memory of this type */
GstKsFrame *
gst_ks_fd_allocator_frame_of (GstMemory * memory)
{
  return memory->allocator->mem_map == fd_memory_map ?
      memory_frame (memory) : NULL;
}
