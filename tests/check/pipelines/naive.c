/* Programs that take rows for granted: torn pictures without us, right bytes with layout=packed.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The program here knows format, width and height, and reads the bytes of a
 * frame one after the other, as many do. It never looks at a GstVideoMeta, not
 * even where it said that it would. y4menc is such a program in GStreamer.
 *
 * Another one is made like a driver: it programs an engine with an address, the
 * bytes of a row and the number of rows, and takes no others than the engine can.
 */
#include "picture.h"
#include "runner.h"
#include "since.h"

#include <string.h>

#define FRAMES 3
#define GAP 27                  /* bytes behind each row of the source that pads */

typedef enum
{
  SAYS_NOTHING,                 /* no answer to the ALLOCATION query */
  SAYS_META,                    /* it reads GstVideoMeta, which is not true */
  SAYS_CROP                     /* and GstVideoCropMeta, which is not true either */
} Says;

typedef enum
{
  PADS_NOTHING,
  PADS_ROWS,                    /* behind each row, and before each plane */
  PADS_END                      /* behind the last row */
} Pads;

typedef struct
{
  const gchar *name;
  const gchar *needs;           /* elements, separated by spaces */
  const gchar *format;
  guint width, height;          /* pixels, of what the program gets */
  PicturePlane planes[3];
  const gchar *source;          /* behind the caps of the picture; "": nothing */
  Pads pads;                    /* somebody behind it adds bytes to its frames */
  gboolean insists;             /* on its own frames */
  Says says;
  const gchar *program;         /* before it; "": nothing */
  gboolean imports;             /* by address and stride, odd multiples of 256 */
} Row;

#define I420(w, h) "I420", w, h, {{1, 1, 1}, {2, 2, 1}, {2, 2, 1}}
#define NV12(w, h) "NV12", w, h, {{1, 1, 1}, {2, 2, 2}}
#define RGB(w, h) "RGB", w, h, {{1, 1, 3}}
#define VP9 "vp9enc deadline=1 cpu-used=8 threads=1 ! vp9dec"
#define THEORA "theoraenc ! theoradec"
#define MPEG4 "avenc_mpeg4 ! avdec_mpeg4"
#define LARGE_WIDTH 72          /* pixels, of what is cropped */
#define LARGE_HEIGHT 26
#define CROP "videocrop left=18 right=12 top=4 bottom=2"
#define CROP_ROWS "videocrop top=4 bottom=2"

/* *INDENT-OFF* */
static const Row rows[] = {
  /* sources that take the frames they are offered */
  {"rgb", "appsink", RGB (37, 5), ""},
  {"i420", "appsink", I420 (37, 5), ""},
  {"nv12-even", "appsink", NV12 (38, 6), ""},
  {"y4menc-odd", "y4menc", I420 (37, 5), "", PADS_NOTHING, FALSE, SAYS_NOTHING,
      "y4menc !"},
  {"y4menc-even", "y4menc", I420 (322, 6), "", PADS_NOTHING, FALSE, SAYS_NOTHING,
      "y4menc !"},
  /* sources that do not */
  {"padded-rgb", "appsink", RGB (37, 5), "", PADS_ROWS, TRUE},
  {"padded-rgb-even", "appsink", RGB (64, 6), "", PADS_ROWS, TRUE},
  {"padded-i420", "appsink", I420 (37, 5), "", PADS_ROWS, TRUE},
  {"padded-nv12", "appsink", NV12 (64, 6), "", PADS_ROWS, TRUE},
  {"longer", "appsink", RGB (64, 6), "", PADS_END, TRUE},
  {"longer-i420", "appsink", I420 (64, 6), "", PADS_END, TRUE},
  {"padded-y4menc", "y4menc", I420 (64, 6), "", PADS_ROWS, TRUE, SAYS_NOTHING,
      "y4menc !"},
  {"vp9dec", "vp9enc vp9dec", I420 (64, 32), VP9, PADS_NOTHING, TRUE, SAYS_META},
  {"vp9dec-odd", "vp9enc vp9dec", I420 (37, 17), VP9, PADS_NOTHING, TRUE, SAYS_META},
  {"vp9dec-y4menc", "vp9enc vp9dec y4menc", I420 (64, 32), VP9, PADS_NOTHING, TRUE,
      SAYS_NOTHING, "y4menc !"},
  {"avdec", "avenc_mpeg4 avdec_mpeg4", I420 (64, 32), MPEG4, PADS_NOTHING, TRUE,
      SAYS_META},
  {"theoradec-crop", "theoraenc theoradec", I420 (38, 18), THEORA, PADS_NOTHING, TRUE,
      SAYS_CROP},
  {"videocrop", "videocrop", RGB (42, 20), CROP, PADS_NOTHING, TRUE,
      SAYS_CROP},
  {"videocrop-i420", "videocrop", I420 (42, 20), CROP, PADS_NOTHING, TRUE,
      SAYS_CROP},
  {"import", "appsink", NV12 (1000, 18), "", PADS_NOTHING, FALSE, SAYS_META,
      NULL, TRUE},
  {"import-vp9dec", "vp9enc vp9dec videoconvert", NV12 (322, 34),
      "videoconvert ! " VP9 " ! videoconvert ! video/x-raw,format=NV12"
      " ! identity drop-allocation=true", PADS_NOTHING, TRUE, SAYS_META, NULL,
      TRUE},
  {"videocrop-rows", "videocrop", RGB (72, 20), CROP_ROWS, PADS_NOTHING, TRUE,
      SAYS_CROP},
};
/* *INDENT-ON* */

