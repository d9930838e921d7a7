/* GstKsRatio: how the size of out frames follows from the size of in frames.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstkserror.h>

G_BEGIN_DECLS

/**
 * GstKsRatio:
 * @numerator: of out bytes to in bytes
 * @denominator: not 0, but for the unknown ratio
 * @margin: bytes added
 *
 * out = ceil (in * numerator / denominator) + margin. Numbers are at most
 * 2^62. With numerator and denominator 0 the ratio is unknown, and the sizes on
 * its two sides do not depend on each other.
 *
 * Since: 0.9
 */
typedef struct _GstKsRatio GstKsRatio;

struct _GstKsRatio
{
  guint64 numerator;
  guint64 denominator;
  guint64 margin;
};

#define GST_KS_RATIO_INIT { 1, 1, 0 }
#define GST_KS_RATIO_INIT_UNKNOWN { 0, 0, 0 }

GST_KS_API gboolean gst_ks_ratio_normalize (GstKsRatio *ratio, GError **error);
GST_KS_API gboolean gst_ks_ratio_is_known (const GstKsRatio *ratio);
GST_KS_API gboolean gst_ks_ratio_equal (const GstKsRatio *a, const GstKsRatio *b);
GST_KS_API gboolean gst_ks_ratio_apply (const GstKsRatio *ratio, guint64 in, guint64 *out, GError **error);
/* First @a, then @b. */
GST_KS_API gboolean gst_ks_ratio_compose (const GstKsRatio *a, const GstKsRatio *b, GstKsRatio *out, GError **error);

G_END_DECLS
