/* A device that really does DMA: QEMU's edu engine reads and writes frames of each host kind.
 *
 * The engine copies some KiB at a time between its buffer and bus addresses
 * below 256 MiB, which VFIO maps to pages of ours. VFIO takes whole pages only,
 * so what a consumer of this sort asks for is a framing with align=4096.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <errno.h>
#include <stdlib.h>

#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#include "vfio.h"

#define EDU "1234:11E8"
#define PAGE 4096
#define STEP 2048               /* at a time; QEMU 7.2 takes the last byte of the buffer for none */
#define IOVA (16 << 20)         /* where frames appear on the bus */
#define BUFFER 0x40000          /* the engine's, as it counts */
#define SOURCE 0x80             /* registers */
#define DESTINATION 0x88
#define COUNT 0x90
#define COMMAND 0x98
#define START 1
#define TO_MEMORY 2
#define PAUSE 1000              /* microseconds between looks at the engine */

static Vfio edu;
static const gchar *kinds[] = { "system", "locked", "huge", "shared" };

/* --- the engine --- */

static void
write_register (guint offset, guint64 value)
{
  *(volatile guint64 *) (edu.registers + offset) = value;
}

static gboolean
is_busy (void)
{
  return *(volatile guint64 *) (edu.registers + COMMAND) & START;
}

static void
run_engine (guint64 from, guint64 to, gsize size, guint direction)
{
  write_register (SOURCE, from);
  write_register (DESTINATION, to);
  write_register (COUNT, size);
  write_register (COMMAND, START | direction);
  while (is_busy ())
    g_usleep (PAUSE);
}

/* --- frames --- */

static gsize
whole_pages (gsize size)
{
  return (size + PAGE - 1) / PAGE * PAGE;
}

/* A pool as a consumer asks for it. */
static GstKsPool *
pool_of (const gchar * kind, gsize size)
{
  g_autofree gchar *text = g_strdup_printf ("%s, align=%d, size=%"
      G_GSIZE_FORMAT, kind, PAGE, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (text, &error);
  GstKsPool *pool = framing ? gst_ks_create_allocator (framing, &error) : NULL;

  fail_unless (pool != NULL, "%s: %s", text, error ? error->message : "");
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  return pool;
}

static GstBuffer *
frame_of (GstKsPool * pool)
{
  GstBuffer *buffer = NULL;

  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL
          (pool), &buffer, NULL), GST_FLOW_OK);
  return buffer;
}

static void
pool_free (GstKsPool * pool)
{
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  gst_object_unref (pool);
}

static void
fill (guint8 * data, gsize size, guint seed)
{
  for (gsize i = 0; i < size; i++)
    data[i] = (i * 31 + i / PAGE * 7 + seed) & 0xff;
}

static gint
map_on_bus (GstMapInfo * map)
{
  return vfio_map (&edu, map->data, whole_pages (map->size), IOVA);
}

/* --- tests --- */

#define FRAME (5 * PAGE)

/* One page of a frame through the engine into another page of it. */
static void
copy_by_engine (guint from_page, guint to_page)
{
  for (guint at = 0; at < PAGE; at += STEP) {
    run_engine (IOVA + from_page * PAGE + at, BUFFER, STEP, 0);
    run_engine (BUFFER, IOVA + to_page * PAGE + at, STEP, TO_MEMORY);
  }
}

GST_START_TEST (test_engine_reads_and_writes)
{
  GstKsPool *pool = pool_of (kinds[__i__], FRAME);
  GstBuffer *buffer = frame_of (pool);
  guint8 expected[FRAME];
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
  fail_unless_equals_uint64 (map.size, FRAME);
  fill (map.data, map.size, __i__);
  fill (expected, FRAME, __i__);
  fail_unless_equals_int (map_on_bus (&map), 0);
  copy_by_engine (0, 3);
  copy_by_engine (4, 1);
  memcpy (expected + 3 * PAGE, expected, PAGE);
  memcpy (expected + PAGE, expected + 4 * PAGE, PAGE);
  fail_unless (memcmp (map.data, expected, FRAME) == 0, "%s: wrong bytes",
      kinds[__i__]);
  vfio_unmap (&edu, FRAME, IOVA);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  pool_free (pool);
}

