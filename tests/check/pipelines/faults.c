/* Pins, plans and whole lines when the system refuses: each call that can fail does, the first, the second, and so on.
 *
 * A line ends with an error on the bus or goes to its end; it never stands
 * still, and nothing of ours is left of it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "../libs/faultrun.h"
#include "runner.h"

/* Large enough that no frame of it comes from the heap. */
#define CAPS "video/x-raw,format=RGB,width=320,height=240,framerate=25/1"
#define CAPS_SIZE (320 * 240 * 3)
#define SOURCE "videotestsrc num-buffers=4 ! " CAPS " ! "

static gboolean
refuse (GError ** error, const gchar * what)
{
  if (error && *error == NULL)
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_FAILED, what);
  return FALSE;
}

static GstKsFraming *
framing_of (const FaultRow * row)
{
  GstKsFraming *framing = gst_ks_framing_parse (row->kind, NULL);

  fail_unless (framing != NULL, "%s", row->kind);
  return framing;
}

static GstQuery *
query_new (void)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);

  return gst_query_new_allocation (caps, TRUE);
}

/* --- one link --- */

typedef struct
{
  GstPad *src, *sink;
  GstKsPin *from, *to;
  GstQuery *query;
} Link;

static Link
link_new (const FaultRow * row)
{
  g_autoptr (GstKsFraming) framing = framing_of (row);
  Link link = { gst_pad_new ("src", GST_PAD_SRC),
    gst_pad_new ("sink", GST_PAD_SINK)
  };

  gst_object_ref_sink (link.src);
  gst_object_ref_sink (link.sink);
  fail_unless_equals_int (gst_pad_link (link.src, link.sink), GST_PAD_LINK_OK);
  link.from = gst_ks_pin_get (link.src, TRUE);
  link.to = gst_ks_pin_get (link.sink, TRUE);
  gst_ks_pin_set_framing (link.to, framing);
  link.query = query_new ();
  return link;
}

static void
link_clear (Link * link)
{
  gst_query_unref (link->query);
  gst_pad_unlink (link->src, link->sink);
  g_object_unref (link->from);
  g_object_unref (link->to);
  gst_object_unref (link->src);
  gst_object_unref (link->sink);
}

/* Has a frame of a pool that was decided on. */
static gboolean
use_pool (GstBufferPool * pool, GError ** error)
{
  GstBuffer *buffer = NULL;
  gboolean good = gst_buffer_pool_set_active (pool, TRUE)
      && gst_buffer_pool_acquire_buffer (pool, &buffer, NULL) == GST_FLOW_OK;

  gst_clear_buffer (&buffer);
  (void) gst_buffer_pool_set_active (pool, FALSE);
  return good || refuse (error, "no frame");
}

static gboolean
run_pin_decide (const FaultRow * row, GError ** error)
{
  g_auto (GstKsDecision) decision = GST_KS_DECISION_INIT;
  Link link = link_new (row);
  gboolean good = gst_ks_pin_propose (link.to, link.query, error)
      && gst_ks_pin_decide (link.from, link.query, &decision, error);

  good = good && use_pool (decision.pool, error);
  link_clear (&link);
  return good;
}

static gboolean
run_query_decide (const FaultRow * row, GError ** error)
{
  g_auto (GstKsDecision) decision = GST_KS_DECISION_INIT;
  g_autoptr (GstKsFraming) framing = framing_of (row);
  g_autoptr (GstQuery) query = query_new ();

  return gst_ks_query_propose (query, framing, error)
      && gst_ks_query_decide (query, framing, &decision, error)
      && use_pool (decision.pool, error);
}

static gboolean
run_plan_link (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsFraming) framing = framing_of (row);
  g_autoptr (GstQuery) query = query_new ();
  g_autoptr (GstKsPlan) plan = gst_ks_query_plan_link (query, TRUE, framing,
      NULL);

  return plan != NULL || refuse (error, "no plan");
}

static GstKsPool *
pool_of (const FaultRow * row, GError ** error)
{
  g_autoptr (GstKsFraming) framing = framing_of (row);

  return gst_ks_create_allocator (framing, error);
}

