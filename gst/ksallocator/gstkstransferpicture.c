/* Copies between pictures of a device and frames of bytes, plane by plane.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Where caps say that frames are pictures of a device, each plane is a memory of
 * its own, whoever made it, and as bytes it has rows without gaps. Where the
 * other side's rows lie so as well, the device copies straight into its frame.
 */
#include "config.h"

#include "gstkscapsfeature.h"
#include "gstkspicture.h"
#include "gstkstransferprivate.h"

#include <gst/ks/gstkssize.h>

const gchar *
ks_picture_kind (const gchar * feature)
{
  return feature && ks_feature_is_device (feature)
      && !ks_feature_is_bytes (feature) ?
      gst_ks_feature_nth_kind (feature, 0) : NULL;
}

gboolean
ks_buffer_is_picture (const GstVideoInfo * info, GstBuffer * buffer)
{
  return ks_is_video (info)
      && gst_buffer_n_memory (buffer) == GST_VIDEO_INFO_N_PLANES (info);
}

/* FALSE: the picture is larger than memory can be. */
static gboolean
plane_size (const GstVideoInfo * info, guint plane, gsize * row, gsize * size)
{
  gint component[GST_VIDEO_MAX_COMPONENTS];

  gst_video_format_info_component (info->finfo, plane, component);
  return gst_ks_size_mul (GST_VIDEO_INFO_COMP_WIDTH (info, component[0]),
      GST_VIDEO_INFO_COMP_PSTRIDE (info, component[0]), row)
      && gst_ks_size_mul (*row, GST_VIDEO_INFO_COMP_HEIGHT (info, component[0]),
      size);
}

/* Where the bytes of a plane are. */
typedef struct
{
  GstMemory *memory;            /* borrowed */
  gsize skip, size;             /* bytes */
} Part;

static gboolean
is_whole (const Part * part)
{
  return part->skip == 0 && part->memory->size == part->size;
}

/* FALSE: its rows have gaps, or it is not in one memory, or that has no parts. */
static gboolean
find_part (const GstVideoInfo * info, GstBuffer * buffer, guint plane,
    Part * part)
{
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);
  gsize offset = meta ? meta->offset[plane] :
      GST_VIDEO_INFO_PLANE_OFFSET (info, plane);
  gint stride = meta ? meta->stride[plane] :
      GST_VIDEO_INFO_PLANE_STRIDE (info, plane);
  guint index, n;
  gsize row;

  if (!plane_size (info, plane, &row, &part->size) || (gsize) stride != row
      || !gst_buffer_find_memory (buffer, offset, part->size, &index, &n,
          &part->skip) || n != 1)
    return FALSE;
  part->memory = gst_buffer_peek_memory (buffer, index);
  return is_whole (part)
      || !GST_MEMORY_FLAG_IS_SET (part->memory, GST_MEMORY_FLAG_NO_SHARE);
}

/* (transfer full) */
static GstMemory *
get_part (const Part * part)
{
  return is_whole (part) ? gst_memory_ref (part->memory) :
      gst_memory_share (part->memory, part->skip, part->size);
}

/* Ordinary memory with such rows. */
static GstBuffer *
new_tight (const GstVideoInfo * info, GError ** error)
{
  g_autoptr (GstAllocator) system = gst_ks_allocator_get ("system", NULL,
      error);
  gsize offset[GST_VIDEO_MAX_PLANES] = { 0, };
  gint stride[GST_VIDEO_MAX_PLANES] = { 0, };
  GstKsRequest request = { 0, };
  GstMemory *memory;
  GstBuffer *buffer;
  gsize row, size;

  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (info); p++) {
    if (!plane_size (info, p, &row, &size))
      return NULL;
    offset[p] = request.size;
    stride[p] = row;
    if (!gst_ks_size_add (request.size, size, &request.size))
      return NULL;
  }
  memory = system ? gst_ks_allocator_alloc (system, &request, error) : NULL;
  if (memory == NULL)
    return NULL;
  buffer = gst_buffer_new ();
  gst_buffer_append_memory (buffer, memory);
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_INFO_FORMAT (info), GST_VIDEO_INFO_WIDTH (info),
      GST_VIDEO_INFO_HEIGHT (info), GST_VIDEO_INFO_N_PLANES (info), offset,
      stride);
  return buffer;
}

/* Parts of ordinary memory are for reading. */
static gboolean
copy_to_window (GstKsBackend * backend, const Part * part, GstMemory * picture,
    GError ** error)
{
  g_autoptr (GstMemory) window = NULL;
  GstMapInfo map;
  gboolean good;

  if (!gst_memory_map (part->memory, &map, GST_MAP_WRITE)) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "the memory to copy to cannot be mapped for writing");
    return FALSE;
  }
  window = gst_memory_new_wrapped (0, map.data + part->skip, part->size, 0,
      part->size, NULL, NULL);
  good = gst_ks_backend_transfer (backend, window, picture, error);
  gst_memory_unmap (part->memory, &map);
  return good;
}

/* A device writes where it is told. */
static gboolean
copy_part (const KsPictureCopy * copy, const Part * part, GstMemory * picture,
    GError ** error)
{
  g_autoptr (GstKsBackend) backend =
      gst_ks_backend_get_for_memory (copy->kind, picture, error);
  g_autoptr (GstMemory) memory = NULL;

  if (backend == NULL)
    return FALSE;
  if (!copy->up && part->size != part->memory->size
      && gst_ks_backend_peek (part->memory->allocator) != backend)
    return copy_to_window (backend, part, picture, error);
  memory = get_part (part);
  return gst_ks_backend_transfer (backend, copy->up ? picture : memory,
      copy->up ? memory : picture, error);
}

static gboolean
copy_planes (const KsPictureCopy * copy, GError ** error)
{
  Part part;

  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (copy->info); p++) {
    if (!find_part (copy->info, copy->bytes, p, &part)
        || !copy_part (copy, &part, gst_buffer_peek_memory (copy->picture, p),
            error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_tight (const GstVideoInfo * info, GstBuffer * buffer)
{
  Part part;

  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (info); p++) {
    if (!find_part (info, buffer, p, &part))
      return FALSE;
  }
  return TRUE;
}

gboolean
ks_transfer_picture (const KsPictureCopy * copy, GError ** error)
{
  KsPictureCopy staged = *copy;
  g_autoptr (GstBuffer) stage = NULL;

  if (is_tight (copy->info, copy->bytes))
    return copy_planes (copy, error);
  stage = new_tight (copy->info, error);
  if (stage == NULL)
    return FALSE;
  staged.bytes = stage;
  return copy->up ? ks_transfer_map (copy->target, copy->bytes, stage, error)
      && copy_planes (&staged, error) : copy_planes (&staged, error)
      && ks_transfer_map (copy->target, stage, copy->bytes, error);
}
