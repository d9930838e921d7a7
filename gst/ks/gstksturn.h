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

/* Where frames take turns; all borrowed. */
typedef struct
{
  GstBin *bin;                  /* plays, or does not */
  GstPad *sink;                 /* of the element that works in place */
  GstPad *src;                  /* of it, too */
  GstElement *queue;            /* before sink: takes what comes while a frame waits; NULL: only count */
  gboolean last_is_kept;        /* somebody else keeps the last frame for good */
} GstKsTurnPlace;

GstKsTurn * gst_ks_turn_new (const GstKsTurnPlace *place, GstKsCopyCount *count);
void        gst_ks_turn_free (GstKsTurn *turn);

G_END_DECLS
