/* One random pipeline: built, changed while it plays, taken down, and counted.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "randomline.h"

#include <gst/ks/gstks.h>

G_BEGIN_DECLS

typedef struct
{
  GRand *random;
  gchar *line;                  /* as gst-launch-1.0 would have it */
  GString *story;               /* the line and what was done to it, for people */
  gboolean video;
  gboolean stock;               /* nothing of ours takes part */
  GstElement *pipeline;
  GstElement *filter;           /* behind the source */
  GstKsNegotiator *negotiator;
  gboolean attached;
  GPtrArray *ours;              /* of ksallocator; owned */
  GPtrArray *tees;              /* owned */
  GPtrArray *branches;          /* bins that were added; owned */

  GMutex lock;                  /* guards what follows */
  GCond came;
  guint64 frames;               /* that came to a sink */
  gboolean eos;
  gboolean starved;             /* a frame was waited for, which is no hang */
  GError *error;                /* the first on the bus; NULL: none */
} RandomScene;

/* After it nothing of this process waits for longer than a broken one could. */
#define RANDOM_SCENE_PATIENCE (30 * G_TIME_SPAN_SECOND)

/* Starts GStreamer with the fake kinds; what is warned of from now on ends the
 * process. seeks: whether there are any among the changes. */
void         random_scene_prepare (gboolean seeks);
gboolean     random_scene_seeks   (void);

/* Makes one of about size elements and size changes, plays it and takes it down.
 * Returns what was wrong (owned), or NULL. story: for people, owned by the
 * caller, written as it goes. */
gchar *      random_scene_run     (guint32 seed, guint size, gboolean stock, GString *story);

/* The same in three steps, for who changes it for long. line: NULL for a random
 * one. Who fails is not to be used any more. */
gchar *      random_scene_start   (RandomScene *scene, guint32 seed, guint size, gboolean stock, const gchar *line, GString *story);
gchar *      random_scene_stop    (RandomScene *scene);
/* Plays again, where an error ended it. */
void         random_scene_recover (RandomScene *scene);

/* Frames of ours that somebody holds, when all pipelines are gone. */
guint64      random_scene_out     (void);

/* randomchange.c: changes one thing of a pipeline that plays. */
void         random_scene_change  (RandomScene *scene);

/* Until some frames came, something went wrong, or a while has passed. */
void         random_scene_settle  (RandomScene *scene);
/* A change of state that is not waited for. */
void         random_scene_state   (RandomScene *scene, GstState state);

G_END_DECLS
