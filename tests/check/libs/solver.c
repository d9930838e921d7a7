/* The planner: graphs by name, each with the plan that it has to get.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>
#include <gst/ks/gstksplancheck.h>
#include <string.h>

#include "solverrows.h"

static void
describe_segment (GString * text, const GstKsSegment * s)
{
  g_string_append_printf (text, "[%s%s", s->memory, s->is_default ? "?" : "");
  if (s->device != NULL)
    g_string_append_printf (text, "@%s", s->device);
  g_string_append_printf (text, " %" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT
      " x%" G_GUINT64_FORMAT " %s %s:", s->size, s->block, s->frames,
      gst_ks_segment_place_to_string (s->place),
      s->allocator != NULL ? s->allocator : "nobody");
  for (guint i = 0; i < s->n_pads; i++)
    g_string_append_printf (text, " %s", s->pads[i]);
  g_string_append (text, "]");
}

/* copies N [kind size/block xframes place allocator: pads] a|b code */
static gchar *
describe (const GstKsPlan * plan)
{
  GString *text = g_string_new (NULL);
  const GstKsConflict *conflict = gst_ks_plan_peek_conflict (plan);
  GstKsPlanTotals totals;

  gst_ks_plan_get_totals (plan, &totals);
  if (conflict != NULL) {
    g_string_printf (text, "%s:", gst_ks_plan_code_to_string (conflict->code));
    for (guint i = 0; i < conflict->n_pads; i++)
      g_string_append_printf (text, " %s", conflict->pads[i]);
    return g_string_free (text, FALSE);
  }
  g_string_printf (text, "%" G_GUINT64_FORMAT, totals.copies);
  for (guint i = 0; i < gst_ks_plan_get_n_segments (plan); i++) {
    g_string_append (text, " ");
    describe_segment (text, gst_ks_plan_peek_segment (plan, i));
  }
  for (guint i = 0; i < gst_ks_plan_get_n_cuts (plan); i++) {
    const GstKsCut *cut = gst_ks_plan_peek_cut (plan, i);

    fail_unless (cut->text != NULL);
    g_string_append_printf (text, " %s|%s %s", cut->a, cut->b,
        gst_ks_plan_code_to_string (cut->code));
  }
  return g_string_free (text, FALSE);
}

