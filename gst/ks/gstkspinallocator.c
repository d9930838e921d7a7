/* The allocator that a pin was given to take frames from.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspinprivate.h"
#include "gstkslock.h"

/* An element that is READY or lower, and a pad that nothing flows through. */
static gboolean
is_stopped (GstPad * pad)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  GstState state = GST_STATE_NULL;

  if (element) {
    GST_OBJECT_LOCK (element);
    state = GST_STATE (element);
    GST_OBJECT_UNLOCK (element);
  }
  return state <= GST_STATE_READY && !gst_pad_is_active (pad);
}

gboolean
gst_ks_pin_check_stopped (GstKsPin * pin, const gchar * what, GError ** error)
{
  g_autoptr (GstPad) pad = gst_ks_pin_get_pad (pin);

  if (pad == NULL || is_stopped (pad))
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_STATE,
      "%s of %s:%s cannot be set while frames may flow; bring the element to"
      " READY first", what, GST_DEBUG_PAD_NAME (pad));
  return FALSE;
}

/**
 * gst_ks_pin_supports_allocator:
 * @pin: a pin
 *
 * Whether an allocator can be assigned: to source pads. Any thread.
 *
 * KS: the get of KSPROPERTY_STREAM_ALLOCATOR, whose success is the answer; the
 * allocator itself is never told.
 *
 * Returns: %TRUE when gst_ks_pin_set_allocator() is for this pin
 *
 * Since: 0.1
 */
gboolean
gst_ks_pin_supports_allocator (GstKsPin * pin)
{
  g_return_val_if_fail (GST_IS_KS_PIN (pin), FALSE);

  g_autoptr (GstPad) pad = gst_ks_pin_get_pad (pin);
  return pad && GST_PAD_IS_SRC (pad);
}

/**
 * gst_ks_pin_set_allocator:
 * @pin: a pin
 * @allocator: (nullable): where it takes frames from; referenced. %NULL: none
 * @error: %GST_KS_ERROR_STATE while the pad's element is above READY,
 *     %GST_KS_ERROR_NOT_SUPPORTED when the pin takes no frames
 *
 * Assigns an allocator; the reference on the one before is dropped. Any
 * thread.
 *
 * KS: the set of KSPROPERTY_STREAM_ALLOCATOR.
 *
 * Returns: %FALSE with @error, nothing changed, when it cannot be
 *
 * Since: 0.1
 */
gboolean
gst_ks_pin_set_allocator (GstKsPin * pin, GstKsPool * allocator,
    GError ** error)
{
  g_autoptr (GstKsPool) old = NULL;

  g_return_val_if_fail (GST_IS_KS_PIN (pin), FALSE);
  g_return_val_if_fail (allocator == NULL || GST_IS_KS_POOL (allocator), FALSE);

  if (!gst_ks_pin_supports_allocator (pin)) {
    g_autofree gchar *name = gst_ks_pin_name (pin);

    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "%s takes no frames; assign the allocator to the source pad that it is"
        " linked to", name);
    return FALSE;
  }
  if (!gst_ks_pin_check_stopped (pin, "the allocator", error))
    return FALSE;
  gst_ks_mutex_lock (&pin->lock);
  old = pin->allocator;
  pin->allocator = allocator ? gst_object_ref (allocator) : NULL;
  gst_ks_mutex_unlock (&pin->lock);
  return TRUE;
}

/**
 * gst_ks_pin_debug_allocator:
 * @pin: a pin
 *
 * For tests and tools that look into a pin; elements are told what to use by
 * gst_ks_pin_decide(). Any thread.
 *
 * Returns: (transfer full) (nullable): what was assigned
 *
 * Since: 0.1
 */
GstKsPool *
gst_ks_pin_debug_allocator (GstKsPin * pin)
{
  GstKsPool *allocator;

  g_return_val_if_fail (GST_IS_KS_PIN (pin), NULL);

  gst_ks_mutex_lock (&pin->lock);
  allocator = pin->allocator ? gst_object_ref (pin->allocator) : NULL;
  gst_ks_mutex_unlock (&pin->lock);
  return allocator;
}
