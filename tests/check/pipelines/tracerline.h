/* A line under a tracer, the kind of its frames, and numbers of the summary.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "tracerchild.h"

/* 640x480 I420: 460800 bytes a frame, above the threshold */
#define FRAMES(n) "videotestsrc pattern=black num-buffers=" n \
    " ! video/x-raw,format=I420,width=640,height=480"
#define TO_SINK " ! fakesink name=sink"

static GstPadProbeReturn
say_memory (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstMemory *mem;

  if (gst_buffer_n_memory (buffer) == 0)
    return GST_PAD_PROBE_OK;
  mem = gst_buffer_peek_memory (buffer, 0);
  g_print ("memory %s of %s\n", mem->allocator->mem_type,
      G_OBJECT_TYPE_NAME (mem->allocator));
  return GST_PAD_PROBE_REMOVE;
}

static inline gboolean
run_line (const gchar *line)
{
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline),
      "sink");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  struct rusage usage;

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, say_memory, NULL, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  getrusage (RUSAGE_SELF, &usage);
  g_print ("faults %ld\n", usage.ru_minflt);
  return GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
}

/* The number behind the first NAME after where in JSON; fails without one. */
static inline guint64
number_after (const gchar *json, const gchar *where, const gchar *name)
{
  g_autofree gchar *quoted = g_strdup_printf ("\"%s\": ", name);
  const gchar *p = json ? strstr (json, where) : NULL;

  fail_unless (p != NULL, "no %s in the summary:\n%s", where, json);
  p = strstr (p, quoted);
  fail_unless (p != NULL, "no %s in the summary:\n%s", name, json);
  return g_ascii_strtoull (p + strlen (quoted), NULL, 10);
}
