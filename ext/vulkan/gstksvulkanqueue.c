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

static VkResult
wait_for (KsVulkanCard * card, GstVulkanFence * fence)
{
  return vkWaitForFences (card->device->device, 1,
      &GST_VULKAN_FENCE_FENCE (fence), VK_TRUE, G_MAXUINT64);
}

/* So much is under way at most. */
#define MAX_SENT 64

static gboolean
is_full (KsVulkanCard * card)
{
  gboolean full;

  gst_ks_mutex_lock (&card->lock);
  full = card->sent.length >= MAX_SENT;
  gst_ks_mutex_unlock (&card->lock);
  return full;
}

/* What was sent ends in the order in which it was sent, all but a little. */
static KsVulkanSent *
pop_oldest (KsVulkanCard * card)
{
  KsVulkanSent *sent;

  gst_ks_mutex_lock (&card->lock);
  sent = g_queue_pop_head (&card->sent);
  gst_ks_mutex_unlock (&card->lock);
  return sent;
}

static void
push (KsVulkanCard * card, KsVulkanSent * sent,
    void (*push_to) (GQueue * queue, gpointer sent))
{
  gst_ks_mutex_lock (&card->lock);
  push_to (&card->sent, sent);
  gst_ks_mutex_unlock (&card->lock);
}

static void
sent_clear (KsVulkanCard * card, KsVulkanSent * sent)
{
  g_clear_pointer (&sent->fence, gst_vulkan_fence_unref);
  if (sent->cmd != NULL)
    ks_vulkan_card_give_command_back (card, sent->cmd);
  sent->cmd = NULL;
}

static void
sent_free (KsVulkanCard * card, KsVulkanSent * sent)
{
  sent_clear (card, sent);
  g_free (sent);
}

/* Takes over what is in it, and lets go of what has ended since. Who sends
 * faster than the card works waits here. */
static void
keep (KsVulkanCard * card, const KsVulkanSent * kept)
{
  KsVulkanSent *sent;

  while ((sent = pop_oldest (card)) != NULL) {
    if (is_full (card))
      (void) wait_for (card, sent->fence);
    else if (!gst_vulkan_fence_is_signaled (sent->fence)) {
      push (card, sent, g_queue_push_head);
      break;
    }
    sent_free (card, sent);
  }
  sent = g_new (KsVulkanSent, 1);
  *sent = *kept;
  push (card, sent, g_queue_push_tail);
}

void
ks_vulkan_card_forget_sent (KsVulkanCard * card)
{
  KsVulkanSent *sent;

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
VkResult
ks_vulkan_card_submit (KsVulkanCard * card, KsVulkanSent * sent,
    KsVulkanBlock * later, gboolean fill)
{
  VkSubmitInfo info = {
    .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,.commandBufferCount = 1,
    .pCommandBuffers = sent->cmd != NULL ? &sent->cmd->cmd : NULL,
  };
  VkResult result;

  sent->fence = gst_vulkan_fence_new (card->device, NULL);
  if (sent->fence == NULL)
    return VK_ERROR_OUT_OF_HOST_MEMORY;
  gst_vulkan_queue_submit_lock (card->queue);
  result = vkQueueSubmit (card->queue->queue, sent->cmd != NULL ? 1 : 0, &info,
      GST_VULKAN_FENCE_FENCE (sent->fence));
  if (result == VK_SUCCESS && later != NULL)
    block_use (later, sent->fence, fill);
  gst_vulkan_queue_submit_unlock (card->queue);
  return result;
}

VkResult
ks_vulkan_card_finish (KsVulkanCard * card, KsVulkanSent * sent,
    VkResult result, gboolean later)
{
  if (result == VK_SUCCESS && later) {
    keep (card, sent);
    return result;
  }
  if (result == VK_SUCCESS)
    result = wait_for (card, sent->fence);
  sent_clear (card, sent);
  return result;
}

static VkResult
send_fence (KsVulkanCard * card, KsVulkanBlock * later)
{
  KsVulkanSent sent = { NULL, NULL };
  VkResult result = ks_vulkan_card_submit (card, &sent, later, FALSE);

  return ks_vulkan_card_finish (card, &sent, result, later != NULL);
}

VkResult
ks_vulkan_card_settle (KsVulkanCard * card)
{
  return send_fence (card, NULL);
}

/* Elements let go of a block once they have sent their commands with it, and do
 * not wait for these. */
void
ks_vulkan_card_mark (KsVulkanCard * card, KsVulkanBlock * block)
{
  if (send_fence (card, block) != VK_SUCCESS)
    g_atomic_int_inc (&block->busy);
}
