/* What the guest offers beside its cards: screens looked at, RAM that the host sees, cards pulled out.
 *
 * Nothing of the library is under test here; it shows that what tests of backends
 * rely on is so.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <stdlib.h>
#include <sys/mman.h>

#include "guestscreen.h"

#define WIDTH 320
#define HEIGHT 200
#define PAUSE 20000             /* microseconds between looks at a slot */

static gchar *bochs, *shared;   /* folders */

GST_START_TEST (test_video_ram_is_on_screen)
{
  gsize size = WIDTH * HEIGHT * 4;
  guint32 *pixels = guest_map_file (bochs, "resource0", size);

  guest_bochs_show (bochs, WIDTH, HEIGHT);
  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    pixels[i] = i * 2654435761u;
  guest_screen_check ("fb", pixels, WIDTH, HEIGHT);
  munmap (pixels, size);
}

GST_END_TEST;

GST_START_TEST (test_host_sees_shared_ram)
{
  guint8 *bytes = guest_map_file (shared, "resource2", 8192);
  g_autofree gchar *hex = NULL;

  memcpy (bytes + 4096, "\x01\x02\xfe", 3);
  hex = guest_ask ("shared_read 4096 3");
  fail_unless_equals_string (hex, "0102fe");
  g_free (guest_ask ("shared_write 5000 6b73"));
  fail_unless_equals_int (memcmp (bytes + 5000, "ks", 2), 0);
  munmap (bytes, 8192);
}

GST_END_TEST;

/* The last test, because nobody puts it back. */
GST_START_TEST (test_card_is_pulled_out)
{
  g_free (guest_ask ("device_del shared"));
  while (g_file_test (shared, G_FILE_TEST_EXISTS))
    g_usleep (PAUSE);
}

GST_END_TEST;

static Suite *
rig_suite (void)
{
  Suite *suite = suite_create ("rig");
  TCase *tcase = tcase_create ("host");

  bochs = guest_pci_folder ("0x1234", "0x1111");
  shared = guest_pci_folder ("0x1af4", "0x1110");
  if (bochs == NULL || shared == NULL || g_getenv ("KS_GUEST_WORK") == NULL) {
    g_print ("SKIP: no bochs-display and ivshmem; ./ks guest cards has them\n");
    exit (77);
  }
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_video_ram_is_on_screen);
  tcase_add_test (tcase, test_host_sees_shared_ram);
  tcase_add_test (tcase, test_card_is_pulled_out);
  return suite;
}

GST_CHECK_MAIN (rig);
