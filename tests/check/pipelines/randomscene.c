/* One random pipeline: built, changed while it plays, taken down, and counted.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "randomscene.h"

#include <gst/kscheck/gstkscheck.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES 3                /* between two changes, where they come */
#define A_WHILE (G_TIME_SPAN_SECOND / 4)
#define AGREED_SLOWLY (10 * G_TIME_SPAN_SECOND) /* counters of other threads */

static const gchar *const kinds[] = { "system", "shared", "huge", "locked",
  "fake", "fake-card"
};

/* What GStreamer says after a flushing seek. Muxers and who is behind them say
 * the first with us and without; the second comes of GstAggregator, where a flush
 * takes the number away between the look at it and its use. */
static const gchar *const known[] = {
  "Got data flow before segment event",
  "gst_event_set_seqnum: assertion 'seqnum != GST_SEQNUM_INVALID' failed"
};

/* All else is a fault that somebody has to look at. */
static void
complaint_came (const gchar * domain, GLogLevelFlags level, const gchar * text,
    gpointer unused)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    if (strstr (text, known[i]) != NULL)
      return;
  }
  g_log_default_handler (domain, level, text, NULL);
  abort ();
}

/* Of domains that are not named; they may warn. */
static void
other_came (const gchar * domain, GLogLevelFlags level, const gchar * text,
    gpointer unused)
{
  if (level & G_LOG_LEVEL_CRITICAL)
    complaint_came (domain, level, text, NULL);
  else
    g_log_default_handler (domain, level, text, NULL);
}

static gboolean with_seeks;     /* written once, before there is any scene */

gboolean
random_scene_seeks (void)
{
  return with_seeks;
}

void
random_scene_prepare (gboolean seeks)
{
  static const gchar *const domains[] = { "GStreamer", "GStreamer-Base",
    "GStreamer-Video", "GStreamer-Audio", "GStreamer-KS", "GLib-GObject", "GLib"
  };

  with_seeks = seeks;
  /* G_DEBUG=fatal-warnings would end it after the handler let a known one pass. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_log_set_default_handler (other_came, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    g_log_set_handler (domains[i], G_LOG_LEVEL_WARNING | G_LOG_LEVEL_CRITICAL,
        complaint_came, NULL);
  gst_init (NULL, NULL);
  gst_ks_init ();
  gst_ks_fake_register ();
  gst_ks_fake_register_devices ();
}

/* --- what comes by --- */

static void
note_error (RandomScene * scene, GstMessage * message)
{
  GError *error = NULL;

  gst_message_parse_error (message, &error, NULL);
  if (scene->error == NULL)
    scene->error = error;
  else
    g_error_free (error);
}

/* On whatever thread says it; nobody else reads the bus. */
static GstBusSyncReply
message_came (GstBus * bus, GstMessage * message, gpointer user_data)
{
  RandomScene *scene = user_data;

  g_mutex_lock (&scene->lock);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    note_error (scene, message);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    scene->eos = TRUE;
  if (gst_message_has_name (message, "ks-starved"))
    scene->starved = TRUE;
  g_cond_broadcast (&scene->came);
  g_mutex_unlock (&scene->lock);
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static GstPadProbeReturn
frame_came (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  RandomScene *scene = user_data;

  g_mutex_lock (&scene->lock);
  scene->frames++;
  g_cond_broadcast (&scene->came);
  g_mutex_unlock (&scene->lock);
  return GST_PAD_PROBE_OK;
}

static gboolean
is_over (const RandomScene * scene)
{
  return scene->eos || scene->error != NULL;
}

void
random_scene_settle (RandomScene * scene)
{
  gint64 end = g_get_monotonic_time () + A_WHILE;
  guint64 enough;

  g_mutex_lock (&scene->lock);
  enough = scene->frames + FRAMES;
  while (scene->frames < enough && !is_over (scene)
      && g_cond_wait_until (&scene->came, &scene->lock, end));
  g_mutex_unlock (&scene->lock);
}

void
random_scene_state (RandomScene * scene, GstState state)
{
  gst_element_set_state (scene->pipeline, state);
  random_scene_settle (scene);
}

/* --- the beginning --- */

static void
take_element (const GValue * value, gpointer user_data)
{
  RandomScene *scene = user_data;
  GstElement *element = g_value_get_object (value);
  GstElementFactory *factory = gst_element_get_factory (element);
  const gchar *name = factory ? GST_OBJECT_NAME (factory) : "";

  if (g_str_equal (name, "ksallocator"))
    g_ptr_array_add (scene->ours, gst_object_ref (element));
  else if (g_str_equal (name, "tee"))
    g_ptr_array_add (scene->tees, gst_object_ref (element));
  if (GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SINK)) {
    g_autoptr (GstPad) pad = gst_element_get_static_pad (element, "sink");

    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, frame_came, scene, NULL);
  }
}

