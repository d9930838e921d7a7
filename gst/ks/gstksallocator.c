/* GstKsAllocator: memory with a host address, whose blocks are reused.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksallocator.h"
#include "gstkslock.h"
#include "gstksmemory.h"
#include "gstkssize.h"
#include "gstksstores.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (ks_allocator_debug);
#define GST_CAT_DEFAULT ks_allocator_debug

typedef struct
{
  GstMemory mem;
  GstKsFrame *frame;            /* of the parent, for sub-memory; lives as long as it */
} KsMemory;

typedef struct
{
  GstKsStore *store;
} GstKsAllocatorPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstKsAllocator, gst_ks_allocator,
    GST_TYPE_ALLOCATOR, G_ADD_PRIVATE (GstKsAllocator);
    GST_DEBUG_CATEGORY_INIT (ks_allocator_debug, "ks-allocator", 0,
        "frames of memory that are reused"));

static GstKsFrame *
memory_frame (GstMemory * memory)
{
  return ((KsMemory *) memory)->frame;
}

static KsMemory *
memory_new (GstAllocator * allocator, GstKsFrame * frame, GstMemory * like)
{
  KsMemory *self = g_new0 (KsMemory, 1);

  self->frame = frame;
  gst_memory_init (GST_MEMORY_CAST (self), GST_MINI_OBJECT_FLAGS (like),
      allocator, like->parent, like->maxsize, like->align, like->offset,
      like->size);
  return self;
}

/* The last user let go. The block is reused in any case; the object, with what
 * others have hung on it, only where the store says so. */
static gboolean
ks_memory_dispose (GstMiniObject * object)
{
  GstMemory *memory = GST_MEMORY_CAST (object);

  GST_KS_ACQUIRE (object);
  return !gst_ks_store_take_back (memory_frame (memory), memory);
}

static GstMemory *
ks_allocator_wrap (GstAllocator * allocator, GstKsFrame * frame)
{
  GstMemory like = {
    .maxsize = frame->maxsize,
    .align = gst_ks_align_to_mask (frame->align),
    .offset = frame->prefix,
    .size = frame->size,
  };
  KsMemory *self = memory_new (allocator, frame, &like);

  GST_MINI_OBJECT_CAST (self)->dispose = ks_memory_dispose;
  return GST_MEMORY_CAST (self);
}

static void
gst_ks_allocator_free (GstAllocator * allocator, GstMemory * memory)
{
  g_free (memory);
}

static GstMemory *
gst_ks_allocator_class_alloc (GstAllocator * allocator, gsize size,
    GstAllocationParams * params)
{
  return gst_ks_store_alloc (gst_ks_store_of (allocator), size, params);
}

/* --- what memory can do --- */

static gpointer
ks_memory_map (GstMemory * memory, GstMapInfo * info, gsize maxsize)
{
  GstKsAllocator *self = (GstKsAllocator *) memory->allocator;
  GstKsFrame *frame = memory_frame (memory);
  GstKsAllocatorClass *klass = GST_KS_ALLOCATOR_GET_CLASS (self);

  if (klass->sync != NULL)
    klass->sync (self, &frame->block, info->flags, TRUE);
  return frame->block.data;
}

static void
ks_memory_unmap (GstMemory * memory, GstMapInfo * info)
{
  GstKsAllocator *self = (GstKsAllocator *) memory->allocator;
  GstKsFrame *frame = memory_frame (memory);
  GstKsAllocatorClass *klass = GST_KS_ALLOCATOR_GET_CLASS (self);

  if (klass->sync != NULL)
    klass->sync (self, &frame->block, info->flags, FALSE);
  GST_KS_RELEASE (frame);
}

static GstMemory *
ks_memory_share (GstMemory * memory, gssize offset, gssize size)
{
  GstMemory like = {
    .parent = memory->parent != NULL ? memory->parent : memory,
    .maxsize = memory->maxsize,
    .align = memory->align,
    .offset = memory->offset + offset,
    .size = size == -1 ? memory->size - offset : (gsize) size,
  };

  GST_MINI_OBJECT_FLAGS (&like) =
      GST_MINI_OBJECT_FLAGS (like.parent) | GST_MINI_OBJECT_FLAG_LOCK_READONLY;
  return GST_MEMORY_CAST (memory_new (memory->allocator, memory_frame (memory),
          &like));
}

