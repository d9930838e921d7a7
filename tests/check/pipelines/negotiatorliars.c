/* Elements that lie, under a negotiator: their pipelines go as they go without.
 *
 * Each row runs without a negotiator first, and that is what it has to come to
 * with one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "liar.h"

#define N_FRAMES 20
#define FRAME_SIZE 115200       /* of the caps */
#define SOURCE "videotestsrc name=source num-buffers=20 ! video/x-raw,format=NV12," \
    "width=320,height=240 "
#define DIRECT SOURCE "! fakesink name=liar"
/* the other branch takes anything, and says nothing */
#define BRANCH SOURCE "! tee name=t ! queue ! fakesink name=liar" \
    " t. ! queue ! fakesink name=other"
#define MIDDLE SOURCE "! identity name=liar ! fakesink"

/* --- what liars offer --- */

#define TEST_TYPE_POOL (test_pool_get_type ())
G_DECLARE_FINAL_TYPE (TestPool, test_pool, TEST, POOL, GstBufferPool);

/* Of a type of its own, so that nobody takes it for an ordinary one. */
struct _TestPool
{
  GstBufferPool parent;
  gboolean refuses;             /* each configuration */
  gboolean fails;               /* to start */
};

G_DEFINE_FINAL_TYPE (TestPool, test_pool, GST_TYPE_BUFFER_POOL);

static gboolean
test_pool_set_config (GstBufferPool * pool, GstStructure * config)
{
  return !TEST_POOL (pool)->refuses
      && GST_BUFFER_POOL_CLASS (test_pool_parent_class)->set_config (pool,
      config);
}

static gboolean
test_pool_start (GstBufferPool * pool)
{
  return !TEST_POOL (pool)->fails
      && GST_BUFFER_POOL_CLASS (test_pool_parent_class)->start (pool);
}

static void
test_pool_class_init (TestPoolClass * klass)
{
  GstBufferPoolClass *pool_class = GST_BUFFER_POOL_CLASS (klass);

  pool_class->set_config = test_pool_set_config;
  pool_class->start = test_pool_start;
}

static void
test_pool_init (TestPool * self)
{
}

#define TEST_TYPE_ALLOCATOR (test_allocator_get_type ())
G_DECLARE_FINAL_TYPE (TestAllocator, test_allocator, TEST, ALLOCATOR,
    GstAllocator);

struct _TestAllocator
{
  GstAllocator parent;
};

G_DEFINE_FINAL_TYPE (TestAllocator, test_allocator, GST_TYPE_ALLOCATOR);

static GstMemory *
test_allocator_alloc (GstAllocator * allocator, gsize size,
    GstAllocationParams * params)
{
  return NULL;
}

static void
test_allocator_class_init (TestAllocatorClass * klass)
{
  GST_ALLOCATOR_CLASS (klass)->alloc = test_allocator_alloc;
}

static void
test_allocator_init (TestAllocator * self)
{
  GST_ALLOCATOR (self)->mem_type = "TestMemory";
}

static GstAllocator *
broken_allocator (Liar * liar)
{
  if (liar->allocator == NULL)
    liar->allocator = gst_object_ref_sink (g_object_new (TEST_TYPE_ALLOCATOR,
            NULL));
  return liar->allocator;
}

static GstBufferPool *
own_pool (Liar * liar, gboolean refuses, gboolean fails)
{
  if (liar->pool == NULL) {
    liar->pool = gst_object_ref_sink (g_object_new (TEST_TYPE_POOL, NULL));
    TEST_POOL (liar->pool)->refuses = refuses;
    TEST_POOL (liar->pool)->fails = fails;
  }
  return liar->pool;
}

/* --- lies --- */

static gboolean
offer_nothing (Liar * liar, GstQuery * query)
{
  gst_query_add_allocation_pool (query, NULL, 0, 0, 0);
  return TRUE;
}

static gboolean
offer_large (Liar * liar, GstQuery * query)
{
  gst_query_add_allocation_pool (query, NULL, 1 << 26, 0, 0);
  return TRUE;
}