static gboolean
run_pin_acquire (const FaultRow * row, GError ** error)
{
  Link link = link_new (row);
  g_autoptr (GstKsPool) pool = pool_of (row, error);
  gboolean good = pool && gst_ks_pin_set_allocator (link.from, pool, error)
      && gst_ks_pin_acquire (link.from, error);

  good = good && use_pool (GST_BUFFER_POOL (pool), error);
  link_clear (&link);
  return good;
}

static gpointer
take (gpointer context)
{
  return g_malloc (CAPS_SIZE);
}

static void
give (gpointer context, gpointer data)
{
  g_free (data);
}

static gboolean
run_pin_create (const FaultRow * row, GError ** error)
{
  static const GstKsPinDispatch dispatch = { NULL, NULL, take, give };
  const GstKsAbiFraming framing = {
    .requirements_flags = GST_KSALLOCATOR_OPTIONF_SYSTEM_MEMORY,
    .pool_type = GST_PagedPool,.frames = 2,.frame_size = CAPS_SIZE
  };
  Link link = link_new (row);
  g_autoptr (GstKsPool) pool = NULL;
  gboolean good;

  gst_ks_pin_set_dispatch (link.from, &dispatch);
  pool = gst_ks_pin_create_allocator (link.from, &framing, error);
  good = pool && use_pool (GST_BUFFER_POOL (pool), error);
  link_clear (&link);
  return good;
}

/* A frame whose memory cannot be shared is copied. */
static gboolean
run_pin_seal (const FaultRow * row, GError ** error)
{
  Link link = link_new (row);
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (row->kind, NULL,
      error);
  GstKsRequest request = {.size = CAPS_SIZE };
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &request, error);
  GstBuffer *buffer = NULL;

  if (memory) {
    GST_MINI_OBJECT_FLAG_SET (memory, GST_MEMORY_FLAG_NO_SHARE);
    g_object_set (link.from, "flags", GST_KS_PIN_FLAG_READ_ONLY, NULL);
    buffer = gst_buffer_new ();
    gst_buffer_append_memory (buffer, memory);
    buffer = gst_ks_pin_seal (link.from, buffer);
  }
  link_clear (&link);
  if (buffer == NULL)
    return refuse (error, "not sealed");
  gst_buffer_unref (buffer);
  return TRUE;
}

/* --- whole lines --- */

/* Not parsed where calls fail: plugins are loaded there. */
static gboolean
play (GstElement * pipeline, GError ** error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  gboolean good;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, RUN_WATCHDOG,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL, "the line stands still");
  good = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
  if (!good)
    gst_message_parse_error (message, error, NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return good;
}

static GstElement *
line_new (const FaultRow * row)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (row->kind, &error);

  fail_unless (error == NULL, "%s: %s", row->kind, error ? error->message : "");
  return pipeline;
}

static gboolean
run_line (const FaultRow * row, GError ** error)
{
  g_autoptr (GstElement) pipeline = line_new (row);

  return play (pipeline, error);
}

static gboolean
run_negotiated_line (const FaultRow * row, GError ** error)
{
  g_autoptr (GstElement) pipeline = line_new (row);
  g_autoptr (GstKsNegotiator) negotiator =
      gst_ks_negotiator_new (GST_BIN (pipeline));
  gboolean good;

  gst_ks_negotiator_attach (negotiator);
  good = play (pipeline, error);
  gst_ks_negotiator_detach (negotiator);
  return good;
}

static void
attach (GstElement * pipeline, const gchar * text)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "e");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (text, NULL);

  gst_ks_pad_attach (pad, framing, GST_KS_PIN_FLAG_NONE);
}

static gboolean
run_attached_line (const FaultRow * row, GError ** error)
{
  g_autoptr (GstElement) pipeline = line_new (row);

  attach (pipeline, row->device);
  return play (pipeline, error);
}

static gboolean
run_appsrc (const FaultRow * row, GError ** error)
{
  g_autoptr (GstElement) pipeline = line_new (row);
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "a");
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  g_autoptr (GstBufferPool) pool = NULL;
  gboolean good;

  attach (pipeline, row->device);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  pool = gst_ks_appsrc_negotiate (source, caps, NULL, error);
  good = pool != NULL && use_pool (pool, error);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return good;
}

