/* GstKsWindowAllocator: frames in a card's memory, of which we are the allocator.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkswindowprivate.h"

#define GST_TYPE_KS_WINDOW_ALLOCATOR (gst_ks_window_allocator_get_type ())
G_DECLARE_FINAL_TYPE (GstKsWindowAllocator, gst_ks_window_allocator, GST,
    KS_WINDOW_ALLOCATOR, GstKsAllocator);

struct _GstKsWindowAllocator
{
  GstKsAllocator parent;

  GstKsWindow *window;          /* a reference; outlives the last block */
};

G_DEFINE_FINAL_TYPE (GstKsWindowAllocator, gst_ks_window_allocator,
    GST_TYPE_KS_ALLOCATOR);

enum
{
  PROP_0,
  PROP_USAGE,
  PROP_PICTURE,
  PROP_DRAWING,
  N_PROPS
};

/* From then on there is nothing but the reason. */
static gboolean
check_gone (GstKsAllocator * allocator, GError ** error)
{
  GstKsWindow *window = GST_KS_WINDOW_ALLOCATOR (allocator)->window;
  g_autoptr (GError) reason = NULL;

  if (!gst_ks_window_check_gone (window))
    return FALSE;
  reason = gst_ks_window_new_gone_error (window);
  gst_ks_allocator_set_lost (GST_ALLOCATOR_CAST (allocator), reason);
  g_propagate_error (error, g_steal_pointer (&reason));
  return TRUE;
}

static gboolean
gst_ks_window_allocator_acquire (GstKsAllocator * allocator,
    GstKsBlock * block, GError ** error)
{
  GstKsWindow *window = GST_KS_WINDOW_ALLOCATOR (allocator)->window;

  return !check_gone (allocator, error)
      && gst_ks_window_take (window, block, error);
}

static void
gst_ks_window_allocator_release (GstKsAllocator * allocator, GstKsBlock * block)
{
  gst_ks_window_give (GST_KS_WINDOW_ALLOCATOR (allocator)->window, block);
}

/* What the processor has written must have left it before anybody else looks:
 * write-combined memory is gathered in buffers of the core. */
static void
gst_ks_window_allocator_sync (GstKsAllocator * allocator,
    GstKsBlock * block, GstMapFlags flags, gboolean begin)
{
  if (!begin && (flags & GST_MAP_WRITE))
    __sync_synchronize ();
  (void) check_gone (allocator, NULL);
}

static gpointer
look_usage (const GstKsSubrange * blocks)
{
  GstKsSubrangeStats stats;

  gst_ks_subrange_get_stats (blocks, &stats);
  return gst_structure_new ("ks-usage",
      "total", G_TYPE_UINT64, (guint64) stats.total,
      "used", G_TYPE_UINT64, (guint64) stats.used,
      "free", G_TYPE_UINT64, (guint64) stats.free,
      "largest-hole", G_TYPE_UINT64, (guint64) stats.largest_hole,
      "blocks", G_TYPE_UINT, stats.n_blocks,
      "holes", G_TYPE_UINT, stats.n_holes, NULL);
}

static gpointer
look_picture (const GstKsSubrange * blocks)
{
  return gst_ks_subrange_to_text (blocks);
}

static gpointer
look_drawing (const GstKsSubrange * blocks)
{
  return gst_ks_subrange_to_svg (blocks);
}

static void
gst_ks_window_allocator_get_property (GObject * object, guint id,
    GValue * value, GParamSpec * pspec)
{
  GstKsWindow *window = GST_KS_WINDOW_ALLOCATOR (object)->window;

  switch (id) {
    case PROP_USAGE:
      g_value_take_boxed (value, gst_ks_window_look (window, look_usage));
      break;
    case PROP_PICTURE:
      g_value_take_string (value, gst_ks_window_look (window, look_picture));
      break;
    case PROP_DRAWING:
      g_value_take_string (value, gst_ks_window_look (window, look_drawing));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

/* The window goes last: closing the store gives its idle blocks back to it. */
static void
gst_ks_window_allocator_finalize (GObject * object)
{
  GstKsWindow *window = GST_KS_WINDOW_ALLOCATOR (object)->window;

  G_OBJECT_CLASS (gst_ks_window_allocator_parent_class)->finalize (object);
  if (window != NULL)
    gst_ks_window_unref (window);
}

static void
gst_ks_window_allocator_class_init (GstKsWindowAllocatorClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstKsAllocatorClass *allocator_class = GST_KS_ALLOCATOR_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = gst_ks_window_allocator_finalize;
  object_class->get_property = gst_ks_window_allocator_get_property;
  allocator_class->acquire = gst_ks_window_allocator_acquire;
  allocator_class->release = gst_ks_window_allocator_release;
  allocator_class->sync = gst_ks_window_allocator_sync;

  g_object_class_install_property (object_class, PROP_USAGE,
      g_param_spec_boxed ("usage", "Usage",
          "Bytes that there are, used and free; idle frames count as used",
          GST_TYPE_STRUCTURE, flags));
  g_object_class_install_property (object_class, PROP_PICTURE,
      g_param_spec_string ("picture", "Picture",
          "What is used and what is free, as text", NULL, flags));
  g_object_class_install_property (object_class, PROP_DRAWING,
      g_param_spec_string ("drawing", "Drawing",
          "What is used and what is free, as SVG", NULL, flags));
}

static void
gst_ks_window_allocator_init (GstKsWindowAllocator * self)
{
}

GstAllocator *
gst_ks_window_new_allocator (GstKsWindow * window)
{
  GstKsWindowAllocator *self =
      g_object_new (GST_TYPE_KS_WINDOW_ALLOCATOR, NULL);

  self->window = gst_ks_window_ref (window);
  return gst_object_ref_sink (GST_ALLOCATOR_CAST (self));
}
