/* ks-bench: a line whose caps change: pools left over, and pictures cached by memory.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksbench.h"

/* How long a change may take before it counts as failed. */
#define PATIENCE (10 * G_TIME_SPAN_SECOND)
/* Frames between two changes. */
#define BETWEEN 8

/* What the streaming thread tells the thread that changes the caps. */
typedef struct
{
  GMutex lock;
  GCond seen;
  GstElement *pipeline;
  GstElement *filter;
  GstPad *source_pad;
  GstPad *pad;                  /* where frames leave the element */
  GQuark format;                /* of the frames passing now: format and width */
  gint frames;                  /* since the format changed */
  gboolean ours;                /* what frames should be */
  gint64 foreign;               /* frames that are not */
  gint live;                    /* pools */
  gint64 stale;                 /* cached pictures of another format */
  gint64 hits;                  /* cached pictures of the right one */
} Line;

static void
count_gone (gpointer data, GObject * gone)
{
  gint *live = data;

  g_atomic_int_add (live, -1);
}

/* Counts a pool until it is finalised. */
static void
track_pool (Line * line, GstBufferPool * pool)
{
  GQuark mark = g_quark_from_static_string ("ks-bench-tracked");

  if (pool == NULL || g_object_get_qdata (G_OBJECT (pool), mark) != NULL)
    return;
  g_object_set_qdata (G_OBJECT (pool), mark, line);
  g_atomic_int_inc (&line->live);
  g_object_weak_ref (G_OBJECT (pool), count_gone, &line->live);
}

/* After the answer: every pool that somebody proposed. */
static GstPadProbeReturn
watch_query (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION
      || (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_PULL) == 0)
    return GST_PAD_PROBE_OK;
  for (guint i = 0; i < gst_query_get_n_allocation_pools (query); i++) {
    GstBufferPool *pool = NULL;
    gst_query_parse_nth_allocation_pool (query, i, &pool, NULL, NULL, NULL);
    track_pool (data, pool);
    gst_clear_object (&pool);
  }
  return GST_PAD_PROBE_OK;
}

/* A consumer that imports a picture once for every memory, as those do that
 * hang textures or framebuffers on it. */
static void
consume (Line * line, GstMemory * memory)
{
  GQuark mark = g_quark_from_static_string ("ks-bench-import");
  gpointer now = GUINT_TO_POINTER (line->format);
  gpointer cached =
      gst_mini_object_get_qdata (GST_MINI_OBJECT_CAST (memory), mark);

  if (cached == now)
    line->hits++;
  else if (cached != NULL)
    line->stale++;
  gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (memory), mark, now, NULL);
}

static GstPadProbeReturn
watch_frame (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Line *line = data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  g_mutex_lock (&line->lock);
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);
  track_pool (line, buffer->pool);
  consume (line, memory);
  if (line->ours && !gst_ks_memory_is_ours (memory))
    line->foreign++;
  line->frames++;
  g_cond_signal (&line->seen);
  g_mutex_unlock (&line->lock);
  return GST_PAD_PROBE_OK;
}

static GQuark
format_of (const GstCaps * caps)
{
  const GstStructure *structure = gst_caps_get_structure (caps, 0);
  gint width = 0;

  (void) gst_structure_get_int (structure, "width", &width);
  g_autofree gchar *text = g_strdup_printf ("%s %d",
      gst_structure_get_string (structure, "format"), width);
  return g_quark_from_string (text);
}

static GstPadProbeReturn
watch_event (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Line *line = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstCaps *caps;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  gst_event_parse_caps (event, &caps);
  g_mutex_lock (&line->lock);
  line->format = format_of (caps);
  line->frames = 0;
  g_mutex_unlock (&line->lock);
  return GST_PAD_PROBE_OK;
}

/* Waits until frames of the caps have passed. */
static gboolean
wait_for (Line * line, const GstCaps * caps, GError ** error)
{
  gint64 until = g_get_monotonic_time () + PATIENCE;
  GQuark wanted = format_of (caps);
  gboolean there = TRUE;

  g_mutex_lock (&line->lock);
  while (there && (line->format != wanted || line->frames < BETWEEN))
    there = g_cond_wait_until (&line->seen, &line->lock, until);
  g_mutex_unlock (&line->lock);
  if (there)
    return TRUE;
  g_autoptr (GError) reason = ks_bench_pop_error (line->pipeline);
  return ks_bench_fail (error,
      reason ? reason->message : "the caps did not change in time");
}

