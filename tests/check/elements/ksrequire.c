/* ksallocator: the property require in every mode, against every way to miss what was agreed.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksharness.h"

#define RGB_CAPS "video/x-raw,format=RGB,width=321,height=20,framerate=30/1"
#define RGB_TIGHT (321 * 3)
#define RGB_DEFAULT 964
#define RGB_PADDED 1024
#define PTS (7 * GST_SECOND)

static GstBuffer *
make_plain (gsize size)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  for (gsize i = 0; i < map.size; i++)
    map.data[i] = i * 7 + i / 251;
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = PTS;
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_MARKER);
  return buffer;
}

static GstBuffer *
make_frame (void)
{
  return make_plain (I420_SIZE);
}

static GstBuffer *
make_misaligned (void)
{
  GstAllocationParams params;
  GstBuffer *large, *buffer;

  gst_allocation_params_init (&params);
  params.align = 4095;
  large = gst_buffer_new_allocate (NULL, I420_SIZE + 64, &params);
  gst_buffer_memset (large, 0, 3, -1);
  buffer = gst_buffer_copy_region (large, GST_BUFFER_COPY_MEMORY, 64,
      I420_SIZE);
  gst_buffer_unref (large);
  GST_BUFFER_PTS (buffer) = PTS;
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_MARKER);
  return buffer;
}

static GstBuffer *
make_pieces (void)
{
  GstBuffer *buffer = make_plain (1000);

  return gst_buffer_append (buffer, make_plain (I420_SIZE - 1000));
}

static GstBuffer *
make_longer (void)
{
  return make_plain (I420_SIZE + 64);
}

static GstBuffer *
make_padded_rows (void)
{
  gsize offset[GST_VIDEO_MAX_PLANES] = { 0, 384 * 240, 384 * 240 + 192 * 120 };
  gint stride[GST_VIDEO_MAX_PLANES] = { 384, 192, 192 };
  GstBuffer *buffer = make_plain (384 * 240 * 3 / 2);

  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_FORMAT_I420, 320, 240, 3, offset, stride);
  return buffer;
}

typedef struct
{
  const gchar *name;
  const gchar *properties;
  GstBuffer *(*make) (void);
  const gchar *says;            /* part of what is said of the miss */
} MissRow;

static const MissRow miss_rows[] = {
  {"kind", "memory=shared", make_frame, "not shared"},
  {"address", "align=4096", make_misaligned, "multiple of 4096"},
  {"pieces", "", make_pieces, "2 pieces"},
  {"size", "size=115200", make_longer, "115264 bytes"},
  {"prefix", "framing=\"system, prefix=64\"", make_frame, "before it"},
  {"padding", "framing=\"system, padding=4096\"", make_frame, "after it"},
  {"stride", "framing=\"system, stride=256../256\"", make_frame,
      "rows of 320"},
  {"layout", "layout=packed", make_padded_rows, "rows of 384"},
};

static void
init_with (Asker * asker, const MissRow * row, const gchar * require)
{
  g_autofree gchar *properties =
      g_strdup_printf ("%s require=%s", row->properties, require);

  asker_init (asker, properties, DOWNSTREAM_VIDEO_META);
  gst_harness_set_src_caps_str (asker->harness, I420_CAPS);
}

static void
assert_same_picture (const gchar * name, const gchar * text, GstBuffer * a,
    GstBuffer * b)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  GstVideoFrame fa, fb;
  GstVideoInfo info;

  fail_unless (gst_video_info_from_caps (&info, caps));
  fail_unless (gst_video_frame_map (&fa, &info, a, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&fb, &info, b, GST_MAP_READ));
  for (guint p = 0; p < GST_VIDEO_FRAME_N_PLANES (&fa); p++) {
    gsize row = GST_VIDEO_FRAME_COMP_WIDTH (&fa, p)
        * GST_VIDEO_FRAME_COMP_PSTRIDE (&fa, p);

    for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (&fa, p); y++)
      fail_unless (memcmp ((guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&fa, p)
              + y * GST_VIDEO_FRAME_PLANE_STRIDE (&fa, p),
              (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&fb, p)
              + y * GST_VIDEO_FRAME_PLANE_STRIDE (&fb, p), row) == 0,
          "%s: plane %u, row %d differs", name, p, y);
  }
  gst_video_frame_unmap (&fa);
  gst_video_frame_unmap (&fb);
}

