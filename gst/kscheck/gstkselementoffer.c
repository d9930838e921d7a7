/* The elements' conformance suite: the memory, the pools and the bytes of frames.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstkslock.h>

#include "gstkselementprivate.h"

#include <gst/ks/gstkssize.h>
#include <stdlib.h>

/* What stands where no frame is. */
#define UNTOUCHED 0xc3
#define BETWEEN_ROWS 0x77
/* A wait that is this long is not one for the next thread to run. */
#define STARVE_TIMEOUT (300 * GST_MSECOND)

/* --- memory --- */

static gpointer
arena_acquire (gsize size, gsize align, gpointer user_data)
{
  GstKsArena *arena = user_data;
  gpointer data = NULL;

  if (posix_memalign (&data, MAX (align, sizeof (gpointer)), size))
    return NULL;
  memset (data, UNTOUCHED, size);
  g_atomic_int_inc (&arena->live);
  return data;
}

static void
arena_release (gpointer data, gsize size, gpointer user_data)
{
  GstKsArena *arena = user_data;
  const guint8 *bytes = data;
  gsize i = 0;

  while (i < arena->prefix && bytes[i] == UNTOUCHED)
    i++;
  if (i < arena->prefix)
    g_atomic_int_inc (&arena->trampled);
  g_atomic_int_add (&arena->live, -1);
  free (data);
}

static void
arena_destroy (gpointer user_data)
{
  gst_ks_arena_unref (user_data);
}

GstKsArena *
gst_ks_arena_new (gsize prefix)
{
  GstKsArena *arena = g_new0 (GstKsArena, 1);

  g_atomic_ref_count_init (&arena->refs);
  arena->prefix = prefix;
  return arena;
}

void
gst_ks_arena_unref (GstKsArena * arena)
{
  if (g_atomic_ref_count_dec (&arena->refs))
    g_free (arena);
}

/* Frames may outlive everything else, and the arena goes with the last one. */
GstAllocator *
gst_ks_arena_allocator (GstKsArena * arena)
{
  static const GstKsExternal external = {
    arena_acquire, arena_release, arena_destroy
  };

  g_atomic_ref_count_inc (&arena->refs);
  return gst_ks_allocator_new_external (&external, arena, NULL);
}

/* --- pools --- */

static void
report (GstKsPool * pool, GstKsPoolEvent event, const GError * error,
    gpointer bus)
{
  if (event != GST_KS_POOL_STARVED)
    return;
  gst_bus_post (bus, gst_message_new_application (GST_OBJECT (pool),
          gst_structure_new (STARVED, "why", G_TYPE_STRING, error->message,
              NULL)));
}

static GstKsFraming *
framing_of (GstAllocator * allocator, const GstKsQueryOffer * offer,
    const GstKsFramingItem * item, GError ** error)
{
  GstKsFramingItem made = *item;

  made.memory = g_intern_string (gst_ks_allocator_peek_kind (allocator));
  return gst_ks_query_offer_to_framing (offer, &made, error);
}

static void
configure (GstBufferPool * pool, const GstKsQueryOffer * offer,
    GstAllocator * allocator, GstQuery * query)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstAllocationParams params;
  GstCaps *caps;

  gst_allocation_params_init (&params);
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
  gst_buffer_pool_set_config (pool, config);
}

/* Puts a pool of @item in front, whose starvation is told on the bus; exactly
 * @item's frames, or no cap. */
gboolean
gst_ks_check_offer (GstKsCheckRun * run, GstQuery * query, guint side,
    const GstKsFramingItem * item, GError ** error)
{
  GstAllocator *allocator = run->allocators[side];
  GstKsPoolOptions options = GST_KS_POOL_OPTIONS_INIT;
  g_autoptr (GstKsFraming) framing = NULL;
  g_autoptr (GstBufferPool) pool = NULL;
  GstKsQueryReply reply;
  GstKsQueryOffer offer;
  gboolean need_pool, good;
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, &need_pool);
  gst_ks_query_read (query, TRUE, &reply);
  reply.max = 0;
  good = gst_ks_query_merge (&reply, item, gst_ks_query_caps_size (caps, NULL),
      &offer, error);
  gst_ks_query_reply_clear (&reply);
  if (!good)
    return FALSE;
  framing = framing_of (allocator, &offer, item, error);
  if (framing == NULL)
    return FALSE;
  if (need_pool && offer.size != 0) {
    options.starve_timeout = STARVE_TIMEOUT;
    options.report = report;
    options.report_data = gst_object_ref (run->bus);
    options.report_destroy = gst_object_unref;
    pool = GST_BUFFER_POOL (gst_ks_pool_new (allocator, framing, &options));
    configure (pool, &offer, allocator, query);
    gst_ks_mutex_lock (&run->lock);
    g_ptr_array_add (run->pools, gst_object_ref (pool));
    gst_ks_mutex_unlock (&run->lock);
  }
  gst_ks_query_write (query, &offer, allocator, pool);
  return TRUE;
}

