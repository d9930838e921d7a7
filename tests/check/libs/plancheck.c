/* The certificate checker: plans of which one thing is wrong.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>
#include <gst/ks/gstksplancheck.h>
#include <gst/ks/gstksplanprivate.h>

/* *INDENT-OFF* */
static const gchar *const pads[][2] = {
  {"a:src", "cuda, device=one, size=100..200/4, frames=1..9, align=64, weight=2, flags=can-allocate; mapped"},
  {"f:sink", "cuda, frames=1.."},
  {"f:src", "mapped, size=128, prefix=4, padding=4, stride=64, flags=in-place"},
  {"i:sink", "mapped, flags=in-place"},
  {"i:src", "mapped, bus=pci, flags=in-place"},
  {"t:sink", "any"},
  {"y:sink", "any"},
  {"z:sink", "mapped, frames=2..5"},
};
static const GstKsEdge edges[] = {
  GST_KS_EDGE_INIT ("a:src", "f:sink", GST_KS_EDGE_KIND_MUST),
  GST_KS_EDGE_INIT ("f:sink", "f:src", GST_KS_EDGE_KIND_MAY),
  GST_KS_EDGE_INIT ("f:src", "i:sink", GST_KS_EDGE_KIND_MUST),
  GST_KS_EDGE_INIT ("i:sink", "i:src", GST_KS_EDGE_KIND_MAY),
  GST_KS_EDGE_INIT ("i:src", "t:sink", GST_KS_EDGE_KIND_MUST),
  GST_KS_EDGE_INIT ("t:sink", "y:sink", GST_KS_EDGE_KIND_MUST),
  GST_KS_EDGE_INIT ("t:sink", "z:sink", GST_KS_EDGE_KIND_MUST),
};
/* *INDENT-ON* */

static GstKsGraph *
graph_new (void)
{
  GstKsGraph *graph = gst_ks_graph_new ();

  for (guint i = 0; i < G_N_ELEMENTS (pads); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GstKsFraming) framing =
        gst_ks_framing_parse (pads[i][1], &error);

    g_assert_no_error (error);
    fail_unless (gst_ks_graph_add_pad (graph, pads[i][0], framing, NULL));
  }
  for (guint i = 0; i < G_N_ELEMENTS (edges); i++)
    fail_unless (gst_ks_graph_add_edge (graph, &edges[i], NULL));
  return graph;
}

/* cuda: a:src and f:sink */
static GstKsSegment *
card (GstKsPlan * plan)
{
  return &g_array_index (plan->segments, GstKsSegment, 0);
}

/* system by default: all others */
static GstKsSegment *
host (GstKsPlan * plan)
{
  return &g_array_index (plan->segments, GstKsSegment, 1);
}

/* One function a forgery; FORGE (what, how) */
#define FORGE(name, change) \
  static void name (GstKsPlan * plan) { change; }

