/* Stands between libgstvulkan, the plugin ksvulkan and the Vulkan loader: counts calls and tells lies.
 *
 * A program's own functions are found before those of libraries, by libraries
 * too. So what no driver here does can be seen by the plugin as it is: memory
 * that cannot be mapped, a heap that is full, a card that is lost.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "vulkanhook.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vulkan/vulkan.h>
#include <gst/ks/gstks.h>

guint64 vulkan_heap;
gboolean vulkan_has_budget, vulkan_is_split;
gint vulkan_fail_at, vulkan_is_slow, vulkan_is_lost;
gint vulkan_n_devices, vulkan_n_memories, vulkan_n_buffers, vulkan_n_images;
gint vulkan_n_submits, vulkan_n_waits;

static gsize heap_used;         /* bytes; atomic */

/* Others have to see it. */
#define HOOK __attribute__ ((visibility ("default")))
#define REAL(name) ((PFN_##name) real_call (#name))

/* The linker leaves out libraries of which it needs nothing itself. */
static gpointer
real_call (const gchar * name)
{
  static gsize loader;

  if (g_once_init_enter (&loader))
    g_once_init_leave (&loader, (gsize) dlopen ("libvulkan.so.1", RTLD_LAZY));
  return dlsym ((gpointer) loader, name);
}

static gboolean
fails (void)
{
  return g_atomic_int_get (&vulkan_fail_at) > 0
      && g_atomic_int_dec_and_test (&vulkan_fail_at);
}

/* --- what there is --- */

static void
lie (VkPhysicalDeviceMemoryProperties * properties)
{
  if (vulkan_heap != 0)
    properties->memoryHeaps[0].size = vulkan_heap;
  if (!vulkan_is_split)
    return;
  properties->memoryTypes[1] = properties->memoryTypes[0];
  properties->memoryTypes[1].propertyFlags &=
      ~VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
  properties->memoryTypes[0].propertyFlags =
      VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
  properties->memoryTypeCount = 2;
}

HOOK void
vkGetPhysicalDeviceMemoryProperties (VkPhysicalDevice device,
    VkPhysicalDeviceMemoryProperties * properties)
{
  REAL (vkGetPhysicalDeviceMemoryProperties) (device, properties);
  lie (properties);
}

HOOK void
vkGetPhysicalDeviceMemoryProperties2 (VkPhysicalDevice device,
    VkPhysicalDeviceMemoryProperties2 * properties)
{
  VkPhysicalDeviceMemoryBudgetPropertiesEXT *budget = properties->pNext;

  REAL (vkGetPhysicalDeviceMemoryProperties2) (device, properties);
  lie (&properties->memoryProperties);
  if (!vulkan_has_budget || budget == NULL || budget->sType
      != VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT)
    return;
  budget->heapBudget[0] = vulkan_heap;
  budget->heapUsage[0] = (gsize) g_atomic_pointer_get (&heap_used);
}

HOOK PFN_vkVoidFunction
vkGetInstanceProcAddr (VkInstance instance, const char *name)
{
  if (strcmp (name, "vkGetPhysicalDeviceMemoryProperties2") == 0)
    return (PFN_vkVoidFunction) vkGetPhysicalDeviceMemoryProperties2;
  return REAL (vkGetInstanceProcAddr) (instance, name);
}

static void
drop_extension (VkExtensionProperties * properties, uint32_t * count,
    const char *name)
{
  for (guint i = 0; i < *count; i++) {
    if (strcmp (properties[i].extensionName, name) != 0)
      continue;
    properties[i] = properties[--(*count)];
    return;
  }
}

/* The driver has the extension exactly when a test says so. */
HOOK VkResult
vkEnumerateDeviceExtensionProperties (VkPhysicalDevice device,
    const char *layer, uint32_t * count, VkExtensionProperties * properties)
{
  static const VkExtensionProperties budget = {
    VK_EXT_MEMORY_BUDGET_EXTENSION_NAME, 1
  };
  guint room = *count;
  VkResult result = REAL (vkEnumerateDeviceExtensionProperties) (device, layer,
      count, properties);

  if (layer != NULL || result != VK_SUCCESS)
    return result;
  if (properties != NULL)
    drop_extension (properties, count, budget.extensionName);
  if (!vulkan_has_budget)
    return result;
  if (properties != NULL && *count < room)
    properties[*count] = budget;
  (*count)++;
  return result;
}

