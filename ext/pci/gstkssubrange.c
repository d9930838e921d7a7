/* GstKsSubrange: cuts a range of bytes into blocks and joins what comes back.
 *
 * Rule: only the holes are kept, sorted by offset and never touching each
 * other; whatever is not a hole is taken. A request gets the lowest aligned
 * place in the smallest hole that has one, so that large holes last.
 *
 * Example: of 0..100 take 10, take 20, give the 10 back: holes are 0..10 and
 * 30..100. The next 10 go to 0. Give back the 20: one hole, 10..100.
 *
 * A card holds some dozens of frames, so holes are few and a scan is cheaper
 * than a tree.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssubrangeprivate.h"

#include <gst/ks/gstkssize.h>

GstKsSubrange *
gst_ks_subrange_new (guintptr origin, gsize size)
{
  GstKsSubrange *self = g_new0 (GstKsSubrange, 1);
  GstKsHole all = { 0, size };

  self->origin = origin;
  self->size = size;
  self->holes = g_array_new (FALSE, FALSE, sizeof (GstKsHole));
  g_array_append_val (self->holes, all);
  return self;
}

void
gst_ks_subrange_free (GstKsSubrange * self)
{
  if (self == NULL)
    return;
  g_array_unref (self->holes);
  g_free (self);
}

static GstKsHole *
hole_at (const GstKsSubrange * self, guint i)
{
  return &g_array_index (self->holes, GstKsHole, i);
}

static gsize
hole_size (const GstKsHole * hole)
{
  return hole->end - hole->start;
}

/* Where a block would lie in a hole; FALSE: nowhere. */
static gboolean
hole_place (const GstKsSubrange * self, const GstKsHole * hole, gsize size,
    gsize align, gsize * offset)
{
  gsize address, end;

  if (!gst_ks_size_add (self->origin, hole->start, &address)
      || !gst_ks_size_round_up (address, align, &address)
      || !gst_ks_size_add (address - self->origin, size, &end)
      || end > hole->end)
    return FALSE;
  *offset = address - self->origin;
  return TRUE;
}

/* Cuts start..end out of a hole, which leaves none, one or two. */
static void
hole_cut (GstKsSubrange * self, guint i, gsize start, gsize end)
{
  GstKsHole *hole = hole_at (self, i);
  GstKsHole rest = { end, hole->end };

  hole->end = start;
  if (hole_size (&rest) > 0)
    g_array_insert_val (self->holes, i + 1, rest);
  if (hole_size (hole_at (self, i)) == 0)
    g_array_remove_index (self->holes, i);
}

gboolean
gst_ks_subrange_take (GstKsSubrange * self, gsize size, gsize align,
    gsize * offset)
{
  gsize place = 0, best_place = 0, best_size = G_MAXSIZE;
  guint best = self->holes->len;

  g_assert (size > 0 && gst_ks_size_is_power_of_two (align));
  for (guint i = 0; i < self->holes->len; i++) {
    const GstKsHole *hole = hole_at (self, i);

    if (hole_size (hole) < best_size
        && hole_place (self, hole, size, align, &place)) {
      best = i;
      best_size = hole_size (hole);
      best_place = place;
    }
  }
  if (best == self->holes->len)
    return FALSE;
  hole_cut (self, best, best_place, best_place + size);
  self->n_blocks++;
  *offset = best_place;
  return TRUE;
}

/* The first hole that ends at or behind an offset; there may be none. */
static guint
hole_behind (const GstKsSubrange * self, gsize offset)
{
  guint low = 0, high = self->holes->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (hole_at (self, middle)->end < offset)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The hole at i and the one behind it become one where they touch. */
static void
hole_join (GstKsSubrange * self, guint i)
{
  if (i + 1 >= self->holes->len
      || hole_at (self, i)->end != hole_at (self, i + 1)->start)
    return;
  hole_at (self, i)->end = hole_at (self, i + 1)->end;
  g_array_remove_index (self->holes, i + 1);
}

static gboolean
is_taken (const GstKsSubrange * self, guint i, gsize start, gsize end)
{
  if (i < self->holes->len && hole_at (self, i)->end == start)
    i++;                        /* that one only touches */
  return i >= self->holes->len || hole_at (self, i)->start >= end;
}

gboolean
gst_ks_subrange_give (GstKsSubrange * self, gsize offset, gsize size)
{
  GstKsHole hole = { offset, 0 };
  guint i = hole_behind (self, offset);

  if (size == 0 || !gst_ks_size_add (offset, size, &hole.end)
      || hole.end > self->size || !is_taken (self, i, offset, hole.end))
    return FALSE;
  if (i < self->holes->len && hole_at (self, i)->end == offset) {
    hole_at (self, i)->end = hole.end;
    hole_join (self, i);
  } else {
    g_array_insert_val (self->holes, i, hole);
    hole_join (self, i);
  }
  self->n_blocks--;
  return TRUE;
}

void
gst_ks_subrange_get_stats (const GstKsSubrange * self,
    GstKsSubrangeStats * stats)
{
  *stats = (GstKsSubrangeStats) {
  .total = self->size,.n_blocks = self->n_blocks,.n_holes = self->holes->len};
  for (guint i = 0; i < self->holes->len; i++) {
    stats->free += hole_size (hole_at (self, i));
    stats->largest_hole = MAX (stats->largest_hole,
        hole_size (hole_at (self, i)));
  }
  stats->used = stats->total - stats->free;
}
