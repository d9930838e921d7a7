/* One operation, again and again: each time another call of the system fails in it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <string.h>

#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#include "faultcalls.h"

/* More calls than any operation makes. */
#define FAULT_MAX_CALLS 2000
#define FAULT_PATIENCE (30 * G_USEC_PER_SEC)

typedef struct _FaultRow FaultRow;

struct _FaultRow
{
  const gchar *call;            /* the public function that it is about */
  /* Does all of it and takes all of it back. */
  gboolean (*run) (const FaultRow *row, GError **error);
  const gchar *kind;            /* of memory; NULL: does not matter */
  const gchar *device;          /* NULL: any */
  GstKsRequest request;
  const gchar *says;            /* that each error has; NULL: the size in bytes */
  gboolean mends;               /* some do well without any of the calls */
};

/* What must be as before. */
typedef struct
{
  guint n_fds;
  guint n_threads;              /* of ours */
  gsize mapped;                 /* bytes that our libraries have mapped */
  guint64 live;                 /* frames of the system kinds */
} FaultState;

static inline guint
fault_count_fds (void)
{
  GDir *dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  fail_unless (dir != NULL);
  while (g_dir_read_name (dir))
    n++;
  g_dir_close (dir);
  return n;
}

/* Those of other libraries come and go as they like, and so does the janitor. */
static inline gboolean
fault_is_ours (const gchar *task)
{
  g_autofree gchar *path = g_strdup_printf ("/proc/self/task/%s/comm", task);
  g_autofree gchar *name = NULL;

  return g_file_get_contents (path, &name, NULL, NULL)
      && g_str_has_prefix (name, "ks-")
      && !g_str_has_prefix (name, "ks-janitor");
}

static inline guint
fault_count_threads (void)
{
  GDir *dir = g_dir_open ("/proc/self/task", 0, NULL);
  const gchar *task;
  guint n = 0;

  fail_unless (dir != NULL);
  while ((task = g_dir_read_name (dir)) != NULL)
    n += fault_is_ours (task);
  g_dir_close (dir);
  return n;
}

static inline guint64
fault_count_live (void)
{
  static const gchar *const names[] = { "ks-system", "ks-locked", "ks-huge",
    "ks-shared", "ks-system:0", "ks-locked:0", "ks-huge:0", "ks-shared:0"
  };
  guint64 live = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GstAllocator) allocator = gst_allocator_find (names[i]);
    g_autoptr (GstStructure) stats =
        allocator ? gst_ks_allocator_get_stats (allocator) : NULL;
    guint64 n = 0;

    if (stats)
      gst_structure_get_uint64 (stats, "live", &n);
    live += n;
  }
  return live;
}

static inline FaultState
fault_state (void)
{
  gst_ks_trim_all ();
  return (FaultState) {
    fault_count_fds (), fault_count_threads (), fault_get_mapped (),
    fault_count_live ()
  };
}

static inline gboolean
fault_is_as (const FaultState *now, const FaultState *before)
{
  return now->n_fds <= before->n_fds && now->n_threads <= before->n_threads
      && now->mapped == before->mapped && now->live == before->live;
}

/* Threads may still be on their way out. */
static inline void
fault_expect_state (const FaultState *before, const gchar *what)
{
  gint64 end = g_get_monotonic_time () + FAULT_PATIENCE;
  FaultState now = fault_state ();

  while (!fault_is_as (&now, before) && g_get_monotonic_time () < end) {
    g_usleep (1000);
    now = fault_state ();
  }
  fail_unless (fault_is_as (&now, before), "%s: %u descriptors, %u before; %u "
      "threads, %u before; %" G_GSIZE_FORMAT " bytes mapped, %" G_GSIZE_FORMAT
      " before; %" G_GUINT64_FORMAT " frames, %" G_GUINT64_FORMAT " before",
      what, now.n_fds, before->n_fds, now.n_threads, before->n_threads,
      now.mapped, before->mapped, now.live, before->live);
}

static inline void
fault_expect_error (const FaultRow *row, const GError *error,
    const gchar *what)
{
  g_autofree gchar *size = g_strdup_printf ("%" G_GSIZE_FORMAT,
      row->request.size);

  fail_unless (error != NULL && error->message != NULL, "%s: no reason", what);
  fail_unless (strstr (error->message, row->says ? row->says : size) != NULL,
      "%s: %s", what, error->message);
}

typedef struct
{
  FaultWhy why;
  gboolean all;                 /* that follow fail too */
} FaultMode;

static const FaultMode fault_modes[] = {
  {FAULT_SHORT, FALSE}, {FAULT_DENIED, TRUE}, {FAULT_SHORT, TRUE},
  {FAULT_DENIED, FALSE}, {FAULT_ABSENT, FALSE}, {FAULT_ABSENT, TRUE}
};

/* One round; how many calls failed in it. */
static inline guint
fault_round (const FaultRow *row, guint nth, const FaultMode *mode,
    guint *n_errors)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *what = NULL;
  gboolean good;
  guint n;

  fault_arm (nth, mode->all, mode->why);
  good = row->run (row, &error);
  n = fault_disarm ();
  what = g_strdup_printf ("%s, %s%s%s: call %u%s (%s), why %d", row->call,
      row->kind ? row->kind : "", row->device ? " of node " : "",
      row->device ? row->device : "", nth,
      mode->all ? " and all after it" : "",
      fault_get_name () ? fault_get_name () : "none", mode->why);
  if (!good && g_getenv ("KS_FAULTS_SHOW"))
    g_print ("%s: %s\n", what, error ? error->message : "");
  fail_unless (good || n > 0, "%s: %s", what, error ? error->message : "");
  if (good)
    fail_unless (error == NULL, "%s: good, and %s", what, error->message);
  else
    fault_expect_error (row, error, what);
  *n_errors += !good;
  return n;
}

/* FALSE, with a word: it cannot be had here at all. */
static inline gboolean
fault_is_here (const FaultRow *row)
{
  g_autoptr (GError) error = NULL;

  if (row->run (row, &error))
    return TRUE;
  g_print ("SKIP: %s, kind %s: %s\n", row->call, row->kind, error->message);
  return FALSE;
}

/* In the first n_modes of them. */
static inline void
fault_every_call (const FaultRow *row, guint n_modes)
{
  guint n_errors = 0;
  FaultState before;

  if (!fault_is_here (row))
    return;
  before = fault_state ();
  for (guint mode = 0; mode < n_modes; mode++) {
    guint nth = 1;

    while (fault_round (row, nth, &fault_modes[mode], &n_errors) > 0) {
      fault_expect_state (&before, row->call);
      fail_unless (nth++ < FAULT_MAX_CALLS, "%s never succeeds", row->call);
    }
    fault_expect_state (&before, row->call);
  }
  fail_unless (n_errors > 0 || row->mends, "%s, kind %s: nothing failed",
      row->call, row->kind);
}

/* Calls that can fail are none of these operations' business. */
static inline void
fault_no_call (const FaultRow *row)
{
  g_autoptr (GError) error = NULL;

  fault_arm (0, FALSE, FAULT_SHORT);
  fail_unless (row->run (row, &error), "%s: %s", row->call,
      error ? error->message : "");
  fault_disarm ();
  fail_unless (fault_get_calls () == 0, "%s makes calls that can fail",
      row->call);
}
