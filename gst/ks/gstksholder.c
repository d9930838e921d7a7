/* GstKsHolder: what an element is known to keep of the frames that come in by a pad.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The rows are measured, not read off: behind a pool with a cap, an element
 * that keeps n frames lets a stream pass from a cap of n + 1 on, and the test
 * looks for that cap (tests/check/libs/holder.c). An element is found by the
 * name of its factory first, then by its class, then by what it says it is.
 *
 * A queue's room is not what it keeps: it lets go of what is in it as soon as
 * whoever is behind takes it. It keeps only what has to be there before. */

#include "gstksholder.h"
#include "gstksquery.h"

#include <gst/base/gstbasetransform.h>
#include <gst/video/gstvideoencoder.h>

#define AGGREGATOR_CAUSE "waits for the other inputs"
#define AGGREGATOR_LEVER "data on each of its inputs"

/* Completes what the row says by what the element is set to. */
typedef void (*Look) (GstElement * element, GstPad * pad, GstKsHolder * out);

typedef struct
{
  const gchar *name;            /* of a factory or of a class */
  guint frames;
  const gchar *cause;           /* NULL when frames is 0 */
  const gchar *lever;
  Look look;                    /* NULL: nothing depends on anything */
} Row;

/* --- what an element is set to --- */

static gboolean
has_property (GstElement * element, const gchar * name, GType type)
{
  GParamSpec *spec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (element), name);

  return spec != NULL && g_type_is_a (spec->value_type, type);
}

static gboolean
get_flag (GstElement * element, const gchar * name)
{
  gboolean value = FALSE;

  if (has_property (element, name, G_TYPE_BOOLEAN))
    g_object_get (element, name, &value, NULL);
  return value;
}

static guint
get_count (GstElement * element, const gchar * name)
{
  guint value = 0;

  if (has_property (element, name, G_TYPE_UINT))
    g_object_get (element, name, &value, NULL);
  return value;
}

static guint64
get_time (GstElement * element, const gchar * name)
{
  guint64 value = 0;

  if (has_property (element, name, G_TYPE_UINT64))
    g_object_get (element, name, &value, NULL);
  return value;
}

/* By its nick; interned in the class, which stays while the element is there. */
static const gchar *
get_choice (GstElement * element, const gchar * name)
{
  GParamSpec *spec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (element), name);
  GEnumValue *found;
  gint value = 0;

  if (!G_IS_PARAM_SPEC_ENUM (spec))
    return "";
  g_object_get (element, name, &value, NULL);
  found = g_enum_get_value (G_PARAM_SPEC_ENUM (spec)->enum_class, value);
  return found != NULL ? found->value_nick : "";
}

/* How many frames of the pad's caps make this much time (ns); 0: not known. */
static guint
frames_in_time (GstPad * pad, GstClockTime time)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  gint n = 0, d = 1;

  if (caps == NULL || !gst_structure_get_fraction (gst_caps_get_structure (caps,
              0), "framerate", &n, &d) || n <= 0 || d <= 0)
    return 0;
  return MIN (gst_util_uint64_scale_ceil (time, n, GST_SECOND * d), G_MAXINT);
}

static guint
frames_in_bytes (GstPad * pad, guint bytes)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  gsize size = caps ? gst_ks_query_caps_size (caps, NULL) : 0;

  return size == 0 ? 0 : bytes / size + (bytes % size != 0);
}

/* --- what depends on it --- */

static void
look_sink (GstElement * element, GstPad * pad, GstKsHolder * out)
{
  if (get_flag (element, "enable-last-sample"))
    return;
  out->frames = 0;
  out->cause = out->lever = NULL;
}

/* The sample that it gave last is its own, whatever its last sample is. */
static void
look_appsink (GstElement * element, GstPad * pad, GstKsHolder * out)
{
  out->unbounded = TRUE;
  out->cause = "samples that the application keeps";
  out->lever = "max-buffers=1, and letting go of samples";
}

static void
look_transform (GstElement * element, GstPad * pad, GstKsHolder * out)
{
  GstBaseTransform *transform = GST_BASE_TRANSFORM (element);

  out->modifies = gst_base_transform_is_in_place (transform)
      && !gst_base_transform_is_passthrough (transform);
}

static void
look_modifier (GstElement * element, GstPad * pad, GstKsHolder * out)
{
  out->modifies = TRUE;
}

static void
look_sharer (GstElement * element, GstPad * pad, GstKsHolder * out)
{
  out->shares = TRUE;
}

static void
raise_queue (GstKsHolder * out, guint needed, const gchar * cause,
    const gchar * lever)
{
  if (needed <= out->frames + 1)
    return;
  out->frames = needed - 1;
  out->cause = cause;
  out->lever = lever;
}

