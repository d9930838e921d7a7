/* Graphs and plans as JSON: what is printed.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksgraphjson.h"

#include <jansson.h>
#include <stdlib.h>

#include "gstksframingfield.h"

/* What has no end is at the end of what JSON readers take. */
static json_t *
number (guint64 value)
{
  return json_integer ((json_int_t) MIN (value, (guint64) G_MAXINT64));
}

static json_t *
range_text (const GstKsRange * range)
{
  g_autofree gchar *text = gst_ks_range_to_string (range);

  return json_string (text);
}

static json_t *
range_json (const GstKsRange * range)
{
  return range->min == range->max ? number (range->min) : range_text (range);
}

/* A number is that many held, and no cap. */
static json_t *
frames_json (const GstKsRange * frames)
{
  return frames->max == GST_KS_RANGE_LIMIT && frames->step <= 1
      && frames->min != frames->max ? number (frames->min) :
      range_text (frames);
}

static json_t *
flags_json (GstKsFramingFlags flags)
{
  g_autoptr (GFlagsClass) all = g_type_class_ref (GST_TYPE_KS_FRAMING_FLAGS);
  json_t *list = json_array ();

  for (guint i = 0; i < all->n_values; i++) {
    if ((flags & all->values[i].value) != 0)
      json_array_append_new (list, json_string (all->values[i].value_nick));
  }
  return list;
}

static json_t *
field_json (const GstKsForm * form, gconstpointer value)
{
  if (form == &gst_ks_form_range)
    return range_json (value);
  if (form == &gst_ks_form_frames)
    return frames_json (value);
  if (form == &gst_ks_form_flags)
    return flags_json (*(const GstKsFramingFlags *) value);
  if (form == &gst_ks_form_weight)
    return json_integer (*(const gint64 *) value);
  if (form == &gst_ks_form_bytes || form == &gst_ks_form_align)
    return number (*(const guint64 *) value);
  return json_string (*(const gchar * const *) value);
}

static json_t *
item_json (const GstKsFramingItem * item)
{
  json_t *json = json_object ();

  for (guint i = 0; i < gst_ks_n_fields; i++) {
    const GstKsField *f = &gst_ks_fields[i];
    gconstpointer value = gst_ks_field_in (f, item, NULL);

    if (f->of_framing || (i > 0
            && f->form->equal (value, gst_ks_field_default (f, item))))
      continue;
    json_object_set_new (json, f->name, field_json (f->form, value));
  }
  return json;
}

static json_t *
pad_json (const GstKsGraph * graph, guint index)
{
  const GstKsFraming *framing = gst_ks_graph_peek_pad_framing (graph, index);
  json_t *items = json_array ();

  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++)
    json_array_append_new (items,
        item_json (gst_ks_framing_peek_item (framing, i)));
  return json_pack ("{s:s, s:o}", "name", gst_ks_graph_peek_pad_name (graph,
          index), "items", items);
}

static void
put_ratio (json_t * json, const GstKsRatio * ratio)
{
  const GstKsRatio same = GST_KS_RATIO_INIT;
  g_autoptr (GString) text = g_string_new (NULL);

  if (gst_ks_ratio_equal (ratio, &same))
    return;
  gst_ks_form_ratio.write (text, ratio);
  json_object_set_new (json, "ratio", json_string (text->str));
}

static json_t *
edge_json (const GstKsEdge * edge)
{
  json_t *json = json_pack ("{s:s, s:s, s:s}", "a", edge->a, "b", edge->b,
      "kind", edge->kind == GST_KS_EDGE_KIND_MUST ? "must" : "may");

  if (edge->copy_cost != 1)
    json_object_set_new (json, "copy-cost", number (edge->copy_cost));
  if (edge->in_place_weight != 0)
    json_object_set_new (json, "in-place-weight",
        json_integer (edge->in_place_weight));
  if (edge->not_in_place_weight != 0)
    json_object_set_new (json, "not-in-place-weight",
        json_integer (edge->not_in_place_weight));
  put_ratio (json, &edge->ratio);
  return json;
}

