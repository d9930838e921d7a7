/* The stores of this process, to trim them all and to drop what is old.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksstores.h"
#include "gstkslock.h"

static GMutex stores_lock;      /* all below; taken before any store's lock */
static GList *stores;           /* entries of those that are not closed */
static GCond stores_left;       /* a visitor went */
static void (*stores_grew) (void);      /* atomic; NULL: nobody wants to know */

/* on the allocator: its store, borrowed */
static GQuark
store_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    g_once_init_leave (&quark, g_quark_from_static_string ("gst-ks-store"));
  return quark;
}

GstKsStore *
gst_ks_store_of (GstAllocator * allocator)
{
  return g_object_get_qdata (G_OBJECT (allocator), store_quark ());
}

void
gst_ks_stores_add (GstKsStore * store, GstAllocator * allocator,
    GstKsStoresEntry * entry)
{
  g_object_set_qdata (G_OBJECT (allocator), store_quark (), store);
  gst_ks_mutex_lock (&stores_lock);
  entry->store = store;
  entry->listed = TRUE;
  stores = g_list_prepend (stores, entry);
  gst_ks_mutex_unlock (&stores_lock);
}

/* The visitor may be this very thread, in an owner's function that drops the
 * allocator. */
void
gst_ks_stores_remove (GstKsStoresEntry * entry)
{
  gst_ks_mutex_lock (&stores_lock);
  stores = g_list_remove (stores, entry);
  entry->listed = FALSE;
  while (entry->visitor != NULL && entry->visitor != g_thread_self ())
    gst_ks_cond_wait (&stores_left, &stores_lock);
  gst_ks_mutex_unlock (&stores_lock);
}

static void
entry_unref (gpointer entry)
{
  gst_ks_store_unref (((GstKsStoresEntry *) entry)->store);
}

/* All entries, each with a reference on its store, so that no lock is held
 * over them. */
static GPtrArray *
stores_snapshot (void)
{
  GPtrArray *all = g_ptr_array_new_with_free_func (entry_unref);

  gst_ks_mutex_lock (&stores_lock);
  for (GList * l = stores; l != NULL; l = l->next) {
    gst_ks_store_ref (((GstKsStoresEntry *) l->data)->store);
    g_ptr_array_add (all, l->data);
  }
  gst_ks_mutex_unlock (&stores_lock);
  return all;
}

void
gst_ks_stores_trim (void)
{
  g_autoptr (GPtrArray) all = stores_snapshot ();

  for (guint i = 0; i < all->len; i++) {
    GstKsStore *store =
        ((GstKsStoresEntry *) g_ptr_array_index (all, i))->store;
    g_autoptr (GstAllocator) allocator = gst_ks_store_get_allocator (store);

    if (allocator != NULL)
      gst_ks_store_trim (store);
  }
}

void
gst_ks_stores_append_stats (GValue * array)
{
  g_autoptr (GPtrArray) all = stores_snapshot ();

  for (guint i = 0; i < all->len; i++) {
    GstKsStore *store =
        ((GstKsStoresEntry *) g_ptr_array_index (all, i))->store;
    GstStructure *stats = gst_ks_store_get_stats (store);
    const gchar *kind = gst_ks_store_get_kind (store);
    GValue value = G_VALUE_INIT;

    gst_structure_set (stats, "kind", G_TYPE_STRING, kind ? kind : "", NULL);
    g_value_init (&value, GST_TYPE_STRUCTURE);
    g_value_take_boxed (&value, stats);
    gst_value_array_append_and_take_value (array, &value);
  }
}

void
gst_ks_stores_foreach (GstKsStoresFunc func, gpointer data)
{
  gst_ks_mutex_lock (&stores_lock);
  for (GList * l = g_list_last (stores); l != NULL; l = l->prev)
    func (((GstKsStoresEntry *) l->data)->store, data);
  gst_ks_mutex_unlock (&stores_lock);
}

void
gst_ks_stores_set_grew (void (*grew) (void))
{
  __atomic_store_n (&stores_grew, grew, __ATOMIC_RELEASE);
}

void
gst_ks_stores_grew (void)
{
  void (*grew) (void) = __atomic_load_n (&stores_grew, __ATOMIC_ACQUIRE);

  if (grew != NULL)
    grew ();
}

/* Closing waits for the visitor. A reference on the allocator would do as
 * well, but its last one might then be the visitor's, and who dropped his own
 * would see blocks of his given back later, in a thread that he does not know. */
static gboolean
entry_visit (GstKsStoresEntry * entry)
{
  gboolean listed;

  gst_ks_mutex_lock (&stores_lock);
  while (entry->visitor != NULL)
    gst_ks_cond_wait (&stores_left, &stores_lock);
  listed = entry->listed;
  if (listed)
    entry->visitor = g_thread_self ();
  gst_ks_mutex_unlock (&stores_lock);
  return listed;
}

static void
entry_leave (GstKsStoresEntry * entry)
{
  gst_ks_mutex_lock (&stores_lock);
  entry->visitor = NULL;
  g_cond_broadcast (&stores_left);
  gst_ks_mutex_unlock (&stores_lock);
}

GstClockTime
gst_ks_stores_expire (void)
{
  g_autoptr (GPtrArray) all = stores_snapshot ();
  GstClockTime soonest = GST_CLOCK_TIME_NONE;

  for (guint i = 0; i < all->len; i++) {
    GstKsStoresEntry *entry = g_ptr_array_index (all, i);
    GstClockTime next;

    if (!entry_visit (entry))
      continue;
    next = gst_ks_store_expire (entry->store);
    entry_leave (entry);
    soonest = MIN (soonest, next);
  }
  return soonest;
}

#ifdef __SANITIZE_ADDRESS__
/* A frame that nobody gave back has leaked although its store still lists it:
 * the sanitizer, which looks after this, takes what is pointed at for in use. */
static void __attribute__((destructor))
    stores_forget (void)
{
  gst_ks_mutex_lock (&stores_lock);
  for (GList * l = stores; l != NULL; l = l->next)
    gst_ks_store_forget_blocks (((GstKsStoresEntry *) l->data)->store);
  gst_ks_mutex_unlock (&stores_lock);
}
#endif
