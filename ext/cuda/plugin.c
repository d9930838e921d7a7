/* The plugin kscuda: the kinds of memory cuda and cuda-host.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "kscudaapi.h"

static gboolean
plugin_init (GstPlugin * plugin)
{
  return gst_ks_backend_register (plugin, gst_ks_backend_cuda_get_type ())
      && gst_ks_backend_register (plugin, gst_ks_backend_cuda_host_get_type ());
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, kscuda,
    "Memory of NVIDIA GPUs, and pinned memory for them", plugin_init, VERSION,
    "LGPL", GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
