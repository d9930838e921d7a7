/* Pictures on a card, as the memory that Vulkan elements know as memory:VulkanImage.
 *
 * The memory object is libgstvulkan's own and is its block: it carries the
 * image's layout, the barrier that the next command needs and the views that
 * elements made. It is handed out again for pictures of the same format and
 * size alone. One memory a plane, rows as the card likes them, which the
 * processor cannot read; as bytes a picture has rows without gaps.
 *
 * Whoever gave the card a command that reads or writes an image refers to it
 * until that is done, or hands it to somebody who gives the next command to the
 * same queue: so an image that came back need not be waited for.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksvulkan.h"
#include "gstksvulkancompat.h"

#include <stdio.h>
#include <gst/ks/gstksrecycler.h>
#include <gst/ks/gstkssize.h>

/* What elements of the ecosystem expect of an image that they are given. */
#define USAGE (VK_IMAGE_USAGE_TRANSFER_SRC_BIT \
    | VK_IMAGE_USAGE_TRANSFER_DST_BIT | VK_IMAGE_USAGE_SAMPLED_BIT \
    | VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_INPUT_ATTACHMENT_BIT)

typedef struct
{
  GstVulkanImageMemoryAllocator parent;

  KsVulkanCard *card;           /* owned */
} KsVulkanImages;

typedef struct
{
  GstVulkanImageMemoryAllocatorClass parent_class;
} KsVulkanImagesClass;

static GType ks_vulkan_images_get_type (void);
G_DEFINE_TYPE (KsVulkanImages, ks_vulkan_images,
    GST_TYPE_VULKAN_IMAGE_MEMORY_ALLOCATOR);

/* --- what a plane is --- */

typedef struct
{
  VkFormat format;
  guint width, height;          /* pixels */
  guint pixel;                  /* bytes */
} Plane;

#define PLANE_WORDS "vk%d %ux%u of %u"

/* Those that libgstvulkan has an image format for; it aborts at others. */
static const GstVideoFormat formats[] = {
  GST_VIDEO_FORMAT_RGBA, GST_VIDEO_FORMAT_RGBx, GST_VIDEO_FORMAT_BGRA,
  GST_VIDEO_FORMAT_BGRx, GST_VIDEO_FORMAT_ARGB, GST_VIDEO_FORMAT_xRGB,
  GST_VIDEO_FORMAT_ABGR, GST_VIDEO_FORMAT_xBGR, GST_VIDEO_FORMAT_AYUV,
  GST_VIDEO_FORMAT_RGB, GST_VIDEO_FORMAT_BGR, GST_VIDEO_FORMAT_RGB16,
  GST_VIDEO_FORMAT_BGR16, GST_VIDEO_FORMAT_GRAY8, GST_VIDEO_FORMAT_GRAY16_LE,
  GST_VIDEO_FORMAT_GRAY16_BE, GST_VIDEO_FORMAT_YUY2, GST_VIDEO_FORMAT_UYVY,
  GST_VIDEO_FORMAT_NV12, GST_VIDEO_FORMAT_NV21, GST_VIDEO_FORMAT_I420,
  GST_VIDEO_FORMAT_YV12, GST_VIDEO_FORMAT_Y444, GST_VIDEO_FORMAT_Y42B,
  GST_VIDEO_FORMAT_Y41B,
};

static gboolean
is_known (GstVideoFormat format)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    if (formats[i] == format)
      return TRUE;
  }
  return FALSE;
}

/* 0: no image of ours. libgstvulkan's own table has the wrong ones. */
static guint
pixel_bytes (VkFormat format)
{
  switch (format) {
    case VK_FORMAT_R8_UNORM:
      return 1;
    case VK_FORMAT_R8G8_UNORM:
    case VK_FORMAT_R5G6B5_UNORM_PACK16:
    case VK_FORMAT_B5G6R5_UNORM_PACK16:
      return 2;
    case VK_FORMAT_R8G8B8_UNORM:
    case VK_FORMAT_B8G8R8_UNORM:
      return 3;
    case VK_FORMAT_R8G8B8A8_UNORM:
    case VK_FORMAT_R8G8B8A8_SRGB:
    case VK_FORMAT_B8G8R8A8_UNORM:
    case VK_FORMAT_B8G8R8A8_SRGB:
      return 4;
    default:
      return 0;
  }
}

static void
plane_init (Plane * self, const GstVideoInfo * info, guint plane)
{
  gint component[GST_VIDEO_MAX_COMPONENTS];

  gst_video_format_info_component (info->finfo, plane, component);
  self->format = ks_vulkan_plane_format (info, plane);
  self->width = GST_VIDEO_INFO_COMP_WIDTH (info, component[0]);
  self->height = GST_VIDEO_INFO_COMP_HEIGHT (info, component[0]);
  self->pixel = pixel_bytes (self->format);
}

