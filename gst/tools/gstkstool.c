/* gst-ks-1.0: the program; one row and one file for each command.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstkstool.h"

#include <locale.h>
#include <string.h>

static const GstKsToolCommand *const commands[] = {
  &gst_ks_tool_decode,
  &gst_ks_tool_encode,
  &gst_ks_tool_graph,
  &gst_ks_tool_inspect,
  &gst_ks_tool_launch,
  &gst_ks_tool_plan,
};

static gchar *
help_text (void)
{
  GString *text = g_string_new ("usage: gst-ks-1.0 COMMAND [ARGUMENT...]\n\n");

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (text, "  %-8s %s\n", commands[i]->name,
        commands[i]->summary);
  g_string_append (text, "\n"
      "  gst-ks-1.0 COMMAND --help   options and examples of a command\n"
      "  gst-ks-1.0 --version        the version\n\n"
      "Exit status: 0 done, 1 something is wrong with the input, or it could\n"
      "not be read or the output not be written, 2 wrong usage. Every error is\n"
      "one line on standard error; there is no output then. Words there with an\n"
      "exit status of 0 are notes. The exit status of plan says more, see its\n"
      "help.\n\n"
      "Examples:\n"
      "  gst-ks-1.0 inspect                                  which memory is here\n"
      "  gst-ks-1.0 decode framing.bin > framing.txt         what a driver asks for\n"
      "  gst-ks-1.0 encode framing.txt > framing.bin         the bytes again\n"
      "  gst-ks-1.0 plan --table graph.json                  who allocates, who copies\n"
      "  gst-ks-1.0 launch fakesrc num-buffers=9 ! fakesink  the same of a real line\n");
  return g_string_free (text, FALSE);
}

static GstKsToolStatus
print (const GstKsToolCommand * command, const gchar * text)
{
  g_autoptr (GError) error = NULL;

  if (gst_ks_tool_write (text, strlen (text), &error))
    return GST_KS_TOOL_OK;
  return gst_ks_tool_fail (command, NULL, error);
}

static GstKsToolStatus
unknown_command (const gchar * name)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
        commands[i]->name);
  return gst_ks_tool_usage (NULL, "no command '%s'; there are: %s", name,
      names->str);
}

static GstKsToolStatus
run (gint argc, gchar ** argv)
{
  const gchar *word = argc > 1 ? argv[1] : NULL;

  if (word == NULL)
    return gst_ks_tool_usage (NULL, "which command? See gst-ks-1.0 --help");
  if (g_str_equal (word, "--help") || g_str_equal (word, "-h")) {
    g_autofree gchar *text = help_text ();

    return print (NULL, text);
  }
  if (g_str_equal (word, "--version"))
    return print (NULL, "gst-ks-1.0 " VERSION "\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (g_str_equal (word, commands[i]->name))
      return commands[i]->run (argc - 1, argv + 1);
  }
  return unknown_command (word);
}

gint
main (gint argc, gchar ** argv)
{
  setlocale (LC_ALL, "");
  g_set_prgname ("gst-ks-1.0");
  return run (argc, argv);
}
