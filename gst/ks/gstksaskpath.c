/* Probes along the way of one question, for as long as it takes. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A probe for queries is called for each query, and a pipeline that starts
 * sends thousands about caps. So the sink pads that a question can come to have
 * probes only while it is under way. These are all pads downstream up to
 * elements which never hand it on; others that do not either cost a probe that
 * sees nothing.
 */
#include "gstksaskpath.h"

typedef struct
{
  GstPad *pad;                  /* owned */
  gulong probe;
} Stop;

struct _GstKsAskPath
{
  GstKsAsk *ask;                /* owned */
  GstBin *bin;                  /* owned; nothing outside of it is looked at */
  GHashTable *seen;             /* of GstPad, owned by stops */
  GArray *stops;                /* of Stop */
  GQueue sources;               /* of GstPad, owned: to go on from */
};

/* --- what is written down --- */

/* They would fall silent with one branch, or never ask any. */
static gboolean
is_splitter (GstElement * element)
{
  static const gchar *const types[] = {
    "GstTee", "GstOutputSelector", "GstStreamidDemux", NULL
  };

  return g_strv_contains (types, G_OBJECT_TYPE_NAME (element));
}

static GstPadProbeReturn
query_comes (GstPad * pad, GstPadProbeInfo * info, gpointer user_data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  g_autoptr (GstElement) element = NULL;
  GstKsAsk *ask = user_data;

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION
      || gst_ks_ask_of (query) != ask)
    return GST_PAD_PROBE_OK;
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_PULL) {
    gst_ks_ask_leave (ask, pad, query);
    return GST_PAD_PROBE_OK;
  }
  gst_ks_ask_enter (ask, pad);
  element = gst_pad_get_parent_element (pad);
  if (element == NULL || !is_splitter (element))
    return GST_PAD_PROBE_OK;
  if (!gst_ks_ask_branches (ask, element, query))
    return GST_PAD_PROBE_DROP;
  gst_ks_ask_leave (ask, pad, query);
  return GST_PAD_PROBE_HANDLED;
}

/* --- the way --- */

static void
add_stop (GstKsAskPath * path, GstPad * pad)
{
  Stop stop = { gst_object_ref (pad), 0 };

  stop.probe = gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM
      | GST_PAD_PROBE_TYPE_PUSH | GST_PAD_PROBE_TYPE_PULL, query_comes,
      gst_ks_ask_ref (path->ask), (GDestroyNotify) gst_ks_ask_unref);
  g_hash_table_add (path->seen, pad);
  g_array_append_val (path->stops, stop);
}

/* What comes out of these is their own. */
static gboolean
makes_frames (GstElement * element)
{
  static const gchar *const types[] = {
    "GstBaseSink", "GstVideoEncoder", "GstVideoDecoder", "GstAudioEncoder",
    "GstAudioDecoder", "GstAggregator", "GstBaseParse", "GstRTPBasePayload"
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    GType type = g_type_from_name (types[i]);

    if (type && g_type_is_a (G_OBJECT_TYPE (element), type))
      return TRUE;
  }
  return FALSE;
}

static void
add_source (const GValue * item, gpointer user_data)
{
  GstKsAskPath *path = user_data;

  g_queue_push_tail (&path->sources,
      gst_object_ref (g_value_get_object (item)));
}

/* On through the element, or into or out of a bin. */
static void
go_on (GstKsAskPath * path, GstPad * sink)
{
  g_autoptr (GstElement) element = gst_pad_get_parent_element (sink);
  GstIterator *links;

  if (element && makes_frames (element))
    return;
  links = gst_pad_iterate_internal_links (sink);
  if (links == NULL)
    return;
  while (gst_iterator_foreach (links, add_source, path) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (links);
  gst_iterator_free (links);
}

static void
cross (GstKsAskPath * path, GstPad * source)
{
  g_autoptr (GstPad) sink = gst_pad_get_peer (source);

  if (sink == NULL || g_hash_table_contains (path->seen, sink)
      || !gst_object_has_as_ancestor (GST_OBJECT (sink),
          GST_OBJECT (path->bin)))
    return;
  add_stop (path, sink);
  go_on (path, sink);
}

/* @bin: nothing outside of it is asked */
GstKsAskPath *
gst_ks_ask_path_new (GstKsAsk * ask, GstBin * bin)
{
  GstKsAskPath *path = g_new0 (GstKsAskPath, 1);
  GstPad *source;

  path->ask = gst_ks_ask_ref (ask);
  path->bin = gst_object_ref (bin);
  path->seen = g_hash_table_new (NULL, NULL);
  path->stops = g_array_new (FALSE, FALSE, sizeof (Stop));
  g_queue_init (&path->sources);
  g_queue_push_tail (&path->sources,
      gst_object_ref (gst_ks_ask_peek_head (ask)));
  while ((source = g_queue_pop_head (&path->sources))) {
    cross (path, source);
    gst_object_unref (source);
  }
  return path;
}

void
gst_ks_ask_path_free (GstKsAskPath * path)
{
  for (guint i = 0; i < path->stops->len; i++) {
    Stop *stop = &g_array_index (path->stops, Stop, i);

    gst_pad_remove_probe (stop->pad, stop->probe);
    gst_object_unref (stop->pad);
  }
  g_array_unref (path->stops);
  g_hash_table_unref (path->seen);
  gst_object_unref (path->bin);
  gst_ks_ask_unref (path->ask);
  g_free (path);
}
