/* Sets of sizes below a limit, a bit each.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "solversets.h"

#include <string.h>

gboolean
set_has (const Set * set, guint size)
{
  return (set->bits[size / 64] >> (size % 64) & 1) != 0;
}

void
set_add (Set * set, guint size)
{
  set->bits[size / 64] |= G_GUINT64_CONSTANT (1) << (size % 64);
}

void
set_remove (Set * set, guint size)
{
  set->bits[size / 64] &= ~(G_GUINT64_CONSTANT (1) << (size % 64));
}

void
set_fill (Set * set)
{
  memset (set, 0xff, sizeof *set);
}

void
set_of (const GstKsRange * range, Set * set)
{
  guint64 last = MIN (range->max, SIZES - 1);

  if (gst_ks_range_is_any (range)) {
    set_fill (set);
    return;
  }
  memset (set, 0, sizeof *set);
  for (guint64 i = range->min; i <= last; i += MAX (range->step, 1))
    set_add (set, (guint) i);
}

gboolean
set_meets (const Set * a, const Set * b)
{
  for (guint i = 0; i < WORDS; i++) {
    if ((a->bits[i] & b->bits[i]) != 0)
      return TRUE;
  }
  return FALSE;
}

void
set_and (Set * a, const Set * b)
{
  for (guint i = 0; i < WORDS; i++)
    a->bits[i] &= b->bits[i];
}

gint
set_least (const Set * a)
{
  for (gint i = 0; i < WORDS; i++) {
    if (a->bits[i] != 0)
      return i * 64 + __builtin_ctzll (a->bits[i]);
  }
  return -1;
}

gint
set_last (const Set * a)
{
  for (gint i = WORDS - 1; i >= 0; i--) {
    if (a->bits[i] != 0)
      return i >= WORDS / 2 ? -1 : i * 64 + 63 - __builtin_clzll (a->bits[i]);
  }
  return -1;
}
