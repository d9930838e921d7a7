/* An application behind an appsrc, for tests: it fills frames and looks at what arrives.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstks.h>

#include "runner.h"

#define SMALL "video/x-raw,format=RGB,width=64,height=48,framerate=25/1"
#define SMALL_SIZE (64 * 48 * 3)
#define LARGE "video/x-raw,format=RGB,width=128,height=96,framerate=25/1"
#define LARGE_SIZE (128 * 96 * 3)
#define SOURCE "appsrc name=a format=time "
#define SINK "fakesink name=e sync=false "

typedef struct
{
  GstElement *pipeline;
  GstElement *appsrc;
  GstPad *pad;                  /* of appsrc */
  GstKsNegotiator *negotiator;  /* NULL: none */
  gint frames;                  /* atomic; that came to the sink named e */
  gint wrong;                   /* atomic; of them, not of the size of the caps */
} App;

static inline GstKsFraming *
framing_of (const gchar *text)
{
  g_autoptr (GError) error = NULL;
  GstKsFraming *framing = gst_ks_framing_parse (text, &error);

  fail_unless (framing != NULL, "%s: %s", text, error ? error->message : "?");
  return framing;
}

/* NULL: takes it away. */
static inline void
attach (App *app, const gchar *text)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (app->pipeline),
      "e");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstKsFraming) framing = text ? framing_of (text) : NULL;

  gst_ks_pad_attach (pad, framing, GST_KS_PIN_FLAG_NONE);
}

static inline GstPadProbeReturn
note_frame (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  App *app = user_data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  gsize size = gst_ks_query_caps_size (caps, NULL);

  g_atomic_int_inc (&app->frames);
  if (gst_buffer_get_size (GST_PAD_PROBE_INFO_BUFFER (info)) != size)
    g_atomic_int_inc (&app->wrong);
  return GST_PAD_PROBE_OK;
}

static inline void
app_init (App *app, const gchar *launch, gboolean negotiated)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) pad = NULL;

  *app = (App) {
  .pipeline = gst_parse_launch (launch, &error)};
  fail_unless (error == NULL, "%s: %s", launch, error ? error->message : "");
  app->appsrc = gst_bin_get_by_name (GST_BIN (app->pipeline), "a");
  app->pad = gst_element_get_static_pad (app->appsrc, "src");
  sink = gst_bin_get_by_name (GST_BIN (app->pipeline), "e");
  pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, note_frame, app, NULL);
  if (negotiated) {
    app->negotiator = gst_ks_negotiator_new (GST_BIN (app->pipeline));
    gst_ks_negotiator_attach (app->negotiator);
  }
}

static inline void
app_clear (App *app)
{
  gst_element_set_state (app->pipeline, GST_STATE_NULL);
  g_clear_object (&app->negotiator);
  gst_object_unref (app->pad);
  gst_object_unref (app->appsrc);
  gst_object_unref (app->pipeline);
}

static inline GstBufferPool *
negotiate (App *app, const gchar *text, const gchar *needs)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (text);
  g_autoptr (GstKsFraming) framing = needs ? framing_of (needs) : NULL;
  g_autoptr (GError) error = NULL;
  GstBufferPool *pool = gst_ks_appsrc_negotiate (app->appsrc, caps, framing,
      &error);

  fail_unless (pool != NULL, "%s", error ? error->message : "no error");
  fail_unless (gst_buffer_pool_is_active (pool));
  return pool;
}

static inline void
let_go (GstBufferPool *pool)
{
  gst_buffer_pool_set_active (pool, FALSE);
  gst_object_unref (pool);
}

static inline void
push (App *app, GstBuffer *buffer)
{
  GstFlowReturn flow;

  g_signal_emit_by_name (app->appsrc, "push-buffer", buffer, &flow);
  gst_buffer_unref (buffer);
  fail_unless_equals_int (flow, GST_FLOW_OK);
}

static inline void
fill (App *app, GstBufferPool *pool, guint frames, gsize size)
{
  for (guint i = 0; i < frames; i++) {
    GstBuffer *buffer;

    fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &buffer,
            NULL), GST_FLOW_OK);
    fail_unless_equals_uint64 (gst_buffer_get_size (buffer), size);
    gst_buffer_memset (buffer, 0, i, size);
    push (app, buffer);
  }
}

static inline void
play_to_the_end (App *app, const gchar *name)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (app->pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  GstFlowReturn flow;

  g_signal_emit_by_name (app->appsrc, "end-of-stream", &flow);
  gst_element_set_state (app->pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, RUN_WATCHDOG,
      GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  fail_unless (message != NULL, "%s: silence", name);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  fail_unless (error == NULL, "%s: %s", name, error ? error->message : "");
}

static inline void
get_ready (App *app)
{
  fail_unless (gst_element_set_state (app->pipeline, GST_STATE_PAUSED)
      != GST_STATE_CHANGE_FAILURE);
}

/* What the negotiator says of frames that are not of the plan. */
static inline guint64
count_elsewhere (App *app)
{
  g_autoptr (GstStructure) report =
      gst_ks_negotiator_get_report (app->negotiator);
  const GValue *sources = gst_structure_get_value (report, "sources");
  guint64 frames = 0, elsewhere = G_MAXUINT64;

  for (guint i = 0; i < gst_value_array_get_size (sources); i++) {
    const GstStructure *source =
        gst_value_get_structure (gst_value_array_get_value (sources, i));

    if (g_strcmp0 (gst_structure_get_string (source, "pad"), "a:src") != 0)
      continue;
    gst_structure_get_uint64 (source, "frames", &frames);
    gst_structure_get_uint64 (source, "elsewhere", &elsewhere);
  }
  fail_unless (frames > 0, "appsrc is in no plan");
  return elsewhere;
}

static inline void
expect_plan (App *app, const gchar *name)
{
  g_autoptr (GstStructure) report = NULL;
  guint strays;

  if (app->negotiator == NULL)
    return;
  fail_unless (count_elsewhere (app) == 0, "%s: %" G_GUINT64_FORMAT
      " frames from elsewhere", name, count_elsewhere (app));
  report = gst_ks_negotiator_get_report (app->negotiator);
  fail_unless (gst_structure_get_uint (report, "strays", &strays));
  fail_unless_equals_int (strays, 0);
}

static inline void
expect_kind (GstBufferPool *pool, const gchar *kind, gsize align)
{
  g_autoptr (GstBuffer) buffer = NULL;
  GstMemory *memory;
  GstMapInfo map;

  fail_unless_equals_int (gst_buffer_pool_acquire_buffer (pool, &buffer, NULL),
      GST_FLOW_OK);
  memory = gst_buffer_peek_memory (buffer, 0);
  fail_unless (gst_ks_allocator_is_ours (memory->allocator));
  fail_unless_equals_string (gst_ks_allocator_peek_kind (memory->allocator),
      kind);
  fail_unless (gst_memory_map (memory, &map, GST_MAP_READ));
  fail_unless_equals_uint64 ((guintptr) map.data % align, 0);
  gst_memory_unmap (memory, &map);
}

/* Something that a test waits for. */
typedef struct
{
  GMutex lock;
  GCond cond;
  gboolean open;
} Gate;

static inline void
gate_open (Gate *gate)
{
  g_mutex_lock (&gate->lock);
  gate->open = TRUE;
  g_cond_signal (&gate->cond);
  g_mutex_unlock (&gate->lock);
}

static inline void
gate_wait (Gate *gate)
{
  g_mutex_lock (&gate->lock);
  while (!gate->open)
    g_cond_wait (&gate->cond, &gate->lock);
  g_mutex_unlock (&gate->lock);
}
