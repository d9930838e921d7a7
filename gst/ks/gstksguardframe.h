/* Guard mode at a frame: armed when it goes out, looked at and closed when it is back. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksframe.h"
#include "gstksguardmode.h"

G_BEGIN_DECLS

/* What a request gets: OFF, PATTERN or PAGES. */
GstKsGuard gst_ks_guard_resolve (GstKsGuard asked, const GstKsTerms *terms);
/* Bytes of a block beyond its frame that are needed to guard it. */
gsize      gst_ks_guard_get_room (gsize align, const GstKsTerms *terms);

/* A block is about to be made; mode may be OFF. */
void       gst_ks_guard_start (GstKsFrame *frame, GstKsGuard mode);

/* The next are for frames with a guard only; see below. */
gboolean   gst_ks_guard_do_made (GstKsFrame *frame, GError **error);
void       gst_ks_guard_do_forget (GstKsFrame *frame);
gboolean   gst_ks_guard_do_open (GstKsFrame *frame, gconstpointer origin, GError **error);
void       gst_ks_guard_do_arm (GstKsFrame *frame, const GstKsRequest *request);
void       gst_ks_guard_do_close (GstKsFrame *frame);

/* The block was made. FALSE: it cannot be guarded. */
static inline gboolean
gst_ks_guard_made (GstKsFrame *frame, GError **error)
{
  return G_LIKELY (frame->guard == NULL) || gst_ks_guard_do_made (frame, error);
}

/* It was not, or has just been given back. */
static inline void
gst_ks_guard_forget (GstKsFrame *frame)
{
  if (G_UNLIKELY (frame->guard != NULL))
    gst_ks_guard_do_forget (frame);
}

/* The frame is about to be handed out, or to go: it can be touched again.
 * FALSE: it cannot, and is as it was. */
static inline gboolean
gst_ks_guard_open (GstKsFrame *frame, gconstpointer origin, GError **error)
{
  return G_LIKELY (frame->guard == NULL)
      || gst_ks_guard_do_open (frame, origin, error);
}

/* Its place is known, and its bytes are what they shall be. */
static inline void
gst_ks_guard_arm (GstKsFrame *frame, const GstKsRequest *request)
{
  if (G_UNLIKELY (frame->guard != NULL))
    gst_ks_guard_do_arm (frame, request);
}

/* It is back, and nobody's. */
static inline void
gst_ks_guard_close (GstKsFrame *frame)
{
  if (G_UNLIKELY (frame->guard != NULL))
    gst_ks_guard_do_close (frame);
}

G_END_DECLS