static gboolean
offer_small (Liar * liar, GstQuery * query)
{
  gst_query_add_allocation_pool (query, NULL, 1, 0, 0);
  return TRUE;
}

static gboolean
offer_min_above_max (Liar * liar, GstQuery * query)
{
  gst_query_add_allocation_pool (query, NULL, FRAME_SIZE, 9, 2);
  return TRUE;
}

static gboolean
offer_own_min_above_max (Liar * liar, GstQuery * query)
{
  gst_query_add_allocation_pool (query, own_pool (liar, FALSE, FALSE),
      FRAME_SIZE, 9, 2);
  return TRUE;
}

static gboolean
offer_huge_max (Liar * liar, GstQuery * query)
{
  gst_query_add_allocation_pool (query, own_pool (liar, FALSE, FALSE),
      FRAME_SIZE, 1, G_MAXUINT);
  return TRUE;
}

static gboolean
offer_params (GstQuery * query, gsize align, gsize prefix, gsize padding)
{
  GstAllocationParams params;

  gst_allocation_params_init (&params);
  params.align = align;
  params.prefix = prefix;
  params.padding = padding;
  gst_query_add_allocation_param (query, NULL, &params);
  return TRUE;
}

static gboolean
offer_no_mask (Liar * liar, GstQuery * query)
{
  return offer_params (query, 100, 0, 0);
}

static gboolean
offer_top_bit (Liar * liar, GstQuery * query)
{
  return offer_params (query, G_MAXSIZE / 2 + 1, 0, 0);
}

static gboolean
offer_all_ones (Liar * liar, GstQuery * query)
{
  return offer_params (query, G_MAXSIZE, 0, 0);
}

static gboolean
offer_padding (Liar * liar, GstQuery * query)
{
  return offer_params (query, 0, 0, G_MAXSIZE);
}

static gboolean
offer_prefix (Liar * liar, GstQuery * query)
{
  return offer_params (query, 0, G_MAXSIZE / 4, 0);
}

static gboolean
offer_refusing_pool (Liar * liar, GstQuery * query)
{
  gst_query_add_allocation_pool (query, own_pool (liar, TRUE, FALSE),
      FRAME_SIZE, 2, 0);
  return TRUE;
}

static gboolean
offer_dead_pool (Liar * liar, GstQuery * query)
{
  gst_query_add_allocation_pool (query, own_pool (liar, FALSE, TRUE),
      FRAME_SIZE, 2, 0);
  return TRUE;
}

static gboolean
offer_active_pool (Liar * liar, GstQuery * query)
{
  GstBufferPool *pool = own_pool (liar, FALSE, FALSE);
  GstStructure *config = gst_buffer_pool_get_config (pool);
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, NULL);
  gst_buffer_pool_config_set_params (config, caps, FRAME_SIZE, 1, 0);
  (void) gst_buffer_pool_set_config (pool, config);
  gst_buffer_pool_set_active (pool, TRUE);
  gst_query_add_allocation_pool (query, pool, FRAME_SIZE, 1, 0);
  return TRUE;
}

static gboolean
offer_broken_allocator (Liar * liar, GstQuery * query)
{
  gst_query_add_allocation_param (query, broken_allocator (liar), NULL);
  return TRUE;
}

static gboolean
offer_garbage (Liar * liar, GstQuery * query)
{
  GstStructure *params = gst_structure_new ("garbage", "framing",
      G_TYPE_STRING, "not, a=framing;;", "wire", G_TYPE_INT, -1, NULL);

  gst_query_add_allocation_meta (query, GST_KS_FRAMING_META_API_TYPE, params);
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, params);
  gst_query_add_allocation_meta (query, G_TYPE_OBJECT, NULL);
  gst_query_add_allocation_meta (query, G_TYPE_STRING, params);
  gst_structure_free (params);
  return TRUE;
}

/* Fills it in, and says that it did not. */
static gboolean
offer_and_deny (Liar * liar, GstQuery * query)
{
  gst_query_add_allocation_pool (query, own_pool (liar, TRUE, FALSE),
      G_MAXUINT, G_MAXUINT, 1);
  (void) offer_params (query, G_MAXSIZE, G_MAXSIZE, G_MAXSIZE);
  return FALSE;
}

