/* Mapping memory for blocks, with errors that help. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksallocator.h"

G_BEGIN_DECLS

gsize    gst_ks_map_page_size (void);
/* Maps block->size bytes at a multiple of block->align into block->data.
 * flags: MAP_SHARED with fd, or MAP_PRIVATE | MAP_ANONYMOUS and -1. */
gboolean gst_ks_map_block (GstKsBlock *block, gint flags, gint fd, GError **error);
void     gst_ks_map_release (GstKsBlock *block);

/* NUMA: built with libnuma or, without it, saying so. */
gboolean gst_ks_numa_check (gint node, GError **error);
gboolean gst_ks_numa_bind (GstKsBlock *block, gint node, GError **error);

G_END_DECLS
