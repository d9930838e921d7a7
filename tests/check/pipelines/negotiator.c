/* The negotiator on unmodified pipelines: every frame of a segment comes from one allocator.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>
#include <gst/ks/gstkslock.h>

#include "runner.h"

#define PICTURE "video/x-raw,format=NV12,width=320,height=240"
#define SOURCE "videotestsrc num-buffers=20 ! " PICTURE " "

/* Which allocators the frames came from that went into a sink pad. */
typedef struct
{
  GMutex lock;
  GHashTable *pads;             /* name -> GHashTable of GstAllocator, to compare only */
} Traffic;

/* As the plan calls it. */
static gchar *
name_of (GstPad * pad)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (pad);
  g_autoptr (GstObject) bin = gst_object_get_parent (GST_OBJECT (element));

  if (GST_IS_PIPELINE (bin))
    return g_strdup_printf ("%s:%s", GST_DEBUG_PAD_NAME (pad));
  return g_strdup_printf ("%s/%s:%s", GST_OBJECT_NAME (bin),
      GST_DEBUG_PAD_NAME (pad));
}

/* Headers are no frames. */
static GstPadProbeReturn
note_frame (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);
  g_autofree gchar *name = name_of (pad);
  gboolean header = GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_HEADER);
  Traffic *traffic = user_data;
  GHashTable *seen;

  /* what lets go of it may be out of the sanitizer's sight */
  GST_KS_RELEASE (buffer);
  if (header)
    return GST_PAD_PROBE_OK;
  while (memory->parent)
    memory = memory->parent;
  g_mutex_lock (&traffic->lock);
  seen = g_hash_table_lookup (traffic->pads, name);
  if (seen == NULL) {
    seen = g_hash_table_new (NULL, NULL);
    g_hash_table_insert (traffic->pads, g_strdup (name), seen);
  }
  g_hash_table_add (seen, memory->allocator);
  g_mutex_unlock (&traffic->lock);
  return GST_PAD_PROBE_OK;
}

static void
watch_pad (const GValue * item, gpointer traffic)
{
  GstPad *pad = g_value_get_object (item);

  if (GST_PAD_IS_SINK (pad))
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, note_frame, traffic,
        NULL);
}

static void
watch_element (const GValue * item, gpointer traffic)
{
  GstElement *element = g_value_get_object (item);
  GstIterator *pads;

  if (GST_IS_BIN (element))
    return;
  pads = gst_element_iterate_pads (element);
  gst_iterator_foreach (pads, watch_pad, traffic);
  gst_iterator_free (pads);
}

static void
traffic_init (Traffic * traffic, GstElement * pipeline)
{
  GstIterator *elements = gst_bin_iterate_recurse (GST_BIN (pipeline));

  g_mutex_init (&traffic->lock);
  traffic->pads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) g_hash_table_unref);
  gst_iterator_foreach (elements, watch_element, traffic);
  gst_iterator_free (elements);
}

static void
traffic_clear (Traffic * traffic)
{
  g_hash_table_unref (traffic->pads);
  g_mutex_clear (&traffic->lock);
}

static void
play (GstElement * pipeline, const gchar * name)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, RUN_WATCHDOG,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL, "%s: silence", name);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  fail_unless (error == NULL, "%s: %s", name, error ? error->message : "");
}

typedef struct
{
  const gchar *name;
  const gchar *needs;
  const gchar *launch;
  guint segments;               /* that frames go through */
  guint copies;                 /* that the plan says */
  const gchar *others;          /* patterns: source pads whose frames no pool can reach */
} Row;

#define ANY 0                   /* who asks first decides */
#define BRANCHES SOURCE "! tee name=t "
#define END "fakesink "