static gboolean
offer_many (Liar * liar, GstQuery * query)
{
  for (guint i = 1; i < 200; i++) {
    gst_query_add_allocation_pool (query, NULL, FRAME_SIZE + i, i % 3, 0);
    (void) offer_params (query, i, 0, 0);
    gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  }
  return TRUE;
}

/* --- rows --- */

/* *INDENT-OFF* */
static const struct
{
  const gchar *name;
  Lie lie;
  gboolean keeps;
  gboolean kills;               /* GStreamer, unless a tee keeps it from the source */
  gboolean wide;                /* a lie in 64 bits; in 32 bits a wish for what cannot be had */
} lies[] = {
  {"nothing at all", offer_nothing},
  {"a frame of 64 MiB", offer_large},
  {"a frame of one byte", offer_small},
  {"min above max", offer_min_above_max},
  {"min above max, its own pool", offer_own_min_above_max},
  {"max of all ones", offer_huge_max},
  {"a mask that is none", offer_no_mask},
  {"padding of all ones", offer_padding},
  {"a mask of the top bit", offer_top_bit, FALSE, FALSE, TRUE},
  {"a mask of all ones", offer_all_ones, FALSE, FALSE, TRUE},
  {"a prefix of 2^62", offer_prefix, FALSE, TRUE, TRUE},
  {"a pool that takes no configuration", offer_refusing_pool},
  {"a pool that does not start", offer_dead_pool},
  {"a pool that is active", offer_active_pool},
  {"an allocator that fails", offer_broken_allocator},
  {"metas that are none", offer_garbage},
  {"filled in and denied", offer_and_deny},
  {"two hundred of each", offer_many},
  {"keeps all frames", offer_nothing, TRUE},
  {"keeps all frames of its pool", offer_huge_max, TRUE},
};
/* *INDENT-ON* */

static const gchar *const launches[] = { DIRECT, BRANCH, MIDDLE };

/* What a run came to: "eos", or its error. */
static gchar *
outcome_of (GstMessage * message)
{
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return g_strdup ("eos");
  gst_message_parse_error (message, &error, NULL);
  return g_strdup_printf ("%s %d", g_quark_to_string (error->domain),
      error->code);
}

static gchar *
run (guint lie, const gchar * launch, gboolean negotiated, gint * frames)
{
  GstElement *pipeline = liar_launch (launch);
  GstKsNegotiator *negotiator = gst_ks_negotiator_new (GST_BIN (pipeline));
  g_autoptr (GstMessage) message = NULL;
  gchar *outcome;
  Liar liar;

  liar_init (&liar, pipeline, lies[lie].lie);
  liar.keeps = lies[lie].keeps;
  if (negotiated)
    gst_ks_negotiator_attach (negotiator);
  message = liar_play (pipeline, lies[lie].name);
  outcome = outcome_of (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  *frames = liar.frames;
  liar_clear (&liar);
  ASSERT_OBJECT_REFCOUNT (negotiator, "negotiator", 1);
  g_object_unref (negotiator);
  gst_clear_message (&message);
  liar_let_go (pipeline);
  return outcome;
}

/* What GStreamer itself warns of is no news; of ours, everything is fatal. */
static gchar *
run_without (guint lie, const gchar * launch, gint * frames)
{
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK);
  gchar *outcome;

  _gst_check_expecting_log = TRUE;
  outcome = run (lie, launch, FALSE, frames);
  if (!_gst_check_raised_critical && !_gst_check_raised_warning) {
    g_log_set_always_fatal (fatal);
    _gst_check_expecting_log = FALSE;
  }
  return outcome;
}