GST_START_TEST (test_off_passes)
{
  const MissRow *row = &miss_rows[__i__];
  GstBuffer *in = row->make (), *out;
  Asker asker;

  init_with (&asker, row, "off");
  out = gst_harness_push_and_pull (asker.harness, gst_buffer_ref (in));
  fail_unless (out == in, "%s: another buffer", row->name);
  fail_unless_equals_uint64 (asker_stat (&asker, "unmet"), 0);
  gst_buffer_unref (in);
  gst_buffer_unref (out);
  asker_clear (&asker);
}

GST_END_TEST;

GST_START_TEST (test_warn_passes_and_says_so_once)
{
  const MissRow *row = &miss_rows[__i__];
  Asker asker;

  init_with (&asker, row, "warn");
  for (guint i = 0; i < 3; i++) {
    GstBuffer *in = row->make ();
    GstBuffer *out =
        gst_harness_push_and_pull (asker.harness, gst_buffer_ref (in));

    fail_unless (out == in, "%s: another buffer", row->name);
    gst_buffer_unref (in);
    gst_buffer_unref (out);
  }
  asker_expect (&asker, GST_MESSAGE_WARNING, GST_STREAM_ERROR,
      GST_STREAM_ERROR_FORMAT, row->says);
  asker_none (&asker, GST_MESSAGE_WARNING);
  fail_unless_equals_uint64 (asker_stat (&asker, "unmet"), 3);
  asker_clear (&asker);
}

GST_END_TEST;

GST_START_TEST (test_error_stops)
{
  const MissRow *row = &miss_rows[__i__];
  Asker asker;

  init_with (&asker, row, "error");
  fail_unless_equals_int (gst_harness_push (asker.harness, row->make ()),
      GST_FLOW_ERROR);
  asker_expect (&asker, GST_MESSAGE_ERROR, GST_STREAM_ERROR,
      GST_STREAM_ERROR_FORMAT, row->says);
  fail_unless_equals_int (gst_harness_push (asker.harness, row->make ()),
      GST_FLOW_ERROR);
  asker_none (&asker, GST_MESSAGE_ERROR);
  asker_clear (&asker);
}

GST_END_TEST;

/* The copy is what was agreed: a second ksallocator that insists lets it pass. */
GST_START_TEST (test_copy_makes_it_true)
{
  const MissRow *row = &miss_rows[__i__];
  GstBuffer *in = row->make (), *out;
  Asker asker, judge;

  init_with (&asker, row, "copy");
  out = gst_harness_push_and_pull (asker.harness, gst_buffer_ref (in));
  fail_unless (out != in, "%s: not copied", row->name);
  assert_same_picture (row->name, I420_CAPS, in, out);
  fail_unless_equals_uint64 (GST_BUFFER_PTS (out), PTS);
  fail_unless (GST_BUFFER_FLAG_IS_SET (out, GST_BUFFER_FLAG_MARKER));
  fail_unless_equals_uint64 (asker_stat (&asker, "copied"), 1);
  fail_unless_equals_uint64 (asker_stat (&asker, "unmet"), 1);
  asker_none (&asker, GST_MESSAGE_ERROR);

  init_with (&judge, row, "error");
  fail_unless (gst_harness_push (judge.harness, out) == GST_FLOW_OK,
      "%s: the copy is refused", row->name);
  gst_buffer_unref (in);
  asker_clear (&judge);
  asker_clear (&asker);
}

GST_END_TEST;

