/* Pins while frames flow: edits, the order of starting, injected and sealed frames.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "pintest.h"

#include <string.h>

/* --- editing, surfaces --- */

GST_START_TEST (edits_touch_one_pin)
{
  g_autoptr (GError) error = NULL;
  Link link = link_new ();
  g_autoptr (GstKsPin) a = gst_ks_pin_get (link.src, TRUE);
  g_autoptr (GstKsPin) b = gst_ks_pin_get (link.sink, TRUE);
  g_autoptr (GstKsFraming) template = framing_of ("huge; system; locked");
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("shared");

  gst_ks_pin_set_framing (a, template);
  gst_ks_pin_set_framing (b, template);
  fail_unless (gst_ks_pin_edit_item (a, 1, &item, NULL));
  expect_framing (gst_ks_pin_get_framing (a), "huge; shared; locked");
  expect_framing (gst_ks_pin_get_framing (b), "huge; system; locked");
  expect_framing (gst_ks_framing_ref (template), "huge; system; locked");
  fail_if (gst_ks_pin_edit_item (a, 3, &item, &error));
  expect_error (error, GST_KS_ERROR_NOT_FOUND);
  item.align = 3;
  fail_if (gst_ks_pin_edit_item (a, 0, &item, &error));
  expect_error (error, GST_KS_ERROR_INVALID);
  expect_framing (gst_ks_pin_get_framing (a), "huge; shared; locked");
  link_free (&link);
}

GST_END_TEST;

GST_START_TEST (zero_is_no_surface)
{
  g_autoptr (GError) error = NULL;
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  guint64 surface;

  fail_if (gst_ks_pin_set_preferred_surface (pin, 0, &error));
  expect_error (error, GST_KS_ERROR_INVALID);
  g_object_get (pin, "preferred-surface", &surface, NULL);
  fail_unless (surface == 0);
  fail_unless (gst_ks_pin_set_preferred_surface (pin, 7, NULL));
  g_object_get (pin, "preferred-surface", &surface, NULL);
  fail_unless (surface == 7);
  link_free (&link);
}

GST_END_TEST;

/* --- as bytes --- */

GST_START_TEST (framing_is_told_in_two_calls)
{
  g_autoptr (GError) error = NULL;
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  const gsize size = 24 + 2 * 88;
  guint8 buf[24 + 2 * 88];
  gsize needed = 1;

  fail_if (gst_ks_pin_get_framing_ex (pin, NULL, 0, &needed, &error));
  expect_error (error, GST_KS_ERROR_NOT_FOUND);
  fail_unless_equals_int (needed, 1);
  say (pin, "locked, size=4096, frames=4..; system");

  fail_if (gst_ks_pin_get_framing_ex (pin, NULL, 0, &needed, &error));
  expect_error (error, GST_KS_ERROR_TOO_SMALL);
  fail_unless_equals_int (needed, size);
  memset (buf, 0x5a, sizeof buf);
  needed = 1;
  fail_if (gst_ks_pin_get_framing_ex (pin, buf, size - 1, &needed, &error));
  expect_error (error, GST_KS_ERROR_TOO_SMALL);
  fail_unless_equals_int (needed, size);
  fail_unless (buf[0] == 0x5a && buf[size - 2] == 0x5a);

  fail_unless (gst_ks_pin_get_framing_ex (pin, buf, size, &needed, NULL));
  fail_unless_equals_int (needed, size);
  fail_unless_equals_int (GST_READ_UINT32_LE (buf), 2); /* CountItems */
  link_free (&link);
}

GST_END_TEST;

/* --- pipes --- */

static guint64
pipe_of (GstKsPin * pin)
{
  guint64 id;

  g_object_get (pin, "pipe-id", &id, NULL);
  return id;
}

