/* Copies a frame of raw video to where its rows lie otherwise.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstkspicture.h"

/* The core takes a row to be as long as the pixels of its first component, and
 * so leaves out the chroma that an odd last pixel of YUY2 and the like has. */
static void
copy_row_ends (const GstVideoFrame * from, GstVideoFrame * to)
{
  gint begin, end;

  if (GST_VIDEO_FRAME_N_PLANES (from) != 1
      || GST_VIDEO_FRAME_N_COMPONENTS (from) < 2)
    return;
  begin = GST_VIDEO_FRAME_COMP_WIDTH (from, 0)
      * GST_VIDEO_FRAME_COMP_PSTRIDE (from, 0);
  end = GST_VIDEO_FRAME_COMP_WIDTH (from, 1)
      * GST_VIDEO_FRAME_COMP_PSTRIDE (from, 1);
  for (gint y = 0; end > begin && y < GST_VIDEO_FRAME_COMP_HEIGHT (from, 0);
      y++) {
    const guint8 *row = from->data[0];
    guint8 *target = to->data[0];

    memcpy (target + y * GST_VIDEO_FRAME_PLANE_STRIDE (to, 0) + begin,
        row + y * GST_VIDEO_FRAME_PLANE_STRIDE (from, 0) + begin, end - begin);
  }
}

/* Bytes from the start of a row to pixel @x. Pixels that share bytes stay
 * together, so it may begin with the one before. */
static gsize
bytes_before (const GstVideoFrame * frame, guint plane, guint x)
{
  const GstVideoFormatInfo *finfo = frame->info.finfo;
  gsize least = G_MAXSIZE;

  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++) {
    if (GST_VIDEO_FORMAT_INFO_PLANE (finfo, c) == plane)
      least = MIN (least, (gsize) (x >> GST_VIDEO_FORMAT_INFO_W_SUB (finfo, c))
          * GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, c));
  }
  return least == G_MAXSIZE ? 0 : least;
}

/* Where only the format's own code knows where a pixel is, we do not. */
static gboolean
can_crop (const GstVideoFormatInfo * finfo)
{
  return !GST_VIDEO_FORMAT_INFO_IS_TILED (finfo)
      && !GST_VIDEO_FORMAT_INFO_IS_COMPLEX (finfo)
      && !GST_VIDEO_FORMAT_INFO_HAS_PALETTE (finfo);
}

/* The caps tell the size of the part that shall be shown, the frame is larger.
 * FALSE: it cannot be told where that part is. */
static gboolean
crop (const GstVideoInfo * info, GstBuffer * from, GstVideoFrame * source)
{
  const GstVideoFormatInfo *finfo = info->finfo;
  GstVideoCropMeta *meta = gst_buffer_get_video_crop_meta (from);
  GstVideoInfo *whole = &source->info;

  if (meta == NULL || (whole->width == info->width
          && whole->height == info->height))
    return TRUE;
  if (!can_crop (finfo) || info->width > whole->width
      || info->height > whole->height
      || meta->x > (guint) (whole->width - info->width)
      || meta->y > (guint) (whole->height - info->height))
    return FALSE;
  for (guint p = 0; p < GST_VIDEO_FRAME_N_PLANES (source); p++) {
    gint comp[GST_VIDEO_MAX_COMPONENTS];

    gst_video_format_info_component (finfo, p, comp);
    source->data[p] = (guint8 *) source->data[p]
        + (gssize) (meta->y >> GST_VIDEO_FORMAT_INFO_H_SUB (finfo, comp[0]))
        * GST_VIDEO_FRAME_PLANE_STRIDE (source, p)
        + bytes_before (source, p, meta->x);
  }
  whole->width = info->width;
  whole->height = info->height;
  return TRUE;
}

void
ks_picture_drop_crop (GstBuffer * buffer)
{
  GstVideoCropMeta *meta = gst_buffer_get_video_crop_meta (buffer);

  if (meta)
    gst_buffer_remove_meta (buffer, (GstMeta *) meta);
}

gboolean
ks_picture_copy (const GstVideoInfo * info, GstBuffer * from, GstBuffer * to)
{
  GstVideoFrame source, target;
  gboolean ok;

  if (!gst_video_frame_map (&source, info, from, GST_MAP_READ))
    return FALSE;
  if (!gst_video_frame_map (&target, info, to, GST_MAP_WRITE)) {
    gst_video_frame_unmap (&source);
    return FALSE;
  }
  ok = crop (info, from, &source) && gst_video_frame_copy (&target, &source);
  if (ok)
    copy_row_ends (&source, &target);
  gst_video_frame_unmap (&target);
  gst_video_frame_unmap (&source);
  if (ok)
    ks_picture_drop_crop (to);
  return ok;
}
