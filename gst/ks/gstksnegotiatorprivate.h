/* What the files of GstKsNegotiator share. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksask.h"
#include "gstksnegotiator.h"

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (gst_ks_negotiator_debug);

/* A source pad that asked where its frames come from. */
typedef struct
{
  GstKsGraph *graph;            /* owned; what it met; its first pad is the head */
  GstKsPlan *plan;              /* owned; that it was answered by; NULL: by others */
  gchar *said;                  /* owned; what was said on the bus last */
} GstKsHead;

struct _GstKsNegotiator
{
  GObject parent;

  GWeakRef bin;

  /* Guards what follows; never held while foreign code is called. */
  GMutex lock;
  gboolean attached;
  GHashTable *sites;            /* GstPad, not owned -> GstKsSite */
  GHashTable *heads;            /* GstPad, owned -> GstKsHead */
};

/* gstksnegotiatorsites.c */
void        gst_ks_negotiator_watch (GstKsNegotiator *self, GstBin *bin);
void        gst_ks_negotiator_unwatch (GstKsNegotiator *self, GstBin *bin);
void        gst_ks_site_free (gpointer site);

/* gstksnegotiatorgraph.c */
GstKsGraph * gst_ks_negotiator_graph_of (GstKsAsk *ask, GstBin *bin, GError **error);
gboolean     gst_ks_negotiator_merge (GstKsGraph *into, const GstKsGraph *graph, GstKsPlan *settled, GError **error);
gboolean     gst_ks_negotiator_share_pads (const GstKsGraph *a, const GstKsGraph *b);
const GstKsSegment * gst_ks_negotiator_find_segment (const GstKsPlan *plan, const gchar *pad, guint *at);

/* gstksnegotiatorheads.c */
void        gst_ks_head_free (gpointer head);
void        gst_ks_negotiator_drop_head (GstKsNegotiator *self, GstPad *pad);
GstKsPlan * gst_ks_negotiator_settle (GstKsNegotiator *self, GstPad *pad, GstKsGraph *graph);

/* gstksnegotiatoranswer.c */
/* In the probe of the pad that asks, whatever the query is. */
GstPadProbeReturn gst_ks_negotiator_answer (GstKsNegotiator *self, GstPad *pad, GstQuery *query);

G_END_DECLS
