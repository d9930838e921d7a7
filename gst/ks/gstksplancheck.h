/* The certificate checker: whether a plan keeps what its graph asks for.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksgraph.h>

G_BEGIN_DECLS

/* TRUE also for plans without segments. */
GST_KS_API gboolean gst_ks_plan_check (const GstKsPlan *plan, const GstKsGraph *graph, GError **error);

G_END_DECLS
