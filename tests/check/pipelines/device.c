/* Memory that the processor cannot map: who may have it, and that nobody else gets it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/kscheck/gstkscheck.h>
#include <string.h>

#define WATCHDOG (30 * GST_SECOND)
#define RAW ",format=RGB,width=64,height=48,framerate=25/1"
#define PLAIN "video/x-raw" RAW
#define CARD "video/x-raw(memory:FakeCard)" RAW

/* --- what features stand for --- */

static const struct
{
  const gchar *feature;
  const gchar *kinds;           /* in order */
  gboolean device;
} features[] = {
  {"memory:CUDAMemory", "cuda", TRUE},
  {"memory:VulkanImage", "vulkan", TRUE},
  {"memory:VulkanBuffer", "vulkan", TRUE},
  {"memory:DMABuf", "dmabuf dmaheap udmabuf dumb", FALSE},
  {"memory:GLMemory", "gl", TRUE},
  {"memory:FakeCard", "fake-card", TRUE},
  {"memory:FakeCardMemory", "fake-card", TRUE},
  {"memory:%", "foreign", TRUE},
};

GST_START_TEST (test_features)
{
  const gchar *feature = features[__i__].feature;
  g_auto (GStrv) kinds = g_strsplit (features[__i__].kinds, " ", 0);
  guint n = g_strv_length (kinds);

  for (guint i = 0; i < n; i++) {
    fail_unless_equals_string (gst_ks_feature_nth_kind (feature, i), kinds[i]);
    fail_unless (gst_ks_feature_has_kind (feature, kinds[i]));
  }
  fail_unless (gst_ks_feature_nth_kind (feature, n) == NULL);
  fail_if (gst_ks_feature_has_kind (feature, "system"));
  fail_unless_equals_int (gst_ks_feature_is_device (feature),
      features[__i__].device);
}

GST_END_TEST;

/* --- the memory itself --- */

/* KS: a vendor's memory type with the flag DEVICE_SPECIFIC. */
GST_START_TEST (test_it_cannot_be_mapped)
{
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get ("fake-card", NULL,
      NULL);
  g_autoptr (GstKsFraming) description = gst_ks_allocator_describe (allocator);
  GstKsRequest request = {.size = 1000,.align = 64 };
  GstMemory *memory = gst_ks_allocator_alloc (allocator, &request, NULL);
  GstMapInfo map;

  fail_unless (gst_ks_framing_peek_item (description, 0)->flags
      & GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC);
  fail_unless (GST_MEMORY_FLAG_IS_SET (memory, GST_MEMORY_FLAG_NOT_MAPPABLE));
  fail_if (gst_memory_map (memory, &map, GST_MAP_READ));
  fail_if (gst_memory_map (memory, &map, GST_MAP_WRITE));
  gst_memory_unref (memory);
}

GST_END_TEST;

/* --- ksallocator on a link --- */

typedef struct
{
  const gchar *name;
  const gchar *properties;
  const gchar *caps;
  const gchar *said;            /* framing of downstream; NULL: a foreign one */
  const gchar *kind;            /* of the pool that upstream is offered; NULL: an error */
} Link;

static const Link links[] = {
  {"plain caps", "memory=fake-card", PLAIN, NULL, NULL},
  {"plain caps, whoever is asked", "memory=fake-card answer=authority", PLAIN,
      NULL, NULL},
  {"no caps of a memory, encoded", "memory=fake-card", "video/x-h264", NULL,
      NULL},
  {"an alternative with an address", "framing=\"fake-card,weight=9; shared\"",
      PLAIN, NULL, "shared"},
  {"caps name it", "memory=fake-card", CARD, NULL, "fake-card"},
  {"caps name it, and an alternative", "framing=\"shared; fake-card\"", CARD,
      NULL, "fake-card"},
  {"caps name another", "memory=fake-card",
      "video/x-raw(memory:GLMemory)" RAW, NULL, NULL},
  {"caps name it, what is wanted is mapped", "memory=shared answer=authority",
      CARD, NULL, "shared"},
};

