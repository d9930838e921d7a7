/* The kind `udmabuf`: dma-bufs of ordinary memory, by /dev/udmabuf.
 *
 * A block is a memfd whose size is sealed; the kernel makes a dma-buf of its
 * pages, and then the memfd is not needed any more. What somebody else sealed
 * in that way is imported: its pages are the same, and stay where they are.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksdmabufkinds.h"

#include <errno.h>
#include <fcntl.h>
#include <gst/ks/gstkslock.h>
#include <gst/ks/gstkssize.h>
#include <linux/udmabuf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE_LIMIT "/sys/module/udmabuf/parameters/size_limit_mb"

struct _GstKsBackendUdmabuf
{
  GstKsBackend parent;

  gint fd;
  gchar *path;
  GstAllocator *importer;       /* owned; of memory that others made */
};

G_DEFINE_FINAL_TYPE (GstKsBackendUdmabuf, gst_ks_backend_udmabuf,
    GST_TYPE_KS_BACKEND);

/* MiB that one dma-buf may have; 0: not known. It can be set at any time. */
static guint64
size_limit (void)
{
  g_autofree gchar *text = NULL;

  return g_file_get_contents (SIZE_LIMIT, &text, NULL, NULL) ?
      g_ascii_strtoull (text, NULL, 10) : 0;
}

/* The kernel says EINVAL for this and for all that we check ourselves. */
static void
set_create_error (GstKsBackendUdmabuf * self, gsize size, gint cause,
    GError ** error)
{
  guint64 limit = size_limit ();

  if (cause != EINVAL || limit == 0 || size >> 20 < limit) {
    ks_set_block_error (error, self->path, size, cause);
    return;
  }
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
      "%s: a frame of %" G_GSIZE_FORMAT
      " bytes is more than the kernel's limit " "of %" G_GUINT64_FORMAT
      " MiB; raise it: echo %" G_GUINT64_FORMAT " >" SIZE_LIMIT, self->path,
      size, limit, (guint64) (size >> 20) + 1);
}

/* Pages of a sealed memfd, as a dma-buf; -1 with a reason. */
static gint
dmabuf_of_pages (GstKsBackendUdmabuf * self, gint memfd, gsize offset,
    gsize size, GError ** error)
{
  struct udmabuf_create create = {
    .memfd = memfd,.flags = UDMABUF_FLAGS_CLOEXEC,.offset = offset,.size = size,
  };
  gint fd;

  do {
    fd = ioctl (self->fd, UDMABUF_CREATE, &create);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0)
    set_create_error (self, size, errno, error);
  return fd;
}

/* --- the allocator --- */

typedef struct
{
  GstKsDmaBufAllocator parent;
} GstKsUdmabufAllocator;

typedef struct
{
  GstKsDmaBufAllocatorClass parent_class;
} GstKsUdmabufAllocatorClass;

static GType gst_ks_udmabuf_allocator_get_type (void);
G_DEFINE_TYPE (GstKsUdmabufAllocator, gst_ks_udmabuf_allocator,
    GST_TYPE_KS_DMABUF_ALLOCATOR);

/* -1 with errno. A file above the limit of its process ends that by a signal. */
static gint
new_sealed_memfd (gsize size)
{
  struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };
  gint fd, cause;

  (void) getrlimit (RLIMIT_FSIZE, &limit);
  if (limit.rlim_cur != RLIM_INFINITY && size > limit.rlim_cur) {
    errno = EFBIG;
    return -1;
  }
  fd = memfd_create ("ks-udmabuf", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0 || (ftruncate (fd, size) == 0
          && fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK) == 0))
    return fd;
  cause = errno;
  (void) close (fd);
  errno = cause;
  return -1;
}

static gboolean
udmabuf_acquire (GstKsDmaBufAllocator * allocator, GstKsBlock * block,
    GError ** error)
{
  GstKsBackendUdmabuf *self =
      GST_KS_BACKEND_UDMABUF (gst_ks_backend_peek (GST_ALLOCATOR (allocator)));
  gint memfd, fd;

  if (!gst_ks_block_can_be_resident (block->size, error))
    return FALSE;
  memfd = new_sealed_memfd (block->size);
  if (memfd < 0) {
    ks_set_block_error (error, self->path, block->size, errno);
    return FALSE;
  }
  fd = dmabuf_of_pages (self, memfd, 0, block->size, error);
  (void) close (memfd);
  if (fd < 0 || !ks_block_take (block, fd, self->path, error))
    return FALSE;
  block->zeroed = TRUE;
  return TRUE;
}

