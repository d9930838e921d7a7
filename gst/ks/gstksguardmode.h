/* Guard mode: whether frames are guarded against those who write where they may not.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksprelude.h>

G_BEGIN_DECLS

/**
 * GstKsGuard:
 * @GST_KS_GUARD_DEFAULT: what gst_ks_guard_get_default() says
 * @GST_KS_GUARD_OFF: frames are not guarded
 * @GST_KS_GUARD_PATTERN: a pattern stands before and after each frame, and in
 *     all of it while it is idle; looked at when the frame comes back, when it
 *     is used again and by gst_ks_guard_check()
 * @GST_KS_GUARD_PAGES: memory that cannot be touched stands before and after
 *     each frame, which itself cannot be touched while it is idle: who does
 *     is stopped by SIGSEGV, and named on stderr
 *
 * How frames are guarded. It is for finding faults: each frame is memory of
 * its own, is never taken from a shelf, and costs two to four system calls or
 * a pass over its bytes for each use.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_GUARD_DEFAULT,
  GST_KS_GUARD_OFF,
  GST_KS_GUARD_PATTERN,
  GST_KS_GUARD_PAGES
} GstKsGuard;

#define GST_TYPE_KS_GUARD (gst_ks_guard_get_type ())
GST_KS_API GType          gst_ks_guard_get_type (void);

/* For frames that are made from now on; GST_KS_GUARD in the environment says what it is at the start. */
GST_KS_API GstKsGuard     gst_ks_guard_get_default (void);
GST_KS_API void           gst_ks_guard_set_default (GstKsGuard mode);
/* Looks at all frames now; how many faults it found. */
GST_KS_API guint          gst_ks_guard_check (void);
GST_KS_API GstStructure * gst_ks_guard_get_stats (void);
/* A text for each guarded frame that somebody has now. */
GST_KS_API gchar **       gst_ks_guard_list_out (void);

G_END_DECLS
