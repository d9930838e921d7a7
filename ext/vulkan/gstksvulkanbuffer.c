/* Bytes on a card, as the memory that Vulkan elements know as memory:VulkanBuffer.
 *
 * A block is one VkBuffer, mapped once where it can be. The memory object on it
 * is libgstvulkan's own, so that its elements use the buffer as it is; they take
 * the frame to begin where the buffer does.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksvulkan.h"

#include <fcntl.h>
#include <unistd.h>
#include <gst/allocators/gstdmabuf.h>
#include <gst/ks/gstksrecycler.h>
#include <gst/ks/gstkssize.h>

#define USAGE (VK_BUFFER_USAGE_TRANSFER_SRC_BIT \
    | VK_BUFFER_USAGE_TRANSFER_DST_BIT)

typedef struct
{
  GstVulkanBufferMemoryAllocator parent;

  KsVulkanCard *card;           /* owned */
  KsVulkanUse use;
} KsVulkanBuffers;

typedef struct
{
  GstVulkanBufferMemoryAllocatorClass parent_class;
} KsVulkanBuffersClass;

static GType ks_vulkan_buffers_get_type (void);
G_DEFINE_TYPE (KsVulkanBuffers, ks_vulkan_buffers,
    GST_TYPE_VULKAN_BUFFER_MEMORY_ALLOCATOR);

/* --- memory objects --- */

/* NULL: not of this plugin. */
KsVulkanBlock *
ks_vulkan_buffer_block (GstMemory * memory)
{
  return G_OBJECT_TYPE (memory->allocator) == ks_vulkan_buffers_get_type ()?
      ((GstVulkanBufferMemory *) memory)->user_data : NULL;
}

static GstMemory *
memory_new (GstAllocator * allocator, GstMemory * parent, KsVulkanBlock * block,
    gsize maxsize)
{
  GstVulkanBufferMemory *self = g_new0 (GstVulkanBufferMemory, 1);
  GstMemoryFlags flags = block->data ? 0 : GST_MEMORY_FLAG_NOT_MAPPABLE;

  gst_memory_init (GST_MEMORY_CAST (self), flags, allocator, parent, maxsize, 0,
      0, maxsize);
  self->device = gst_object_ref (block->card->device);
  self->buffer = block->buffer;
  self->usage = USAGE;
  self->barrier.parent.type = GST_VULKAN_BARRIER_TYPE_BUFFER;
  self->barrier.parent.pipeline_stages = VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT;
  self->barrier.size = maxsize;
  self->wrapped = TRUE;         /* the buffer is the block's */
  self->user_data = block;
  vkGetBufferMemoryRequirements (self->device->device, self->buffer,
      &self->requirements);
  return GST_MEMORY_CAST (self);
}

/* What others told the card to do nobody knows: so all of it. */
static void
settle_others (KsVulkanBlock * block)
{
  gint busy = g_atomic_int_get (&block->busy);

  if (busy != 0 && ks_vulkan_card_settle (block->card) == VK_SUCCESS)
    (void) g_atomic_int_compare_and_exchange (&block->busy, busy, 0);
}

static gboolean
block_settle (KsVulkanBlock * block, gboolean write)
{
  if (write)
    settle_others (block);
  return ks_vulkan_block_wait (block, write) == VK_SUCCESS;
}

static gpointer
memory_map (GstMemory * memory, GstMapInfo * info, gsize maxsize)
{
  KsVulkanBlock *block = ks_vulkan_buffer_block (memory);

  return block_settle (block, (info->flags & GST_MAP_WRITE) != 0) ?
      block->data : NULL;
}

static void
memory_unmap (GstMemory * memory, GstMapInfo * info)
{
}

static GstMemory *
memory_share (GstMemory * memory, gssize offset, gssize size)
{
  GstMemory *root = memory->parent ? memory->parent : memory;
  GstMemory *part = memory_new (memory->allocator, root,
      ks_vulkan_buffer_block (memory), memory->maxsize);

  part->align = memory->align;
  part->offset = memory->offset + offset;
  part->size = size == -1 ? memory->size - offset : (gsize) size;
  GST_MINI_OBJECT_FLAG_SET (part, GST_MINI_OBJECT_FLAG_LOCK_READONLY);
  return part;
}

/* --- blocks --- */

static VkBuffer
buffer_new (KsVulkanCard * card, gsize size, const void *next, GError ** error)
{
  VkBufferCreateInfo info = {
    .sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
    .pNext = next,
    .size = size,
    .usage = USAGE,
    .sharingMode = VK_SHARING_MODE_EXCLUSIVE,
  };
  VkBuffer buffer = VK_NULL_HANDLE;
  VkResult result = vkCreateBuffer (card->device->device, &info, NULL, &buffer);

  if (result != VK_SUCCESS)
    ks_vulkan_set_error (error, card, "vkCreateBuffer", result);
  return buffer;
}

