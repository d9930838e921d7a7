/* Fuzz target: names of devices, and what the kernel's files say of them. The
 * first line is a kind, the second a device of it; what follows is in the files
 * of a card and of a memory device that are nothing but these files.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "fuzz.h"
#include "../../ext/pci/gstkspci.h"
#include "../../gst/tools/gstkskindreport.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#define CARD "0000:00:04.0"

static gchar *root;             /* stands for /sys and /dev; removed at the end */

static void
write_file (const gchar * path, const gchar * text)
{
  g_autofree gchar *full = g_build_filename (root, path, NULL);
  g_autofree gchar *folder = g_path_get_dirname (full);

  g_assert_true (g_mkdir_with_parents (folder, 0755) == 0);
  g_assert_true (g_file_set_contents (full, text, -1, NULL));
}

static void
remove_root (void)
{
  g_autofree gchar *command = g_strdup_printf ("rm -r '%s'", root);

  g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL);
}

static void
start (void)
{
  g_autofree gchar *link = NULL;

  if (root != NULL)
    return;
  fuzz_start_gstreamer ();
  root = g_dir_make_tmp ("ksfuzz-XXXXXX", NULL);
  g_assert_nonnull (root);
  g_setenv ("GST_KS_SYSFS", root, TRUE);
  g_setenv ("GST_KS_DEV", root, TRUE);
  write_file ("bus/pci/devices/" CARD "/resource0", "");
  write_file ("bus/dax/devices/dax0.0/align", "");
  link = g_build_filename (root, "bus/dax/devices/dax0.0/driver", NULL);
  g_assert_true (symlink ("../../drivers/device_dax", link) == 0);
  gst_ks_backend_register (NULL, gst_ks_backend_bar_get_type ());
  gst_ks_backend_register (NULL, gst_ks_backend_p2pmem_get_type ());
  gst_ks_backend_register (NULL, gst_ks_backend_dax_get_type ());
  atexit (remove_root);
}

static void
check_bars (void)
{
  g_autofree gchar *card = gst_ks_pci_find (CARD, NULL);
  GstKsPciBar bars[GST_KS_PCI_N_BARS];
  guint n = gst_ks_pci_read_bars (card, bars);

  g_assert_cmpuint (n, <=, GST_KS_PCI_N_BARS);
  for (guint i = 0; i < n; i++)
    g_assert_true (bars[i].size == 0 || bars[i].start + (bars[i].size - 1)
        >= bars[i].start);
}

/* A card has the name that the kernel gave it, and no other. */
static void
check_find (const gchar * name)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *card = gst_ks_pci_find (name, &error);

  fuzz_check_either (card != NULL, error);
  g_assert_true ((card != NULL) == g_str_equal (name, CARD));
}

static void
check_open (const gchar * kind, const gchar * device)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (kind, device,
      &error);

  fuzz_check_either (allocator != NULL, error);
  if (allocator != NULL)
    g_assert_cmpstr (gst_ks_allocator_peek_kind (allocator), ==, kind);
}

static void
free_report (gpointer report)
{
  gst_ks_kind_report_free (report);
}

/* As inspect KIND --device=DEVICE does. */
static void
check_report (const gchar * kind, const gchar * device)
{
  g_autoptr (GPtrArray) reports = g_ptr_array_new_with_free_func (free_report);
  g_autofree gchar *text = NULL;
  g_autofree gchar *json = NULL;
  json_t *root_value;

  g_ptr_array_add (reports, gst_ks_kind_report_new (kind, device));
  text = gst_ks_kind_reports_to_text (reports);
  json = gst_ks_kind_reports_to_json (reports);
  g_assert_true (text[0] != '\0');
  root_value = json_loads (json, JSON_REJECT_DUPLICATES, NULL);
  g_assert_nonnull (root_value);
  json_decref (root_value);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  g_auto (GStrv) lines = fuzz_lines (data, size, 3);

  start ();
  if (!g_utf8_validate (lines[0], -1, NULL)
      || !g_utf8_validate (lines[1], -1, NULL))
    return 0;
  write_file ("bus/pci/devices/" CARD "/resource", lines[2]);
  write_file ("bus/dax/devices/dax0.0/size", lines[2]);
  write_file ("bus/dax/devices/dax0.0/align", lines[2]);
  check_bars ();
  check_find (lines[1]);
  check_open (lines[0], *lines[1] ? lines[1] : NULL);
  check_report (lines[0], *lines[1] ? lines[1] : NULL);
  return 0;
}
