/* Pools of memory whose owner counts it and says that it is never paged out.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "pooltest.h"

#include <stdlib.h>

typedef struct
{
  gint n_blocks;                /* atomic; that exist */
  gint n_made;                  /* atomic */
  guint most;                   /* of them at once; then there is no more */
} Owner;

static inline gpointer
owner_acquire (gsize size, gsize align, gpointer user_data)
{
  Owner *owner = user_data;
  gpointer data = NULL;

  if (g_atomic_int_add (&owner->n_blocks, 1) >= (gint) owner->most
      || posix_memalign (&data, MAX (align, sizeof (gpointer)), size) != 0) {
    g_atomic_int_add (&owner->n_blocks, -1);
    return NULL;
  }
  g_atomic_int_inc (&owner->n_made);
  return data;
}

static inline void
owner_release (gpointer data, gsize size, gpointer user_data)
{
  Owner *owner = user_data;

  g_atomic_int_add (&owner->n_blocks, -1);
  free (data);
}

static inline GstKsPool *
pool_of (Owner * owner, guint max)
{
  static const GstKsExternal external = { owner_acquire, owner_release, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GstAllocator) allocator =
      gst_ks_allocator_new_external (&external, owner, &error);
  g_autoptr (GstKsFraming) framing =
      gst_ks_framing_parse ("locked, align=256", &error);
  PoolArgs args = {.max = max };
  GstKsPool *pool = gst_ks_pool_new (allocator, framing, NULL);

  fail_unless (gst_buffer_pool_set_config (GST_BUFFER_POOL (pool),
          config_for (pool, &args)));
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  return pool;
}

static inline void
get_table (GstKsPool * pool, GstKsFunctionTable * table)
{
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_pool_get_function_table (pool, table, &error), "%s",
      error ? error->message : "");
}
