/* The kind `fake`: a backend without hardware that counts its calls and fails when told to.
 *
 * The reference for authors of backends: everything a backend has to do is
 * done here once. Its relatives `fake-card` and `fake-object` differ in the
 * memory that their allocators make.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksfakeprivate.h"

#include <gst/ks/gstkssize.h>

/* --- the allocator of `fake`: memory at an address --- */

struct _GstKsFakeAllocator
{
  GstKsAllocator parent;
};

G_DEFINE_TYPE (GstKsFakeAllocator, gst_ks_fake_allocator,
    GST_TYPE_KS_ALLOCATOR);

static gboolean
gst_ks_fake_allocator_acquire (GstKsAllocator * self, GstKsBlock * block,
    GError ** error)
{
  gpointer data = gst_ks_fake_acquire_bytes (block, error);

  if (!data)
    return FALSE;
  block->data = data;
  block->fd = -1;
  block->zeroed = FALSE;
  block->handle = NULL;
  return TRUE;
}

static void
gst_ks_fake_allocator_release (GstKsAllocator * self, GstKsBlock * block)
{
  gst_ks_fake_release_bytes (block->data, block->size);
}

static void
gst_ks_fake_allocator_sync (GstKsAllocator * self, GstKsBlock * block,
    GstMapFlags flags, gboolean begin)
{
  (void) gst_ks_fake_step (GST_KS_FAKE_SYNC, NULL);
}

static void
gst_ks_fake_allocator_class_init (GstKsFakeAllocatorClass * klass)
{
  GstKsAllocatorClass *allocator_class = GST_KS_ALLOCATOR_CLASS (klass);

  allocator_class->acquire = gst_ks_fake_allocator_acquire;
  allocator_class->release = gst_ks_fake_allocator_release;
  allocator_class->sync = gst_ks_fake_allocator_sync;
}

static void
gst_ks_fake_allocator_init (GstKsFakeAllocator * self)
{
}

/* --- the backends --- */

G_DEFINE_TYPE (GstKsBackendFake, gst_ks_backend_fake, GST_TYPE_KS_BACKEND);

/* What differs between the fake kinds. */
typedef struct
{
  const gchar *kind;
    GType (*allocator) (void);
  GstKsFramingFlags flags;
} FakeKind;

static const FakeKind kinds[] = {
  {"fake", gst_ks_fake_allocator_get_type, GST_KS_FRAMING_FLAG_NONE},
  {"fake-card", gst_ks_fake_card_allocator_get_type,
      GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC},
  {"fake-object", gst_ks_fake_object_allocator_get_type,
      GST_KS_FRAMING_FLAG_NONE},
};

static const FakeKind *
kind_of (gpointer backend)
{
  const FakeKind *kind = kinds;

  while (!g_str_equal (kind->kind, GST_KS_BACKEND_GET_CLASS (backend)->kind))
    kind++;
  return kind;
}

static GstAllocator *
new_allocator (gpointer backend)
{
  return gst_object_ref_sink (g_object_new (kind_of (backend)->allocator (),
          NULL));
}

static gboolean
gst_ks_backend_fake_open (GstKsBackend * backend, GError ** error)
{
  return gst_ks_fake_step (GST_KS_FAKE_OPEN, error);
}

static void
gst_ks_backend_fake_close (GstKsBackend * backend)
{
  (void) gst_ks_fake_step (GST_KS_FAKE_CLOSE, NULL);
}

static GstKsFraming *
gst_ks_backend_fake_describe (GstKsBackend * backend)
{
  if (!gst_ks_fake_step (GST_KS_FAKE_DESCRIBE, NULL))
    return NULL;

  const FakeKind *kind = kind_of (backend);
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT (kind->kind);

  item.flags = GST_KS_FRAMING_FLAG_CAN_ALLOCATE | kind->flags;
  return gst_ks_framing_new (&item, 1, NULL, NULL);
}

static GstAllocator *
gst_ks_backend_fake_create_allocator (GstKsBackend * backend, GError ** error)
{
  GstAllocator *allocator = gst_ks_fake_step (GST_KS_FAKE_CREATE, error) ?
      new_allocator (backend) : NULL;

  if (allocator)
    g_weak_ref_set (&GST_KS_BACKEND_FAKE (backend)->shaper, allocator);
  return allocator;
}

/* One that is known as the backend's: memory is asked whose it is. */
static GstAllocator *
get_shaper (GstKsBackendFake * self, GError ** error)
{
  GstAllocator *allocator = g_weak_ref_get (&self->shaper);

  return allocator ? allocator :
      gst_ks_backend_create_allocator (GST_KS_BACKEND (self), error);
}

