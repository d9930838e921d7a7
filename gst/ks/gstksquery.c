/* The classic ALLOCATION answer: read, merged with a framing and written, in one place.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Everybody upstream reads entry 0 of the pools and of the params and nothing
 * else (a few look through the list for a pool of their own type). So what we
 * want to be used has to stand first, and what downstream wrote has to stay
 * behind it. Entries are only ever added after downstream answered: some
 * answerers insist on finding the lists empty.
 */
#include "gstksquery.h"

#include "gstksframingfield.h"
#include "gstkssize.h"

/* Silence: nothing is held, nothing is asked, no metas are understood. */
static void
reply_init (GstKsQueryReply * reply)
{
  *reply = (GstKsQueryReply) {
  .answered = FALSE,.align = 1,};
}

/* A mask that is no mask is a slip of the other side; its lower bits still
 * say what it hoped for. */
static gsize
align_of_mask (gsize mask)
{
  gsize align = 1;

  while (align <= mask && align <= G_MAXSIZE / 2)
    align <<= 1;
  return align;
}

/* A configured pool may say what the params do not. */
static void
read_pool_config (GstKsQueryReply * reply)
{
  GstAllocator *allocator = NULL;
  GstAllocationParams params;
  GstStructure *config;

  gst_allocation_params_init (&params);
  config = gst_buffer_pool_get_config (reply->pool);
  if (gst_buffer_pool_config_get_allocator (config, &allocator, &params)) {
    reply->align = MAX (reply->align, align_of_mask (params.align));
    reply->prefix = MAX (reply->prefix, params.prefix);
    reply->padding = MAX (reply->padding, params.padding);
    if (!reply->allocator && allocator)
      reply->allocator = gst_object_ref (allocator);
  }
  gst_structure_free (config);
}

/**
 * gst_ks_query_read:
 * @query: an ALLOCATION query that came back from downstream
 * @answered: what the peer query returned
 * @reply: (out caller-allocates): what it says
 *
 * Reads entry 0 of every list of @query, as elements do. When @answered is
 * %FALSE the lists count as empty, whatever they hold. Free with
 * gst_ks_query_reply_clear(). Any thread that may touch @query.
 *
 * Since: 0.9
 */
void
gst_ks_query_read (GstQuery * query, gboolean answered, GstKsQueryReply * reply)
{
  g_return_if_fail (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION);
  g_return_if_fail (reply != NULL);

  reply_init (reply);
  reply->answered = answered;
  if (!answered)
    return;

  if (gst_query_get_n_allocation_params (query) > 0) {
    GstAllocationParams params;

    gst_query_parse_nth_allocation_param (query, 0, &reply->allocator, &params);
    reply->align = align_of_mask (params.align);
    reply->prefix = params.prefix;
    reply->padding = params.padding;
    reply->flags = params.flags;
  }
  if (gst_query_get_n_allocation_pools (query) > 0) {
    gst_query_parse_nth_allocation_pool (query, 0, &reply->pool, &reply->size,
        &reply->min, &reply->max);
    if (reply->pool)
      read_pool_config (reply);
  }
  reply->video_meta = gst_query_find_allocation_meta (query,
      GST_VIDEO_META_API_TYPE, NULL);
}

/**
 * gst_ks_query_reply_clear:
 * @reply: what gst_ks_query_read() filled in
 *
 * Drops what @reply owns; it then reads as silence.
 *
 * Since: 0.9
 */
void
gst_ks_query_reply_clear (GstKsQueryReply * reply)
{
  g_return_if_fail (reply != NULL);

  gst_clear_object (&reply->pool);
  gst_clear_object (&reply->allocator);
  reply_init (reply);
}

/**
 * gst_ks_query_reply_is_plain:
 * @reply: what downstream said
 *
 * Whether any memory with a host address would do for downstream: it named no
 * allocator but the system's or one of ours, and no pool of a type of its own,
 * which may be the only way to its device.
 *
 * Returns: %TRUE when the pool and allocator can be replaced
 *
 * Since: 0.9
 */
