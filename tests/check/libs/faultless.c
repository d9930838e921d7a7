/* What makes no call that can fail: it needs no more than GLib's own small memory. And wishes too large to grant.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/kscheck/gstkscheck.h>

#include "faultrun.h"
#include "pintest.h"

/* --- texts and bytes --- */

static gboolean
run_text (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (row->kind, error);
  g_autofree gchar *text = framing ? gst_ks_framing_to_string (framing) : NULL;

  return text != NULL;
}

static gboolean
run_wire (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsFraming) framing = framing_of (row->kind);
  g_autoptr (GBytes) bytes = gst_ks_framing_to_wire (framing,
      GST_KS_WIRE_FORM_EX, error);
  g_autoptr (GstKsFraming) back = bytes ?
      gst_ks_framing_from_wire (g_bytes_get_data (bytes, NULL),
      g_bytes_get_size (bytes), GST_KS_WIRE_FORM_EX, NULL, error) : NULL;

  return back != NULL;
}

static gboolean
run_json (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsGraph) graph = gst_ks_graph_from_json (row->kind,
      strlen (row->kind), NULL, error);
  g_autoptr (GstKsPlan) plan = graph ? gst_ks_graph_solve (graph, 0) : NULL;
  g_autofree gchar *text = plan ? gst_ks_plan_to_json (plan) : NULL;
  g_autofree gchar *again = graph ? gst_ks_graph_to_json (graph) : NULL;

  return text && again;
}

static gboolean
run_validate (const FaultRow * row, GError ** error)
{
  const GstKsAbiFraming framing = {
    .requirements_flags = GST_KSALLOCATOR_OPTIONF_SYSTEM_MEMORY,
    .pool_type = GST_PagedPool,.frames = 2,.frame_size = 4096
  };

  return gst_ks_validate_create_framing (&framing, error);
}

/* --- questions --- */

static gboolean
run_merge (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsFraming) framing = framing_of (row->kind);
  g_autoptr (GstQuery) query = query_new ();
  GstKsQueryOffer offer = { 0 };
  GstKsQueryReply reply;
  gboolean good;

  gst_ks_query_add_allocation_framing (query, framing);
  gst_ks_query_read (query, TRUE, &reply);
  good = gst_ks_query_merge (&reply, gst_ks_framing_peek_item (framing, 0),
      CAPS_SIZE, &offer, error);
  gst_ks_query_reply_clear (&reply);
  return good;
}

static gboolean
run_carried (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsFraming) framing = framing_of (row->kind);
  g_autoptr (GstQuery) query = query_new ();
  g_autoptr (GstKsFraming) carried = NULL;

  gst_ks_query_add_allocation_framing (query, framing);
  carried = gst_ks_query_get_allocation_framing (query, error);
  return carried != NULL;
}

static gboolean
run_peer (const FaultRow * row, GError ** error)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("shared");
  Link link = link_new ();
  g_autoptr (GstKsPin) from = gst_ks_pin_get (link.src, TRUE);
  g_autoptr (GstKsPin) to = gst_ks_pin_get (link.sink, TRUE);
  g_autoptr (GstKsFraming) read = NULL;
  gsize needed = 0;
  guint8 bytes[512];

  say (to, row->kind);
  read = gst_ks_pin_read_peer_framing (from, GST_KS_FRAMING_CACHE_UPDATE,
      error);
  fail_unless (read == NULL || (gst_ks_pin_edit_item (to, 0, &item, error)
          && gst_ks_pin_set_preferred_surface (to, 7, error)
          && gst_ks_pin_get_framing_ex (to, bytes, sizeof bytes, &needed,
              error)));
  link_free (&link);
  return read != NULL;
}

static void
came_back (const GstKsPinFrame * frame, GstFlowReturn status, gpointer count)
{
  (*(guint *) count)++;
}

/* Nobody takes it, so that it is back at once. */
static gboolean
run_inject (const FaultRow * row, GError ** error)
{
  guint8 bytes[64] = { 0 };
  const GstKsPinFrame frame = {.data = bytes,.size = 64,.used = 64 };
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  guint count = 0;

  fail_unless (gst_ks_pin_set_injection (pin, came_back, &count, error));
  (void) gst_ks_pin_inject (pin, &frame);
  link_free (&link);
  return count == 1;
}

/* --- what there is --- */

static gboolean
run_status (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsPool) pool = pool_new ();
  g_autoptr (GstStructure) holders = gst_ks_pool_get_holders (pool);
  GstKsAbiStatus status;

  return holders && gst_ks_pool_get_ks_status (pool, &status, error);
}

/* Everything that looks at all there is. */
static gboolean
run_overview (const FaultRow * row, GError ** error)
{
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get ("system", NULL,
      NULL);
  g_autoptr (GstKsPool) pool = pool_new ();
  g_autofree gchar *holders = gst_ks_pool_describe_holders (pool);
  g_autoptr (GstStructure) stats = gst_ks_get_stats ();
  g_autoptr (GstStructure) guard = gst_ks_guard_get_stats ();
  g_autoptr (GstStructure) map = gst_ks_memory_map_get ();
  g_auto (GStrv) out = gst_ks_guard_list_out ();

  return stats && guard && map && out && gst_ks_guard_check () == 0;
}

static gboolean
run_devices (const FaultRow * row, GError ** error)
{
  g_auto (GStrv) names = gst_ks_backend_list_devices (row->kind, error);
  g_auto (GStrv) kinds = gst_ks_list_kinds ();

  return names && kinds;
}

