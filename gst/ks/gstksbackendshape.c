/* Frames whose layout a driver decided, and whether that layout can be.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksbackendprivate.h"
#include "gstkssize.h"

/**
 * gst_ks_shape_clear:
 * @shape: (nullable): a shape, or one that was zeroed
 *
 * Lets go of the memories of @shape and zeroes it. Not thread-safe.
 *
 * Since: 0.9
 */
void
gst_ks_shape_clear (GstKsShape * shape)
{
  if (!shape)
    return;
  for (guint i = 0; i < GST_KS_SHAPE_MAX_MEMORIES; i++)
    g_clear_pointer (&shape->memories[i], gst_memory_unref);
  *shape = (GstKsShape) {
  0};
}

#define PALETTE_BYTES (256 * 4)

typedef struct
{
  gsize row;                    /* bytes of a row that hold pixels */
  gsize rows;
} PlaneNeed;

/* What is wrong with the memories themselves; NULL: nothing. */
static gchar *
memories_wrong (const GstKsShape * shape)
{
  if (shape->n_memories < 1 || shape->n_memories > GST_KS_SHAPE_MAX_MEMORIES)
    return g_strdup_printf ("%u memories, not 1 to %d", shape->n_memories,
        GST_KS_SHAPE_MAX_MEMORIES);

  for (guint i = 0; i < GST_KS_SHAPE_MAX_MEMORIES; i++) {
    if ((i < shape->n_memories) != (shape->memories[i] != NULL))
      return g_strdup_printf ("memory %u is %s although there are %u", i,
          shape->memories[i] ? "set" : "missing", shape->n_memories);
    for (guint j = 0; j < i && shape->memories[i]; j++)
      if (shape->memories[i] == shape->memories[j])
        return g_strdup_printf ("memories %u and %u are the same", j, i);
  }
  return NULL;
}

/* Tiled and packed-bits formats have no bytes per pixel: then one byte a row
 * is all that can be said, and a driver is trusted for the rest. */
static PlaneNeed
plane_need (const GstVideoInfo * info, guint plane)
{
  const GstVideoFormatInfo *finfo = info->finfo;
  PlaneNeed need = { 1, 1 };

  if (GST_VIDEO_FORMAT_INFO_IS_TILED (finfo))
    return need;
  if (GST_VIDEO_FORMAT_INFO_HAS_PALETTE (finfo)
      && plane == GST_VIDEO_COMP_PALETTE) {
    need.row = PALETTE_BYTES;
    return need;
  }
  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++) {
    if (GST_VIDEO_FORMAT_INFO_PLANE (finfo, c) != plane)
      continue;
    gsize width = GST_VIDEO_INFO_COMP_WIDTH (info, c);
    gsize step = GST_VIDEO_INFO_COMP_PSTRIDE (info, c);
    gsize row = GST_VIDEO_INFO_COMP_POFFSET (info, c);

    if (step > 0 && gst_ks_size_mul (width - 1, step, &step)
        && gst_ks_size_add (row, step, &row)
        && gst_ks_size_add (row, (GST_VIDEO_INFO_COMP_DEPTH (info,
                    c) + 7) / 8, &row))
      need.row = MAX (need.row, row);
    need.rows = MAX (need.rows, (gsize) GST_VIDEO_INFO_COMP_HEIGHT (info, c));
  }
  return need;
}

/* Bytes from a memory's start that the plane fills; FALSE: more than there are. */
static gboolean
plane_fits (const PlaneNeed * need, gsize stride, gsize room)
{
  gsize bytes;

  return gst_ks_size_mul (stride, need->rows - 1, &bytes)
      && gst_ks_size_add (bytes, need->row, &bytes) && bytes <= room;
}

/* A plane may not go on in the next memory: one map could not reach it. */
static gchar *
plane_wrong (const GstKsShape * shape, const GstVideoInfo * info, guint plane)
{
  PlaneNeed need = plane_need (info, plane);
  gsize offset = shape->offset[plane];
  gint stride = shape->stride[plane];

  if (stride < 0 || (need.rows > 1 && (gsize) stride < need.row))
    return g_strdup_printf ("plane %u has %d bytes a row and needs %"
        G_GSIZE_FORMAT, plane, stride, need.row);

  for (guint i = 0; i < shape->n_memories; i++) {
    gsize size = gst_memory_get_sizes (shape->memories[i], NULL, NULL);

    if (offset >= size) {
      offset -= size;
      continue;
    }
    if (plane_fits (&need, stride, size - offset))
      return NULL;
    return g_strdup_printf ("plane %u, %" G_GSIZE_FORMAT " rows of %d bytes at "
        "%" G_GSIZE_FORMAT ", ends outside memory %u of %" G_GSIZE_FORMAT
        " bytes", plane, need.rows, stride, offset, i, size);
  }
  return g_strdup_printf ("plane %u begins at %" G_GSIZE_FORMAT
      ", outside all memories", plane, shape->offset[plane]);
}

gboolean
gst_ks_shape_check (const GstKsShape * shape, const GstVideoInfo * info,
    gchar ** wrong)
{
  gchar *text = memories_wrong (shape);

  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (info) && !text; p++)
    text = plane_wrong (shape, info, p);
  if (!text)
    return TRUE;
  *wrong = text;
  return FALSE;
}
