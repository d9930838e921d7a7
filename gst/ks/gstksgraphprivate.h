/* The inside of GstKsGraph, for the solver.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksgraph.h"

G_BEGIN_DECLS

/* Positions of an edge's pads. */
typedef struct
{
  guint a, b;
} GstKsGraphEnds;

struct _GstKsGraph
{
  gatomicrefcount ref_count;
  GstKsStrategy strategy;
  GPtrArray *names;             /* of pads, owned */
  GPtrArray *framings;          /* of pads, one reference each */
  GHashTable *index;            /* name to position + 1 */
  GArray *edges;                /* of GstKsEdge; ends point into names */
  GArray *ends;                 /* of GstKsGraphEnds, by edge */
  GPtrArray *mappable;          /* interned kinds, NULL-terminated */
  GPtrArray *can_allocate;      /* interned kinds, NULL-terminated */
};

gboolean gst_ks_graph_is_mappable (const GstKsGraph *graph, const gchar *kind);
gboolean gst_ks_graph_framework_allocates (const GstKsGraph *graph, const gchar *kind);
/* Whether two pads are of one element by their names, `element:pad`. */
gboolean gst_ks_graph_same_element (const gchar *a, const gchar *b);

G_END_DECLS
