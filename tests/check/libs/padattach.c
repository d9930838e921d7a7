/* A framing that a program gives to a pad: with a negotiator and without.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "../pipelines/runner.h"
#include "pintest.h"

#define SOURCE "videotestsrc name=v num-buffers=10 ! " CAPS " "

/* --- pipelines --- */

typedef struct
{
  const gchar *name;
  const gchar *launch;
  const gchar *pads;            /* that get the framing, "element:pad" */
  const gchar *framing;
  const gchar *seen;            /* the pad whose frames are looked at */
  const gchar *kind;            /* NULL: a tee takes only numbers upstream */
  guint align;                  /* bytes */
} Row;

/* *INDENT-OFF* */
static const Row rows[] = {
  {"fakesink", SOURCE "! fakesink name=e", "e:sink", "system, align=4096",
      "e:sink", "system", 4096},
  {"appsink", SOURCE "! appsink name=e sync=false drop=true max-buffers=1"
      " wait-on-eos=false", "e:sink", "system, align=4096", "e:sink", "system",
      4096},
  {"shared", SOURCE "! fakesink name=e", "e:sink", "shared, frames=3..",
      "e:sink", "shared", 4096},
  {"behind-queue", SOURCE "! queue ! fakesink name=e", "e:sink",
      "mapped, align=4096, prefix=64", "e:sink", "system", 64},
  {"behind-converter", SOURCE "! videoconvert ! video/x-raw,format=NV12"
      " ! fakesink name=e", "e:sink", "system, align=4096", "e:sink", "system",
      4096},
  {"in-the-middle", SOURCE "! identity name=e ! fakesink", "e:sink",
      "system, align=4096", "e:sink", "system", 4096},
  {"two-in-a-row", SOURCE "! identity name=e ! fakesink name=f",
      "e:sink f:sink", "shared, align=256", "f:sink", "shared", 256},
  {"tee", SOURCE "! tee name=t ! queue ! fakesink name=e"
      " t. ! queue ! fakesink name=f", "e:sink f:sink", "system, align=4096",
      "f:sink", NULL, 4096},
  {"source", SOURCE "! fakesink name=e", "v:src", "system, align=4096",
      "v:src", "system", 4096},
  {"source-shared", SOURCE "! queue ! fakesink name=e", "v:src", "shared",
      "v:src", "shared", 4096},
  {"both-ends", SOURCE "! fakesink name=e", "v:src e:sink",
      "system, align=4096", "e:sink", "system", 4096},
};
/* *INDENT-ON* */

typedef struct
{
  const Row *row;
  gint frames;                  /* atomic */
  gint wrong;                   /* atomic; of them, not as the row says */
} Seen;

static GstPad *
pad_of (GstElement * pipeline, const gchar * name)
{
  g_auto (GStrv) words = g_strsplit (name, ":", 2);
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline),
      words[0]);
  GstPad *pad = gst_element_get_static_pad (element, words[1]);

  fail_unless (pad != NULL, "no pad %s", name);
  return pad;
}

static void
attach_all (GstElement * pipeline, const gchar * names, const gchar * text)
{
  g_auto (GStrv) pads = g_strsplit (names, " ", -1);
  g_autoptr (GstKsFraming) framing = text ? framing_of (text) : NULL;

  for (guint i = 0; pads[i]; i++) {
    g_autoptr (GstPad) pad = pad_of (pipeline, pads[i]);

    gst_ks_pad_attach (pad, framing, GST_KS_PIN_FLAG_NONE);
  }
}

static gboolean
is_as_asked (const Row * row, GstBuffer * buffer)
{
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);
  GstMapInfo map;
  gboolean good;

  if (row->kind && (!gst_ks_allocator_is_ours (memory->allocator)
          || g_strcmp0 (gst_ks_allocator_peek_kind (memory->allocator),
              row->kind) != 0))
    return FALSE;
  if (!gst_memory_map (memory, &map, GST_MAP_READ))
    return FALSE;
  good = (guintptr) map.data % row->align == 0;
  gst_memory_unmap (memory, &map);
  return good;
}

