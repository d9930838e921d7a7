/* What a pad that asks is given: the pool of its segment.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The answer stands first in the query, and what downstream understands of
 * metas stays. Where the plan takes memory that only downstream can make, or
 * that the asker makes itself, or nothing can be made at all, the pad gets
 * downstream's answer as it would have without us.
 */
#include "gstksneed.h"
#include "gstksnegotiatorprivate.h"
#include "gstkslock.h"
#include "gstkssize.h"

#define GST_CAT_DEFAULT gst_ks_negotiator_debug

/* One question and what becomes of it. */
typedef struct
{
  GstKsNegotiator *self;
  GstBin *bin;
  GstPad *pad;
  GstQuery *query;              /* the pad's, to be filled in */
  GstKsAsk *ask;
  GstKsPlan *plan;
  const GstKsSegment *segment;  /* of plan */
} Case;

/* --- the pool --- */

static gboolean
make_offer (const GstKsSegment * segment, GstKsQueryOffer * offer,
    GError ** error)
{
  if (segment->size > G_MAXUINT || segment->frames > G_MAXUINT
      || segment->align > G_MAXUINT || segment->prefix > G_MAXUINT
      || segment->padding > G_MAXUINT) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "%" G_GUINT64_FORMAT " frames of %" G_GUINT64_FORMAT " bytes do not fit"
        " the 32 bits that an ALLOCATION query has for them", segment->frames,
        segment->size);
    return FALSE;
  }
  *offer = (GstKsQueryOffer) {
  .size = segment->size,.min = segment->frames,.cap =
        segment->cap > G_MAXUINT ? 0 : segment->cap,.held =
        segment->frames,.align = segment->align,.prefix =
        segment->prefix,.padding = segment->padding};
  return TRUE;
}

static GstKsFraming *
framing_of (const GstKsSegment * segment, const GstKsQueryOffer * offer,
    GError ** error)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT (segment->memory);

  item.device = segment->device;
  item.bus = segment->bus;
  item.stride = segment->stride;
  if (offer->size)
    item.size = segment->sizes;
  return gst_ks_query_offer_to_framing (offer, &item, error);
}

static void
fill_config (Case * c, GstStructure * config, const GstKsQueryOffer * offer,
    GstAllocator * allocator)
{
  GstAllocationParams params;

  gst_allocation_params_init (&params);
  params.align = gst_ks_align_to_mask (offer->align);
  params.prefix = offer->prefix;
  params.padding = offer->padding;
  gst_buffer_pool_config_set_params (config, gst_ks_ask_peek_caps (c->ask),
      offer->size, offer->min, offer->cap);
  gst_buffer_pool_config_set_allocator (config, allocator, &params);
  if (gst_query_find_allocation_meta (c->query, GST_VIDEO_META_API_TYPE, NULL))
    gst_buffer_pool_config_add_option (config,
        GST_BUFFER_POOL_OPTION_VIDEO_META);
}

static GstBufferPool *
make_pool (Case * c, GstAllocator * allocator, GstKsQueryOffer * offer,
    GError ** error)
{
  g_autoptr (GstKsFraming) framing = framing_of (c->segment, offer, error);
  g_autoptr (GstBufferPool) pool = NULL;
  GstStructure *config;

  if (framing == NULL)
    return NULL;
  pool = GST_BUFFER_POOL (gst_ks_pool_new (allocator, framing, NULL));
  gst_object_set_name (GST_OBJECT (pool), c->segment->allocator);
  config = gst_buffer_pool_get_config (pool);
  fill_config (c, config, offer, allocator);
  if (!gst_buffer_pool_set_config (pool, config)) {
    g_autofree gchar *text = gst_ks_framing_to_string (framing);

    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "frames of these caps cannot be laid out as %s", text);
    return NULL;
  }
  config = gst_buffer_pool_get_config (pool);
  guint size;
  gst_buffer_pool_config_get_params (config, NULL, &size, NULL, NULL);
  gst_structure_free (config);
  offer->size = size;
  return g_steal_pointer (&pool);
}

static gboolean
give_pool (Case * c, GError ** error)
{
  g_autoptr (GstAllocator) allocator = NULL;
  g_autoptr (GstBufferPool) pool = NULL;
  GstKsQueryOffer offer;
  gboolean need_pool;

  if (!make_offer (c->segment, &offer, error))
    return FALSE;
  allocator = gst_ks_allocator_get (c->segment->memory, c->segment->device,
      error);
  if (allocator == NULL)
    return FALSE;
  gst_query_parse_allocation (c->query, NULL, &need_pool);
  if (need_pool && offer.size != 0) {
    pool = make_pool (c, allocator, &offer, error);
    if (pool == NULL)
      return FALSE;
  }
  gst_ks_query_write (c->query, &offer, allocator, pool);
  return TRUE;
}

