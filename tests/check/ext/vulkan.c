/* The kind `vulkan`: bytes and pictures on a card, copies and imports.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "vulkanhelp.h"

#include <unistd.h>
#include <sys/mman.h>
#include <gst/allocators/gstdmabuf.h>

/* --- devices --- */

GST_START_TEST (test_names)
{
  g_autoptr (GstKsBackend) backend = vulkan_open_backend (NULL);
  GstKsBackendClass *klass = GST_KS_BACKEND_GET_CLASS (backend);
  g_auto (GStrv) names = klass->list_devices (klass);
  GError *error = NULL;

  fail_unless (g_strv_length (names) >= 2);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstKsBackend) named = vulkan_open_backend (names[i]);

    fail_unless (named != backend);
  }
  fail_unless_equals_int (vulkan_n_devices, 1);
  fail_if (gst_ks_backend_get ("vulkan", "no such card", &error));
  vulkan_assert_error (&error, GST_KS_ERROR_INVALID, names[1]);
}

GST_END_TEST;

GST_START_TEST (test_described)
{
  g_autoptr (GstKsBackend) backend = vulkan_open_backend (NULL);
  g_autoptr (GstKsFraming) framing = gst_ks_backend_describe (backend);
  const GstKsFramingItem *item = gst_ks_framing_peek_item (framing, 0);

  fail_unless (item->flags & GST_KS_FRAMING_FLAG_CAN_ALLOCATE);
  fail_unless (item->align >= 1);
}

GST_END_TEST;

/* --- bytes --- */

GST_START_TEST (test_bytes_are_buffers)
{
  g_autoptr (GstAllocator) allocator = vulkan_make_bytes (NULL);
  g_autoptr (GstMemory) memory = vulkan_take (allocator, 1000);
  g_autoptr (GstMemory) part = gst_memory_share (memory, 100, 200);

  fail_unless (gst_is_vulkan_buffer_memory (memory));
  fail_unless (gst_is_vulkan_buffer_memory (part));
  fail_unless (((GstVulkanBufferMemory *) memory)->buffer
      == ((GstVulkanBufferMemory *) part)->buffer);
  fail_unless_equals_string (gst_ks_allocator_peek_kind (memory->allocator),
      "vulkan");
}

GST_END_TEST;

/* A card may still read what elements have let go of. */
GST_START_TEST (test_reuse_waits)
{
  g_autoptr (GstAllocator) allocator = vulkan_make_bytes (NULL);
  gint before;

  gst_memory_unref (vulkan_take (allocator, 100000));
  before = vulkan_n_submits;
  gst_memory_unref (vulkan_take (allocator, 100000));
  fail_unless_equals_int (vulkan_n_submits, before + 1);
}

GST_END_TEST;

/* In a pool too, but not before somebody maps it. */
GST_START_TEST (test_reuse_in_a_pool_waits)
{
  g_autoptr (GstAllocator) allocator = vulkan_make_bytes (NULL);
  g_autoptr (GstKsPool) pool = gst_ks_pool_new (allocator, NULL, NULL);
  GstBufferPool *base = GST_BUFFER_POOL (pool);
  GstStructure *config = gst_buffer_pool_get_config (base);
  GstBuffer *buffer;
  GstMapInfo map;
  gint before;

  gst_buffer_pool_config_set_params (config, NULL, 100000, 0, 0);
  fail_unless (gst_buffer_pool_set_config (base, config));
  fail_unless (gst_buffer_pool_set_active (base, TRUE));
  gst_buffer_pool_acquire_buffer (base, &buffer, NULL);
  gst_buffer_unref (buffer);
  before = vulkan_n_waits;
  gst_buffer_pool_acquire_buffer (base, &buffer, NULL);
  fail_unless_equals_int (vulkan_n_waits, before);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  gst_buffer_unmap (buffer, &map);
  fail_unless_equals_int (vulkan_n_waits, before);
  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  gst_buffer_unmap (buffer, &map);
  fail_unless_equals_int (vulkan_n_waits, before + 1);
  gst_buffer_unref (buffer);
  fail_unless (gst_buffer_pool_set_active (base, FALSE));
}

GST_END_TEST;

/* Elements that only tell the card what to do with a frame never wait for it,
 * unless it is slower than they are. */
