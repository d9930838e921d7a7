/* The conformance suite, where bytes lie: layout, mapping, copies, sub-memory, refusals.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssuiteprivate.h"

typedef struct
{
  const gchar *name;
  gsize size, align, prefix, padding;
} LayoutRow;

static const LayoutRow layout_rows[] = {
  {"one byte", 1, 0, 0, 0},
  {"odd size", 1001, 1, 0, 0},
  {"cache line", 4096, 64, 0, 0},
  {"page", 65536, 4096, 0, 0},
  {"page, odd size", 65537, 4096, 0, 0},
  {"above a page", 100000, 65536, 0, 0},
  {"large", 1048576, 32, 0, 0},
  {"prefix", 5000, 16, 32, 0},
  {"odd prefix", 5000, 4096, 7, 0},
  {"padding", 5000, 16, 0, 100},
  {"prefix and padding", 70000, 128, 300, 17},
  {"prefix of pages", 4096, 4096, 8192, 4096},
};

GST_START_TEST (test_layout)
{
  const LayoutRow *row = &layout_rows[__i__ % G_N_ELEMENTS (layout_rows)];
  GstKsSuite suite = gst_ks_suite_open (__i__, G_N_ELEMENTS (layout_rows));
  GstKsRequest request = {.size = row->size,.align = row->align,
    .prefix = row->prefix,.padding = row->padding
  };
  gsize whole = row->prefix + row->size + row->padding;
  gsize offset, maxsize;

  gst_ks_suite_row = row->name;
  if (!gst_ks_suite_can (&suite, &request)) {
    gst_ks_suite_refuses (&suite, &request);
    gst_ks_suite_close (&suite);
    return;
  }

  GstMemory *memory = gst_ks_suite_take (&suite, &request);
  const GstKsBlock *block = gst_ks_memory_peek_block (memory);

  check_that (gst_memory_get_sizes (memory, &offset, &maxsize) == row->size);
  check_that (offset == row->prefix);
  check_that (maxsize >= whole && maxsize <= block->size);
  check_that (gst_ks_suite_is_aligned (block, MAX (row->align, 1)));
  check_that ((memory->align + 1) % MAX (row->align, 1) == 0);

  /* every byte is there, and the prefix is reached as GStreamer does it */
  gst_memory_resize (memory, -(gssize) row->prefix, whole);
  gst_ks_suite_fill (memory, 0x5a);
  check_that (gst_ks_suite_holds (memory, 0x5a));
  check_that (!block->data || ((guint8 *) block->data)[whole - 1] == 0x5a);
  gst_memory_unref (memory);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* The margins were asked to be 0: a used block is wiped there, not only a
 * fresh one. */
static void
check_margins (GstMemory * memory)
{
  GstMapInfo map;

  check_that (gst_memory_map (memory, &map, GST_MAP_READWRITE));
  check_that ((GPOINTER_TO_SIZE (map.data) - 64) % 256 == 0);
  for (gint i = 1; i <= 64; i++)
    check_that (map.data[-i] == 0);
  for (gint i = 0; i < 32; i++)
    check_that (map.data[SUITE_SIZE + i] == 0);
  memset (map.data - 64, 0xee, 64 + SUITE_SIZE + 32);
  gst_memory_unmap (memory, &map);
}

GST_START_TEST (test_plain_alloc)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstAllocationParams params;

  gst_allocation_params_init (&params);
  params.align = 255;
  params.prefix = 64;
  params.padding = 32;
  params.flags = GST_MEMORY_FLAG_ZERO_PREFIXED | GST_MEMORY_FLAG_ZERO_PADDED;

  for (guint round = 0; round < 2; round++) {
    GstMemory *memory =
        gst_allocator_alloc (suite.allocator, SUITE_SIZE, &params);
    check_that (memory != NULL && memory->allocator == suite.allocator);
    check_that (memory->offset == 64 && memory->size == SUITE_SIZE);
    check_that (memory->maxsize >= 64 + SUITE_SIZE + 32);
    if (gst_ks_suite_is_mappable (memory))
      check_margins (memory);
    gst_memory_unref (memory);
  }

  GstMemory *memory = gst_allocator_alloc (suite.allocator, SUITE_SIZE, NULL);
  check_that (memory != NULL && memory->offset == 0
      && memory->size == SUITE_SIZE);
  gst_memory_unref (memory);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  gsize size, align, prefix, padding;
} ImpossibleRow;

