/* How rows lie in frames of stock elements: as wished, with the picture of a line without us, and no copy.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Formats, widths, wishes and consumers are tables, and each is tried with each.
 * What a wish promises is looked for in the frame itself: in its GstVideoMeta,
 * and at the address where it is mapped.
 */
#include "picture.h"
#include "runner.h"

#include <gst/ks/gstks.h>

#define FRAMES 2
#define HEIGHT 5                /* odd, and so is half of it */

typedef struct
{
  const gchar *name;
  PicturePlane planes[3];       /* none: rows of no plain pixels, which keep their length where packed */
} Format;

typedef struct
{
  const gchar *name;
  const gchar *properties;
  gboolean packed;
  guint first, step;            /* legal rows: first + k * step bytes; 0: any */
  gsize align;                  /* bytes: of the block's start */
  gsize planes;                 /* bytes: of the first row of each plane; 0: any */
  gsize prefix, padding;        /* bytes */
} Wish;

typedef struct
{
  const gchar *name;
  const gchar *launch;
  guint n_wishes;               /* the first so many are tried */
  guint least;                  /* pixels: narrower pictures it cannot do without us either */
} Consumer;

typedef struct
{
  const gchar *launch;
  const gchar *format;
  guint width, height;          /* pixels */
} Encoder;

/* *INDENT-OFF* */
static const Format formats[] = {
  {"I420", {{1, 1, 1}, {2, 2, 1}, {2, 2, 1}}},
  {"Y42B", {{1, 1, 1}, {2, 1, 1}, {2, 1, 1}}},
  {"NV12", {{1, 1, 1}, {2, 2, 2}}},
  {"P010_10LE", {{1, 1, 2}, {2, 2, 4}}},
  {"YUY2", {{2, 1, 4}}},
  {"RGB", {{1, 1, 3}}},
  {"BGRA", {{1, 1, 4}}},
  {"GRAY8", {{1, 1, 1}}},
  {"GRAY16_LE", {{1, 1, 2}}},
  {"UYVP", {{0, 0, 0}}},
  {"v210", {{0, 0, 0}}},
};

/* of pixels, or of the pairs of a format that has them: the source leaves the
 * second half of the last pair as it was */
static const guint widths[] = { 1, 37, 320, 4097 };

static const Wish wishes[] = {
  {"packed", "layout=packed", .packed = TRUE, .align = 1},
  {"odd-multiples-of-256", "framing=\"system, align=64, stride=256../512\"",
      .first = 256, .step = 512, .align = 64, .planes = 64},
  {"all-at-once",
      "framing=\"system, align=4096, stride=0../256, prefix=256, padding=100\"",
      .step = 256, .align = 4096, .planes = 256, .prefix = 256, .padding = 100},
  {"packed-and-aligned", "framing=\"system, align=4096\" layout=packed",
      .packed = TRUE, .align = 4096},
  {"rows-of-64", "framing=\"system, align=64, stride=0../64\"", .step = 64,
      .align = 64, .planes = 64},
  {"prefix", "framing=\"system, align=128, prefix=64\"", .align = 128,
      .prefix = 64},
  {"padding", "framing=\"shared, padding=5000\"", .align = 4096, .padding = 5000},
  {"shared-rows", "framing=\"shared, stride=0../32\"", .step = 32, .align = 4096},
};

/* The first one is silent, the others read GstVideoMeta. */
static const Consumer consumers[] = {
  {"fakesink", "identity", G_N_ELEMENTS (wishes)},
  {"fakevideosink", "fakevideosink name=end", 2},
  {"videoconvert", "videoconvert ! video/x-raw,format=AYUV64", 3},
  {"videoscale", "videoscale ! video/x-raw,width=24,height=8", 3, 4},
  {"compositor", "compositor", 3},
};
/* Odd where the encoder takes that. One that needs more than the picture, to
 * fill its blocks, has a picture of whole blocks: jpegenc takes what lies behind
 * a row, which nobody ever wrote. */
static const Encoder encoders[] = {
  {"theoraenc", "I420", 37, 5},
  {"theoraenc", "Y42B", 333, 17},
  {"vp8enc deadline=1 threads=1", "I420", 37, 5},
  {"vp8enc deadline=1 threads=1", "I420", 333, 17},
  {"vp9enc deadline=1 cpu-used=8 threads=1", "I420", 37, 5},
  {"x264enc speed-preset=ultrafast threads=1", "I420", 38, 6},
  {"x264enc speed-preset=ultrafast threads=1", "NV12", 334, 18},
  {"x264enc speed-preset=ultrafast threads=1", "Y42B", 334, 18},
  {"jpegenc", "I420", 48, 32},
  {"jpegenc", "RGB", 48, 32},
  {"jpegenc", "GRAY8", 48, 32},
  {"pngenc", "RGB", 37, 5},
  {"pngenc", "GRAY8", 333, 17},
  {"pnmenc", "RGB", 37, 5},
  {"pnmenc", "GRAY8", 37, 5},
  {"webpenc", "RGB", 33, 17},
};
/* *INDENT-ON* */