static gboolean
plane_bytes (const Plane * self, gsize * row, gsize * bytes)
{
  return gst_ks_size_mul (self->width, self->pixel, row)
      && gst_ks_size_mul (*row, self->height, bytes) && *row <= G_MAXINT;
}

/* --- images --- */

static VkImageCreateInfo
image_info (const Plane * plane)
{
  return (VkImageCreateInfo) {
  .sType = VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO,.imageType =
        VK_IMAGE_TYPE_2D,.format = plane->format,.extent =
        { plane->width, plane->height, 1 },.mipLevels = 1,.arrayLayers =
        1,.samples = VK_SAMPLE_COUNT_1_BIT,.tiling =
        VK_IMAGE_TILING_OPTIMAL,.usage = USAGE,.sharingMode =
        VK_SHARING_MODE_EXCLUSIVE,.initialLayout = VK_IMAGE_LAYOUT_UNDEFINED,};
}

static gboolean
check_format (KsVulkanCard * card, const VkImageCreateInfo * info,
    VkImageFormatProperties * properties, GError ** error)
{
  const VkExtent3D *most = &properties->maxExtent;
  const GstVulkanFormatInfo *format = gst_vulkan_format_get_info (info->format);
  VkResult result = vkGetPhysicalDeviceImageFormatProperties
      (gst_vulkan_device_get_physical_device (card->device), info->format,
      info->imageType, info->tiling, info->usage, info->flags, properties);

  if (result != VK_SUCCESS) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "%s makes no images of %s that can be drawn to and read; convert to"
        " RGBA or BGRA", card->name, format ? format->name : "this format");
    return FALSE;
  }
  if (info->extent.width <= most->width && info->extent.height <= most->height)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
      "%s makes images of at most %ux%u, %ux%u were asked for", card->name,
      most->width, most->height, info->extent.width, info->extent.height);
  return FALSE;
}

/* Takes the image over, whatever comes of it. */
static KsVulkanBlock *
block_of_image (KsVulkanCard * card, VkImage image, KsVulkanWant * want,
    GError ** error)
{
  VkDevice device = card->device->device;
  KsVulkanBlock *block;
  VkResult result;

  vkGetImageMemoryRequirements (device, image, &want->needs);
  block = ks_vulkan_block_new (card, want, error);
  if (block == NULL) {
    vkDestroyImage (device, image, NULL);
    return NULL;
  }
  result = vkBindImageMemory (device, image, block->memory, 0);
  if (result == VK_SUCCESS)
    return block;
  ks_vulkan_set_error (error, card, "vkBindImageMemory", result);
  vkDestroyImage (device, image, NULL);
  ks_vulkan_block_free (block);
  return NULL;
}

static void
image_gone (gpointer block)
{
  ks_vulkan_block_free (block);
}

static GstMemory *
image_new (KsVulkanImages * self, const Plane * plane, GError ** error)
{
  VkImageCreateInfo info = image_info (plane);
  VkImageFormatProperties properties = { 0 };
  KsVulkanWant want = {.use = KS_VULKAN_PICTURE };
  VkImage image = VK_NULL_HANDLE;
  GstVulkanImageMemory *memory;
  KsVulkanBlock *block;
  gsize row = 0, bytes = 0;
  VkResult result;

  if (!check_format (self->card, &info, &properties, error))
    return NULL;
  result = vkCreateImage (self->card->device->device, &info, NULL, &image);
  if (result != VK_SUCCESS) {
    ks_vulkan_set_error (error, self->card, "vkCreateImage", result);
    return NULL;
  }
  block = block_of_image (self->card, image, &want, error);
  if (block == NULL)
    return NULL;
  memory = g_new0 (GstVulkanImageMemory, 1);
  (void) plane_bytes (plane, &row, &bytes);
  ks_vulkan_image_memory_init (memory, GST_ALLOCATOR_CAST (self),
      self->card->device, &info, bytes, block, image_gone);
  memory->image = image;
  memory->create_info = info;
  memory->requirements = want.needs;
  memory->format_properties = properties;
  GST_MINI_OBJECT_FLAG_SET (memory, GST_MEMORY_FLAG_NOT_MAPPABLE);
  return GST_MEMORY_CAST (memory);
}

/* FALSE: not of this plugin. */
gboolean
ks_vulkan_is_image (GstVulkanImageMemory * image)
{
  return G_OBJECT_TYPE (GST_MEMORY_CAST (image)->allocator) ==
      ks_vulkan_images_get_type ();
}

