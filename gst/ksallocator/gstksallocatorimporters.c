/* Whether those around ksallocator that import frames can import the memory that it offers.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An element that hands a frame to a driver says how by a property, and fails
 * in the middle of it all, with an error number of its driver, when the memory
 * is not such. What it needs is known beforehand: a driver that takes
 * addresses pins the pages behind them, and those of a card or of a dma-buf
 * cannot be pinned; one that takes dma-bufs takes nothing else. Of the rows of a
 * dma-buf it is told, of those behind an address it is not.
 */
#include "config.h"

#include "gstksallocatorprivate.h"

#include <gst/allocators/allocators.h>
#include <gst/base/gstbasetransform.h>
#include <gst/ks/gstksquery.h>

#define GST_CAT_DEFAULT gst_ks_allocator_element_debug

#define MAX_DEPTH 32            /* elements on the way to one that imports */

typedef struct
{
  const gchar *kind;
  gboolean pinnable;
  gboolean dmabuf;
  gint stride, plain;           /* bytes: rows that were asked for, those of the caps; equal: none */
} Offered;

/* Which elements import, by which property, and what they need then. Elements
 * of one plugin that drive the same sort of device begin with the same word. */
static const struct
{
  const gchar *factory;         /* begins with this */
  const gchar *property;        /* of the side that faces us */
  GstPadDirection side;
  const gchar *value;
  gboolean dmabuf;              /* needs one; otherwise pages that can be pinned */
} importers[] = {
  {"v4l2src", "io-mode", GST_PAD_SRC, "userptr", FALSE},
  {"v4l2src", "io-mode", GST_PAD_SRC, "dmabuf-import", TRUE},
  {"v4l2sink", "io-mode", GST_PAD_SINK, "userptr", FALSE},
  {"v4l2sink", "io-mode", GST_PAD_SINK, "dmabuf-import", TRUE},
  {"v4l2", "capture-io-mode", GST_PAD_SRC, "userptr", FALSE},
  {"v4l2", "capture-io-mode", GST_PAD_SRC, "dmabuf-import", TRUE},
  {"v4l2", "output-io-mode", GST_PAD_SINK, "userptr", FALSE},
  {"v4l2", "output-io-mode", GST_PAD_SINK, "dmabuf-import", TRUE},
};

static const gchar *
factory_name (GstElement * element)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  return factory ? GST_OBJECT_NAME (factory) : "";
}

static gboolean
has_value (GstElement * element, const gchar * property, const gchar * nick)
{
  GParamSpec *spec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (element), property);
  GEnumValue *value = NULL;
  gint set = 0;

  if (spec == NULL || !G_IS_PARAM_SPEC_ENUM (spec))
    return FALSE;
  g_object_get (element, property, &set, NULL);
  value = g_enum_get_value (G_PARAM_SPEC_ENUM (spec)->enum_class, set);
  return value != NULL && g_strcmp0 (value->value_nick, nick) == 0;
}

static void
set_import_error (GstElement * element, const Offered * offered, guint i,
    GError ** error)
{
  const gchar *property = importers[i].property;

  if (importers[i].dmabuf)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "%s imports dma-bufs (%s=dmabuf-import), and %s memory is none: use"
        " memory=dmaheap or memory=udmabuf, or %s=userptr there",
        GST_OBJECT_NAME (element), property, offered->kind, property);
  else
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "%s takes frames by user pointer (%s=userptr), whose pages its driver"
        " pins; those of %s memory cannot be pinned: use memory=huge, locked,"
        " shared or system, or %s=%s there", GST_OBJECT_NAME (element),
        property, offered->kind, property,
        offered->dmabuf ? "dmabuf-import" : "rw");
}

static void
set_rows_error (GstElement * element, const Offered * offered, guint i,
    GError ** error)
{
  const gchar *property = importers[i].property;

  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "%s takes frames by user pointer (%s=userptr), and its driver is not told"
      " of rows of %d bytes in the place of %d: leave out stride=, or use %s="
      "dmabuf-import there and memory=udmabuf or dmaheap",
      GST_OBJECT_NAME (element), property, offered->stride, offered->plain,
      property);
}

static gboolean
check_element (GstElement * element, GstPadDirection side,
    const Offered * offered, GError ** error)
{
  const gchar *name = factory_name (element);

  for (guint i = 0; i < G_N_ELEMENTS (importers); i++) {
    if (importers[i].side != side
        || !g_str_has_prefix (name, importers[i].factory)
        || !has_value (element, importers[i].property, importers[i].value))
      continue;
    if (importers[i].dmabuf ? !offered->dmabuf : !offered->pinnable)
      set_import_error (element, offered, i, error);
    else if (!importers[i].dmabuf && offered->stride != offered->plain)
      set_rows_error (element, offered, i, error);
    else
      continue;
    return FALSE;
  }
  return TRUE;
}

/* --- the way there --- */

