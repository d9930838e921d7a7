/* GstKsTransfer: what ksupload and ksdownload have in common.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/base/gstbasetransform.h>

G_BEGIN_DECLS

#define GST_TYPE_KS_TRANSFER (gst_ks_transfer_get_type ())
G_DECLARE_DERIVABLE_TYPE (GstKsTransfer, gst_ks_transfer, GST, KS_TRANSFER, GstBaseTransform)

/**
 * GstKsTransferClass:
 * @who: the element's name, static
 * @memory: default of the property memory, static
 * @any_rows: what comes is a driver's more often than not, with its own rows
 * @list_features: fills in which caps features the other side of the element
 *     may have for frames of @feature at @direction, best first; returns how
 *     many. Any thread
 */
struct _GstKsTransferClass
{
  GstBaseTransformClass parent_class;

  const gchar *who;
  const gchar *memory;
  gboolean any_rows;

  guint (*list_features) (GstPadDirection direction, const gchar * feature, const gchar * kind, const gchar ** features);
};

/* Most features that list_features() fills in. */
#define GST_KS_TRANSFER_MAX_FEATURES 8

/* Done by each class: the default of memory is its own. */
void gst_ks_transfer_class_setup (GstKsTransferClass * klass, const gchar * who, const gchar * memory);

G_END_DECLS