GST_START_TEST (test_reuse_in_a_pool_without_a_wait)
{
  gboolean slow = __i__;
  g_autoptr (GstAllocator) allocator = vulkan_make_bytes (NULL);
  g_autoptr (GstKsPool) pool = gst_ks_pool_new (allocator, NULL, NULL);
  GstBufferPool *base = GST_BUFFER_POOL (pool);
  GstStructure *config = gst_buffer_pool_get_config (base);
  gint before = vulkan_n_submits;
  gint waits = vulkan_n_waits;

  gst_buffer_pool_config_set_params (config, NULL, 100000, 0, 0);
  fail_unless (gst_buffer_pool_set_config (base, config));
  fail_unless (gst_buffer_pool_set_active (base, TRUE));
  vulkan_is_slow = slow;
  for (guint i = 0; i < 1000; i++) {
    GstBuffer *buffer = NULL;

    fail_unless_equals_int (gst_buffer_pool_acquire_buffer (base, &buffer,
            NULL), GST_FLOW_OK);
    gst_buffer_unref (buffer);
  }
  vulkan_is_slow = FALSE;
  fail_unless_equals_int (vulkan_n_submits, before + 1000);
  if (slow)
    fail_unless (vulkan_n_waits - waits > 900);
  fail_unless (gst_buffer_pool_set_active (base, FALSE));
}

GST_END_TEST;

static const gsize trip_sizes[] = { 1, 64, 1001, 100000, 4 << 20 };

GST_START_TEST (test_bytes_round_trip)
{
  g_autoptr (GstKsBackend) backend = vulkan_open_backend (NULL);
  g_autoptr (GstAllocator) allocator = vulkan_make_bytes (NULL);
  GstMemory *memory = vulkan_take (allocator, trip_sizes[__i__]);
  GstMemory *other = vulkan_take (allocator, trip_sizes[__i__]);

  vulkan_round_trip (backend, memory, __i__);
  vulkan_copy (backend, other, memory);
  fail_unless (vulkan_is_same (other, memory, trip_sizes[__i__]));
  gst_memory_unref (memory);
  gst_memory_unref (other);
}

GST_END_TEST;

/* --- pictures --- */

typedef struct
{
  GstVideoFormat format;
  guint width, height;
  guint n_memories;
  gint stride;
} ShapeRow;

static const ShapeRow shape_rows[] = {
  {GST_VIDEO_FORMAT_RGBA, 320, 240, 1, 1280},
  {GST_VIDEO_FORMAT_BGRA, 33, 7, 1, 132},
  {GST_VIDEO_FORMAT_BGRx, 1, 1, 1, 4},
  {GST_VIDEO_FORMAT_NV12, 320, 240, 2, 320},
  {GST_VIDEO_FORMAT_NV12, 321, 241, 2, 321},
  {GST_VIDEO_FORMAT_I420, 322, 242, 3, 322},
  {GST_VIDEO_FORMAT_GRAY8, 333, 11, 1, 333},
  {GST_VIDEO_FORMAT_GRAY16_LE, 21, 11, 1, 42},
  {GST_VIDEO_FORMAT_YUY2, 64, 48, 1, 128},
  {GST_VIDEO_FORMAT_AYUV, 65, 48, 1, 260},
  {GST_VIDEO_FORMAT_Y444, 31, 8, 3, 31},
};

GST_START_TEST (test_shape)
{
  const ShapeRow *row = &shape_rows[__i__];
  g_autoptr (GstKsBackend) backend = vulkan_open_backend (NULL);
  GstKsShape shape;

  vulkan_must_make_shape (backend, row->format, row->width, row->height,
      &shape);
  fail_unless_equals_int (shape.n_memories, row->n_memories);
  fail_unless_equals_int (shape.stride[0], row->stride);
  for (guint i = 0; i < shape.n_memories; i++) {
    GstMemory *memory = shape.memories[i];

    fail_unless (gst_is_vulkan_image_memory (memory));
    fail_unless (gst_ks_memory_is_ours (memory));
    fail_unless (GST_MEMORY_FLAG_IS_SET (memory, GST_MEMORY_FLAG_NOT_MAPPABLE));
    fail_unless_equals_string (gst_ks_allocator_peek_kind (memory->allocator),
        "vulkan");
    vulkan_round_trip (backend, memory, i);
  }
  gst_ks_shape_clear (&shape);
  g_clear_object (&backend);
  vulkan_assert_all_gone ();
}