static void
widen (VkMemoryRequirements * requirements)
{
  if (vulkan_is_split)
    requirements->memoryTypeBits |= requirements->memoryTypeBits << 1;
}

HOOK void
vkGetBufferMemoryRequirements (VkDevice device, VkBuffer buffer,
    VkMemoryRequirements * requirements)
{
  REAL (vkGetBufferMemoryRequirements) (device, buffer, requirements);
  widen (requirements);
}

HOOK void
vkGetImageMemoryRequirements (VkDevice device, VkImage image,
    VkMemoryRequirements * requirements)
{
  REAL (vkGetImageMemoryRequirements) (device, image, requirements);
  widen (requirements);
}

/* --- what is made --- */

HOOK VkResult
vkCreateDevice (VkPhysicalDevice physical, const VkDeviceCreateInfo * info,
    const VkAllocationCallbacks * callbacks, VkDevice * device)
{
  g_atomic_int_inc (&vulkan_n_devices);
  return REAL (vkCreateDevice) (physical, info, callbacks, device);
}

HOOK VkResult
vkAllocateMemory (VkDevice device, const VkMemoryAllocateInfo * info,
    const VkAllocationCallbacks * callbacks, VkDeviceMemory * memory)
{
  VkMemoryAllocateInfo real = *info;
  VkResult result = VK_ERROR_OUT_OF_DEVICE_MEMORY;

  if (vulkan_is_split)
    real.memoryTypeIndex = 0;
  if (!fails ())
    result = REAL (vkAllocateMemory) (device, &real, callbacks, memory);
  if (result == VK_SUCCESS) {
    g_atomic_int_inc (&vulkan_n_memories);
    g_atomic_pointer_add (&heap_used, info->allocationSize);
  }
  return result;
}

/* How large it was nobody knows here: the heap only fills. */
HOOK void
vkFreeMemory (VkDevice device, VkDeviceMemory memory,
    const VkAllocationCallbacks * callbacks)
{
  if (memory != VK_NULL_HANDLE)
    g_atomic_int_add (&vulkan_n_memories, -1);
  if (g_atomic_int_get (&vulkan_n_memories) == 0)
    g_atomic_pointer_set (&heap_used, 0);
  REAL (vkFreeMemory) (device, memory, callbacks);
}

HOOK VkResult
vkCreateBuffer (VkDevice device, const VkBufferCreateInfo * info,
    const VkAllocationCallbacks * callbacks, VkBuffer * buffer)
{
  VkResult result = fails ()? VK_ERROR_OUT_OF_HOST_MEMORY :
      REAL (vkCreateBuffer) (device, info, callbacks, buffer);

  if (result == VK_SUCCESS)
    g_atomic_int_inc (&vulkan_n_buffers);
  return result;
}

HOOK void
vkDestroyBuffer (VkDevice device, VkBuffer buffer,
    const VkAllocationCallbacks * callbacks)
{
  g_atomic_int_add (&vulkan_n_buffers, -1);
  REAL (vkDestroyBuffer) (device, buffer, callbacks);
}

HOOK VkResult
vkCreateImage (VkDevice device, const VkImageCreateInfo * info,
    const VkAllocationCallbacks * callbacks, VkImage * image)
{
  VkResult result = fails ()? VK_ERROR_OUT_OF_HOST_MEMORY :
      REAL (vkCreateImage) (device, info, callbacks, image);

  if (result == VK_SUCCESS)
    g_atomic_int_inc (&vulkan_n_images);
  return result;
}

HOOK void
vkDestroyImage (VkDevice device, VkImage image,
    const VkAllocationCallbacks * callbacks)
{
  g_atomic_int_add (&vulkan_n_images, -1);
  REAL (vkDestroyImage) (device, image, callbacks);
}

HOOK VkResult
vkMapMemory (VkDevice device, VkDeviceMemory memory, VkDeviceSize offset,
    VkDeviceSize size, VkMemoryMapFlags flags, void **data)
{
  return fails ()? VK_ERROR_MEMORY_MAP_FAILED :
      REAL (vkMapMemory) (device, memory, offset, size, flags, data);
}

