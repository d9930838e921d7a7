/* The backends of the plugin ksdmabuf: dma-bufs that the kernel itself makes.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksbackend.h>
#include <gst/ks/gstksdmabuf.h>

G_BEGIN_DECLS

#define GST_TYPE_KS_BACKEND_DMAHEAP (gst_ks_backend_dmaheap_get_type ())
G_DECLARE_FINAL_TYPE (GstKsBackendDmaheap, gst_ks_backend_dmaheap, GST, KS_BACKEND_DMAHEAP, GstKsBackend)

#define GST_TYPE_KS_BACKEND_UDMABUF (gst_ks_backend_udmabuf_get_type ())
G_DECLARE_FINAL_TYPE (GstKsBackendUdmabuf, gst_ks_backend_udmabuf, GST, KS_BACKEND_UDMABUF, GstKsBackend)

/* gstksdmabufnode.c: what both have to do with device nodes and descriptors */

/* For check_device: a device may be the path of its node. */
gboolean ks_dev_is_path (GstKsBackendClass *klass, const gchar *device, GError **error);
/* Where device nodes are: /dev, or what GST_KS_DEV says. */
gchar *  ks_dev_path (const gchar *name);

/* What to say of a node. */
typedef struct
{
  const gchar *what;            /* "a heap" */
  const gchar *missing;         /* what helps when it is not there */
  const gchar *forbidden;       /* whose it is, and how that is changed */
  gulong request;               /* an ioctl that it knows, and will refuse */
} KsDevKind;

/* -1 with a reason. arg: for the request, so that it is refused. */
gint     ks_dev_open (const gchar *path, const KsDevKind *kind, gpointer arg, GError **error);
/* Says why the kernel made no dma-buf; cause: errno. */
void     ks_set_block_error (GError **error, const gchar *path, gsize size, gint cause);
/* Maps what was made into the block, which owns fd then. On failure closes it. */
gboolean ks_block_take (GstKsBlock *block, gint fd, const gchar *path, GError **error);
void     ks_block_drop (GstKsDmaBufAllocator *allocator, GstKsBlock *block);

G_END_DECLS
