/* GstKsRange: a set of sizes or counts, from min to max in steps counted from min.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstkserror.h>

G_BEGIN_DECLS

/**
 * GST_KS_RANGE_LIMIT:
 *
 * No size or count in a framing is above this.
 *
 * Since: 0.9
 */
#define GST_KS_RANGE_LIMIT (G_GUINT64_CONSTANT (1) << 62)

/**
 * GstKsRange:
 * @min: smallest legal value
 * @max: largest legal value, at most %GST_KS_RANGE_LIMIT
 * @step: distance between legal values, counted from @min; 0 or 1: every value
 *
 * A plain value; copy it freely. Normalised: @max is legal, @step is 0 when
 * @min equals @max and at least 1 otherwise.
 *
 * Since: 0.9
 */
typedef struct _GstKsRange GstKsRange;

struct _GstKsRange
{
  guint64 min;
  guint64 max;
  guint64 step;
};

#define GST_KS_RANGE_INIT_ANY { 0, GST_KS_RANGE_LIMIT, 1 }

/**
 * GstKsWeightedRange:
 * @range: what is liked
 * @weight: how much; 0 and below: no opinion
 *
 * One opinion of several on a size. KS: KS_FRAMING_RANGE_WEIGHTED.
 *
 * Since: 0.9
 */
typedef struct _GstKsWeightedRange GstKsWeightedRange;

struct _GstKsWeightedRange
{
  GstKsRange range;
  gint64 weight;
};

GST_KS_API gboolean gst_ks_range_normalize (GstKsRange *range, GError **error);
GST_KS_API gboolean gst_ks_range_is_any (const GstKsRange *range);
GST_KS_API gboolean gst_ks_range_contains (const GstKsRange *range, guint64 value);
GST_KS_API gboolean gst_ks_range_intersect (const GstKsRange *a, const GstKsRange *b, GstKsRange *out);
GST_KS_API gboolean gst_ks_range_is_subset (const GstKsRange *range, const GstKsRange *of);
GST_KS_API gboolean gst_ks_range_equal (const GstKsRange *a, const GstKsRange *b);
/* Smallest legal value that is at least @at_least; FALSE when there is none. */
GST_KS_API gboolean gst_ks_range_ceil (const GstKsRange *range, guint64 at_least, guint64 *value);
/* Means of the ends by weight, or without weights the intersection. */
GST_KS_API gboolean gst_ks_range_optimum (const GstKsWeightedRange *ranges, guint n_ranges, GstKsRange *optimum, GError **error);
GST_KS_API gboolean gst_ks_range_parse (const gchar *text, GstKsRange *range, GError **error);
GST_KS_API gchar *  gst_ks_range_to_string (const GstKsRange *range);

G_END_DECLS
