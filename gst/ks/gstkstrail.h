/* GstKsTrail: through which pads a pool's frame was pushed since it is out. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksprelude.h"

G_BEGIN_DECLS

/* Different pads that one frame is remembered for; more of them push out the oldest. */
#define GST_KS_TRAIL_LENGTH 32

/* The trails of a pool's frames. Reference counted, any thread. */
typedef struct _GstKsTrails GstKsTrails;

/* A frame's; fields are the trail's own. What each hand-out writes stands first,
 * so that it is in one cache line with what the token has before it. */
typedef struct
{
  gint64 since;                 /* atomic; monotonic, microseconds; below 0: not out since then; NEVER_OUT, NOT_OUT, UNDATED */
  guint n_steps;                /* atomic; goes on counting when there is no more room */
  GstKsTrails *trails;          /* owned */
  GList link;                   /* under the lock of trails */
  guint64 steps[GST_KS_TRAIL_LENGTH];   /* atomic; place and time in one */
} GstKsTrail;

/* What a trail was at a moment. */
typedef struct
{
  guint place;                  /* see gstksplace.h */
  GstClockTime age;             /* ns since it was pushed through there last */
} GstKsStep;

typedef struct
{
  GstClockTime age;             /* ns since it is out; NONE: not known */
  guint n_steps;
  GstKsStep steps[GST_KS_TRAIL_LENGTH]; /* in no order */
} GstKsTrailCopy;

GstKsTrails * gst_ks_trails_new (void);
GstKsTrails * gst_ks_trails_ref (GstKsTrails *trails);
void          gst_ks_trails_unref (GstKsTrails *trails);
/* Of the frames that are out now: GstKsTrailCopy. */
GArray *      gst_ks_trails_copy (GstKsTrails *trails);
/* Where a frame of theirs was pushed first, lately; 0: none was. */
guint         gst_ks_trails_get_first (GstKsTrails *trails);

/* trail is zeroed */
void          gst_ks_trail_init (GstKsTrail *trail, GstKsTrails *trails);
void          gst_ks_trail_clear (GstKsTrail *trail);
/* The frame goes out; dated: it is worth a look at the clock. Only for who has it alone, like the next. */
void          gst_ks_trail_begin (GstKsTrail *trail, gboolean dated);
void          gst_ks_trail_end (GstKsTrail *trail);
/* From now on all go out dated, and are back dated. */
void          gst_ks_trails_set_dated (gboolean dated);
/* Nobody has had it yet. */
gboolean      gst_ks_trail_is_new (const GstKsTrail *trail);
/* Of a frame that is out or not; its age is how long that is so. */
void          gst_ks_trail_look (const GstKsTrail *trail, GstKsTrailCopy *copy);
/* The frame is about to be pushed through a place. Any thread that holds the frame; no lock is taken. */
void          gst_ks_trail_step (GstKsTrail *trail, guint place);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKsTrails, gst_ks_trails_unref)

G_END_DECLS
