/* ksupload and ksdownload: change, failure and refusal, and whole pipelines.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "transferharness.h"

#include <glib/gstdio.h>

#define I420 VIDEO_CAPS ("I420", 321, 243)
#define WATCHDOG (60 * GST_SECOND)

static void
setup (void)
{
  gst_ks_fake_reset ();
  gst_ks_fake_register ();
  gst_ks_fake_register_devices ();
}

static void
teardown (void)
{
  gst_ks_trim_all ();
  fail_unless_equals_int (gst_ks_fake_get_outstanding (NULL), 0);
}

/* --- errors at every k-th call --- */

static const struct
{
  const gchar *name;
  GstKsFakeOp op;
  const gchar *launch;
  const gchar *caps;
  Source source;
  gboolean recovers;            /* another way is taken */
} fail_rows[] = {
  {"transfer", GST_KS_FAKE_TRANSFER, "ksupload name=up memory=fake-card !"
        " ksdownload name=down", I420, SOURCE_MISALIGNED, FALSE},
  {"transfer of bytes", GST_KS_FAKE_TRANSFER, "ksupload name=up"
        " memory=fake-card ! ksdownload name=down", AUDIO_CAPS,
      SOURCE_MISALIGNED, FALSE},
  {"import", GST_KS_FAKE_IMPORT, "ksupload name=up memory=fake-card !"
        " ksdownload name=down", I420, SOURCE_ALIGNED, TRUE},
  {"shape", GST_KS_FAKE_SHAPED, "ksupload name=up memory=fake ! ksdownload"
        " name=down", I420, SOURCE_ALIGNED, FALSE},
  /* the store tries once more when its own idle blocks are gone */
  {"block", GST_KS_FAKE_ACQUIRE, "ksupload name=up memory=fake ! ksdownload"
        " name=down", AUDIO_CAPS, SOURCE_ALIGNED, FALSE},
};

static void
check_outcome (Chain * chain, GstFlowReturn ret, guint row)
{
  g_autofree gchar *error = chain_pop (chain, GST_MESSAGE_ERROR);

  if (ret == GST_FLOW_OK) {
    fail_unless (error == NULL, "%s: %s", fail_rows[row].name, error);
    return;
  }
  fail_if (fail_rows[row].recovers, "%s: %s", fail_rows[row].name, error);
  fail_unless_equals_int (ret, GST_FLOW_ERROR);
  fail_unless (error && strstr (error, "told to fail"), "%s: %s",
      fail_rows[row].name, error ? error : "no error");
  fail_unless (strstr (error, "fake"), "%s names no kind", error);
}

/* Three frames, the call @k fails, and all after it. TRUE: none came to that. */
static gboolean
run_to_failure (guint row, guint k, GRand * rand)
{
  GstFlowReturn ret = GST_FLOW_OK;
  gboolean through = FALSE;
  Chain chain;

  gst_ks_fake_reset ();
  chain_init (&chain, fail_rows[row].launch, fail_rows[row].caps);
  gst_ks_fake_fail_from (fail_rows[row].op, k);
  for (guint i = 0; i < 3 && ret == GST_FLOW_OK; i++) {
    g_autoptr (GstBuffer) in = source_frame (&chain, fail_rows[row].source,
        5000, rand);
    g_autoptr (GstBuffer) out = NULL;

    ret = gst_harness_push (chain.harness, gst_buffer_ref (in));
    check_outcome (&chain, ret, row);
    if (ret == GST_FLOW_OK) {
      out = gst_harness_pull (chain.harness);
      assert_same (&chain, in, out, fail_rows[row].name);
    }
  }
  through = gst_ks_fake_get_calls (fail_rows[row].op) < k;
  chain_clear (&chain);
  gst_ks_trim_all ();
  fail_unless_equals_int (gst_ks_fake_get_outstanding (NULL), 0);
  return through;
}

GST_START_TEST (test_failures)
{
  GRand *rand = g_rand_new_with_seed (TRANSFER_SEED);
  guint k = 1;

  while (!run_to_failure (__i__, k, rand))
    k++;
  fail_unless (k > 1);
  g_rand_free (rand);
}

GST_END_TEST;

/* After an error a new kind starts anew, with nothing lost but the frame. */
GST_START_TEST (test_a_new_kind_after_an_error)
{
  GRand *rand = g_rand_new_with_seed (TRANSFER_SEED);
  g_autofree gchar *error = NULL;
  Chain chain;

  chain_init (&chain, "ksupload name=up memory=fake-card ! ksdownload"
      " name=down", I420);
  gst_ks_fake_fail_from (GST_KS_FAKE_TRANSFER, 1);
  fail_unless_equals_int (gst_harness_push (chain.harness,
          source_frame (&chain, SOURCE_MISALIGNED, 0, rand)), GST_FLOW_ERROR);
  error = chain_pop (&chain, GST_MESSAGE_ERROR);
  fail_unless (error != NULL);
  g_object_set (chain.up, "memory", "shared", NULL);
  chain_round_trip (&chain, SOURCE_MISALIGNED, 0, rand, "after the error");
  fail_unless_equals_string (chain_field (chain.up, "kind"), "shared");
  chain_clear (&chain);
  g_rand_free (rand);
}

