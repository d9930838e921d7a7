/* How rows lie in the frames of ksallocator: as asked for, or why they cannot.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstksallocatorprivate.h"
#include "gstkspoolsetup.h"

#include <gst/ks/gstksquery.h>
#include <gst/ks/gstkssize.h>

static const GstKsRange any = GST_KS_RANGE_INIT_ANY;

GstKsFraming *
ks_agreed_to_framing (const KsAgreed * agreed, GError ** error)
{
  GstKsFramingItem item = agreed->item;

  item.memory = agreed->kind;
  /* what downstream asked for; the pool makes packed rows as short as it may */
  return gst_ks_query_offer_to_framing (&agreed->offer, &item, error);
}

/* --- why not --- */

/* Whether frames can be laid out by this much of what was asked for, and how. */
static gboolean
can_lay (const KsAgreed * agreed, GstCaps * caps, GstKsLayout layout,
    const GstKsRange * stride, const GstKsRange * size, GstVideoInfo * info)
{
  GstKsPoolOptions options = {.layout = layout };
  KsAgreed part = *agreed;

  part.item.stride = *stride;
  part.item.size = part.item.prefer = *size;
  part.offer.size = 1;
  g_autoptr (GstKsFraming) framing = ks_agreed_to_framing (&part, NULL);
  if (!framing)
    return FALSE;
  g_autoptr (GstBufferPool) pool =
      GST_BUFFER_POOL (gst_ks_pool_new (agreed->allocator, framing, &options));

  return ks_pool_configure (pool, agreed->allocator, &part.offer, caps, FALSE)
      && gst_ks_pool_get_video_info (GST_KS_POOL (pool), info);
}

/* The first plane whose rows are not in the range; -1: there is none. */
static gint
bad_plane (const GstVideoInfo * info, const GstKsRange * stride)
{
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (info); i++) {
    if (!gst_ks_range_contains (stride, GST_VIDEO_INFO_PLANE_STRIDE (info, i)))
      return i;
  }
  return -1;
}

/* The least upper end at which a value of at least @need is legal, or 0. */
static guint64
raised_end (const GstKsRange * range, guint64 need)
{
  GstKsRange open = *range;
  guint64 end = 0;

  open.max = GST_KS_RANGE_LIMIT;
  open.step = MAX (open.step, 1);
  return gst_ks_range_ceil (&open, need, &end) ? end : 0;
}

/* Packed rows have one length, and the range does not have it. */
static void
set_packed_error (const KsAgreed * agreed, GstCaps * caps, gint plane,
    gint row, const gchar * range, GError ** error)
{
  const GstVideoInfo *info = &agreed->info;
  g_autoptr (GString) help = g_string_new (NULL);
  GstVideoInfo other;

  if (can_lay (agreed, caps, GST_KS_LAYOUT_ANY, &agreed->item.stride,
          &agreed->item.size, &other))
    g_string_append_printf (help, "without layout=packed they would have %d"
        " bytes, ", GST_VIDEO_INFO_PLANE_STRIDE (&other, plane));
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "layout=packed and stride=%s cannot both be: rows of %dx%d %s that are"
      " packed have %d bytes in plane %d; %sleave out one of the two", range,
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info),
      GST_VIDEO_INFO_NAME (info), row, plane, help->str);
}

/* The rows are longer than the range allows. */
static void
set_stride_error (const KsAgreed * agreed, gint plane, gint row,
    const gchar * range, GError ** error)
{
  const GstVideoInfo *info = &agreed->info;

  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "rows of %dx%d %s need %d bytes in plane %d, stride=%s allows none"
      " that long; raise its upper end to %" G_GUINT64_FORMAT " or more",
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info),
      GST_VIDEO_INFO_NAME (info), row, plane, range,
      raised_end (&agreed->item.stride, row));
}

/* With such rows the frame is larger than its size may be. */
static void
set_size_error (const KsAgreed * agreed, const GstVideoInfo * laid,
    const gchar * range, GError ** error)
{
  g_autofree gchar *size = gst_ks_range_to_string (&agreed->item.size);
  guint64 needed = GST_VIDEO_INFO_SIZE (laid);

  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "stride=%s and size=%s cannot both be: with such rows a frame of %dx%d %s"
      " has %" G_GUINT64_FORMAT " bytes; raise the upper end of size to %"
      G_GUINT64_FORMAT " or more, or leave out stride", range, size,
      GST_VIDEO_INFO_WIDTH (laid), GST_VIDEO_INFO_HEIGHT (laid),
      GST_VIDEO_INFO_NAME (laid), needed, raised_end (&agreed->item.size,
          needed));
}

/* Why the pool could not lay out a frame: the fewest wishes that cannot meet,
 * found by leaving out the others, and what would help. */
