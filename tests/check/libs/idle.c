/* GstKsIdle: the set of idle frames forgets the sizes that are gone.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "../../../gst/ks/gstksidle.h"

#include <gst/check/gstcheck.h>

#define N_SIZES 100

static void
idle_push (GstKsIdle * idle, GstKsFrame * frame, gsize size)
{
  frame->block.size = size;
  frame->block.align = 1;
  frame->block.fd = -1;
  gst_ks_idle_push (idle, frame);
}

/* Sizes that come once and go, beside one that stays. */
GST_START_TEST (test_sizes_go)
{
  GstKsFrame stays = { {0} }, goes = { {0} };
  GstKsFrame need = {.block = {.size = 64,.align = 1} };
  GstKsIdle idle;

  gst_ks_idle_init (&idle);
  for (gsize i = 1; i <= N_SIZES; i++) {
    idle_push (&idle, &goes, 4096 * i);
    idle_push (&idle, &stays, 64);
    fail_unless (gst_ks_idle_pop_oldest (&idle) == &goes);
    fail_unless (gst_ks_idle_pop_fitting (&idle, &need) == &stays);
  }
  fail_unless_equals_int (g_tree_nnodes (idle.sizes), 1);
  gst_ks_idle_clear (&idle);
}

GST_END_TEST;

static Suite *
idle_suite (void)
{
  Suite *s = suite_create ("idle");
  TCase *tc = tcase_create ("sizes");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_sizes_go);
  return s;
}

GST_CHECK_MAIN (idle);
