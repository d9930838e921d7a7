/* The kind `vulkan`: memory of graphics cards that Vulkan elements work on, as pictures and as bytes.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstksvulkan.h"

typedef struct
{
  GstKsBackend parent;

  KsVulkanCard *card;           /* owned; from open to close */
  GstAllocator *stages;         /* owned */
  GMutex lock;                  /* for making these two, which keep us open */
  GWeakRef bytes, images;
} GstKsBackendVulkan;

typedef struct
{
  GstKsBackendClass parent_class;
} GstKsBackendVulkanClass;

GType gst_ks_backend_vulkan_get_type (void);
G_DEFINE_TYPE (GstKsBackendVulkan, gst_ks_backend_vulkan, GST_TYPE_KS_BACKEND);

#define SELF(backend) ((GstKsBackendVulkan *) (backend))

static gboolean
vulkan_open (GstKsBackend * backend, GError ** error)
{
  GstKsBackendVulkan *self = SELF (backend);

  self->card = ks_vulkan_card_open (gst_ks_backend_peek_device (backend),
      error);
  if (self->card == NULL)
    return FALSE;
  self->stages = ks_vulkan_buffers_new (self->card, KS_VULKAN_STAGE);
  return TRUE;
}

static void
vulkan_close (GstKsBackend * backend)
{
  GstKsBackendVulkan *self = SELF (backend);

  gst_clear_object (&self->stages);
  g_clear_pointer (&self->card, ks_vulkan_card_unref);
}

static GstKsFraming *
vulkan_describe (GstKsBackend * backend)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("vulkan");

  item.align = MAX (SELF (backend)->card->map_align, 1);
  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  if (!SELF (backend)->card->mappable)
    item.flags |= GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

/* Images live as long as some allocator of the device does, and so are kept
 * and used again from one pool to the next. */
static GstAllocator *
get_images (GstKsBackendVulkan * self)
{
  GstAllocator *images;

  g_mutex_lock (&self->lock);
  images = g_weak_ref_get (&self->images);
  if (images == NULL) {
    images = ks_vulkan_images_new (self->card);
    gst_ks_backend_bind (GST_KS_BACKEND (self), images);
    g_weak_ref_set (&self->images, images);
  }
  g_mutex_unlock (&self->lock);
  return images;
}

static GstAllocator *
vulkan_create_allocator (GstKsBackend * backend, GError ** error)
{
  GstKsBackendVulkan *self = SELF (backend);
  GstAllocator *bytes = ks_vulkan_buffers_new (self->card, KS_VULKAN_OWN);

  g_object_set_data_full (G_OBJECT (bytes), "gst-ks-vulkan-images",
      get_images (self), gst_object_unref);
  g_weak_ref_set (&self->bytes, bytes);
  return bytes;
}

static gboolean
vulkan_transfer (GstKsBackend * backend, GstMemory * dst, GstMemory * src,
    GError ** error)
{
  return ks_vulkan_transfer (SELF (backend)->card, SELF (backend)->stages, dst,
      src, error);
}

static GstMemory *
vulkan_import (GstKsBackend * backend, GstMemory * memory, GError ** error)
{
  g_autoptr (GstAllocator) bytes = g_weak_ref_get (&SELF (backend)->bytes);

  if (bytes == NULL)
    bytes = gst_ks_backend_create_allocator (backend, error);
  return bytes == NULL ? NULL :
      ks_vulkan_import (SELF (backend)->card, bytes, memory, error);
}

static gboolean
vulkan_allocate_shaped (GstKsBackend * backend, const GstVideoInfo * info,
    const GstKsFraming * fixed, GstKsShape * out, GError ** error)
{
  g_autoptr (GstAllocator) images = get_images (SELF (backend));

  return ks_vulkan_allocate_shaped (images, info, out, error);
}

/* --- the device that is shared with elements --- */

static GstContext *
vulkan_get_context (GstKsBackend * backend, const gchar * type)
{
  KsVulkanCard *card = SELF (backend)->card;
  GstContext *context = gst_context_new (type, TRUE);

  if (g_str_equal (type, GST_VULKAN_QUEUE_CONTEXT_TYPE_STR))
    gst_context_set_vulkan_queue (context, card->queue);
  else if (g_str_equal (type, GST_VULKAN_DEVICE_CONTEXT_TYPE_STR))
    gst_context_set_vulkan_device (context, card->device);
  else if (g_str_equal (type, GST_VULKAN_INSTANCE_CONTEXT_TYPE_STR))
    gst_context_set_vulkan_instance (context, card->device->instance);
  else
    g_clear_pointer (&context, gst_context_unref);
  return context;
}

static gchar *
vulkan_adopt_context (GstKsBackendClass * klass, GstContext * context)
{
  g_autoptr (GstVulkanQueue) queue = NULL;

  if (!gst_context_get_vulkan_queue (context, &queue) || queue == NULL)
    return NULL;
  return ks_vulkan_adopt (queue->device, queue);
}

static gboolean
vulkan_adopt_memory (GstKsBackendClass * klass, GstMemory * memory,
    gchar ** device)
{
  GstVulkanDevice *theirs = NULL;

  if (gst_is_vulkan_image_memory (memory))
    theirs = ((GstVulkanImageMemory *) memory)->device;
  else if (gst_is_vulkan_buffer_memory (memory))
    theirs = ((GstVulkanBufferMemory *) memory)->device;
  if (theirs == NULL)
    return FALSE;
  *device = ks_vulkan_adopt (theirs, NULL);
  return TRUE;
}

/* --- the type --- */

static void
gst_ks_backend_vulkan_finalize (GObject * object)
{
  GstKsBackendVulkan *self = SELF (object);

  g_weak_ref_clear (&self->bytes);
  g_weak_ref_clear (&self->images);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_ks_backend_vulkan_parent_class)->finalize (object);
}

static void
gst_ks_backend_vulkan_class_init (GstKsBackendVulkanClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ks_backend_vulkan_finalize;
  backend_class->kind = "vulkan";
  backend_class->open = vulkan_open;
  backend_class->close = vulkan_close;
  backend_class->describe = vulkan_describe;
  backend_class->create_allocator = vulkan_create_allocator;
  backend_class->list_devices = ks_vulkan_list_devices;
  backend_class->transfer = vulkan_transfer;
  backend_class->import = vulkan_import;
  backend_class->allocate_shaped = vulkan_allocate_shaped;
  backend_class->shape_feature = GST_CAPS_FEATURE_MEMORY_VULKAN_IMAGE;
  backend_class->context_type = GST_VULKAN_QUEUE_CONTEXT_TYPE_STR;
  backend_class->get_context = vulkan_get_context;
  backend_class->adopt_context = vulkan_adopt_context;
  backend_class->adopt_memory = vulkan_adopt_memory;
}

static void
gst_ks_backend_vulkan_init (GstKsBackendVulkan * self)
{
  g_mutex_init (&self->lock);
  g_weak_ref_init (&self->bytes, NULL);
  g_weak_ref_init (&self->images, NULL);
}

static gboolean
plugin_init (GstPlugin * plugin)
{
  return gst_ks_backend_register (plugin, gst_ks_backend_vulkan_get_type ());
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, ksvulkan,
    "Memory of graphics cards for Vulkan elements", plugin_init, VERSION,
    "LGPL", GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