/* One line, with us or without. */
typedef struct
{
  const gchar *name;            /* of what is tried, for messages */
  const Format *format;
  guint width, height;          /* pixels */
  const Wish *wish;             /* NULL: the stock line */
  guint frames;                 /* that came by */
  GPtrArray *made;              /* GBytes: pictures behind the source, or behind us */
  GPtrArray *shown;             /* GBytes: pictures at the end */
} Line;

static gchar *
caps_of (const Line * line)
{
  return g_strdup_printf ("video/x-raw,format=%s,width=%u,height=%d,"
      "framerate=25/1", line->format->name, line->width, line->height);
}

/* --- what is looked at --- */

static void
check_stride (const Line * line, const GstVideoMeta * meta, guint plane)
{
  const PicturePlane *known = &line->format->planes[plane];
  const Wish *wish = line->wish;
  guint stride = meta->stride[plane];

  if (wish->step > 0)
    fail_unless (stride >= wish->first
        && (stride - wish->first) % wish->step == 0,
        "%s: rows of %u bytes in plane %u", line->name, stride, plane);
  if (known->bytes == 0)
    return;
  guint row = picture_row (known, line->width);
  if (wish->packed)
    fail_unless_equals_int (stride, row);
  fail_unless (stride >= row);
  /* the smallest that is legal, where GStreamer's own rows are not longer */
  if (wish->step > 4)
    fail_unless (stride < MAX (row, wish->first) + wish->step,
        "%s: rows of %u bytes for %u", line->name, stride, row);
}

/* Planes that are packed begin where the rows before them end. */
static void
check_offsets (const Line * line, const GstVideoMeta * meta)
{
  gsize begin = 0;

  if (!line->wish->packed || line->format->planes[0].bytes == 0)
    return;
  for (guint p = 0; p < meta->n_planes; p++) {
    fail_unless (meta->offset[p] == begin, "%s: plane %u begins at %"
        G_GSIZE_FORMAT ", not at %" G_GSIZE_FORMAT, line->name, p,
        meta->offset[p], begin);
    begin += (gsize) meta->stride[p]
        * picture_rows (&line->format->planes[p], line->height);
  }
}

static void
check_addresses (const Line * line, GstBuffer * buffer,
    const GstVideoMeta * meta)
{
  const Wish *wish = line->wish;
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  fail_unless (((guintptr) map.data - wish->prefix) % wish->align == 0,
      "%s: at %p", line->name, map.data);
  for (guint p = 0; wish->planes > 0 && p < meta->n_planes; p++)
    fail_unless ((guintptr) (map.data + meta->offset[p]) % wish->planes == 0,
        "%s: plane %u at %p", line->name, p, map.data + meta->offset[p]);
  gst_buffer_unmap (buffer, &map);
}

static void
check_room (const Line * line, GstBuffer * buffer)
{
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);
  gsize offset, maxsize;
  gsize size = gst_memory_get_sizes (memory, &offset, &maxsize);

  fail_unless (gst_ks_memory_is_ours (memory), "%s: not ours", line->name);
  fail_unless_equals_int (gst_buffer_n_memory (buffer), 1);
  fail_unless (offset >= line->wish->prefix);
  fail_unless (maxsize - offset - size >= line->wish->padding);
}

static void
check_frame (const Line * line, GstBuffer * buffer, const GstVideoInfo * info)
{
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  GstVideoMeta plain = {.n_planes = GST_VIDEO_INFO_N_PLANES (info) };

  for (guint p = 0; p < plain.n_planes; p++) {
    plain.stride[p] = GST_VIDEO_INFO_PLANE_STRIDE (info, p);
    plain.offset[p] = GST_VIDEO_INFO_PLANE_OFFSET (info, p);
  }
  if (meta == NULL)
    meta = &plain;
  for (guint p = 0; p < meta->n_planes; p++)
    check_stride (line, meta, p);
  check_offsets (line, meta);
  check_addresses (line, buffer, meta);
  check_room (line, buffer);
}

/* FALSE: it is encoded. */
static gboolean
read_caps (GstPad * pad, GstVideoInfo * info)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);

  return gst_structure_has_name (gst_caps_get_structure (caps, 0),
      "video/x-raw") && gst_video_info_from_caps (info, caps);
}

static GstPadProbeReturn
look_at_made (GstPad * pad, GstPadProbeInfo * probe, gpointer data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (probe);
  GstVideoInfo info;
  Line *line = data;

  fail_unless (read_caps (pad, &info));
  line->frames++;
  if (line->wish)
    check_frame (line, buffer, &info);
  g_ptr_array_add (line->made, picture_pixels (buffer, &info));
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
look_at_shown (GstPad * pad, GstPadProbeInfo * probe, gpointer data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (probe);
  GstVideoInfo info;
  GstMapInfo map;
  Line *line = data;

  if (read_caps (pad, &info)) {
    g_ptr_array_add (line->shown, picture_pixels (buffer, &info));
    return GST_PAD_PROBE_OK;
  }
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_ptr_array_add (line->shown, g_bytes_new (map.data, map.size));
  gst_buffer_unmap (buffer, &map);
  return GST_PAD_PROBE_OK;
}

/* --- lines --- */

static void
watch (GstElement * pipeline, const gchar * element, const gchar * name,
    GstPadProbeCallback callback, Line * line)
{
  g_autoptr (GstElement) found = gst_bin_get_by_name (GST_BIN (pipeline),
      element);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (found, name);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, callback, line, NULL);
}

