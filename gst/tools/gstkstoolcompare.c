/* One pipeline twice: with stock GStreamer, and with the negotiator.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each run is a process of its own, so that what the kernel counts of it is
 * that run's alone: neither finds memory warm that the other has left.
 */
#include "gstkstoolcompare.h"

#include <errno.h>
#include <gst/ks/gstkserror.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "gstksplantext.h"
#include "gstkstable.h"

typedef struct
{
  gint64 wall;                  /* us */
  struct rusage usage;
  gint status;                  /* of wait4 () */
} Cost;

static gchar **
arguments (gchar ** words, const gchar * const *options)
{
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();

  g_strv_builder_add_many (all, "/proc/self/exe", "launch", NULL);
  for (guint i = 0; options[i] != NULL; i++)
    g_strv_builder_add (all, options[i]);
  g_strv_builder_add (all, "--");
  g_strv_builder_addv (all, (const gchar **) words);
  return g_strv_builder_end (all);
}

static gboolean
run (gchar ** words, const gchar * const *options, Cost * cost, GError ** error)
{
  g_auto (GStrv) argv = arguments (words, options);
  gint64 begin = g_get_monotonic_time ();
  GPid pid;

  if (!g_spawn_async (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD
          | G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL, &pid, error))
    return FALSE;
  while (wait4 (pid, &cost->status, 0, &cost->usage) < 0) {
    if (errno != EINTR) {
      g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
          "the run cannot be waited for: %s", g_strerror (errno));
      return FALSE;
    }
  }
  cost->wall = g_get_monotonic_time () - begin;
  return TRUE;
}

/* --- the table --- */

static gint64
cpu_of (const Cost * cost)
{
  const struct rusage *u = &cost->usage;

  return (u->ru_utime.tv_sec + u->ru_stime.tv_sec) * G_USEC_PER_SEC
      + u->ru_utime.tv_usec + u->ru_stime.tv_usec;
}

static gchar *
ratio_text (gdouble stock, gdouble ours)
{
  return stock > 0 ? g_strdup_printf ("%.2f", ours / stock) : g_strdup ("-");
}

static void
add_row (GPtrArray * rows, const gchar * name, gchar * stock, gchar * ours,
    gchar * ratio)
{
  gchar **row = g_new0 (gchar *, 5);

  row[0] = g_strdup (name);
  row[1] = stock;
  row[2] = ours;
  row[3] = ratio;
  gst_ks_table_add (rows, row);
}

static void
add_time (GPtrArray * rows, const gchar * name, gint64 stock, gint64 ours)
{
  add_row (rows, name, g_strdup_printf ("%.3f s",
          (gdouble) stock / G_USEC_PER_SEC), g_strdup_printf ("%.3f s",
          (gdouble) ours / G_USEC_PER_SEC), ratio_text (stock, ours));
}

static void
add_count (GPtrArray * rows, const gchar * name, glong stock, glong ours)
{
  add_row (rows, name, g_strdup_printf ("%ld", stock),
      g_strdup_printf ("%ld", ours), ratio_text (stock, ours));
}

static GstKsToolStatus
print (const GstKsToolCommand * command, const Cost * stock, const Cost * ours)
{
  g_autoptr (GPtrArray) rows = gst_ks_table_new ();
  g_autoptr (GString) text = g_string_new ("\n");
  g_autoptr (GError) error = NULL;

  add_row (rows, "whole process", g_strdup ("stock"), g_strdup ("planned"),
      g_strdup ("ratio"));
  add_time (rows, "wall time", stock->wall, ours->wall);
  add_time (rows, "CPU time", cpu_of (stock), cpu_of (ours));
  add_count (rows, "minor page faults", stock->usage.ru_minflt,
      ours->usage.ru_minflt);
  add_count (rows, "major page faults", stock->usage.ru_majflt,
      ours->usage.ru_majflt);
  /* the kernel tells KiB */
  add_row (rows, "peak memory",
      gst_ks_tool_bytes ((guint64) stock->usage.ru_maxrss * 1024),
      gst_ks_tool_bytes ((guint64) ours->usage.ru_maxrss * 1024),
      ratio_text (stock->usage.ru_maxrss, ours->usage.ru_maxrss));
  gst_ks_table_append (text, rows);
  if (!gst_ks_tool_write (text->str, text->len, &error))
    return gst_ks_tool_fail (command, NULL, error);
  return GST_KS_TOOL_OK;
}

/* A handler, unlike ignoring, is not passed on to children. */
static void
let_child_decide (int number)
{
}

static gboolean
ended_well (const GstKsToolCommand * command, const gchar * which,
    const Cost * cost, GError * error)
{
  g_autoptr (GError) failed = error;

  if (failed == NULL && !g_spawn_check_wait_status (cost->status, &failed)) {
    g_prefix_error (&failed, "nothing to compare: ");
  }
  if (failed == NULL)
    return TRUE;
  gst_ks_tool_fail (command, which, failed);
  return FALSE;
}

GstKsToolStatus
gst_ks_tool_compare (const GstKsToolCommand * command, gchar ** words,
    const gchar * const *options)
{
  static const gchar *const stock_options[] = { "-q", "--stock", NULL };
  struct sigaction action = {.sa_handler = let_child_decide };
  Cost stock = { 0 }, ours = { 0 };
  GError *error = NULL;

  (void) sigaction (SIGINT, &action, NULL);
  (void) run (words, stock_options, &stock, &error);
  if (!ended_well (command, "stock run", &stock, error))
    return GST_KS_TOOL_BAD;
  (void) run (words, options, &ours, &error);
  if (!ended_well (command, "planned run", &ours, error))
    return GST_KS_TOOL_BAD;
  return print (command, &stock, &ours);
}
