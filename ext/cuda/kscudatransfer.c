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

  gboolean by_rows;             /* packed is right */
  GstVideoInfo packed;          /* of the host's side */
} Copy;

/* Not even those that every row has for a multiple of 4 bytes. */
static void
close_gaps (GstVideoInfo * info)
{
  gint component[GST_VIDEO_MAX_COMPONENTS];

  info->size = 0;
  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (info); p++) {
    gst_video_format_info_component (info->finfo, p, component);
    info->offset[p] = info->size;
    info->stride[p] = GST_VIDEO_INFO_COMP_WIDTH (info, component[0])
        * GST_VIDEO_INFO_COMP_PSTRIDE (info, component[0]);
    info->size += (gsize) info->stride[p]
        * GST_VIDEO_INFO_COMP_HEIGHT (info, component[0]);
  }
}

/* The picture in packed form, when that is what the host's side must be. */
static gboolean
get_packed (const Copy * self, GstVideoInfo * packed)
{
  const End *device = self->dst.cuda ? &self->dst : &self->src;
  const End *host = self->dst.cuda ? &self->src : &self->dst;
  const GstVideoInfo *info = &device->cuda->info;

  if (!self->picture || host->cuda != NULL || device->map.size != info->size
      || host->map.size == info->size
      || !gst_video_info_set_format (packed, GST_VIDEO_INFO_FORMAT (info),
          GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info)))
    return FALSE;
  if (host->map.size != packed->size)
    close_gaps (packed);
  return host->map.size == packed->size;
}

/* What is mapped is what counts: others' memory may be larger than what is in
 * it, and then nobody has compared sizes. */
static gboolean
check_room (const Copy * self, GError ** error)
{
  if (self->offset <= self->src.map.size
      && self->size <= self->src.map.size - self->offset
      && self->size <= self->dst.map.size)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "cannot copy %" G_GSIZE_FORMAT " bytes at %" G_GSIZE_FORMAT " of %"
      G_GSIZE_FORMAT " into %" G_GSIZE_FORMAT "; give memory as large as the "
      "GPU's, or exactly as large as the picture without gaps", self->size,
      self->offset, self->src.map.size, self->dst.map.size);
  return FALSE;
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
copy_plane (const Copy * self, guint plane)
{
  const GstVideoInfo *packed = &self->packed;
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
  gint result = 0;

  if (!self->by_rows)
    return copy_bytes (self);
  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (&self->packed) && result == 0;
      p++)
    result = copy_plane (self, p);
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
  gboolean driver = self->dst.cuda != NULL || self->src.cuda != NULL;

  self->by_rows = driver && get_packed (self, &self->packed);
  if (!self->by_rows && !check_room (self, error))
    return FALSE;
  if (driver)
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
