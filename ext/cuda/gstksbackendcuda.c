/* The kind `cuda`: memory of an NVIDIA GPU, pictures with the driver's strides, and bytes.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "kscudaallocator.h"

#include <gst/ks/gstkslock.h>

typedef struct
{
  GstKsBackend parent;

  KsCudaDevice device;
  gint max_pitch;               /* bytes a row */
  GWeakRef allocator;           /* the last one made: pictures come from it */

  GMutex lock;                  /* below: the last picture that was measured */
  GRefString *shape;            /* owned; NULL: none yet */
  gsize size;                   /* bytes of its memory */
} GstKsBackendCuda;

typedef struct
{
  GstKsBackendClass parent_class;
} GstKsBackendCudaClass;

G_DEFINE_FINAL_TYPE (GstKsBackendCuda, gst_ks_backend_cuda,
    GST_TYPE_KS_BACKEND);

#define SELF(backend) ((GstKsBackendCuda *) (backend))

static gboolean
gst_ks_backend_cuda_open (GstKsBackend * backend, GError ** error)
{
  GstKsBackendCuda *self = SELF (backend);
  KsCudaDevice *device = &self->device;

  if (!ks_cuda_device_open (device, gst_ks_backend_peek_device (backend),
          error))
    return FALSE;
  if (ks_cuda_device_check (device,
          device->api->device_attribute (&self->max_pitch, KS_CUDA_MAX_PITCH,
              device->ordinal), "cuDeviceGetAttribute", error))
    return TRUE;
  ks_cuda_device_close (device);
  return FALSE;
}

static void
gst_ks_backend_cuda_close (GstKsBackend * backend)
{
  ks_cuda_device_close (&SELF (backend)->device);
}

/* Bytes are a picture of one row, so a row's limit is theirs. Not mapped by
 * anybody who does not know it: a map is a copy through the host. */
static GstKsFraming *
gst_ks_backend_cuda_describe (GstKsBackend * backend)
{
  GstKsBackendCuda *self = SELF (backend);
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("cuda");
  g_autofree gchar *ordinal = g_strdup_printf ("%d", self->device.ordinal);

  item.device = ordinal;
  item.bus = "pci";
  item.align = KS_CUDA_ALIGN;
  item.size.min = 1;
  item.size.max = self->max_pitch;
  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE
      | GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static gchar *
gst_ks_backend_cuda_note (GstKsBackend * backend)
{
  const KsCudaDevice *device = &SELF (backend)->device;

  return
      g_strdup_printf ("GPU %d, %s; bytes are the one row of an RGBA picture,"
      " pictures have the driver's rows, and a map is a copy through pinned"
      " memory of the host", device->ordinal, device->name);
}

static GstAllocator *
gst_ks_backend_cuda_create_allocator (GstKsBackend * backend, GError ** error)
{
  GstKsBackendCuda *self = SELF (backend);
  GstAllocator *allocator = ks_cuda_allocator_new (&self->device);

  g_weak_ref_set (&self->allocator, allocator);
  return allocator;
}

static gboolean
gst_ks_backend_cuda_transfer (GstKsBackend * backend, GstMemory * dst,
    GstMemory * src, GError ** error)
{
  return ks_cuda_transfer (&SELF (backend)->device, dst, src, error);
}

/* --- the device, shared with neighbours --- */

static GstContext *
gst_ks_backend_cuda_get_context (GstKsBackend * backend, const gchar * type)
{
  return ks_cuda_device_new_context (&SELF (backend)->device, type);
}

static gboolean
gst_ks_backend_cuda_adopt_memory (GstKsBackendClass * klass,
    GstMemory * memory, gchar ** device)
{
  const KsCudaApi *api = ks_cuda_api (NULL);

  if (api == NULL || !ks_cuda_is_memory (api, memory))
    return FALSE;
  *device = ks_cuda_context_adopt (((KsCudaMemory *) memory)->context);
  return TRUE;
}

/* --- pictures --- */

static GstAllocator *
get_allocator (GstKsBackendCuda * self, GError ** error)
{
  GstAllocator *allocator = g_weak_ref_get (&self->allocator);

  return allocator != NULL ? allocator :
      gst_ks_backend_create_allocator (GST_KS_BACKEND (self), error);
}

/* How many bytes the driver takes for a picture, which only it knows: one is
 * made and let go. When there is no room for that, the store sees to it. */
static gsize
measure (GstKsBackendCuda * self, GstAllocator * allocator,
    GRefString * shape, const GstVideoInfo * info)
{
  GstMemory *memory;
  gsize size = 0;

  gst_ks_mutex_lock (&self->lock);
  if (self->shape != NULL && g_str_equal (self->shape, shape))
    size = self->size;
  gst_ks_mutex_unlock (&self->lock);
  if (size != 0)
    return size;
  memory = ks_cuda_memory_new (&self->device, allocator, info);
  if (memory == NULL)
    return GST_VIDEO_INFO_SIZE (info);
  size = memory->maxsize;
  gst_memory_unref (memory);

  gst_ks_mutex_lock (&self->lock);
  g_clear_pointer (&self->shape, g_ref_string_release);
  self->shape = g_ref_string_acquire (shape);
  self->size = size;
  gst_ks_mutex_unlock (&self->lock);
  return size;
}

static void
fill_shape (GstKsShape * shape, GstMemory * memory)
{
  const GstVideoInfo *info = &((KsCudaMemory *) memory)->info;

  shape->n_memories = 1;
  shape->memories[0] = memory;
  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (info); p++) {
    shape->offset[p] = GST_VIDEO_INFO_PLANE_OFFSET (info, p);
    shape->stride[p] = GST_VIDEO_INFO_PLANE_STRIDE (info, p);
  }
}

