/* What is known of a pipeline and its plan at one moment.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksnegotiator.h>

G_BEGIN_DECLS

typedef struct
{
  GstKsGraph *graph;            /* owned, as the others */
  GstKsPlan *plan;
  GstStructure *report;
  GPtrArray *links;             /* of GstKsToolLink: all of the pipeline */
  GHashTable *types;            /* as gst_ks_tool_list_types () tells */
} GstKsToolSnapshot;

/* Before the pipeline is stopped, which would take elements out of it. */
void         gst_ks_tool_snapshot_init    (GstKsToolSnapshot *snapshot, GstKsNegotiator *negotiator, GstBin *pipeline);
void         gst_ks_tool_snapshot_clear   (GstKsToolSnapshot *snapshot);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstKsToolSnapshot, gst_ks_tool_snapshot_clear)

G_END_DECLS
