/* The monotonic clock, cheaply. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>
#include <time.h>

/* The clock of g_get_monotonic_time(), microseconds: good to a few
 * milliseconds, at a fraction of the price. */
static inline gint64
gst_ks_clock_coarse (void)
{
  struct timespec now;

  (void) clock_gettime (CLOCK_MONOTONIC_COARSE, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}
