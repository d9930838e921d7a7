/* An element that lies: a stock one whose pad answers queries by a function of the test.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

/* No run of these tests takes a tenth of it: reached only by a hang. */
#define LIAR_WATCHDOG (30 * GST_SECOND)

typedef struct _Liar Liar;

/* What it does in place of its element, which is asked by liar_be_honest(). */
typedef gboolean (*Lie) (Liar *liar, GstQuery *query);

struct _Liar
{
  GstPad *pad;                  /* owned; a sink pad of the element named liar */
  GstElement *pipeline;         /* not owned */
  GstKsNegotiator *negotiator;  /* not owned; NULL: unknown to it, or gone */
  Lie lie;
  GstPadQueryFunction honest;
  gint asked;                   /* atomic; ALLOCATION queries that came */
  gint frames;                  /* atomic; that came */
  GstBufferPool *pool;          /* owned; that it offers; NULL: none yet */
  GstAllocator *allocator;      /* owned; that it offers; NULL: none yet */
  GstQuery *query;              /* owned; that it kept; NULL: none */
  GstElement *gone;             /* owned; itself, when it has left; NULL: it has not */
  GQueue kept;                  /* of GstBuffer, owned */
  gboolean keeps;
};

static inline Liar *
liar_of (GstPad *pad)
{
  return g_object_get_data (G_OBJECT (pad), "liar");
}

static inline gboolean
liar_be_honest (Liar *liar, GstQuery *query)
{
  g_autoptr (GstObject) parent = gst_object_get_parent (GST_OBJECT (liar->pad));

  return liar->honest (liar->pad, parent, query);
}

static inline gboolean
liar_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  Liar *liar = liar_of (pad);

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return liar->honest (pad, parent, query);
  g_atomic_int_inc (&liar->asked);
  return liar->lie (liar, query);
}

static inline GstPadProbeReturn
liar_note (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Liar *liar = user_data;

  g_atomic_int_inc (&liar->frames);
  if (liar->keeps)
    g_queue_push_tail (&liar->kept,
        gst_buffer_ref (GST_PAD_PROBE_INFO_BUFFER (info)));
  return GST_PAD_PROBE_OK;
}

static inline void
liar_init (Liar *liar, GstElement *pipeline, Lie lie)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline),
      "liar");

  *liar = (Liar) { .pipeline = pipeline, .lie = lie };
  liar->pad = gst_element_get_static_pad (element, "sink");
  liar->honest = GST_PAD_QUERYFUNC (liar->pad);
  g_object_set_data (G_OBJECT (liar->pad), "liar", liar);
  gst_pad_set_query_function (liar->pad, liar_query);
  gst_pad_add_probe (liar->pad, GST_PAD_PROBE_TYPE_BUFFER, liar_note, liar,
      NULL);
}

/* Once its pipeline is stopped. */
static inline void
liar_clear (Liar *liar)
{
  g_queue_clear_full (&liar->kept, (GDestroyNotify) gst_buffer_unref);
  gst_clear_object (&liar->pool);
  gst_clear_object (&liar->allocator);
  gst_clear_query (&liar->query);
  if (liar->gone)
    gst_element_set_state (liar->gone, GST_STATE_NULL);
  gst_clear_object (&liar->gone);
  gst_clear_object (&liar->pad);
}

static inline GstElement *
liar_launch (const gchar *launch)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error);

  fail_unless (error == NULL, "%s: %s", launch, error ? error->message : "");
  return pipeline;
}

/* EOS, or the first error; silence is a failure. Owned. */
static inline GstMessage *
liar_play (GstElement *pipeline, const gchar *name)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, LIAR_WATCHDOG,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL, "%s: silence", name);
  return message;
}

typedef struct
{
  GMutex lock;
  GCond gone_cond;
  gboolean gone;
} LiarEnd;

static inline void
liar_gone (gpointer user_data, GObject *where)
{
  LiarEnd *end = user_data;

  g_mutex_lock (&end->lock);
  end->gone = TRUE;
  g_cond_signal (&end->gone_cond);
  g_mutex_unlock (&end->lock);
}

/* The last reference, once GStreamer's own threads have let go of theirs. */
static inline void
liar_let_go (gpointer object)
{
  gint64 watchdog = g_get_monotonic_time () + GST_TIME_AS_USECONDS
      (LIAR_WATCHDOG);
  LiarEnd end = { .gone = FALSE };

  g_object_weak_ref (object, liar_gone, &end);
  g_object_unref (object);
  g_mutex_lock (&end.lock);
  while (!end.gone && g_cond_wait_until (&end.gone_cond, &end.lock, watchdog));
  g_mutex_unlock (&end.lock);
  fail_unless (end.gone, "somebody keeps it");
}
