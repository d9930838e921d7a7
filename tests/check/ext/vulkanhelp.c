/* What the tests of the kind `vulkan` have in common.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "vulkanhelp.h"

GstKsBackend *
vulkan_open_backend (const gchar * device)
{
  g_autoptr (GError) error = NULL;
  GstKsBackend *backend = gst_ks_backend_get ("vulkan", device, &error);

  fail_unless (backend != NULL, "%s", error ? error->message : "?");
  return backend;
}

GstAllocator *
vulkan_make_bytes (gpointer unused)
{
  g_autoptr (GstKsBackend) backend = vulkan_open_backend (NULL);

  return gst_ks_backend_create_allocator (backend, NULL);
}

void
vulkan_assert_error (GError ** error, GstKsError code, const gchar * part)
{
  fail_unless (g_error_matches (*error, GST_KS_ERROR, code), "error: %s",
      *error ? (*error)->message : "none");
  fail_unless (strstr ((*error)->message, part) != NULL, "'%s' is not in '%s'",
      part, (*error)->message);
  g_clear_error (error);
}

GstMemory *
vulkan_take (GstAllocator * allocator, gsize size)
{
  GstKsRequest request = {.size = size };
  g_autoptr (GError) error = NULL;
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &request, &error);

  fail_unless (memory != NULL, "%s", error ? error->message : "?");
  return memory;
}

GstMemory *
vulkan_random_memory (gsize size, guint32 seed)
{
  GstMemory *memory = gst_allocator_alloc (NULL, size, NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  for (gsize i = 0; i < size; i++)
    map.data[i] = g_rand_int (rand);
  gst_memory_unmap (memory, &map);
  return memory;
}

gboolean
vulkan_is_same (GstMemory * a, GstMemory * b, gsize size)
{
  GstMapInfo first, second;
  gboolean same;

  fail_unless (gst_memory_map (a, &first, GST_MAP_READ));
  fail_unless (gst_memory_map (b, &second, GST_MAP_READ));
  same = first.size >= size && second.size >= size
      && memcmp (first.data, second.data, size) == 0;
  gst_memory_unmap (b, &second);
  gst_memory_unmap (a, &first);
  return same;
}

void
vulkan_copy (GstKsBackend * backend, GstMemory * dst, GstMemory * src)
{
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_backend_transfer (backend, dst, src, &error), "%s",
      error ? error->message : "?");
}

/* Random bytes into the memory and out of it again. */
void
vulkan_round_trip (GstKsBackend * backend, GstMemory * memory, guint32 seed)
{
  gsize size = gst_memory_get_sizes (memory, NULL, NULL);
  g_autoptr (GstMemory) in = vulkan_random_memory (size, seed);
  g_autoptr (GstMemory) out = gst_allocator_alloc (NULL, size, NULL);

  vulkan_copy (backend, memory, in);
  vulkan_copy (backend, out, memory);
  fail_unless (vulkan_is_same (in, out, size), "%" G_GSIZE_FORMAT " bytes",
      size);
}

gboolean
vulkan_make_shape (GstKsBackend * backend, GstVideoFormat format, guint width,
    guint height, GstKsShape * shape, GError ** error)
{
  g_autoptr (GstKsFraming) fixed =
      gst_ks_framing_parse ("vulkan, size=1000", NULL);
  GstVideoInfo info;

  fail_unless (gst_video_info_set_format (&info, format, width, height));
  return gst_ks_backend_allocate_shaped (backend, &info, fixed, shape, error);
}

void
vulkan_must_make_shape (GstKsBackend * backend, GstVideoFormat format,
    guint width, guint height, GstKsShape * shape)
{
  g_autoptr (GError) error = NULL;

  fail_unless (vulkan_make_shape (backend, format, width, height, shape,
          &error), "%s", error ? error->message : "?");
}

void
vulkan_assert_all_gone (void)
{
  gst_ks_trim_all ();
  fail_unless_equals_int (vulkan_n_images, 0);
  fail_unless_equals_int (vulkan_n_buffers, 0);
  fail_unless_equals_int (vulkan_n_memories, 0);
}
