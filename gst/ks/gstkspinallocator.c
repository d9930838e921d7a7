/* The allocator that a pin was given to take frames from.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspinprivate.h"
#include "gstkslock.h"

/* An element that is READY or lower and not on its way up, and a pad that
 * nothing flows through. */
static gboolean
is_stopped (GstPad * pad)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  GstState state = GST_STATE_NULL;

  if (element) {
    GST_OBJECT_LOCK (element);
    state = MAX (GST_STATE (element), GST_STATE_NEXT (element));
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
 * Whether an allocator can be assigned: to source pads, and to pads that bring
 * one. Any thread.
 *
 * KS: the get of KSPROPERTY_STREAM_ALLOCATOR, whose success is the answer; the
 * allocator itself is never told.
 *
 * Returns: %TRUE when gst_ks_pin_set_allocator() is for this pin
 *
 * Since: 0.9
 */
gboolean
gst_ks_pin_supports_allocator (GstKsPin * pin)
{
  g_return_val_if_fail (GST_IS_KS_PIN (pin), FALSE);

  g_autoptr (GstPad) pad = gst_ks_pin_get_pad (pin);
  gboolean supports = pad && GST_PAD_IS_SRC (pad);

  gst_ks_mutex_lock (&pin->lock);
  supports |= pad && pin->dispatch;
  gst_ks_mutex_unlock (&pin->lock);
  return supports;
}

/**
 * gst_ks_pin_set_allocator:
 * @pin: a pin
 * @allocator: (nullable): where it takes frames from; referenced. %NULL: none
 * @error: %GST_KS_ERROR_STATE while the pad's element is above READY,
 *     %GST_KS_ERROR_NOT_SUPPORTED when the pin takes no frames
 *
 * Assigns an allocator; the reference on the one before is dropped. Frames come
 * from it where the element asks gst_ks_pin_decide() where to take them, and
 * gst_ks_pin_acquire() activates it; an element that knows nothing of pins goes
 * on as before. Any thread.
 *
 * KS: the set of KSPROPERTY_STREAM_ALLOCATOR.
 *
 * Returns: %FALSE with @error, nothing changed, when it cannot be
 *
 * Since: 0.9
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
 * Since: 0.9
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

/* --- the order in which they start --- */

/* The pins that one thread is acquiring, each for the one before it. */
typedef struct _Path Path;

struct _Path
{
  GstKsPin *pin;                /* borrowed */
  const Path *before;           /* NULL: the caller's */
};

static gboolean acquire_pin (GstKsPin * pin, const Path * before,
    GError ** error);

static gboolean
is_on_path (const Path * path, const GstKsPin * pin)
{
  while (path && path->pin != pin)
    path = path->before;
  return path != NULL;
}

static gboolean
wants_ordering (GstKsPin * pin)
{
  gboolean ordering;

  gst_ks_mutex_lock (&pin->lock);
  ordering = pin->settings.acquire_ordering;
  gst_ks_mutex_unlock (&pin->lock);
  return ordering;
}

static gboolean
activate (GstKsPin * pin, GError ** error)
{
  g_autoptr (GstKsPool) allocator = gst_ks_pin_debug_allocator (pin);

  if (allocator == NULL
      || gst_buffer_pool_set_active (GST_BUFFER_POOL (allocator), TRUE))
    return TRUE;
  g_autofree gchar *name = gst_ks_pin_name (pin);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_STATE,
      "the allocator that %s was given cannot be activated; configure it first",
      name);
  return FALSE;
}

typedef struct
{
  const Path *path;
  gboolean good;
  GError **error;
} Acquire;

static void
acquire_other (const GValue * item, gpointer user_data)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (g_value_get_object (item), FALSE);
  Acquire *acquire = user_data;

  if (pin && acquire->good)
    acquire->good = acquire_pin (pin, acquire->path, acquire->error);
}

/* A source's sink, a sink's element's other pads if it asks for it. */
static gboolean
acquire_before (GstPad * pad, const Path * path, GError ** error)
{
  Acquire acquire = { path, TRUE, error };

  if (GST_PAD_IS_SRC (pad)) {
    g_autoptr (GstPad) peer = gst_ks_pin_find_peer (pad);
    g_autoptr (GstKsPin) pin = peer ? gst_ks_pin_get (peer, FALSE) : NULL;

    return pin == NULL || acquire_pin (pin, path, error);
  }
  GstIterator *links = wants_ordering (path->pin)
      ? gst_pad_iterate_internal_links (pad) : NULL;
  if (links == NULL)
    return TRUE;
  while (gst_iterator_foreach (links, acquire_other, &acquire)
      == GST_ITERATOR_RESYNC)
    gst_iterator_resync (links);
  gst_iterator_free (links);
  return acquire.good;
}

static gboolean
acquire_pin (GstKsPin * pin, const Path * before, GError ** error)
{
  g_autoptr (GstPad) pad = gst_ks_pin_get_pad (pin);
  Path path = { pin, before };

  if (pad == NULL || is_on_path (before, pin))
    return TRUE;
  if (!acquire_before (pad, &path, error) || !activate (pin, error))
    return FALSE;
  gst_ks_pin_say_acquired (pin);
  return TRUE;
}

/**
 * gst_ks_pin_acquire:
 * @pin: a pin
 * @error: why an allocator could not be activated
 *
 * Activates the allocator that the pin was given, but first whatever has to
 * come before: of a source pad, the pin that it is linked to; of a sink pad
 * with the property acquire-ordering, the other pads of its element. For
 * change_state functions, from READY to PAUSED. Any thread; where several
 * acquire the same pins, each comes back when what it asked for is active.
 *
 * KS: the transition to KSSTATE_ACQUIRE, and KsPropagateAcquire.
 *
 * Returns: %FALSE with @error when something could not be activated; what was
 *     activated before stays so
 *
 * Since: 0.9
 */
gboolean
gst_ks_pin_acquire (GstKsPin * pin, GError ** error)
{
  g_return_val_if_fail (GST_IS_KS_PIN (pin), FALSE);

  return acquire_pin (pin, NULL, error);
}
