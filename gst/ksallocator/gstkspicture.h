/* Copies a frame of raw video to where its rows lie otherwise.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/video/video.h>

G_BEGIN_DECLS

/* FALSE: one of them cannot be mapped, or holds no frame of @info. Rows lie where
 * each buffer's GstVideoMeta says. Of a frame that has a GstVideoCropMeta the part
 * is copied that it names, and the copy has none. */
gboolean ks_picture_copy (const GstVideoInfo * info, GstBuffer * from, GstBuffer * to);
/* Of a copy, which is cropped already. */
void     ks_picture_drop_crop (GstBuffer * buffer);

G_END_DECLS
