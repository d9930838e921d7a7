/* What differs between versions of libgstvulkan: as 1.24 and later have it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksvulkancompat.h"

gboolean
ks_vulkan_find_memory_type (GstVulkanDevice * device,
    const VkMemoryRequirements * needs, VkMemoryPropertyFlags properties,
    guint32 * index)
{
  return gst_vulkan_memory_find_memory_type_index_with_requirements (device,
      needs, properties, index);
}

void
ks_vulkan_image_memory_init (GstVulkanImageMemory * memory,
    GstAllocator * allocator, GstVulkanDevice * device,
    const VkImageCreateInfo * info, gsize bytes, gpointer user_data,
    GDestroyNotify gone)
{
  gst_vulkan_image_memory_init (memory, allocator, NULL, device, info->format,
      info->usage, info->initialLayout, NULL, bytes, user_data, gone);
}
