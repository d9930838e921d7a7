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
  ok = gst_video_frame_copy (&target, &source);
  if (ok)
    copy_row_ends (&source, &target);
  gst_video_frame_unmap (&target);
  gst_video_frame_unmap (&source);
  return ok;
}
