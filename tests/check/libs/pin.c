/* Pins: what a pad says of its frames, who hears it, and who allocates.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "pintest.h"

/* --- pads and pins --- */

GST_START_TEST (pads_own_pins)
{
  GstPad *pad = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  GstKsPin *pin, *again;
  gpointer gone = NULL;

  fail_unless (gst_ks_pin_get (pad, FALSE) == NULL);
  pin = gst_ks_pin_get (pad, TRUE);
  again = gst_ks_pin_get (pad, FALSE);
  fail_unless (pin != NULL && pin == again);
  fail_unless (gst_ks_pin_adopt (pad) == pin);
  g_object_unref (pin);
  g_object_unref (again);
  ASSERT_OBJECT_REFCOUNT (pin, "pin", 2);
  ASSERT_OBJECT_REFCOUNT (pad, "pad", 1);

  /* the pin of a pad that is gone is there, and says so */
  gst_object_unref (pad);
  ASSERT_OBJECT_REFCOUNT (pin, "pin", 1);
  fail_unless (gst_ks_pin_get_pad (pin) == NULL);
  fail_if (gst_ks_pin_supports_allocator (pin));
  g_object_add_weak_pointer (G_OBJECT (pin), &gone);
  gone = pin;
  g_object_unref (pin);
  fail_unless (gone == NULL);
}

GST_END_TEST;

#define N_GETTERS 8

static gpointer
get_pin (gpointer pad)
{
  return gst_ks_pin_get (pad, TRUE);
}

GST_START_TEST (one_pin_for_all_threads)
{
  for (guint round = 0; round < 50; round++) {
    GstPad *pad = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
    GThread *threads[N_GETTERS];
    GstKsPin *pins[N_GETTERS];

    for (guint i = 0; i < N_GETTERS; i++)
      threads[i] = g_thread_new ("getter", get_pin, pad);
    for (guint i = 0; i < N_GETTERS; i++)
      pins[i] = g_thread_join (threads[i]);
    for (guint i = 0; i < N_GETTERS; i++) {
      fail_unless (pins[i] == pins[0]);
      g_object_unref (pins[i]);
    }
    gst_object_unref (pad);
  }
}

GST_END_TEST;

/* --- framing --- */

static void
count_notify (GstKsPin * pin, GParamSpec * spec, gint * count)
{
  ++*count;
}

GST_START_TEST (framing_is_a_read_only_property)
{
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS (pin),
      "framing");
  GstKsFraming *framing = NULL;
  gint notified = 0;

  fail_unless (spec != NULL && !(spec->flags & G_PARAM_WRITABLE));
  g_signal_connect (pin, "notify::framing", G_CALLBACK (count_notify),
      &notified);
  say (pin, "system, size=4096, frames=4..");
  fail_unless_equals_int (notified, 1);
  g_object_get (pin, "framing", &framing, NULL);
  expect_framing (framing, "system, size=4096, frames=4..");
  expect_framing (gst_ks_pin_get_framing (pin),
      "system, size=4096, frames=4..");
  say (pin, NULL);
  expect_framing (gst_ks_pin_get_framing (pin), NULL);
  link_free (&link);
}

GST_END_TEST;

/* --- the framing query --- */

#define ONE_ITEM "system, size=4096"
#define TWO_ITEMS "huge, size=8192; system, size=4096"

static gboolean
answer_old (GstPad * pad, GstObject * parent, GstQuery * query)
{
  g_autoptr (GstKsFraming) framing = framing_of (ONE_ITEM);
  g_autoptr (GstPad) target = NULL;
  GstKsFramingProp form;

  if (!gst_ks_query_parse_framing (query, &target, &form) || target != pad
      || form != GST_KS_FRAMING_PROP_OLD)
    return FALSE;
  gst_ks_query_set_framing (query, framing);
  return TRUE;
}

static const struct
{
  const gchar *name;
  const gchar *pin;             /* NULL: none */
  gboolean old;                 /* a query function that knows the old form */
  GstKsFramingProp form;
  const gchar *read;            /* NULL: not found */
} forms[] = {
  {"ex, one item", ONE_ITEM, FALSE, GST_KS_FRAMING_PROP_EX, ONE_ITEM},
  {"ex, two items", TWO_ITEMS, FALSE, GST_KS_FRAMING_PROP_EX, TWO_ITEMS},
  {"ex before old", TWO_ITEMS, TRUE, GST_KS_FRAMING_PROP_EX, TWO_ITEMS},
  {"old", NULL, TRUE, GST_KS_FRAMING_PROP_OLD, ONE_ITEM},
  {"none", NULL, FALSE, GST_KS_FRAMING_PROP_NONE, NULL},
};

