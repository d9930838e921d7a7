/* What a test expects of a newer GStreamer.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

/* Whether 1.MINOR or later runs. */
static inline gboolean
gst_since (guint minor)
{
  guint major, running, micro, nano;

  gst_version (&major, &running, &micro, &nano);
  return running >= minor;
}

/* matroskamux and rawvideoparse keep a part of a frame's memory longer than its
 * buffer in 1.22, so that the pool throws the buffer away. By 1.26 they do not. */
#define BUFFERS_COME_BACK (gst_since (24))
