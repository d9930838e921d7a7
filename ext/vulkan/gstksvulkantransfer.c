/* Bytes between pictures, buffers and other memory, by commands of the card.
 *
 * Each side is one of three: an image, a range of a buffer, or memory that the
 * processor maps. The last goes through a stage, a buffer that both can read.
 * What both can map is copied without the card. A picture is there for the next
 * command, bytes are there for who maps them, as mapping them waits; so the card
 * and the processor work at the same time.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksvulkan.h"

#include <string.h>
#include <gst/ks/gstkslock.h>

typedef struct
{
  GstVulkanImageMemory *image;  /* or */
  GstVulkanBufferMemory *buffer;        /* or memory to be mapped */
  GstMemory *memory;
  gsize offset;                 /* bytes into the buffer */
  gsize bytes;                  /* that a picture has, or the memory */
  GstMemory *stage;             /* owned; NULL: needs none */
} Side;

/* --- sides --- */

static gboolean
check_card (KsVulkanCard * card, GstVulkanDevice * device, GError ** error)
{
  if (device == card->device)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
      "the memory is of %s, not of %s: elements of one pipeline have to share a"
      " device, as those do that ask their neighbours for one",
      GST_OBJECT_NAME (device), GST_OBJECT_NAME (card->device));
  return FALSE;
}

static gboolean
side_init (Side * self, KsVulkanCard * card, GstMemory * memory,
    GError ** error)
{
  GstMemory *root = memory->parent ? memory->parent : memory;

  *self = (Side) {
  .memory = memory,.bytes = memory->size};
  if (gst_is_vulkan_image_memory (memory)) {
    self->image = (GstVulkanImageMemory *) root;
    self->bytes = ks_vulkan_image_bytes (self->image);
    return check_card (card, self->image->device, error);
  }
  if (!gst_is_vulkan_buffer_memory (memory))
    return TRUE;
  /* what comes next has to wait for is remembered by the whole of it */
  self->buffer = (GstVulkanBufferMemory *) root;
  self->offset = memory->offset;
  return check_card (card, self->buffer->device, error);
}

static gboolean
is_mappable (const Side * self)
{
  return self->image == NULL
      && !GST_MEMORY_FLAG_IS_SET (self->memory, GST_MEMORY_FLAG_NOT_MAPPABLE);
}

static gboolean
copy_mapped (GstMemory * dst, GstMemory * src, gsize bytes, GError ** error)
{
  GstMapInfo from, to;

  if (!gst_memory_map (src, &from, GST_MAP_READ)) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "the memory to copy from cannot be mapped for reading");
    return FALSE;
  }
  if (!gst_memory_map (dst, &to, GST_MAP_WRITE)) {
    gst_memory_unmap (src, &from);
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "the memory to copy to cannot be mapped for writing");
    return FALSE;
  }
  memcpy (to.data, from.data, bytes);
  gst_memory_unmap (dst, &to);
  gst_memory_unmap (src, &from);
  return TRUE;
}

/* In place of memory that the card does not know. */
static gboolean
side_stage (Side * self, GstAllocator * stages, gsize bytes, GError ** error)
{
  GstKsRequest request = {.size = bytes };

  if (self->image != NULL || self->buffer != NULL)
    return TRUE;
  self->stage = gst_ks_allocator_alloc (stages, &request, error);
  if (self->stage == NULL)
    return FALSE;
  self->buffer = (GstVulkanBufferMemory *) self->stage;
  self->offset = 0;
  return TRUE;
}

static void
side_clear (Side * self)
{
  g_clear_pointer (&self->stage, gst_memory_unref);
}

/* --- commands --- */

/* Behind all that was sent before: what others note of it they note before they
 * send, so behind a tee it may be of a command that comes later. */
#define BEFORE VK_ACCESS_MEMORY_WRITE_BIT

