/* Two ways of copying a frame: both sides mapped, or by the backend of the side that cannot be.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A backend copies memory as it is. So where rows lie otherwise on the two
 * sides, or none of the backends knows both, there is a copy of the far side in
 * ordinary memory in between, and rows are moved there.
 */
#include "config.h"

#include "gstkscapsfeature.h"
#include "gstkspicture.h"
#include "gstkstransferprivate.h"

/* The processor must not touch it. */
gboolean
ks_memory_is_far (GstMemory * memory)
{
  return GST_MEMORY_FLAG_IS_SET (memory, GST_MEMORY_FLAG_NOT_MAPPABLE);
}

/* NULL: nobody of ours; borrowed. Others' memory comes in only. */
static GstKsBackend *
backend_of (const KsTarget * target, GstMemory * memory)
{
  GstKsBackend *backend = gst_ks_backend_peek (memory->allocator);

  return backend || gst_ks_allocator_is_ours (memory->allocator)
      || !ks_feature_is_device (target->
      from_feature) ? backend : target->foreign;
}

/* Of a device, made by an element of its own. */
static gboolean
is_foreign (const KsTarget * target, GstMemory * memory)
{
  return ks_feature_is_device (target->from_feature)
      && !gst_ks_allocator_is_ours (memory->allocator)
      && g_strcmp0 (memory->allocator->mem_type, GST_ALLOCATOR_SYSMEM) != 0
      && (target->foreign || ks_feature_is_opaque (target->from_feature));
}

/* Nobody but a backend reaches it. */
static gboolean
needs_backend (const KsTarget * target, GstMemory * memory)
{
  return ks_memory_is_far (memory) || is_foreign (target, memory);
}

gboolean
ks_buffer_is_far (const KsTarget * target, GstBuffer * buffer)
{
  for (guint i = 0; i < gst_buffer_n_memory (buffer); i++) {
    if (needs_backend (target, gst_buffer_peek_memory (buffer, i)))
      return TRUE;
  }
  return FALSE;
}

/* --- mapped, a picture row by row or in one go --- */

/* Piece by piece: mapping the whole would join them first. */
static gboolean
copy_bytes (GstBuffer * in, GstBuffer * out, GError ** error)
{
  gsize size = gst_buffer_get_size (in);
  gboolean good;
  GstMapInfo to;

  if (!gst_buffer_map (out, &to, GST_MAP_WRITE)) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "the memory to copy to cannot be mapped for writing");
    return FALSE;
  }
  good = gst_buffer_extract (in, 0, to.data, MIN (size, to.size)) == size;
  gst_buffer_unmap (out, &to);
  if (!good)
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "the memory to copy from cannot be mapped for reading");
  return good;
}

static void
set_frame_error (const GstVideoInfo * info, GstBuffer * in, GError ** error)
{
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
      "a buffer of %" G_GSIZE_FORMAT " bytes cannot be mapped as the frame of"
      " %dx%d %s that its caps say it holds", gst_buffer_get_size (in),
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info),
      GST_VIDEO_INFO_NAME (info));
}

static gboolean
copy_picture (const GstVideoInfo * info, GstBuffer * in, GstBuffer * out,
    GError ** error)
{
  if (ks_picture_copy (info, in, out))
    return TRUE;
  set_frame_error (info, in, error);
  return FALSE;
}

/* Bytes up to the end of the last row of a plane; 0: not to be told. */
static gsize
plane_end (const GstVideoInfo * info, const GstVideoMeta * meta, guint plane)
{
  gint component[GST_VIDEO_MAX_COMPONENTS];
  gsize row, rows;

  if (meta->stride[plane] < 0 || GST_VIDEO_FORMAT_INFO_IS_TILED (info->finfo))
    return 0;
  gst_video_format_info_component (info->finfo, plane, component);
  row = (gsize) GST_VIDEO_INFO_COMP_WIDTH (info, component[0])
      * GST_VIDEO_INFO_COMP_PSTRIDE (info, component[0]);
  rows = GST_VIDEO_INFO_COMP_HEIGHT (info, component[0]);
  return meta->offset[plane] + (rows - 1) * meta->stride[plane] + row;
}