/* *INDENT-OFF* */
static const Row rows[] = {
  /* one link: those of them that GStreamer itself negotiates, and the others */
  {"fakesink", "", SOURCE "! fakesink", 1, 0, ""},
  {"filesink", "", SOURCE "! filesink location=/dev/null", 1, 0, ""},
  {"appsink", "appsink", SOURCE "! appsink sync=false drop=true max-buffers=1"
      " wait-on-eos=false", 1, 0, ""},
  {"textoverlay", "textoverlay", SOURCE "! textoverlay text=x ! fakesink",
      1, 0, ""},
  {"videobalance", "videobalance", SOURCE "! videobalance hue=0.3 ! fakesink",
      1, 0, ""},
  {"fakevideosink", "fakevideosink", SOURCE "! fakevideosink sync=false", 1, 0, ""},
  {"tee, one branch silent", "fakevideosink", BRANCHES
      "! queue ! fakesink t. ! queue ! fakevideosink sync=false", 1, 0, ""},
  {"tee, both answer", "fakevideosink", BRANCHES "! queue !"
      " fakevideosink sync=false t. ! queue ! fakevideosink sync=false", 1, 0, ""},
  {"videoconvert", "videoconvert", SOURCE
      "! videoconvert ! video/x-raw,format=RGB ! fakesink", 2, 0, ""},
  {"videoscale", "videoscale", SOURCE
      "! videoscale ! video/x-raw,width=64 ! fakesink", 2, 0, ""},
  {"jpegenc", "jpegenc", SOURCE "! jpegenc ! fakesink", 1, 0, "jpegenc*:src"},
  {"compositor", "compositor", SOURCE "! compositor ! fakesink", 2, 0, ""},
  {"shmsink", "shmsink", SOURCE "! shmsink sync=false wait-for-connection=false"
      " socket-path=negotiator.sock", 1, 0, ""},
  /* several branches */
  {"three branches", "jpegenc videoscale", BRANCHES "! queue ! jpegenc !"
      " fakesink t. ! queue ! videoscale ! video/x-raw,width=64 ! fakesink"
      " t. ! queue ! fakesink", 2, 0, "jpegenc*:src"},
  {"tee behind a tee", "", BRANCHES "! queue ! tee name=u ! queue ! fakesink"
      " u. ! queue ! fakesink t. ! queue ! fakesink", 1, 0, ""},
  {"two sources, one picture", "compositor", "compositor name=c ! fakesink "
      SOURCE "! c. " SOURCE "! queue ! c.", 3, 0, ""},
  {"apart and together again", "compositor", BRANCHES "! queue !"
      " compositor name=c ! fakesink t. ! queue ! c.", 2, 0, ""},
  {"one of two", "input-selector", "input-selector name=s ! fakesink "
      SOURCE "! s. " SOURCE "! s.", ANY, 0, ""},
  {"one after the other", "funnel", "funnel name=f ! fakesink "
      SOURCE "! f. " SOURCE "! f.", 1, 0, ""},
  {"in place behind a tee", "videobalance", BRANCHES "! queue !"
      " videobalance hue=0.3 ! fakesink t. ! queue ! fakesink", 2, 1, ""},
  {"in place behind bins", "videobalance", SOURCE "! bin.( bin.( identity ) ) !"
      " videobalance hue=0.3 ! fakesink", 1, 0, ""},
  {"in place twice", "videobalance textoverlay", BRANCHES "! queue !"
      " videobalance hue=0.3 ! fakesink t. ! queue ! textoverlay text=x !"
      " fakesink", 3, 2, ""},
  {"pads that come later", "jpegenc decodebin jpegdec", SOURCE "! jpegenc !"
      " decodebin ! videoconvert ! video/x-raw,format=RGB ! fakesink", 3, 0,
      "jpegenc*:src decodebin*/jpegparse*:src"},
  {"sound", "audioconvert volume", "audiotestsrc num-buffers=20 ! tee name=t !"
      " queue ! volume volume=0.5 ! fakesink t. ! queue ! audioconvert !"
      " audio/x-raw,channels=2 ! fakesink", 2, 1, ""},
  {"one way or the other", "output-selector", SOURCE "! output-selector name=o"
      " ! queue ! fakesink async=false o. ! queue ! fakesink async=false",
      1, 0, ""},
};
/* *INDENT-ON* */

