/* Where the frames of a pipeline go, seen at all of its pads.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstkswatch.h>

G_BEGIN_DECLS

/* Before it starts; of elements and pads that come later too. Owned by the caller. */
GstKsWatch * gst_ks_tool_watch (GstBin *pipeline);

G_END_DECLS
