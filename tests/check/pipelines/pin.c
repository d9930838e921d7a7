/* Framing in whole pipelines: how far it travels, and what ksallocator says of itself.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#include "runner.h"

#define SOURCE "videotestsrc name=source num-buffers=2 !" \
    " video/x-raw,format=RGB,width=64,height=48,framerate=25/1 !"

static GstKsFraming *
framing_of (const gchar * text)
{
  g_autoptr (GError) error = NULL;
  GstKsFraming *framing = gst_ks_framing_parse (text, &error);

  fail_unless (framing != NULL, "%s: %s", text, error ? error->message : "?");
  return framing;
}

static GstPad *
pad_of (GstElement * pipeline, const gchar * element, const gchar * name)
{
  g_autoptr (GstElement) found = gst_bin_get_by_name (GST_BIN (pipeline),
      element);
  GstPad *pad = found ? gst_element_get_static_pad (found, name) : NULL;

  fail_unless (pad != NULL, "no %s.%s", element, name);
  return pad;
}

/* --- how far it travels --- */

static GstPadProbeReturn
propose (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, FALSE);
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  fail_unless (gst_ks_pin_propose (pin, query, NULL));
  return GST_PAD_PROBE_HANDLED;
}

/* Makes a sink say a framing, as one that knows of it would. */
static void
teach (GstElement * pipeline, const gchar * sink, const gchar * text)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline),
      sink);
  if (element == NULL)
    return;
  g_autoptr (GstPad) pad = pad_of (pipeline, sink, "sink");
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, TRUE);
  g_autoptr (GstKsFraming) framing = framing_of (text);

  gst_ks_pin_set_framing (pin, framing);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM
      | GST_PAD_PROBE_TYPE_PUSH, propose, NULL, NULL);
}

typedef struct
{
  guint answers;
  GstKsFraming *framing;        /* of the last one; NULL: none */
} Heard;

static GstPadProbeReturn
hear (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  Heard *heard = user_data;

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  heard->answers++;
  g_clear_pointer (&heard->framing, gst_ks_framing_unref);
  heard->framing = gst_ks_query_get_allocation_framing (query, NULL);
  return GST_PAD_PROBE_OK;
}

static const struct
{
  const gchar *name;
  const gchar *launch;
  const gchar *a, *b;           /* what the sinks of these names say */
  const gchar *heard;           /* NULL: nothing */
  const gchar *newer;           /* from GStreamer 1.26 on */
} journeys[] = {
  {"one link", SOURCE "fakesink name=a", "system, frames=3..", NULL,
      "system, frames=3..", "system, frames=3.."},
  {"elements that pass buffers on",
        SOURCE "identity ! queue ! capsfilter ! fakesink name=a",
        "huge, weight=3; system, frames=3..", NULL,
        "huge, weight=3; system, frames=3..",
      "huge, weight=3; system, frames=3.."},
  {"an element that makes new ones",
        SOURCE "videoconvert ! video/x-raw,format=I420 ! fakesink name=a",
      "system, frames=3..", NULL, NULL, NULL},
  {"branches that agree", SOURCE "tee name=t ! queue ! fakesink name=a"
        " t. ! queue ! fakesink name=b", "system, align=64",
      "system, align=64", NULL, "system, align=64"},
  {"a tee with one branch", SOURCE "tee ! queue ! fakesink name=a",
      "system, align=64", NULL, "system, align=64", "system, align=64"},
  {"branches that differ", SOURCE "tee name=t ! queue ! fakesink name=a"
        " t. ! queue ! fakesink name=b", "system, align=64, frames=2..",
        "mapped, align=16, frames=3..", NULL,
      "system, align=64, frames=5.."},
};

