/* GstKsFrame: a block with everything that the store knows of it. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksallocator.h"

G_BEGIN_DECLS

typedef struct _GstKsFrame GstKsFrame;
typedef struct _GstKsGuardRecord GstKsGuardRecord;
typedef struct _GstKsStore GstKsStore;

/* What differs between allocators. All may be called from any thread, several
 * at once, with no lock of the store held. */
typedef struct
{
  gboolean    (*acquire) (GstAllocator *allocator, GstKsBlock *block, GError **error);
  void        (*release) (GstAllocator *allocator, GstKsBlock *block);
  /* a new memory object on the frame; it refs the allocator */
  GstMemory * (*wrap)    (GstAllocator *allocator, GstKsFrame *frame);
  gboolean whole;               /* a memory object cannot be parted from its block */
  gboolean by_map;              /* bytes are touched between map and unmap only */
  /* waits for hardware that may still use a block which came back; NULL: nothing to wait for */
  void        (*settle)  (GstAllocator *allocator, GstKsBlock *block);
  gboolean by_frame;            /* a memory object asks its frame where the bytes are, whenever it is mapped */
  /* a block whose memory object a pool keeps came back, and goes out again; NULL: neither matters */
  void        (*rest)    (GstAllocator *allocator, GstKsBlock *block);
  void        (*resume)  (GstAllocator *allocator, GstKsBlock *block);
} GstKsFrameFuncs;

/* While it is out a frame belongs to its memory object, while idle to the store. */
struct _GstKsFrame
{
  GstKsBlock block;             /* first: what a backend sees */
  GstKsStore *store;            /* borrowed, like the next two: the allocator outlives its frames */
  GstAllocator *allocator;
  const GstKsFrameFuncs *funcs;

  /* set for each hand-out */
  gsize prefix;                 /* bytes before what the consumer sees */
  gsize size;                   /* bytes that the consumer sees */
  gsize maxsize;                /* bytes: prefix + size + padding */
  gsize align;                  /* bytes: what was asked */
  GRefString *layout;           /* owned; NULL: any */
  GstKsAccount *account;        /* owned; NULL: nobody pays */
  gsize charged;                /* bytes */
  gboolean reused;              /* the block existed before */
  GDestroyNotify returned;      /* atomic; NULL: nobody wants to know; ends under the store's lock */
  gpointer returned_data;       /* valid while returned is set */

  /* kept from one hand-out to the next */
  GstKsGuard guard_mode;        /* serves requests of the same only */
  GstKsGuardRecord *guard;      /* owned; NULL: not guarded */
  GstMemory *memory;            /* idle: the object to hand out again, or NULL */
  gsize born_offset, born_size, born_align;     /* the object as it was made */
  guint born_flags;
  guint64 last_owner;           /* atomic; id of the account that had it; 0: none */
  gint64 made;                  /* monotonic, microseconds */
  gint64 idle_since;            /* the same; under the store's lock, 0: it is not idle */
  gint64 out_since;             /* the same, coarse; atomic */
  GstMemory *worn;              /* atomic; borrowed; the object that is out, NULL: none; ends under the store's lock */
  GQueue *stack;                /* idle: the frames of this size */
  GList by_size;                /* links of the idle set; data is the frame */
  GList by_age;
  GList by_store;               /* link of all blocks of the store */
};

/* What holds for every block of an allocator. */
typedef struct
{
  gsize granule;                /* bytes, a power of two: blocks are multiples of it */
  gsize align;                  /* bytes: the least */
  GstKsRange size;              /* bytes: legal sizes of a block; a request gets the next one */
  gboolean unrounded;           /* a block need not be a multiple of its alignment */
  gboolean fences;              /* the class maps blocks by gst_ks_map_block() */
  gboolean whole;               /* a memory object cannot be parted from its block */
} GstKsTerms;

/* What a frame must be to serve a request; layout is borrowed from it. */
gboolean     gst_ks_frame_init_need (GstKsFrame *need, const GstKsRequest *request, const GstKsTerms *terms, GError **error);
/* TRUE: it has no address, and its memory object has yet to be wiped. */
gboolean     gst_ks_frame_wipe (GstKsFrame *frame, const GstKsRequest *request, gboolean fresh);
/* What gst_ks_frame_wipe() left, for memory objects that can be parted from their block. */
gboolean     gst_ks_frame_wipe_block (GstKsFrame *frame, GError **error);
/* The memory object to hand out: the one that rests on it, or a new one. */
GstMemory *  gst_ks_frame_dress (GstKsFrame *frame, const GstKsFrame *need);
/* Who wants to know when the frame is back. */
void         gst_ks_frame_set_returned (GstKsFrame *frame, GDestroyNotify returned, gpointer data);
/* Nobody pays for it any more. */
void         gst_ks_frame_end_hand_out (GstKsFrame *frame);
/* What whole objects have as their layout when nobody asked for one: only what
 * has a layout rests in the store as the object that it is. */
GRefString * gst_ks_frame_whole_layout (void);
/* Whether the memory object that rests on a frame is the one that is needed. */
gboolean     gst_ks_frame_has_shape_of (const GstKsFrame *frame, const GstKsFrame *need);
/* Whether an idle frame may serve, its size aside. */
gboolean     gst_ks_frame_fits (const GstKsFrame *frame, const GstKsFrame *need);
void         gst_ks_frame_touch (GstKsFrame *frame);
void         gst_ks_frame_free (GstKsFrame *frame);
/* frames chained by by_age */
void         gst_ks_frames_free (GQueue *frames);

G_END_DECLS