/* kinds ends with NULL */
static json_t *
kinds_json (const gchar * const *kinds)
{
  json_t *list = json_array ();

  while (kinds != NULL && *kinds != NULL)
    json_array_append_new (list, json_string (*kinds++));
  return list;
}

/* json: taken */
static gchar *
dump (json_t * json)
{
  gchar *text = json_dumps (json, JSON_INDENT (2));
  gchar *copy = g_strdup (text);

  free (text);
  json_decref (json);
  return copy;
}

/**
 * gst_ks_graph_to_json:
 * @graph: a graph
 *
 * Prints what gst_ks_graph_from_json() reads as the same graph. Any thread.
 *
 * Returns: (transfer full): the text
 *
 * Since: 0.9
 */
gchar *
gst_ks_graph_to_json (const GstKsGraph * graph)
{
  json_t *pads = json_array ();
  json_t *edges = json_array ();

  g_return_val_if_fail (graph != NULL, NULL);

  for (guint i = 0; i < gst_ks_graph_get_n_pads (graph); i++)
    json_array_append_new (pads, pad_json (graph, i));
  for (guint i = 0; i < gst_ks_graph_get_n_edges (graph); i++)
    json_array_append_new (edges, edge_json (gst_ks_graph_peek_edge (graph,
                i)));
  return dump (json_pack ("{s:s, s:o, s:o, s:o, s:o}", "strategy",
          gst_ks_strategy_to_string (gst_ks_graph_get_strategy (graph)),
          "pads", pads, "edges", edges, "mappable",
          kinds_json (gst_ks_graph_peek_mappable (graph)),
          "framework-can-allocate",
          kinds_json (gst_ks_graph_peek_framework_can_allocate (graph))));
}

typedef const gchar *(*WordOfBit) (guint bit);

static json_t *
bits_json (guint bits, WordOfBit word)
{
  json_t *list = json_array ();

  for (guint bit = 1; bit != 0 && bit <= bits; bit <<= 1) {
    if ((bits & bit) != 0)
      json_array_append_new (list, json_string (word (bit)));
  }
  return list;
}

static const gchar *
flag_word (guint bit)
{
  return gst_ks_segment_flag_to_string ((GstKsSegmentFlags) bit);
}

static const gchar *
factor_word (guint bit)
{
  return gst_ks_segment_factor_to_string ((GstKsSegmentFactors) bit);
}

static json_t *
names_json (const gchar ** names, guint n)
{
  json_t *list = json_array ();

  for (guint i = 0; i < n; i++)
    json_array_append_new (list, json_string (names[i]));
  return list;
}

static json_t *
counts_json (const guint * counts, guint n)
{
  json_t *list = json_array ();

  for (guint i = 0; i < n; i++)
    json_array_append_new (list, number (counts[i]));
  return list;
}

static void
put_memory (json_t * json, const GstKsSegment * s)
{
  json_object_set_new (json, "memory", json_string (s->memory));
  if (s->device != NULL)
    json_object_set_new (json, "device", json_string (s->device));
  if (s->bus != NULL)
    json_object_set_new (json, "bus", json_string (s->bus));
  json_object_set_new (json, "default", json_boolean (s->is_default));
}

static void
put_block (json_t * json, const GstKsSegment * s)
{
  json_object_set_new (json, "size", number (s->size));
  json_object_set_new (json, "sizes", range_json (&s->sizes));
  json_object_set_new (json, "block", number (s->block));
  json_object_set_new (json, "align", number (s->align));
  json_object_set_new (json, "prefix", number (s->prefix));
  json_object_set_new (json, "padding", number (s->padding));
  if (!gst_ks_range_is_any (&s->stride))
    json_object_set_new (json, "stride", range_json (&s->stride));
  json_object_set_new (json, "frames", number (s->frames));
  json_object_set_new (json, "cap",
      s->cap == GST_KS_RANGE_LIMIT ? json_null () : number (s->cap));
}

