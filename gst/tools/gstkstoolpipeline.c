/* Pipelines of words, and what is in one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstoolpipeline.h"

#include <gst/ks/gstkserror.h>
#include <string.h>

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

/* As the negotiator does: with the bins that it is in. */
static GString *
name_element (GstObject * element, GstBin * bin)
{
  GstObject *at = element ? gst_object_ref (element) : NULL;
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
  gst_clear_object (&at);
  return path;
}

static gchar *
name_pad (GstPad * pad, GstBin * bin)
{
  g_autoptr (GstObject) element = gst_object_get_parent (GST_OBJECT (pad));
  g_autofree gchar *own = gst_object_get_name (GST_OBJECT (pad));
  GString *path = name_element (element, bin);

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
list_pads (Listing * listing, GstElement * element)
{
  guint before = listing->links->len;
  GstIterator *pads = gst_element_iterate_src_pads (element);

  while (gst_iterator_foreach (pads, list_pad, listing) == GST_ITERATOR_RESYNC) {
    gst_iterator_resync (pads);
    g_ptr_array_set_size (listing->links, before);
  }
  gst_iterator_free (pads);
}

static void
collect (const GValue * item, gpointer elements)
{
  if (!GST_IS_BIN (g_value_get_object (item)))
    g_ptr_array_add (elements, g_value_dup_object (item));
}

static GPtrArray *
list_elements (GstBin * pipeline)
{
  GPtrArray *elements = g_ptr_array_new_with_free_func (gst_object_unref);
  GstIterator *iterator = gst_bin_iterate_recurse (pipeline);

  while (gst_iterator_foreach (iterator, collect, elements)
      == GST_ITERATOR_RESYNC) {
    gst_iterator_resync (iterator);
    g_ptr_array_set_size (elements, 0);
  }
  gst_iterator_free (iterator);
  return elements;
}

GPtrArray *
gst_ks_tool_list_links (GstBin * pipeline)
{
  GPtrArray *links =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_ks_tool_link_free);
  g_autoptr (GPtrArray) elements = list_elements (pipeline);
  Listing listing = { pipeline, links };

  /* bins list what came last first */
  for (guint i = elements->len; i > 0; i--)
    list_pads (&listing, elements->pdata[i - 1]);
  return links;
}

static gboolean
is_called_after (GstElement * element, const gchar * type)
{
  g_autofree gchar *name = gst_object_get_name (GST_OBJECT (element));
  const gchar *number = name + strlen (type);

  return g_str_has_prefix (name, type)
      && strspn (number, "0123456789") == strlen (number);
}

GHashTable *
gst_ks_tool_list_types (GstBin * pipeline)
{
  g_autoptr (GPtrArray) elements = list_elements (pipeline);
  GHashTable *types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      g_free);

  for (guint i = 0; i < elements->len; i++) {
    GstElementFactory *factory = gst_element_get_factory (elements->pdata[i]);
    const gchar *type = factory ? GST_OBJECT_NAME (factory)
        : G_OBJECT_TYPE_NAME (elements->pdata[i]);

    if (!is_called_after (elements->pdata[i], type))
      g_hash_table_insert (types, g_string_free (name_element
              (elements->pdata[i], pipeline), FALSE), g_strdup (type));
  }
  return types;
}

/* --- as a graph --- */

/* The negotiator has pads in the order of their addresses. Here they come in
 * that of the pipeline, so that the same line gives the same graph. */
typedef struct
{
  const GstKsGraph *planned;
  GstKsGraph *graph;            /* what is made */
  GstKsFraming *anything;       /* of pads that are not planned; NULL: leave them out */
} Making;

static gboolean
add_pad (Making * m, const gchar * name)
{
  gint at = gst_ks_graph_find_pad (m->planned, name);
  GstKsFraming *framing = at < 0 ? m->anything
      : (GstKsFraming *) gst_ks_graph_peek_pad_framing (m->planned, (guint) at);

  return framing != NULL && gst_ks_graph_find_pad (m->graph, name) < 0
      && gst_ks_graph_add_pad (m->graph, name, framing, NULL);
}

static void
add_pads (Making * m, const GPtrArray * links)
{
  for (guint i = 0; i < links->len; i++) {
    const GstKsToolLink *link = links->pdata[i];

    (void) add_pad (m, link->src);
    (void) add_pad (m, link->sink);
  }
  for (guint i = 0; i < gst_ks_graph_get_n_pads (m->planned); i++)
    (void) add_pad (m, gst_ks_graph_peek_pad_name (m->planned, i));
}

static gint
compare_edges (gconstpointer a, gconstpointer b, gpointer data)
{
  const GstKsEdge *one = *(const GstKsEdge * const *) a;
  const GstKsEdge *other = *(const GstKsEdge * const *) b;
  GstKsGraph *graph = data;
  gint order = gst_ks_graph_find_pad (graph, one->a)
      - gst_ks_graph_find_pad (graph, other->a);

  return order != 0 ? order : gst_ks_graph_find_pad (graph, one->b)
      - gst_ks_graph_find_pad (graph, other->b);
}

static void
add_edges (Making * m)
{
  g_autoptr (GPtrArray) edges = g_ptr_array_new ();

  for (guint i = 0; i < gst_ks_graph_get_n_edges (m->planned); i++)
    g_ptr_array_add (edges, (gpointer) gst_ks_graph_peek_edge (m->planned, i));
  g_ptr_array_sort_with_data (edges, compare_edges, m->graph);
  for (guint i = 0; i < edges->len; i++)
    (void) gst_ks_graph_add_edge (m->graph, edges->pdata[i], NULL);
}

/* What is planned from pad to pad is there already. */
static void
add_links (Making * m, const GPtrArray * links)
{
  for (guint i = 0; i < links->len; i++) {
    const GstKsToolLink *link = links->pdata[i];
    GstKsEdge edge =
        GST_KS_EDGE_INIT (link->src, link->sink, GST_KS_EDGE_KIND_MUST);

    if (gst_ks_graph_find_pad (m->planned, link->src) < 0
        || gst_ks_graph_find_pad (m->planned, link->sink) < 0)
      (void) gst_ks_graph_add_edge (m->graph, &edge, NULL);
  }
}

static void
add_kinds (Making * m)
{
  const gchar *const *kinds = gst_ks_graph_peek_mappable (m->planned);

  for (guint i = 0; kinds != NULL && kinds[i] != NULL; i++)
    (void) gst_ks_graph_add_mappable (m->graph, kinds[i], NULL);
  kinds = gst_ks_graph_peek_framework_can_allocate (m->planned);
  for (guint i = 0; kinds != NULL && kinds[i] != NULL; i++)
    (void) gst_ks_graph_add_framework_can_allocate (m->graph, kinds[i], NULL);
  gst_ks_graph_set_strategy (m->graph, gst_ks_graph_get_strategy (m->planned));
}

GstKsGraph *
gst_ks_tool_in_order (const GstKsGraph * planned, const GPtrArray * links)
{
  Making m = { planned, gst_ks_graph_new (), NULL };

  add_pads (&m, links);
  add_edges (&m);
  add_kinds (&m);
  return m.graph;
}

GstKsGraph *
gst_ks_tool_picture_of (const GstKsGraph * planned, const GPtrArray * links)
{
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT ("any");
  g_autoptr (GstKsFraming) anything = gst_ks_framing_new (&item, 1, NULL, NULL);
  Making m = { planned, gst_ks_graph_new (), anything };

  add_pads (&m, links);
  add_edges (&m);
  add_links (&m, links);
  return m.graph;
}