/* --- the answer --- */

/* Downstream's, as without us. */
static GstPadProbeReturn
give_stock (Case * c)
{
  gst_ks_ask_copy_lists (c->query, gst_ks_ask_peek_query (c->ask));
  return gst_ks_ask_is_answered (c->ask) ? GST_PAD_PROBE_HANDLED
      : GST_PAD_PROBE_DROP;
}

/* Metas only: entries of pools and params are made anew. */
static void
take_metas (Case * c)
{
  gst_ks_ask_copy_lists (c->query, gst_ks_ask_peek_query (c->ask));
  while (gst_query_get_n_allocation_pools (c->query) > 0)
    gst_query_remove_nth_allocation_pool (c->query, 0);
  while (gst_query_get_n_allocation_params (c->query) > 0)
    gst_query_remove_nth_allocation_param (c->query, 0);
}

/* The one whose memory the segment takes, if it is nobody's of ours. */
static const GstKsAnswer *
find_owner (const Case * c)
{
  for (guint i = 0; i < gst_ks_ask_get_n_answers (c->ask); i++) {
    const GstKsAnswer *answer = gst_ks_ask_peek_answer (c->ask, i);

    if (gst_ks_need_foreign_kind (&answer->reply, gst_ks_ask_peek_caps (c->ask))
        == c->segment->memory)
      return answer;
  }
  return NULL;
}

/* Behind a tee, whose own answer would be without it. */
static GstPadProbeReturn
give_theirs (Case * c)
{
  const GstKsAnswer *owner = find_owner (c);
  GstKsQueryOffer offer;

  if (owner == NULL || owner->parent == NULL
      || !make_offer (c->segment, &offer, NULL))
    return give_stock (c);
  take_metas (c);
  offer.cap = owner->reply.max;
  if (offer.cap)
    offer.min = MIN (offer.min, offer.cap);
  gst_ks_query_write (c->query, &offer, owner->reply.allocator,
      owner->reply.pool);
  return GST_PAD_PROBE_HANDLED;
}

static gboolean
is_ours (const GstKsSegment * segment)
{
  g_auto (GStrv) kinds = gst_ks_list_kinds ();

  return g_strv_contains ((const gchar * const *) kinds, segment->memory);
}

static GstPadProbeReturn
give (Case * c)
{
  g_autoptr (GError) why = NULL;

  if (c->segment == NULL)
    return give_stock (c);
  if (!is_ours (c->segment))
    return give_theirs (c);
  take_metas (c);
  if (give_pool (c, &why))
    return GST_PAD_PROBE_HANDLED;
  GST_WARNING_OBJECT (c->pad, "downstream's answer stays: %s", why->message);
  return give_stock (c);
}

static GstPadProbeReturn
answer (Case * c)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (GstKsGraph) graph = gst_ks_negotiator_graph_of (c->ask, c->bin,
      &why);
  GstPadProbeReturn ret;

  if (graph == NULL) {
    GST_WARNING_OBJECT (c->pad, "not planned: %s", why->message);
    return give_stock (c);
  }
  c->plan = gst_ks_negotiator_settle (c->self, c->pad, graph);
  c->segment = gst_ks_negotiator_find_segment (c->plan,
      gst_ks_graph_peek_pad_name (graph, 0), NULL);
  ret = give (c);
  g_clear_pointer (&c->plan, gst_ks_plan_unref);
  return ret;
}

GstPadProbeReturn
gst_ks_negotiator_answer (GstKsNegotiator * self, GstPad * pad,
    GstQuery * query)
{
  g_autoptr (GstBin) bin = g_weak_ref_get (&self->bin);
  Case c = {.self = self,.bin = bin,.pad = pad,.query = query };
  GstPadProbeReturn ret;
  gboolean need_pool;
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, &need_pool);
  if (bin == NULL || !gst_query_is_writable (query))
    return GST_PAD_PROBE_OK;
  c.ask = gst_ks_ask_new (pad, caps, need_pool);
  gst_ks_ask_send (c.ask);
  ret = answer (&c);
  gst_ks_ask_unref (c.ask);
  return ret;
}