typedef struct
{
  const Row *row;
  GstElement *pipeline;
  GstKsNegotiator *negotiator;
  GstKsPlan *plan;
  GstStructure *report;
  Traffic traffic;
} Scene;

static void
scene_run (Scene * scene, const Row * row)
{
  g_autoptr (GError) error = NULL;

  *scene = (Scene) {
  .row = row};
  scene->pipeline = gst_parse_launch (row->launch, &error);
  fail_unless (error == NULL, "%s: %s", row->name, error ? error->message : "");
  scene->negotiator = gst_ks_negotiator_new (GST_BIN (scene->pipeline));
  gst_ks_negotiator_attach (scene->negotiator);
  traffic_init (&scene->traffic, scene->pipeline);
  play (scene->pipeline, row->name);
  scene->plan = gst_ks_negotiator_get_plan (scene->negotiator);
  scene->report = gst_ks_negotiator_get_report (scene->negotiator);
  gst_element_set_state (scene->pipeline, GST_STATE_NULL);
}

static void
scene_clear (Scene * scene)
{
  traffic_clear (&scene->traffic);
  gst_structure_free (scene->report);
  gst_ks_plan_unref (scene->plan);
  g_object_unref (scene->negotiator);
  gst_object_unref (scene->pipeline);
}

/* Why frames of a source pad are not of the plan; NULL: they are. */
static const gchar *
reason_at (const Scene * scene, const gchar * pad)
{
  const GValue *sources = gst_structure_get_value (scene->report, "sources");

  for (guint i = 0; i < gst_value_array_get_size (sources); i++) {
    const GstStructure *source = gst_value_get_structure
        (gst_value_array_get_value (sources, i));

    if (g_strcmp0 (gst_structure_get_string (source, "pad"), pad) == 0)
      return gst_structure_get_string (source, "reason");
  }
  return NULL;
}

static gboolean
is_other (const Row * row, const gchar * pad)
{
  g_auto (GStrv) others = g_strsplit (row->others, " ", -1);

  /* names count up over the rows that share a process */
  for (guint i = 0; others[i]; i++) {
    if (g_pattern_match_simple (others[i], pad))
      return TRUE;
  }
  return FALSE;
}

/* Of all frames that went into its pads; NULL: there were none. */
static GHashTable *
makers_in (const Scene * scene, const GstKsSegment * segment)
{
  GHashTable *all = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < segment->n_pads; i++) {
    GHashTable *seen = g_hash_table_lookup (scene->traffic.pads,
        segment->pads[i]);
    GHashTableIter iter;
    gpointer allocator;

    if (seen == NULL)
      continue;
    g_hash_table_iter_init (&iter, seen);
    while (g_hash_table_iter_next (&iter, &allocator, NULL))
      g_hash_table_add (all, allocator);
  }
  return all;
}

/* Its frames come into being at a pad of it that says why they are not ours. */
static gboolean
is_excused (const Scene * scene, const GstKsSegment * segment)
{
  for (guint i = 0; i < segment->n_pads; i++) {
    if (!is_other (scene->row, segment->pads[i]))
      continue;
    fail_unless (reason_at (scene, segment->pads[i]) != NULL,
        "%s: no reason for %s", scene->row->name, segment->pads[i]);
    return TRUE;
  }
  return FALSE;
}

static guint
count_segments (const Scene * scene)
{
  guint count = 0;

  for (guint i = 0; i < gst_ks_plan_get_n_segments (scene->plan); i++) {
    const GstKsSegment *segment = gst_ks_plan_peek_segment (scene->plan, i);
    g_autoptr (GHashTable) makers = makers_in (scene, segment);

    if (g_hash_table_size (makers) == 0 || is_excused (scene, segment))
      continue;
    fail_unless (g_hash_table_size (makers) == 1,
        "%s: frames of %u allocators in the segment of %s", scene->row->name,
        g_hash_table_size (makers), segment->pads[0]);
    count++;
  }
  return count;
}