static gboolean
run_watched (const FaultRow * row, GError ** error)
{
  g_autoptr (GstElement) pipeline = line_new (row);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "e");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstKsWatch) watch = gst_ks_watch_new ();

  gst_ks_watch_add_path (watch, pad);
  return play (pipeline, error);
}

/* --- the rows --- */

#define KS(kind) SOURCE "ksallocator memory=" kind " ! fakesink"
#define APPSRC "appsrc name=a format=time ! fakesink name=e async=false"
#define SAY(kind) kind ", size=230400, frames=2.."

/* *INDENT-OFF* */
static const FaultRow rows[] = {
  {"gst_ks_pin_decide", run_pin_decide, SAY ("system"), .says = "no frame"},
  {"gst_ks_pin_decide", run_pin_decide, SAY ("shared"), .says = "no frame"},
  {"gst_ks_pin_propose", run_pin_decide, SAY ("locked"), .says = "no frame"},
  {"gst_ks_query_decide", run_query_decide, SAY ("shared"), .says = "no frame"},
  {"gst_ks_query_propose", run_query_decide, SAY ("system"),
      .says = "no frame"},
  {"gst_ks_pin_acquire", run_pin_acquire, SAY ("shared"), .says = "no frame"},
  {"gst_ks_pin_set_allocator", run_pin_acquire, SAY ("system"),
      .says = "no frame"},
  {"gst_ks_pin_create_allocator", run_pin_create, SAY ("system"),
      .mends = TRUE},
  {"gst_ks_pin_seal", run_pin_seal, "shared", .says = ""},
  {"gst_ks_pad_attach", run_attached_line, SOURCE "fakesink name=e",
      .device = "shared, align=8192", .says = " bytes"},
  {"gst_ks_appsrc_negotiate", run_appsrc, APPSRC, .device = "shared",
      .says = "no frame"},
  {"gst_ks_negotiator_attach", run_negotiated_line,
      SOURCE "tee name=t ! queue ! fakesink t. ! queue ! fakesink",
      .says = ""},
  {"gst_ks_negotiator_attach", run_negotiated_line, KS ("shared"),
      .says = " bytes"},
  {"gst_ks_watch_add_path", run_watched,
      SOURCE "ksallocator memory=shared ! queue ! fakesink name=e",
      .says = " bytes"},
  {"ksallocator", run_line, KS ("system"), .says = " bytes"},
  {"ksallocator", run_line, KS ("locked"), .says = " bytes"},
  {"ksallocator", run_line, KS ("huge"), .says = " bytes"},
  {"ksallocator", run_line, KS ("shared"), .says = " bytes"},
  {"ksallocator", run_line, KS ("system guard=pattern"), .says = " bytes"},
  {"ksallocator", run_line, KS ("system guard=pages"), .says = " bytes"},
  {"ksallocator", run_line, KS ("shared guard=pages"), .says = " bytes"},
  {"ksallocator", run_line, KS ("shared device=0 frames=2..3"),
      .says = " bytes"},
  {"ksallocator", run_line, SOURCE "identity drop-allocation=true ! "
      "ksallocator memory=shared require=copy ! fakesink", .says = " bytes"},
  {"ksupload", run_line, SOURCE "ksupload memory=shared ! queue ! ksdownload "
      "! fakesink", .says = " bytes"},
  {"ksupload", run_line, SOURCE "identity drop-allocation=true ! "
      "ksupload memory=shared ! fakesink", .says = " bytes"},
};

/* These make no call that can fail. */
static const FaultRow quiet_rows[] = {
  {"gst_ks_query_plan_link", run_plan_link, SAY ("shared")},
};
/* *INDENT-ON* */

GST_START_TEST (test_every_call_fails)
{
  fault_every_call (&rows[__i__], 2);
}

GST_END_TEST;

GST_START_TEST (test_no_call_can_fail)
{
  fault_no_call (&quiet_rows[__i__]);
}

GST_END_TEST;

static Suite *
faults_suite (void)
{
  Suite *suite = suite_create ("faults");
  TCase *tcase = tcase_create ("general");

  gst_ks_init ();
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_every_call_fails, 0, G_N_ELEMENTS (rows));
  tcase_add_loop_test (tcase, test_no_call_can_fail, 0,
      G_N_ELEMENTS (quiet_rows));
  return suite;
}

GST_CHECK_MAIN (faults);
