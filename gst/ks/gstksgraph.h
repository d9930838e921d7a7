/* GstKsGraph: pads with their framings, and what ties them: what a plan is made of.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksframing.h>
#include <gst/ks/gstksplan.h>

G_BEGIN_DECLS

#define GST_TYPE_KS_GRAPH (gst_ks_graph_get_type ())

/**
 * GstKsStrategy:
 * @GST_KS_STRATEGY_DEFAULT: weight, then allocators, then bytes
 * @GST_KS_STRATEGY_MINIMIZE_FRAMES: frames held merge by maximum; frames, then
 *     weight, allocators, bytes
 * @GST_KS_STRATEGY_MINIMIZE_SIZE: bytes, then weight, allocators
 * @GST_KS_STRATEGY_MINIMIZE_ALLOCATORS: allocators, then weight, bytes
 * @GST_KS_STRATEGY_MAXIMIZE_SPEED: segments take the largest preferred size
 *     that has an upper end; sum of sizes, then weight, allocators, bytes
 *
 * What is best after the fewest copies. KS: AllocatorStrategy.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_STRATEGY_DEFAULT,
  GST_KS_STRATEGY_MINIMIZE_FRAMES,
  GST_KS_STRATEGY_MINIMIZE_SIZE,
  GST_KS_STRATEGY_MINIMIZE_ALLOCATORS,
  GST_KS_STRATEGY_MAXIMIZE_SPEED
} GstKsStrategy;

/**
 * GstKsEdgeKind:
 * @GST_KS_EDGE_KIND_MUST: both ends are always in one segment
 * @GST_KS_EDGE_KIND_MAY: joined, or cut by a copy
 *
 * Whether frames can change hands between two pads.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_EDGE_KIND_MUST,
  GST_KS_EDGE_KIND_MAY
} GstKsEdgeKind;

/**
 * GstKsEdge:
 * @a: name of the pad that frames come from
 * @b: name of the pad that they go to
 * @kind: whether it can be cut
 * @copy_cost: may: copies when it is cut
 * @in_place_weight: may: gained when it is joined
 * @not_in_place_weight: may: gained when it is cut
 * @ratio: sizes at @b to sizes at @a
 *
 * A link, or the way through an element. Names of pads are `element:pad`: an
 * edge between two pads of one element is the way through it, and one whose
 * ends both say in-place changes the frames that pass. Initialise with
 * %GST_KS_EDGE_INIT.
 *
 * Since: 0.9
 */
typedef struct _GstKsEdge GstKsEdge;

struct _GstKsEdge
{
  const gchar *a;
  const gchar *b;
  GstKsEdgeKind kind;
  guint copy_cost;
  gint64 in_place_weight;
  gint64 not_in_place_weight;
  GstKsRatio ratio;
};

/**
 * GST_KS_EDGE_INIT: (skip)
 * @a: name of a pad
 * @b: name of a pad
 * @kind: a #GstKsEdgeKind
 *
 * Initialises an edge: cutting it costs one copy, no weights, the same sizes.
 *
 * Since: 0.9
 */
#define GST_KS_EDGE_INIT(a, b, kind) { (a), (b), (kind), 1, 0, 0, GST_KS_RATIO_INIT }

/**
 * GST_KS_GRAPH_WORK_BUDGET:
 *
 * How many merges of partial plans the planner tries by default.
 *
 * Since: 0.9
 */
#define GST_KS_GRAPH_WORK_BUDGET 1000000

/**
 * GstKsGraph:
 *
 * Pads, edges and what to aim at. Boxed, reference counted; from one thread
 * while it is being built, then constant and for any thread. Names live as long
 * as the graph.
 *
 * Since: 0.9
 */
typedef struct _GstKsGraph GstKsGraph;

GST_KS_API GType         gst_ks_graph_get_type (void);

GST_KS_API GstKsGraph *  gst_ks_graph_new (void);
GST_KS_API GstKsGraph *  gst_ks_graph_ref (GstKsGraph *graph);
GST_KS_API void          gst_ks_graph_unref (GstKsGraph *graph);

GST_KS_API gboolean      gst_ks_graph_add_pad (GstKsGraph *graph, const gchar *name, GstKsFraming *framing, GError **error);
GST_KS_API gboolean      gst_ks_graph_add_edge (GstKsGraph *graph, const GstKsEdge *edge, GError **error);
GST_KS_API void          gst_ks_graph_set_strategy (GstKsGraph *graph, GstKsStrategy strategy);
GST_KS_API gboolean      gst_ks_graph_add_mappable (GstKsGraph *graph, const gchar *kind, GError **error);
GST_KS_API gboolean      gst_ks_graph_add_framework_can_allocate (GstKsGraph *graph, const gchar *kind, GError **error);

GST_KS_API guint         gst_ks_graph_get_n_pads (const GstKsGraph *graph);
GST_KS_API const gchar * gst_ks_graph_peek_pad_name (const GstKsGraph *graph, guint index);
GST_KS_API const GstKsFraming * gst_ks_graph_peek_pad_framing (const GstKsGraph *graph, guint index);
/* -1 when there is none of that name. */
GST_KS_API gint          gst_ks_graph_find_pad (const GstKsGraph *graph, const gchar *name);
GST_KS_API guint         gst_ks_graph_get_n_edges (const GstKsGraph *graph);
GST_KS_API const GstKsEdge * gst_ks_graph_peek_edge (const GstKsGraph *graph, guint index);
GST_KS_API GstKsStrategy gst_ks_graph_get_strategy (const GstKsGraph *graph);
GST_KS_API const gchar * const * gst_ks_graph_peek_mappable (const GstKsGraph *graph);
GST_KS_API const gchar * const * gst_ks_graph_peek_framework_can_allocate (const GstKsGraph *graph);

/* The words of the text form; NULL or FALSE for what is none. */
GST_KS_API const gchar * gst_ks_strategy_to_string (GstKsStrategy strategy);
GST_KS_API gboolean      gst_ks_strategy_from_string (const gchar *word, GstKsStrategy *strategy);

/* The best plan, proven so within the budget (0: the default); never NULL. */
GST_KS_API GstKsPlan *   gst_ks_graph_solve (const GstKsGraph *graph, guint64 work_budget);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKsGraph, gst_ks_graph_unref)

G_END_DECLS
