/* A pin's own allocator: the four callbacks, seen as a GstAllocator.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An ALLOCATION query wants an allocator before anybody knows whether it will
 * be used. So the pin's is initialised with its first frame: one that is not
 * chosen never is. It holds its callbacks and their context, and the pin only
 * weakly, so its frames may come back when the pin is gone.
 */
#include "gstkspinprivate.h"
#include "gstksdefault.h"
#include "gstkslock.h"
#include "gstkssize.h"

#define GST_CAT_DEFAULT gst_ks_pin_debug

/* States of Card.state, for g_once_init_enter(). */
#define INITIALIZED 1
#define FAILED 2

typedef struct
{
  GstKsPinDispatch dispatch;
  GWeakRef pin;
  gsize state;
  /* written once, before state is */
  GstKsAbiFraming framing;
  gpointer context;
  GError *error;                /* owned; why it failed */
} Card;

static GQuark
card_quark (void)
{
  static GQuark quark;

  if (quark == 0)
    quark = g_quark_from_static_string ("gst-ks-pin-card");
  return quark;
}

static gboolean
call_initialize (Card * card)
{
  g_autoptr (GstKsPin) pin = g_weak_ref_get (&card->pin);

  if (card->dispatch.initialize_allocator == NULL)
    return TRUE;
  if (pin == NULL) {
    g_set_error_literal (&card->error, GST_KS_ERROR, GST_KS_ERROR_STATE,
        "the pad that brought the allocator is gone, so it cannot be"
        " initialised any more; negotiate anew");
    return FALSE;
  }
  if (card->dispatch.initialize_allocator (pin, &card->framing, &card->context,
          &card->error))
    return TRUE;
  if (card->error == NULL)
    g_set_error_literal (&card->error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "the pin's allocator failed to initialise and did not say why");
  return FALSE;
}

/* Frames are all of one size: what is known now is what they will have. */
static gboolean
card_initialize (Card * card, gsize size, gsize align)
{
  if (g_once_init_enter (&card->state)) {
    gsize mask = gst_ks_align_to_mask (align);

    card->framing.frame_size = MAX (card->framing.frame_size, size);
    card->framing.file_alignment = MAX (card->framing.file_alignment, mask);
    gboolean good = call_initialize (card);
    if (!good)
      GST_WARNING ("an allocator that was chosen failed to initialise: %s",
          card->error->message);
    GST_KS_RELEASE (card);
    g_once_init_leave (&card->state, good ? INITIALIZED : FAILED);
  }
  GST_KS_ACQUIRE (card);
  return card->state == INITIALIZED;
}

static gpointer
card_acquire (gsize size, gsize align, gpointer user_data)
{
  Card *card = user_data;

  if (size > G_MAXUINT32 || !card_initialize (card, size, align)
      || size > card->framing.frame_size
      || gst_ks_align_to_mask (align) > card->framing.file_alignment)
    return NULL;
  return card->dispatch.allocate (card->context);
}

static void
card_release (gpointer data, gsize size, gpointer user_data)
{
  Card *card = user_data;

  card->dispatch.free (card->context, data);
}

static void
card_destroy (gpointer user_data)
{
  Card *card = user_data;

  GST_KS_ACQUIRE (card);
  if (card->state == INITIALIZED && card->dispatch.delete_allocator)
    card->dispatch.delete_allocator (card->context);
  g_clear_error (&card->error);
  g_weak_ref_clear (&card->pin);
  g_free (card);
}

/* An allocator over @dispatch that is not initialised. @framing: what its
 * frames have at least. */
GstAllocator *
gst_ks_pin_dispatch_new (GstKsPin * pin, const GstKsPinDispatch * dispatch,
    const GstKsAbiFraming * framing, GError ** error)
{
  static const GstKsExternal functions = {
    card_acquire, card_release, card_destroy
  };
  Card *card = g_new0 (Card, 1);
  GstAllocator *allocator;

  card->dispatch = *dispatch;
  card->framing = *framing;
  g_weak_ref_init (&card->pin, pin);
  allocator = gst_ks_allocator_new_external (&functions, card, error);
  if (allocator)
    g_object_set_qdata (G_OBJECT (allocator), card_quark (), card);
  else
    card_destroy (card);
  return allocator;
}

/* Initialises what gst_ks_pin_dispatch_new() made. */
gboolean
gst_ks_pin_dispatch_initialize (GstAllocator * allocator, GError ** error)
{
  Card *card = g_object_get_qdata (G_OBJECT (allocator), card_quark ());

  if (card_initialize (card, card->framing.frame_size, 1))
    return TRUE;
  g_propagate_error (error, g_error_copy (card->error));
  return FALSE;
}

/**
 * gst_ks_pin_set_dispatch: (skip)
 * @pin: a pin of the caller's own
 * @dispatch: (nullable): how its own allocator makes frames, static; %NULL: it
 *     brings none
 *
 * Says that the pin brings an allocator. Whether it is chosen is decided with
 * the other side. Of the framing, the first item with the flag can-allocate or
 * must-allocate, else the first, is what it makes. Any thread; what is made
 * later uses it.
 *
 * KS: the Allocator of KSPIN_DISPATCH.
 *
 * Since: 0.9
 */
void
gst_ks_pin_set_dispatch (GstKsPin * pin, const GstKsPinDispatch * dispatch)
{
  g_return_if_fail (GST_IS_KS_PIN (pin));
  g_return_if_fail (dispatch == NULL || (dispatch->allocate && dispatch->free));

  gst_ks_mutex_lock (&pin->lock);
  pin->dispatch = dispatch;
  gst_ks_mutex_unlock (&pin->lock);
}

/* --- the create request --- */

typedef struct
{
  GstKsPin *pin;
  const GstKsPinDispatch *dispatch;
} Request;

static gboolean
request_initialize (gpointer initialize_context, GstKsAbiFraming framing,
    gpointer * context, GError ** error)
{
  Request *request = initialize_context;

  *context = NULL;
  return request->dispatch->initialize_allocator == NULL
      || request->dispatch->initialize_allocator (request->pin, &framing,
      context, error);
}

/**
 * gst_ks_pin_create_allocator:
 * @pin: a pin; in KS it is the sink's
 * @framing: of the allocator: options, pool type, frames, size, alignment
 * @error: as gst_ks_default_allocator_new(), or what the pin's own failed with
 *
 * Makes an allocator on the pin: one of its own if it brings one, which is
 * initialised at once, otherwise the default one. It is configured and has yet
 * to be activated; gst_ks_pin_set_allocator() gives it to a source pad. Any
 * thread.
 *
 * KS: KsCreateAllocator, with the handle of the sink pin.
 *
 * Returns: (transfer full) (nullable): the allocator, or %NULL with @error,
 *     nothing made
 *
 * Since: 0.9
 */
GstKsPool *
gst_ks_pin_create_allocator (GstKsPin * pin, const GstKsAbiFraming * framing,
    GError ** error)
{
  g_return_val_if_fail (GST_IS_KS_PIN (pin), NULL);
  g_return_val_if_fail (framing != NULL, NULL);

  Request request = {.pin = pin };
  gst_ks_mutex_lock (&pin->lock);
  request.dispatch = pin->dispatch;
  gst_ks_mutex_unlock (&pin->lock);
  if (request.dispatch == NULL)
    return gst_ks_default_allocator_new (framing, NULL, NULL, error);

  GstKsDefaultCallbacks callbacks = {
    request_initialize, request.dispatch->allocate, request.dispatch->free,
    request.dispatch->delete_allocator
  };
  return gst_ks_default_allocator_new (framing, &callbacks, &request, error);
}