typedef struct
{
  VkBufferMemoryBarrier buffers[2];
  VkImageMemoryBarrier images[2];
  guint n_buffers, n_images;
} Barriers;

static void
barrier_of_image (Barriers * self, GstVulkanImageMemory * image,
    VkAccessFlags access, VkImageLayout layout)
{
  GstVulkanBarrierImageInfo *barrier = &image->barrier;

  self->images[self->n_images++] = (VkImageMemoryBarrier) {
  .sType = VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER,.srcAccessMask =
        BEFORE,.dstAccessMask = access,.oldLayout =
        barrier->image_layout,.newLayout = layout,.srcQueueFamilyIndex =
        VK_QUEUE_FAMILY_IGNORED,.dstQueueFamilyIndex =
        VK_QUEUE_FAMILY_IGNORED,.image = image->image,.subresourceRange =
        barrier->subresource_range,};
  barrier->parent.pipeline_stages = VK_PIPELINE_STAGE_TRANSFER_BIT;
  barrier->parent.access_flags = access;
  barrier->image_layout = layout;
}

static void
barrier_of_buffer (Barriers * self, GstVulkanBufferMemory * buffer,
    VkAccessFlags access)
{
  GstVulkanBarrierBufferInfo *barrier = &buffer->barrier;

  self->buffers[self->n_buffers++] = (VkBufferMemoryBarrier) {
  .sType = VK_STRUCTURE_TYPE_BUFFER_MEMORY_BARRIER,.srcAccessMask =
        BEFORE,.dstAccessMask =
        access,.srcQueueFamilyIndex =
        VK_QUEUE_FAMILY_IGNORED,.dstQueueFamilyIndex =
        VK_QUEUE_FAMILY_IGNORED,.buffer = buffer->buffer,.size =
        VK_WHOLE_SIZE,};
  barrier->parent.pipeline_stages = VK_PIPELINE_STAGE_TRANSFER_BIT;
  barrier->parent.access_flags = access;
}

static void
barrier_of_side (Barriers * self, const Side * side, gboolean write)
{
  VkAccessFlags access =
      write ? VK_ACCESS_TRANSFER_WRITE_BIT : VK_ACCESS_TRANSFER_READ_BIT;

  if (side->image != NULL)
    barrier_of_image (self, side->image, access,
        write ? VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL :
        VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
  else
    barrier_of_buffer (self, side->buffer, access);
}

static void
record_barriers (VkCommandBuffer cmd, const Side * dst, const Side * src)
{
  Barriers before = { 0 };

  barrier_of_side (&before, src, FALSE);
  barrier_of_side (&before, dst, TRUE);
  vkCmdPipelineBarrier (cmd, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
      VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, NULL, before.n_buffers,
      before.buffers, before.n_images, before.images);
}

#define COLOR { VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1 }

static void
record_copy (VkCommandBuffer cmd, const Side * dst, const Side * src,
    gsize bytes)
{
  const Side *side = src->image != NULL ? src : dst;
  VkBufferImageCopy part = {.imageSubresource = COLOR };
  VkImageCopy images = {.srcSubresource = COLOR,.dstSubresource = COLOR };
  VkBufferCopy range = { src->offset, dst->offset, bytes };

  if (side->image != NULL)
    part.imageExtent = images.extent = side->image->create_info.extent;
  part.bufferOffset = src->image != NULL ? dst->offset : src->offset;
  if (src->image != NULL && dst->image != NULL)
    vkCmdCopyImage (cmd, src->image->image, src->image->barrier.image_layout,
        dst->image->image, dst->image->barrier.image_layout, 1, &images);
  else if (src->image != NULL)
    vkCmdCopyImageToBuffer (cmd, src->image->image,
        src->image->barrier.image_layout, dst->buffer->buffer, 1, &part);
  else if (dst->image != NULL)
    vkCmdCopyBufferToImage (cmd, src->buffer->buffer, dst->image->image,
        dst->image->barrier.image_layout, 1, &part);
  else
    vkCmdCopyBuffer (cmd, src->buffer->buffer, dst->buffer->buffer, 1, &range);
}

/* The processor reads what was written. */
static void
record_end (VkCommandBuffer cmd)
{
  const VkMemoryBarrier host = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
    .srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT,
    .dstAccessMask = VK_ACCESS_HOST_READ_BIT,
  };

  vkCmdPipelineBarrier (cmd, VK_PIPELINE_STAGE_TRANSFER_BIT,
      VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &host, 0, NULL, 0, NULL);
}