/* *INDENT-OFF* */
static const SolverRow rows[] = {
  {"one pad gets system by default", NULL,
    "a:src = any, size=100",
    NULL,
    "0 [system? 100/100 x0 last a:src: a:src]"},
  {"a chain is one segment, the sink allocates", NULL,
    "a:src = mapped, size=10..20, frames=1..\n"
    "b:sink = mapped, size=12.., frames=2.., align=16",
    "a:src -- b:sink",
    "0 [system? 12/16 x3 last b:sink: a:src b:sink]"},
  {"the first alternative is the better one", NULL,
    "a:src = huge; locked; system\nb:sink = mapped",
    "a:src -- b:sink",
    "0 [huge 0/0 x0 last b:sink: a:src b:sink]"},
  {"weight chooses the kind", NULL,
    "a:src = huge; locked, weight=2\nb:sink = mapped",
    "a:src -- b:sink",
    "0 [locked 0/0 x0 last b:sink: a:src b:sink]"},
  {"a copy where memory does not meet", NULL,
    "a:src = cuda, flags=can-allocate\nb:sink = mapped",
    "a:src ~~ b:sink",
    "1 [cuda 0/0 x0 last a:src: a:src] [system? 0/0 x0 last b:sink: b:sink] "
    "a:src|b:sink memory"},
  {"who can allocate is reached through others", NULL,
    "a:src = cuda; system\nb:sink = cuda\nc:sink = cuda, flags=can-allocate",
    "a:src ~~ b:sink\nb:sink ~~ c:sink",
    "0 [cuda 0/0 x0 last c:sink: a:src b:sink c:sink]"},
  {"nobody can allocate", NULL,
    "a:src = cuda\nb:sink = mapped",
    "a:src ~~ b:sink",
    "cannot-allocate: a:src"},
  {"sizes in steps meet in one", NULL,
    "a:src = mapped, size=16..4096/16\nb:sink = mapped, size=24..10000/24",
    "a:src -- b:sink",
    "0 [system? 48/48 x0 last b:sink: a:src b:sink]"},
  {"three sizes conflict of which each two meet", NULL,
    "a:x = any, size=0..10/2\nb:x = any, size=0..9/3\nc:x = any, size=2..8/2\n"
    "d:x = any, size=3..4\ne:x = any",
    "a:x -- b:x\nb:x -- c:x\nc:x -- d:x\nd:x -- e:x",
    "size: b:x c:x d:x"},
  {"frames held add up", NULL,
    "a:x = any, frames=2..4\nb:x = any, frames=2..\nc:x = any, frames=1..",
    "a:x -- b:x\nb:x -- c:x",
    "frames: a:x b:x c:x"},
  {"frames held merge by maximum", "minimize-frames",
    "a:x = any, frames=2..4\nb:x = any, frames=2..\nc:x = any, frames=1..",
    "a:x -- b:x\nb:x -- c:x",
    "0 [system? 0/0 x2 last c:x: a:x b:x c:x]"},
  {"two insist on allocating", NULL,
    "a:src = mapped, flags=must-allocate\nb:sink = mapped, flags=must-allocate",
    "a:src ~~ b:sink",
    "1 [system? 0/0 x0 last a:src: a:src] [system? 0/0 x0 last b:sink: b:sink] "
    "a:src|b:sink must-allocate"},
  {"who insists has the allocator", NULL,
    "a:src = mapped, flags=must-allocate\nb:sink = mapped",
    "a:src -- b:sink",
    "0 [system? 0/0 x0 first a:src: a:src b:sink]"},
  {"an allocator in the middle", NULL,
    "a:src = cuda\nb:sink = cuda, flags=can-allocate\nb:src = cuda",
    "a:src -- b:sink\nb:sink -- b:src",
    "0 [cuda 0/0 x0 middle b:sink: a:src b:sink b:src]"},
  {"frames from outside have no allocator", NULL,
    "a:src = user\nb:sink = mapped",
    "a:src -- b:sink",
    "0 [user 0/0 x0 none nobody: a:src b:sink]"},
  {"a filter in place shares its frames", NULL,
    "a:src = mapped\nf:sink = mapped, flags=in-place\n"
    "f:src = mapped, flags=in-place\nz:sink = mapped",
    "a:src -- f:sink\nf:sink ~~ f:src\nf:src -- z:sink",
    "0 [system? 0/0 x0 last z:sink: a:src f:sink f:src z:sink]"},
  {"a source that keeps its data", NULL,
    "a:src = mapped, flags=frame-integrity\nf:sink = mapped, flags=in-place\n"
    "f:src = mapped, flags=in-place\nz:sink = mapped",
    "a:src -- f:sink\nf:sink ~~ f:src\nf:src -- z:sink",
    "1 [system? 0/0 x0 last f:sink: a:src f:sink] "
    "[system? 0/0 x0 last z:sink: f:src z:sink] f:sink|f:src frame-integrity"},
  {"a splitter: who changes gets a copy", NULL,
    "a:src = mapped\nt:sink = any\nt:one = any\nt:two = any\nb:sink = mapped\n"
    "f:sink = mapped, flags=in-place\nf:src = mapped, flags=in-place",
    "a:src -- t:sink\nt:sink -- t:one\nt:sink -- t:two\nt:one -- b:sink\n"
    "t:two -- f:sink\nf:sink ~~ f:src",
    "1 [system? 0/0 x0 last b:sink: a:src b:sink f:sink t:one t:sink t:two] "
    "[system? 0/0 x0 last f:src: f:src] f:sink|f:src frame-integrity"},
  {"a splitter: two look on, one changes", NULL,
    "a:src = mapped\nt:sink = any\nt:one = any\nt:two = any\nt:zzz = any\n"
    "b:sink = mapped\nc:sink = mapped\n"
    "f:sink = mapped, flags=in-place\nf:src = mapped, flags=in-place",
    "a:src -- t:sink\nt:sink ~~ t:one\nt:sink ~~ t:two\nt:sink ~~ t:zzz\n"
    "t:one -- b:sink\nt:two -- c:sink\nt:zzz -- f:sink\nf:sink -- f:src",
    "1 [system? 0/0 x0 last b:sink: a:src b:sink c:sink t:one t:sink t:two] "
    "[system? 0/0 x0 last f:src: f:sink f:src t:zzz] "
    "t:sink|t:zzz frame-integrity"},
  {"a splitter: of two that change one gets a copy", NULL,
    "a:src = mapped\nt:sink = any\nt:one = any\nt:two = any\n"
    "f:sink = mapped, flags=in-place\nf:src = mapped, flags=in-place\n"
    "g:sink = mapped, flags=in-place\ng:src = mapped, flags=in-place",
    "a:src -- t:sink\nt:sink ~~ t:one\nt:sink ~~ t:two\n"
    "t:one -- f:sink\nt:two -- g:sink\nf:sink -- f:src\ng:sink -- g:src",
    "1 [system? 0/0 x0 last g:src: a:src g:sink g:src t:sink t:two] "
    "[system? 0/0 x0 last f:src: f:sink f:src t:one] "
    "t:sink|t:one frame-integrity"},
  {"changed first, looked at later", NULL,
    "a:src = mapped\nf:sink = mapped, flags=in-place\n"
    "f:src = mapped, flags=in-place\nt:sink = any\nt:one = any\nt:two = any",
    "a:src -- f:sink\nf:sink ~~ f:src\nf:src -- t:sink\nt:sink -- t:one\n"
    "t:sink -- t:two",
    "0 [system? 0/0 x0 last t:one: a:src f:sink f:src t:one t:sink t:two]"},
  {"a settled segment takes who fits", NULL,
    "a:src = system, size=8294400, align=64, frames=2\n"
    "b:sink = system, size=8294400, align=64\n"
    "c:sink = huge, weight=9; mapped, size=4096..",
    "a:src -- b:sink\na:src ~~ c:sink",
    "0 [system 8294400/8294400 x2 last b:sink: a:src b:sink c:sink]"},
  {"a settled segment keeps its size", NULL,
    "a:src = system, size=8294400, align=64, frames=2\n"
    "b:sink = system, size=8294400, align=64\n"
    "c:sink = mapped, size=..4096",
    "a:src -- b:sink\na:src ~~ c:sink",
    "1 [system 8294400/8294400 x2 last b:sink: a:src b:sink] "
    "[system? 0/0 x0 last c:sink: c:sink] a:src|c:sink size"},
  {"a settled segment has as many frames as it has", NULL,
    "a:src = system, size=8294400, align=64, frames=2\n"
    "b:sink = system, size=8294400, align=64\n"
    "c:sink = mapped, frames=1..",
    "a:src -- b:sink\na:src ~~ c:sink",
    "1 [system 8294400/8294400 x2 last b:sink: a:src b:sink] "
    "[system? 0/0 x1 last c:sink: c:sink] a:src|c:sink frames"},
  {"only who is new can be in the way", NULL,
    "a:src = system, size=8294400, align=64, frames=2\n"
    "b:sink = system, size=8294400, align=64\n"
    "c:sink = mapped, stride=256\nd:sink = mapped, size=..4096",
    "a:src -- b:sink\nb:sink -- c:sink\nc:sink -- d:sink",
    "size: b:sink d:sink"},
  {"branches that meet again", NULL,
    "a:src = mapped\nb:x = any\nc:x = cuda, flags=can-allocate\nd:sink = mapped",
    "a:src ~~ b:x\na:src ~~ c:x\nb:x ~~ d:sink\nc:x ~~ d:sink",
    "2 [system? 0/0 x0 last d:sink: a:src b:x d:sink] "
    "[cuda 0/0 x0 last c:x: c:x] a:src|c:x memory c:x|d:sink memory"},
  {"an edge round a segment counts as joined", NULL,
    "a:x = any\nb:x = any\nc:x = any",
    "a:x -- b:x\nb:x -- c:x\na:x ~~ c:x 5",
    "0 [system? 0/0 x0 last c:x: a:x b:x c:x]"},
  {"a ratio that insists ties two segments", NULL,
    "f:sink = cuda, size=3000, flags=can-allocate\n"
    "f:src = mapped, size=1.., flags=insist-on-ratio",
    "f:sink ~~ f:src 1 1/3+0",
    "1 [cuda 3000/3000 x0 last f:sink: f:sink] "
    "[system? 1000/1000 x0 last f:src: f:src] f:sink|f:src memory"},
  {"a ratio that cannot be had", NULL,
    "f:sink = cuda, size=3000, flags=can-allocate\n"
    "f:src = mapped, size=999, flags=insist-on-ratio",
    "f:sink ~~ f:src 1 1/3+0",
    "ratio: f:sink f:src"},
  {"partial reads need no ratio", NULL,
    "f:sink = cuda, size=3000, flags=can-allocate\n"
    "f:src = mapped, size=999, flags=insist-on-ratio+partial-read",
    "f:sink ~~ f:src 1 1/3+0",
    "1 [cuda 3000/3000 x0 last f:sink: f:sink] "
    "[system? 999/999 x0 last f:src: f:src] f:sink|f:src memory"},
  {"in place, a frame has room for what it becomes", NULL,
    "f:sink = mapped, size=1000\nf:src = mapped",
    "f:sink -- f:src 1 2/1+24",
    "0 [system? 2024/2024 x0 last f:src: f:sink f:src]"},
  {"sizes of an unknown ratio do not depend on each other", NULL,
    "f:sink = mapped, size=1000\nf:src = mapped, size=7",
    "f:sink ~~ f:src 1 unknown",
    "1 [system? 1000/1000 x0 last f:sink: f:sink] "
    "[system? 7/7 x0 last f:src: f:src] f:sink|f:src ratio"},
  {"an unknown ratio in one segment", NULL,
    "a:src = mapped\nf:sink = mapped\nf:src = mapped",
    "a:src -- f:sink\nf:sink -- f:src 1 unknown",
    "ratio: f:sink f:src"},
  {"sizes that a ratio never ties", NULL,
    "f:sink = mapped, size=2../3\nf:src = mapped, size=2../2",
    "f:sink -- f:src 1 2/3+1",
    "ratio: f:sink f:src"},
  {"a preferred size that a ratio never ties", NULL,
    "f:sink = mapped, prefer=2../3\nf:src = mapped, size=2../2",
    "f:sink -- f:src 1 2/3+1",
    "0 [system? 2/2 x0 last f:src: f:sink f:src]"},
  {"a preferred size where it can be had", NULL,
    "a:x = any, size=0..100, prefer=50..60\nb:x = any, prefer=10..20, weight=3",
    "a:x -- b:x",
    "0 [system? 10/10 x0 last b:x: a:x b:x]"},
  {"the largest preferred size", "maximize-speed",
    "a:x = any, size=0..100, prefer=50..60\nb:x = any",
    "a:x -- b:x",
    "0 [system? 60/60 x0 last b:x: a:x b:x]"},
  {"weight before bytes", NULL,
    "a:x = huge, size=200, weight=5; system, size=100",
    NULL,
    "0 [huge 200/200 x0 last a:x: a:x]"},
  {"bytes before weight", "minimize-size",
    "a:x = huge, size=200, weight=5; system, size=100",
    NULL,
    "0 [system 100/100 x0 last a:x: a:x]"},
  {"weight before allocators", NULL,
    "a:x = huge, weight=2; system\nb:x = locked, weight=2; system",
    "a:x ~~ b:x 0",
    "0 [huge 0/0 x0 last a:x: a:x] [locked 0/0 x0 last b:x: b:x] a:x|b:x weight"},
  {"allocators before weight", "minimize-allocators",
    "a:x = huge, weight=2; system\nb:x = locked, weight=2; system",
    "a:x ~~ b:x 0",
    "0 [system 0/0 x0 last b:x: a:x b:x]"},
  {"system gives way to locked", NULL,
    "a:x = system, flags=preferences-only\nb:x = any\nc:x = locked",
    "a:x -- b:x\nb:x -- c:x",
    "0 [locked 0/0 x0 last c:x: a:x b:x c:x]"},
  {"devices differ", NULL,
    "a:x = cuda, device=one, flags=can-allocate\nb:x = cuda, device=two, flags=can-allocate",
    "a:x -- b:x",
    "device: a:x b:x"},
  {"bytes above the limit", NULL,
    "a:x = any, size=2305843009213693952, frames=3..",
    NULL,
    "overflow: a:x"},
};
/* *INDENT-ON* */

