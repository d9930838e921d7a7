/* How a program in the guest asks the host to do something; qmp.py has the verbs.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <glib/gstdio.h>

#define GUEST_ASK_PAUSE 20000   /* microseconds between looks for the answer */

/* A file of the work folder, which the host has too; free it. */
static inline gchar *
guest_file (const gchar * name)
{
  const gchar *work = g_getenv ("KS_GUEST_WORK");

  if (work == NULL) {
    g_print ("SKIP: not in the guest: run it by ./ks guest\n");
    exit (77);
  }
  return g_build_filename (work, name, NULL);
}

/* Sends a line such as "screendump fb x.ppm", waits for the answer, and returns
 * what stands behind its "ok"; the test fails at "error". One thread at a time. */
static inline gchar *
guest_ask (const gchar * line)
{
  g_autofree gchar *ask = guest_file ("ask");
  g_autofree gchar *answer = guest_file ("answer");
  g_autofree gchar *text = NULL;

  /* GLib writes a new file and renames it */
  fail_unless (g_file_set_contents (ask, line, -1, NULL));
  while (!g_file_test (answer, G_FILE_TEST_EXISTS))
    g_usleep (GUEST_ASK_PAUSE);
  fail_unless (g_file_get_contents (answer, &text, NULL, NULL));
  fail_unless_equals_int (g_unlink (answer), 0);
  fail_unless (g_str_has_prefix (text, "ok"), "%s: %s", line, text);
  return g_strdup (g_strstrip (text + strlen ("ok")));
}
