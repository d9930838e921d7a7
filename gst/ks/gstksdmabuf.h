/* GstKsDmaBufAllocator: frames that are dma-bufs, which others recognise as such.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksallocator.h>
#include <gst/allocators/gstdmabuf.h>

G_BEGIN_DECLS

/**
 * GstKsDmaBufAllocator:
 *
 * Frames that are dma-bufs: a block is one descriptor, mapped once at birth,
 * and a map tells the kernel when the processor begins and ends to touch it.
 * Thread-safe.
 *
 * Since: 0.9
 */
#define GST_TYPE_KS_DMABUF_ALLOCATOR (gst_ks_dmabuf_allocator_get_type ())
GST_KS_API
G_DECLARE_DERIVABLE_TYPE (GstKsDmaBufAllocator, gst_ks_dmabuf_allocator, GST, KS_DMABUF_ALLOCATOR, GstDmaBufAllocator)

/**
 * GstKsDmaBufAllocatorClass:
 * @acquire: makes a block: its fd, which is the block's until @release, and the
 *     address where it is mapped, or %NULL when the processor cannot map it.
 *     Any thread, several at once, no lock held. On failure sets @error and
 *     leaves the out fields alone. Required
 * @release: unmaps and closes what @acquire made. Any thread. Required
 *
 * Since: 0.9
 */
struct _GstKsDmaBufAllocatorClass
{
  GstDmaBufAllocatorClass parent_class;

  gboolean (*acquire) (GstKsDmaBufAllocator *self, GstKsBlock *block, GError **error);
  void     (*release) (GstKsDmaBufAllocator *self, GstKsBlock *block);

  gpointer _gst_reserved[GST_PADDING];
};

G_END_DECLS
