/* QEMU's displays seen from the guest: what a screen shows, and a screen over bochs' video RAM.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "guestscreen.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEVICES "/sys/bus/pci/devices"
#define LOOKS 50                /* a driver sends a frame to the screen when it likes */
#define LOOK_PAUSE 100000       /* microseconds */

static gboolean
file_is (const gchar * folder, const gchar * name, const gchar * value)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  g_autofree gchar *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL)
      && g_str_equal (g_strstrip (text), value);
}

gchar *
guest_pci_folder (const gchar * vendor, const gchar * device)
{
  g_autoptr (GDir) dir = g_dir_open (DEVICES, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *folder = g_build_filename (DEVICES, name, NULL);

    if (file_is (folder, "vendor", vendor) && file_is (folder, "device",
            device))
      return g_steal_pointer (&folder);
  }
  return NULL;
}

gpointer
guest_map_file (const gchar * folder, const gchar * name, gsize size)
{
  g_autofree gchar *path = g_build_filename (folder, name, NULL);
  gint fd = open (path, O_RDWR | O_CLOEXEC);
  gpointer data;

  fail_unless (fd >= 0, "%s: %s", path, g_strerror (errno));
  data = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  fail_unless (data != MAP_FAILED, "%s: %s", path, g_strerror (errno));
  close (fd);
  return data;
}

#define REGISTERS 4096          /* bytes of resource2 */
#define DISPI 0x500             /* registers of 16 bits */
#define ENABLE 4
#define ENABLED 0x41            /* with linear video RAM */

void
guest_bochs_show (const gchar * folder, guint width, guint height)
{
  /* 1 to 9: width, height, depth, ENABLE, bank, virtual width and height, offsets */
  const guint16 values[] = { width, height, 32, 0, 0, width, height, 0, 0 };
  guint8 *data = guest_map_file (folder, "resource2", REGISTERS);
  volatile guint16 *dispi = (volatile guint16 *) (data + DISPI);

  dispi[ENABLE] = 0;
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    dispi[i + 1] = values[i];
  dispi[ENABLE] = ENABLED;
  munmap (data, REGISTERS);
}

/* Whether a PPM file shows these pixels, and nothing else. */
static gboolean
shows (const gchar * ppm, gsize size, const guint8 * bgrx, guint width,
    guint height)
{
  g_autofree gchar *header = g_strdup_printf ("P6\n%u %u\n255\n", width,
      height);
  gsize n_pixels = (gsize) width * height;
  const guint8 *rgb = (const guint8 *) ppm + strlen (header);

  if (size != strlen (header) + 3 * n_pixels || !g_str_has_prefix (ppm, header))
    return FALSE;
  for (gsize i = 0; i < n_pixels; i++, bgrx += 4, rgb += 3)
    if (rgb[0] != bgrx[2] || rgb[1] != bgrx[1] || rgb[2] != bgrx[0])
      return FALSE;
  return TRUE;
}

void
guest_screen_check (const gchar * display, gconstpointer bgrx, guint width,
    guint height)
{
  g_autofree gchar *line = g_strdup_printf ("screendump %s screen.ppm",
      display);
  g_autofree gchar *file = guest_file ("screen.ppm");
  gboolean shown = FALSE;

  for (guint look = 0; look < LOOKS && !shown; look++) {
    g_autofree gchar *ppm = NULL;
    gsize size;

    if (look > 0)
      g_usleep (LOOK_PAUSE);
    g_free (guest_ask (line));
    fail_unless (g_file_get_contents (file, &ppm, &size, NULL));
    shown = shows (ppm, size, bgrx, width, height);
  }
  fail_unless (shown, "the screen %s shows something else: %s", display, file);
}
