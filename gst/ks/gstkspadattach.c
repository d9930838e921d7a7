/* A framing for any pad, in a program: appsink and fakesink included.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The framing stands in the pad's pin, where a negotiator reads it. Where there
 * is none, a probe does with the ALLOCATION query what the pad's element would
 * do if it knew of pins. On a sink pad the element answers first, and what it
 * said is joined with the framing. On a source pad the peer answers first, and
 * the pool that is decided on stands first in the query, where base classes
 * take it from.
 */
#include "gstkspadattach.h"

#include "gstkscarrier.h"
#include "gstkslock.h"
#include "gstksnegotiatorprivate.h"
#include "gstkspinprivate.h"
#include "gstkssize.h"

#define GST_CAT_DEFAULT gst_ks_pin_debug

/* --- what goes wrong --- */

static const struct
{
  GstKsError code;
  gboolean resource;            /* GST_RESOURCE_ERROR; else GST_STREAM_ERROR */
  gint said;
} words[] = {
  {GST_KS_ERROR_CONFLICT, FALSE, GST_STREAM_ERROR_FORMAT},
  {GST_KS_ERROR_UNKNOWN_KIND, TRUE, GST_RESOURCE_ERROR_NOT_FOUND},
  {GST_KS_ERROR_UNAVAILABLE, TRUE, GST_RESOURCE_ERROR_NOT_FOUND},
  {GST_KS_ERROR_LIMIT, TRUE, GST_RESOURCE_ERROR_NO_SPACE_LEFT},
  {GST_KS_ERROR_BUDGET, TRUE, GST_RESOURCE_ERROR_NO_SPACE_LEFT},
  {GST_KS_ERROR_NO_MEMORY, TRUE, GST_RESOURCE_ERROR_NO_SPACE_LEFT},
};

static void
say (GstPad * pad, GstMessageType type, const GError * why)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  GQuark domain = GST_STREAM_ERROR;
  gint code = GST_STREAM_ERROR_FORMAT;

  GST_WARNING_OBJECT (pad, "%s", why->message);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    if (g_error_matches (why, GST_KS_ERROR, words[i].code)) {
      domain = words[i].resource ? GST_RESOURCE_ERROR : GST_STREAM_ERROR;
      code = words[i].said;
    }
  }
  if (element)
    gst_element_message_full (element, type, domain, code,
        g_strdup_printf ("The frames of %s:%s cannot be as its framing asks:"
            " %s", GST_DEBUG_PAD_NAME (pad), why->message), NULL, __FILE__,
        GST_FUNCTION, __LINE__);
}

static void
pool_report (GstKsPool * pool, GstKsPoolEvent event, const GError * error,
    gpointer pad_ref)
{
  g_autoptr (GstPad) pad = g_weak_ref_get (pad_ref);

  if (pad && event == GST_KS_POOL_FAILED)
    say (pad, GST_MESSAGE_ERROR, error);
}

static void
pad_ref_free (gpointer pad_ref)
{
  g_weak_ref_clear (pad_ref);
  g_free (pad_ref);
}

static GQuark
attach_quark (void)
{
  return g_quark_from_static_string ("gst-ks-pad-attach");
}

/* The element knows nothing of its pin, so nobody else would say why it has no
 * frame. */
void
gst_ks_pad_attach_hear_pool (GstKsPin * pin, GstKsPoolOptions * options)
{
  g_autoptr (GstPad) pad = gst_ks_pin_get_pad (pin);
  GWeakRef *pad_ref;

  if (pad == NULL || g_object_get_qdata (G_OBJECT (pad), attach_quark ())
      == NULL)
    return;
  pad_ref = g_new (GWeakRef, 1);
  g_weak_ref_init (pad_ref, pad);
  options->report = pool_report;
  options->report_data = pad_ref;
  options->report_destroy = pad_ref_free;
}

/* Who only wished goes without. */
static gboolean
is_wish (const GstKsFraming * framing)
{
  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++) {
    if (!(gst_ks_framing_peek_item (framing, i)->flags
            & GST_KS_FRAMING_FLAG_PREFERENCES_ONLY))
      return FALSE;
  }
  return TRUE;
}

