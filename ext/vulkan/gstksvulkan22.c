/* What differs between versions of libgstvulkan: as 1.22 has it.
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
  return gst_vulkan_memory_find_memory_type_index_with_type_properties (device,
      needs->memoryTypeBits, properties, index);
}

VkFormat
ks_vulkan_plane_format (const GstVideoInfo * info, guint plane)
{
  GstVideoInfo copy = *info;

  return gst_vulkan_format_from_video_info (&copy, plane);
}

void
ks_vulkan_image_memory_init (GstVulkanImageMemory * memory,
    GstAllocator * allocator, GstVulkanDevice * device,
    const VkImageCreateInfo * info, gsize bytes, gpointer user_data,
    GDestroyNotify gone)
{
  gst_vulkan_image_memory_init (memory, allocator, NULL, device, info->usage,
      NULL, bytes, user_data, gone);
}
