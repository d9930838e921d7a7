/* Checked arithmetic on sizes. A + or * on sizes anywhere else is a defect.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksprelude.h>

G_BEGIN_DECLS

/* Every function returns FALSE on overflow and then leaves its output alone. */

static inline gboolean
gst_ks_size_add (gsize a, gsize b, gsize *sum)
{
  gsize r;

  if (__builtin_add_overflow (a, b, &r))
    return FALSE;
  *sum = r;
  return TRUE;
}

static inline gboolean
gst_ks_size_mul (gsize a, gsize b, gsize *product)
{
  gsize r;

  if (__builtin_mul_overflow (a, b, &r))
    return FALSE;
  *product = r;
  return TRUE;
}

static inline gboolean
gst_ks_size_is_power_of_two (gsize n)
{
  return n != 0 && (n & (n - 1)) == 0;
}

/* align: bytes, a power of two */
static inline gboolean
gst_ks_size_round_up (gsize size, gsize align, gsize *rounded)
{
  gsize r;

  if (!gst_ks_size_add (size, align - 1, &r))
    return FALSE;
  *rounded = r & ~(align - 1);
  return TRUE;
}

/* The whole block of a frame: prefix + size + padding, rounded up to align. */
static inline gboolean
gst_ks_size_block (gsize prefix, gsize size, gsize padding, gsize align,
    gsize *block)
{
  gsize r;

  return gst_ks_size_add (prefix, size, &r) && gst_ks_size_add (r, padding, &r)
      && gst_ks_size_round_up (r, align, block);
}

/* GStreamer and KS write an alignment as a mask, bytes - 1; we write bytes.
 * These two are the only places where one becomes the other. */
static inline gsize
gst_ks_align_to_mask (gsize align)
{
  return align - 1;
}

/* FALSE when the mask is not 2^k - 1. */
static inline gboolean
gst_ks_align_from_mask (gsize mask, gsize *align)
{
  gsize r;

  if (!gst_ks_size_add (mask, 1, &r) || !gst_ks_size_is_power_of_two (r))
    return FALSE;
  *align = r;
  return TRUE;
}

G_END_DECLS
