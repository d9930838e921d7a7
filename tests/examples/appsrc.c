/* Fills frames in place that the other end of the pipeline asked for.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>

#define FRAMES 100
#define CAPS "video/x-raw,format=RGB,width=640,height=480,framerate=25/1"

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

static GstFlowReturn
push_frame (GstElement * source, GstBufferPool * pool, guint number)
{
  GstBuffer *frame;
  GstFlowReturn flow = gst_buffer_pool_acquire_buffer (pool, &frame, NULL);

  if (flow != GST_FLOW_OK)
    return flow;
  gst_buffer_memset (frame, 0, number, gst_buffer_get_size (frame));
  GST_BUFFER_PTS (frame) = number * GST_SECOND / 25;
  g_signal_emit_by_name (source, "push-buffer", frame, &flow);
  gst_buffer_unref (frame);
  return flow;
}

/* The frames that came, of those that are as was asked. */
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
    GstMemory *memory =
        gst_buffer_peek_memory (gst_sample_get_buffer (sample), 0);
    if (gst_memory_is_type (memory, "ks-shared"))
      frames++;
    gst_sample_unref (sample);
  }
}

static gpointer
fill_frames (gpointer pipeline)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (pipeline, "source");
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  g_autoptr (GError) error = NULL;
  GstBufferPool *pool = gst_ks_appsrc_negotiate (source, caps, NULL, &error);
  GstFlowReturn flow = GST_FLOW_OK;

  if (pool == NULL)
    g_printerr ("%s\n", error->message);
  for (guint i = 0; pool && i < FRAMES && flow == GST_FLOW_OK; i++)
    flow = push_frame (source, pool, i);
  g_signal_emit_by_name (source, "end-of-stream", &flow);
  if (pool)
    gst_buffer_pool_set_active (pool, FALSE);
  gst_clear_object (&pool);
  return NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  guint frames;

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
  g_thread_join (filler);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);

  g_print ("%u of %u frames came in shared memory\n", frames, FRAMES);
  gst_ks_trim_all ();
  return frames == FRAMES ? 0 : 1;
}