/* In the order of the text, so that one seed is one story. */
static gint
compare_names (gconstpointer a, gconstpointer b)
{
  GstObject *const *one = a;
  GstObject *const *other = b;

  return g_strcmp0 ((*one)->name, (*other)->name);
}

static void
take_elements (RandomScene * scene)
{
  GstIterator *all = gst_bin_iterate_elements (GST_BIN (scene->pipeline));

  gst_iterator_foreach (all, take_element, scene);
  gst_iterator_free (all);
  g_ptr_array_sort (scene->ours, compare_names);
  g_ptr_array_sort (scene->tees, compare_names);
}

static void
scene_init (RandomScene * scene, guint32 seed, guint size, gboolean stock,
    const gchar * line, GString * story)
{
  *scene = (RandomScene) {
  .random = g_rand_new_with_seed (seed),.story = story,.stock = stock,};
  g_mutex_init (&scene->lock);
  g_cond_init (&scene->came);
  scene->ours = g_ptr_array_new_with_free_func (gst_object_unref);
  scene->tees = g_ptr_array_new_with_free_func (gst_object_unref);
  scene->branches = g_ptr_array_new_with_free_func (gst_object_unref);
  scene->line = line ? g_strdup (line)
      : random_line_new (scene->random, size, stock);
  scene->video = g_str_has_prefix (scene->line, "video");
  scene->attached = g_rand_boolean (scene->random);
  g_string_append_printf (story, "seed %u, size %u%s\n %s\n%s", seed, size,
      stock ? ", stock" : "", scene->line,
      scene->attached ? " with a negotiator\n" : "");
}

static gchar *
scene_build (RandomScene * scene)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstBus) bus = NULL;

  scene->pipeline = gst_parse_launch_full (scene->line, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS, &error);
  if (scene->pipeline == NULL)
    return g_strdup_printf ("no such line: %s", error->message);
  gst_object_ref_sink (scene->pipeline);
  bus = gst_element_get_bus (scene->pipeline);
  gst_bus_set_sync_handler (bus, message_came, scene, NULL);
  scene->filter = gst_bin_get_by_name (GST_BIN (scene->pipeline), "filter");
  take_elements (scene);
  scene->negotiator = gst_ks_negotiator_new (GST_BIN (scene->pipeline));
  if (scene->attached && !scene->stock)
    gst_ks_negotiator_attach (scene->negotiator);
  return NULL;
}

/* --- the end --- */

/* Nobody takes any more, so the source says that this was all. An event would be
 * sent with the pipeline's state locked, and wait for a source that waits for a
 * frame where somebody starves: then nothing could be stopped. */
static GstPadProbeReturn
end_here (GstPad * pad, GstPadProbeInfo * info, gpointer unused)
{
  gst_buffer_unref (GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = GST_FLOW_EOS;
  return GST_PAD_PROBE_HANDLED;
}

static void
send_end (RandomScene * scene)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN
      (scene->pipeline), "source");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, end_here, NULL, NULL);
}

/* All comes to its end, or somebody said why not. */
static gchar *
scene_finish (RandomScene * scene)
{
  gint64 end = g_get_monotonic_time () + RANDOM_SCENE_PATIENCE;
  gchar *wrong = NULL;

  g_string_append (scene->story, " the end\n");
  gst_element_set_state (scene->pipeline, GST_STATE_PLAYING);
  send_end (scene);
  g_mutex_lock (&scene->lock);
  while (!is_over (scene) && !scene->starved
      && g_cond_wait_until (&scene->came, &scene->lock, end));
  if (!is_over (scene) && !scene->starved)
    wrong = g_strdup ("it hangs: no end of stream, no error, nobody starved");
  else if (scene->error != NULL && *scene->error->message == '\0')
    wrong = g_strdup ("an error without a text");
  g_mutex_unlock (&scene->lock);
  return wrong;
}

static gchar *
check_stats (GstElement * element)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 live = 1, out = 1;

  g_object_get (element, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, "live", &live);
  gst_structure_get_uint64 (stats, "handed-out", &out);
  if (live == 0 && out == 0)
    return NULL;
  return g_strdup_printf ("%s still has %" G_GUINT64_FORMAT " frames, %"
      G_GUINT64_FORMAT " of them out", GST_ELEMENT_NAME (element), live, out);
}