/* *INDENT-OFF* */
FORGE (larger, host (plan)->size++)
FORGE (block, card (plan)->block *= 2)
FORGE (align, card (plan)->align *= 2)
FORGE (prefix, host (plan)->prefix++)
FORGE (padding, host (plan)->padding++)
FORGE (frames, host (plan)->frames--)
FORGE (cap, host (plan)->cap++)
FORGE (memory, card (plan)->memory = g_intern_static_string ("system"))
FORGE (other_default, host (plan)->memory = g_intern_static_string ("locked"))
FORGE (named, host (plan)->is_default = FALSE)
FORGE (device, card (plan)->device = g_intern_static_string ("two"))
FORGE (no_device, card (plan)->device = NULL)
FORGE (device_of_nobody, host (plan)->device = g_intern_static_string ("two"))
FORGE (no_bus, host (plan)->bus = NULL)
FORGE (stride, host (plan)->stride = (GstKsRange) GST_KS_RANGE_INIT_ANY)
FORGE (sizes, card (plan)->sizes.min += 4)
FORGE (one_size, card (plan)->pad_sizes[1] += 4)
FORGE (off_step, card (plan)->pad_sizes[0] = card (plan)->pad_sizes[1] = card (plan)->size = 101)
FORGE (item, card (plan)->items[0] = 1)
FORGE (no_item, card (plan)->items[0] = 2)
FORGE (cannot, card (plan)->allocator = card (plan)->pads[1]; card (plan)->place = GST_KS_SEGMENT_PLACE_LAST)
FORGE (elsewhere, card (plan)->allocator = host (plan)->pads[0])
FORGE (nowhere, card (plan)->allocator = NULL; card (plan)->place = GST_KS_SEGMENT_PLACE_NONE)
FORGE (place, card (plan)->place = GST_KS_SEGMENT_PLACE_MIDDLE)
FORGE (outputs, host (plan)->flags &= ~GST_KS_SEGMENT_FLAG_MULTIPLE_OUTPUT)
FORGE (changed, host (plan)->flags &= ~GST_KS_SEGMENT_FLAG_NO_FRAME_INTEGRITY)
FORGE (fewer_pads, card (plan)->n_pads--)
FORGE (twice, card (plan)->pads[1] = card (plan)->pads[0])
FORGE (moved, host (plan)->pads[0] = card (plan)->pads[1]; card (plan)->pads[1] = "f:src")
FORGE (stranger, card (plan)->pads[1] = "b:sink")
FORGE (cut, g_array_index (plan->cuts, GstKsCut, 0).edge = 0)
FORGE (no_edge, g_array_index (plan->cuts, GstKsCut, 0).edge = 99)
FORGE (cut_names, g_array_index (plan->cuts, GstKsCut, 0).a = "a:src")
FORGE (no_cut, g_array_set_size (plan->cuts, 0))
FORGE (copies, plan->totals.copies = 0)
FORGE (weight, plan->totals.weight++)
FORGE (allocators, plan->totals.allocators++)
FORGE (bytes, plan->totals.bytes--)

static const struct
{
  const gchar *name;
  void (*forge) (GstKsPlan * plan);
  const gchar *text;
} forgeries[] = {
  {"larger", larger, "block at f:src"},
  {"block", block, "block at a:src"},
  {"align", align, "alignment"},
  {"prefix", prefix, "alignment"},
  {"padding", padding, "alignment"},
  {"frames", frames, "frames at f:src"},
  {"cap", cap, "cap 5"},
  {"memory", memory, "item 0 of a:src"},
  {"other default", other_default, "the kind at f:src is locked"},
  {"named", named, "the kind at f:src"},
  {"device", device, "item 0 of a:src"},
  {"no device", no_device, "item 0 of a:src"},
  {"device of nobody", device_of_nobody, "nobody's"},
  {"no bus", no_bus, "item 0 of i:src"},
  {"stride", stride, "stride"},
  {"sizes", sizes, "none of its sizes"},
  {"one size", one_size, "block at a:src"},
  {"off step", off_step, "item 0 of a:src"},
  {"item", item, "item 1 of a:src"},
  {"no item", no_item, "no item 2"},
  {"cannot", cannot, "f:sink cannot allocate"},
  {"elsewhere", elsewhere, "another segment"},
  {"nowhere", nowhere, "no allocator at a:src"},
  {"place", place, "not middle"},
  {"outputs", outputs, "multiple-output"},
  {"changed", changed, "no-frame-integrity"},
  {"fewer pads", fewer_pads, "in no segment"},
  {"twice", twice, "in two segments"},
  {"moved", moved, "in pieces"},
  {"stranger", stranger, "b:sink is not in the graph"},
  {"cut", cut, "cut 0 is none"},
  {"no edge", no_edge, "cut 0 is none"},
  {"cut names", cut_names, "cut 0 is none"},
  {"no cut", no_cut, "1 edges are cut"},
  {"copies", copies, "totals"},
  {"weight", weight, "totals"},
  {"allocators", allocators, "totals"},
  {"bytes", bytes, "totals"},
};
/* *INDENT-ON* */

