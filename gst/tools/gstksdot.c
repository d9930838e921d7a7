/* Graphviz's dot, run as a program.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksdot.h"

#include <errno.h>
#include <gio/gio.h>
#include <gst/ks/gstkserror.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define WORDS_SHOWN 300         /* bytes of what dot says */

typedef struct
{
  GMainLoop *loop;
  GCancellable *cancellable;
  GBytes *output;               /* owned */
  GBytes *words;                /* owned */
  GError *error;                /* owned */
  gboolean late;
} Run;

static void
run_clear (Run * run)
{
  g_clear_pointer (&run->loop, g_main_loop_unref);
  g_clear_object (&run->cancellable);
  g_clear_pointer (&run->output, g_bytes_unref);
  g_clear_pointer (&run->words, g_bytes_unref);
  g_clear_error (&run->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear);

static void
on_done (GObject * child, GAsyncResult * result, gpointer data)
{
  Run *run = data;

  (void) g_subprocess_communicate_finish (G_SUBPROCESS (child), result,
      &run->output, &run->words, &run->error);
  g_main_loop_quit (run->loop);
}

static gboolean
on_late (gpointer data)
{
  Run *run = data;

  run->late = TRUE;
  g_cancellable_cancel (run->cancellable);
  return G_SOURCE_REMOVE;
}

static void
communicate (Run * run, GSubprocess * child, guint seconds)
{
  guint timer = g_timeout_add_seconds (seconds, on_late, run);

  g_subprocess_communicate_async (child, NULL, run->cancellable, on_done, run);
  g_main_loop_run (run->loop);
  if (!run->late)
    g_source_remove (timer);
  else
    g_subprocess_force_exit (child);
}

static gboolean
fail (GError ** error, const gchar * format, ...)
{
  g_autofree gchar *reason = NULL;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE, reason);
  return FALSE;
}

static gchar *
last_words (const Run * run)
{
  gsize size = 0;
  const gchar *data = run->words ? g_bytes_get_data (run->words, &size) : NULL;
  g_autofree gchar *valid =
      g_utf8_make_valid (data ? data : "", (gssize) MIN (size, WORDS_SHOWN));

  return g_strdup (g_strstrip (valid));
}

static gboolean
is_good (const Run * run, GSubprocess * child, guint seconds, GError ** error)
{
  g_autofree gchar *words = last_words (run);

  if (run->late)
    return fail (error, "dot did not draw it in %u s; give it more with "
        "--svg-seconds, or draw a smaller graph", seconds);
  if (run->error != NULL)
    return fail (error, "dot: %s", run->error->message);
  if (!g_subprocess_get_successful (child))
    return fail (error, "dot failed: %s",
        *words != '\0' ? words : "it says nothing");
  if (run->output == NULL || g_bytes_get_size (run->output) == 0)
    return fail (error, "dot drew nothing: %s",
        *words != '\0' ? words : "it says nothing");
  return TRUE;
}

/* The text as something to read from: a pipe would have to be written while
 * dot runs, and kill us when it does not read. -1: no room. */
static gint
open_text (const gchar * text, GError ** error)
{
  gsize size = strlen (text);
  gint fd = memfd_create ("plan.dot", MFD_CLOEXEC);

  while (fd >= 0 && size > 0) {
    gssize done = write (fd, text, size);

    if (done < 0 && errno == EINTR)
      continue;
    if (done < 0) {
      (void) close (fd);
      fd = -1;
      break;
    }
    text += done;
    size -= (gsize) done;
  }
  if (fd < 0 || lseek (fd, 0, SEEK_SET) < 0)
    fail (error, "nothing to draw from can be made: %s", g_strerror (errno));
  return fd;
}

static GSubprocess *
start (const gchar * text, GError ** error)
{
  g_autofree gchar *path = g_find_program_in_path ("dot");
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GError) reason = NULL;
  GSubprocess *child;
  gint fd;

  if (path == NULL) {
    fail (error, "drawing needs the program dot, which is not here; install "
        "Graphviz (package graphviz)");
    return NULL;
  }
  fd = open_text (text, error);
  if (fd < 0)
    return NULL;
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE |
      G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_take_stdin_fd (launcher, fd);
  child = g_subprocess_launcher_spawn (launcher, &reason, path, "-Tsvg", NULL);
  if (child == NULL)
    fail (error, "%s cannot be run: %s", path, reason->message);
  return child;
}

GBytes *
gst_ks_tool_run_dot (const gchar * text, guint seconds, GError ** error)
{
  g_autoptr (GSubprocess) child = start (text, error);
  g_auto (Run) run = { NULL };

  if (child == NULL)
    return NULL;
  run.loop = g_main_loop_new (NULL, FALSE);
  run.cancellable = g_cancellable_new ();
  communicate (&run, child, seconds);
  return is_good (&run, child, seconds, error) ? g_steal_pointer (&run.output)
      : NULL;
}
