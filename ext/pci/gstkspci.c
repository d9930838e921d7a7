/* What the kernel says of PCI cards and of memory devices.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspci.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const gchar *
root (const gchar * variable, const gchar * usual)
{
  const gchar *other = g_getenv (variable);

  return other != NULL && *other != '\0' ? other : usual;
}

gchar *
gst_ks_sysfs_path (const gchar * first, ...)
{
  GString *path = g_string_new (root ("GST_KS_SYSFS", "/sys"));
  va_list args;

  va_start (args, first);
  for (const gchar * part = first; part; part = va_arg (args, const gchar *))
      g_string_append_printf (path, "/%s", part);
  va_end (args);
  return g_string_free (path, FALSE);
}

gchar *
gst_ks_dev_path (const gchar * name)
{
  return g_build_filename (root ("GST_KS_DEV", "/dev"), name, NULL);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const gchar * const *) a, *(const gchar * const *) b);
}

gchar **
gst_ks_sysfs_list (const gchar * path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  GPtrArray *names = g_ptr_array_new ();
  const gchar *name;

  while (folder && (name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (gchar **) g_ptr_array_free (names, FALSE);
}

gboolean
gst_ks_sysfs_read (const gchar * path, guint64 * value)
{
  g_autofree gchar *text = NULL;
  gchar *end = NULL;
  guint64 read;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  read = g_ascii_strtoull (text, &end, g_str_has_prefix (text, "0x") ? 16 : 10);
  if (end == text || *g_strchug (end) != '\0')
    return FALSE;
  *value = read;
  return TRUE;
}

gboolean
gst_ks_sysfs_is_gone (const gchar * path)
{
  return access (path, F_OK) < 0 && errno == ENOENT;
}

gchar *
gst_ks_sysfs_driver (const gchar * device_path)
{
  g_autofree gchar *link = g_build_filename (device_path, "driver", NULL);
  g_autofree gchar *target = g_file_read_link (link, NULL);

  return target ? g_path_get_basename (target) : NULL;
}

/* Of one file in a folder, and not of the folder or the one above it. */
static gboolean
is_name (const gchar * word)
{
  return *word != '\0' && strchr (word, '/') == NULL
      && !g_str_equal (word, ".") && !g_str_equal (word, "..");
}

gchar *
gst_ks_pci_find (const gchar * bdf, GError ** error)
{
  g_autofree gchar *folder = gst_ks_sysfs_path ("bus/pci/devices", NULL);
  g_autofree gchar *card = g_build_filename (folder, bdf, NULL);

  if (is_name (bdf) && g_file_test (card, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&card);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
      "no PCI card is at '%s' (%s); lspci -D lists those that are here", bdf,
      folder);
  return NULL;
}

guint
gst_ks_pci_read_bars (const gchar * card, GstKsPciBar * bars)
{
  g_autofree gchar *path = g_build_filename (card, "resource", NULL);
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  lines = g_strsplit (text, "\n", -1);
  for (; lines[n] && n < GST_KS_PCI_N_BARS; n++) {
    gchar *at = lines[n];
    guint64 start = g_ascii_strtoull (at, &at, 16);
    guint64 end = g_ascii_strtoull (at, &at, 16);
    guint64 flags = g_ascii_strtoull (at, &at, 16);

    bars[n] = (GstKsPciBar) {
    start, end > start ? end - start + 1 : 0, flags};
  }
  return n;
}

gchar *
gst_ks_open_reason (const gchar * path, gint cause, const gchar * remedy)
{
  if (cause == EACCES)
    return g_strdup_printf ("no permission to open %s; %s", path, remedy);
  if (cause == EPERM && geteuid () == 0)
    return g_strdup_printf ("the kernel forbids to open %s, as it does when it "
        "is locked down (cat /sys/kernel/security/lockdown) or in a container; "
        "boot without Secure Boot, or run outside of the container", path);
  if (cause == EPERM)
    return g_strdup_printf ("not allowed to open %s; %s", path, remedy);
  return g_strdup_printf ("cannot open %s: %s", path, g_strerror (cause));
}
