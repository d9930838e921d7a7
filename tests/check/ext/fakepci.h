/* Cards that are nothing but files: a folder in the place of /sys, another for /dev.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheck.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define FAKE_CARD "0000:00:04.0"
#define FAKE_BAR FAKE_CARD "/0"
#define FAKE_BAR_SIZE (16 * 1024 * 1024)
#define FAKE_DAX_SIZE (16 * 1024 * 1024)

typedef struct _FakeTree FakeTree;

struct _FakeTree
{
  gchar *root;
  pid_t owner;                  /* who removes it: forks leave it alone */
  FakeTree *before;             /* which comes back when this one goes */
};

static FakeTree *fake_tree;     /* NULL: none */

static inline gchar *
fake_path (const gchar * path)
{
  return g_strconcat (fake_tree->root, path, NULL);
}

static inline void
fake_file (const gchar * path, const gchar * text)
{
  g_autofree gchar *full = fake_path (path);
  g_autofree gchar *folder = g_path_get_dirname (full);

  g_assert_no_errno (g_mkdir_with_parents (folder, 0755));
  g_assert_true (g_file_set_contents (full, text, -1, NULL));
}

/* A file of zeros. */
static inline void
fake_memory (const gchar * path, gsize size)
{
  g_autofree gchar *full = fake_path (path);

  fake_file (path, "");
  g_assert_no_errno (truncate (full, size));
}

static inline void
fake_driver (const gchar * device, const gchar * driver)
{
  g_autofree gchar *link = g_strconcat (fake_tree->root, device, "/driver", NULL);
  g_autofree gchar *folder = g_path_get_dirname (link);
  g_autofree gchar *target = g_strconcat ("../../drivers/", driver, NULL);

  g_assert_no_errno (g_mkdir_with_parents (folder, 0755));
  g_assert_no_errno (symlink (target, link));
}

#define FAKE_PCI "/sys/bus/pci/devices/"

/* BAR 0 is memory, 1 is none, 2 I/O ports, 3 registers, 4 a few bytes, 5 memory
 * that cannot be written combined. */
static inline void
fake_card (const gchar * bdf)
{
  const gchar *resource =
      "0x00000000fc000000 0x00000000fcffffff 0x0000000000042208\n"
      "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
      "0x000000000000c000 0x000000000000c03f 0x0000000000040101\n"
      "0x00000000fd000000 0x00000000fd000fff 0x0000000000040200\n"
      "0x00000000fd001000 0x00000000fd0010ff 0x0000000000040200\n"
      "0x00000000fe000000 0x00000000fe0fffff 0x0000000000042208\n"
      "0x00000000fd010000 0x00000000fd01ffff 0x0000000000046200\n";
  g_autofree gchar *at = g_strconcat (FAKE_PCI, bdf, "/", NULL);
  const gchar *files[] = { "resource0", "resource0_wc", "resource3",
    "resource4", "resource5"
  };
  const gsize sizes[] = { FAKE_BAR_SIZE, FAKE_BAR_SIZE, 4096, 256, 1 << 20 };
  g_autofree gchar *list = g_strconcat (at, "resource", NULL);
  g_autofree gchar *config = g_strconcat (at, "config", NULL);

  fake_file (list, resource);
  fake_file (config, "abcd\2fgh");      /* memory is switched on */
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree gchar *file = g_strconcat (at, files[i], NULL);

    fake_memory (file, sizes[i]);
  }
}

static inline void
fake_dax (const gchar * name, const gchar * driver)
{
  g_autofree gchar *at = g_strconcat ("/sys/bus/dax/devices/", name, NULL);
  g_autofree gchar *size = g_strconcat (at, "/size", NULL);
  g_autofree gchar *align = g_strconcat (at, "/align", NULL);
  g_autofree gchar *device = g_strconcat ("/dev/", name, NULL);
  g_autofree gchar *bytes = g_strdup_printf ("%d\n", FAKE_DAX_SIZE + 4096);

  fake_file (size, bytes);
  fake_file (align, "2097152\n");
  fake_memory (device, FAKE_DAX_SIZE);
  if (driver)
    fake_driver (at, driver);
}

static inline void
fake_p2pmem (const gchar * bdf, const gchar * size, gboolean allocates)
{
  g_autofree gchar *at = g_strconcat (FAKE_PCI, bdf, "/p2pmem/", NULL);
  g_autofree gchar *total = g_strconcat (at, "size", NULL);
  g_autofree gchar *available = g_strconcat (at, "available", NULL);
  g_autofree gchar *allocate = g_strconcat (at, "allocate", NULL);

  fake_file (total, size);
  fake_file (available, "8192\n");
  if (allocates)
    fake_memory (allocate, 1 << 20);
}

static inline void
fake_remove (const gchar * path)
{
  g_autofree gchar *full = fake_path (path);
  const gchar *argv[] = { "rm", "-rf", full, NULL };

  g_assert_true (g_spawn_sync (NULL, (gchar **) argv, NULL, G_SPAWN_SEARCH_PATH,
          NULL, NULL, NULL, NULL, NULL, NULL));
}

static inline void
fake_show (void)
{
  g_autofree gchar *sys = fake_path ("/sys");
  g_autofree gchar *dev = fake_path ("/dev");

  g_setenv ("GST_KS_SYSFS", sys, TRUE);
  g_setenv ("GST_KS_DEV", dev, TRUE);
}

static inline void
fake_done (FakeTree *tree)
{
  if (getpid () == tree->owner)
    fake_remove ("");
  fake_tree = tree->before;
  if (fake_tree)
    fake_show ();
  g_free (tree->root);
  g_free (tree);
}

static inline void
fake_done_all (void)
{
  while (fake_tree)
    fake_done (fake_tree);
}

/* Later ones hide earlier ones until they are done with. */
static inline FakeTree *
fake_make (void)
{
  FakeTree *tree = g_new0 (FakeTree, 1);

  tree->root = g_dir_make_tmp ("ks-pci-XXXXXX", NULL);
  g_assert_nonnull (tree->root);
  g_assert_no_errno (g_chmod (tree->root, 0755));
  tree->owner = getpid ();
  tree->before = fake_tree;
  if (fake_tree == NULL)
    atexit (fake_done_all);
  fake_tree = tree;
  fake_show ();
  return tree;
}
