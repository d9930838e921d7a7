/* What is known of a pipeline and its plan at one moment.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstoolsnapshot.h"

#include "gstkstoolpipeline.h"

void
gst_ks_tool_snapshot_init (GstKsToolSnapshot * snapshot,
    GstKsNegotiator * negotiator, GstBin * pipeline)
{
  g_autoptr (GstKsGraph) graph = gst_ks_negotiator_get_graph (negotiator);

  snapshot->plan = gst_ks_negotiator_get_plan (negotiator);
  snapshot->report = gst_ks_negotiator_get_report (negotiator);
  snapshot->links = gst_ks_tool_list_links (pipeline);
  snapshot->types = gst_ks_tool_list_types (pipeline);
  snapshot->graph = gst_ks_tool_in_order (graph, snapshot->links);
}

void
gst_ks_tool_snapshot_clear (GstKsToolSnapshot * snapshot)
{
  g_clear_pointer (&snapshot->graph, gst_ks_graph_unref);
  g_clear_pointer (&snapshot->plan, gst_ks_plan_unref);
  g_clear_pointer (&snapshot->report, gst_structure_free);
  g_clear_pointer (&snapshot->links, g_ptr_array_unref);
  g_clear_pointer (&snapshot->types, g_hash_table_unref);
}
