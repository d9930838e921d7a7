/* Device memory: which type, whether there is room, and what went wrong.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksvulkan.h"
#include "gstksvulkancompat.h"

#include <gst/ks/gstkslock.h>
#include <gst/ks/gstkssize.h>

/* --- errors --- */

static GstKsError
code_of (VkResult result)
{
  switch (result) {
    case VK_ERROR_OUT_OF_HOST_MEMORY:
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
      return GST_KS_ERROR_NO_MEMORY;
    case VK_ERROR_TOO_MANY_OBJECTS:
      return GST_KS_ERROR_LIMIT;
    case VK_ERROR_DEVICE_LOST:
      return GST_KS_ERROR_UNAVAILABLE;
    case VK_ERROR_INVALID_EXTERNAL_HANDLE:
    case VK_ERROR_FORMAT_NOT_SUPPORTED:
      return GST_KS_ERROR_NOT_SUPPORTED;
    default:
      return GST_KS_ERROR_FAILED;
  }
}

static const gchar *
remedy_of (VkResult result)
{
  switch (result) {
    case VK_ERROR_OUT_OF_HOST_MEMORY:
    case VK_ERROR_OUT_OF_DEVICE_MEMORY:
      return "; hold fewer or smaller frames";
    case VK_ERROR_TOO_MANY_OBJECTS:
      return "; the driver counts allocations: hold fewer frames";
    case VK_ERROR_DEVICE_LOST:
      return "; the card hung, was reset or unplugged: start the program again";
    default:
      return "";
  }
}

void
ks_vulkan_set_error (GError ** error, KsVulkanCard * card, const gchar * what,
    VkResult result)
{
  g_autoptr (GError) why = NULL;

  gst_vulkan_error_to_g_error (result, &why, "%s", what);
  g_set_error (error, GST_KS_ERROR, code_of (result), "%s: %s%s", card->name,
      why ? why->message : what, remedy_of (result));
}

/* --- types and room --- */

#define MAPPED (VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT \
    | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT)

/* For each use, best first; the last is the least that will do. */
static const VkMemoryPropertyFlags types[][2] = {
  [KS_VULKAN_OWN] = {VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | MAPPED,
      VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT},
  [KS_VULKAN_STAGE] = {VK_MEMORY_PROPERTY_HOST_CACHED_BIT | MAPPED, MAPPED},
  [KS_VULKAN_PICTURE] = {VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, 0},
  [KS_VULKAN_IMPORT] = {0, 0},
};

static gboolean
find_type (KsVulkanCard * card, const KsVulkanWant * want, guint32 * index,
    GError ** error)
{
  for (guint i = 0; i < G_N_ELEMENTS (types[0]); i++) {
    if (ks_vulkan_find_memory_type (card->device, &want->needs,
            types[want->use][i], index))
      return TRUE;
  }
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
      "%s has no memory of the type that this needs (types 0x%x)", card->name,
      want->needs.memoryTypeBits);
  return FALSE;
}

/* What the driver says is left to this process, or what we have not taken. */
static guint64
get_available (KsVulkanCard * card, guint heap)
{
  GstVulkanPhysicalDevice *physical = card->device->physical_device;
  VkPhysicalDeviceMemoryBudgetPropertiesEXT budget = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT,
  };
  VkPhysicalDeviceMemoryProperties2 memory = {
    .sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2,
    .pNext = &budget,
  };
  guint64 size = physical->memory_properties.memoryHeaps[heap].size;
  guint64 used = (gsize) g_atomic_pointer_get (&card->live);

  if (card->has_budget) {
    vkGetPhysicalDeviceMemoryProperties2 (physical->device, &memory);
    size = budget.heapBudget[heap];
    used = budget.heapUsage[heap];
  }
  return size > used ? size - used : 0;
}

static gboolean
check_room (KsVulkanCard * card, guint type, gsize bytes, GError ** error)
{
  const VkPhysicalDeviceMemoryProperties *memory =
      &card->device->physical_device->memory_properties;
  guint heap = memory->memoryTypes[type].heapIndex;
  guint64 available = get_available (card, heap);

  if (bytes <= available)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
      "heap %u of %s has %" G_GUINT64_FORMAT " bytes available of %"
      G_GUINT64_FORMAT ", and %" G_GSIZE_FORMAT " were asked for; hold fewer or"
      " smaller frames, end other programs that use the card, or choose another"
      " device", heap, card->name, available,
      (guint64) memory->memoryHeaps[heap].size, bytes);
  return FALSE;
}

/* --- blocks --- */

static void
count (KsVulkanCard * card, gssize bytes)
{
  g_atomic_pointer_add (&card->live, bytes);
}

KsVulkanBlock *
ks_vulkan_block_new (KsVulkanCard * card, const KsVulkanWant * want,
    GError ** error)
{
  VkMemoryAllocateInfo info = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,.pNext = want->next,
  };
  VkDeviceMemory memory = VK_NULL_HANDLE;
  gsize bytes = want->bytes;
  KsVulkanBlock *block;
  VkResult result;

  if (bytes == 0 && !gst_ks_size_add (want->needs.size, want->slack, &bytes)) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "size and alignment do not fit into memory");
    return NULL;
  }
  if (!find_type (card, want, &info.memoryTypeIndex, error)
      || (want->next == NULL && !check_room (card, info.memoryTypeIndex, bytes,
              error)))
    return NULL;
  info.allocationSize = bytes;
  result = vkAllocateMemory (card->device->device, &info, NULL, &memory);
  if (result != VK_SUCCESS) {
    g_autofree gchar *what =
        g_strdup_printf ("vkAllocateMemory of %" G_GSIZE_FORMAT " bytes",
        bytes);

    ks_vulkan_set_error (error, card, what, result);
    return NULL;
  }
  block = g_new0 (KsVulkanBlock, 1);
  block->card = ks_vulkan_card_ref (card);
  block->memory = memory;
  block->bytes = want->next == NULL ? bytes : 0;
  count (card, block->bytes);
  return block;
}

/* The card is through with it. */
void
ks_vulkan_block_free (KsVulkanBlock * block)
{
  VkDevice device = block->card->device->device;

  if (block->fence != NULL)
    gst_vulkan_fence_unref (block->fence);
  if (block->buffer != VK_NULL_HANDLE)
    vkDestroyBuffer (device, block->buffer, NULL);
  vkFreeMemory (device, block->memory, NULL);
  count (block->card, -(gssize) block->bytes);
  if (block->map.memory != NULL)
    gst_memory_unmap (block->source, &block->map);
  g_clear_pointer (&block->source, gst_memory_unref);
  ks_vulkan_card_unref (block->card);
  g_free (block);
}
