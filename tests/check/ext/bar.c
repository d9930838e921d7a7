/* The kind bar on real cards: video RAM, and RAM that the host has as well.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "devicetest.h"

#include <fcntl.h>
#include <sys/mman.h>

#define WIDTH 320
#define HEIGHT 240
#define PITCH (WIDTH * 4)
#define FRAME (PITCH * HEIGHT)
#define N_FRAMES "5"

static gchar *video, *shared;   /* places of the cards */
static gchar *video_ram, *shared_ram;   /* the devices' names */

/* --- we are the allocator --- */

static gchar **bars[] = { &video_ram, &shared_ram };

static const guint64 totals[] = { 32 << 20, 64 << 20 };

GST_START_TEST (test_full)
{
  g_autoptr (GstAllocator) allocator = get ("bar", *bars[__i__]);
  guint64 total = usage (allocator, "total");
  gsize size = total / 8;
  g_autoptr (GError) error = NULL;
  GstMemory *frames[9] = { NULL };

  for (guint i = 0; i < 8; i++)
    fail_unless (frames[i] = take (allocator, size, 4096, NULL));
  fail_unless (take (allocator, size, 1, &error) == NULL);
  assert_says (error, GST_KS_ERROR_NO_MEMORY, "has no room|0 of its|8 frames");
  gst_memory_unref (frames[3]);
  fail_unless (frames[3] = take (allocator, size, 4096, NULL));
  for (guint i = 0; i < 8; i++)
    fill (frames[i], i);
  for (guint i = 0; i < 8; i++) {
    GstMapInfo map;

    fail_unless (gst_memory_map (frames[i], &map, GST_MAP_READ));
    fail_unless (map.data[0] == i && map.data[map.size - 1] == i);
    gst_memory_unmap (frames[i], &map);
    gst_memory_unref (frames[i]);
  }
  gst_ks_allocator_trim (allocator);
  fail_unless_equals_uint64 (usage (allocator, "largest-hole"), total);
  fail_unless_equals_uint64 (usage (allocator, "used"), 0);
}

GST_END_TEST;

/* What is written into a frame is on the card: another mapping sees it. */
GST_START_TEST (test_bytes_are_on_the_card)
{
  g_autoptr (GstAllocator) allocator = get ("bar", video_ram);
  g_autofree gchar *path = card_file (video, "resource0");
  GstMemory *memory = take (allocator, usage (allocator, "total"), 1, NULL);
  gint fd = open (path, O_RDWR | O_CLOEXEC);
  gsize size = gst_memory_get_sizes (memory, NULL, NULL);
  volatile guint8 *card = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
      fd, 0);
  GstMapInfo map;

  fail_unless (card != MAP_FAILED);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_WRITE));
  for (gsize i = 0; i < size; i += 4099)
    map.data[i] = i % 251;
  gst_memory_unmap (memory, &map);
  for (gsize i = 0; i < size; i += 4099)
    fail_unless (card[i] == i % 251, "byte %" G_GSIZE_FORMAT, i);
  (void) munmap ((gpointer) card, size);
  close (fd);
  gst_memory_unref (memory);
}

GST_END_TEST;

GST_START_TEST (test_second_process)
{
  assert_locked ("bar", *bars[__i__]);
}

GST_END_TEST;

/* The drive is in use, and so is its memory. */
GST_START_TEST (test_owned_by_a_driver)
{
  g_autofree gchar *nvme = find_card (NVME);
  g_autofree gchar *device = g_strconcat (nvme, "/0", NULL);
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_backend_get ("bar", device, &error) == NULL);
  assert_says (error, UNAVAILABLE, "the driver 'nvme' owns|driver/unbind");
}

GST_END_TEST;

/* --- frames of a pipeline --- */

