/* The best plan of a small graph by trying all.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstks.h>

G_BEGIN_DECLS

#define PADS 7
#define EDGES (PADS + 3)

/* A graph as the enumeration sees it. */
typedef struct
{
  guint n, n_edges;
  GstKsFraming *framings[PADS];
  gchar names[PADS][16];
  GstKsEdge edges[EDGES];
  guint ends[EDGES][2];
  GstKsStrategy strategy;
  gboolean acme_is_mappable, framework;
  guint n_loops, n_ratios;
} Case;

typedef struct
{
  gint64 terms[5];              /* copies first, then as the strategy says */
  GstKsPlanTotals totals;
} Score;

/* FALSE: there is no plan. */
gboolean solver_enumerate (const Case *c, Score *best);

G_END_DECLS
