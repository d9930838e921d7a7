/* The plugin: elements, a device provider and a tracer over gstks-1.0.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstksallocatorelement.h"
#include "gstksdownload.h"
#include "gstksmemoryprovider.h"
#include "gstkstracer.h"
#include "gstksupload.h"

#include <gst/ks/gstks.h>

static gboolean
plugin_init (GstPlugin * plugin)
{
  gst_ks_init ();
  return GST_ELEMENT_REGISTER (ksallocator, plugin)
      && GST_ELEMENT_REGISTER (ksupload, plugin)
      && GST_ELEMENT_REGISTER (ksdownload, plugin)
      && GST_DEVICE_PROVIDER_REGISTER (ksmemoryprovider, plugin)
      && gst_ks_tracer_register (plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, ksallocator,
    "Says where a pipeline's frames live, how many there are and how they are laid out",
    plugin_init, VERSION, "LGPL", GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