/* FALSE: what is missing would be of whatever was in the memory before. Only for
 * memory whose bytes are what it says that it has. */
gboolean
ks_buffer_check_frame (const GstVideoInfo * info, GstBuffer * in,
    GError ** error)
{
  GstVideoMeta *meta = gst_buffer_get_video_meta (in);
  gsize needed = 0;

  if (!ks_is_video (info))
    return TRUE;
  for (guint p = 0; meta && p < GST_VIDEO_INFO_N_PLANES (info)
      && p < meta->n_planes; p++)
    needed = MAX (needed, plane_end (info, meta, p));
  if (meta == NULL)
    needed = GST_VIDEO_INFO_SIZE (info);
  if (gst_buffer_get_size (in) >= needed)
    return TRUE;
  set_frame_error (info, in, error);
  return FALSE;
}

/* --- where rows lie --- */

static gint
stride_of (GstBuffer * buffer, const GstVideoInfo * info, guint plane)
{
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);

  return meta ? meta->stride[plane] : GST_VIDEO_INFO_PLANE_STRIDE (info, plane);
}

static gsize
offset_of (GstBuffer * buffer, const GstVideoInfo * info, guint plane)
{
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);

  return meta ? meta->offset[plane] : GST_VIDEO_INFO_PLANE_OFFSET (info, plane);
}

/* As in the caps, which everybody reads who reads no GstVideoMeta. */
gboolean
ks_buffer_has_rows_of (GstBuffer * buffer, const GstVideoInfo * info)
{
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (info); i++) {
    if (stride_of (buffer, info, i) != GST_VIDEO_INFO_PLANE_STRIDE (info, i)
        || offset_of (buffer, info, i) != GST_VIDEO_INFO_PLANE_OFFSET (info, i))
      return FALSE;
  }
  return TRUE;
}

/* Whether copying each memory to its like gives the frame. */
static gboolean
is_alike (const GstVideoInfo * info, GstBuffer * in, GstBuffer * out)
{
  guint n = gst_buffer_n_memory (in);

  if (gst_buffer_n_memory (out) != n)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    gsize size = gst_buffer_peek_memory (in, i)->size;
    gsize room = gst_buffer_peek_memory (out, i)->size;

    if (size > room || (i + 1 < n && size != room))
      return FALSE;
  }
  for (guint i = 0; ks_is_video (info) && i < GST_VIDEO_INFO_N_PLANES (info);
      i++) {
    if (stride_of (in, info, i) != stride_of (out, info, i)
        || offset_of (in, info, i) != offset_of (out, info, i))
      return FALSE;
  }
  return TRUE;
}

/* Rows lie alike, so that one copy of everything is theirs too, and quicker. */
static gboolean
is_one_piece (const GstVideoInfo * info, GstBuffer * in, GstBuffer * out)
{
  return gst_buffer_n_memory (in) == 1 && is_alike (info, in, out)
      && gst_buffer_get_size (in) == gst_buffer_get_size (out)
      && gst_buffer_get_size (in) >= GST_VIDEO_INFO_SIZE (info);
}

/* @out: writable; not shorter than @in, where it is no raw video. */
gboolean
ks_transfer_map (const KsTarget * target, GstBuffer * in, GstBuffer * out,
    GError ** error)
{
  const GstVideoInfo *info = &target->info;

  return ks_is_video (info) && !is_one_piece (info, in, out)
      ? copy_picture (info, in, out, error) : copy_bytes (in, out, error);
}

/* --- by backends --- */

/* What lies among memory of a device, and is none. */
static gboolean
move_mapped (GstMemory * from, GstMemory * to)
{
  GstMapInfo source, target;
  gboolean good = FALSE;

  if (!gst_memory_map (from, &source, GST_MAP_READ))
    return FALSE;
  if (gst_memory_map (to, &target, GST_MAP_WRITE)) {
    good = source.size <= target.size;
    if (good)
      memcpy (target.data, source.data, source.size);
    gst_memory_unmap (to, &target);
  }
  gst_memory_unmap (from, &source);
  return good;
}

