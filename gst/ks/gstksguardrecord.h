/* GstKsGuardRecord: what is known of a guarded block, and who had it. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksframe.h"

G_BEGIN_DECLS

#define GST_KS_GUARD_OWNERS 4
#define GST_KS_GUARD_THREAD 16          /* bytes that the kernel has for a name */
#define GST_KS_GUARD_TEXT 2048          /* bytes that a report takes at most */

/* One who had the block. Plain bytes, because a signal handler reads them. */
typedef struct
{
  gchar owner[48];              /* who handed it out: a pool */
  gchar taker[GST_KS_GUARD_THREAD];     /* thread that it was handed to */
  gchar way[160];               /* pads that it was pushed through, "a:src > b:src" */
  gchar into[64];               /* "element:pad" that got it last; "": none is known */
  gchar returner[GST_KS_GUARD_THREAD];  /* thread that gave it back */
  gint64 out;                   /* monotonic, microseconds */
  gint64 back;                  /* the same; 0: not yet */
} GstKsGuardOwner;

/* Records are never freed, only used again: a signal handler may look at one
 * while its block goes. The lock of the list of records guards all but what a
 * handler reads, which is atomic or plain bytes. */
struct _GstKsGuardRecord
{
  gboolean used;                /* atomic */
  GstKsGuard mode;              /* PATTERN or PAGES */
  const gchar *kind;            /* static */
  GstKsBlock made;              /* as the class made it */
  gsize fence;                  /* bytes before and after made; 0: the class made no room */
  gboolean bytes;               /* those of the block may be written by us */
  gboolean armed;               /* it is handed out */
  gboolean closed;              /* idle: pages cannot be touched, or have the pattern */
  gboolean shut;                /* closed, and by pages that cannot be touched */
  gsize front;                  /* bytes of the block before the frame */
  gsize size;                   /* bytes of the frame: prefix, what is seen, padding */
  gconstpointer origin;         /* who is told; compared only; NULL: anybody */
  guint n_owners;               /* goes on counting; the last is the newest */
  GstKsGuardOwner owners[GST_KS_GUARD_OWNERS];
};

typedef enum
{
  GST_KS_FAULT_BEFORE,          /* written before the frame */
  GST_KS_FAULT_AFTER,           /* written after the frame */
  GST_KS_FAULT_IDLE,            /* written while nobody had it */
  GST_KS_FAULT_TWICE,           /* given back twice */
  GST_KS_FAULT_FOREIGN,         /* given back, or passed off, as what it is not */
  GST_KS_FAULT_NEVER            /* not given back */
} GstKsFaultType;

typedef struct
{
  GstKsFaultType type;
  const GstKsGuardRecord *record;       /* NULL: not guarded memory */
  gconstpointer origin;         /* who is told; compared only; NULL: anybody */
  goffset offset;               /* bytes from the frame's start, to the first wrong one */
  gsize count;                  /* wrong bytes from there to the last; 0: not known */
  gchar *text;                  /* owned; all in words; NULL: not yet */
} GstKsFault;

/* --- the list --- */

GstKsGuardRecord * gst_ks_guard_record_new (GstKsGuard mode, const gchar *kind);
void               gst_ks_guard_record_free (GstKsGuardRecord *record);
/* All, used or not; for signal handlers too. NULL: that was the last. */
GstKsGuardRecord * gst_ks_guard_record_nth (guint n);
void               gst_ks_guard_lock (void);
void               gst_ks_guard_unlock (void);

/* --- who has it --- */

void               gst_ks_guard_owner_begin (GstKsGuardRecord *record, const gchar *owner);
void               gst_ks_guard_owner_end (GstKsGuardRecord *record);
/* It is pushed through a pad, to one that may be NULL. */
void               gst_ks_guard_owner_step (GstKsGuardRecord *record, const gchar *from, const gchar *into);
/* GST_KS_GUARD_THREAD bytes: the thread that calls; for signal handlers too. */
void               gst_ks_guard_name_thread (gchar *name);
const GstKsGuardOwner * gst_ks_guard_owner_peek (const GstKsGuardRecord *record);

/* --- telling --- */

/* For signal handlers too: what happened, who had it, what helps. */
void               gst_ks_guard_describe (const GstKsFault *fault, gboolean at_once, gchar *text, gsize size);
/* Makes the fault's text; the lock is held, or the frame is the caller's. */
void               gst_ks_guard_word (GstKsFault *fault);
/* Counts it, tells who listens and frees the text. No lock held. */
void               gst_ks_guard_tell (GstKsFault *fault);
/* What guard mode cannot do goes to the log. No lock held. */
void               gst_ks_guard_note (const gchar *text);
/* TRUE: it is his and he has told people. */
typedef gboolean (*GstKsGuardHear) (GObject *who, const GstKsFault *fault);
/* As long as who lives. A fault without origin is anybody's. */
void               gst_ks_guard_hear (GObject *who, GstKsGuardHear func);

/* SIGSEGV is named from now on. */
void               gst_ks_guard_catch (void);

G_END_DECLS
