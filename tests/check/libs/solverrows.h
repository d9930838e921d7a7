/* Graphs of the planner's tests, as rows of text.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstks.h>

G_BEGIN_DECLS

/* pads: `name = framing`, one a line; edges: `a kind b [cost] [ratio]`, where
 * kind is -- (must) or ~~ (may); want: what a test expects. */
typedef struct
{
  const gchar *name;
  const gchar *strategy;        /* NULL: default */
  const gchar *pads;
  const gchar *edges;           /* NULL: none */
  const gchar *want;
} SolverRow;

GstKsGraph * solver_row_to_graph (const SolverRow *row);

G_END_DECLS
