/* The frames of the plan for an application that fills them itself.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Before the first buffer downstream is asked (gstksappsrcask.c). When frames
 * are on their way already a question would have to queue up behind them, which
 * lasts as long as a pipeline is paused. So what was said before is laid out
 * for the new caps: the segment of the plan where there is a negotiator, else
 * the last answer, which the pad keeps.
 */
#include "gstksappsrc.h"

#include "gstksappsrcprivate.h"
#include "gstkscarrier.h"
#include "gstkslock.h"
#include "gstksnegotiatorprivate.h"

/* --- what was said --- */

static GMutex lock;             /* of the answers that pads keep */

static GQuark
answer_quark (void)
{
  return g_quark_from_static_string ("gst-ks-appsrc-answer");
}

static GstQuery *
recall (GstPad * pad)
{
  GstQuery *answer;

  gst_ks_mutex_lock (&lock);
  answer = g_object_get_qdata (G_OBJECT (pad), answer_quark ());
  if (answer)
    gst_query_ref (answer);
  gst_ks_mutex_unlock (&lock);
  return answer;
}

/* Pools are for one size of frames: how many are held stays. */
static void
drop_pools (GstQuery * query)
{
  GstKsQueryReply reply;

  gst_ks_query_read (query, TRUE, &reply);
  while (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  if (reply.min > 0 || reply.max > 0)
    gst_query_add_allocation_pool (query, NULL, 0, reply.min, reply.max);
  gst_ks_query_reply_clear (&reply);
}

static void
remember (const GstKsAppsrcCall * call)
{
  GstQuery *answer = gst_query_new_allocation (call->caps, TRUE);
  GstQuery *old;

  gst_ks_ask_copy_lists (answer, call->query);
  drop_pools (answer);
  gst_ks_mutex_lock (&lock);
  old = g_object_steal_qdata (G_OBJECT (call->pad), answer_quark ());
  g_object_set_qdata_full (G_OBJECT (call->pad), answer_quark (), answer,
      (GDestroyNotify) gst_query_unref);
  gst_ks_mutex_unlock (&lock);
  if (old)
    gst_query_unref (old);
}

/* --- the plan that there is --- */

static GstKsFraming *
framing_of (const GstKsSegment * segment)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT (segment->memory);

  item.device = segment->device;
  item.bus = segment->bus;
  /* its lower end was a frame of the old caps */
  item.size.max = MIN (segment->sizes.max, GST_KS_RANGE_LIMIT);
  if (segment->sizes.step > 1) {
    item.size.min = segment->sizes.min % segment->sizes.step;
    item.size.step = segment->sizes.step;
  }
  item.frames.min = segment->frames;
  item.frames.max = MIN (segment->cap, GST_KS_RANGE_LIMIT);
  item.stride = segment->stride;
  item.align = segment->align;
  item.prefix = segment->prefix;
  item.padding = segment->padding;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

/* NULL: the pad is in no plan. */
static GstKsFraming *
find_planned (GstPad * pad)
{
  g_autoptr (GstKsNegotiator) negotiator = gst_ks_negotiator_find (pad);
  g_autoptr (GstBin) bin = negotiator ? g_weak_ref_get (&negotiator->bin)
      : NULL;
  g_autoptr (GstKsPlan) plan = NULL;
  g_autofree gchar *name = NULL;
  const GstKsSegment *segment;

  if (bin == NULL)
    return NULL;
  plan = gst_ks_negotiator_get_plan (negotiator);
  name = gst_ks_negotiator_name_pad (pad, bin);
  segment = gst_ks_negotiator_find_segment (plan, name, NULL);
  return segment ? framing_of (segment) : NULL;
}

/* As if downstream had answered for the new caps. */
static gboolean
answer_from_plan (GstKsAppsrcCall * call, GError ** error)
{
  g_autoptr (GstKsFraming) planned = find_planned (call->pad);
  g_autoptr (GstQuery) answer = recall (call->pad);

  if (planned == NULL && answer == NULL) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_STATE,
        "buffers went through %s:%s already, and nobody was asked before them;"
        " call this before the first one, or after a flushing seek",
        GST_DEBUG_PAD_NAME (call->pad));
    return FALSE;
  }
  call->query = gst_query_new_allocation (call->caps, TRUE);
  if (answer)
    gst_ks_ask_copy_lists (call->query, answer);
  if (planned) {
    while (gst_query_get_n_allocation_params (call->query) > 0)
      gst_query_remove_nth_allocation_param (call->query, 0);
    gst_ks_query_add_allocation_framing (call->query, planned);
  }
  return TRUE;
}

