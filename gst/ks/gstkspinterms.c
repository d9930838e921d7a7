/* What a pin asks of an allocation, and what is made of it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspinprivate.h"
#include "gstkskind.h"
#include "gstkslock.h"
#include "gstkssize.h"

/* With fewer, a codec and its neighbour wait for each other. */
#define CODEC_FRAMES 3

static gboolean
is_on_bus (const GstKsFramingItem * item, const gchar * bus)
{
  return bus == NULL || item->bus == NULL || item->bus == bus;
}

static void
heed_codec (GstKsFramingItem * item, gboolean input)
{
  static const GstKsRange any = GST_KS_RANGE_INIT_ANY;

  item->frames.min = MAX (item->frames.min, CODEC_FRAMES);
  item->frames.max = MAX (item->frames.max, item->frames.min);
  if (input)
    item->size = item->prefer = any;
}

/* The items of @framing that count; none only if all were wishes. */
static gboolean
filter (GstKsPinTerms * terms, const GstKsFraming * framing, GError ** error)
{
  guint n = gst_ks_framing_get_n_items (framing), kept = 0;
  g_autofree GstKsFramingItem *items = g_new (GstKsFramingItem, n + 1);
  g_autoptr (GstPad) pad = gst_ks_pin_get_pad (terms->pin);
  gboolean wishes = TRUE;

  for (guint i = 0; i < n; i++) {
    items[kept] = *gst_ks_framing_peek_item (framing, i);
    wishes &= (items[kept].flags & GST_KS_FRAMING_FLAG_PREFERENCES_ONLY) != 0;
    if (!is_on_bus (&items[kept], terms->settings.bus))
      continue;
    if (terms->settings.flags & GST_KS_PIN_FLAG_CODEC)
      heed_codec (&items[kept], pad && GST_PAD_IS_SINK (pad));
    kept++;
  }
  if (kept > 0) {
    terms->framing = gst_ks_framing_new (items, kept,
        gst_ks_framing_peek_ratio (framing), error);
    return terms->framing != NULL;
  }
  if (wishes)
    return TRUE;

  g_autofree gchar *name = gst_ks_pin_name (terms->pin);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "%s is on the bus %s, and all items of its framing are for others; give"
      " it an item for that bus, or one without", name, terms->settings.bus);
  return FALSE;
}

static guint
own_index (const GstKsFraming * framing)
{
  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++) {
    if (gst_ks_framing_peek_item (framing, i)->flags
        & (GST_KS_FRAMING_FLAG_CAN_ALLOCATE
            | GST_KS_FRAMING_FLAG_MUST_ALLOCATE))
      return i;
  }
  return 0;
}

static gboolean
is_hidden (const GstKsPinTerms * terms, const GstKsFramingItem * item)
{
  return terms->foreign && ((terms->settings.flags
          & GST_KS_PIN_FLAG_KERNEL_ONLY)
      || (item->flags & GST_KS_FRAMING_FLAG_KERNEL_ONLY));
}

/* Numbers of an item, in ordinary memory. */
static void
make_ordinary (GstKsFramingItem * item)
{
  item->memory = g_intern_static_string ("system");
  item->device = NULL;
  item->flags &= ~(GST_KS_FRAMING_FLAG_KERNEL_ONLY
      | GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC | GST_KS_FRAMING_FLAG_CAN_ALLOCATE);
}

/* What can be served without the pin's own allocator: the other items, as far
 * as whoever gets the frames may have such memory. If there is none because of
 * that, ordinary memory. */
static void
list_ours (GstKsPinTerms * terms, guint own)
{
  guint n = gst_ks_framing_get_n_items (terms->framing), kept = 0;
  g_autofree GstKsFramingItem *items = g_new (GstKsFramingItem, n + 1);
  gboolean hidden = FALSE;

  for (guint i = 0; i < n; i++) {
    items[kept] = *gst_ks_framing_peek_item (terms->framing, i);
    if (is_hidden (terms, &items[kept]))
      hidden = TRUE;
    else if (!(terms->dispatch && i == own))
      kept++;
  }
  if (kept == 0 && hidden) {
    items[0] = *gst_ks_framing_peek_item (terms->framing, own);
    make_ordinary (&items[0]);
    kept = 1;
  }
  if (kept > 0)
    terms->ours = gst_ks_framing_new (items, kept, NULL, NULL);
}

/* The pin's own allocator comes first, if whoever gets the frames may have
 * such memory. */
