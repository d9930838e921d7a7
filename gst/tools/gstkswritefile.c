/* Files that are written whole, and what is called like one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkswritefile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
fail (const gchar * file, const gchar * where, gint code, GError ** error)
{
  g_autofree gchar *shown = g_filename_display_name (file);
  g_autofree gchar *folder = where ? g_filename_display_name (where) : NULL;

  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code),
      "'%s' cannot be written: %s%s%s", shown, folder ? folder : "",
      folder ? ": " : "", g_strerror (code));
  return FALSE;
}

/* By name: a link is one, whatever it leads to, as /dev/stdout does. */
gboolean
gst_ks_write_file_is_other (const gchar * file)
{
  struct stat own;

  return lstat (file, &own) == 0 && !S_ISREG (own.st_mode);
}

gboolean
gst_ks_write_file_check_name (const gchar * file, gboolean is_svg,
    GError ** error)
{
  static const gchar *const others[] = { ".png", ".jpg", ".jpeg", ".gif",
    ".webp", ".pdf"
  };
  g_autofree gchar *shown = g_filename_display_name (file);

  if (g_str_equal (file, "-")) {
    g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
        "'-' would be a file of that name; to print it, name /dev/stdout");
    return FALSE;
  }
  for (guint i = 0; is_svg && i < G_N_ELEMENTS (others); i++) {
    if (!g_str_has_suffix (file, others[i]))
      continue;
    g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
        "'%s' would be SVG all the same; call it .svg, and convert that",
        shown);
    return FALSE;
  }
  return TRUE;
}

gboolean
gst_ks_write_file_check (const gchar * file, GError ** error)
{
  g_autofree gchar *folder = g_path_get_dirname (file);

  if (g_file_test (file, G_FILE_TEST_IS_DIR))
    return fail (file, NULL, EISDIR, error);
  if (access (file, F_OK) == 0 && gst_ks_write_file_is_other (file))
    return access (file, W_OK) == 0 || fail (file, NULL, errno, error);
  /* a file is made anew beside the old one */
  return access (folder, W_OK | X_OK) == 0 || fail (file, folder, errno, error);
}

static gboolean
write_into (gint fd, const guint8 * data, gsize size)
{
  while (size > 0) {
    gssize done = write (fd, data, size);

    if (done < 0 && errno != EINTR)
      return FALSE;
    data += MAX (done, 0);
    size -= (gsize) MAX (done, 0);
  }
  return TRUE;
}

static gboolean
write_through (const gchar * file, gconstpointer data, gsize size,
    GError ** error)
{
  gint fd = open (file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  gboolean ok = fd >= 0 && write_into (fd, data, size);
  gint code = errno;

  if (fd >= 0 && close (fd) != 0 && ok) {
    code = errno;
    ok = FALSE;
  }
  return ok || fail (file, NULL, code, error);
}

gboolean
gst_ks_write_file (const gchar * file, gconstpointer data, gsize size,
    GError ** error)
{
  if (!gst_ks_write_file_check (file, error))
    return FALSE;
  /* its name must not be given to another file: not that of /dev/null */
  if (gst_ks_write_file_is_other (file))
    return write_through (file, data, size, error);
  return g_file_set_contents (file, data, (gssize) size, error);
}