/* --- the pool --- */

static gboolean
has_pool (GstQuery * query)
{
  GstKsQueryReply reply;
  gboolean has;

  gst_ks_query_read (query, TRUE, &reply);
  has = reply.pool != NULL;
  gst_ks_query_reply_clear (&reply);
  return has;
}

/* A negotiator heeded the pin already, and its pool is the answer. */
static gboolean
decide (const GstKsAppsrcCall * call, GstKsDecision * decision, GError ** error)
{
  g_autoptr (GstKsPin) pin = call->planned && has_pool (call->query) ? NULL
      : gst_ks_pin_get (call->pad, FALSE);

  return pin ? gst_ks_pin_decide (pin, call->query, decision, error)
      : gst_ks_query_decide (call->query, NULL, decision, error);
}

/* Downstream brings an allocator, and leaves the pool to us. */
static GstBufferPool *
plain_pool (const GstKsAppsrcCall * call, GError ** error)
{
  gsize size = gst_ks_query_caps_size (call->caps, NULL);
  g_autoptr (GstBufferPool) pool = NULL;
  g_autoptr (GstAllocator) allocator = NULL;
  GstAllocationParams params;
  GstStructure *config;

  if (size == 0 || size > G_MAXUINT
      || gst_query_get_n_allocation_params (call->query) == 0) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "nobody says how big a frame is; give a framing with one size");
    return NULL;
  }
  gst_query_parse_nth_allocation_param (call->query, 0, &allocator, &params);
  pool = gst_buffer_pool_new ();
  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_set_params (config, call->caps, size, 0, 0);
  gst_buffer_pool_config_set_allocator (config, allocator, &params);
  if (!gst_buffer_pool_set_config (pool, config)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "frames of %" G_GSIZE_FORMAT " bytes cannot be made of %s memory", size,
        allocator ? allocator->mem_type : "system");
    return NULL;
  }
  return g_steal_pointer (&pool);
}

static GstBufferPool *
make_pool (const GstKsAppsrcCall * call, GError ** error)
{
  g_auto (GstKsDecision) decision = GST_KS_DECISION_INIT;

  if (!decide (call, &decision, error))
    return NULL;
  if (decision.copy_into) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "downstream insists on its own frames, and so does the framing of the"
        " appsrc; take must-allocate away from one of the two");
    return NULL;
  }
  return decision.pool ? g_steal_pointer (&decision.pool)
      : plain_pool (call, error);
}

static GstBufferPool *
make_active_pool (const GstKsAppsrcCall * call, GError ** error)
{
  g_autoptr (GstBufferPool) pool = make_pool (call, error);

  if (pool == NULL || gst_buffer_pool_set_active (pool, TRUE))
    return g_steal_pointer (&pool);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
      "the first frames of the pool %s cannot be had", GST_OBJECT_NAME (pool));
  return NULL;
}

/* --- the call --- */

static gboolean
is_appsrc (GstElement * element)
{
  /* no dependency on the library of appsrc */
  GType type = g_type_from_name ("GstAppSrc");

  return type != 0 && g_type_is_a (G_OBJECT_TYPE (element), type);
}

