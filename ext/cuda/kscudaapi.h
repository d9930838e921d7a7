/* What the kinds cuda and cuda-host use of NVIDIA's driver and of libgstcuda, found at run time.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksbackend.h>

G_BEGIN_DECLS

/* Results of the driver that mean something to us; 0 is success. */
#define KS_CUDA_OUT_OF_MEMORY 2
#define KS_CUDA_NO_DEVICE 100
#define KS_CUDA_ALREADY_REGISTERED 712

/* Which of its three places each end of a KsCudaCopy uses. */
#define KS_CUDA_HOST 1u
#define KS_CUDA_DEVICE 2u

/* Flags of cuMemHostAlloc and cuMemHostRegister: pinned for every context. */
#define KS_CUDA_PORTABLE 1u

#define KS_CUDA_MAX_PITCH 11    /* of cuDeviceGetAttribute: bytes a row */

/* GStreamer's flag for a map that gives the address on the device. */
#define KS_CUDA_MAP ((GstMapFlags) (GST_MAP_FLAG_LAST << 1))

#define KS_CUDA_FEATURE "memory:CUDAMemory"
#define KS_CUDA_CONTEXT_TYPE "gst.cuda.context"

typedef guint64 KsCudaAddress;  /* on the device; 64-bit systems only */

/* One end of a copy of rows, as the driver lays it out. */
typedef struct
{
  gsize x;                      /* bytes */
  gsize y;                      /* rows */
  guint place;                  /* KS_CUDA_HOST or KS_CUDA_DEVICE */
  const void *host;
  KsCudaAddress device;
  gpointer array;               /* unused */
  gsize pitch;                  /* bytes a row */
} KsCudaEnd;

/* The argument of cuMemcpy2D. */
typedef struct
{
  KsCudaEnd src;
  KsCudaEnd dst;
  gsize width;                  /* bytes */
  gsize height;                 /* rows */
} KsCudaCopy;

/* The part of libgstcuda's memory object that is public. */
typedef struct
{
  GstMemory memory;
  GstObject *context;           /* a GstCudaContext */
  GstVideoInfo info;            /* with the driver's strides and offsets */
  gpointer priv;
  gpointer reserved[GST_PADDING];
} KsCudaMemory;

typedef struct
{
  /* the driver; each gives a result */
  gint (*init) (guint flags);
  gint (*error_name) (gint result, const gchar **name);
  gint (*error_string) (gint result, const gchar **text);
  gint (*device_count) (gint *n);
  gint (*device_name) (gchar *name, gint size, gint device);
  gint (*device_attribute) (gint *value, gint attribute, gint device);
  gint (*context_push) (gpointer handle);
  gint (*context_pop) (gpointer *handle);
  gint (*context_synchronize) (void);
  gint (*memory_info) (gsize *available, gsize *total);
  gint (*host_alloc) (gpointer *data, gsize size, guint flags);
  gint (*host_free) (gpointer data);
  gint (*host_register) (gpointer data, gsize size, guint flags);
  gint (*host_unregister) (gpointer data);
  gint (*copy) (const KsCudaCopy *copy);
  gint (*copy_peer) (KsCudaAddress dst, gpointer dst_handle, KsCudaAddress src, gpointer src_handle, gsize size);

  /* libgstcuda */
  gboolean    (*gst_load) (void);
  GType       (*gst_allocator_get_type) (void);
  GType       (*gst_context_get_type) (void);
  GstObject * (*gst_context_new) (guint device);
  gpointer    (*gst_context_get_handle) (GstObject *context);
  /* before 1.24, and since: with a stream, which may be NULL */
  GstMemory * (*gst_alloc) (GstAllocator *allocator, GstObject *context, const GstVideoInfo *info);
  GstMemory * (*gst_alloc_stream) (GstAllocator *allocator, GstObject *context, gpointer stream, const GstVideoInfo *info);
  /* waits for what was queued on the memory's stream; NULL before 1.24 */
  void        (*gst_sync) (GstMemory *memory);
} KsCudaApi;

/* NULL with the reason: what is missing and what would help. Once it was
 * there it stays; any thread. */
const KsCudaApi * ks_cuda_api (GError **error);
/* Ordinals as words, "0", "1"; empty without hardware. */
gchar **    ks_cuda_list_devices (GstKsBackendClass *klass);
gboolean    ks_cuda_check_device (GstKsBackendClass *klass, const gchar *device, GError **error);

/* A GPU with the context that all on it share. */
typedef struct
{
  const KsCudaApi *api;
  gint ordinal;
  gchar name[96];
  GstObject *context;           /* owned: a GstCudaContext */
  gpointer handle;              /* the driver's name for it; borrowed */
} KsCudaDevice;

/* device: an ordinal as a word; NULL: the first */
gboolean    ks_cuda_device_open (KsCudaDevice *self, const gchar *device, GError **error);
void        ks_cuda_device_close (KsCudaDevice *self);
/* For neighbours that ask for that type; NULL for other types. */
GstContext * ks_cuda_device_new_context (const KsCudaDevice *self, const gchar *type);
/* A GstCudaContext of others; the name of its device. */
gchar *     ks_cuda_context_adopt (GstObject *context);
gint        ks_cuda_context_get_ordinal (GstObject *context);
gchar *     ks_cuda_adopt_context (GstKsBackendClass *klass, GstContext *context);
/* What the thread does until leave is on this device. FALSE: it is lost. */
gboolean    ks_cuda_device_enter (const KsCudaDevice *self, GError **error);
void        ks_cuda_device_leave (const KsCudaDevice *self);
/* FALSE with an error that names call, device, reason and remedy. */
gboolean    ks_cuda_device_check (const KsCudaDevice *self, gint result, const gchar *call, GError **error);
/* As check, for a call that wanted size bytes; between enter and leave. */
gboolean    ks_cuda_device_check_alloc (const KsCudaDevice *self, gint result, const gchar *call, gsize size, GError **error);

/* Whether others see memory of a GPU in it. */
gboolean    ks_cuda_is_memory (const KsCudaApi *api, GstMemory *memory);
/* All of src to the start of dst; pictures row by row where the host's side is packed. */
gboolean    ks_cuda_transfer (const KsCudaDevice *device, GstMemory *dst, GstMemory *src, GError **error);
/* size bytes of src from offset on, as bytes */
gboolean    ks_cuda_copy_part (const KsCudaDevice *device, GstMemory *dst, GstMemory *src, gsize offset, gsize size, GError **error);

GType gst_ks_backend_cuda_get_type (void);
GType gst_ks_backend_cuda_host_get_type (void);

G_END_DECLS
