/* ks-bench: how long a pipeline takes to its first frame, with a negotiator and without.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksbench.h"

/* Source, filter and sink, and a queue and an identity in turn between them. */
static gchar *
describe (guint n_elements)
{
  GString *text = g_string_new
      ("videotestsrc num-buffers=5 ! video/x-raw,width=320,height=240");

  for (guint i = 3; i < n_elements; i++)
    g_string_append (text, i % 2 ? " ! queue" : " ! identity");
  g_string_append (text, " ! fakesink");
  return g_string_free (text, FALSE);
}

/* Microseconds until the pipeline has prerolled. */
static gboolean
preroll (const gchar * text, gboolean ours, gdouble * took, GError ** error)
{
  GstElement *pipeline = ks_bench_launch (text, error);
  GstKsNegotiator *negotiator;
  GstStateChangeReturn ret;
  gint64 begin;

  if (pipeline == NULL)
    return FALSE;
  negotiator = gst_ks_negotiator_new (GST_BIN (pipeline));
  begin = g_get_monotonic_time ();
  if (ours)
    gst_ks_negotiator_attach (negotiator);
  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  ret = gst_element_get_state (pipeline, NULL, NULL, 10 * GST_SECOND);
  *took = (gdouble) (g_get_monotonic_time () - begin);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_object_unref (negotiator);
  gst_object_unref (pipeline);
  return ret == GST_STATE_CHANGE_SUCCESS
      || ks_bench_fail (error, "the pipeline did not preroll");
}

/* size: elements; ops: how often; the median counts. */
gboolean
ks_bench_start (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  g_autofree gchar *text = describe ((guint) args->size);
  g_autofree gdouble *took = g_new (gdouble, args->ops);
  gdouble median;

  for (gint64 i = 0; i < args->ops; i++) {
    if (!preroll (text, args->ours, &took[i], error))
      return FALSE;
  }
  median = ks_bench_median (took, (guint) args->ops);
  ks_bench_value (result, "time", median);
  ks_bench_value (result, "time an element", median / args->size);
  return TRUE;
}