static gboolean
ks_memory_is_span (GstMemory * first, GstMemory * second, gsize * offset)
{
  if (offset != NULL)
    *offset = first->offset - first->parent->offset;
  return memory_frame (first) == memory_frame (second)
      && first->offset + first->size == second->offset;
}

/* --- how blocks come and go: the class, with its results checked --- */

static gboolean
ks_allocator_acquire (GstAllocator * allocator, GstKsBlock * block,
    GError ** error)
{
  GstKsAllocator *self = GST_KS_ALLOCATOR (allocator);
  GstKsAllocatorClass *klass = GST_KS_ALLOCATOR_GET_CLASS (self);
  const gchar *wrong = NULL;

  if (!klass->acquire (self, block, error))
    return FALSE;
  if (block->data == NULL)
    wrong = "no address";
  else if (((guintptr) block->data & gst_ks_align_to_mask (block->align)) != 0)
    wrong = "an address that is not aligned";
  if (wrong == NULL)
    return TRUE;
  klass->release (self, block);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
      "%s broke its contract: it gave %s for a block of %" G_GSIZE_FORMAT
      " bytes at alignment %" G_GSIZE_FORMAT, G_OBJECT_TYPE_NAME (self), wrong,
      block->size, block->align);
  return FALSE;
}

static void
ks_allocator_release (GstAllocator * allocator, GstKsBlock * block)
{
  GstKsAllocator *self = (GstKsAllocator *) allocator;

  GST_KS_ALLOCATOR_GET_CLASS (self)->release (self, block);
}

static const GstKsFrameFuncs frame_funcs = {
  .acquire = ks_allocator_acquire,
  .release = ks_allocator_release,
  .wrap = ks_allocator_wrap,
  .by_frame = TRUE
};

static void
gst_ks_allocator_constructed (GObject * object)
{
  GstKsAllocatorPrivate *priv =
      gst_ks_allocator_get_instance_private (GST_KS_ALLOCATOR (object));

  G_OBJECT_CLASS (gst_ks_allocator_parent_class)->constructed (object);
  priv->store = gst_ks_store_new (GST_ALLOCATOR (object), &frame_funcs);
}

static void
gst_ks_allocator_dispose (GObject * object)
{
  GstKsAllocatorPrivate *priv =
      gst_ks_allocator_get_instance_private (GST_KS_ALLOCATOR (object));

  gst_ks_store_close (priv->store);
  G_OBJECT_CLASS (gst_ks_allocator_parent_class)->dispose (object);
}

static void
gst_ks_allocator_finalize (GObject * object)
{
  GstKsAllocatorPrivate *priv =
      gst_ks_allocator_get_instance_private (GST_KS_ALLOCATOR (object));

  gst_ks_store_unref (priv->store);
  G_OBJECT_CLASS (gst_ks_allocator_parent_class)->finalize (object);
}

static void
gst_ks_allocator_class_init (GstKsAllocatorClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstAllocatorClass *allocator_class = GST_ALLOCATOR_CLASS (klass);

  object_class->constructed = gst_ks_allocator_constructed;
  object_class->dispose = gst_ks_allocator_dispose;
  object_class->finalize = gst_ks_allocator_finalize;
  allocator_class->alloc = gst_ks_allocator_class_alloc;
  allocator_class->free = gst_ks_allocator_free;
}

static void
gst_ks_allocator_init (GstKsAllocator * self)
{
  GstAllocator *allocator = GST_ALLOCATOR_CAST (self);

  allocator->mem_type = G_OBJECT_TYPE_NAME (self);
  allocator->mem_map_full = ks_memory_map;
  allocator->mem_unmap_full = ks_memory_unmap;
  allocator->mem_share = ks_memory_share;
  allocator->mem_copy = gst_ks_memory_copy;
  allocator->mem_is_span = ks_memory_is_span;
}

/* NULL: not memory of this type */
GstKsFrame *
gst_ks_allocator_frame_of (GstMemory * memory)
{
  return memory->allocator->mem_map_full == ks_memory_map ?
      memory_frame (memory) : NULL;
}
