/* The plugin ksdrm: memory of displays.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstksdumb.h"

static gboolean
plugin_init (GstPlugin * plugin)
{
  return gst_ks_backend_register (plugin, GST_TYPE_KS_BACKEND_DUMB);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, ksdrm,
    "Frames that are DRM dumb buffers of a card", plugin_init, VERSION, "LGPL",
    GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
