/* The plugin of the kind `file`.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>

#define PACKAGE "ksfile"

GType gst_ks_backend_file_get_type (void);

static gboolean
plugin_init (GstPlugin * plugin)
{
  return gst_ks_backend_register (plugin, gst_ks_backend_file_get_type ());
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, ksfile,
    "Frames in files of a folder", plugin_init, "1.0", "LGPL", PACKAGE,
    "https://example.org/")
