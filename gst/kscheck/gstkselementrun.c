/* The elements' conformance suite: one pipeline, from its start to its end.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/ks/gstkslock.h>

#include "gstkselementprivate.h"

#define PATIENCE (20 * GST_SECOND)

/* The item of a framing of a plan; they are ours and can be read. */
static GstKsFramingItem
item_of (const gchar * text)
{
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (text ? text : "any",
      NULL);

  g_assert (framing != NULL);
  return *gst_ks_framing_peek_item (framing, 0);
}

static void
make_memory (GstKsCheckRun * run, guint side, gsize prefix)
{
  if (!run->plan->foreign) {
    run->allocators[side] = gst_ks_allocator_get ("system", NULL, NULL);
    return;
  }
  run->arenas[side] = gst_ks_arena_new (prefix);
  run->allocators[side] = gst_ks_arena_allocator (run->arenas[side]);
}

GstKsCheckRun *
gst_ks_check_run_new (const GstKsCheckElement * element,
    const GstKsCheckPlan * plan)
{
  GstKsCheckRun *run = g_new0 (GstKsCheckRun, 1);

  run->element = element;
  run->plan = plan;
  run->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  run->bus = gst_element_get_bus (run->pipeline);
  run->align = plan->tee_below ? 1 : item_of (plan->asks).align;
  make_memory (run, ABOVE, item_of (plan->gives).prefix);
  /* who takes the allocator alone may do without a prefix */
  make_memory (run, BELOW, 0);
  g_mutex_init (&run->lock);
  run->sent = g_ptr_array_new_with_free_func (g_free);
  run->got = g_ptr_array_new_with_free_func (g_free);
  run->aside = g_ptr_array_new_with_free_func (g_free);
  run->pools = g_ptr_array_new_with_free_func (gst_object_unref);
  return run;
}

/* --- building --- */

static GstElement *
add (GstKsCheckRun * run, GstElement * element)
{
  gst_bin_add (GST_BIN (run->pipeline), element);
  return element;
}

static GstElement *
add_named (GstKsCheckRun * run, const gchar * factory)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  return element ? add (run, element) : NULL;
}

/* A tee behind @from, with a silent branch; returns the queue of the other. */
static GstElement *
branch (GstKsCheckRun * run, GstElement * from)
{
  GstElement *tee = add_named (run, "tee");
  GstElement *queue = add_named (run, "queue");
  GstElement *aside = add_named (run, "queue");

  if (tee == NULL || queue == NULL || aside == NULL)
    return NULL;
  return gst_element_link_many (from, tee, queue, NULL)
      && gst_element_link_many (tee, aside, add (run,
          gst_ks_check_sink_new (run, run->aside, TRUE)), NULL) ? queue : NULL;
}

static gboolean
has_pad (GstElement * bin, const gchar * name)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (bin, name);

  return pad != NULL;
}

static gboolean
link_above (GstKsCheckRun * run, GstElement * bin)
{
  GstElement *last = add (run, gst_ks_check_source_new (run));

  if (run->plan->tee_above)
    last = branch (run, last);
  return last && gst_element_link (last, bin);
}

static gboolean
link_below (GstKsCheckRun * run, GstElement * bin)
{
  GstElement *last = bin;

  if (run->plan->tee_below)
    last = branch (run, bin);
  return last && gst_element_link (last, add (run,
          gst_ks_check_sink_new (run, run->got, FALSE)));
}

static gboolean
build (GstKsCheckRun * run, GError ** error)
{
  const GstKsCheckElement *element = run->element;
  g_autoptr (GError) why = NULL;
  GstElement *bin;

  bin = gst_parse_bin_from_description (element->launch, TRUE, &why);
  if (bin == NULL || why) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "it cannot be made: %s", why ? why->message : "?");
    return FALSE;
  }
  add (run, bin);
  if (has_pad (bin, "sink") != (element->caps != NULL)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        element->caps ? "it has caps for frames that go in, and no sink pad"
        : "it has a sink pad, and no caps for frames that go in");
    return FALSE;
  }
  if ((element->caps && !link_above (run, bin))
      || (has_pad (bin, "src") && !link_below (run, bin))) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "it cannot be linked; are the caps right?");
    return FALSE;
  }
  return TRUE;
}

/* --- running --- */

static GstClockTime
patience_of (const GstKsCheckRun * run)
{
  return run->element->patience ? run->element->patience : PATIENCE;
}

static gchar *
why_starved (GstMessage * message)
{
  const GstStructure *structure = gst_message_get_structure (message);

  return gst_structure_has_name (structure, STARVED)
      ? g_strdup (gst_structure_get_string (structure, "why")) : NULL;
}

static gboolean
set_failed (GstKsCheckRun * run, GstMessage * message, GError ** error)
{
  g_autoptr (GError) why = NULL;

  if (run->plan->may_starve)
    return TRUE;
  gst_message_parse_error (message, &why, NULL);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED, "%s says: %s",
      GST_MESSAGE_SRC_NAME (message), why->message);
  return FALSE;
}

static guint
said_by (GstKsCheckRun * run)
{
  guint said;

  gst_ks_mutex_lock (&run->lock);
  said = run->said;
  gst_ks_mutex_unlock (&run->lock);
  return said;
}

/* To EOS, to an error, or, where the plan allows it, until it is said that
 * frames are lacking. A wait for frames that comes to an end is none. */