static gboolean
check_arguments (GstElement * element, GstCaps * caps, GError ** error)
{
  g_autofree gchar *text = NULL;

  if (!is_appsrc (element)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "%s is a %s, not an appsrc; for pads of others there is"
        " gst_ks_pad_attach()", GST_OBJECT_NAME (element),
        G_OBJECT_TYPE_NAME (element));
    return FALSE;
  }
  if (gst_caps_is_fixed (caps))
    return TRUE;
  text = gst_caps_to_string (caps);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "caps that leave a choice have no frames: %s; give each field one value",
      text);
  return FALSE;
}

/* Whether downstream was asked, or the plan that there is has to do. */
static gboolean
find_answer (GstKsAppsrcCall * call, GError ** error)
{
  if (!gst_ks_appsrc_has_started (call)) {
    /* those that were set before would come after ours */
    g_object_set (call->appsrc, "caps", call->caps, NULL);
    switch (gst_ks_appsrc_ask (call, error)) {
      case GST_KS_APPSRC_ASKED:
        remember (call);
        return TRUE;
      case GST_KS_APPSRC_FAILED:
        return FALSE;
      default:
        break;
    }
  }
  return answer_from_plan (call, error);
}

/**
 * gst_ks_appsrc_negotiate:
 * @appsrc: an appsrc, in a pipeline that is PAUSED or PLAYING, or on its way
 *     there
 * @caps: of the frames, fixed; they become the appsrc's
 * @framing: (nullable): what the application needs of its frames; %NULL: as
 *     before, or nothing
 * @error: %GST_KS_ERROR_NOT_SUPPORTED when it is no appsrc,
 *     %GST_KS_ERROR_INVALID for caps that are not fixed and when nobody knows
 *     how big a frame is, %GST_KS_ERROR_STATE when it is not linked or not
 *     active, or when buffers came before the first call,
 *     %GST_KS_ERROR_CONFLICT when downstream does not take @caps, or frames
 *     cannot be as both sides ask, or why there is no memory
 *
 * Gives the pool to fill frames from, so that they are as downstream wants them:
 * those of the plan where a #GstKsNegotiator is attached, else those that
 * gst_ks_pin_decide() comes to.
 *
 * Before the first buffer @caps are pushed, and downstream is asked in the
 * calling thread, which may be that of a need-data callback; it waits as long
 * as somebody downstream blocks a stream that has not begun. Afterwards, when
 * @caps change, nothing is asked, so it returns at once behind a full queue of a
 * paused pipeline too: what was said before is laid out for the new caps. Then
 * @caps go on after the buffers that were given to @appsrc already, and before
 * those that come now. After a flushing seek the next call asks again.
 *
 * No buffer may be given to @appsrc by another thread meanwhile. Each call makes
 * a pool; let the old one go with gst_buffer_pool_set_active(), its frames stay
 * valid.
 *
 * Returns: (transfer full): a pool, configured and active; %NULL with @error
 *
 * Since: 0.9
 */
GstBufferPool *
gst_ks_appsrc_negotiate (GstElement * appsrc, GstCaps * caps,
    GstKsFraming * framing, GError ** error)
{
  g_return_val_if_fail (GST_IS_ELEMENT (appsrc), NULL);
  g_return_val_if_fail (GST_IS_CAPS (caps), NULL);

  g_autoptr (GstPad) pad = gst_element_get_static_pad (appsrc, "src");
  GstKsAppsrcCall call = {.appsrc = appsrc,.pad = pad,.caps = caps };
  GstBufferPool *pool = NULL;

  if (!check_arguments (appsrc, caps, error)
      || !gst_ks_appsrc_check_pad (pad, error))
    return NULL;
  if (framing) {
    g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, TRUE);

    gst_ks_pin_set_framing (pin, framing);
  }
  if (find_answer (&call, error))
    pool = make_active_pool (&call, error);
  if (pool)
    g_object_set (appsrc, "caps", caps, NULL);
  gst_clear_query (&call.query);
  return pool;
}