GST_END_TEST;

/* --- change --- */

GST_START_TEST (test_caps_change)
{
  static const gchar *all[] = { I420, VIDEO_CAPS ("RGB", 33, 5), AUDIO_CAPS,
    ENCODED_CAPS, VIDEO_CAPS ("NV12", 64, 64), I420, I420
  };
  static const gchar *kinds[] = { "shared", "fake", "fake-card" };
  GRand *rand = g_rand_new_with_seed (TRANSFER_SEED);
  g_autofree gchar *launch =
      g_strdup_printf ("ksupload name=up memory=%s ! ksdownload name=down",
      kinds[__i__]);
  Chain chain;

  chain_init (&chain, launch, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    chain_set_caps (&chain, all[i]);
    for (guint k = 0; k < 4; k++)
      chain_round_trip (&chain, k % 2 ? SOURCE_MISALIGNED : SOURCE_PADDED, 4097,
          rand, all[i]);
  }
  chain_clear (&chain);
  g_rand_free (rand);
}

GST_END_TEST;

/* The kind changes in the middle; every frame comes out, in order. */
GST_START_TEST (test_properties_change)
{
  static const gchar *kinds[] = { "shared", "fake-card", "system", "auto",
    "fake", "locked", "mapped", "fake-card"
  };
  static const gchar *says[] = { "shared", "fake-card", "system", "system",
    "fake", "locked", "system", "fake-card"
  };
  GRand *rand = g_rand_new_with_seed (TRANSFER_SEED);
  Chain chain;

  chain_init (&chain, "ksupload name=up ! ksdownload name=down", I420);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_object_set (chain.up, "memory", kinds[i], NULL);
    chain_round_trip (&chain, SOURCE_MISALIGNED, 0, rand, kinds[i]);
    chain_round_trip (&chain, SOURCE_MISALIGNED, 0, rand, kinds[i]);
    fail_unless_equals_string (chain_field (chain.up, "kind"), says[i]);
  }
  g_object_set (chain.up, "memory", "No Kind", NULL);
  chain_round_trip (&chain, SOURCE_ALIGNED, 0, rand, "the old value");
  fail_unless_equals_int (gst_harness_buffers_in_queue (chain.harness), 0);
  chain_clear (&chain);
  g_rand_free (rand);
}

GST_END_TEST;

static void
flush (Chain * chain)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (chain->harness, gst_event_new_flush_start ());
  gst_harness_push_event (chain->harness, gst_event_new_flush_stop (TRUE));
  gst_harness_push_event (chain->harness, gst_event_new_segment (&segment));
}

GST_START_TEST (test_flush)
{
  static const gchar *kinds[] = { "system", "shared", "fake", "fake-card" };
  GRand *rand = g_rand_new_with_seed (TRANSFER_SEED);
  g_autofree gchar *launch =
      g_strdup_printf ("ksupload name=up memory=%s ! ksdownload name=down",
      kinds[__i__]);
  Chain chain;

  chain_init (&chain, launch, I420);
  for (guint i = 0; i < 5; i++) {
    chain_round_trip (&chain, SOURCE_MISALIGNED, 0, rand, "before");
    flush (&chain);
    chain_round_trip (&chain, SOURCE_MISALIGNED, 0, rand, "after");
  }
  fail_unless (gst_harness_push_event (chain.harness, gst_event_new_eos ()));
  chain_clear (&chain);
  g_rand_free (rand);
}

GST_END_TEST;

/* --- a cap, and who waits at it --- */

static GstPadProbeReturn
answer_with_cap (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  gst_query_add_allocation_pool (query, NULL, 0, 1, 2);
  return GST_PAD_PROBE_HANDLED;
}

static gpointer
push_third (gpointer data)
{
  Chain *chain = data;
  GRand *rand = g_rand_new_with_seed (TRANSFER_SEED);
  GstBuffer *frame = source_frame (chain, SOURCE_ALIGNED, 0, rand);

  g_rand_free (rand);
  return GINT_TO_POINTER (gst_harness_push (chain->harness, frame));
}

/* Which says so, after a second. */
static void
wait_for_waiter (Chain * chain)
{
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (chain->bus,
      WATCHDOG, GST_MESSAGE_WARNING);

  fail_unless (message != NULL);
}

