/* GstKsTurn: counts the copies of an element that works in place, and avoids them by waiting. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Each field atomic; reference counted by g_atomic_rc_box_. */
typedef struct
{
  gsize frames;                 /* that came in */
  gsize observed;               /* of them, those that left in other memory */
  gsize starts;                 /* times that the stream began, or began again */
  gsize hurried;                /* frames that could not wait for their turn */
} GstKsCopyCount;

typedef struct _GstKsTurn GstKsTurn;

/* @queue: (nullable): the queue before @sink, by which others are let through
 * while a frame waits for its turn; NULL: only counts. */
GstKsTurn * gst_ks_turn_new (GstBin *bin, GstPad *sink, GstPad *src, GstElement *queue, GstKsCopyCount *count);
void        gst_ks_turn_free (GstKsTurn *turn);

G_END_DECLS
