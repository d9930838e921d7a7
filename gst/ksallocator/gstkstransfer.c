/* GstKsTransfer: what ksupload and ksdownload have in common.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstkskindword.h"
#include "gstkstransferprivate.h"

GST_DEBUG_CATEGORY (gst_ks_transfer_debug);
#define GST_CAT_DEFAULT gst_ks_transfer_debug

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

typedef KsTransfer GstKsTransferPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstKsTransfer, gst_ks_transfer,
    GST_TYPE_BASE_TRANSFORM, G_ADD_PRIVATE (GstKsTransfer);
    GST_DEBUG_CATEGORY_INIT (gst_ks_transfer_debug, "ks-transfer", 0,
        "ksupload and ksdownload: which way frames take"));

KsTransfer *
gst_ks_transfer_peek (GstKsTransfer * self)
{
  return gst_ks_transfer_get_instance_private (self);
}

/* --- frames --- */

/* The frame is finished here, since a way that does not go may need another
 * frame. */
static GstFlowReturn
gst_ks_transfer_prepare_output_buffer (GstBaseTransform * trans,
    GstBuffer * in, GstBuffer ** out)
{
  GstFlowReturn ret = gst_ks_transfer_run (GST_KS_TRANSFER (trans), in, out);

  if (ret == GST_FLOW_OK && *out != in
      && !GST_BASE_TRANSFORM_GET_CLASS (trans)->copy_metadata (trans, in, *out))
    GST_WARNING_OBJECT (trans, "metadata of a frame could not be copied");
  return ret;
}

static GstFlowReturn
gst_ks_transfer_transform (GstBaseTransform * trans, GstBuffer * in,
    GstBuffer * out)
{
  return GST_FLOW_OK;
}

/* Nothing about a frame changes but where it is; the base class leaves out what
 * is about that. */
static gboolean
gst_ks_transfer_transform_meta (GstBaseTransform * trans, GstBuffer * out,
    GstMeta * meta, GstBuffer * in)
{
  return TRUE;
}

/* --- queries and events --- */

/* The pool is made here when it is needed, which is not while frames pass. */
static gboolean
gst_ks_transfer_decide_allocation (GstBaseTransform * trans, GstQuery * query)
{
  GstKsTransfer *self = GST_KS_TRANSFER (trans);
  g_autoptr (GError) error = NULL;

  if (!gst_ks_transfer_decide (self, query, &error)) {
    gst_ks_transfer_fail (self, error);
    return FALSE;
  }
  while (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_remove_nth_allocation_pool (query, 0);
  return TRUE;
}

static gboolean
gst_ks_transfer_propose_allocation (GstBaseTransform * trans,
    GstQuery * decided, GstQuery * query)
{
  /* upstream stops after us, and no query is refused for us */
  if (!gst_pad_is_active (GST_BASE_TRANSFORM_SINK_PAD (trans)))
    return FALSE;
  return gst_ks_transfer_propose (GST_KS_TRANSFER (trans), decided, query);
}

/* Of whatever kind they look for. */
static gboolean
answer_any_context (GstQuery * query)
{
  g_auto (GStrv) kinds = gst_ks_backend_list_kinds ();

  for (guint i = 0; kinds[i]; i++) {
    if (gst_ks_backend_answer_context (kinds[i], NULL, query))
      return TRUE;
  }
  return FALSE;
}

static gboolean
names_kind (const KsTransferWish * wish)
{
  return !g_str_equal (wish->memory, "auto") && !ks_kind_is_any (wish->memory);
}

/* Elements nearby that look for a device to work with find that of the kind
 * that was named, unless somebody else has one. */
static gboolean
answer_context (GstKsTransfer * self, GstQuery * query)
{
  KsTransferWish wish;

  gst_ks_transfer_get_wish (self, &wish);
  return names_kind (&wish)
      ? gst_ks_backend_answer_context (wish.memory, wish.device, query)
      : answer_any_context (query);
}

static gboolean
gst_ks_transfer_query (GstBaseTransform * trans, GstPadDirection direction,
    GstQuery * query)
{
  GstKsTransfer *self = GST_KS_TRANSFER (trans);
  KsTransfer *priv = gst_ks_transfer_peek (self);

  return gst_ks_pin_answer (direction == GST_PAD_SINK ? priv->sinkpin
      : priv->srcpin, query)
      || GST_BASE_TRANSFORM_CLASS (gst_ks_transfer_parent_class)->query (trans,
      direction, query) || (GST_QUERY_TYPE (query) == GST_QUERY_CONTEXT
      && answer_context (self, query));
}

static void
take_caps (GstKsTransfer * self, GstEvent * event)
{
  GstCaps *caps;

  gst_event_parse_caps (event, &caps);
  gst_caps_replace (&gst_ks_transfer_peek (self)->caps, caps);
}

static gboolean
gst_ks_transfer_sink_event (GstBaseTransform * trans, GstEvent * event)
{
  GstKsTransfer *self = GST_KS_TRANSFER (trans);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      take_caps (self, event);
      break;
    case GST_EVENT_FLUSH_START:
      gst_ks_transfer_set_flushing (self, TRUE);
      break;
    case GST_EVENT_FLUSH_STOP:
      gst_ks_transfer_set_flushing (self, FALSE);
      break;
    default:
      break;
  }
  return GST_BASE_TRANSFORM_CLASS (gst_ks_transfer_parent_class)->sink_event
      (trans, event);
}

/* --- states --- */

/* Opens the kind that is named; NULL without an error: none is. */
static GstAllocator *
open_wish (GstKsTransfer * self, const KsTransferWish * wish, GError ** error)
{
  if (names_kind (wish))
    return ks_kind_open (wish->memory, wish->device, GST_ELEMENT (self), error);
  if (wish->device)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "device=%s says which one of a kind, and memory=%s names no kind; set"
        " memory to the device's", wish->device, wish->memory);
  return NULL;
}

