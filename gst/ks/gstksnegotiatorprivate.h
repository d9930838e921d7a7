/* What the files of GstKsNegotiator share. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksask.h"
#include "gstksnegotiator.h"
#include "gstksturn.h"
#include "gstkswatch.h"

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_ks_negotiator_debug);

/* What came out of a pad since it was answered first; reference counted, each
 * field atomic. */
typedef struct
{
  GstAllocator *expected;       /* not owned, to compare only; NULL: any */
  gsize frames;
  gsize elsewhere;              /* of them, those of another allocator */
} GstKsTraffic;

/* A copy for the sake of frame integrity. */
typedef struct
{
  gchar *a;                     /* owned; names of the pads it is between */
  gchar *b;                     /* owned */
  const gchar *cause;           /* static: why it is made, or how it is avoided */
  gchar *lever;                 /* owned; what would avoid it; NULL: nothing */
  gboolean avoided;             /* but for what is foretold */
  guint per_frame;              /* foretold: so many for each frame */
  guint once;                   /* and so many each time that the stream starts */
  GstKsCopyCount *count;        /* owned */
  GstKsTurn *turn;              /* owned; NULL: nothing to be counted */
} GstKsCopy;

/* A source pad that asked where its frames come from. */
typedef struct
{
  GstKsGraph *graph;            /* owned; what it met; its first pad is the head */
  GstKsPlan *plan;              /* owned; that it was answered by; NULL: none */
  GstStructure *said;           /* owned; what was said on the bus last; NULL: nothing */
  GPtrArray *copies;            /* owned; of GstKsCopy; NULL: not looked for yet */
  GPtrArray *apart;             /* owned; of GWeakRef: elements that it had not work in place */
  GstKsWatch *watch;            /* owned; notes who has frames; NULL: no cap */
  GstKsTraffic *traffic;        /* owned */
  gulong probe;                 /* that counts it */
  GWeakRef pool;                /* that it was given; a GstKsPool, or none */
} GstKsHead;

struct _GstKsNegotiator
{
  GObject parent;

  GWeakRef bin;

  /* Guards what follows; never held while foreign code is called. */
  GMutex lock;
  gboolean attached;
  GHashTable *sites;            /* GstPad, not owned -> GstKsSite */
  GHashTable *heads;            /* GstPad, owned -> GstKsHead, owned: gst_ks_heads_free() */
};

/* One question and what becomes of it; from one thread. */
typedef struct
{
  GstKsNegotiator *self;
  GstBin *bin;
  GstPad *pad;                  /* that asks */
  GstQuery *query;              /* the pad's, to be filled in */
  GstKsAsk *ask;                /* ours, over by now */
  GstKsPlan *plan;
  const GstKsSegment *segment;  /* of plan, that the pad is in */
} GstKsNegotiatorCase;

/* gstksnegotiatorsites.c */
void        gst_ks_negotiator_watch (GstKsNegotiator *self, GstBin *bin);
void        gst_ks_negotiator_unwatch (GstKsNegotiator *self, GstBin *bin);
void        gst_ks_site_free (gpointer site);

/* gstksnegotiatormark.c */
gpointer          gst_ks_negotiator_mark (GstKsNegotiator *self, GstPad *pad);
void              gst_ks_negotiator_unmark (GstPad *pad, gpointer mark);
GstKsNegotiator * gst_ks_negotiator_find (GstPad *pad);
void              gst_ks_negotiator_count_question (GstPad *pad, gint change);
gboolean          gst_ks_negotiator_is_asked (GstPad *pad);

/* gstksnegotiatorgraph.c */
gchar *      gst_ks_negotiator_name_pad (GstPad *pad, GstBin *bin);
GstKsGraph * gst_ks_negotiator_graph_of (GstKsAsk *ask, GstBin *bin, GError **error);
/* NULL: somebody takes nothing but that kind, or nobody takes it. */
GstKsGraph * gst_ks_negotiator_graph_without (const GstKsGraph *graph, const gchar *kind);
gboolean     gst_ks_negotiator_merge (GstKsGraph *into, const GstKsGraph *graph, GstKsPlan *settled, GError **error);
gboolean     gst_ks_negotiator_share_pads (const GstKsGraph *a, const GstKsGraph *b);
const GstKsSegment * gst_ks_negotiator_find_segment (const GstKsPlan *plan, const gchar *pad, guint *at);

/* gstksnegotiatortraffic.c */
GstKsTraffic * gst_ks_traffic_new (void);
void        gst_ks_traffic_unref (GstKsTraffic *traffic);
gulong      gst_ks_traffic_watch (GstKsTraffic *traffic, GstPad *pad);
void        gst_ks_traffic_expect (GstKsTraffic *traffic, GstAllocator *allocator);

/* gstksnegotiatorheads.c */
void        gst_ks_head_free (GstPad *pad, GstKsHead *head);
void        gst_ks_heads_free (GHashTable *heads);
void        gst_ks_negotiator_drop_head (GstKsNegotiator *self, GstPad *pad);
GstKsPlan * gst_ks_negotiator_settle (GstKsNegotiator *self, GstPad *pad, GstKsGraph *graph);
void        gst_ks_negotiator_expect (GstKsNegotiator *self, GstPad *pad, GstAllocator *allocator, GstBufferPool *pool);

/* gstksnegotiatorreport.c */
gboolean    gst_ks_negotiator_say_negotiated (GstKsNegotiator *self, GstBin *bin, GstPad *pad, GstStructure *structure);
void        gst_ks_negotiator_say_conflict (GstBin *bin, GstPad *pad, const GstKsGraph *graph, const GstKsConflict *conflict);
void        gst_ks_negotiator_say_fallback (GstBin *bin, GstPad *pad, const gchar *wanted, const gchar *used, const gchar *text);

/* gstksnegotiatorcopies.c */
void            gst_ks_copy_free (gpointer copy);
GPtrArray *     gst_ks_apart_new (void);
/* Takes apart: its elements work in place again. No lock held. */
void            gst_ks_apart_free (GPtrArray *apart);
void            gst_ks_negotiator_watch_copies (const GstKsNegotiatorCase *c);

/* gstksnegotiatorstarve.c */
void            gst_ks_negotiator_hear_pool (GstBin *bin, GstKsPoolOptions *options);
void            gst_ks_negotiator_watch_frames (const GstKsNegotiatorCase *c);

/* gstksnegotiatorpool.c */
gboolean        gst_ks_negotiator_make_offer (const GstKsNegotiatorCase *c, GstKsQueryOffer *offer, GError **error);
GstKsFraming *  gst_ks_negotiator_framing_of (const GstKsNegotiatorCase *c, const GstKsQueryOffer *offer, GError **error);
/* Whether frames come out of what somebody downstream offered. */
gboolean        gst_ks_negotiator_try_theirs (const GstKsNegotiatorCase *c, const GstKsQueryReply *theirs, const GstKsQueryOffer *offer, GError **error);
GstBufferPool * gst_ks_negotiator_make_pool (const GstKsNegotiatorCase *c, GstAllocator *allocator, GstKsQueryOffer *offer, GError **error);
/* A pad of the segment makes pools and names the kind of memory itself. */
gboolean       gst_ks_negotiator_has_maker (const GstKsNegotiatorCase *c);

/* gstksnegotiatoranswer.c */
/* In the probe of the pad that asks, whatever the query is. */
GstPadProbeReturn gst_ks_negotiator_answer (GstKsNegotiator *self, GstPad *pad, GstQuery *query);

G_END_DECLS
