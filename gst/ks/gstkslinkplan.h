/* A plan of one link: what a pad and whoever is behind it can agree on.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksgraph.h>
#include <gst/ks/gstkspinquery.h>
#include <gst/ks/gstksquery.h>

G_BEGIN_DECLS

GST_KS_API GstKsPlan * gst_ks_query_plan_link (GstQuery *query, gboolean answered, GstKsFraming *framing, guint *item);

G_END_DECLS