void
ks_rows_set_error (const KsAgreed * agreed, GstCaps * caps, GError ** error)
{
  const GstKsRange *stride = &agreed->item.stride;
  g_autofree gchar *range = gst_ks_range_to_string (stride);
  g_autofree gchar *text = caps ? gst_caps_to_string (caps) : NULL;
  GstVideoInfo free_rows, laid;
  guint64 legal;
  gint plane;

  if (caps && can_lay (agreed, caps, agreed->layout, &any, &any, &free_rows)) {
    plane = bad_plane (&free_rows, stride);
    gint row = plane < 0 ? 0 : GST_VIDEO_INFO_PLANE_STRIDE (&free_rows, plane);

    if (!gst_ks_range_is_any (stride)
        && can_lay (agreed, caps, agreed->layout, stride, &any, &laid)) {
      set_size_error (agreed, &laid, range, error);
      return;
    }
    if (plane >= 0 && agreed->layout == GST_KS_LAYOUT_PACKED
        && can_lay (agreed, caps, GST_KS_LAYOUT_ANY, stride, &any, &laid)) {
      set_packed_error (agreed, caps, plane, row, range, error);
      return;
    }
    for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (&free_rows); i++) {
      row = GST_VIDEO_INFO_PLANE_STRIDE (&free_rows, i);
      if (!gst_ks_range_ceil (stride, row, &legal)) {
        set_stride_error (agreed, i, row, range, error);
        return;
      }
    }
  }
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "no frame of %s can be laid out with stride=%s%s, align=%"
      G_GSIZE_FORMAT " and the size that was asked for; relax one of them",
      text ? text : "unknown caps", range, agreed->layout
      == GST_KS_LAYOUT_PACKED ? ", layout=packed" : "", agreed->offer.align);
}

/* --- how --- */

static gboolean
same_rows (const GstVideoInfo * a, const GstVideoInfo * b)
{
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (a); i++) {
    if (GST_VIDEO_INFO_PLANE_STRIDE (a, i) != GST_VIDEO_INFO_PLANE_STRIDE (b, i)
        || GST_VIDEO_INFO_PLANE_OFFSET (a, i)
        != GST_VIDEO_INFO_PLANE_OFFSET (b, i))
      return FALSE;
  }
  return TRUE;
}

gboolean
ks_rows_are_asked_for (const KsAgreed * agreed)
{
  return GST_VIDEO_INFO_FORMAT (&agreed->info) != GST_VIDEO_FORMAT_UNKNOWN
      && (agreed->layout == GST_KS_LAYOUT_PACKED
      || !gst_ks_range_is_any (&agreed->item.stride));
}

/* The classic answer has no words for rows. A pool of ours that stands in it,
 * such as that of another ksallocator, knows what was asked of it. */
gboolean
ks_rows_join (const GstKsQueryReply * reply, KsAgreed * agreed, GError ** error)
{
  const GstKsFraming *framing;
  const GstKsRange *theirs;
  GstKsRange both;

  if (!reply->pool || !GST_IS_KS_POOL (reply->pool))
    return TRUE;
  if (gst_ks_pool_get_layout (GST_KS_POOL (reply->pool))
      == GST_KS_LAYOUT_PACKED)
    agreed->layout = GST_KS_LAYOUT_PACKED;
  framing = gst_ks_pool_peek_framing (GST_KS_POOL (reply->pool));
  if (!framing)
    return TRUE;
  theirs = &gst_ks_framing_peek_item (framing, 0)->stride;
  if (!gst_ks_range_intersect (&agreed->item.stride, theirs, &both)) {
    g_autofree gchar *ours = gst_ks_range_to_string (&agreed->item.stride);
    g_autofree gchar *other = gst_ks_range_to_string (theirs);

    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "stride=%s here and stride=%s of who allocates behind have no length of"
        " a row in common; relax one of the two", ours, other);
    return FALSE;
  }
  agreed->item.stride = both;
  return TRUE;
}

/* Who asks for the size of default rows has not seen that packed ones need
 * less: consumers that take all of a frame for picture would get more than
 * that. Bytes behind the frame are for those who count on the size. */
static gboolean
merge_rows (const GstKsQueryReply * reply, KsAgreed * agreed, gsize plain,
    GError ** error)
{
  gsize size = GST_VIDEO_INFO_SIZE (&agreed->info);
  GstKsQueryReply asked = *reply;
  gboolean shrunk = agreed->layout == GST_KS_LAYOUT_PACKED
      && asked.size == plain && size < plain;

  if (shrunk)
    asked.size = 0;
  if (!gst_ks_query_merge (&asked, &agreed->item, size, &agreed->offer, error))
    return FALSE;
  if (shrunk && agreed->offer.size < plain)
    agreed->offer.padding = MAX (agreed->offer.padding,
        plain - agreed->offer.size);
  return TRUE;
}

/* Rows as asked for, unless downstream spoke and knows no GstVideoMeta: it
 * takes the caps' default rows for granted, so these are what it gets. One that
 * is silent (an application, a file) cannot ask for what it needs: the
 * properties speak for it. */
gboolean
gst_ks_allocator_element_lay_rows (GstKsAllocatorElement * self,
    const KsSettings * settings, const GstKsQueryReply * reply,
    KsAgreed * agreed, GError ** error)
{
  GstVideoInfo rows = agreed->info;

  agreed->packed = agreed->layout == GST_KS_LAYOUT_PACKED;
  /* what the rows alone need, before anybody rounds it up */
  agreed->offer.size = 1;
  g_autoptr (GstBufferPool) pool = gst_ks_allocator_element_make_pool (self,
      settings, agreed, agreed->caps, error);
  if (!pool)
    return FALSE;
  if (reply->answered && !reply->video_meta
      && !same_rows (&agreed->info, &rows)) {
    agreed->layout = GST_KS_LAYOUT_ANY;
    agreed->item.stride = any;
    agreed->default_rows = TRUE;
    agreed->info = rows;
  }
  return merge_rows (reply, agreed, GST_VIDEO_INFO_SIZE (&rows), error);
}
