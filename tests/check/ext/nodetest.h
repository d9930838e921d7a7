/* What tests of backends share: a made-up /dev, and the words of errors.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheck.h>

static inline void
assert_error (GError ** error, GstKsError code, const gchar * part)
{
  fail_unless (g_error_matches (*error, GST_KS_ERROR, code), "error: %s",
      *error ? (*error)->message : "none");
  fail_unless (strstr ((*error)->message, part) != NULL, "'%s' is not in '%s'",
      part, (*error)->message);
  g_clear_error (error);
}

/* Exits with 77 and the reason where the kind is not here. */
static inline void
skip_unless_here (const gchar * kind, const gchar * device)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsBackend) backend = gst_ks_backend_get (kind, device, &error);

  if (backend != NULL)
    return;
  g_print ("SKIP: %s\n", error->message);
  exit (77);
}

/* user_data: kind */
static inline GstAllocator *
make_by_kind (gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  GstAllocator *allocator = gst_ks_allocator_get (user_data, NULL, &error);

  fail_unless (allocator != NULL, "%s", error ? error->message : "?");
  return allocator;
}

/* A folder in place of /dev, with empty files in it: names separated by spaces,
 * in folders that are made too. */
static inline gchar *
fake_dev_new (const gchar * names)
{
  gchar *dev = g_dir_make_tmp ("ks-dev-XXXXXX", NULL);
  g_auto (GStrv) list = g_strsplit (names, " ", -1);

  for (guint i = 0; list[i] != NULL && list[i][0] != '\0'; i++) {
    g_autofree gchar *path = g_build_filename (dev, list[i], NULL);
    g_autofree gchar *folder = g_path_get_dirname (path);

    fail_unless (g_mkdir_with_parents (folder, 0755) == 0);
    fail_unless (g_file_set_contents (path, "", 0, NULL));
  }
  g_setenv ("GST_KS_DEV", dev, TRUE);
  return dev;
}

static inline void
remove_tree (const gchar * path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const gchar *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree gchar *inside = g_build_filename (path, name, NULL);

    remove_tree (inside);
  }
  fail_unless (g_remove (path) == 0);
}

static inline void
fake_dev_free (gchar * dev)
{
  g_unsetenv ("GST_KS_DEV");
  remove_tree (dev);
  g_free (dev);
}

/* From now on this process is nobody, for whom files have permissions. */
static inline void
become_nobody (void)
{
  if (geteuid () == 0)
    fail_unless (setegid (65534) == 0 && seteuid (65534) == 0);
}
