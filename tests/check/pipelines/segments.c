/* Who shares frames, who copies: elements that work in place, that only pass, that make
 * new frames, and branches.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <dlfcn.h>

#include <gst/ks/gstks.h>

#include "runner.h"

#define FRAMES 20
#define PADS 4

#define SOURCE "videotestsrc num-buffers=20" \
    " ! video/x-raw,format=I420,width=640,height=480 ! ksallocator name=ks "

typedef struct
{
  GstBuffer *buffer;            /* to compare only */
  GstMemory *memory;            /* to compare only */
  GstBufferPool *pool;          /* to compare only */
  gboolean ours;                /* the memory; and the pool: */
  gboolean ks_pool;
  guint sum;                    /* of the bytes */
} Seen;

typedef struct
{
  GstElement *pipeline;
  GArray *seen[PADS];           /* of Seen */
  guint n_pads;
  GQueue kept;                  /* of GstBuffer: what a source keeps */
} Watch;

static guint
sum_of (GstBuffer * buffer)
{
  GstMapInfo map;
  guint sum = 0;

  fail_unless (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize i = 0; i < map.size; i++)
    sum = sum * 31 + map.data[i];
  gst_buffer_unmap (buffer, &map);
  return sum;
}

static GstPadProbeReturn
watch_note (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);
  Seen seen = { buffer, memory, buffer->pool, gst_ks_memory_is_ours (memory),
    GST_IS_KS_POOL (buffer->pool), sum_of (buffer)
  };

  fail_unless_equals_int (gst_buffer_n_memory (buffer), 1);
  g_array_append_val ((GArray *) user_data, seen);
  return GST_PAD_PROBE_OK;
}

static GstPad *
pad_of (GstElement * pipeline, const gchar * name)
{
  g_auto (GStrv) parts = g_strsplit (name, ".", 2);
  g_autoptr (GstElement) element =
      gst_bin_get_by_name (GST_BIN (pipeline), parts[0]);
  GstPad *pad = element ? gst_element_get_static_pad (element, parts[1]) : NULL;

  fail_unless (pad != NULL, "no pad %s", name);
  return pad;
}

/* pads: names as element.pad, separated by spaces. */
static void
watch_init (Watch * watch, const gchar * launch, const gchar * pads)
{
  g_auto (GStrv) names = g_strsplit (pads, " ", -1);
  g_autoptr (GError) error = NULL;

  *watch = (Watch) {
  NULL,};
  watch->pipeline = gst_parse_launch (launch, &error);
  fail_unless (watch->pipeline != NULL && error == NULL, "%s: %s", launch,
      error ? error->message : "?");
  for (guint i = 0; names[i]; i++) {
    g_autoptr (GstPad) pad = pad_of (watch->pipeline, names[i]);

    fail_unless (i < PADS);
    watch->seen[i] = g_array_new (FALSE, FALSE, sizeof (Seen));
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, watch_note,
        watch->seen[i], NULL);
    watch->n_pads++;
  }
}

/* To the end of the stream, within the watchdog's time. */
static void
watch_run (Watch * watch)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (watch->pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_state (watch->pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, RUN_WATCHDOG,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL, "no end within the watchdog's time");
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  fail_unless (error == NULL, "%s", error ? error->message : "");
  gst_element_set_state (watch->pipeline, GST_STATE_NULL);
  for (guint i = 0; i < watch->n_pads; i++)
    fail_unless_equals_int (watch->seen[i]->len, FRAMES);
}

static void
watch_clear (Watch * watch)
{
  for (guint i = 0; i < watch->n_pads; i++)
    g_array_unref (watch->seen[i]);
  g_queue_clear_full (&watch->kept, (GDestroyNotify) gst_buffer_unref);
  gst_object_unref (watch->pipeline);
}

static const Seen *
seen_at (const Watch * watch, guint pad, guint frame)
{
  return &g_array_index (watch->seen[pad], Seen, frame);
}

static gboolean
is_lacking (const gchar * name, const gchar * needs)
{
  g_autofree gchar *missing = run_missing (needs);

  if (missing)
    g_print ("SKIP: %s: no element %s\n", name, missing);
  return missing != NULL;
}

/* --- one segment --- */

typedef struct
{
  const gchar *name;
  const gchar *needs;
  const gchar *launch;
  gboolean same_buffer;
  gboolean same_bytes;
} ChainRow;

