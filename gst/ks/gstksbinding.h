/* For other languages: what they cannot say as C does.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstkspool.h>

G_BEGIN_DECLS

GST_KS_API GstAllocator * gst_ks_allocator_new_external_with_closures (GClosure *acquire, GClosure *release);
GST_KS_API GstMemory *    gst_ks_request_alloc (const GstKsRequest *request, GstAllocator *allocator, GstKsAccount *account, GError **error);
GST_KS_API GstKsPool *    gst_ks_pool_new_full (GstAllocator *allocator, const GstKsFraming *framing, const GstKsPoolOptions *options,
    GstKsAccount *account, GstKsPoolReport report, gpointer report_data, GDestroyNotify report_destroy);
GST_KS_API GstVideoInfo * gst_ks_pool_dup_video_info (GstKsPool *pool);
GST_KS_API gsize          gst_ks_query_measure_caps (const GstCaps *caps);

G_END_DECLS