GST_START_TEST (test_row)
{
  const SolverRow *row = &rows[__i__];
  g_autoptr (GstKsGraph) graph = solver_row_to_graph (row);
  g_autoptr (GstKsPlan) plan = gst_ks_graph_solve (graph, 0);
  g_autofree gchar *said = describe (plan);
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_plan_check (plan, graph, &error), "%s: %s", row->name,
      error ? error->message : "");
  fail_unless (gst_ks_plan_is_proven_optimal (plan), "%s", row->name);
  fail_unless (strcmp (said, row->want) == 0, "%s:\n%s\nwanted:\n%s", row->name,
      said, row->want);
}

GST_END_TEST;

static GstKsGraph *
chain (guint n)
{
  static const gchar *const framings[] = {
    "huge, size=4096..8388608/4096, frames=1.., weight=2; mapped, frames=1..",
    "mapped, size=6000.., frames=1.., align=64",
    "udmabuf, size=4096..16777216/4096, flags=can-allocate, weight=1; system",
    "any",
    "mapped, size=8192..8388608/512; cuda, frames=2.., flags=can-allocate",
  };
  GstKsGraph *graph = gst_ks_graph_new ();

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *name = g_strdup_printf ("e%05u:%s", i / 2,
        i % 2 ? "src" : "sink");
    g_autoptr (GstKsFraming) framing =
        gst_ks_framing_parse (framings[i % G_N_ELEMENTS (framings)], NULL);

    fail_unless (gst_ks_graph_add_pad (graph, name, framing, NULL));
    if (i > 0) {
      GstKsEdge edge = GST_KS_EDGE_INIT (gst_ks_graph_peek_pad_name (graph,
              i - 1), name, i % 2 ? GST_KS_EDGE_KIND_MAY :
          GST_KS_EDGE_KIND_MUST);

      fail_unless (gst_ks_graph_add_edge (graph, &edge, NULL));
    }
  }
  return graph;
}

