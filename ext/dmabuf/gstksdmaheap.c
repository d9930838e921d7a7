/* The kind `dmaheap`: frames from a heap of the kernel, /dev/dma_heap/NAME.
 *
 * Without a device the best heap there is serves: `system`, which is as large
 * as the machine's memory, before those whose blocks are contiguous and whose
 * room is small, before those of a vendor.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksdmabufkinds.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dma-heap.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define FOLDER "dma_heap"

/* --- heaps --- */

/* Best first. These are the kernel's own, which hand out zeros. */
static const struct
{
  const gchar *name;
  gboolean contiguous;
} known_heaps[] = {
  {"system", FALSE},
  {"default_cma_region", TRUE},
  {"linux,cma", TRUE},
  {"reserved", TRUE},
  {"cma", TRUE},
};

static guint
heap_rank (const gchar * name)
{
  guint rank = 0;

  while (rank < G_N_ELEMENTS (known_heaps)
      && g_strcmp0 (known_heaps[rank].name, name) != 0)
    rank++;
  return rank;
}

static gboolean
heap_is_contiguous (const gchar * name)
{
  guint rank = heap_rank (name);

  /* device trees name them after their region: linux,cma-32M */
  return rank < G_N_ELEMENTS (known_heaps) ? known_heaps[rank].contiguous :
      g_str_has_prefix (name, "linux,cma");
}

static gint
compare_heaps (gconstpointer a, gconstpointer b)
{
  const gchar *one = *(const gchar * const *) a;
  const gchar *other = *(const gchar * const *) b;
  guint rank = heap_rank (one), other_rank = heap_rank (other);

  return rank != other_rank ? (gint) rank - (gint) other_rank :
      strcmp (one, other);
}

/* Names, best first; maybe none. */
static gchar **
list_heaps (void)
{
  g_autofree gchar *path = ks_dev_path (FOLDER);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const gchar *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_heaps);
  g_ptr_array_add (names, NULL);
  return (gchar **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

/* --- the allocator --- */

typedef struct
{
  GstKsDmaBufAllocator parent;
} GstKsDmaheapAllocator;

typedef struct
{
  GstKsDmaBufAllocatorClass parent_class;
} GstKsDmaheapAllocatorClass;

static GType gst_ks_dmaheap_allocator_get_type (void);
G_DEFINE_TYPE (GstKsDmaheapAllocator, gst_ks_dmaheap_allocator,
    GST_TYPE_KS_DMABUF_ALLOCATOR);

struct _GstKsBackendDmaheap
{
  GstKsBackend parent;

  gint fd;
  gchar *path;
  const gchar *name;            /* the end of path */
};

G_DEFINE_FINAL_TYPE (GstKsBackendDmaheap, gst_ks_backend_dmaheap,
    GST_TYPE_KS_BACKEND);

static gboolean
dmaheap_acquire (GstKsDmaBufAllocator * allocator, GstKsBlock * block,
    GError ** error)
{
  GstKsBackendDmaheap *heap =
      GST_KS_BACKEND_DMAHEAP (gst_ks_backend_peek (GST_ALLOCATOR (allocator)));
  struct dma_heap_allocation_data data = {
    .len = block->size,.fd_flags = O_RDWR | O_CLOEXEC,
  };
  gint done;

  if (!gst_ks_block_can_be_resident (block->size, error))
    return FALSE;
  do {
    done = ioctl (heap->fd, DMA_HEAP_IOCTL_ALLOC, &data);
  } while (done < 0 && errno == EINTR);
  if (done < 0) {
    ks_set_block_error (error, heap->path, block->size, errno);
    return FALSE;
  }
  if (!ks_block_take (block, data.fd, heap->path, error))
    return FALSE;
  block->zeroed = heap_rank (heap->name) < G_N_ELEMENTS (known_heaps);
  return TRUE;
}

static void
gst_ks_dmaheap_allocator_class_init (GstKsDmaheapAllocatorClass * klass)
{
  GstKsDmaBufAllocatorClass *dmabuf_class =
      GST_KS_DMABUF_ALLOCATOR_CLASS (klass);

  dmabuf_class->acquire = dmaheap_acquire;
  dmabuf_class->release = ks_block_drop;
}

static void
gst_ks_dmaheap_allocator_init (GstKsDmaheapAllocator * self)
{
}

/* --- the backend --- */

/* A name of the list, a path, or NULL: the best. NULL with a reason. */
static gchar *
find_heap (const gchar * device, GError ** error)
{
  g_autofree gchar *folder = ks_dev_path (FOLDER);
  g_auto (GStrv) heaps = list_heaps ();

  if (device != NULL && g_path_is_absolute (device))
    return g_strdup (device);
  if (device != NULL || heaps[0] != NULL)
    return g_build_filename (folder, device ? device : heaps[0], NULL);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "no heap in %s; the kernel needs CONFIG_DMABUF_HEAPS and "
      "CONFIG_DMABUF_HEAPS_SYSTEM", folder);
  return NULL;
}