static GstPad *
pad_of (GstElement * pipeline, const gchar * name)
{
  g_autoptr (GstElement) element =
      gst_bin_get_by_name (GST_BIN (pipeline), name);

  return gst_element_get_static_pad (element, "src");
}

static gboolean
line_open (Line * line, const KsBenchArgs * args, GError ** error)
{
  g_autofree gchar *text = g_strdup_printf ("videotestsrc name=source ! "
      "capsfilter name=filter ! %s name=here ! %s ! "
      "fakesink sync=false enable-last-sample=false",
      args->ours ? "ksallocator" : "identity",
      args->line ? args->line : "queue max-size-buffers=1");

  line->ours = args->ours;
  g_mutex_init (&line->lock);
  g_cond_init (&line->seen);
  line->pipeline = ks_bench_launch (text, error);
  if (line->pipeline == NULL)
    return FALSE;
  line->filter = gst_bin_get_by_name (GST_BIN (line->pipeline), "filter");
  line->source_pad = pad_of (line->pipeline, "source");
  line->pad = pad_of (line->pipeline, "here");
  gst_pad_add_probe (line->source_pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
      watch_query, line, NULL);
  gst_pad_add_probe (line->pad, GST_PAD_PROBE_TYPE_BUFFER, watch_frame, line,
      NULL);
  gst_pad_add_probe (line->pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      watch_event, line, NULL);
  return TRUE;
}

static void
line_close (Line * line)
{
  if (line->pipeline != NULL)
    (void) gst_element_set_state (line->pipeline, GST_STATE_NULL);
  gst_clear_object (&line->source_pad);
  gst_clear_object (&line->pad);
  gst_clear_object (&line->filter);
  gst_clear_object (&line->pipeline);
  g_mutex_clear (&line->lock);
  g_cond_clear (&line->seen);
}

/* Goes through the caps in turn, so many changes in all. */
static gboolean
line_change (Line * line, const gchar * const *texts, gint64 changes,
    GError ** error)
{
  guint n_texts = g_strv_length ((gchar **) texts);
  gboolean ok = TRUE;

  for (gint64 i = 0; ok && i <= changes; i++) {
    g_autoptr (GstCaps) caps = gst_caps_from_string (texts[i % n_texts]);
    g_object_set (line->filter, "caps", caps, NULL);
    if (i == 0)
      (void) gst_element_set_state (line->pipeline, GST_STATE_PLAYING);
    ok = wait_for (line, caps, error);
  }
  if (ok && line->foreign > 0)
    return ks_bench_fail (error, "frames are not ours");
  return ok;
}

gboolean
ks_bench_caps_pools (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  static const gchar *const texts[] = {
    "video/x-raw,format=I420,width=320,height=240",
    "video/x-raw,format=I420,width=352,height=288",
    NULL
  };
  Line line = { 0 };
  gboolean ok = line_open (&line, args, error)
      && line_change (&line, texts, args->ops, error);

  if (ok)
    ks_bench_value (result, "live pools", g_atomic_int_get (&line.live));
  line_close (&line);
  if (ok)
    ks_bench_value (result, "pools left", g_atomic_int_get (&line.live));
  return ok;
}

gboolean
ks_bench_caps_stale (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  /* one size in bytes, three pictures */
  static const gchar *const texts[] = {
    "video/x-raw,format=I420,width=320,height=240",
    "video/x-raw,format=NV12,width=320,height=240",
    "video/x-raw,format=YV12,width=320,height=240",
    NULL
  };
  Line line = { 0 };
  gboolean ok = line_open (&line, args, error)
      && line_change (&line, texts, args->ops, error);

  if (ok) {
    ks_bench_value (result, "stale", (gdouble) line.stale);
    ks_bench_value (result, "hits", (gdouble) line.hits);
  }
  line_close (&line);
  return ok;
}
