/* Bytes and pictures between GPU memory and any other, by the driver.
 *
 * A memory of a GPU is bytes like any other, with its driver's rows in them.
 * Where the host's side has exactly the size of the packed picture, it is the
 * picture that is copied: row by row, plane by plane.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "kscudaapi.h"

#include <string.h>

typedef struct
{
  GstMemory *memory;
  KsCudaMemory *cuda;           /* the same, when it is a GPU's; NULL: host */
  GstMapInfo map;
} End;

gboolean
ks_cuda_is_memory (const KsCudaApi * api, GstMemory * memory)
{
  return g_type_is_a (G_OBJECT_TYPE (memory->allocator),
      api->gst_allocator_get_type ());
}

static gboolean
end_map (End * self, GstMapFlags flags, GError ** error)
{
  GstMapFlags where = self->cuda ? KS_CUDA_MAP : 0;

  if (gst_memory_map (self->memory, &self->map, flags | where))
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
      "cannot copy: memory of %s cannot be mapped for %s",
      GST_OBJECT_NAME (self->memory->allocator),
      flags == GST_MAP_READ ? "reading" : "writing");
  return FALSE;
}

/* at: bytes from the start of what is mapped */
static KsCudaEnd
end_at (const End * self, gsize at, gsize pitch)
{
  KsCudaEnd end = {.pitch = pitch };

  end.place = self->cuda ? KS_CUDA_DEVICE : KS_CUDA_HOST;
  if (self->cuda)
    end.device = (guintptr) self->map.data + at;
  else
    end.host = self->map.data + at;
  return end;
}

typedef struct
{
  const KsCudaDevice *device;
  gboolean picture;             /* row by row where the host's side is packed */
  gsize offset;                 /* bytes of the source that are left out */
  gsize size;                   /* bytes */
  End dst, src;
} Copy;

/* The picture in packed form, when that is what the host's side must be. */
static gboolean
get_packed (const Copy * self, GstVideoInfo * packed)
{
  const End *device = self->dst.cuda ? &self->dst : &self->src;
  const End *host = self->dst.cuda ? &self->src : &self->dst;
  const GstVideoInfo *info = &device->cuda->info;

  return self->picture && host->cuda == NULL
      && device->map.size == info->size && host->map.size != info->size
      && gst_video_info_set_format (packed, GST_VIDEO_INFO_FORMAT (info),
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info))
      && host->map.size == packed->size;
}

static gpointer
handle_of (const Copy * self, const End * end)
{
  return self->device->api->gst_context_get_handle (end->cuda->context);
}

/* Between contexts, which may be on two GPUs. */
static gint
copy_between (const Copy * self)
{
  return self->device->api->copy_peer ((guintptr) self->dst.map.data,
      handle_of (self, &self->dst), (guintptr) self->src.map.data +
      self->offset, handle_of (self, &self->src), self->size);
}

static gint
copy_bytes (const Copy * self)
{
  KsCudaCopy copy = {.width = self->size,.height = 1 };

  if (self->dst.cuda && self->src.cuda
      && self->dst.cuda->context != self->src.cuda->context)
    return copy_between (self);
  copy.src = end_at (&self->src, self->offset, self->size);
  copy.dst = end_at (&self->dst, 0, self->size);
  return self->device->api->copy (&copy);
}

static gint
copy_plane (const Copy * self, const GstVideoInfo * packed, guint plane)
{
  const GstVideoInfo *to = self->dst.cuda ? &self->dst.cuda->info : packed;
  const GstVideoInfo *from = self->src.cuda ? &self->src.cuda->info : packed;
  gint component[GST_VIDEO_MAX_COMPONENTS];
  KsCudaCopy copy = {.width = GST_VIDEO_INFO_PLANE_STRIDE (packed, plane) };

  gst_video_format_info_component (packed->finfo, plane, component);
  copy.height = GST_VIDEO_INFO_COMP_HEIGHT (packed, component[0]);
  copy.src = end_at (&self->src, GST_VIDEO_INFO_PLANE_OFFSET (from, plane),
      GST_VIDEO_INFO_PLANE_STRIDE (from, plane));
  copy.dst = end_at (&self->dst, GST_VIDEO_INFO_PLANE_OFFSET (to, plane),
      GST_VIDEO_INFO_PLANE_STRIDE (to, plane));
  return self->device->api->copy (&copy);
}

static gint
copy_rows (const Copy * self)
{
  GstVideoInfo packed;
  gint result = 0;

  if (!get_packed (self, &packed))
    return copy_bytes (self);
  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (&packed) && result == 0; p++)
    result = copy_plane (self, &packed, p);
  return result;
}

/* The copy waits for what is queued on both ends, and the caller for it: one
 * within the card would else go on after we said that it is done. */
static gboolean
copy_by_driver (const Copy * self, GError ** error)
{
  const KsCudaApi *api = self->device->api;
  KsCudaDevice on = *self->device;
  gboolean good;

  on.handle = handle_of (self, self->dst.cuda ? &self->dst : &self->src);
  if (self->src.cuda && api->gst_sync)
    api->gst_sync (self->src.memory);
  if (self->dst.cuda && api->gst_sync)
    api->gst_sync (self->dst.memory);
  if (!ks_cuda_device_enter (&on, error))
    return FALSE;
  good = ks_cuda_device_check (&on, copy_rows (self), "cuMemcpy2D", error)
      && ks_cuda_device_check (&on, api->context_synchronize (),
      "cuCtxSynchronize", error);
  ks_cuda_device_leave (&on);
  return good;
}

static gboolean
copy_mapped (Copy * self, GError ** error)
{
  if (self->dst.cuda || self->src.cuda)
    return copy_by_driver (self, error);
  memcpy (self->dst.map.data, self->src.map.data + self->offset, self->size);
  return TRUE;
}

static gboolean
copy_run (Copy * self, GError ** error)
{
  const KsCudaApi *api = self->device->api;
  gboolean good = FALSE;

  if (ks_cuda_is_memory (api, self->dst.memory))
    self->dst.cuda = (KsCudaMemory *) self->dst.memory;
  if (ks_cuda_is_memory (api, self->src.memory))
    self->src.cuda = (KsCudaMemory *) self->src.memory;

  if (!end_map (&self->src, GST_MAP_READ, error))
    return FALSE;
  if (end_map (&self->dst, GST_MAP_WRITE, error)) {
    good = copy_mapped (self, error);
    gst_memory_unmap (self->dst.memory, &self->dst.map);
  }
  gst_memory_unmap (self->src.memory, &self->src.map);
  return good;
}

gboolean
ks_cuda_transfer (const KsCudaDevice * device, GstMemory * dst, GstMemory * src,
    GError ** error)
{
  Copy copy = { device, TRUE, 0, src->size, {dst}, {src} };

  return copy_run (&copy, error);
}

gboolean
ks_cuda_copy_part (const KsCudaDevice * device, GstMemory * dst,
    GstMemory * src, gsize offset, gsize size, GError ** error)
{
  Copy copy = { device, FALSE, offset, size, {dst}, {src} };

  return copy_run (&copy, error);
}
