/* Memory from elsewhere: a descriptor that somebody gave us, checked before it is touched.
 *
 * Whoever maps a file that ends early is killed when the missing bytes are
 * touched. So the file must be long enough, and it must not be able to become
 * shorter later: a dma-buf cannot, and a memfd that is sealed cannot.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksimport.h"
#include "gstkserror.h"
#include "gstkssize.h"

#include <errno.h>
#include <fcntl.h>
#include <gst/allocators/allocators.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* What a descriptor turned out to be. */
typedef struct
{
  gboolean is_dmabuf;
  gboolean readonly;
  guint64 length;               /* bytes */
} File;

static gboolean
is_dmabuf (gint fd)
{
  struct statfs fs;

  return fstatfs (fd, &fs) == 0 && (guint64) fs.f_type == DMA_BUF_MAGIC;
}

static gboolean
refuse (GError ** error, GstKsError code, gint fd, const gchar * why)
{
  g_set_error (error, GST_KS_ERROR, code, "descriptor %d: %s", fd, why);
  return FALSE;
}

static gboolean
look_at_dmabuf (File * file, gint fd, GError ** error)
{
  off_t length = lseek (fd, 0, SEEK_END);

  if (length < 0)
    return refuse (error, GST_KS_ERROR_NOT_SUPPORTED, fd,
        "a dma-buf whose size the kernel does not tell");
  file->is_dmabuf = TRUE;
  file->length = length;
  return TRUE;
}

/* A seal of the file, or its access mode, may forbid to write. */
static gboolean
look_at_memfd (File * file, gint fd, GError ** error)
{
  gint seals = fcntl (fd, F_GET_SEALS);
  struct stat status;

  if (seals < 0 || fstat (fd, &status) < 0)
    return refuse (error, GST_KS_ERROR_NOT_SUPPORTED, fd, "neither a dma-buf "
        "nor a memfd; only these cannot shrink while they are mapped");
  if (!(seals & F_SEAL_SHRINK))
    return refuse (error, GST_KS_ERROR_NOT_SUPPORTED, fd, seals & F_SEAL_SEAL ?
        "it could shrink, and cannot be sealed any more; it has to be made by "
        "memfd_create() with MFD_ALLOW_SEALING" :
        "it could shrink: the seal F_SEAL_SHRINK is missing; whoever made it "
        "has to call fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK)");
  file->readonly |= (seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) != 0;
  file->length = status.st_size;
  return TRUE;
}

static gboolean
look_at (File * file, gint fd, GError ** error)
{
  gint mode = fcntl (fd, F_GETFL);

  if (mode < 0)
    return refuse (error, GST_KS_ERROR_INVALID, fd, g_strerror (errno));
  if ((mode & O_ACCMODE) == O_WRONLY)
    return refuse (error, GST_KS_ERROR_NOT_SUPPORTED, fd,
        "open for writing only, cannot be mapped");
  *file = (File) {
  .readonly = (mode & O_ACCMODE) == O_RDONLY};
  return is_dmabuf (fd) ? look_at_dmabuf (file, fd, error) :
      look_at_memfd (file, fd, error);
}

static gboolean
check_bounds (const File * file, gint fd, gsize offset, gsize size,
    GError ** error)
{
  gsize end = 0;

  if (size == 0)
    return refuse (error, GST_KS_ERROR_INVALID, fd, "0 bytes of it: the size "
        "must be at least 1");
  if (gst_ks_size_add (offset, size, &end) && end <= file->length)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_TOO_SMALL,
      "descriptor %d: %" G_GSIZE_FORMAT " bytes from byte %" G_GSIZE_FORMAT
      " are wanted, and it has %" G_GUINT64_FORMAT, fd, size, offset,
      file->length);
  return FALSE;
}

/* What is sealed against writing is mapped apart: before Linux 6.7 such a file
 * could not be mapped shared at all. */
static GstMemory *
wrap (const File * file, gint fd, gsize end)
{
  g_autoptr (GstAllocator) allocator = file->is_dmabuf ?
      gst_dmabuf_allocator_new () : gst_fd_allocator_new ();
  GstMemory *memory = file->is_dmabuf ?
      gst_dmabuf_allocator_alloc (allocator, fd, end) :
      gst_fd_allocator_alloc (allocator, fd, end, file->readonly ?
      GST_FD_MEMORY_FLAG_MAP_PRIVATE : GST_FD_MEMORY_FLAG_NONE);

  if (file->readonly)
    GST_MINI_OBJECT_FLAG_SET (memory, GST_MEMORY_FLAG_READONLY);
  return memory;
}

/**
 * gst_ks_memory_new_from_fd:
 * @fd: a dma-buf, or a memfd with the seal `F_SEAL_SHRINK`; the memory's on
 *     success, the caller's on failure
 * @offset: bytes, where in it the frame begins
 * @size: bytes, not 0
 * @error: set when it cannot be
 *
 * Makes memory of a frame that another process, or a library, has made:
 * `GstDmaBufMemory` or `GstFdMemory`, whose descriptor
 * gst_fd_memory_get_fd() tells. What cannot be written (sealed by
 * `F_SEAL_WRITE`, or opened for reading) becomes memory that is read only. It
 * is mapped at the first use. Any thread.
 *
 * Errors: %GST_KS_ERROR_INVALID for what is no descriptor and for 0 bytes,
 * %GST_KS_ERROR_TOO_SMALL when it ends early, %GST_KS_ERROR_NOT_SUPPORTED for
 * a file that could shrink, with the seal that is missing.
 *
 * Returns: (transfer full) (nullable): memory, or %NULL
 *
 * Since: 0.9
 */
GstMemory *
gst_ks_memory_new_from_fd (gint fd, gsize offset, gsize size, GError ** error)
{
  GstMemory *memory;
  File file;

  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!look_at (&file, fd, error)
      || !check_bounds (&file, fd, offset, size, error))
    return NULL;
  memory = wrap (&file, fd, offset + size);
  gst_memory_resize (memory, offset, size);
  return memory;
}