/* Frames of the pool that was offered are not touched. */
GST_START_TEST (test_offered_frames_pass)
{
  const MissRow *row = &miss_rows[__i__];
  GstBuffer *in = NULL, *out;
  Asker asker;

  init_with (&asker, row, "copy");
  asker_ask (&asker, I420_CAPS, TRUE);
  fail_unless (gst_buffer_pool_set_active (asker.pool, TRUE));
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (asker.pool, &in,
          NULL), GST_FLOW_OK);
  out = gst_harness_push_and_pull (asker.harness, gst_buffer_ref (in));
  fail_unless (out == in, "%s: not the frame itself", row->name);
  fail_unless_equals_uint64 (asker_stat (&asker, "copied"), 0);
  gst_buffer_unref (in);
  gst_buffer_unref (out);
  gst_buffer_pool_set_active (asker.pool, FALSE);
  asker_clear (&asker);
}

GST_END_TEST;

/* Every buffer of a list is looked at. */
GST_START_TEST (test_list_is_copied)
{
  const MissRow *row = &miss_rows[__i__];
  GstBufferList *list = gst_buffer_list_new ();
  Asker asker;

  init_with (&asker, row, "copy");
  for (guint i = 0; i < 3; i++)
    gst_buffer_list_add (list, row->make ());
  fail_unless_equals_int (gst_pad_push_list (asker.harness->srcpad, list),
      GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_buffers_in_queue (asker.harness), 3);
  fail_unless_equals_uint64 (asker_stat (&asker, "copied"), 3);
  asker_clear (&asker);
}

GST_END_TEST;

GST_START_TEST (test_bytes_are_copied)
{
  GstBuffer *in = make_plain (5000), *out;
  GstMapInfo map;
  Asker asker;

  asker_init (&asker, "memory=shared align=4096 require=copy",
      DOWNSTREAM_SILENT);
  gst_harness_set_src_caps_str (asker.harness, AUDIO_CAPS);
  out = gst_harness_push_and_pull (asker.harness, gst_buffer_ref (in));
  fail_unless (out != NULL && out != in);
  fail_unless (gst_buffer_map (in, &map, GST_MAP_READ));
  fail_unless_equals_uint64 (gst_buffer_get_size (out), map.size);
  fail_unless_equals_int (gst_buffer_memcmp (out, 0, map.data, map.size), 0);
  gst_buffer_unmap (in, &map);
  fail_unless_equals_string (gst_ks_allocator_peek_kind (gst_buffer_peek_memory
          (out, 0)->allocator), "shared");
  fail_unless_equals_uint64 (asker_stat (&asker, "handed-out"), 1);
  gst_buffer_unref (in);
  gst_buffer_unref (out);
  fail_unless_equals_uint64 (asker_stat (&asker, "handed-out"), 0);
  fail_unless_equals_uint64 (asker_stat (&asker, "fresh")
      + asker_stat (&asker, "reused"), 1);
  asker_clear (&asker);
}

GST_END_TEST;

/* A buffer that is shorter than its caps say is an error, not an overrun. */
GST_START_TEST (test_short_buffer)
{
  Asker asker;

  asker_init (&asker, "memory=shared require=copy", DOWNSTREAM_SILENT);
  gst_harness_set_src_caps_str (asker.harness, I420_CAPS);
  fail_unless_equals_int (gst_harness_push (asker.harness, make_plain (100)),
      GST_FLOW_ERROR);
  asker_expect (&asker, GST_MESSAGE_ERROR, GST_STREAM_ERROR,
      GST_STREAM_ERROR_FORMAT, "100 bytes");
  asker_clear (&asker);
}

GST_END_TEST;

/* Empty buffers (gaps) have nothing to check. */
GST_START_TEST (test_empty_buffer_passes)
{
  Asker asker;

  asker_init (&asker, "memory=shared require=error", DOWNSTREAM_SILENT);
  gst_harness_set_src_caps_str (asker.harness, I420_CAPS);
  fail_unless_equals_int (gst_harness_push (asker.harness, gst_buffer_new ()),
      GST_FLOW_OK);
  asker_clear (&asker);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  Downstream downstream;
  gint in;                      /* bytes a row; of a GstVideoMeta unless default */
  gint out;                     /* bytes a row */
  gboolean copied;
} PackRow;

