/* The kind udmabuf on a kernel that has it: the conformance suite, limits, and memory of others.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "nodetest.h"
#include "dmabuftest.h"

#include <fcntl.h>
#include <sys/mman.h>

#define PAGE ((gsize) sysconf (_SC_PAGESIZE))

/* --- import --- */

static void
put (GstMemory * memory, guint8 byte)
{
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  memset (map.data, byte, map.size);
  gst_memory_unmap (memory, &map);
}

static void
assert_holds (GstMemory * memory, guint8 byte)
{
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  for (gsize i = 0; i < map.size; i++)
    fail_unless (map.data[i] == byte);
  gst_memory_unmap (memory, &map);
}

static GstMemory *
shared_frame (gsize size, gsize prefix)
{
  g_autoptr (GstAllocator) allocator = make_by_kind ((gpointer) "shared");
  GRefString *layout = g_ref_string_new ("frame");
  GstKsRequest request = {.size = size,.prefix = prefix,.layout = layout };
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &request, NULL);

  g_ref_string_release (layout);
  fail_unless (memory != NULL);
  return memory;
}

GST_START_TEST (test_import_shared)
{
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get ("udmabuf", NULL, NULL);
  g_autoptr (GError) error = NULL;
  GstMemory *memory = shared_frame (10000, 0);
  GstMemory *made = gst_ks_backend_import (backend, memory, &error);

  fail_unless (made != NULL, "%s", error ? error->message : "?");
  fail_unless (gst_is_dmabuf_memory (made));
  fail_unless_equals_uint64 (gst_memory_get_sizes (made, NULL, NULL), 10000);
  put (memory, 0x11);
  assert_holds (made, 0x11);
  put (made, 0x22);
  assert_holds (memory, 0x22);
  fail_if (GST_MEMORY_IS_READONLY (made));
  /* the bytes live as long as either of them */
  gst_memory_unref (memory);
  assert_holds (made, 0x22);
  gst_memory_unref (made);
}

GST_END_TEST;

GST_START_TEST (test_import_read_only)
{
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get ("udmabuf", NULL, NULL);
  GstMemory *memory = shared_frame (10000, 0);
  GstMemory *made;

  GST_MINI_OBJECT_FLAG_SET (memory, GST_MEMORY_FLAG_READONLY);
  made = gst_ks_backend_import (backend, memory, NULL);
  fail_unless (made != NULL && GST_MEMORY_IS_READONLY (made));
  gst_memory_unref (made);
  gst_memory_unref (memory);
}

GST_END_TEST;

/* The second import of a frame costs nothing: same dma-buf. */
GST_START_TEST (test_import_once)
{
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get ("udmabuf", NULL, NULL);
  gint fds[2];

  for (guint i = 0; i < 2; i++) {
    GstMemory *memory = shared_frame (10000, 0);
    GstMemory *made = gst_ks_backend_import (backend, memory, NULL);

    fds[i] = gst_dmabuf_memory_get_fd (made);
    gst_memory_unref (made);
    gst_memory_unref (memory);
  }
  fail_unless_equals_int (fds[0], fds[1]);
}

GST_END_TEST;

GST_START_TEST (test_import_at_page)
{
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get ("udmabuf", NULL, NULL);
  g_autoptr (GError) error = NULL;
  GstMemory *memory = shared_frame (10000, PAGE);
  GstMemory *made = gst_ks_backend_import (backend, memory, &error);

  fail_unless (made != NULL, "%s", error ? error->message : "?");
  put (memory, 0x33);
  assert_holds (made, 0x33);
  gst_memory_unref (made);
  gst_memory_unref (memory);

  memory = shared_frame (10000, 16);
  fail_unless (!gst_ks_backend_import (backend, memory, &error));
  assert_error (&error, GST_KS_ERROR_NOT_SUPPORTED, "begin at a page");
  gst_memory_unref (memory);
}

GST_END_TEST;

typedef struct
{
  gsize length;                 /* bytes of the file */
  gint seals;
  const gchar *reason;          /* NULL: it can */
  gboolean read_only;           /* the descriptor */
} ImportRow;