HOOK VkResult
vkBindBufferMemory (VkDevice device, VkBuffer buffer, VkDeviceMemory memory,
    VkDeviceSize offset)
{
  return fails ()? VK_ERROR_OUT_OF_DEVICE_MEMORY :
      REAL (vkBindBufferMemory) (device, buffer, memory, offset);
}

HOOK VkResult
vkBindImageMemory (VkDevice device, VkImage image, VkDeviceMemory memory,
    VkDeviceSize offset)
{
  return fails ()? VK_ERROR_OUT_OF_DEVICE_MEMORY :
      REAL (vkBindImageMemory) (device, image, memory, offset);
}

/* --- what is sent --- */

/* The fences that came with something and were not reset since: a pointer, or a
 * number where pointers are shorter. */
static GMutex sent_lock;
static GHashTable *sent;

static void
note_sent (VkFence fence)
{
  guint64 key = (guint64) fence;

  g_mutex_lock (&sent_lock);
  if (sent == NULL)
    sent = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_hash_table_add (sent, g_memdup2 (&key, sizeof key));
  g_mutex_unlock (&sent_lock);
}

static gboolean
forget_sent (VkFence fence)
{
  guint64 key = (guint64) fence;
  gboolean was_sent;

  g_mutex_lock (&sent_lock);
  was_sent = sent != NULL && g_hash_table_remove (sent, &key);
  g_mutex_unlock (&sent_lock);
  return was_sent;
}

HOOK VkResult
vkQueueSubmit (VkQueue queue, uint32_t count, const VkSubmitInfo * submits,
    VkFence fence)
{
  VkResult result;

  g_atomic_int_inc (&vulkan_n_submits);
  if (g_atomic_int_get (&vulkan_is_lost)) {
    /* a card that is really lost does nothing any more */
    (void) REAL (vkQueueWaitIdle) (queue);
    return VK_ERROR_DEVICE_LOST;
  }
  result = REAL (vkQueueSubmit) (queue, count, submits, fence);
  if (result == VK_SUCCESS && fence != VK_NULL_HANDLE)
    note_sent (fence);
  return result;
}

HOOK VkResult
vkWaitForFences (VkDevice device, uint32_t count, const VkFence * fences,
    VkBool32 all, uint64_t timeout)
{
  VkResult result =
      REAL (vkWaitForFences) (device, count, fences, all, timeout);

  g_atomic_int_inc (&vulkan_n_waits);
  return g_atomic_int_get (&vulkan_is_lost) ? VK_ERROR_DEVICE_LOST : result;
}

HOOK VkResult
vkGetFenceStatus (VkDevice device, VkFence fence)
{
  return g_atomic_int_get (&vulkan_is_slow) ? VK_NOT_READY
      : REAL (vkGetFenceStatus) (device, fence);
}

HOOK VkResult
vkResetFences (VkDevice device, uint32_t count, const VkFence * fences)
{
  for (guint i = 0; i < count; i++)
    (void) forget_sent (fences[i]);
  return REAL (vkResetFences) (device, count, fences);
}

/* A driver may crash much later, or not at all. */
HOOK void
vkDestroyFence (VkDevice device, VkFence fence,
    const VkAllocationCallbacks * callbacks)
{
  if (forget_sent (fence)
      && REAL (vkGetFenceStatus) (device, fence) == VK_NOT_READY)
    g_error ("a fence goes that the card has not reached");
  REAL (vkDestroyFence) (device, fence, callbacks);
}

/* --- whether there is anything --- */

void
vulkan_check_or_skip (void)
{
  g_autoptr (GstKsBackend) backend = NULL;
  g_autoptr (GError) error = NULL;
  pid_t child = fork ();
  int status = 0;

  if (child > 0) {
    if (waitpid (child, &status, 0) == child && WIFEXITED (status)
        && WEXITSTATUS (status) == 77)
      exit (77);
    return;
  }
  backend = gst_ks_backend_get ("vulkan", NULL, &error);
  if (backend == NULL) {
    g_print ("SKIP: %s\n", error->message);
    fflush (stdout);
  }
  _exit (backend != NULL
      || !g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE)
      ? 0 : 77);
}
