/* ksupload and ksdownload between random bytes and what comes out of them.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/kscheck/gstkscheck.h>
#include <gst/ks/gstks.h>
#include <gst/video/video.h>

#define AUDIO_CAPS "audio/x-raw,format=S16LE,rate=48000,channels=2,layout=interleaved"
#define ENCODED_CAPS "application/x-octets"
#define VIDEO_CAPS(format, width, height) "video/x-raw,format=" format ",width=" G_STRINGIFY (width) ",height=" G_STRINGIFY (height) ",framerate=30/1"
#define PTS (7 * GST_SECOND)
#define TRANSFER_SEED 0x6b73

typedef struct
{
  GstHarness *harness;
  GstElement *up;               /* NULL: there is none */
  GstElement *down;
  GstBus *bus;
  GQueue said;                  /* messages taken off the bus, not yet looked at */
  GstCaps *caps;                /* that go in */
  GstVideoInfo info;            /* of them; format UNKNOWN: no raw video */
} Chain;

/* How the memory of a source frame is. */
typedef enum
{
  SOURCE_ALIGNED,               /* one block at a multiple of 64 */
  SOURCE_MISALIGNED,            /* one block that is not */
  SOURCE_PIECES,                /* several blocks */
  SOURCE_PADDED,                /* rows and planes where no caps say */
  N_SOURCES
} Source;

static inline gboolean
chain_is_video (const Chain *chain)
{
  return GST_VIDEO_INFO_FORMAT (&chain->info) != GST_VIDEO_FORMAT_UNKNOWN;
}

static inline void
chain_set_caps (Chain *chain, const gchar *text)
{
  GstCaps *caps = gst_caps_from_string (text);

  gst_caps_replace (&chain->caps, caps);
  if (!g_str_has_prefix (text, "video/x-raw") || !gst_video_info_from_caps (&chain->info, caps))
    gst_video_info_init (&chain->info);
  gst_harness_set_src_caps (chain->harness, caps);
}

/* caps: NULL: none yet. Elements are named up and down. */
static inline void
chain_init (Chain *chain, const gchar *launch, const gchar *caps)
{
  *chain = (Chain) { gst_harness_new_parse (launch), };
  g_queue_init (&chain->said);
  gst_video_info_init (&chain->info);
  chain->up = gst_bin_get_by_name (GST_BIN (chain->harness->element), "up");
  chain->down = gst_bin_get_by_name (GST_BIN (chain->harness->element), "down");
  chain->bus = gst_bus_new ();
  gst_element_set_bus (chain->harness->element, chain->bus);
  if (caps)
    chain_set_caps (chain, caps);
}

static inline void
chain_clear (Chain *chain)
{
  gst_clear_object (&chain->up);
  gst_clear_object (&chain->down);
  gst_element_set_bus (chain->harness->element, NULL);
  gst_harness_teardown (chain->harness);
  gst_bus_set_flushing (chain->bus, TRUE);
  g_queue_clear_full (&chain->said, (GDestroyNotify) gst_message_unref);
  gst_clear_object (&chain->bus);
  gst_clear_caps (&chain->caps);
}

/* A text field of the property negotiated, "" where there is none. */
static inline const gchar *
chain_field (GstElement *element, const gchar *field)
{
  g_autoptr (GstStructure) negotiated = NULL;
  const gchar *text = NULL;

  g_object_get (element, "negotiated", &negotiated, NULL);
  if (negotiated)
    text = gst_structure_get_string (negotiated, field);
  return text ? g_intern_string (text) : "";
}

static inline guint64
chain_stat (GstElement *element, const gchar *field)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 count = 0;

  g_object_get (element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, field, &count), "no field %s", field);
  return count;
}

/* Takes the first message of the type and, for element messages, the name; the
 * others stay. */
