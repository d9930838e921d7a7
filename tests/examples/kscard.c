/* kscard: a filter whose card has memory of its own. Example of an element with an allocator.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The filter inverts pictures on a card, which is the fake backend of the test
 * library here, or with memory=bar the RAM of a real card. It writes them into the card's own memory where downstream can
 * take that. Three things are needed: a table of callbacks that make frames, a
 * framing on the source pad, and one call in decide_allocation.
 *
 * cc -shared -fPIC kscard.c -o libkscard.so \
 *   $(pkg-config --cflags --libs gstreamer-ks-1.0 gstreamer-ks-check-1.0)
 */
#include <gst/base/gstbasetransform.h>
#include <gst/kscheck/gstksfake.h>

#define PACKAGE "kscard"
#define KS_TYPE_CARD (ks_card_get_type ())
G_DECLARE_FINAL_TYPE (KsCard, ks_card, KS, CARD, GstBaseTransform);

struct _KsCard
{
  GstBaseTransform parent;

  GstKsPin *pin;                /* of the source pad; owned */
  GstKsDecision decision;       /* for the caps in force */
  gchar *memory;                /* the card's kind of memory; owned */
  gchar *device;                /* which card; owned, NULL: the one there is */
  gboolean must_allocate;
  gint initialized;             /* atomic; how often the card was chosen */
  guint copies;
};

enum
{
  PROP_MEMORY = 1,
  PROP_DEVICE,
  PROP_MUST_ALLOCATE,
  PROP_INITIALIZED,
  PROP_COPIES,
  PROP_SOURCE
};

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-raw"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("video/x-raw"));

G_DEFINE_FINAL_TYPE (KsCard, ks_card, GST_TYPE_BASE_TRANSFORM);

/* --- the allocator: what the callbacks need is in its context, since frames
 * may come back when element and pad are gone --- */

typedef struct
{
  GstKsAllocator *memory;       /* the card's; owned */
  gsize size;                   /* of each frame */
  gsize align;
} CardContext;

static gboolean
card_initialize (GstKsPin * pin, const GstKsAbiFraming * framing,
    gpointer * context, GError ** error)
{
  g_autoptr (GstPad) pad = gst_ks_pin_get_pad (pin);
  g_autoptr (GstElement) self = pad ? gst_pad_get_parent_element (pad) : NULL;
  GstAllocator *memory;
  CardContext *card;

  if (self == NULL) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_STATE,
        "the card's element is going");
    return FALSE;
  }
  gst_ks_fake_register ();
  memory = gst_ks_allocator_get (KS_CARD (self)->memory,
      KS_CARD (self)->device, error);
  if (memory == NULL)
    return FALSE;
  card = g_new (CardContext, 1);
  card->memory = GST_KS_ALLOCATOR (memory);
  card->size = framing->frame_size;
  card->align = framing->file_alignment + 1;
  g_atomic_int_inc (&KS_CARD (self)->initialized);
  *context = card;
  return TRUE;
}

static void
card_delete (gpointer context)
{
  CardContext *card = context;

  gst_object_unref (card->memory);
  g_free (card);
}

static gpointer
card_allocate (gpointer context)
{
  CardContext *card = context;
  GstKsBlock block = {.size = card->size,.align = card->align };

  return GST_KS_ALLOCATOR_GET_CLASS (card->memory)->acquire (card->memory,
      &block, NULL) ? block.data : NULL;
}

static void
card_free (gpointer context, gpointer data)
{
  CardContext *card = context;
  GstKsBlock block = {.size = card->size,.align = card->align,.data = data };

  GST_KS_ALLOCATOR_GET_CLASS (card->memory)->release (card->memory, &block);
}

static const GstKsPinDispatch card_dispatch = {
  card_initialize, card_delete, card_allocate, card_free
};

/* --- negotiation --- */

/* What the card makes first, then what it can write into as well. */
static void
say_framing (KsCard * self)
{
  g_autofree gchar *device = self->device ? g_strconcat (", device=",
      self->device, NULL) : g_strdup ("");
  g_autofree gchar *text = g_strdup_printf (self->must_allocate
      ? "%s, align=256, flags=must-allocate%s"
      : "%s, align=256, flags=can-allocate%s; mapped, align=256",
      self->memory, device);
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (text, NULL);

  gst_ks_pin_set_framing (self->pin, framing);
}

static gboolean
ks_card_decide_allocation (GstBaseTransform * trans, GstQuery * query)
{
  KsCard *self = KS_CARD (trans);
  g_autoptr (GError) error = NULL;

  gst_ks_decision_clear (&self->decision);
  if (!gst_ks_pin_decide (self->pin, query, &self->decision, &error)) {
    GST_ELEMENT_ERROR (self, STREAM, FORMAT, ("%s", error->message), (NULL));
    return FALSE;
  }
  if (self->decision.copy_into
      && !gst_buffer_pool_set_active (self->decision.copy_into, TRUE))
    return FALSE;
  /* takes the pool that stands first, which is the one decided on */
  return GST_BASE_TRANSFORM_CLASS (ks_card_parent_class)->decide_allocation
      (trans, query);
}

static gboolean
ks_card_stop (GstBaseTransform * trans)
{
  KsCard *self = KS_CARD (trans);

  if (self->decision.copy_into)
    gst_buffer_pool_set_active (self->decision.copy_into, FALSE);
  gst_ks_decision_clear (&self->decision);
  return TRUE;
}

/* --- frames --- */

static gboolean
ks_card_transform_size (GstBaseTransform * trans, GstPadDirection direction,
    GstCaps * caps, gsize size, GstCaps * othercaps, gsize * othersize)
{
  *othersize = size;
  return TRUE;
}

