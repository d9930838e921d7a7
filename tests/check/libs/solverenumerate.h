/* The best plan of a small graph by trying all.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "solvergraphs.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 terms[5];              /* copies first, then as the strategy says */
  GstKsPlanTotals totals;
} Score;

/* FALSE: there is no plan. */
gboolean solver_enumerate (const Case *c, Score *best);

G_END_DECLS