/* Two frames are all; whoever wants the third is woken by a flush. */
GST_START_TEST (test_flush_while_waiting)
{
  GRand *rand = g_rand_new_with_seed (TRANSFER_SEED);
  GThread *thread;
  Chain chain;

  chain_init (&chain, "ksupload name=up memory=shared", NULL);
  chain_answer (&chain, answer_with_cap);
  chain_set_caps (&chain, I420);
  for (guint i = 0; i < 2; i++)
    fail_unless_equals_int (gst_harness_push (chain.harness,
            source_frame (&chain, SOURCE_ALIGNED, 0, rand)), GST_FLOW_OK);
  thread = g_thread_new ("third", push_third, &chain);
  wait_for_waiter (&chain);
  gst_harness_push_event (chain.harness, gst_event_new_flush_start ());
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)),
      GST_FLOW_FLUSHING);
  gst_harness_push_event (chain.harness, gst_event_new_flush_stop (TRUE));
  chain_clear (&chain);
  g_rand_free (rand);
}

GST_END_TEST;

/* --- refusals --- */

static const struct
{
  const gchar *launch;
  const gchar *says[3];
} refusals[] = {
  {"videotestsrc num-buffers=2 ! ksupload memory=nothing ! fakesink",
      {"'nothing'", "system", "shared"}},
  {"videotestsrc num-buffers=2 ! ksupload memory=No ! fakesink",
      {"memory=No", "column 1", "legal"}},
  {"videotestsrc num-buffers=2 ! ksupload memory=fake-card ! fakesink",
      {"fake-card", "the CPU cannot map it", "ksdownload"}},
  {"videotestsrc num-buffers=2 ! ksupload memory=fake-card !"
        " videoconvert ! fakesink", {"fake-card", "downstream", "ksdownload"}},
  {"videotestsrc num-buffers=2 ! video/x-raw,format=RGB,width=33 !"
        " ksupload memory=fake ! fakesink", {"fake", "rows", "GstVideoMeta"}},
  {"videotestsrc num-buffers=2 ! ksupload memory=shared device=999 !"
        " fakesink", {"999", "node", "shared"}},
  {"videotestsrc num-buffers=2 ! ksupload device=9 ! fakesink",
      {"device=9", "memory=auto", "set memory"}},
};

static gchar *
run_to_error (const gchar * launch)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch (launch, NULL);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, WATCHDOG, GST_MESSAGE_ERROR
      | GST_MESSAGE_EOS);
  fail_unless (message != NULL, "%s: silence", launch);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return error ? g_strdup (error->message) : NULL;
}

GST_START_TEST (test_refusals)
{
  g_autofree gchar *error = run_to_error (refusals[__i__].launch);

  fail_unless (error != NULL, "%s: no error", refusals[__i__].launch);
  for (guint i = 0; i < G_N_ELEMENTS (refusals[__i__].says); i++)
    fail_unless (strstr (error, refusals[__i__].says[i]), "%s does not say %s",
        error, refusals[__i__].says[i]);
}

GST_END_TEST;

/* --- pipelines --- */

#define SOURCE "videotestsrc num-buffers=20 pattern=snow !" \
    " video/x-raw,format=%s,width=328,height=242"

static const gchar *const lines[] = {
  "ksupload memory=system ! ksdownload",
  "ksupload memory=locked ! ksdownload",
  "ksupload memory=huge ! ksdownload",
  "ksupload memory=shared ! ksdownload",
  "ksupload memory=shared ! queue ! ksdownload memory=mapped",
  "ksupload memory=fake ! queue ! ksdownload",
  "ksupload memory=fake-card ! queue ! ksdownload",
  "ksupload memory=fake-card ! ksupload memory=fake-object ! ksdownload",
  "ksupload memory=fake-card ! tee name=t ! queue ! ksdownload ! fakesink"
      "  t. ! queue ! ksdownload",
  "tee name=t ! queue ! ksupload memory=fake-card ! ksdownload ! fakesink"
      "  t. ! queue ! ksupload memory=fake-card ! ksdownload",
  "ksupload ! ksdownload",
  "ksallocator memory=huge ! ksupload memory=shared ! ksallocator !"
      " ksdownload ! ksallocator",
};

static gchar *
play_into_file (const gchar * launch)
{
  gint fd;
  gchar *path = NULL;
  g_autofree gchar *text = NULL;
  g_autofree gchar *error = NULL;

  fd = g_file_open_tmp ("kstransfer-XXXXXX", &path, NULL);
  fail_unless (fd >= 0);
  g_close (fd, NULL);
  text = g_strdup_printf ("%s ! filesink location=%s", launch, path);
  error = run_to_error (text);
  fail_unless (error == NULL, "%s: %s", text, error);
  return path;
}

