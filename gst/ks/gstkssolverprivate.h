/* The parts of the planner: labels, partial plans, the search, its outcome.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksgraphprivate.h"
#include "gstksplanprivate.h"
#include "gstkswide.h"

G_BEGIN_DECLS

/* Open pads, segments and tied sizes of one partial plan. A pipeline has 1 to 3
 * open pads; a mask has bits for 64. */
#define GST_KS_MAX_OPEN 32
#define GST_KS_MAX_BLOCKS 64
#define GST_KS_MAX_DOMAINS 64
#define GST_KS_MAX_TIES 64

/* What is left out while somebody looks for a reason: 1 << GstKsPlanCode. */
#define GST_KS_RELAX(code) (1u << GST_KS_PLAN_CODE_ ## code)

/* A kind as the graph sees it. */
typedef struct
{
  const gchar *word;            /* interned */
  gboolean any, mapped, host;   /* which group it is, if one */
  gboolean is_mappable, is_host;        /* which groups accept it */
  gboolean framework;           /* it needs no pad that can allocate it */
} GstKsKindInfo;

/* A wish for a size, heaviest first; of equals, the pad that comes first. */
typedef struct
{
  gint64 weight;
  guint order;
  GstKsRange range;
} GstKsWish;

/* Immutable, in the arena. */
typedef struct
{
  guint n;
  GstKsWish wishes[];
} GstKsWishes;

/* All of a segment but its sizes. */
typedef struct
{
  guint kind;                   /* index into the kinds */
  gboolean soft;                /* all that say system would take locked */
  gboolean needs_map, unmappable;
  gboolean must, can;
  gboolean any_stride;
  const gchar *device, *bus;
  GstKsRange stride;
  guint64 align, prefix, padding;
  guint64 held, cap;
} GstKsLabel;

/* Sizes of the pads of a segment that no ratio lies between. */
typedef struct
{
  GstKsRange range;
  const GstKsWishes *wishes;    /* NULL: none */
  guint block;
} GstKsDomain;

/* size of b = ratio (size of a); both are indices of domains */
typedef struct
{
  guint a, b;
  const GstKsRatio *ratio;
} GstKsTie;

/* One alternative of one pad, made ready. */
typedef struct
{
  GstKsLabel label;
  GstKsDomain domain;
  guint index;
  gint64 weight, in_place_weight, not_in_place_weight;
  gboolean in_place, integrity, insists, partial;
} GstKsChoice;

/* The terms after copies; each strategy has its order. Smaller is better. */
typedef enum
{
  GST_KS_TERM_WEIGHT,           /* negated */
  GST_KS_TERM_ALLOCATORS,
  GST_KS_TERM_BYTES,
  GST_KS_TERM_EXTRA,            /* of the strategy: frames, or size negated */
  GST_KS_N_TERMS
} GstKsTerm;

typedef struct
{
  guint64 copies;
  GstKsWide terms[GST_KS_N_TERMS];      /* in the order of the strategy */
  guint64 rank;                 /* sum of the indices of items: best first */
} GstKsCost;

/* Graph sorted by name, made once; tasks are solved on parts of it. */
typedef struct
{
  guint a, b;                   /* vertices */
  const GstKsEdge *edge;
  guint index;                  /* in the graph */
  gboolean scales;              /* the ratio is not 1/1+0 */
  gboolean inside;              /* the way through an element */
} GstKsBaseEdge;

typedef struct
{
  const GstKsGraph *graph;
  guint n;
  guint *pads;                  /* of vertices, in the graph */
  guint n_edges;
  GstKsBaseEdge *edges;         /* sorted by ends */
  guint *first;                 /* n + 1: where a vertex's edges begin */
  guint *incident;              /* indices of edges */
  guint *local;                 /* scratch: vertex to position in a task */
  GArray *kinds;                /* of GstKsKindInfo */
  guint any, system, locked;    /* indices of those kinds */
} GstKsBase;

/* What to solve: a part of the graph, seen with one eye closed. */
typedef struct
{
  const guint *vertices;        /* sorted */
  guint n;
  const guint8 *neutral;        /* by vertex: asks for nothing; NULL: none */
  guint relax;                  /* GST_KS_RELAX () bits, at all pads */
  const guint *relax_at;        /* by vertex: more of them; NULL: none */
  gboolean join_all;            /* every edge is a must */
  gboolean cut_all;             /* no edge is joined that can be cut */
  guint64 budget;
} GstKsTask;

typedef struct
{
  gboolean feasible;
  gboolean exhausted;           /* not proven */
  guint64 work;
  guint *items;                 /* by position: which alternative */
  guint *segments;              /* by position: the first position of its segment */
} GstKsOutcome;

/* Bump memory for what lives as long as one search. */
typedef struct _GstKsArena GstKsArena;

typedef struct
{
  const GstKsBase *base;
  const GstKsTask *task;
  GstKsArena *arena;
  guint at[GST_KS_N_TERMS];     /* place of each term in a cost */
  gboolean minimize_frames, largest;
  gboolean modifies;            /* some edge can change frames in place */
  guint n_fixed;                /* terms of a cost that no label changes */
  gboolean tight;               /* caps, ties or 2^62 bytes can get in the way */
  gboolean wishes;              /* some pad wishes for some of its sizes */
  guint64 work;
  gboolean exhausted;           /* something was not looked at */
} GstKsSearch;