/* --- the source that pads --- */

/* The same picture, with gaps where they shall be. */
static GstBuffer *
pad_rows (GstBuffer * from, const GstVideoInfo * info, const Row * row)
{
  gsize offset[GST_VIDEO_MAX_PLANES] = { 0, }, size = 0;
  gint stride[GST_VIDEO_MAX_PLANES] = { 0, };
  gsize gap = row->pads == PADS_ROWS ? GAP : 0;
  GstVideoFrame a, b;
  GstBuffer *to;

  for (guint p = 0; p < picture_planes (row->planes); p++) {
    stride[p] = picture_row (&row->planes[p], row->width) + gap;
    offset[p] = size + gap;
    size = offset[p] + (gsize) stride[p]
        * picture_rows (&row->planes[p], row->height);
  }
  size += GAP;
  to = gst_buffer_new_allocate (NULL, size, NULL);
  gst_buffer_memset (to, 0, 0xaa, size);
  gst_buffer_add_video_meta_full (to, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_INFO_FORMAT (info), row->width, row->height,
      picture_planes (row->planes), offset, stride);
  fail_unless (gst_video_frame_map (&a, info, from, GST_MAP_READ));
  fail_unless (gst_video_frame_map (&b, info, to, GST_MAP_WRITE));
  fail_unless (gst_video_frame_copy (&b, &a));
  gst_video_frame_unmap (&b);
  gst_video_frame_unmap (&a);
  gst_buffer_copy_into (to, from, GST_BUFFER_COPY_TIMESTAMPS, 0, -1);
  return to;
}

static GstPadProbeReturn
pad_frame (GstPad * pad, GstPadProbeInfo * probe, gpointer row)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstBuffer *from = GST_PAD_PROBE_INFO_BUFFER (probe);
  GstVideoInfo info;

  fail_unless (gst_video_info_from_caps (&info, caps));
  probe->data = pad_rows (from, &info, row);
  gst_buffer_unref (from);
  return GST_PAD_PROBE_OK;
}

/* --- the program --- */

static GstPadProbeReturn
promise (GstPad * pad, GstPadProbeInfo * probe, gpointer data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (probe);
  Says says = GPOINTER_TO_INT (data);

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  if (says == SAYS_CROP)
    gst_query_add_allocation_meta (query, GST_VIDEO_CROP_META_API_TYPE, NULL);
  return GST_PAD_PROBE_HANDLED;
}

/* All of a frame; what a header of y4m says before it is none of it. */
static GBytes *
read_naively (GstBuffer * buffer, gboolean is_y4m)
{
  GstMapInfo map;
  gsize skip = 0;
  GBytes *bytes;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  if (is_y4m) {
    const guint8 *frame = memmem (map.data, map.size, "FRAME\n", 6);

    fail_unless (frame != NULL);
    skip = frame + 6 - map.data;
  }
  bytes = g_bytes_new (map.data + skip, map.size - skip);
  gst_buffer_unmap (buffer, &map);
  return bytes;
}

/* What an engine reads that is told (address, bytes a row, rows) of two planes
 * that lie one behind the other; nothing when it cannot be told so. */
static GBytes *
read_by_stride (GstBuffer * buffer, const Row * row)
{
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  GByteArray *bytes = g_byte_array_new ();
  gsize stride = meta ? (gsize) meta->stride[0] : row->width;
  gsize n_rows = meta ? meta->offset[1] / stride : row->height;
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  if (stride % 512 == 256 && GPOINTER_TO_SIZE (map.data) % 64 == 0) {
    for (guint y = 0; y < row->height; y++)
      g_byte_array_append (bytes, map.data + y * stride, row->width);
    for (guint y = 0; y < row->height / 2; y++)
      g_byte_array_append (bytes, map.data + (n_rows + y) * stride, row->width);
  }
  gst_buffer_unmap (buffer, &map);
  return g_byte_array_free_to_bytes (bytes);
}

typedef struct
{
  const Row *row;
  gboolean knows;               /* it reads the frame as GStreamer says */
  GPtrArray *pictures;          /* GBytes */
} Program;

static GstPadProbeReturn
read_frame (GstPad * pad, GstPadProbeInfo * probe, gpointer data)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (probe);
  Program *program = data;
  const Row *row = program->row;
  GstVideoInfo info;

  if (program->knows)
    fail_unless (gst_video_info_from_caps (&info, caps));
  g_ptr_array_add (program->pictures,
      program->knows ? picture_tight (buffer, &info, row->planes)
      : row->imports ? read_by_stride (buffer, row)
      : read_naively (buffer, row->program != NULL));
  return GST_PAD_PROBE_OK;
}

