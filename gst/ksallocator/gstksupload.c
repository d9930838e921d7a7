/* ksupload: brings frames into a kind of memory, the cheapest way.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/**
 * SECTION:element-ksupload
 * @title: ksupload
 * @short_description: brings frames into a kind of memory
 *
 * Frames that come out of it are of the kind that #ksupload:memory names, of
 * what the caps behind it name (`memory:VulkanImage` and the like), or of what
 * downstream offers. Upstream is offered such frames, where the CPU can write
 * them, so that nothing is copied. Other frames are imported, copied, or
 * transferred by the device, whichever is the cheapest that goes; the property
 * #ksupload:negotiated says which, and why.
 *
 * Caps get the feature that others know the memory by, where there is one.
 * Memory that the CPU can map has none, but for dma-bufs, whose feature is used
 * where downstream asks for it.
 *
 * ## Example launch lines
 *
 * |[
 * gst-launch-1.0 videotestsrc num-buffers=100 ! ksupload memory=huge ! ksdownload ! fakesink
 * ]| Into huge pages and out of them.
 * |[
 * gst-launch-1.0 videotestsrc ! ksupload ! vulkancolorconvert ! ksdownload ! videoconvert ! autovideosink
 * ]| Into images of Vulkan, because that is what the element in the middle takes.
 *
 * ## Messages
 *
 * `ks-negotiated`: who, method, why, kind, from, feature, size, align, min, cap.
 * `ks-fallback`: wanted, used, text: a way that did not go.
 *
 * Since: 0.9
 */
#include "config.h"

#include "gstkscapsfeature.h"
#include "gstksupload.h"

#include <string.h>

struct _GstKsUpload
{
  GstKsTransfer parent;
};

G_DEFINE_FINAL_TYPE (GstKsUpload, gst_ks_upload, GST_TYPE_KS_TRANSFER);
GST_ELEMENT_REGISTER_DEFINE (ksupload, "ksupload", GST_RANK_NONE,
    GST_TYPE_KS_UPLOAD);

typedef struct
{
  const gchar **features;
  guint n;
} List;

static void
add (List * list, const gchar * feature)
{
  for (guint i = 0; i < list->n; i++) {
    if (list->features[i] == feature)
      return;
  }
  if (list->n < GST_KS_TRANSFER_MAX_FEATURES)
    list->features[list->n++] = feature;
}

static void
add_known (List * list, const gchar * kind)
{
  const gchar *feature;

  for (guint i = 0; (feature = gst_ks_feature_nth (kind, i)); i++)
    add (list, feature);
}

static gboolean
is_feature_of (const gchar * feature, const gchar * kind)
{
  const gchar *other;

  for (guint i = 0; (other = gst_ks_feature_nth (kind, i)); i++) {
    if (other == feature)
      return TRUE;
  }
  return FALSE;
}

/* NULL: what caps and downstream say. */
static const gchar *
fixed_kind (const gchar * kind)
{
  return strcmp (kind, "auto") == 0 ? NULL : kind;
}

/* What may come out where @feature comes in. */
static void
list_behind (List * list, const gchar * feature, const gchar * kind)
{
  if (kind == NULL) {
    add (list, feature);
    add_known (list, NULL);
    return;
  }
  if (feature && is_feature_of (feature, kind))
    add (list, feature);
  if (!ks_feature_is_needed_by (kind))
    add (list, NULL);
  add_known (list, kind);
}

/* What may come in where @feature goes out. */
static void
list_before (List * list, const gchar * feature, const gchar * kind)
{
  if (kind && feature ? !is_feature_of (feature, kind)
      : kind && ks_feature_is_needed_by (kind))
    return;
  add (list, feature);
  if (kind == NULL && feature == NULL)
    return;
  add (list, NULL);
  add_known (list, NULL);
}

static guint
gst_ks_upload_list_features (GstPadDirection direction, const gchar * feature,
    const gchar * kind, const gchar ** features)
{
  List list = { features, 0 };

  if (direction == GST_PAD_SINK)
    list_behind (&list, feature, fixed_kind (kind));
  else
    list_before (&list, feature, fixed_kind (kind));
  return list.n;
}

static void
gst_ks_upload_class_init (GstKsUploadClass * klass)
{
  GstKsTransferClass *transfer_class = GST_KS_TRANSFER_CLASS (klass);

  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass),
      "KS uploader", "Generic/Memory",
      "Brings frames into a kind of memory, the cheapest way that goes: as they"
      " are, imported, copied, or transferred by the device:"
      " ... ! ksupload memory=huge ! ...; ... ! ksupload ! vulkancolorconvert"
      " ! ksdownload ! ...", "The ksallocator authors");
  transfer_class->list_features = gst_ks_upload_list_features;
  gst_ks_transfer_class_setup (transfer_class, "ksupload", "auto");
}

static void
gst_ks_upload_init (GstKsUpload * self)
{
}
