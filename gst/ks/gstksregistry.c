/* The allocators of this process: found by kind, made once, asked in one way.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksallocator.h"
#include "gstksbackend.h"
#include "gstkslock.h"
#include "gstksstores.h"
#include "gstkssystem.h"

GType
gst_ks_zero_get_type (void)
{
  static const GEnumValue values[] = {
    {GST_KS_ZERO_NEVER, "A reused frame shows stale bytes", "never"},
    {GST_KS_ZERO_OWNER_CHANGE, "Wiped when it last served somebody else",
        "owner-change"},
    {GST_KS_ZERO_ALWAYS, "Wiped at every reuse", "always"},
    {0, NULL, NULL}
  };
  static gsize type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstKsZero", values));
  return type;
}

static GMutex made_lock;        /* held while a name is looked up or given: once each */

/* Name under which an allocator of a kind and device is registered. */
static gchar *
registered_name (const gchar * kind, const gchar * device)
{
  return device != NULL ? g_strconcat ("ks-", kind, ":", device, NULL) :
      g_strconcat ("ks-", kind, NULL);
}

static gpointer
init_once (gpointer unused)
{
  guint n_rows;
  const GstKsSystemKind *rows = gst_ks_system_get_rows (&n_rows);

  for (guint i = 0; i < n_rows; i++) {
    g_autofree gchar *name = registered_name (rows[i].kind, NULL);

    gst_allocator_register (name, gst_ks_system_new (&rows[i], NULL, NULL));
  }
  return NULL;
}

/**
 * gst_ks_init:
 *
 * Registers the allocators of the system kinds by the names `ks-system`,
 * `ks-locked` and so on; the plugin and gst_ks_allocator_get() call it. After
 * gst_init(); any thread, any number of times. No memory is allocated for
 * frames.
 *
 * Since: 0.9
 */
void
gst_ks_init (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, init_once, NULL);
}

/**
 * gst_ks_trim_all:
 *
 * Gives back every idle block of every allocator of ours. Registered
 * allocators live as long as the process, so call it before gst_deinit() when
 * leaks are looked for. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_trim_all (void)
{
  gst_ks_stores_trim ();
}

/**
 * gst_ks_get_stats:
 *
 * What all allocators of ours in this process have, and had. A structure
 * "ks-stats" with one field, "stores": a #GstValueArray of structures, one for
 * each allocator, as gst_ks_allocator_get_stats() tells, with "kind" besides:
 * its kind of memory, empty when only whoever made it knows. Those of an
 * allocator that is gone are gone. Any thread.
 *
 * Returns: (transfer full): the structure
 *
 * Since: 0.9
 */
GstStructure *
gst_ks_get_stats (void)
{
  GstStructure *stats = gst_structure_new_empty ("ks-stats");
  GValue stores = G_VALUE_INIT;

  g_value_init (&stores, GST_TYPE_ARRAY);
  gst_ks_stores_append_stats (&stores);
  gst_structure_take_value (stats, "stores", &stores);
  return stats;
}

/**
 * gst_ks_list_kinds:
 *
 * The kinds of memory that this process knows: those of the system, then those
 * of backends, best ranked first. Nothing is opened, so the hardware of a kind
 * may still be missing. Any thread.
 *
 * Returns: (transfer full) (array zero-terminated=1): kind words
 *
 * Since: 0.9
 */
gchar **
gst_ks_list_kinds (void)
{
  g_autoptr (GStrvBuilder) kinds = g_strv_builder_new ();
  g_auto (GStrv) others = gst_ks_backend_list_kinds ();
  guint n_rows;
  const GstKsSystemKind *rows = gst_ks_system_get_rows (&n_rows);

  for (guint i = 0; i < n_rows; i++)
    g_strv_builder_add (kinds, rows[i].kind);
  for (guint i = 0; others[i] != NULL; i++) {
    if (gst_ks_system_find (others[i]) == NULL)
      g_strv_builder_add (kinds, others[i]);
  }
  return g_strv_builder_end (kinds);
}

/* on an allocator of a system kind: its NUMA node */
static GQuark
device_quark (void)
{
  return g_quark_from_static_string ("gst-ks-device");
}

