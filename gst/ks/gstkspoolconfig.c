/* GstKsPoolConfig: what a pool's framing and its configuration together ask for.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Elements put their own wishes into a configuration and many give up for good
 * when a pool says no. So whatever can be is made to fit: sizes, alignment,
 * prefix and padding go up to what the framing needs, another allocator is
 * replaced by the pool's, the cap is the smaller one. The result is written
 * back, and reading it again gives the same. */

#include "gstkspoolconfig.h"
#include "gstksframingfield.h"
#include "gstkslayout.h"
#include "gstkssize.h"
#include <gst/video/gstvideopool.h>

/* What the configuration itself says. */
typedef struct
{
  GstCaps *caps;                /* borrowed; NULL: any */
  guint size;                   /* bytes */
  guint min;                    /* frames */
  guint max;                    /* frames; 0: no limit */
  GstAllocationParams params;
  gboolean with_meta;
  gboolean with_align;
  GstVideoAlignment align;
} Wishes;

static gboolean
check_fixed (const GstCaps * caps, GError ** error)
{
  g_autofree gchar *text = NULL;

  if (caps == NULL || gst_caps_is_fixed (caps))
    return TRUE;
  text = gst_caps_to_string (caps);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "the configuration's caps %s are not fixed, and the frames of a pool "
      "have one layout; fixate them first", text);
  return FALSE;
}

static gboolean
wishes_read (Wishes * wishes, GstStructure * config, GError ** error)
{
  if (!gst_buffer_pool_config_get_params (config, &wishes->caps, &wishes->size,
          &wishes->min, &wishes->max)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "the configuration has no caps, size and numbers of buffers; set them "
        "with gst_buffer_pool_config_set_params()");
    return FALSE;
  }
  if (!check_fixed (wishes->caps, error))
    return FALSE;
  gst_allocation_params_init (&wishes->params);
  gst_buffer_pool_config_get_allocator (config, NULL, &wishes->params);
  wishes->with_meta = gst_buffer_pool_config_has_option (config,
      GST_BUFFER_POOL_OPTION_VIDEO_META);
  gst_video_alignment_reset (&wishes->align);
  /* Without the meta nobody could tell where the rows are. */
  wishes->with_align = wishes->with_meta
      && gst_buffer_pool_config_has_option (config,
      GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT)
      && gst_buffer_pool_config_get_video_alignment (config, &wishes->align);
  return TRUE;
}

static gboolean
is_raw_video (GstCaps * caps, GstVideoInfo * info)
{
  const GstVideoFormatInfo *finfo;

  if (caps == NULL || !gst_structure_has_name (gst_caps_get_structure (caps, 0),
          "video/x-raw") || !gst_video_info_from_caps (info, caps))
    return FALSE;
  finfo = info->finfo;
  return GST_VIDEO_FORMAT_INFO_N_PLANES (finfo) > 0 && info->size > 0;
}

/* Users of the video meta check its strides against its alignment. Ours may
 * come from limits that it has no words for: as padding on the right they can
 * often be said all the same. */
static void
choose_meta_align (GstKsPoolConfig * self, const GstVideoInfo * plain)
{
  GstVideoAlignment align = self->video_align;
  GstVideoInfo theirs = *plain;
  gint pixel = GST_VIDEO_INFO_COMP_PSTRIDE (plain, 0);
  gsize left = 0;

  memset (align.stride_align, 0, sizeof (align.stride_align));
  gst_video_alignment_reset (&self->meta_align);
  if (pixel <= 0 || self->info.stride[0] <= 0
      || !gst_ks_size_add (plain->width, align.padding_left, &left)
      || left > (gsize) self->info.stride[0] / pixel)
    return;
  align.padding_right = self->info.stride[0] / pixel - left;
  if (gst_video_info_align (&theirs, &align)
      && gst_ks_layout_is_same (&theirs, &self->info))
    self->meta_align = align;
}

static gboolean
choose_layout (GstKsPoolConfig * self, const GstKsPoolTerms * terms,
    const Wishes * wishes, GError ** error)
{
  GstKsLayoutLimits limits = GST_KS_LAYOUT_LIMITS_INIT;
  GstVideoInfo plain;

  gst_video_info_init (&self->info);
  self->is_video = is_raw_video (wishes->caps, &plain);
  if (!self->is_video)
    return TRUE;

  self->plain_size = plain.size;
  limits.packed = terms->layout == GST_KS_LAYOUT_PACKED;
  if (terms->item)
    limits.stride = terms->item->stride;
  limits.align = wishes->align;
  if (limits.packed) {
    limits.align.padding_left = limits.align.padding_right = 0;
    memset (limits.align.stride_align, 0, sizeof (limits.align.stride_align));
  }
  if (!gst_ks_layout_compute (&plain, &limits, &self->info, error))
    return FALSE;
  self->video_align = limits.align;
  choose_meta_align (self, &plain);
  self->add_video_meta = wishes->with_meta
      || !gst_ks_layout_is_same (&plain, &self->info);
  return TRUE;
}

