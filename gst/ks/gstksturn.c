/* GstKsTurn: counts the copies of an element that works in place, and avoids them by waiting. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Behind a tee, a frame that is changed in place has to be copied while
 * another branch still looks at it. A moment later it would not: that branch
 * goes on, and lets go. So where nobody has a deadline, the frame waits for
 * its turn in front of the element, and the queue there takes what comes
 * meanwhile.
 *
 * It does not wait where that would not end: for the first frame, which the
 * sinks of all branches keep until all have one; for the last, which a sink
 * keeps for good; when a question is on its way through the queue, as whoever
 * makes frames waits for the answer; and when the pipeline is not to play. And
 * where waiting once did not help, as branches depend on each other in a way
 * that nobody sees from here, it is given up.
 */
#include "gstksturn.h"

#include "gstkslock.h"

#define SHORT_NAP 20            /* us; doubled up to */
#define LONG_NAP 500
#define PATIENCE (G_TIME_SPAN_SECOND / 2)       /* with one frame */

typedef struct
{
  GWeakRef bin_ref;
  GWeakRef queue_ref;
  gboolean waits;
  gboolean last_is_kept;
  GstKsCopyCount *count;        /* owned */
  gint active;                  /* atomic */
  gint started;                 /* atomic; the first frame has gone by */
  gint ended;                   /* atomic; EOS came to the queue */
  gint asked;                   /* atomic; a query came to the queue, and has not left it */
  gint given_up;                /* atomic; until the stream starts again */
  GstMemory *entered;           /* by the streaming thread, to compare only */
} Watch;

struct _GstKsTurn
{
  Watch *watch;                 /* owned */
  GstPad *pads[4];              /* owned; that the probes are on */
  gulong probes[4];
};

static void
watch_clear (gpointer data)
{
  Watch *watch = data;

  g_weak_ref_clear (&watch->bin_ref);
  g_weak_ref_clear (&watch->queue_ref);
  g_atomic_rc_box_release (watch->count);
}

static void
watch_unref (gpointer watch)
{
  g_atomic_rc_box_release_full (watch, watch_clear);
}

/* --- may it wait --- */

static guint
count_behind (GstElement * queue)
{
  guint buffers;

  g_object_get (queue, "current-level-buffers", &buffers, NULL);
  return buffers;
}

static gboolean
may_wait (Watch * watch, GstPad * pad)
{
  g_autoptr (GstElement) queue = g_weak_ref_get (&watch->queue_ref);
  g_autoptr (GstElement) bin = g_weak_ref_get (&watch->bin_ref);

  return queue && bin && g_atomic_int_get (&watch->active)
      && !g_atomic_int_get (&watch->asked)
      && !g_atomic_int_get (&watch->given_up)
      && !GST_PAD_IS_FLUSHING (pad)
      && GST_STATE_TARGET (bin) == GST_STATE_PLAYING
      && (!watch->last_is_kept || !g_atomic_int_get (&watch->ended)
      || count_behind (queue) > 0);
}

/* Frames that others cannot have let go of yet are copied, without a fault. */
static gboolean
is_excused (Watch * watch)
{
  return g_atomic_int_get (&watch->asked)
      || g_atomic_int_get (&watch->given_up);
}

/* --- probes --- */

static GstMemory *
root_of (GstBuffer * buffer)
{
  GstMemory *memory = gst_buffer_n_memory (buffer) > 0
      ? gst_buffer_peek_memory (buffer, 0) : NULL;

  while (memory && memory->parent)
    memory = memory->parent;
  return memory;
}

static void
wait_for_turn (Watch * watch, GstPad * pad, GstBuffer * buffer)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;
  gulong nap = SHORT_NAP;

  while (!gst_buffer_is_all_memory_writable (buffer) && may_wait (watch, pad)) {
    if (g_get_monotonic_time () > end) {
      GST_INFO_OBJECT (pad, "waiting for a turn does not help here");
      g_atomic_int_set (&watch->given_up, TRUE);
    }
    g_usleep (nap);
    nap = MIN (nap * 2, LONG_NAP);
  }
  if (is_excused (watch))
    g_atomic_pointer_add (&watch->count->hurried, 1);
}