/* Rows as long as the pitch wants them; FALSE: sizes that do not fit. */
static gboolean
plane_layout (const GstVideoInfo * info, guint plane, gint * stride,
    gsize * size)
{
  gint component[GST_VIDEO_MAX_COMPONENTS];
  gsize row;

  gst_video_format_info_component (info->finfo, plane, component);
  if (!gst_ks_size_round_up (GST_VIDEO_INFO_PLANE_STRIDE (info, plane),
          gst_ks_fake_shape_pitch, &row) || row > G_MAXINT)
    return FALSE;
  *stride = row;
  return gst_ks_size_mul (row, GST_VIDEO_INFO_COMP_HEIGHT (info, component[0]),
      size);
}

static gboolean
add_memory (GstAllocator * shaper, const GstKsFraming * fixed, gsize size,
    GstKsShape * out, GError ** error)
{
  const GstKsFramingItem *item = gst_ks_framing_peek_item (fixed, 0);
  GstKsRequest request = {.size = size,.align = item->align,
    .prefix = item->prefix,.padding = item->padding
  };
  GstMemory *memory = gst_ks_allocator_alloc (shaper, &request, error);

  if (memory)
    out->memories[out->n_memories++] = memory;
  return memory != NULL;
}

static gboolean
gst_ks_backend_fake_allocate_shaped (GstKsBackend * backend,
    const GstVideoInfo * info, const GstKsFraming * fixed, GstKsShape * out,
    GError ** error)
{
  g_autoptr (GstAllocator) shaper = NULL;
  gsize total = 0, size = 0;

  if (!gst_ks_fake_step (GST_KS_FAKE_SHAPED, error))
    return FALSE;
  shaper = get_shaper (GST_KS_BACKEND_FAKE (backend), error);
  if (!shaper)
    return FALSE;
  for (guint p = 0; p < GST_VIDEO_INFO_N_PLANES (info); p++) {
    out->offset[p] = total;
    if (!plane_layout (info, p, &out->stride[p], &size)
        || !gst_ks_size_add (total, size, &total)) {
      g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
          "the picture's size does not fit into memory");
      return FALSE;
    }
    if (gst_ks_fake_shape_per_plane
        && !add_memory (shaper, fixed, size, out, error))
      return FALSE;
  }
  return gst_ks_fake_shape_per_plane
      || add_memory (shaper, fixed, total, out, error);
}

static void
gst_ks_backend_fake_finalize (GObject * object)
{
  g_weak_ref_clear (&GST_KS_BACKEND_FAKE (object)->shaper);
  G_OBJECT_CLASS (gst_ks_backend_fake_parent_class)->finalize (object);
}

static void
gst_ks_backend_fake_class_init (GstKsBackendFakeClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = gst_ks_backend_fake_finalize;
  backend_class->kind = "fake";
  backend_class->open = gst_ks_backend_fake_open;
  backend_class->close = gst_ks_backend_fake_close;
  backend_class->describe = gst_ks_backend_fake_describe;
  backend_class->create_allocator = gst_ks_backend_fake_create_allocator;
  backend_class->allocate_shaped = gst_ks_backend_fake_allocate_shaped;
}

static void
gst_ks_backend_fake_init (GstKsBackendFake * self)
{
  g_weak_ref_init (&self->shaper, NULL);
}

typedef GstKsBackendFake GstKsBackendFakeCard;
typedef GstKsBackendFakeClass GstKsBackendFakeCardClass;

G_DEFINE_TYPE (GstKsBackendFakeCard, gst_ks_backend_fake_card,
    GST_TYPE_KS_BACKEND_FAKE);

static void
gst_ks_backend_fake_card_class_init (GstKsBackendFakeCardClass * klass)
{
  GstKsBackendClass *backend_class = GST_KS_BACKEND_CLASS (klass);

  backend_class->kind = "fake-card";
  backend_class->transfer = gst_ks_fake_card_transfer;
  backend_class->import = gst_ks_fake_card_import;
}

static void
gst_ks_backend_fake_card_init (GstKsBackendFakeCard * self)
{
}

typedef GstKsBackendFake GstKsBackendFakeObject;
typedef GstKsBackendFakeClass GstKsBackendFakeObjectClass;

G_DEFINE_TYPE (GstKsBackendFakeObject, gst_ks_backend_fake_object,
    GST_TYPE_KS_BACKEND_FAKE);

static void
gst_ks_backend_fake_object_class_init (GstKsBackendFakeObjectClass * klass)
{
  GST_KS_BACKEND_CLASS (klass)->kind = "fake-object";
}

static void
gst_ks_backend_fake_object_init (GstKsBackendFakeObject * self)
{
}