static void
play (GstElement * pipeline, const gchar * name)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, RUN_WATCHDOG, GST_MESSAGE_EOS
      | GST_MESSAGE_ERROR);
  fail_unless (message != NULL && GST_MESSAGE_TYPE (message)
      == GST_MESSAGE_EOS, "%s: %" GST_PTR_FORMAT, name, message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

GST_START_TEST (test_framing_travels)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (journeys[__i__].launch, &error);
  g_autoptr (GstKsFraming) expected = NULL;
  const gchar *name = journeys[__i__].name, *text;
  Heard heard = { 0, NULL };
  guint major, minor, micro, nano;
  GstPad *src;

  fail_unless (error == NULL, "%s", error ? error->message : "");
  teach (pipeline, "a", journeys[__i__].a);
  teach (pipeline, "b", journeys[__i__].b);
  src = pad_of (pipeline, "source", "src");
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM
      | GST_PAD_PROBE_TYPE_PULL, hear, &heard, NULL);
  play (pipeline, name);

  gst_version (&major, &minor, &micro, &nano);
  text = minor >= 26 ? journeys[__i__].newer : journeys[__i__].heard;
  expected = text ? framing_of (text) : NULL;
  fail_unless (heard.answers > 0, "%s: nobody answered", name);
  fail_unless ((expected == NULL) == (heard.framing == NULL),
      "%s: heard %s framing", name, heard.framing ? "a" : "no");
  fail_unless (expected == NULL || gst_ks_framing_equal (expected,
          heard.framing), "%s: heard another framing", name);
  g_clear_pointer (&heard.framing, gst_ks_framing_unref);
  gst_object_unref (src);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* --- ksallocator --- */

static void
expect_read (GstPad * asking, const gchar * text)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (asking, TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) read = gst_ks_pin_read_peer_framing (pin,
      GST_KS_FRAMING_CACHE_UPDATE, &error);
  g_autoptr (GstKsFraming) expected = framing_of (text);

  fail_unless (read != NULL, "%s", error ? error->message : "");
  fail_unless (gst_ks_framing_equal (read, expected), "not %s", text);
}

GST_START_TEST (test_ksallocator_says_its_settings)
{
  GstElement *pipeline = gst_parse_launch ("fakesrc name=source !"
      " ksallocator name=ks ! fakesink name=sink", NULL);
  g_autoptr (GstElement) ks = gst_bin_get_by_name (GST_BIN (pipeline), "ks");
  GstPad *before = pad_of (pipeline, "source", "src");
  GstPad *behind = pad_of (pipeline, "sink", "sink");

  expect_read (before, "any");
  expect_read (behind, "any");
  g_object_set (ks, "memory", "shared", "frames", "4..16", "align", 64, NULL);
  expect_read (before, "shared, frames=4..16, align=64");
  expect_read (behind, "shared, frames=4..16, align=64");
  gst_object_unref (before);
  gst_object_unref (behind);
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* What comes to ksallocator goes on to whoever is behind it. */
GST_START_TEST (test_foreign_elements_are_seen_behind_ksallocator)
{
  GstElement *pipeline = gst_parse_launch ("identity name=source !"
      " ksallocator ! fakesink name=sink", NULL);
  GstPad *before = pad_of (pipeline, "source", "src");
  GstPad *behind = pad_of (pipeline, "sink", "sink");
  g_autoptr (GstCaps) caps = gst_caps_from_string ("video/x-raw,format=RGB,"
      "width=64,height=48,framerate=25/1");
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (before, TRUE);
  g_autoptr (GstKsFraming) framing = framing_of ("shared");

  gst_ks_pin_set_framing (pin, framing);
  g_object_set (pin, "flags", GST_KS_PIN_FLAG_KERNEL_ONLY, NULL);
  for (guint known = 0; known < 2; known++) {
    g_autoptr (GstQuery) query = gst_query_new_allocation (caps, TRUE);
    GstKsDecision decision;
    const gchar *kind;

    if (known)
      g_object_unref (gst_ks_pin_get (behind, TRUE));
    fail_unless (gst_ks_pin_decide (pin, query, &decision, NULL));
    kind = gst_ks_allocator_peek_kind (gst_ks_pool_peek_allocator (GST_KS_POOL
            (decision.pool)));
    fail_unless_equals_string (kind, known ? "shared" : "system");
    gst_ks_decision_clear (&decision);
  }
  gst_object_unref (before);
  gst_object_unref (behind);
  gst_object_unref (pipeline);
}

GST_END_TEST;

static Suite *
pipelinepin_suite (void)
{
  Suite *suite = suite_create ("pipelinepin");
  TCase *tcase = tcase_create ("general");

  gst_ks_init ();
  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_framing_travels, 0, G_N_ELEMENTS (journeys));
  tcase_add_test (tcase, test_ksallocator_says_its_settings);
  tcase_add_test (tcase, test_foreign_elements_are_seen_behind_ksallocator);
  return suite;
}

GST_CHECK_MAIN (pipelinepin);
