/* Asks for an appsrc where its frames shall come from, in the thread of the application.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * appsrc has a streaming thread. It waits for the first buffer, and holds the
 * stream lock of the pad meanwhile, so nobody else can take it. But a query
 * must not run into buffers, and caps not between those that they are not for.
 * Two ways keep the thread out:
 *
 * - The stream lock, where it is free: the thread has not come yet, or it is
 *   the caller, in a callback of appsrc's. Then we do what the thread would do.
 * - An IDLE probe. It is called at once while nothing is being pushed, and until
 *   it returns whoever comes to push waits. We must not push either, then, so
 *   events are left on the pad, where they stick, and go to the peer directly.
 *   appsrc's own thread sends those of the pad once more, which changes nothing.
 *
 * Neither keeps others from stopping the pad and starting it again, so the
 * state is held too, where that could come in between.
 *
 * The probe of a pad that is in use would be called later, by whoever uses it.
 * We take it off again: a push may last as long as a pipeline is paused.
 */
#include "gstksappsrcprivate.h"

#include <gst/base/gstbasesrc.h>

#include "gstkslock.h"
#include "gstksnegotiatorprivate.h"

/* How long the first events of a stream may be on their way, in microseconds. */
#define PATIENCE (2 * G_USEC_PER_SEC)
/* Between two looks. They take a few of its thread's steps. */
#define PAUSE 1000

/* The idle probe, which may outlive the call that set it. Reference counted. */
typedef struct
{
  GThread *owner;               /* not owned, to compare only */
  GstKsAppsrcCall *call;        /* borrowed: the owner's thread only */
  GstKsAppsrcOutcome outcome;
  GError *error;                /* owned until it is propagated */
} Attempt;

gboolean
gst_ks_appsrc_has_started (const GstKsAppsrcCall * call)
{
  g_autoptr (GstEvent) segment = gst_pad_get_sticky_event (call->pad,
      GST_EVENT_SEGMENT, 0);
  guint64 waiting;

  g_object_get (call->appsrc, "current-level-buffers", &waiting, NULL);
  return segment != NULL || waiting > 0;
}

/* --- caps --- */

static gboolean
has_caps (GstPad * pad, const GstCaps * caps)
{
  g_autoptr (GstCaps) now = gst_pad_get_current_caps (pad);

  return now && gst_caps_is_equal (now, caps);
}

gboolean
gst_ks_appsrc_check_pad (GstPad * pad, GError ** error)
{
  GstPadMode mode;

  if (!gst_pad_is_linked (pad)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_STATE,
        "%s:%s is not linked, so nobody can be asked; link it first",
        GST_DEBUG_PAD_NAME (pad));
    return FALSE;
  }
  GST_OBJECT_LOCK (pad);
  mode = GST_PAD_MODE (pad);
  GST_OBJECT_UNLOCK (pad);
  if (mode == GST_PAD_MODE_PUSH)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_STATE, "%s:%s %s",
      GST_DEBUG_PAD_NAME (pad), mode == GST_PAD_MODE_NONE
      ? "is not active; set the pipeline to PAUSED or PLAYING first"
      : "is pulled from; set stream-type to stream or seekable");
  return FALSE;
}

static gboolean
check_caps (const GstKsAppsrcCall * call, GstPad * peer, GError ** error)
{
  g_autofree gchar *text = NULL;

  if (peer && has_caps (peer, call->caps))
    return TRUE;
  text = gst_caps_to_string (call->caps);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "whoever is behind %s:%s does not take %s, or is flushing or at its end;"
      " give it other caps, or put a converter in between",
      GST_DEBUG_PAD_NAME (call->pad), text);
  return FALSE;
}

static gboolean
has_begun (const GstKsAppsrcCall * call)
{
  g_autoptr (GstEvent) start = gst_pad_get_sticky_event (call->pad,
      GST_EVENT_STREAM_START, 0);

  return start != NULL;
}

/* FALSE: the streaming thread has not begun the stream yet. */
static gboolean
send_caps (const GstKsAppsrcCall * call, GstPad * peer)
{
  g_autoptr (GstEvent) start = gst_pad_get_sticky_event (call->pad,
      GST_EVENT_STREAM_START, 0);
  g_autoptr (GstEvent) theirs = peer ? gst_pad_get_sticky_event (peer,
      GST_EVENT_STREAM_START, 0) : NULL;
  g_autoptr (GstEvent) caps = NULL;

  if (start == NULL)
    return FALSE;
  if (peer == NULL)
    return TRUE;
  if (theirs == NULL)
    gst_pad_send_event (peer, gst_event_ref (start));
  if (!has_caps (call->pad, call->caps)) {
    caps = gst_event_new_caps (call->caps);
    gst_pad_store_sticky_event (call->pad, caps);
  } else {
    caps = gst_pad_get_sticky_event (call->pad, GST_EVENT_CAPS, 0);
  }
  if (caps && !has_caps (peer, call->caps))
    gst_pad_send_event (peer, gst_event_ref (caps));
  return TRUE;
}

/* --- the question --- */

