/* GstKsPoolFrame: a pool's buffer, with how it was made; GstKsPoolToken: its memory, until that is back. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksbackend.h"
#include "gstksframe.h"
#include "gstksfreeframe.h"
#include "gstksgate.h"
#include "gstkstrail.h"

G_BEGIN_DECLS

/* How a frame is counted while somebody holds it. */
typedef enum
{
  GST_KS_POOL_IDLE,             /* nobody holds it */
  GST_KS_POOL_ENTERED,          /* against the cap */
  GST_KS_POOL_PASSED            /* there was none */
} GstKsPoolOut;

/* Who has to do with a pool's memory, also when the pool is gone. */
typedef struct
{
  GstKsGate *gate;
  GstKsAccount *account;
  GstKsFreeFrame *free_frame;
  GstKsTrails *trails;
} GstKsPoolTies;

/* One for each time that memory leaves the store for a pool. It knows the
 * ties, not the pool: memory may come back when the pool is gone. */
typedef struct _GstKsPoolToken GstKsPoolToken;

/* For n_memories memories; references all of ties. Each memory's return is one
 * call of _returned(), the last one frees the token and, if the frame was out,
 * leaves the gate and tells free_frame. */
GstKsPoolToken * gst_ks_pool_token_new (const GstKsPoolTies *ties, guint n_memories);
void             gst_ks_pool_token_returned (gpointer token);
/* Of memory that does not say by itself when it is back. */
void             gst_ks_pool_token_attach (GstKsPoolToken *token, GstMemory *memory);
/* Where the frame went that memory is of, or is a part of; NULL: no pool of ours made it. */
GstKsTrail *     gst_ks_pool_trail_of (GstMemory *memory);

/* What is known of a block that a pool of ours has. */
typedef struct
{
  gboolean ready;               /* nobody has it: the pool keeps it */
  GstKsTrailCopy trail;         /* its age is since when that is so */
} GstKsPoolLook;

/* From any thread, with the lock of the block's store held, so that it does not
 * come back. FALSE: no pool of ours has it. */
gboolean         gst_ks_pool_look_at (const GstKsFrame *block, GstKsPoolLook *look);

/* A meta of the buffer, so that it goes with it. */
typedef struct _GstKsPoolFrame GstKsPoolFrame;

struct _GstKsPoolFrame
{
  GstMeta meta;
  GstBuffer *buffer;            /* borrowed: it owns us */
  GstKsPoolFrame *next;         /* idle: the one below on its shelf */
  GstKsPoolToken *token;        /* valid while the memories are ours */
  gboolean shaped;              /* the memories do not know the token */
  gboolean resumes;             /* hardware may be at work on what came back */
  GstKsGuardRecord *guard;      /* borrowed, of the first memory; NULL: not guarded */
  GstVideoMeta *video;          /* borrowed, a meta of the buffer; NULL: none */
  GstVideoMeta video_as_made;
  const gchar *why_not_intact;  /* static; as of the last reset; NULL: can be used again as a whole */
  guint n_memories;
  GstMemory *memories[GST_KS_SHAPE_MAX_MEMORIES];       /* borrowed; to compare */
  guint lockstate[GST_KS_SHAPE_MAX_MEMORIES];   /* the core's; when only the buffer has it */
  gsize offset[GST_KS_SHAPE_MAX_MEMORIES];      /* bytes */
  gsize size[GST_KS_SHAPE_MAX_MEMORIES];        /* bytes */
};

/* buffer has its memories and its metas; (transfer none) */
GstKsPoolFrame * gst_ks_pool_frame_add (GstBuffer *buffer, GstKsPoolToken *token, gboolean shaped);
GstKsPoolFrame * gst_ks_pool_frame_get (GstBuffer *buffer);
/* It is somebody's now / nobody's; returns what it was. Only for who holds the
 * buffer alone. */
GstKsPoolOut     gst_ks_pool_frame_set_out (GstKsPoolFrame *frame, GstKsPoolOut out);
/* The gate is told that a frame which was out is back. */
void             gst_ks_pool_out_end (GstKsGate *gate, GstKsPoolOut out);
/* Undoes what users did to buffer and says in its frame what cannot be undone.
 * Returns: the frame; NULL: no pool of ours made the buffer. */
GstKsPoolFrame * gst_ks_pool_frame_reset (GstBuffer *buffer);
/* It goes out again; where it @resumes. */
void             gst_ks_pool_frame_resume (GstKsPoolFrame *frame);

G_END_DECLS