gsize
ks_vulkan_image_bytes (GstVulkanImageMemory * image)
{
  const VkExtent3D *extent = &image->create_info.extent;
  gsize bytes = 0;

  if (!gst_ks_size_mul (extent->width, pixel_bytes (image->create_info.format),
          &bytes) || !gst_ks_size_mul (bytes, extent->height, &bytes))
    return 0;
  return bytes;
}

/* --- the allocator --- */

static gboolean
images_acquire (GstAllocator * allocator, GstKsBlock * block, GError ** error)
{
  Plane plane;
  gint format;

  if (block->shape == NULL || sscanf (block->shape, PLANE_WORDS, &format,
          &plane.width, &plane.height, &plane.pixel) != 4) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "images are made of pictures, not of bytes");
    return FALSE;
  }
  plane.format = format;
  block->handle = image_new ((KsVulkanImages *) allocator, &plane, error);
  return block->handle != NULL;
}

static const GstKsRecycler recycler = { images_acquire };

/* A command that nobody refers to any more may still be under way. */
static void
ks_vulkan_images_free (GstAllocator * allocator, GstMemory * memory)
{
  (void) ks_vulkan_card_settle (((KsVulkanImages *) allocator)->card);
  GST_ALLOCATOR_CLASS (ks_vulkan_images_parent_class)->free (allocator, memory);
}

static void
ks_vulkan_images_finalize (GObject * object)
{
  ks_vulkan_card_unref (((KsVulkanImages *) object)->card);
  G_OBJECT_CLASS (ks_vulkan_images_parent_class)->finalize (object);
}

static void
ks_vulkan_images_class_init (KsVulkanImagesClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = ks_vulkan_images_finalize;
  GST_ALLOCATOR_CLASS (klass)->alloc = gst_ks_recycler_alloc;
  GST_ALLOCATOR_CLASS (klass)->free = ks_vulkan_images_free;
}

static void
ks_vulkan_images_init (KsVulkanImages * self)
{
  gst_ks_allocator_set_recycler (GST_ALLOCATOR_CAST (self), &recycler);
}

GstAllocator *
ks_vulkan_images_new (KsVulkanCard * card)
{
  KsVulkanImages *self = g_object_new (ks_vulkan_images_get_type (), NULL);

  self->card = ks_vulkan_card_ref (card);
  return gst_object_ref_sink (self);
}

/* --- shapes --- */

static GstMemory *
take_plane (GstAllocator * images, const Plane * plane, gsize bytes,
    GError ** error)
{
  g_autofree gchar *words = g_strdup_printf (PLANE_WORDS, plane->format,
      plane->width, plane->height, plane->pixel);
  GRefString *shape = g_ref_string_new (words);
  GstKsRequest request = {.size = bytes,.shape = shape,.layout = shape };
  GstMemory *memory = gst_ks_allocator_alloc (images, &request, error);

  g_ref_string_release (shape);
  return memory;
}

static gboolean
check_info (const GstVideoInfo * info, GError ** error)
{
  const gchar *name = GST_VIDEO_INFO_NAME (info);

  if (!is_known (GST_VIDEO_INFO_FORMAT (info))) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "no image format holds %s; convert to RGBA, BGRA or NV12", name);
    return FALSE;
  }
  if (GST_VIDEO_INFO_N_PLANES (info) == 1 && GST_VIDEO_INFO_IS_YUV (info)
      && GST_VIDEO_INFO_COMP_PSTRIDE (info, 1) > GST_VIDEO_INFO_COMP_PSTRIDE
      (info, 0) && GST_VIDEO_INFO_WIDTH (info) % 2 != 0) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "an image of %s has pairs of pixels, %d do not pair up; choose an even"
        " width", name, GST_VIDEO_INFO_WIDTH (info));
    return FALSE;
  }
  return TRUE;
}

gboolean
ks_vulkan_allocate_shaped (GstAllocator * images, const GstVideoInfo * info,
    GstKsShape * out, GError ** error)
{
  gsize total = 0, row = 0, bytes = 0;

  if (!check_info (info, error))
    return FALSE;
  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (info); p++) {
    Plane plane;
    GstMemory *memory;

    plane_init (&plane, info, p);
    out->offset[p] = total;
    if (plane.pixel == 0 || !plane_bytes (&plane, &row,
            &bytes) || !gst_ks_size_add (total, bytes, &total)) {
      g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
          "no image holds %dx%d %s of this colorimetry",
          GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info),
          GST_VIDEO_INFO_NAME (info));
      return FALSE;
    }
    out->stride[p] = row;
    memory = take_plane (images, &plane, bytes, error);
    if (memory == NULL)
      return FALSE;
    out->memories[out->n_memories++] = memory;
  }
  return TRUE;
}
