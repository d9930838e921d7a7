/* Whether a first frame has come to each sink of a pipeline.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A frame, a gap and the end all count: each tells that negotiation upstream is
 * done. Probes run in the threads that stream, and may still run when nobody
 * else wants to know any more: each has a reference.
 */
#include "gstkstoolsinks.h"

#include <gst/ks/gstkslock.h>

struct _GstKsToolSinks
{
  gatomicrefcount n_refs;
  GstBin *pipeline;             /* referenced */
  gulong added;                 /* handler on the pipeline */
  GMutex lock;
  GHashTable *pads;             /* of referenced GstPad to Watched; under lock */
  guint n_waiting;              /* not reached; under lock */
  gboolean told;                /* under lock */
};

typedef struct
{
  gulong probe;
  gboolean reached;
} Watched;

static void
unref (gpointer data)
{
  GstKsToolSinks *self = data;

  GST_KS_RELEASE (self);
  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;
  GST_KS_ACQUIRE (self);
  g_hash_table_unref (self->pads);
  gst_object_unref (self->pipeline);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static GstKsToolSinks *
ref (GstKsToolSinks * self)
{
  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

static void
unref_closure (gpointer data, GClosure * closure)
{
  unref (data);
}

static void
tell (GstKsToolSinks * self)
{
  GstStructure *words = gst_structure_new_empty (GST_KS_TOOL_SINKS_REACHED);

  gst_element_post_message (GST_ELEMENT (self->pipeline),
      gst_message_new_application (GST_OBJECT (self->pipeline), words));
}

static void
reach (GstKsToolSinks * self, GstPad * pad)
{
  gboolean is_last = FALSE;
  Watched *watched;

  gst_ks_mutex_lock (&self->lock);
  watched = g_hash_table_lookup (self->pads, pad);
  if (!watched->reached) {
    watched->reached = TRUE;
    self->n_waiting--;
    is_last = self->n_waiting == 0 && !self->told;
    self->told |= is_last;
  }
  gst_ks_mutex_unlock (&self->lock);
  if (is_last)
    tell (self);
}

static GstPadProbeReturn
came_by (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  GstEvent *event = info->type & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM
      ? GST_PAD_PROBE_INFO_EVENT (info) : NULL;

  if (event != NULL && GST_EVENT_TYPE (event) != GST_EVENT_EOS
      && GST_EVENT_TYPE (event) != GST_EVENT_GAP)
    return GST_PAD_PROBE_OK;
  reach (data, pad);
  return GST_PAD_PROBE_REMOVE;
}

/* FALSE: it is watched already. */
static gboolean
reserve (GstKsToolSinks * self, GstPad * pad)
{
  gboolean is_new;

  gst_ks_mutex_lock (&self->lock);
  is_new = !g_hash_table_contains (self->pads, pad);
  if (is_new) {
    g_hash_table_insert (self->pads, gst_object_ref (pad), g_new0 (Watched, 1));
    self->n_waiting++;
  }
  gst_ks_mutex_unlock (&self->lock);
  return is_new;
}

static void
watch_pad (const GValue * item, gpointer data)
{
  GstKsToolSinks *self = data;
  GstPad *pad = g_value_get_object (item);
  gulong probe;

  if (!reserve (self, pad))
    return;
  probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER
      | GST_PAD_PROBE_TYPE_BUFFER_LIST | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      came_by, ref (self), unref);
  gst_ks_mutex_lock (&self->lock);
  ((Watched *) g_hash_table_lookup (self->pads, pad))->probe = probe;
  gst_ks_mutex_unlock (&self->lock);
}

static void
watch_element (GstKsToolSinks * self, GstElement * element)
{
  GstIterator *pads;

  if (GST_IS_BIN (element)
      || !GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SINK))
    return;
  pads = gst_element_iterate_sink_pads (element);
  while (gst_iterator_foreach (pads, watch_pad, self) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (pads);
  gst_iterator_free (pads);
}

static void
element_added (GstBin * bin, GstBin * inner, GstElement * element,
    gpointer data)
{
  watch_element (data, element);
}

static void
watch_item (const GValue * item, gpointer data)
{
  watch_element (data, g_value_get_object (item));
}

GstKsToolSinks *
gst_ks_tool_sinks_new (GstBin * pipeline)
{
  GstKsToolSinks *self = g_new0 (GstKsToolSinks, 1);
  GstIterator *elements = gst_bin_iterate_recurse (pipeline);

  g_mutex_init (&self->lock);
  self->pipeline = gst_object_ref (pipeline);
  self->pads = g_hash_table_new_full (NULL, NULL, gst_object_unref, g_free);
  g_atomic_ref_count_init (&self->n_refs);
  self->added = g_signal_connect_data (pipeline, "deep-element-added",
      G_CALLBACK (element_added), ref (self), unref_closure, 0);
  while (gst_iterator_foreach (elements, watch_item, self)
      == GST_ITERATOR_RESYNC)
    gst_iterator_resync (elements);
  gst_iterator_free (elements);
  return self;
}

/* Probes that are left and their pads, owned by the list. */
static void
list_left (GstKsToolSinks * self, GPtrArray * pads, GArray * probes)
{
  GHashTableIter iter;
  gpointer pad, watched;

  gst_ks_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->pads);
  while (g_hash_table_iter_next (&iter, &pad, &watched)) {
    if (((Watched *) watched)->reached)
      continue;
    g_ptr_array_add (pads, gst_object_ref (pad));
    g_array_append_val (probes, ((Watched *) watched)->probe);
  }
  gst_ks_mutex_unlock (&self->lock);
}

void
gst_ks_tool_sinks_free (GstKsToolSinks * self)
{
  g_autoptr (GPtrArray) pads =
      g_ptr_array_new_with_free_func (gst_object_unref);
  g_autoptr (GArray) probes = g_array_new (FALSE, FALSE, sizeof (gulong));

  if (self == NULL)
    return;
  g_signal_handler_disconnect (self->pipeline, self->added);
  list_left (self, pads, probes);
  for (guint i = 0; i < pads->len; i++)
    gst_pad_remove_probe (pads->pdata[i], g_array_index (probes, gulong, i));
  unref (self);
}

gchar *
gst_ks_tool_sinks_unreached (GstKsToolSinks * self)
{
  GString *names = g_string_new (NULL);
  GHashTableIter iter;
  gpointer pad, watched;

  gst_ks_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->pads);
  while (g_hash_table_iter_next (&iter, &pad, &watched)) {
    if (!((Watched *) watched)->reached)
      g_string_append_printf (names, "%s%s:%s", names->len > 0 ? ", " : "",
          GST_DEBUG_PAD_NAME (GST_PAD (pad)));
  }
  gst_ks_mutex_unlock (&self->lock);
  return g_string_free (names, names->len == 0);
}