/* That many bytes, or where they cannot be counted most of what can. */
#define MUCH(bytes) MIN ((guint64) (bytes), (guint64) G_MAXSIZE / 16 * 15)

static const ImpossibleRow impossible_rows[] = {
  {"size 0", 0, 1, 0, 0},
  {"size 0 with prefix", 0, 1, 16, 16},
  {"align 3", 4096, 3, 0, 0},
  {"align all ones", 4096, G_MAXSIZE, 0, 0},
  {"align 2^63", 4096, G_MAXSIZE / 2 + 1, 0, 0},
  {"size 2^64-1", G_MAXSIZE, 1, 0, 0},
  {"size 2^64-1 of pages", G_MAXSIZE, 4096, 0, 0},
  {"size 2^63", G_MAXSIZE / 2 + 1, 1, 0, 0},
  {"size 2^63-1", MUCH (G_MAXINT64), 1, 0, 0},
  {"size 2^62", MUCH (G_GUINT64_CONSTANT (1) << 62), 1, 0, 0},
  {"prefix 2^64-1", 4096, 1, G_MAXSIZE, 0},
  {"padding 2^64-1", 4096, 1, 0, G_MAXSIZE},
  {"sum wraps to 0", G_MAXSIZE / 2 + 1, 1, G_MAXSIZE / 2 + 1, 0},
};

