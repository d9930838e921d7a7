/* Fuzz target: descriptors of others. The bytes say how a file was made, and
 * which part of it is wanted: memory of exactly that part, or an error and the
 * descriptor is still the caller's.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "fuzz.h"

#include <fcntl.h>
#include <gst/allocators/allocators.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_FILE (64 * 1024)

typedef enum
{ MEMFD, READ_ONLY, WRITE_ONLY, PIPE_END, CLOSED, REGULAR, N_WAYS } Way;

typedef struct
{
  guint8 way;
  guint8 seals;
  guint8 nothing[2];
  guint32 length;
  guint64 offset;
  guint64 size;
} Request;

static gint
reopen (gint fd, gint flags)
{
  g_autofree gchar *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  gint other = open (path, flags | O_CLOEXEC);

  (void) close (fd);
  return other;
}

static gint
open_pipe (void)
{
  gint ends[2];

  g_assert_true (pipe (ends) == 0);
  (void) close (ends[1]);
  return ends[0];
}

static gint
open_regular (void)
{
  gchar *path = NULL;
  gint fd = g_file_open_tmp ("ksfuzz-XXXXXX", &path, NULL);

  g_assert_true (remove (path) == 0);
  g_free (path);
  return fd;
}

static gint
open_file (const Request * r)
{
  gint fd = memfd_create ("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  g_assert_true (ftruncate (fd, r->length % MAX_FILE) == 0);
  (void) fcntl (fd, F_ADD_SEALS, r->seals & 0x1f);
  switch (r->way % N_WAYS) {
    case READ_ONLY:
      return reopen (fd, O_RDONLY);
    case WRITE_ONLY:
      return reopen (fd, O_WRONLY);
    case PIPE_END:
      (void) close (fd);
      return open_pipe ();
    case REGULAR:
      (void) close (fd);
      return open_regular ();
    case CLOSED:
      (void) close (fd);
      return fd;
    default:
      return fd;
  }
}

static void
check_memory (GstMemory * memory, const Request * r, gint fd)
{
  GstMapInfo map;

  g_assert_true (gst_is_fd_memory (memory));
  g_assert_cmpint (gst_fd_memory_get_fd (memory), ==, fd);
  g_assert_cmpuint (memory->size, ==, r->size);
  g_assert_cmpuint (memory->offset, ==, r->offset);
  if (gst_memory_map (memory, &map, GST_MAP_READ)) {
    guint8 sum = 0;

    for (gsize i = 0; i < map.size; i++)
      sum |= map.data[i];
    g_assert_cmpuint (sum, ==, 0);
    gst_memory_unmap (memory, &map);
  }
  gst_memory_unref (memory);
  g_assert_true (fcntl (fd, F_GETFD) < 0);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  g_autoptr (GError) error = NULL;
  GstMemory *memory;
  Request r;
  gint fd;

  if (size < sizeof (r))
    return 0;
  fuzz_start_gstreamer ();
  memcpy (&r, data, sizeof (r));
  fd = open_file (&r);
  g_assert_true (fd >= 0);
  memory = gst_ks_memory_new_from_fd (fd, r.offset, r.size, &error);
  fuzz_check_either (memory != NULL, error);
  if (memory != NULL) {
    check_memory (memory, &r, fd);
  } else {
    g_assert_true (g_str_has_prefix (error->message, "descriptor "));
    g_assert_true ((close (fd) == 0) == (r.way % N_WAYS != CLOSED));
  }
  return 0;
}
