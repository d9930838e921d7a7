/* Keeps other processes out of a card's memory, and says who has it.
 *
 * The lock is on the file of the memory itself: whoever may map it can see the
 * lock, wherever his /run is, and the kernel drops it with the process.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkswindowprivate.h"
#include "gstkspci.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* A line of /proc/locks: "1: FLOCK  ADVISORY  WRITE 4711 00:1d:815 0 EOF" */
static gboolean
read_holder (const gchar * line, const gchar * file, gint64 * pid)
{
  g_auto (GStrv) words = g_strsplit_set (line, " ", -1);
  const gchar *word[8];
  guint n = 0;

  for (guint i = 0; words[i] && n < G_N_ELEMENTS (word); i++)
    if (*words[i])
      word[n++] = words[i];
  if (n < 6 || !g_str_equal (word[1], "FLOCK") || !g_str_equal (word[5], file))
    return FALSE;
  *pid = g_ascii_strtoll (word[4], NULL, 10);
  return TRUE;
}

/* 0: not to be seen from here. */
static gint64
find_holder (gint fd)
{
  g_autofree gchar *locks = NULL;
  g_autofree gchar *file = NULL;
  g_auto (GStrv) lines = NULL;
  struct stat info;
  gint64 pid = 0;

  if (fstat (fd, &info) < 0
      || !g_file_get_contents ("/proc/locks", &locks, NULL, NULL))
    return 0;
  file = g_strdup_printf ("%02x:%02x:%" G_GUINT64_FORMAT,
      major (info.st_dev), minor (info.st_dev), (guint64) info.st_ino);
  lines = g_strsplit (locks, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    if (read_holder (lines[i], file, &pid))
      break;
  return MAX (pid, 0);
}

static gchar *
process_name (gint64 pid)
{
  g_autofree gchar *path =
      g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/comm", pid);
  gchar *name = NULL;

  if (!g_file_get_contents (path, &name, NULL, NULL))
    return g_strdup ("?");
  return g_strchomp (name);
}

static void
set_busy_error (const GstKsWindowSpec * spec, gint fd, GError ** error)
{
  gint64 pid = find_holder (fd);
  g_autofree gchar *who = NULL;

  if (pid > 0) {
    g_autofree gchar *name = process_name (pid);

    who = g_strdup_printf ("process %" G_GINT64_FORMAT " (%s)", pid, name);
  }
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "%s is in use by %s, and two allocators cannot share it; end that "
      "process, or use another device", spec->name,
      who ? who : "another process that cannot be seen from here");
}

gint
gst_ks_window_lock (const GstKsWindowSpec * spec, GError ** error)
{
  gint fd = open (spec->lock_path, O_RDONLY | O_CLOEXEC);
  g_autofree gchar *reason = NULL;

  if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  if (fd >= 0 && errno == EWOULDBLOCK) {
    set_busy_error (spec, fd, error);
  } else {
    reason = gst_ks_open_reason (spec->lock_path, errno, spec->remedy);
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE, reason);
  }
  if (fd >= 0)
    (void) close (fd);
  return -1;
}
