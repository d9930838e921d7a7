/* Pins whose pads are linked, unlinked and dropped while others ask, edit, propose and decide.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "pintest.h"

#define TURNS 300
#define QUICK_TURNS 40          /* with KS_QUICK: under tools that slow down */

typedef struct
{
  Link link;
  GstKsPin *src;                /* owned */
  GstKsPin *sink;               /* owned */
  GstKsPool *pool;              /* owned */
} Scene;

static void
relink (Scene * scene)
{
  gst_pad_unlink (scene->link.src, scene->link.sink);
  (void) gst_pad_link (scene->link.src, scene->link.sink);
}

static void
edit (Scene * scene)
{
  static const gchar *const texts[] = {
    "system, frames=2..", "shared, align=256; system", NULL
  };
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("system");

  say (scene->sink, texts[g_random_int_range (0, G_N_ELEMENTS (texts))]);
  (void) gst_ks_pin_edit_item (scene->sink, 0, &item, NULL);
}

static void
read_peer (Scene * scene)
{
  GstKsFraming *framing = gst_ks_pin_read_peer_framing (scene->src,
      g_random_int_range (0, 4), NULL);

  g_clear_pointer (&framing, gst_ks_framing_unref);
  gst_ks_pin_write_peer_framing (scene->src, NULL);
}

static void
assign (Scene * scene)
{
  (void) gst_ks_pin_set_allocator (scene->src,
      g_random_boolean ()? scene->pool : NULL, NULL);
  fail_unless (gst_ks_pin_acquire (scene->src, NULL));
}

static void
negotiate (Scene * scene)
{
  g_autoptr (GstQuery) query = query_new ();
  GstKsDecision decision;

  (void) gst_ks_pin_propose (scene->sink, query, NULL);
  if (gst_ks_pin_decide (scene->src, query, &decision, NULL))
    gst_ks_decision_clear (&decision);
}

/* A pad that goes while others look at it, with the pin that it has. */
static void
come_and_go (Scene * scene)
{
  Link link = link_new ();
  g_autoptr (GstKsPin) sink = gst_ks_pin_get (link.sink, TRUE);
  g_autoptr (GstKsPin) src = gst_ks_pin_get (link.src, TRUE);
  GstKsFraming *framing;

  say (sink, "system");
  link_free (&link);
  fail_unless (gst_ks_pin_get_pad (sink) == NULL);
  framing = gst_ks_pin_read_peer_framing (src, 0, NULL);
  fail_unless (framing == NULL);
}

static gpointer
take_turns (gpointer data)
{
  static void (*const kinds[]) (Scene *) = {
    relink, edit, read_peer, assign, negotiate, come_and_go
  };
  static gint next;
  guint kind = (guint) g_atomic_int_add (&next, 1) % G_N_ELEMENTS (kinds);
  guint turns = g_getenv ("KS_QUICK") ? QUICK_TURNS : TURNS;

  for (guint i = 0; i < turns; i++)
    kinds[kind] (data);
  return NULL;
}

GST_START_TEST (all_at_once)
{
  Scene scene = {.link = link_new (),.pool = pool_new () };
  GThread *threads[12];

  scene.src = gst_ks_pin_get (scene.link.src, TRUE);
  scene.sink = gst_ks_pin_get (scene.link.sink, TRUE);
  for (guint t = 0; t < G_N_ELEMENTS (threads); t++)
    threads[t] = g_thread_new ("turns", take_turns, &scene);
  for (guint t = 0; t < G_N_ELEMENTS (threads); t++)
    g_thread_join (threads[t]);
  fail_unless (gst_ks_pin_set_allocator (scene.src, NULL, NULL));
  gst_buffer_pool_set_active (GST_BUFFER_POOL (scene.pool), FALSE);
  ASSERT_OBJECT_REFCOUNT (scene.pool, "pool", 1);
  link_free (&scene.link);
  g_object_unref (scene.src);
  g_object_unref (scene.sink);
  gst_object_unref (scene.pool);
}

GST_END_TEST;

static Suite *
pinthreads_suite (void)
{
  Suite *suite = suite_create ("pinthreads");
  TCase *tcase = tcase_create ("general");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, all_at_once);
  return suite;
}

GST_CHECK_MAIN (pinthreads);