static void
choose_item (GstKsPinTerms * terms)
{
  guint own = own_index (terms->framing);

  list_ours (terms, own);
  terms->item = *gst_ks_framing_peek_item (terms->framing, own);
  if (terms->dispatch && is_hidden (terms, &terms->item))
    terms->dispatch = NULL;
  if (terms->dispatch == NULL && is_hidden (terms, &terms->item))
    terms->item = *gst_ks_framing_peek_item (terms->ours, 0);
}

/* To reach a card's memory is not to be able to make it. */
gboolean
gst_ks_pin_terms_may_allocate (const GstKsPinTerms * terms)
{
  GstKsFramingFlags flags = terms->item.flags;

  return !(flags & GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC)
      || (flags & (GST_KS_FRAMING_FLAG_CAN_ALLOCATE
          | GST_KS_FRAMING_FLAG_MUST_ALLOCATE));
}

static void
init_empty (GstKsPinTerms * terms)
{
  static const GstKsFramingItem any = GST_KS_FRAMING_ITEM_INIT ("any");

  *terms = (GstKsPinTerms) {
  .item = any,};
  terms->item.memory = g_intern_static_string ("any");
}

static void
settle (GstKsPinTerms * terms)
{
  if (terms->framing == NULL)
    terms->framing = gst_ks_framing_new (&terms->item, 1, NULL, NULL);
  choose_item (terms);
}

/* The terms of an element that has no pins, and does not know who is on the
 * other side. NULL: it asks for nothing. */
void
gst_ks_pin_terms_init_alone (GstKsPinTerms * terms, GstKsFraming * framing)
{
  gst_ks_pin_init_debug ();
  init_empty (terms);
  terms->framing = framing ? gst_ks_framing_ref (framing) : NULL;
  terms->foreign = TRUE;
  settle (terms);
}

/* Takes the pin's terms as they are now; clear with gst_ks_pin_terms_clear(). */
gboolean
gst_ks_pin_terms_init (GstKsPinTerms * terms, GstKsPin * pin, GError ** error)
{
  g_autoptr (GstKsFraming) framing = NULL;

  init_empty (terms);
  terms->pin = pin;
  gst_ks_mutex_lock (&pin->lock);
  framing = pin->framing ? gst_ks_framing_ref (pin->framing) : NULL;
  terms->settings = pin->settings;
  terms->dispatch = pin->dispatch;
  gst_ks_mutex_unlock (&pin->lock);

  if (framing && !filter (terms, framing, error))
    return FALSE;
  terms->foreign = gst_ks_pin_reaches_foreign (pin);
  settle (terms);
  return TRUE;
}

void
gst_ks_pin_terms_clear (GstKsPinTerms * terms)
{
  g_clear_pointer (&terms->framing, gst_ks_framing_unref);
  g_clear_pointer (&terms->ours, gst_ks_framing_unref);
  g_clear_pointer (&terms->theirs, gst_ks_framing_unref);
}

/* Bytes of a frame of @caps, 0: not known; a surface has room for more. */
gsize
gst_ks_pin_terms_size (const GstKsPinTerms * terms, const GstCaps * caps)
{
  GstVideoInfo info, surface;
  gsize size = gst_ks_query_caps_size (caps, &info);
  guint width = terms->settings.surface_width;
  guint height = terms->settings.surface_height;

  if (size == 0 || width == 0 || height == 0
      || !gst_video_info_set_format (&surface, GST_VIDEO_INFO_FORMAT (&info),
          width, height))
    return size;
  return MAX (size, GST_VIDEO_INFO_SIZE (&surface));
}

/* On top of what @item holds; its cap stays. */
void
gst_ks_pin_terms_hold (GstKsFramingItem * item, guint frames)
{
  gsize sum;

  if (!gst_ks_size_add (item->frames.min, frames, &sum))
    sum = item->frames.max;
  item->frames.min = MIN (sum, item->frames.max);
}

/* The exact number, where somebody insists on one. */
void
gst_ks_pin_terms_count (const GstKsPinTerms * terms, GstKsQueryOffer * offer)
{
  const GstKsRange *frames = &terms->item.frames;
  guint64 count = frames->min;

  if (count == 0 && frames->max < GST_KS_RANGE_LIMIT)
    count = frames->max;
  if (terms->settings.honor_count && count > 0 && count <= G_MAXUINT)
    offer->min = offer->cap = count;
}

