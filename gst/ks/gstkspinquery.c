/* How framing travels: a query that names the pad it is for, and an entry of the ALLOCATION query.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Pads hand a query that they do not know on to the other side of their
 * element. So a framing query says which pad it is for, and only that pad
 * answers: what comes back is never the framing of somebody further away.
 *
 * The ALLOCATION query is the other way. Its entry is tagged as being about
 * memory and nothing else: elements that pass buffers on carry it, those that
 * make new ones drop it.
 */
#include "gstkspinquery.h"

#include <dlfcn.h>

#define FRAMING_QUERY "GstKsFramingQuery"
#define FRAMING_PARAMS "GstKsFraming"

GType
gst_ks_framing_prop_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    {GST_KS_FRAMING_PROP_UNINITIALIZED, "Nobody has asked", "uninitialized"},
    {GST_KS_FRAMING_PROP_NONE, "Has none", "none"},
    {GST_KS_FRAMING_PROP_OLD, "One item", "old"},
    {GST_KS_FRAMING_PROP_EX, "Any number of items", "ex"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstKsFramingProp",
            values));
  return type;
}

/* --- the framing query --- */

/**
 * gst_ks_query_new_framing:
 * @target: the pad whose framing is asked for
 * @form: %GST_KS_FRAMING_PROP_EX, or %GST_KS_FRAMING_PROP_OLD for a pad that
 *     did not answer that
 *
 * Makes a query that only @target answers. It is not serialized with the
 * data, so it may be sent from any thread, by gst_pad_query() to @target.
 *
 * KS: the get of KSPROPERTY_CONNECTION_ALLOCATORFRAMING_EX, and of
 * KSPROPERTY_CONNECTION_ALLOCATORFRAMING.
 *
 * Returns: (transfer full): a query
 *
 * Since: 0.9
 */
GstQuery *
gst_ks_query_new_framing (GstPad * target, GstKsFramingProp form)
{
  g_return_val_if_fail (GST_IS_PAD (target), NULL);
  g_return_val_if_fail (form == GST_KS_FRAMING_PROP_EX
      || form == GST_KS_FRAMING_PROP_OLD, NULL);

  return gst_query_new_custom (GST_QUERY_CUSTOM,
      gst_structure_new (FRAMING_QUERY, "pad", GST_TYPE_PAD, target,
          "form", GST_TYPE_KS_FRAMING_PROP, form, NULL));
}

/**
 * gst_ks_query_parse_framing:
 * @query: any query
 * @target: (out) (optional) (transfer full): the pad it is for
 * @form: (out) (optional): the form that is asked for
 *
 * Tells whether @query is a framing query, and for whom. For query functions
 * of pads that have no pin; outputs are left alone otherwise. Any thread that
 * may read @query.
 *
 * Returns: %TRUE for a framing query
 *
 * Since: 0.9
 */
gboolean
gst_ks_query_parse_framing (GstQuery * query, GstPad ** target,
    GstKsFramingProp * form)
{
  g_return_val_if_fail (GST_IS_QUERY (query), FALSE);

  const GstStructure *structure = gst_query_get_structure (query);
  GstPad *pad;
  gint asked;

  if (GST_QUERY_TYPE (query) != GST_QUERY_CUSTOM || structure == NULL
      || !gst_structure_has_name (structure, FRAMING_QUERY)
      || !gst_structure_get_enum (structure, "form", GST_TYPE_KS_FRAMING_PROP,
          &asked)
      || !gst_structure_get (structure, "pad", GST_TYPE_PAD, &pad, NULL))
    return FALSE;
  if (form)
    *form = asked;
  if (target)
    *target = g_steal_pointer (&pad);
  gst_clear_object (&pad);
  return TRUE;
}

/**
 * gst_ks_query_set_framing:
 * @query: a writable framing query
 * @framing: the answer; of one item where the old form is asked for
 *
 * Answers a framing query; the query function then returns %TRUE.
 *
 * Since: 0.9
 */
void
gst_ks_query_set_framing (GstQuery * query, const GstKsFraming * framing)
{
  g_return_if_fail (gst_ks_query_parse_framing (query, NULL, NULL));
  g_return_if_fail (framing != NULL);

  gst_structure_set (gst_query_writable_structure (query), "framing",
      GST_TYPE_KS_FRAMING, framing, NULL);
}