GST_END_TEST;

#define PICTURE (1920 * 1080 * 4)

/* The card works on while nobody looks; who looks sees the whole picture. */
GST_START_TEST (test_who_maps_waits)
{
  g_autoptr (GstKsBackend) backend = vulkan_open_backend (NULL);
  g_autoptr (GstAllocator) allocator = vulkan_make_bytes (NULL);
  g_autoptr (GstMemory) in = vulkan_random_memory (PICTURE, 1);
  g_autoptr (GstMemory) other = vulkan_random_memory (PICTURE, 2);
  GstMemory *out = vulkan_take (allocator, PICTURE);
  GstKsShape shape;
  gint before;

  vulkan_must_make_shape (backend, GST_VIDEO_FORMAT_RGBA, 1920, 1080, &shape);
  vulkan_copy (backend, out, in);
  before = vulkan_n_waits;
  vulkan_copy (backend, shape.memories[0], out);
  fail_unless (vulkan_is_same (in, out, PICTURE));
  fail_unless_equals_int (vulkan_n_waits, before);

  gst_memory_unref (out);
  out = vulkan_take (allocator, PICTURE);
  vulkan_copy (backend, out, other);
  before = vulkan_n_waits;
  vulkan_copy (backend, out, shape.memories[0]);
  fail_unless_equals_int (vulkan_n_waits, before);
  fail_unless (vulkan_is_same (in, out, PICTURE));
  fail_unless_equals_int (vulkan_n_waits, before + 1);
  fail_unless (vulkan_is_same (in, out, PICTURE));
  fail_unless_equals_int (vulkan_n_waits, before + 1);
  gst_memory_unref (out);
  gst_ks_shape_clear (&shape);
}

GST_END_TEST;

typedef struct
{
  GstVideoFormat format;
  guint width, height;
  GstKsError code;
  const gchar *part;
} RefusalRow;

static const RefusalRow refusal_rows[] = {
  {GST_VIDEO_FORMAT_P010_10LE, 64, 64, GST_KS_ERROR_NOT_SUPPORTED,
      "P010_10LE"},
  {GST_VIDEO_FORMAT_RGBA, 40000, 64, GST_KS_ERROR_LIMIT, "40000x64"},
  {GST_VIDEO_FORMAT_YUY2, 63, 64, GST_KS_ERROR_NOT_SUPPORTED, "even"},
  {GST_VIDEO_FORMAT_RGB, 64, 64, GST_KS_ERROR_NOT_SUPPORTED, "R8G8B8"},
};

GST_START_TEST (test_refused_shape)
{
  const RefusalRow *row = &refusal_rows[__i__];
  g_autoptr (GstKsBackend) backend = vulkan_open_backend (NULL);
  GError *error = NULL;
  GstKsShape shape;

  fail_if (vulkan_make_shape (backend, row->format, row->width, row->height,
          &shape, &error));
  vulkan_assert_error (&error, row->code, row->part);
}

GST_END_TEST;

/* The object comes back with the views on it, for the same picture alone. */
GST_START_TEST (test_image_identity)
{
  g_autoptr (GstAllocator) keeper = vulkan_make_bytes (NULL);
  GstKsBackend *backend = gst_ks_backend_peek (keeper);
  GstKsShape shape;
  GstMemory *image;
  GstVulkanImageView *view;

  vulkan_must_make_shape (backend, GST_VIDEO_FORMAT_RGBA, 64, 48, &shape);
  image = shape.memories[0];
  view = gst_vulkan_get_or_create_image_view ((GstVulkanImageMemory *) image);
  gst_ks_shape_clear (&shape);
  /* its view is a reference, as the card may use it */
  vulkan_must_make_shape (backend, GST_VIDEO_FORMAT_RGBA, 64, 48, &shape);
  fail_unless (shape.memories[0] != image);
  gst_ks_shape_clear (&shape);
  gst_vulkan_image_view_unref (view);

  vulkan_must_make_shape (backend, GST_VIDEO_FORMAT_RGBA, 64, 48, &shape);
  fail_unless (shape.memories[0] == image);
  fail_unless_equals_int (((GstVulkanImageMemory *) image)->views->len, 1);
  gst_ks_shape_clear (&shape);

  vulkan_must_make_shape (backend, GST_VIDEO_FORMAT_RGBA, 48, 64, &shape);
  fail_unless (shape.memories[0] != image);
  gst_ks_shape_clear (&shape);
  vulkan_must_make_shape (backend, GST_VIDEO_FORMAT_BGRA, 64, 48, &shape);
  fail_unless (shape.memories[0] != image);
  gst_ks_shape_clear (&shape);
  gst_clear_object (&keeper);
  vulkan_assert_all_gone ();
}

