/* The kind dax on a real device-dax.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "devicetest.h"

#define DEVICE "dax0.0"
#define STEP (2 << 20)

static GstAllocator *
make (gpointer unused)
{
  return get ("dax", DEVICE);
}

/* Frames need not be whole steps, only the mapping is. */
GST_START_TEST (test_full)
{
  g_autoptr (GstAllocator) allocator = make (NULL);
  guint64 total = usage (allocator, "total");
  g_autoptr (GError) error = NULL;
  GstMemory *whole = take (allocator, STEP, STEP, NULL);
  GstMemory *odd = take (allocator, 1001, 1, NULL);
  GstMemory *rest = take (allocator, total - 2 * STEP, STEP, NULL);

  fail_unless_equals_uint64 (total % STEP, 0);
  fail_unless (whole != NULL && odd != NULL && rest != NULL);
  fail_unless (take (allocator, STEP, 1, &error) == NULL);
  assert_says (error, GST_KS_ERROR_NO_MEMORY, "dax0.0 has no room|3 frames");
  fill (rest, 7);
  gst_memory_unref (odd);
  gst_memory_unref (whole);
  gst_memory_unref (rest);
  gst_ks_allocator_trim (allocator);
  fail_unless_equals_uint64 (usage (allocator, "largest-hole"), total);
}

GST_END_TEST;

GST_START_TEST (test_second_process)
{
  assert_locked ("dax", DEVICE);
}

GST_END_TEST;

/* The bytes are the device's: whoever opens it next finds them. */
GST_START_TEST (test_bytes_stay)
{
  GstAllocator *allocator = make (NULL);
  GstMemory *memory = take (allocator, STEP, STEP, NULL);
  GstMapInfo map;

  fill (memory, 0x5a);
  gst_memory_unref (memory);
  gst_object_unref (allocator);
  allocator = make (NULL);
  memory = take (allocator, STEP, STEP, NULL);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  fail_unless (map.data[0] == 0x5a && map.data[STEP - 1] == 0x5a);
  gst_memory_unmap (memory, &map);
  gst_memory_unref (memory);
  gst_object_unref (allocator);
}

GST_END_TEST;

static GstKsCheckBackend backend = { "dax", DEVICE };

static Suite *
dax_suite (void)
{
  Suite *suite = suite_create ("dax");
  TCase *tcase = tcase_create ("all");

  need_guest ();
  if (!g_file_test ("/dev/" DEVICE, G_FILE_TEST_EXISTS))
    skip ("there is no /dev/" DEVICE);
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_full);
  tcase_add_test (tcase, test_second_process);
  tcase_add_test (tcase, test_bytes_stay);
  backend.total = read_number ("/sys/bus/dax/devices/" DEVICE, "size");
  suite_add_tcase (suite, gst_ks_check_backend_case (&backend));
  return suite;
}

GST_CHECK_MAIN (dax);
