/* Test elements, one a base class, that propose and decide with one call each.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* cartsrc, cartsink, cartcopy, cartplace, cartpass, cartfilter, cartvenc,
 * cartvdec, cartaenc, cartadec, cartagg and cartvagg, by these names in
 * pipelines. Properties: propose and decide, framings as text (unset: the base
 * class alone); seen: downstream's framing when it decided last, "none" when
 * there was none. */
void cart_elements_register (void);

/* Parts of it, in files by base class. */
void cart_elements_register_plain (void);
void cart_elements_register_codecs (void);
void cart_elements_register_aggregators (void);

/* What all of them do. */
void     cart_class_init (GstElementClass *klass);
gboolean cart_propose (GstElement *element, GstQuery *query, gboolean good);
gboolean cart_decide (GstElement *element, GstQuery *query);

#define CART_RAW "video/x-raw,format=(string){RGB,NV12},width=64,height=48,framerate=25/1"
#define CART_SIZE (64 * 48 * 3)

/* The two functions of a class Cart##Name below Base: the base class's, and
 * ours. */
#define CART_DECIDE(name, Base, BASE) \
static gboolean \
name##_decide (Base *self, GstQuery *query) \
{ \
  Base##Class *base = BASE##_CLASS (name##_parent_class); \
  return cart_decide (GST_ELEMENT (self), query) \
      && (base->decide_allocation == NULL || base->decide_allocation (self, query)); \
}

#define CART_PROPOSE(name, Base, BASE) \
static gboolean \
name##_propose (Base *self, GstQuery *query) \
{ \
  Base##Class *base = BASE##_CLASS (name##_parent_class); \
  gboolean good = base->propose_allocation && base->propose_allocation (self, query); \
  return cart_propose (GST_ELEMENT (self), query, good); \
}

/* One that has a name for its input and its output. */
#define CART_PADS(klass, sink, src) G_STMT_START { \
    static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink", \
        GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (sink)); \
    static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src", \
        GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (src)); \
    gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &sink_template); \
    gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &src_template); \
  } G_STMT_END

G_END_DECLS
