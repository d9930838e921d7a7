/* A backend that keeps all its promises but one.
 *
 * Its memory is one mapping of a memfd, cut into pieces of which each is used
 * once more when it came back. Every fault is one line at the place where an
 * author could have made it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstkslock.h>

#include "plantedbackend.h"

#include <sys/mman.h>
#include <unistd.h>

const gchar *planted_fault;

static GMutex lock;
static guint fail_from;         /* attempts left to the first that fails; 0: none fails */
static gint outstanding;
static gsize bytes_out;

static gboolean
has (const gchar * fault)
{
  return g_strcmp0 (planted_fault, fault) == 0;
}

void
planted_fail_from (guint n, gpointer unused)
{
  fail_from = n;
}

guint64
planted_get_outstanding (gpointer unused)
{
  return g_atomic_int_get (&outstanding);
}

/* --- the allocator --- */

typedef GstKsAllocator PlantedAllocator;
typedef GstKsAllocatorClass PlantedAllocatorClass;

static GType planted_allocator_get_type (void);
G_DEFINE_TYPE (PlantedAllocator, planted_allocator, GST_TYPE_KS_ALLOCATOR);

/* FALSE with error: it was told to fail, or there is no more. */
static gboolean
reserve (gsize size, GError ** error)
{
  gsize left;

  gst_ks_mutex_lock (&lock);
  gboolean told = fail_from == 1;
  if (fail_from > 1)
    fail_from--;
  left = PLANTED_TOTAL - MIN (PLANTED_TOTAL, bytes_out);
  if (!told && size <= left)
    bytes_out += size;
  gst_ks_mutex_unlock (&lock);

  if (!told && size <= left)
    return TRUE;
  if (has ("end-without-numbers"))
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY, "card is full");
  else
    g_set_error (error, GST_KS_ERROR, has ("end-as-failure") ?
        GST_KS_ERROR_FAILED : GST_KS_ERROR_NO_MEMORY, "%" G_GSIZE_FORMAT
        " bytes asked, %" G_GSIZE_FORMAT " are left", size, left);
  if (has ("leak-on-failure"))
    g_atomic_int_inc (&outstanding);
  return FALSE;
}

static void
unreserve (gsize size)
{
  gst_ks_mutex_lock (&lock);
  bytes_out -= has ("end-shrinks") ? size / 2 : size;
  gst_ks_mutex_unlock (&lock);
}

#define SMALL 65536             /* bytes: as much is there for every block */

static gsize
block_span (const GstKsBlock * block)
{
  return MAX (block->size, SMALL) + MAX (block->align, 4096);
}

/* Small blocks lie all where the first one does. */
static void
overlap (GstKsBlock * block)
{
  static gpointer first;

  gst_ks_mutex_lock (&lock);
  if (first == NULL)
    first = block->data;
  block->data = first;
  gst_ks_mutex_unlock (&lock);
}

/* Address space for the block and its alignment, all of it backed. */
static gboolean
planted_acquire (GstKsAllocator * self, GstKsBlock * block, GError ** error)
{
  gsize align = has ("half-aligned") ? MIN (block->align, 64) : block->align;
  gsize span = block_span (block);
  guint8 *base;

  if (!reserve (block->size, error))
    return FALSE;
  block->fd = memfd_create ("planted", has ("inherited") ? 0 : MFD_CLOEXEC);
  g_assert_no_errno (block->fd);
  g_assert_no_errno (ftruncate (block->fd, span));
  base = mmap (NULL, span, PROT_READ | PROT_WRITE, MAP_SHARED, block->fd, 0);
  g_assert_true (base != MAP_FAILED);
  block->handle = base;
  block->data = base + (-(guintptr) base & (align - 1));
  if (has ("half-aligned"))
    block->data = (guint8 *) block->data + 64;
  memset (block->data, 0xa5, block->size);
  block->zeroed = has ("not-zero");
  if (has ("not-in-child"))
    (void) madvise (base, span, MADV_DONTFORK);
  if (has ("overlap") && block->size <= SMALL)
    overlap (block);
  g_atomic_int_inc (&outstanding);
  return TRUE;
}

