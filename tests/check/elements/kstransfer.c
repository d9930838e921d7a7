/* ksupload and ksdownload: each way, each host kind, bytes that stay the same.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "transferharness.h"

static const gchar *const kinds[] = {
  "system", "locked", "huge", "shared", "fake", "fake-object", "fake-card"
};

static const gchar *const all_caps[] = {
  AUDIO_CAPS,
  ENCODED_CAPS,
  VIDEO_CAPS ("I420", 321, 243),
  VIDEO_CAPS ("I420", 3, 3),
  VIDEO_CAPS ("NV12", 321, 243),
  VIDEO_CAPS ("RGB", 321, 17),
  VIDEO_CAPS ("GRAY8", 1, 1),
  VIDEO_CAPS ("YUY2", 33, 7),
  VIDEO_CAPS ("I420_10LE", 101, 51),
  VIDEO_CAPS ("BGRA", 640, 480),
};

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

/* --- round trips --- */

static void
round_trips (const gchar * kind, const gchar * caps, gboolean reads_rows,
    GRand * rand)
{
  static const gsize sizes[] = { 1, 7, 4096, 100001 };
  g_autofree gchar *launch =
      g_strdup_printf ("ksupload name=up memory=%s ! ksdownload name=down",
      kind);
  Chain chain;

  chain_init (&chain, launch, NULL);
  if (reads_rows)
    chain_answer (&chain, answer_with_rows);
  chain_set_caps (&chain, caps);
  for (guint source = 0; source < N_SOURCES; source++) {
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
      g_autofree gchar *what =
          g_strdup_printf ("%s, %s, source %u, %" G_GSIZE_FORMAT " bytes", kind,
          caps, source, sizes[i]);

      chain_round_trip (&chain, source, sizes[i], rand, what);
      if (chain_is_video (&chain))
        break;
    }
  }
  chain_clear (&chain);
}

GST_START_TEST (test_round_trips)
{
  const gchar *kind = kinds[__i__];
  GRand *rand = g_rand_new_with_seed (TRANSFER_SEED + __i__);

  if (kind_is_here (kind)) {
    for (guint i = 0; i < 2 * G_N_ELEMENTS (all_caps); i++)
      round_trips (kind, all_caps[i / 2], i % 2, rand);
  }
  g_rand_free (rand);
}

GST_END_TEST;

/* --- ways --- */

typedef struct
{
  const gchar *name;
  const gchar *launch;
  const gchar *caps;
  Source source;
  gboolean import_fails;
  /* expected */
  const gchar *up, *down;       /* methods */
  const gchar *kind;            /* between them */
} WayRow;

#define I420 VIDEO_CAPS ("I420", 321, 243)

static const WayRow way_rows[] = {
  {"system passes", "ksupload name=up memory=system ! ksdownload name=down",
      I420, SOURCE_ALIGNED, FALSE, "pass", "pass", "system"},
  {"nobody asks", "ksupload name=up ! ksdownload name=down",
      I420, SOURCE_PADDED, FALSE, "pass", "map-copy", "system"},
  {"shared", "ksupload name=up memory=shared ! ksdownload name=down",
      I420, SOURCE_ALIGNED, FALSE, "map-copy", "map-copy", "shared"},
  {"shared will do", "ksupload name=up memory=shared ! ksdownload name=down"
        " memory=host", I420, SOURCE_ALIGNED, FALSE, "map-copy", "pass",
      "shared"},
  {"the same kind", "ksupload name=up memory=shared ! ksdownload name=down"
        " memory=shared", AUDIO_CAPS, SOURCE_PIECES, FALSE, "map-copy", "pass",
      "shared"},
  {"fake", "ksupload name=up memory=fake ! ksdownload name=down",
      I420, SOURCE_ALIGNED, FALSE, "map-copy", "map-copy", "fake"},
  {"import", "ksupload name=up memory=fake-card ! ksdownload name=down",
      I420, SOURCE_ALIGNED, FALSE, "import", "staging", "fake-card"},
  {"import of padded rows", "ksupload name=up memory=fake-card ! ksdownload"
        " name=down", I420, SOURCE_PADDED, FALSE, "import", "staging",
      "fake-card"},
  {"import of bytes", "ksupload name=up memory=fake-card ! ksdownload"
        " name=down", ENCODED_CAPS, SOURCE_ALIGNED, FALSE, "import", "staging",
      "fake-card"},
  {"what cannot be imported", "ksupload name=up memory=fake-card ! ksdownload"
        " name=down", I420, SOURCE_MISALIGNED, FALSE, "staging", "staging",
      "fake-card"},
  {"what fails to be imported", "ksupload name=up memory=fake-card ! ksdownload"
        " name=down", I420, SOURCE_ALIGNED, TRUE, "staging", "staging",
      "fake-card"},
  {"bytes that cannot be imported", "ksupload name=up memory=fake-card !"
        " ksdownload name=down", AUDIO_CAPS, SOURCE_MISALIGNED, FALSE,
      "staging", "staging", "fake-card"},
  {"one device to another", "ksupload memory=fake-card ! ksupload name=up"
        " memory=fake ! ksdownload name=down", I420, SOURCE_ALIGNED, FALSE,
      "staging", "map-copy", "fake"},
  {"a download that goes on to a device", "ksupload name=up memory=fake-card"
        " ! ksdownload name=down memory=fake-object", AUDIO_CAPS,
      SOURCE_MISALIGNED, FALSE, "staging", "staging", "fake-card"},
};

