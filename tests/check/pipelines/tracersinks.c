/* Tests of the tracer ks with sinks that copy what they cannot import, and say so in the log only.
 *
 * The sink is made up, and speaks as kmssink of stock GStreamer does.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/base/gstbasesink.h>

#include "tracerline.h"

GST_DEBUG_CATEGORY_STATIC (import_debug);
GST_DEBUG_CATEGORY_STATIC (performance_debug);

typedef struct
{
  GstBaseSink parent;
  gboolean why;                 /* it says why */
} CopySink;

typedef GstBaseSinkClass CopySinkClass;

static GType copy_sink_get_type (void);
G_DEFINE_TYPE (CopySink, copy_sink, GST_TYPE_BASE_SINK);

/* Its allocator is made here, and the category with it. */
static gboolean
copy_sink_start (GstBaseSink * sink)
{
  GST_DEBUG_CATEGORY_INIT (import_debug, "kmsallocator", 0, "imports");
  GST_DEBUG_CATEGORY_GET (performance_debug, "GST_PERFORMANCE");
  return TRUE;
}

static GstFlowReturn
copy_sink_render (GstBaseSink * sink, GstBuffer * buffer)
{
  if (((CopySink *) sink)->why)
    GST_CAT_ERROR (import_debug, "Failed to import prime fd %d: %s (%d)", 22,
        "No such device", 19);
  /* as some elements do */
  GST_OBJECT_LOCK (sink);
  GST_CAT_INFO_OBJECT (performance_debug, sink, "frame copy");
  GST_OBJECT_UNLOCK (sink);
  return GST_FLOW_OK;
}

static void
copy_sink_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * spec)
{
  ((CopySink *) object)->why = g_value_get_boolean (value);
}

static void
copy_sink_class_init (CopySinkClass * klass)
{
  static GstStaticPadTemplate sink = GST_STATIC_PAD_TEMPLATE ("sink",
      GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

  G_OBJECT_CLASS (klass)->set_property = copy_sink_set_property;
  g_object_class_install_property (G_OBJECT_CLASS (klass), 1,
      g_param_spec_boolean ("why", "", "", FALSE, G_PARAM_WRITABLE));
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &sink);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "copysink",
      "Sink", "copies", "test");
  klass->start = copy_sink_start;
  klass->render = copy_sink_render;
}

static void
copy_sink_init (CopySink * self)
{
}

static gboolean
run_with_sink (const gchar * line)
{
  return gst_element_register (NULL, "copysink", GST_RANK_NONE,
      copy_sink_get_type ()) && run_line (line);
}

/* --- the parent --- */

#define LINE(why) FRAMES ("10") " ! copysink name=sink why=" why

static const struct
{
  const gchar *line;
  const gchar *told;
  const gchar *summary;
} rows[] = {
  {LINE ("true"), "sink copied 10 frames instead of taking them: No such"
        " device (19)",
      "\"sinks\": [{\"element\": \"sink\", \"frames\": 10, \"reason\":"
        " \"No such device (19)\"}]"},
  {LINE ("false"), "sink copied 10 frames instead of taking them: it does"
        " not say why", "\"frames\": 10, \"reason\": null"},
};

GST_START_TEST (test_copies_are_told)
{
  Run run = { "ks(report=copies,summary=%s)", rows[__i__].line };
  Told told = run_child (&run);

  fail_unless_says (told.err, rows[__i__].told);
  fail_unless_says (told.summary, rows[__i__].summary);
  /* what nobody asked for is not printed */
  fail_if_says (told.err, "Failed to import");
  fail_if_says (told.err, "frame copy");
  told_clear (&told);
}

GST_END_TEST;

GST_START_TEST (test_debug_output_stays)
{
  Run run = { "ks(report=copies)", LINE ("true"), NULL, "kmsallocator:1" };
  Run quiet = { "ks(report=copies)", FRAMES ("3") TO_SINK };
  Told told = run_child (&run);

  fail_unless_equals_int (count_text (told.err, "Failed to import"), 10);
  fail_unless_says (told.err, "sink copied 10 frames");
  told_clear (&told);
  told = run_child (&quiet);
  fail_if_says (told.err, "instead of taking them");
  told_clear (&told);
}

GST_END_TEST;

static Suite *
tracersinks_suite (void)
{
  Suite *suite = suite_create ("tracersinks");
  TCase *tcase = tcase_create ("sinks");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_copies_are_told, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_debug_output_stays);
  return suite;
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_has_prefix (argv[1], CHILD))
    return child_main (argv[1], argv[2], run_with_sink);
  gst_check_init (&argc, &argv);
  return gst_check_run_suite (tracersinks_suite (), "tracersinks", __FILE__);
}