static void
planted_release (GstKsAllocator * self, GstKsBlock * block)
{
  (void) munmap (block->handle, block_span (block));
  (void) close (block->fd);
  unreserve (block->size);
  g_atomic_int_add (&outstanding, -1);
}

static GstMemory *
copy_by_share (GstMemory * memory, gssize offset, gssize size)
{
  return memory->allocator->mem_share (memory, offset, size);
}

static GstMemoryShareFunction right_share;      /* atomic: each allocator sets it, to the same */

static GstMemory *
share_from_start (GstMemory * memory, gssize offset, gssize size)
{
  GstMemoryShareFunction share = g_atomic_pointer_get (&right_share);

  return share (memory, 0, size == -1 ? (gssize) memory->size - offset : size);
}

static void
planted_allocator_class_init (PlantedAllocatorClass * klass)
{
  klass->acquire = planted_acquire;
  klass->release = planted_release;
}

static void
planted_allocator_init (PlantedAllocator * self)
{
  GstAllocator *allocator = GST_ALLOCATOR_CAST (self);

  g_atomic_pointer_set (&right_share, allocator->mem_share);
  if (has ("copy-shares"))
    allocator->mem_copy = copy_by_share;
  if (has ("share-from-start"))
    allocator->mem_share = share_from_start;
}

/* --- the backend --- */

typedef struct
{
  GstKsBackend parent;

  GWeakRef shaper;              /* makes pictures */
  GstAllocator *own;            /* owned, and it owns us */
  guint n_described;
} GstKsBackendPlanted;

typedef GstKsBackendClass GstKsBackendPlantedClass;

GType gst_ks_backend_planted_get_type (void);
G_DEFINE_TYPE (GstKsBackendPlanted, gst_ks_backend_planted,
    GST_TYPE_KS_BACKEND);

static GstAllocator *
planted_create_allocator (GstKsBackend * backend, GError ** error)
{
  GstKsBackendPlanted *self = (GstKsBackendPlanted *) backend;
  GstAllocator *made =
      gst_object_ref_sink (g_object_new (planted_allocator_get_type (), NULL));

  if (has ("never-closed") && !self->own)
    self->own = gst_object_ref (made);
  return made;
}

/* One that is known as the backend's, and does not keep it. */
static GstAllocator *
get_shaper (GstKsBackendPlanted * self)
{
  GstAllocator *shaper = g_weak_ref_get (&self->shaper);

  if (shaper)
    return shaper;
  if (has ("pictures-of-nobody"))
    shaper = gst_object_ref_sink (g_object_new (planted_allocator_get_type (),
            NULL));
  else
    shaper = gst_ks_backend_create_allocator ((GstKsBackend *) self, NULL);
  g_weak_ref_set (&self->shaper, shaper);
  return shaper;
}

static gboolean
planted_open (GstKsBackend * backend, GError ** error)
{
  return TRUE;
}

static void
planted_close (GstKsBackend * backend)
{
  g_weak_ref_clear (&((GstKsBackendPlanted *) backend)->shaper);
}