GstKsArena *     gst_ks_arena_new (void);
gpointer         gst_ks_arena_alloc (GstKsArena *arena, gsize size);
void             gst_ks_arena_free (GstKsArena *arena);

GstKsBase *      gst_ks_base_new (const GstKsGraph *graph);
void             gst_ks_base_free (GstKsBase *base);
/* word: interned */
guint            gst_ks_base_kind (GstKsBase *base, const gchar *word);

/* What of a pad's demands is left out: GST_KS_RELAX () bits. */
guint            gst_ks_task_relax (const GstKsTask *task, guint vertex);
void             gst_ks_choice_init (GstKsChoice *choice, const GstKsSearch *search, guint vertex, guint item);
gboolean         gst_ks_label_merge (const GstKsSearch *search, const GstKsLabel *a, const GstKsLabel *b, GstKsLabel *out);
gboolean         gst_ks_label_is_wider (const GstKsLabel *a, const GstKsLabel *b);
/* Whether a is good wherever b is, and not worse. */
gboolean         gst_ks_label_dominates (const GstKsLabel *a, const GstKsLabel *b);
const GstKsKindInfo * gst_ks_label_kind (const GstKsSearch *search, const GstKsLabel *label);
gboolean         gst_ks_label_can_allocate (const GstKsSearch *search, const GstKsLabel *label);
gboolean         gst_ks_label_block (const GstKsLabel *label, guint64 size, guint64 *block, guint64 *bytes);

gboolean         gst_ks_domain_merge (const GstKsSearch *search, const GstKsDomain *a, const GstKsDomain *b, GstKsDomain *out);
gboolean         gst_ks_domain_dominates (const GstKsSearch *search, const GstKsDomain *a, const GstKsDomain *b);
gboolean         gst_ks_domain_equal (const GstKsDomain *a, const GstKsDomain *b);
/* Returns whether a wish was had. */
gboolean         gst_ks_domain_narrow (const GstKsDomain *domain, GstKsRange *range);
/* The least sizes that all ranges and ties allow. */
gboolean         gst_ks_domains_solve (GstKsSearch *search, const GstKsDomain *domains, guint n, const GArray *ties, guint64 *sizes);

/* From where on sizes need not be looked for, when all of a group are there. */
void             gst_ks_ties_find_ends (const GstKsRange *ranges, guint n, const GArray *ties, guint64 *ends, guint *group);

void             gst_ks_search_init (GstKsSearch *search, const GstKsBase *base, const GstKsTask *task);
void             gst_ks_search_clear (GstKsSearch *search);
/* Counts work; one is a merge of two partial plans, or as much of something else. */
void             gst_ks_search_spend (GstKsSearch *search, guint64 work);
/* Whether the budget has ended. */
gboolean         gst_ks_search_is_spent (const GstKsSearch *search);
void             gst_ks_cost_add (const GstKsSearch *search, GstKsCost *cost, GstKsTerm term, GstKsWide value);
gboolean         gst_ks_edge_modifies (const GstKsBaseEdge *edge, const GstKsChoice *a, const GstKsChoice *b);
gboolean         gst_ks_edge_scales (const GstKsTask *task, const GstKsBaseEdge *edge);
gboolean         gst_ks_edge_ties (const GstKsBaseEdge *edge, const GstKsChoice *a, const GstKsChoice *b);

GstKsOutcome *   gst_ks_task_solve (const GstKsBase *base, const GstKsTask *task);
void             gst_ks_outcome_free (GstKsOutcome *outcome);

/* Questions to the planner about why; they share one budget. */
typedef struct
{
  const GstKsBase *base;
  guint64 budget;               /* of work that is left */
  guint64 each;                 /* the most that one may take */
  gboolean ended;               /* an answer was not proven: ask no more */
} GstKsQuestions;

/* What is not proven is no conflict, and once ended nothing is. */
gboolean         gst_ks_questions_is_solved (GstKsQuestions *questions, const GstKsTask *task);
/* Of a task that conflicts, demands that are in the way: one where leaving out
 * one helps, else as few as possible; GST_KS_RELAX () bits. */
guint            gst_ks_questions_find_codes (GstKsQuestions *questions, const GstKsTask *task);
/* relax_at: filled with what to leave out at which pads, so that nothing of it
 * can stay. */
void             gst_ks_questions_find_relaxed (GstKsQuestions *questions, const GstKsTask *task, guint codes, guint *relax_at);

/* Words for people */
gchar *          gst_ks_reason_to_text (guint codes);
/* The first of several. */
GstKsPlanCode    gst_ks_reason_to_code (guint codes);
/* What to do at a pad of a segment that became possible by leaving out bits. */
gchar *          gst_ks_reason_to_help (guint relax, const GstKsBase *base, const GstKsSegment *segment, guint pad);

/* Fills in segments, cuts without reasons and totals. */
gboolean         gst_ks_outcome_to_plan (const GstKsBase *base, const GstKsTask *task, const GstKsOutcome *outcome, GstKsPlan *plan);
void             gst_ks_plan_explain_cuts (GstKsQuestions *questions, GstKsPlan *plan);
/* Says why there are cuts, or why there is no plan. */
void             gst_ks_plan_explain (const GstKsBase *base, const GstKsTask *task, GstKsPlan *plan);

G_END_DECLS
