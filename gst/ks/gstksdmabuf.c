/* GstKsDmaBufAllocator: frames that are dma-bufs, which others recognise as such.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksdmabuf.h"
#include "gstkslock.h"
#include "gstksmemory.h"
#include "gstksrecycler.h"
#include "gstkssize.h"

#include <errno.h>
#include <linux/dma-buf.h>
#include <sys/ioctl.h>

GST_DEBUG_CATEGORY_STATIC (ks_dmabuf_debug);
#define GST_CAT_DEFAULT ks_dmabuf_debug

typedef struct
{
  GstMemoryShareFunction share; /* the parent's */
} GstKsDmaBufAllocatorPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstKsDmaBufAllocator,
    gst_ks_dmabuf_allocator, GST_TYPE_DMABUF_ALLOCATOR,
    G_ADD_PRIVATE (GstKsDmaBufAllocator);
    GST_DEBUG_CATEGORY_INIT (ks_dmabuf_debug, "ks-dmabuf", 0,
        "frames that are dma-bufs"));

/* --- memory --- */

/* Exporters that have no caches to care for may not know the call. */
static void
sync_cpu (GstMemory * memory, GstMapFlags flags, guint64 when)
{
  const GstKsBlock *block = gst_ks_memory_peek_block (memory);
  struct dma_buf_sync sync = { when };
  gint done;

  if (flags & GST_MAP_READ)
    sync.flags |= DMA_BUF_SYNC_READ;
  if (flags & GST_MAP_WRITE)
    sync.flags |= DMA_BUF_SYNC_WRITE;
  do {
    done = ioctl (block->fd, DMA_BUF_IOCTL_SYNC, &sync);
  } while (done < 0 && (errno == EINTR || errno == EAGAIN));
  if (done < 0)
    GST_WARNING ("dma-buf %d: cannot %s access by the processor: %s",
        block->fd, when == DMA_BUF_SYNC_START ? "begin" : "end",
        g_strerror (errno));
}

static gpointer
dmabuf_map (GstMemory * memory, GstMapInfo * info, gsize maxsize)
{
  const GstKsBlock *block = gst_ks_memory_peek_block (memory);

  if (block->data != NULL)
    sync_cpu (memory, info->flags, DMA_BUF_SYNC_START);
  return block->data;
}

static void
dmabuf_unmap (GstMemory * memory, GstMapInfo * info)
{
  sync_cpu (memory, info->flags, DMA_BUF_SYNC_END);
  GST_KS_RELEASE (gst_ks_memory_frame (memory));
}

/* The parent takes "to the end" as the end of the block, not of the memory. */
static GstMemory *
dmabuf_share (GstMemory * memory, gssize offset, gssize size)
{
  GstKsDmaBufAllocatorPrivate *priv =
      gst_ks_dmabuf_allocator_get_instance_private (GST_KS_DMABUF_ALLOCATOR
      (memory->allocator));

  return priv->share (memory, offset,
      size == -1 ? (gssize) memory->size - offset : size);
}

/* --- blocks: the class, with its results checked --- */

static gboolean
dmabuf_acquire (GstAllocator * allocator, GstKsBlock * block, GError ** error)
{
  GstKsDmaBufAllocator *self = GST_KS_DMABUF_ALLOCATOR (allocator);
  GstKsDmaBufAllocatorClass *klass = GST_KS_DMABUF_ALLOCATOR_GET_CLASS (self);
  const gchar *wrong = NULL;

  if (!klass->acquire (self, block, error))
    return FALSE;
  if (block->fd < 0)
    wrong = "no descriptor";
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
dmabuf_release (GstAllocator * allocator, GstKsBlock * block)
{
  GstKsDmaBufAllocator *self = GST_KS_DMABUF_ALLOCATOR (allocator);

  GST_KS_DMABUF_ALLOCATOR_GET_CLASS (self)->release (self, block);
}

static GstMemory *
dmabuf_wrap (GstAllocator * allocator, const GstKsBlock * block, gsize maxsize)
{
  GstMemory *memory = gst_dmabuf_allocator_alloc_with_flags (allocator,
      block->fd, maxsize, GST_FD_MEMORY_FLAG_DONT_CLOSE);

  if (block->data == NULL)
    GST_MINI_OBJECT_FLAG_SET (memory, GST_MEMORY_FLAG_NOT_MAPPABLE);
  return memory;
}

static const GstKsRecycler recycler = {
  dmabuf_acquire, dmabuf_release, dmabuf_wrap, TRUE
};

/* --- the allocator --- */

static void
gst_ks_dmabuf_allocator_class_init (GstKsDmaBufAllocatorClass * klass)
{
  GST_ALLOCATOR_CLASS (klass)->alloc = gst_ks_recycler_alloc;
}

static void
gst_ks_dmabuf_allocator_init (GstKsDmaBufAllocator * self)
{
  GstKsDmaBufAllocatorPrivate *priv =
      gst_ks_dmabuf_allocator_get_instance_private (self);
  GstAllocator *allocator = GST_ALLOCATOR_CAST (self);

  priv->share = allocator->mem_share;
  gst_ks_allocator_set_recycler (allocator, &recycler);
  allocator->mem_map_full = dmabuf_map;
  allocator->mem_unmap_full = dmabuf_unmap;
  allocator->mem_share = dmabuf_share;
  /* its descriptors are closed by the store, and it can allocate */
  GST_OBJECT_FLAG_UNSET (self, GST_ALLOCATOR_FLAG_CUSTOM_ALLOC);
}