static GstKsFraming *
planted_describe (GstKsBackend * backend)
{
  GstKsBackendPlanted *self = (GstKsBackendPlanted *) backend;
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("planted");

  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  if (has ("device-specific"))
    item.flags |= GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC;
  if (has ("changes-its-mind"))
    item.weight = self->n_described++;
  item.stride = (GstKsRange) {
  64, GST_KS_RANGE_LIMIT, 64};
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static gchar **
planted_list_devices (GstKsBackendClass * klass)
{
  const gchar *names[] = { "one", has ("nameless-device") ? "" : "two", NULL };

  return g_strdupv ((gchar **) names);
}

/* --- bytes --- */

static guint8 staging[4 << 20];
static GMutex staging_lock;

/* By way of one staging buffer, as a card's engine may have it. */
static void
stage (guint8 * to, const guint8 * from, gsize size)
{
  gboolean locked = !has ("transfer-unlocked");

  if (locked)
    gst_ks_mutex_lock (&staging_lock);
  memcpy (staging, from, size);
  if (!locked)
    g_usleep (200);
  memcpy (to, staging, has ("transfer-pages") ? size / 64 * 64 : size);
  if (locked)
    gst_ks_mutex_unlock (&staging_lock);
}

static gboolean
planted_transfer (GstKsBackend * backend, GstMemory * dst, GstMemory * src,
    GError ** error)
{
  GstMapInfo from, to;

  gst_memory_map (src, &from, GST_MAP_READ);
  gst_memory_map (dst, &to, GST_MAP_WRITE);
  stage (to.data, from.data - (has ("transfer-whole") ? src->offset : 0),
      from.size);
  if (has ("transfer-clears"))
    memset (to.data + from.size, 0, to.size - from.size);
  gst_memory_unmap (dst, &to);
  gst_memory_unmap (src, &from);
  return TRUE;
}

static GstMemory *
planted_import (GstKsBackend * backend, GstMemory * memory, GError ** error)
{
  GstMapInfo map, bytes;

  if (has ("import-without-code") || memory->size < 1000) {
    g_set_error (error, GST_KS_ERROR, has ("import-without-code") ?
        GST_KS_ERROR_FAILED : GST_KS_ERROR_NOT_SUPPORTED,
        "imports of less than 1000 bytes are not taken");
    return NULL;
  }
  if (has ("import-copies"))
    return gst_memory_copy (memory, 0, -1);
  if (!gst_memory_map (memory, &map, GST_MAP_READWRITE)) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "memory that cannot be mapped is not taken");
    return NULL;
  }
  bytes = map;                  /* GStreamer 1.28 clears what it unmaps */
  gst_memory_unmap (memory, &map);
  if (has ("import-leaks"))
    gst_memory_ref (memory);
  return gst_memory_new_wrapped (0, bytes.data, bytes.size, 0, bytes.size,
      gst_memory_ref (memory), (GDestroyNotify) gst_memory_unref);
}

/* --- pictures --- */

static gboolean
planted_shaped (GstKsBackend * backend, const GstVideoInfo * info,
    const GstKsFraming * fixed, GstKsShape * out, GError ** error)
{
  GstKsBackendPlanted *self = (GstKsBackendPlanted *) backend;
  g_autoptr (GstAllocator) shaper = get_shaper (self);
  gint pitch = has ("pitch-not-said") ? 4 : 64;
  GstKsRequest request = { 0 };

  if (GST_VIDEO_INFO_FORMAT (info) == GST_VIDEO_FORMAT_RGB16) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "the planted card does not know %s", has ("refusal-without-name") ?
        "that" : "RGB16");
    return FALSE;
  }
  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (info); p++) {
    gint component[GST_VIDEO_MAX_COMPONENTS];

    gst_video_format_info_component (info->finfo, p, component);
    out->offset[p] = has ("planes-overlap") ? 0 : request.size;
    out->stride[p] = GST_ROUND_UP_N (GST_VIDEO_INFO_PLANE_STRIDE (info, p),
        pitch);
    request.size += (gsize) out->stride[p] *
        GST_VIDEO_INFO_COMP_HEIGHT (info, component[0]);
  }
  if (has ("pictures-made-anew"))
    gst_ks_allocator_trim (shaper);
  out->memories[0] = gst_ks_allocator_alloc (shaper, &request, error);
  out->n_memories = out->memories[0] != NULL;
  return out->memories[0] != NULL;
}

static void
gst_ks_backend_planted_class_init (GstKsBackendPlantedClass * klass)
{
  klass->kind = "planted";
  klass->open = planted_open;
  klass->close = planted_close;
  klass->describe = planted_describe;
  klass->list_devices = planted_list_devices;
  klass->create_allocator = planted_create_allocator;
  klass->transfer = planted_transfer;
  klass->import = planted_import;
  klass->allocate_shaped = planted_shaped;
}

static void
gst_ks_backend_planted_init (GstKsBackendPlanted * self)
{
  g_weak_ref_init (&self->shaper, NULL);
}

void
planted_register (void)
{
  gst_ks_backend_register (NULL, gst_ks_backend_planted_get_type ());
}
