/* Test elements, one a base class, that propose and decide with one call each.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "carrierelements.h"

#include <gst/base/gstbasesink.h>
#include <gst/base/gstbasetransform.h>
#include <gst/base/gstpushsrc.h>
#include <gst/ks/gstks.h>
#include <gst/video/gstvideofilter.h>
#include <string.h>

/* --- what all of them do --- */

enum
{
  PROP_PROPOSE = 100,
  PROP_DECIDE,
  PROP_SEEN
};

static const gchar *const keys[] = { "cart-propose", "cart-decide",
  "cart-seen"
};

static void
set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * spec)
{
  g_object_set_data_full (object, keys[id - PROP_PROPOSE],
      g_value_dup_string (value), g_free);
}

static void
get_property (GObject * object, guint id, GValue * value, GParamSpec * spec)
{
  g_value_set_string (value, g_object_get_data (object,
          keys[id - PROP_PROPOSE]));
}

static void
add_property (GObjectClass * klass, guint id, const gchar * name)
{
  g_object_class_install_property (klass, id, g_param_spec_string (name, name,
          name, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
}

void
cart_class_init (GstElementClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  add_property (object_class, PROP_PROPOSE, "propose");
  add_property (object_class, PROP_DECIDE, "decide");
  add_property (object_class, PROP_SEEN, "seen");
  gst_element_class_set_static_metadata (klass, "Cart", "Test",
      "Proposes and decides", "The ksallocator authors");
}

/* NULL: the property is not set. */
static GstKsFraming *
framing_of (GstElement * element, const gchar * key)
{
  const gchar *text = g_object_get_data (G_OBJECT (element), key);

  return text ? gst_ks_framing_parse (text, NULL) : NULL;
}

/* good: what the base class's function returned */
gboolean
cart_propose (GstElement * element, GstQuery * query, gboolean good)
{
  g_autoptr (GstKsFraming) framing = framing_of (element, keys[0]);
  g_autoptr (GError) error = NULL;

  if (framing == NULL)
    return good;
  if (!good)
    gst_ks_query_forget (query);
  if (gst_ks_query_propose (query, framing, &error))
    return TRUE;
  GST_ELEMENT_WARNING (element, STREAM, FORMAT, ("%s", error->message), (NULL));
  return FALSE;
}

gboolean
cart_decide (GstElement * element, GstQuery * query)
{
  g_autoptr (GstKsFraming) framing = framing_of (element, keys[1]);
  g_autoptr (GstKsFraming) theirs =
      gst_ks_query_get_allocation_framing (query, NULL);
  g_auto (GstKsDecision) decision = GST_KS_DECISION_INIT;
  g_autoptr (GError) error = NULL;

  g_object_set_data_full (G_OBJECT (element), keys[2], theirs
      ? gst_ks_framing_to_string (theirs) : g_strdup ("none"), g_free);
  if (framing == NULL
      || gst_ks_query_decide (query, framing, &decision, &error))
    return TRUE;
  GST_ELEMENT_ERROR (element, STREAM, FORMAT, ("%s", error->message), (NULL));
  return FALSE;
}

/* --- GstBaseSrc --- */

typedef GstPushSrc CartSrc;
typedef GstPushSrcClass CartSrcClass;

GType cart_src_get_type (void);
G_DEFINE_TYPE (CartSrc, cart_src, GST_TYPE_PUSH_SRC);

CART_DECIDE (cart_src, GstBaseSrc, GST_BASE_SRC);

static GstFlowReturn
cart_src_fill (GstPushSrc * self, GstBuffer * frame)
{
  gst_buffer_memset (frame, 0, 0x55, -1);
  return GST_FLOW_OK;
}

static void
cart_src_class_init (CartSrcClass * klass)
{
  static GstStaticPadTemplate template = GST_STATIC_PAD_TEMPLATE ("src",
      GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (CART_RAW));

  cart_class_init (GST_ELEMENT_CLASS (klass));
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass),
      &template);
  GST_BASE_SRC_CLASS (klass)->decide_allocation = cart_src_decide;
  klass->fill = cart_src_fill;
}

static void
cart_src_init (CartSrc * self)
{
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
  gst_base_src_set_blocksize (GST_BASE_SRC (self), CART_SIZE);
}

/* --- GstBaseSink --- */

typedef GstBaseSink CartSink;
typedef GstBaseSinkClass CartSinkClass;

GType cart_sink_get_type (void);
G_DEFINE_TYPE (CartSink, cart_sink, GST_TYPE_BASE_SINK);

CART_PROPOSE (cart_sink, GstBaseSink, GST_BASE_SINK);

static void
cart_sink_class_init (CartSinkClass * klass)
{
  static GstStaticPadTemplate template = GST_STATIC_PAD_TEMPLATE ("sink",
      GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

  cart_class_init (GST_ELEMENT_CLASS (klass));
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass),
      &template);
  klass->propose_allocation = cart_sink_propose;
}

static void
cart_sink_init (CartSink * self)
{
  gst_base_sink_set_sync (self, FALSE);
}

