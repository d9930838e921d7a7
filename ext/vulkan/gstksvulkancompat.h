/* What libgstvulkan 1.24 changed: gstksvulkan22.c is for the one before,
 * gstksvulkan24.c for that one and later ones. Meson chooses.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/vulkan/vulkan.h>

G_BEGIN_DECLS

/* Index of the first memory type that NEEDS allows and that has PROPERTIES. */
gboolean ks_vulkan_find_memory_type (GstVulkanDevice *device, const VkMemoryRequirements *needs,
    VkMemoryPropertyFlags properties, guint32 *index);

/* Of the image that holds a plane of such pictures; undefined: there is none. */
VkFormat ks_vulkan_plane_format (const GstVideoInfo *info, guint plane);

/* Makes MEMORY one of ALLOCATOR, for an image made of INFO that has BYTES. GONE
 * gets USER_DATA with the image's end. */
void     ks_vulkan_image_memory_init (GstVulkanImageMemory *memory, GstAllocator *allocator, GstVulkanDevice *device,
    const VkImageCreateInfo *info, gsize bytes, gpointer user_data, GDestroyNotify gone);

G_END_DECLS
