/* The negotiator on unmodified pipelines: every frame of a segment comes from one allocator.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>

#include "runner.h"

#define PICTURE "video/x-raw,format=NV12,width=320,height=240"
#define SOURCE "videotestsrc num-buffers=20 ! " PICTURE " "

/* Which allocators the frames came from that went into a sink pad. */
typedef struct
{
  GMutex lock;
  GHashTable *pads;             /* name -> GHashTable of GstAllocator, to compare only */
} Traffic;

static GstPadProbeReturn
note_frame (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstMemory *memory = gst_buffer_peek_memory (GST_PAD_PROBE_INFO_BUFFER (info),
      0);
  g_autofree gchar *name = g_strdup_printf ("%s:%s", GST_DEBUG_PAD_NAME (pad));
  Traffic *traffic = user_data;
  GHashTable *seen;

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
  guint copies;                 /* that the plan says */
  const gchar *one;             /* sink pads whose frames come from one allocator of ours */
} Row;

/* *INDENT-OFF* */
static const Row rows[] = {
  {"fakesink", "", SOURCE "! fakesink name=a", 0, "a:sink"},
  {"fakevideosink", "fakevideosink", SOURCE "! fakesink name=a", 0, "a:sink"},
  {"tee", "", SOURCE "! tee name=t ! queue name=q ! fakesink name=a"
      " t. ! queue ! fakevideosink", 0, "t:sink q:sink a:sink sink:sink"},
  {"in place behind a tee", "videobalance", SOURCE "! tee name=t ! queue"
      " ! videobalance name=b hue=0.3 ! fakesink name=a t. ! queue ! fakesink name=c",
      1, "t:sink b:sink a:sink c:sink"},
};
/* *INDENT-ON* */

static void
expect_one (const Row * row, Traffic * traffic)
{
  g_auto (GStrv) pads = g_strsplit (row->one, " ", -1);
  gpointer first = NULL;

  for (guint i = 0; pads[i]; i++) {
    GHashTable *seen = g_hash_table_lookup (traffic->pads, pads[i]);
    GHashTableIter iter;
    gpointer allocator;

    fail_unless (seen != NULL, "%s: no frame at %s", row->name, pads[i]);
    fail_unless (g_hash_table_size (seen) == 1, "%s: %u allocators at %s",
        row->name, g_hash_table_size (seen), pads[i]);
    g_hash_table_iter_init (&iter, seen);
    g_hash_table_iter_next (&iter, &allocator, NULL);
    fail_unless (gst_ks_allocator_is_ours (allocator), "%s: not ours at %s",
        row->name, pads[i]);
    fail_unless (first == NULL || first == allocator, "%s: another at %s",
        row->name, pads[i]);
    first = allocator;
  }
}

GST_START_TEST (test_one_allocator)
{
  const Row *row = &rows[__i__];
  g_autofree gchar *missing = run_missing (row->needs);
  g_autoptr (GError) error = NULL;
  GstKsPlanTotals totals;
  Traffic traffic;

  if (missing && *missing) {
    g_print ("SKIP: %s: no element %s\n", row->name, missing);
    return;
  }
  GstElement *pipeline = gst_parse_launch (row->launch, &error);
  fail_unless (error == NULL, "%s: %s", row->name, error ? error->message : "");
  GstKsNegotiator *negotiator = gst_ks_negotiator_new (GST_BIN (pipeline));
  gst_ks_negotiator_attach (negotiator);
  traffic_init (&traffic, pipeline);
  play (pipeline, row->name);

  GstKsPlan *plan = gst_ks_negotiator_get_plan (negotiator);
  fail_unless_equals_int (gst_ks_plan_get_status (plan), GST_KS_PLAN_STATUS_OK);
  gst_ks_plan_get_totals (plan, &totals);
  fail_unless_equals_int (totals.copies, row->copies);
  gst_ks_plan_unref (plan);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  expect_one (row, &traffic);
  traffic_clear (&traffic);
  g_object_unref (negotiator);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
negotiator_suite (void)
{
  Suite *suite = suite_create ("negotiator");
  TCase *tcase = tcase_create ("pipelines");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_one_allocator, 0, G_N_ELEMENTS (rows));
  return suite;
}

GST_CHECK_MAIN (negotiator);
