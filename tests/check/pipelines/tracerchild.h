/* Runs a line under a tracer, and has what it said.
 *
 * A tracer is made inside gst_init(), so each case starts a process: this
 * program again, with "--child". The child ends itself when it takes too long.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define CHILD "--child"
#define CHILD_NO_DEINIT "--child-no-deinit"
#define CHILD_SMALL_FILES "--child-small-files"
#define CHILD_SECONDS 40

#define REPORT_TITLE "---- tracer ks ----"

/* --- the child --- */

/* No file above 64 KiB, which holds for root too: memory that is a file cannot
 * be made, and all else can. */
static inline void
keep_files_small (void)
{
  struct rlimit limit = { 65536, 65536 };

  signal (SIGXFSZ, SIG_IGN);
  setrlimit (RLIMIT_FSIZE, &limit);
}

typedef gboolean (*RunFunc) (const gchar *line);

static inline int
child_main (const gchar *mode, const gchar *line, RunFunc run)
{
  gboolean ok;

  alarm (CHILD_SECONDS);
  gst_init (NULL, NULL);
  if (g_str_equal (mode, CHILD_SMALL_FILES))
    keep_files_small ();
  ok = run (line);
  if (!g_str_equal (mode, CHILD_NO_DEINIT))
    gst_deinit ();
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* --- the parent --- */

typedef struct
{
  gchar *out;
  gchar *err;
  gchar *summary;               /* NULL: none was written */
} Told;

typedef struct
{
  const gchar *tracers;         /* NULL: no tracer; %s: the summary's file */
  const gchar *line;
  const gchar *mode;            /* NULL: CHILD */
  const gchar *debug;           /* GST_DEBUG, or NULL */
  const gchar *debug_file;      /* GST_DEBUG_FILE, or NULL */
} Run;

static inline gchar **
child_environment (const Run *run, const gchar *tracers)
{
  gchar **env = g_get_environ ();

  env = g_environ_unsetenv (env, "G_DEBUG");
  env = g_environ_unsetenv (env, "GST_DEBUG");
  env = g_environ_unsetenv (env, "GST_DEBUG_FILE");
  env = g_environ_unsetenv (env, "GST_TRACERS");
  if (tracers != NULL)
    env = g_environ_setenv (env, "GST_TRACERS", tracers, TRUE);
  if (run->debug != NULL)
    env = g_environ_setenv (env, "GST_DEBUG", run->debug, TRUE);
  if (run->debug_file != NULL)
    env = g_environ_setenv (env, "GST_DEBUG_FILE", run->debug_file, TRUE);
  return env;
}

static inline Told
run_child (const Run *run)
{
  g_autofree gchar *file = NULL;
  g_autofree gchar *self = g_file_read_link ("/proc/self/exe", NULL);
  g_auto (GStrv) parts = g_strsplit (run->tracers ? run->tracers : "", "%s",
      -1);
  g_autofree gchar *tracers = NULL;
  g_auto (GStrv) env = NULL;
  const gchar *argv[] = { self, run->mode ? run->mode : CHILD, run->line,
    NULL
  };
  g_autoptr (GError) error = NULL;
  gint fd, status = 0;
  Told told = { NULL };

  fd = g_file_open_tmp ("ks-tracer-XXXXXX", &file, NULL);
  fail_unless (fd >= 0);
  close (fd);
  tracers = g_strjoinv (file, parts);
  env = child_environment (run, run->tracers ? tracers : NULL);
  fail_unless (g_spawn_sync (NULL, (gchar **) argv, env, G_SPAWN_DEFAULT,
          NULL, NULL, &told.out, &told.err, &status, &error), "%s",
      error ? error->message : "");
  if (!g_spawn_check_wait_status (status, &error)) {
    /* may be longer than check can carry in a message */
    g_printerr ("%s\n%s\n", told.out, told.err);
    fail ("%s: %s", run->line, error->message);
  }
  (void) g_file_get_contents (file, &told.summary, NULL, NULL);
  (void) g_unlink (file);
  return told;
}

static inline void
told_clear (Told *told)
{
  g_free (told->out);
  g_free (told->err);
  g_free (told->summary);
}

static inline guint
count_text (const gchar *in, const gchar *text)
{
  guint n = 0;

  for (const gchar *p = in; (p = strstr (p, text)) != NULL; p++)
    n++;
  return n;
}

#define fail_unless_says(text, what) \
    fail_unless (strstr ((text), (what)) != NULL, \
        "\"%s\" is not said:\n%s", (what), (text))
#define fail_if_says(text, what) \
    fail_if (strstr ((text), (what)) != NULL, \
        "\"%s\" is said:\n%s", (what), (text))