GST_START_TEST (pipes_have_numbers)
{
  Link link = link_new ();
  Link other = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  g_autoptr (GstKsPin) peer = gst_ks_pin_get (link.sink, TRUE);
  g_autoptr (GstKsPin) pin2 = gst_ks_pin_get (other.src, TRUE);
  g_autoptr (GstKsPin) peer2 = gst_ks_pin_get (other.sink, TRUE);
  g_autoptr (GstQuery) query = query_new ();
  g_autoptr (GstQuery) cut = query_new ();
  g_autoptr (GstKsFraming) must = framing_of ("system, flags=must-allocate");
  g_autoptr (GstBufferPool) pool = gst_buffer_pool_new ();
  GstKsDecision decision;

  fail_unless (pipe_of (pin) == 0 && pipe_of (peer) == 0);
  fail_unless (gst_ks_pin_decide (pin, query, &decision, NULL));
  gst_ks_decision_clear (&decision);
  fail_unless (pipe_of (pin) != 0 && pipe_of (pin) == pipe_of (peer));

  say (pin2, "system, flags=must-allocate");
  gst_ks_query_add_allocation_framing (cut, must);
  gst_query_add_allocation_pool (cut, pool, CAPS_SIZE, 2, 0);
  fail_unless (gst_ks_pin_decide (pin2, cut, &decision, NULL));
  fail_unless (decision.copy_into != NULL);
  gst_ks_decision_clear (&decision);
  fail_unless (pipe_of (pin2) != 0 && pipe_of (pin2) != pipe_of (peer2));
  fail_unless (pipe_of (pin2) != pipe_of (pin));
  fail_unless (pipe_of (peer2) != pipe_of (pin));
  link_free (&link);
  link_free (&other);
}

GST_END_TEST;

/* A foreign element behind more branches than anybody looks at. */
GST_START_TEST (kernel_memory_is_not_for_crowds)
{
  Link link = link_new ();
  GstElement *tee = gst_object_ref_sink (gst_element_factory_make ("tee",
          NULL));
  g_autoptr (GstPad) sink = gst_element_get_static_pad (tee, "sink");
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  g_autoptr (GstKsPin) entry = gst_ks_pin_get (sink, TRUE);
  g_autoptr (GPtrArray) ends =
      g_ptr_array_new_with_free_func (gst_object_unref);
  g_autoptr (GstQuery) query = query_new ();
  GstKsDecision decision;

  gst_pad_unlink (link.src, link.sink);
  gst_pad_link (link.src, sink);
  for (guint i = 0; i < 300; i++) {
    g_autoptr (GstPad) branch = gst_element_request_pad_simple (tee, "src_%u");
    GstPad *end = gst_object_ref_sink (gst_pad_new (NULL, GST_PAD_SINK));

    g_ptr_array_add (ends, end);
    if (i < 299)
      g_object_unref (gst_ks_pin_get (end, TRUE));
    fail_unless_equals_int (gst_pad_link_full (branch, end,
            GST_PAD_LINK_CHECK_NOTHING), GST_PAD_LINK_OK);
  }
  g_object_set (entry, "flags", GST_KS_PIN_FLAG_PASSES, NULL);
  g_object_set (pin, "flags", GST_KS_PIN_FLAG_KERNEL_ONLY, NULL);
  say (pin, "shared");
  fail_unless (gst_ks_pin_decide (pin, query, &decision, NULL));
  fail_unless_equals_string (gst_ks_allocator_peek_kind
      (gst_ks_pool_peek_allocator (GST_KS_POOL (decision.pool))), "system");
  gst_ks_decision_clear (&decision);
  gst_object_unref (tee);
  link_free (&link);
}

GST_END_TEST;

/* One entry of the query has all items, in order; the classic entry beside it
 * is the first that can be had. */
GST_START_TEST (three_items_travel_in_order)
{
  const gchar *text = "bar, flags=device-specific; shared, align=64; system";
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.sink, TRUE);
  g_autoptr (GstQuery) query = query_new ();
  g_autoptr (GstAllocator) allocator = NULL;
  GstAllocationParams params;

  say (pin, text);
  fail_unless (gst_ks_pin_propose (pin, query, NULL));
  expect_framing (gst_ks_query_get_allocation_framing (query, NULL), text);
  fail_unless_equals_int (gst_query_get_n_allocation_params (query), 1);
  gst_query_parse_nth_allocation_param (query, 0, &allocator, &params);
  fail_unless_equals_string (gst_ks_allocator_peek_kind (allocator), "shared");
  fail_unless_equals_int (params.align, 63);
  link_free (&link);
}