static GstPadProbeReturn
look (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  Seen *seen = user_data;

  g_atomic_int_inc (&seen->frames);
  if (!is_as_asked (seen->row, GST_PAD_PROBE_INFO_BUFFER (info)))
    g_atomic_int_inc (&seen->wrong);
  return GST_PAD_PROBE_OK;
}

static GstMessage *
play (GstElement * pipeline, GstMessageType until)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, RUN_WATCHDOG, until);
  fail_unless (message != NULL, "silence");
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return message;
}

static void
play_to_the_end (GstElement * pipeline, const gchar * name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstMessage) message = play (pipeline,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  fail_unless (error == NULL, "%s: %s", name, error ? error->message : "");
}

typedef enum
{
  NOBODY,
  BEFORE,                       /* its probes come before those of the pads */
  AFTER,
  N_NEGOTIATORS
} Negotiator;

static void
run_row (const Row * row, Negotiator sort)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch (row->launch, NULL);
  g_autoptr (GstPad) pad = pad_of (pipeline, row->seen);
  g_autoptr (GstKsNegotiator) negotiator =
      gst_ks_negotiator_new (GST_BIN (pipeline));
  g_autoptr (GstKsPlan) plan = NULL;
  Seen seen = { row, 0, 0 };

  if (sort == BEFORE)
    gst_ks_negotiator_attach (negotiator);
  attach_all (pipeline, row->pads, row->framing);
  if (sort == AFTER)
    gst_ks_negotiator_attach (negotiator);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, look, &seen, NULL);
  play_to_the_end (pipeline, row->name);
  fail_unless_equals_int (g_atomic_int_get (&seen.frames), 10);
  fail_unless (g_atomic_int_get (&seen.wrong) == 0, "%s: %d frames of 10",
      row->name, seen.wrong);
  plan = gst_ks_negotiator_get_plan (negotiator);
  fail_unless_equals_int (gst_ks_plan_get_n_segments (plan) > 0,
      sort != NOBODY);
}

GST_START_TEST (test_frames_are_so)
{
  run_row (&rows[__i__ / N_NEGOTIATORS], __i__ % N_NEGOTIATORS);
}

GST_END_TEST;

/* --- one link --- */

/* Of the answer to a query for CAPS. */
static GstKsQueryReply
ask (Link * link, gboolean answered)
{
  g_autoptr (GstQuery) query = query_new ();
  GstKsQueryReply reply;
  gboolean good = gst_pad_peer_query (link->src, query);

  fail_unless_equals_int (good, answered);
  gst_ks_query_read (query, good, &reply);
  return reply;
}

static void
attach (GstPad * pad, const gchar * text)
{
  g_autoptr (GstKsFraming) framing = text ? framing_of (text) : NULL;

  gst_ks_pad_attach (pad, framing, GST_KS_PIN_FLAG_NONE);
}

static void
expect_align (Link * link, gsize align)
{
  GstKsQueryReply reply = ask (link, TRUE);

  fail_unless (GST_IS_KS_POOL (reply.pool));
  fail_unless_equals_uint64 (reply.align, align);
  fail_unless_equals_uint64 (reply.size, CAPS_SIZE);
  gst_ks_query_reply_clear (&reply);
}

GST_START_TEST (test_replaced_and_taken_away)
{
  Link link = link_new ();
  GstPad *pad = __i__ ? link.src : link.sink;
  g_autoptr (GstKsPin) pin = NULL;
  g_autoptr (GstKsFraming) framing = framing_of ("system, align=512");
  GstKsPinFlags flags;

  attach (pad, NULL);
  pin = gst_ks_pin_get (pad, FALSE);
  fail_unless (pin == NULL);
  attach (pad, "system, align=4096");
  expect_align (&link, 4096);
  gst_ks_pad_attach (pad, framing, GST_KS_PIN_FLAG_READ_ONLY);
  expect_align (&link, 512);
  pin = gst_ks_pin_get (pad, FALSE);
  g_object_get (pin, "flags", &flags, NULL);
  fail_unless_equals_int (flags, GST_KS_PIN_FLAG_READ_ONLY);

  attach (pad, NULL);
  GstKsQueryReply reply = ask (&link, FALSE);
  gst_ks_query_reply_clear (&reply);
  g_object_get (pin, "flags", &flags, NULL);
  fail_unless_equals_int (flags, GST_KS_PIN_FLAG_NONE);
  attach (pad, "system, align=64");
  expect_align (&link, 64);
  link_free (&link);
}

