/* GstKsIdle: the set of idle frames, by size and by age. Private; the owner locks.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksframe.h"

G_BEGIN_DECLS

typedef struct
{
  GTree *sizes;                 /* gsize * -> GQueue of frames, top is head */
  GQueue ages;                  /* frames, the oldest is head */
  guint64 bytes;
  guint fds;
} GstKsIdle;

void         gst_ks_idle_init (GstKsIdle *self);
void         gst_ks_idle_clear (GstKsIdle *self);
void         gst_ks_idle_push (GstKsIdle *self, GstKsFrame *frame);
/* NULL when there is none */
GstKsFrame * gst_ks_idle_pop_fitting (GstKsIdle *self, const GstKsFrame *need);
GstKsFrame * gst_ks_idle_pop_oldest (GstKsIdle *self);
gboolean     gst_ks_idle_is_over (const GstKsIdle *self, const GstKsLimits *limits);

G_END_DECLS
