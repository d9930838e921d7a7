/* An application that keeps the last frames of a stream, and says how many.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstks.h>

#define FRAMES 60
#define KEEPS 8

typedef struct
{
  GstElement *pipeline;
  GstElement *sink;
  GstKsPool *pool;              /* of the source; NULL before its first frame */
  guint frames;                 /* that came */
  gboolean starved;
} Line;

static GstPadProbeReturn
note_pool (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstBufferPool *pool = GST_PAD_PROBE_INFO_BUFFER (info)->pool;

  if (GST_IS_KS_POOL (pool))
    g_atomic_pointer_set ((GstKsPool **) user_data, gst_object_ref (pool));
  return GST_PAD_PROBE_REMOVE;
}

/* Says for a pad how many frames it works on at once. */
static void
attach (GstElement * element, const gchar * name, const gchar * text)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, name);
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (text, NULL);

  gst_ks_pad_attach (pad, framing, GST_KS_PIN_FLAG_NONE);
}

/* source: like a camera that works on 3 frames, and has no more than a number
 * that it knows; sink NULL: nobody is told what the application keeps. */
static void
line_init (Line * line, const gchar * source, const gchar * sink)
{
  *line = (Line) {
  .pipeline = gst_parse_launch ("videotestsrc name=source num-buffers=60"
        " ! video/x-raw,format=RGB,width=320,height=240"
        " ! queue max-size-buffers=1"
        " ! appsink name=sink sync=false max-buffers=1", NULL)};
  g_autoptr (GstElement) first =
      gst_bin_get_by_name (GST_BIN (line->pipeline), "source");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (first, "src");

  line->sink = gst_bin_get_by_name (GST_BIN (line->pipeline), "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, note_pool, &line->pool,
      NULL);
  attach (first, "src", source);
  if (sink)
    attach (line->sink, "sink", sink);
}

static void
line_clear (Line * line)
{
  gst_element_set_state (line->pipeline, GST_STATE_NULL);
  gst_clear_object (&line->pool);
  gst_object_unref (line->sink);
  gst_object_unref (line->pipeline);
}

/* The source waits for a frame, and nothing is left to take from the sink. */
static gboolean
is_starved (Line * line)
{
  GstKsPool *pool = g_atomic_pointer_get (&line->pool);
  GstKsPoolStatus status = { 0 };

  if (pool)
    gst_ks_pool_get_status (pool, &status);
  return status.waiting > 0 && line->frames == status.cap;
}

/* Until the end, an error, or until nothing moves any more. */
static GError *
run (Line * line)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (line->pipeline);
  g_autoptr (GstMessage) message = NULL;
  GQueue kept = G_QUEUE_INIT;
  GError *error = NULL;
  gboolean end = FALSE;

  gst_element_set_state (line->pipeline, GST_STATE_PLAYING);
  while (!end && !line->starved && message == NULL) {
    GstSample *sample = NULL;

    g_signal_emit_by_name (line->sink, "try-pull-sample", 20 * GST_MSECOND,
        &sample);
    message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
    if (sample)
      g_queue_push_tail (&kept, sample);
    if (sample && message == NULL)
      line->frames++;
    if (kept.length > KEEPS)
      gst_sample_unref (g_queue_pop_head (&kept));
    g_object_get (line->sink, "eos", &end, NULL);
    line->starved = is_starved (line);
  }
  g_queue_clear_full (&kept, (GDestroyNotify) gst_sample_unref);
  if (message)
    gst_message_parse_error (message, &error, NULL);
  return error;
}

/* Nobody knows of the 8: the source has 4 frames, and they are all here. */
static gboolean
show_silence (void)
{
  g_autoptr (GError) error = NULL;
  gboolean good;
  Line line;

  line_init (&line, "system, frames=3..4", NULL);
  error = run (&line);
  good = line.starved && line.frames == 4 && error == NULL;
  g_print ("unsaid: the source waits after %u frames\n", line.frames);
  line_clear (&line);
  return good;
}

/* The two cannot meet, which is said before the first frame. */
static gboolean
show_refusal (void)
{
  g_autoptr (GError) error = NULL;
  gboolean good;
  Line line;

  line_init (&line, "system, frames=3..4", "mapped, frames=8..");
  error = run (&line);
  good = line.frames == 0
      && g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT);
  g_print ("said, and too many: %s\n", error ? error->message : "no error");
  line_clear (&line);
  return good;
}

/* What both hold is summed, and no more than that is ever out. */
static gboolean
show_sum (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstStructure) config = NULL;
  GstKsAccountStats stats = { 0 };
  guint count = 0, cap = 0;
  gboolean good;
  Line line;

  line_init (&line, "system, frames=3..12", "mapped, frames=8..");
  error = run (&line);
  if (line.pool) {
    config = gst_buffer_pool_get_config (GST_BUFFER_POOL (line.pool));
    gst_buffer_pool_config_get_params (config, NULL, NULL, &count, &cap);
    gst_ks_account_get_stats (gst_ks_pool_peek_account (line.pool), &stats);
  }
  g_print ("said: %u frames came, %u are agreed on, at most %u; %"
      G_GUINT64_FORMAT " were out at once\n", line.frames, count, cap,
      stats.peak);
  good = error == NULL && line.frames == FRAMES && count == 3 + KEEPS
      && stats.peak <= cap && stats.copied == 0
      && stats.reused + stats.fresh == FRAMES;
  line_clear (&line);
  return good;
}

int
main (int argc, char **argv)
{
  gboolean good;

  gst_init (&argc, &argv);
  good = show_silence ();
  good = show_refusal () && good;
  good = show_sum () && good;
  gst_ks_trim_all ();
  return good ? 0 : 1;
}