static gchar *
sum_of (const gchar * launch)
{
  g_autofree gchar *path = play_into_file (launch);
  g_autofree gchar *bytes = NULL;
  gsize size = 0;

  fail_unless (g_file_get_contents (path, &bytes, &size, NULL));
  fail_unless (size > 0);
  g_unlink (path);
  return g_compute_checksum_for_data (G_CHECKSUM_MD5, (guchar *) bytes, size);
}

static void
compare_line (const gchar * source, const gchar * line)
{
  g_autofree gchar *with = g_strdup_printf ("%s ! %s", source, line);
  g_autofree gchar *sum = sum_of (with);
  g_autofree gchar *without = sum_of (source);

  fail_unless (g_str_equal (sum, without), "%s changes bytes", with);
}

static gboolean
line_is_here (const gchar * line)
{
  return (!strstr (line, "huge") || kind_is_here ("huge"))
      && (!strstr (line, "locked") || kind_is_here ("locked"));
}

GST_START_TEST (test_pipelines)
{
  static const gchar *formats[] = { "I420", "NV12", "BGRA" };

  if (!line_is_here (lines[__i__]))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autofree gchar *source = g_strdup_printf (SOURCE, formats[i]);

    compare_line (source, lines[__i__]);
  }
  compare_line ("audiotestsrc num-buffers=50", lines[__i__]);
  /* no caps at all */
  compare_line ("fakesrc num-buffers=20 filltype=pattern-span sizetype=fixed"
      " sizemax=5000 do-timestamp=false", lines[__i__]);
}

GST_END_TEST;

/* --- under a negotiator --- */

static const struct
{
  const gchar *line;
  const gchar *up, *down;       /* methods */
} plans[] = {
  {"ksupload name=up memory=shared ! ksdownload name=down", "pass",
      "map-copy"},
  {"ksupload name=up memory=fake ! queue ! ksdownload name=down", "pass",
      "map-copy"},
  {"ksupload name=up ! ksdownload name=down ! ksallocator memory=shared",
      "pass", "pass"},
  {"ksupload name=up ! ksallocator memory=shared ! ksdownload name=down"
        " memory=host", "pass", "pass"},
  {"ksupload name=up memory=fake-card ! tee name=t ! queue !"
        " ksdownload ! fakesink t. ! queue ! ksdownload name=down", "import",
      "staging"},
};

/* Until EOS; before it stops. */
static void
play_to_end (GstElement * pipeline, const gchar * what)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, WATCHDOG, GST_MESSAGE_ERROR
      | GST_MESSAGE_EOS);
  fail_unless (message != NULL, "%s: silence", what);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  fail_unless (error == NULL, "%s: %s", what, error ? error->message : "");
}

GST_START_TEST (test_planned)
{
  g_autofree gchar *launch = g_strdup_printf (SOURCE " ! %s ! fakesink", "I420",
      plans[__i__].line);
  g_autoptr (GstElement) pipeline = gst_parse_launch (launch, NULL);
  g_autoptr (GstKsNegotiator) negotiator =
      gst_ks_negotiator_new (GST_BIN (pipeline));
  g_autoptr (GstElement) up = gst_bin_get_by_name (GST_BIN (pipeline), "up");
  g_autoptr (GstElement) down =
      gst_bin_get_by_name (GST_BIN (pipeline), "down");

  gst_ks_negotiator_attach (negotiator);
  play_to_end (pipeline, launch);
  fail_unless_equals_string (chain_field (up, "method"), plans[__i__].up);
  fail_unless_equals_string (chain_field (down, "method"), plans[__i__].down);
  gst_ks_negotiator_detach (negotiator);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

static Suite *
kstransferlines_suite (void)
{
  Suite *suite = suite_create ("kstransferlines");
  TCase *tcase = tcase_create ("lines");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_failures, 0, G_N_ELEMENTS (fail_rows));
  tcase_add_test (tcase, test_a_new_kind_after_an_error);
  tcase_add_loop_test (tcase, test_caps_change, 0, 3);
  tcase_add_test (tcase, test_properties_change);
  tcase_add_loop_test (tcase, test_flush, 0, 4);
  tcase_add_test (tcase, test_flush_while_waiting);
  tcase_add_loop_test (tcase, test_refusals, 0, G_N_ELEMENTS (refusals));
  tcase_add_loop_test (tcase, test_planned, 0, G_N_ELEMENTS (plans));
  tcase_add_loop_test (tcase, test_pipelines, 0, G_N_ELEMENTS (lines));
  return suite;
}

GST_CHECK_MAIN (kstransferlines);
