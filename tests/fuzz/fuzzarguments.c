/* Fuzz target: words on the command line of gst-ks-1.0, one a line; the first
 * is a command that reads nothing but them. Wrong ones end with the exit status
 * of wrong usage or of wrong input, and never with an assertion.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "fuzz.h"
#include "../../gst/tools/gstkstool.h"

#include <stdio.h>

#define MAX_WORDS 8

static const GstKsToolCommand *const commands[] = {
  &gst_ks_tool_decode, &gst_ks_tool_encode, &gst_ks_tool_plan
};

static gchar *said;             /* on standard error since the last input */

static void
remember (const gchar * text)
{
  gchar *before = said;

  said = g_strconcat (before ? before : "", text, NULL);
  g_free (before);
}

static void
start (void)
{
  static gboolean started;

  if (started)
    return;
  started = TRUE;
  fuzz_start_gstreamer ();
  g_set_printerr_handler (remember);
  g_assert_nonnull (freopen ("/dev/null", "w", stdout));
  g_assert_nonnull (freopen ("/dev/null", "r", stdin));
}

/* Files that are here are not read, and --help ends the process. */
static gboolean
is_harmless (const gchar * word)
{
  return !g_file_test (word, G_FILE_TEST_EXISTS)
      && !g_str_has_prefix (word, "--help")
      && !(word[0] == '-' && word[1] != '-' && strpbrk (word, "h?"));
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  g_autofree gchar *text = g_strndup ((const gchar *) data, size);
  g_auto (GStrv) words = g_strsplit (text, "\n", MAX_WORDS);
  gchar *argv[MAX_WORDS + 1] = { NULL, };
  gint argc = g_strv_length (words);
  GstKsToolStatus status;

  start ();
  g_clear_pointer (&said, g_free);
  if (argc == 0 || !g_ascii_isdigit (words[0][0]))
    return 0;
  for (gint i = 0; i < argc; i++) {
    if (!is_harmless (words[i]) || !g_utf8_validate (words[i], -1, NULL))
      return 0;
    argv[i] = words[i];
  }
  status = commands[(words[0][0] - '0') % G_N_ELEMENTS (commands)]->run (argc,
      argv);
  if (status == GST_KS_TOOL_OK) /* encode -f KIND needs no file */
    return 0;
  g_assert_true (status == GST_KS_TOOL_BAD || status == GST_KS_TOOL_USAGE
      || status == GST_KS_TOOL_UNWRITTEN);
  g_assert_true (said != NULL && g_str_has_suffix (said, "\n"));
  g_assert_true (strchr (said, '\n')[1] == '\0');
  return 0;
}
