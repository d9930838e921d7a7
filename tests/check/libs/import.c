/* Descriptors from elsewhere: which become memory, and what is wrong with the others.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <gst/allocators/allocators.h>
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#define LENGTH 10000
#define NO_SEALS (-1)           /* made without MFD_ALLOW_SEALING */

static gint
new_memfd (gint seals)
{
  gint fd = memfd_create ("test", MFD_CLOEXEC |
      (seals != NO_SEALS ? MFD_ALLOW_SEALING : 0));
  guint8 bytes[LENGTH];

  for (gsize i = 0; i < LENGTH; i++)
    bytes[i] = i * 7;
  fail_unless (write (fd, bytes, LENGTH) == LENGTH);
  fail_unless (seals <= 0 || fcntl (fd, F_ADD_SEALS, seals) == 0);
  return fd;
}

typedef struct
{
  gint seals;
  gsize offset, size;
  GstKsError code;
  const gchar *reason;          /* NULL: it can */
  gboolean readonly;
} Row;

static const Row rows[] = {
  {F_SEAL_SHRINK, 0, LENGTH, 0, NULL, FALSE},
  {F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL, 0, LENGTH, 0, NULL, FALSE},
  {F_SEAL_SHRINK, 4096, LENGTH - 4096, 0, NULL, FALSE},
  {F_SEAL_SHRINK, 77, 1, 0, NULL, FALSE},
  {F_SEAL_SHRINK, LENGTH - 1, 1, 0, NULL, FALSE},
  {F_SEAL_SHRINK | F_SEAL_WRITE, 77, 1000, 0, NULL, TRUE},
  {F_SEAL_SHRINK | F_SEAL_FUTURE_WRITE, 77, 1000, 0, NULL, TRUE},
  {0, 0, LENGTH, GST_KS_ERROR_NOT_SUPPORTED, "F_ADD_SEALS, F_SEAL_SHRINK"},
  {F_SEAL_GROW, 0, LENGTH, GST_KS_ERROR_NOT_SUPPORTED, "could shrink"},
  {F_SEAL_SEAL, 0, LENGTH, GST_KS_ERROR_NOT_SUPPORTED, "MFD_ALLOW_SEALING"},
  {NO_SEALS, 0, LENGTH, GST_KS_ERROR_NOT_SUPPORTED, "MFD_ALLOW_SEALING"},
  {F_SEAL_SHRINK, 0, LENGTH + 1, GST_KS_ERROR_TOO_SMALL, "it has 10000"},
  {F_SEAL_SHRINK, LENGTH, 1, GST_KS_ERROR_TOO_SMALL, "1 bytes from byte 10000"},
  {F_SEAL_SHRINK, 1, G_MAXSIZE, GST_KS_ERROR_TOO_SMALL, "it has 10000"},
  {F_SEAL_SHRINK, G_MAXSIZE, 1, GST_KS_ERROR_TOO_SMALL, "it has 10000"},
  {F_SEAL_SHRINK, 0, 0, GST_KS_ERROR_INVALID, "0 bytes"},
};

static void
assert_error (GError ** error, GstKsError code, const gchar * part)
{
  fail_unless (g_error_matches (*error, GST_KS_ERROR, code), "error: %s",
      *error ? (*error)->message : "none");
  fail_unless (strstr ((*error)->message, part) != NULL, "'%s' is not in '%s'",
      part, (*error)->message);
  g_clear_error (error);
}

static void
assert_memory (GstMemory * memory, const Row * row)
{
  GstMapInfo map;

  fail_unless (gst_is_fd_memory (memory) && !gst_is_dmabuf_memory (memory));
  fail_unless_equals_uint64 (gst_memory_get_sizes (memory, NULL, NULL),
      row->size);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  for (gsize i = 0; i < map.size; i++)
    fail_unless (map.data[i] == (guint8) ((row->offset + i) * 7));
  gst_memory_unmap (memory, &map);
  fail_unless (gst_memory_map (memory, &map,
          GST_MAP_READWRITE) == !row->readonly);
  if (!row->readonly)
    gst_memory_unmap (memory, &map);
}

