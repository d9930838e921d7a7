/* The kind `cuda-host`: frames of the host that a GPU reads and writes without a copy in between.
 *
 * Pinned memory is what makes copies to and from the card fast and lets them
 * run beside the CPU. Frames of others become such where they are, by import.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "kscudaapi.h"

#include <gst/ks/gstkssize.h>
#include <unistd.h>

/* --- the allocator --- */

#define GST_TYPE_KS_CUDA_HOST_ALLOCATOR (gst_ks_cuda_host_allocator_get_type ())
G_DECLARE_FINAL_TYPE (GstKsCudaHostAllocator, gst_ks_cuda_host_allocator, GST,
    KS_CUDA_HOST_ALLOCATOR, GstKsAllocator);

struct _GstKsCudaHostAllocator
{
  GstKsAllocator parent;

  /* of the backend, which is kept open by the allocator */
  const KsCudaDevice *device;

  /* Only for one block, which is somebody else's memory: */
  GstMemory *source;            /* owned; NULL: blocks are the driver's */
  GstMapInfo map;               /* of source, as long as the block is there */
};

G_DEFINE_FINAL_TYPE (GstKsCudaHostAllocator, gst_ks_cuda_host_allocator,
    GST_TYPE_KS_ALLOCATOR);

/* What a copy of the driver would pin first stays pinned. */
static gboolean
take_over (GstKsCudaHostAllocator * self, GstKsBlock * block, GError ** error)
{
  const KsCudaDevice *device = self->device;
  gint result;

  if (!ks_cuda_device_enter (device, error))
    return FALSE;
  result = device->api->host_register (self->map.data, self->map.size,
      KS_CUDA_PORTABLE);
  ks_cuda_device_leave (device);
  if (result == KS_CUDA_ALREADY_REGISTERED) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "memory of %s, or its neighbour on the same page, is pinned already; "
        "use it as it is", GST_OBJECT_NAME (self->source->allocator));
    return FALSE;
  }
  if (!ks_cuda_device_check_alloc (device, result, "cuMemHostRegister",
          self->map.size, error))
    return FALSE;
  block->data = self->map.data;
  block->fd = -1;
  return TRUE;
}

static gboolean
make_pinned (const KsCudaDevice * device, GstKsBlock * block, GError ** error)
{
  gsize spare = block->align > (gsize) getpagesize ()? block->align : 0;
  gpointer data = NULL;
  gsize size = 0;
  gboolean good;

  if (!gst_ks_size_add (block->size, spare, &size)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "%" G_GSIZE_FORMAT " bytes at alignment %" G_GSIZE_FORMAT
        " do not fit into memory", block->size, block->align);
    return FALSE;
  }
  if (!ks_cuda_device_enter (device, error))
    return FALSE;
  good = ks_cuda_device_check_alloc (device, device->api->host_alloc (&data,
          size, KS_CUDA_PORTABLE), "cuMemHostAlloc", size, error);
  ks_cuda_device_leave (device);
  if (!good)
    return FALSE;
  block->handle = data;
  /* the driver gives whole pages; more alignment than that is ours */
  block->data = (gpointer) (((guintptr) data + block->align - 1)
      & ~(guintptr) (block->align - 1));
  block->fd = -1;
  block->zeroed = FALSE;
  return TRUE;
}

static gboolean
gst_ks_cuda_host_allocator_acquire (GstKsAllocator * allocator,
    GstKsBlock * block, GError ** error)
{
  GstKsCudaHostAllocator *self = GST_KS_CUDA_HOST_ALLOCATOR (allocator);

  return self->source != NULL ? take_over (self, block, error)
      : make_pinned (self->device, block, error);
}

/* A GPU that is lost keeps the pages; there is nobody left to tell. */
static void
gst_ks_cuda_host_allocator_release (GstKsAllocator * allocator,
    GstKsBlock * block)
{
  GstKsCudaHostAllocator *self = GST_KS_CUDA_HOST_ALLOCATOR (allocator);
  const KsCudaApi *api = self->device->api;

  if (!ks_cuda_device_enter (self->device, NULL))
    return;
  if (self->source != NULL)
    (void) api->host_unregister (block->data);
  else
    (void) api->host_free (block->handle);
  ks_cuda_device_leave (self->device);
}

static void
gst_ks_cuda_host_allocator_finalize (GObject * object)
{
  GstKsCudaHostAllocator *self = GST_KS_CUDA_HOST_ALLOCATOR (object);

  if (self->source != NULL) {
    gst_memory_unmap (self->source, &self->map);
    gst_memory_unref (self->source);
  }
  G_OBJECT_CLASS (gst_ks_cuda_host_allocator_parent_class)->finalize (object);
}

static void
gst_ks_cuda_host_allocator_class_init (GstKsCudaHostAllocatorClass * klass)
{
  GstKsAllocatorClass *allocator_class = GST_KS_ALLOCATOR_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ks_cuda_host_allocator_finalize;
  allocator_class->acquire = gst_ks_cuda_host_allocator_acquire;
  allocator_class->release = gst_ks_cuda_host_allocator_release;
}

static void
gst_ks_cuda_host_allocator_init (GstKsCudaHostAllocator * self)
{
}