/* Times are printed for people and never asserted. */
GST_START_TEST (test_chain)
{
  static const guint lengths[] = { 200, 1000, 10000 };
  g_autoptr (GstKsGraph) graph = chain (lengths[__i__]);
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GstKsPlan) plan = gst_ks_graph_solve (graph, 100000000);
  gint64 end = g_get_monotonic_time ();

  g_print ("chain of %u pads: %" G_GINT64_FORMAT " us, %u segments\n",
      lengths[__i__], end - begin, gst_ks_plan_get_n_segments (plan));
  fail_unless (gst_ks_plan_is_proven_optimal (plan));
  fail_unless (gst_ks_plan_get_status (plan) == GST_KS_PLAN_STATUS_OK);
  fail_unless (gst_ks_plan_check (plan, graph, NULL));
}

GST_END_TEST;

GST_START_TEST (test_budget)
{
  g_autoptr (GstKsGraph) graph = chain (40);
  g_autoptr (GstKsPlan) best = gst_ks_graph_solve (graph, 0);
  g_autoptr (GstKsPlan) plan = gst_ks_graph_solve (graph, 10);
  GstKsPlanTotals least, got;

  fail_unless (gst_ks_plan_is_proven_optimal (best));
  fail_if (gst_ks_plan_is_proven_optimal (plan));
  fail_unless (gst_ks_plan_get_status (plan) == GST_KS_PLAN_STATUS_OK);
  fail_unless (gst_ks_plan_check (plan, graph, NULL));
  gst_ks_plan_get_totals (best, &least);
  gst_ks_plan_get_totals (plan, &got);
  fail_unless (got.copies >= least.copies);
}