/**
 * gst_ks_query_get_framing:
 * @query: a framing query
 *
 * Reads the answer. Any thread that may read @query.
 *
 * Returns: (transfer full) (nullable): the framing, or %NULL when nobody
 *     answered
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_query_get_framing (GstQuery * query)
{
  GstKsFraming *framing = NULL;

  g_return_val_if_fail (gst_ks_query_parse_framing (query, NULL, NULL), NULL);

  gst_structure_get (gst_query_get_structure (query), "framing",
      GST_TYPE_KS_FRAMING, &framing, NULL);
  return framing;
}

/* --- the entry of the ALLOCATION query --- */

static GstKsFraming *
params_parse (const GstStructure * params, GError ** error)
{
  const gchar *text =
      params ? gst_structure_get_string (params, "framing") : NULL;

  if (text == NULL) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "the framing entry of the ALLOCATION query has no text; whoever added"
        " it has to put the framing there, as field \"framing\"");
    return NULL;
  }
  return gst_ks_framing_parse (text, error);
}

static GstStructure *
params_new (const GstKsFraming * framing)
{
  g_autofree gchar *text = gst_ks_framing_to_string (framing);

  return gst_structure_new (FRAMING_PARAMS, "framing", G_TYPE_STRING, text,
      NULL);
}

/* What a tee makes of the answers of two of its branches, from GStreamer 1.26
 * on: both get the same frames. */
static gboolean
params_aggregate (GstStructure ** both, const GstStructure * a,
    const GstStructure * b)
{
  g_autoptr (GstKsFraming) one = params_parse (a, NULL);
  g_autoptr (GstKsFraming) other = params_parse (b, NULL);
  g_autoptr (GstKsFraming) meet = NULL;

  if (one && other)
    meet = gst_ks_framing_intersect (one, other, NULL);
  if (meet == NULL)
    return FALSE;
  *both = params_new (meet);
  return TRUE;
}

typedef gboolean (*Aggregate) (GstStructure ** both, const GstStructure * a,
    const GstStructure * b);
typedef void (*SetAggregator) (GType api, Aggregate aggregate);

/* The running core may be newer than the one we were built with. */
static void
register_aggregator (GType api)
{
  void *self = dlopen (NULL, RTLD_LAZY);
  SetAggregator set = NULL;

  if (self == NULL)
    return;
  *(void **) &set = dlsym (self, "gst_meta_api_type_set_params_aggregator");
  if (set)
    set (api, params_aggregate);
  dlclose (self);
}

/**
 * gst_ks_framing_meta_api_get_type:
 *
 * The API type of the entry that carries a framing among the metas of an
 * ALLOCATION query. No buffer ever has such a meta. Any thread.
 *
 * Returns: the type
 *
 * Since: 0.9
 */
GType
gst_ks_framing_meta_api_get_type (void)
{
  static gsize type;
  static const gchar *tags[] = { "memory", NULL };

  if (g_once_init_enter (&type)) {
    GType api = gst_meta_api_type_register ("GstKsFramingMetaAPI", tags);

    register_aggregator (api);
    g_once_init_leave (&type, api);
  }
  return type;
}

/**
 * gst_ks_query_add_allocation_framing:
 * @query: a writable ALLOCATION query
 * @framing: what the answering pad says
 *
 * Adds @framing to an answer, in place of one that is there. An element that
 * forwards the query does this afterwards.
 *
 * Since: 0.9
 */
void
gst_ks_query_add_allocation_framing (GstQuery * query,
    const GstKsFraming * framing)
{
  g_return_if_fail (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION);
  g_return_if_fail (framing != NULL);

  g_autoptr (GstStructure) params = params_new (framing);
  guint index;

  if (gst_query_find_allocation_meta (query, GST_KS_FRAMING_META_API_TYPE,
          &index))
    gst_query_remove_nth_allocation_meta (query, index);
  gst_query_add_allocation_meta (query, GST_KS_FRAMING_META_API_TYPE, params);
}

/**
 * gst_ks_query_get_allocation_framing:
 * @query: an ALLOCATION query that came back
 * @error: set when there is a framing that cannot be read
 *
 * Reads what downstream says. Any thread that may read @query.
 *
 * Returns: (transfer full) (nullable): the framing; %NULL without error: there
 *     is none
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_query_get_allocation_framing (GstQuery * query, GError ** error)
{
  g_return_val_if_fail (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION, NULL);

  const GstStructure *params;
  guint index;

  if (!gst_query_find_allocation_meta (query, GST_KS_FRAMING_META_API_TYPE,
          &index))
    return NULL;
  gst_query_parse_nth_allocation_meta (query, index, &params);
  return params_parse (params, error);
}
