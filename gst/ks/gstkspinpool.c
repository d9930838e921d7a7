/* What a negotiator asks of a pin: which memory it brings, and whether it makes the pool.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspinprivate.h"
#include "gstkslock.h"

/**
 * gst_ks_pin_set_make_pool: (skip)
 * @pin: a pin of the caller's own
 * @make_pool: (nullable): makes the pool of a plan; %NULL: whoever plans does
 *
 * Has the pin's element make the pool of the segment that the pin is in: one
 * that counts frames on the element's account, or has its own ways at the cap.
 * Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_pin_set_make_pool (GstKsPin * pin, GstKsPinMakePool make_pool)
{
  g_return_if_fail (GST_IS_KS_PIN (pin));

  gst_ks_mutex_lock (&pin->lock);
  pin->make_pool = make_pool;
  gst_ks_mutex_unlock (&pin->lock);
}

gboolean
gst_ks_pin_makes_pool (GstKsPin * pin)
{
  gboolean makes;

  gst_ks_mutex_lock (&pin->lock);
  makes = pin->make_pool != NULL;
  gst_ks_mutex_unlock (&pin->lock);
  return makes;
}

GstBufferPool *
gst_ks_pin_make_pool (GstKsPin * pin, GstAllocator * allocator,
    const GstKsFraming * framing, GstQuery * query, GError ** error)
{
  GstKsPinMakePool make_pool;

  gst_ks_mutex_lock (&pin->lock);
  make_pool = pin->make_pool;
  gst_ks_mutex_unlock (&pin->lock);
  if (make_pool)
    return make_pool (pin, allocator, framing, query, error);
  return GST_BUFFER_POOL (gst_ks_pool_new (allocator, framing, NULL));
}

gboolean
gst_ks_pin_has_flag (GstKsPin * pin, GstKsPinFlags flag)
{
  gboolean has;

  gst_ks_mutex_lock (&pin->lock);
  has = (pin->settings.flags & flag) != 0;
  gst_ks_mutex_unlock (&pin->lock);
  return has;
}

/* The kind that the pin's own allocator makes, interned; NULL: it brings none. */
const gchar *
gst_ks_pin_own_kind (GstKsPin * pin)
{
  g_autoptr (GstKsFraming) framing = gst_ks_pin_get_framing (pin);
  gboolean brings;

  gst_ks_mutex_lock (&pin->lock);
  brings = pin->dispatch != NULL;
  gst_ks_mutex_unlock (&pin->lock);
  if (!brings || framing == NULL || gst_ks_framing_get_n_items (framing) == 0)
    return NULL;
  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++) {
    const GstKsFramingItem *item = gst_ks_framing_peek_item (framing, i);

    if (item->flags & (GST_KS_FRAMING_FLAG_CAN_ALLOCATE
            | GST_KS_FRAMING_FLAG_MUST_ALLOCATE))
      return item->memory;
  }
  return gst_ks_framing_peek_item (framing, 0)->memory;
}