GST_END_TEST;

/* The pad to change is named, and what to change to what. */
/* *INDENT-OFF* */
static const SolverRow helps[] = {
  {"a cap", NULL,
    "a:x = any, frames=2..4\nb:x = any, frames=2..\nc:x = any, frames=1..",
    "a:x -- b:x\nb:x -- c:x",
    "a:x: raise the cap of frames to 5, or hold fewer"},
  {"a size", NULL,
    "a:x = any, size=10..20\nb:x = any, size=30..",
    "a:x -- b:x",
    "a:x: widen size to take 30"},
  {"a stride", NULL,
    "a:x = any, stride=256\nb:x = any, stride=512..",
    "a:x -- b:x",
    "a:x: widen stride to take 512"},
  {"a kind", NULL,
    "a:x = mapped\nb:x = cuda, flags=can-allocate",
    "a:x -- b:x",
    "a:x: offer cuda"},
  {"an allocator", NULL,
    "a:x = any\nb:x = cuda",
    "a:x -- b:x",
    "b:x: say can-allocate if it can create this memory, or offer another kind"},
  {"two demands of one pad", NULL,
    "a:x = any, device=one, size=1\nb:x = any, device=two, size=2",
    "a:x -- b:x",
    "a:x: leave the device out, and widen size to take 2"},
  {"demands of two pads", NULL,
    "a:x = any, size=1..2\nb:x = any, size=2..3\nc:x = any, size=4..5\n"
    "d:x = any, size=1",
    "a:x -- b:x\nc:x -- d:x",
    "c:x: widen size to take 1"},
  {"a change in place", NULL,
    "a:src = any, flags=frame-integrity\nf:sink = any, flags=in-place\n"
    "f:src = any, flags=in-place",
    "a:src -- f:sink\nf:sink -- f:src",
    "a:src: leave frame-integrity and in-place out, or let an edge be cut"},
  {"two that insist", NULL,
    "a:src = any, flags=must-allocate\nb:sink = any, flags=must-allocate",
    "a:src -- b:sink",
    "a:src: leave must-allocate out"},
  {"a bus", NULL,
    "a:src = any, bus=pci\nb:sink = any, bus=usb",
    "a:src -- b:sink",
    "a:src: leave the bus out"},
  {"frames that are too large", NULL,
    "a:src = any, size=2305843009213693952, frames=3..",
    NULL,
    "a:src: lower prefix, padding or frames"},
};
/* *INDENT-ON* */