static void
set_refusal (GError ** error, guint min, guint size)
{
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "its own pool refuses a configuration that it wrote itself, of %u frames"
      " or more with %u bytes; set_config() has to return TRUE the second time,"
      " and the pool must then become active", min, size);
}

/* As base classes do, and once more: the pool has to take what it wrote. */
gboolean
gst_ks_check_use_theirs (GstQuery * query, GError ** error)
{
  g_autoptr (GstBufferPool) pool = NULL;
  GstStructure *config;
  GstCaps *caps;
  guint size, min, max;

  gst_query_parse_allocation (query, &caps, NULL);
  gst_query_parse_nth_allocation_pool (query, 0, &pool, &size, &min, &max);
  if (max != 0 && max < min) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "it offers a pool of at least %u and at most %u frames", min, max);
    return FALSE;
  }
  for (guint i = 0; i < 2; i++) {
    config = gst_buffer_pool_get_config (pool);
    if (i == 0)
      gst_buffer_pool_config_set_params (config, caps, size, min, max);
    if (!gst_buffer_pool_set_config (pool, config) && i > 0) {
      set_refusal (error, min, size);
      return FALSE;
    }
  }
  /* the core takes an equal configuration for a pool that refused it */
  if (!gst_buffer_pool_set_active (pool, TRUE)) {
    set_refusal (error, min, size);
    return FALSE;
  }
  return gst_buffer_pool_set_active (pool, FALSE);
}

/* --- bytes --- */

static guint8
byte_of (guint number, guint plane, guint row, guint column)
{
  return number * 31 + plane * 67 + row * 7 + column;
}

static void
fill_bytes (GstBuffer * frame, guint number)
{
  GstMapInfo map;

  if (!gst_buffer_map (frame, &map, GST_MAP_WRITE))
    return;
  for (gsize i = 0; i < map.size; i++)
    map.data[i] = byte_of (number, 0, i >> 8, i);
  gst_buffer_unmap (frame, &map);
}

/* Bytes of a row of a plane that belong to the picture. */
static guint
row_size (const GstVideoInfo * info, guint plane, guint * n_rows)
{
  gint component[GST_VIDEO_MAX_COMPONENTS];

  gst_video_format_info_component (info->finfo, plane, component);
  *n_rows = GST_VIDEO_INFO_COMP_HEIGHT (info, component[0]);
  return GST_VIDEO_INFO_COMP_WIDTH (info, component[0])
      * GST_VIDEO_INFO_COMP_PSTRIDE (info, component[0]);
}

/* info: NULL where the frame is no raw video. What is no picture, between rows
 * and behind them, is not the same in each run: nobody is to read it. */
void
gst_ks_check_fill (GstKsCheckRun * run, GstBuffer * frame,
    const GstVideoInfo * info, guint number)
{
  GstVideoFrame picture;

  if (info == NULL) {
    fill_bytes (frame, number);
    return;
  }
  gst_buffer_memset (frame, 0, run->plan->above == GST_KS_ABOVE_PLAIN ? 0
      : BETWEEN_ROWS, -1);
  if (!gst_video_frame_map (&picture, info, frame, GST_MAP_WRITE))
    return;
  for (guint p = 0; p < GST_VIDEO_FRAME_N_PLANES (&picture); p++) {
    guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (&picture, p);
    guint n_rows, size = row_size (info, p, &n_rows);

    for (guint y = 0; y < n_rows; y++) {
      for (guint x = 0; x < size; x++)
        data[x] = byte_of (number, p, y, x);
      data += GST_VIDEO_FRAME_PLANE_STRIDE (&picture, p);
    }
  }
  gst_video_frame_unmap (&picture);
}

static void
sum_picture (GChecksum * sum, GstBuffer * frame, const GstVideoInfo * info)
{
  GstVideoFrame picture;

  if (!gst_video_frame_map (&picture, info, frame, GST_MAP_READ))
    return;
  for (guint p = 0; p < GST_VIDEO_FRAME_N_PLANES (&picture); p++) {
    const guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (&picture, p);
    guint n_rows, size = row_size (info, p, &n_rows);

    for (guint y = 0; y < n_rows; y++) {
      g_checksum_update (sum, data, size);
      data += GST_VIDEO_FRAME_PLANE_STRIDE (&picture, p);
    }
  }
  gst_video_frame_unmap (&picture);
}

static void
sum_bytes (GChecksum * sum, GstBuffer * frame)
{
  GstMapInfo map;

  if (!gst_buffer_map (frame, &map, GST_MAP_READ))
    return;
  g_checksum_update (sum, map.data, map.size);
  gst_buffer_unmap (frame, &map);
}

/* One line; owned by the caller. */
gchar *
gst_ks_check_describe (GstBuffer * frame, const GstVideoInfo * info)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_MD5);

  if (info)
    sum_picture (sum, frame, info);
  else
    sum_bytes (sum, frame);
  return g_strdup_printf ("at %" GST_TIME_FORMAT ": %s",
      GST_TIME_ARGS (GST_BUFFER_PTS (frame)), g_checksum_get_string (sum));
}
