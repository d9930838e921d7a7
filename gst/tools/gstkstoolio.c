/* Input and output of the commands: bounded, complete or not at all.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <gst/gst.h>
#include <gst/ks/gstkserror.h>

#include "gstkstable.h"

/* One line and nothing that a terminal obeys, whatever the reason has in it. */
static void
say (const GstKsToolCommand * command, const gchar * file, const gchar * reason)
{
  g_autofree gchar *line = g_strdup (reason);

  gst_ks_table_make_plain (line, FALSE);
  g_printerr ("gst-ks-1.0%s%s: %s%s%s\n", command ? " " : "",
      command ? command->name : "", file ? file : "", file ? ": " : "", line);
}

static gboolean
fail_errno (GError ** error, const gchar * what)
{
  gint code = errno;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s",
      what, g_strerror (code));
  return FALSE;
}

GstKsToolStatus
gst_ks_tool_fail (const GstKsToolCommand * command, const gchar * file,
    const GError * error)
{
  gboolean standard_input = file != NULL && g_str_equal (file, "-");

  say (command, standard_input ? "standard input" : file, error->message);
  return GST_KS_TOOL_BAD;
}

GstKsToolStatus
gst_ks_tool_usage (const GstKsToolCommand * command, const gchar * format, ...)
{
  g_autofree gchar *reason = NULL;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  say (command, NULL, reason);
  return GST_KS_TOOL_USAGE;
}

void
gst_ks_tool_note (const GstKsToolCommand * command, const gchar * where,
    const gchar * note)
{
  say (command, where, note);
}

static GOptionContext *
context_of (const GstKsToolCommand * command, const GOptionEntry * entries)
{
  GOptionContext *context = g_option_context_new (command->arguments);
  g_autofree gchar *name = g_strconcat ("gst-ks-1.0 ", command->name, NULL);

  g_set_prgname (name);
  g_option_context_set_summary (context, command->summary);
  g_option_context_set_description (context, command->description);
  g_option_context_add_main_entries (context, entries, NULL);
  return context;
}

static gboolean
parse (const GstKsToolCommand * command, GOptionContext * context, gint * argc,
    gchar *** argv)
{
  g_autoptr (GError) error = NULL;

  if (!g_option_context_parse (context, argc, argv, &error)) {
    gst_ks_tool_usage (command, "%s; see gst-ks-1.0 %s --help",
        error->message, command->name);
    return FALSE;
  }
  (*argc)--;
  (*argv)++;
  if (*argc > 0 && g_str_equal (**argv, "--")) {
    (*argc)--;
    (*argv)++;
  }
  return TRUE;
}

gboolean
gst_ks_tool_parse (const GstKsToolCommand * command,
    const GOptionEntry * entries, gint argc, gchar ** argv, gchar ** file)
{
  g_autoptr (GOptionContext) context = context_of (command, entries);

  if (!parse (command, context, &argc, &argv))
    return FALSE;
  if (argc > 1) {
    gst_ks_tool_usage (command, "one at a time, not also '%s'", argv[1]);
    return FALSE;
  }
  *file = argc > 0 ? argv[0] : NULL;
  return TRUE;
}

gboolean
gst_ks_tool_parse_words (const GstKsToolCommand * command,
    const GOptionEntry * entries, gint argc, gchar ** argv, gchar *** words)
{
  g_autoptr (GOptionContext) context = context_of (command, entries);

  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!parse (command, context, &argc, &argv))
    return FALSE;
  if (argc < 1) {
    gst_ks_tool_usage (command, "which pipeline? Such as 'videotestsrc ! "
        "fakesink'; see gst-ks-1.0 %s --help", command->name);
    return FALSE;
  }
  argv[argc] = NULL;
  *words = argv;
  return TRUE;
}

static gboolean
read_all (gint fd, GByteArray * bytes, GError ** error)
{
  guint8 block[16384];

  for (;;) {
    gssize got = read (fd, block, sizeof (block));

    if (got == 0)
      return TRUE;
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return fail_errno (error, "cannot be read");
    g_byte_array_append (bytes, block, (guint) got);
    if (bytes->len > GST_KS_TOOL_MAX_INPUT) {
      g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
          "more than %d bytes; nothing that is read here is that large, so "
          "this is some other file", GST_KS_TOOL_MAX_INPUT);
      return FALSE;
    }
  }
}

GBytes *
gst_ks_tool_read (const gchar * file, GError ** error)
{
  gboolean standard = file == NULL || g_str_equal (file, "-");
  gint fd = standard ? STDIN_FILENO : open (file, O_RDONLY | O_CLOEXEC);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gboolean ok;

  if (fd < 0) {
    fail_errno (error, "cannot be opened");
    return NULL;
  }
  ok = read_all (fd, bytes, error);
  if (!standard)
    (void) close (fd);
  if (ok && bytes->len == 0) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_TOO_SMALL,
        "empty: there is nothing to read");
    ok = FALSE;
  }
  return ok ? g_byte_array_free_to_bytes (g_steal_pointer (&bytes)) : NULL;
}

gboolean
gst_ks_tool_write (gconstpointer data, gsize size, GError ** error)
{
  const guint8 *at = data;

  while (size > 0) {
    gssize done = write (STDOUT_FILENO, at, size);

    if (done < 0 && errno == EINTR)
      continue;
    if (done < 0)
      return fail_errno (error, "standard output cannot be written");
    at += done;
    size -= (gsize) done;
  }
  return TRUE;
}