/* Who asks for the default size has not seen that packed rows need less. */
static gboolean
is_plain_size (const GstKsPoolConfig * self, const GstKsPoolTerms * terms,
    const Wishes * wishes)
{
  return self->is_video && terms->layout == GST_KS_LAYOUT_PACKED
      && wishes->size == self->plain_size;
}

/* Bytes that consumers must be able to see. */
static gsize
wanted_size (const GstKsPoolConfig * self, const GstKsPoolTerms * terms,
    const Wishes * wishes)
{
  gsize asked = is_plain_size (self, terms, wishes) ? 0 : wishes->size;

  return MAX (asked, self->is_video ? self->info.size : 0);
}

static gboolean
choose_size (GstKsPoolConfig * self, const GstKsPoolTerms * terms,
    const Wishes * wishes, GError ** error)
{
  guint64 wanted = wanted_size (self, terms, wishes);
  guint64 size = wanted;
  gboolean legal = TRUE;

  if (terms->item)
    legal = gst_ks_range_ceil (&terms->item->size, wanted, &size);
  if (!legal || size == 0 || size > G_MAXUINT) {
    g_autofree gchar *range = terms->item ?
        gst_ks_range_to_string (&terms->item->size) : g_strdup ("any");

    g_set_error (error, GST_KS_ERROR,
        legal && size > 0 ? GST_KS_ERROR_OVERFLOW : GST_KS_ERROR_INVALID,
        "frames of %" G_GUINT64_FORMAT " bytes: the framing allows %s, and a "
        "pool's buffers have 1 to %u bytes; ask for another size or relax the "
        "framing", wanted, range, G_MAXUINT);
    return FALSE;
  }
  self->size = size;
  return TRUE;
}

/* Of the block's start: what the framing, the caller and the rows need. */
static gboolean
choose_align (GstKsPoolConfig * self, const GstKsPoolTerms * terms,
    const Wishes * wishes, GError ** error)
{
  gsize align;

  if (!gst_ks_align_from_mask (wishes->params.align, &align)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "alignment mask 0x%" G_GSIZE_MODIFIER "x is not 2^k - 1",
        wishes->params.align);
    return FALSE;
  }
  self->align = align;
  for (guint i = 0; i < GST_VIDEO_MAX_PLANES; i++) {
    if (gst_ks_align_from_mask (self->video_align.stride_align[i], &align))
      self->align = MAX (self->align, align);
  }
  self->prefix = wishes->params.prefix;
  self->padding = wishes->params.padding;
  /* and may write it all the same */
  if (is_plain_size (self, terms, wishes) && self->size < wishes->size)
    self->padding = MAX (self->padding, wishes->size - self->size);
  if (terms->item) {
    if (!gst_ks_framing_item_fits_address (terms->item, error))
      return FALSE;
    self->align = MAX (self->align, terms->item->align);
    self->prefix = MAX (self->prefix, terms->item->prefix);
    self->padding = MAX (self->padding, terms->item->padding);
  }
  return TRUE;
}

/* Where prefix and padding are part of a frame, consumers see the rest of it. */
static gboolean
take_margins_off (GstKsPoolConfig * self, const GstKsPoolTerms * terms,
    const Wishes * wishes, GError ** error)
{
  gsize wanted = wanted_size (self, terms, wishes);
  gsize taken = 0;

  if (terms->frame_size == 0)
    return TRUE;
  if (!gst_ks_size_block (self->prefix, MAX (wanted, 1), self->padding, 1,
          &taken) || taken > terms->frame_size) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "prefix %" G_GSIZE_FORMAT " + size %" G_GSIZE_FORMAT " + padding %"
        G_GSIZE_FORMAT ": a frame of this allocator has %" G_GSIZE_FORMAT
        " bytes with all of them; ask for less, or create one with larger "
        "frames", self->prefix, wanted, self->padding, terms->frame_size);
    return FALSE;
  }
  self->size = terms->frame_size - self->prefix - self->padding;
  return TRUE;
}

