/* ks-bench: allocators alone: reuse, first touch, and which kinds work here.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksbench.h"

#include <unistd.h>

#define IN_FLIGHT 4

/* Ours of the kind asked for, or the system memory that GStreamer brings. */
static GstAllocator *
get_allocator (const KsBenchArgs * args, GError ** error)
{
  if (args->ours)
    return gst_ks_allocator_get (args->kind ? args->kind : "system", NULL,
        error);
  GstAllocator *allocator = gst_allocator_find (GST_ALLOCATOR_SYSMEM);
  if (allocator == NULL)
    (void) ks_bench_fail (error, "no system memory");
  return allocator;
}

/* Writes one byte a page. */
static gboolean
touch (GstMemory * memory)
{
  const gsize page = (gsize) sysconf (_SC_PAGESIZE);
  GstMapInfo map;

  if (!gst_memory_map (memory, &map, GST_MAP_WRITE))
    return FALSE;
  for (gsize at = 0; at < map.size; at += page)
    map.data[at] = 1;
  gst_memory_unmap (memory, &map);
  return TRUE;
}

static gboolean
alloc_rounds (GstAllocator * allocator, const KsBenchArgs * args, gint64 rounds)
{
  GstMemory *ring[IN_FLIGHT] = { NULL };
  gboolean ok = TRUE;

  for (gint64 i = 0; ok && i < rounds; i++) {
    GstMemory **slot = &ring[i % IN_FLIGHT];
    g_clear_pointer (slot, gst_memory_unref);
    *slot = gst_allocator_alloc (allocator, (gsize) args->size, NULL);
    ok = *slot != NULL && touch (*slot);
  }
  for (guint i = 0; i < IN_FLIGHT; i++)
    g_clear_pointer (&ring[i], gst_memory_unref);
  return ok;
}

gboolean
ks_bench_alloc (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  g_autoptr (GstAllocator) allocator = get_allocator (args, error);

  if (allocator == NULL)
    return FALSE;
  /* Whoever keeps blocks may first fill up: a frame of a running line. */
  if (!alloc_rounds (allocator, args, 2 * IN_FLIGHT))
    return ks_bench_fail (error, "no memory");
  gint64 faults = ks_bench_faults ();
  GstClockTime start = gst_util_get_timestamp ();
  if (!alloc_rounds (allocator, args, args->ops))
    return ks_bench_fail (error, "no memory");
  GstClockTime end = gst_util_get_timestamp ();
  ks_bench_value (result, "time", (gdouble) (end - start) / args->ops);
  ks_bench_value (result, "faults",
      (gdouble) (ks_bench_faults () - faults) / args->ops);
  return TRUE;
}

/* Nanoseconds for a new block and one byte in each of its pages; 0: no memory. */
static GstClockTime
first_touch (GstAllocator * allocator, gsize size)
{
  GstClockTime start = gst_util_get_timestamp ();
  g_autoptr (GstMemory) memory = gst_allocator_alloc (allocator, size, NULL);

  if (memory == NULL || !touch (memory))
    return 0;
  return gst_util_get_timestamp () - start;
}

/* The best of several: in a guest the first rounds also wait for the host,
 * which has to find the memory. */
gboolean
ks_bench_first_touch (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  g_autoptr (GError) missing = NULL;
  g_autoptr (GstAllocator) allocator = get_allocator (args, &missing);
  GstClockTime best = GST_CLOCK_TIME_NONE;

  if (allocator == NULL)
    return ks_bench_skip (result, missing);
  gint64 faults = ks_bench_faults ();
  for (gint64 i = 0; i < args->ops; i++) {
    GstClockTime time = first_touch (allocator, (gsize) args->size);
    if (time == 0)
      return ks_bench_fail (error, "no memory");
    best = MIN (best, time);
    gst_ks_trim_all ();
  }
  ks_bench_value (result, "time", (gdouble) best);
  ks_bench_value (result, "faults",
      (gdouble) (ks_bench_faults () - faults) / args->ops);
  if (gst_ks_allocator_is_ours (allocator))
    result->note = gst_ks_allocator_get_note (allocator);
  return TRUE;
}

/* One value a kind: 1 when it gives memory here, with the reasons of the
 * others in the note. */
gboolean
ks_bench_kinds (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  g_auto (GStrv) kinds = gst_ks_list_kinds ();
  g_autoptr (GString) reasons = g_string_new (NULL);

  for (gchar ** kind = kinds; *kind != NULL; kind++) {
    g_autoptr (GError) missing = NULL;
    g_autoptr (GstMemory) memory = NULL;
    KsBenchArgs one = { TRUE, 1, 1, 1, *kind, NULL };
    KsBenchResult ignored = { NULL, NULL, NULL };
    GstKsRequest request = {.size = (gsize) args->size };
    g_autoptr (GstAllocator) allocator = get_allocator (&one, &missing);
    if (allocator != NULL)
      memory = gst_ks_allocator_alloc (allocator, &request, &missing);
    ks_bench_value (result, *kind, memory != NULL);
    if (memory == NULL && ks_bench_skip (&ignored, missing)) {
      g_string_append_printf (reasons, "%s: %s; ", *kind, ignored.skip);
      g_free (ignored.skip);
    }
  }
  result->note = g_strdup (reasons->str);
  return TRUE;
}
