/* What the tests share that write on real cards: they run in the guest only.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "pcitest.h"
#include "tests/guest/guestask.h"

static inline void
skip (const gchar *why)
{
  g_print ("SKIP: %s\n", why);
  exit (77);
}

/* On another machine the memory might be somebody's. */
static inline void
need_guest (void)
{
  g_free (guest_file (""));
}

static inline guint64
read_number (const gchar *folder, const gchar *name)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  g_autofree gchar *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  return g_ascii_strtoull (text, NULL, g_str_has_prefix (text, "0x") ? 16 : 10);
}

/* Where a card with this vendor and device is, "0000:00:04.0"; NULL: nowhere. */
static inline gchar *
find_card (guint vendor, guint device)
{
  const gchar *devices = "/sys/bus/pci/devices";
  g_autoptr (GDir) folder = g_dir_open (devices, 0, NULL);
  const gchar *name;

  while (folder && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree gchar *card = g_build_filename (devices, name, NULL);

    if (read_number (card, "vendor") == vendor && read_number (card, "device") == device)
      return g_strdup (name);
  }
  return NULL;
}

/* The path of a card in sysfs, of which name is a file. */
static inline gchar *
card_file (const gchar *bdf, const gchar *name)
{
  return g_build_filename ("/sys/bus/pci/devices", bdf, name, NULL);
}

#define VIDEO_RAM 0x1234, 0x1111        /* bochs-display */
#define SHARED_RAM 0x1af4, 0x1110       /* ivshmem */
#define NVME 0x1b36, 0x0010

static inline GstBufferPool *
active_pool (GstAllocator *allocator, gsize size)
{
  GstKsPoolOptions options = GST_KS_POOL_OPTIONS_INIT;
  GstBufferPool *pool = GST_BUFFER_POOL (gst_ks_pool_new (allocator, NULL, &options));
  GstStructure *config = gst_buffer_pool_get_config (pool);

  gst_buffer_pool_config_set_params (config, NULL, size, 0, 0);
  fail_unless (gst_buffer_pool_set_config (pool, config));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  return pool;
}
