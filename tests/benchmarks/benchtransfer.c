/* ks-bench: ksupload and ksdownload between two pads, against memcpy of the same bytes.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Nobody makes or reads the frames: one is pushed again and again, and what
 * comes out is dropped. So the figure is what the two elements do, two copies
 * where the kind is not that of ordinary memory.
 */
#include "ksbench.h"

#include <string.h>
#include <time.h>

#define COPIES 2
#define WARM_UP 3               /* frames that are not counted */

typedef struct
{
  GstElement *bin;
  GstElement *down;             /* borrowed from bin */
  GstPad *src;
  GstPad *sink;
} Rig;

/* ns that this process has had of all processors */
static gdouble
cpu_time (void)
{
  struct timespec now;

  if (clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now) != 0)
    return 0;
  return (gdouble) now.tv_sec * 1e9 + (gdouble) now.tv_nsec;
}

static GstFlowReturn
drop (GstPad * pad, GstObject * parent, GstBuffer * buffer)
{
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static GstPad *
add_pad (GstElement * element, const gchar * name, GstPadDirection direction)
{
  g_autoptr (GstPad) peer = gst_element_get_static_pad (element, name);
  GstPad *pad = gst_object_ref_sink (gst_pad_new (NULL, direction));

  if (direction == GST_PAD_SRC) {
    (void) gst_pad_link (pad, peer);
  } else {
    gst_pad_set_chain_function (pad, drop);
    (void) gst_pad_link (peer, pad);
  }
  (void) gst_pad_set_active (pad, TRUE);
  return pad;
}

static void
push_start (GstPad * pad, GstCaps * caps)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  (void) gst_pad_push_event (pad, gst_event_new_stream_start ("bench"));
  (void) gst_pad_push_event (pad, gst_event_new_caps (caps));
  (void) gst_pad_push_event (pad, gst_event_new_segment (&segment));
}

static gboolean
rig_init (Rig * rig, const gchar * kind, GstCaps * caps, GError ** error)
{
  g_autofree gchar *text =
      g_strdup_printf ("ksupload name=up memory=%s ! ksdownload name=down",
      kind);
  g_autoptr (GstElement) up = NULL;

  *rig = (Rig) {
  ks_bench_launch (text, error)};
  if (rig->bin == NULL)
    return FALSE;
  up = gst_bin_get_by_name (GST_BIN (rig->bin), "up");
  rig->down = gst_bin_get_by_name (GST_BIN (rig->bin), "down");
  gst_object_unref (rig->down);
  rig->src = add_pad (up, "sink", GST_PAD_SRC);
  rig->sink = add_pad (rig->down, "src", GST_PAD_SINK);
  if (gst_element_set_state (rig->bin, GST_STATE_PLAYING)
      == GST_STATE_CHANGE_FAILURE)
    return ks_bench_fail (error, "the elements do not start");
  push_start (rig->src, caps);
  return TRUE;
}

static void
rig_clear (Rig * rig)
{
  if (rig->bin)
    (void) gst_element_set_state (rig->bin, GST_STATE_NULL);
  if (rig->src)
    (void) gst_pad_set_active (rig->src, FALSE);
  if (rig->sink)
    (void) gst_pad_set_active (rig->sink, FALSE);
  gst_clear_object (&rig->src);
  gst_clear_object (&rig->sink);
  gst_clear_object (&rig->bin);
}

static guint64
copies_of (GstElement * element)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 copied = 0;

  g_object_get (element, "stats", &stats, NULL);
  (void) gst_structure_get_uint64 (stats, "copied", &copied);
  return copied;
}

static gboolean
push_frames (Rig * rig, GstBuffer * frame, gint64 n)
{
  for (gint64 i = 0; i < n; i++) {
    if (gst_pad_push (rig->src, gst_buffer_ref (frame)) != GST_FLOW_OK)
      return FALSE;
  }
  return TRUE;
}

static gboolean
run_ours (const KsBenchArgs * args, GstBuffer * frame, GstCaps * caps,
    gdouble * time, GError ** error)
{
  gboolean copies = g_strcmp0 (args->kind, "system") != 0;
  gboolean done;
  Rig rig;

  done = rig_init (&rig, args->kind, caps, error)
      && (push_frames (&rig, frame, WARM_UP)
      || ks_bench_fail (error, "a frame was refused"));
  if (done) {
    gdouble start = cpu_time ();

    done = push_frames (&rig, frame, args->ops)
        || ks_bench_fail (error, "a frame was refused");
    *time = cpu_time () - start;
  }
  if (done && copies && copies_of (rig.down) != (guint64) args->ops + WARM_UP)
    done = ks_bench_fail (error, "frames passed that should be copied");
  rig_clear (&rig);
  return done;
}

static void
copy_on (guint8 ** blocks, gsize size)
{
  for (guint i = 0; i < COPIES; i++)
    memcpy (blocks[i + 1], blocks[i], size);
}

static gdouble
run_stock (const KsBenchArgs * args, GstBuffer * frame)
{
  guint8 *blocks[COPIES + 1];
  GstMapInfo map;
  gdouble start;

  (void) gst_buffer_map (frame, &map, GST_MAP_READ);
  blocks[0] = map.data;
  for (guint i = 0; i < COPIES; i++)
    blocks[i + 1] = g_malloc (map.size);
  for (guint i = 0; i < WARM_UP; i++)
    copy_on (blocks, map.size);
  start = cpu_time ();
  for (gint64 i = 0; i < args->ops; i++)
    copy_on (blocks, map.size);
  start = cpu_time () - start;
  for (guint i = 0; i < COPIES; i++)
    g_free (blocks[i + 1]);
  gst_buffer_unmap (frame, &map);
  return start;
}

/* args->line: the caps. */
gboolean
ks_bench_transfer (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (args->line);
  g_autoptr (GstBuffer) frame = NULL;
  gsize size = args->size;
  gdouble time = 0;
  GstVideoInfo info;

  if (gst_video_info_from_caps (&info, caps))
    size = GST_VIDEO_INFO_SIZE (&info);
  frame = gst_buffer_new_allocate (NULL, size, NULL);
  gst_buffer_memset (frame, 0, 0x55, size);
  if (args->ours ? !run_ours (args, frame, caps, &time, error) : FALSE)
    return FALSE;
  if (!args->ours)
    time = run_stock (args, frame);
  ks_bench_value (result, "cpu", time / (gdouble) args->ops / 1e3);
  return TRUE;
}
