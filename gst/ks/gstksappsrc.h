/* The frames of the plan for an application that fills them itself.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksframing.h>

G_BEGIN_DECLS

GST_KS_API GstBufferPool * gst_ks_appsrc_negotiate (GstElement *appsrc, GstCaps *caps, GstKsFraming *framing, GError **error);

G_END_DECLS