/* --- the backend --- */

typedef struct
{
  GstKsBackend parent;

  KsCudaDevice device;
} GstKsBackendCudaHost;

typedef struct
{
  GstKsBackendClass parent_class;
} GstKsBackendCudaHostClass;

G_DEFINE_FINAL_TYPE (GstKsBackendCudaHost, gst_ks_backend_cuda_host,
    GST_TYPE_KS_BACKEND);

#define DEVICE(backend) (&((GstKsBackendCudaHost *) (backend))->device)

static gboolean
gst_ks_backend_cuda_host_open (GstKsBackend * backend, GError ** error)
{
  return ks_cuda_device_open (DEVICE (backend),
      gst_ks_backend_peek_device (backend), error);
}

static void
gst_ks_backend_cuda_host_close (GstKsBackend * backend)
{
  ks_cuda_device_close (DEVICE (backend));
}

/* Pinned for every GPU, so the device says only whose driver made it. */
static GstKsFraming *
gst_ks_backend_cuda_host_describe (GstKsBackend * backend)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("cuda-host");

  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static gchar *
gst_ks_backend_cuda_host_note (GstKsBackend * backend)
{
  const KsCudaDevice *device = DEVICE (backend);

  return
      g_strdup_printf ("pinned by the driver of GPU %d, %s, for all its GPUs;"
      " whole pages of frames of others are taken as they are", device->ordinal,
      device->name);
}

static GstAllocator *
gst_ks_backend_cuda_host_create_allocator (GstKsBackend * backend,
    GError ** error)
{
  GstKsCudaHostAllocator *self =
      g_object_new (GST_TYPE_KS_CUDA_HOST_ALLOCATOR, NULL);

  self->device = DEVICE (backend);
  return gst_object_ref_sink (self);
}

static gboolean
refuse (GError ** error, GstMemory * memory, const gchar * why)
{
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
      "memory of %s cannot be pinned where it is: %s",
      GST_OBJECT_NAME (memory->allocator), why);
  return FALSE;
}

/* Whole pages from the first byte on: two pins on one page cannot be. */
static gboolean
map_source (GstKsCudaHostAllocator * self, GstMemory * memory, GError ** error)
{
  if (GST_MEMORY_FLAG_IS_SET (memory, GST_MEMORY_FLAG_NOT_MAPPABLE))
    return refuse (error, memory, "it has no address");
  if (!gst_memory_map (memory, &self->map, GST_MAP_READWRITE))
    return refuse (error, memory, "it cannot be mapped for writing");
  if ((guintptr) self->map.data % getpagesize () == 0) {
    self->source = gst_memory_ref (memory);
    return TRUE;
  }
  gst_memory_unmap (memory, &self->map);
  return refuse (error, memory, "it does not begin on a page; ask for an "
      "alignment of 4096");
}

/* An allocator for the one block, which goes when that does. */
static GstMemory *
gst_ks_backend_cuda_host_import (GstKsBackend * backend, GstMemory * memory,
    GError ** error)
{
  g_autoptr (GstAllocator) allocator =
      gst_ks_backend_create_allocator (backend, error);
  const GstKsLimits keep_nothing = { 0, };
  GstKsRequest request = { 0, };
  GstKsCudaHostAllocator *self;

  if (allocator == NULL)
    return NULL;
  self = GST_KS_CUDA_HOST_ALLOCATOR (allocator);
  if (!map_source (self, memory, error))
    return NULL;
  gst_ks_allocator_set_limits (allocator, &keep_nothing);
  request.size = self->map.size;
  return gst_ks_allocator_alloc (allocator, &request, error);
}

static gboolean
gst_ks_backend_cuda_host_transfer (GstKsBackend * backend, GstMemory * dst,
    GstMemory * src, GError ** error)
{
  return ks_cuda_transfer (DEVICE (backend), dst, src, error);
}

static GstContext *
gst_ks_backend_cuda_host_get_context (GstKsBackend * backend,
    const gchar * type)
{
  return ks_cuda_device_new_context (DEVICE (backend), type);
}

static void
gst_ks_backend_cuda_host_class_init (GstKsBackendCudaHostClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  backend_class->kind = "cuda-host";
  backend_class->open = gst_ks_backend_cuda_host_open;
  backend_class->close = gst_ks_backend_cuda_host_close;
  backend_class->describe = gst_ks_backend_cuda_host_describe;
  backend_class->note = gst_ks_backend_cuda_host_note;
  backend_class->create_allocator = gst_ks_backend_cuda_host_create_allocator;
  backend_class->list_devices = ks_cuda_list_devices;
  backend_class->check_device = ks_cuda_check_device;
  backend_class->transfer = gst_ks_backend_cuda_host_transfer;
  backend_class->import = gst_ks_backend_cuda_host_import;
  backend_class->context_type = KS_CUDA_CONTEXT_TYPE;
  backend_class->get_context = gst_ks_backend_cuda_host_get_context;
  backend_class->adopt_context = ks_cuda_adopt_context;
}

static void
gst_ks_backend_cuda_host_init (GstKsBackendCudaHost * self)
{
}
