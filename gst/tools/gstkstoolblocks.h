/* How many blocks of memory GStreamer's own allocator made.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Bytes; smaller ones are headers and the like, not frames. */
#define GST_KS_TOOL_BLOCK_MIN 4096

/* From now on and for good; after gst_init (), before there is a pipeline. */
void    gst_ks_tool_blocks_start (void);
/* Any thread. */
guint64 gst_ks_tool_blocks_count (void);

G_END_DECLS
