/* The kind `dumb`: memory of a display, by DRM dumb buffers.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksbackend.h>

G_BEGIN_DECLS

#define GST_TYPE_KS_BACKEND_DUMB (gst_ks_backend_dumb_get_type ())
G_DECLARE_FINAL_TYPE (GstKsBackendDumb, gst_ks_backend_dumb, GST, KS_BACKEND_DUMB, GstKsBackend)

G_END_DECLS
