/* What is sent to a card, and when it has ended.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whatever is sent has a fence. Fences are new ones: those of the device's cache
 * get lost between threads. A fence may not go before it is reached, whoever
 * still asks for it, so the card keeps what nobody waited for until then.
 */
#include "gstksvulkan.h"

#include <gst/ks/gstkslock.h>

typedef struct
{
  GstVulkanFence *fence;        /* owned */
  GstVulkanCommandBuffer *cmd;  /* owned; NULL: a fence alone */
} Sent;

/* --- commands --- */

GstVulkanCommandBuffer *
ks_vulkan_card_take_command (KsVulkanCard * card)
{
  GstVulkanCommandBuffer *cmd;

  gst_ks_mutex_lock (&card->commands_lock);
  cmd = gst_vulkan_command_pool_create (card->commands, NULL);
  gst_ks_mutex_unlock (&card->commands_lock);
  return cmd;
}

void
ks_vulkan_card_give_command_back (KsVulkanCard * card,
    GstVulkanCommandBuffer * cmd)
{
  gst_ks_mutex_lock (&card->commands_lock);
  gst_vulkan_command_buffer_unref (cmd);
  gst_ks_mutex_unlock (&card->commands_lock);
}

/* --- what nobody waits for --- */

/* What was sent ends in the order in which it was sent, all but a little. */
static Sent *
pop_oldest (KsVulkanCard * card)
{
  Sent *sent;

  gst_ks_mutex_lock (&card->lock);
  sent = g_queue_pop_head (&card->sent);
  gst_ks_mutex_unlock (&card->lock);
  return sent;
}

static void
push (KsVulkanCard * card, Sent * sent,
    void (*push_to) (GQueue * queue, gpointer sent))
{
  gst_ks_mutex_lock (&card->lock);
  push_to (&card->sent, sent);
  gst_ks_mutex_unlock (&card->lock);
}

static void
sent_free (KsVulkanCard * card, Sent * sent)
{
  if (sent->cmd != NULL)
    ks_vulkan_card_give_command_back (card, sent->cmd);
  gst_vulkan_fence_unref (sent->fence);
  g_free (sent);
}

/* Takes both over, and lets go of what has ended since. */
static void
keep (KsVulkanCard * card, GstVulkanFence * fence, GstVulkanCommandBuffer * cmd)
{
  Sent *sent;

  while ((sent = pop_oldest (card)) != NULL) {
    if (!gst_vulkan_fence_is_signaled (sent->fence)) {
      push (card, sent, g_queue_push_head);
      break;
    }
    sent_free (card, sent);
  }
  sent = g_new (Sent, 1);
  *sent = (Sent) {
  fence, cmd};
  push (card, sent, g_queue_push_tail);
}

void
ks_vulkan_card_forget_sent (KsVulkanCard * card)
{
  Sent *sent;

  if (card->sent.length > 0)
    (void) ks_vulkan_card_settle (card);
  while ((sent = pop_oldest (card)) != NULL)
    sent_free (card, sent);
}

/* --- the fence of a block --- */

static void
block_use (KsVulkanBlock * block, GstVulkanFence * fence, gboolean fill)
{
  GstVulkanFence *before;

  gst_ks_mutex_lock (&block->card->lock);
  before = block->fence;
  g_atomic_pointer_set (&block->fence, gst_vulkan_fence_ref (fence));
  block->filled |= fill;
  gst_ks_mutex_unlock (&block->card->lock);
  if (before != NULL)
    gst_vulkan_fence_unref (before);
}

static void
forget_fence (KsVulkanBlock * block, GstVulkanFence * fence)
{
  gboolean same;

  gst_ks_mutex_lock (&block->card->lock);
  same = block->fence == fence;
  if (same) {
    g_atomic_pointer_set (&block->fence, NULL);
    block->filled = FALSE;
  }
  gst_ks_mutex_unlock (&block->card->lock);
  if (same)
    gst_vulkan_fence_unref (fence);
}

static VkResult
wait_for (KsVulkanCard * card, GstVulkanFence * fence)
{
  return vkWaitForFences (card->device->device, 1,
      &GST_VULKAN_FENCE_FENCE (fence), VK_TRUE, G_MAXUINT64);
}

/* A fence of the queue is reached after all that was sent before it, so the
 * last one is enough. */
VkResult
ks_vulkan_block_wait (KsVulkanBlock * block, gboolean write)
{
  GstVulkanFence *fence = NULL;
  VkResult result;

  if (g_atomic_pointer_get (&block->fence) == NULL)
    return VK_SUCCESS;
  gst_ks_mutex_lock (&block->card->lock);
  if (block->fence != NULL && (write || block->filled))
    fence = gst_vulkan_fence_ref (block->fence);
  gst_ks_mutex_unlock (&block->card->lock);
  if (fence == NULL)
    return VK_SUCCESS;
  result = wait_for (block->card, fence);
  if (result == VK_SUCCESS)
    forget_fence (block, fence);
  gst_vulkan_fence_unref (fence);
  return result;
}

/* --- sending --- */

/* The block notes the fence under the queue's lock, so that the last one it
 * noted is the last one sent. */
static VkResult
submit (KsVulkanCard * card, GstVulkanCommandBuffer * cmd,
    GstVulkanFence * fence, KsVulkanBlock * later, gboolean fill)
{
  VkSubmitInfo info = {
    .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,.commandBufferCount = 1,
    .pCommandBuffers = cmd != NULL ? &cmd->cmd : NULL,
  };
  VkResult result;

  gst_vulkan_queue_submit_lock (card->queue);
  result = vkQueueSubmit (card->queue->queue, cmd != NULL ? 1 : 0, &info,
      GST_VULKAN_FENCE_FENCE (fence));
  if (result == VK_SUCCESS && later != NULL)
    block_use (later, fence, fill);
  gst_vulkan_queue_submit_unlock (card->queue);
  return result;
}

VkResult
ks_vulkan_card_send (KsVulkanCard * card, GstVulkanCommandBuffer * cmd,
    KsVulkanBlock * later, gboolean fill)
{
  GstVulkanFence *fence = gst_vulkan_fence_new (card->device, NULL);
  VkResult result = VK_ERROR_OUT_OF_HOST_MEMORY;

  if (fence != NULL)
    result = submit (card, cmd, fence, later, fill);
  if (result == VK_SUCCESS && later != NULL)
    keep (card, g_steal_pointer (&fence), g_steal_pointer (&cmd));
  else if (result == VK_SUCCESS)
    result = wait_for (card, fence);
  g_clear_pointer (&fence, gst_vulkan_fence_unref);
  if (cmd != NULL)
    ks_vulkan_card_give_command_back (card, cmd);
  return result;
}

VkResult
ks_vulkan_card_settle (KsVulkanCard * card)
{
  return ks_vulkan_card_send (card, NULL, NULL, FALSE);
}

/* Elements let go of a block once they have sent their commands with it, and do
 * not wait for these. */
void
ks_vulkan_card_mark (KsVulkanCard * card, KsVulkanBlock * block)
{
  if (ks_vulkan_card_send (card, NULL, block, FALSE) != VK_SUCCESS)
    g_atomic_int_inc (&block->busy);
}