/* Of an element, not of a bin; owned. */
static GstPad *
get_peer (GstPad * pad)
{
  GstPad *peer = gst_pad_get_peer (pad);

  while (peer != NULL && GST_IS_PROXY_PAD (peer)) {
    GstPad *next = NULL;

    if (GST_IS_GHOST_PAD (peer)) {
      next = gst_ghost_pad_get_target (GST_GHOST_PAD (peer));
    } else {
      g_autoptr (GstPad) ghost =
          GST_PAD (gst_proxy_pad_get_internal (GST_PROXY_PAD (peer)));

      next = ghost ? gst_pad_get_peer (ghost) : NULL;
    }
    gst_object_unref (peer);
    peer = next;
  }
  return peer;
}

/* Frames go through it as they are. */
static gboolean
passes_frames (GstElement * element)
{
  static const gchar *const names[] =
      { "queue", "tee", "identity", "capsfilter",
    "ksallocator", NULL
  };

  return g_strv_contains (names, factory_name (element))
      || (GST_IS_BASE_TRANSFORM (element)
      && gst_base_transform_is_passthrough (GST_BASE_TRANSFORM (element)));
}

static gpointer
ref_pad (gconstpointer pad, gpointer unused)
{
  return gst_object_ref ((gpointer) pad);
}

/* References; the pads on the far side. */
static GList *
get_pads (GstElement * element, GstPadDirection side)
{
  GList *pads;

  GST_OBJECT_LOCK (element);
  pads = g_list_copy_deep (side == GST_PAD_SRC ? element->sinkpads :
      element->srcpads, ref_pad, NULL);
  GST_OBJECT_UNLOCK (element);
  return pads;
}

static gboolean
check_behind (GstPad * pad, const Offered * offered, guint depth,
    GError ** error)
{
  g_autoptr (GstPad) peer = get_peer (pad);
  g_autoptr (GstElement) element =
      peer ? gst_pad_get_parent_element (peer) : NULL;
  GList *pads = NULL;
  gboolean good;

  if (element == NULL || depth >= MAX_DEPTH)
    return TRUE;
  good = check_element (element, GST_PAD_DIRECTION (peer), offered, error);
  if (good && passes_frames (element))
    pads = get_pads (element, GST_PAD_DIRECTION (peer));
  for (GList * l = pads; l != NULL && good; l = l->next)
    good = check_behind (l->data, offered, depth + 1, error);
  g_list_free_full (pads, gst_object_unref);
  return good;
}

/* --- who takes what it did not offer --- */

/* Sinks that offer frames of their own and import the dma-bufs of others as
 * well: what somebody asked for by name need not stand back there. */
static gboolean
takes_dmabufs (GstElement * element)
{
  static const gchar *const names[] = { "kmssink", NULL };

  return g_strv_contains (names, factory_name (element));
}

static gboolean
all_take (GstPad * pad, guint depth)
{
  g_autoptr (GstPad) peer = get_peer (pad);
  g_autoptr (GstElement) element =
      peer ? gst_pad_get_parent_element (peer) : NULL;
  gboolean all = FALSE;
  GList *pads;

  if (element == NULL || depth >= MAX_DEPTH)
    return FALSE;
  if (!passes_frames (element))
    return takes_dmabufs (element);
  pads = get_pads (element, GST_PAD_SINK);
  for (GList * l = pads; l != NULL && (all || l == pads); l = l->next)
    all = all_take (l->data, depth + 1);
  g_list_free_full (pads, gst_object_unref);
  return all;
}

/* Whether everybody behind us takes the frames although it offered its own. */
gboolean
gst_ks_allocator_element_is_welcome (GstKsAllocatorElement * self,
    const KsAgreed * agreed)
{
  return !agreed->any_kind && GST_IS_DMABUF_ALLOCATOR (agreed->allocator)
      && all_take (self->srcpad, 0);
}

/* The first plane whose rows are others than those of the caps. Packed ones may
 * be what the driver has. */
static void
read_rows (const KsAgreed * agreed, Offered * offered)
{
  const GstVideoInfo *info = &agreed->info;
  GstVideoInfo plain;

  if (gst_ks_range_is_any (&agreed->item.stride)
      || gst_ks_query_caps_size (agreed->caps, &plain) == 0)
    return;
  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (&plain)
      && offered->stride == offered->plain; i++) {
    offered->stride = GST_VIDEO_INFO_PLANE_STRIDE (info, i);
    offered->plain = GST_VIDEO_INFO_PLANE_STRIDE (&plain, i);
  }
}

/* FALSE with who cannot, and why. Vendors' own kinds are taken on trust. */
gboolean
gst_ks_allocator_element_check_importers (GstKsAllocatorElement * self,
    const KsAgreed * agreed, GError ** error)
{
  gboolean known = gst_ks_kind_is_known (agreed->kind);
  Offered offered = {
    .kind = agreed->kind,
    .pinnable = !known || (gst_ks_kind_get_traits (agreed->kind)
        & GST_KS_KIND_TRAIT_PINNABLE) != 0,
    .dmabuf = !known || GST_IS_DMABUF_ALLOCATOR (agreed->allocator),
  };

  read_rows (agreed, &offered);
  return check_behind (self->sinkpad, &offered, 0, error)
      && check_behind (self->srcpad, &offered, 0, error);
}