static gboolean
gst_ks_backend_cuda_allocate_shaped (GstKsBackend * backend,
    const GstVideoInfo * info, const GstKsFraming * fixed, GstKsShape * out,
    GError ** error)
{
  GstKsBackendCuda *self = SELF (backend);
  const GstKsFramingItem *item = gst_ks_framing_peek_item (fixed, 0);
  GstKsRequest request = {.align = item->align };
  g_autoptr (GstAllocator) allocator = NULL;
  GstMemory *memory;

  if (item->prefix != 0 || item->padding != 0) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "GPU %d (%s): its driver lays the picture out, so there is no room for "
        "a prefix or padding; ask for none", self->device.ordinal,
        self->device.name);
    return FALSE;
  }
  if (!ks_cuda_shape_check (self->device.api, info, error))
    return FALSE;
  allocator = get_allocator (self, error);
  if (allocator == NULL)
    return FALSE;
  request.shape = request.layout = ks_cuda_shape_new (info);
  request.size = measure (self, allocator, request.shape, info);
  memory = gst_ks_allocator_alloc (allocator, &request, error);
  g_ref_string_release (request.shape);
  if (memory != NULL)
    fill_shape (out, memory);
  return memory != NULL;
}

/* --- the object --- */

static void
gst_ks_backend_cuda_finalize (GObject * object)
{
  GstKsBackendCuda *self = SELF (object);

  g_clear_pointer (&self->shape, g_ref_string_release);
  g_weak_ref_clear (&self->allocator);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_ks_backend_cuda_parent_class)->finalize (object);
}

static void
gst_ks_backend_cuda_class_init (GstKsBackendCudaClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ks_backend_cuda_finalize;
  backend_class->kind = "cuda";
  backend_class->open = gst_ks_backend_cuda_open;
  backend_class->close = gst_ks_backend_cuda_close;
  backend_class->describe = gst_ks_backend_cuda_describe;
  backend_class->note = gst_ks_backend_cuda_note;
  backend_class->create_allocator = gst_ks_backend_cuda_create_allocator;
  backend_class->list_devices = ks_cuda_list_devices;
  backend_class->check_device = ks_cuda_check_device;
  backend_class->transfer = gst_ks_backend_cuda_transfer;
  backend_class->allocate_shaped = gst_ks_backend_cuda_allocate_shaped;
  backend_class->shape_feature = KS_CUDA_FEATURE;
  backend_class->context_type = KS_CUDA_CONTEXT_TYPE;
  backend_class->get_context = gst_ks_backend_cuda_get_context;
  backend_class->adopt_context = ks_cuda_adopt_context;
  backend_class->adopt_memory = gst_ks_backend_cuda_adopt_memory;
}

static void
gst_ks_backend_cuda_init (GstKsBackendCuda * self)
{
  g_weak_ref_init (&self->allocator, NULL);
  g_mutex_init (&self->lock);
}
