/* Frames that are the element's own: they go through the pipe and come back to it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspinprivate.h"
#include "gstkslock.h"

/* A frame on its way. Two hold it, the memory and whoever pushes: the last one
 * knows both that nobody has the frame and what became of the push. */
typedef struct
{
  gatomicrefcount holders;
  GstKsPinFrame frame;
  GstKsPinInjection injection;
  GstFlowReturn status;         /* written by the pusher, before it lets go */
} Flight;

static void
flight_let_go (gpointer data)
{
  Flight *flight = data;

  GST_KS_RELEASE (flight);
  if (!g_atomic_ref_count_dec (&flight->holders))
    return;
  GST_KS_ACQUIRE (flight);
  flight->injection.returned (&flight->frame, flight->status,
      flight->injection.user_data);
  g_free (flight);
}

static gboolean
flags_of (GstKsPin * pin, GstKsPinInjection * injection)
{
  gboolean read_only;

  gst_ks_mutex_lock (&pin->lock);
  *injection = pin->injection;
  read_only = (pin->settings.flags & GST_KS_PIN_FLAG_READ_ONLY) != 0;
  gst_ks_mutex_unlock (&pin->lock);
  return read_only;
}

/**
 * gst_ks_pin_set_injection: (skip)
 * @pin: of a source pad
 * @returned: (nullable): told of each frame that comes back; %NULL: frames are
 *     allocated again
 * @user_data: for @returned; has to be there until the last frame is back
 * @error: %GST_KS_ERROR_STATE while the pad's element is above READY,
 *     %GST_KS_ERROR_NOT_SUPPORTED for a sink pad
 *
 * Says that the element brings frames of its own, by gst_ks_pin_inject(): no
 * allocator is asked for any then. Any thread.
 *
 * KS: injection mode, KsPinRegisterFrameReturnCallback.
 *
 * Returns: %FALSE with @error, nothing changed, when it cannot be
 *
 * Since: 0.9
 */
gboolean
gst_ks_pin_set_injection (GstKsPin * pin, GstKsPinFrameReturn returned,
    gpointer user_data, GError ** error)
{
  g_return_val_if_fail (GST_IS_KS_PIN (pin), FALSE);

  g_autoptr (GstPad) pad = gst_ks_pin_get_pad (pin);
  if (pad == NULL || !GST_PAD_IS_SRC (pad)) {
    g_autofree gchar *name = gst_ks_pin_name (pin);

    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "%s pushes nothing, so nothing can be injected there; use a source"
        " pad", name);
    return FALSE;
  }
  if (!gst_ks_pin_check_stopped (pin, "injection", error))
    return FALSE;
  gst_ks_mutex_lock (&pin->lock);
  pin->injection = (GstKsPinInjection) {
  returned, user_data};
  gst_ks_mutex_unlock (&pin->lock);
  return TRUE;
}

/**
 * gst_ks_pin_inject: (skip)
 * @pin: a pin in injection mode
 * @frame: a frame of the caller's; the struct is copied
 *
 * Pushes a frame of the caller's own. When nobody holds it any more, which may
 * be before this returns, the pin's function is called, once, with what is
 * returned here. From the thread that streams the pad.
 *
 * Returns: what the push gave; %GST_FLOW_NOT_SUPPORTED, the function not
 *     called, when the pin is not in injection mode or its pad is gone
 *
 * Since: 0.9
 */
GstFlowReturn
gst_ks_pin_inject (GstKsPin * pin, const GstKsPinFrame * frame)
{
  g_return_val_if_fail (GST_IS_KS_PIN (pin), GST_FLOW_ERROR);
  g_return_val_if_fail (frame != NULL && frame->data != NULL, GST_FLOW_ERROR);
  g_return_val_if_fail (frame->used <= frame->size, GST_FLOW_ERROR);

  g_autoptr (GstPad) pad = gst_ks_pin_get_pad (pin);
  GstKsPinInjection injection;
  gboolean read_only = flags_of (pin, &injection);
  GstBuffer *buffer;
  GstFlowReturn status;

  if (pad == NULL || injection.returned == NULL)
    return GST_FLOW_NOT_SUPPORTED;
  Flight *flight = g_new (Flight, 1);
  *flight = (Flight) {
  .frame = *frame,.injection = injection,};
  g_atomic_ref_count_init (&flight->holders);
  g_atomic_ref_count_inc (&flight->holders);
  buffer = gst_buffer_new_wrapped_full (read_only ? GST_MEMORY_FLAG_READONLY
      : 0, frame->data, frame->size, 0, frame->used, flight, flight_let_go);
  GST_BUFFER_PTS (buffer) = frame->pts;
  GST_BUFFER_DURATION (buffer) = frame->duration;
  status = gst_pad_push (pad, buffer);
  flight->status = status;
  flight_let_go (flight);
  return status;
}

static GstMemory *
seal_memory (GstMemory * memory)
{
  GstMemory *sealed = NULL;

  if (!GST_MEMORY_IS_NO_SHARE (memory))
    sealed = gst_memory_share (memory, 0, -1);
  if (sealed == NULL)
    sealed = gst_memory_copy (memory, 0, -1);
  if (sealed)
    GST_MINI_OBJECT_FLAG_SET (sealed, GST_MEMORY_FLAG_READONLY);
  return sealed;
}

/**
 * gst_ks_pin_seal:
 * @pin: of a source pad
 * @buffer: (transfer full): a frame that was filled
 *
 * Call it before a frame is pushed: with the pin's flag read-only whoever gets
 * it can only read it, and has to copy before changing anything. The frame is
 * back when the last one of them lets go. Memory that cannot be shared, or is
 * mapped for writing still, is copied. From the thread that streams the pad.
 *
 * Returns: (transfer full) (nullable): @buffer without the flag, else one that
 *     shares its memory; %NULL when that can neither be shared nor copied
 *
 * Since: 0.9
 */
GstBuffer *
gst_ks_pin_seal (GstKsPin * pin, GstBuffer * buffer)
{
  g_return_val_if_fail (GST_IS_KS_PIN (pin), buffer);
  g_return_val_if_fail (GST_IS_BUFFER (buffer), buffer);

  GstKsPinInjection injection;
  GstBuffer *sealed;

  if (!flags_of (pin, &injection))
    return buffer;
  sealed = gst_buffer_new ();
  gst_buffer_copy_into (sealed, buffer, GST_BUFFER_COPY_METADATA, 0, -1);
  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++) {
    GstMemory *memory = seal_memory (gst_buffer_peek_memory (buffer, i));

    if (memory == NULL) {
      gst_clear_buffer (&sealed);
      break;
    }
    gst_buffer_append_memory (sealed, memory);
  }
  gst_buffer_unref (buffer);
  return sealed;
}
