/* Random small graphs for tests of the planner.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstks.h>

G_BEGIN_DECLS

#define PADS 7
#define ITEMS 3
#define EDGES (PADS + 3)

/* A graph before it is one. */
typedef struct
{
  guint n, n_edges;
  GstKsFraming *framings[PADS];
  gchar names[PADS][16];
  GstKsEdge edges[EDGES];       /* ends are in ends, not in a and b */
  guint ends[EDGES][2];
  gboolean loose[EDGES];        /* its ratio does not matter */
  GstKsStrategy strategy;
  gboolean acme_is_mappable, framework;
} Case;

/* A source of random numbers for one part of a test, and how many graphs it is
 * to make: n, fewer with KS_QUICK, or KS_GRAPHS. Prints both; KS_SEED repeats. */
GRand *      solver_graphs_begin (guint part, guint *n);
gint         solver_pick (GRand *rand, gint n);
gboolean     solver_one_in (GRand *rand, gint n);

void         solver_case_init (Case *c, GRand *rand);
/* Has framings of its own. */
void         solver_case_copy (Case *c, const Case *from);
void         solver_case_clear (Case *c);
/* How many plans there are to try; more than the limit is only more. */
guint        solver_case_count (const Case *c, guint limit);
/* Whether the size of some frame is up to a wish. */
gboolean     solver_case_has_wishes (const Case *c);
gchar *      solver_case_to_string (const Case *c);
GstKsGraph * solver_case_to_graph (const Case *c);
/* Changes every item of a pad. */
void         solver_case_edit (Case *c, guint pad, void (*edit) (GstKsFramingItem *item, gconstpointer data), gconstpointer data);

G_END_DECLS
