/* What the files of the elements' conformance suite share.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkselement.h"

#include <gst/base/gstbasesink.h>
#include <gst/base/gstpushsrc.h>

G_BEGIN_DECLS

#define N_FRAMES 12

/* Which pool the frames that go in come from. */
typedef enum
{
  GST_KS_ABOVE_PLAIN,           /* none: each is made anew */
  GST_KS_ABOVE_OURS,            /* one of ours */
  GST_KS_ABOVE_THEIRS           /* the element's, if it offers one */
} GstKsAbove;

/* One test: what is above and below the element. A plain value. */
typedef struct
{
  const gchar *name;
  GstKsAbove above;
  const gchar *gives;           /* framing of our pool above; NULL: any */
  guint spare;                  /* frames in it beside those the element says that it holds; 0: no cap */
  guint cap;                    /* frames in it, whatever the element says; 0: see spare */
  const gchar *asks;            /* framing that the sink answers with; NULL: it is silent */
  gboolean foreign;             /* memory of an allocator that nobody knows */
  gboolean may_starve;
  gboolean again;               /* the same caps once more, in the middle */
  gboolean tee_above;
  gboolean tee_below;
} GstKsCheckPlan;

/* Memory that is counted, and shows who writes where no frame is. */
typedef struct
{
  gatomicrefcount refs;
  gsize prefix;                 /* bytes at the start of each block */
  gint live;                    /* atomic; blocks */
  gint trampled;                /* atomic; blocks whose prefix was written */
} GstKsArena;

enum
{
  ABOVE,
  BELOW
};

/* What happened in one run. Shared by its source and its sinks. */
typedef struct
{
  const GstKsCheckElement *element;
  const GstKsCheckPlan *plan;
  GstBus *bus;                  /* owned */
  GstKsArena *arenas[2];        /* owned; for above and below; NULL: not foreign */
  GstAllocator *allocators[2];  /* owned; over them, or an ordinary one */
  gsize align;                  /* bytes, that every frame has to have below; 1: any */

  GMutex lock;                  /* guards what follows */
  GPtrArray *sent;              /* of gchar: one line a frame */
  GPtrArray *got;
  GPtrArray *aside;             /* at the silent branch */
  guint said;                   /* frames that the element says that it holds */
  gboolean proposed;            /* it answered with pool, params and framing */
  guint misaligned;             /* frames that are not as the sink asked */
  GPtrArray *pools;             /* of GstBufferPool: ours */

  GstElement *pipeline;         /* owned */
  gboolean ended;               /* EOS came; else it starved or failed, as it may */
} GstKsCheckRun;

/* play: to its end. stop: FALSE means that run is stuck; it is not the caller's
 * any more. free: looks whether all memory is back; error is NULL after a failure. */
GstKsCheckRun * gst_ks_check_run_new (const GstKsCheckElement *element, const GstKsCheckPlan *plan);
gboolean        gst_ks_check_run_play (GstKsCheckRun *run, GError **error);
gboolean        gst_ks_check_run_stop (GstKsCheckRun *run, GError **error);
gboolean        gst_ks_check_run_free (GstKsCheckRun *run, GError **error);

GstElement *    gst_ks_check_source_new (GstKsCheckRun *run);
/* notes: one of the lists of run */
GstElement *    gst_ks_check_sink_new (GstKsCheckRun *run, GPtrArray *notes, gboolean silent);

/* gstkselementoffer.c */
GstKsArena *    gst_ks_arena_new (gsize prefix);
void            gst_ks_arena_unref (GstKsArena *arena);
GstAllocator *  gst_ks_arena_allocator (GstKsArena *arena);
gboolean        gst_ks_check_offer (GstKsCheckRun *run, GstQuery *query, guint side, const GstKsFramingItem *item, GError **error);
gboolean        gst_ks_check_use_theirs (GstQuery *query, GError **error);
void            gst_ks_check_fill (GstKsCheckRun *run, GstBuffer *frame, const GstVideoInfo *info, guint number);
gchar *         gst_ks_check_describe (GstBuffer *frame, const GstVideoInfo *info);

#define STARVED "ks-check-starved"

G_END_DECLS