static inline GstMessage *
chain_take (Chain *chain, GstMessageType type, const gchar *name)
{
  GstMessage *message;

  while ((message = gst_bus_pop (chain->bus)))
    g_queue_push_tail (&chain->said, message);
  for (GList *l = chain->said.head; l; l = l->next) {
    message = l->data;
    if (GST_MESSAGE_TYPE (message) != type || (name && !gst_message_has_name (message, name)))
      continue;
    g_queue_delete_link (&chain->said, l);
    return message;
  }
  return NULL;
}

/* The text of the first error or warning; NULL: there is none. Free it. */
static inline gchar *
chain_pop (Chain *chain, GstMessageType type)
{
  g_autoptr (GstMessage) message = chain_take (chain, type, NULL);
  g_autoptr (GError) error = NULL;

  if (message == NULL)
    return NULL;
  if (type == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else
    gst_message_parse_warning (message, &error, NULL);
  return g_strdup (error->message);
}

/* Takes all element messages of the name. */
static inline guint
chain_count (Chain *chain, const gchar *name)
{
  GstMessage *message;
  guint n = 0;

  while ((message = chain_take (chain, GST_MESSAGE_ELEMENT, name))) {
    gst_message_unref (message);
    n++;
  }
  return n;
}

static inline GstMemory *
source_memory (gsize size, gsize offset)
{
  GstAllocationParams params;
  GstMemory *memory;

  gst_allocation_params_init (&params);
  params.align = 63;
  memory = gst_allocator_alloc (NULL, size + offset, &params);
  gst_memory_resize (memory, offset, size);
  return memory;
}

static inline GstBuffer *
source_padded (const Chain *chain)
{
  GstVideoInfo info = chain->info;
  GstBuffer *buffer = gst_buffer_new ();
  gsize at = 48;

  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (&info); p++) {
    gint comp[GST_VIDEO_MAX_COMPONENTS];

    gst_video_format_info_component (info.finfo, p, comp);
    info.stride[p] += 32;
    info.offset[p] = at;
    at += (gsize) info.stride[p] * GST_VIDEO_INFO_COMP_HEIGHT (&info, comp[0]) + 16;
  }
  gst_buffer_append_memory (buffer, source_memory (at, 0));
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE, info.finfo->format, info.width, info.height, info.finfo->n_planes, info.offset, info.stride);
  return buffer;
}

/* size: bytes, where it is no raw video. */
static inline GstBuffer *
source_frame (const Chain *chain, Source source, gsize size, GRand *rand)
{
  GstBuffer *buffer;
  GstMapInfo map;

  if (chain_is_video (chain))
    size = chain->info.size;
  if (source == SOURCE_PADDED && chain_is_video (chain)) {
    buffer = source_padded (chain);
  } else {
    gsize first = source == SOURCE_PIECES && size > 1 ? size / 3 + 1 : size;

    buffer = gst_buffer_new ();
    gst_buffer_append_memory (buffer, source_memory (first, source == SOURCE_MISALIGNED ? 8 : 0));
    if (first < size)
      gst_buffer_append_memory (buffer, source_memory (size - first, 0));
  }
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  for (gsize i = 0; i < map.size; i++)
    map.data[i] = g_rand_int (rand);
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = PTS;
  GST_BUFFER_DURATION (buffer) = GST_SECOND;
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_MARKER);
  return buffer;
}

/* Bytes of a row that are picture. */
static inline gsize
row_bytes (const GstVideoFrame *frame, guint plane)
{
  const GstVideoFormatInfo *finfo = frame->info.finfo;
  gsize bytes = 0;

  for (guint c = 0; c < finfo->n_components; c++) {
    gsize end = (gsize) (GST_VIDEO_FRAME_COMP_WIDTH (frame, c) - 1) * finfo->pixel_stride[c] + finfo->poffset[c] + (finfo->depth[c] + 7) / 8;

    if (finfo->plane[c] == plane)
      bytes = MAX (bytes, end);
  }
  return bytes;
}

static inline gint
plane_rows (const GstVideoFrame *frame, guint plane)
{
  gint comp[GST_VIDEO_MAX_COMPONENTS];

  gst_video_format_info_component (frame->info.finfo, plane, comp);
  return GST_VIDEO_FRAME_COMP_HEIGHT (frame, comp[0]);
}