GST_START_TEST (test_as_without)
{
  guint lie = __i__ / G_N_ELEMENTS (launches);
  const gchar *launch = launches[__i__ % G_N_ELEMENTS (launches)];
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK);
  gint frames, wanted;

  if (lies[lie].kills && strstr (launch, "tee") == NULL)
    return;
  if (lies[lie].wide && sizeof (gsize) < 8)
    return;
  g_log_set_always_fatal (fatal);
  g_autofree gchar *without = run_without (lie, launch, &wanted);
  g_autofree gchar *with = run (lie, launch, TRUE, &frames);

  fail_unless (g_strcmp0 (without, "eos") != 0 || g_str_equal (with, "eos"),
      "%s: %s: %s, without a negotiator %s", lies[lie].name, launch, with,
      without);
  fail_unless (g_strcmp0 (without, "eos") != 0 || frames == wanted,
      "%s: %s: %d frames, without a negotiator %d", lies[lie].name, launch,
      frames, wanted);
  g_log_set_always_fatal (fatal);
  _gst_check_expecting_log = FALSE;
  _gst_check_raised_critical = _gst_check_raised_warning = FALSE;
}

GST_END_TEST;

/* --- who keeps to nothing --- */

static const GstStructure *
source_at (const GstStructure * report, const gchar * pad)
{
  const GValue *sources = gst_structure_get_value (report, "sources");

  for (guint i = 0; i < gst_value_array_get_size (sources); i++) {
    const GstStructure *source = gst_value_get_structure
        (gst_value_array_get_value (sources, i));

    if (g_strcmp0 (gst_structure_get_string (source, "pad"), pad) == 0)
      return source;
  }
  fail ("no source %s", pad);
  return NULL;
}

/* It asks, is given a pool, and fills buffers of its own. */
GST_START_TEST (test_elsewhere_is_reported)
{
  GstElement *pipeline = liar_launch ("fakesrc name=source num-buffers=20"
      " sizetype=fixed sizemax=64 ! fakesink");
  g_autoptr (GstKsNegotiator) negotiator =
      gst_ks_negotiator_new (GST_BIN (pipeline));
  g_autoptr (GstMessage) message = NULL;
  guint64 frames, elsewhere;

  gst_ks_negotiator_attach (negotiator);
  message = liar_play (pipeline, "fakesrc");
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  GstStructure *report = gst_ks_negotiator_get_report (negotiator);
  const GstStructure *source = source_at (report, "source:src");
  fail_unless (gst_structure_get_uint64 (source, "frames", &frames));
  fail_unless (gst_structure_get_uint64 (source, "elsewhere", &elsewhere));
  fail_unless_equals_uint64 (frames, N_FRAMES);
  fail_unless_equals_uint64 (elsewhere, N_FRAMES);
  fail_unless_equals_string (gst_structure_get_string (source, "reason"),
      "it was given frames of the plan, and makes its own all the same");
  gst_structure_free (report);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_clear_message (&message);
  liar_let_go (pipeline);
}

GST_END_TEST;

/* --- who contradicts --- */

static void
set_framing (GstElement * pipeline, const gchar * text)
{
  g_autoptr (GstElement) liar = gst_bin_get_by_name (GST_BIN (pipeline),
      "liar");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (liar, "sink");
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (text, &error);

  fail_unless (error == NULL, "%s", error ? error->message : "");
  gst_ks_pin_set_framing (pin, framing);
}

/* *INDENT-OFF* */
static const struct
{
  const gchar *name;
  const gchar *launch;
  const gchar *framing;         /* of the liar's pin */
  const gchar *set;             /* in the debug text: who cannot agree */
} conflicts[] = {
  {"a frame that is too small", DIRECT, "system, size=..1000",
      "size; the smallest set that cannot agree: liar:sink, source:src"},
  {"behind a tee", BRANCH, "system, size=..1000",
      "size; the smallest set that cannot agree: liar:sink, source:src"},
  {"behind two", SOURCE "! tee ! queue ! tee name=t ! queue ! fakesink"
      " name=liar t. ! queue ! fakesink", "system, size=..1000",
      "size; the smallest set that cannot agree: liar:sink, source:src"},
  {"memory that cannot be mapped", DIRECT,
      "vendor, flags=can-allocate+device-specific",
      "memory; the smallest set that cannot agree: liar:sink, source:src"},
};
/* *INDENT-ON* */

