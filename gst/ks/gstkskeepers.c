/* GstKsKeepers: who keeps idle memory outside the store and can be asked for it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkskeepers.h"
#include "gstkslock.h"

typedef struct
{
  guint id;
  GstKsKeeperFunc let_go;
  gpointer user_data;
} Keeper;

void
gst_ks_keepers_init (GstKsKeepers * self)
{
  g_mutex_init (&self->lock);
  self->all = g_array_new (FALSE, FALSE, sizeof (Keeper));
  self->last_id = 0;
}

void
gst_ks_keepers_clear (GstKsKeepers * self)
{
  g_array_unref (self->all);
  g_mutex_clear (&self->lock);
}

guint
gst_ks_keepers_add (GstKsKeepers * self, GstKsKeeperFunc let_go,
    gpointer user_data)
{
  Keeper keeper = { 0, let_go, user_data };

  gst_ks_mutex_lock (&self->lock);
  keeper.id = ++self->last_id;
  g_array_append_val (self->all, keeper);
  gst_ks_mutex_unlock (&self->lock);
  return keeper.id;
}

void
gst_ks_keepers_remove (GstKsKeepers * self, guint id)
{
  gst_ks_mutex_lock (&self->lock);
  for (guint i = 0; i < self->all->len; i++) {
    if (g_array_index (self->all, Keeper, i).id == id) {
      g_array_remove_index_fast (self->all, i);
      break;
    }
  }
  gst_ks_mutex_unlock (&self->lock);
}

void
gst_ks_keepers_call (GstKsKeepers * self)
{
  gst_ks_mutex_lock (&self->lock);
  for (guint i = 0; i < self->all->len; i++) {
    Keeper *keeper = &g_array_index (self->all, Keeper, i);

    keeper->let_go (keeper->user_data);
  }
  gst_ks_mutex_unlock (&self->lock);
}