gboolean
gst_ks_query_reply_is_plain (const GstKsQueryReply * reply)
{
  g_return_val_if_fail (reply != NULL, FALSE);

  if (reply->allocator && !gst_ks_allocator_is_ours (reply->allocator)
      && g_strcmp0 (reply->allocator->mem_type, GST_ALLOCATOR_SYSMEM) != 0)
    return FALSE;
  if (!reply->pool)
    return TRUE;

  GType type = G_OBJECT_TYPE (reply->pool);
  return type == GST_TYPE_BUFFER_POOL || type == GST_TYPE_VIDEO_BUFFER_POOL
      || type == GST_TYPE_KS_POOL;
}

/**
 * gst_ks_query_forget:
 * @query: a writable ALLOCATION query
 *
 * Empties the lists. For a query that downstream left half filled when it
 * refused: what it wrote was never an answer.
 *
 * Since: 0.9
 */
void
gst_ks_query_forget (GstQuery * query)
{
  g_return_if_fail (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION);

  while (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  while (gst_query_get_n_allocation_params (query) > 0)
    gst_query_remove_nth_allocation_param (query, 0);
  while (gst_query_get_n_allocation_metas (query) > 0)
    gst_query_remove_nth_allocation_meta (query, 0);
}

/**
 * gst_ks_query_caps_memory:
 * @caps: (nullable): of the query
 *
 * Tells whether host memory can serve @caps at all.
 *
 * Returns: (nullable): the feature by which @caps ask for memory without a
 *     plain host address ("memory:GLMemory"), %NULL when they do not; valid as
 *     long as @caps
 *
 * Since: 0.9
 */
const gchar *
gst_ks_query_caps_memory (const GstCaps * caps)
{
  if (!caps || gst_caps_is_any (caps) || gst_caps_is_empty (caps))
    return NULL;

  const GstCapsFeatures *features = gst_caps_get_features (caps, 0);
  if (!features || gst_caps_features_is_any (features))
    return NULL;
  for (guint i = 0; i < gst_caps_features_get_size (features); i++) {
    const gchar *feature = gst_caps_features_get_nth (features, i);

    if (g_str_has_prefix (feature, "memory:")
        && !g_str_equal (feature, GST_CAPS_FEATURE_MEMORY_SYSTEM_MEMORY))
      return feature;
  }
  return NULL;
}

/**
 * gst_ks_query_caps_size: (skip)
 * @caps: (nullable): of the query
 * @info: (nullable): filled in with the caps' default layout
 *
 * What a frame needs when nobody asks for more.
 *
 * Returns: bytes of one frame of @caps in its default layout, 0 when caps do
 *     not say: not raw video in host memory, not fixed, %NULL
 *
 * Since: 0.9
 */
gsize
gst_ks_query_caps_size (const GstCaps * caps, GstVideoInfo * info)
{
  GstVideoInfo own;

  if (!info)
    info = &own;
  gst_video_info_init (info);
  if (!caps || !gst_caps_is_fixed (caps))
    return 0;

  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  if (!gst_structure_has_name (structure, "video/x-raw")
      || gst_ks_query_caps_memory (caps)
      || !gst_video_info_from_caps (info, caps)
      || GST_VIDEO_INFO_FORMAT (info) == GST_VIDEO_FORMAT_ENCODED)
    return 0;
  return GST_VIDEO_INFO_SIZE (info);
}

/**
 * gst_ks_query_tells_size:
 * @reply: what downstream said
 * @caps: (nullable): of the query
 *
 * Whether a pool may be offered to whoever asks. Base classes write frames of
 * the size that they need into whatever a pool gives, and never compare. Where
 * neither the caps nor downstream say how big that is (audio, encoded streams),
 * the size of a framing is a guess, and a pool of it would be written past its
 * end. An allocator may be offered all the same: each request names its size.
 *
 * Returns: %FALSE when nobody but the asker knows how big its frames are
 *
 * Since: 0.9
 */
gboolean
gst_ks_query_tells_size (const GstKsQueryReply * reply, const GstCaps * caps)
{
  g_return_val_if_fail (reply != NULL, FALSE);

  /* who fills memory that the caps name has asked what it can hold */
  return reply->size != 0 || gst_ks_query_caps_size (caps, NULL) != 0
      || gst_ks_query_caps_memory (caps) != NULL;
}

/* The smallest legal one, within what is preferred where that can be. */
static gboolean
ceil_size (const GstKsFramingItem * item, gsize at_least, guint64 * legal)
{
  GstKsRange liked;

  return (gst_ks_range_intersect (&item->size, &item->prefer, &liked)
      && gst_ks_range_ceil (&liked, at_least, legal))
      || gst_ks_range_ceil (&item->size, at_least, legal);
}

static gboolean
merge_size (const GstKsFramingItem * item, gsize at_least, gsize * size,
    GError ** error)
{
  guint64 legal;

  /* nobody knows the size but the framing, and only when it leaves no choice */
  if (at_least == 0 && item->size.min != item->size.max) {
    *size = 0;
    return TRUE;
  }
  if (!ceil_size (item, at_least, &legal)) {
    g_autofree gchar *range = gst_ks_range_to_string (&item->size);

    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "size=%s has no legal value for frames of %" G_GSIZE_FORMAT
        " bytes, which the caps or downstream ask for; raise its upper end to"
        " %" G_GSIZE_FORMAT " or more, or choose smaller frames", range,
        at_least, at_least);
    return FALSE;
  }
  if (legal > G_MAXUINT) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "a frame of %" G_GUINT64_FORMAT " bytes does not fit the 32 bits that"
        " an ALLOCATION query has for it; the largest is %u", legal, G_MAXUINT);
    return FALSE;
  }
  *size = legal;
  return TRUE;
}

