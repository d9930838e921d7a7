/* One pipeline again and again: with stock GStreamer, and with the negotiator.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each run is a process of its own: neither finds memory warm that the other
 * has left. Stock and planned take turns, so that what else the machine does
 * meets both.
 */
#include "gstkstoolcompare.h"

#include <errno.h>
#include <glib-unix.h>
#include <gst/ks/gstkserror.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gstkscompare.h"
#include "gstkswritefile.h"

#define MAX_ROUNDS 5            /* unless it is said how many */
#define MAX_SECONDS 10          /* then no round begins after that */

/* In the child. */
#define COST_FD 3
#define COST_OPTION "--cost-to=3"

static volatile sig_atomic_t interrupted;

static gchar **
arguments (gchar ** words, const gchar * const *options)
{
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();

  g_strv_builder_add_many (all, "/proc/self/exe", "launch", COST_OPTION, NULL);
  for (guint i = 0; options[i] != NULL; i++)
    g_strv_builder_add (all, options[i]);
  g_strv_builder_add (all, "--");
  g_strv_builder_addv (all, (const gchar **) words);
  return g_strv_builder_end (all);
}

/* In the child: a line without end goes on for ever when nobody waits for it. */
static void
end_with_parent (gpointer unused)
{
  (void) prctl (PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
}

static gboolean
spawn (gchar ** words, const gchar * const *options, gint cost_fd, GPid * pid,
    GError ** error)
{
  g_auto (GStrv) argv = arguments (words, options);
  const gint target = COST_FD;

  return g_spawn_async_with_pipes_and_fds (NULL, (const gchar * const *) argv,
      NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CHILD_INHERITS_STDIN,
      end_with_parent, NULL, -1, -1, -1, &cost_fd, &target, 1, pid, NULL, NULL,
      NULL, error);
}

static gboolean
wait_for (GPid pid, GError ** error)
{
  gint status;

  while (waitpid (pid, &status, 0) < 0) {
    if (errno != EINTR) {
      g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
          "the run cannot be waited for: %s", g_strerror (errno));
      return FALSE;
    }
  }
  if (g_spawn_check_wait_status (status, error))
    return TRUE;
  g_prefix_error (error, "nothing to compare: ");
  return FALSE;
}

static gboolean
run (gchar ** words, const gchar * const *options, GstKsToolCost * cost,
    GError ** error)
{
  gint64 begin = g_get_monotonic_time ();
  gint pipe[2];
  gboolean ok;
  GPid pid;

  if (!g_unix_open_pipe (pipe, FD_CLOEXEC, error))
    return FALSE;
  ok = spawn (words, options, pipe[1], &pid, error);
  (void) close (pipe[1]);
  ok = ok && wait_for (pid, error)
      && gst_ks_tool_cost_receive (cost, pipe[0], begin, error);
  (void) close (pipe[0]);
  return ok;
}

/* --- rounds --- */

/* Long work that says nothing looks like work that stands still. */
static void
show (guint round, const gchar * what)
{
  if (isatty (STDERR_FILENO) && what != NULL)
    g_printerr ("\rround %u, %s ...\033[K", round + 1, what);
  else if (isatty (STDERR_FILENO))
    g_printerr ("\r\033[K");
}

static gboolean
run_one (const GstKsToolCompare * how, const gchar * which,
    const gchar * const *options, GArray * costs)
{
  g_autoptr (GError) error = NULL;
  gboolean says = *options == NULL || !g_str_equal (*options, "-q");
  GstKsToolCost cost;
  gboolean ok;

  if (!says)
    show (costs->len, which);
  ok = run (how->words, options, &cost, &error);
  if (!says)
    show (0, NULL);
  if (ok)
    g_array_append_val (costs, cost);
  else
    gst_ks_tool_fail (how->command, which, error);
  return ok;
}

static gboolean
run_round (const GstKsToolCompare * how, GstKsComparison * comparison)
{
  static const gchar *const stock[] = { "-q", "--stock", NULL };
  static const gchar *const planned[] = { "-q", NULL };
  gboolean is_first = comparison->stock->len == 0;

  return run_one (how, "stock run", stock, comparison->stock)
      && run_one (how, "planned run", is_first ? how->options : planned,
      comparison->planned);
}

