/* Checked size arithmetic at its edges.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#define UNTOUCHED 77

typedef gboolean (*Operation) (guint64 a, guint64 b, gsize * out);

static gboolean
add (guint64 a, guint64 b, gsize * out)
{
  return gst_ks_size_add (a, b, out);
}

static gboolean
mul (guint64 a, guint64 b, gsize * out)
{
  return gst_ks_size_mul (a, b, out);
}

static gboolean
round_up (guint64 a, guint64 b, gsize * out)
{
  return gst_ks_size_round_up (a, b, out);
}

/* Above what an address of 32 bits has, for a variable that has 64. */
static gboolean
add_to_64 (guint64 a, guint64 b, gsize * out)
{
  guint64 sum = UNTOUCHED;

  if (!gst_ks_size_add (a, b, &sum) || sum != a + b)
    return FALSE;
  *out = (gsize) (sum >> 16);
  return TRUE;
}

typedef struct
{
  const gchar *name;
  Operation operation;
  guint64 a, b;
  gboolean fits;
  gsize result;
} SizeRow;

static const SizeRow size_rows[] = {
  {"add", add, 3, 4, TRUE, 7},
  {"add-to-top", add, G_MAXSIZE - 1, 1, TRUE, G_MAXSIZE},
  {"add-over-top", add, G_MAXSIZE, 1, FALSE, UNTOUCHED},
  {"add-far-over-top", add, G_MAXUINT64, 1, FALSE, UNTOUCHED},
  {"add-64", add_to_64, G_GUINT64_CONSTANT (0xFFFFFFF0000), 0x10000, TRUE,
      0x10000000},
  {"mul", mul, 3, 4, TRUE, 12},
  {"mul-zero", mul, G_MAXSIZE, 0, TRUE, 0},
  {"mul-to-top", mul, G_MAXSIZE, 1, TRUE, G_MAXSIZE},
  {"mul-over-top", mul, G_MAXSIZE / 2 + 1, 2, FALSE, UNTOUCHED},
  {"round-zero", round_up, 0, 4096, TRUE, 0},
  {"round-legal", round_up, 4096, 4096, TRUE, 4096},
  {"round-one-more", round_up, 4097, 4096, TRUE, 8192},
  {"round-by-one", round_up, G_MAXSIZE, 1, TRUE, G_MAXSIZE},
  {"round-top-page", round_up, G_MAXSIZE - 4095, 4096, TRUE,
      G_MAXSIZE - 4095},
  {"round-over-top", round_up, G_MAXSIZE - 4094, 4096, FALSE,
      UNTOUCHED},
};

GST_START_TEST (test_size)
{
  const SizeRow *row = &size_rows[__i__];
  gsize out = UNTOUCHED;

  fail_unless_equals_int (row->operation (row->a, row->b, &out), row->fits);
  fail_unless (out == row->result, "%s: %" G_GSIZE_FORMAT, row->name, out);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  gsize prefix, size, padding, align;
  gboolean fits;
  gsize block;
} BlockRow;

static const BlockRow block_rows[] = {
  {"plain", 0, 1000, 0, 1, TRUE, 1000},
  {"rounded", 0, 1000, 0, 4096, TRUE, 4096},
  {"prefix-and-padding", 64, 4096, 32, 64, TRUE, 4224},
  {"prefix-over-top", 1, G_MAXSIZE, 0, 1, FALSE, UNTOUCHED},
  {"padding-over-top", 0, G_MAXSIZE, 1, 1, FALSE, UNTOUCHED},
  {"align-over-top", 0, G_MAXSIZE, 0, 2, FALSE, UNTOUCHED},
};

GST_START_TEST (test_block)
{
  const BlockRow *row = &block_rows[__i__];
  gsize block = UNTOUCHED;

  fail_unless_equals_int (gst_ks_size_block (row->prefix, row->size,
          row->padding, row->align, &block), row->fits);
  fail_unless (block == row->block, "%s: %" G_GSIZE_FORMAT, row->name, block);
}

GST_END_TEST;

typedef struct
{
  const gchar *name;
  gsize mask;
  gboolean valid;
  gsize align;
} MaskRow;

static const MaskRow mask_rows[] = {
  {"no-mask", 0, TRUE, 1},
  {"cache-line", 63, TRUE, 64},
  {"page", 4095, TRUE, 4096},
  {"one-off", 65, FALSE, UNTOUCHED},
  {"bytes-for-mask", 4096, FALSE, UNTOUCHED},
  {"hole", 5, FALSE, UNTOUCHED},
  {"all-ones", G_MAXSIZE, FALSE, UNTOUCHED},
  {"largest", G_MAXSIZE / 2, TRUE, G_MAXSIZE / 2 + 1},
};

GST_START_TEST (test_mask)
{
  const MaskRow *row = &mask_rows[__i__];
  gsize align = UNTOUCHED;

  fail_unless_equals_int (gst_ks_align_from_mask (row->mask, &align),
      row->valid);
  fail_unless (align == row->align, "%s: %" G_GSIZE_FORMAT, row->name, align);
  if (row->valid)
    fail_unless (gst_ks_align_to_mask (align) == row->mask);
}

GST_END_TEST;

GST_START_TEST (test_power_of_two)
{
  fail_if (gst_ks_size_is_power_of_two (0));
  fail_unless (gst_ks_size_is_power_of_two (1));
  fail_if (gst_ks_size_is_power_of_two (3));
  fail_unless (gst_ks_size_is_power_of_two (G_MAXSIZE / 2 + 1));
  fail_if (gst_ks_size_is_power_of_two (G_MAXSIZE));
}

GST_END_TEST;

static Suite *
size_suite (void)
{
  Suite *s = suite_create ("size");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_size, 0, G_N_ELEMENTS (size_rows));
  tcase_add_loop_test (tc, test_block, 0, G_N_ELEMENTS (block_rows));
  tcase_add_loop_test (tc, test_mask, 0, G_N_ELEMENTS (mask_rows));
  tcase_add_test (tc, test_power_of_two);
  return s;
}

GST_CHECK_MAIN (size);