/* Other threads may be at their last line. */
static gchar *
check_counters (RandomScene * scene)
{
  gint64 end = g_get_monotonic_time () + AGREED_SLOWLY;
  g_autofree gchar *wrong = NULL;
  guint64 out;

  do {
    g_clear_pointer (&wrong, g_free);
    gst_ks_trim_all ();
    for (guint i = 0; wrong == NULL && i < scene->ours->len; i++)
      wrong = check_stats (scene->ours->pdata[i]);
    out = random_scene_out ();
    if (wrong == NULL && out > 0)
      wrong = g_strdup_printf ("%" G_GUINT64_FORMAT " frames are still out",
          out);
    if (wrong == NULL)
      return NULL;
    g_thread_yield ();
  } while (g_get_monotonic_time () < end);
  return g_steal_pointer (&wrong);
}

guint64
random_scene_out (void)
{
  guint64 all = gst_ks_fake_get_outstanding (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (GstAllocator) allocator = gst_ks_allocator_get (kinds[i], NULL,
        NULL);
    g_autoptr (GstStructure) stats = allocator ?
        gst_ks_allocator_get_stats (allocator) : NULL;
    guint64 out = 0;

    if (stats != NULL && gst_structure_get_uint64 (stats, "out", &out))
      all += out;
  }
  return all;
}

/* A thread that tells something may still hold it. */
static gboolean
is_alone (GstElement * pipeline)
{
  gint64 end = g_get_monotonic_time () + AGREED_SLOWLY;

  while (GST_OBJECT_REFCOUNT (pipeline) > 1 && g_get_monotonic_time () < end)
    g_thread_yield ();
  return GST_OBJECT_REFCOUNT (pipeline) == 1;
}

static gchar *
scene_take_down (RandomScene * scene)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (scene->pipeline);

  for (guint i = 0; i < GST_KS_FAKE_N_OPS; i++)
    gst_ks_fake_fail_at (i, 0);
  if (gst_element_set_state (scene->pipeline, GST_STATE_NULL)
      != GST_STATE_CHANGE_SUCCESS)
    return g_strdup ("it cannot be stopped");
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  g_clear_object (&scene->negotiator);
  gst_clear_object (&scene->filter);
  g_ptr_array_set_size (scene->branches, 0);
  g_ptr_array_set_size (scene->tees, 0);
  if (!is_alone (scene->pipeline))
    return g_strdup_printf ("the pipeline has %d owners",
        GST_OBJECT_REFCOUNT (scene->pipeline));
  gst_clear_object (&scene->pipeline);
  return check_counters (scene);
}

static void
scene_clear (RandomScene * scene)
{
  g_ptr_array_unref (scene->branches);
  g_ptr_array_unref (scene->tees);
  g_ptr_array_unref (scene->ours);
  g_clear_error (&scene->error);
  g_free (scene->line);
  g_rand_free (scene->random);
  g_mutex_clear (&scene->lock);
  g_cond_clear (&scene->came);
}

gchar *
random_scene_start (RandomScene * scene, guint32 seed, guint size,
    gboolean stock, const gchar * line, GString * story)
{
  gchar *wrong;

  scene_init (scene, seed, size, stock, line, story);
  wrong = scene_build (scene);
  if (wrong == NULL)
    random_scene_state (scene, GST_STATE_PLAYING);
  return wrong;
}

void
random_scene_recover (RandomScene * scene)
{
  gboolean over;

  g_mutex_lock (&scene->lock);
  over = is_over (scene);
  g_mutex_unlock (&scene->lock);
  if (!over)
    return;
  gst_element_set_state (scene->pipeline, GST_STATE_NULL);
  g_mutex_lock (&scene->lock);
  g_clear_error (&scene->error);
  scene->eos = FALSE;
  g_mutex_unlock (&scene->lock);
  random_scene_state (scene, GST_STATE_PLAYING);
}

gchar *
random_scene_stop (RandomScene * scene)
{
  gchar *wrong = scene_finish (scene);

  if (scene->error != NULL)
    g_string_append_printf (scene->story, " it said: %s\n",
        scene->error->message);
  if (wrong == NULL)
    wrong = scene_take_down (scene);
  scene_clear (scene);
  return wrong;
}

gchar *
random_scene_run (guint32 seed, guint size, gboolean stock, GString * story)
{
  RandomScene scene;
  gchar *wrong = random_scene_start (&scene, seed, size, stock, NULL, story);

  if (wrong != NULL)
    return wrong;
  for (guint i = 0; i < size; i++) {
    random_scene_change (&scene);
    random_scene_settle (&scene);
  }
  return random_scene_stop (&scene);
}