/* For what would make a run that is counted cost more. */
static gboolean
run_extra (const GstKsToolCompare * how)
{
  g_autoptr (GArray) costs = g_array_new (FALSE, FALSE, sizeof (GstKsToolCost));

  return how->extra == NULL
      || run_one (how, "planned run that is not counted", how->extra, costs);
}

/* Who interrupts a line wants no more of it. */
static gboolean
is_enough (const GstKsToolCompare * how, guint n_rounds, gint64 begin)
{
  if (interrupted)
    return TRUE;
  if (how->rounds > 0)
    return n_rounds >= (guint) how->rounds;
  return n_rounds >= MAX_ROUNDS
      || g_get_monotonic_time () - begin > MAX_SECONDS * G_USEC_PER_SEC;
}

static gboolean
run_rounds (const GstKsToolCompare * how, GstKsComparison * comparison)
{
  gint64 begin = g_get_monotonic_time ();

  do {
    if (!run_round (how, comparison))
      return FALSE;
  } while (!is_enough (how, comparison->stock->len, begin));
  return TRUE;
}

/* --- what is told --- */

static gboolean
print (const GstKsToolCompare * how, const GstKsComparison * comparison,
    GError ** error)
{
  g_autofree gchar *text = gst_ks_comparison_text (comparison);
  g_autofree gchar *below = g_strconcat ("\n", text, NULL);

  return gst_ks_tool_write (below, strlen (below), error);
}

static gboolean
save_chart (const GstKsToolCompare * how, const GstKsComparison * comparison,
    GError ** error)
{
  g_autofree gchar *chart = NULL;

  if (how->chart == NULL)
    return TRUE;
  chart = gst_ks_comparison_chart (comparison);
  return gst_ks_write_file (how->chart, chart, strlen (chart), error);
}

/* Into what the planned run has written. */
static gboolean
save_json (const GstKsToolCompare * how, const GstKsComparison * comparison,
    GError ** error)
{
  json_error_t why;
  json_t *json;

  if (how->json == NULL)
    return TRUE;
  json = json_load_file (how->json, 0, &why);
  if (json == NULL || json_object_set_new (json, "compare",
          gst_ks_comparison_json (comparison)) < 0
      || json_dump_file (json, how->json, JSON_INDENT (2)) < 0) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED, "%s: what was "
        "compared cannot be written there: %s", how->json,
        json ? g_strerror (errno) : why.text);
    json_decref (json);
    return FALSE;
  }
  json_decref (json);
  return TRUE;
}

/* Each of them is tried, whatever became of the others. */
static GstKsToolStatus
tell (const GstKsToolCompare * how, const GstKsComparison * comparison)
{
  gboolean (*const tells[]) (const GstKsToolCompare * how,
      const GstKsComparison * comparison, GError ** error) = {
    print, save_chart, save_json
  };
  GstKsToolStatus status = GST_KS_TOOL_OK;

  for (guint i = 0; i < G_N_ELEMENTS (tells); i++) {
    g_autoptr (GError) error = NULL;

    if (!tells[i] (how, comparison, &error))
      status = gst_ks_tool_fail (how->command, NULL, error);
  }
  return status;
}

/* A handler, unlike ignoring, is not passed on to children. */
static void
let_child_decide (int number)
{
  interrupted = TRUE;
}

GstKsToolStatus
gst_ks_tool_compare (const GstKsToolCompare * how)
{
  struct sigaction action = {.sa_handler = let_child_decide };
  g_autofree gchar *line = g_strjoinv (" ", how->words);
  g_auto (GstKsComparison) comparison = { NULL };

  gst_ks_comparison_init (&comparison, line);
  (void) sigaction (SIGINT, &action, NULL);
  if (!run_rounds (how, &comparison) || !run_extra (how))
    return GST_KS_TOOL_BAD;
  return tell (how, &comparison);
}
