/* GstKsPlace: a pad as a number that outlives it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One table for the process, because a frame may go through pads of several
 * watches. A pad carries its number; the table has a weak reference and a copy
 * of the name. Names of pads that are gone are kept for those that still ask,
 * up to as many as there are pads, and at least KEPT. */

#include "gstksplace.h"
#include "gstkslock.h"

#define KEPT 256
#define LAST_PLACE ((1u << GST_KS_PLACE_BITS) - 1)

typedef struct
{
  GWeakRef pad;
  gchar *name;                  /* owned */
  gboolean gone;                /* the pad is, or is about to be */
} Entry;

static GMutex lock;             /* all below */
static GHashTable *entries;     /* number: Entry */
static GQueue order = G_QUEUE_INIT;     /* numbers, the oldest first */
static guint last_place;
static guint limit = KEPT;

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_weak_ref_clear (&entry->pad);
  g_free (entry->name);
  g_free (entry);
}

static GQuark
place_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    g_once_init_leave (&quark,
        g_quark_from_static_string ("gst-ks-place-of-pad"));
  return quark;
}

gchar *
gst_ks_place_name_pad (GstPad * pad)
{
  g_autoptr (GstObject) parent = gst_object_get_parent (GST_OBJECT (pad));
  g_autofree gchar *name = gst_object_get_name (GST_OBJECT (pad));
  g_autofree gchar *element = parent ? gst_object_get_name (parent) :
      g_strdup ("?");

  return g_strdup_printf ("%s:%s", element, name);
}

GstPad *
gst_ks_place_get_peer (GstPad * pad)
{
  GstPad *peer = gst_pad_get_peer (pad);

  while (peer != NULL && GST_IS_PROXY_PAD (peer)) {
    GstProxyPad *inside = gst_proxy_pad_get_internal (GST_PROXY_PAD (peer));

    gst_object_unref (peer);
    peer = inside ? gst_pad_get_peer (GST_PAD (inside)) : NULL;
    gst_clear_object (&inside);
  }
  return peer;
}

guint
gst_ks_place_peek (GstPad * pad)
{
  return GPOINTER_TO_UINT (g_object_get_qdata (G_OBJECT (pad), place_quark ()));
}

static void
pad_is_gone (gpointer place)
{
  Entry *entry;

  gst_ks_mutex_lock (&lock);
  entry = g_hash_table_lookup (entries, place);
  if (entry != NULL)
    entry->gone = TRUE;
  gst_ks_mutex_unlock (&lock);
}

/* The lock is held by the callers of the next two. */
static void
forget_old (void)
{
  guint n = g_queue_get_length (&order);
  guint n_gone = 0;

  for (guint i = 0; i < n; i++) {
    gpointer place = g_queue_pop_head (&order);
    Entry *entry = g_hash_table_lookup (entries, place);

    if (entry->gone && n_gone < n / 2) {
      n_gone++;
      g_hash_table_remove (entries, place);
    } else {
      g_queue_push_tail (&order, place);
    }
  }
  limit = MAX (KEPT, 2 * g_queue_get_length (&order));
}

static guint
add_entry (Entry * entry)
{
  if (entries == NULL)
    entries = g_hash_table_new_full (NULL, NULL, NULL, entry_free);
  if (g_queue_get_length (&order) >= limit)
    forget_old ();
  do {
    last_place = last_place % LAST_PLACE + 1;
  } while (g_hash_table_contains (entries, GUINT_TO_POINTER (last_place)));
  g_hash_table_insert (entries, GUINT_TO_POINTER (last_place), entry);
  g_queue_push_tail (&order, GUINT_TO_POINTER (last_place));
  return last_place;
}

guint
gst_ks_place_of (GstPad * pad)
{
  guint place = gst_ks_place_peek (pad);
  Entry *entry;

  if (place != 0)
    return place;
  entry = g_new0 (Entry, 1);
  g_weak_ref_init (&entry->pad, pad);
  entry->name = gst_ks_place_name_pad (pad);
  gst_ks_mutex_lock (&lock);
  place = gst_ks_place_peek (pad);
  if (place == 0) {
    place = add_entry (g_steal_pointer (&entry));
    g_object_set_qdata_full (G_OBJECT (pad), place_quark (),
        GUINT_TO_POINTER (place), pad_is_gone);
  }
  gst_ks_mutex_unlock (&lock);
  if (entry)
    entry_free (entry);
  return place;
}

gboolean
gst_ks_place_is_gone (guint place)
{
  Entry *entry;
  gboolean gone;

  gst_ks_mutex_lock (&lock);
  entry = entries ? g_hash_table_lookup (entries, GUINT_TO_POINTER (place)) :
      NULL;
  gone = entry == NULL || entry->gone;
  gst_ks_mutex_unlock (&lock);
  return gone;
}

void
gst_ks_place_look (guint place, GstKsPlace * out)
{
  Entry *entry;

  *out = (GstKsPlace) {
  NULL, NULL};
  gst_ks_mutex_lock (&lock);
  entry = entries ? g_hash_table_lookup (entries, GUINT_TO_POINTER (place)) :
      NULL;
  if (entry != NULL) {
    out->pad = g_weak_ref_get (&entry->pad);
    out->name = g_strdup (entry->name);
  }
  gst_ks_mutex_unlock (&lock);
}

void
gst_ks_place_clear (GstKsPlace * self)
{
  gst_clear_object (&self->pad);
  g_clear_pointer (&self->name, g_free);
}