GST_START_TEST (test_ways)
{
  const WayRow *row = &way_rows[__i__];
  GRand *rand = g_rand_new_with_seed (TRANSFER_SEED);
  Chain chain;

  chain_init (&chain, row->launch, row->caps);
  if (row->import_fails)
    gst_ks_fake_fail_from (GST_KS_FAKE_IMPORT, 1);
  for (guint i = 0; i < 3; i++)
    chain_round_trip (&chain, row->source, 3001, rand, row->name);
  fail_unless_equals_string (chain_field (chain.up, "method"), row->up);
  fail_unless_equals_string (chain_field (chain.down, "method"), row->down);
  fail_unless_equals_string (chain_field (chain.down, "from"), row->kind);
  fail_unless (*chain_field (chain.up, "why"));
  fail_unless_equals_int (chain_count (&chain, "ks-fallback"),
      row->import_fails);
  chain_clear (&chain);
  g_rand_free (rand);
}

GST_END_TEST;

/* Rows that a driver laid out stay as they are for who looks for them, and one
 * memory for each plane. */
GST_START_TEST (test_rows_of_a_driver)
{
  static const gchar *launches[] = {
    "ksupload name=up memory=fake", "ksupload name=up memory=fake !"
        " ksdownload name=down", "ksupload name=up memory=fake-card !"
        " ksdownload name=down", "ksupload name=up memory=fake-object !"
        " ksdownload name=down memory=fake"
  };
  GRand *rand = g_rand_new_with_seed (TRANSFER_SEED);
  Chain chain;

  for (guint i = 0; i < 2 * N_SOURCES; i++) {
    gst_ks_fake_set_shape (512, i % 2);
    chain_init (&chain, launches[__i__], NULL);
    chain_answer (&chain, answer_with_rows);
    chain_set_caps (&chain, I420);
    for (guint k = 0; k < 3; k++)
      chain_round_trip (&chain, i / 2, 0, rand, launches[__i__]);
    chain_clear (&chain);
  }
  g_rand_free (rand);
}

GST_END_TEST;

/* --- what others hold --- */

static void
check_writable (gboolean held)
{
  GRand *rand = g_rand_new_with_seed (TRANSFER_SEED);
  g_autoptr (GstBuffer) in = NULL, out = NULL;
  Chain chain;

  chain_init (&chain, "ksupload name=up memory=fake-card ! ksdownload"
      " name=down memory=any", ENCODED_CAPS);
  in = source_frame (&chain, SOURCE_ALIGNED, 4096, rand);
  fail_unless_equals_int (gst_harness_push (chain.harness, held ?
          gst_buffer_ref (in) : g_steal_pointer (&in)), GST_FLOW_OK);
  out = gst_harness_pull (chain.harness);
  fail_unless_equals_string (chain_field (chain.up, "method"), "import");
  fail_unless (GST_MEMORY_IS_READONLY (gst_buffer_peek_memory (out, 0))
      == held);
  chain_clear (&chain);
  g_rand_free (rand);
}

/* Elements that write in place copy what was imported from under a tee: it cannot
 * be mapped for that, and they find a copy in its place. */
GST_START_TEST (test_imports_are_not_written)
{
  check_writable (TRUE);
  check_writable (FALSE);
}

GST_END_TEST;

/* --- odd buffers --- */

static const gchar *const short_rows[] = { "fake", "fake-card", "shared" };

static GstBuffer *
new_bytes (gsize size)
{
  GstBuffer *buffer = gst_buffer_new ();

  gst_buffer_append_memory (buffer, source_memory (size, 8));
  gst_buffer_memset (buffer, 0, 7, size);
  return buffer;
}

