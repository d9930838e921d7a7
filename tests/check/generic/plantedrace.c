/* A race planted on purpose: ThreadSanitizer has to report this one.
 *
 * Proof that the sanitizer of the suite "threads" sees our code at all: the
 * counter is guarded by a lock that only one of the two threads takes. With
 * the argument "bare" none does; with "clean" both do, which must be silent.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstkslock.h>
#include <string.h>

#define N_ROUNDS 100000

typedef struct
{
  GMutex lock;
  guint counter;                /* rounds so far, of both threads */
} Shared;

static gpointer
count_locked (gpointer data)
{
  Shared *shared = data;

  for (guint i = 0; i < N_ROUNDS; i++) {
    gst_ks_mutex_lock (&shared->lock);
    shared->counter++;
    gst_ks_mutex_unlock (&shared->lock);
  }
  return NULL;
}

static gpointer
count_bare (gpointer data)
{
  Shared *shared = data;

  for (guint i = 0; i < N_ROUNDS; i++)
    shared->counter++;
  return NULL;
}

int
main (int argc, char **argv)
{
  Shared shared = { 0, };
  const gchar *how = argc > 1 ? argv[1] : "";
  gboolean bare = strcmp (how, "bare") == 0;
  gboolean clean = strcmp (how, "clean") == 0;
  GThread *first, *second;

  g_mutex_init (&shared.lock);
  first = g_thread_new ("first", bare ? count_bare : count_locked, &shared);
  second = g_thread_new ("second", clean ? count_locked : count_bare, &shared);
  g_thread_join (first);
  g_thread_join (second);
  g_mutex_clear (&shared.lock);
  g_print ("counted %u of %u\n", shared.counter, 2 * N_ROUNDS);
  return 0;
}