/* What there is without us stays the answer. */
static GstPadProbeReturn
refuse (GstPad * pad, const GstKsFraming * framing, const GError * why,
    gboolean answered)
{
  say (pad, is_wish (framing) ? GST_MESSAGE_WARNING : GST_MESSAGE_ERROR, why);
  return answered ? GST_PAD_PROBE_HANDLED : GST_PAD_PROBE_DROP;
}

/* --- sink pads --- */

/* What would have come without the probe. */
static gboolean
ask_element (GstPad * pad, GstQuery * query)
{
  g_autoptr (GstObject) parent = gst_object_get_parent (GST_OBJECT (pad));
  GstPadQueryFunction function = GST_PAD_QUERYFUNC (pad);

  if (function && (parent || !GST_PAD_NEEDS_PARENT (pad))
      && function (pad, parent, query))
    return TRUE;
  gst_ks_query_forget (query);
  return FALSE;
}

/* Somebody further down has pins too, or brings what only he can make. */
static gboolean
has_more_to_heed (GstQuery * query)
{
  GstKsQueryReply reply;
  gboolean plain;

  gst_ks_query_read (query, TRUE, &reply);
  plain = gst_ks_query_reply_is_plain (&reply);
  gst_ks_query_reply_clear (&reply);
  return !plain || gst_query_find_allocation_meta (query,
      GST_KS_FRAMING_META_API_TYPE, NULL);
}

static GstPadProbeReturn
answer_sink (GstPad * pad, GstKsPin * pin, GstKsFraming * framing,
    GstQuery * query)
{
  g_autoptr (GError) why = NULL;
  gboolean answered = ask_element (pad, query);
  gboolean good = has_more_to_heed (query)
      ? gst_ks_query_propose (query, framing, &why)
      : gst_ks_pin_propose (pin, query, &why);

  return good ? GST_PAD_PROBE_HANDLED : refuse (pad, framing, why, answered);
}

/* --- source pads --- */

/* An allocator that the pin was given is in no list yet. */
static void
put_first (GstQuery * query, GstBufferPool * pool)
{
  g_autoptr (GstBufferPool) first = NULL;
  GstKsQueryOffer offer = { 0 };
  GstAllocator *allocator;
  GstAllocationParams params;
  GstStructure *config;
  guint size = 0;

  if (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_parse_nth_allocation_pool (query, 0, &first, NULL, NULL, NULL);
  if (first == pool)
    return;
  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_get_params (config, NULL, &size, &offer.min,
      &offer.cap);
  gst_buffer_pool_config_get_allocator (config, &allocator, &params);
  offer.size = size;
  if (!gst_ks_align_from_mask (params.align, &offer.align))
    offer.align = 1;
  offer.prefix = params.prefix;
  offer.padding = params.padding;
  offer.flags = params.flags;
  gst_ks_query_write (query, &offer, allocator, pool);
  gst_structure_free (config);
}

static void
say_cut (GstPad * pad)
{
  g_autoptr (GError) why = g_error_new_literal (GST_KS_ERROR,
      GST_KS_ERROR_CONFLICT,
      "downstream insists on its own frames as well, so it has to copy; take"
      " must-allocate away from one of the two");

  say (pad, GST_MESSAGE_WARNING, why);
}

static GstPadProbeReturn
answer_source (GstPad * pad, GstKsPin * pin, GstKsFraming * framing,
    GstQuery * query)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);
  gboolean answered = peer && gst_pad_query (peer, query);
  g_auto (GstKsDecision) decision = GST_KS_DECISION_INIT;
  g_autoptr (GError) why = NULL;

  if (!answered)
    gst_ks_query_forget (query);
  if (!gst_ks_pin_decide (pin, query, &decision, &why))
    return refuse (pad, framing, why, answered);
  if (decision.pool)
    put_first (query, decision.pool);
  if (decision.copy_into)
    say_cut (pad);
  return GST_PAD_PROBE_HANDLED;
}