/* Like another one, with @wish. */
static void
line_init (Line * line, const gchar * name, const Line * like,
    const Wish * wish)
{
  *line = (Line) {
  .name = name,.format = like->format,.width = like->width,.height =
        like->height,.wish = wish};
  line->made = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  line->shown = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

static void
line_clear (Line * line)
{
  g_ptr_array_unref (line->made);
  g_ptr_array_unref (line->shown);
}

/* The end is a sink of its own only where the consumer is none. */
static void
line_play (Line * line, const gchar * consumer)
{
  g_autofree gchar *caps = caps_of (line);
  gboolean is_sink = strstr (consumer, "name=end") != NULL;
  g_autofree gchar *text = g_strdup_printf ("videotestsrc num-buffers=%d"
      " pattern=smpte75 ! %s ! %s %s name=ks ! %s%s", FRAMES, caps,
      line->wish ? "ksallocator require=error" : "identity",
      line->wish ? line->wish->properties : "", consumer,
      is_sink ? " sync=false" : " ! fakesink name=end");
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (text, &error);
  Run run;

  fail_unless (pipeline != NULL && error == NULL, "%s: %s", text,
      error ? error->message : "");
  gst_object_ref_sink (pipeline);
  watch (pipeline, "ks", "src", look_at_made, line);
  watch (pipeline, "end", "sink", look_at_shown, line);
  run_pipeline (pipeline, text, FALSE, &run);
  fail_unless (run.eos, "%s: %s", text, run.error ? run.error->message : "");
  fail_unless_equals_int (line->frames, FRAMES);
  if (line->wish) {
    fail_unless_equals_uint64 (run_count (&run, "copied"), 0);
    fail_unless_equals_uint64 (run_count (&run, "unmet"), 0);
    fail_unless_equals_uint64 (run_count (&run, "handed-out"), 0);
  }
  run_clear (&run);
}

static void
assert_same (const gchar * name, const gchar * what, GPtrArray * a,
    GPtrArray * b)
{
  fail_unless (a->len > 0 && a->len == b->len, "%s, %s: %u, not %u", name, what,
      b->len, a->len);
  for (guint i = 0; i < a->len; i++)
    fail_unless (g_bytes_equal (a->pdata[i], b->pdata[i]),
        "%s: picture %u %s is another", name, i, what);
}

/* The line without us, then with each wish. */
static void
try_wishes (const Line * picture, const gchar * launch, guint n_wishes)
{
  Line stock, ours;

  line_init (&stock, picture->name, picture, NULL);
  line_play (&stock, launch);
  for (guint w = 0; w < n_wishes; w++) {
    g_autofree gchar *name = g_strdup_printf ("%s, %s of %u pixels, %s",
        picture->name, picture->format->name, picture->width, wishes[w].name);

    line_init (&ours, name, picture, &wishes[w]);
    line_play (&ours, launch);
    assert_same (name, "behind us", stock.made, ours.made);
    assert_same (name, "at the end", stock.shown, ours.shown);
    line_clear (&ours);
  }
  line_clear (&stock);
}

static void
try_width (const Format * format, guint n, const Consumer * consumer)
{
  const Line picture = {
    .name = consumer->name,.format = format,
    .width = n * MAX (format->planes[0].across, 1),.height = HEIGHT
  };

  try_wishes (&picture, consumer->launch, consumer->n_wishes);
}

GST_START_TEST (test_rows)
{
  const Format *format = &formats[__i__];

  for (guint c = 0; c < G_N_ELEMENTS (consumers); c++)
    for (guint w = 0; w < G_N_ELEMENTS (widths); w++)
      if (widths[w] >= consumers[c].least)
        try_width (format, widths[w], &consumers[c]);
}

GST_END_TEST;

static const Format *
find_format (const gchar * name)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (g_str_equal (formats[i].name, name))
      return &formats[i];
  }
  g_assert_not_reached ();
}

/* What is encoded does not differ by a bit. */
GST_START_TEST (test_encoders)
{
  const Encoder *encoder = &encoders[__i__];
  g_auto (GStrv) words = g_strsplit (encoder->launch, " ", 2);
  g_autofree gchar *missing = run_missing (words[0]);
  const Line picture = {
    .name = words[0],.format = find_format (encoder->format),
    .width = encoder->width,.height = encoder->height
  };

  if (missing)
    g_print ("SKIP: no element %s\n", missing);
  else
    try_wishes (&picture, encoder->launch, 3);
}

GST_END_TEST;

static Suite *
rows_suite (void)
{
  Suite *suite = suite_create ("rows");
  TCase *tcase = tcase_create ("rows");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_rows, 0, G_N_ELEMENTS (formats));
  tcase_add_loop_test (tcase, test_encoders, 0, G_N_ELEMENTS (encoders));
  return suite;
}

GST_CHECK_MAIN (rows);