static const ImportRow import_rows[] = {
  {8192, F_SEAL_SHRINK, NULL},
  {8192, F_SEAL_SHRINK | F_SEAL_GROW, NULL},
  {8192, 0, "F_SEAL_SHRINK"},
  {8192, F_SEAL_GROW, "could shrink"},
  {8192, F_SEAL_SHRINK | F_SEAL_WRITE, "F_SEAL_WRITE"},
  {8192, F_SEAL_SHRINK | F_SEAL_FUTURE_WRITE, "F_SEAL_FUTURE_WRITE"},
  {8192, F_SEAL_SHRINK, "O_RDWR", TRUE},
  {8000, F_SEAL_SHRINK, "whole pages"},
};

/* For reading only; in place of fd. */
static gint
open_again (gint fd)
{
  g_autofree gchar *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  gint again = open (path, O_RDONLY | O_CLOEXEC);

  fail_unless (again >= 0 && close (fd) == 0);
  return again;
}

GST_START_TEST (test_import_seals)
{
  const ImportRow *row = &import_rows[__i__];
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get ("udmabuf", NULL, NULL);
  g_autoptr (GstAllocator) allocator = gst_fd_allocator_new ();
  g_autoptr (GError) error = NULL;
  gint fd = memfd_create ("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  fail_unless (fd >= 0 && ftruncate (fd, row->length) == 0);
  fail_unless (fcntl (fd, F_ADD_SEALS, row->seals) == 0);
  if (row->read_only)
    fd = open_again (fd);
  GstMemory *memory = gst_fd_allocator_alloc (allocator, fd, row->length,
      GST_FD_MEMORY_FLAG_NONE);
  GstMemory *made = gst_ks_backend_import (backend, memory, &error);

  if (row->reason != NULL)
    assert_error (&error, GST_KS_ERROR_NOT_SUPPORTED, row->reason);
  else
    fail_unless (made != NULL, "%s", error ? error->message : "?");
  g_clear_pointer (&made, gst_memory_unref);
  gst_memory_unref (memory);
}

GST_END_TEST;

GST_START_TEST (test_import_bytes)
{
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get ("udmabuf", NULL, NULL);
  GstMemory *memory = gst_allocator_alloc (NULL, 4096, NULL);
  g_autoptr (GError) error = NULL;

  fail_unless (!gst_ks_backend_import (backend, memory, &error));
  assert_error (&error, GST_KS_ERROR_NOT_SUPPORTED, "memory=shared");
  gst_memory_unref (memory);
}

GST_END_TEST;

/* --- the kernel's limit --- */

GST_START_TEST (test_size_limit)
{
  g_autoptr (GstAllocator) allocator = make_by_kind ((gpointer) "udmabuf");
  GstKsRequest request = {.size = 70 << 20 };
  g_autoptr (GError) error = NULL;
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &request, &error);

  if (memory != NULL)           /* somebody raised it */
    gst_memory_unref (memory);
  else
    assert_error (&error, GST_KS_ERROR_LIMIT, "size_limit_mb");
}

GST_END_TEST;

static const GstKsCheckBackend backend = {.kind = "udmabuf" };

static Suite *
udmabuf_suite (void)
{
  Suite *suite = suite_create ("udmabuf");
  TCase *tcase = tcase_create ("udmabuf");

  skip_unless_here ("udmabuf", NULL);
  /* first: the allocators of the others stay */
  suite_add_tcase (suite, gst_ks_check_backend_case (&backend));
  suite_add_tcase (suite, tcase);
  dmabuf_tests_add (tcase, "udmabuf");
  tcase_add_test (tcase, test_import_shared);
  tcase_add_test (tcase, test_import_read_only);
  tcase_add_test (tcase, test_import_once);
  tcase_add_test (tcase, test_import_at_page);
  tcase_add_loop_test (tcase, test_import_seals, 0, G_N_ELEMENTS (import_rows));
  tcase_add_test (tcase, test_import_bytes);
  tcase_add_test (tcase, test_size_limit);
  return suite;
}

GST_CHECK_MAIN (udmabuf);