/* It gives the last of them that are needed away at once. */
static void
look_queue (GstElement * element, GstPad * pad, GstKsHolder * out)
{
  out->lets_go = FALSE;
  raise_queue (out, get_count (element, "min-threshold-buffers"),
      "queue min-threshold-buffers", "min-threshold-buffers=0");
  raise_queue (out, frames_in_bytes (pad, get_count (element,
              "min-threshold-bytes")), "queue min-threshold-bytes",
      "min-threshold-bytes=0");
  raise_queue (out, frames_in_time (pad, get_time (element,
              "min-threshold-time")), "queue min-threshold-time",
      "min-threshold-time=0");
}

static void
look_store (GstElement * element, GstPad * pad, GstKsHolder * out)
{
  out->lets_go = FALSE;
}

static void
look_rate (GstElement * element, GstPad * pad, GstKsHolder * out)
{
  out->duplicates = !get_flag (element, "drop-only");
  if (out->duplicates)
    return;
  out->frames = 0;
  out->cause = out->lever = NULL;
}

static void
look_freeze (GstElement * element, GstPad * pad, GstKsHolder * out)
{
  out->duplicates = TRUE;
}

static gboolean
is_progressive (GstPad * pad)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  const gchar *mode = caps ?
      gst_structure_get_string (gst_caps_get_structure (caps, 0),
      "interlace-mode") : NULL;

  return caps != NULL && (mode == NULL || g_str_equal (mode, "progressive"));
}

static void
look_deinterlace (GstElement * element, GstPad * pad, GstKsHolder * out)
{
  static const gchar *const deep[] = { "tomsmocomp", "greedyh", "yadif", NULL };
  const gchar *mode = get_choice (element, "mode");

  if (g_str_equal (mode, "disabled")
      || (g_str_has_prefix (mode, "auto") && is_progressive (pad))) {
    out->frames = 0;
    out->cause = out->lever = NULL;
  } else if (g_strv_contains (deep, get_choice (element, "method"))) {
    out->frames = 2;
  }
}

/* An encoder says how long it looks ahead once it knows the caps. */
static void
look_encoder (GstElement * element, GstPad * pad, GstKsHolder * out)
{
  GstClockTime min = 0, max = GST_CLOCK_TIME_NONE;

  gst_video_encoder_get_latency (GST_VIDEO_ENCODER (element), &min, &max);
  if (GST_CLOCK_TIME_IS_VALID (max))
    min = MAX (min, max);
  out->frames = frames_in_time (pad, min);
  if (out->frames != 0)
    return;
  out->cause = out->lever = NULL;
}

/* How many frames x265 works on at once; it goes by the processors. */
static guint
x265_threads (void)
{
  guint n = g_get_num_processors ();

  if (n < 4)
    return 1;
  return n >= 32 ? 6 : n >= 16 ? 4 : n >= 8 ? 3 : 2;
}

/* What it says of itself is not half of it. It looks ahead as far as its
 * preset has it, and keeps a group of B frames and what it works on. */
static void
look_x265 (GstElement * element, GstPad * pad, GstKsHolder * out)
{
  static const struct
  {
    const gchar *preset;
    guint ahead;                /* frames of look-ahead, and of a group */
  } rows[] = {
    {"ultrafast", 5 + 3},
    {"superfast", 10 + 3},
    {"veryfast", 15 + 4},
    {"faster", 15 + 4},
    {"fast", 15 + 4},
    {"medium", 20 + 4},
    {"slow", 25 + 4},
    {"slower", 40 + 8},
    {"veryslow", 40 + 8},
    {"placebo", 60 + 8},
  };
  const gchar *preset = get_choice (element, "speed-preset");

  if (g_str_equal (get_choice (element, "tune"), "zerolatency")) {
    out->frames = 0;
    out->cause = out->lever = NULL;
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (g_str_equal (preset, rows[i].preset))
      out->frames = rows[i].ahead + 2 + x265_threads ();
  }
}

/* --- the tables --- */