GST_END_TEST;

/* --- acquiring in order --- */

static void
note_acquired (GstKsPin * pin, GString * order)
{
  g_autoptr (GstPad) pad = gst_ks_pin_get_pad (pin);
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  g_autoptr (GstKsPool) pool = gst_ks_pin_debug_allocator (pin);

  fail_unless (pool == NULL
      || gst_buffer_pool_is_active (GST_BUFFER_POOL (pool)));
  g_string_append_printf (order, "%s.%s ", GST_OBJECT_NAME (element),
      GST_OBJECT_NAME (pad));
}

static const struct
{
  gboolean ordering;
  const gchar *order;
} orders[] = {
  {FALSE, "b.sink a.src "},
  {TRUE, "c.sink b.src b.sink a.src "},
};

GST_START_TEST (sinks_are_acquired_first)
{
  static const gchar *const pads[][2] = {
    {"a", "src"}, {"b", "sink"}, {"b", "src"}, {"c", "sink"}
  };
  GstElement *bin = gst_parse_launch ("identity name=a ! identity name=b !"
      " identity name=c", NULL);
  g_autoptr (GString) order = g_string_new (NULL);
  g_autoptr (GstKsPool) pool = pool_new ();
  GstKsPin *pins[G_N_ELEMENTS (pads)];

  for (guint i = 0; i < G_N_ELEMENTS (pads); i++) {
    g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (bin),
        pads[i][0]);
    g_autoptr (GstPad) pad = gst_element_get_static_pad (element, pads[i][1]);

    pins[i] = gst_ks_pin_get (pad, TRUE);
    g_signal_connect (pins[i], "acquired", G_CALLBACK (note_acquired), order);
  }
  g_object_set (pins[1], "acquire-ordering", orders[__i__].ordering, NULL);
  fail_unless (gst_ks_pin_set_allocator (pins[0], pool, NULL));
  fail_if (gst_buffer_pool_is_active (GST_BUFFER_POOL (pool)));
  fail_unless (gst_ks_pin_acquire (pins[0], NULL));
  fail_unless (gst_buffer_pool_is_active (GST_BUFFER_POOL (pool)));
  fail_unless_equals_string (order->str, orders[__i__].order);
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (pads); i++)
    g_object_unref (pins[i]);
  gst_object_unref (bin);
}

GST_END_TEST;

typedef struct
{
  GstKsPin *pin;
  GstKsPool *pool;
  GThread *first;               /* whose acquiring is under way */
} Overlap;

static gpointer
acquire_as_well (gpointer data)
{
  Overlap *overlap = data;

  fail_unless (gst_ks_pin_acquire (overlap->pin, NULL));
  return GINT_TO_POINTER (gst_buffer_pool_is_active (GST_BUFFER_POOL
          (overlap->pool)));
}

/* Between the sink, which is acquired, and the source. */
static void
overlap_now (GstKsPin * pin, Overlap * overlap)
{
  GThread *second;

  if (g_thread_self () != overlap->first)
    return;
  second = g_thread_new ("second", acquire_as_well, overlap);
  fail_unless (g_thread_join (second) != NULL, "came back too early");
}

GST_START_TEST (two_threads_acquire_the_same)
{
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  g_autoptr (GstKsPin) sink = gst_ks_pin_get (link.sink, TRUE);
  g_autoptr (GstKsPool) pool = pool_new ();
  Overlap overlap = { pin, pool, g_thread_self () };

  fail_unless (gst_ks_pin_set_allocator (pin, pool, NULL));
  g_signal_connect (sink, "acquired", G_CALLBACK (overlap_now), &overlap);
  fail_unless (gst_ks_pin_acquire (pin, NULL));
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  link_free (&link);
}

GST_END_TEST;

/* --- injection --- */