static GstQuery *
ask (GstElement * element, const gchar * text)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "sink");
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);

  gst_pad_query (pad, query);
  return query;
}

/* NULL: none is offered. */
static const gchar *
kind_offered (GstQuery * query)
{
  g_autoptr (GstAllocator) allocator = NULL;

  if (gst_query_get_n_allocation_params (query) == 0)
    return NULL;
  gst_query_parse_nth_allocation_param (query, 0, &allocator, NULL);
  return allocator ? gst_ks_allocator_peek_kind (allocator) : NULL;
}

static void
expect_refusal (GstBus * bus, const gchar * name)
{
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus,
      GST_MESSAGE_ERROR);
  g_autoptr (GError) error = NULL;

  fail_unless (message != NULL, "%s: no error", name);
  gst_message_parse_error (message, &error, NULL);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_FORMAT), "%s: %s", name, error->message);
  fail_unless (strstr (error->message, "fake-card") != NULL
      && strstr (error->message, "ksupload") != NULL, "%s: %s", name,
      error->message);
}

GST_START_TEST (test_link)
{
  const Link *row = &links[__i__];
  g_autofree gchar *launch = g_strdup_printf ("ksallocator name=k %s",
      row->properties);
  g_autoptr (GstBus) bus = gst_bus_new ();
  GstHarness *h = gst_harness_new_parse (launch);
  GstElement *element = gst_bin_get_by_name (GST_BIN (h->element), "k");
  GstQuery *query;

  gst_element_set_bus (element, bus);
  gst_harness_play (h);
  query = ask (element, row->caps);
  if (row->kind)
    fail_unless (g_strcmp0 (kind_offered (query), row->kind) == 0, "%s: %s",
        row->name, kind_offered (query));
  else
    expect_refusal (bus, row->name);
  gst_query_unref (query);
  gst_element_set_bus (element, NULL);
  gst_object_unref (element);
  gst_harness_teardown (h);
}

GST_END_TEST;

/* --- under a negotiator --- */

static const struct
{
  const gchar *name;
  const gchar *properties;
  const gchar *kind;            /* of the frames; NULL: an error of the plan */
} plans[] = {
  {"who insists gets an error", "memory=fake-card require=error", NULL},
  {"a wish is not granted", "memory=fake-card", "ordinary"},
  {"an alternative with an address",
      "framing=\"fake-card,weight=9; shared\" require=error", "shared"},
};

static GstPadProbeReturn
note_kind (GstPad * pad, GstPadProbeInfo * info, gpointer kind)
{
  GstMemory *memory = gst_buffer_peek_memory (GST_PAD_PROBE_INFO_BUFFER (info),
      0);

  *(const gchar **) kind = gst_ks_memory_is_ours (memory) ?
      gst_ks_allocator_peek_kind (memory->allocator) : "ordinary";
  return GST_PAD_PROBE_OK;
}

/* Plays; the kind of the last frame, NULL: it ended with an error. */
static const gchar *
play_negotiated (const gchar * properties, gchar ** said)
{
  g_autofree gchar *launch = g_strdup_printf ("videotestsrc num-buffers=3 ! "
      PLAIN " ! ksallocator %s ! fakesink name=sink", properties);
  g_autoptr (GstElement) pipeline = gst_parse_launch (launch, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline),
      "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstKsNegotiator) negotiator =
      gst_ks_negotiator_new (GST_BIN (pipeline));
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  const gchar *kind = NULL;

  gst_ks_negotiator_attach (negotiator);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, note_kind, &kind, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, WATCHDOG, GST_MESSAGE_EOS
      | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless (message != NULL);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return kind;
  gst_message_parse_error (message, &error, NULL);
  *said = g_strdup (error->message);
  return NULL;
}