static GstPadProbeReturn
frame_enters (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  Watch *watch = user_data;

  g_atomic_pointer_add (&watch->count->frames, 1);
  if (g_atomic_int_compare_and_exchange (&watch->started, FALSE, TRUE))
    g_atomic_pointer_add (&watch->count->starts, 1);
  else if (watch->waits)
    wait_for_turn (watch, pad, buffer);
  watch->entered = root_of (buffer);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
frame_leaves (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Watch *watch = user_data;

  if (root_of (GST_PAD_PROBE_INFO_BUFFER (info)) != watch->entered)
    g_atomic_pointer_add (&watch->count->observed, 1);
  return GST_PAD_PROBE_OK;
}

static void
note_event (Watch * watch, GstEvent * event)
{
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_EOS:
      g_atomic_int_set (&watch->ended, TRUE);
      break;
    case GST_EVENT_STREAM_START:
    case GST_EVENT_FLUSH_STOP:
      g_atomic_int_set (&watch->ended, FALSE);
      g_atomic_int_set (&watch->started, FALSE);
      g_atomic_int_set (&watch->asked, FALSE);
      g_atomic_int_set (&watch->given_up, FALSE);
      break;
    default:
      break;
  }
}

/* At the queue. */
static GstPadProbeReturn
something_comes (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Watch *watch = user_data;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM) {
    if (GST_QUERY_IS_SERIALIZED (GST_PAD_PROBE_INFO_QUERY (info)))
      g_atomic_int_set (&watch->asked, TRUE);
  } else {
    note_event (watch, GST_PAD_PROBE_INFO_EVENT (info));
  }
  return GST_PAD_PROBE_OK;
}

/* At the element. */
static GstPadProbeReturn
query_enters (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  if (GST_QUERY_IS_SERIALIZED (GST_PAD_PROBE_INFO_QUERY (info)))
    g_atomic_int_set (&((Watch *) user_data)->asked, FALSE);
  return GST_PAD_PROBE_OK;
}

/* --- the object --- */

static void
add_probe (GstKsTurn * turn, guint index, GstPad * pad, GstPadProbeType type,
    GstPadProbeCallback callback)
{
  turn->pads[index] = gst_object_ref (pad);
  turn->probes[index] = gst_pad_add_probe (pad, type, callback,
      g_atomic_rc_box_acquire (turn->watch), watch_unref);
}

/* Takes no lock; adds probes. */
GstKsTurn *
gst_ks_turn_new (const GstKsTurnPlace * place, GstKsCopyCount * count)
{
  GstKsTurn *turn = g_new0 (GstKsTurn, 1);
  Watch *watch = g_atomic_rc_box_new0 (Watch);
  g_autoptr (GstPad) before = place->queue
      ? gst_element_get_static_pad (place->queue, "sink") : NULL;

  turn->watch = watch;
  g_weak_ref_init (&watch->bin_ref, place->bin);
  g_weak_ref_init (&watch->queue_ref, place->queue);
  watch->waits = place->queue != NULL;
  watch->last_is_kept = place->last_is_kept;
  watch->count = g_atomic_rc_box_acquire (count);
  g_atomic_int_set (&watch->active, TRUE);
  add_probe (turn, 0, place->sink, GST_PAD_PROBE_TYPE_BUFFER, frame_enters);
  add_probe (turn, 1, place->src, GST_PAD_PROBE_TYPE_BUFFER, frame_leaves);
  add_probe (turn, 2, before ? before : place->sink, GST_PAD_PROBE_TYPE_PUSH
      | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_EVENT_FLUSH
      | (before ? GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM : 0), something_comes);
  add_probe (turn, 3, place->sink, GST_PAD_PROBE_TYPE_PUSH
      | GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, query_enters);
  return turn;
}

/* Whoever waits for a turn goes on. */
void
gst_ks_turn_free (GstKsTurn * turn)
{
  g_atomic_int_set (&turn->watch->active, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (turn->pads); i++) {
    gst_pad_remove_probe (turn->pads[i], turn->probes[i]);
    gst_object_unref (turn->pads[i]);
  }
  watch_unref (turn->watch);
  g_free (turn);
}
