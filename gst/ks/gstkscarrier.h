/* What an element without pins does with an ALLOCATION query: one call at each end.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstkspin.h>

G_BEGIN_DECLS

GST_KS_API gboolean gst_ks_query_propose (GstQuery *query, GstKsFraming *framing, GError **error);
GST_KS_API gboolean gst_ks_query_decide (GstQuery *query, GstKsFraming *framing, GstKsDecision *decision, GError **error);

G_END_DECLS