static gboolean
ask_negotiator (GstKsAppsrcCall * call, GstKsNegotiator * negotiator)
{
  GstPadProbeReturn ret;

  gst_ks_ask_claim (call->pad);
  ret = gst_ks_negotiator_answer (negotiator, call->pad, call->query);
  gst_ks_ask_claim (NULL);
  call->planned = ret != GST_PAD_PROBE_OK;
  return ret == GST_PAD_PROBE_HANDLED;
}

/* Past the probes of our pad, which would wait for us. */
static void
ask_peer (GstKsAppsrcCall * call, GstPad * peer)
{
  g_autoptr (GstKsNegotiator) negotiator = gst_ks_negotiator_find (call->pad);
  gboolean answered;

  call->query = gst_query_new_allocation (call->caps, TRUE);
  answered = negotiator && ask_negotiator (call, negotiator);
  if (!call->planned)
    answered = gst_pad_query (peer, call->query);
  if (!answered)
    gst_ks_query_forget (call->query);
}

/* Nobody else pushes; we may, unless @beside the streaming thread. */
static GstKsAppsrcOutcome
ask_alone (GstKsAppsrcCall * call, gboolean beside, GError ** error)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (call->pad);

  if (gst_ks_appsrc_has_started (call))
    return GST_KS_APPSRC_STARTED;
  /* appsrc asked before, and its answer would come after ours */
  if (gst_ks_negotiator_is_asked (call->pad))
    return GST_KS_APPSRC_BUSY;
  if (!gst_ks_appsrc_check_pad (call->pad, error))
    return GST_KS_APPSRC_FAILED;
  if (!beside)
    gst_base_src_set_caps (GST_BASE_SRC (call->appsrc), call->caps);
  else if (!send_caps (call, peer))
    return GST_KS_APPSRC_BUSY;
  if (!check_caps (call, peer, error))
    return GST_KS_APPSRC_FAILED;
  ask_peer (call, peer);
  return GST_KS_APPSRC_ASKED;
}

/* --- keeping the streaming thread out --- */

static void
attempt_unref (gpointer attempt)
{
  g_atomic_rc_box_release (attempt);
}

/* Another thread comes when the pad is idle at last, and nobody waits for it. */
static GstPadProbeReturn
idle_probe (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Attempt *attempt = user_data;

  GST_KS_ACQUIRE (attempt);
  if (attempt->owner != g_thread_self ())
    return GST_PAD_PROBE_OK;
  attempt->outcome = ask_alone (attempt->call, TRUE, &attempt->error);
  return GST_PAD_PROBE_REMOVE;
}

static GstKsAppsrcOutcome
ask_beside (GstKsAppsrcCall * call, GError ** error)
{
  Attempt *attempt = g_atomic_rc_box_new0 (Attempt);
  GstKsAppsrcOutcome outcome;
  gulong probe;

  *attempt = (Attempt) {
  g_thread_self (), call, GST_KS_APPSRC_BUSY, NULL};
  GST_KS_RELEASE (attempt);
  probe = gst_pad_add_probe (call->pad, GST_PAD_PROBE_TYPE_IDLE, idle_probe,
      g_atomic_rc_box_acquire (attempt), attempt_unref);
  if (probe != 0)
    gst_pad_remove_probe (call->pad, probe);
  outcome = attempt->outcome;
  if (attempt->error)
    g_propagate_error (error, attempt->error);
  attempt_unref (attempt);
  return outcome;
}

/* With the state lock, or under the stream lock of a stream that has begun,
 * the pad is not stopped and started again while we look. */
static GstKsAppsrcOutcome
ask_steady (GstKsAppsrcCall * call, gboolean beside, GError ** error)
{
  GRecMutex *lock = GST_STATE_GET_LOCK (call->appsrc);
  GstKsAppsrcOutcome outcome;

  if (!beside && has_begun (call))
    return ask_alone (call, FALSE, error);
  /* whoever changes the state may wait for our thread */
  if (!g_rec_mutex_trylock (lock))
    return GST_KS_APPSRC_BUSY;
  outcome = beside ? ask_beside (call, error) : ask_alone (call, FALSE, error);
  g_rec_mutex_unlock (lock);
  return outcome;
}

static GstKsAppsrcOutcome
ask_once (GstKsAppsrcCall * call, GError ** error)
{
  GRecMutex *lock = GST_PAD_GET_STREAM_LOCK (call->pad);
  GstKsAppsrcOutcome outcome;

  if (!g_rec_mutex_trylock (lock))
    return ask_steady (call, TRUE, error);
  outcome = ask_steady (call, FALSE, error);
  g_rec_mutex_unlock (lock);
  return outcome;
}

GstKsAppsrcOutcome
gst_ks_appsrc_ask (GstKsAppsrcCall * call, GError ** error)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;
  GstKsAppsrcOutcome outcome;

  while ((outcome = ask_once (call, error)) == GST_KS_APPSRC_BUSY) {
    if (gst_ks_appsrc_has_started (call))
      return GST_KS_APPSRC_STARTED;
    if (g_get_monotonic_time () > end) {
      g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_STATE,
          "somebody behind %s:%s holds the stream up before its first frame, a"
          " blocking probe for example, or the state is being changed; let it"
          " go first", GST_DEBUG_PAD_NAME (call->pad));
      return GST_KS_APPSRC_FAILED;
    }
    g_usleep (PAUSE);
  }
  return outcome;
}
