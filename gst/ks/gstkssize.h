/* Checked arithmetic on sizes. A + or * on sizes anywhere else is a defect.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksprelude.h>

G_BEGIN_DECLS

/* for C alone */
#ifndef __GI_SCANNER__

/* What goes in has 64 bits everywhere, as in framings and plans, and what comes
 * out has those of its variable, a guint64 or a gsize. Each returns FALSE when
 * the result has no room there, and then leaves the variable alone. */
#define gst_ks_size_add(a, b, sum) \
  GST_KS_SIZE_STORE (!__builtin_add_overflow ((guint64) (a), (guint64) (b), &gst_ks_size_result), sum)

#define gst_ks_size_mul(a, b, product) \
  GST_KS_SIZE_STORE (!__builtin_mul_overflow ((guint64) (a), (guint64) (b), &gst_ks_size_result), product)

/* align: bytes, a power of two */
#define gst_ks_size_round_up(size, align, rounded) \
  GST_KS_SIZE_STORE (gst_ks_size_round_up_64 (size, align, &gst_ks_size_result), rounded)

/* The whole block of a frame: prefix + size + padding, rounded up to align. */
#define gst_ks_size_block(prefix, size, padding, align, block) \
  GST_KS_SIZE_STORE (gst_ks_size_block_64 (prefix, size, padding, align, &gst_ks_size_result), block)

/* FALSE where size, of a framing or a plan, is more than an address has bits. */
#define gst_ks_size_take(size, taken) gst_ks_size_add (size, 0, taken)

#define GST_KS_SIZE_STORE(calculate, out) \
  G_GNUC_EXTENSION ({ \
    guint64 gst_ks_size_result = 0; \
    gboolean gst_ks_size_fits = (calculate) \
        && (__typeof__ (*(out))) gst_ks_size_result == gst_ks_size_result; \
    if (gst_ks_size_fits) \
      *(out) = (__typeof__ (*(out))) gst_ks_size_result; \
    gst_ks_size_fits; \
  })

static inline gboolean
gst_ks_size_is_power_of_two (guint64 n)
{
  return n != 0 && (n & (n - 1)) == 0;
}

static inline gboolean
gst_ks_size_round_up_64 (guint64 size, guint64 align, guint64 *rounded)
{
  guint64 r;

  if (__builtin_add_overflow (size, align - 1, &r))
    return FALSE;
  *rounded = r & ~(align - 1);
  return TRUE;
}

static inline gboolean
gst_ks_size_block_64 (guint64 prefix, guint64 size, guint64 padding, guint64 align, guint64 *block)
{
  guint64 r;

  return !__builtin_add_overflow (prefix, size, &r) && !__builtin_add_overflow (r, padding, &r)
      && gst_ks_size_round_up_64 (r, align, block);
}

/* GStreamer and KS write an alignment as a mask, bytes - 1; we write bytes.
 * These two are the only places where one becomes the other. */
static inline guint64
gst_ks_align_to_mask (guint64 align)
{
  return align - 1;
}

/* FALSE when the mask is not 2^k - 1. */
#define gst_ks_align_from_mask(mask, align) \
  GST_KS_SIZE_STORE (gst_ks_align_from_mask_64 (mask, &gst_ks_size_result), align)

static inline gboolean
gst_ks_align_from_mask_64 (guint64 mask, guint64 *align)
{
  if (mask == G_MAXUINT64 || !gst_ks_size_is_power_of_two (mask + 1))
    return FALSE;
  *align = mask + 1;
  return TRUE;
}

#endif /* __GI_SCANNER__ */

G_END_DECLS
