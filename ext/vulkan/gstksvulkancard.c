/* Cards: which there are, opened once each, and those that others opened.
 *
 * Everybody who works with a physical device works with one logical device and
 * one queue object, which has the lock; so they are found again by weak
 * references, and closed when the last memory on them is gone.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksvulkan.h"

#include <string.h>
#include <gst/ks/gstkslock.h>

#define MAX_DEVICES 16

static GWeakRef own_queues[MAX_DEVICES];        /* by index of the physical device */

static GMutex adopted_lock;
static GPtrArray *adopted;      /* of Adopted; NULL: none yet */

/* --- names --- */

static GstVulkanInstance *
open_instance (GError ** error)
{
  g_autoptr (GstVulkanInstance) instance = gst_vulkan_instance_new ();
  g_autoptr (GError) why = NULL;

  if (gst_vulkan_instance_open (instance, &why))
    return g_steal_pointer (&instance);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "no Vulkan driver answers: %s; install the card's (mesa-vulkan-drivers has"
      " those of Intel and AMD, and one that needs no card), and see whether"
      " /dev/dri may be read", why ? why->message : "no reason given");
  return NULL;
}

static void
get_name (GstVulkanInstance * instance, guint index,
    gchar name[VK_MAX_PHYSICAL_DEVICE_NAME_SIZE])
{
  VkPhysicalDeviceProperties properties;

  vkGetPhysicalDeviceProperties (instance->physical_devices[index],
      &properties);
  g_strlcpy (name, properties.deviceName, VK_MAX_PHYSICAL_DEVICE_NAME_SIZE);
}

static guint
count_devices (GstVulkanInstance * instance)
{
  return MIN (instance->n_physical_devices, MAX_DEVICES);
}

/* -1: it is none of them. */
static gint
find_index (GstVulkanInstance * instance, const gchar * device)
{
  gchar name[VK_MAX_PHYSICAL_DEVICE_NAME_SIZE];

  if (device == NULL)
    return 0;
  for (guint i = 0; i < count_devices (instance); i++) {
    g_autofree gchar *number = g_strdup_printf ("%u", i);

    get_name (instance, i, name);
    if (g_str_equal (device, number) || g_str_equal (device, name))
      return i;
  }
  return -1;
}

/* --- those that others opened --- */

typedef struct
{
  GWeakRef device;
  GWeakRef queue;               /* that they use, as far as they said */
} Adopted;

static void
adopted_free (gpointer data)
{
  Adopted *self = data;

  g_weak_ref_clear (&self->device);
  g_weak_ref_clear (&self->queue);
  g_free (self);
}

static gboolean
take_queue (GstVulkanDevice * device, GstVulkanQueue * queue, gpointer data)
{
  *(GstVulkanQueue **) data = gst_object_ref (queue);
  return FALSE;
}

static GstVulkanQueue *
first_queue (GstVulkanDevice * device)
{
  GstVulkanQueue *queue = NULL;

  gst_vulkan_device_foreach_queue (device, take_queue, &queue);
  return queue;
}

/* With adopted_lock held; what has gone is forgotten. NULL: not here. */
static GstVulkanDevice *
find_adopted (const gchar * name, GstVulkanDevice * device, Adopted ** entry)
{
  for (guint i = adopted ? adopted->len : 0; i-- > 0;) {
    GstVulkanDevice *one;

    *entry = g_ptr_array_index (adopted, i);
    one = g_weak_ref_get (&(*entry)->device);
    if (one == NULL)
      g_ptr_array_remove_index_fast (adopted, i);
    else if (one == device || g_strcmp0 (GST_OBJECT_NAME (one), name) == 0)
      return one;
    gst_clear_object (&one);
  }
  return NULL;
}

/* NULL: it is not here, or has no queue. */
static GstVulkanQueue *
open_adopted (const gchar * name)
{
  g_autoptr (GstVulkanDevice) device = NULL;
  GstVulkanQueue *queue = NULL;
  Adopted *entry;

  gst_ks_mutex_lock (&adopted_lock);
  device = find_adopted (name, NULL, &entry);
  if (device != NULL)
    queue = g_weak_ref_get (&entry->queue);
  gst_ks_mutex_unlock (&adopted_lock);
  if (device != NULL && queue == NULL)
    queue = first_queue (device);
  return queue;
}

