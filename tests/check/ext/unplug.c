/* Cards that are pulled out while a pipeline plays on them; afterwards they are gone.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "devicetest.h"

#define LOOK 20000              /* microseconds between looks for a card */

typedef struct
{
  const gchar *kind;
  guint vendor, device;
  const gchar *suffix;          /* of the device's name, behind the card's place */
  const gchar *id;              /* QEMU's */
} Card;

static const Card cards[] = {
  {"bar", VIDEO_RAM, "/0", "fb"},
  {"bar", SHARED_RAM, "/2", "shared"},
  {"p2pmem", NVME, "", "nvme"},
};

/* Returns when the kernel has noticed. */
static void
pull (gconstpointer data)
{
  const Card *card = data;
  g_autofree gchar *line = g_strdup_printf ("device_del %s", card->id);
  g_autofree gchar *answer = guest_ask (line);
  gchar *place;

  while ((place = find_card (card->vendor, card->device)) != NULL) {
    g_free (place);
    g_usleep (LOOK);
  }
}

static void
assert_refused (GstAllocator * allocator, const gchar * place)
{
  g_autoptr (GError) error = NULL;

  fail_unless (take (allocator, 5000, 1, &error) == NULL);
  assert_says (error, UNAVAILABLE, "is gone|can still be freed");
  assert_says (error, UNAVAILABLE, place);
}

/* An error that says so, and the frame that is out is safe. */
GST_START_TEST (test_while_playing)
{
  const Card *card = &cards[0];
  g_autofree gchar *place = find_card (card->vendor, card->device);
  g_autofree gchar *device = g_strconcat (place, card->suffix, NULL);
  GstAllocator *allocator = get (card->kind, device);
  GstMemory *frame = take (allocator, 1000, 1, NULL);
  g_autoptr (GError) error = play_and_break (card->kind, device, pull, card);

  fail_unless (error->domain == GST_RESOURCE_ERROR, "%s", error->message);
  fail_unless (strstr (error->message, "is gone") != NULL, "%s",
      error->message);
  fail_unless (strstr (error->message, place) != NULL);
  fill (frame, 3);
  assert_refused (allocator, place);
  gst_object_unref (allocator);
  gst_memory_unref (frame);
}

GST_END_TEST;

/* Nobody has noticed yet when the next byte is written: a page that the kernel
 * took away is a fault, and behind a BAR that is left mapped there is nothing.
 * Afterwards the frame is ordinary memory. */
GST_START_TEST (test_while_mapped)
{
  const Card *card = &cards[__i__];
  g_autofree gchar *place = find_card (card->vendor, card->device);
  g_autofree gchar *device = g_strconcat (place, card->suffix, NULL);
  GstAllocator *allocator = get (card->kind, device);
  GstMemory *frame = take (allocator, 1 << 20, 1, NULL);
  GstMemory *other = take (allocator, 1000, 1, NULL);
  GstMapInfo map;

  fail_unless (gst_memory_map (frame, &map, GST_MAP_WRITE));
  memset (map.data, 1, map.size);
  pull (card);
  memset (map.data, 2, map.size);
  gst_memory_unmap (frame, &map);
  fill (frame, 3);
  fail_unless (gst_memory_map (frame, &map, GST_MAP_READ));
  fail_unless (map.data[0] == 3 && map.data[map.size - 1] == 3);
  gst_memory_unmap (frame, &map);
  assert_refused (allocator, place);
  gst_memory_unref (frame);
  gst_object_unref (allocator);
  fill (other, 3);
  gst_memory_unref (other);
}

GST_END_TEST;

static Suite *
unplug_suite (void)
{
  Suite *suite = suite_create ("unplug");
  TCase *tcase = tcase_create ("all");

  need_guest ();
  for (guint i = 0; i < G_N_ELEMENTS (cards); i++) {
    g_autofree gchar *place = find_card (cards[i].vendor, cards[i].device);

    if (place == NULL)
      skip ("no card is here that can be pulled out");
  }
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_while_playing);
  tcase_add_loop_test (tcase, test_while_mapped, 1, G_N_ELEMENTS (cards));
  return suite;
}

GST_CHECK_MAIN (unplug);
