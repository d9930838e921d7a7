/* GstKsMemoryDevice: a kind of memory that is here, as a GstDevice.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstksmemorydevice.h"

struct _GstKsMemoryDevice
{
  GstDevice parent;

  /* constant; owned */
  gchar *kind;
  gchar *device;                /* NULL: the kind's own choice */
};

G_DEFINE_FINAL_TYPE (GstKsMemoryDevice, gst_ks_memory_device, GST_TYPE_DEVICE);

/* What stands beside `device` when the kind chooses. */
static void
set_memory (GstKsMemoryDevice * self, GstElement * element)
{
  g_object_set (element, "memory", self->kind, "device", self->device, NULL);
}

static GstElement *
gst_ks_memory_device_create_element (GstDevice * device, const gchar * name)
{
  GstElement *element = gst_element_factory_make ("ksallocator", name);

  if (element != NULL)
    set_memory (GST_KS_MEMORY_DEVICE (device), element);
  return element;
}

/* Of our elements alone: others may call something else memory. */
static gboolean
gst_ks_memory_device_reconfigure_element (GstDevice * device,
    GstElement * element)
{
  static const gchar *const takers[] = { "ksallocator", "ksupload", NULL };
  GstElementFactory *factory = gst_element_get_factory (element);

  if (factory == NULL || !g_strv_contains (takers, GST_OBJECT_NAME (factory)))
    return FALSE;
  set_memory (GST_KS_MEMORY_DEVICE (device), element);
  return TRUE;
}

static void
gst_ks_memory_device_finalize (GObject * object)
{
  GstKsMemoryDevice *self = GST_KS_MEMORY_DEVICE (object);

  g_free (self->kind);
  g_free (self->device);
  G_OBJECT_CLASS (gst_ks_memory_device_parent_class)->finalize (object);
}

static void
gst_ks_memory_device_class_init (GstKsMemoryDeviceClass * klass)
{
  GstDeviceClass *device_class = GST_DEVICE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ks_memory_device_finalize;
  device_class->create_element = gst_ks_memory_device_create_element;
  device_class->reconfigure_element = gst_ks_memory_device_reconfigure_element;
}

static void
gst_ks_memory_device_init (GstKsMemoryDevice * self)
{
}

/* --- what is known of it --- */

static void
add_text (GstStructure * properties, const gchar * name, const gchar * text)
{
  if (text != NULL)
    gst_structure_set (properties, name, G_TYPE_STRING, text, NULL);
}

static void
add_words (GstStructure * properties, const gchar * name, guint bits,
    const gchar * (*word) (guint bit))
{
  g_auto (GValue) list = G_VALUE_INIT;

  gst_value_array_init (&list, GST_KS_N_CANS);
  for (guint bit = 0; word (bit) != NULL; bit++) {
    GValue value = G_VALUE_INIT;

    if (!(bits & (1u << bit)))
      continue;
    g_value_init (&value, G_TYPE_STRING);
    g_value_set_static_string (&value, word (bit));
    gst_value_array_append_and_take_value (&list, &value);
  }
  gst_structure_take_value (properties, name, &list);
}

static void
add_limits (GstStructure * properties, const GstKsLimits * limits)
{
  gst_structure_set (properties,
      "max-bytes", G_TYPE_UINT64, limits->max_bytes,
      "max-idle-frames", G_TYPE_UINT, limits->max_idle_blocks,
      "max-idle-bytes", G_TYPE_UINT64, limits->max_idle_bytes,
      "max-idle-fds", G_TYPE_UINT, limits->max_idle_fds,
      "max-idle-age", G_TYPE_UINT64, limits->max_idle_age, NULL);
}

/* The names are those that inspect --json has. */
static GstStructure *
properties_of (const GstKsKindReport * kind, const GstKsDeviceReport * device)
{
  GstStructure *properties = gst_structure_new ("ks-memory",
      "kind", G_TYPE_STRING, kind->kind,
      "system", G_TYPE_BOOLEAN, kind->is_system, NULL);
  g_autofree gchar *framing = gst_ks_framing_to_string (device->framing);

  add_text (properties, "device", device->device);
  add_text (properties, "framing", framing);
  add_words (properties, "can", device->can, gst_ks_can_word);
  add_words (properties, "traits", kind->traits, gst_ks_trait_word);
  if (device->can & GST_KS_CAN_BYTES)
    add_limits (properties, &device->limits);
  add_text (properties, "note", device->note);
  return properties;
}

static gchar *
display_name (const GstKsKindReport * kind, const GstKsDeviceReport * device)
{
  if (device->device == NULL)
    return g_strdup (kind->kind);
  return g_strdup_printf (kind->is_system ? "%s, NUMA node %s" : "%s %s",
      kind->kind, device->device);
}

/* Sink, because it stands behind whoever makes frames: programs that write a
 * line for a device do so for sources and sinks only. */
GstDevice *
gst_ks_memory_device_new (const GstKsKindReport * kind,
    const GstKsDeviceReport * device)
{
  g_autofree gchar *name = display_name (kind, device);
  g_autoptr (GstStructure) properties = properties_of (kind, device);
  g_autoptr (GstCaps) caps = gst_caps_new_any ();
  GstKsMemoryDevice *self = g_object_new (GST_TYPE_KS_MEMORY_DEVICE,
      "display-name", name, "device-class", "Memory/Sink", "caps", caps,
      "properties", properties, NULL);

  self->kind = g_strdup (kind->kind);
  self->device = g_strdup (device->device);
  return GST_DEVICE_CAST (self);
}
