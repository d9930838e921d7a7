/* What KS asks of whoever creates an allocator: every rule, each with its reason.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksabi.h>

G_BEGIN_DECLS

/* The bytes of a create request and the class that it names; framing (out) is written on success only. */
GST_KS_API gboolean gst_ks_validate_create_request (const gchar *class_name, GBytes *parameters, GstKsAbiFraming *framing, GError **error);
/* The same rules for a framing that is no bytes. */
GST_KS_API gboolean gst_ks_validate_create_framing (const GstKsAbiFraming *framing, GError **error);
/* An extended create request against the framing of the pin that it is for. */
GST_KS_API gboolean gst_ks_validate_framing_ex (GBytes *framing, const GstKsAbiFramingEx *pin_framing, GError **error);

G_END_DECLS
