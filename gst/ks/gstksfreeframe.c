/* GstKsFreeFrame: tells whoever listens that a frame came back.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A source counts the returns and is woken by a descriptor of its own; its
 * dispatch first takes the wakeup back and then the count, so that a return in
 * between is either in this count or wakes the source once more. Several
 * returns may be one dispatch, but no return is in none. Only the first of them
 * wakes the source.
 *
 * A thread that returns a frame calls nothing of GLib's for a source, not even
 * to hold or drop a reference: all of that looks at the source's context, which
 * its owner may be about to free. So sources are listed without a reference,
 * take themselves off the list when they are finalized, and are told by the
 * descriptor that the pool is closed. The lock is innermost: nothing is called
 * with it held. */

#include "gstkspool.h"
#include "gstksfreeframe.h"
#include "gstkslock.h"

#include <sys/eventfd.h>
#include <unistd.h>

typedef struct
{
  GSource parent;
  GstKsFreeFrame *owner;        /* owned */
  gint fd;                      /* owned; an eventfd */
  guint n_returns;              /* atomic; since the last dispatch */
  gboolean one_shot;            /* constant */
  gint ended;                   /* atomic; the pool is closed */
} FreeFrameSource;

/* The lock is held. */
static void
count_listeners (GstKsFreeFrame * self)
{
  gint n = self->sources->len + (g_atomic_int_get (&self->emitting) ? 1 : 0);

  __atomic_store_n (&self->n_listeners, self->closed ? 0 : n, __ATOMIC_SEQ_CST);
}

static void
source_unlist (FreeFrameSource * self)
{
  GstKsFreeFrame *owner = self->owner;

  gst_ks_mutex_lock (&owner->lock);
  (void) g_ptr_array_remove_fast (owner->sources, self);
  count_listeners (owner);
  gst_ks_mutex_unlock (&owner->lock);
}

static void
source_wake (FreeFrameSource * self)
{
  const guint64 one = 1;
  gssize written = write (self->fd, &one, sizeof (one));

  /* It fails when the count is at its end; then it is readable as well. */
  (void) written;
}

/* Its context destroys it, whenever it is attached. */
static void
source_end (FreeFrameSource * self)
{
  g_atomic_int_set (&self->ended, TRUE);
  source_wake (self);
}

static gboolean
free_frame_dispatch (GSource * source, GSourceFunc callback, gpointer user_data)
{
  FreeFrameSource *self = (FreeFrameSource *) source;
  GstKsFreeFrameFunc func = (GstKsFreeFrameFunc) (void (*)(void)) callback;
  guint64 count;
  gssize taken = read (self->fd, &count, sizeof (count));
  guint n_returns = __atomic_exchange_n (&self->n_returns, 0, __ATOMIC_SEQ_CST);

  (void) taken;
  if (g_atomic_int_get (&self->ended))
    return G_SOURCE_REMOVE;
  if (n_returns == 0 || func == NULL)
    return G_SOURCE_CONTINUE;
  if (func (n_returns, user_data) && !self->one_shot)
    return G_SOURCE_CONTINUE;
  source_unlist (self);
  return G_SOURCE_REMOVE;
}

static void
free_frame_finalize (GSource * source)
{
  FreeFrameSource *self = (FreeFrameSource *) source;

  source_unlist (self);
  gst_ks_free_frame_unref (self->owner);
  (void) close (self->fd);
}

static GSourceFuncs free_frame_funcs = {
  .dispatch = free_frame_dispatch,.finalize = free_frame_finalize
};

GstKsFreeFrame *
gst_ks_free_frame_new (GObject * emitter, guint signal)
{
  GstKsFreeFrame *self = g_new0 (GstKsFreeFrame, 1);

  g_atomic_ref_count_init (&self->refs);
  g_weak_ref_init (&self->emitter, emitter);
  self->signal = signal;
  g_mutex_init (&self->lock);
  self->sources = g_ptr_array_new ();
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

/* NULL: the process has no descriptor left. */
GSource *
gst_ks_free_frame_add_source (GstKsFreeFrame * self, gboolean one_shot)
{
  gint fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  FreeFrameSource *source;
  GSource *parent;

  if (fd < 0)
    return NULL;
  parent = g_source_new (&free_frame_funcs, sizeof (FreeFrameSource));
  source = (FreeFrameSource *) parent;
  source->owner = gst_ks_free_frame_ref (self);
  source->fd = fd;
  source->one_shot = one_shot;
  g_source_add_unix_fd (parent, fd, G_IO_IN);
  g_source_set_static_name (parent, "ks-free-frame");
  gst_ks_mutex_lock (&self->lock);
  if (self->closed)
    source_end (source);
  else
    g_ptr_array_add (self->sources, source);
  count_listeners (self);
  gst_ks_mutex_unlock (&self->lock);
  return parent;
}

void
gst_ks_free_frame_close (GstKsFreeFrame * self)
{
  gst_ks_mutex_lock (&self->lock);
  self->closed = TRUE;
  for (guint i = 0; i < self->sources->len; i++)
    source_end (g_ptr_array_index (self->sources, i));
  g_ptr_array_set_size (self->sources, 0);
  count_listeners (self);
  gst_ks_mutex_unlock (&self->lock);
}

static void
tell_sources (GstKsFreeFrame * self)
{
  gst_ks_mutex_lock (&self->lock);
  for (guint i = 0; i < self->sources->len; i++) {
    FreeFrameSource *source = g_ptr_array_index (self->sources, i);

    if (__atomic_fetch_add (&source->n_returns, 1, __ATOMIC_SEQ_CST) == 0)
      source_wake (source);
  }
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