/* --- the probe --- */

/* Somebody plans for this pad, with the pin's framing. */
static gboolean
is_planned (GstPad * pad, GstQuery * query)
{
  g_autoptr (GstKsNegotiator) negotiator = NULL;

  if (gst_ks_query_is_planned (query))
    return TRUE;
  negotiator = GST_PAD_IS_SRC (pad) ? gst_ks_negotiator_find (pad) : NULL;
  return negotiator != NULL;
}

static GstPadProbeReturn
query_probe (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  g_autoptr (GstKsFraming) framing = NULL;
  g_autoptr (GstKsPin) pin = NULL;

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION
      || !gst_query_is_writable (query) || is_planned (pad, query))
    return GST_PAD_PROBE_OK;
  pin = gst_ks_pin_get (pad, FALSE);
  framing = gst_ks_pin_get_framing (pin);
  if (framing == NULL)
    return GST_PAD_PROBE_OK;
  return GST_PAD_IS_SINK (pad) ? answer_sink (pad, pin, framing, query)
      : answer_source (pad, pin, framing, query);
}

static void
set_probe (GstPad * pad, gboolean on)
{
  static GMutex lock;
  gulong probe;

  gst_ks_mutex_lock (&lock);
  probe =
      GPOINTER_TO_SIZE (g_object_get_qdata (G_OBJECT (pad), attach_quark ()));
  if (on && probe == 0)
    probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM
        | GST_PAD_PROBE_TYPE_PUSH, query_probe, NULL, NULL);
  if (!on && probe != 0) {
    gst_pad_remove_probe (pad, probe);
    probe = 0;
  }
  g_object_set_qdata (G_OBJECT (pad), attach_quark (),
      GSIZE_TO_POINTER (probe));
  gst_ks_mutex_unlock (&lock);
}

/* Whoever makes the frames asks before the next one. */
static void
let_ask_again (GstPad * pad)
{
  if (!gst_pad_is_linked (pad))
    return;
  if (GST_PAD_IS_SRC (pad))
    gst_pad_send_event (pad, gst_event_new_reconfigure ());
  else
    gst_pad_push_event (pad, gst_event_new_reconfigure ());
}

/**
 * gst_ks_pad_attach:
 * @pad: any pad of an element that has no pins of its own
 * @framing: (nullable): what the pad needs of its frames from now on; %NULL
 *     takes away what was attached
 * @flags: what the pad does with its frames; nothing with a @framing of %NULL
 *
 * Gives @pad a framing without its element knowing: a sink pad asks for frames
 * so, a source pad makes them so. Calling it again replaces framing and flags.
 * Any thread; in a pipeline that runs, whoever makes the frames asks again
 * before the next one. No query is sent from here.
 *
 * The framing stands in the pad's #GstKsPin. A #GstKsNegotiator plans with it.
 * Where there is none, ALLOCATION queries that pass @pad are answered as
 * gst_ks_pin_propose() and gst_ks_pin_decide() say, in the thread that streams
 * it: on a sink pad whether or not the element answers, on a source pad for
 * elements that take the first pool of the query, as base classes do.
 *
 * When frames cannot be so, the answer is what it would be without the framing,
 * and the element posts an error on the bus: STREAM/FORMAT for needs that
 * cannot meet, RESOURCE/NOT_FOUND for memory that is not here,
 * RESOURCE/NO_SPACE_LEFT for limits. It is a warning when the framing only
 * wishes (preferences-only).
 *
 * Since: 0.9
 */
void
gst_ks_pad_attach (GstPad * pad, GstKsFraming * framing, GstKsPinFlags flags)
{
  g_return_if_fail (GST_IS_PAD (pad));

  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, framing != NULL);

  if (pin == NULL)
    return;
  g_object_set (pin, "flags", framing ? flags : GST_KS_PIN_FLAG_NONE, NULL);
  gst_ks_pin_set_framing (pin, framing);
  set_probe (pad, framing != NULL);
  let_ask_again (pad);
}
