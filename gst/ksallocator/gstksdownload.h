/* ksdownload: brings frames to where the CPU works on them, the cheapest way.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkstransfer.h"

G_BEGIN_DECLS

#define GST_TYPE_KS_DOWNLOAD (gst_ks_download_get_type ())
G_DECLARE_FINAL_TYPE (GstKsDownload, gst_ks_download, GST, KS_DOWNLOAD, GstKsTransfer)

GST_ELEMENT_REGISTER_DECLARE (ksdownload)

G_END_DECLS
