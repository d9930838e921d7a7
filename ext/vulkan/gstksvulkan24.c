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
  /* which heap is too small is said with its numbers, not by having no type */
  VkMemoryRequirements of_any_size = *needs;

  of_any_size.size = 0;
  return gst_vulkan_memory_find_memory_type_index_with_requirements (device,
      &of_any_size, properties, index);
}

/* Of three planes the table has the first alone; the others are like it. */
VkFormat
ks_vulkan_plane_format (const GstVideoInfo * info, guint plane)
{
  GstVideoInfo copy = *info;
  VkFormat format = gst_vulkan_format_from_video_info (&copy, plane);

  if (format != VK_FORMAT_UNDEFINED || GST_VIDEO_INFO_N_PLANES (info) != 3)
    return format;
  return gst_vulkan_format_from_video_info (&copy, 0);
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
