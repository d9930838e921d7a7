/* ksallocator: the element that gives the frames of a link a property.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:element-ksallocator
 * @title: ksallocator
 * @short_description: makes upstream use frames of a wanted kind, count and layout
 *
 * Put it where the frames should have a property; it makes whoever allocates
 * upstream use it. Buffers pass untouched, any caps do. When upstream asks where
 * to allocate, the element asks downstream first, merges its properties with
 * the answer and offers a pool of its own, whose memory is reused even when
 * somebody downstream keeps references to it.
 *
 * Frames that come in otherwise can be let through, warned of, refused or
 * copied, see #ksallocator:require.
 *
 * ## Example launch lines
 *
 * |[
 * gst-launch-1.0 videotestsrc ! video/x-raw,width=3840,height=2160 ! ksallocator memory=huge align=4096 ! videoconvert ! autovideosink
 * ]| Frames in huge pages at addresses that are multiples of 4096 bytes.
 * |[
 * gst-launch-1.0 -m filesrc location=in.mkv ! decodebin ! ksallocator frames=12.. ! queue ! autovideosink
 * ]| At least 12 frames; the messages say what was agreed.
 * |[
 * gst-launch-1.0 videotestsrc ! video/x-raw,format=RGB,width=1021 ! ksallocator layout=packed require=copy ! appsink
 * ]| Rows without padding where the consumer can know, at the price of a copy where upstream cannot.
 * |[
 * gst-launch-1.0 videotestsrc ! ksallocator frames=..4 on-starve=error max-bytes=64000000 ! fakesink
 * ]| At most 4 frames and 64 MB; an error instead of a wait.
 *
 * ## Messages
 *
 * `ks-negotiated`: who, answered, answer, kind, size, align, prefix, padding,
 * min, cap, layout, asked. `ks-starved`: cap, out, waiting, waited, text, holders.
 * `ks-fallback`: wanted, used, text. `ks-corrupted`: text; guard mode found a fault,
 * and an error follows. `ks-leaked`: frames, text, holders; on the way to NULL.
 *
 * Since: 0.9
 */
#include "config.h"

#include "gstksallocatorprivate.h"
#include "gstkskindword.h"

#include <gst/ks/gstksquery.h>
#include <string.h>

GST_DEBUG_CATEGORY (gst_ks_allocator_element_debug);
#define GST_CAT_DEFAULT gst_ks_allocator_element_debug

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

G_DEFINE_TYPE_WITH_CODE (GstKsAllocatorElement, gst_ks_allocator_element,
    GST_TYPE_ELEMENT,
    GST_DEBUG_CATEGORY_INIT (gst_ks_allocator_element_debug, "ks-element", 0,
        "ksallocator: what was asked and answered, and what frames lack"));
GST_ELEMENT_REGISTER_DEFINE (ksallocator, "ksallocator", GST_RANK_NONE,
    GST_TYPE_KS_ALLOCATOR_ELEMENT);

static GstFlowReturn
chain (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  GstKsAllocatorElement *self = GST_KS_ALLOCATOR_ELEMENT (parent);
  GstFlowReturn ret = g_atomic_int_get (&self->failed);

  if (ret == GST_FLOW_OK)
    ret = gst_ks_allocator_element_check (self, &buffer);
  if (ret != GST_FLOW_OK) {
    gst_buffer_unref (buffer);
    return ret;
  }
  return gst_pad_push (self->srcpad, buffer);
}

typedef struct
{
  GstKsAllocatorElement *self;
  GstFlowReturn ret;
} CheckList;

static gboolean
check_one (GstBuffer ** buffer, guint index, gpointer data)
{
  CheckList *check = data;

  check->ret = gst_ks_allocator_element_check (check->self, buffer);
  return check->ret == GST_FLOW_OK;
}

static GstFlowReturn
chain_list (GstPad * pad, GstObject * parent, GstBufferList * list)
{
  GstKsAllocatorElement *self = GST_KS_ALLOCATOR_ELEMENT (parent);
  CheckList check = { self, g_atomic_int_get (&self->failed) };

  if (check.ret == GST_FLOW_OK && gst_ks_allocator_element_checks (self)) {
    list = gst_buffer_list_make_writable (list);
    gst_buffer_list_foreach (list, check_one, &check);
  }
  if (check.ret != GST_FLOW_OK) {
    gst_buffer_list_unref (list);
    return check.ret;
  }
  return gst_pad_push_list (self->srcpad, list);
}