static gboolean
merge_counts (const GstKsQueryReply * reply, const GstKsFramingItem * item,
    GstKsQueryOffer * offer, GError ** error)
{
  const GstKsRange *frames = &item->frames;
  guint64 cap = frames->max >= GST_KS_RANGE_LIMIT ? 0 : frames->max;

  if (frames->max == 0) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "a cap of 0 frames lets nothing through; write 1 or more, or no cap");
    return FALSE;
  }
  if (frames->min > G_MAXUINT || cap > G_MAXUINT) {
    g_autofree gchar *range = gst_ks_range_to_string (frames);

    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "frames=%s does not fit the 32 bits that an ALLOCATION query has for"
        " it; the most is %u", range, G_MAXUINT);
    return FALSE;
  }
  /* the floor is a floor on the sum of all holders, and outranks a cap that
   * downstream had for a pool of its own */
  if (reply->max != 0) {
    guint64 theirs = MAX (reply->max, frames->min);
    cap = cap == 0 ? theirs : MIN (cap, theirs);
  }
  offer->held = reply->min;
  offer->min = MAX (frames->min, reply->min);
  if (cap != 0)
    offer->min = MIN (offer->min, cap);
  offer->cap = cap;
  return TRUE;
}

/**
 * gst_ks_query_merge:
 * @reply: what downstream said
 * @item: what we want
 * @frame_size: bytes of a frame of the caps, 0: not known
 * @offer: (out caller-allocates): meets both
 * @error: %GST_KS_ERROR_CONFLICT when no size is legal for both,
 *     %GST_KS_ERROR_INVALID for a cap of 0 frames, %GST_KS_ERROR_OVERFLOW when
 *     a number does not fit a query or the block does not fit an address
 *
 * Alignment, prefix and padding: the larger. Size: the smallest legal one that
 * holds the caps' frame and what downstream asked for. Frames: the floor of
 * @item is a floor on what downstream's holders add up to; caps: the smaller.
 *
 * Returns: %FALSE with @error, @offer untouched, when they cannot meet
 *
 * Since: 0.9
 */
gboolean
gst_ks_query_merge (const GstKsQueryReply * reply,
    const GstKsFramingItem * item, gsize frame_size, GstKsQueryOffer * offer,
    GError ** error)
{
  GstKsQueryOffer out = { 0 };
  gsize block;

  g_return_val_if_fail (reply != NULL && item != NULL, FALSE);
  g_return_val_if_fail (offer != NULL, FALSE);

  if (!gst_ks_framing_item_fits_address (item, error))
    return FALSE;
  out.align = MAX (reply->align, MAX (item->align, 1));
  out.prefix = MAX (reply->prefix, item->prefix);
  out.padding = MAX (reply->padding, item->padding);
  out.flags = reply->flags;
  if (!merge_size (item, MAX (frame_size, reply->size), &out.size, error)
      || !merge_counts (reply, item, &out, error))
    return FALSE;
  if (!gst_ks_size_block (out.prefix, out.size, out.padding, out.align, &block)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "prefix %" G_GSIZE_FORMAT " + size %" G_GSIZE_FORMAT " + padding %"
        G_GSIZE_FORMAT ", rounded up to %" G_GSIZE_FORMAT ", does not fit an"
        " address; choose smaller ones", out.prefix, out.size, out.padding,
        out.align);
    return FALSE;
  }
  *offer = out;
  return TRUE;
}

