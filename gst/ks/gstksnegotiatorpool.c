/* The pool of a segment, from the allocator of its kind; and pools of others, tried.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A pin of the segment may make the pool itself: an element that counts its
 * frames, or has its own idea of what happens at the cap. It is told what was
 * decided, and gets the allocator.
 */
#include "gstkskind.h"
#include "gstksnegotiatorprivate.h"
#include "gstkspinprivate.h"
#include "gstkslock.h"
#include "gstkssize.h"

/* What a pin says of all frames together, not of those that it holds. */
static guint64
floor_of (GstPad * pad, const gchar * kind)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, FALSE);
  g_autoptr (GstKsFraming) framing = pin ? gst_ks_pin_get_framing (pin) : NULL;
  guint64 floor = 0;

  if (framing == NULL || !gst_ks_pin_has_flag (pin, GST_KS_PIN_FLAG_TOTAL))
    return 0;
  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++) {
    const GstKsFramingItem *item = gst_ks_framing_peek_item (framing, i);

    if (gst_ks_kind_meet (item->memory, kind))
      floor = MAX (floor, item->frames.min);
  }
  return floor;
}

static guint64
count_frames (const GstKsNegotiatorCase * c)
{
  guint64 frames = c->segment->frames;

  for (guint i = 0; i < gst_ks_ask_get_n_answers (c->ask); i++)
    frames = MAX (frames, floor_of (gst_ks_ask_peek_answer (c->ask, i)->pad,
            c->segment->memory));
  return MIN (frames, c->segment->cap);
}

gboolean
gst_ks_negotiator_make_offer (const GstKsNegotiatorCase * c,
    GstKsQueryOffer * offer, GError ** error)
{
  const GstKsSegment *segment = c->segment;
  guint64 frames = count_frames (c);

  if (segment->size > G_MAXUINT || frames > G_MAXUINT
      || segment->align > G_MAXUINT || segment->prefix > G_MAXUINT
      || segment->padding > G_MAXUINT) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "%" G_GUINT64_FORMAT " frames of %" G_GUINT64_FORMAT " bytes do not fit"
        " the 32 bits that an ALLOCATION query has for them", frames,
        segment->size);
    return FALSE;
  }
  *offer = (GstKsQueryOffer) {
  .size = segment->size,.min = frames,.cap =
        segment->cap > G_MAXUINT ? 0 : segment->cap,.held =
        segment->frames,.align = segment->align,.prefix =
        segment->prefix,.padding = segment->padding};
  return TRUE;
}

GstKsFraming *
gst_ks_negotiator_framing_of (const GstKsNegotiatorCase * c,
    const GstKsQueryOffer * offer, GError ** error)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT (c->segment->memory);

  item.device = c->segment->device;
  item.bus = c->segment->bus;
  item.stride = c->segment->stride;
  if (offer->size)
    item.size = c->segment->sizes;
  return gst_ks_query_offer_to_framing (offer, &item, error);
}

static void
fill_config (const GstKsNegotiatorCase * c, GstStructure * config,
    const GstKsQueryOffer * offer, GstAllocator * allocator)
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

/* A pin of the segment that makes the pool; owned. NULL: nobody's. */
static GstKsPin *
find_maker (const GstKsNegotiatorCase * c)
{
  for (guint i = 0; i < gst_ks_ask_get_n_answers (c->ask); i++) {
    GstPad *pad = gst_ks_ask_peek_answer (c->ask, i)->pad;
    g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, FALSE);
    g_autofree gchar *name = NULL;

    if (pin == NULL || !gst_ks_pin_makes_pool (pin))
      continue;
    name = gst_ks_negotiator_name_pad (pad, c->bin);
    if (gst_ks_negotiator_find_segment (c->plan, name, NULL) == c->segment)
      return g_steal_pointer (&pin);
  }
  return NULL;
}

static gboolean
names_kind (const GstKsFraming * framing, const gchar * kind)
{
  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++) {
    if (gst_ks_framing_peek_item (framing, i)->memory == kind)
      return TRUE;
  }
  return FALSE;
}

gboolean
gst_ks_negotiator_has_maker (const GstKsNegotiatorCase * c)
{
  g_autoptr (GstKsPin) maker = find_maker (c);
  g_autoptr (GstKsFraming) framing = maker ? gst_ks_pin_get_framing (maker)
      : NULL;

  return framing && names_kind (framing, c->segment->memory);
}