/* @far: @from or @to. */
static gboolean
move_memory (const KsTarget * target, GstMemory * from, GstMemory * to,
    GstMemory * far, GError ** error)
{
  GstKsBackend *backend = backend_of (target, far);
  gboolean good;

  if (from->size == 0)
    return TRUE;
  if (backend == NULL && !needs_backend (target, far)
      && move_mapped (from, to))
    return TRUE;
  if (backend == NULL) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "it cannot be mapped, and no backend of ours reaches it; put the"
        " uploader or downloader of its own device in between");
    return FALSE;
  }
  g_object_ref (backend);
  good = gst_ks_backend_transfer (backend, to, from, error);
  g_object_unref (backend);
  return good;
}

/* @far: @from or @to. */
static gboolean
move_all (const KsTarget * target, GstBuffer * from, GstBuffer * to,
    GstBuffer * far, GError ** error)
{
  for (guint i = 0; i < gst_buffer_n_memory (from); i++) {
    if (!move_memory (target, gst_buffer_peek_memory (from, i),
            gst_buffer_peek_memory (to, i), gst_buffer_peek_memory (far, i),
            error))
      return FALSE;
  }
  return TRUE;
}

/* Ordinary memory in the shape of @buffer, its blocks used again. */
static GstBuffer *
stage_like (GstBuffer * buffer, GError ** error)
{
  g_autoptr (GstAllocator) system = gst_ks_allocator_get ("system", NULL,
      error);
  g_autoptr (GstBuffer) stage = gst_buffer_new ();
  GstVideoMeta *meta = gst_buffer_get_video_meta (buffer);

  for (guint i = 0; system && i < gst_buffer_n_memory (buffer); i++) {
    gsize size = gst_buffer_peek_memory (buffer, i)->size;
    GstKsRequest request = {.size = MAX (size, 1) };
    GstMemory *memory = gst_ks_allocator_alloc (system, &request, error);

    if (memory == NULL)
      return NULL;
    gst_memory_resize (memory, 0, size);
    gst_buffer_append_memory (stage, memory);
  }
  if (system == NULL)
    return NULL;
  if (meta)
    gst_buffer_add_video_meta_full (stage, meta->flags, meta->format,
        meta->width, meta->height, meta->n_planes, meta->offset, meta->stride);
  return g_steal_pointer (&stage);
}

/* By its backend, where there is one, although it says that it can be mapped:
 * that has just failed. */
static gboolean
is_far (const KsTarget * target, GstBuffer * buffer, gboolean distrust)
{
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);

  return ks_buffer_is_far (target, buffer) || (distrust
      && backend_of (target, memory) != NULL);
}

static gboolean
stage_between (const KsTarget * target, GstBuffer * in, GstBuffer * out,
    gboolean distrust, GError ** error)
{
  g_autoptr (GstBuffer) near_in = NULL;
  g_autoptr (GstBuffer) near_out = NULL;
  gboolean far_out = is_far (target, out, distrust);

  if (is_far (target, in, distrust)) {
    near_in = stage_like (in, error);
    if (near_in == NULL || !move_all (target, in, near_in, in, error))
      return FALSE;
  }
  if (far_out && is_alike (&target->info, near_in ? near_in : in, out))
    return move_all (target, near_in ? near_in : in, out, out, error);
  if (far_out) {
    near_out = stage_like (out, error);
    if (near_out == NULL)
      return FALSE;
  }
  return ks_transfer_map (target, near_in ? near_in : in,
      near_out ? near_out : out, error)
      && (!far_out || move_all (target, near_out, out, out, error));
}

/* @out: as for ks_transfer_map(). @distrust: mapping failed. */
gboolean
ks_transfer_stage (const KsTarget * target, GstBuffer * in, GstBuffer * out,
    gboolean distrust, GError ** error)
{
  GstBuffer *far = is_far (target, out, distrust) ? out : in;
  g_autoptr (GError) why = NULL;

  if (is_alike (&target->info, in, out)) {
    if (move_all (target, in, out, far, &why))
      return TRUE;
    /* two devices need not know each other */
    if (!(is_far (target, in, distrust) && is_far (target, out, distrust))) {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  }
  return stage_between (target, in, out, distrust, error);
}