static const PackRow pack_rows[] = {
  {"default-to-tight", DOWNSTREAM_VIDEO_META, RGB_DEFAULT, RGB_TIGHT, TRUE},
  {"padded-to-tight", DOWNSTREAM_VIDEO_META, RGB_PADDED, RGB_TIGHT, TRUE},
  {"tight-stays", DOWNSTREAM_VIDEO_META, RGB_TIGHT, RGB_TIGHT, FALSE},
  {"silent-default-to-tight", DOWNSTREAM_SILENT, RGB_DEFAULT, RGB_TIGHT, TRUE},
  {"silent-tight-stays", DOWNSTREAM_SILENT, RGB_TIGHT, RGB_TIGHT, FALSE},
  {"default-stays", DOWNSTREAM_EMPTY, RGB_DEFAULT, RGB_DEFAULT, FALSE},
  {"padded-to-default", DOWNSTREAM_EMPTY, RGB_PADDED, RGB_DEFAULT, TRUE},
  {"tight-to-default", DOWNSTREAM_EMPTY, RGB_TIGHT, RGB_DEFAULT, TRUE},
};

static GstBuffer *
make_rows (gint stride)
{
  gsize offset[GST_VIDEO_MAX_PLANES] = { 0 };
  gint strides[GST_VIDEO_MAX_PLANES] = { stride };
  GstBuffer *buffer = make_plain (stride * 20);

  if (stride != RGB_DEFAULT)
    gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
        GST_VIDEO_FORMAT_RGB, 321, 20, 1, offset, strides);
  return buffer;
}

/* Rows are moved, not relabelled; who knows no GstVideoMeta gets default rows. */
GST_START_TEST (test_packed)
{
  const PackRow *row = &pack_rows[__i__];
  GstBuffer *in = make_rows (row->in), *out;
  GstVideoMeta *meta;
  Asker asker;

  asker_init (&asker, "layout=packed require=copy", row->downstream);
  gst_harness_set_src_caps_str (asker.harness, RGB_CAPS);
  out = gst_harness_push_and_pull (asker.harness, gst_buffer_ref (in));
  fail_unless (out != NULL, row->name);
  fail_unless ((out != in) == row->copied, "%s: copied or not", row->name);
  meta = gst_buffer_get_video_meta (out);
  fail_unless_equals_int (meta ? meta->stride[0] : RGB_DEFAULT, row->out);
  fail_unless_equals_uint64 (gst_buffer_get_size (out), row->out * 20);
  assert_same_picture (row->name, RGB_CAPS, in, out);
  gst_buffer_unref (in);
  gst_buffer_unref (out);
  asker_clear (&asker);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  const gchar *properties;
  Downstream downstream;
  gint stride;
  const gchar *layout;          /* how it is described */
} RowsRow;

static const RowsRow rows_rows[] = {
  {"packed", "layout=packed", DOWNSTREAM_VIDEO_META, RGB_TIGHT, "packed"},
  {"packed-silent", "layout=packed", DOWNSTREAM_SILENT, RGB_TIGHT, "packed"},
  {"packed-blind", "layout=packed", DOWNSTREAM_EMPTY, RGB_DEFAULT, "default"},
  {"stride", "framing=\"system, stride=256../256\"", DOWNSTREAM_VIDEO_META,
      RGB_PADDED, "any"},
  {"stride-blind", "framing=\"system, stride=256../256\"", DOWNSTREAM_EMPTY,
      RGB_DEFAULT, "default"},
};