GST_START_TEST (ex_first_old_second_none_third)
{
  g_autoptr (GError) error = NULL;
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  GstKsFraming *read;

  if (forms[__i__].pin) {
    g_autoptr (GstKsPin) peer = gst_ks_pin_get (link.sink, TRUE);
    say (peer, forms[__i__].pin);
  }
  if (forms[__i__].old)
    gst_pad_set_query_function (link.sink, answer_old);
  fail_unless_equals_int (gst_ks_pin_get_peer_form (pin),
      GST_KS_FRAMING_PROP_UNINITIALIZED);
  read = gst_ks_pin_read_peer_framing (pin, GST_KS_FRAMING_CACHE_READ_LAST,
      &error);
  expect_framing (read, forms[__i__].read);
  fail_unless (gst_ks_pin_get_peer_form (pin) == forms[__i__].form,
      "%s: form %d", forms[__i__].name, gst_ks_pin_get_peer_form (pin));
  if (forms[__i__].read == NULL)
    expect_error (error, GST_KS_ERROR_NOT_FOUND);
  link_free (&link);
}

GST_END_TEST;

GST_START_TEST (other_pads_do_not_answer)
{
  g_autoptr (GError) error = NULL;
  GstElement *bin =
      gst_parse_launch ("identity name=a ! identity name=b", NULL);
  g_autoptr (GstElement) a = gst_bin_get_by_name (GST_BIN (bin), "a");
  g_autoptr (GstElement) b = gst_bin_get_by_name (GST_BIN (bin), "b");
  g_autoptr (GstPad) asking = gst_element_get_static_pad (a, "src");
  g_autoptr (GstPad) asked = gst_element_get_static_pad (b, "sink");
  GstPad *sink = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
  g_autoptr (GstPad) behind = gst_element_get_static_pad (b, "src");
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (asking, TRUE);
  g_autoptr (GstKsPin) other = gst_ks_pin_get (sink, TRUE);
  g_autoptr (GstKsPin) right = NULL;

  /* identity hands on what it does not know, and there is a pin behind it */
  fail_unless_equals_int (gst_pad_link (behind, sink), GST_PAD_LINK_OK);
  say (other, ONE_ITEM);
  fail_unless (gst_ks_pin_read_peer_framing (pin, GST_KS_FRAMING_CACHE_UPDATE,
          &error) == NULL);
  expect_error (error, GST_KS_ERROR_NOT_FOUND);

  right = gst_ks_pin_get (asked, TRUE);
  say (right, TWO_ITEMS);
  expect_framing (gst_ks_pin_read_peer_framing (pin,
          GST_KS_FRAMING_CACHE_UPDATE, NULL), TWO_ITEMS);
  gst_pad_unlink (behind, sink);
  gst_object_unref (sink);
  gst_object_unref (bin);
}

GST_END_TEST;

GST_START_TEST (pads_of_bins_are_looked_through)
{
  GstElement *top = gst_parse_launch ("bin.( identity name=a ) !"
      " bin.( identity name=b )", NULL);
  g_autoptr (GstElement) a = gst_bin_get_by_name (GST_BIN (top), "a");
  g_autoptr (GstElement) b = gst_bin_get_by_name (GST_BIN (top), "b");
  g_autoptr (GstPad) src = gst_element_get_static_pad (a, "src");
  g_autoptr (GstPad) sink = gst_element_get_static_pad (b, "sink");
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (src, TRUE);
  g_autoptr (GstKsPin) peer = gst_ks_pin_get (sink, TRUE);

  say (pin, ONE_ITEM);
  say (peer, TWO_ITEMS);
  expect_framing (gst_ks_pin_read_peer_framing (pin,
          GST_KS_FRAMING_CACHE_UPDATE, NULL), TWO_ITEMS);
  expect_framing (gst_ks_pin_read_peer_framing (peer,
          GST_KS_FRAMING_CACHE_UPDATE, NULL), ONE_ITEM);
  gst_object_unref (top);
}

GST_END_TEST;

