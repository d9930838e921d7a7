/* The plugin ksdmabuf: kinds of memory that the kernel makes as dma-bufs.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstksdmabufkinds.h"

static gboolean
plugin_init (GstPlugin * plugin)
{
  return gst_ks_backend_register (plugin, GST_TYPE_KS_BACKEND_DMAHEAP)
      && gst_ks_backend_register (plugin, GST_TYPE_KS_BACKEND_UDMABUF);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, ksdmabuf,
    "Frames that are dma-bufs of the kernel: heaps and udmabuf", plugin_init,
    VERSION, "LGPL", GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