static GstFlowReturn
ks_card_transform (GstBaseTransform * trans, GstBuffer * in, GstBuffer * out)
{
  GstMapInfo from, to;

  if (!gst_buffer_map (in, &from, GST_MAP_READ))
    return GST_FLOW_ERROR;
  if (!gst_buffer_map (out, &to, GST_MAP_WRITE)) {
    gst_buffer_unmap (in, &from);
    return GST_FLOW_ERROR;
  }
  for (gsize i = 0; i < MIN (from.size, to.size); i++)
    to.data[i] = from.data[i] ^ 0xff;
  gst_buffer_unmap (out, &to);
  gst_buffer_unmap (in, &from);
  return GST_FLOW_OK;
}

/* Both sides insist on their own frames: the pipe is cut here. */
static GstFlowReturn
copy_across (KsCard * self, GstBuffer ** frame)
{
  GstBuffer *copy;
  GstMapInfo map;
  GstFlowReturn ret = gst_buffer_pool_acquire_buffer (self->decision.copy_into,
      &copy, NULL);

  if (ret != GST_FLOW_OK)
    return ret;
  if (!gst_buffer_map (*frame, &map, GST_MAP_READ)) {
    gst_buffer_unref (copy);
    return GST_FLOW_ERROR;
  }
  gst_buffer_copy_into (copy, *frame, GST_BUFFER_COPY_METADATA, 0, -1);
  gst_buffer_fill (copy, 0, map.data, map.size);
  gst_buffer_unmap (*frame, &map);
  self->copies++;
  gst_buffer_unref (*frame);
  *frame = copy;
  return GST_FLOW_OK;
}

static GstFlowReturn
ks_card_generate_output (GstBaseTransform * trans, GstBuffer ** frame)
{
  KsCard *self = KS_CARD (trans);
  GstFlowReturn ret = GST_BASE_TRANSFORM_CLASS (ks_card_parent_class)
      ->generate_output (trans, frame);

  if (ret == GST_FLOW_OK && *frame && self->decision.copy_into)
    ret = copy_across (self, frame);
  return ret;
}

/* --- the object --- */

static void
ks_card_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * spec)
{
  KsCard *self = KS_CARD (object);

  if (id == PROP_MEMORY) {
    g_free (self->memory);
    self->memory = g_value_dup_string (value);
  } else if (id == PROP_DEVICE) {
    g_free (self->device);
    self->device = g_value_dup_string (value);
  } else {
    self->must_allocate = g_value_get_boolean (value);
  }
  say_framing (self);
}

static void
ks_card_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * spec)
{
  KsCard *self = KS_CARD (object);

  if (id == PROP_INITIALIZED)
    g_value_set_uint (value, g_atomic_int_get (&self->initialized));
  else if (id == PROP_COPIES)
    g_value_set_uint (value, self->copies);
  else
    g_value_set_enum (value, self->decision.source);
}

static void
ks_card_finalize (GObject * object)
{
  KsCard *self = KS_CARD (object);

  gst_ks_decision_clear (&self->decision);
  g_free (self->memory);
  g_free (self->device);
  g_object_unref (self->pin);
  G_OBJECT_CLASS (ks_card_parent_class)->finalize (object);
}

static void
ks_card_class_init (KsCardClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *trans_class = GST_BASE_TRANSFORM_CLASS (klass);

  gst_ks_init ();
  object_class->set_property = ks_card_set_property;
  object_class->get_property = ks_card_get_property;
  object_class->finalize = ks_card_finalize;
  g_object_class_install_property (object_class, PROP_MEMORY,
      g_param_spec_string ("memory", "Memory", "The card's kind of memory",
          "fake", G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_DEVICE,
      g_param_spec_string ("device", "Device", "Which card, where a kind wants"
          " to be told", NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_MUST_ALLOCATE,
      g_param_spec_boolean ("must-allocate", "Must allocate",
          "The card writes into its own memory only", FALSE,
          G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_INITIALIZED,
      g_param_spec_uint ("initialized", "Initialized",
          "How often the card's allocator was chosen", 0, G_MAXUINT, 0,
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_COPIES,
      g_param_spec_uint ("copies", "Copies", "Frames that were copied on", 0,
          G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_SOURCE,
      g_param_spec_enum ("source", "Source", "Where frames come from",
          GST_TYPE_KS_DECISION_SOURCE, GST_KS_DECISION_NONE,
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Card", "Filter/Video",
      "Inverts pictures on a card", "The ksallocator authors");
  trans_class->decide_allocation = ks_card_decide_allocation;
  trans_class->stop = ks_card_stop;
  trans_class->transform_size = ks_card_transform_size;
  trans_class->transform = ks_card_transform;
  trans_class->generate_output = ks_card_generate_output;
}

static void
ks_card_init (KsCard * self)
{
  /* upstream sees that this is no foreign element */
  g_object_unref (gst_ks_pin_get (GST_BASE_TRANSFORM_SINK_PAD (self), TRUE));
  self->pin = gst_ks_pin_get (GST_BASE_TRANSFORM_SRC_PAD (self), TRUE);
  gst_ks_pin_set_dispatch (self->pin, &card_dispatch);
  self->memory = g_strdup ("fake");
  say_framing (self);
}

static gboolean
plugin_init (GstPlugin * plugin)
{
  return gst_element_register (plugin, "kscard", GST_RANK_NONE, KS_TYPE_CARD);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, kscard,
    "A filter with memory of its own", plugin_init, "1.0", "LGPL", PACKAGE,
    "https://example.org/");
