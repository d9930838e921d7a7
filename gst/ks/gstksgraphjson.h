/* Graphs and plans as JSON.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksgraph.h>

G_BEGIN_DECLS

GST_KS_API GstKsGraph * gst_ks_graph_from_json (const gchar *json, gsize size, GstKsPlan **invalid, GError **error);
GST_KS_API gchar *      gst_ks_graph_to_json   (const GstKsGraph *graph);
GST_KS_API gchar *      gst_ks_plan_to_json    (const GstKsPlan *plan);

G_END_DECLS