GST_START_TEST (cache_has_three_slots)
{
  g_autoptr (GError) error = NULL;
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  g_autoptr (GstKsPin) peer = gst_ks_pin_get (link.sink, TRUE);
  g_autoptr (GstKsFraming) mine = framing_of ("locked, size=64");
  static const struct
  {
    GstKsFramingCacheOp op;
    const gchar *read;
  } reads[] = {
    /* an edit that nobody read again */
    {GST_KS_FRAMING_CACHE_READ_LAST, ONE_ITEM},
    {GST_KS_FRAMING_CACHE_READ_ORIG, ONE_ITEM},
    {GST_KS_FRAMING_CACHE_UPDATE, TWO_ITEMS},
    {GST_KS_FRAMING_CACHE_READ_LAST, TWO_ITEMS},
    {GST_KS_FRAMING_CACHE_READ_ORIG, ONE_ITEM},
    {GST_KS_FRAMING_CACHE_WRITE, "locked, size=64"},
  };

  say (peer, ONE_ITEM);
  fail_unless (gst_ks_pin_read_peer_framing (pin, GST_KS_FRAMING_CACHE_WRITE,
          &error) == NULL);
  expect_error (error, GST_KS_ERROR_NOT_FOUND);
  expect_framing (gst_ks_pin_read_peer_framing (pin,
          GST_KS_FRAMING_CACHE_READ_ORIG, NULL), ONE_ITEM);
  say (peer, TWO_ITEMS);
  gst_ks_pin_write_peer_framing (pin, mine);
  for (guint i = 0; i < G_N_ELEMENTS (reads); i++)
    expect_framing (gst_ks_pin_read_peer_framing (pin, reads[i].op, NULL),
        reads[i].read);

  /* another peer, other slots */
  gst_pad_unlink (link.src, link.sink);
  fail_unless (gst_ks_pin_read_peer_framing (pin,
          GST_KS_FRAMING_CACHE_READ_LAST, &error) == NULL);
  expect_error (error, GST_KS_ERROR_NOT_FOUND);
  gst_object_unref (link.sink);
  link.sink = gst_object_ref_sink (gst_pad_new ("sink", GST_PAD_SINK));
  fail_unless_equals_int (gst_pad_link (link.src, link.sink), GST_PAD_LINK_OK);
  fail_unless (gst_ks_pin_read_peer_framing (pin,
          GST_KS_FRAMING_CACHE_READ_ORIG, &error) == NULL);
  expect_error (error, GST_KS_ERROR_NOT_FOUND);
  link_free (&link);
}

GST_END_TEST;

/* --- the allocator that was assigned --- */

GST_START_TEST (allocator_is_referenced)
{
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.src, TRUE);
  GstKsPool *pool = pool_new ();
  GstKsPool *other = pool_new ();
  gpointer gone = pool;

  fail_unless (gst_ks_pin_supports_allocator (pin));
  fail_unless (gst_ks_pin_debug_allocator (pin) == NULL);
  g_object_add_weak_pointer (G_OBJECT (pool), &gone);
  fail_unless (gst_ks_pin_set_allocator (pin, pool, NULL));
  gst_object_unref (pool);
  fail_unless (gone == pool);
  fail_unless (gst_ks_pin_set_allocator (pin, other, NULL));
  fail_unless (gone == NULL);
  ASSERT_OBJECT_REFCOUNT (other, "pool", 2);
  fail_unless (gst_ks_pin_set_allocator (pin, NULL, NULL));
  ASSERT_OBJECT_REFCOUNT (other, "pool", 1);
  fail_unless (gst_ks_pin_debug_allocator (pin) == NULL);
  gst_object_unref (other);
  link_free (&link);
}

GST_END_TEST;

GST_START_TEST (allocator_is_for_source_pads)
{
  g_autoptr (GError) error = NULL;
  Link link = link_new ();
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (link.sink, TRUE);
  g_autoptr (GstKsPool) pool = pool_new ();

  fail_if (gst_ks_pin_supports_allocator (pin));
  fail_if (gst_ks_pin_set_allocator (pin, pool, &error));
  expect_error (error, GST_KS_ERROR_NOT_SUPPORTED);
  ASSERT_OBJECT_REFCOUNT (pool, "pool", 1);
  link_free (&link);
}

GST_END_TEST;

static const struct
{
  GstState state;
  gboolean allowed;
} states[] = {
  {GST_STATE_NULL, TRUE},
  {GST_STATE_READY, TRUE},
  {GST_STATE_PAUSED, FALSE},
  {GST_STATE_PLAYING, FALSE},
};