/* What the offered pool makes of rows, and what is said of them. */
GST_START_TEST (test_offered_rows)
{
  const RowsRow *row = &rows_rows[__i__];
  GstBuffer *buffer = NULL;
  GstVideoMeta *meta;
  Asker asker;

  asker_init (&asker, row->properties, row->downstream);
  asker_ask (&asker, RGB_CAPS, TRUE);
  fail_unless (GST_IS_KS_POOL (asker.pool));
  fail_unless (g_str_has_prefix (asker_field (&asker, "layout"), row->layout),
      "%s: %s", row->name, asker_field (&asker, "layout"));
  fail_unless (gst_buffer_pool_set_active (asker.pool, TRUE));
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (asker.pool, &buffer,
          NULL), GST_FLOW_OK);
  meta = gst_buffer_get_video_meta (buffer);
  fail_unless_equals_int (meta ? meta->stride[0] : RGB_DEFAULT, row->stride);
  gst_buffer_unref (buffer);
  gst_buffer_pool_set_active (asker.pool, FALSE);
  asker_clear (&asker);
}

GST_END_TEST;

typedef struct
{
  const gchar *format;
  const gchar *properties;
  gsize row;                    /* bytes of a row of 33 pixels, the last one odd */
} FormatRow;

static const FormatRow format_rows[] = {
  {"YUY2", "memory=shared", 68},
  {"UYVY", "memory=shared", 68},
  {"v216", "memory=shared", 136},
  {"Y210", "memory=shared", 136},
};

/* Not a byte of a row is lost, also where pixels share some. */
GST_START_TEST (test_copy_of_odd_rows)
{
  const FormatRow *row = &format_rows[__i__];
  g_autofree gchar *text =
      g_strdup_printf ("video/x-raw,format=%s,width=33,height=6,framerate=30/1",
      row->format);
  g_autofree gchar *properties =
      g_strconcat (row->properties, " require=copy", NULL);
  GstBuffer *in = make_plain (row->row * 6), *out;
  GstMapInfo a, b;
  Asker asker;

  asker_init (&asker, properties, DOWNSTREAM_VIDEO_META);
  gst_harness_set_src_caps_str (asker.harness, text);
  out = gst_harness_push_and_pull (asker.harness, gst_buffer_ref (in));
  fail_unless (out != NULL && out != in, "%s: not copied", row->format);
  fail_unless (gst_buffer_map (in, &a, GST_MAP_READ));
  fail_unless (gst_buffer_map (out, &b, GST_MAP_READ));
  fail_unless_equals_uint64 (b.size, a.size);
  fail_unless (memcmp (a.data, b.data, a.size) == 0, "%s: differs",
      row->format);
  gst_buffer_unmap (out, &b);
  gst_buffer_unmap (in, &a);
  gst_buffer_unref (in);
  gst_buffer_unref (out);
  asker_clear (&asker);
}

GST_END_TEST;

static void
assert_same_last_plane (const gchar * name, const GstVideoInfo * info,
    GstBuffer * a, GstBuffer * b)
{
  guint last = GST_VIDEO_INFO_N_PLANES (info) - 1;
  gsize size = info->size - info->offset[last];
  GstVideoFrame fa, fb;

  fail_unless (gst_video_frame_map (&fa, info, a, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&fb, info, b, GST_MAP_READ));
  fail_unless (memcmp (fa.data[last], fb.data[last], size) == 0,
      "%s: differs", name);
  gst_video_frame_unmap (&fb);
  gst_video_frame_unmap (&fa);
}

static const gchar *const rowless[] = { "RGB8P", "NV12_4L4", "NV12_64Z32" };

/* A range of strides is no obstacle to planes that have none. */
GST_START_TEST (test_stride_of_rowless_planes)
{
  g_autofree gchar *text =
      g_strdup_printf
      ("video/x-raw,format=%s,width=64,height=32,framerate=30/1",
      rowless[__i__]);
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  GstBuffer *in, *out;
  GstVideoInfo info;
  Asker asker;

  fail_unless (gst_video_info_from_caps (&info, caps));
  in = make_plain (GST_VIDEO_INFO_SIZE (&info));
  asker_init (&asker, "framing=\"shared, stride=256../256\" require=copy",
      DOWNSTREAM_VIDEO_META);
  gst_harness_set_src_caps_str (asker.harness, text);
  out = gst_harness_push_and_pull (asker.harness, gst_buffer_ref (in));
  fail_unless (out != NULL && out != in, "%s: not copied", rowless[__i__]);
  assert_same_last_plane (rowless[__i__], &info, in, out);
  gst_buffer_unref (in);
  gst_buffer_unref (out);
  asker_clear (&asker);
}