static void
remember (GstVulkanDevice * device, GstVulkanQueue * queue)
{
  g_autoptr (GstVulkanDevice) known = NULL;
  Adopted *entry;

  gst_ks_mutex_lock (&adopted_lock);
  if (adopted == NULL)
    adopted = g_ptr_array_new_with_free_func (adopted_free);
  known = find_adopted (NULL, device, &entry);
  if (known == NULL) {
    entry = g_new0 (Adopted, 1);
    g_weak_ref_init (&entry->device, device);
    g_weak_ref_init (&entry->queue, queue);
    g_ptr_array_add (adopted, entry);
  } else if (queue != NULL) {
    g_weak_ref_set (&entry->queue, queue);
  }
  gst_ks_mutex_unlock (&adopted_lock);
}

/* FALSE: not one of ours. */
static gboolean
find_own (GstVulkanDevice * device, gchar ** name)
{
  for (guint i = 0; i < MAX_DEVICES; i++) {
    g_autoptr (GstVulkanQueue) queue = g_weak_ref_get (&own_queues[i]);

    if (queue == NULL || queue->device != device)
      continue;
    *name = i == 0 ? NULL : g_strdup_printf ("%u", i);
    return TRUE;
  }
  return FALSE;
}

gchar *
ks_vulkan_adopt (GstVulkanDevice * device, GstVulkanQueue * queue)
{
  gchar *name = NULL;

  if (find_own (device, &name))
    return name;
  remember (device, queue);
  return g_strdup (GST_OBJECT_NAME (device));
}

static void
list_adopted (GStrvBuilder * names)
{
  gst_ks_mutex_lock (&adopted_lock);
  for (guint i = 0; adopted && i < adopted->len; i++) {
    Adopted *entry = g_ptr_array_index (adopted, i);
    g_autoptr (GstVulkanDevice) device = g_weak_ref_get (&entry->device);

    if (device != NULL)
      g_strv_builder_add (names, GST_OBJECT_NAME (device));
  }
  gst_ks_mutex_unlock (&adopted_lock);
}

gchar **
ks_vulkan_list_devices (GstKsBackendClass * klass)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GstVulkanInstance) instance = open_instance (NULL);
  gchar name[VK_MAX_PHYSICAL_DEVICE_NAME_SIZE];

  for (guint i = 0; instance && i < count_devices (instance); i++) {
    g_autofree gchar *number = g_strdup_printf ("%u", i);

    get_name (instance, i, name);
    g_strv_builder_add (names, number);
    g_strv_builder_add (names, name);
  }
  list_adopted (names);
  return g_strv_builder_end (names);
}

/* --- opening --- */

static const gchar *const wanted_extensions[] = {
  VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME,
  VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME,
  VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME,
};

static GstVulkanQueue *
open_queue (GstVulkanInstance * instance, guint index, GError ** error)
{
  g_autoptr (GstVulkanDevice) device =
      gst_vulkan_device_new_with_index (instance, index);
  g_autoptr (GError) why = NULL;
  GstVulkanQueue *queue = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (wanted_extensions); i++)
    gst_vulkan_device_enable_extension (device, wanted_extensions[i]);
  if (gst_vulkan_device_open (device, &why))
    queue = first_queue (device);
  if (queue != NULL)
    return queue;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "%s cannot be opened: %s",
      device->physical_device->properties.deviceName,
      why ? why->message : "it has no queue for graphics");
  return NULL;
}

