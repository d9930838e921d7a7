/* Shapes of the kind `cuda`: what of a picture decides its memory, as text and back.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "kscudaallocator.h"

#include <stdio.h>

/* What libgstcuda of 1.22 has; it ends the program for any other. */
static const GstVideoFormat formats[] = {
  GST_VIDEO_FORMAT_I420, GST_VIDEO_FORMAT_YV12, GST_VIDEO_FORMAT_I420_10LE,
  GST_VIDEO_FORMAT_Y42B, GST_VIDEO_FORMAT_I422_10LE,
  GST_VIDEO_FORMAT_I422_12LE, GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_NV21,
  GST_VIDEO_FORMAT_P010_10LE, GST_VIDEO_FORMAT_P016_LE, GST_VIDEO_FORMAT_Y444,
  GST_VIDEO_FORMAT_Y444_16LE, GST_VIDEO_FORMAT_RGBP, GST_VIDEO_FORMAT_BGRP,
  GST_VIDEO_FORMAT_GBR, GST_VIDEO_FORMAT_GBRA, GST_VIDEO_FORMAT_BGRA,
  GST_VIDEO_FORMAT_RGBA, GST_VIDEO_FORMAT_RGBx, GST_VIDEO_FORMAT_BGRx,
  GST_VIDEO_FORMAT_ARGB, GST_VIDEO_FORMAT_ABGR, GST_VIDEO_FORMAT_RGB,
  GST_VIDEO_FORMAT_BGR, GST_VIDEO_FORMAT_BGR10A2_LE,
  GST_VIDEO_FORMAT_RGB10A2_LE, GST_VIDEO_FORMAT_YUY2, GST_VIDEO_FORMAT_UYVY,
  GST_VIDEO_FORMAT_UNKNOWN
};

/* And since 1.24, as far as 1.22 has their names. */
static const GstVideoFormat more_formats[] = {
  GST_VIDEO_FORMAT_I420_12LE, GST_VIDEO_FORMAT_P012_LE,
  GST_VIDEO_FORMAT_Y444_10LE, GST_VIDEO_FORMAT_Y444_12LE,
  GST_VIDEO_FORMAT_GBR_10LE, GST_VIDEO_FORMAT_GBR_12LE, GST_VIDEO_FORMAT_UNKNOWN
};

static gboolean
is_in (const GstVideoFormat * list, GstVideoFormat format)
{
  while (*list != GST_VIDEO_FORMAT_UNKNOWN && *list != format)
    list++;
  return *list != GST_VIDEO_FORMAT_UNKNOWN;
}

gboolean
ks_cuda_shape_check (const KsCudaApi * api, const GstVideoInfo * info,
    GError ** error)
{
  GstVideoFormat format = GST_VIDEO_INFO_FORMAT (info);

  if (is_in (formats, format)
      || (api->gst_alloc_stream != NULL && is_in (more_formats, format)))
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
      "libgstcuda of this GStreamer has no pictures of the format %s; convert "
      "to one that it has, such as NV12, I420, P010_10LE, Y444, RGBA or BGRA",
      gst_video_format_to_string (format));
  return FALSE;
}

GRefString *
ks_cuda_shape_new (const GstVideoInfo * info)
{
  g_autofree gchar *text = g_strdup_printf ("%s %dx%d",
      gst_video_format_to_string (GST_VIDEO_INFO_FORMAT (info)),
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info));

  return g_ref_string_new (text);
}

gboolean
ks_cuda_shape_parse (const gchar * shape, GstVideoInfo * info, GError ** error)
{
  gchar name[32];
  gint width, height;

  if (sscanf (shape, "%31s %dx%d", name, &width, &height) == 3 && width > 0
      && height > 0 && gst_video_info_set_format (info,
          gst_video_format_from_string (name), width, height))
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "'%s' is no picture: a format and WIDTHxHEIGHT is meant", shape);
  return FALSE;
}
