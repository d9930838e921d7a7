/* ksallocator under a negotiator: what it wishes, what it insists on, and what it is told.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>

#include "runner.h"

#define SOURCE "videotestsrc num-buffers=5 ! video/x-raw,width=64,height=64 ! "

typedef struct
{
  const gchar *name;
  const gchar *launch;
  const gchar *memory;          /* of the source's segment; NULL: an error */
  gboolean fallback;            /* somebody says that frames are not as wished */
} Row;

/* *INDENT-OFF* */
static const Row rows[] = {
  {"one wish", SOURCE "ksallocator memory=huge ! fakesink", "huge", FALSE},
  {"two that cannot meet", SOURCE "ksallocator framing=\"huge, weight=1\""
      " ! videobalance hue=0.2 ! ksallocator memory=shared ! fakesink",
      "huge", TRUE},
  {"one of them insists", SOURCE "ksallocator framing=\"huge, weight=1\""
      " ! videobalance hue=0.2 ! ksallocator memory=shared require=error"
      " ! fakesink", "shared", TRUE},
  {"both insist", SOURCE "ksallocator memory=huge require=error"
      " ! videobalance hue=0.2 ! ksallocator memory=shared require=error"
      " ! fakesink", NULL, FALSE},
  {"a kind that is not here", SOURCE "ksallocator memory=nokind ! fakesink",
      "system", TRUE},
  {"says nothing", SOURCE "ksallocator answer=none memory=huge ! fakesink",
      "system", FALSE},
  {"a cap that grows", SOURCE "ksallocator frames=..1 on-starve=grow"
      " ! queue min-threshold-buffers=3 ! fakesink", "system", FALSE},
  {"a cap that is insisted on", SOURCE "ksallocator frames=..2 require=error"
      " ! queue min-threshold-buffers=3 ! fakesink", NULL, FALSE},
  {"a cap that is enough", SOURCE "ksallocator frames=..8 require=error"
      " ! queue min-threshold-buffers=3 ! fakesink", "system", FALSE},
  {"the best of several", SOURCE "ksallocator"
      " framing=\"huge, weight=1; shared, weight=2\" require=error ! fakesink",
      "shared", FALSE},
  {"a wish of another branch", SOURCE "tee name=t ! queue ! ksallocator"
      " require=error ! fakesink t. ! queue ! ksallocator memory=huge ! fakesink",
      "huge", FALSE},
  /* the second one asks by itself too, and there is one size in the plan then */
  {"rows that another asks for", SOURCE "ksallocator align=64 ! ksallocator"
      " framing=\"system, stride=256../512\" require=error ! fakesink",
      "system", TRUE},
};
/* *INDENT-ON* */

/* TRUE: at its end; FALSE: an error. */
static gboolean
run_to_end (GstElement * pipeline, const Row * row, gboolean * fallback)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessageType type = GST_MESSAGE_UNKNOWN;

  *fallback = FALSE;
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (type != GST_MESSAGE_EOS && type != GST_MESSAGE_ERROR) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
        RUN_WATCHDOG, GST_MESSAGE_EOS | GST_MESSAGE_ERROR
        | GST_MESSAGE_ELEMENT);

    fail_unless (message != NULL, "%s: silence", row->name);
    type = GST_MESSAGE_TYPE (message);
    *fallback |= gst_message_has_name (message, "ks-fallback");
  }
  return type == GST_MESSAGE_EOS;
}

static const gchar *
memory_of_source (const GstKsPlan * plan)
{
  for (guint i = 0; i < gst_ks_plan_get_n_segments (plan); i++) {
    const GstKsSegment *segment = gst_ks_plan_peek_segment (plan, i);

    for (guint p = 0; p < segment->n_pads; p++) {
      if (g_str_has_prefix (segment->pads[p], "videotestsrc"))
        return segment->memory;
    }
  }
  return NULL;
}

GST_START_TEST (test_wishes)
{
  const Row *row = &rows[__i__];
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (row->launch, &error);
  GstKsNegotiator *negotiator;
  gboolean fallback;
  GstKsPlan *plan;

  fail_unless (error == NULL, "%s: %s", row->name, error ? error->message : "");
  negotiator = gst_ks_negotiator_new (GST_BIN (pipeline));
  gst_ks_negotiator_attach (negotiator);
  fail_unless (run_to_end (pipeline, row, &fallback) == (row->memory != NULL),
      "%s", row->name);
  plan = gst_ks_negotiator_get_plan (negotiator);
  fail_unless (g_strcmp0 (memory_of_source (plan), row->memory) == 0, "%s: %s",
      row->name, memory_of_source (plan));
  fail_unless (fallback == row->fallback, "%s: %d", row->name, fallback);
  gst_ks_plan_unref (plan);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_object_unref (negotiator);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
negotiatorwishes_suite (void)
{
  Suite *suite = suite_create ("negotiatorwishes");
  TCase *tcase = tcase_create ("wishes");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_wishes, 0, G_N_ELEMENTS (rows));
  return suite;
}

GST_CHECK_MAIN (negotiatorwishes);