/* The rest would be of the frame before. */
GST_START_TEST (test_short_frames)
{
  g_autofree gchar *launch = g_strdup_printf ("ksupload name=up memory=%s"
      " ! ksdownload name=down", short_rows[__i__]);
  g_autofree gchar *error = NULL;
  Chain chain;

  gst_ks_fake_set_shape (64, FALSE);
  chain_init (&chain, launch, VIDEO_CAPS ("GRAY8", 64, 64));
  fail_unless_equals_int (gst_harness_push (chain.harness, new_bytes (4096)),
      GST_FLOW_OK);
  fail_unless_equals_int (gst_harness_push (chain.harness, new_bytes (100)),
      GST_FLOW_ERROR);
  error = chain_pop (&chain, GST_MESSAGE_ERROR);
  fail_unless (error && strstr (error, "100 bytes")
      && strstr (error, "64x64 GRAY8"), "%s", error ? error : "no error");
  fail_unless (strstr (error, "of its own device") == NULL, "%s", error);
  chain_clear (&chain);
}

GST_END_TEST;

/* Each of its memories is copied as it can be. */
GST_START_TEST (test_mixed_memory)
{
  g_autoptr (GstAllocator) card = gst_ks_allocator_get ("fake-card", NULL,
      NULL);
  GstKsBackend *backend = gst_ks_backend_peek (card);
  GstKsRequest request = {.size = 200 };
  GstMemory *far = gst_ks_allocator_alloc (card, &request, NULL);
  g_autoptr (GstBuffer) bytes = new_bytes (300);
  g_autoptr (GstBuffer) out = NULL;
  g_autoptr (GstBuffer) part = new_bytes (200);
  GstBuffer *in = new_bytes (__i__ ? 0 : 100);
  Chain chain;

  fail_unless (gst_ks_backend_transfer (backend, far,
          gst_buffer_peek_memory (part, 0), NULL));
  gst_buffer_append_memory (in, far);
  chain_init (&chain, "ksdownload name=down", ENCODED_CAPS);
  fail_unless_equals_int (gst_harness_push (chain.harness, in), GST_FLOW_OK);
  out = gst_harness_pull (chain.harness);
  gst_buffer_set_size (bytes, __i__ ? 200 : 300);
  assert_same_bytes (bytes, out, "mixed");
  chain_clear (&chain);
}

GST_END_TEST;

/* The way is not another because nothing came along it. */
GST_START_TEST (test_empty_buffers)
{
  Chain chain;

  chain_init (&chain, "ksupload name=up memory=fake", ENCODED_CAPS);
  for (guint i = 0; i < 5; i++) {
    fail_unless_equals_int (gst_harness_push (chain.harness, new_bytes (100)),
        GST_FLOW_OK);
    if (i == 0)
      fail_unless (chain_count (&chain, "ks-negotiated") > 0);
    fail_unless_equals_int (gst_harness_push (chain.harness,
            gst_buffer_new ()), GST_FLOW_OK);
  }
  fail_unless_equals_int (chain_count (&chain, "ks-negotiated"), 0);
  chain_clear (&chain);
}

GST_END_TEST;

/* What is asked for is answered in its own terms: GStreamer warns otherwise. */
GST_START_TEST (test_filter)
{
  static const gchar *const names[] = { "ksupload", "ksdownload" };
  g_autoptr (GstCaps) filter =
      gst_caps_from_string ("video/x-raw,format=GRAY8,framerate=25/1;"
      "video/x-raw,format=GRAY8,framerate=[0/1,2147483647/1]");
  GstHarness *h = gst_harness_new (names[__i__]);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (h->element, "sink");
  g_autoptr (GstCaps) caps = NULL;

  gst_harness_set_sink_caps (h, gst_caps_ref (filter));
  caps = gst_pad_query_caps (pad, filter);
  fail_unless (gst_caps_is_subset (caps, filter), "%s",
      gst_caps_to_string (caps));
  fail_if (gst_caps_is_empty (caps));
  gst_harness_teardown (h);
}

GST_END_TEST;

/* A pool has one layout; who asks with caps that vary is offered none. */
static const gchar *const varied_caps[] = {
  "ANY", "EMPTY", "video/x-raw,format=RGBA,width=[1,100],height=64",
  "audio/x-raw,rate=[1,2]"
};

