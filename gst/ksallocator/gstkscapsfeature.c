/* The caps feature about memory, read from caps and put into them.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstkscapsfeature.h"

#include <string.h>

const gchar *
ks_feature_of (const GstCapsFeatures * features)
{
  if (features == NULL || gst_caps_features_is_any (features))
    return NULL;
  for (guint i = 0; i < gst_caps_features_get_size (features); i++) {
    const gchar *feature = gst_caps_features_get_nth (features, i);

    if (g_str_has_prefix (feature, "memory:")
        && strcmp (feature, GST_CAPS_FEATURE_MEMORY_SYSTEM_MEMORY) != 0)
      return g_intern_string (feature);
  }
  return NULL;
}

gboolean
ks_feature_is_known (const gchar * feature)
{
  const gchar *known;

  for (guint i = 0; (known = gst_ks_feature_nth (NULL, i)); i++) {
    if (feature == known)
      return TRUE;
  }
  return FALSE;
}

gboolean
ks_feature_is_device (const gchar * feature)
{
  return feature && gst_ks_feature_is_device (feature);
}

gboolean
ks_feature_is_bytes (const gchar * feature)
{
  return g_strcmp0 (feature, "memory:VulkanBuffer") == 0;
}

gboolean
ks_feature_is_opaque (const gchar * feature)
{
  return g_strcmp0 (feature, "memory:VulkanImage") == 0;
}

gboolean
ks_feature_is_needed_by (const gchar * kind)
{
  return ks_feature_is_device (gst_ks_feature_nth (kind, 0));
}

GstCapsFeatures *
ks_features_with (const GstCapsFeatures * features, const gchar * feature)
{
  GstCapsFeatures *made = gst_caps_features_new_empty ();

  for (guint i = 0; features && i < gst_caps_features_get_size (features); i++) {
    const gchar *other = gst_caps_features_get_nth (features, i);

    if (!g_str_has_prefix (other, "memory:"))
      gst_caps_features_add (made, other);
  }
  gst_caps_features_add (made, feature ? feature
      : GST_CAPS_FEATURE_MEMORY_SYSTEM_MEMORY);
  return made;
}
