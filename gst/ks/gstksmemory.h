/* What is common to all memory of ours, whatever its allocator's type. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksframe.h"

G_BEGIN_DECLS

/* The frame below a memory object or its parent; NULL: not ours. */
GstKsFrame * gst_ks_memory_frame (GstMemory *memory);
/* A copy from the same allocator, or of ordinary memory when that fails; counted. */
GstMemory *  gst_ks_memory_copy (GstMemory *memory, gssize offset, gssize size);
/* Makes all bytes 0, those before and after what is seen as well; memory is the
 * caller's alone. Memory that cannot be mapped is written by its backend. */
gboolean     gst_ks_memory_wipe (GstMemory *memory, GError **error);
/* GstAllocatorClass.alloc for any allocator with a store. */
GstMemory *  gst_ks_store_alloc (GstKsStore *store, gsize size, GstAllocationParams *params);

/* One for each type of memory that we make. */
GstKsFrame * gst_ks_allocator_frame_of (GstMemory *memory);
GstKsFrame * gst_ks_recycler_frame_of (GstMemory *memory);

G_END_DECLS
