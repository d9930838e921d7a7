/* What a frame shows, however its rows lie: told by GStreamer, and by somebody who takes rows for granted.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/video/video.h>

/* Room for a row of the widest pixels, and for what is unpacked by the block. */
#define PICTURE_PIXEL 8
#define PICTURE_SPARE 64

/* Bytes of a row, by plane: so many for each group of pixels. */
typedef struct
{
  guint across, down;           /* pixels of a group */
  guint bytes;                  /* of a group; 0: no such plane, or only the format's own code knows */
} PicturePlane;

static inline guint
picture_row (const PicturePlane *plane, guint width)
{
  return (width + plane->across - 1) / plane->across * plane->bytes;
}

static inline guint
picture_rows (const PicturePlane *plane, guint height)
{
  return (height + plane->down - 1) / plane->down;
}

static inline guint
picture_planes (const PicturePlane *planes)
{
  guint n = 0;

  while (n < 3 && planes[n].bytes != 0)
    n++;
  return n;
}

/* Pixel by pixel, by the code that knows the format: nothing that lies between
 * rows counts. */
static inline GBytes *
picture_pixels (GstBuffer *buffer, const GstVideoInfo *info)
{
  const GstVideoFormatInfo *finfo = info->finfo;
  gsize row = (gsize) GST_VIDEO_INFO_WIDTH (info) * PICTURE_PIXEL;
  g_autofree guint8 *line = g_malloc0 (row + PICTURE_SPARE * PICTURE_PIXEL);
  GByteArray *pixels = g_byte_array_new ();
  GstVideoFrame frame;

  fail_unless (gst_video_frame_map (&frame, info, buffer, GST_MAP_READ));
  fail_unless_equals_int (GST_VIDEO_FRAME_WIDTH (&frame), GST_VIDEO_INFO_WIDTH (info));
  for (gint y = 0; y < GST_VIDEO_INFO_HEIGHT (info); y++) {
    finfo->unpack_func (finfo, GST_VIDEO_PACK_FLAG_NONE, line, (const gpointer *) frame.data,
        frame.info.stride, 0, y, GST_VIDEO_INFO_WIDTH (info));
    g_byte_array_append (pixels, line, row);
  }
  gst_video_frame_unmap (&frame);
  return g_byte_array_free_to_bytes (pixels);
}

/* The bytes of the picture and nothing else, plane after plane: what a program
 * expects that knows the format, the width and the height. */
static inline GBytes *
picture_tight (GstBuffer *buffer, const GstVideoInfo *info, const PicturePlane *planes)
{
  GByteArray *bytes = g_byte_array_new ();
  GstVideoFrame frame;

  fail_unless (gst_video_frame_map (&frame, info, buffer, GST_MAP_READ));
  for (guint p = 0; p < picture_planes (planes); p++) {
    const guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (&frame, p);

    for (guint y = 0; y < picture_rows (&planes[p], GST_VIDEO_INFO_HEIGHT (info)); y++)
      g_byte_array_append (bytes, data + (gssize) y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, p),
          picture_row (&planes[p], GST_VIDEO_INFO_WIDTH (info)));
  }
  gst_video_frame_unmap (&frame);
  return g_byte_array_free_to_bytes (bytes);
}
