/* What tests of the kinds cuda and cuda-host have in common.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "cudatest.h"

#include <dlfcn.h>
#include <string.h>

const CudaDriverControl *
cuda_test_control (void)
{
  static const CudaDriverControl *(*get) (void);
  static gboolean tried;

  if (!tried) {
    gpointer driver = dlopen ("libcuda.so.1", RTLD_LAZY);

    tried = TRUE;
    if (driver != NULL)
      *(gpointer *) & get = dlsym (driver, "cuda_driver_control");
  }
  return get != NULL ? get () : NULL;
}

gboolean
cuda_test_is_here (gchar ** reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get ("cuda", NULL, &error);

  if (backend != NULL)
    return TRUE;
  *reason = g_strdup (error->message);
  return FALSE;
}

GstKsBackend *
cuda_test_open (const gchar * kind)
{
  g_autoptr (GError) error = NULL;
  GstKsBackend *backend = gst_ks_backend_get (kind, NULL, &error);

  fail_unless (backend != NULL, "%s", error ? error->message : "?");
  return backend;
}

GstAllocator *
cuda_test_make (gpointer user_data)
{
  g_autoptr (GstKsBackend) backend = cuda_test_open (user_data);
  g_autoptr (GError) error = NULL;
  GstAllocator *allocator = gst_ks_backend_create_allocator (backend, &error);

  fail_unless (allocator != NULL, "%s", error ? error->message : "?");
  return allocator;
}

GstMemory *
cuda_test_take (GstAllocator * allocator, gsize size)
{
  g_autoptr (GError) error = NULL;
  GstKsRequest request = {.size = size };
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &request, &error);

  fail_unless (memory != NULL, "%s", error ? error->message : "?");
  return memory;
}

void
cuda_test_check_clean (void)
{
  const CudaDriverControl *control = cuda_test_control ();
  gsize bytes;

  gst_ks_trim_all ();
  if (control == NULL)
    return;
  fail_unless_equals_int (control->get_blocks (&bytes), 0);
  fail_unless_equals_int (control->get_pinned (&bytes), 0);
  fail_unless_equals_int (control->get_registered (), 0);
}

void
cuda_test_fill (GstMemory * memory, GRand * rand)
{
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  for (gsize i = 0; i < map.size; i++)
    map.data[i] = g_rand_int (rand);
  gst_memory_unmap (memory, &map);
}

gboolean
cuda_test_is_same (GstMemory * a, GstMemory * b)
{
  GstMapInfo one, other;
  gboolean same;

  fail_unless (gst_memory_map (a, &one, GST_MAP_READ));
  fail_unless (gst_memory_map (b, &other, GST_MAP_READ));
  same = one.size == other.size && memcmp (one.data, other.data, one.size) == 0;
  gst_memory_unmap (a, &one);
  gst_memory_unmap (b, &other);
  return same;
}