/* By factory. */
static const Row factories[] = {
  {"appsink", 1, NULL, NULL, look_appsink},
  {"queue", 0, NULL, NULL, look_queue},
  {"queue2", 0, NULL, NULL, look_store},
  {"multiqueue", 0, NULL, NULL, look_store},
  {"tee", 0, NULL, NULL, NULL},
  {"videorate", 1, "the frame to repeat", "drop-only=true", look_rate},
  {"imagefreeze", 1, "the frame to repeat", NULL, look_freeze},
  {"deinterlace", 1, "the fields before", "mode=disabled", look_deinterlace},
  {"interlace", 1, "the field before", NULL, NULL},
  {"fieldanalysis", 1, "the fields before", NULL, NULL},
  {"ivtc", 2, "the fields before", NULL, NULL},
  {"videomixer", 1, AGGREGATOR_CAUSE, AGGREGATOR_LEVER, NULL},
  {"interleave", 1, AGGREGATOR_CAUSE, AGGREGATOR_LEVER, NULL},
  {"adder", 1, AGGREGATOR_CAUSE, AGGREGATOR_LEVER, NULL},
  {"alphacombine", 1, AGGREGATOR_CAUSE, AGGREGATOR_LEVER, NULL},
  {"shapewipe", 1, AGGREGATOR_CAUSE, AGGREGATOR_LEVER, NULL},
  {"smpte", 1, AGGREGATOR_CAUSE, AGGREGATOR_LEVER, NULL},
  {"flacenc", 6, "input of less than a block", "a smaller blocksize", NULL},
  {"goom", 2, "input of less than a frame", NULL, NULL},
  {"audiobuffersplit", 1, "input of less than a buffer", NULL, NULL},
  {"y4menc", 0, NULL, NULL, look_sharer},
  {"funnel", 0, NULL, NULL, NULL},
  {"valve", 0, NULL, NULL, NULL},
  {"identity", 0, NULL, NULL, NULL},
  {"capsfilter", 0, NULL, NULL, NULL},
  {"timecodestamper", 0, NULL, NULL, NULL},
  {"x265enc", 20 + 4 + 3, "the frames ahead", "tune=zerolatency", look_x265},
};

/* By class; one that is derived stands before what it comes from. */
static const Row classes[] = {
  {"GstBaseSink", 1, "last-sample", "enable-last-sample=false", look_sink},
  {"GstVideoEncoder", 0, "the frames ahead", "a shorter look-ahead",
      look_encoder},
  {"GstAudioEncoder", 2, "input of less than a frame", NULL, NULL},
  {"GstAudioVisualizer", 1, "input of less than a frame", NULL, NULL},
  {"GstAggregator", 1, AGGREGATOR_CAUSE, AGGREGATOR_LEVER, NULL},
  {"GstBaseTextOverlay", 0, NULL, NULL, look_modifier},
  {"GstBaseTransform", 0, NULL, NULL, look_transform},
};

/* What any muxer does that is built on GstCollectPads. */
static const Row muxer = { "", 1, AGGREGATOR_CAUSE, AGGREGATOR_LEVER, NULL };

/* Parsers and payloaders: parts of what came in go out at once. */
static const Row cutter = { "", 0, NULL, NULL, NULL };

static const gchar *
factory_name (GstElement * element)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  return factory ? gst_plugin_feature_get_name (GST_PLUGIN_FEATURE (factory)) :
      NULL;
}

static gboolean
is_sort_of (GstElement * element, GstElementFactoryListType sort)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  return factory != NULL && gst_element_factory_list_is_type (factory, sort);
}

static const Row *
find_row (GstElement * element)
{
  const gchar *name = factory_name (element);

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (factories); i++) {
    if (g_str_equal (name, factories[i].name))
      return &factories[i];
  }
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++) {
    GType type = g_type_from_name (classes[i].name);

    if (type != 0 && G_TYPE_CHECK_INSTANCE_TYPE (element, type))
      return &classes[i];
  }
  if (is_sort_of (element, GST_ELEMENT_FACTORY_TYPE_MUXER))
    return &muxer;
  return is_sort_of (element, GST_ELEMENT_FACTORY_TYPE_PARSER
      | GST_ELEMENT_FACTORY_TYPE_PAYLOADER) ? &cutter : NULL;
}

/* Through the borders of bins to the pad that frames end at; unref it. */
static GstPad *
real_pad (GstPad * pad)
{
  GstPad *real = gst_object_ref (pad);

  while (real != NULL && GST_IS_GHOST_PAD (real)) {
    GstPad *target = gst_ghost_pad_get_target (GST_GHOST_PAD (real));

    gst_object_unref (real);
    real = target;
  }
  return real;
}

void
gst_ks_holder_look (GstPad * sink_pad, GstKsHolder * out)
{
  g_autoptr (GstPad) pad = real_pad (sink_pad);
  g_autoptr (GstElement) element = pad ? gst_pad_get_parent_element (pad) :
      NULL;
  const Row *row = element ? find_row (element) : NULL;

  *out = (GstKsHolder) {
  0,};
  if (row == NULL)
    return;
  out->frames = row->frames;
  out->cause = row->cause;
  out->lever = row->lever;
  out->lets_go = TRUE;
  out->shares = is_sort_of (element, GST_ELEMENT_FACTORY_TYPE_MUXER
      | GST_ELEMENT_FACTORY_TYPE_PARSER | GST_ELEMENT_FACTORY_TYPE_PAYLOADER);
  if (row->look)
    row->look (element, pad, out);
}
