/* Caps features about memory, and the kinds that they stand for.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksprelude.h>

G_BEGIN_DECLS

/* Interned; NULL: there are no more. */
GST_KS_API const gchar * gst_ks_feature_nth_kind (const gchar *feature, guint n);
GST_KS_API gboolean      gst_ks_feature_has_kind (const gchar *feature, const gchar *kind);
/* Whether its frames are those of one device, which other elements cannot map. */
GST_KS_API gboolean      gst_ks_feature_is_device (const gchar *feature);
/* Of the table, and of @kind unless that is NULL; interned. NULL: no more. */
GST_KS_API const gchar * gst_ks_feature_nth (const gchar *kind, guint n);

G_END_DECLS
