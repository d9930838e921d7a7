/* Fills frames in place that the other end of the pipeline asked for.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>
#include <string.h>

#define FRAMES 50               /* of each size */
#define HELD 10                 /* at most, by the line and the program */

static const gchar *const sizes[] = {
  "video/x-raw,format=RGB,width=640,height=480,framerate=25/1",
  "video/x-raw,format=RGB,width=1280,height=720,framerate=25/1",
};

/* What the appsink needs: frames that other processes can map, at pages. */
static gboolean
say_needs (GstElement * pipeline, GError ** error)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline),
      "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstKsFraming) framing =
      gst_ks_framing_parse ("shared, align=4096, frames=2..", error);

  if (framing == NULL)
    return FALSE;
  gst_ks_pad_attach (pad, framing, GST_KS_PIN_FLAG_NONE);
  return TRUE;
}

/* A frame that says where it was filled; a copy would be elsewhere. */
static GstFlowReturn
push_frame (GstElement * source, GstBufferPool * pool, guint number)
{
  GstBuffer *frame;
  GstMapInfo map;
  GstFlowReturn flow = gst_buffer_pool_acquire_buffer (pool, &frame, NULL);

  if (flow != GST_FLOW_OK)
    return flow;
  gst_buffer_map (frame, &map, GST_MAP_WRITE);
  memset (map.data, number, map.size);
  *(gpointer *) map.data = map.data;
  gst_buffer_unmap (frame, &map);
  GST_BUFFER_PTS (frame) = number * GST_SECOND / 25;
  g_signal_emit_by_name (source, "push-buffer", frame, &flow);
  gst_buffer_unref (frame);
  return flow;
}

static gboolean
was_filled_here (GstSample * sample)
{
  GstBuffer *frame = gst_sample_get_buffer (sample);
  GstMapInfo map;
  gboolean here;

  if (!gst_memory_is_type (gst_buffer_peek_memory (frame, 0), "ks-shared")
      || !gst_buffer_map (frame, &map, GST_MAP_READ))
    return FALSE;
  here = *(gpointer *) map.data == map.data;
  gst_buffer_unmap (frame, &map);
  return here;
}

/* The frames that came, of those that are as was asked and were not copied. */
static guint
count_frames (GstElement * pipeline)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline),
      "sink");
  GstSample *sample;
  guint frames = 0;

  for (;;) {
    g_signal_emit_by_name (sink, "pull-sample", &sample);
    if (sample == NULL)
      return frames;
    frames += was_filled_here (sample);
    gst_sample_unref (sample);
  }
}

/* Frames of one size; the next size is asked for while these are on their way. */
static gboolean
fill_size (GstElement * source, const gchar * text, guint first)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstBufferPool) pool =
      gst_ks_appsrc_negotiate (source, caps, NULL, &error);
  GstFlowReturn flow = GST_FLOW_OK;
  GstKsAccountStats stats;

  if (pool == NULL) {
    g_printerr ("%s\n", error->message);
    return FALSE;
  }
  for (guint i = 0; i < FRAMES && flow == GST_FLOW_OK; i++)
    flow = push_frame (source, pool, first + i);
  gst_ks_account_get_stats (gst_ks_pool_peek_account (GST_KS_POOL (pool)),
      &stats);
  g_print ("%" G_GUINT64_FORMAT " new frames, %" G_GUINT64_FORMAT
      " used again, %" G_GUINT64_FORMAT " copied\n", stats.fresh, stats.reused,
      stats.copied);
  gst_buffer_pool_set_active (pool, FALSE);
  return flow == GST_FLOW_OK && stats.fresh <= HELD && stats.copied == 0
      && stats.fresh + stats.reused == FRAMES;
}

static gpointer
fill_frames (gpointer pipeline)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (pipeline, "source");
  GstFlowReturn flow;
  gboolean good = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (sizes) && good; i++)
    good = fill_size (source, sizes[i], i * FRAMES);
  g_signal_emit_by_name (source, "end-of-stream", &flow);
  return GINT_TO_POINTER (good);
}

int
main (int argc, char **argv)
{
  guint all = FRAMES * G_N_ELEMENTS (sizes), frames;
  g_autoptr (GError) error = NULL;
  gboolean good;

  gst_init (&argc, &argv);
  GstElement *pipeline = gst_parse_launch ("appsrc name=source format=time"
      " block=true max-buffers=2 ! identity ! appsink name=sink sync=false"
      " max-buffers=2", &error);
  if (error == NULL)
    say_needs (pipeline, &error);
  if (error) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  GThread *filler = g_thread_new ("filler", fill_frames, pipeline);
  frames = count_frames (pipeline);
  good = GPOINTER_TO_INT (g_thread_join (filler));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);

  g_print ("%u of %u frames came in the shared memory where they were filled\n",
      frames, all);
  gst_ks_trim_all ();
  return good && frames == all ? 0 : 1;
}