GST_END_TEST;

/* Writes something, and refuses. */
static gboolean
query_refuses (GstPad * pad, GstObject * parent, GstQuery * query)
{
  GstAllocationParams params = { 0, 65535, 0, 0 };

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return gst_pad_query_default (pad, parent, query);
  gst_query_add_allocation_param (query, NULL, &params);
  gst_query_add_allocation_pool (query, NULL, 1 << 20, 7, 9);
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return FALSE;
}

static gboolean
query_answers (GstPad * pad, GstObject * parent, GstQuery * query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return gst_pad_query_default (pad, parent, query);
  (void) query_refuses (pad, parent, query);
  return TRUE;
}

GST_START_TEST (test_refusal_is_forgotten)
{
  Link link = link_new ();
  GstKsQueryReply reply;

  gst_pad_set_query_function (link.sink, query_refuses);
  attach (__i__ ? link.src : link.sink, "system, align=256, frames=2..");
  reply = ask (&link, TRUE);
  fail_unless_equals_uint64 (reply.align, 256);
  fail_unless_equals_uint64 (reply.size, CAPS_SIZE);
  fail_unless_equals_int (reply.min, 2);
  fail_unless_equals_int (reply.max, 0);
  fail_unless (!reply.video_meta);
  gst_ks_query_reply_clear (&reply);
  link_free (&link);
}

GST_END_TEST;

GST_START_TEST (test_answer_is_joined)
{
  Link link = link_new ();
  GstKsQueryReply reply;

  gst_pad_set_query_function (link.sink, query_answers);
  attach (__i__ ? link.src : link.sink, "shared, align=256");
  reply = ask (&link, TRUE);
  fail_unless_equals_string (gst_ks_allocator_peek_kind (reply.allocator),
      "shared");
  fail_unless_equals_uint64 (reply.align, 65536);
  fail_unless_equals_uint64 (reply.size, 1 << 20);
  fail_unless_equals_int (reply.min, 7);
  fail_unless (reply.video_meta);
  gst_ks_query_reply_clear (&reply);
  link_free (&link);
}

GST_END_TEST;

GST_START_TEST (test_assigned_comes_first)
{
  g_autoptr (GstKsFraming) fixed = framing_of ("shared, size=64k, frames=..4");
  g_autoptr (GstKsPool) pool = gst_ks_create_allocator (fixed, NULL);
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = NULL;
  GstKsQueryReply reply;

  gst_pad_set_query_function (link.sink, query_answers);
  attach (link.src, "shared");
  pin = gst_ks_pin_get (link.src, FALSE);
  fail_unless (gst_ks_pin_set_allocator (pin, pool, NULL));
  reply = ask (&link, TRUE);
  fail_unless (reply.pool == GST_BUFFER_POOL (pool));
  fail_unless_equals_string (gst_ks_allocator_peek_kind (reply.allocator),
      "shared");
  fail_unless_equals_int (reply.max, 4);
  gst_ks_query_reply_clear (&reply);
  fail_unless (gst_ks_pin_set_allocator (pin, NULL, NULL));
  link_free (&link);
}

GST_END_TEST;

/* --- what goes wrong --- */

typedef struct
{
  const gchar *name;
  const gchar *pads;
  const gchar *framing;
  GstMessageType type;
  gboolean resource;            /* the domain; else stream */
  gint code;
} ErrorRow;

