/* Makes frames as an answer to the ALLOCATION query says: a pool, or one by one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstkspoolsetup.h"

gboolean
ks_pool_configure (GstBufferPool * pool, GstAllocator * allocator,
    GstKsQueryOffer * offer, GstCaps * caps, gboolean video_meta)
{
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstAllocationParams params;
  guint size;

  gst_allocation_params_init (&params);
  params.flags = offer->flags;
  params.align = gst_ks_align_to_mask (offer->align);
  params.prefix = offer->prefix;
  params.padding = offer->padding;
  gst_buffer_pool_config_set_params (config, caps, offer->size, offer->min,
      offer->cap);
  gst_buffer_pool_config_set_allocator (config, allocator, &params);
  if (video_meta)
    gst_buffer_pool_config_add_option (config,
        GST_BUFFER_POOL_OPTION_VIDEO_META);
  if (!gst_buffer_pool_set_config (pool, config))
    return FALSE;

  config = gst_buffer_pool_get_config (pool);
  gst_buffer_pool_config_get_params (config, NULL, &size, NULL, NULL);
  gst_structure_free (config);
  offer->size = size;
  return TRUE;
}

static void
returned (gpointer account)
{
  gst_ks_account_take_back (account);
  gst_ks_account_unref (account);
}

GstMemory *
ks_memory_new (GstAllocator * allocator, const GstKsQueryOffer * offer,
    gsize size, GstKsZero zero, GstKsAccount * account, GError ** error)
{
  GstKsRequest request = {
    .size = size,
    .align = offer->align,
    .prefix = offer->prefix,
    .padding = offer->padding,
    .zero = zero,
    .account = account,
    .returned = returned,
    .returned_data = gst_ks_account_ref (account),
  };
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &request, error);

  if (memory)
    gst_ks_account_hand_out (account, gst_ks_memory_is_reused (memory));
  else
    gst_ks_account_unref (account);
  return memory;
}

/* The pool is not ours alone: it may be idle by now, or gone, and an upstream
 * that was unlinked goes on with it elsewhere, where our cap is nobody's wish.
 * An upstream that waits in the middle of its own work cannot be woken by
 * anybody else, and cannot stop or seek until it is. */
void
ks_offered_set_flushing (GWeakRef * offered, GstPad * pad, gboolean flushing,
    gboolean alone)
{
  g_autoptr (GstBufferPool) pool = g_weak_ref_get (offered);

  if (pool == NULL || !gst_buffer_pool_is_active (pool))
    return;
  if (alone && gst_pad_is_linked (pad))
    gst_buffer_pool_set_flushing (pool, flushing);
  else
    gst_ks_pool_lift_cap (GST_KS_POOL (pool));
}