GST_START_TEST (test_negotiated)
{
  g_autofree gchar *said = NULL;
  const gchar *kind = play_negotiated (plans[__i__].properties, &said);

  fail_unless (g_strcmp0 (kind, plans[__i__].kind) == 0, "%s: %s, %s",
      plans[__i__].name, kind, said);
  fail_unless (kind
      || strstr (said, "kinds of memory do not meet") != NULL, "%s: %s",
      plans[__i__].name, said);
}

GST_END_TEST;

/* An application that fills such frames, by transfers. */
GST_START_TEST (test_caps_that_name_it)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch ("appsrc name=a"
      " format=time ! ksallocator memory=fake-card ! fakesink name=sink"
      " async=false", NULL);
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "a");
  g_autoptr (GstKsNegotiator) negotiator =
      gst_ks_negotiator_new (GST_BIN (pipeline));
  g_autoptr (GstCaps) caps = gst_caps_from_string (CARD);
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse ("any, size=9216",
      NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstBufferPool) pool = NULL;
  GstBuffer *frame;

  if (__i__ == 1)
    gst_ks_negotiator_attach (negotiator);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  pool = gst_ks_appsrc_negotiate (source, caps, framing, &error);
  fail_unless (pool != NULL, "%s", error ? error->message : "no error");
  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &frame, NULL),
      GST_FLOW_OK);
  fail_unless_equals_string (gst_ks_allocator_peek_kind (gst_buffer_peek_memory
          (frame, 0)->allocator), "fake-card");
  gst_buffer_unref (frame);
  gst_buffer_pool_set_active (pool, FALSE);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_END_TEST;

/* --- what comes from elsewhere and is not what was agreed --- */

static const struct
{
  const gchar *require;
  GstFlowReturn flow;
} misses[] = {
  {"warn", GST_FLOW_OK},
  {"error", GST_FLOW_ERROR},
  {"copy", GST_FLOW_ERROR},
};

/* Nobody maps it to copy it, and the text says who could. */
GST_START_TEST (test_miss)
{
  g_autofree gchar *launch = g_strdup_printf ("ksallocator name=k"
      " memory=system require=%s", misses[__i__].require);
  g_autoptr (GstAllocator) allocator = gst_ks_allocator_get ("fake-card", NULL,
      NULL);
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) said = NULL;
  GstKsRequest request = {.size = 1000,.align = 64 };
  GstHarness *h = gst_harness_new_parse (launch);
  GstElement *element = gst_bin_get_by_name (GST_BIN (h->element), "k");
  GstBuffer *buffer = gst_buffer_new ();

  gst_buffer_append_memory (buffer, gst_ks_allocator_alloc (allocator,
          &request, NULL));
  gst_element_set_bus (element, bus);
  gst_harness_set_src_caps_str (h, "application/x-octets");
  fail_unless_equals_int (gst_harness_push (h, buffer), misses[__i__].flow);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR | GST_MESSAGE_WARNING);
  fail_unless (message != NULL);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &said, NULL);
  else
    gst_message_parse_warning (message, &said, NULL);
  fail_unless (strstr (said->message, "ksdownload") != NULL, "%s",
      said->message);
  gst_element_set_bus (element, NULL);
  gst_object_unref (element);
  gst_harness_teardown (h);
}

GST_END_TEST;

static void
setup (void)
{
  gst_ks_init ();
  gst_ks_fake_register ();
  gst_ks_fake_register_devices ();
  gst_ks_fake_reset ();
}

static Suite *
device_suite (void)
{
  Suite *suite = suite_create ("device");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_checked_fixture (tcase, setup, NULL);
  tcase_add_loop_test (tcase, test_features, 0, G_N_ELEMENTS (features));
  tcase_add_test (tcase, test_it_cannot_be_mapped);
  tcase_add_loop_test (tcase, test_link, 0, G_N_ELEMENTS (links));
  tcase_add_loop_test (tcase, test_negotiated, 0, G_N_ELEMENTS (plans));
  tcase_add_loop_test (tcase, test_caps_that_name_it, 0, 2);
  tcase_add_loop_test (tcase, test_miss, 0, G_N_ELEMENTS (misses));
  return suite;
}

GST_CHECK_MAIN (device);
