/* Questions that come to our elements while they stop, and afterwards.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A pipeline stops from its end, so upstream still plays while we stop. Its
 * events and frames are refused by GStreamer then, its queries are not.
 */
#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>

#define ROUNDS 200              /* at least */
#define ANSWERED 50             /* at least, so that some come at a bad time */
#define CAPS "video/x-raw,format=I420,width=320,height=240,framerate=30/1"

static const gchar *const lines[] = {
  "ksallocator memory=shared",
  "ksallocator memory=shared require=copy",
  "ksupload memory=shared",
  "ksdownload",
};

typedef struct
{
  GstElement *element;
  GstPad *pad;                  /* its sink pad, that is asked */
  GstPad *downstream;           /* answers, whatever else it does */
  gint done;                    /* atomic */
  gint answered;                /* atomic */
} Asking;

static gboolean
agree (GstPad * pad, GstObject * parent, GstQuery * query)
{
  return GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION
      || gst_pad_query_default (pad, parent, query);
}

static void
asking_init (Asking * asking, const gchar * line)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstPad) src = NULL;

  *asking = (Asking) {
  .element = gst_parse_launch (line, &error)};
  fail_unless (asking->element != NULL && error == NULL, "%s", line);
  gst_object_ref_sink (asking->element);
  asking->pad = gst_element_get_static_pad (asking->element, "sink");
  asking->downstream = gst_pad_new ("downstream", GST_PAD_SINK);
  gst_object_ref_sink (asking->downstream);
  gst_pad_set_query_function (asking->downstream, agree);
  src = gst_element_get_static_pad (asking->element, "src");
  fail_unless_equals_int (gst_pad_link (src, asking->downstream),
      GST_PAD_LINK_OK);
}

static void
asking_clear (Asking * asking)
{
  gst_element_set_state (asking->element, GST_STATE_NULL);
  gst_object_unref (asking->pad);
  gst_object_unref (asking->element);
  gst_object_unref (asking->downstream);
}

static gboolean
ask (GstPad * pad)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);
  g_autoptr (GstQuery) query = gst_query_new_allocation (caps, TRUE);

  return gst_pad_query (pad, query);
}

static gpointer
ask_on (gpointer data)
{
  Asking *asking = data;

  while (!g_atomic_int_get (&asking->done))
    g_atomic_int_add (&asking->answered, ask (asking->pad));
  return NULL;
}

/* Answered while it is ready to work, and not a moment longer: what it would
 * keep for the answer would stay until it starts again. */
GST_START_TEST (test_stopped_answers_nothing)
{
  Asking asking;

  asking_init (&asking, lines[__i__]);
  fail_if (ask (asking.pad));
  for (guint i = 0; i < 2; i++) {
    gst_element_set_state (asking.element, GST_STATE_PAUSED);
    fail_unless (ask (asking.pad));
    gst_element_set_state (asking.element, GST_STATE_READY);
    fail_if (ask (asking.pad));
  }
  gst_element_set_state (asking.element, GST_STATE_NULL);
  fail_if (ask (asking.pad));
  asking_clear (&asking);
}

GST_END_TEST;

/* What an answer is made of does not go before the answer is made. */
GST_START_TEST (test_stops_while_somebody_asks)
{
  GThread *thread;
  Asking asking;

  asking_init (&asking, lines[__i__]);
  thread = g_thread_new ("asking", ask_on, &asking);
  for (guint i = 0; i < ROUNDS
      || g_atomic_int_get (&asking.answered) < ANSWERED; i++) {
    gst_element_set_state (asking.element, GST_STATE_PAUSED);
    fail_unless (ask (asking.pad));
    g_thread_yield ();
    gst_element_set_state (asking.element, GST_STATE_READY);
  }
  g_atomic_int_set (&asking.done, TRUE);
  g_thread_join (thread);
  asking_clear (&asking);
}

GST_END_TEST;

static Suite *
ksstopped_suite (void)
{
  Suite *s = suite_create ("ksstopped");
  TCase *tc = tcase_create ("questions");

  gst_ks_init ();
  suite_add_tcase (s, tc);
  tcase_add_loop_test (tc, test_stopped_answers_nothing, 0,
      G_N_ELEMENTS (lines));
  tcase_add_loop_test (tc, test_stops_while_somebody_asks, 0,
      G_N_ELEMENTS (lines));
  return s;
}

GST_CHECK_MAIN (ksstopped);
