/* Partial plans: what is decided of a part of the graph, as its border sees it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkssolverprivate.h"

G_BEGIN_DECLS

/* How a state came about: a choice (item of a vertex), a joined edge, or both
 * sides of a product. */
typedef struct _GstKsTrace GstKsTrace;

struct _GstKsTrace
{
  const GstKsTrace *left, *right;
  guint choice_of;              /* position of a pad, or G_MAXUINT */
  guint item;
  guint joined;                 /* edge of the base, or G_MAXUINT */
};

/* Bits of open pads, of blocks or of domains. */
typedef guint64 GstKsMask;

#define GST_KS_BIT(n) (G_GUINT64_CONSTANT (1) << (n))

/* A pad with edges that are not decided yet. */
typedef struct
{
  guint block, domain;
  GstKsMask reach;              /* open pads where its frames go, and itself */
  const GstKsChoice *choice;
} GstKsOpen;

/* A segment that can still grow, or waits for sizes that a ratio ties. */
typedef struct
{
  GstKsLabel label;
  GstKsMask apart;              /* blocks that it was cut from */
} GstKsBlock;

typedef struct
{
  GstKsCost cost;               /* of what is finished */
  const GstKsTrace *trace;
  guint n_open, n_blocks, n_domains, n_ties;
  GstKsMask guarded;            /* open pads whose frames others look at */
  GstKsMask modified;           /* whose frames are changed in place further on */
  GstKsMask has_out;            /* from where a joined edge leads on */
  GstKsMask dead_blocks, dead_domains;  /* merged into others, until settled */
  GstKsOpen *open;
  GstKsBlock *blocks;
  GstKsDomain *domains;
  GstKsTie *ties;
} GstKsState;

/* Room for a state that is being made. */
typedef struct
{
  GstKsState s;
  GstKsOpen open[GST_KS_MAX_OPEN];
  GstKsBlock blocks[GST_KS_MAX_BLOCKS];
  GstKsDomain domains[GST_KS_MAX_DOMAINS];
  GstKsTie ties[GST_KS_MAX_TIES];
} GstKsWork;

gint         gst_ks_cost_compare (const GstKsCost *a, const GstKsCost *b);
void         gst_ks_work_init (GstKsWork *work, const GstKsSearch *search, const GstKsChoice *choice);
void         gst_ks_work_load (GstKsWork *work, const GstKsState *state);
/* Both side by side, a's open pads first; FALSE when there is no room. */
gboolean     gst_ks_work_product (GstKsWork *work, const GstKsState *a, const GstKsState *b);

/* Decide an edge between two open pads, by their positions; FALSE: cannot be. */
gboolean     gst_ks_state_join (GstKsSearch *search, GstKsState *s, const GstKsBaseEdge *edge, const guint ends[2]);
gboolean     gst_ks_state_cut (GstKsSearch *search, GstKsState *s, const GstKsBaseEdge *edge, const guint ends[2]);
/* No edge is left at the pad; finishes what can be. FALSE: it cannot be. */
gboolean     gst_ks_state_forget (GstKsSearch *search, GstKsState *s, guint open);
/* Brings the state into its one form. */
void         gst_ks_state_settle (GstKsState *s);
gboolean     gst_ks_choice_alike (const GstKsChoice *a, const GstKsChoice *b);
gboolean     gst_ks_state_dominates (const GstKsSearch *search, const GstKsState *a, const GstKsState *b);
/* Whether a is good wherever b is, whatever they cost. */
gboolean     gst_ks_state_covers (const GstKsState *a, const GstKsState *b);
GstKsState * gst_ks_state_store (const GstKsState *s);

/* All states of a connected part that is decided. */
typedef struct
{
  guint *scope;                 /* positions of its open pads */
  guint n;
  GPtrArray *states;            /* of GstKsState, owned */
} GstKsTable;

/* States compared that take as long as one merge. */
#define GST_KS_COMPARES_A_MERGE 16

/* In the arena but for its states: n open pads at most. */
GstKsTable * gst_ks_cost_table_new (const GstKsSearch *search, guint n);
void         gst_ks_table_free (GstKsTable *table);
/* n when the position is not open there. */
guint        gst_ks_table_find (const GstKsTable *table, guint position);
/* TRUE when the state is one that the table needs; drops those it does not need
 * any more. */
gboolean     gst_ks_table_admit (GstKsSearch *search, GstKsTable *table, const GstKsState *s);
/* How many states of a table are followed. */
guint        gst_ks_table_limit (const GstKsSearch *search, GstKsTable *table);

typedef struct
{
  guint edge;                   /* of the base */
  guint ends[2];                /* positions of a and b */
  gboolean decided;
} GstKsPartEdge;

/* A place in the line of those with the same key, the latest first. */
typedef struct
{
  guint next, previous;         /* positions, or G_MAXUINT */
  guint key;                    /* G_MAXUINT: not in a line */
} GstKsQueued;

/* One search. A position is a pad's place in the task. */
typedef struct
{
  GstKsSearch search;
  guint n;
  GPtrArray **choices;          /* by position: of GstKsChoice, in the arena */
  GstKsTable **tables;          /* by position; NULL: forgotten */
  GArray *edges;                /* of GstKsPartEdge */
  guint *first, *incident;      /* edges of a position */
  guint *order;                 /* positions, from near to far */
  gboolean *forgotten;          /* by position */
  GstKsQueued *queued;          /* by position */
  guint first_queued[GST_KS_MAX_OPEN + 1];      /* by key; G_MAXUINT: none */
  GPtrArray *finished;          /* of GstKsTrace: one a component */
} GstKsSolver;

void         gst_ks_solver_begin (GstKsSolver *solver, guint position);
gboolean     gst_ks_solver_run (GstKsSolver *solver);
void         gst_ks_solver_stop (GstKsSolver *solver);

G_END_DECLS
