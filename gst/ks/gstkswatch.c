/* GstKsWatch: notes through which pads the frames of pools are pushed, so that who holds them has a name.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Each watched pad has a probe, which finds the frame below each memory of a
 * buffer and writes a number and the time on it: see gstkstrail.c. It takes no
 * lock of ours. A part of a frame's memory counts as the frame, and a buffer
 * that is a copy with the same memory too; what is not of a pool of ours is
 * left alone.
 *
 * Pads belong to others and go when they like, so a watch has only weak
 * references on them. */

#include "gstkswatch.h"
#include "gstksguardrecord.h"
#include "gstkslock.h"
#include "gstksmemory.h"
#include "gstksplace.h"
#include "gstkspoolframe.h"

struct _GstKsWatch
{
  gatomicrefcount refs;
  GMutex lock;                  /* all below; not held while a pad is called */
  GPtrArray *pads;              /* WatchedPad */
};

typedef struct
{
  guint place;                  /* of the pad */
  GWeakRef pad;
  gulong probe;                 /* 0: just being set */
} WatchedPad;

G_DEFINE_BOXED_TYPE (GstKsWatch, gst_ks_watch, gst_ks_watch_ref,
    gst_ks_watch_unref);

static void
watched_pad_free (gpointer data)
{
  WatchedPad *watched = data;
  g_autoptr (GstPad) pad = g_weak_ref_get (&watched->pad);

  if (pad && watched->probe != 0)
    gst_pad_remove_probe (pad, watched->probe);
  g_weak_ref_clear (&watched->pad);
  g_free (watched);
}

/**
 * gst_ks_watch_new:
 *
 * Makes a watch without pads.
 *
 * Returns: (transfer full): a new watch
 *
 * Since: 0.9
 */
GstKsWatch *
gst_ks_watch_new (void)
{
  GstKsWatch *self = g_new0 (GstKsWatch, 1);

  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->pads = g_ptr_array_new_with_free_func (watched_pad_free);
  return self;
}

/**
 * gst_ks_watch_ref:
 * @self: a watch
 *
 * Takes a reference. Any thread.
 *
 * Returns: (transfer full): @self
 *
 * Since: 0.9
 */
GstKsWatch *
gst_ks_watch_ref (GstKsWatch * self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * gst_ks_watch_unref:
 * @self: (transfer full): a watch
 *
 * Drops a reference; the last one ends the watch. What was noted stays with
 * the frames. Any thread, no lock held.
 *
 * Since: 0.9
 */
void
gst_ks_watch_unref (GstKsWatch * self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_ptr_array_unref (self->pads);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* A report of guard mode tells the way in words, which are made now: then it
 * can be told from a signal handler. */
static void
note_guarded (GstKsGuardRecord * guard, guint number)
{
  g_auto (GstKsPlace) place = { NULL, NULL };
  g_autoptr (GstPad) peer = NULL;
  g_autofree gchar *into = NULL;

  gst_ks_place_look (number, &place);
  if (place.pad != NULL)
    peer = gst_ks_place_get_peer (place.pad);
  if (peer != NULL)
    into = gst_ks_place_name_pad (peer);
  if (place.name != NULL)
    gst_ks_guard_owner_step (guard, place.name, into);
}

static void
note (guint place, GstBuffer * buffer)
{
  guint n = gst_buffer_n_memory (buffer);

  for (guint i = 0; i < n; i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);
    GstKsTrail *trail = gst_ks_pool_trail_of (memory);
    GstKsFrame *frame = gst_ks_memory_frame (memory);

    if (trail)
      gst_ks_trail_step (trail, place);
    if (G_UNLIKELY (frame && frame->guard))
      note_guarded (frame->guard, place);
  }
}

static gboolean
note_one (GstBuffer ** buffer, guint index, gpointer place)
{
  note (GPOINTER_TO_UINT (place), *buffer);
  return TRUE;
}

static GstPadProbeReturn
pushed (GstPad * pad, GstPadProbeInfo * info, gpointer place)
{
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    note (GPOINTER_TO_UINT (place), GST_PAD_PROBE_INFO_BUFFER (info));
  else if (info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST)
    (void) gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info),
        note_one, place);
  return GST_PAD_PROBE_OK;
}

