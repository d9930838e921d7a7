/* ksupload: brings frames into a kind of memory, the cheapest way.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkstransfer.h"

G_BEGIN_DECLS

#define GST_TYPE_KS_UPLOAD (gst_ks_upload_get_type ())
G_DECLARE_FINAL_TYPE (GstKsUpload, gst_ks_upload, GST, KS_UPLOAD, GstKsTransfer)

GST_ELEMENT_REGISTER_DECLARE (ksupload)

G_END_DECLS
