/* What every kind of dma-buf must show on a real kernel.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "nodetest.h"

#include <gst/allocators/allocators.h>
#include <gst/ks/gstksimport.h>
#include <sys/resource.h>

static const gchar *dmabuf_kind;

/* Others know it for what it is, and its descriptor is as long as the block. */
GST_START_TEST (test_is_dmabuf)
{
  g_autoptr (GstAllocator) allocator = make_by_kind ((gpointer) dmabuf_kind);
  GstKsRequest request = {.size = 1000 };
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &request, NULL);
  gsize page = sysconf (_SC_PAGESIZE);

  fail_unless (gst_is_dmabuf_memory (memory));
  fail_unless (gst_ks_memory_peek_block (memory)->size == page);
  fail_unless (lseek (gst_dmabuf_memory_get_fd (memory), 0, SEEK_END) ==
      (off_t) page);
  gst_memory_unref (memory);
}

GST_END_TEST;

/* Its descriptor, given to somebody else, is memory there; no longer than it is. */
GST_START_TEST (test_comes_from_elsewhere)
{
  g_autoptr (GstAllocator) allocator = make_by_kind ((gpointer) dmabuf_kind);
  GstKsRequest request = {.size = 8192 };
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &request, NULL);
  gint fd = dup (gst_dmabuf_memory_get_fd (memory));
  g_autoptr (GError) error = NULL;
  GstMemory *other;
  GstMapInfo map;

  fail_unless (!gst_ks_memory_new_from_fd (fd, 4096, 8192, &error));
  assert_error (&error, GST_KS_ERROR_TOO_SMALL, "it has 8192");
  other = gst_ks_memory_new_from_fd (fd, 4096, 4096, NULL);
  fail_unless (other != NULL && gst_is_dmabuf_memory (other));
  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  memset (map.data, 0x44, map.size);
  gst_memory_unmap (memory, &map);
  fail_unless (gst_memory_map (other, &map, GST_MAP_READ));
  fail_unless (map.size == 4096 && map.data[0] == 0x44
      && map.data[4095] == 0x44);
  gst_memory_unmap (other, &map);
  gst_memory_unref (memory);
  gst_memory_unref (other);
}

GST_END_TEST;

GST_START_TEST (test_note)
{
  g_autoptr (GstAllocator) allocator = make_by_kind ((gpointer) dmabuf_kind);
  g_autofree gchar *note = gst_ks_allocator_get_note (allocator);

  fail_unless (note != NULL && note[0] != '\0');
  GST_INFO ("%s", note);
}

GST_END_TEST;

/* The limit is an error that says which, and goes when frames come back. */
GST_START_TEST (test_descriptors)
{
  g_autoptr (GstAllocator) allocator = make_by_kind ((gpointer) dmabuf_kind);
  g_autoptr (GPtrArray) frames =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_memory_unref);
  GstKsRequest request = {.size = 4096 };
  struct rlimit limit, low;
  g_autoptr (GError) error = NULL;
  GstMemory *memory;

  fail_unless (getrlimit (RLIMIT_NOFILE, &limit) == 0);
  low = limit;
  low.rlim_cur = 64;
  fail_unless (setrlimit (RLIMIT_NOFILE, &low) == 0);
  while ((memory = gst_ks_allocator_alloc (allocator, &request, &error)))
    g_ptr_array_add (frames, memory);
  assert_error (&error, GST_KS_ERROR_LIMIT, "RLIMIT_NOFILE");
  fail_unless (frames->len > 0 && frames->len < 64);
  g_ptr_array_set_size (frames, frames->len - 1);
  memory = gst_ks_allocator_alloc (allocator, &request, NULL);
  fail_unless (memory != NULL);
  gst_memory_unref (memory);
  fail_unless (setrlimit (RLIMIT_NOFILE, &limit) == 0);
}

GST_END_TEST;

/* More than there is: an error, and the next frame is had. */
GST_START_TEST (test_too_much)
{
  g_autoptr (GstAllocator) allocator = make_by_kind ((gpointer) dmabuf_kind);
  GstKsRequest request = {.size = MIN ((guint64) 1 << 40, (guint64) G_MAXSIZE / 16 * 15) };
  g_autoptr (GError) error = NULL;
  GstMemory *memory;

  fail_unless (!gst_ks_allocator_alloc (allocator, &request, &error));
  assert_error (&error, GST_KS_ERROR_NO_MEMORY, "available");
  request.size = 4096;
  memory = gst_ks_allocator_alloc (allocator, &request, NULL);
  fail_unless (memory != NULL);
  gst_memory_unref (memory);
}

GST_END_TEST;

static inline void
dmabuf_tests_add (TCase * tcase, const gchar * kind)
{
  dmabuf_kind = kind;
  tcase_add_test (tcase, test_is_dmabuf);
  tcase_add_test (tcase, test_comes_from_elsewhere);
  tcase_add_test (tcase, test_note);
  tcase_add_test (tcase, test_descriptors);
  tcase_add_test (tcase, test_too_much);
}