static inline void
assert_same_picture (const Chain *chain, GstBuffer *a, GstBuffer *b, const gchar *what)
{
  GstVideoFrame fa, fb;

  fail_unless (gst_video_frame_map (&fa, &chain->info, a, GST_MAP_READ), "%s", what);
  fail_unless (gst_video_frame_map (&fb, &chain->info, b, GST_MAP_READ), "%s", what);
  for (guint p = 0; p < GST_VIDEO_FRAME_N_PLANES (&fa); p++) {
    for (gint y = 0; y < plane_rows (&fa, p); y++)
      fail_unless (memcmp ((guint8 *) fa.data[p] + y * GST_VIDEO_FRAME_PLANE_STRIDE (&fa, p),
              (guint8 *) fb.data[p] + y * GST_VIDEO_FRAME_PLANE_STRIDE (&fb, p), row_bytes (&fa, p)) == 0, "%s: plane %u, row %d", what, p, y);
  }
  gst_video_frame_unmap (&fb);
  gst_video_frame_unmap (&fa);
}

static inline void
assert_same_bytes (GstBuffer *a, GstBuffer *b, const gchar *what)
{
  GstMapInfo map;

  fail_unless_equals_uint64 (gst_buffer_get_size (a), gst_buffer_get_size (b));
  fail_unless (gst_buffer_map (a, &map, GST_MAP_READ));
  fail_unless (gst_buffer_memcmp (b, 0, map.data, map.size) == 0, "%s", what);
  gst_buffer_unmap (a, &map);
}

static inline void
assert_same (const Chain *chain, GstBuffer *a, GstBuffer *b, const gchar *what)
{
  if (chain_is_video (chain))
    assert_same_picture (chain, a, b, what);
  else
    assert_same_bytes (a, b, what);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (b), GST_BUFFER_PTS (a));
  fail_unless_equals_uint64 (GST_BUFFER_DURATION (b), GST_BUFFER_DURATION (a));
  fail_unless (GST_BUFFER_FLAG_IS_SET (b, GST_BUFFER_FLAG_MARKER), "%s", what);
}

/* Pushes a frame and compares it with what comes out. */
static inline void
chain_round_trip (Chain *chain, Source source, gsize size, GRand *rand, const gchar *what)
{
  g_autoptr (GstBuffer) in = source_frame (chain, source, size, rand);
  g_autoptr (GstBuffer) out = NULL;
  g_autofree gchar *error = NULL;
  GstFlowReturn ret = gst_harness_push (chain->harness, gst_buffer_ref (in));

  error = chain_pop (chain, GST_MESSAGE_ERROR);
  fail_unless (ret == GST_FLOW_OK && error == NULL, "%s: %s: %s", what, gst_flow_get_name (ret), error ? error : "no error");
  out = gst_harness_pull (chain->harness);
  assert_same (chain, in, out, what);
}

/* Downstream says that it looks for rows, and no more. */
static inline GstPadProbeReturn
answer_with_rows (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return GST_PAD_PROBE_HANDLED;
}

static inline void
chain_answer (Chain *chain, GstPadProbeCallback answer)
{
  gst_pad_add_probe (chain->harness->sinkpad, GST_PAD_PROBE_TYPE_PUSH | GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, answer, NULL, NULL);
}

/* Whether a kind makes memory here; says what is skipped. */
static inline gboolean
kind_is_here (const gchar *kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (kind, NULL, &error);
  GstKsRequest request = { .size = 4 * 1024 * 1024 };
  GstMemory *memory = allocator ? gst_ks_allocator_alloc (allocator, &request, &error) : NULL;

  if (memory == NULL) {
    g_print ("SKIP: kind %s: %s\n", kind, error->message);
    return FALSE;
  }
  gst_memory_unref (memory);
  gst_ks_allocator_trim (allocator);
  return TRUE;
}