GST_START_TEST (test_varied_caps)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (varied_caps[__i__]);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  Chain chain;

  chain_init (&chain, "ksupload name=up memory=fake",
      VIDEO_CAPS ("RGBA", 64, 64));
  (void) gst_pad_peer_query (chain.harness->srcpad, query);
  fail_unless_equals_int (gst_query_get_n_allocation_pools (query), 0);
  gst_query_unref (query);
  chain_clear (&chain);
}

GST_END_TEST;

/* --- an upstream that waits --- */

#define ONE_CAPS VIDEO_CAPS ("RGBA", 64, 64)

static GstPadProbeReturn
answer_with_one (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  gst_query_add_allocation_pool (query, NULL, 64 * 64 * 4, 0, 1);
  return GST_PAD_PROBE_HANDLED;
}

static GstBufferPool *
ask_for_pool (Chain * chain)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (ONE_CAPS);
  g_autoptr (GstQuery) query = gst_query_new_allocation (caps, TRUE);
  GstBufferPool *pool = NULL;

  fail_unless (gst_pad_peer_query (chain->harness->srcpad, query));
  gst_query_parse_nth_allocation_pool (query, 0, &pool, NULL, NULL, NULL);
  fail_unless (GST_IS_KS_POOL (pool));
  fail_unless (gst_buffer_pool_set_active (pool, TRUE));
  return pool;
}

static gpointer
acquire_one (gpointer pool)
{
  GstBuffer *buffer = NULL;
  GstFlowReturn flow = gst_buffer_pool_acquire_buffer (pool, &buffer, NULL);

  gst_clear_buffer (&buffer);
  return GINT_TO_POINTER (flow);
}

static void
await_starved (Chain * chain)
{
  GstMessage *message;

  while ((message = gst_bus_timed_pop_filtered (chain->bus, 10 * GST_SECOND,
              GST_MESSAGE_ELEMENT))
      && !gst_message_has_name (message, "ks-starved"))
    gst_message_unref (message);
  fail_unless (message != NULL, "nobody starved");
  gst_message_unref (message);
}

/* It waits for a frame of ours in the middle of its own work, as a mixer does
 * that shall stop before it seeks: a flush and a stop wake it. */
GST_START_TEST (test_waiting_upstream_is_woken)
{
  gboolean stops = __i__ == 1;
  GstBufferPool *pool;
  GstBuffer *held = NULL;
  GThread *thread;
  Chain chain;

  chain_init (&chain, "ksupload name=up memory=shared", NULL);
  chain_answer (&chain, answer_with_one);
  chain_set_caps (&chain, ONE_CAPS);
  pool = ask_for_pool (&chain);
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &held, NULL),
      GST_FLOW_OK);
  thread = g_thread_new ("acquire", acquire_one, pool);
  await_starved (&chain);
  if (stops)
    gst_element_set_state (chain.harness->element, GST_STATE_READY);
  else
    gst_harness_push_event (chain.harness, gst_event_new_flush_start ());
  fail_unless_equals_int (GPOINTER_TO_INT (g_thread_join (thread)),
      GST_FLOW_FLUSHING);
  gst_buffer_unref (held);
  gst_harness_push_event (chain.harness, gst_event_new_flush_stop (TRUE));
  fail_unless_equals_int (GPOINTER_TO_INT (acquire_one (pool)),
      stops ? GST_FLOW_FLUSHING : GST_FLOW_OK);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
  chain_clear (&chain);
}

GST_END_TEST;

static Suite *
kstransfer_suite (void)
{
  Suite *suite = suite_create ("kstransfer");
  TCase *tcase = tcase_create ("ways");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, teardown);
  tcase_add_loop_test (tcase, test_round_trips, 0, G_N_ELEMENTS (kinds));
  tcase_add_loop_test (tcase, test_rows_of_a_driver, 0, 4);
  tcase_add_loop_test (tcase, test_ways, 0, G_N_ELEMENTS (way_rows));
  tcase_add_test (tcase, test_imports_are_not_written);
  tcase_add_loop_test (tcase, test_short_frames, 0, G_N_ELEMENTS (short_rows));
  tcase_add_loop_test (tcase, test_mixed_memory, 0, 2);
  tcase_add_test (tcase, test_empty_buffers);
  tcase_add_loop_test (tcase, test_filter, 0, 2);
  tcase_add_loop_test (tcase, test_varied_caps, 0, G_N_ELEMENTS (varied_caps));
  tcase_add_loop_test (tcase, test_waiting_upstream_is_woken, 0, 2);
  return suite;
}

GST_CHECK_MAIN (kstransfer);
