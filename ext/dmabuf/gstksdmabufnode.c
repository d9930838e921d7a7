/* Device nodes that make dma-bufs: how they are opened, and what becomes of a descriptor.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksdmabufkinds.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

gboolean
ks_dev_is_path (GstKsBackendClass * klass, const gchar * device,
    GError ** error)
{
  return g_path_is_absolute (device);
}

gchar *
ks_dev_path (const gchar * name)
{
  const gchar *folder = g_getenv ("GST_KS_DEV");

  return g_build_filename (folder && *folder ? folder : "/dev", name, NULL);
}

static void
set_open_error (const gchar * path, const KsDevKind * kind, gint cause,
    GError ** error)
{
  const gchar *help = "is it the right path?";

  if (cause == ENOENT || cause == ENXIO || cause == ENODEV)
    help = kind->missing;
  else if (cause == EACCES || cause == EPERM)
    help = kind->forbidden;
  else if (cause == EMFILE || cause == ENFILE)
    help = "raise the limit of descriptors with 'ulimit -n'";
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE, "%s: %s; %s",
      path, g_strerror (cause), help);
}

/* -1 with errno; ENOTTY: it is no such device. A name may be of anything, so
 * what is no device at all is not opened: that alone may do something. */
static gint
open_device (const gchar * path, gulong request, gpointer arg)
{
  struct stat file;
  gint fd;

  if (stat (path, &file) < 0
      || faccessat (AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) < 0)
    return -1;
  if (!S_ISCHR (file.st_mode)) {
    errno = ENOTTY;
    return -1;
  }
  fd = open (path, O_RDWR | O_CLOEXEC);
  if (fd < 0 || ioctl (fd, request, arg) >= 0 || errno != ENOTTY)
    return fd;
  (void) close (fd);
  errno = ENOTTY;
  return -1;
}

gint
ks_dev_open (const gchar * path, const KsDevKind * kind, gpointer arg,
    GError ** error)
{
  gint fd = open_device (path, kind->request, arg);

  if (fd >= 0)
    return fd;
  if (errno != ENOTTY) {
    set_open_error (path, kind, errno, error);
    return -1;
  }
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "%s: is not %s; %s", path, kind->what, kind->missing);
  return -1;
}

void
ks_set_block_error (GError ** error, const gchar * path, gsize size, gint cause)
{
  struct rlimit limit = { 0, 0 };

  if (cause == EMFILE || cause == ENFILE) {
    (void) getrlimit (RLIMIT_NOFILE, &limit);
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
        "%s: no descriptor for a frame of %" G_GSIZE_FORMAT " bytes: %s; the "
        "limit is %" G_GUINT64_FORMAT " (RLIMIT_NOFILE) and each frame needs "
        "one; raise it with 'ulimit -n', or hold fewer frames", path, size,
        g_strerror (cause), (guint64) limit.rlim_cur);
  } else if (cause == EFBIG) {
    (void) getrlimit (RLIMIT_FSIZE, &limit);
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
        "%s: a frame of %" G_GSIZE_FORMAT " bytes is a file, and these are "
        "limited to %" G_GUINT64_FORMAT " bytes (RLIMIT_FSIZE); raise it with "
        "'ulimit -f'", path, size, (guint64) limit.rlim_cur);
  } else if (cause == ENOMEM || cause == ENOSPC) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
        "%s: has no %" G_GSIZE_FORMAT " bytes for a frame: %s; hold fewer or "
        "smaller frames, or free memory", path, size, g_strerror (cause));
  } else {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "%s: refused a frame of %" G_GSIZE_FORMAT " bytes: %s%s", path, size,
        g_strerror (cause), cause == EPERM || cause == ENOSYS ?
        "; a filter of system calls (seccomp), as containers have, may forbid "
        "it: have it allowed there" : "");
  }
}

gboolean
ks_block_take (GstKsBlock * block, gint fd, const gchar * path, GError ** error)
{
  off_t size = lseek (fd, 0, SEEK_END);

  if (size < 0 || (guint64) size < block->size) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "%s: gave %" G_GINT64_FORMAT " bytes for a frame of %" G_GSIZE_FORMAT
        "; its driver is at fault", path, (gint64) size, block->size);
  } else if (gst_ks_block_map (block, fd, 0, error)) {
    block->fd = fd;
    return TRUE;
  }
  (void) close (fd);
  return FALSE;
}

void
ks_block_drop (GstKsDmaBufAllocator * allocator, GstKsBlock * block)
{
  gst_ks_block_unmap (block);
  (void) close (block->fd);
}
