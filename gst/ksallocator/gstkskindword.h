/* Kind words as properties have them: legal ones, what they open, what memory is.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksframing.h>

G_BEGIN_DECLS

/* Whether a kind may be called so; the error has the column. */
gboolean       ks_kind_check (const gchar * kind, GError ** error);
/* Words that leave the choice to us. */
gboolean       ks_kind_is_any (const gchar * kind);
/* (transfer full); on the device that neighbours of @element work with, where
 * nobody named one. The error names the kinds that are here. */
GstAllocator * ks_kind_open (const gchar * kind, const gchar * device, GstElement * element, GError ** error);
/* Puts the kind, and the device where there is one, in front of *@error, unless it
 * names the kind itself. */
void           ks_error_name_kind (GError ** error, const gchar * kind, const gchar * device);
/* The kind of ours, "system", "dmabuf", "fd", or the type's own name for it. */
const gchar *  ks_kind_of_memory (GstMemory * memory);
/* Whether the CPU can map what @allocator, which is ours, makes. */
gboolean       ks_allocator_is_mapped (GstAllocator * allocator);
/* What a framing says of the memory that @allocator, which is ours, makes. */
GstKsFramingFlags ks_allocator_get_flags (GstAllocator * allocator);

G_END_DECLS
