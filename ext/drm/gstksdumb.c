/* The kind `dumb`: memory of a display, by DRM dumb buffers.
 *
 * The driver decides how long a row is, so frames of video are shapes: "320x240@32"
 * is a block of that width, height and bits a pixel. Planes lie one below the
 * other in one picture, each row as long as the driver wants the first plane's.
 * Frames of bytes are a picture of one row.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksdumb.h"
#include "gstksdrmcard.h"

#include <gst/ks/gstksdmabuf.h>
#include <gst/ks/gstkssize.h>
#include <stdio.h>
#include <unistd.h>

struct _GstKsBackendDumb
{
  GstKsBackend parent;

  KsDrmCard *card;
  GWeakRef allocator;           /* that shapes are made of: the last one made */
};

G_DEFINE_FINAL_TYPE (GstKsBackendDumb, gst_ks_backend_dumb,
    GST_TYPE_KS_BACKEND);

/* --- blocks --- */

static KsDrmCard *
card_of (gpointer allocator)
{
  return GST_KS_BACKEND_DUMB (gst_ks_backend_peek (allocator))->card;
}

static gboolean
acquire (KsDrmCard * card, GstKsBlock * block, GError ** error)
{
  KsDrmImage image = { 0, 1, card->byte_bits };
  gsize pixel = card->byte_bits / 8;

  if (block->shape != NULL) {
    if (sscanf (block->shape, "%ux%u@%u", &image.width, &image.height,
            &image.bits) == 3)
      return ks_drm_card_make (card, &image, block, error);
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "shape '%s': for dumb buffers it is WIDTHxHEIGHT@BITS", block->shape);
    return FALSE;
  }
  if (block->size / pixel > G_MAXUINT32) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
        "%s (%s): %" G_GSIZE_FORMAT " bytes are more than one row can have",
        card->path, card->driver, block->size);
    return FALSE;
  }
  image.width = block->size / pixel;
  return ks_drm_card_make (card, &image, block, error);
}

/* Two types of allocator, by what the card can do: dma-bufs, which others
 * recognise, or plain mappings. */

typedef struct
{
  GstKsDmaBufAllocator parent;
} GstKsDumbDmaBufAllocator;

typedef struct
{
  GstKsDmaBufAllocatorClass parent_class;
} GstKsDumbDmaBufAllocatorClass;

static GType gst_ks_dumb_dma_buf_allocator_get_type (void);
G_DEFINE_TYPE (GstKsDumbDmaBufAllocator, gst_ks_dumb_dma_buf_allocator,
    GST_TYPE_KS_DMABUF_ALLOCATOR);

static gboolean
dmabuf_acquire (GstKsDmaBufAllocator * self, GstKsBlock * block,
    GError ** error)
{
  return acquire (card_of (self), block, error);
}

static void
dmabuf_release (GstKsDmaBufAllocator * self, GstKsBlock * block)
{
  ks_drm_card_unmake (card_of (self), block);
}

static void
gst_ks_dumb_dma_buf_allocator_class_init (GstKsDumbDmaBufAllocatorClass * klass)
{
  GST_KS_DMABUF_ALLOCATOR_CLASS (klass)->acquire = dmabuf_acquire;
  GST_KS_DMABUF_ALLOCATOR_CLASS (klass)->release = dmabuf_release;
}

static void
gst_ks_dumb_dma_buf_allocator_init (GstKsDumbDmaBufAllocator * self)
{
}

typedef struct
{
  GstKsAllocator parent;
} GstKsDumbPlainAllocator;

typedef struct
{
  GstKsAllocatorClass parent_class;
} GstKsDumbPlainAllocatorClass;

static GType gst_ks_dumb_plain_allocator_get_type (void);
G_DEFINE_TYPE (GstKsDumbPlainAllocator, gst_ks_dumb_plain_allocator,
    GST_TYPE_KS_ALLOCATOR);

static gboolean
plain_acquire (GstKsAllocator * self, GstKsBlock * block, GError ** error)
{
  return acquire (card_of (self), block, error);
}

static void
plain_release (GstKsAllocator * self, GstKsBlock * block)
{
  ks_drm_card_unmake (card_of (self), block);
}

static void
gst_ks_dumb_plain_allocator_class_init (GstKsDumbPlainAllocatorClass * klass)
{
  GST_KS_ALLOCATOR_CLASS (klass)->acquire = plain_acquire;
  GST_KS_ALLOCATOR_CLASS (klass)->release = plain_release;
}

static void
gst_ks_dumb_plain_allocator_init (GstKsDumbPlainAllocator * self)
{
}

/* --- shapes --- */

/* A picture in rows of the driver's length. */
typedef struct
{
  guint32 width, bits;          /* what the driver is asked for */
  guint32 pitch;
  gsize size;                   /* bytes of all planes */
} Picture;

