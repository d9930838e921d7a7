/* The caps feature about memory, read from caps and put into them.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksfeature.h>

G_BEGIN_DECLS

/* Features are interned, and NULL means none: ordinary memory. */

const gchar * ks_feature_of (const GstCapsFeatures * features);
/* One that others than its vendor know. */
gboolean      ks_feature_is_known (const gchar * feature);
/* Frames of this feature are of a device: whoever says it takes all that others say it of. */
gboolean      ks_feature_is_device (const gchar * feature);
/* Raw video is made of bytes all the same, rows as in the caps, whatever shapes the kind has. */
gboolean      ks_feature_is_bytes (const gchar * feature);
/* Mapping a frame of it does not fail cleanly. */
gboolean      ks_feature_is_opaque (const gchar * feature);
/* Raw video of this kind cannot go without its feature. */
gboolean      ks_feature_is_needed_by (const gchar * kind);

/* (transfer full): @features with @feature in place of the one about memory. */
GstCapsFeatures * ks_features_with (const GstCapsFeatures * features, const gchar * feature);

G_END_DECLS
