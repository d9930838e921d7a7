/* GstKsKeepers: who keeps idle memory outside the store and can be asked for it.
 *
 * A keeper lets go of buffers, and whatever others have hung on these runs
 * their code: it may allocate, trim, or start and stop pools. So keepers are
 * called without the lock. Whoever removes one waits until it has returned,
 * unless it is that keeper's own doing.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkskeepers.h"
#include "gstkslock.h"

typedef struct
{
  guint id;                     /* they stand in the order of their ids */
  GstKsKeeperFunc let_go;
  gpointer user_data;
  GThread *caller;              /* NULL: it is not running; else just to compare */
} Keeper;

void
gst_ks_keepers_init (GstKsKeepers * self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->returned);
  self->all = g_array_new (FALSE, FALSE, sizeof (Keeper));
  self->last_id = 0;
  self->waiting = 0;
}

void
gst_ks_keepers_clear (GstKsKeepers * self)
{
  g_array_unref (self->all);
  g_cond_clear (&self->returned);
  g_mutex_clear (&self->lock);
}

guint
gst_ks_keepers_add (GstKsKeepers * self, GstKsKeeperFunc let_go,
    gpointer user_data)
{
  Keeper keeper = { 0, let_go, user_data, NULL };

  gst_ks_mutex_lock (&self->lock);
  keeper.id = ++self->last_id;
  g_array_append_val (self->all, keeper);
  gst_ks_mutex_unlock (&self->lock);
  return keeper.id;
}

/* With the lock, as the next two. Each active pool is a keeper, and one trim asks
 * them all in turn: walking to the next would cost the square of their number. */
static Keeper *
keeper_after (GstKsKeepers * self, guint id)
{
  guint from = 0, to = self->all->len;

  while (from < to) {
    guint middle = from + (to - from) / 2;

    if (g_array_index (self->all, Keeper, middle).id > id)
      to = middle;
    else
      from = middle + 1;
  }
  return from < self->all->len ? &g_array_index (self->all, Keeper,
      from) : NULL;
}

static Keeper *
keeper_find (GstKsKeepers * self, guint id)
{
  Keeper *keeper = keeper_after (self, id - 1);

  return keeper != NULL && keeper->id == id ? keeper : NULL;
}

/* Lets the lock go until one has returned. */
static void
wait_for_return (GstKsKeepers * self)
{
  self->waiting++;
  gst_ks_cond_wait (&self->returned, &self->lock);
  self->waiting--;
}

void
gst_ks_keepers_remove (GstKsKeepers * self, guint id)
{
  Keeper *keeper;

  gst_ks_mutex_lock (&self->lock);
  while ((keeper = keeper_find (self, id)) != NULL && keeper->caller != NULL
      && keeper->caller != g_thread_self ())
    wait_for_return (self);
  if (keeper != NULL)
    g_array_remove_index (self->all, keeper - (Keeper *) self->all->data);
  gst_ks_mutex_unlock (&self->lock);
}

/* With the lock, which is let go meanwhile. */
static void
keeper_run (GstKsKeepers * self, Keeper * keeper)
{
  Keeper running = *keeper;

  keeper->caller = g_thread_self ();
  gst_ks_mutex_unlock (&self->lock);
  running.let_go (running.user_data);
  gst_ks_mutex_lock (&self->lock);
  keeper = keeper_find (self, running.id);
  if (keeper != NULL)
    keeper->caller = NULL;
  if (self->waiting > 0)
    g_cond_broadcast (&self->returned);
}

/* What another thread is asking for already is waited for, so that it is back
 * when this returns; but not by somebody who was called by a keeper, and for
 * whom others may be waiting. */
void
gst_ks_keepers_call (GstKsKeepers * self)
{
  static __thread guint nested;
  guint id = 0;
  Keeper *keeper;

  gst_ks_mutex_lock (&self->lock);
  while ((keeper = keeper_after (self, id)) != NULL) {
    if (keeper->caller != NULL && nested == 0) {
      wait_for_return (self);
      continue;
    }
    id = keeper->id;
    if (keeper->caller != NULL)
      continue;
    nested++;
    keeper_run (self, keeper);
    nested--;
  }
  gst_ks_mutex_unlock (&self->lock);
}