GST_END_TEST;

static const gchar *const other_caps[] = { NULL, RGB_CAPS, AUDIO_CAPS };

/* A question for other caps (a funnel lets each of its streams ask) changes
 * nothing for the frames of these. */
GST_START_TEST (test_question_for_other_caps)
{
  GstBuffer *in = make_padded_rows (), *out;
  GstVideoMeta *meta;
  Asker asker;

  asker_init (&asker, "layout=packed require=copy", DOWNSTREAM_VIDEO_META);
  gst_harness_set_src_caps_str (asker.harness, I420_CAPS);
  asker_ask (&asker, I420_CAPS, TRUE);
  asker_ask (&asker, other_caps[__i__], TRUE);
  out = gst_harness_push_and_pull (asker.harness, gst_buffer_ref (in));
  fail_unless (out != NULL && out != in, "not copied");
  meta = gst_buffer_get_video_meta (out);
  fail_unless_equals_int (meta ? meta->stride[0] : 320, 320);
  assert_same_picture ("other caps", I420_CAPS, in, out);
  asker_none (&asker, GST_MESSAGE_ERROR);
  gst_buffer_unref (in);
  gst_buffer_unref (out);
  asker_clear (&asker);
}

GST_END_TEST;

static gboolean
flush_and_refuse (GstPad * pad, GstObject * parent, GstQuery * query)
{
  g_autoptr (GstPad) peer = NULL;

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return gst_pad_query_default (pad, parent, query);
  peer = gst_pad_get_peer (pad);
  gst_pad_push_event (peer, gst_event_new_flush_start ());
  return FALSE;
}

/* A flush that comes while we ask is a flush, not an error. */
GST_START_TEST (test_flush_during_own_question)
{
  Asker asker;

  asker_init (&asker, "memory=shared require=copy", DOWNSTREAM_SILENT);
  gst_harness_set_src_caps_str (asker.harness, I420_CAPS);
  gst_pad_set_query_function (asker.harness->sinkpad, flush_and_refuse);
  fail_unless_equals_int (gst_harness_push (asker.harness, make_frame ()),
      GST_FLOW_FLUSHING);
  asker_none (&asker, GST_MESSAGE_ERROR);
  asker_clear (&asker);
}

GST_END_TEST;

static Suite *
ksrequire_suite (void)
{
  Suite *s = suite_create ("ksrequire");
  TCase *tc = tcase_create ("modes");
  gint n = G_N_ELEMENTS (miss_rows);

  gst_ks_init ();
  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_off_passes, 0, n);
  tcase_add_loop_test (tc, test_warn_passes_and_says_so_once, 0, n);
  tcase_add_loop_test (tc, test_error_stops, 0, n);
  tcase_add_loop_test (tc, test_copy_makes_it_true, 0, n);
  tcase_add_loop_test (tc, test_offered_frames_pass, 0, n);
  tcase_add_loop_test (tc, test_list_is_copied, 0, n);
  tcase_add_test (tc, test_bytes_are_copied);
  tcase_add_loop_test (tc, test_question_for_other_caps, 0,
      G_N_ELEMENTS (other_caps));
  tcase_add_test (tc, test_flush_during_own_question);
  tcase_add_test (tc, test_short_buffer);
  tcase_add_test (tc, test_empty_buffer_passes);

  tc = tcase_create ("rows");
  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_packed, 0, G_N_ELEMENTS (pack_rows));
  tcase_add_loop_test (tc, test_offered_rows, 0, G_N_ELEMENTS (rows_rows));
  tcase_add_loop_test (tc, test_stride_of_rowless_planes, 0,
      G_N_ELEMENTS (rowless));
  tcase_add_loop_test (tc, test_copy_of_odd_rows, 0,
      G_N_ELEMENTS (format_rows));
  return s;
}

GST_CHECK_MAIN (ksrequire);
