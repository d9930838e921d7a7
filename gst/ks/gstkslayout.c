/* Picture layouts: strides, offsets and size of a raw video frame under limits on its rows.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* GStreamer's own layout of the padded picture says how many rows each plane
 * has: its bytes divided by its stride. We keep the rows, unless they shall be
 * packed and one is none of the picture's, and choose the strides anew, then lay the planes one after the other and move each offset
 * to the first visible pixel.
 *
 * Example: NV12 at 1280x720 under odd multiples of 256 bytes (256../512).
 * Default strides are 1280, 1280 = 5 x 256: legal. At 1024x720 the default is
 * 1024 = 4 x 256: the next legal stride is 1280, the chroma plane starts at
 * 1280 x 720 and the frame has 1280 x 1080 bytes. */

#include "gstkslayout.h"
#include "gstkssize.h"

/* Tiles and palettes have no rows of pixels; their strides stay. */
static gboolean
plane_has_rows (const GstVideoInfo * info, guint plane)
{
  const GstVideoFormatInfo *finfo = info->finfo;

  if (GST_VIDEO_FORMAT_INFO_IS_TILED (finfo))
    return FALSE;
  return !(GST_VIDEO_FORMAT_INFO_HAS_PALETTE (finfo) && plane == 1);
}

/* Bytes that the pixels of a row take; 0: only the format's own code knows. */
static gsize
plane_row_bytes (const GstVideoInfo * info, guint plane)
{
  const GstVideoFormatInfo *finfo = info->finfo;
  gsize most = 0;

  if (GST_VIDEO_FORMAT_INFO_IS_COMPLEX (finfo))
    return 0;
  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++) {
    gsize pixels, bytes;

    if (GST_VIDEO_FORMAT_INFO_PLANE (finfo, c) != plane)
      continue;
    pixels = GST_VIDEO_FORMAT_INFO_SCALE_WIDTH (finfo, c, info->width);
    if (!gst_ks_size_mul (pixels, GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, c),
            &bytes))
      return 0;
    most = MAX (most, bytes);
  }
  return most;
}

/* An odd border before an odd picture is rounded up, and so is the picture:
 * where a plane has fewer pixels that makes one more than of both together.
 * down, right: rows and bytes from the plane's start to the first visible pixel. */
static gboolean
plane_border (const GstVideoInfo * info, const GstVideoAlignment * align,
    guint plane, gsize * down, gsize * right)
{
  const GstVideoFormatInfo *finfo = info->finfo;
  gint comp[GST_VIDEO_MAX_COMPONENTS];

  *down = *right = 0;
  gst_video_format_info_component (finfo, plane, comp);
  if (comp[0] < 0)
    return TRUE;
  *down = GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (finfo, comp[0],
      align->padding_top);
  *right = GST_VIDEO_FORMAT_INFO_SCALE_WIDTH (finfo, comp[0],
      align->padding_left);
  return gst_ks_size_mul (*right, GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo,
          comp[0]), right);
}

static gsize
plane_bytes (const GstVideoInfo * info, guint plane)
{
  gsize end = plane + 1 < GST_VIDEO_INFO_N_PLANES (info) ?
      info->offset[plane + 1] : info->size;

  return end > info->offset[plane] ? end - info->offset[plane] : 0;
}

/* Only strides that are multiples of the wanted alignment remain. */
static gboolean
stride_range (const GstKsLayoutLimits * limits, guint plane, GstKsRange * range,
    GError ** error)
{
  GstKsRange aligned = { 0, GST_KS_RANGE_LIMIT, 1 };
  gsize align = 1;

  if (!gst_ks_align_from_mask (limits->align.stride_align[plane], &align)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "stride alignment of plane %u: mask 0x%x is not 2^k - 1", plane,
        limits->align.stride_align[plane]);
    return FALSE;
  }
  aligned.step = align;
  if (limits->packed || align == 1) {
    *range = limits->stride;
    return TRUE;
  }
  if (!gst_ks_range_intersect (&limits->stride, &aligned, range)) {
    g_autofree gchar *text = gst_ks_range_to_string (&limits->stride);

    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "no stride of plane %u is within %s and a multiple of %" G_GSIZE_FORMAT
        " bytes; relax the framing's stride or the video alignment", plane,
        text, align);
    return FALSE;
  }
  return TRUE;
}

/* least: bytes of a row up to its last visible pixel */
static gboolean
plane_choose_stride (const GstVideoInfo * padded, guint plane,
    const GstKsLayoutLimits * limits, gsize least, gint * stride,
    GError ** error)
{
  gsize row = plane_row_bytes (padded, plane);
  guint64 wanted = MAX ((gsize) padded->stride[plane], least), legal = 0;
  gboolean found;
  GstKsRange range;

  if (!stride_range (limits, plane, &range, error))
    return FALSE;
  if (limits->packed) {
    legal = row ? row : wanted;
    found = gst_ks_range_contains (&range, legal);
  } else {
    found = gst_ks_range_ceil (&range, wanted, &legal);
  }
  if (!found || legal > G_MAXINT) {
    g_autofree gchar *text = gst_ks_range_to_string (&range);

    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "plane %u of %s at %d pixels a row needs %s%" G_GUINT64_FORMAT
        " bytes a row, and the framing's stride is %s", plane,
        padded->finfo->name, padded->width, limits->packed ? "exactly " : "",
        limits->packed ? legal : wanted, text);
    return FALSE;
  }
  *stride = legal;
  return TRUE;
}

/* 0: only the format's own code knows */
static gsize
least_stride (const GstVideoInfo * info, const GstVideoAlignment * align,
    guint plane)
{
  gsize down, right, row = plane_row_bytes (info, plane);

  if (row == 0 || !plane_border (info, align, plane, &down, &right)
      || !gst_ks_size_add (row, right, &row))
    return 0;
  return row;
}

