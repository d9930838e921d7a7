/* GstKsAsk: one ALLOCATION query of ours, and what it met on its way. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksframing.h>
#include <gst/ks/gstksquery.h>

G_BEGIN_DECLS

/* A sink pad that the query came to. */
typedef struct _GstKsAnswer GstKsAnswer;

struct _GstKsAnswer
{
  GstPad *pad;                  /* owned */
  GstPad *from;                 /* owned; the source pad it is linked to */
  GstKsAnswer *parent;          /* the element that passed it on; NULL: the asker */
  GPtrArray *next;              /* of GstKsAnswer, not owned: where it was passed on to */
  gboolean answered;
  GstKsQueryReply reply;        /* silence unless answered */
  GstKsFraming *framing;        /* owned; that the answer carries; NULL: none */
};

#define GST_TYPE_KS_ASK (gst_ks_ask_get_type ())

/* Reference counted; what it holds is under its lock until the query is back,
 * then it is constant. */
typedef struct _GstKsAsk GstKsAsk;

GType       gst_ks_ask_get_type (void);
GstKsAsk *  gst_ks_ask_new (GstPad *head, GstCaps *caps, gboolean need_pool);
GstKsAsk *  gst_ks_ask_ref (GstKsAsk *ask);
void        gst_ks_ask_unref (GstKsAsk *ask);

/* From the thread that made it. */
void        gst_ks_ask_send (GstKsAsk *ask);
/* Whether this thread streams @src, as far as that can be told. */
gboolean    gst_ks_ask_is_streaming (GstPad *src);

/* Borrowed; NULL: the query is somebody's own. */
GstKsAsk *  gst_ks_ask_of (GstQuery *query);
/* In a probe of a sink pad: before its element sees the query, and after. */
void        gst_ks_ask_enter (GstKsAsk *ask, GstPad *pad);
void        gst_ks_ask_leave (GstKsAsk *ask, GstPad *pad, GstQuery *query);
/* Asks behind each source pad of an element in its place; whether all answered. */
gboolean    gst_ks_ask_branches (GstKsAsk *ask, GstElement *element, GstQuery *query);

/* All once gst_ks_ask_send() is over. */
GstPad *    gst_ks_ask_peek_head (const GstKsAsk *ask);
GstCaps *   gst_ks_ask_peek_caps (const GstKsAsk *ask);
/* What came back to the asker: to be read only. */
GstQuery *  gst_ks_ask_peek_query (const GstKsAsk *ask);
gboolean    gst_ks_ask_is_answered (const GstKsAsk *ask);
guint       gst_ks_ask_get_n_answers (const GstKsAsk *ask);
const GstKsAnswer * gst_ks_ask_peek_answer (const GstKsAsk *ask, guint index);

/* The calling thread keeps all others from pushing by @head, as an IDLE probe
 * does: it counts as the one that streams it. NULL: not any more. */
void        gst_ks_ask_claim (GstPad *head);

/* How many queries were sent by a thread that does not stream the pad. */
guint       gst_ks_ask_count_strays (void);
/* A critical message unless @may_ask, in builds that check. */
void        gst_ks_ask_certify (GstPad *src, gboolean may_ask);

/* Entries of one ALLOCATION query in another, in the place of what is there. */
void        gst_ks_ask_copy_lists (GstQuery *to, GstQuery *from);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKsAsk, gst_ks_ask_unref)

G_END_DECLS