/* Upstream may come to wait for a frame of the pool that it is given. */
static void
remember_offered (GstKsAllocatorElement * self, GstQuery * query)
{
  g_autoptr (GstBufferPool) pool = NULL;

  if (gst_query_get_n_allocation_pools (query) > 0)
    gst_query_parse_nth_allocation_pool (query, 0, &pool, NULL, NULL, NULL);
  if (GST_IS_KS_POOL (pool)
      && gst_ks_pool_peek_account (GST_KS_POOL (pool)) == self->account) {
    gst_ks_mutex_lock (&self->lock);
    self->offered_planned = FALSE;
    gst_ks_mutex_unlock (&self->lock);
    g_weak_ref_set (&self->offered, pool);
  }
}

/* Elements nearby that look for a device to work with find that of our memory,
 * unless somebody else has one. */
static gboolean
answer_context (GstKsAllocatorElement * self, GstQuery * query)
{
  const GstKsFramingItem *item;
  KsSettings settings;
  gboolean answered;

  gst_ks_allocator_element_get_settings (self, &settings);
  item = gst_ks_framing_peek_item (settings.framing, settings.best);
  answered = !ks_kind_is_any (item->memory)
      && gst_ks_backend_answer_context (item->memory, item->device, query);
  ks_settings_clear (&settings);
  return answered;
}

static gboolean
other_query (GstKsAllocatorElement * self, GstPad * pad, GstQuery * query)
{
  return gst_pad_query_default (pad, GST_OBJECT (self), query)
      || (GST_QUERY_TYPE (query) == GST_QUERY_CONTEXT
      && answer_context (self, query));
}

static gboolean
sink_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  GstKsAllocatorElement *self = GST_KS_ALLOCATOR_ELEMENT (parent);
  gboolean answered;

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return gst_ks_pin_answer (self->sinkpin, query)
        || other_query (self, pad, query);
  /* upstream stops after us, and no query is refused for us */
  if (!gst_pad_is_active (pad))
    return FALSE;
  answered = gst_ks_allocator_element_answer (self, query, TRUE);
  if (answered)
    remember_offered (self, query);
  return answered;
}

static gboolean
src_query (GstPad * pad, GstObject * parent, GstQuery * query)
{
  GstKsAllocatorElement *self = GST_KS_ALLOCATOR_ELEMENT (parent);

  return gst_ks_pin_answer (self->srcpin, query)
      || other_query (self, pad, query);
}

static void
take_caps (GstKsAllocatorElement * self, GstEvent * event)
{
  GstCaps *caps;

  gst_event_parse_caps (event, &caps);
  gst_caps_replace (&self->caps, caps);
  (void) gst_ks_query_caps_size (caps, &self->info);
  self->miss_warned = FALSE;
  if (self->agreed.caps && gst_caps_is_equal (self->agreed.caps, caps))
    gst_caps_replace (&self->agreed.caps, caps);
  else
    gst_ks_allocator_element_drop_agreed (self);
}

static gboolean
sink_event (GstPad * pad, GstObject * parent, GstEvent * event)
{
  GstKsAllocatorElement *self = GST_KS_ALLOCATOR_ELEMENT (parent);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      take_caps (self, event);
      break;
    case GST_EVENT_FLUSH_START:
      gst_ks_allocator_element_set_flushing (self, TRUE);
      break;
    case GST_EVENT_FLUSH_STOP:
      gst_ks_allocator_element_set_flushing (self, FALSE);
      break;
    default:
      break;
  }
  return gst_pad_event_default (pad, parent, event);
}

/* What cannot be is said before anything starts. */
static gboolean
prepare (GstKsAllocatorElement * self)
{
  g_autoptr (GError) error = NULL;
  KsSettings settings;

  g_atomic_int_set (&self->failed, 0);
  gst_ks_mutex_lock (&self->lock);
  if (self->bad)
    error = g_error_copy (self->bad);
  gst_ks_mutex_unlock (&self->lock);
  if (!error) {
    gst_ks_allocator_element_get_settings (self, &settings);
    gst_ks_allocator_element_open (self, &settings, &error);
    ks_settings_clear (&settings);
  }
  if (error)
    gst_ks_allocator_element_fail (self, error);
  return !error;
}

/* Idle memory goes; frames that others hold stay theirs, and so does what other
 * elements' pools keep ready. */
static void
unprepare (GstKsAllocatorElement * self)
{
  g_autoptr (GstAllocator) allocator = NULL;

  gst_ks_mutex_lock (&self->lock);
  allocator = g_steal_pointer (&self->allocator);
  self->allocator_serial = 0;
  gst_ks_mutex_unlock (&self->lock);
  if (allocator)
    gst_ks_allocator_trim_store (allocator);
}

static void
forget (GstKsAllocatorElement * self)
{
  gst_ks_allocator_element_drop_agreed (self);
  gst_ks_allocator_element_watch_path (self, 0);
  gst_clear_caps (&self->caps);
  gst_video_info_init (&self->info);
  gst_ks_mutex_lock (&self->lock);
  g_clear_pointer (&self->negotiated, gst_structure_free);
  gst_ks_mutex_unlock (&self->lock);
}

