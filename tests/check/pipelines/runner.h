/* Runs one pipeline to its end, bounded, and notes what its ksallocator said.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>

/* No run of these tests takes a tenth of it: reached only by a hang. */
#define RUN_WATCHDOG (30 * GST_SECOND)

typedef struct
{
  gboolean eos;
  gboolean starved;             /* a ks-starved message came */
  GError *error;                /* NULL: none; owned */
  GstStructure *stats;          /* of the element named ks; owned */
  GstStructure *starve;         /* what the last ks-starved said; NULL: none; owned */
} Run;

static inline void
run_clear (Run *run)
{
  g_clear_error (&run->error);
  g_clear_pointer (&run->stats, gst_structure_free);
  g_clear_pointer (&run->starve, gst_structure_free);
}

static inline guint64
run_count (const Run *run, const gchar *field)
{
  guint64 count = 0;

  fail_unless (gst_structure_get_uint64 (run->stats, field, &count),
      "no field %s in the statistics", field);
  return count;
}

/* Notes one message; TRUE when the run is over. */
static inline gboolean
run_note (Run *run, GstMessage *message, gboolean stop_when_starved)
{
  const GstStructure *structure = gst_message_get_structure (message);

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_EOS:
      run->eos = TRUE;
      return TRUE;
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &run->error, NULL);
      return TRUE;
    case GST_MESSAGE_ELEMENT:
      if (!gst_structure_has_name (structure, "ks-starved"))
        return FALSE;
      run->starved = TRUE;
      g_clear_pointer (&run->starve, gst_structure_free);
      run->starve = gst_structure_copy (structure);
      return stop_when_starved;
    default:
      return FALSE;
  }
}

/* Plays a pipeline, as LAUNCH says it, until EOS, an error or (when asked for)
 * starvation, and stops it. Silence until the watchdog barks is a failure. */
static inline void
run_pipeline (GstElement *pipeline, const gchar *launch, gboolean stop_when_starved, Run *run)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstElement) ks = gst_bin_get_by_name (GST_BIN (pipeline), "ks");
  gboolean over = FALSE;

  *run = (Run) { FALSE, FALSE, NULL, NULL, NULL };
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!over) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
        RUN_WATCHDOG, GST_MESSAGE_EOS | GST_MESSAGE_ERROR
        | GST_MESSAGE_ELEMENT);

    fail_unless (message != NULL, "%s: silence", launch);
    over = run_note (run, message, stop_when_starved);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  if (ks && g_object_class_find_property (G_OBJECT_GET_CLASS (ks), "stats"))
    g_object_get (ks, "stats", &run->stats, NULL);
}

static inline void
run_launch (const gchar *launch, gboolean stop_when_starved, Run *run)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (launch, &error);

  fail_unless (pipeline != NULL && error == NULL, "%s: %s", launch,
      error ? error->message : "?");
  run_pipeline (pipeline, launch, stop_when_starved, run);
  gst_object_unref (pipeline);
}

/* What these keep they leak when they stop, and x265 more than that. */
static inline gboolean
run_leaks (const gchar *element)
{
  static const gchar *const leaky[] = { "fieldanalysis", "ivtc", "x265enc", NULL };

  return g_strv_contains (leaky, element);
}

/* The first of the elements (separated by spaces) that is not installed, or
 * cannot be run under tools that look for leaks (they set KS_QUICK). */
static inline gchar *
run_missing (const gchar *elements)
{
  g_auto (GStrv) names = g_strsplit (elements, " ", -1);

  for (guint i = 0; names[i]; i++) {
    g_autoptr (GstElementFactory) factory = gst_element_factory_find (names[i]);

    if (!factory || (g_getenv ("KS_QUICK") && run_leaks (names[i])))
      return g_strdup (names[i]);
  }
  return NULL;
}