#define DRAWING (VK_IMAGE_USAGE_TRANSFER_SRC_BIT \
    | VK_IMAGE_USAGE_TRANSFER_DST_BIT | VK_IMAGE_USAGE_SAMPLED_BIT \
    | VK_IMAGE_USAGE_STORAGE_BIT | VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT \
    | VK_IMAGE_USAGE_INPUT_ATTACHMENT_BIT)

/* Whatever is done next with the image is sent to the same queue: elements that
 * draw share it, and hand images on without a wait. Codecs have queues of their
 * own, the processor may map rows in order, and what an application made may be
 * used in ways of its own. */
static gboolean
stays_in_queue (GstVulkanImageMemory * image)
{
  return ks_vulkan_is_image (image)
      || (!image->wrapped && (image->create_info.usage & ~DRAWING) == 0
      && image->create_info.tiling == VK_IMAGE_TILING_OPTIMAL);
}

/* An image is not touched by the processor, and what the card does with it next
 * comes after. So nobody needs to wait before somebody maps the buffer: of
 * others' memory we would not know. */
static KsVulkanBlock *
find_later (const Side * dst, const Side * src)
{
  GstVulkanImageMemory *image = dst->image ? dst->image : src->image;
  GstVulkanBufferMemory *buffer = dst->buffer ? dst->buffer : src->buffer;
  KsVulkanBlock *block;

  if (image == NULL || buffer == NULL || !stays_in_queue (image))
    return NULL;
  block = ks_vulkan_buffer_block (GST_MEMORY_CAST (buffer));
  return block != NULL && block->source == NULL ? block : NULL;
}

static void
settle_and_unref (gpointer card)
{
  (void) ks_vulkan_card_settle (card);
  ks_vulkan_card_unref (card);
}

/* Images of ours wait for the card before they are destroyed. This one does too
 * from now on. */
static void
wait_at_its_end (GstVulkanImageMemory * image, KsVulkanCard * card)
{
  GQuark quark = g_quark_from_static_string ("ks-vulkan-card");
  GstMiniObject *object = GST_MINI_OBJECT_CAST (image);

  if (gst_mini_object_get_qdata (object, quark) != card)
    gst_mini_object_set_qdata (object, quark, ks_vulkan_card_ref (card),
        settle_and_unref);
}

/* Who draws shall not get far ahead of the card: so a picture is waited for, and
 * only its copy is made while the next one is prepared. Where the card is the
 * processor itself, this also keeps what prepares it from the cores that draw. */
static VkResult
await_picture (KsVulkanCard * card, const Side * dst, const Side * src)
{
  GstVulkanImageMemory *image = dst->image ? dst->image : src->image;

  if (ks_vulkan_is_image (image))
    return VK_SUCCESS;
  wait_at_its_end (image, card);
  return src->image != NULL ? ks_vulkan_card_settle (card) : VK_SUCCESS;
}

static VkResult
record (VkCommandBuffer cmd, const Side * dst, const Side * src, gsize bytes)
{
  const VkCommandBufferBeginInfo begin = {
    .sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
    .flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT,
  };
  VkResult result = vkBeginCommandBuffer (cmd, &begin);

  if (result != VK_SUCCESS)
    return result;
  record_barriers (cmd, dst, src);
  record_copy (cmd, dst, src, bytes);
  record_end (cmd);
  return vkEndCommandBuffer (cmd);
}