static json_t *
segment_json (const GstKsSegment * s)
{
  json_t *json = json_object ();

  put_memory (json, s);
  put_block (json, s);
  json_object_set_new (json, "allocator",
      s->allocator != NULL ? json_string (s->allocator) : json_null ());
  json_object_set_new (json, "place",
      json_string (gst_ks_segment_place_to_string (s->place)));
  json_object_set_new (json, "state",
      json_string (gst_ks_segment_state_to_string (s->state)));
  json_object_set_new (json, "pads", names_json (s->pads, s->n_pads));
  json_object_set_new (json, "items", counts_json (s->items, s->n_pads));
  json_object_set_new (json, "flags", bits_json (s->flags, flag_word));
  json_object_set_new (json, "factors", bits_json (s->factors, factor_word));
  return json;
}

static json_t *
cut_json (const GstKsCut * cut)
{
  return json_pack ("{s:s, s:s, s:{s:s, s:s}}", "a", cut->a, "b", cut->b,
      "why", "code", gst_ks_plan_code_to_string (cut->code), "text", cut->text);
}

static void
put_decision (json_t * json, const GstKsPlan * plan)
{
  GstKsPlanTotals totals;
  json_t *segments = json_array ();
  json_t *cuts = json_array ();

  gst_ks_plan_get_totals (plan, &totals);
  for (guint i = 0; i < gst_ks_plan_get_n_segments (plan); i++)
    json_array_append_new (segments,
        segment_json (gst_ks_plan_peek_segment (plan, i)));
  for (guint i = 0; i < gst_ks_plan_get_n_cuts (plan); i++)
    json_array_append_new (cuts, cut_json (gst_ks_plan_peek_cut (plan, i)));
  json_object_set_new (json, "proven-optimal",
      json_boolean (gst_ks_plan_is_proven_optimal (plan)));
  json_object_set_new (json, "copies", number (totals.copies));
  json_object_set_new (json, "weight", json_integer (totals.weight));
  json_object_set_new (json, "allocators", number (totals.allocators));
  json_object_set_new (json, "bytes", number (totals.bytes));
  json_object_set_new (json, "segments", segments);
  json_object_set_new (json, "cuts", cuts);
}

static json_t *
conflict_json (const GstKsConflict * conflict)
{
  return json_pack ("{s:s, s:o, s:s, s:s}",
      "code", gst_ks_plan_code_to_string (conflict->code),
      "pads", names_json (conflict->pads, conflict->n_pads),
      "text", conflict->text, "relax", conflict->relax);
}

/**
 * gst_ks_plan_to_json:
 * @plan: a plan
 *
 * Prints all of a plan; docs/plan.schema.json describes the form. Any thread.
 *
 * Returns: (transfer full): the text
 *
 * Since: 0.9
 */
gchar *
gst_ks_plan_to_json (const GstKsPlan * plan)
{
  GstKsPlanStatus status;
  json_t *json;

  g_return_val_if_fail (plan != NULL, NULL);

  status = gst_ks_plan_get_status (plan);
  json = json_pack ("{s:s}", "status", gst_ks_plan_status_to_string (status));
  if (status == GST_KS_PLAN_STATUS_OK)
    put_decision (json, plan);
  else if (status == GST_KS_PLAN_STATUS_UNSATISFIABLE)
    json_object_set_new (json, "conflict",
        conflict_json (gst_ks_plan_peek_conflict (plan)));
  else
    json_object_set_new (json, "error", json_pack ("{s:s, s:s}",
            "where", gst_ks_plan_peek_error_where (plan),
            "text", gst_ks_plan_peek_error_text (plan)));
  return dump (json);
}
