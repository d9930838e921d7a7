/* ks-bench: one micro case in one variant, one line of JSON; bench.py pairs them up.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstks.h>

G_BEGIN_DECLS

/* What the command line said. */
typedef struct _KsBenchArgs KsBenchArgs;

struct _KsBenchArgs
{
  gboolean ours;                /* else the same work with stock GStreamer */
  gint threads;
  gint64 ops;                   /* operations a thread, or frames, or pools */
  gint64 size;                  /* bytes, or pads */
  gchar *kind;                  /* kind of memory for ours, or of graph */
  gchar *line;                  /* elements between the source and fakesink */
};

/* What one run found; printed once at the end. */
typedef struct _KsBenchResult KsBenchResult;

struct _KsBenchResult
{
  GString *values;              /* members of a JSON object */
  gchar *skip;                  /* may be NULL: why this cannot run here */
  gchar *note;                  /* may be NULL: what a reader should know */
};

/* FALSE with error set when the case failed; a skip is not a failure. */
typedef gboolean (*KsBenchFunc) (const KsBenchArgs * args,
    KsBenchResult * result, GError ** error);

void     ks_bench_value (KsBenchResult * result, const gchar * metric, gdouble value);
gboolean ks_bench_skip (KsBenchResult * result, const GError * reason);
gboolean ks_bench_fail (GError ** error, const gchar * what);
/* Minor page faults of this process so far. */
gint64   ks_bench_faults (void);
/* Sorts them; of an even number the upper of the two in the middle. */
gdouble  ks_bench_median (gdouble * values, guint n);

/* benchpool.c: pools, no pipeline */
gboolean ks_bench_pool_churn (const KsBenchArgs * args, KsBenchResult * result, GError ** error);
gboolean ks_bench_pool_ping_pong (const KsBenchArgs * args, KsBenchResult * result, GError ** error);
gboolean ks_bench_pool_fds (const KsBenchArgs * args, KsBenchResult * result, GError ** error);
/* benchfloor.c: a pool that does nothing, for what the base class alone costs */
GstBufferPool * ks_bench_floor_pool_new (void);
/* benchstress.c */
gboolean ks_bench_pool_stress (const KsBenchArgs * args, KsBenchResult * result, GError ** error);
/* benchmemory.c: allocators, no pipeline */
gboolean ks_bench_alloc (const KsBenchArgs * args, KsBenchResult * result, GError ** error);
gboolean ks_bench_first_touch (const KsBenchArgs * args, KsBenchResult * result, GError ** error);
gboolean ks_bench_kinds (const KsBenchArgs * args, KsBenchResult * result, GError ** error);
/* benchplan.c: the planner alone */
gboolean ks_bench_plan (const KsBenchArgs * args, KsBenchResult * result, GError ** error);
/* benchscale.c: many of everything */
gboolean ks_bench_scale_pipelines (const KsBenchArgs * args, KsBenchResult * result, GError ** error);
gboolean ks_bench_scale_store (const KsBenchArgs * args, KsBenchResult * result, GError ** error);
/* benchstart.c: a pipeline until its first frame */
gboolean ks_bench_start (const KsBenchArgs * args, KsBenchResult * result, GError ** error);
/* benchline.c: a pipeline inside this process */
gboolean ks_bench_line_align (const KsBenchArgs * args, KsBenchResult * result, GError ** error);
gboolean ks_bench_line_steady (const KsBenchArgs * args, KsBenchResult * result, GError ** error);
/* benchtransfer.c: ksupload and ksdownload alone */
gboolean ks_bench_transfer (const KsBenchArgs * args, KsBenchResult * result, GError ** error);
/* benchcaps.c: a pipeline whose caps change */
gboolean ks_bench_caps_pools (const KsBenchArgs * args, KsBenchResult * result, GError ** error);
gboolean ks_bench_caps_stale (const KsBenchArgs * args, KsBenchResult * result, GError ** error);

/* benchrun.c: what the pipeline cases share */
GstElement * ks_bench_launch (const gchar * text, GError ** error);
gboolean ks_bench_run_to_eos (GstElement * pipeline, GError ** error);
/* The error on the bus as a GError; NULL when there is none. */
GError * ks_bench_pop_error (GstElement * pipeline);

G_END_DECLS
