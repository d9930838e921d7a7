/* Pipelines of words, and what is in one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstoolpipeline.h"

#include <gst/ks/gstkserror.h>

/* --- made of words --- */

static gchar *
names_missing (GstParseContext * context, const GError * why)
{
  g_auto (GStrv) names = gst_parse_context_get_missing_elements (context);

  return names && names[0] && g_error_matches (why, GST_PARSE_ERROR,
      GST_PARSE_ERROR_NO_SUCH_ELEMENT) ? g_strjoinv (", ", names) : NULL;
}

/* The parser has no place for a slip, so the words are said again. */
static void
explain (GstParseContext * context, gchar ** words, const GError * why,
    GError ** error)
{
  g_autofree gchar *missing = names_missing (context, why);
  g_autofree gchar *line = g_strjoinv (" ", words);

  if (missing != NULL)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE, "no element %s;"
        " the plugin that has it is not installed or not found: see "
        "gst-inspect-1.0 and GST_PLUGIN_PATH", missing);
  else if (g_error_matches (why, GST_PARSE_ERROR, GST_PARSE_ERROR_SYNTAX))
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX, "%s in '%s'; a line "
        "is 'ELEMENT PROPERTY=VALUE ! ELEMENT', see gst-launch-1.0(1)",
        why->message, line);
  else
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX, "%s, in '%s'",
        why ? why->message : "this is no pipeline", line);
}

static GstElement *
wrap (GstElement * element)
{
  GstElement *pipeline;

  if (GST_IS_PIPELINE (element))
    return element;
  pipeline = gst_pipeline_new (NULL);
  gst_bin_add (GST_BIN (pipeline), element);
  return pipeline;
}

GstElement *
gst_ks_tool_make_pipeline (gchar ** words, GError ** error)
{
  GstParseContext *context = gst_parse_context_new ();
  g_autoptr (GError) why = NULL;
  GstElement *element = words[1] == NULL
      ? gst_parse_launch_full (words[0], context, GST_PARSE_FLAG_FATAL_ERRORS,
      &why)
      : gst_parse_launchv_full ((const gchar **) words, context,
      GST_PARSE_FLAG_FATAL_ERRORS, &why);

  if (element == NULL || why != NULL) {
    explain (context, words, why, error);
    if (element)
      gst_object_unref (element);
    element = NULL;
  }
  gst_parse_context_free (context);
  return element ? wrap (element) : NULL;
}

/* --- what is in it --- */

void
gst_ks_tool_link_free (GstKsToolLink * link)
{
  g_free (link->src);
  g_free (link->sink);
  g_free (link->caps);
  g_free (link);
}

/* As the negotiator names them. */
static gchar *
name_pad (GstPad * pad, GstBin * bin)
{
  g_autoptr (GstObject) at = gst_object_get_parent (GST_OBJECT (pad));
  g_autofree gchar *own = gst_object_get_name (GST_OBJECT (pad));
  GString *path = g_string_new (NULL);

  while (at && at != GST_OBJECT (bin)) {
    g_autofree gchar *name = gst_object_get_name (at);
    GstObject *up = gst_object_get_parent (at);

    if (path->len > 0)
      g_string_prepend_c (path, '/');
    g_string_prepend (path, name);
    gst_object_unref (at);
    at = up;
  }
  g_string_append_printf (path, ":%s", own);
  return g_string_free (path, FALSE);
}

/* The pad on the other side, through the borders of bins; owned or NULL. */
static GstPad *
real_peer (GstPad * pad)
{
  GstPad *peer = gst_pad_get_peer (pad);

  while (peer != NULL && GST_IS_PROXY_PAD (peer)) {
    GstProxyPad *inside = gst_proxy_pad_get_internal (GST_PROXY_PAD (peer));

    gst_object_unref (peer);
    if (inside == NULL)
      return NULL;
    peer = gst_pad_get_peer (GST_PAD (inside));
    gst_object_unref (inside);
  }
  return peer;
}

typedef struct
{
  GstBin *bin;
  GPtrArray *links;
} Listing;

static void
list_pad (const GValue * item, gpointer data)
{
  Listing *listing = data;
  GstPad *pad = g_value_get_object (item);
  g_autoptr (GstPad) peer = real_peer (pad);
  g_autoptr (GstCaps) caps = NULL;
  GstKsToolLink *link;

  if (peer == NULL || GST_IS_PROXY_PAD (pad))
    return;
  caps = gst_pad_get_current_caps (pad);
  link = g_new0 (GstKsToolLink, 1);
  link->src = name_pad (pad, listing->bin);
  link->sink = name_pad (peer, listing->bin);
  link->caps = caps ? gst_caps_to_string (caps) : NULL;
  g_ptr_array_add (listing->links, link);
}

/* A list that changes under the hand is read again from its beginning. */
static void
list_element (const GValue * item, gpointer data)
{
  Listing *listing = data;
  GstElement *element = g_value_get_object (item);
  guint before = listing->links->len;
  GstIterator *pads;

  if (GST_IS_BIN (element))
    return;
  pads = gst_element_iterate_src_pads (element);
  while (gst_iterator_foreach (pads, list_pad, data) == GST_ITERATOR_RESYNC) {
    gst_iterator_resync (pads);
    g_ptr_array_set_size (listing->links, before);
  }
  gst_iterator_free (pads);
}

GPtrArray *
gst_ks_tool_list_links (GstBin * pipeline)
{
  GPtrArray *links =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ks_tool_link_free);
  GstIterator *elements = gst_bin_iterate_recurse (pipeline);
  Listing listing = { pipeline, links };

  while (gst_iterator_foreach (elements, list_element, &listing)
      == GST_ITERATOR_RESYNC) {
    gst_iterator_resync (elements);
    g_ptr_array_set_size (links, 0);
  }
  gst_iterator_free (elements);
  return links;
}

/* --- as a graph --- */

static void
copy_graph (GstKsGraph * picture, const GstKsGraph * planned)
{
  for (guint i = 0; i < gst_ks_graph_get_n_pads (planned); i++)
    (void) gst_ks_graph_add_pad (picture, gst_ks_graph_peek_pad_name (planned,
            i), (GstKsFraming *) gst_ks_graph_peek_pad_framing (planned, i),
        NULL);
  for (guint i = 0; i < gst_ks_graph_get_n_edges (planned); i++)
    (void) gst_ks_graph_add_edge (picture, gst_ks_graph_peek_edge (planned, i),
        NULL);
}

static gboolean
add_missing (GstKsGraph * picture, const gchar * pad, GstKsFraming * anything)
{
  return gst_ks_graph_find_pad (picture, pad) < 0
      && gst_ks_graph_add_pad (picture, pad, anything, NULL);
}

GstKsGraph *
gst_ks_tool_picture_of (const GstKsGraph * planned, const GPtrArray * links)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("any");
  g_autoptr (GstKsFraming) anything = gst_ks_framing_new (&item, 1, NULL, NULL);
  GstKsGraph *picture = gst_ks_graph_new ();

  copy_graph (picture, planned);
  for (guint i = 0; i < links->len; i++) {
    const GstKsToolLink *link = links->pdata[i];
    GstKsEdge edge =
        GST_KS_EDGE_INIT (link->src, link->sink, GST_KS_EDGE_KIND_MUST);
    gboolean is_new = add_missing (picture, link->src, anything);

    /* what is planned from pad to pad is there already */
    if (add_missing (picture, link->sink, anything) || is_new)
      (void) gst_ks_graph_add_edge (picture, &edge, NULL);
  }
  return picture;
}
