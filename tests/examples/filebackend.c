/* The kind `file`: frames in files of a folder, such as a file system on persistent memory or on huge pages.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE             /* mkostemp() */
#endif
#include <gst/ks/gstks.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define DEFAULT_FOLDER "/dev/shm"

/* --- the allocator: a block is a file without a name --- */

typedef struct
{
  GstKsAllocator parent;

  gchar *folder;                /* owned */
} FileAllocator;

typedef struct
{
  GstKsAllocatorClass parent_class;
} FileAllocatorClass;

static GType file_allocator_get_type (void);
G_DEFINE_TYPE (FileAllocator, file_allocator, GST_TYPE_KS_ALLOCATOR);

/* Bytes that are left in a folder. */
static guint64
room_of (const gchar * folder)
{
  struct statvfs room = { 0 };

  return statvfs (folder, &room) == 0 ?
      (guint64) room.f_bavail * room.f_frsize : 0;
}

/* Nobody finds the file by name, and it goes with the last descriptor. */
static gint
open_file (const gchar * folder)
{
  g_autofree gchar *name = g_build_filename (folder, "ks-XXXXXX", NULL);
  gint fd = mkostemp (name, O_CLOEXEC);

  if (fd >= 0)
    (void) unlink (name);
  return fd;
}

static void
set_error (const FileAllocator * self, gsize size, GError ** error)
{
  gboolean limit = errno == EMFILE || errno == ENFILE;

  g_set_error (error, GST_KS_ERROR,
      limit ? GST_KS_ERROR_LIMIT : GST_KS_ERROR_NO_MEMORY,
      "a frame of %" G_GSIZE_FORMAT " bytes is not to be had in '%s': %s; %"
      G_GUINT64_FORMAT " bytes are left there; %s", size, self->folder,
      g_strerror (errno), room_of (self->folder), limit ?
      "each frame needs a descriptor, raise the limit with 'ulimit -n'" :
      "hold fewer or smaller frames, or make room");
}

/* Room is taken now: writing to a mapping that cannot get it kills the
 * process. */
static gboolean
fill_file (const FileAllocator * self, gint fd, gsize size, GError ** error)
{
  errno = posix_fallocate (fd, 0, size);
  if (errno == 0)
    return TRUE;
  set_error (self, size, error);
  return FALSE;
}

static gboolean
file_acquire (GstKsAllocator * allocator, GstKsBlock * block, GError ** error)
{
  FileAllocator *self = (FileAllocator *) allocator;
  gint fd = open_file (self->folder);

  if (fd < 0) {
    set_error (self, block->size, error);
    return FALSE;
  }
  if (!fill_file (self, fd, block->size, error)
      || !gst_ks_block_map (block, fd, 0, error)) {
    (void) close (fd);
    return FALSE;
  }
  block->fd = fd;
  block->zeroed = TRUE;
  return TRUE;
}

static void
file_release (GstKsAllocator * allocator, GstKsBlock * block)
{
  gst_ks_block_unmap (block);
  (void) close (block->fd);
}

static void
file_allocator_finalize (GObject * object)
{
  g_free (((FileAllocator *) object)->folder);
  G_OBJECT_CLASS (file_allocator_parent_class)->finalize (object);
}

static void
file_allocator_class_init (FileAllocatorClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = file_allocator_finalize;
  GST_KS_ALLOCATOR_CLASS (klass)->acquire = file_acquire;
  GST_KS_ALLOCATOR_CLASS (klass)->release = file_release;
}

static void
file_allocator_init (FileAllocator * self)
{
}

/* --- the backend: its device is the folder --- */

typedef struct
{
  GstKsBackend parent;
} GstKsBackendFile;

typedef struct
{
  GstKsBackendClass parent_class;
} GstKsBackendFileClass;

GType gst_ks_backend_file_get_type (void);
G_DEFINE_TYPE (GstKsBackendFile, gst_ks_backend_file, GST_TYPE_KS_BACKEND);

static const gchar *
folder_of (GstKsBackend * backend)
{
  const gchar *device = gst_ks_backend_peek_device (backend);

  return device != NULL ? device : DEFAULT_FOLDER;
}

/* Any folder will do, so they are not listed. */
static gboolean
file_check_device (GstKsBackendClass * klass, const gchar * device,
    GError ** error)
{
  if (g_path_is_absolute (device))
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
      "a device is the path of a folder, such as %s", DEFAULT_FOLDER);
  return FALSE;
}

static gboolean
file_open (GstKsBackend * backend, GError ** error)
{
  const gchar *folder = folder_of (backend);

  if (access (folder, W_OK | X_OK) == 0
      && g_file_test (folder, G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "no files can be made in '%s': %s; make such a folder, or name another "
      "one as device", folder, errno != 0 ? g_strerror (errno) :
      "it is no folder");
  return FALSE;
}

static GstKsFraming *
file_describe (GstKsBackend * backend)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("file");
  gsize page = sysconf (_SC_PAGESIZE);

  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  item.align = page;
  item.size = (GstKsRange) {
  page, (guint64) 64 << 30, page};
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static GstAllocator *
file_create_allocator (GstKsBackend * backend, GError ** error)
{
  FileAllocator *allocator = g_object_new (file_allocator_get_type (), NULL);

  allocator->folder = g_strdup (folder_of (backend));
  return gst_object_ref_sink (GST_ALLOCATOR (allocator));
}

static gchar *
file_note (GstKsBackend * backend)
{
  g_autofree gchar *room = g_format_size_full (room_of (folder_of (backend)),
      G_FORMAT_SIZE_IEC_UNITS);

  return g_strdup_printf ("files in %s, where %s are left", folder_of (backend),
      room);
}

static void
gst_ks_backend_file_class_init (GstKsBackendFileClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  backend_class->kind = "file";
  backend_class->check_device = file_check_device;
  backend_class->open = file_open;
  backend_class->describe = file_describe;
  backend_class->create_allocator = file_create_allocator;
  backend_class->note = file_note;
}

static void
gst_ks_backend_file_init (GstKsBackendFile * self)
{
}