static void
add_probe (GstElement * pipeline, const gchar * element, const gchar * name,
    GstPadProbeType type, GstPadProbeCallback callback, gpointer data)
{
  g_autoptr (GstElement) found = gst_bin_get_by_name (GST_BIN (pipeline),
      element);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (found, name);

  gst_pad_add_probe (pad, type, callback, data, NULL);
}

static gchar *
line_of (const Row * row, const gchar * middle, gboolean knows)
{
  gboolean crops = row->source && strstr (row->source, "videocrop");

  return g_strdup_printf ("videotestsrc num-buffers=%d pattern=smpte75"
      " ! video/x-raw,format=%s,width=%u,height=%u,framerate=25/1 ! %s %s"
      " identity name=pads ! %s %s appsink name=end sync=false"
      " wait-on-eos=false", FRAMES,
      row->format, crops ? LARGE_WIDTH : row->width,
      crops ? LARGE_HEIGHT : row->height,
      row->source, *row->source ? "!" : "", middle,
      row->program && !knows ? row->program : "");
}

/* What the program reads, and how many copies were made for it. */
static GPtrArray *
read_line (const Row * row, const gchar * middle, gboolean knows,
    guint64 * copied)
{
  g_autofree gchar *line = line_of (row, middle, knows);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  Program program = { row, knows, NULL };
  Run run;

  fail_unless (pipeline != NULL && error == NULL, "%s: %s", line,
      error ? error->message : "");
  gst_object_ref_sink (pipeline);
  program.pictures =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  add_probe (pipeline, "end", "sink", GST_PAD_PROBE_TYPE_BUFFER, read_frame,
      &program);
  if (row->says != SAYS_NOTHING && !knows)
    add_probe (pipeline, "end", "sink", GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM
        | GST_PAD_PROBE_TYPE_PUSH, promise, GINT_TO_POINTER (row->says));
  if (row->pads && !knows)
    add_probe (pipeline, "pads", "src", GST_PAD_PROBE_TYPE_BUFFER, pad_frame,
        (gpointer) row);
  run_pipeline (pipeline, line, FALSE, &run);
  fail_unless (run.eos, "%s: %s", line, run.error ? run.error->message : "");
  fail_unless_equals_int (program.pictures->len, FRAMES);
  *copied = run.stats ? run_count (&run, "copied") : 0;
  run_clear (&run);
  return program.pictures;
}

static gboolean
same (GPtrArray * a, GPtrArray * b)
{
  for (guint i = 0; i < FRAMES; i++) {
    if (!g_bytes_equal (a->pdata[i], b->pdata[i]))
      return FALSE;
  }
  return TRUE;
}

/* Elements that look at rows in newer versions. */
static gboolean
may_have_learnt (const Row * row)
{
  return gst_since (24) && (strstr (row->needs, "y4menc")
      || strstr (row->needs, "theoradec") || strstr (row->needs, "avdec"));
}

static void
expect (const Row * row, GPtrArray * right, const gchar * middle,
    gboolean is_right, guint64 copies)
{
  guint64 copied;
  g_autoptr (GPtrArray) read = read_line (row, middle, FALSE, &copied);

  fail_unless (same (right, read) == is_right || (!is_right
          && may_have_learnt (row)), "%s: %s: %s", row->name, middle,
      is_right ? "torn" : "not torn, so that nothing is shown");
  fail_unless (copied == copies || (copied == 0 && may_have_learnt (row)),
      "%s: %s: %" G_GUINT64_FORMAT " copies", row->name, middle, copied);
}

GST_START_TEST (test_naive_program)
{
  const Row *row = &rows[__i__];
  g_autofree gchar *name = run_missing (row->needs);
  const gchar *rows_wished = row->imports ?
      "framing=\"system, align=64, stride=256../512\"" : "layout=packed";
  g_autofree gchar *wish = g_strdup_printf ("ksallocator name=ks %s !",
      rows_wished);
  g_autofree gchar *insist = g_strdup_printf ("ksallocator name=ks %s"
      " require=copy !", rows_wished);
  g_autoptr (GPtrArray) right = NULL;
  guint64 copied;

  if (name) {
    g_print ("SKIP: %s: no element %s\n", row->name, name);
    return;
  }
  right = read_line (row, "", TRUE, &copied);
  if (row->insists || row->imports || row->width % 4)
    expect (row, right, "", FALSE, 0);
  expect (row, right, wish, !row->insists, 0);
  expect (row, right, insist, TRUE, row->insists ? FRAMES : 0);
}

GST_END_TEST;

static Suite *
naive_suite (void)
{
  Suite *suite = suite_create ("naive");
  TCase *tcase = tcase_create ("rows");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_naive_program, 0, G_N_ELEMENTS (rows));
  return suite;
}

GST_CHECK_MAIN (naive);
