/* Elements that copied frames into memory of their own, and why they could not take them as they were.
 *
 * A sink that cannot import a frame copies it and says nothing to anybody but
 * the log: first that the import failed, then that it copies. Both come from
 * the thread that has the frame.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstracersinks.h"

#include <gst/ks/gstkslock.h>

static GMutex lock;
static GHashTable *sinks;       /* name to GstKsTracerSink; under lock */
static GPrivate last_failure = G_PRIVATE_INIT (g_free);

static void
sink_free (gpointer data)
{
  GstKsTracerSink *sink = data;

  g_free (sink->element);
  g_free (sink->reason);
  g_free (sink);
}

/* Under lock. */
static GstKsTracerSink *
get_sink (const gchar * name)
{
  GstKsTracerSink *sink;

  if (sinks == NULL)
    sinks = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, sink_free);
  sink = g_hash_table_lookup (sinks, name);
  if (sink == NULL) {
    sink = g_new0 (GstKsTracerSink, 1);
    sink->element = g_strdup (name);
    g_hash_table_insert (sinks, sink->element, sink);
  }
  return sink;
}

void
gst_ks_tracer_sinks_note_failure (const gchar * reason)
{
  g_private_replace (&last_failure, g_strdup (reason));
}

/* Elements log while they hold their lock, so the name is read without it, as
 * GStreamer's own log does. */
static gchar *
name_of (GObject * element)
{
  gchar *name = element != NULL && GST_IS_OBJECT (element) ?
      g_strdup (GST_OBJECT_NAME (element)) : NULL;

  return name != NULL ? name : g_strdup ("unknown");
}

void
gst_ks_tracer_sinks_note_copy (GObject * element)
{
  const gchar *reason = g_private_get (&last_failure);
  g_autofree gchar *name = name_of (element);
  GstKsTracerSink *sink;

  gst_ks_mutex_lock (&lock);
  sink = get_sink (name);
  sink->frames++;
  if (reason != NULL) {
    g_free (sink->reason);
    sink->reason = g_strdup (reason);
  }
  gst_ks_mutex_unlock (&lock);
  g_private_replace (&last_failure, NULL);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  const GstKsTracerSink *const *one = a;
  const GstKsTracerSink *const *other = b;

  return g_strcmp0 ((*one)->element, (*other)->element);
}

GPtrArray *
gst_ks_tracer_sinks_list (void)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (sink_free);
  GHashTableIter iter;
  gpointer value;

  gst_ks_mutex_lock (&lock);
  if (sinks != NULL) {
    g_hash_table_iter_init (&iter, sinks);
    while (g_hash_table_iter_next (&iter, NULL, &value)) {
      GstKsTracerSink *copy = g_new0 (GstKsTracerSink, 1);
      const GstKsTracerSink *sink = value;

      copy->element = g_strdup (sink->element);
      copy->frames = sink->frames;
      copy->reason = g_strdup (sink->reason);
      g_ptr_array_add (list, copy);
    }
  }
  gst_ks_mutex_unlock (&lock);
  g_ptr_array_sort (list, compare_names);
  return list;
}
