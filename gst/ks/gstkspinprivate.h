/* What the files of GstKsPin share. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkspin.h"

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_ks_pin_debug);

/* What was read of, and written for, one peer. */
typedef struct
{
  GWeakRef peer;                /* the pad that the slots are of */
  GstKsFramingProp form;
  GstKsFraming *last;           /* owned; NULL: empty */
  GstKsFraming *orig;           /* owned; NULL: empty */
  GstKsFraming *written;        /* owned; NULL: empty */
} GstKsPinCache;

/* What the owner set; a plain value. */
typedef struct
{
  GstKsPinFlags flags;
  const gchar *bus;             /* interned; NULL: any */
  gboolean honor_count;
  guint surface_width;          /* pixels; 0: not fixed */
  guint surface_height;
  guint64 preferred_surface;    /* 0: none */
  gboolean acquire_ordering;
} GstKsPinSettings;

/* Allocates nothing of the pin's: the element brings frames of its own. */
typedef struct
{
  GstKsPinFrameReturn returned; /* NULL: off */
  gpointer user_data;
} GstKsPinInjection;

struct _GstKsPin
{
  GObject parent;

  GWeakRef pad;                 /* the pad owns the pin */

  /* Guards what follows; never held while foreign code is called. */
  GMutex lock;
  GstKsFraming *framing;        /* owned; NULL: none */
  GstKsPinSettings settings;
  GstKsPinCache cache;
  GstKsPool *allocator;         /* owned; NULL: none was assigned */
  const GstKsPinDispatch *dispatch;     /* static; NULL: brings none */
  GstKsPinMakePool make_pool;   /* NULL: makes none */
  GstKsPinInjection injection;
  guint64 pipe_id;              /* 0: not in a pipe */
};

/* Of one allocation: what both sides can live with, and who may have it. */
typedef struct
{
  GstKsPin *pin;                /* borrowed; NULL: an element without pins */
  GstKsFraming *framing;        /* owned; what is asked for */
  GstKsFramingItem item;        /* the one that is served: of dispatch, else of ours */
  GstKsFraming *ours;           /* owned; what allocators of ours may serve; NULL: nothing */
  GstKsFraming *theirs;         /* owned; what downstream says; NULL: nothing */
  GstKsPinSettings settings;
  const GstKsPinDispatch *dispatch;
  guint held;                   /* frames that downstream's framing leaves out */
  gboolean foreign;             /* frames can come to an element without pins */
} GstKsPinTerms;

void     gst_ks_pin_init_debug (void);
void     gst_ks_pin_cache_clear (GstKsPinCache *cache);
gboolean gst_ks_pin_check_stopped (GstKsPin *pin, const gchar *what, GError **error);
gchar *  gst_ks_pin_name (GstKsPin *pin);
void     gst_ks_pin_say_acquired (GstKsPin *pin);
GstPad * gst_ks_pin_find_peer (GstPad *pad);

/* Sees a pin that the frames of a pad come to; NULL: a pad without one. */
typedef void (*GstKsPinVisit) (GstKsPin *pin, gpointer user_data);
void     gst_ks_pin_walk (GstKsPin *pin, GstKsPinVisit visit, gpointer user_data);
gboolean gst_ks_pin_reaches_foreign (GstKsPin *pin);

/* gstkspinterms.c */
gboolean        gst_ks_pin_terms_may_allocate (const GstKsPinTerms *terms);
gboolean        gst_ks_pin_terms_init (GstKsPinTerms *terms, GstKsPin *pin, GError **error);
void            gst_ks_pin_terms_init_alone (GstKsPinTerms *terms, GstKsFraming *framing);
void            gst_ks_pin_terms_clear (GstKsPinTerms *terms);
gsize           gst_ks_pin_terms_size (const GstKsPinTerms *terms, const GstCaps *caps);
void            gst_ks_pin_terms_hold (GstKsFramingItem *item, guint frames);
void            gst_ks_pin_terms_count (const GstKsPinTerms *terms, GstKsQueryOffer *offer);
GstAllocator *  gst_ks_pin_terms_open (const GstKsPinTerms *terms, const GstKsQueryOffer *offer, GError **error);
GstBufferPool * gst_ks_pin_terms_pool (const GstKsPinTerms *terms, GstAllocator *allocator, GstKsQueryOffer *offer, GstQuery *query, GError **error);

/* gstkspintake.c */
gboolean        gst_ks_pin_terms_take (const GstKsPinTerms *terms, const GstKsQueryReply *reply, const GstCaps *caps);

/* gstkspinpropose.c, gstkspindecide.c */
gboolean        gst_ks_pin_terms_propose (GstKsPinTerms *terms, GstQuery *query, GError **error);
gboolean        gst_ks_pin_terms_decide (GstKsPinTerms *terms, GstQuery *query, GstKsDecision *decision, GError **error);

/* gstkspinpool.c */
gboolean        gst_ks_pin_makes_pool (GstKsPin *pin);
GstBufferPool * gst_ks_pin_make_pool (GstKsPin *pin, GstAllocator *allocator, const GstKsFraming *framing, GstQuery *query, GError **error);
gboolean        gst_ks_pin_has_flag (GstKsPin *pin, GstKsPinFlags flag);
const gchar *   gst_ks_pin_own_kind (GstKsPin *pin);

/* gstkspadattach.c */
void            gst_ks_pad_attach_hear_pool (GstKsPin *pin, GstKsPoolOptions *options);

/* gstkspindispatch.c */
GstAllocator * gst_ks_pin_dispatch_new (GstKsPin *pin, const GstKsPinDispatch *dispatch, const GstKsAbiFraming *framing, GError **error);
gboolean       gst_ks_pin_dispatch_initialize (GstAllocator *allocator, GError **error);

G_END_DECLS