GST_START_TEST (test_forgery)
{
  g_autoptr (GstKsGraph) graph = graph_new ();
  g_autoptr (GstKsPlan) plan = gst_ks_graph_solve (graph, 0);
  g_autoptr (GError) error = NULL;

  fail_unless (gst_ks_plan_check (plan, graph, &error), "%s",
      error ? error->message : "");
  fail_unless_equals_int (gst_ks_plan_get_n_segments (plan), 2);
  forgeries[__i__].forge (plan);
  fail_if (gst_ks_plan_check (plan, graph, &error), "%s goes unnoticed",
      forgeries[__i__].name);
  g_assert_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT);
  fail_unless (strstr (error->message, forgeries[__i__].text) != NULL,
      "%s: %s", forgeries[__i__].name, error->message);
}

GST_END_TEST;

/* Plans that are right for a graph but for one thing that this one says. */
/* *INDENT-OFF* */
static const struct
{
  const gchar *name;
  guint pad;
  const gchar *framing;
  const gchar *text;
} others[] = {
  {"who has the allocator insists", 6, "any, flags=must-allocate", NULL},
  {"another insists", 2, "mapped, size=128, prefix=4, padding=4, stride=64, flags=in-place+must-allocate", "f:src insists"},
  {"frames that are kept", 2, "mapped, size=128, prefix=4, padding=4, stride=64, flags=in-place+frame-integrity", "frames of f:src are changed at i:sink"},
  {"what cannot be mapped", 5, "any, flags=device-specific", "cannot be mapped"},
};
/* *INDENT-ON* */

GST_START_TEST (test_other_graph)
{
  g_autoptr (GstKsGraph) graph = graph_new ();
  g_autoptr (GstKsGraph) other = gst_ks_graph_new ();
  g_autoptr (GstKsPlan) plan = gst_ks_graph_solve (graph, 0);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (pads); i++) {
    g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (i ==
        others[__i__].pad ? others[__i__].framing : pads[i][1], NULL);

    fail_unless (gst_ks_graph_add_pad (other, pads[i][0], framing, NULL));
  }
  for (guint i = 0; i < G_N_ELEMENTS (edges); i++)
    fail_unless (gst_ks_graph_add_edge (other, &edges[i], NULL));
  (void) gst_ks_plan_check (plan, other, &error);
  fail_unless ((error != NULL) == (others[__i__].text != NULL), "%s: %s",
      others[__i__].name, error ? error->message : "goes unnoticed");
  fail_unless (error == NULL || strstr (error->message, others[__i__].text),
      "%s: %s", others[__i__].name, error ? error->message : "");
}

GST_END_TEST;

static void
note (const gchar * domain, GLogLevelFlags level, const gchar * message,
    gpointer said)
{
  fail_unless (strstr (message, "defect of the planner") != NULL);
  *(gboolean *) said = TRUE;
}

/* What builds for debugging do with every plan. */
GST_START_TEST (test_certify)
{
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_LEVEL_ERROR);
  gboolean said = FALSE;
  guint handler =
      g_log_set_handler (G_LOG_DOMAIN, G_LOG_LEVEL_CRITICAL, note, &said);
  g_autoptr (GstKsGraph) graph = graph_new ();
  g_autoptr (GstKsPlan) plan = gst_ks_graph_solve (graph, 0);

  gst_ks_plan_certify (plan, graph);
  fail_if (said);
  larger (plan);
  gst_ks_plan_certify (plan, graph);
  fail_unless (said);
  g_log_remove_handler (G_LOG_DOMAIN, handler);
  g_log_set_always_fatal (fatal);
}

GST_END_TEST;

GST_START_TEST (test_no_plan)
{
  g_autoptr (GstKsGraph) graph = graph_new ();
  g_autoptr (GstKsPlan) none = gst_ks_plan_new_invalid ("pads[0]", "no name");

  fail_unless (gst_ks_plan_check (none, graph, NULL));
}

GST_END_TEST;

static Suite *
plancheck_suite (void)
{
  Suite *s = suite_create ("plancheck");
  TCase *tc = tcase_create ("forgeries");

  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_forgery, 0, G_N_ELEMENTS (forgeries));
  tcase_add_loop_test (tc, test_other_graph, 0, G_N_ELEMENTS (others));
  tcase_add_test (tc, test_certify);
  tcase_add_test (tc, test_no_plan);
  return s;
}

GST_CHECK_MAIN (plancheck);
