/* GstKsFreeFrame: tells whoever listens that a frame came back. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksprelude.h"

G_BEGIN_DECLS

/* Reference counted, any thread. Memory that is out references it, as it may
 * come back when the pool is gone; then nobody listens. */
typedef struct _GstKsFreeFrame GstKsFreeFrame;

struct _GstKsFreeFrame
{
  gint n_listeners;             /* atomic: the only thing that each return looks at */
  gatomicrefcount refs;
  GWeakRef emitter;
  guint signal;                 /* of the emitter, without arguments; constant */
  gint emitting;                /* atomic */
  GMutex lock;                  /* all below */
  GPtrArray *sources;           /* of FreeFrameSource, borrowed: until they are finalized */
  gboolean closed;
};

GstKsFreeFrame * gst_ks_free_frame_new (GObject *emitter, guint signal);
GstKsFreeFrame * gst_ks_free_frame_ref (GstKsFreeFrame *self);
void             gst_ks_free_frame_unref (GstKsFreeFrame *self);
void             gst_ks_free_frame_set_emitting (GstKsFreeFrame *self, gboolean emitting);
gboolean         gst_ks_free_frame_is_emitting (GstKsFreeFrame *self);
GSource *        gst_ks_free_frame_add_source (GstKsFreeFrame *self, gboolean one_shot);
/* Nobody is told any more; for good. */
void             gst_ks_free_frame_close (GstKsFreeFrame *self);
void             gst_ks_free_frame_tell (GstKsFreeFrame *self);

/* After the frame can be had: who is told tries at once, and finds it. Who
 * begins to listen and then finds no frame is seen here: both sides write
 * before they read, in one order for all. */
static inline void
gst_ks_free_frame_raise (GstKsFreeFrame *self)
{
  if (G_UNLIKELY (__atomic_load_n (&self->n_listeners, __ATOMIC_SEQ_CST) > 0))
    gst_ks_free_frame_tell (self);
}

G_END_DECLS