/* No pad outside of the plan but those that say why. */
static void
check_sources (const Scene * scene)
{
  const GValue *sources = gst_structure_get_value (scene->report, "sources");

  for (guint i = 0; i < gst_value_array_get_size (sources); i++) {
    const GstStructure *source = gst_value_get_structure
        (gst_value_array_get_value (sources, i));
    const gchar *pad = gst_structure_get_string (source, "pad");
    const gchar *reason = gst_structure_get_string (source, "reason");

    fail_unless ((reason != NULL) == is_other (scene->row, pad),
        "%s: at %s: %s", scene->row->name, pad, reason);
  }
}

static guint n_pools;           /* that were told of */

static guint64
number_of (const GstStructure * source, const gchar * field)
{
  const GValue *value = gst_structure_get_value (source, field);

  fail_unless (value != NULL, "%s: no %s",
      gst_structure_get_string (source, "pad"), field);
  return G_VALUE_HOLDS_UINT (value) ? g_value_get_uint (value)
      : g_value_get_uint64 (value);
}

/* A pool that is told of made the frames; who asked again got another one, which
 * begins anew. */
static void
check_pools (const Scene * scene)
{
  const GValue *sources = gst_structure_get_value (scene->report, "sources");

  for (guint i = 0; i < gst_value_array_get_size (sources); i++) {
    const GstStructure *source = gst_value_get_structure
        (gst_value_array_get_value (sources, i));
    g_autofree gchar *text = gst_structure_to_string (source);

    if (!gst_structure_has_field (source, "fresh"))
      continue;
    fail_unless (number_of (source, "fresh") + number_of (source, "reused") > 0
        || number_of (source, "frames") == number_of (source, "elsewhere"),
        "%s: %s", scene->row->name, text);
    fail_unless (number_of (source, "cap") == 0 || number_of (source, "out")
        <= number_of (source, "cap"), "%s: %s", scene->row->name, text);
    fail_unless_equals_uint64 (number_of (source, "waiting"), 0);
    n_pools++;
  }
}

static void
expect_no_strays (const Scene * scene)
{
  guint strays;

  fail_unless (gst_structure_get_uint (scene->report, "strays", &strays));
  fail_unless_equals_int (strays, 0);
}

GST_START_TEST (test_one_allocator)
{
  const Row *row = &rows[__i__];
  g_autofree gchar *missing = *row->needs ? run_missing (row->needs) : NULL;
  GstKsPlanTotals totals;
  Scene scene;

  if (missing) {
    g_print ("SKIP: %s: no element %s\n", row->name, missing);
    return;
  }
  scene_run (&scene, row);
  fail_unless_equals_int (gst_ks_plan_get_status (scene.plan),
      GST_KS_PLAN_STATUS_OK);
  gst_ks_plan_get_totals (scene.plan, &totals);
  fail_unless (totals.copies == row->copies, "%s: %" G_GUINT64_FORMAT
      " copies", row->name, totals.copies);
  guint segments = count_segments (&scene);
  fail_unless (row->segments == ANY
      || segments == row->segments, "%s: %u segments", row->name, segments);
  check_sources (&scene);
  check_pools (&scene);
  expect_no_strays (&scene);
  scene_clear (&scene);
}

GST_END_TEST;

GST_START_TEST (test_pools_are_told)
{
  static const Row row = { "pools", "", SOURCE "! queue ! fakesink", 1, 0, "" };
  Scene scene;

  n_pools = 0;
  scene_run (&scene, &row);
  check_pools (&scene);
  fail_unless_equals_int (n_pools, 1);
  scene_clear (&scene);
}

GST_END_TEST;

static Suite *
negotiator_suite (void)
{
  Suite *suite = suite_create ("negotiator");
  TCase *tcase = tcase_create ("pipelines");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_one_allocator, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_pools_are_told);
  return suite;
}

GST_CHECK_MAIN (negotiator);