/* Opens come one at a time. */
static GstVulkanQueue *
find_queue (const gchar * device, GError ** error)
{
  GstVulkanQueue *queue = device ? open_adopted (device) : NULL;
  g_autoptr (GstVulkanInstance) instance = NULL;
  gint index;

  if (queue != NULL)
    return queue;
  if (device == NULL && (queue = g_weak_ref_get (&own_queues[0])) != NULL)
    return queue;
  instance = open_instance (error);
  if (instance == NULL)
    return NULL;
  index = find_index (instance, device);
  if (index < 0) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "device '%s' has gone", device);
    return NULL;
  }
  queue = g_weak_ref_get (&own_queues[index]);
  if (queue == NULL) {
    queue = open_queue (instance, index, error);
    g_weak_ref_set (&own_queues[index], queue);
  }
  return queue;
}

static gboolean
has_type (const VkPhysicalDeviceMemoryProperties * memory,
    VkMemoryPropertyFlags flags)
{
  for (guint i = 0; i < memory->memoryTypeCount; i++) {
    if ((memory->memoryTypes[i].propertyFlags & flags) == flags)
      return TRUE;
  }
  return FALSE;
}

static gboolean
has_1_1 (GstVulkanPhysicalDevice * physical)
{
  return gst_vulkan_instance_check_version (physical->instance, 1, 1, 0)
      && physical->properties.apiVersion >= VK_API_VERSION_1_1;
}

static gsize
get_import_align (GstVulkanDevice * device)
{
  VkPhysicalDeviceExternalMemoryHostPropertiesEXT host = {
    .sType =
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_EXTERNAL_MEMORY_HOST_PROPERTIES_EXT,
  };
  VkPhysicalDeviceProperties2 properties = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2,.pNext = &host,
  };

  if (!has_1_1 (device->physical_device)
      || !gst_vulkan_device_is_extension_enabled (device,
          VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME))
    return 0;
  vkGetPhysicalDeviceProperties2 (device->physical_device->device, &properties);
  return host.minImportedHostPointerAlignment;
}

static void
look_at (KsVulkanCard * card)
{
  GstVulkanDevice *device = card->device;
  GstVulkanPhysicalDevice *physical = device->physical_device;

  card->name = physical->properties.deviceName;
  card->map_align = physical->properties.limits.minMemoryMapAlignment;
  card->mappable = has_type (&physical->memory_properties,
      VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT
      | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT);
  card->has_budget = has_1_1 (physical)
      && gst_vulkan_physical_device_get_extension_info (physical,
      VK_EXT_MEMORY_BUDGET_EXTENSION_NAME, NULL);
  card->import_align = get_import_align (device);
  card->takes_dmabufs = gst_vulkan_device_is_extension_enabled (device,
      VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME)
      && gst_vulkan_device_is_extension_enabled (device,
      VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME);
}

KsVulkanCard *
ks_vulkan_card_open (const gchar * device, GError ** error)
{
  GstVulkanQueue *queue = find_queue (device, error);
  g_autoptr (GError) why = NULL;
  KsVulkanCard *card;

  if (queue == NULL)
    return NULL;
  card = g_atomic_rc_box_new0 (KsVulkanCard);
  card->queue = queue;
  card->device = gst_object_ref (queue->device);
  g_mutex_init (&card->order_lock);
  g_mutex_init (&card->commands_lock);
  g_mutex_init (&card->lock);
  g_queue_init (&card->sent);
  card->commands = gst_vulkan_queue_create_command_pool (queue, &why);
  if (card->commands == NULL) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "%s takes no commands: %s",
        card->device->physical_device->properties.deviceName, why->message);
    ks_vulkan_card_unref (card);
    return NULL;
  }
  look_at (card);
  return card;
}

KsVulkanCard *
ks_vulkan_card_ref (KsVulkanCard * card)
{
  return g_atomic_rc_box_acquire (card);
}

static void
card_clear (gpointer data)
{
  KsVulkanCard *card = data;

  ks_vulkan_card_forget_sent (card);
  g_mutex_clear (&card->lock);
  g_mutex_clear (&card->commands_lock);
  g_mutex_clear (&card->order_lock);
  gst_clear_object (&card->commands);
  gst_clear_object (&card->queue);
  gst_clear_object (&card->device);
}

void
ks_vulkan_card_unref (KsVulkanCard * card)
{
  g_atomic_rc_box_release_full (card, card_clear);
}
