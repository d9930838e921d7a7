/* A framing for any pad, in a program: appsink and fakesink included.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstkspin.h>

G_BEGIN_DECLS

GST_KS_API void gst_ks_pad_attach (GstPad *pad, GstKsFraming *framing, GstKsPinFlags flags);

G_END_DECLS
