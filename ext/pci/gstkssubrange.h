/* GstKsSubrange: cuts a range of bytes into blocks and joins what comes back.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The owner locks. All figures are bytes but n_blocks and n_holes. */
typedef struct _GstKsSubrange GstKsSubrange;

typedef struct
{
  gsize total;
  gsize used;
  gsize free;
  gsize largest_hole;
  guint n_blocks;
  guint n_holes;
} GstKsSubrangeStats;

/* origin: address of the first byte, which alignment is about; size: not 0, and
 * the range does not wrap around. */
GstKsSubrange * gst_ks_subrange_new (guintptr origin, gsize size);
void            gst_ks_subrange_free (GstKsSubrange *self);

/* align: a power of two. FALSE: no hole is large enough; *offset is left alone. */
gboolean        gst_ks_subrange_take (GstKsSubrange *self, gsize size, gsize align, gsize *offset);
/* FALSE: these bytes were not all taken; nothing is changed then. */
gboolean        gst_ks_subrange_give (GstKsSubrange *self, gsize offset, gsize size);

void            gst_ks_subrange_get_stats (const GstKsSubrange *self, GstKsSubrangeStats *stats);

/* A line that shows the range in small, and one line for each of its parts. */
gchar *         gst_ks_subrange_to_text (const GstKsSubrange *self);
/* The same as a drawing; blocks that touch are one. */
gchar *         gst_ks_subrange_to_svg (const GstKsSubrange *self);

G_END_DECLS