/* What cannot be is said before anything starts. */
static gboolean
prepare (GstKsTransfer * self)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  g_autoptr (GstAllocator) allocator = NULL;
  g_autoptr (GError) error = NULL;
  KsTransferWish wish;

  g_atomic_int_set (&priv->failed, 0);
  gst_ks_transfer_get_wish (self, &wish);
  gst_ks_mutex_lock (&priv->lock);
  if (priv->bad)
    error = g_error_copy (priv->bad);
  gst_ks_mutex_unlock (&priv->lock);
  if (!error)
    allocator = open_wish (self, &wish, &error);
  ks_error_name_kind (&error, wish.memory, wish.device);
  if (error)
    gst_ks_transfer_fail (self, error);
  else
    gst_ks_transfer_say_framing (self, allocator);
  return !error;
}

static void
forget (GstKsTransfer * self)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);

  gst_ks_transfer_drop_target (self);
  gst_clear_caps (&priv->caps);
  gst_ks_mutex_lock (&priv->lock);
  g_clear_pointer (&priv->negotiated, gst_structure_free);
  gst_ks_mutex_unlock (&priv->lock);
}

/* The pads stream no more, but somebody may still ask. */
static void
stop (GstKsTransfer * self)
{
  GstPad *pad = GST_BASE_TRANSFORM_SINK_PAD (self);

  GST_PAD_STREAM_LOCK (pad);
  forget (self);
  GST_PAD_STREAM_UNLOCK (pad);
}

static GstStateChangeReturn
gst_ks_transfer_change_state (GstElement * element, GstStateChange transition)
{
  GstKsTransfer *self = GST_KS_TRANSFER (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !prepare (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_NULL_TO_READY)
    gst_ks_account_set_owner (gst_ks_transfer_peek (self)->account,
        GST_OBJECT_NAME (self));
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    g_atomic_int_set (&gst_ks_transfer_peek (self)->failed, 0);
    gst_ks_transfer_set_flushing (self, FALSE);
  } else if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_ks_transfer_set_flushing (self, TRUE);

  ret = GST_ELEMENT_CLASS (gst_ks_transfer_parent_class)->change_state (element,
      transition);
  if (ret != GST_STATE_CHANGE_FAILURE
      && transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    stop (self);
  return ret;
}

/* --- the object --- */

static void
gst_ks_transfer_constructed (GObject * object)
{
  G_OBJECT_CLASS (gst_ks_transfer_parent_class)->constructed (object);
  gst_ks_transfer_say_framing (GST_KS_TRANSFER (object), NULL);
}

static void
gst_ks_transfer_finalize (GObject * object)
{
  KsTransfer *priv = gst_ks_transfer_peek (GST_KS_TRANSFER (object));

  forget (GST_KS_TRANSFER (object));
  g_object_unref (priv->sinkpin);
  g_object_unref (priv->srcpin);
  gst_ks_account_unref (priv->account);
  g_free (priv->memory);
  g_free (priv->device);
  g_clear_error (&priv->bad);
  g_weak_ref_clear (&priv->offered);
  g_mutex_clear (&priv->lock);
  G_OBJECT_CLASS (gst_ks_transfer_parent_class)->finalize (object);
}

/* Done by each class: the default of memory is its own. */
void
gst_ks_transfer_class_setup (GstKsTransferClass * klass, const gchar * who,
    const gchar * memory)
{
  klass->who = who;
  klass->memory = memory;
  G_OBJECT_CLASS (klass)->set_property = gst_ks_transfer_set_property;
  G_OBJECT_CLASS (klass)->get_property = gst_ks_transfer_get_property;
  gst_ks_transfer_install_properties (G_OBJECT_CLASS (klass), memory);
}

static void
gst_ks_transfer_class_init (GstKsTransferClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *trans_class = GST_BASE_TRANSFORM_CLASS (klass);

  gst_ks_init ();
  G_OBJECT_CLASS (klass)->constructed = gst_ks_transfer_constructed;
  G_OBJECT_CLASS (klass)->finalize = gst_ks_transfer_finalize;
  element_class->change_state = gst_ks_transfer_change_state;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  trans_class->transform_caps = gst_ks_transfer_transform_caps;
  trans_class->fixate_caps = gst_ks_transfer_fixate_caps;
  trans_class->decide_allocation = gst_ks_transfer_decide_allocation;
  trans_class->propose_allocation = gst_ks_transfer_propose_allocation;
  trans_class->query = gst_ks_transfer_query;
  trans_class->sink_event = gst_ks_transfer_sink_event;
  trans_class->prepare_output_buffer = gst_ks_transfer_prepare_output_buffer;
  trans_class->transform = gst_ks_transfer_transform;
  trans_class->transform_meta = gst_ks_transfer_transform_meta;
  gst_type_mark_as_plugin_api (GST_TYPE_KS_TRANSFER, 0);
}

static void
gst_ks_transfer_init (GstKsTransfer * self)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  GstBaseTransform *trans = GST_BASE_TRANSFORM (self);

  g_mutex_init (&priv->lock);
  g_weak_ref_init (&priv->offered, NULL);
  priv->serial = 1;
  priv->way = KS_WAY_NONE;
  gst_video_info_init (&priv->target.info);
  priv->account = gst_ks_account_new (0);
  priv->sinkpin = gst_ks_pin_adopt (trans->sinkpad);
  priv->srcpin = gst_ks_pin_adopt (trans->srcpad);
  gst_base_transform_set_gap_aware (trans, TRUE);
}