static gboolean
fail_overflow (const GstVideoInfo * info, GError ** error)
{
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
      "a picture of %s %dx%d with this padding has more bytes than can be "
      "counted", info->finfo->name, info->width, info->height);
  return FALSE;
}

/* Rows of the border. A frame of alternate fields is one of the two, of half the
 * picture's rows, but has all of the border: offsets go down by all of it. */
static gboolean
border_rows (const GstVideoInfo * info, const GstVideoAlignment * align,
    gsize * rows)
{
  gsize fields = info->interlace_mode == GST_VIDEO_INTERLACE_MODE_ALTERNATE ?
      2 : 1;

  return gst_ks_size_add (align->padding_top, align->padding_bottom, rows)
      && gst_ks_size_mul (fields, *rows, rows);
}

/* The picture with its invisible borders, in GStreamer's default layout. */
static gboolean
pad_info (const GstVideoInfo * info, const GstVideoAlignment * align,
    GstVideoInfo * padded, GError ** error)
{
  gsize width = info->width, height = info->height, border = 0;

  if (!gst_ks_size_add (width, align->padding_left, &width)
      || !gst_ks_size_add (width, align->padding_right, &width)
      || !border_rows (info, align, &border)
      || !gst_ks_size_add (height, border, &height)
      || width > G_MAXINT || height > G_MAXINT
      || !gst_video_info_set_interlaced_format (padded,
          GST_VIDEO_INFO_FORMAT (info), info->interlace_mode, width, height))
    return fail_overflow (info, error);
  return TRUE;
}

/* Rows of the plane. GStreamer has one more where it rounds up an odd height,
 * and shows it to nobody: whoever counts rows by himself takes the next plane
 * to begin there. Each field of an interlaced picture has its own. */
static gsize
plane_rows (const GstVideoInfo * padded, guint plane, gboolean packed)
{
  const GstVideoFormatInfo *finfo = padded->finfo;
  gint comp[GST_VIDEO_MAX_COMPONENTS];

  gst_video_format_info_component (finfo, plane, comp);
  if (packed && comp[0] >= 0 && !GST_VIDEO_INFO_IS_INTERLACED (padded))
    return GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (finfo, comp[0], padded->height);
  return plane_bytes (padded, plane) / padded->stride[plane];
}

/* Rows down to the last visible one. */
static gsize
least_rows (const GstVideoInfo * info, const GstVideoAlignment * align,
    guint plane)
{
  gint comp[GST_VIDEO_MAX_COMPONENTS];
  gsize down, right;

  gst_video_format_info_component (info->finfo, plane, comp);
  if (comp[0] < 0 || !plane_border (info, align, plane, &down, &right))
    return 0;
  return down + GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT (info->finfo, comp[0],
      GST_VIDEO_INFO_FIELD_HEIGHT (info));
}

/* Lays the plane at the end of what is there. */
static gboolean
place_plane (const GstVideoInfo * padded, guint plane,
    const GstKsLayoutLimits * limits, GstVideoInfo * out, GError ** error)
{
  gsize bytes = plane_bytes (padded, plane);

  out->offset[plane] = out->size;
  if (plane_has_rows (padded, plane) && padded->stride[plane] > 0) {
    gsize rows = plane_rows (padded, plane, limits->packed);

    rows = MAX (rows, least_rows (out, &limits->align, plane));
    if (!gst_ks_size_mul (rows, out->stride[plane], &bytes))
      return fail_overflow (padded, error);
  }
  if (!gst_ks_size_add (out->size, bytes, &out->size))
    return fail_overflow (padded, error);
  return TRUE;
}

/* Offsets point to the first visible pixel. */
static gboolean
shift_plane (const GstVideoAlignment * align, guint plane, GstVideoInfo * out)
{
  gsize down, right;

  if (!plane_has_rows (out, plane))
    return TRUE;
  return plane_border (out, align, plane, &down, &right)
      && gst_ks_size_mul (down, out->stride[plane], &down)
      && gst_ks_size_add (out->offset[plane], down, &out->offset[plane])
      && gst_ks_size_add (out->offset[plane], right, &out->offset[plane]);
}

gboolean
gst_ks_layout_compute (const GstVideoInfo * info,
    const GstKsLayoutLimits * limits, GstVideoInfo * out, GError ** error)
{
  GstKsLayoutLimits used = *limits;
  GstVideoInfo padded, made = *info;

  if (limits->packed)
    used.align.padding_left = used.align.padding_right = 0;
  if (!pad_info (info, &used.align, &padded, error))
    return FALSE;

  made.size = 0;
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (info); i++) {
    made.stride[i] = padded.stride[i];
    if (plane_has_rows (info, i)
        && !plane_choose_stride (&padded, i, &used, least_stride (info,
                &used.align, i), &made.stride[i], error))
      return FALSE;
    if (!place_plane (&padded, i, &used, &made, error))
      return FALSE;
  }
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (info); i++) {
    if (!shift_plane (&used.align, i, &made))
      return fail_overflow (info, error);
  }
  *out = made;
  return TRUE;
}

gboolean
gst_ks_layout_is_same (const GstVideoInfo * a, const GstVideoInfo * b)
{
  if (a->size != b->size
      || GST_VIDEO_INFO_N_PLANES (a) != GST_VIDEO_INFO_N_PLANES (b))
    return FALSE;
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (a); i++) {
    if (a->stride[i] != b->stride[i] || a->offset[i] != b->offset[i])
      return FALSE;
  }
  return TRUE;
}
