/* The sub-allocator of card memory against a bitmap, and its picture.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>

#include "ext/pci/gstkssubrange.h"

#define SIZE 1024
#define ORIGIN ((guintptr) 0x7f0000000000)
#define STEPS 4000
#define MAX_BLOCKS 64

typedef struct
{
  gsize offset, size;
} Block;

/* One byte of the map a byte of the range. */
typedef struct
{
  GstKsSubrange *subject;
  gboolean taken[SIZE];
  Block blocks[MAX_BLOCKS];
  guint n_blocks;
  guintptr origin;
} Model;

/* Length of the run of free bytes at an offset. */
static gsize
run_at (const Model * model, gsize offset)
{
  gsize end = offset;

  while (end < SIZE && !model->taken[end])
    end++;
  return end - offset;
}

/* Size of the smallest hole that has an aligned place; 0: there is none. */
static gsize
best_hole (const Model * model, gsize size, gsize align)
{
  gsize best = 0;

  for (gsize at = 0; at < SIZE; at++) {
    gsize run = run_at (model, at);
    gsize address = model->origin + at;
    gsize skip = -address & (align - 1);

    if (run >= size && run - size >= skip && (best == 0 || run < best))
      best = run;
    at += run;
  }
  return best;
}

/* Length of the whole hole around an offset. */
static gsize
hole_around (const Model * model, gsize offset)
{
  while (offset > 0 && !model->taken[offset - 1])
    offset--;
  return run_at (model, offset);
}

static void
model_mark (Model * model, gsize offset, gsize size, gboolean taken)
{
  for (gsize i = offset; i < offset + size; i++) {
    fail_unless (model->taken[i] != taken, "byte %" G_GSIZE_FORMAT, i);
    model->taken[i] = taken;
  }
}

static void
model_take (Model * model, GRand * rand)
{
  gsize size = g_rand_int_range (rand, 1,
      g_rand_boolean (rand) ? 64 : SIZE / 2);
  gsize align = (gsize) 1 << g_rand_int_range (rand, 0, 11);
  gsize best = best_hole (model, size, align);
  gsize offset = G_MAXSIZE;
  gboolean taken;

  if (model->n_blocks == MAX_BLOCKS)
    return;
  taken = gst_ks_subrange_take (model->subject, size, align, &offset);
  fail_unless (taken == (best > 0), "%" G_GSIZE_FORMAT " at %" G_GSIZE_FORMAT,
      size, align);
  if (!taken) {
    fail_unless (offset == G_MAXSIZE);
    return;
  }
  fail_unless (((model->origin + offset) & (align - 1)) == 0);
  fail_unless_equals_uint64 (hole_around (model, offset), best);
  model_mark (model, offset, size, TRUE);
  model->blocks[model->n_blocks++] = (Block) {
  offset, size};
}

static void
model_give (Model * model, GRand * rand)
{
  guint i;
  Block block;

  if (model->n_blocks == 0)
    return;
  i = g_rand_int_range (rand, 0, model->n_blocks);
  block = model->blocks[i];
  fail_unless (gst_ks_subrange_give (model->subject, block.offset, block.size));
  fail_if (gst_ks_subrange_give (model->subject, block.offset, block.size));
  model_mark (model, block.offset, block.size, FALSE);
  model->blocks[i] = model->blocks[--model->n_blocks];
}

static void
model_check (const Model * model)
{
  GstKsSubrangeStats stats, own = {.total = SIZE,.n_blocks = model->n_blocks };

  for (gsize at = 0; at < SIZE; at++) {
    gsize run = run_at (model, at);

    own.free += run;
    own.n_holes += run > 0;
    own.largest_hole = MAX (own.largest_hole, run);
    at += run;
  }
  own.used = SIZE - own.free;
  gst_ks_subrange_get_stats (model->subject, &stats);
  fail_unless_equals_uint64 (stats.total, own.total);
  fail_unless_equals_uint64 (stats.used, own.used);
  fail_unless_equals_uint64 (stats.free, own.free);
  fail_unless_equals_uint64 (stats.largest_hole, own.largest_hole);
  fail_unless_equals_int (stats.n_blocks, own.n_blocks);
  fail_unless_equals_int (stats.n_holes, own.n_holes);
}

/* origins: aligned to more than anybody asks for, and to nothing at all */
static const guintptr origins[] = { ORIGIN, ORIGIN + 7, 0,
  G_MAXSIZE - SIZE + 1
};

