/* The elements' conformance suite: what stands above and below the element.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstkslock.h>

#include "gstkselementprivate.h"

#include <gst/audio/audio.h>
#include <gst/ks/gstkssize.h>

#define PACKET_SIZE 4096        /* bytes of a frame that is no picture */
#define FRAME_DURATION (40 * GST_MSECOND)

static gboolean
is_picture (const GstVideoInfo * info)
{
  return GST_VIDEO_INFO_FORMAT (info) != GST_VIDEO_FORMAT_UNKNOWN;
}

static void
read_caps (GstVideoInfo * info, GstCaps * caps)
{
  if (gst_ks_query_caps_size (caps, info) == 0)
    gst_video_info_init (info);
}

static void
note (GstKsCheckRun * run, GPtrArray * notes, GstBuffer * frame,
    const GstVideoInfo * info)
{
  gchar *line = gst_ks_check_describe (frame, is_picture (info) ? info : NULL);

  gst_ks_mutex_lock (&run->lock);
  g_ptr_array_add (notes, line);
  gst_ks_mutex_unlock (&run->lock);
}

/* --- above --- */

typedef struct
{
  GstPushSrc parent;

  GstKsCheckRun *run;           /* borrowed */
  GstCaps *caps;                /* owned */
  GstVideoInfo info;
  GstClockTime duration;        /* of a frame */
  guint n_frames;               /* made */
} GstKsCheckSource;

typedef GstPushSrcClass GstKsCheckSourceClass;

static GType gst_ks_check_source_get_type (void);
G_DEFINE_TYPE (GstKsCheckSource, gst_ks_check_source, GST_TYPE_PUSH_SRC);

static GstCaps *
gst_ks_check_source_get_caps (GstBaseSrc * src, GstCaps * filter)
{
  GstKsCheckSource *self = (GstKsCheckSource *) src;

  return filter ? gst_caps_intersect (self->caps, filter)
      : gst_caps_ref (self->caps);
}

static void
note_answer (GstKsCheckSource * self, GstQuery * query)
{
  GstKsQueryReply reply;

  gst_ks_query_read (query, TRUE, &reply);
  gst_ks_mutex_lock (&self->run->lock);
  self->run->said = reply.min;
  self->run->proposed = reply.pool
      && gst_query_get_n_allocation_params (query) > 0
      && gst_query_find_allocation_meta (query, GST_KS_FRAMING_META_API_TYPE,
      NULL);
  gst_ks_mutex_unlock (&self->run->lock);
  gst_ks_query_reply_clear (&reply);
}

/* The pool that the plan gives; NULL: any. */
static gboolean
offer_ours (GstKsCheckSource * self, GstQuery * query, GError ** error)
{
  const GstKsCheckPlan *plan = self->run->plan;
  g_autoptr (GstKsFraming) framing =
      gst_ks_framing_parse (plan->gives ? plan->gives : "any", error);
  GstKsFramingItem item;
  gsize frames = plan->cap;

  if (framing == NULL)
    return FALSE;
  item = *gst_ks_framing_peek_item (framing, 0);
  if (!is_picture (&self->info))
    item.size.min = item.size.max = PACKET_SIZE;
  if (frames == 0 && plan->spare)
    (void) gst_ks_size_add (self->run->said, plan->spare, &frames);
  if (frames)
    item.frames.min = item.frames.max = frames;
  return gst_ks_check_offer (self->run, query, ABOVE, &item, error);
}

static gboolean
choose (GstKsCheckSource * self, GstQuery * query, GError ** error)
{
  switch (self->run->plan->above) {
    case GST_KS_ABOVE_OURS:
      return offer_ours (self, query, error);
    case GST_KS_ABOVE_THEIRS:
      return gst_query_get_n_allocation_pools (query) == 0
          || gst_ks_check_use_theirs (query, error);
    default:
      gst_ks_query_forget (query);
      return TRUE;
  }
}