GST_START_TEST (allocator_is_set_while_stopped)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch ("fakesrc name=a ! fakesink", NULL);
  g_autoptr (GstElement) a = gst_bin_get_by_name (GST_BIN (pipeline), "a");
  g_autoptr (GstPad) src = gst_element_get_static_pad (a, "src");
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (src, TRUE);
  g_autoptr (GstKsPool) pool = pool_new ();

  gst_element_set_state (pipeline, states[__i__].state);
  fail_unless (gst_element_get_state (pipeline, NULL, NULL, 30 * GST_SECOND)
      != GST_STATE_CHANGE_FAILURE);
  fail_unless_equals_int (gst_ks_pin_set_allocator (pin, pool, &error),
      states[__i__].allowed);
  if (!states[__i__].allowed) {
    expect_error (error, GST_KS_ERROR_STATE);
    ASSERT_OBJECT_REFCOUNT (pool, "pool", 1);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  fail_unless (gst_ks_pin_set_allocator (pin, NULL, NULL));
  gst_object_unref (pipeline);
}

GST_END_TEST;

/* From READY to PAUSED, before the pad is active. */
static gboolean
set_on_the_way_up (GstPad * pad, GstObject * parent)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, TRUE);
  g_autoptr (GstKsPool) pool = pool_new ();
  g_autoptr (GError) error = NULL;

  fail_if (gst_ks_pin_set_allocator (pin, pool, &error));
  expect_error (error, GST_KS_ERROR_STATE);
  return gst_pad_activate_mode (pad, GST_PAD_MODE_PUSH, TRUE);
}

GST_START_TEST (allocator_is_not_set_on_the_way_up)
{
  GstElement *element = gst_element_factory_make ("identity", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "src");

  gst_pad_set_activate_function (pad, set_on_the_way_up);
  fail_unless_equals_int (gst_element_set_state (element, GST_STATE_PAUSED),
      GST_STATE_CHANGE_SUCCESS);
  gst_pad_set_activate_function (pad, NULL);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (element);
}

GST_END_TEST;

static void
attach_pin (GstPad * pad, GstPad * peer, gpointer data)
{
  *(GstKsPin **) data = gst_ks_pin_get (peer, TRUE);
}

/* The last that is seen of a pad: its dispose unlinks it. */
GST_START_TEST (pin_of_a_pad_that_goes)
{
  GstPad *src = gst_pad_new ("src", GST_PAD_SRC);
  g_autoptr (GstPad) sink = gst_pad_new ("sink", GST_PAD_SINK);
  g_autoptr (GstKsFraming) framing = NULL;
  GstKsPin *pin = NULL;

  gst_object_ref_sink (src);
  gst_object_ref_sink (sink);
  fail_unless_equals_int (gst_pad_link (src, sink), GST_PAD_LINK_OK);
  g_signal_connect (sink, "unlinked", G_CALLBACK (attach_pin), &pin);
  gst_object_unref (src);
  fail_unless (pin != NULL);
  fail_unless (gst_ks_pin_get_pad (pin) == NULL);
  fail_if (gst_ks_pin_read_peer_framing (pin, GST_KS_FRAMING_CACHE_UPDATE,
          NULL));
  fail_unless (gst_ks_pin_acquire (pin, NULL));
  g_object_unref (pin);
}

GST_END_TEST;


static Suite *
pin_suite (void)
{
  Suite *suite = suite_create ("pin");
  TCase *tcase = tcase_create ("general");

  gst_ks_init ();
  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, pads_own_pins);
  tcase_add_test (tcase, one_pin_for_all_threads);
  tcase_add_test (tcase, framing_is_a_read_only_property);
  tcase_add_loop_test (tcase, ex_first_old_second_none_third, 0,
      G_N_ELEMENTS (forms));
  tcase_add_test (tcase, other_pads_do_not_answer);
  tcase_add_test (tcase, pads_of_bins_are_looked_through);
  tcase_add_test (tcase, cache_has_three_slots);
  tcase_add_test (tcase, allocator_is_referenced);
  tcase_add_test (tcase, allocator_is_for_source_pads);
  tcase_add_test (tcase, allocator_is_not_set_on_the_way_up);
  tcase_add_test (tcase, pin_of_a_pad_that_goes);
  tcase_add_loop_test (tcase, allocator_is_set_while_stopped, 0,
      G_N_ELEMENTS (states));
  return suite;
}

GST_CHECK_MAIN (pin);