GST_START_TEST (test_against_bitmap)
{
  guint32 seed = g_random_int ();
  GRand *rand = g_rand_new_with_seed (seed);
  Model *model = g_new0 (Model, 1);

  GST_INFO ("seed %u", seed);
  model->origin = origins[__i__];
  model->subject = gst_ks_subrange_new (model->origin, SIZE);
  for (guint step = 0; step < STEPS; step++) {
    /* fills up and empties by turns */
    gboolean filling = (step / 200) % 2 == 0;

    if (g_rand_int_range (rand, 0, 4) == 0 ? !filling : filling)
      model_take (model, rand);
    else
      model_give (model, rand);
    if (step % 8 == 0)
      model_check (model);
  }
  while (model->n_blocks > 0)
    model_give (model, rand);
  model_check (model);
  gst_ks_subrange_free (model->subject);
  g_free (model);
  g_rand_free (rand);
}

GST_END_TEST;

GST_START_TEST (test_coalesces)
{
  static const guint orders[][3] = {
    {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}
  };
  GstKsSubrange *subject = gst_ks_subrange_new (ORIGIN, 300);
  GstKsSubrangeStats stats;
  gsize offsets[3] = { 0, };

  for (guint o = 0; o < G_N_ELEMENTS (orders); o++) {
    for (guint i = 0; i < 3; i++)
      fail_unless (gst_ks_subrange_take (subject, 100, 1, &offsets[i]));
    fail_if (gst_ks_subrange_take (subject, 1, 1, &offsets[0]));
    for (guint i = 0; i < 3; i++)
      fail_unless (gst_ks_subrange_give (subject, orders[o][i] * 100, 100));
    gst_ks_subrange_get_stats (subject, &stats);
    fail_unless_equals_uint64 (stats.largest_hole, 300);
    fail_unless_equals_int (stats.n_holes, 1);
    fail_unless_equals_int (stats.n_blocks, 0);
  }
  gst_ks_subrange_free (subject);
}

GST_END_TEST;

/* What was never taken, in part or as a whole, is not given back. */
GST_START_TEST (test_wrong_gives)
{
  static const Block wrong[] = {
    {0, 100}, {50, 100}, {150, 100}, {100, 200}, {200, 1}, {299, 2},
    {100, G_MAXSIZE}, {G_MAXSIZE, 1}, {100, 0}, {300, 1}
  };
  GstKsSubrange *subject = gst_ks_subrange_new (ORIGIN, 300);
  gsize offset = 0;

  for (guint i = 0; i < 2; i++)
    fail_unless (gst_ks_subrange_take (subject, 100, 1, &offset));
  fail_unless (gst_ks_subrange_give (subject, 0, 100));
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    fail_if (gst_ks_subrange_give (subject, wrong[i].offset, wrong[i].size),
        "row %u", i);
  fail_unless (gst_ks_subrange_give (subject, 100, 100));
  gst_ks_subrange_free (subject);
}

GST_END_TEST;

GST_START_TEST (test_picture)
{
  GstKsSubrange *subject = gst_ks_subrange_new (0, 6400);
  g_autofree gchar *text = NULL;
  g_autofree gchar *svg = NULL;
  gsize offset = 0;

  fail_unless (gst_ks_subrange_take (subject, 1000, 1, &offset));
  fail_unless (gst_ks_subrange_take (subject, 550, 1, &offset));
  fail_unless (gst_ks_subrange_take (subject, 100, 4096, &offset));
  fail_unless (gst_ks_subrange_give (subject, 0, 1000));
  text = gst_ks_subrange_to_text (subject);
  fail_unless_equals_string (text,
      "[..........#####+........................++......................]\n"
      "0x0000000000  free  1000\n"
      "0x00000003e8  used  550\n"
      "0x000000060e  free  2546\n"
      "0x0000001000  used  100\n" "0x0000001064  free  2204\n");
  svg = gst_ks_subrange_to_svg (subject);
  fail_unless (g_str_has_prefix (svg, "<svg "));
  fail_unless (strstr (svg, "<title>used: 550 bytes at 1000</title>") != NULL);
  gst_ks_subrange_free (subject);
}

GST_END_TEST;

static Suite *
subrange_suite (void)
{
  Suite *suite = suite_create ("subrange");
  TCase *tcase = tcase_create ("all");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_against_bitmap, 0, G_N_ELEMENTS (origins));
  tcase_add_test (tcase, test_coalesces);
  tcase_add_test (tcase, test_wrong_gives);
  tcase_add_test (tcase, test_picture);
  return suite;
}

GST_CHECK_MAIN (subrange);
