/* Whole numbers of 128 bits: sums of weights, products of two sizes.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Compilers have __int128 for processors of 64 bits only. Elsewhere two halves
 * do the same, in two's complement, and the callers cannot tell.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#if defined (__SIZEOF_INT128__) && !defined (GST_KS_WIDE_PORTABLE)

__extension__ typedef __int128 GstKsWide;

static inline GstKsWide
gst_ks_wide (guint64 value)
{
  return value;
}

static inline GstKsWide
gst_ks_wide_signed (gint64 value)
{
  return value;
}

/* The lower 64 bits. */
static inline guint64
gst_ks_wide_low (GstKsWide a)
{
  return (guint64) a;
}

__extension__ typedef unsigned __int128 GstKsWideBits;

/* Sums and differences beyond 128 bits lose what is above, as unsigned ones. */
static inline GstKsWide
gst_ks_wide_add (GstKsWide a, GstKsWide b)
{
  return (GstKsWide) ((GstKsWideBits) a + (GstKsWideBits) b);
}

static inline GstKsWide
gst_ks_wide_sub (GstKsWide a, GstKsWide b)
{
  return (GstKsWide) ((GstKsWideBits) a - (GstKsWideBits) b);
}

/* One factor is below 2^63: the product is never negative. */
static inline GstKsWide
gst_ks_wide_mul (guint64 a, guint64 b)
{
  return (GstKsWide) a * b;
}

/* Rounded down. a is not negative and b is above 0. */
static inline GstKsWide
gst_ks_wide_div (GstKsWide a, GstKsWide b)
{
  return a / b;
}

/* Less than 0, 0 or more than 0, as a is to b. */
static inline gint
gst_ks_wide_compare (GstKsWide a, GstKsWide b)
{
  return (a > b) - (a < b);
}

#else

typedef struct
{
  guint64 low, high;
} GstKsWide;

static inline GstKsWide
gst_ks_wide_of (guint64 high, guint64 low)
{
  GstKsWide w = { low, high };

  return w;
}

static inline GstKsWide
gst_ks_wide (guint64 value)
{
  return gst_ks_wide_of (0, value);
}

static inline GstKsWide
gst_ks_wide_signed (gint64 value)
{
  return gst_ks_wide_of (value < 0 ? G_MAXUINT64 : 0, (guint64) value);
}

static inline guint64
gst_ks_wide_low (GstKsWide a)
{
  return a.low;
}

static inline GstKsWide
gst_ks_wide_add (GstKsWide a, GstKsWide b)
{
  guint64 low = a.low + b.low;

  return gst_ks_wide_of (a.high + b.high + (low < a.low), low);
}

static inline GstKsWide
gst_ks_wide_sub (GstKsWide a, GstKsWide b)
{
  return gst_ks_wide_of (a.high - b.high - (a.low < b.low), a.low - b.low);
}

/* As on paper, with digits of 32 bits. */
static inline GstKsWide
gst_ks_wide_mul (guint64 a, guint64 b)
{
  guint64 al = (guint32) a, ah = a >> 32, bl = (guint32) b, bh = b >> 32;
  guint64 low = al * bl, middle = ah * bl + (low >> 32);
  guint64 other = al * bh + (guint32) middle;

  return gst_ks_wide_of (ah * bh + (middle >> 32) + (other >> 32),
      other << 32 | (guint32) low);
}

static inline gint
gst_ks_wide_compare (GstKsWide a, GstKsWide b)
{
  if (a.high != b.high)
    return (gint64) a.high < (gint64) b.high ? -1 : 1;
  return (a.low > b.low) - (a.low < b.low);
}

static inline GstKsWide
gst_ks_wide_shift_left (GstKsWide a, guint bits)
{
  if (bits == 0)
    return a;
  if (bits >= 64)
    return gst_ks_wide_of (a.low << (bits - 64), 0);
  return gst_ks_wide_of (a.high << bits | a.low >> (64 - bits), a.low << bits);
}

/* Bits up to the highest that is set; a is above 0. */
static inline gint
gst_ks_wide_bits (GstKsWide a)
{
  return a.high != 0 ? 128 - __builtin_clzll (a.high) :
      64 - __builtin_clzll (a.low);
}

/* Most numbers have 64 bits; others are divided as on paper, bit by bit. */
static inline GstKsWide
gst_ks_wide_div (GstKsWide a, GstKsWide b)
{
  GstKsWide quotient = gst_ks_wide (0);

  if (a.high == 0 && b.high == 0)
    return gst_ks_wide (a.low / b.low);
  if (gst_ks_wide_compare (a, b) < 0)
    return quotient;
  for (gint i = gst_ks_wide_bits (a) - gst_ks_wide_bits (b); i >= 0; i--) {
    GstKsWide part = gst_ks_wide_shift_left (b, (guint) i);

    quotient = gst_ks_wide_shift_left (quotient, 1);
    if (gst_ks_wide_compare (a, part) < 0)
      continue;
    a = gst_ks_wide_sub (a, part);
    quotient.low |= 1;
  }
  return quotient;
}

#endif

static inline gboolean
gst_ks_wide_is_negative (GstKsWide a)
{
  return gst_ks_wide_compare (a, gst_ks_wide (0)) < 0;
}

/* What stays of a, which is not negative, when b is taken out of it. */
static inline guint64
gst_ks_wide_rest (GstKsWide a, guint64 b)
{
  return gst_ks_wide_low (a)
      - gst_ks_wide_low (gst_ks_wide_div (a, gst_ks_wide (b))) * b;
}

/* The number of 64 bits that is nearest. */
static inline gint64
gst_ks_wide_clamp (GstKsWide a)
{
  if (gst_ks_wide_compare (a, gst_ks_wide_signed (G_MININT64)) < 0)
    return G_MININT64;
  if (gst_ks_wide_compare (a, gst_ks_wide_signed (G_MAXINT64)) > 0)
    return G_MAXINT64;
  return (gint64) gst_ks_wide_low (a);
}

G_END_DECLS
