/* ksmemoryprovider: the kinds of memory that are here, for GstDeviceMonitor.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_KS_MEMORY_PROVIDER (gst_ks_memory_provider_get_type ())
G_DECLARE_FINAL_TYPE (GstKsMemoryProvider, gst_ks_memory_provider, GST, KS_MEMORY_PROVIDER, GstDeviceProvider)

GST_DEVICE_PROVIDER_REGISTER_DECLARE (ksmemoryprovider)

G_END_DECLS
