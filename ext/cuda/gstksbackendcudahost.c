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
};

G_DEFINE_FINAL_TYPE (GstKsCudaHostAllocator, gst_ks_cuda_host_allocator,
    GST_TYPE_KS_ALLOCATOR);

static gboolean
gst_ks_cuda_host_allocator_acquire (GstKsAllocator * allocator,
    GstKsBlock * block, GError ** error)
{
  const KsCudaDevice *device = GST_KS_CUDA_HOST_ALLOCATOR (allocator)->device;
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

/* A GPU that is lost keeps the pages; there is nobody left to tell. */
static void
gst_ks_cuda_host_allocator_release (GstKsAllocator * allocator,
    GstKsBlock * block)
{
  const KsCudaDevice *device = GST_KS_CUDA_HOST_ALLOCATOR (allocator)->device;

  if (!ks_cuda_device_enter (device, NULL))
    return;
  (void) device->api->host_free (block->handle);
  ks_cuda_device_leave (device);
}

static void
gst_ks_cuda_host_allocator_class_init (GstKsCudaHostAllocatorClass * klass)
{
  GstKsAllocatorClass *allocator_class = GST_KS_ALLOCATOR_CLASS (klass);

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
gst_ks_backend_cuda_host_transfer (GstKsBackend * backend, GstMemory * dst,
    GstMemory * src, GError ** error)
{
  return ks_cuda_transfer (DEVICE (backend), dst, src, error);
}

static void
gst_ks_backend_cuda_host_class_init (GstKsBackendCudaHostClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  backend_class->kind = "cuda-host";
  backend_class->open = gst_ks_backend_cuda_host_open;
  backend_class->close = gst_ks_backend_cuda_host_close;
  backend_class->describe = gst_ks_backend_cuda_host_describe;
  backend_class->create_allocator = gst_ks_backend_cuda_host_create_allocator;
  backend_class->list_devices = ks_cuda_list_devices;
  backend_class->transfer = gst_ks_backend_cuda_host_transfer;
}

static void
gst_ks_backend_cuda_host_init (GstKsBackendCudaHost * self)
{
}