typedef struct
{
  guint returned;
  GstFlowReturn status;
  GstKsPinFrame frame;
} Returns;

static void
note_return (const GstKsPinFrame * frame, GstFlowReturn status, gpointer data)
{
  Returns *returns = data;

  returns->returned++;
  returns->status = status;
  returns->frame = *frame;
}

static GstBuffer *kept;
static GstFlowReturn chained;

static GstFlowReturn
keep (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  gst_buffer_replace (&kept, buffer);
  gst_buffer_unref (buffer);
  return chained;
}

static void
start (Link * link)
{
  GstSegment segment;

  gst_pad_set_chain_function (link->sink, keep);
  fail_unless (gst_pad_set_active (link->sink, TRUE));
  fail_unless (gst_pad_set_active (link->src, TRUE));
  fail_unless (gst_pad_push_event (link->src,
          gst_event_new_stream_start ("s")));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless (gst_pad_push_event (link->src,
          gst_event_new_segment (&segment)));
}

static void
stop (Link * link)
{
  gst_pad_set_active (link->src, FALSE);
  gst_pad_set_active (link->sink, FALSE);
}

GST_START_TEST (injected_frames_come_back)
{
  static const GstFlowReturn flows[] = { GST_FLOW_OK, GST_FLOW_ERROR };
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  g_autoptr (GstKsPool) pool = pool_new ();
  guint8 data[64];
  Returns returns = { 0, };
  GstKsPinFrame frame = { data, sizeof data, 48, 5, 6, &returns };
  GstKsPoolStatus status;

  fail_unless_equals_int (gst_ks_pin_inject (pin, &frame),
      GST_FLOW_NOT_SUPPORTED);
  fail_unless (gst_ks_pin_set_allocator (pin, pool, NULL));
  fail_unless (gst_ks_pin_set_injection (pin, note_return, &returns, NULL));
  start (&link);
  for (guint i = 0; i < G_N_ELEMENTS (flows); i++) {
    chained = flows[i];
    fail_unless_equals_int (gst_ks_pin_inject (pin, &frame), flows[i]);
    fail_unless_equals_int (returns.returned, i);
    fail_unless (kept && gst_buffer_get_size (kept) == 48
        && GST_BUFFER_PTS (kept) == 5 && GST_BUFFER_DURATION (kept) == 6);
    gst_clear_buffer (&kept);
    fail_unless_equals_int (returns.returned, i + 1);
    fail_unless_equals_int (returns.status, flows[i]);
    fail_unless (memcmp (&returns.frame, &frame, sizeof frame) == 0);
  }
  stop (&link);
  fail_unless_equals_int (gst_ks_pin_inject (pin, &frame), GST_FLOW_FLUSHING);
  fail_unless_equals_int (returns.returned, 3);
  fail_unless_equals_int (returns.status, GST_FLOW_FLUSHING);
  gst_ks_pool_get_status (pool, &status);
  fail_unless (status.allocated == 0 && status.idle == 0);
  link_free (&link);
}

GST_END_TEST;

GST_START_TEST (injection_takes_no_allocator)
{
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  g_autoptr (GstQuery) query = query_new ();
  GstKsDecision decision;

  say (pin, "system, flags=must-allocate");
  fail_unless (gst_ks_pin_set_injection (pin, note_return, NULL, NULL));
  fail_unless (gst_ks_pin_decide (pin, query, &decision, NULL));
  fail_unless_equals_int (decision.source, GST_KS_DECISION_NONE);
  fail_unless (decision.pool == NULL);
  gst_ks_decision_clear (&decision);
  link_free (&link);
}

GST_END_TEST;

GST_START_TEST (injection_is_set_while_stopped)
{
  g_autoptr (GError) error = NULL;
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  g_autoptr (GstKsPin) sink = gst_ks_pin_get (link.sink, TRUE);

  fail_if (gst_ks_pin_set_injection (sink, note_return, NULL, &error));
  expect_error (error, GST_KS_ERROR_NOT_SUPPORTED);
  start (&link);
  fail_if (gst_ks_pin_set_injection (pin, note_return, NULL, &error));
  expect_error (error, GST_KS_ERROR_STATE);
  stop (&link);
  fail_unless (gst_ks_pin_set_injection (pin, note_return, NULL, NULL));
  fail_unless (gst_ks_pin_set_injection (pin, NULL, NULL, NULL));
  link_free (&link);
}

