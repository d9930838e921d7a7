/* GstKsFreeFrame: tells whoever listens that a frame came back.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A source counts the returns and makes itself ready; its dispatch first takes
 * the readiness back and then the count, so that a return in between is either
 * in this count or makes the source ready once more. Several returns may be
 * one dispatch, but no return is in none. Only the first of them makes the
 * source ready.
 *
 * The lock is held while a source is made ready, which takes the lock of the
 * source's context; GLib never calls us with that one held. */

#include "gstkspool.h"
#include "gstksfreeframe.h"
#include "gstkslock.h"

typedef struct
{
  GSource parent;
  guint n_returns;              /* atomic; since the last dispatch */
  gboolean one_shot;            /* constant */
} FreeFrameSource;

static gboolean
free_frame_dispatch (GSource * source, GSourceFunc callback, gpointer user_data)
{
  FreeFrameSource *self = (FreeFrameSource *) source;
  GstKsFreeFrameFunc func = (GstKsFreeFrameFunc) (void (*)(void)) callback;
  guint n_returns;

  g_source_set_ready_time (source, -1);
  n_returns = __atomic_exchange_n (&self->n_returns, 0, __ATOMIC_SEQ_CST);
  if (n_returns == 0 || func == NULL)
    return G_SOURCE_CONTINUE;
  return func (n_returns, user_data) && !self->one_shot;
}

static GSourceFuncs free_frame_funcs = {.dispatch = free_frame_dispatch };

GstKsFreeFrame *
gst_ks_free_frame_new (GObject * emitter, guint signal)
{
  GstKsFreeFrame *self = g_new0 (GstKsFreeFrame, 1);

  g_atomic_ref_count_init (&self->refs);
  g_weak_ref_init (&self->emitter, emitter);
  self->signal = signal;
  g_mutex_init (&self->lock);
  self->sources =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_source_unref);
  return self;
}

GstKsFreeFrame *
gst_ks_free_frame_ref (GstKsFreeFrame * self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
gst_ks_free_frame_unref (GstKsFreeFrame * self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_ptr_array_unref (self->sources);
  g_weak_ref_clear (&self->emitter);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* The lock is held. */
static void
count_listeners (GstKsFreeFrame * self)
{
  gint n = self->sources->len + (g_atomic_int_get (&self->emitting) ? 1 : 0);

  __atomic_store_n (&self->n_listeners, self->closed ? 0 : n, __ATOMIC_SEQ_CST);
}

void
gst_ks_free_frame_set_emitting (GstKsFreeFrame * self, gboolean emitting)
{
  gst_ks_mutex_lock (&self->lock);
  g_atomic_int_set (&self->emitting, emitting);
  count_listeners (self);
  gst_ks_mutex_unlock (&self->lock);
}

gboolean
gst_ks_free_frame_is_emitting (GstKsFreeFrame * self)
{
  return g_atomic_int_get (&self->emitting);
}

GSource *
gst_ks_free_frame_add_source (GstKsFreeFrame * self, gboolean one_shot)
{
  GSource *source = g_source_new (&free_frame_funcs, sizeof (FreeFrameSource));

  ((FreeFrameSource *) source)->one_shot = one_shot;
  g_source_set_static_name (source, "ks-free-frame");
  gst_ks_mutex_lock (&self->lock);
  if (self->closed)
    g_source_destroy (source);
  else
    g_ptr_array_add (self->sources, g_source_ref (source));
  count_listeners (self);
  gst_ks_mutex_unlock (&self->lock);
  return source;
}

/* What is destroyed runs code of its owner, so not under the lock. */
void
gst_ks_free_frame_close (GstKsFreeFrame * self)
{
  g_autoptr (GPtrArray) sources = NULL;

  gst_ks_mutex_lock (&self->lock);
  self->closed = TRUE;
  sources = g_steal_pointer (&self->sources);
  self->sources =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_source_unref);
  count_listeners (self);
  gst_ks_mutex_unlock (&self->lock);

  for (guint i = 0; i < sources->len; i++)
    g_source_destroy (g_ptr_array_index (sources, i));
}

static void
tell_sources (GstKsFreeFrame * self)
{
  gst_ks_mutex_lock (&self->lock);
  for (guint i = self->sources->len; i > 0; i--) {
    FreeFrameSource *source = g_ptr_array_index (self->sources, i - 1);

    if (g_source_is_destroyed (&source->parent)) {
      g_ptr_array_remove_index_fast (self->sources, i - 1);
      continue;
    }
    if (__atomic_fetch_add (&source->n_returns, 1, __ATOMIC_SEQ_CST) == 0)
      g_source_set_ready_time (&source->parent, 0);
  }
  count_listeners (self);
  gst_ks_mutex_unlock (&self->lock);
}

void
gst_ks_free_frame_tell (GstKsFreeFrame * self)
{
  g_autoptr (GObject) emitter = NULL;

  tell_sources (self);
  if (!g_atomic_int_get (&self->emitting))
    return;
  emitter = g_weak_ref_get (&self->emitter);
  if (emitter)
    g_signal_emit (emitter, self->signal, 0);
}