/* The last frame of a line that begins with the picture; the pipeline is done. */
static GstSample *
play_last (const gchar * through)
{
  g_autofree gchar *line = g_strdup_printf ("videotestsrc num-buffers=" N_FRAMES
      " pattern=ball ! video/x-raw,format=BGRx,width=%d,height=%d ! %s "
      "fakesink name=sink enable-last-sample=true", WIDTH, HEIGHT, through);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline),
      "sink");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  GstSample *sample = NULL;

  fail_unless (error == NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  fail_unless (error == NULL, "%s", error ? error->message : "");
  g_object_get (sink, "last-sample", &sample, NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless (sample != NULL);
  return sample;
}

static GstSample *
play_on_card (const gchar * device)
{
  g_autofree gchar *through = g_strdup_printf ("ksallocator memory=bar "
      "device=%s align=4096 require=error !", device);

  return play_last (through);
}

/* Where the block of a frame begins in the BAR. The element's allocator is the
 * registered one; the whole memory begins where the BAR does. */
static gsize
offset_of (GstSample * sample, const gchar * device)
{
  g_autoptr (GstAllocator) allocator = get ("bar", device);
  GstMemory *memory = gst_buffer_peek_memory (gst_sample_get_buffer (sample),
      0);
  GstMemory *probe = take (allocator, 64, 1, NULL);
  const GstKsBlock *block = gst_ks_memory_peek_block (memory);
  guintptr size = usage (allocator, "total");
  guintptr base = (guintptr) gst_ks_memory_peek_block (probe)->data
      & ~(size - 1);

  fail_unless_equals_string (gst_ks_allocator_peek_kind (memory->allocator),
      "bar");
  gst_memory_unref (probe);
  return (guintptr) block->data - base;
}

static void
assert_same_bytes (GstSample * a, GstSample * b)
{
  GstMapInfo one, two;

  fail_unless (gst_buffer_map (gst_sample_get_buffer (a), &one, GST_MAP_READ));
  fail_unless (gst_buffer_map (gst_sample_get_buffer (b), &two, GST_MAP_READ));
  fail_unless (one.size == FRAME && two.size == FRAME);
  fail_unless (memcmp (one.data, two.data, FRAME) == 0);
  gst_buffer_unmap (gst_sample_get_buffer (a), &one);
  gst_buffer_unmap (gst_sample_get_buffer (b), &two);
}

/* Registers of the display: 32 bits a pixel, WIDTH x HEIGHT, from a line of
 * the video RAM on that the frame begins at. */
static void
show (gsize offset)
{
  g_autofree gchar *path = card_file (video, "resource2");
  const guint16 values[][2] = {
    {4, 0}, {1, WIDTH}, {2, HEIGHT}, {3, 32}, {5, 0}, {6, WIDTH}, {7, HEIGHT},
    {8, 0}, {9, offset / PITCH}, {4, 0x41}
  };
  gint fd = open (path, O_RDWR | O_CLOEXEC);
  volatile guint8 *registers = mmap (NULL, 4096, PROT_READ | PROT_WRITE,
      MAP_SHARED, fd, 0);

  fail_unless (registers != MAP_FAILED, "%s", path);
  fail_unless (offset % PITCH == 0);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    *(volatile guint16 *) (registers + 0x500 + 2 * values[i][0]) = values[i][1];
  (void) munmap ((gpointer) registers, 4096);
  close (fd);
}

/* A PPM has red, green and blue, the frame blue, green, red and nothing. */
static void
assert_screen_shows (const gchar * dump, GstSample * sample)
{
  g_autofree gchar *path = guest_file (dump);
  g_autofree gchar *ppm = NULL;
  g_autofree gchar *head = g_strdup_printf ("P6\n%d %d\n255\n", WIDTH, HEIGHT);
  gsize length = 0;
  GstMapInfo map;

  fail_unless (g_file_get_contents (path, &ppm, &length, NULL));
  fail_unless (g_str_has_prefix (ppm, head), "%.20s", ppm);
  fail_unless_equals_uint64 (length, strlen (head) + WIDTH * HEIGHT * 3);
  fail_unless (gst_buffer_map (gst_sample_get_buffer (sample), &map,
          GST_MAP_READ));
  for (guint i = 0; i < WIDTH * HEIGHT; i++)
    for (guint c = 0; c < 3; c++)
      fail_unless ((guint8) ppm[strlen (head) + 3 * i + c] ==
          map.data[4 * i + 2 - c], "pixel %u", i);
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
}

GST_START_TEST (test_picture_on_screen)
{
  g_autoptr (GstSample) plain = play_last ("");
  g_autoptr (GstSample) sample = play_on_card (video_ram);
  g_autofree gchar *answer = NULL;

  assert_same_bytes (plain, sample);
  show (offset_of (sample, video_ram));
  answer = guest_ask ("screendump fb bar.ppm");
  assert_screen_shows ("bar.ppm", plain);
}

GST_END_TEST;

/* The host reads the file that is behind the card. */
GST_START_TEST (test_host_sees_the_frame)
{
  g_autoptr (GstSample) plain = play_last ("");
  g_autoptr (GstSample) sample = play_on_card (shared_ram);
  gsize offset = offset_of (sample, shared_ram);
  GstMapInfo map;

  assert_same_bytes (plain, sample);
  fail_unless (gst_buffer_map (gst_sample_get_buffer (plain), &map,
          GST_MAP_READ));
  for (gsize at = 0; at < map.size; at += map.size / 8) {
    g_autofree gchar *line = g_strdup_printf ("shared_read %" G_GSIZE_FORMAT
        " %" G_GSIZE_FORMAT, offset + at, map.size / 8);
    g_autofree gchar *hex = guest_ask (line);

    fail_unless_equals_uint64 (strlen (hex), map.size / 8 * 2);
    for (gsize i = 0; i < map.size / 8; i++) {
      gchar two[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

      fail_unless (g_ascii_strtoull (two, NULL, 16) == map.data[at + i],
          "byte %" G_GSIZE_FORMAT, at + i);
    }
  }
  gst_buffer_unmap (gst_sample_get_buffer (plain), &map);
}

GST_END_TEST;

static GstKsCheckBackend backends[G_N_ELEMENTS (bars)];

static Suite *
bar_suite (void)
{
  Suite *suite = suite_create ("bar");
  TCase *tcase = tcase_create ("all");

  need_guest ();
  video = find_card (VIDEO_RAM);
  shared = find_card (SHARED_RAM);
  if (video == NULL || shared == NULL)
    skip ("no bochs-display or no ivshmem card is here");
  video_ram = g_strconcat (video, "/0", NULL);
  shared_ram = g_strconcat (shared, "/2", NULL);
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_full, 0, G_N_ELEMENTS (bars));
  tcase_add_test (tcase, test_bytes_are_on_the_card);
  tcase_add_loop_test (tcase, test_second_process, 0, G_N_ELEMENTS (bars));
  tcase_add_test (tcase, test_owned_by_a_driver);
  for (guint i = 0; i < G_N_ELEMENTS (bars); i++) {
    backends[i] = (GstKsCheckBackend) {
    "bar", *bars[i],.total = totals[i]};
    suite_add_tcase (suite, gst_ks_check_backend_case (&backends[i]));
  }
  /* last: their allocators stay */
  tcase = tcase_create ("pipelines");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_picture_on_screen);
  tcase_add_test (tcase, test_host_sees_the_frame);
  return suite;
}

GST_CHECK_MAIN (bar);
