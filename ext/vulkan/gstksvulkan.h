/* What the files of the plugin ksvulkan share: a card, and the memory of one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksbackend.h>
#include <gst/vulkan/vulkan.h>

G_BEGIN_DECLS

/* A logical device that is shared with the pipeline's elements. Counted: memory
 * holds it as long as it lives. Immutable but for live. */
typedef struct
{
  GstVulkanDevice *device;
  GstVulkanQueue *queue;        /* the object too is shared: it has the lock */
  GMutex order_lock;            /* from the look at an image's state to the submission that relies on it */
  GMutex commands_lock;         /* the next one, which mixes up what comes and goes at once */
  GstVulkanCommandPool *commands;
  GMutex lock;                  /* the next one */
  GQueue sent;                  /* of KsVulkanSent: what nobody waits for */
  const gchar *name;            /* of the physical device */
  gboolean mappable;            /* its own memory can be mapped */
  gboolean has_budget;          /* the driver says what is left */
  gsize map_align;              /* bytes: of what vkMapMemory gives */
  gsize import_align;           /* bytes, of host pointers; 0: takes none */
  gboolean takes_dmabufs;
  gsize live;                   /* bytes that we have of it; atomic */
} KsVulkanCard;

/* What is given to a card, and what is reached once that has ended. */
typedef struct
{
  GstVulkanFence *fence;        /* owned */
  GstVulkanCommandBuffer *cmd;  /* owned; NULL: a fence alone, reached after all before it */
} KsVulkanSent;

/* Device memory, and for bytes the buffer on it. */
typedef struct
{
  KsVulkanCard *card;
  VkDeviceMemory memory;
  VkBuffer buffer;              /* VK_NULL_HANDLE: an image's */
  guint8 *data;                 /* of the buffer's first byte; NULL: not mapped */
  gsize bytes;                  /* of @memory */
  gint busy;                    /* how often others may have had commands use it; 0: never; atomic */
  GstVulkanFence *fence;        /* owned: of what was sent last that may use it and nobody waited for; or NULL; atomic, set under the card's lock */
  gboolean filled;              /* by what was sent; the same lock */
  GstMemory *source;            /* owned: what was imported, mapped by @map; or NULL */
  GstMapInfo map;               /* memory NULL: a dma-buf, not mapped */
} KsVulkanBlock;

/* What memory is wanted for. */
typedef enum
{
  KS_VULKAN_OWN,                /* the card's own, mapped where it can be */
  KS_VULKAN_STAGE,              /* that the processor and the card can read */
  KS_VULKAN_PICTURE,            /* the card's own, never mapped */
  KS_VULKAN_IMPORT              /* whatever others made */
} KsVulkanUse;

typedef struct
{
  VkMemoryRequirements needs;
  KsVulkanUse use;
  gsize slack;                  /* bytes more than needed */
  gsize bytes;                  /* exactly so many; 0: as needed */
  const void *next;             /* extends VkMemoryAllocateInfo */
} KsVulkanWant;

/* gstksvulkancard.c */
KsVulkanCard *  ks_vulkan_card_open (const gchar *device, GError **error);
KsVulkanCard *  ks_vulkan_card_ref (KsVulkanCard *card);
void            ks_vulkan_card_unref (KsVulkanCard *card);
gchar **        ks_vulkan_list_devices (GstKsBackendClass *klass);
/* NULL: the one that is opened without a name. */
gchar *         ks_vulkan_adopt (GstVulkanDevice *device, GstVulkanQueue *queue);

/* gstksvulkanmemory.c */
KsVulkanBlock * ks_vulkan_block_new (KsVulkanCard *card, const KsVulkanWant *want, GError **error);
void            ks_vulkan_block_free (KsVulkanBlock *block);
void            ks_vulkan_set_error (GError **error, KsVulkanCard *card, const gchar *what, VkResult result);

/* gstksvulkanqueue.c */
GstVulkanCommandBuffer *ks_vulkan_card_take_command (KsVulkanCard *card);
void            ks_vulkan_card_give_command_back (KsVulkanCard *card, GstVulkanCommandBuffer *cmd);
/* later: the block that is waited for when somebody maps it, fill: because it is
 * written; NULL: it is waited for now. */
VkResult        ks_vulkan_card_submit (KsVulkanCard *card, KsVulkanSent *sent, KsVulkanBlock *later, gboolean fill);
/* Takes over what is in it. result: that of the submission. */
VkResult        ks_vulkan_card_finish (KsVulkanCard *card, KsVulkanSent *sent, VkResult result, gboolean later);
/* Waits until all that was given to the card so far is done. */
VkResult        ks_vulkan_card_settle (KsVulkanCard *card);
/* The same for a block, once somebody maps it. */
void            ks_vulkan_card_mark (KsVulkanCard *card, KsVulkanBlock *block);
/* Until the processor may read or write it. */
VkResult        ks_vulkan_block_wait (KsVulkanBlock *block, gboolean write);
/* Nothing else has the card: of what was sent. */
void            ks_vulkan_card_forget_sent (KsVulkanCard *card);

/* gstksvulkanbuffer.c: bytes, as memory:VulkanBuffer */
GstAllocator *  ks_vulkan_buffers_new (KsVulkanCard *card, KsVulkanUse use);
KsVulkanBlock * ks_vulkan_buffer_block (GstMemory *memory);
GstMemory *     ks_vulkan_import (KsVulkanCard *card, GstAllocator *allocator, GstMemory *memory, GError **error);

/* gstksvulkanimage.c: pictures, as memory:VulkanImage */
GstAllocator *  ks_vulkan_images_new (KsVulkanCard *card);
gboolean        ks_vulkan_allocate_shaped (GstAllocator *images, const GstVideoInfo *info, GstKsShape *out, GError **error);
gboolean        ks_vulkan_is_image (GstVulkanImageMemory *image);
/* Bytes of the picture, its rows without gaps. */
gsize           ks_vulkan_image_bytes (GstVulkanImageMemory *image);

/* gstksvulkantransfer.c */
gboolean        ks_vulkan_transfer (KsVulkanCard *card, GstAllocator *stages, GstMemory *dst, GstMemory *src, GError **error);

G_END_DECLS
