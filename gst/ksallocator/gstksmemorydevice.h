/* GstKsMemoryDevice: a kind of memory that is here, as a GstDevice.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

#include "../tools/gstkskindreport.h"

G_BEGIN_DECLS

#define GST_TYPE_KS_MEMORY_DEVICE (gst_ks_memory_device_get_type ())
G_DECLARE_FINAL_TYPE (GstKsMemoryDevice, gst_ks_memory_device, GST, KS_MEMORY_DEVICE, GstDevice)

/* Floating; device is one of kind's, and here. */
GstDevice * gst_ks_memory_device_new (const GstKsKindReport *kind, const GstKsDeviceReport *device);

G_END_DECLS