/* Takes the buffer over, whatever comes of it. */
static KsVulkanBlock *
block_of_buffer (KsVulkanCard * card, VkBuffer buffer, KsVulkanWant * want,
    GError ** error)
{
  guint32 types = want->needs.memoryTypeBits;
  KsVulkanBlock *block;

  vkGetBufferMemoryRequirements (card->device->device, buffer, &want->needs);
  want->needs.memoryTypeBits &= types;
  block = ks_vulkan_block_new (card, want, error);
  if (block != NULL)
    block->buffer = buffer;
  else
    vkDestroyBuffer (card->device->device, buffer, NULL);
  return block;
}

/* Where in the memory the buffer has to lie for its address to be aligned. */
static gboolean
find_offset (const KsVulkanBlock * block, const KsVulkanWant * want,
    gsize align, gsize * offset)
{
  for (*offset = 0; *offset <= want->slack;
      *offset += MAX (want->needs.alignment, 1)) {
    if (((guintptr) (block->data + *offset) & gst_ks_align_to_mask (align))
        == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_mapped (const KsVulkanCard * card, KsVulkanUse use)
{
  return use == KS_VULKAN_STAGE || card->mappable;
}

static gboolean
block_bind (KsVulkanBlock * block, const KsVulkanWant * want, gsize align,
    GError ** error)
{
  KsVulkanCard *card = block->card;
  VkDevice device = card->device->device;
  const gchar *what = "vkMapMemory";
  VkResult result = VK_SUCCESS;
  gsize offset = 0;

  if (is_mapped (card, want->use))
    result = vkMapMemory (device, block->memory, 0, VK_WHOLE_SIZE, 0,
        (void **) &block->data);
  if (result == VK_SUCCESS && block->data
      && !find_offset (block, want, align, &offset)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "%s maps memory at %p, where alignment %" G_GSIZE_FORMAT " cannot be"
        " had; ask for less", card->name, block->data, align);
    return FALSE;
  }
  if (result == VK_SUCCESS) {
    what = "vkBindBufferMemory";
    result = vkBindBufferMemory (device, block->buffer, block->memory, offset);
  }
  if (result != VK_SUCCESS) {
    ks_vulkan_set_error (error, card, what, result);
    return FALSE;
  }
  if (block->data)
    block->data += offset;
  return TRUE;
}

/* More than is mapped aligned anyway is got by beginning later. */
static gsize
slack_for (const KsVulkanCard * card, gsize align, gsize buffer_align)
{
  return align > card->map_align ? MAX (align, buffer_align) : 0;
}

static gboolean
buffers_acquire (GstAllocator * allocator, GstKsBlock * block, GError ** error)
{
  KsVulkanBuffers *self = (KsVulkanBuffers *) allocator;
  KsVulkanWant want = {.use = self->use,.needs.memoryTypeBits = G_MAXUINT32 };
  VkBuffer buffer = buffer_new (self->card, block->size, NULL, error);
  KsVulkanBlock *made;

  if (buffer == VK_NULL_HANDLE)
    return FALSE;
  if (is_mapped (self->card, self->use))
    want.slack = slack_for (self->card, block->align, 0);
  made = block_of_buffer (self->card, buffer, &want, error);
  if (made == NULL)
    return FALSE;
  if (!block_bind (made, &want, block->align, error)) {
    ks_vulkan_block_free (made);
    return FALSE;
  }
  block->handle = made;
  block->data = made->data;
  return TRUE;
}

static void
buffers_release (GstAllocator * allocator, GstKsBlock * block)
{
  KsVulkanBlock *handle = block->handle;

  (void) ks_vulkan_card_settle (handle->card);
  ks_vulkan_block_free (handle);
}

static GstMemory *
buffers_wrap (GstAllocator * allocator, const GstKsBlock * block, gsize maxsize)
{
  return memory_new (allocator, NULL, block->handle, maxsize);
}

/* Elements let go of a buffer as soon as they have told the card to read it.
 * Stages are ours alone. */
static void
buffers_settle (GstAllocator * allocator, GstKsBlock * block)
{
  KsVulkanBuffers *self = (KsVulkanBuffers *) allocator;
  KsVulkanBlock *handle = block->handle;

  if (self->use != KS_VULKAN_STAGE)
    g_atomic_int_inc (&handle->busy);
  (void) block_settle (handle, TRUE);
}

static void
buffers_rest (GstAllocator * allocator, GstKsBlock * block)
{
  ks_vulkan_card_mark (((KsVulkanBuffers *) allocator)->card, block->handle);
}

static const GstKsRecycler recycler = {
  buffers_acquire, buffers_release, buffers_wrap, TRUE, buffers_settle,
  buffers_rest
};

/* --- the allocator --- */

static void
ks_vulkan_buffers_finalize (GObject * object)
{
  ks_vulkan_card_unref (((KsVulkanBuffers *) object)->card);
  G_OBJECT_CLASS (ks_vulkan_buffers_parent_class)->finalize (object);
}

static void
ks_vulkan_buffers_class_init (KsVulkanBuffersClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = ks_vulkan_buffers_finalize;
  GST_ALLOCATOR_CLASS (klass)->alloc = gst_ks_recycler_alloc;
}

static void
ks_vulkan_buffers_init (KsVulkanBuffers * self)
{
  GstAllocator *allocator = GST_ALLOCATOR_CAST (self);

  gst_ks_allocator_set_recycler (allocator, &recycler);
  allocator->mem_map_full = memory_map;
  allocator->mem_unmap_full = memory_unmap;
  allocator->mem_share = memory_share;
}

GstAllocator *
ks_vulkan_buffers_new (KsVulkanCard * card, KsVulkanUse use)
{
  KsVulkanBuffers *self = g_object_new (ks_vulkan_buffers_get_type (), NULL);

  self->card = ks_vulkan_card_ref (card);
  self->use = use;
  return gst_object_ref_sink (self);
}

/* --- import --- */

static void
imported_free (gpointer data)
{
  KsVulkanBlock *block = data;

  (void) ks_vulkan_card_settle (block->card);
  ks_vulkan_block_free (block);
}

/* Drivers take any address, and then read the wrong bytes. */
static gboolean
check_host (KsVulkanCard * card, const GstMapInfo * map, GError ** error)
{
  gsize align = card->import_align;

  if (((guintptr) map->data & (align - 1)) == 0)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
      "%s takes memory at multiples of %" G_GSIZE_FORMAT " bytes, and this is"
      " at %p; ask for frames with align=%" G_GSIZE_FORMAT, card->name, align,
      map->data, align);
  return FALSE;
}

static KsVulkanBlock *
import_host (KsVulkanCard * card, GstMapInfo * map, GError ** error)
{
  const VkExternalMemoryHandleTypeFlagBits type =
      VK_EXTERNAL_MEMORY_HANDLE_TYPE_HOST_ALLOCATION_BIT_EXT;
  VkExternalMemoryBufferCreateInfo external = {
    .sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO,
    .handleTypes = type,
  };
  VkImportMemoryHostPointerInfoEXT import = {
    .sType = VK_STRUCTURE_TYPE_IMPORT_MEMORY_HOST_POINTER_INFO_EXT,
    .handleType = type,.pHostPointer = map->data,
  };
  VkMemoryHostPointerPropertiesEXT properties = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_HOST_POINTER_PROPERTIES_EXT,
  };
  KsVulkanWant want = {.use = KS_VULKAN_IMPORT,.next = &import };
  PFN_vkGetMemoryHostPointerPropertiesEXT get_properties =
      (PFN_vkGetMemoryHostPointerPropertiesEXT)
      gst_vulkan_device_get_proc_address (card->device,
      "vkGetMemoryHostPointerPropertiesEXT");
  VkBuffer buffer;
  VkResult result = get_properties (card->device->device, type, map->data,
      &properties);

  if (result != VK_SUCCESS) {
    ks_vulkan_set_error (error, card, "vkGetMemoryHostPointerPropertiesEXT",
        result);
    return NULL;
  }
  want.needs.memoryTypeBits = properties.memoryTypeBits;
  if (!check_host (card, map, error)
      || !gst_ks_size_round_up (map->size, card->import_align, &want.bytes))
    return NULL;
  buffer = buffer_new (card, map->size, &external, error);
  return buffer == VK_NULL_HANDLE ? NULL :
      block_of_buffer (card, buffer, &want, error);
}