static void
gst_ks_udmabuf_allocator_class_init (GstKsUdmabufAllocatorClass * klass)
{
  GstKsDmaBufAllocatorClass *dmabuf_class =
      GST_KS_DMABUF_ALLOCATOR_CLASS (klass);

  dmabuf_class->acquire = udmabuf_acquire;
  dmabuf_class->release = ks_block_drop;
}

static void
gst_ks_udmabuf_allocator_init (GstKsUdmabufAllocator * self)
{
}

/* --- memory of others --- */

/* The dma-buf of a frame is made once and kept on it: a frame that comes round
 * again has it already. */
typedef struct
{
  gint fd;
  gsize offset, size;           /* bytes of the file */
} Pages;

static GQuark
pages_quark (void)
{
  return g_quark_from_static_string ("gst-ks-udmabuf-pages");
}

static void
pages_clear (gpointer pages)
{
  (void) close (((Pages *) pages)->fd);
}

static void
pages_unref (gpointer pages)
{
  g_atomic_rc_box_release_full (pages, pages_clear);
}

static gboolean
refuse (GError ** error, const gchar * why)
{
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
      "cannot become a dma-buf: %s", why);
  return FALSE;
}

/* A dma-buf can always be written, so whoever holds it could change what its
 * maker gave away for reading only. */
static const gchar *
read_only_reason (gint fd, gint seals)
{
  gint flags = fcntl (fd, F_GETFL);

  if (seals & F_SEAL_WRITE)
    return "its memfd is sealed against writing (F_SEAL_WRITE)";
  if (seals & F_SEAL_FUTURE_WRITE)
    return "its memfd is sealed against writing (F_SEAL_FUTURE_WRITE)";
  if (flags < 0 || (flags & O_ACCMODE) != O_RDWR)
    return "its descriptor is not open for reading and writing (O_RDWR)";
  return NULL;
}

/* The bytes of the file that memory needs; FALSE: they cannot be had. */
static gboolean
find_pages (GstMemory * memory, Pages * pages, GError ** error)
{
  gsize page = sysconf (_SC_PAGESIZE);
  const gchar *why;
  gint seals, fd;
  struct stat file;

  if (!gst_is_fd_memory (memory))
    return refuse (error, "memory without a descriptor; memory=shared has one");
  fd = gst_fd_memory_get_fd (memory);
  seals = fcntl (fd, F_GET_SEALS);
  if (seals < 0)
    return refuse (error, "its descriptor is not a memfd");
  if (!(seals & F_SEAL_SHRINK))
    return refuse (error, "its memfd could shrink; seal it: "
        "fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK)");
  why = read_only_reason (fd, seals);
  if (why != NULL)
    return refuse (error, why);
  pages->offset = memory->offset;
  if (pages->offset % page != 0)
    return refuse (error, "it does not begin at a page; ask for a prefix of "
        "whole pages or of none");
  if (fstat (fd, &file) < 0
      || !gst_ks_size_round_up (memory->size, page, &pages->size)
      || pages->offset + pages->size > (guint64) file.st_size)
    return refuse (error, "its memfd ends within its last page; make it whole "
        "pages long");
  return TRUE;
}

/* Several threads import one frame: what is kept on it is looked at and
 * replaced under this, so that nobody takes it while it goes. */
static GMutex pages_lock;

/* A reference; NULL: nothing is kept that is the same. */
static Pages *
find_kept (GstMemory * memory, const Pages * need)
{
  Pages *pages;

  gst_ks_mutex_lock (&pages_lock);
  pages = gst_mini_object_get_qdata (GST_MINI_OBJECT_CAST (memory),
      pages_quark ());
  if (pages != NULL && pages->offset == need->offset
      && pages->size == need->size)
    (void) g_atomic_rc_box_acquire (pages);
  else
    pages = NULL;
  gst_ks_mutex_unlock (&pages_lock);
  return pages;
}

/* What was kept before is closed after the lock. */
static void
keep (GstMemory * memory, Pages * pages)
{
  GstMiniObject *object = GST_MINI_OBJECT_CAST (memory);
  Pages *old;

  gst_ks_mutex_lock (&pages_lock);
  old = gst_mini_object_steal_qdata (object, pages_quark ());
  gst_mini_object_set_qdata (object, pages_quark (),
      g_atomic_rc_box_acquire (pages), pages_unref);
  gst_ks_mutex_unlock (&pages_lock);
  if (old != NULL)
    pages_unref (old);
}

