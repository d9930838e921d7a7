/* Picture layouts: rows of data, and GStreamer's own arithmetic as the reference.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>
#include <gst/ks/gstkslayout.h>

typedef struct
{
  const gchar *name;
  GstVideoFormat format;
  gint width, height;           /* pixels */
  gboolean packed;
  const gchar *stride;          /* range; NULL: any */
  guint mask;                   /* stride alignment of all planes */
  guint top, bottom, left, right;       /* pixels */
  gint strides[3];              /* 0: fails with error */
  gsize offsets[3];
  gsize size;
  GstKsError error;
} Row;

#define F(name) GST_VIDEO_FORMAT_ ## name

/* *INDENT-OFF* */
static const Row rows[] = {
  {"nv12-as-it-is", F (NV12), 320, 240, FALSE, NULL, 0, 0, 0, 0, 0,
      {320, 320}, {0, 76800}, 115200},
  {"nv12-odd", F (NV12), 5, 3, FALSE, NULL, 0, 0, 0, 0, 0,
      {8, 8}, {0, 32}, 48},
  {"nv12-odd-packed", F (NV12), 5, 3, TRUE, NULL, 0, 0, 0, 0, 0,
      {5, 6}, {0, 15}, 27},
  {"i420-odd", F (I420), 5, 3, FALSE, NULL, 0, 0, 0, 0, 0,
      {8, 4, 4}, {0, 32, 40}, 48},
  {"i420-odd-packed", F (I420), 5, 3, TRUE, NULL, 0, 0, 0, 0, 0,
      {5, 3, 3}, {0, 15, 21}, 27},
  {"i420-odd-packed-with-borders", F (I420), 5, 3, TRUE, NULL, 0, 2, 2, 0, 0,
      {5, 3, 3}, {10, 38, 50}, 59},
  {"rgb-odd", F (RGB), 5, 2, FALSE, NULL, 0, 0, 0, 0, 0, {16}, {0}, 32},
  {"rgb-odd-packed", F (RGB), 5, 2, TRUE, NULL, 0, 0, 0, 0, 0, {15}, {0}, 30},
  {"bgra-packed-is-default", F (BGRA), 7, 3, TRUE, NULL, 0, 0, 0, 0, 0,
      {28}, {0}, 84},
  {"yuy2-odd-packed", F (YUY2), 5, 2, TRUE, NULL, 0, 0, 0, 0, 0,
      {12}, {0}, 24},
  {"gray16-odd-packed", F (GRAY16_LE), 3, 3, TRUE, NULL, 0, 0, 0, 0, 0,
      {6}, {0}, 18},
  {"odd-multiples-of-256-legal", F (NV12), 1280, 720, FALSE, "256../512", 0,
      0, 0, 0, 0, {1280, 1280}, {0, 921600}, 1382400},
  {"odd-multiples-of-256-raised", F (NV12), 1024, 720, FALSE, "256../512", 0,
      0, 0, 0, 0, {1280, 1280}, {0, 921600}, 1382400},
  {"planes-on-their-own", F (I420), 1280, 720, FALSE, "256../512", 0,
      0, 0, 0, 0, {1280, 768, 768}, {0, 921600, 1198080}, 1474560},
  {"one-legal-stride", F (BGRA), 100, 10, FALSE, "512", 0, 0, 0, 0, 0,
      {512}, {0}, 5120},
  {"nv12-pitch", F (NV12), 640, 480, FALSE, "768", 0, 0, 0, 0, 0,
      {768, 768}, {0, 368640}, 552960},
  {"mask", F (BGRA), 100, 10, FALSE, NULL, 63, 0, 0, 0, 0, {448}, {0}, 4480},
  {"mask-and-range", F (BGRA), 100, 10, FALSE, "0../96", 63, 0, 0, 0, 0,
      {576}, {0}, 5760},
  {"padding", F (I420), 320, 240, FALSE, NULL, 0, 16, 8, 32, 64,
      {416, 208, 208}, {6688, 111504, 138960}, 164736},
  {"padding-and-range", F (GRAY8), 8, 2, FALSE, "64", 0, 1, 1, 2, 2,
      {64}, {66}, 256},
  {"packed-drops-left-and-right", F (GRAY8), 5, 2, TRUE, NULL, 63, 1, 0, 2, 2,
      {5}, {5}, 15},
  {"too-wide", F (BGRA), 100, 10, FALSE, "..300", 0, 0, 0, 0, 0,
      {0}, {0}, 0, GST_KS_ERROR_CONFLICT},
  {"packed-not-in-range", F (RGB), 5, 2, TRUE, "0../16", 0, 0, 0, 0, 0,
      {0}, {0}, 0, GST_KS_ERROR_CONFLICT},
  {"mask-not-in-range", F (BGRA), 100, 10, FALSE, "256../512", 511, 0, 0, 0, 0,
      {0}, {0}, 0, GST_KS_ERROR_CONFLICT},
  {"not-a-mask", F (BGRA), 100, 10, FALSE, NULL, 5, 0, 0, 0, 0,
      {0}, {0}, 0, GST_KS_ERROR_INVALID},
  {"padding-too-much", F (GRAY8), 8, 8, FALSE, NULL, 0, G_MAXUINT, 0, 0, 0,
      {0}, {0}, 0, GST_KS_ERROR_OVERFLOW},
};
/* *INDENT-ON* */