static GstBufferPool *
new_pool (const GstKsNegotiatorCase * c, GstAllocator * allocator,
    GstKsFraming * framing, GError ** error)
{
  g_autoptr (GstKsPin) maker = find_maker (c);
  GstKsPoolOptions options = GST_KS_POOL_OPTIONS_INIT;
  GstBufferPool *pool;

  if (maker) {
    pool = gst_ks_pin_make_pool (maker, allocator, framing, c->query, error);
  } else {
    gst_ks_negotiator_hear_pool (c->bin, &options);
    pool = GST_BUFFER_POOL (gst_ks_pool_new (allocator, framing, &options));
    gst_ks_account_set_owner (gst_ks_pool_peek_account (GST_KS_POOL (pool)),
        c->segment->allocator);
  }
  if (pool && c->segment->allocator)
    gst_object_set_name (GST_OBJECT (pool), c->segment->allocator);
  return pool;
}

/* Who makes the pool may have a cap that others need not know of. */
static void
keep_cap (GstBufferPool * pool, GstKsQueryOffer * offer)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  guint cap = 0;

  gst_buffer_pool_config_get_params (config, NULL, NULL, NULL, &cap);
  gst_structure_free (config);
  if (cap == 0 || (offer->cap != 0 && offer->cap <= cap))
    return;
  offer->cap = cap;
  offer->min = MIN (offer->min, cap);
}

/* Configured, not active. Fills in the size that it made of the caps. */
GstBufferPool *
gst_ks_negotiator_make_pool (const GstKsNegotiatorCase * c,
    GstAllocator * allocator, GstKsQueryOffer * offer, GError ** error)
{
  g_autoptr (GstKsFraming) framing = gst_ks_negotiator_framing_of (c, offer,
      error);
  g_autoptr (GstBufferPool) pool = framing
      ? new_pool (c, allocator, framing, error) : NULL;
  GstStructure *config;
  guint size;

  if (pool == NULL)
    return NULL;
  keep_cap (pool, offer);
  config = gst_buffer_pool_get_config (pool);
  fill_config (c, config, offer, allocator);
  if (!gst_buffer_pool_set_config (pool, config)) {
    g_autofree gchar *text = gst_ks_framing_to_string (framing);

    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "frames of these caps cannot be laid out as %s", text);
    return NULL;
  }
  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_get_params (config, NULL, &size, NULL, NULL);
  gst_structure_free (config);
  offer->size = size;
  return g_steal_pointer (&pool);
}

/* --- what others offer --- */

static gboolean
try_frame (GstBufferPool * pool)
{
  GstBufferPoolAcquireParams params = {
    .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT
  };
  GstBuffer *frame = NULL;

  if (gst_buffer_pool_acquire_buffer (pool, &frame, &params) != GST_FLOW_OK)
    return FALSE;
  gst_buffer_unref (frame);
  return TRUE;
}

/* It is left as it was but for its configuration, which the asker sets anew. */
static gboolean
try_pool (const GstKsNegotiatorCase * c, GstBufferPool * pool,
    const GstKsQueryOffer * offer)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  gboolean works;

  gst_buffer_pool_config_set_params (config, gst_ks_ask_peek_caps (c->ask),
      offer->size, MIN (offer->min, 1), offer->cap);
  if (!gst_buffer_pool_set_config (pool, config)
      || !gst_buffer_pool_set_active (pool, TRUE))
    return FALSE;
  works = try_frame (pool);
  return gst_buffer_pool_set_active (pool, FALSE) && works;
}

static gboolean
try_allocator (GstAllocator * allocator, const GstKsQueryOffer * offer)
{
  GstAllocationParams params;
  GstMemory *memory;

  /* its owner alone knows how; or the asker knows the size first */
  if (GST_OBJECT_FLAG_IS_SET (allocator, GST_ALLOCATOR_FLAG_CUSTOM_ALLOC)
      || offer->size == 0)
    return TRUE;
  gst_allocation_params_init (&params);
  params.align = gst_ks_align_to_mask (offer->align);
  params.prefix = offer->prefix;
  params.padding = offer->padding;
  memory = gst_allocator_alloc (allocator, offer->size, &params);
  if (memory == NULL)
    return FALSE;
  gst_memory_unref (memory);
  return TRUE;
}

gboolean
gst_ks_negotiator_try_theirs (const GstKsNegotiatorCase * c,
    const GstKsQueryReply * theirs, const GstKsQueryOffer * offer,
    GError ** error)
{
  gboolean works = theirs->pool ? try_pool (c, theirs->pool, offer)
      : try_allocator (theirs->allocator, offer);

  if (!works)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "no frame comes out of the %s of kind %s that %s offers",
        theirs->pool ? "pool" : "allocator", c->segment->memory,
        c->segment->allocator);
  return works;
}
