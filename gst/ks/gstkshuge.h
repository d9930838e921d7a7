/* The kind huge: pages of 2 MiB, reserved ones or transparent ones. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksallocator.h"

G_BEGIN_DECLS

gsize    gst_ks_huge_granule (void);
gboolean gst_ks_huge_acquire (GstKsBlock *block, gint node, GError **error);
void     gst_ks_huge_release (GstKsBlock *block);
gchar *  gst_ks_huge_note (void);

G_END_DECLS