/**
 * gst_ks_watch_note:
 * @pad: a source pad
 * @buffer: is about to be pushed through it
 *
 * Notes one push, for whoever sees pushes without a probe. Any thread that
 * holds @buffer; pads on the borders of bins are left alone, since the
 * elements' own are what counts.
 *
 * Since: 0.9
 */
void
gst_ks_watch_note (GstPad * pad, GstBuffer * buffer)
{
  g_return_if_fail (GST_IS_PAD (pad));
  g_return_if_fail (GST_IS_BUFFER (buffer));

  if (!GST_IS_PROXY_PAD (pad))
    note (gst_ks_place_of (pad), buffer);
}

/* --- pads --- */

/* The lock is held by the callers of the next two. */
static WatchedPad *
find_pad (GstKsWatch * self, guint place)
{
  for (guint i = 0; i < self->pads->len; i++) {
    WatchedPad *watched = g_ptr_array_index (self->pads, i);

    if (watched->place == place)
      return watched;
  }
  return NULL;
}

/* Their entries have nothing that could call anybody when freed. */
static void
forget_gone (GstKsWatch * self)
{
  for (guint i = self->pads->len; i > 0; i--) {
    WatchedPad *watched = g_ptr_array_index (self->pads, i - 1);

    if (gst_ks_place_is_gone (watched->place))
      (void) g_ptr_array_remove_index_fast (self->pads, i - 1);
  }
}

/* A pad is entered once, by the first of those that ask. */
static gboolean
enter_pad (GstKsWatch * self, GstPad * pad, guint place)
{
  WatchedPad *watched;
  gboolean entered;

  gst_ks_mutex_lock (&self->lock);
  entered = find_pad (self, place) == NULL;
  if (entered) {
    forget_gone (self);
    watched = g_new0 (WatchedPad, 1);
    watched->place = place;
    g_weak_ref_init (&watched->pad, pad);
    g_ptr_array_add (self->pads, watched);
  }
  gst_ks_mutex_unlock (&self->lock);
  return entered;
}

/* FALSE: somebody has removed it meanwhile. */
static gboolean
set_probe (GstKsWatch * self, guint place, gulong probe)
{
  WatchedPad *watched;

  gst_ks_mutex_lock (&self->lock);
  watched = find_pad (self, place);
  if (watched)
    watched->probe = probe;
  gst_ks_mutex_unlock (&self->lock);
  return watched != NULL;
}

/**
 * gst_ks_watch_add_pad:
 * @self: a watch
 * @pad: a source pad of an element
 *
 * Watches @pad from its next buffer on; once, however often it is added. A pad
 * that goes leaves by itself. Pads on the borders of bins are left alone. Any
 * thread, no lock held.
 *
 * Since: 0.9
 */
void
gst_ks_watch_add_pad (GstKsWatch * self, GstPad * pad)
{
  gulong probe;
  guint place;

  g_return_if_fail (self != NULL);
  g_return_if_fail (GST_IS_PAD (pad) && GST_PAD_IS_SRC (pad));

  if (GST_IS_PROXY_PAD (pad))
    return;
  place = gst_ks_place_of (pad);
  if (!enter_pad (self, pad, place))
    return;
  probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER
      | GST_PAD_PROBE_TYPE_BUFFER_LIST, pushed, GUINT_TO_POINTER (place), NULL);
  if (!set_probe (self, place, probe))
    gst_pad_remove_probe (pad, probe);
}

/**
 * gst_ks_watch_remove_pad:
 * @self: a watch
 * @pad: a pad that was added
 *
 * Watches @pad no more. Any thread, no lock held.
 *
 * Since: 0.9
 */
void
gst_ks_watch_remove_pad (GstKsWatch * self, GstPad * pad)
{
  WatchedPad *watched;
  guint index;

  g_return_if_fail (self != NULL);
  g_return_if_fail (GST_IS_PAD (pad));

  gst_ks_mutex_lock (&self->lock);
  watched = find_pad (self, gst_ks_place_peek (pad));
  if (watched && g_ptr_array_find (self->pads, watched, &index))
    (void) g_ptr_array_steal_index_fast (self->pads, index);
  gst_ks_mutex_unlock (&self->lock);
  if (watched)
    watched_pad_free (watched);
}