static gboolean
gst_ks_check_source_decide_allocation (GstBaseSrc * src, GstQuery * query)
{
  GstKsCheckSource *self = (GstKsCheckSource *) src;
  g_autoptr (GError) error = NULL;

  note_answer (self, query);
  if (!choose (self, query, &error)) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT, ("%s", error->message), (NULL));
    return FALSE;
  }
  return GST_BASE_SRC_CLASS (gst_ks_check_source_parent_class)
      ->decide_allocation (src, query);
}

/* The same caps, and a query, in the middle of the stream. */
static gboolean
say_again (GstKsCheckSource * self)
{
  GstPad *pad = GST_BASE_SRC_PAD (self);

  gst_pad_push_event (pad, gst_event_new_caps (self->caps));
  return gst_base_src_negotiate (GST_BASE_SRC (self));
}

static GstFlowReturn
gst_ks_check_source_create (GstBaseSrc * src, guint64 offset, guint size,
    GstBuffer ** frame)
{
  GstKsCheckSource *self = (GstKsCheckSource *) src;

  if (self->n_frames == N_FRAMES)
    return GST_FLOW_EOS;
  if (self->run->plan->again && self->n_frames == N_FRAMES / 2
      && !say_again (self))
    return GST_FLOW_NOT_NEGOTIATED;
  return GST_BASE_SRC_CLASS (gst_ks_check_source_parent_class)->create (src,
      offset, size, frame);
}

static GstFlowReturn
gst_ks_check_source_fill (GstPushSrc * src, GstBuffer * frame)
{
  GstKsCheckSource *self = (GstKsCheckSource *) src;

  gst_ks_check_fill (self->run, frame,
      is_picture (&self->info) ? &self->info : NULL, self->n_frames);
  GST_BUFFER_PTS (frame) = self->n_frames * self->duration;
  GST_BUFFER_DURATION (frame) = self->duration;
  note (self->run, self->run->sent, frame, &self->info);
  self->n_frames++;
  return GST_FLOW_OK;
}

static void
gst_ks_check_source_finalize (GObject * object)
{
  gst_clear_caps (&((GstKsCheckSource *) object)->caps);
  G_OBJECT_CLASS (gst_ks_check_source_parent_class)->finalize (object);
}

static void
gst_ks_check_source_class_init (GstKsCheckSourceClass * klass)
{
  static GstStaticPadTemplate template = GST_STATIC_PAD_TEMPLATE ("src",
      GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  GstBaseSrcClass *src_class = GST_BASE_SRC_CLASS (klass);

  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass),
      &template);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass),
      "Source of a conformance test", "Source", "Makes frames as a test asks",
      "The ksallocator authors");
  G_OBJECT_CLASS (klass)->finalize = gst_ks_check_source_finalize;
  src_class->get_caps = gst_ks_check_source_get_caps;
  src_class->decide_allocation = gst_ks_check_source_decide_allocation;
  src_class->create = gst_ks_check_source_create;
  klass->fill = gst_ks_check_source_fill;
}

static void
gst_ks_check_source_init (GstKsCheckSource * self)
{
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}

/* Samples that overlap are cut by some. */
static GstClockTime
duration_of (GstCaps * caps)
{
  GstAudioInfo info;

  if (!gst_structure_has_name (gst_caps_get_structure (caps, 0), "audio/x-raw")
      || !gst_audio_info_from_caps (&info, caps))
    return FRAME_DURATION;
  return gst_util_uint64_scale (PACKET_SIZE / GST_AUDIO_INFO_BPF (&info),
      GST_SECOND, GST_AUDIO_INFO_RATE (&info));
}

GstElement *
gst_ks_check_source_new (GstKsCheckRun * run)
{
  GstKsCheckSource *self = g_object_new (gst_ks_check_source_get_type (), NULL);
  gsize size;

  self->run = run;
  self->caps = gst_caps_from_string (run->element->caps);
  self->duration = duration_of (self->caps);
  read_caps (&self->info, self->caps);
  size = gst_ks_query_caps_size (self->caps, NULL);
  gst_base_src_set_blocksize (GST_BASE_SRC (self), size ? size : PACKET_SIZE);
  return GST_ELEMENT (self);
}

