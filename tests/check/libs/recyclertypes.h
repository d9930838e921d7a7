/* Allocators of a type of their own that have a store: objects on blocks, and objects that are their block.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstks.h>

G_BEGIN_DECLS

/* Makes objects on blocks; its bytes have an address. */
GType test_parted_get_type (void);
/* Makes objects that are their block. */
GType test_whole_get_type (void);

/* What exists, of both. */
gint recycler_n_blocks (void);
gint recycler_n_objects (void);
/* Call number n of acquire from now on fails, once; 0: none does. */
void recycler_fail_at (gint n);
/* Where a frame's bytes are, whoever maps it. */
guint8 * recycler_bytes (GstMemory *memory);

G_END_DECLS