/* The descriptor is the driver's once the memory is there. */
static KsVulkanBlock *
import_dmabuf (KsVulkanCard * card, GstMemory * memory, GError ** error)
{
  const VkExternalMemoryHandleTypeFlagBits type =
      VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT;
  VkExternalMemoryBufferCreateInfo external = {
    .sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO,
    .handleTypes = type,
  };
  VkImportMemoryFdInfoKHR import = {
    .sType = VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR,.handleType = type,
    .fd = fcntl (gst_dmabuf_memory_get_fd (memory), F_DUPFD_CLOEXEC, 0),
  };
  VkMemoryFdPropertiesKHR properties = {
    .sType = VK_STRUCTURE_TYPE_MEMORY_FD_PROPERTIES_KHR,
  };
  KsVulkanWant want = {.use = KS_VULKAN_IMPORT,.next = &import };
  PFN_vkGetMemoryFdPropertiesKHR get_properties =
      (PFN_vkGetMemoryFdPropertiesKHR)
      gst_vulkan_device_get_proc_address (card->device,
      "vkGetMemoryFdPropertiesKHR");
  off_t bytes = lseek (import.fd, 0, SEEK_END);
  KsVulkanBlock *block = NULL;
  VkResult result = VK_ERROR_INVALID_EXTERNAL_HANDLE;
  VkBuffer buffer;

  if (import.fd >= 0 && bytes > 0)
    result = get_properties (card->device->device, type, import.fd,
        &properties);
  want.needs.memoryTypeBits = properties.memoryTypeBits;
  want.bytes = MAX (bytes, 1);
  if (result != VK_SUCCESS)
    ks_vulkan_set_error (error, card, "vkGetMemoryFdPropertiesKHR", result);
  else if ((buffer = buffer_new (card, memory->size, &external, error)))
    block = block_of_buffer (card, buffer, &want, error);
  if (block == NULL && import.fd >= 0)
    close (import.fd);
  return block;
}