/* --- GstBaseTransform: copying, in place, passing --- */

#define CART_TRANSFORM(name) \
static gboolean \
name##_propose (GstBaseTransform *self, GstQuery *decide, GstQuery *query) \
{ \
  return cart_propose (GST_ELEMENT (self), query, \
      GST_BASE_TRANSFORM_CLASS (name##_parent_class)->propose_allocation (self, \
          decide, query)); \
} \
CART_DECIDE (name, GstBaseTransform, GST_BASE_TRANSFORM)

static void
transform_class_init (GstBaseTransformClass * klass)
{
  cart_class_init (GST_ELEMENT_CLASS (klass));
  CART_PADS (klass, "ANY", "ANY");
}

typedef GstBaseTransform CartCopy;
typedef GstBaseTransformClass CartCopyClass;

GType cart_copy_get_type (void);
G_DEFINE_TYPE (CartCopy, cart_copy, GST_TYPE_BASE_TRANSFORM);

CART_TRANSFORM (cart_copy);

static GstFlowReturn
cart_copy_transform (GstBaseTransform * self, GstBuffer * in, GstBuffer * out)
{
  GstMapInfo map;

  if (!gst_buffer_map (in, &map, GST_MAP_READ))
    return GST_FLOW_ERROR;
  gst_buffer_fill (out, 0, map.data, map.size);
  gst_buffer_unmap (in, &map);
  return GST_FLOW_OK;
}

static void
cart_copy_class_init (CartCopyClass * klass)
{
  transform_class_init (klass);
  klass->propose_allocation = cart_copy_propose;
  klass->decide_allocation = cart_copy_decide;
  klass->transform = cart_copy_transform;
}

static void
cart_copy_init (CartCopy * self)
{
}

typedef GstBaseTransform CartPlace;
typedef GstBaseTransformClass CartPlaceClass;

GType cart_place_get_type (void);
G_DEFINE_TYPE (CartPlace, cart_place, GST_TYPE_BASE_TRANSFORM);

CART_TRANSFORM (cart_place);

static GstFlowReturn
cart_place_transform_ip (GstBaseTransform * self, GstBuffer * frame)
{
  gst_buffer_memset (frame, 0, 0xaa, 1);
  return GST_FLOW_OK;
}

static void
cart_place_class_init (CartPlaceClass * klass)
{
  transform_class_init (klass);
  klass->propose_allocation = cart_place_propose;
  klass->decide_allocation = cart_place_decide;
  klass->transform_ip = cart_place_transform_ip;
}

static void
cart_place_init (CartPlace * self)
{
  gst_base_transform_set_in_place (self, TRUE);
}

typedef CartPlace CartPass;
typedef CartPlaceClass CartPassClass;

GType cart_pass_get_type (void);
G_DEFINE_TYPE (CartPass, cart_pass, cart_place_get_type ());

/* The frame may be others' too. */
static GstFlowReturn
cart_pass_transform_ip (GstBaseTransform * self, GstBuffer * frame)
{
  return GST_FLOW_OK;
}

static void
cart_pass_class_init (CartPassClass * klass)
{
  klass->transform_ip = cart_pass_transform_ip;
}

static void
cart_pass_init (CartPass * self)
{
  gst_base_transform_set_passthrough (self, TRUE);
}

/* --- GstVideoFilter --- */

typedef GstVideoFilter CartFilter;
typedef GstVideoFilterClass CartFilterClass;

GType cart_filter_get_type (void);
G_DEFINE_TYPE (CartFilter, cart_filter, GST_TYPE_VIDEO_FILTER);

CART_TRANSFORM (cart_filter);

static GstFlowReturn
cart_filter_transform_frame (GstVideoFilter * self, GstVideoFrame * in,
    GstVideoFrame * out)
{
  return gst_video_frame_copy (out, in) ? GST_FLOW_OK : GST_FLOW_ERROR;
}

static void
cart_filter_class_init (CartFilterClass * klass)
{
  cart_class_init (GST_ELEMENT_CLASS (klass));
  CART_PADS (klass, CART_RAW, CART_RAW);
  GST_BASE_TRANSFORM_CLASS (klass)->propose_allocation = cart_filter_propose;
  GST_BASE_TRANSFORM_CLASS (klass)->decide_allocation = cart_filter_decide;
  klass->transform_frame = cart_filter_transform_frame;
}

static void
cart_filter_init (CartFilter * self)
{
}

void
cart_elements_register_plain (void)
{
  gst_element_register (NULL, "cartsrc", 0, cart_src_get_type ());
  gst_element_register (NULL, "cartsink", 0, cart_sink_get_type ());
  gst_element_register (NULL, "cartcopy", 0, cart_copy_get_type ());
  gst_element_register (NULL, "cartplace", 0, cart_place_get_type ());
  gst_element_register (NULL, "cartpass", 0, cart_pass_get_type ());
  gst_element_register (NULL, "cartfilter", 0, cart_filter_get_type ());
}

void
cart_elements_register (void)
{
  cart_elements_register_plain ();
  cart_elements_register_codecs ();
  cart_elements_register_aggregators ();
}
