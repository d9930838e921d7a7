/* What a plan says of its segments: states, flags and factors.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>
#include <string.h>

#include "solverrows.h"

/* want: of the first segment, `state; flags; factors` */
/* *INDENT-OFF* */
static const SolverRow rows[] = {
  {"nothing is asked for", NULL,
    "a:src = any\nb:sink = mapped",
    "a:src -- b:sink",
    "dont-care; independent-ranges;"},
  {"one size, frames and an alignment", NULL,
    "a:src = any, size=100, frames=1..\nb:sink = mapped, align=64",
    "a:src -- b:sink",
    "range-fixed; independent-ranges; physical-ranges buffers align"},
  {"a cap alone", NULL,
    "a:src = any, frames=..4",
    NULL,
    "dont-care; independent-ranges; buffers"},
  {"sizes in steps, and one that is preferred", NULL,
    "a:src = any, size=0..100/4\nb:sink = mapped, prefer=40..",
    "a:src -- b:sink",
    "range-not-fixed; independent-ranges attention-stepping; physical-ranges optimal-ranges"},
  {"a preferred size that cannot be had", NULL,
    "a:src = any, size=0..100\nb:sink = mapped, prefer=200..",
    "a:src -- b:sink",
    "range-not-fixed; independent-ranges; physical-ranges"},
  {"a kind and who allocates it", NULL,
    "a:src = cuda, flags=can-allocate\nb:sink = any",
    "a:src -- b:sink",
    "dont-care; independent-ranges; memory-types flags"},
  {"memory ends", NULL,
    "a:src = any\nb:sink = mapped\nc:src = cuda, flags=can-allocate",
    "a:src -- b:sink\nb:sink ~~ c:src",
    "dont-care; independent-ranges; physical-end"},
  {"sizes end", NULL,
    "a:src = any, size=1\nb:sink = any, size=2",
    "a:src ~~ b:sink",
    "range-fixed; independent-ranges; physical-ranges logical-end"},
  {"a ratio that nobody knows", NULL,
    "f:sink = any, size=3000\nf:src = any",
    "f:sink ~~ f:src 1 unknown",
    "compression-unknown; independent-ranges; physical-ranges unknown-compression logical-end"},
  {"a ratio that ties two segments", NULL,
    "f:sink = cuda, size=3000, flags=can-allocate\n"
    "f:src = mapped, flags=insist-on-ratio",
    "f:sink ~~ f:src 1 1/3+0",
    "range-fixed;; memory-types flags physical-ranges fixed-compression physical-end"},
  {"a ratio inside", NULL,
    "f:sink = any, size=1000\nf:src = any",
    "f:sink -- f:src 1 2/1+24",
    "range-fixed; independent-ranges; physical-ranges fixed-compression"},
  {"a ratio between sizes that are open", NULL,
    "f:sink = any, size=1000..\nf:src = any",
    "f:sink -- f:src 1 2/1+24",
    "range-not-fixed; independent-ranges; physical-ranges fixed-compression"},
  {"frames go to two pads", NULL,
    "t:sink = any\nt:one = any\nt:two = any",
    "t:sink -- t:one\nt:sink -- t:two",
    "dont-care; multiple-output independent-ranges;"},
  {"frames are changed", NULL,
    "f:sink = any, flags=in-place\nf:src = any, flags=in-place",
    "f:sink ~~ f:src",
    "dont-care; no-frame-integrity independent-ranges; flags"},
  {"frames come round", NULL,
    "a:x = any\nb:x = any\nc:x = any",
    "a:x -- b:x\nb:x -- c:x\nc:x -- a:x",
    "dont-care; cycle independent-ranges;"},
};
/* *INDENT-ON* */

static void
append_bits (GString * text, guint bits, const gchar * (*word) (guint bit))
{
  for (; bits != 0; bits &= bits - 1)
    g_string_append_printf (text, " %s", word (bits & -bits));
}

static const gchar *
flag_word (guint bit)
{
  return gst_ks_segment_flag_to_string ((GstKsSegmentFlags) bit);
}

static const gchar *
factor_word (guint bit)
{
  return gst_ks_segment_factor_to_string ((GstKsSegmentFactors) bit);
}

GST_START_TEST (test_facts)
{
  const SolverRow *row = &rows[__i__];
  g_autoptr (GstKsGraph) graph = solver_row_to_graph (row);
  g_autoptr (GstKsPlan) plan = gst_ks_graph_solve (graph, 0);
  const GstKsSegment *segment = gst_ks_plan_peek_segment (plan, 0);
  g_autoptr (GString) text = g_string_new (NULL);

  fail_unless (segment != NULL, "%s: no plan", row->name);
  g_string_append_printf (text, "%s;",
      gst_ks_segment_state_to_string (segment->state));
  append_bits (text, segment->flags, flag_word);
  g_string_append_c (text, ';');
  append_bits (text, segment->factors, factor_word);
  fail_unless (strcmp (text->str, row->want) == 0, "%s:\n%s\nwanted:\n%s",
      row->name, text->str, row->want);
}

GST_END_TEST;

static Suite *
solverfacts_suite (void)
{
  Suite *s = suite_create ("solverfacts");
  TCase *tc = tcase_create ("segments");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_facts, 0, G_N_ELEMENTS (rows));
  return s;
}

GST_CHECK_MAIN (solverfacts);