/* A reference; NULL with a reason. */
static Pages *
get_pages (GstKsBackendUdmabuf * self, GstMemory * memory, const Pages * need,
    GError ** error)
{
  Pages *pages = find_kept (memory, need);
  gint fd;

  if (pages != NULL)
    return pages;
  fd = dmabuf_of_pages (self, gst_fd_memory_get_fd (memory), need->offset,
      need->size, error);
  if (fd < 0)
    return NULL;
  pages = g_atomic_rc_box_new0 (Pages);
  *pages = *need;
  pages->fd = fd;
  keep (memory, pages);
  return pages;
}

static GQuark
source_quark (void)
{
  return g_quark_from_static_string ("gst-ks-udmabuf-source");
}

static GstMemory *
gst_ks_backend_udmabuf_import (GstKsBackend * backend, GstMemory * memory,
    GError ** error)
{
  GstKsBackendUdmabuf *self = GST_KS_BACKEND_UDMABUF (backend);
  Pages need = { -1, };
  Pages *pages;
  GstMemory *made;

  if (!find_pages (memory, &need, error))
    return NULL;
  pages = get_pages (self, memory, &need, error);
  if (pages == NULL)
    return NULL;
  made = gst_dmabuf_allocator_alloc_with_flags (self->importer, pages->fd,
      pages->size, GST_FD_MEMORY_FLAG_DONT_CLOSE);
  gst_memory_resize (made, 0, memory->size);
  if (GST_MEMORY_IS_READONLY (memory))
    GST_MINI_OBJECT_FLAG_SET (made, GST_MEMORY_FLAG_READONLY);
  gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (made), pages_quark (), pages,
      pages_unref);
  gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (made), source_quark (),
      gst_memory_ref (memory), (GDestroyNotify) gst_memory_unref);
  return made;
}

/* --- the backend --- */

static const KsDevKind udmabuf_kind = {
  "a device that makes dma-bufs of memory",
  "the kernel needs CONFIG_UDMABUF; load it with 'modprobe udmabuf'",
  "it is usually the group kvm's: add the user to it, or write a udev rule: "
      "KERNEL==\"udmabuf\", GROUP=\"video\", MODE=\"0660\"",
  UDMABUF_CREATE
};

static gboolean
gst_ks_backend_udmabuf_open (GstKsBackend * backend, GError ** error)
{
  GstKsBackendUdmabuf *self = GST_KS_BACKEND_UDMABUF (backend);
  const gchar *device = gst_ks_backend_peek_device (backend);
  struct udmabuf_create nothing = {.memfd = (guint32) - 1 };

  self->path = device ? g_strdup (device) : ks_dev_path ("udmabuf");
  self->fd = ks_dev_open (self->path, &udmabuf_kind, &nothing, error);
  if (self->fd < 0)
    return FALSE;
  self->importer = gst_dmabuf_allocator_new ();
  return TRUE;
}

static void
gst_ks_backend_udmabuf_close (GstKsBackend * backend)
{
  GstKsBackendUdmabuf *self = GST_KS_BACKEND_UDMABUF (backend);

  gst_clear_object (&self->importer);
  (void) close (self->fd);
}

static GstKsFraming *
gst_ks_backend_udmabuf_describe (GstKsBackend * backend)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("udmabuf");

  item.align = sysconf (_SC_PAGESIZE);
  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static gchar *
gst_ks_backend_udmabuf_note (GstKsBackend * backend)
{
  guint64 limit = size_limit ();

  return limit == 0 ? g_strdup ("pages of sealed memfds") :
      g_strdup_printf ("pages of sealed memfds, at most %" G_GUINT64_FORMAT
      " MiB a frame (" SIZE_LIMIT ")", limit);
}

static GstAllocator *
gst_ks_backend_udmabuf_create_allocator (GstKsBackend * backend,
    GError ** error)
{
  return g_object_new (gst_ks_udmabuf_allocator_get_type (), NULL);
}

static void
gst_ks_backend_udmabuf_finalize (GObject * object)
{
  g_free (GST_KS_BACKEND_UDMABUF (object)->path);
  G_OBJECT_CLASS (gst_ks_backend_udmabuf_parent_class)->finalize (object);
}

static void
gst_ks_backend_udmabuf_class_init (GstKsBackendUdmabufClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ks_backend_udmabuf_finalize;
  backend_class->kind = "udmabuf";
  backend_class->open = gst_ks_backend_udmabuf_open;
  backend_class->close = gst_ks_backend_udmabuf_close;
  backend_class->describe = gst_ks_backend_udmabuf_describe;
  backend_class->note = gst_ks_backend_udmabuf_note;
  backend_class->create_allocator = gst_ks_backend_udmabuf_create_allocator;
  backend_class->check_device = ks_dev_is_path;
  backend_class->import = gst_ks_backend_udmabuf_import;
}

static void
gst_ks_backend_udmabuf_init (GstKsBackendUdmabuf * self)
{
}