/* FALSE: a format that is not rows of pixels. */
static gboolean
picture_init (Picture * self, const GstVideoInfo * info)
{
  const GstVideoFormatInfo *finfo = info->finfo;
  guint sub = 0;

  if (GST_VIDEO_FORMAT_INFO_IS_TILED (finfo)
      || GST_VIDEO_FORMAT_INFO_HAS_PALETTE (finfo))
    return FALSE;
  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++)
    sub = MAX (sub, GST_VIDEO_FORMAT_INFO_W_SUB (finfo, c));
  *self = (Picture) {
  .width = GST_ROUND_UP_N (GST_VIDEO_INFO_WIDTH (info), 1 << sub),.bits =
        8 * GST_VIDEO_FORMAT_INFO_PSTRIDE (finfo, 0)};
  if (self->bits == 0) {        /* pixels share bytes: rows of bytes */
    self->width = GST_VIDEO_INFO_PLANE_STRIDE (info, 0);
    self->bits = 8;
  }
  return TRUE;
}

static gboolean
picture_lay (Picture * self, const GstVideoInfo * info, GstKsShape * out)
{
  const GstVideoFormatInfo *finfo = info->finfo;
  guint lines = GST_VIDEO_INFO_HEIGHT (info), sub = 0;
  gint component[GST_VIDEO_MAX_COMPONENTS];
  gsize bytes;

  for (guint c = 0; c < GST_VIDEO_FORMAT_INFO_N_COMPONENTS (finfo); c++)
    sub = MAX (sub, GST_VIDEO_FORMAT_INFO_H_SUB (finfo, c));
  lines = GST_ROUND_UP_N (lines, 1 << sub);
  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (info); p++) {
    gst_video_format_info_component (finfo, p, component);
    out->offset[p] = self->size;
    out->stride[p] = gst_video_format_info_extrapolate_stride (finfo, p,
        self->pitch);
    if (!gst_ks_size_mul (out->stride[p], GST_VIDEO_FORMAT_INFO_SCALE_HEIGHT
            (finfo, component[0], lines), &bytes)
        || !gst_ks_size_add (self->size, bytes, &self->size))
      return FALSE;
  }
  return TRUE;
}

static gboolean
refuse_format (GstKsBackendDumb * self, const GstVideoInfo * info,
    const gchar * why, GError ** error)
{
  g_autofree gchar *depths = ks_drm_card_list_depths (self->card);

  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
      "%s (%s): refuses %s %dx%d: %s; it makes pictures with these bits a pixel:"
      " %s; convert to one of these formats", self->card->path,
      self->card->driver, GST_VIDEO_INFO_NAME (info),
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info), why, depths);
  return FALSE;
}

static gboolean
ask_driver (GstKsBackendDumb * self, const GstVideoInfo * info,
    const GstKsFramingItem * item, Picture * picture, GError ** error)
{
  g_autofree gchar *why = NULL;
  g_autofree gchar *range = NULL;

  if (!picture_init (picture, info))
    return refuse_format (self, info, "it is not made of rows of pixels",
        error);
  picture->pitch = ks_drm_card_get_pitch (self->card, picture->width,
      picture->bits);
  if (picture->pitch == 0) {
    why = g_strdup_printf ("the driver makes no pixels of %u bits",
        picture->bits);
    return refuse_format (self, info, why, error);
  }
  if (gst_ks_range_contains (&item->stride, picture->pitch))
    return TRUE;
  range = gst_ks_range_to_string (&item->stride);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "%s (%s): rows of %s %dx%d have %u bytes there, stride=%s does not allow "
      "that; the driver decides, so leave stride out", self->card->path,
      self->card->driver, GST_VIDEO_INFO_NAME (info),
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info),
      picture->pitch, range);
  return FALSE;
}

/* Rows that hold everything: prefix, planes and padding. */
static gboolean
count_rows (const Picture * picture, const GstKsRequest * request,
    guint32 * rows)
{
  gsize whole;

  if (!gst_ks_size_block (request->prefix, request->size, request->padding, 1,
          &whole))
    return FALSE;
  whole = (whole - 1) / picture->pitch + 1;
  *rows = whole;
  return whole <= G_MAXINT32;
}

/* One that is being made by another thread is not ready for use. */
static GstAllocator *
get_allocator (GstKsBackendDumb * self, GError ** error)
{
  GstAllocator *allocator = g_weak_ref_get (&self->allocator);

  if (allocator != NULL && gst_ks_backend_peek (allocator) != NULL)
    return allocator;
  gst_clear_object (&allocator);
  return gst_ks_backend_create_allocator (GST_KS_BACKEND (self), error);
}