static void
limits_from_row (const Row * row, GstKsLayoutLimits * limits)
{
  *limits = (GstKsLayoutLimits) GST_KS_LAYOUT_LIMITS_INIT;
  limits->packed = row->packed;
  if (row->stride)
    fail_unless (gst_ks_range_parse (row->stride, &limits->stride, NULL));
  limits->align.padding_top = row->top;
  limits->align.padding_bottom = row->bottom;
  limits->align.padding_left = row->left;
  limits->align.padding_right = row->right;
  for (guint i = 0; i < GST_VIDEO_MAX_PLANES; i++)
    limits->align.stride_align[i] = row->mask;
}

GST_START_TEST (test_rows)
{
  const Row *row = &rows[__i__];
  GstKsLayoutLimits limits;
  GstVideoInfo info, out;
  g_autoptr (GError) error = NULL;
  gboolean ok;

  limits_from_row (row, &limits);
  gst_video_info_set_format (&info, row->format, row->width, row->height);
  out = info;
  ok = gst_ks_layout_compute (&info, &limits, &out, &error);
  if (row->size == 0) {
    fail_if (ok, "%s", row->name);
    fail_unless (g_error_matches (error, GST_KS_ERROR, row->error), "%s: %s",
        row->name, error->message);
    fail_unless (gst_ks_layout_is_same (&info, &out));
    return;
  }
  fail_unless (ok, "%s: %s", row->name, error ? error->message : "");
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (&out); i++) {
    fail_unless (out.stride[i] == row->strides[i], "%s: stride %u is %d",
        row->name, i, out.stride[i]);
    fail_unless (out.offset[i] == row->offsets[i], "%s: offset %u is %"
        G_GSIZE_FORMAT, row->name, i, out.offset[i]);
  }
  fail_unless (out.size == row->size, "%s: size is %" G_GSIZE_FORMAT,
      row->name, out.size);
}

GST_END_TEST;

static const GstVideoAlignment paddings[] = {
  {0, 0, 0, 0, {0}},
  {16, 8, 32, 64, {0}},
  {2, 0, 0, 2, {0}},
};

/* Whether a plane ends before its last visible row does. */
static gboolean
is_too_small (const GstVideoInfo * info)
{
  guint n = GST_VIDEO_INFO_N_PLANES (info);

  for (guint i = 0; i < n; i++) {
    gsize n_rows, end = i + 1 < n ? info->offset[i + 1] : info->size;
    gint comp[GST_VIDEO_MAX_COMPONENTS];

    gst_video_format_info_component (info->finfo, i, comp);
    if (comp[0] < 0 || end < info->offset[i])
      continue;
    n_rows = GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (info->finfo, comp[0],
        GST_VIDEO_INFO_FIELD_HEIGHT (info));
    if (info->offset[i] + n_rows * info->stride[i] > end)
      return TRUE;
  }
  return FALSE;
}

/* Without limits the layout is GStreamer's, for each format that it knows, but
 * where an odd border makes that one too small. */