static gboolean
check_block (const GstKsPoolConfig * self, GError ** error)
{
  gsize block;

  if (gst_ks_size_block (self->prefix, self->size, self->padding, self->align,
          &block))
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
      "prefix %" G_GSIZE_FORMAT " + size %" G_GSIZE_FORMAT " + padding %"
      G_GSIZE_FORMAT " at alignment %" G_GSIZE_FORMAT
      " is more than can be counted", self->prefix, self->size, self->padding,
      self->align);
  return FALSE;
}

static void
choose_frames (GstKsPoolConfig * self, const GstKsPoolTerms * terms,
    const Wishes * wishes)
{
  guint64 cap = wishes->max ? wishes->max : GST_KS_RANGE_LIMIT;
  guint64 min = wishes->min;

  if (terms->item) {
    /* 0 or the limit: the framing has none */
    if (terms->item->frames.max != 0)
      cap = MIN (cap, terms->item->frames.max);
    min = MAX (min, terms->item->frames.min);
  }
  self->cap = cap > G_MAXUINT ? 0 : cap;
  self->min = MIN (min, self->cap ? self->cap : G_MAXUINT);
}

/* Equal keys, equal pictures: what others hang on the memory stays right. The
 * frame rate says nothing about a picture. */
static GRefString *
make_layout_key (const GstKsPoolConfig * self, GstCaps * caps)
{
  g_autoptr (GString) key = g_string_new (NULL);

  if (caps) {
    g_autoptr (GstCaps) still = gst_caps_copy (caps);
    g_autofree gchar *text = NULL;

    if (gst_caps_get_size (still) > 0)
      gst_structure_remove_fields (gst_caps_get_structure (still, 0),
          "framerate", "max-framerate", NULL);
    text = gst_caps_to_string (still);
    g_string_append (key, text);
  }
  g_string_append_printf (key, "|%" G_GSIZE_FORMAT "+%" G_GSIZE_FORMAT "+%"
      G_GSIZE_FORMAT "/%" G_GSIZE_FORMAT, self->prefix, self->size,
      self->padding, self->align);
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (&self->info); i++)
    g_string_append_printf (key, "|%d@%" G_GSIZE_FORMAT, self->info.stride[i],
        self->info.offset[i]);
  return g_ref_string_new (key->str);
}

static void
write_back (const GstKsPoolConfig * self, const GstKsPoolTerms * terms,
    const Wishes * wishes, GstStructure * config)
{
  GstAllocationParams params = wishes->params;
  g_autoptr (GstCaps) caps = wishes->caps ? gst_caps_ref (wishes->caps) : NULL;

  params.align = gst_ks_align_to_mask (self->align);
  params.prefix = self->prefix;
  params.padding = self->padding;
  gst_buffer_pool_config_set_params (config, caps, self->size, self->min,
      self->cap);
  gst_buffer_pool_config_set_allocator (config, terms->allocator, &params);
  if (self->add_video_meta)
    gst_buffer_pool_config_add_option (config,
        GST_BUFFER_POOL_OPTION_VIDEO_META);
  if (self->is_video && wishes->with_align) {
    GstVideoAlignment align = self->video_align;

    gst_buffer_pool_config_set_video_alignment (config, &align);
  }
}

gboolean
gst_ks_pool_config_parse (GstKsPoolConfig * self,
    const GstKsPoolTerms * terms, GstStructure * config, GError ** error)
{
  GstKsPoolConfig made = { 0, };
  Wishes wishes = { NULL, };

  if (!wishes_read (&wishes, config, error)
      || !choose_layout (&made, terms, &wishes, error)
      || !choose_size (&made, terms, &wishes, error)
      || !choose_align (&made, terms, &wishes, error)
      || !take_margins_off (&made, terms, &wishes, error)
      || !check_block (&made, error))
    return FALSE;

  choose_frames (&made, terms, &wishes);
  if (made.is_video)
    made.info.size = made.size;
  made.layout = make_layout_key (&made, wishes.caps);
  write_back (&made, terms, &wishes, config);
  gst_ks_pool_config_clear (self);
  *self = made;
  return TRUE;
}

void
gst_ks_pool_config_clear (GstKsPoolConfig * self)
{
  g_clear_pointer (&self->layout, g_ref_string_release);
  *self = (GstKsPoolConfig) {
  0,};
}

void
gst_ks_pool_config_init_request (const GstKsPoolConfig * self,
    GstKsRequest * request)
{
  *request = (GstKsRequest) {
  .size = self->size,.align = self->align,.prefix = self->prefix,.padding =
        self->padding,.layout = self->layout,};
}
