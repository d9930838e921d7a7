/* A pipeline by a plan: example of a program that embeds the negotiator.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>

#define LINE "videotestsrc num-buffers=50 ! video/x-raw,width=640,height=480" \
    " ! tee name=t ! queue ! videobalance hue=0.2 ! fakesink" \
    " t. ! queue ! fakesink"

static void
print_plan (GstKsNegotiator * negotiator)
{
  g_autoptr (GstKsPlan) plan = gst_ks_negotiator_get_plan (negotiator);

  for (guint i = 0; i < gst_ks_plan_get_n_segments (plan); i++) {
    const GstKsSegment *segment = gst_ks_plan_peek_segment (plan, i);

    g_print ("%u pads share %s frames of %" G_GUINT64_FORMAT " bytes\n",
        segment->n_pads, segment->memory, segment->size);
  }
  for (guint i = 0; i < gst_ks_plan_get_n_cuts (plan); i++)
    g_print ("a copy: %s\n", gst_ks_plan_peek_cut (plan, i)->text);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  gst_init (&argc, &argv);
  GstElement *pipeline = gst_parse_launch (LINE, &error);
  if (error) {
    g_printerr ("%s\n", error->message);
    return 1;
  }

  GstKsNegotiator *negotiator = gst_ks_negotiator_new (GST_BIN (pipeline));
  gst_ks_negotiator_attach (negotiator);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);

  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      10 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gboolean good = message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;

  print_plan (negotiator);
  GstStructure *report = gst_ks_negotiator_get_report (negotiator);
  g_autofree gchar *text = gst_structure_to_string (report);
  g_print ("%s\n", text);
  gst_structure_free (report);

  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_object_unref (negotiator);
  gst_object_unref (pipeline);
  return good ? 0 : 1;
}
