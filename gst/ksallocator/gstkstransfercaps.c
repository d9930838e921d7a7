/* How caps features come and go in ksupload and ksdownload.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstkscapsfeature.h"
#include "gstkstransferprivate.h"

/* What is there already is not added. Two that differ in one field stay two:
 * GStreamer does not see that a list with a range of fractions in it is in a
 * range, and warns of an answer that does not keep to its filter. */
static void
append (GstCaps ** caps, const GstStructure * structure,
    GstCapsFeatures * features)
{
  *caps = gst_caps_merge_structure_full (*caps, gst_structure_copy (structure),
      features);
}

/* A feature that nobody here knows is kept: its frames pass as they are. So
 * are all features of caps that leave them open. */
static void
transform_structure (GstKsTransfer * self, GstPadDirection direction,
    const gchar * kind, GstCaps * caps, guint i, GstCaps ** made)
{
  GstKsTransferClass *klass = GST_KS_TRANSFER_GET_CLASS (self);
  const GstStructure *structure = gst_caps_get_structure (caps, i);
  GstCapsFeatures *features = gst_caps_get_features (caps, i);
  const gchar *feature = ks_feature_of (features);
  const gchar *others[GST_KS_TRANSFER_MAX_FEATURES];
  gboolean video = gst_structure_has_name (structure, "video/x-raw");
  guint n;

  if (!video || gst_caps_features_is_any (features) || (feature
          && !ks_feature_is_known (feature))) {
    append (made, structure, gst_caps_features_copy (features));
    return;
  }
  n = klass->list_features (direction, feature, kind, others);
  for (guint k = 0; k < n; k++)
    append (made, structure, ks_features_with (features, others[k]));
}

GstCaps *
gst_ks_transfer_transform_caps (GstBaseTransform * trans,
    GstPadDirection direction, GstCaps * caps, GstCaps * filter)
{
  GstKsTransfer *self = GST_KS_TRANSFER (trans);
  g_autoptr (GstCaps) made = NULL;
  KsTransferWish wish;

  if (gst_caps_is_any (caps))
    return gst_caps_ref (filter ? filter : caps);
  gst_ks_transfer_get_wish (self, &wish);
  made = gst_caps_new_empty ();
  for (guint i = 0; i < gst_caps_get_size (caps); i++)
    transform_structure (self, direction, wish.memory, caps, i, &made);
  if (filter)
    return gst_caps_intersect_full (filter, made, GST_CAPS_INTERSECT_FIRST);
  return g_steal_pointer (&made);
}

/* What is left of @made in downstream's order: it knows what it likes, while
 * the order of a filtered answer is that of the filter. Takes @made. */
GstCaps *
gst_ks_transfer_fixate_caps (GstBaseTransform * trans,
    GstPadDirection direction, GstCaps * caps, GstCaps * made)
{
  g_autoptr (GstCaps) peer = NULL;
  GstCaps *liked;

  if (direction != GST_PAD_SINK || gst_caps_get_size (made) < 2)
    return gst_caps_fixate (made);
  peer = gst_pad_peer_query_caps (GST_BASE_TRANSFORM_SRC_PAD (trans), NULL);
  if (gst_caps_is_any (peer))
    return gst_caps_fixate (made);
  liked = gst_caps_intersect_full (peer, made, GST_CAPS_INTERSECT_FIRST);
  if (gst_caps_is_empty (liked)) {
    gst_caps_unref (liked);
    return gst_caps_fixate (made);
  }
  gst_caps_unref (made);
  return gst_caps_fixate (liked);
}