/* The create request, as far as it is known. */
static gboolean
make_request (const GstKsPinTerms * terms, const GstKsQueryOffer * offer,
    GstKsAbiFraming * request, GError ** error)
{
  gsize block = 0;

  if (offer->size != 0
      && !gst_ks_size_block (offer->prefix, offer->size, offer->padding,
          offer->align, &block))
    block = G_MAXSIZE;
  if (block > G_MAXUINT32 || offer->align > G_MAXUINT32) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "a frame of %" G_GSIZE_FORMAT " bytes does not fit the 32 bits that a"
        " create request has for it; choose smaller frames", offer->size);
    return FALSE;
  }
  *request = (GstKsAbiFraming) {
  .pool_type = GST_PagedPool,.frames = offer->cap,.frame_size =
        block,.file_alignment = gst_ks_align_to_mask (offer->align),};
  if (!(terms->item.flags & GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC))
    request->requirements_flags = GST_KSALLOCATOR_OPTIONF_SYSTEM_MEMORY;
  return TRUE;
}

static gboolean
is_group (const gchar * kind)
{
  return (gst_ks_kind_get_traits (kind) & GST_KS_KIND_TRAIT_GROUP) != 0;
}

/* The pin's own allocator, not initialised, or one of the item's kind. */
GstAllocator *
gst_ks_pin_terms_open (const GstKsPinTerms * terms,
    const GstKsQueryOffer * offer, GError ** error)
{
  const gchar *kind = terms->item.memory;
  GstKsAbiFraming request;

  if (terms->dispatch == NULL)
    return gst_ks_allocator_get (is_group (kind) ? "system" : kind,
        terms->item.device, error);
  if (!make_request (terms, offer, &request, error))
    return NULL;
  return gst_ks_pin_dispatch_new (terms->pin, terms->dispatch, &request, error);
}

static GstKsFraming *
framing_of (const GstKsPinTerms * terms, GstAllocator * allocator,
    const GstKsQueryOffer * offer, GError ** error)
{
  GstKsFramingItem item = terms->item;

  item.memory = g_intern_string (gst_ks_allocator_peek_kind (allocator));
  return gst_ks_query_offer_to_framing (offer, &item, error);
}

static void
fill_config (GstStructure * config, const GstKsQueryOffer * offer,
    GstAllocator * allocator, GstQuery * query)
{
  GstAllocationParams params;
  GstCaps *caps;

  gst_allocation_params_init (&params);
  params.flags = offer->flags;
  params.align = gst_ks_align_to_mask (offer->align);
  params.prefix = offer->prefix;
  params.padding = offer->padding;
  gst_query_parse_allocation (query, &caps, NULL);
  gst_buffer_pool_config_set_params (config, caps, offer->size, offer->min,
      offer->cap);
  gst_buffer_pool_config_set_allocator (config, allocator, &params);
  if (gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL))
    gst_buffer_pool_config_add_option (config,
        GST_BUFFER_POOL_OPTION_VIDEO_META);
}

/* A pool over @allocator, configured, with the name of the pin that brings it.
 * Fills in the size that it made of the caps. */
GstBufferPool *
gst_ks_pin_terms_pool (const GstKsPinTerms * terms,
    GstAllocator * allocator, GstKsQueryOffer * offer, GstQuery * query,
    GError ** error)
{
  g_autoptr (GstKsFraming) framing = framing_of (terms, allocator, offer,
      error);
  g_autofree gchar *name = gst_ks_pin_name (terms->pin);
  GstKsPoolOptions options = GST_KS_POOL_OPTIONS_INIT;
  GstStructure *config;

  if (framing == NULL)
    return NULL;
  if (terms->pin)
    gst_ks_pad_attach_hear_pool (terms->pin, &options);
  g_autoptr (GstBufferPool) pool =
      GST_BUFFER_POOL (gst_ks_pool_new (allocator, framing, &options));
  if (terms->pin)
    gst_object_set_name (GST_OBJECT (pool), name);
  config = gst_buffer_pool_get_config (pool);
  fill_config (config, offer, allocator, query);
  if (!gst_buffer_pool_set_config (pool, config)) {
    g_autofree gchar *text = gst_ks_framing_to_string (framing);

    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "frames of the caps cannot be laid out as %s asks: %s; relax one of"
        " its fields", name, text);
    return NULL;
  }
  config = gst_buffer_pool_get_config (pool);
  guint size;
  gst_buffer_pool_config_get_params (config, NULL, &size, NULL, NULL);
  gst_structure_free (config);
  offer->size = size;
  return g_steal_pointer (&pool);
}
