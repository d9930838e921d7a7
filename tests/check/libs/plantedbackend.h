/* A backend that keeps all its promises but one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstks.h>

#define PLANTED_TOTAL (16 << 20)        /* bytes of memory that it has */

/* The promise that is broken; NULL: none. Set before anything else. */
extern const gchar *planted_fault;

void    planted_register (void);
void    planted_fail_from (guint n, gpointer unused);
guint64 planted_get_outstanding (gpointer unused);