static void
compare_with_gstreamer (GstVideoFormat format, gint width, gint height,
    const GstVideoAlignment * padding)
{
  GstKsLayoutLimits limits = GST_KS_LAYOUT_LIMITS_INIT;
  GstVideoAlignment align = *padding;
  g_autoptr (GError) error = NULL;
  GstVideoInfo info, theirs, ours;

  if (!gst_video_info_set_format (&info, format, width, height)
      || info.size == 0)
    return;
  /* The stride of tiles counts tiles: there is no way to move by a row. */
  if (GST_VIDEO_FORMAT_INFO_IS_TILED (info.finfo) && padding->padding_top)
    return;
  theirs = info;
  limits.align = *padding;
  if (!gst_video_info_align (&theirs, &align))
    return;
  fail_unless (gst_ks_layout_compute (&info, &limits, &ours, &error),
      "%s: %s", info.finfo->name, error ? error->message : "");
  if (padding->padding_top && is_too_small (&theirs))
    return;
  fail_unless (gst_ks_layout_is_same (&theirs, &ours),
      "%s %dx%d: strides %d %d, not %d %d; offset 1 %" G_GSIZE_FORMAT ", not %"
      G_GSIZE_FORMAT "; size %" G_GSIZE_FORMAT ", not %" G_GSIZE_FORMAT,
      info.finfo->name, width, height, ours.stride[0], ours.stride[1],
      theirs.stride[0], theirs.stride[1], ours.offset[1], theirs.offset[1],
      ours.size, theirs.size);
}

GST_START_TEST (test_reference)
{
  guint n = 0;
  const GstVideoFormat *formats = gst_video_formats_raw (&n);

  fail_unless (n > 50);
  for (guint i = 0; i < n; i++) {
    compare_with_gstreamer (formats[i], 320, 240, &paddings[__i__]);
    compare_with_gstreamer (formats[i], 333, 77, &paddings[__i__]);
  }
}

GST_END_TEST;

typedef struct
{
  GstVideoFormat format;
  GstVideoInterlaceMode mode;
  gint width, height;
  guint top, bottom, left;      /* pixels */
} BorderRow;

#define PROGRESSIVE GST_VIDEO_INTERLACE_MODE_PROGRESSIVE
#define ALTERNATE GST_VIDEO_INTERLACE_MODE_ALTERNATE

/* GStreamer itself makes each of them too small. */
static const BorderRow borders[] = {
  {GST_VIDEO_FORMAT_RGBA, ALTERNATE, 1920, 1080, 16, 2, 0},
  {GST_VIDEO_FORMAT_I420, ALTERNATE, 1920, 1080, 16, 2, 0},
  {GST_VIDEO_FORMAT_NV12, ALTERNATE, 1920, 1080, 16, 2, 0},
  {GST_VIDEO_FORMAT_I420, PROGRESSIVE, 320, 63, 53, 0, 0},
  {GST_VIDEO_FORMAT_NV12, PROGRESSIVE, 63, 1, 3, 0, 0},
  {GST_VIDEO_FORMAT_YUV9, PROGRESSIVE, 3, 641, 38, 1, 0},
  {GST_VIDEO_FORMAT_NV12, PROGRESSIVE, 3, 3, 0, 0, 1},
};

/* Bytes of a row of a plane that has all components from comp on. */
static gsize
visible_bytes (const GstVideoInfo * info, guint comp)
{
  return GST_VIDEO_FORMAT_INFO_SCALE_WIDTH (info->finfo, comp, info->width)
      * GST_VIDEO_FORMAT_INFO_PSTRIDE (info->finfo, comp);
}

GST_START_TEST (test_a_picture_has_room_for_its_border)
{
  const BorderRow *row = &borders[__i__];
  GstKsLayoutLimits limits = GST_KS_LAYOUT_LIMITS_INIT;
  GstVideoInfo info, out;
  guint last;

  limits.align.padding_top = row->top;
  limits.align.padding_bottom = row->bottom;
  limits.align.padding_left = row->left;
  gst_video_info_set_interlaced_format (&info, row->format, row->mode,
      row->width, row->height);
  last = GST_VIDEO_INFO_N_PLANES (&info) - 1;
  for (guint packed = 0; packed < 2; packed++) {
    limits.packed = packed;
    fail_unless (gst_ks_layout_compute (&info, &limits, &out, NULL));
    if (row->left == 0)
      fail_if (is_too_small (&out), "%s", out.finfo->name);
    else if (!packed)           /* the second plane has two bytes a pixel */
      fail_unless (out.stride[last] >= 2 + (gint) visible_bytes (&out, last));
  }
}

GST_END_TEST;

static Suite *
layout_suite (void)
{
  Suite *s = suite_create ("layout");
  TCase *tc = tcase_create ("layout");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_rows, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tc, test_reference, 0, G_N_ELEMENTS (paddings));
  tcase_add_loop_test (tc, test_a_picture_has_room_for_its_border, 0,
      G_N_ELEMENTS (borders));
  return s;
}

GST_CHECK_MAIN (layout);