GST_START_TEST (test_impossible)
{
  const ImpossibleRow *row =
      &impossible_rows[__i__ % G_N_ELEMENTS (impossible_rows)];
  GstKsSuite suite = gst_ks_suite_open (__i__, G_N_ELEMENTS (impossible_rows));
  gint told = 0;
  GstKsRequest request = {.size = row->size,.align = row->align,
    .prefix = row->prefix,.padding = row->padding,
    .returned = gst_ks_suite_count,.returned_data = &told
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) prepare_error = NULL;

  gst_ks_suite_row = row->name;
  check_that (!gst_ks_allocator_alloc (suite.allocator, &request, &error));
  check_that (error != NULL && error->domain == GST_KS_ERROR);
  check_that (!gst_ks_allocator_prepare (suite.allocator, &request, 1,
          &prepare_error));
  check_that (prepare_error != NULL);
  /* nobody is told of the return of what was never handed out */
  check_that (told == 0);
  if (row->size > G_MAXSIZE / 8)
    check_that (!gst_allocator_alloc (suite.allocator, row->size, NULL));
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* --- use --- */

typedef struct
{
  const gchar *name;
  GstMapFlags first, second;
} MapRow;

static const MapRow map_rows[] = {
  {"write then read", GST_MAP_WRITE, GST_MAP_READ},
  {"write then both", GST_MAP_WRITE, GST_MAP_READWRITE},
  {"both then read", GST_MAP_READWRITE, GST_MAP_READ},
};

/* Nobody is given an address of what cannot be mapped, whole or in part. */
static void
check_unmappable (GstMemory * memory, const MapRow * row)
{
  GstMemory *part = gst_memory_share (memory, 10, 10);
  GstMapInfo map;

  check_that (!gst_memory_map (memory, &map, row->first));
  check_that (!gst_memory_map (memory, &map, row->second));
  check_that (part != NULL && !gst_memory_map (part, &map, GST_MAP_READ));
  gst_memory_unref (part);
}

static void
check_mappable (GstMemory * memory, const MapRow * row)
{
  GstMapInfo first, second, nested;

  check_that (gst_memory_map (memory, &first, row->first));
  check_that (first.size == SUITE_SIZE && first.maxsize >= SUITE_SIZE);
  memset (first.data, 0x11, first.size);
  gst_memory_unmap (memory, &first);

  check_that (gst_memory_map (memory, &second, row->second));
  check_that (second.data[0] == 0x11 && second.data[SUITE_SIZE - 1] == 0x11);
  check_that (gst_memory_map (memory, &nested, row->second));
  check_that (nested.data == second.data);
  gst_memory_unmap (memory, &nested);
  check_that (second.data[0] == 0x11 && second.data[SUITE_SIZE - 1] == 0x11);
  gst_memory_unmap (memory, &second);
}

GST_START_TEST (test_map)
{
  const MapRow *row = &map_rows[__i__ % G_N_ELEMENTS (map_rows)];
  GstKsSuite suite = gst_ks_suite_open (__i__, G_N_ELEMENTS (map_rows));
  GstMemory *memory = gst_ks_suite_take_plain (&suite);

  gst_ks_suite_row = row->name;
  if (gst_ks_suite_is_mappable (memory)
      || gst_ks_suite_is (&suite, GST_KS_CHECK_BACKEND_STAGED))
    check_mappable (memory, row);
  else
    check_unmappable (memory, row);
  gst_memory_unref (memory);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

GST_START_TEST (test_copy)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstMemory *memory = gst_ks_suite_take_plain (&suite);

  gst_ks_suite_fill (memory, 1);
  GstMemory *whole = gst_memory_copy (memory, 0, -1);
  GstMemory *part = gst_memory_copy (memory, 1000, 2000);
  check_that (whole != NULL && whole->parent == NULL);
  check_that (part != NULL && part->parent == NULL);
  gst_ks_suite_fill (memory, 2);
  check_that (gst_memory_get_sizes (whole, NULL, NULL) == SUITE_SIZE);
  check_that (gst_memory_get_sizes (part, NULL, NULL) == 2000);
  check_that (gst_ks_suite_holds (whole, 1) && gst_ks_suite_holds (part, 1)
      && gst_ks_suite_holds (memory, 2));
  gst_memory_unref (memory);
  check_that (gst_ks_suite_holds (whole, 1) && gst_ks_suite_holds (part, 1));
  gst_memory_unref (whole);
  gst_memory_unref (part);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* The block is back when the last of the three is gone, and not before. */
GST_START_TEST (test_share)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  gint told = 0;
  GstKsRequest request = {.size = SUITE_SIZE,.prefix = 16,
    .returned = gst_ks_suite_count,.returned_data = &told
  };
  GstMemory *memory = gst_ks_suite_take (&suite, &request);
  gsize offset;

  gst_ks_suite_fill (memory, 1);
  GstMemory *low = gst_memory_share (memory, 0, 3000);
  GstMemory *high = gst_memory_share (memory, 3000, -1);
  check_that (low != NULL && low->parent == memory);
  check_that (high != NULL && high->parent == memory);
  check_that (gst_ks_memory_is_ours (low));
  check_that (gst_ks_memory_peek_block (low) ==
      gst_ks_memory_peek_block (memory));
  check_that (gst_memory_get_sizes (low, NULL, NULL) == 3000);
  check_that (gst_memory_get_sizes (high, NULL, NULL) == SUITE_SIZE - 3000);
  /* memory with a descriptor has no notion of a span in GStreamer */
  if (GST_IS_KS_ALLOCATOR (suite.allocator))
    check_that (gst_memory_is_span (low, high, &offset) && offset == 0);

  GstMemory *deep = gst_memory_share (high, 100, 50);
  check_that (deep != NULL && deep->parent == memory);
  check_that (gst_ks_suite_holds (low, 1) && gst_ks_suite_holds (deep, 1));
  gst_memory_unref (memory);
  gst_memory_unref (low);
  gst_memory_unref (high);
  check_that (told == 0);
  check_that (gst_ks_check_outstanding (suite.allocator) == 1);
  check_that (gst_ks_suite_holds (deep, 1));
  gst_memory_unref (deep);
  check_that (told == 1);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

GST_START_TEST (test_described)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  const gchar *kind = gst_ks_allocator_peek_kind (suite.allocator);
  g_autoptr (GstKsFraming) framing =
      gst_ks_allocator_describe (suite.allocator);

  check_that (kind != NULL && *kind);
  check_that (framing != NULL && gst_ks_framing_get_n_items (framing) > 0);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

void
gst_ks_suite_add_bytes (TCase * tcase, gint subject)
{
  add_rows (tcase, subject, test_layout, G_N_ELEMENTS (layout_rows));
  add_rows (tcase, subject, test_plain_alloc, 1);
  add_rows (tcase, subject, test_impossible, G_N_ELEMENTS (impossible_rows));
  add_rows (tcase, subject, test_map, G_N_ELEMENTS (map_rows));
  add_rows (tcase, subject, test_copy, 1);
  add_rows (tcase, subject, test_share, 1);
  add_rows (tcase, subject, test_described, 1);
}
