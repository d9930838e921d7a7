/* Properties of ksupload and ksdownload: everything can be changed while playing.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstkskindword.h"
#include "gstksmessage.h"
#include "gstkstransferprivate.h"

enum
{
  PROP_0,
  PROP_MEMORY,
  PROP_DEVICE,
  PROP_STATS,
  PROP_NEGOTIATED
};

#define READABLE (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)
#define LIVE (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS \
    | GST_PARAM_MUTABLE_PLAYING)

static const gchar *
memory_of (GstKsTransfer * self)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);

  return priv->memory ? priv->memory : GST_KS_TRANSFER_GET_CLASS (self)->memory;
}

/* A snapshot. Any thread. */
void
gst_ks_transfer_get_wish (GstKsTransfer * self, KsTransferWish * wish)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);

  gst_ks_mutex_lock (&priv->lock);
  *wish = (KsTransferWish) {
  g_intern_string (memory_of (self)),
        priv->device ? g_intern_string (priv->device) : NULL, priv->serial,
        priv->memory == NULL};
  gst_ks_mutex_unlock (&priv->lock);
}

/* To others, by the pin: a kind that was named goes out. What may come in is
 * said when it is known what becomes of it. @allocator: of the kind; NULL: it
 * is not open. */
void
gst_ks_transfer_say_framing (GstKsTransfer * self, GstAllocator * allocator)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  g_autoptr (GstKsFraming) framing = NULL;
  KsTransferWish wish;

  gst_ks_transfer_get_wish (self, &wish);
  if (!g_str_equal (wish.memory, "auto")) {
    GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT (wish.memory);

    item.device = wish.device;
    if (allocator)
      item.flags = ks_allocator_get_flags (allocator);
    framing = gst_ks_framing_new (&item, 1, NULL, NULL);
  }
  gst_ks_pin_set_framing (priv->srcpin, framing);
}

/* What cannot be is remembered while stopped, so that the element refuses to
 * start, and dropped while running. */
static gboolean
put_memory (GstKsTransfer * self, const gchar * text, GError ** error)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  GError *why = NULL;

  if (text && !ks_kind_check (text, &why)) {
    g_propagate_error (error, g_error_copy (why));
    if (GST_STATE (self) > GST_STATE_NULL) {
      g_error_free (why);
      return FALSE;
    }
  }
  gst_ks_mutex_lock (&priv->lock);
  g_clear_error (&priv->bad);
  priv->bad = why;
  if (why == NULL) {
    g_free (priv->memory);
    priv->memory = text && *text ? g_strdup (text) : NULL;
    priv->serial++;
  }
  gst_ks_mutex_unlock (&priv->lock);
  return why == NULL;
}

static void
put_device (GstKsTransfer * self, const gchar * text)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);

  gst_ks_mutex_lock (&priv->lock);
  g_free (priv->device);
  priv->device = text && *text ? g_strdup (text) : NULL;
  priv->serial++;
  gst_ks_mutex_unlock (&priv->lock);
}

/* Caps and frames are agreed on anew; an error of the old settings is
 * forgiven. */
static void
wish_changed (GstKsTransfer * self)
{
  GstBaseTransform *trans = GST_BASE_TRANSFORM (self);
  g_autoptr (GstAllocator) allocator = NULL;
  KsTransferWish wish;

  gst_ks_transfer_get_wish (self, &wish);
  if (GST_STATE (self) > GST_STATE_NULL && !g_str_equal (wish.memory, "auto")
      && !ks_kind_is_any (wish.memory))
    allocator = ks_kind_open (wish.memory, wish.device, GST_ELEMENT (self),
        NULL);
  g_atomic_int_set (&gst_ks_transfer_peek (self)->failed, 0);
  gst_ks_transfer_say_framing (self, allocator);
  gst_base_transform_reconfigure_sink (trans);
  gst_base_transform_reconfigure_src (trans);
}

void
gst_ks_transfer_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstKsTransfer *self = GST_KS_TRANSFER (object);
  g_autoptr (GError) error = NULL;

  switch (id) {
    case PROP_MEMORY:
      if (!put_memory (self, g_value_get_string (value), &error)) {
        ks_message_warning (GST_ELEMENT (self), error);
        return;
      }
      break;
    case PROP_DEVICE:
      put_device (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      return;
  }
  wish_changed (self);
}

static GstStructure *
make_stats (KsTransfer * priv)
{
  GstKsAccountStats stats;

  gst_ks_account_get_stats (priv->account, &stats);
  return gst_ks_account_stats_to_structure (&stats, "ks-stats");
}

void
gst_ks_transfer_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstKsTransfer *self = GST_KS_TRANSFER (object);
  KsTransfer *priv = gst_ks_transfer_peek (self);

  gst_ks_mutex_lock (&priv->lock);
  switch (id) {
    case PROP_MEMORY:
      g_value_set_string (value, memory_of (self));
      break;
    case PROP_DEVICE:
      g_value_set_string (value, priv->device);
      break;
    case PROP_STATS:
      g_value_take_boxed (value, make_stats (priv));
      break;
    case PROP_NEGOTIATED:
      g_value_set_boxed (value, priv->negotiated);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
  gst_ks_mutex_unlock (&priv->lock);
}

void
gst_ks_transfer_install_properties (GObjectClass * klass, const gchar * memory)
{
  g_object_class_install_property (klass, PROP_MEMORY,
      g_param_spec_string ("memory", "Memory kind",
          "Kind of memory that comes out: system, locked, huge, shared, or any"
          " other that is here: the message of an unknown one lists them;"
          " mapped, host: whatever the CPU can map, or lies in the host, passes;"
          " auto: what the caps, the plan or downstream want, else whatever"
          " comes. Unset, ksdownload leaves pictures where their device puts"
          " them, if the CPU can map that", memory, LIVE));
  g_object_class_install_property (klass, PROP_DEVICE,
      g_param_spec_string ("device", "Device",
          "Which one of that kind; for system, locked, huge and shared: a NUMA"
          " node such as 0; unset: any", NULL, LIVE));
  g_object_class_install_property (klass, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics",
          "Frames made here: live, handed out, peak, reused, fresh, discarded,"
          " copied, waits, bytes", GST_TYPE_STRUCTURE, READABLE));
  g_object_class_install_property (klass, PROP_NEGOTIATED,
      g_param_spec_boxed ("negotiated", "Negotiated",
          "Which way frames take (method: pass, import, map-copy, staging),"
          " why, and of which kind they are; unset: no frame has come yet",
          GST_TYPE_STRUCTURE, READABLE));
}
