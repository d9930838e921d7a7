/* A plan of one link: what a pad and whoever is behind it can agree on.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A negotiator sees a whole pipeline. An element alone sees what came back with
 * its query, which is one link, and plans that by the same rules.
 */
#include "gstkslinkplan.h"

#include "gstksneed.h"

#define UPSTREAM "upstream:src"
#define HERE "here:pad"
#define DOWNSTREAM "downstream:sink"

/* Takes @framing. */
static gboolean
add_pad (GstKsGraph * graph, const gchar * name, GstKsFraming * framing)
{
  G_GNUC_UNUSED g_autoptr (GstKsFraming) owned = framing;

  return framing && gst_ks_graph_add_pad (graph, name, framing, NULL);
}

static gboolean
add_link (GstKsGraph * graph, const gchar * a, const gchar * b)
{
  GstKsEdge edge = GST_KS_EDGE_INIT (a, b, GST_KS_EDGE_KIND_MUST);

  return gst_ks_graph_add_edge (graph, &edge, NULL);
}

/* Whoever fills the frames can write into what the CPU maps. */
static GstKsFraming *
framing_of_upstream (const GstCaps * caps)
{
  GstKsFramingItem item =
      GST_KS_FRAMING_ITEM_INIT (g_intern_static_string ("mapped"));
  const gchar *feature = gst_ks_query_caps_memory (caps);
  gsize size = gst_ks_query_caps_size (caps, NULL);

  if (feature)
    return gst_ks_need_of_feature (feature, NULL);
  item.size.min = size;
  item.prefer = item.size;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static GstKsFraming *
framing_of_downstream (GstQuery * query, gboolean answered,
    const GstCaps * caps)
{
  g_autoptr (GstKsFraming) said = answered
      ? gst_ks_query_get_allocation_framing (query, NULL) : NULL;
  GstKsFraming *framing;
  GstKsQueryReply reply;

  if (said)
    return g_steal_pointer (&said);
  gst_ks_query_read (query, answered, &reply);
  framing = gst_ks_need_of_reply (&reply, caps, NULL);
  gst_ks_query_reply_clear (&reply);
  return framing;
}

static gboolean
fill (GstKsGraph * graph, GstQuery * query, gboolean answered,
    GstKsFraming * framing)
{
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, NULL);
  return add_pad (graph, UPSTREAM, framing_of_upstream (caps))
      && add_pad (graph, HERE, gst_ks_framing_ref (framing))
      && add_pad (graph, DOWNSTREAM, framing_of_downstream (query, answered,
          caps))
      && gst_ks_need_add_mappable (graph, framing, NULL)
      && gst_ks_need_add_mappable (graph,
      gst_ks_graph_peek_pad_framing (graph, 2), NULL)
      && add_link (graph, UPSTREAM, HERE) && add_link (graph, HERE, DOWNSTREAM);
}

static guint
item_in (const GstKsPlan * plan)
{
  const GstKsSegment *segment = gst_ks_plan_peek_segment (plan, 0);

  for (guint i = 0; i < segment->n_pads; i++) {
    if (g_str_equal (segment->pads[i], HERE))
      return segment->items[i];
  }
  return 0;
}

/**
 * gst_ks_query_plan_link:
 * @query: an ALLOCATION query that came back from downstream
 * @answered: what the peer query returned
 * @framing: what the pad wants that answers upstream
 * @item: (out) (optional): which item of @framing the plan takes; 0 when there
 *     is no plan
 *
 * Plans the link that @query came along, by the rules of a whole graph:
 * weights, kinds, sizes, flags. Any thread that may read @query.
 *
 * Returns: (transfer full): a plan; when nothing suits both sides it says why
 *
 * Since: 0.9
 */
GstKsPlan *
gst_ks_query_plan_link (GstQuery * query, gboolean answered,
    GstKsFraming * framing, guint * item)
{
  g_return_val_if_fail (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION, NULL);
  g_return_val_if_fail (framing != NULL, NULL);

  g_autoptr (GstKsGraph) graph = gst_ks_graph_new ();
  GstKsPlan *plan;

  if (!fill (graph, query, answered, framing))
    plan = gst_ks_plan_new_invalid (HERE, "the link cannot be described");
  else
    plan = gst_ks_graph_solve (graph, 0);
  if (item)
    *item = gst_ks_plan_get_status (plan) == GST_KS_PLAN_STATUS_OK
        ? item_in (plan) : 0;
  return plan;
}