/* *INDENT-OFF* */
static const ErrorRow errors[] = {
  {"too-small", "e:sink", "system, size=..100", GST_MESSAGE_ERROR, FALSE,
      GST_STREAM_ERROR_FORMAT},
  {"too-small-source", "v:src", "system, size=..100", GST_MESSAGE_ERROR, FALSE,
      GST_STREAM_ERROR_FORMAT},
  {"wish", "e:sink", "system, size=..100, flags=preferences-only",
      GST_MESSAGE_WARNING, FALSE, GST_STREAM_ERROR_FORMAT},
  {"unknown", "e:sink", "mycard", GST_MESSAGE_ERROR, TRUE,
      GST_RESOURCE_ERROR_NOT_FOUND},
};
/* *INDENT-ON* */

GST_START_TEST (test_errors_are_said)
{
  const ErrorRow *row = &errors[__i__];
  g_autoptr (GstElement) pipeline = gst_parse_launch (SOURCE
      "! fakesink name=e", NULL);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  attach_all (pipeline, row->pads, row->framing);
  message = play (pipeline, GST_MESSAGE_EOS | GST_MESSAGE_ERROR
      | GST_MESSAGE_WARNING);
  fail_unless (GST_MESSAGE_TYPE (message) == row->type, "%s: %s", row->name,
      GST_MESSAGE_TYPE_NAME (message));
  if (row->type == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else
    gst_message_parse_warning (message, &error, NULL);
  fail_unless (g_error_matches (error, row->resource ? GST_RESOURCE_ERROR
          : GST_STREAM_ERROR, row->code), "%s: %s", row->name, error->message);
  fail_unless (strstr (error->message, row->pads) != NULL, "%s: %s", row->name,
      error->message);
}

GST_END_TEST;

/* --- threads --- */

#define ROUNDS 200

/* Whatever the two pads say, they can meet. */
static gpointer
attach_often (gpointer pad)
{
  gboolean source = GST_PAD_IS_SRC (pad);
  const gchar *texts[] = { source ? "mapped" : "shared",
    source ? "mapped, align=64" : "system, align=4096", NULL
  };

  for (guint i = 0; i < ROUNDS; i++)
    attach (pad, texts[i % G_N_ELEMENTS (texts)]);
  return NULL;
}

GST_START_TEST (test_threads)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch ("videotestsrc name=v"
      " pattern=black ! " CAPS " ! queue ! fakesink name=e", NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstPad) source = pad_of (pipeline, "v:src");
  g_autoptr (GstPad) sink = pad_of (pipeline, "e:sink");
  g_autoptr (GstMessage) message = NULL;
  GThread *threads[3];

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  threads[0] = g_thread_new ("source", attach_often, source);
  threads[1] = g_thread_new ("sink", attach_often, sink);
  threads[2] = g_thread_new ("sink-again", attach_often, sink);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  /* sooner, the event and the change of state wait for each other */
  fail_unless_equals_int (gst_element_get_state (pipeline, NULL, NULL,
          RUN_WATCHDOG), GST_STATE_CHANGE_SUCCESS);
  gst_element_send_event (pipeline, gst_event_new_eos ());
  message = gst_bus_timed_pop_filtered (bus, RUN_WATCHDOG,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  fail_unless_equals_int (GST_MESSAGE_TYPE (message), GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

static Suite *
padattach_suite (void)
{
  Suite *suite = suite_create ("padattach");
  TCase *tcase = tcase_create ("padattach");

  gst_ks_init ();
  tcase_set_timeout (tcase, 60);
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_frames_are_so, 0,
      G_N_ELEMENTS (rows) * N_NEGOTIATORS);
  tcase_add_loop_test (tcase, test_replaced_and_taken_away, 0, 2);
  tcase_add_loop_test (tcase, test_refusal_is_forgotten, 0, 2);
  tcase_add_loop_test (tcase, test_answer_is_joined, 0, 2);
  tcase_add_test (tcase, test_assigned_comes_first);
  tcase_add_loop_test (tcase, test_errors_are_said, 0, G_N_ELEMENTS (errors));
  tcase_add_test (tcase, test_threads);
  return suite;
}

GST_CHECK_MAIN (padattach);
