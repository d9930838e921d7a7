/* ks-bench: what the cases with a pipeline share.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksbench.h"

GstElement *
ks_bench_launch (const gchar * text, GError ** error)
{
  GstElement *pipeline = gst_parse_launch_full (text, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, error);

  if (pipeline == NULL)
    g_prefix_error (error, "%s: ", text);
  return pipeline;
}

/* A message that is an error, as a GError. */
static GError *
message_error (GstMessage * message)
{
  GError *error = NULL;
  g_autofree gchar *debug = NULL;

  gst_message_parse_error (message, &error, &debug);
  if (debug != NULL)
    g_prefix_error (&error, "%s: ", debug);
  return error;
}

GError *
ks_bench_pop_error (GstElement * pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message =
      gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);

  return message ? message_error (message) : NULL;
}

gboolean
ks_bench_run_to_eos (GstElement * pipeline, GError ** error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  gboolean done = FALSE;

  (void) gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    g_propagate_error (error, message_error (message));
  else
    done = TRUE;
  (void) gst_element_set_state (pipeline, GST_STATE_NULL);
  return done;
}