/* The lists have no insert: append, then move everything back by one. */
static void
write_param (GstQuery * query, GstAllocator * allocator,
    const GstAllocationParams * params)
{
  guint n = gst_query_get_n_allocation_params (query);

  gst_query_add_allocation_param (query, allocator, params);
  for (guint i = n; i > 0; i--) {
    g_autoptr (GstAllocator) other = NULL;
    GstAllocationParams theirs;

    gst_query_parse_nth_allocation_param (query, i - 1, &other, &theirs);
    gst_query_set_nth_allocation_param (query, i, other, &theirs);
  }
  gst_query_set_nth_allocation_param (query, 0, allocator, params);
}

static void
write_pool (GstQuery * query, const GstKsQueryOffer * offer,
    GstBufferPool * pool)
{
  guint n = gst_query_get_n_allocation_pools (query);

  gst_query_add_allocation_pool (query, pool, offer->size, offer->min,
      offer->cap);
  for (guint i = n; i > 0; i--) {
    g_autoptr (GstBufferPool) other = NULL;
    guint size, min, max;

    gst_query_parse_nth_allocation_pool (query, i - 1, &other, &size, &min,
        &max);
    gst_query_set_nth_allocation_pool (query, i, other, size, min, max);
  }
  gst_query_set_nth_allocation_pool (query, 0, pool, offer->size, offer->min,
      offer->cap);
}

/**
 * gst_ks_query_write_counts:
 * @query: a writable ALLOCATION query that downstream has seen
 * @offer: what to write; of a known size
 *
 * Puts an entry without a pool at index 0, as answer to one who makes the pool
 * himself: size and frames held count all the same. A tee asks so.
 *
 * Since: 0.9
 */
void
gst_ks_query_write_counts (GstQuery * query, const GstKsQueryOffer * offer)
{
  g_return_if_fail (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION);
  g_return_if_fail (offer != NULL && offer->size != 0);

  write_pool (query, offer, NULL);
}

/**
 * gst_ks_query_offer_to_framing:
 * @offer: what was agreed
 * @item: what was wished for, with the kind that was chosen
 * @error: return location for a #GError
 *
 * What a pool is to be made with: @item with the numbers of @offer. A range of
 * sizes that has no steps begins at the offer's size. Any thread.
 *
 * Returns: (transfer full): a framing of one item, or %NULL as
 *     gst_ks_framing_new() says
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_query_offer_to_framing (const GstKsQueryOffer * offer,
    const GstKsFramingItem * item, GError ** error)
{
  GstKsFramingItem made;

  g_return_val_if_fail (offer != NULL && item != NULL, NULL);

  made = *item;
  made.align = offer->align;
  made.prefix = offer->prefix;
  made.padding = offer->padding;
  made.frames.min = offer->min;
  made.frames.max = offer->cap == 0 ? GST_KS_RANGE_LIMIT : offer->cap;
  made.frames.step = 1;
  if (made.size.step <= 1)
    made.size.min = MAX (made.size.min, offer->size);
  made.prefer = made.size;
  return gst_ks_framing_new (&made, 1, NULL, error);
}

/**
 * gst_ks_query_write:
 * @query: a writable ALLOCATION query that downstream has seen
 * @offer: what to write
 * @allocator: (nullable): for the param entry
 * @pool: (nullable): for the pool entry; %NULL: no pool entry is written
 *
 * Puts a param entry, and with @pool a pool entry, at index 0; entries that
 * are there move back. Always both, because base classes hand the allocator of
 * the params to the pool, and many use the params alone.
 *
 * Since: 0.9
 */
void
gst_ks_query_write (GstQuery * query, const GstKsQueryOffer * offer,
    GstAllocator * allocator, GstBufferPool * pool)
{
  g_return_if_fail (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION);
  g_return_if_fail (offer != NULL);

  GstAllocationParams params;
  gst_allocation_params_init (&params);
  params.flags = offer->flags;
  params.align = gst_ks_align_to_mask (offer->align);
  params.prefix = offer->prefix;
  params.padding = offer->padding;

  write_param (query, allocator, &params);
  if (pool)
    write_pool (query, offer, pool);
}
