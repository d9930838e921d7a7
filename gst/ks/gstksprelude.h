/* What every public header of gstks-1.0 begins with: GLib, GStreamer, GST_KS_API.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

#ifndef GST_KS_API
#ifdef BUILDING_GST_KS
#define GST_KS_API extern __attribute__ ((visibility ("default")))
#else
#define GST_KS_API extern
#endif
#endif
