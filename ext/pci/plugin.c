/* The plugin kspci: the kinds bar, p2pmem and dax.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstkspci.h"

/* No hardware is touched before a kind is asked for. */
static gboolean
plugin_init (GstPlugin * plugin)
{
  return gst_ks_backend_register (plugin, gst_ks_backend_bar_get_type ())
      && gst_ks_backend_register (plugin, gst_ks_backend_p2pmem_get_type ())
      && gst_ks_backend_register (plugin, gst_ks_backend_dax_get_type ());
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, kspci,
    "Memory on PCI cards: bar, p2pmem and dax", plugin_init, VERSION, "LGPL",
    GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
