/* ksecho: a video filter that says what it needs of its frames. Example for authors of elements.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>
#include <gst/video/gstvideofilter.h>

#define PACKAGE "ksexample"
#define CAPS "video/x-raw, format={ I420, GRAY8 }"
#define KS_TYPE_ECHO (ks_echo_get_type ())
G_DECLARE_FINAL_TYPE (KsEcho, ks_echo, KS, ECHO, GstVideoFilter);

struct _KsEcho
{
  GstVideoFilter parent;

  GstBuffer *last;              /* the frame before; owned; NULL: none */
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (CAPS));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (CAPS));

G_DEFINE_FINAL_TYPE (KsEcho, ks_echo, GST_TYPE_VIDEO_FILTER);

/* Of frames that come in, one of which stays here. */
static gboolean
ks_echo_propose_allocation (GstBaseTransform * trans, GstQuery * decide,
    GstQuery * query)
{
  g_autoptr (GstKsFraming) needs =
      gst_ks_framing_parse ("mapped, align=64, frames=1..", NULL);

  if (!GST_BASE_TRANSFORM_CLASS (ks_echo_parent_class)->propose_allocation
      (trans, decide, query))
    gst_ks_query_forget (query);
  return gst_ks_query_propose (query, needs, NULL);
}

/* Of frames that go out. */
static gboolean
ks_echo_decide_allocation (GstBaseTransform * trans, GstQuery * query)
{
  g_autoptr (GstKsFraming) needs =
      gst_ks_framing_parse ("mapped, align=64", NULL);
  g_auto (GstKsDecision) decision = GST_KS_DECISION_INIT;
  g_autoptr (GError) error = NULL;

  if (!gst_ks_query_decide (query, needs, &decision, &error)) {
    GST_ELEMENT_ERROR (trans, STREAM, FORMAT, ("%s", error->message), (NULL));
    return FALSE;
  }
  return GST_BASE_TRANSFORM_CLASS (ks_echo_parent_class)->decide_allocation
      (trans, query);
}

static void
mix (GstVideoFrame * out, const GstVideoFrame * a, const GstVideoFrame * b)
{
  for (guint p = 0; p < GST_VIDEO_FRAME_N_PLANES (out); p++) {
    guint8 *to = GST_VIDEO_FRAME_PLANE_DATA (out, p);
    const guint8 *from_a = GST_VIDEO_FRAME_PLANE_DATA (a, p);
    const guint8 *from_b = GST_VIDEO_FRAME_PLANE_DATA (b, p);
    gint n_bytes = GST_VIDEO_FRAME_COMP_WIDTH (out, p)
        * GST_VIDEO_FRAME_COMP_PSTRIDE (out, p);

    for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (out, p); y++) {
      for (gint x = 0; x < n_bytes; x++)
        to[x] = (from_a[x] + from_b[x]) / 2;
      to += GST_VIDEO_FRAME_PLANE_STRIDE (out, p);
      from_a += GST_VIDEO_FRAME_PLANE_STRIDE (a, p);
      from_b += GST_VIDEO_FRAME_PLANE_STRIDE (b, p);
    }
  }
}

static GstFlowReturn
ks_echo_transform_frame (GstVideoFilter * filter, GstVideoFrame * in,
    GstVideoFrame * out)
{
  KsEcho *self = KS_ECHO (filter);
  GstVideoFrame last;

  if (!gst_video_frame_map (&last, &filter->in_info, self->last ? self->last
          : in->buffer, GST_MAP_READ))
    return GST_FLOW_ERROR;
  mix (out, in, &last);
  gst_video_frame_unmap (&last);
  gst_buffer_replace (&self->last, in->buffer);
  return GST_FLOW_OK;
}

static gboolean
ks_echo_set_info (GstVideoFilter * filter, GstCaps * in, GstVideoInfo * in_info,
    GstCaps * out, GstVideoInfo * out_info)
{
  KsEcho *self = KS_ECHO (filter);

  /* the same caps may come again, and change nothing */
  if (self->last && !gst_video_info_is_equal (in_info, &filter->in_info))
    gst_clear_buffer (&self->last);
  return TRUE;
}

static gboolean
ks_echo_stop (GstBaseTransform * trans)
{
  gst_clear_buffer (&KS_ECHO (trans)->last);
  return TRUE;
}

static void
ks_echo_class_init (KsEchoClass * klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *trans_class = GST_BASE_TRANSFORM_CLASS (klass);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Echo", "Filter/Video",
      "Mixes each picture with the one before", "The ksallocator authors");
  trans_class->propose_allocation = ks_echo_propose_allocation;
  trans_class->decide_allocation = ks_echo_decide_allocation;
  trans_class->stop = ks_echo_stop;
  GST_VIDEO_FILTER_CLASS (klass)->set_info = ks_echo_set_info;
  GST_VIDEO_FILTER_CLASS (klass)->transform_frame = ks_echo_transform_frame;
}

static void
ks_echo_init (KsEcho * self)
{
}

static gboolean
plugin_init (GstPlugin * plugin)
{
  return gst_element_register (plugin, "ksecho", GST_RANK_NONE, KS_TYPE_ECHO);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, ksexample,
    "A filter that says what it needs", plugin_init, "1.0", "LGPL", PACKAGE,
    "https://example.org/");