/* --- below --- */

typedef struct
{
  GstBaseSink parent;

  GstKsCheckRun *run;           /* borrowed */
  GPtrArray *notes;             /* borrowed */
  gboolean silent;
  GstVideoInfo info;
} GstKsCheckSink;

typedef GstBaseSinkClass GstKsCheckSinkClass;

static GType gst_ks_check_sink_get_type (void);
G_DEFINE_TYPE (GstKsCheckSink, gst_ks_check_sink, GST_TYPE_BASE_SINK);

static gboolean
gst_ks_check_sink_set_caps (GstBaseSink * sink, GstCaps * caps)
{
  read_caps (&((GstKsCheckSink *) sink)->info, caps);
  return TRUE;
}

static gboolean
gst_ks_check_sink_propose_allocation (GstBaseSink * sink, GstQuery * query)
{
  GstKsCheckSink *self = (GstKsCheckSink *) sink;
  const gchar *asks = self->run->plan->asks;
  g_autoptr (GstKsFraming) framing = NULL;
  g_autoptr (GError) error = NULL;

  if (self->silent || asks == NULL)
    return FALSE;
  framing = gst_ks_framing_parse (asks, &error);
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  if (framing && gst_ks_check_offer (self->run, query, BELOW,
          gst_ks_framing_peek_item (framing, 0), &error)) {
    gst_ks_query_add_allocation_framing (query, framing);
    return TRUE;
  }
  GST_ELEMENT_ERROR (self, STREAM, FORMAT, ("%s", error->message), (NULL));
  return FALSE;
}

static gboolean
is_aligned (GstBuffer * frame, gsize align)
{
  GstMapInfo map;
  gboolean aligned;

  if (align <= 1 || !gst_buffer_map (frame, &map, GST_MAP_READ))
    return TRUE;
  aligned = GPOINTER_TO_SIZE (map.data) % align == 0;
  gst_buffer_unmap (frame, &map);
  return aligned;
}

static GstFlowReturn
gst_ks_check_sink_render (GstBaseSink * sink, GstBuffer * frame)
{
  GstKsCheckSink *self = (GstKsCheckSink *) sink;
  gboolean aligned = self->silent || is_aligned (frame, self->run->align);

  note (self->run, self->notes, frame, &self->info);
  gst_ks_mutex_lock (&self->run->lock);
  self->run->misaligned += !aligned;
  gst_ks_mutex_unlock (&self->run->lock);
  return GST_FLOW_OK;
}

static void
gst_ks_check_sink_class_init (GstKsCheckSinkClass * klass)
{
  static GstStaticPadTemplate template = GST_STATIC_PAD_TEMPLATE ("sink",
      GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass),
      &template);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass),
      "Sink of a conformance test", "Sink", "Asks for frames as a test says",
      "The ksallocator authors");
  klass->set_caps = gst_ks_check_sink_set_caps;
  klass->propose_allocation = gst_ks_check_sink_propose_allocation;
  klass->render = gst_ks_check_sink_render;
}

static void
gst_ks_check_sink_init (GstKsCheckSink * self)
{
  gst_base_sink_set_sync (GST_BASE_SINK (self), FALSE);
  gst_base_sink_set_last_sample_enabled (GST_BASE_SINK (self), FALSE);
}

GstElement *
gst_ks_check_sink_new (GstKsCheckRun * run, GPtrArray * notes, gboolean silent)
{
  GstKsCheckSink *self = g_object_new (gst_ks_check_sink_get_type (), NULL);

  self->run = run;
  self->notes = notes;
  self->silent = silent;
  gst_video_info_init (&self->info);
  return GST_ELEMENT (self);
}