GST_START_TEST (test_conflict_is_an_error)
{
  GstElement *pipeline = liar_launch (conflicts[__i__].launch);
  g_autoptr (GstKsNegotiator) negotiator =
      gst_ks_negotiator_new (GST_BIN (pipeline));
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *debug = NULL;

  set_framing (pipeline, conflicts[__i__].framing);
  gst_ks_negotiator_attach (negotiator);
  message = liar_play (pipeline, conflicts[__i__].name);
  fail_unless (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR, "%s",
      conflicts[__i__].name);
  gst_message_parse_error (message, &error, &debug);
  fail_unless (g_error_matches (error, GST_STREAM_ERROR,
          GST_STREAM_ERROR_FORMAT), "%s: %s", conflicts[__i__].name,
      error->message);
  fail_unless (strstr (debug, conflicts[__i__].set) != NULL, "%s: %s",
      conflicts[__i__].name, debug);
  /* what would help stands in the text for people */
  fail_unless (g_str_has_prefix (error->message, "No frame can be as all ask")
      && strstr (error->message, ". ") < error->message
      + strlen (error->message) - 5, "%s", error->message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_clear_message (&message);
  liar_let_go (pipeline);
}

GST_END_TEST;

/* --- kinds that are not here --- */

/* The first ks-fallback on the bus until the end. */
static GstStructure *
play_for_fallback (GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstStructure *fallback = NULL;
  gboolean over = FALSE;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!over) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
        LIAR_WATCHDOG, GST_MESSAGE_EOS | GST_MESSAGE_ERROR
        | GST_MESSAGE_ELEMENT);

    fail_unless (message != NULL, "silence");
    fail_if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR);
    over = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    if (fallback == NULL && gst_message_has_name (message, "ks-fallback"))
      fallback = gst_structure_copy (gst_message_get_structure (message));
  }
  return fallback;
}

static const struct
{
  const gchar *name;
  const gchar *launch;
  const gchar *framing;
  const gchar *used;
} missing[] = {
  {"first choice", DIRECT, "nothere, flags=can-allocate; mapped",
      "another kind"},
  {"behind a tee", BRANCH, "nothere, flags=can-allocate; mapped",
      "another kind"},
  {"only choice", DIRECT, "nothere, flags=can-allocate",
      "downstream's answer"},
};

GST_START_TEST (test_kind_that_is_not_here)
{
  GstElement *pipeline = liar_launch (missing[__i__].launch);
  g_autoptr (GstKsNegotiator) negotiator =
      gst_ks_negotiator_new (GST_BIN (pipeline));
  GstStructure *fallback;

  set_framing (pipeline, missing[__i__].framing);
  gst_ks_negotiator_attach (negotiator);
  fallback = play_for_fallback (pipeline);
  fail_unless (fallback != NULL, "%s: no ks-fallback", missing[__i__].name);
  fail_unless_equals_string (gst_structure_get_string (fallback, "wanted"),
      "nothere");
  fail_unless_equals_string (gst_structure_get_string (fallback, "used"),
      missing[__i__].used);
  fail_unless (strstr (gst_structure_get_string (fallback, "text"), "nothere")
      != NULL);
  gst_structure_free (fallback);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  liar_let_go (pipeline);
}

GST_END_TEST;

static Suite *
negotiatorliars_suite (void)
{
  Suite *suite = suite_create ("negotiatorliars");
  TCase *tcase = tcase_create ("general");

  gst_ks_init ();
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_as_without, 0, G_N_ELEMENTS (lies)
      * G_N_ELEMENTS (launches));
  tcase_add_test (tcase, test_elsewhere_is_reported);
  tcase_add_loop_test (tcase, test_conflict_is_an_error, 0,
      G_N_ELEMENTS (conflicts));
  tcase_add_loop_test (tcase, test_kind_that_is_not_here, 0,
      G_N_ELEMENTS (missing));
  return suite;
}

GST_CHECK_MAIN (negotiatorliars);
