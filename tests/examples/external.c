/* Frames in memory that somebody else owns: here one arena, cut into slots.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>
#include <stdlib.h>

#define SLOT ((gsize) 1 << 20)
#define N_SLOTS 4

typedef struct
{
  guint8 *bytes;
  gint taken[N_SLOTS];          /* atomic */
} Arena;

/* Any thread; the address has to be a multiple of align. */
static gpointer
arena_acquire (gsize size, gsize align, gpointer user_data)
{
  Arena *arena = user_data;

  if (size > SLOT || align > 4096)
    return NULL;
  for (guint i = 0; i < N_SLOTS; i++) {
    if (g_atomic_int_compare_and_exchange (&arena->taken[i], 0, 1))
      return arena->bytes + i * SLOT;
  }
  return NULL;
}

static void
arena_release (gpointer data, gsize size, gpointer user_data)
{
  Arena *arena = user_data;

  g_atomic_int_set (&arena->taken[((guint8 *) data - arena->bytes) / SLOT], 0);
}

/* The allocator and its last frame are gone. */
static void
arena_destroy (gpointer user_data)
{
  Arena *arena = user_data;

  free (arena->bytes);
  g_print ("the arena is free again\n");
}

int
main (int argc, char **argv)
{
  static const GstKsExternal functions = {
    arena_acquire, arena_release, arena_destroy
  };
  Arena arena = {.bytes = aligned_alloc (4096, N_SLOTS * SLOT) };
  g_autoptr (GError) error = NULL;
  GstAllocator *allocator;
  GstBuffer *buffer;

  gst_init (&argc, &argv);
  allocator = gst_ks_allocator_new_external (&functions, &arena, &error);
  g_assert (allocator != NULL);

  /* An ordinary GstAllocator from here on: for a pool, a query, a buffer. */
  buffer = gst_buffer_new_allocate (allocator, SLOT / 2, NULL);
  g_print ("a frame of %" G_GSIZE_FORMAT " bytes, kind %s\n",
      gst_buffer_get_size (buffer), gst_ks_allocator_peek_kind (allocator));

  /* The frame may outlive the last reference of ours to its allocator. */
  gst_object_unref (allocator);
  gst_buffer_unref (buffer);
  return 0;
}