GST_START_TEST (test_help)
{
  const SolverRow *row = &helps[__i__];
  g_autoptr (GstKsGraph) graph = solver_row_to_graph (row);
  g_autoptr (GstKsPlan) plan = gst_ks_graph_solve (graph, 0);
  const GstKsConflict *conflict = gst_ks_plan_peek_conflict (plan);

  fail_unless (conflict != NULL, "%s: there is a plan", row->name);
  fail_unless (strcmp (conflict->relax, row->want) == 0, "%s: %s\nwanted: %s",
      row->name, conflict->relax, row->want);
}

GST_END_TEST;

/* Rings of six in a chain of 200. */
GST_START_TEST (test_rings)
{
  g_autoptr (GstKsGraph) graph = chain (200);
  gint64 begin, end;
  GstKsPlan *plan;

  for (guint i = 0; i < 10; i++) {
    GstKsEdge edge = GST_KS_EDGE_INIT (gst_ks_graph_peek_pad_name (graph,
            20 * i), gst_ks_graph_peek_pad_name (graph, 20 * i + 5),
        GST_KS_EDGE_KIND_MAY);

    fail_unless (gst_ks_graph_add_edge (graph, &edge, NULL));
  }
  begin = g_get_monotonic_time ();
  plan = gst_ks_graph_solve (graph, 0);
  end = g_get_monotonic_time ();
  g_print ("200 pads with 10 rings: %" G_GINT64_FORMAT " us\n", end - begin);
  fail_unless (gst_ks_plan_is_proven_optimal (plan));
  fail_unless (gst_ks_plan_check (plan, graph, NULL));
  gst_ks_plan_unref (plan);
}