GST_END_TEST;

GST_START_TEST (test_image_copies)
{
  g_autoptr (GstKsBackend) backend = vulkan_open_backend (NULL);
  g_autoptr (GstAllocator) allocator = vulkan_make_bytes (NULL);
  gsize size = 64 * 48 * 4;
  g_autoptr (GstMemory) bytes = vulkan_take (allocator, size);
  g_autoptr (GstMemory) in = vulkan_random_memory (size, 3);
  g_autoptr (GstMemory) small = vulkan_random_memory (size - 1, 3);
  GError *error = NULL;
  GstKsShape one, two, other;

  vulkan_must_make_shape (backend, GST_VIDEO_FORMAT_RGBA, 64, 48, &one);
  vulkan_must_make_shape (backend, GST_VIDEO_FORMAT_RGBA, 64, 48, &two);
  vulkan_must_make_shape (backend, GST_VIDEO_FORMAT_RGBA, 48, 64, &other);
  vulkan_copy (backend, one.memories[0], in);
  vulkan_copy (backend, two.memories[0], one.memories[0]);
  vulkan_copy (backend, bytes, two.memories[0]);
  fail_unless (vulkan_is_same (bytes, in, size));
  vulkan_copy (backend, one.memories[0], bytes);

  fail_if (gst_ks_backend_transfer (backend, other.memories[0],
          one.memories[0], &error));
  vulkan_assert_error (&error, GST_KS_ERROR_INVALID, "rows without gaps");
  fail_if (gst_ks_backend_transfer (backend, one.memories[0], small, &error));
  vulkan_assert_error (&error, GST_KS_ERROR_INVALID, "rows without gaps");
  gst_ks_shape_clear (&one);
  gst_ks_shape_clear (&two);
  gst_ks_shape_clear (&other);
}

GST_END_TEST;

/* Whoever goes first. */
GST_START_TEST (test_teardown)
{
  GstKsBackend *backend = vulkan_open_backend (NULL);
  GstAllocator *allocator = vulkan_make_bytes (NULL);
  GstMemory *memory = vulkan_take (allocator, 1000);
  GstKsShape shape;

  vulkan_must_make_shape (backend, GST_VIDEO_FORMAT_NV12, 64, 48, &shape);
  if (__i__ & 1) {
    gst_ks_shape_clear (&shape);
    gst_memory_unref (memory);
  }
  if (__i__ & 2)
    g_object_unref (backend);
  gst_object_unref (allocator);
  if (!(__i__ & 1)) {
    GstMemory *in = vulkan_random_memory (64 * 48, 1);
    g_autoptr (GstKsBackend) again = vulkan_open_backend (NULL);

    vulkan_copy (again, shape.memories[0], in);
    gst_memory_unref (in);
    gst_memory_unref (memory);
    gst_ks_shape_clear (&shape);
  }
  if (!(__i__ & 2))
    g_object_unref (backend);
  vulkan_assert_all_gone ();
}

GST_END_TEST;

/* --- imports --- */

GST_START_TEST (test_import)
{
  g_autoptr (GstKsBackend) backend = vulkan_open_backend (NULL);
  GstAllocationParams params = { 0, 4095, 0, 0 };
  gsize size = 100001;
  GstMemory *host = gst_allocator_alloc (NULL, size, &params);
  g_autoptr (GstMemory) in = vulkan_random_memory (size, 5);
  g_autoptr (GstMemory) out = gst_allocator_alloc (NULL, size, NULL);
  g_autoptr (GError) error = NULL;
  GstMemory *made = gst_ks_backend_import (backend, host, &error);
  GstMemory *again;

  fail_unless (made != NULL, "%s", error ? error->message : "?");
  fail_unless (gst_is_vulkan_buffer_memory (made));
  vulkan_copy (backend, made, in);
  fail_unless (vulkan_is_same (host, in, size));
  gst_memory_unref (host);
  vulkan_copy (backend, out, made);
  fail_unless (vulkan_is_same (out, in, size));
  again = gst_memory_copy (made, 0, -1);
  fail_unless (again != NULL && vulkan_is_same (again, in, size));
  gst_memory_unref (again);
  gst_memory_unref (made);
  g_clear_object (&backend);
  vulkan_assert_all_gone ();
}