GST_END_TEST;

/* A frame that was used before is on the same pages for the engine. */
GST_START_TEST (test_engine_writes_a_reused_frame)
{
  GstKsPool *pool = pool_of (kinds[__i__], 2 * PAGE);
  GstMapInfo map;

  for (guint round = 0; round < 2; round++) {
    GstBuffer *buffer = frame_of (pool);

    fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
    fill (map.data, map.size, round);
    fail_unless_equals_int (map_on_bus (&map), 0);
    copy_by_engine (0, 1);
    fail_unless_equals_int (memcmp (map.data, map.data + PAGE, PAGE), 0);
    vfio_unmap (&edu, whole_pages (map.size), IOVA);
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
  }
  pool_free (pool);
}

GST_END_TEST;

static const gsize odd_sizes[] = { 1, 333, 4095, 4096, 4097, 65535, 99999,
  333 * 333, 1000003
};

/* Whatever the size: the frame begins a page, and its last page is its own. */
GST_START_TEST (test_every_frame_is_pages)
{
  const gchar *kind = kinds[__i__ / G_N_ELEMENTS (odd_sizes)];
  gsize size = odd_sizes[__i__ % G_N_ELEMENTS (odd_sizes)];
  GstKsPool *pool = pool_of (kind, size);
  GstBuffer *buffer = frame_of (pool);
  const GstKsBlock *block =
      gst_ks_memory_peek_block (gst_buffer_peek_memory (buffer, 0));
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
  fail_unless_equals_uint64 (map.size, size);
  fail_unless_equals_uint64 ((guintptr) map.data % PAGE, 0);
  fail_unless (map.data + whole_pages (size) <=
      (guint8 *) block->data + block->size, "%s, %" G_GSIZE_FORMAT
      " bytes: the last page is not all of the frame's", kind, size);
  fail_unless_equals_int (map_on_bus (&map), 0);
  vfio_unmap (&edu, whole_pages (size), IOVA);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  pool_free (pool);
}

GST_END_TEST;

/* What such a frame saves: the kernel refuses all else. */
GST_START_TEST (test_unaligned_is_refused)
{
  GstKsPool *pool = pool_of ("system", 4 * PAGE);
  GstBuffer *buffer = frame_of (pool);
  GstMapInfo map;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
  fail_unless_equals_int (vfio_map (&edu, map.data + 64, PAGE, IOVA), EINVAL);
  fail_unless_equals_int (vfio_map (&edu, map.data, PAGE + 64, IOVA), EINVAL);
  fail_unless_equals_int (vfio_map (&edu, map.data, PAGE, IOVA + 64), EINVAL);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  pool_free (pool);
}

GST_END_TEST;

static void
open_engine (void)
{
  g_autofree gchar *reason = NULL;

  fail_unless (vfio_open (&edu, EDU, &reason), "%s", reason);
}

static void
close_engine (void)
{
  vfio_close (&edu);
}

static Suite *
edu_suite (void)
{
  Suite *suite = suite_create ("edu");
  TCase *tcase = tcase_create ("dma");
  g_autofree gchar *reason = NULL;

  if (!vfio_open (&edu, EDU, &reason)) {
    g_print ("SKIP: %s; ./ks guest dma has one\n", reason);
    exit (77);
  }
  vfio_close (&edu);
  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, open_engine, close_engine);
  tcase_add_loop_test (tcase, test_engine_reads_and_writes, 0,
      G_N_ELEMENTS (kinds));
  tcase_add_loop_test (tcase, test_engine_writes_a_reused_frame, 0,
      G_N_ELEMENTS (kinds));
  tcase_add_loop_test (tcase, test_every_frame_is_pages, 0,
      G_N_ELEMENTS (kinds) * G_N_ELEMENTS (odd_sizes));
  tcase_add_test (tcase, test_unaligned_is_refused);
  return suite;
}

GST_CHECK_MAIN (edu);