/* The descriptor is the memory's, or still ours. */
GST_START_TEST (test_rows)
{
  const Row *row = &rows[__i__];
  gint fd = new_memfd (row->seals);
  g_autoptr (GError) error = NULL;
  GstMemory *memory =
      gst_ks_memory_new_from_fd (fd, row->offset, row->size, &error);

  fail_unless ((memory == NULL) == (row->reason != NULL), "%s",
      error ? error->message : "taken");
  if (memory != NULL) {
    fail_unless_equals_int (gst_fd_memory_get_fd (memory), fd);
    assert_memory (memory, row);
    gst_memory_unref (memory);
    fail_unless (fcntl (fd, F_GETFD) < 0);
  } else {
    assert_error (&error, row->code, row->reason);
    fail_unless (fcntl (fd, F_GETFD) >= 0);
    (void) close (fd);
  }
}

GST_END_TEST;

/* What one writes the other reads: nothing was copied. */
GST_START_TEST (test_shares_the_bytes)
{
  gint fd = new_memfd (F_SEAL_SHRINK);
  GstMemory *memory = gst_ks_memory_new_from_fd (dup (fd), 100, 100, NULL);
  guint8 byte = 0;
  GstMapInfo map;

  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  map.data[5] = 0xee;
  gst_memory_unmap (memory, &map);
  fail_unless (pread (fd, &byte, 1, 105) == 1 && byte == 0xee);
  gst_memory_unref (memory);
  (void) close (fd);
}

GST_END_TEST;

/* A frame of the kind shared goes out by its descriptor, and comes in again. */
GST_START_TEST (test_ours_comes_back)
{
  g_autoptr (GstAllocator) allocator =
      gst_ks_allocator_get ("shared", NULL, NULL);
  GstKsRequest request = {.size = 5000,.prefix = 16 };
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &request, NULL);
  gint fd = dup (gst_fd_memory_get_fd (memory));
  GstMemory *other = gst_ks_memory_new_from_fd (fd, 16, 5000, NULL);

  fail_unless (other != NULL);
  gst_memory_unref (memory);
  gst_memory_unref (other);
}

GST_END_TEST;

GST_START_TEST (test_no_memory)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = NULL;
  gint fd = g_file_open_tmp ("ks-import-XXXXXX", &path, NULL);

  fail_unless (!gst_ks_memory_new_from_fd (-1, 0, 1, &error));
  assert_error (&error, GST_KS_ERROR_INVALID, "descriptor -1");
  fail_unless (ftruncate (fd, 4096) == 0);
  fail_unless (!gst_ks_memory_new_from_fd (fd, 0, 1, &error));
  fail_unless (g_error_matches (error, GST_KS_ERROR,
          GST_KS_ERROR_NOT_SUPPORTED), "%s", error->message);
  g_clear_error (&error);
  (void) close (fd);
  (void) unlink (path);

  fd = open ("/dev/null", O_WRONLY);
  fail_unless (!gst_ks_memory_new_from_fd (fd, 0, 1, &error));
  assert_error (&error, GST_KS_ERROR_NOT_SUPPORTED, "writing only");
  (void) close (fd);
}

GST_END_TEST;

/* Opened again for reading: the file may be written, but not by us. */
GST_START_TEST (test_opened_for_reading)
{
  gint fd = new_memfd (F_SEAL_SHRINK);
  g_autofree gchar *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  gint reading = open (path, O_RDONLY | O_CLOEXEC);
  GstMemory *memory = gst_ks_memory_new_from_fd (reading, 0, LENGTH, NULL);
  const Row row = { F_SEAL_SHRINK, 0, LENGTH, 0, NULL, TRUE };

  fail_unless (memory != NULL);
  assert_memory (memory, &row);
  gst_memory_unref (memory);
  (void) close (fd);
}

GST_END_TEST;

static Suite *
import_suite (void)
{
  Suite *suite = suite_create ("import");
  TCase *tcase = tcase_create ("descriptors");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_rows, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_shares_the_bytes);
  tcase_add_test (tcase, test_ours_comes_back);
  tcase_add_test (tcase, test_no_memory);
  tcase_add_test (tcase, test_opened_for_reading);
  return suite;
}

GST_CHECK_MAIN (import);
