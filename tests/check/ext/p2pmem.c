/* The kind p2pmem on a real card: an NVMe drive with a controller memory buffer.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "devicetest.h"

#define FRAME (1 << 20)
#define MOST_FRAMES 1024

static gchar *card;             /* its place */

static GstAllocator *
make (gpointer unused)
{
  return get ("p2pmem", card);
}

static guint64
available (void)
{
  g_autofree gchar *folder = card_file (card, "p2pmem");

  return read_number (folder, "available");
}

/* Frames until there are no more; how many. */
static guint
fill_card (GstAllocator * allocator, GstMemory ** frames, GError ** error)
{
  guint n = 0;

  while (n < MOST_FRAMES
      && (frames[n] = take (allocator, FRAME, 1, error)) != NULL)
    n++;
  return n;
}

/* Full, the words of it, on again when one is back, and nothing leaks. */
GST_START_TEST (test_full)
{
  guint64 before = available ();
  GstAllocator *allocator = make (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *left = NULL;
  GstMemory *frames[MOST_FRAMES];
  guint n = fill_card (allocator, frames, &error);

  fail_unless (n >= before / FRAME - 1 && n < MOST_FRAMES, "%u frames", n);
  left = g_strdup_printf ("%" G_GUINT64_FORMAT " of its %u bytes are available",
      available (), 64 << 20);
  assert_says (error, GST_KS_ERROR_NO_MEMORY, card);
  assert_says (error, GST_KS_ERROR_NO_MEMORY, "frame of 1048576 bytes");
  assert_says (error, GST_KS_ERROR_NO_MEMORY, left);
  for (guint i = 0; i < 3; i++) {
    gst_memory_unref (frames[n - 1]);
    fail_unless (frames[n - 1] = take (allocator, FRAME, 1, NULL));
  }
  for (guint i = 0; i < n; i++)
    gst_memory_unref (frames[i]);
  gst_ks_allocator_trim (allocator);
  fail_unless_equals_uint64 (available (), before);
  gst_object_unref (allocator);
}

GST_END_TEST;

/* A pool that found the card full goes on when somebody gives a frame back. */
GST_START_TEST (test_pool_goes_on)
{
  guint64 before = available ();
  GstAllocator *allocator = make (NULL);
  GstBufferPool *pool = active_pool (allocator, FRAME);
  GstMemory *frames[MOST_FRAMES];
  guint n = fill_card (allocator, frames, NULL);
  GstBuffer *buffer = NULL;

  fail_unless (gst_buffer_pool_acquire_buffer (pool, &buffer,
          NULL) == GST_FLOW_ERROR);
  gst_memory_unref (frames[--n]);
  fail_unless (gst_buffer_pool_acquire_buffer (pool, &buffer,
          NULL) == GST_FLOW_OK);
  gst_buffer_unref (buffer);
  while (n > 0)
    gst_memory_unref (frames[--n]);
  fail_unless (gst_buffer_pool_set_active (pool, FALSE));
  gst_object_unref (pool);
  gst_ks_allocator_trim (allocator);
  fail_unless_equals_uint64 (available (), before);
  gst_object_unref (allocator);
}

GST_END_TEST;

/* So does a pipeline: the card is full, then it is not. */
GST_START_TEST (test_pipeline_goes_on)
{
  g_autofree gchar *line = g_strdup_printf ("videotestsrc num-buffers=5 ! "
      "video/x-raw,format=BGRx,width=640,height=480 ! ksallocator "
      "memory=p2pmem device=%s require=error ! fakesink", card);
  GstAllocator *allocator = make (NULL);
  GstMemory *frames[MOST_FRAMES];
  guint n = fill_card (allocator, frames, NULL);
  g_autoptr (GError) error = play (line, NULL, NULL);

  fail_unless (error != NULL && error->domain == GST_RESOURCE_ERROR);
  fail_unless (strstr (error->message, "bytes are available") != NULL, "%s",
      error->message);
  fail_unless (strstr (error->message, "1228800") != NULL);
  g_clear_error (&error);
  for (guint i = 0; i < 6; i++)
    gst_memory_unref (frames[--n]);
  gst_ks_allocator_trim (allocator);
  error = play (line, NULL, NULL);
  fail_unless (error == NULL, "%s", error ? error->message : "");
  while (n > 0)
    gst_memory_unref (frames[--n]);
  gst_object_unref (allocator);
  gst_ks_trim_all ();
}

GST_END_TEST;

/* The kernel gives pages; forty frames of 100 bytes take two of them. */
GST_START_TEST (test_small_frames)
{
  guint64 before = available ();
  gsize page = sysconf (_SC_PAGESIZE);
  GstAllocator *allocator = make (NULL);
  GstMemory *frames[40];

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++) {
    frames[i] = take (allocator, 100, 1, NULL);
    fill (frames[i], i);
  }
  fail_unless_equals_uint64 (before - available (), 2 * page);
  for (guint i = 0; i < G_N_ELEMENTS (frames); i++) {
    fail_unless (gst_memory_get_sizes (frames[i], NULL, NULL) == 100);
    gst_memory_unref (frames[i]);
  }
  gst_ks_allocator_trim (allocator);
  fail_unless_equals_uint64 (available (), before);
  gst_object_unref (allocator);
}

GST_END_TEST;

/* Alignment above a page costs addresses, not memory of the card. */
GST_START_TEST (test_alignment_is_free)
{
  guint64 before = available ();
  gsize page = sysconf (_SC_PAGESIZE);
  GstAllocator *allocator = make (NULL);
  GstMemory *frame = take (allocator, 1 << 20, 1 << 20, NULL);

  fail_unless (frame != NULL);
  fail_unless_equals_uint64 (before - available (), 1 << 20);
  fail_unless (gst_ks_memory_peek_block (frame)->size == 1 << 20);
  fail_unless (page < 1 << 20);
  gst_memory_unref (frame);
  gst_object_unref (allocator);
  fail_unless_equals_uint64 (available (), before);
}

GST_END_TEST;

static GstKsCheckBackend backend = { "p2pmem" };

static Suite *
p2pmem_suite (void)
{
  Suite *suite = suite_create ("p2pmem");
  TCase *tcase = tcase_create ("all");
  g_autofree gchar *allocate = NULL;

  need_guest ();
  card = find_card (NVME);
  allocate = card ? card_file (card, "p2pmem/allocate") : NULL;
  if (card == NULL || !g_file_test (allocate, G_FILE_TEST_EXISTS))
    skip ("no card here gives its memory to others");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_full);
  tcase_add_test (tcase, test_pool_goes_on);
  tcase_add_test (tcase, test_small_frames);
  tcase_add_test (tcase, test_alignment_is_free);
  backend.device = card;
  backend.total = available ();
  suite_add_tcase (suite, gst_ks_check_backend_case (&backend));
  /* last: the element's allocator stays */
  tcase = tcase_create ("pipelines");
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_pipeline_goes_on);
  return suite;
}

GST_CHECK_MAIN (p2pmem);