static GstMemory *
alloc_picture (GstKsBackendDumb * self, const Picture * picture,
    const GstVideoInfo * info, GstKsRequest * request, GError ** error)
{
  g_autoptr (GstAllocator) allocator = get_allocator (self, error);
  g_autofree gchar *shape = NULL;
  g_autofree gchar *layout = NULL;
  GstMemory *memory;
  guint32 rows;

  if (allocator == NULL)
    return NULL;
  if (!count_rows (picture, request, &rows)) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "the picture's size does not fit into memory");
    return NULL;
  }
  shape = g_strdup_printf ("%ux%u@%u", picture->width, rows, picture->bits);
  layout = g_strdup_printf ("%s %dx%d", GST_VIDEO_INFO_NAME (info),
      GST_VIDEO_INFO_WIDTH (info), GST_VIDEO_INFO_HEIGHT (info));
  request->shape = g_ref_string_new (shape);
  request->layout = g_ref_string_new (layout);
  memory = gst_ks_allocator_alloc (allocator, request, error);
  g_ref_string_release (request->shape);
  g_ref_string_release (request->layout);
  return memory;
}

static gboolean
gst_ks_backend_dumb_allocate_shaped (GstKsBackend * backend,
    const GstVideoInfo * info, const GstKsFraming * fixed, GstKsShape * out,
    GError ** error)
{
  GstKsBackendDumb *self = GST_KS_BACKEND_DUMB (backend);
  const GstKsFramingItem *item = gst_ks_framing_peek_item (fixed, 0);
  GstKsRequest request = {.align = item->align,.prefix = item->prefix,
    .padding = item->padding
  };
  Picture picture = { 0, };

  if (!ask_driver (self, info, item, &picture, error))
    return FALSE;
  if (!picture_lay (&picture, info, out)) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "the picture's size does not fit into memory");
    return FALSE;
  }
  request.size = MAX (picture.size, item->size.min);
  out->memories[0] = alloc_picture (self, &picture, info, &request, error);
  out->n_memories = 1;
  return out->memories[0] != NULL;
}

/* --- the backend --- */

static gboolean
gst_ks_backend_dumb_open (GstKsBackend * backend, GError ** error)
{
  GstKsBackendDumb *self = GST_KS_BACKEND_DUMB (backend);

  self->card = ks_drm_card_open (gst_ks_backend_peek_device (backend), error);
  return self->card != NULL;
}

static void
gst_ks_backend_dumb_close (GstKsBackend * backend)
{
  g_clear_pointer (&GST_KS_BACKEND_DUMB (backend)->card, ks_drm_card_close);
}

static GstKsFraming *
gst_ks_backend_dumb_describe (GstKsBackend * backend)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("dumb");

  item.align = sysconf (_SC_PAGESIZE);
  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static gchar *
gst_ks_backend_dumb_note (GstKsBackend * backend)
{
  KsDrmCard *card = GST_KS_BACKEND_DUMB (backend)->card;
  g_autofree gchar *depths = ks_drm_card_list_depths (card);

  return g_strdup_printf ("card %s, driver %s, %s; pictures of these bits a "
      "pixel: %s; bytes are a picture of one row, %s", card->path, card->driver,
      card->prime ? "dma-bufs by PRIME" : "plain mappings", depths,
      card->byte_bits == 8 ? "GRAY8" : "of 32 bits a pixel");
}

static GstAllocator *
gst_ks_backend_dumb_create_allocator (GstKsBackend * backend, GError ** error)
{
  GstKsBackendDumb *self = GST_KS_BACKEND_DUMB (backend);
  GstAllocator *allocator = g_object_new (self->card->prime ?
      gst_ks_dumb_dma_buf_allocator_get_type () :
      gst_ks_dumb_plain_allocator_get_type (), NULL);

  g_weak_ref_set (&self->allocator, allocator);
  return allocator;
}

static gchar **
gst_ks_backend_dumb_list_devices (GstKsBackendClass * klass)
{
  return ks_drm_card_list ();
}

/* A path or a driver's name; which cards have that driver is known to open. */
static gboolean
gst_ks_backend_dumb_check_device (GstKsBackendClass * klass,
    const gchar * device, GError ** error)
{
  return TRUE;
}

static void
gst_ks_backend_dumb_finalize (GObject * object)
{
  g_weak_ref_clear (&GST_KS_BACKEND_DUMB (object)->allocator);
  G_OBJECT_CLASS (gst_ks_backend_dumb_parent_class)->finalize (object);
}

static void
gst_ks_backend_dumb_class_init (GstKsBackendDumbClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ks_backend_dumb_finalize;
  backend_class->kind = "dumb";
  backend_class->open = gst_ks_backend_dumb_open;
  backend_class->close = gst_ks_backend_dumb_close;
  backend_class->describe = gst_ks_backend_dumb_describe;
  backend_class->note = gst_ks_backend_dumb_note;
  backend_class->create_allocator = gst_ks_backend_dumb_create_allocator;
  backend_class->allocate_shaped = gst_ks_backend_dumb_allocate_shaped;
  backend_class->list_devices = gst_ks_backend_dumb_list_devices;
  backend_class->check_device = gst_ks_backend_dumb_check_device;
}

static void
gst_ks_backend_dumb_init (GstKsBackendDumb * self)
{
  g_weak_ref_init (&self->allocator, NULL);
}