/* With no lock held: hardware takes its time, and may ask for other kinds. */
static GstAllocator *
allocator_make (const gchar * kind, const gchar * device, GError ** error)
{
  const GstKsSystemKind *row = gst_ks_system_find (kind);
  g_autoptr (GstKsBackend) backend = NULL;
  GstAllocator *allocator;

  if (row != NULL) {
    allocator = gst_ks_system_new (row, device, error);
    if (allocator != NULL && device != NULL)
      g_object_set_qdata_full (G_OBJECT (allocator), device_quark (),
          g_strdup (device), g_free);
    return allocator;
  }
  backend = gst_ks_backend_get (kind, device, error);
  return backend != NULL ? gst_ks_backend_create_allocator (backend, error) :
      NULL;
}

/* Whoever registers first wins; what another thread made meanwhile is dropped. */
static GstAllocator *
allocator_register_once (const gchar * name, GstAllocator * made)
{
  GstAllocator *allocator;

  gst_ks_mutex_lock (&made_lock);
  allocator = gst_allocator_find (name);
  if (allocator == NULL) {
    allocator = gst_object_ref (made);
    gst_allocator_register (name, gst_object_ref (made));
  }
  gst_ks_mutex_unlock (&made_lock);
  gst_object_unref (made);
  return allocator;
}

/**
 * gst_ks_allocator_get:
 * @kind: kind word, such as "system", "locked", "huge", "shared"
 * @device: (nullable): which one of the kind; for system kinds a NUMA node as
 *     a number; %NULL: any
 * @error: set when there is none: unknown kind (with those that are known),
 *     hardware that is not here, a device that does not exist
 *
 * Finds the allocator of a kind, the same one each time, and so the same store
 * of frames. It is registered by the name `ks-<kind>` or `ks-<kind>:<device>`
 * for gst_allocator_find() and lives as long as the process. Any thread.
 *
 * Returns: (transfer full) (nullable): the allocator, or %NULL
 *
 * Since: 0.9
 */