GST_END_TEST;

/* --- frames that others only read --- */

GST_START_TEST (sealed_frames_are_copied_before_a_change)
{
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  g_autoptr (GstKsPool) pool = pool_new ();
  GstBuffer *frame = NULL, *sealed;
  GstKsPoolStatus status;
  GstMapInfo map;
  guint8 byte = 0;

  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE);
  gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (pool), &frame, NULL);
  fail_unless (gst_ks_pin_seal (pin, frame) == frame);
  g_object_set (pin, "flags", GST_KS_PIN_FLAG_READ_ONLY, NULL);
  gst_buffer_memset (frame, 0, 7, 4096);
  GST_BUFFER_PTS (frame) = 9;
  sealed = gst_ks_pin_seal (pin, gst_buffer_ref (frame));
  fail_unless (GST_BUFFER_PTS (sealed) == 9);
  fail_unless (gst_buffer_get_size (sealed) == 4096);
  fail_if (gst_memory_map (gst_buffer_peek_memory (sealed, 0), &map,
          GST_MAP_WRITE));
  gst_buffer_memset (sealed, 0, 8, 4096);
  gst_buffer_extract (frame, 0, &byte, 1);
  fail_unless_equals_int (byte, 7);
  gst_buffer_extract (sealed, 0, &byte, 1);
  fail_unless_equals_int (byte, 8);
  gst_buffer_unref (sealed);
  gst_buffer_unref (frame);
  gst_ks_pool_get_status (pool, &status);
  fail_unless_equals_int (status.allocated, 0);
  gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  link_free (&link);
}

GST_END_TEST;

/* What cannot be shared is copied: it is somebody's to change still. */
GST_START_TEST (sealed_frames_need_not_be_shared)
{
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  guint8 data[64] = { 5, };
  GstBuffer *sealed = gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_NO_SHARE,
      data, sizeof data, 0, sizeof data, NULL, NULL);
  GstMapInfo map;
  guint8 byte = 0;

  g_object_set (pin, "flags", GST_KS_PIN_FLAG_READ_ONLY, NULL);
  sealed = gst_ks_pin_seal (pin, sealed);
  fail_unless (sealed != NULL);
  data[0] = 6;
  gst_buffer_extract (sealed, 0, &byte, 1);
  fail_unless_equals_int (byte, 5);
  fail_if (gst_memory_map (gst_buffer_peek_memory (sealed, 0), &map,
          GST_MAP_WRITE));
  gst_buffer_unref (sealed);
  link_free (&link);
}

GST_END_TEST;


static Suite *
pinstream_suite (void)
{
  Suite *suite = suite_create ("pinstream");
  TCase *tcase = tcase_create ("general");

  gst_ks_init ();
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, edits_touch_one_pin);
  tcase_add_test (tcase, zero_is_no_surface);
  tcase_add_test (tcase, framing_is_told_in_two_calls);
  tcase_add_test (tcase, pipes_have_numbers);
  tcase_add_test (tcase, kernel_memory_is_not_for_crowds);
  tcase_add_test (tcase, three_items_travel_in_order);
  tcase_add_test (tcase, two_threads_acquire_the_same);
  tcase_add_loop_test (tcase, sinks_are_acquired_first, 0,
      G_N_ELEMENTS (orders));
  tcase_add_test (tcase, injected_frames_come_back);
  tcase_add_test (tcase, injection_takes_no_allocator);
  tcase_add_test (tcase, injection_is_set_while_stopped);
  tcase_add_test (tcase, sealed_frames_are_copied_before_a_change);
  tcase_add_test (tcase, sealed_frames_need_not_be_shared);
  return suite;
}

GST_CHECK_MAIN (pinstream);