static gboolean
watch (GstKsCheckRun * run, GError ** error)
{
  gint64 end = g_get_monotonic_time () + patience_of (run) / 1000;
  g_autofree gchar *starved = NULL;

  while (TRUE) {
    gint64 left = MAX (end - g_get_monotonic_time (), 0);
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (run->bus,
        left * 1000, GST_MESSAGE_EOS | GST_MESSAGE_ERROR
        | GST_MESSAGE_APPLICATION);

    if (message == NULL)
      break;
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      return set_failed (run, message, error);
    run->ended = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    if (run->ended)
      return TRUE;
    g_free (starved);
    starved = why_starved (message);
    if (starved && run->plan->may_starve)
      return TRUE;
  }
  if (starved)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
        "it holds more frames than it says, which is %u, or does not let go of"
        " those it makes: %s", said_by (run), starved);
  else
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "silence: neither EOS nor an error nor a wait for frames in %"
        G_GUINT64_FORMAT " ms", patience_of (run) / GST_MSECOND);
  return FALSE;
}

gboolean
gst_ks_check_run_play (GstKsCheckRun * run, GError ** error)
{
  if (!build (run, error))
    return FALSE;
  gst_element_set_state (run->pipeline, GST_STATE_PLAYING);
  return watch (run, error);
}

/* --- the end --- */

static gboolean
check_arena (GstKsArena * arena, const gchar * which, GError ** error)
{
  if (g_atomic_int_get (&arena->live) > 0) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "%d frames %s are not back, and the element is gone",
        g_atomic_int_get (&arena->live), which);
    return FALSE;
  }
  if (g_atomic_int_get (&arena->trampled) > 0) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "it wrote before the start of %d frames %s",
        g_atomic_int_get (&arena->trampled), which);
    return FALSE;
  }
  return TRUE;
}

static gboolean
drop_memory (GstKsCheckRun * run, GError ** error)
{
  static const gchar *const which[] = { "that came in", "that it made" };
  gboolean good = TRUE;

  for (guint side = ABOVE; side <= BELOW; side++) {
    gst_ks_allocator_trim (run->allocators[side]);
    gst_object_unref (run->allocators[side]);
    if (run->arenas[side] == NULL)
      continue;
    good = good && check_arena (run->arenas[side], which[side], error);
    gst_ks_arena_unref (run->arenas[side]);
  }
  return good;
}

gboolean
gst_ks_check_run_free (GstKsCheckRun * run, GError ** error)
{
  gboolean good;

  gst_clear_object (&run->pipeline);
  g_ptr_array_unref (run->pools);
  gst_bus_set_flushing (run->bus, TRUE);
  gst_clear_object (&run->bus);
  good = drop_memory (run, error);
  g_ptr_array_unref (run->sent);
  g_ptr_array_unref (run->got);
  g_ptr_array_unref (run->aside);
  g_mutex_clear (&run->lock);
  g_free (run);
  return good;
}

/* What stops a run may be stuck longer than anybody waits. */
typedef struct
{
  GMutex lock;                  /* guards done and alone */
  GCond cond;
  gboolean done;
  gboolean alone;               /* nobody waits: the run is the thread's */
  GstKsCheckRun *run;
} Stop;

static void
stop_free (Stop * stop)
{
  g_mutex_clear (&stop->lock);
  g_cond_clear (&stop->cond);
  g_free (stop);
}

static gpointer
stop_it (gpointer data)
{
  Stop *stop = data;
  gboolean alone;

  gst_element_set_state (stop->run->pipeline, GST_STATE_NULL);
  gst_ks_mutex_lock (&stop->lock);
  stop->done = TRUE;
  alone = stop->alone;
  g_cond_signal (&stop->cond);
  gst_ks_mutex_unlock (&stop->lock);
  if (alone) {
    gst_ks_check_run_free (stop->run, NULL);
    stop_free (stop);
  }
  return NULL;
}

/* An element that waits for a frame in its streaming thread cannot be stopped;
 * what it waits for was told. */
static void
flush_pools (GstKsCheckRun * run)
{
  g_autoptr (GPtrArray) pools =
      g_ptr_array_new_with_free_func (gst_object_unref);

  gst_ks_mutex_lock (&run->lock);
  for (guint i = 0; i < run->pools->len; i++)
    g_ptr_array_add (pools, gst_object_ref (run->pools->pdata[i]));
  gst_ks_mutex_unlock (&run->lock);
  for (guint i = 0; i < pools->len; i++)
    gst_buffer_pool_set_flushing (pools->pdata[i], TRUE);
}

static gboolean
wait_for_stop (Stop * stop, gint64 end)
{
  gboolean done;

  gst_ks_mutex_lock (&stop->lock);
  while (!stop->done && gst_ks_cond_wait_until (&stop->cond, &stop->lock, end));
  done = stop->done;
  stop->alone = !done;
  gst_ks_mutex_unlock (&stop->lock);
  return done;
}

gboolean
gst_ks_check_run_stop (GstKsCheckRun * run, GError ** error)
{
  GstClockTime patience = patience_of (run);
  Stop *stop = g_new0 (Stop, 1);
  GThread *thread;

  if (!run->ended)
    flush_pools (run);
  g_mutex_init (&stop->lock);
  g_cond_init (&stop->cond);
  stop->run = run;
  thread = g_thread_new ("ks-check-stop", stop_it, stop);
  if (wait_for_stop (stop, g_get_monotonic_time () + patience / 1000)) {
    g_thread_join (thread);
    stop_free (stop);
    return TRUE;
  }
  g_thread_unref (thread);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
      "it does not stop: no state NULL in %" G_GUINT64_FORMAT " ms",
      patience / GST_MSECOND);
  return FALSE;
}
