/* GstKsWatch: notes through which pads the frames of pools are pushed, so that who holds them has a name.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstkspool.h>

G_BEGIN_DECLS

/**
 * GstKsWatch:
 *
 * Notes on every frame of our pools that goes through one of its source pads
 * that it did, and when. What was noted is read with
 * gst_ks_pool_get_holders(), and stands in what a pool that starves reports.
 * Pads of several watches make one trail. Reference counted, thread-safe; the
 * last unref takes its probes off the pads.
 *
 * Since: 0.9
 */
typedef struct _GstKsWatch GstKsWatch;

#define GST_TYPE_KS_WATCH (gst_ks_watch_get_type ())
GST_KS_API GType        gst_ks_watch_get_type (void);

GST_KS_API GstKsWatch * gst_ks_watch_new (void);
GST_KS_API GstKsWatch * gst_ks_watch_ref (GstKsWatch *self);
GST_KS_API void         gst_ks_watch_unref (GstKsWatch *self);
GST_KS_API void         gst_ks_watch_add_pad (GstKsWatch *self, GstPad *pad);
GST_KS_API void         gst_ks_watch_remove_pad (GstKsWatch *self, GstPad *pad);
/* All pads that lead to this one, and on from it. */
GST_KS_API void         gst_ks_watch_add_path (GstKsWatch *self, GstPad *pad);
/* For who sees every push already, such as a tracer. */
GST_KS_API void         gst_ks_watch_note (GstPad *pad, GstBuffer *buffer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKsWatch, gst_ks_watch_unref)

G_END_DECLS