/* The pads stream no more, but somebody may still ask. */
static void
stop (GstKsAllocatorElement * self)
{
  GST_PAD_STREAM_LOCK (self->sinkpad);
  forget (self);
  GST_PAD_STREAM_UNLOCK (self->sinkpad);
}

static GstStateChangeReturn
change_state (GstElement * element, GstStateChange transition)
{
  GstKsAllocatorElement *self = GST_KS_ALLOCATOR_ELEMENT (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !prepare (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_NULL_TO_READY) {
    gst_ks_allocator_element_say_kinds (self);
    gst_ks_account_set_owner (self->account, GST_OBJECT_NAME (self));
  }
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    g_atomic_int_set (&self->failed, 0);
    gst_ks_allocator_element_set_flushing (self, FALSE);
  } else if (transition == GST_STATE_CHANGE_PAUSED_TO_READY) {
    /* until it starts again: upstream stops after us and must not wait anew */
    gst_ks_allocator_element_leave (self);
  }

  ret = GST_ELEMENT_CLASS (gst_ks_allocator_element_parent_class)->change_state
      (element, transition);
  if (ret == GST_STATE_CHANGE_FAILURE)
    return ret;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    stop (self);
  else if (transition == GST_STATE_CHANGE_READY_TO_NULL) {
    gst_ks_allocator_element_say_leaked (self);
    unprepare (self);
  }
  return ret;
}

/* Counted as others are, but called by the name that one writes. */
static void
constructed (GObject * object)
{
  static const gchar prefix[] = "ksallocatorelement";
  g_autofree gchar *name = gst_object_get_name (GST_OBJECT (object));

  G_OBJECT_CLASS (gst_ks_allocator_element_parent_class)->constructed (object);
  if (name && g_str_has_prefix (name, prefix)) {
    const gchar *number = name + strlen (prefix);
    g_autofree gchar *shorter = g_strconcat ("ksallocator", number, NULL);

    if (*number && strspn (number, "0123456789") == strlen (number))
      gst_object_set_name (GST_OBJECT (object), shorter);
  }
}

static void
finalize (GObject * object)
{
  GstKsAllocatorElement *self = GST_KS_ALLOCATOR_ELEMENT (object);

  forget (self);
  gst_clear_object (&self->allocator);
  gst_ks_allocator_element_clear_settings (self);
  g_object_unref (self->sinkpin);
  g_object_unref (self->srcpin);
  gst_ks_account_unref (self->account);
  g_weak_ref_clear (&self->offered);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_ks_allocator_element_parent_class)->finalize (object);
}

static void
gst_ks_allocator_element_class_init (GstKsAllocatorElementClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gst_ks_init ();
  gst_ks_allocator_element_install_properties (G_OBJECT_CLASS (klass));
  G_OBJECT_CLASS (klass)->constructed = constructed;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  element_class->change_state = change_state;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "KS allocator",
      "Generic/Memory",
      "Makes upstream use frames of a wanted memory kind, count, alignment and"
      " layout, and reuses them."
      " Put it where the frames should have a property:"
      " ... ! ksallocator memory=huge align=4096 ! ...;"
      " ... ! ksallocator frames=12.. ! tee ...;"
      " ... ! ksallocator layout=packed require=copy ! appsink."
      " Sizes and alignment are in bytes; ranges are a..b, a.., ..b",
      "The ksallocator authors");
}

static void
gst_ks_allocator_element_init (GstKsAllocatorElement * self)
{
  GstElement *element = GST_ELEMENT (self);

  g_mutex_init (&self->lock);
  g_weak_ref_init (&self->offered, NULL);
  gst_video_info_init (&self->info);
  self->account = gst_ks_account_new (0);
  gst_ks_allocator_element_init_settings (self);

  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (self->sinkpad, chain);
  gst_pad_set_chain_list_function (self->sinkpad, chain_list);
  gst_pad_set_event_function (self->sinkpad, sink_event);
  gst_pad_set_query_function (self->sinkpad, sink_query);
  GST_PAD_SET_PROXY_CAPS (self->sinkpad);
  gst_element_add_pad (element, self->sinkpad);

  self->srcpad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_query_function (self->srcpad, src_query);
  GST_PAD_SET_PROXY_CAPS (self->srcpad);
  gst_element_add_pad (element, self->srcpad);

  self->sinkpin = gst_ks_pin_adopt (self->sinkpad);
  self->srcpin = gst_ks_pin_adopt (self->srcpad);
  gst_ks_pin_set_make_pool (self->sinkpin,
      gst_ks_allocator_element_make_planned);
  gst_ks_allocator_element_say_framing (self);
}