/* Two may read one picture, as behind a tee: what one finds it in is what the
 * other, whose command is sent before, leaves it in. */
static VkResult
record_and_submit (KsVulkanCard * card, KsVulkanSent * sent, const Side * dst,
    const Side * src, gsize bytes, KsVulkanBlock * later)
{
  VkResult result;

  gst_ks_mutex_lock (&card->order_lock);
  gst_vulkan_command_buffer_lock (sent->cmd);
  result = record (sent->cmd->cmd, dst, src, bytes);
  gst_vulkan_command_buffer_unlock (sent->cmd);
  if (result == VK_SUCCESS)
    result = ks_vulkan_card_submit (card, sent, later, src->image != NULL);
  gst_ks_mutex_unlock (&card->order_lock);
  return result;
}

static gboolean
run (KsVulkanCard * card, const Side * dst, const Side * src, gsize bytes,
    GError ** error)
{
  KsVulkanSent sent = {.cmd = ks_vulkan_card_take_command (card) };
  KsVulkanBlock *later = find_later (dst, src);
  VkResult result = VK_SUCCESS;

  if (sent.cmd == NULL) {
    ks_vulkan_set_error (error, card, "vkAllocateCommandBuffers",
        VK_ERROR_OUT_OF_HOST_MEMORY);
    return FALSE;
  }
  if (later != NULL)
    result = await_picture (card, dst, src);
  if (result == VK_SUCCESS)
    result = record_and_submit (card, &sent, dst, src, bytes, later);
  result = ks_vulkan_card_finish (card, &sent, result, later != NULL);
  if (result != VK_SUCCESS)
    ks_vulkan_set_error (error, card, "copying", result);
  return result == VK_SUCCESS;
}

/* --- the whole --- */

static gboolean
is_same_picture (const Side * dst, const Side * src)
{
  const VkImageCreateInfo *to = &dst->image->create_info;
  const VkImageCreateInfo *from = &src->image->create_info;

  return to->format == from->format && to->extent.width == from->extent.width
      && to->extent.height == from->extent.height;
}

/* A picture is copied whole or not at all. */
static gboolean
check_sides (const Side * dst, const Side * src, gsize * bytes, GError ** error)
{
  gboolean fits = src->bytes <= dst->bytes;

  *bytes = src->bytes;
  if (dst->image != NULL && src->image != NULL)
    fits = is_same_picture (dst, src);
  else if (dst->image != NULL)
    fits = src->bytes == dst->bytes;
  if (fits && *bytes > 0)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "%" G_GSIZE_FORMAT " bytes do not make a picture of %" G_GSIZE_FORMAT
      ": it has rows without gaps, and one memory a plane", src->bytes,
      dst->bytes);
  return FALSE;
}

static gboolean
transfer_staged (KsVulkanCard * card, GstAllocator * stages, Side * dst,
    Side * src, gsize bytes, GError ** error)
{
  return side_stage (src, stages, bytes, error)
      && side_stage (dst, stages, bytes, error)
      && (!src->stage || copy_mapped (src->stage, src->memory, bytes, error))
      && run (card, dst, src, bytes, error)
      && (!dst->stage || copy_mapped (dst->memory, dst->stage, bytes, error));
}

gboolean
ks_vulkan_transfer (KsVulkanCard * card, GstAllocator * stages,
    GstMemory * dst, GstMemory * src, GError ** error)
{
  Side to, from;
  gsize bytes;
  gboolean done;

  if (!side_init (&to, card, dst, error) || !side_init (&from, card, src, error)
      || !check_sides (&to, &from, &bytes, error))
    return FALSE;
  if (is_mappable (&to) && is_mappable (&from))
    return copy_mapped (dst, src, bytes, error);
  done = transfer_staged (card, stages, &to, &from, bytes, error);
  side_clear (&to);
  side_clear (&from);
  return done;
}