/* *INDENT-OFF* */
static const ChainRow chain_rows[] = {
  {"passes", "identity",
      SOURCE "! identity ! identity ! fakesink name=sink", TRUE, TRUE},
  {"in-place", "videobalance",
      SOURCE "! videobalance saturation=0.5 ! fakesink name=sink", TRUE, FALSE},
  {"three-in-place", "videobalance gamma",
      SOURCE "! videobalance saturation=0.5 ! gamma gamma=2"
          " ! videobalance hue=0.3 ! fakesink name=sink", TRUE, FALSE},
  {"mixed", "videobalance identity queue",
      SOURCE "! identity ! videobalance contrast=0.5 ! queue ! identity"
          " ! fakesink name=sink", TRUE, FALSE},
};
/* *INDENT-ON* */

/* A chain that works in place: each frame is the same memory at both ends, and
 * all of them come from one pool. */
GST_START_TEST (test_chain_shares_frames)
{
  const ChainRow *row = &chain_rows[__i__];
  Watch watch;

  if (is_lacking (row->name, row->needs))
    return;
  watch_init (&watch, row->launch, "ks.src sink.sink");
  watch_run (&watch);
  for (guint i = 0; i < FRAMES; i++) {
    const Seen *a = seen_at (&watch, 0, i), *b = seen_at (&watch, 1, i);

    fail_unless (a->memory == b->memory && a->ours, "%s: %u", row->name, i);
    fail_unless ((a->buffer == b->buffer) == row->same_buffer);
    fail_unless ((a->sum == b->sum) == row->same_bytes, "%s: frame %u",
        row->name, i);
    fail_unless (a->ks_pool);
    fail_unless (a->pool == seen_at (&watch, 0, 0)->pool);
    fail_unless (a->pool == b->pool);
  }
  watch_clear (&watch);
}

GST_END_TEST;

/* --- a source that keeps its frames --- */

static GstPadProbeReturn
keep (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  g_queue_push_tail (user_data,
      gst_buffer_ref (GST_PAD_PROBE_INFO_BUFFER (info)));
  return GST_PAD_PROBE_OK;
}

static guint64
copies_so_far (void)
{
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get ("system", NULL,
      NULL);
  GstStructure *stats = gst_ks_allocator_get_stats (allocator);
  guint64 copied = 0;

  fail_unless (gst_structure_get_uint64 (stats, "copied", &copied));
  gst_structure_free (stats);
  return copied;
}

