/* Picture layouts: strides, offsets and size of a raw video frame under limits on its rows.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksrange.h"
#include <gst/video/video.h>

G_BEGIN_DECLS

typedef struct
{
  gboolean packed;              /* every row exactly its pixels, and no row that is none of the picture */
  GstKsRange stride;            /* bytes a row, each plane */
  GstVideoAlignment align;      /* padding in pixels, strides as masks */
} GstKsLayoutLimits;

#define GST_KS_LAYOUT_LIMITS_INIT { FALSE, GST_KS_RANGE_INIT_ANY, { 0, 0, 0, 0, { 0, } } }

/* info: as gst_video_info_from_caps() made it; out: the same with strides, offsets and size. */
gboolean gst_ks_layout_compute (const GstVideoInfo *info, const GstKsLayoutLimits *limits, GstVideoInfo *out, GError **error);
/* Whether both have the same strides, offsets and size. */
gboolean gst_ks_layout_is_same (const GstVideoInfo *a, const GstVideoInfo *b);

G_END_DECLS
