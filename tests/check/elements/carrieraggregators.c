/* Test elements that propose and decide: those with several inputs.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "carrierelements.h"

#include <gst/base/gstaggregator.h>
#include <gst/video/gstvideoaggregator.h>

#define CART_AGGREGATOR(name) \
static gboolean \
name##_propose (GstAggregator *self, GstAggregatorPad *pad, GstQuery *decide, \
    GstQuery *query) \
{ \
  GstAggregatorClass *base = GST_AGGREGATOR_CLASS (name##_parent_class); \
  gboolean good = base->propose_allocation \
      && base->propose_allocation (self, pad, decide, query); \
  return cart_propose (GST_ELEMENT (self), query, good); \
} \
CART_DECIDE (name, GstAggregator, GST_AGGREGATOR)

static void
aggregator_class_init (GstAggregatorClass * klass, GType pad_type)
{
  static GstStaticPadTemplate sink_template =
      GST_STATIC_PAD_TEMPLATE ("sink_%u", GST_PAD_SINK, GST_PAD_REQUEST,
      GST_STATIC_CAPS (CART_RAW));
  static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
      GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (CART_RAW));
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  cart_class_init (element_class);
  gst_element_class_add_static_pad_template_with_gtype (element_class,
      &sink_template, pad_type);
  gst_element_class_add_static_pad_template_with_gtype (element_class,
      &src_template, GST_TYPE_AGGREGATOR_PAD);
}

/* --- GstAggregator --- */

typedef GstAggregator CartAgg;
typedef GstAggregatorClass CartAggClass;

GType cart_agg_get_type (void);
G_DEFINE_TYPE (CartAgg, cart_agg, GST_TYPE_AGGREGATOR);

CART_AGGREGATOR (cart_agg);

/* From what was decided. */
static GstBuffer *
cart_agg_make_frame (GstAggregator * self)
{
  g_autoptr (GstBufferPool) pool = gst_aggregator_get_buffer_pool (self);
  g_autoptr (GstAllocator) allocator = NULL;
  GstAllocationParams params;
  GstBuffer *frame = NULL;

  if (pool) {
    /* which the base class leaves to us; nothing where it is active */
    gst_buffer_pool_set_active (pool, TRUE);
    gst_buffer_pool_acquire_buffer (pool, &frame, NULL);
    return frame;
  }
  gst_aggregator_get_allocator (self, &allocator, &params);
  return gst_buffer_new_allocate (allocator, CART_SIZE, &params);
}

/* What the inputs have. */
typedef struct
{
  gboolean frames;
  gboolean open;                /* some input is not at its end */
} Inputs;

static gboolean
drop_frame (GstElement * self, GstPad * pad, gpointer user_data)
{
  GstBuffer *frame = gst_aggregator_pad_pop_buffer (GST_AGGREGATOR_PAD (pad));
  Inputs *inputs = user_data;

  inputs->frames |= frame != NULL;
  inputs->open |= !gst_aggregator_pad_is_eos (GST_AGGREGATOR_PAD (pad));
  gst_clear_buffer (&frame);
  return TRUE;
}

static GstFlowReturn
cart_agg_aggregate (GstAggregator * self, gboolean timeout)
{
  Inputs inputs = { FALSE, FALSE };
  GstBuffer *frame;

  gst_element_foreach_sink_pad (GST_ELEMENT (self), drop_frame, &inputs);
  if (!inputs.frames)
    return inputs.open ? GST_AGGREGATOR_FLOW_NEED_DATA : GST_FLOW_EOS;
  frame = cart_agg_make_frame (self);
  if (frame == NULL)
    return GST_FLOW_ERROR;
  gst_buffer_memset (frame, 0, 0x55, -1);
  return gst_aggregator_finish_buffer (self, frame);
}

static void
cart_agg_class_init (CartAggClass * klass)
{
  aggregator_class_init (klass, GST_TYPE_AGGREGATOR_PAD);
  klass->propose_allocation = cart_agg_propose;
  klass->decide_allocation = cart_agg_decide;
  klass->aggregate = cart_agg_aggregate;
}

static void
cart_agg_init (CartAgg * self)
{
}

/* --- GstVideoAggregator --- */

typedef GstVideoAggregator CartVagg;
typedef GstVideoAggregatorClass CartVaggClass;

GType cart_vagg_get_type (void);
G_DEFINE_TYPE (CartVagg, cart_vagg, GST_TYPE_VIDEO_AGGREGATOR);

CART_AGGREGATOR (cart_vagg);

static GstFlowReturn
cart_vagg_aggregate_frames (GstVideoAggregator * self, GstBuffer * frame)
{
  gst_buffer_memset (frame, 0, 0x55, -1);
  return GST_FLOW_OK;
}

static void
cart_vagg_class_init (CartVaggClass * klass)
{
  aggregator_class_init (GST_AGGREGATOR_CLASS (klass),
      GST_TYPE_VIDEO_AGGREGATOR_CONVERT_PAD);
  GST_AGGREGATOR_CLASS (klass)->propose_allocation = cart_vagg_propose;
  GST_AGGREGATOR_CLASS (klass)->decide_allocation = cart_vagg_decide;
  klass->aggregate_frames = cart_vagg_aggregate_frames;
}

static void
cart_vagg_init (CartVagg * self)
{
}

void
cart_elements_register_aggregators (void)
{
  gst_element_register (NULL, "cartagg", 0, cart_agg_get_type ());
  gst_element_register (NULL, "cartvagg", 0, cart_vagg_get_type ());
}