GST_END_TEST;

GST_START_TEST (test_import_by_the_card)
{
  g_autoptr (GstKsBackend) backend = vulkan_open_backend (NULL);
  GstAllocationParams params = { 0, 4095, 0, 0 };
  gsize size = 64 * 48 * 4;
  g_autoptr (GstMemory) host = gst_allocator_alloc (NULL, size, &params);
  g_autoptr (GstMemory) in = vulkan_random_memory (size, 5);
  GstMemory *made = gst_ks_backend_import (backend, host, NULL);
  GstKsShape shape;

  vulkan_must_make_shape (backend, GST_VIDEO_FORMAT_RGBA, 64, 48, &shape);
  vulkan_copy (backend, shape.memories[0], in);
  vulkan_copy (backend, made, shape.memories[0]);
  fail_unless (vulkan_is_same (host, in, size));
  gst_ks_shape_clear (&shape);
  gst_memory_unref (made);
}

GST_END_TEST;

GST_START_TEST (test_refused_import)
{
  g_autoptr (GstKsBackend) backend = vulkan_open_backend (NULL);
  GstAllocationParams params = { 0, 4095, 64, 0 };
  g_autoptr (GstMemory) host = gst_allocator_alloc (NULL, 8192, &params);
  g_autoptr (GstAllocator) dmabufs = gst_dmabuf_allocator_new ();
  gint fd = memfd_create ("dmabuf", MFD_CLOEXEC);
  g_autoptr (GstMemory) dmabuf = NULL, taken = NULL;
  GError *error = NULL;

  fail_if (gst_ks_backend_import (backend, host, &error));
  vulkan_assert_error (&error, GST_KS_ERROR_NOT_SUPPORTED, "align=4096");

  fail_unless (ftruncate (fd, 4096) == 0);
  dmabuf = gst_dmabuf_allocator_alloc (dmabufs, fd, 4096);
  taken = gst_ks_backend_import (backend, dmabuf, &error);
  /* llvmpipe of Mesa 25 maps whatever file it is given */
  fail_unless (taken != NULL || error->domain == GST_KS_ERROR);
  g_clear_error (&error);
}

GST_END_TEST;

static const GstKsCheckBackend check = {.kind = "vulkan" };

static Suite *
vulkan_suite (void)
{
  Suite *suite = suite_create ("vulkan");
  TCase *tcase = tcase_create ("pictures");

  vulkan_check_or_skip ();
  suite_add_tcase (suite, gst_ks_check_backend_case (&check));
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_names);
  tcase_add_test (tcase, test_described);
  tcase_add_test (tcase, test_bytes_are_buffers);
  tcase_add_test (tcase, test_reuse_waits);
  tcase_add_test (tcase, test_who_maps_waits);
  tcase_add_test (tcase, test_reuse_in_a_pool_waits);
  tcase_add_loop_test (tcase, test_reuse_in_a_pool_without_a_wait, 0, 2);
  tcase_add_loop_test (tcase, test_bytes_round_trip, 0,
      G_N_ELEMENTS (trip_sizes));
  tcase_add_loop_test (tcase, test_shape, 0, G_N_ELEMENTS (shape_rows));
  tcase_add_loop_test (tcase, test_refused_shape, 0,
      G_N_ELEMENTS (refusal_rows));
  tcase_add_test (tcase, test_image_identity);
  tcase_add_test (tcase, test_image_copies);
  tcase_add_loop_test (tcase, test_teardown, 0, 4);
  tcase_add_test (tcase, test_import);
  tcase_add_test (tcase, test_import_by_the_card);
  tcase_add_test (tcase, test_refused_import);
  return suite;
}

GST_CHECK_MAIN (vulkan);