/* Whoever writes, copies: what the source keeps stays as it was. */
GST_START_TEST (test_kept_frames_stay_intact)
{
  Watch watch;
  guint64 before;

  if (is_lacking ("kept", "videobalance"))
    return;
  watch_init (&watch, SOURCE "! videobalance saturation=0.5"
      " ! fakesink name=sink", "ks.src sink.sink");
  g_autoptr (GstPad) pad = pad_of (watch.pipeline, "ks.src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, keep, &watch.kept, NULL);
  before = copies_so_far ();
  watch_run (&watch);
  fail_unless_equals_uint64 (copies_so_far () - before, FRAMES);
  for (guint i = 0; i < FRAMES; i++) {
    const Seen *a = seen_at (&watch, 0, i), *b = seen_at (&watch, 1, i);

    fail_unless (a->memory != b->memory && a->sum != b->sum);
    fail_unless_equals_int (sum_of (g_queue_peek_nth (&watch.kept, i)), a->sum);
  }
  watch_clear (&watch);
}

GST_END_TEST;

static GstPadProbeReturn
seal (GstPad * pad, GstPadProbeInfo * info, gpointer pin)
{
  info->data = gst_ks_pin_seal (pin, GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_OK;
}

/* A source whose frames are for readers only: without the flag an element that
 * works in place writes into them, with it each is copied before. */
GST_START_TEST (test_sealed_frames_are_copied)
{
  Watch watch;
  guint64 before;

  if (is_lacking ("sealed", "videobalance"))
    return;
  watch_init (&watch, SOURCE "! videobalance saturation=0.5"
      " ! fakesink name=sink", "ks.src sink.sink");
  g_autoptr (GstPad) pad = pad_of (watch.pipeline, "ks.src");
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, TRUE);
  if (__i__ == 1)
    g_object_set (pin, "flags", GST_KS_PIN_FLAG_READ_ONLY, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, seal, pin, NULL);
  before = copies_so_far ();
  watch_run (&watch);
  fail_unless_equals_uint64 (copies_so_far () - before, __i__ ? FRAMES : 0);
  for (guint i = 0; i < FRAMES; i++)
    fail_unless ((seen_at (&watch, 0, i)->memory
            == seen_at (&watch, 1, i)->memory) == (__i__ == 0));
  watch_clear (&watch);
}

GST_END_TEST;

/* --- two segments --- */

static const ChainRow boundary_rows[] = {
  {"one-thread", "videoconvert",
      "videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=640,height=480"
        " ! ksallocator name=ks frames=..1 ! videoconvert ! video/x-raw,format=RGB"
        " ! ksallocator name=two frames=..1 ! fakesink name=sink enable-last-sample=false"},
  {"three-threads", "videoconvert queue",
      "videotestsrc num-buffers=20 ! video/x-raw,format=I420,width=640,height=480"
        " ! ksallocator name=ks frames=..1 ! queue ! videoconvert"
        " ! video/x-raw,format=RGB ! ksallocator name=two frames=..1 ! queue"
        " ! fakesink name=sink enable-last-sample=false"},
};

/* An element that makes new frames parts two segments. Each has a pool of its
 * own, so a cap of one frame in each starves nobody. */
GST_START_TEST (test_boundary_has_two_pools)
{
  const ChainRow *row = &boundary_rows[__i__];
  Watch watch;

  if (is_lacking (row->name, row->needs))
    return;
  watch_init (&watch, row->launch, "ks.src sink.sink");
  watch_run (&watch);
  for (guint i = 0; i < FRAMES; i++) {
    const Seen *a = seen_at (&watch, 0, i), *b = seen_at (&watch, 1, i);

    fail_unless (a->ks_pool && b->ks_pool);
    fail_unless (a->pool != b->pool && a->memory != b->memory);
    fail_unless (a->pool == seen_at (&watch, 0, 0)->pool);
    fail_unless (b->pool == seen_at (&watch, 1, 0)->pool);
    /* a cap of one: always the same block */
    fail_unless (a->memory == seen_at (&watch, 0, 0)->memory);
    fail_unless (b->memory == seen_at (&watch, 1, 0)->memory);
  }
  watch_clear (&watch);
}

GST_END_TEST;

/* --- branches --- */

/* Sinks of one thread: they must not wait for each other. */
#define SINK "fakesink async=false"

GST_START_TEST (test_readers_share)
{
  Watch watch;

  watch_init (&watch, SOURCE "! tee name=t t. ! identity name=a ! " SINK
      " t. ! identity name=b ! " SINK " t. ! identity name=c ! " SINK,
      "ks.src a.src b.src c.src");
  watch_run (&watch);
  for (guint i = 0; i < FRAMES; i++)
    for (guint pad = 1; pad < 4; pad++) {
      const Seen *seen = seen_at (&watch, pad, i);

      fail_unless (seen->ours && seen->sum == seen_at (&watch, 0, i)->sum);
      fail_unless (seen->memory == seen_at (&watch, 0, i)->memory);
    }
  watch_clear (&watch);
}

GST_END_TEST;

/* The branch that writes gets a copy, in our memory; the readers see nothing
 * of it. */
GST_START_TEST (test_writer_copies)
{
  Watch watch;
  guint64 before;

  if (is_lacking ("writer", "videobalance"))
    return;
  watch_init (&watch, SOURCE "! tee name=t t. ! videobalance saturation=0.5"
      " ! identity name=c ! " SINK " t. ! identity name=a ! " SINK
      " t. ! identity name=b ! " SINK, "ks.src a.src b.src c.src");
  before = copies_so_far ();
  watch_run (&watch);
  fail_unless_equals_uint64 (copies_so_far () - before, FRAMES);
  for (guint i = 0; i < FRAMES; i++) {
    const Seen *source = seen_at (&watch, 0, i);
    const Seen *writer = seen_at (&watch, 3, i);

    fail_unless (seen_at (&watch, 1, i)->memory == source->memory);
    fail_unless (seen_at (&watch, 2, i)->memory == source->memory);
    fail_unless_equals_int (seen_at (&watch, 1, i)->sum, source->sum);
    fail_unless_equals_int (seen_at (&watch, 2, i)->sum, source->sum);
    fail_unless (writer->memory != source->memory && writer->ours);
    fail_unless (writer->sum != source->sum);
  }
  watch_clear (&watch);
}

GST_END_TEST;

/* --- framing on its way through a tee --- */

static const gchar *branch_framings[] = {
  "system, size=4096, align=64",
  "system, frames=2..",
};

/* Since 1.26 tee joins parameters of an API that brings a function for it. */
static const gchar *
wanted_behind_tee (guint n_branches)
{
  if (n_branches == 1)
    return branch_framings[0];
  if (dlsym (RTLD_DEFAULT, "gst_meta_api_type_set_params_aggregator"))
    return "system, size=4096, frames=2.., align=64";
  return NULL;
}

static gboolean
answer_with_framing (GstPad * pad, GstObject * parent, GstQuery * query)
{
  g_autoptr (GstKsFraming) framing =
      gst_ks_framing_parse (gst_pad_get_element_private (pad), NULL);

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return gst_pad_query_default (pad, parent, query);
  gst_ks_query_add_allocation_framing (query, framing);
  return TRUE;
}

static void
add_branch (GstElement * tee, const gchar * framing, GstPad ** sink)
{
  g_autoptr (GstPad) src = gst_element_request_pad_simple (tee, "src_%u");

  *sink = gst_object_ref_sink (gst_pad_new (NULL, GST_PAD_SINK));
  gst_pad_set_element_private (*sink, (gpointer) framing);
  gst_pad_set_query_function (*sink, answer_with_framing);
  gst_pad_set_active (*sink, TRUE);
  fail_unless_equals_int (gst_pad_link (src, *sink), GST_PAD_LINK_OK);
}

/* A tee with one branch hands it on; with two it is joined, or nobody's. */
GST_START_TEST (test_framing_through_tee)
{
  guint n_branches = __i__ + 1;
  const gchar *text = wanted_behind_tee (n_branches);
  GstElement *tee =
      gst_object_ref_sink (gst_element_factory_make ("tee", NULL));
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("video/x-raw");
  g_autoptr (GstQuery) query = gst_query_new_allocation (caps, TRUE);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (tee, "sink");
  g_autoptr (GstKsFraming) framing = NULL;
  g_autoptr (GstKsFraming) wanted =
      text ? gst_ks_framing_parse (text, NULL) : NULL;
  g_autoptr (GError) error = NULL;
  GstPad *sinks[2];

  for (guint i = 0; i < n_branches; i++)
    add_branch (tee, branch_framings[i], &sinks[i]);
  fail_unless (gst_pad_query (pad, query));
  framing = gst_ks_query_get_allocation_framing (query, &error);
  fail_unless (error == NULL, "%s", error ? error->message : "");
  fail_unless_equals_int (framing != NULL, wanted != NULL);
  fail_unless (framing == NULL || gst_ks_framing_equal (framing, wanted));
  gst_object_unref (tee);
  for (guint i = 0; i < n_branches; i++)
    gst_object_unref (sinks[i]);
}

GST_END_TEST;

/* --- peers that know nothing of us --- */

typedef struct
{
  const gchar *name;
  const gchar *needs;
  const gchar *launch;
} PeerRow;

static const PeerRow peer_rows[] = {
  {"fakesrc", "fakesrc",
      "fakesrc num-buffers=20 sizetype=fixed sizemax=100000 ! ksallocator name=ks"
        " ! fakesink name=sink"},
  {"videotestsrc", "videotestsrc", SOURCE "! fakesink name=sink"},
  {"audiotestsrc", "audiotestsrc",
      "audiotestsrc num-buffers=20 ! ksallocator name=ks ! fakesink name=sink"},
  {"converted", "videoconvert",
      SOURCE "! videoconvert ! video/x-raw,format=RGB ! ksallocator"
        " ! fakesink name=sink"},
  {"queued", "queue", SOURCE "! queue ! ksallocator ! queue"
        " ! fakesink name=sink"},
};

GST_START_TEST (test_plain_peers)
{
  const PeerRow *row = &peer_rows[__i__];
  Watch watch;

  if (is_lacking (row->name, row->needs))
    return;
  watch_init (&watch, row->launch, "ks.src sink.sink");
  watch_run (&watch);
  watch_clear (&watch);
}

GST_END_TEST;

static Suite *
segments_suite (void)
{
  Suite *s = suite_create ("segments");
  TCase *tc = tcase_create ("segments");

  gst_ks_init ();
  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_chain_shares_frames, 0,
      G_N_ELEMENTS (chain_rows));
  tcase_add_test (tc, test_kept_frames_stay_intact);
  tcase_add_loop_test (tc, test_sealed_frames_are_copied, 0, 2);
  tcase_add_loop_test (tc, test_boundary_has_two_pools, 0,
      G_N_ELEMENTS (boundary_rows));
  tcase_add_test (tc, test_readers_share);
  tcase_add_test (tc, test_writer_copies);
  tcase_add_loop_test (tc, test_framing_through_tee, 0,
      G_N_ELEMENTS (branch_framings));
  tcase_add_loop_test (tc, test_plain_peers, 0, G_N_ELEMENTS (peer_rows));
  return s;
}

GST_CHECK_MAIN (segments);