GstAllocator *
gst_ks_allocator_get (const gchar * kind, const gchar * device, GError ** error)
{
  g_autofree gchar *name = NULL;
  GstAllocator *allocator;

  g_return_val_if_fail (kind != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  gst_ks_init ();
  name = registered_name (kind, device);
  allocator = gst_allocator_find (name);
  if (allocator != NULL)
    return allocator;
  allocator = allocator_make (kind, device, error);
  return allocator != NULL ? allocator_register_once (name, allocator) : NULL;
}

/**
 * gst_ks_allocator_is_ours:
 * @allocator: any allocator
 *
 * Tells our allocators from others, whatever their GType. Any thread.
 *
 * Returns: whether its blocks are kept and reused by a store of ours, so that
 *     the other functions may be called with it
 *
 * Since: 0.9
 */
gboolean
gst_ks_allocator_is_ours (GstAllocator * allocator)
{
  g_return_val_if_fail (GST_IS_ALLOCATOR (allocator), FALSE);

  return gst_ks_store_of (allocator) != NULL;
}

/**
 * gst_ks_allocator_alloc: (skip)
 * @allocator: an allocator of ours
 * @request: what is needed
 * @error: set when it cannot be had: impossible numbers, a budget, a limit of
 *     the system, no memory
 *
 * Hands out a frame: an idle block that fits, else a new one. Its memory object
 * has @request's prefix as offset, size as size and prefix + size + padding as
 * maxsize. Never aborts, never waits. Any thread.
 *
 * Returns: (transfer full) (nullable): memory, or %NULL
 *
 * Since: 0.9
 */
GstMemory *
gst_ks_allocator_alloc (GstAllocator * allocator, const GstKsRequest * request,
    GError ** error)
{
  GstKsStore *store;

  g_return_val_if_fail (GST_IS_ALLOCATOR (allocator), NULL);
  g_return_val_if_fail (request != NULL, NULL);

  store = gst_ks_store_of (allocator);
  g_return_val_if_fail (store != NULL, NULL);
  return gst_ks_store_take (store, request, error);
}

/**
 * gst_ks_allocator_prepare:
 * @allocator: an allocator of ours
 * @request: what will be needed; account, layout and returned are not used
 * @n_blocks: how many
 * @error: set when a block cannot be had
 *
 * Makes blocks, touches all of their pages and puts them into the store, so
 * that requests like @request need not wait for that. Takes as long as it
 * takes: not for a streaming thread. Any thread.
 *
 * Returns: whether all were made; those that were stay
 *
 * Since: 0.9
 */
gboolean
gst_ks_allocator_prepare (GstAllocator * allocator,
    const GstKsRequest * request, guint n_blocks, GError ** error)
{
  GstKsStore *store;

  g_return_val_if_fail (GST_IS_ALLOCATOR (allocator), FALSE);
  g_return_val_if_fail (request != NULL, FALSE);

  store = gst_ks_store_of (allocator);
  g_return_val_if_fail (store != NULL, FALSE);
  return gst_ks_store_prepare (store, request, n_blocks, error);
}

/**
 * gst_ks_allocator_peek_kind:
 * @allocator: any allocator
 *
 * The word for the memory that it makes; constant. Any thread.
 *
 * Returns: (nullable): its kind word; "user" for external memory; %NULL when
 *     it is not ours
 *
 * Since: 0.9
 */
const gchar *
gst_ks_allocator_peek_kind (GstAllocator * allocator)
{
  GstKsBackend *backend;
  GstKsStore *store;

  g_return_val_if_fail (GST_IS_ALLOCATOR (allocator), NULL);

  backend = gst_ks_backend_peek (allocator);
  if (backend != NULL)
    return gst_ks_backend_peek_kind (backend);
  store = gst_ks_store_of (allocator);
  return store != NULL ? gst_ks_store_get_kind (store) : NULL;
}

/**
 * gst_ks_allocator_peek_device:
 * @allocator: any allocator
 *
 * Any thread.
 *
 * Returns: (transfer none) (nullable): the device that @allocator was asked for
 *     with; %NULL: none, or it is not ours
 *
 * Since: 0.9
 */
const gchar *
gst_ks_allocator_peek_device (GstAllocator * allocator)
{
  GstKsBackend *backend;

  g_return_val_if_fail (GST_IS_ALLOCATOR (allocator), NULL);

  backend = gst_ks_backend_peek (allocator);
  return backend != NULL ? gst_ks_backend_peek_device (backend) :
      g_object_get_qdata (G_OBJECT (allocator), device_quark ());
}

/**
 * gst_ks_allocator_describe:
 * @allocator: any allocator
 *
 * What its memory can do, as a framing. Constant; any thread.
 *
 * Returns: (transfer full) (nullable): a framing; %NULL when it is not ours
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_allocator_describe (GstAllocator * allocator)
{
  const gchar *kind = gst_ks_allocator_peek_kind (allocator);
  GstKsBackend *backend = gst_ks_backend_peek (allocator);
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT (NULL);

  if (backend != NULL)
    return gst_ks_backend_describe (backend);
  if (kind == NULL)
    return NULL;
  item.memory = g_intern_string (kind);
  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

/**
 * gst_ks_allocator_get_note:
 * @allocator: any allocator
 *
 * How its kind is done on this machine, for people: for huge pages, for
 * example, whether they were reserved or transparent.
 *
 * Returns: (transfer full) (nullable): a line of text, or %NULL: nothing to say
 *
 * Since: 0.9
 */
gchar *
gst_ks_allocator_get_note (GstAllocator * allocator)
{
  const GstKsSystemKind *row =
      gst_ks_system_find (gst_ks_allocator_peek_kind (allocator));
  GstKsBackend *backend = gst_ks_backend_peek (allocator);

  if (backend != NULL)
    return gst_ks_backend_get_note (backend);
  return row != NULL && row->note != NULL ? row->note () : NULL;
}

/**
 * gst_ks_allocator_get_limits:
 * @allocator: an allocator of ours
 * @limits: (out caller-allocates): filled in
 *
 * Reads how much the allocator may have and keep idle. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_allocator_get_limits (GstAllocator * allocator, GstKsLimits * limits)
{
  GstKsStore *store = gst_ks_store_of (allocator);

  g_return_if_fail (store != NULL);
  g_return_if_fail (limits != NULL);
  gst_ks_store_get_limits (store, limits);
}

/**
 * gst_ks_allocator_set_limits:
 * @allocator: an allocator of ours
 * @limits: the new limits
 *
 * Changes how much the allocator may have and keep idle. Idle blocks beyond
 * the new limits go at once; what is handed out stays. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_allocator_set_limits (GstAllocator * allocator,
    const GstKsLimits * limits)
{
  GstKsStore *store = gst_ks_store_of (allocator);

  g_return_if_fail (store != NULL);
  g_return_if_fail (limits != NULL);
  gst_ks_store_set_limits (store, limits);
}

/**
 * gst_ks_allocator_get_stats:
 * @allocator: an allocator of ours
 *
 * The store's counters, all guint64: live, live-bytes (blocks that exist), idle,
 * idle-bytes (in the store), out (not in the store; those that active pools
 * keep ready count), fresh, reused, released (blocks ever made, handed out
 * again, given back), copied, copied-bytes. Any thread.
 *
 * Returns: (transfer full) (nullable): a structure; %NULL when it is not ours
 *
 * Since: 0.9
 */
GstStructure *
gst_ks_allocator_get_stats (GstAllocator * allocator)
{
  GstKsStore *store = gst_ks_store_of (allocator);

  return store != NULL ? gst_ks_store_get_stats (store) : NULL;
}

/**
 * gst_ks_allocator_trim:
 * @allocator: an allocator of ours
 *
 * Gives back its idle blocks, those that active pools keep ready included. Any
 * thread.
 *
 * Since: 0.9
 */
void
gst_ks_allocator_trim (GstAllocator * allocator)
{
  GstKsStore *store = gst_ks_store_of (allocator);

  g_return_if_fail (store != NULL);
  gst_ks_store_trim (store);
}

/**
 * gst_ks_allocator_trim_store: (skip)
 * @allocator: an allocator of ours
 *
 * Gives back the idle blocks of its store, and leaves those that active pools
 * keep ready where they are. For an element that stops among others that go on
 * with memory of the same kind. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_allocator_trim_store (GstAllocator * allocator)
{
  GstKsStore *store = gst_ks_store_of (allocator);

  g_return_if_fail (store != NULL);
  gst_ks_store_drop_idle (store);
}

/**
 * gst_ks_allocator_set_lost: (skip)
 * @allocator: an allocator of ours
 * @reason: what happened to its memory, and what would help
 *
 * For backends, when a card was pulled out: the memory is gone for good. From
 * now on every request fails with @reason, idle blocks are released at once
 * and the others when they come back. The first reason stays. Any thread, in
 * the functions of the allocator's own class too.
 *
 * Since: 0.9
 */
void
gst_ks_allocator_set_lost (GstAllocator * allocator, const GError * reason)
{
  GstKsStore *store = gst_ks_store_of (allocator);

  g_return_if_fail (store != NULL);
  g_return_if_fail (reason != NULL);
  gst_ks_store_set_lost (store, reason);
}

/**
 * gst_ks_allocator_add_keeper: (skip)
 * @allocator: an allocator of ours
 * @let_go: called when idle memory is wanted back
 * @user_data: for @let_go
 *
 * For pools, which keep whole buffers ready while they are active. @let_go is
 * called from any thread with no lock of the store held, by one thread at a
 * time.
 *
 * Returns: an id for gst_ks_allocator_remove_keeper()
 *
 * Since: 0.9
 */
guint
gst_ks_allocator_add_keeper (GstAllocator * allocator, GstKsKeeperFunc let_go,
    gpointer user_data)
{
  GstKsStore *store = gst_ks_store_of (allocator);

  g_return_val_if_fail (store != NULL, 0);
  return gst_ks_keepers_add (gst_ks_store_get_keepers (store), let_go,
      user_data);
}

/**
 * gst_ks_allocator_remove_keeper: (skip)
 * @allocator: an allocator of ours
 * @id: what adding it returned
 *
 * When this returns the function is not running, unless it called this itself,
 * and is not called any more.
 *
 * Since: 0.9
 */
void
gst_ks_allocator_remove_keeper (GstAllocator * allocator, guint id)
{
  GstKsStore *store = gst_ks_store_of (allocator);

  g_return_if_fail (store != NULL);
  gst_ks_keepers_remove (gst_ks_store_get_keepers (store), id);
}