/* Imported memory begins where the buffer does, dma-bufs where the frame is. */
static gboolean
import_bind (KsVulkanBlock * block, gsize offset, gsize align, GError ** error)
{
  KsVulkanCard *card = block->card;
  VkResult result;

  if (offset % align != 0) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "%s takes frames at multiples of %" G_GSIZE_FORMAT " bytes of a"
        " dma-buf, and this is at %" G_GSIZE_FORMAT, card->name, align, offset);
    return FALSE;
  }
  result = vkBindBufferMemory (card->device->device, block->buffer,
      block->memory, offset);
  if (result != VK_SUCCESS)
    ks_vulkan_set_error (error, card, "vkBindBufferMemory", result);
  return result == VK_SUCCESS;
}

static gsize
buffer_align (KsVulkanBlock * block)
{
  VkMemoryRequirements needs;

  vkGetBufferMemoryRequirements (block->card->device->device, block->buffer,
      &needs);
  return MAX (needs.alignment, 1);
}

static GstMemory *
wrap_import (GstAllocator * allocator, KsVulkanBlock * block,
    GstMemory * source, gsize offset, GError ** error)
{
  GstMemory *made;

  if (!import_bind (block, offset, buffer_align (block), error)) {
    ks_vulkan_block_free (block);
    return NULL;
  }
  made = memory_new (allocator, NULL, block, source->size);
  ((GstVulkanBufferMemory *) made)->notify = imported_free;
  if (block->map.memory && !(block->map.flags & GST_MAP_WRITE))
    GST_MINI_OBJECT_FLAG_SET (made, GST_MEMORY_FLAG_READONLY);
  return made;
}

static GstMemory *
import_by_dmabuf (KsVulkanCard * card, GstAllocator * allocator,
    GstMemory * memory, GError ** error)
{
  KsVulkanBlock *block;

  if (!card->takes_dmabufs) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "the driver of %s takes no dma-bufs: it has no "
        VK_EXT_EXTERNAL_MEMORY_DMA_BUF_EXTENSION_NAME, card->name);
    return NULL;
  }
  block = import_dmabuf (card, memory, error);
  if (block == NULL)
    return NULL;
  block->source = gst_memory_ref (memory);
  return wrap_import (allocator, block, memory, memory->offset, error);
}

static GstMemory *
import_by_address (KsVulkanCard * card, GstAllocator * allocator,
    GstMemory * memory, GError ** error)
{
  GstMapInfo map;
  KsVulkanBlock *block = NULL;

  if (!gst_memory_map (memory, &map, GST_MAP_READWRITE)
      && !gst_memory_map (memory, &map, GST_MAP_READ)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "%s takes memory that can be mapped, that of '%s' cannot", card->name,
        GST_OBJECT_NAME (memory->allocator));
    return NULL;
  }
  block = import_host (card, &map, error);
  if (block == NULL) {
    gst_memory_unmap (memory, &map);
    return NULL;
  }
  block->source = gst_memory_ref (memory);
  block->map = map;
  block->data = map.data;
  return wrap_import (allocator, block, memory, 0, error);
}

/* allocator: whose memory it will be; one of this file's */
GstMemory *
ks_vulkan_import (KsVulkanCard * card, GstAllocator * allocator,
    GstMemory * memory, GError ** error)
{
  if (gst_is_dmabuf_memory (memory))
    return import_by_dmabuf (card, allocator, memory, error);
  if (card->import_align == 0) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "the driver of %s takes no memory of others: it has no "
        VK_EXT_EXTERNAL_MEMORY_HOST_EXTENSION_NAME, card->name);
    return NULL;
  }
  return import_by_address (card, allocator, memory, error);
}