static const KsDevKind heap_kind = {
  "a heap", "is it the name of a heap, one of those in /dev/dma_heap?",
  "heaps are root's unless a udev rule says otherwise: "
      "SUBSYSTEM==\"dma_heap\", GROUP=\"video\", MODE=\"0660\"",
  DMA_HEAP_IOCTL_ALLOC
};

static gboolean
gst_ks_backend_dmaheap_open (GstKsBackend * backend, GError ** error)
{
  GstKsBackendDmaheap *self = GST_KS_BACKEND_DMAHEAP (backend);
  struct dma_heap_allocation_data nothing = { 0, };

  self->path = find_heap (gst_ks_backend_peek_device (backend), error);
  if (self->path == NULL)
    return FALSE;
  self->name = strrchr (self->path, '/') + 1;
  self->fd = ks_dev_open (self->path, &heap_kind, &nothing, error);
  return self->fd >= 0;
}

static void
gst_ks_backend_dmaheap_close (GstKsBackend * backend)
{
  (void) close (GST_KS_BACKEND_DMAHEAP (backend)->fd);
}

static GstKsFraming *
gst_ks_backend_dmaheap_describe (GstKsBackend * backend)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("dmaheap");

  item.align = sysconf (_SC_PAGESIZE);
  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static gchar *
gst_ks_backend_dmaheap_note (GstKsBackend * backend)
{
  GstKsBackendDmaheap *self = GST_KS_BACKEND_DMAHEAP (backend);

  return g_strdup_printf ("heap %s, %s", self->path,
      heap_is_contiguous (self->name) ? "contiguous" : "pages");
}

static GstAllocator *
gst_ks_backend_dmaheap_create_allocator (GstKsBackend * backend,
    GError ** error)
{
  return g_object_new (gst_ks_dmaheap_allocator_get_type (), NULL);
}

static gchar **
gst_ks_backend_dmaheap_list_devices (GstKsBackendClass * klass)
{
  return list_heaps ();
}

static void
gst_ks_backend_dmaheap_finalize (GObject * object)
{
  g_free (GST_KS_BACKEND_DMAHEAP (object)->path);
  G_OBJECT_CLASS (gst_ks_backend_dmaheap_parent_class)->finalize (object);
}

static void
gst_ks_backend_dmaheap_class_init (GstKsBackendDmaheapClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ks_backend_dmaheap_finalize;
  backend_class->kind = "dmaheap";
  backend_class->open = gst_ks_backend_dmaheap_open;
  backend_class->close = gst_ks_backend_dmaheap_close;
  backend_class->describe = gst_ks_backend_dmaheap_describe;
  backend_class->note = gst_ks_backend_dmaheap_note;
  backend_class->create_allocator = gst_ks_backend_dmaheap_create_allocator;
  backend_class->list_devices = gst_ks_backend_dmaheap_list_devices;
  backend_class->check_device = ks_dev_is_path;
}

static void
gst_ks_backend_dmaheap_init (GstKsBackendDmaheap * self)
{
}