GST_END_TEST;

/* What add_pad and add_edge refuse. */
GST_START_TEST (test_refused)
{
  g_autoptr (GstKsGraph) graph = gst_ks_graph_new ();
  g_autoptr (GstKsFraming) any = gst_ks_framing_parse ("any", NULL);
  GstKsEdge nowhere = GST_KS_EDGE_INIT ("a", "b", GST_KS_EDGE_KIND_MAY);
  GstKsEdge itself = GST_KS_EDGE_INIT ("a", "a", GST_KS_EDGE_KIND_MAY);

  fail_unless (gst_ks_graph_add_pad (graph, "a", any, NULL));
  fail_if (gst_ks_graph_add_pad (graph, "a", any, NULL));
  fail_if (gst_ks_graph_add_pad (graph, "", any, NULL));
  fail_if (gst_ks_graph_add_edge (graph, &nowhere, NULL));
  fail_if (gst_ks_graph_add_edge (graph, &itself, NULL));
  fail_if (gst_ks_graph_add_mappable (graph, "No Kind", NULL));
  fail_unless (gst_ks_graph_add_pad (graph, "b", any, NULL));
  nowhere.ratio.denominator = 0;
  fail_if (gst_ks_graph_add_edge (graph, &nowhere, NULL));
  fail_unless_equals_int (gst_ks_graph_get_n_edges (graph), 0);
}

GST_END_TEST;

GST_START_TEST (test_empty)
{
  g_autoptr (GstKsGraph) graph = gst_ks_graph_new ();
  g_autoptr (GstKsPlan) plan = gst_ks_graph_solve (graph, 0);
  g_autoptr (GstKsPlan) bad = gst_ks_plan_new_invalid ("pads[0]", "no name");

  fail_unless (gst_ks_plan_get_status (plan) == GST_KS_PLAN_STATUS_OK);
  fail_unless_equals_int (gst_ks_plan_get_n_segments (plan), 0);
  fail_unless (gst_ks_plan_check (plan, graph, NULL));
  fail_unless (gst_ks_plan_get_status (bad) == GST_KS_PLAN_STATUS_INVALID);
  fail_unless_equals_string (gst_ks_plan_peek_error_where (bad), "pads[0]");
  fail_unless_equals_string (gst_ks_plan_peek_error_text (bad), "no name");
}

GST_END_TEST;

static Suite *
solver_suite (void)
{
  Suite *s = suite_create ("solver");
  TCase *tc = tcase_create ("plans");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_row, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tc, test_chain, 0, 3);
  tcase_add_test (tc, test_budget);
  tcase_add_loop_test (tc, test_help, 0, G_N_ELEMENTS (helps));
  tcase_add_test (tc, test_rings);
  tcase_add_test (tc, test_refused);
  tcase_add_test (tc, test_empty);
  return s;
}

GST_CHECK_MAIN (solver);