/* *INDENT-OFF* */
static const FaultRow rows[] = {
  {"gst_ks_framing_parse", run_text, "huge, size=1M..8M/4096; system"},
  {"gst_ks_framing_to_wire", run_wire, "locked, size=4096, frames=4..; system"},
  {"gst_ks_framing_from_wire", run_wire, "system, size=4096, align=64"},
  {"gst_ks_graph_from_json", run_json, "{\"pads\": [{\"name\": \"a:s\", "
      "\"items\": [{\"memory\": \"huge\", \"size\": 4096}]}, {\"name\": "
      "\"b:s\", \"items\": [{\"memory\": \"mapped\"}]}], \"edges\": "
      "[{\"a\": \"a:s\", \"b\": \"b:s\", \"kind\": \"must\"}]}"},
  {"gst_ks_validate_create_framing", run_validate},
  {"gst_ks_query_merge", run_merge, "shared, frames=2.."},
  {"gst_ks_query_get_allocation_framing", run_carried, "shared, frames=2.."},
  {"gst_ks_pin_read_peer_framing", run_peer, "shared, size=4096"},
  {"gst_ks_pin_edit_item", run_peer, "locked, size=4096"},
  {"gst_ks_pin_get_framing_ex", run_peer, "system, size=4096"},
  {"gst_ks_pin_set_preferred_surface", run_peer, "system, size=4096"},
  {"gst_ks_pin_set_injection", run_inject},
  {"gst_ks_pin_inject", run_inject},
  {"gst_ks_pool_get_ks_status", run_status},
  {"gst_ks_pool_get_holders", run_status},
  {"gst_ks_pool_describe_holders", run_overview},
  {"gst_ks_get_stats", run_overview},
  {"gst_ks_guard_get_stats", run_overview},
  {"gst_ks_memory_map_get", run_overview},
  {"gst_ks_guard_list_out", run_overview},
  {"gst_ks_guard_check", run_overview},
  {"gst_ks_backend_list_devices", run_devices, "fake"},
  {"gst_ks_list_kinds", run_devices, "fake"},
};
/* *INDENT-ON* */

/* Types are made the first time. */
GST_START_TEST (test_no_call_can_fail)
{
  fail_unless (rows[__i__].run (&rows[__i__], NULL));
  fault_no_call (&rows[__i__]);
}

GST_END_TEST;

/* --- wishes --- */

#define HALF (G_MAXSIZE / 2)
/* no machine has it, and its sum can be counted */
#define TOO_MUCH MIN ((guint64) 1 << 52, (guint64) G_MAXSIZE / 16 * 15)

static const GstKsRequest wishes[] = {
  {.size = G_MAXSIZE}, {.size = HALF}, {.size = HALF,.align = 4096},
  {.size = 4096,.prefix = G_MAXSIZE}, {.size = 4096,.padding = HALF},
  {.size = 4096,.align = HALF + 1}, {.size = TOO_MUCH,.align = 1 << 21},
};

static const gchar *kinds[] = { "system", "locked", "huge", "shared" };

static void
expect_refusal (GstAllocator * allocator, const GstKsRequest * wish)
{
  g_autoptr (GError) error = NULL;
  GstAllocationParams params = { 0, 0, wish->prefix, wish->padding };

  fail_unless (gst_ks_allocator_alloc (allocator, wish, &error) == NULL);
  fail_unless (error && strlen (error->message) > 20, "%s",
      error ? error->message : "no reason");
  g_clear_error (&error);
  fail_unless (!gst_ks_allocator_prepare (allocator, wish, 2, &error));
  fail_unless (error != NULL);
  if (wish->align == 0)
    fail_unless (gst_allocator_alloc (allocator, wish->size, &params) == NULL);
}

GST_START_TEST (test_wish_is_refused)
{
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (kinds[__i__], NULL,
      NULL);
  FaultState before = fault_state ();

  for (guint i = 0; i < G_N_ELEMENTS (wishes); i++)
    expect_refusal (allocator, &wishes[i]);
  fault_expect_state (&before, kinds[__i__]);
}

GST_END_TEST;

/* Counts and sizes that a peer wrote are believed only when the bytes are there. */
GST_START_TEST (test_counts_are_not_believed)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc0 (24 + 88);
  g_autoptr (GBytes) wire = NULL;
  GstKsAbiFramingEx ex = { 0 };

  GST_WRITE_UINT32_LE (bytes, G_MAXUINT32);     /* CountItems */
  wire = g_bytes_new_take (g_steal_pointer (&bytes), 24 + 88);
  fail_if (gst_ks_abi_decode (GST_KS_ABI_KSALLOCATOR_FRAMING_EX, wire, &ex,
          &error));
  fail_unless (error != NULL);
  g_clear_error (&error);
  fail_if (gst_ks_abi_framing_ex_resize (&ex, G_MAXUINT32, &error));
  fail_unless (error != NULL);
  g_clear_error (&error);
  fail_unless (gst_ks_framing_new ((GstKsFramingItem *) & ex, G_MAXUINT,
          NULL, &error) == NULL);
  fail_unless (error != NULL);
}

GST_END_TEST;

static Suite *
faultless_suite (void)
{
  Suite *suite = suite_create ("faultless");
  TCase *tcase = tcase_create ("general");

  gst_ks_fake_register ();
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_no_call_can_fail, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_wish_is_refused, 0, G_N_ELEMENTS (kinds));
  tcase_add_test (tcase, test_counts_are_not_believed);
  return suite;
}

GST_CHECK_MAIN (faultless);
