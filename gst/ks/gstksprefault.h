/* GstKsPrefault: a helper thread that makes blocks ready before somebody waits for them. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksallocator.h"

G_BEGIN_DECLS

typedef struct _GstKsPrefault GstKsPrefault;

/* Until n_blocks are idle in the allocator; NULL when no thread can be had. */
GstKsPrefault * gst_ks_prefault_start (GstAllocator *allocator, const GstKsRequest *request, guint n_blocks);
/* Any thread, does not wait: no further block is begun. */
void            gst_ks_prefault_cancel (GstKsPrefault *prefault);
/* Cancels and waits for the block at hand. */
void            gst_ks_prefault_free (GstKsPrefault *prefault);

G_END_DECLS
