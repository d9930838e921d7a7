/* Kinds of memory: the words, what is known of them, and which of them meet.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksprelude.h>

G_BEGIN_DECLS

/**
 * GstKsKindTraits:
 * @GST_KS_KIND_TRAIT_NONE: nothing is known
 * @GST_KS_KIND_TRAIT_MAPPABLE: the CPU can map it
 * @GST_KS_KIND_TRAIT_PINNABLE: devices can import it by user pointer
 * @GST_KS_KIND_TRAIT_FD: it has a file descriptor
 * @GST_KS_KIND_TRAIT_HOST: it is what KS calls system memory
 * @GST_KS_KIND_TRAIT_SHAPE: it is made of an image's shape, not of bytes
 * @GST_KS_KIND_TRAIT_GROUP: it stands for several kinds: any, mapped, host
 * @GST_KS_KIND_TRAIT_RESIDENT: it is never paged out (KS: non-paged)
 *
 * What is known of a kind by its word alone.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_KIND_TRAIT_NONE = 0,
  GST_KS_KIND_TRAIT_MAPPABLE = (1 << 0),
  GST_KS_KIND_TRAIT_PINNABLE = (1 << 1),
  GST_KS_KIND_TRAIT_FD = (1 << 2),
  GST_KS_KIND_TRAIT_HOST = (1 << 3),
  GST_KS_KIND_TRAIT_SHAPE = (1 << 4),
  GST_KS_KIND_TRAIT_GROUP = (1 << 5),
  GST_KS_KIND_TRAIT_RESIDENT = (1 << 6)
} GstKsKindTraits;

GST_KS_API gboolean        gst_ks_kind_is_valid (const gchar *word);
GST_KS_API gboolean        gst_ks_kind_is_known (const gchar *kind);
GST_KS_API GstKsKindTraits gst_ks_kind_get_traits (const gchar *kind);
/* Interned; NULL when they do not meet. */
GST_KS_API const gchar *   gst_ks_kind_meet (const gchar *a, const gchar *b);
GST_KS_API gchar *         gst_ks_kind_list_known (void);

G_END_DECLS
