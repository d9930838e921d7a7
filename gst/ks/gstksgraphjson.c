/* JSON as a graph.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Fields of items are those of the table of framings, and their values are
 * read as text is: a number is written out first, so that one reader has all
 * the rules.
 */
#include "gstksgraphjson.h"

#include "gstksframingfield.h"
#include "gstksjson.h"
#include "gstkskind.h"

#define MAX_KINDS 256           /* of a list; there are some twenty */
#define MAX_FIELDS 32           /* more than the table of framings has */

/* A graph half read. */
typedef struct
{
  GstKsGraph *graph;
  GStringChunk *words;          /* texts until they are known to be good */
  json_t *edges;                /* read last, as they name pads; NULL: none */
  GstKsJsonPlace edges_at;
} Draft;

/* A pad half read. */
typedef struct
{
  Draft *draft;
  const gchar *name;            /* borrowed from the JSON */
  GstKsJsonPlace name_at;
  GstKsJsonPlace items_at;
  GArray *items;                /* of GstKsFramingItem */
} Pad;

typedef struct
{
  Draft *draft;
  GstKsFramingItem item;
} Item;

typedef struct
{
  Draft *draft;
  GstKsEdge edge;
} Edge;

/* One value of a form, and where it goes. */
typedef struct
{
  const GstKsForm *form;
  GStringChunk *words;
  gpointer value;
} Slot;

/* TEXT has to be all of the value. */
static gboolean
read_text (GstKsJsonReader * reader, const GstKsJsonPlace * at,
    const gchar * text, const Slot * slot)
{
  GstKsText t = { NULL, NULL, slot->words };
  GError *error = NULL;

  if (gst_ks_text_init (&t, text, &error)
      && slot->form->read (&t, slot->value, &error)
      && gst_ks_text_expect_end (&t, &error)
      && slot->form->settle (slot->value, &error))
    return TRUE;
  g_prefix_error (&error, "'%.*s': ", gst_ks_text_shown (text), text);
  return gst_ks_json_fail_error (reader, at, error);
}

/* Names, which text would need quotes for. */
static gboolean
read_word (GstKsJsonReader * reader, const GstKsJsonPlace * at, json_t * json,
    const Slot * slot)
{
  const gchar **word = slot->value;
  GError *error = NULL;

  *word = gst_ks_json_read_string (reader, at, json);
  if (*word == NULL)
    return FALSE;
  if (slot->form->settle (slot->value, &error))
    return TRUE;
  return gst_ks_json_fail_error (reader, at, error);
}

static gboolean
read_flag (GstKsJsonReader * reader, const GstKsJsonPlace * at, json_t * json,
    gpointer data)
{
  const Slot *all = data;
  const gchar *text = gst_ks_json_read_string (reader, at, json);
  GstKsFramingFlags *flags = all->value;
  GstKsFramingFlags flag = GST_KS_FRAMING_FLAG_NONE;
  Slot one = { all->form, all->words, &flag };

  if (text == NULL || !read_text (reader, at, text, &one))
    return FALSE;
  if ((flag & (flag - 1)) != 0)
    return gst_ks_json_fail (reader, at, "'%s': unexpected '+'; in a list "
        "each flag is a text of its own", text);
  if ((*flags & flag) != 0)
    return gst_ks_json_fail (reader, at, "'%s' is given twice", text);
  *flags = (GstKsFramingFlags) (*flags | flag);
  return TRUE;
}

static gboolean
read_flags (GstKsJsonReader * reader, const GstKsJsonPlace * at, json_t * json,
    Slot * slot)
{
  const GstKsJsonMember each[] = { {NULL, FALSE, read_flag} };
  const GstKsJsonShape shape = { each, G_N_ELEMENTS (each), slot };

  if (json_is_string (json))
    return read_text (reader, at, json_string_value (json), slot);
  return gst_ks_json_read_list (reader, at, json, &shape);
}

/* A number of frames is that many held, and no cap. */
static gboolean
read_number (GstKsJsonReader * reader, const GstKsJsonPlace * at,
    json_t * json, const Slot * slot)
{
  const gchar *behind = slot->form == &gst_ks_form_frames ? ".." : "";
  g_autofree gchar *text = NULL;
  gint64 number;

  if (json_is_string (json))
    return read_text (reader, at, json_string_value (json), slot);
  if (!gst_ks_json_read_integer (reader, at, json, &number))
    return FALSE;
  text = g_strdup_printf ("%" G_GINT64_FORMAT "%s", number, behind);
  return read_text (reader, at, text, slot);
}

static gboolean
read_value (GstKsJsonReader * reader, const GstKsJsonPlace * at, json_t * json,
    Slot * slot)
{
  const GstKsForm *form = slot->form;

  if (form == &gst_ks_form_kind || form == &gst_ks_form_string
      || form == &gst_ks_form_bus)
    return read_word (reader, at, json, slot);
  if (form == &gst_ks_form_flags)
    return read_flags (reader, at, json, slot);
  return read_number (reader, at, json, slot);
}

static gboolean
read_field (GstKsJsonReader * reader, const GstKsJsonPlace * at, json_t * json,
    gpointer data)
{
  Item *item = data;
  guint i = 0;
  Slot slot;

  while (!g_str_equal (gst_ks_fields[i].name, at->name))
    i++;
  slot = (Slot) {
  gst_ks_fields[i].form, item->draft->words,
        gst_ks_field_in (&gst_ks_fields[i], &item->item, NULL)};
  return read_value (reader, at, json, &slot);
}

static gboolean
read_item (GstKsJsonReader * reader, const GstKsJsonPlace * at, json_t * json,
    gpointer data)
{
  Pad *pad = data;
  Item item = { pad->draft, GST_KS_FRAMING_ITEM_INIT (NULL) };
  GstKsJsonMember members[MAX_FIELDS];
  GstKsJsonShape shape = { members, 0, &item };

  for (guint i = 0; i < gst_ks_n_fields; i++) {
    if (!gst_ks_fields[i].of_framing)
      members[shape.n_members++] = (GstKsJsonMember) {
      gst_ks_fields[i].name, i == 0, read_field};
  }
  if (!gst_ks_json_read_object (reader, at, json, &shape))
    return FALSE;
  g_array_append_val (pad->items, item.item);
  return TRUE;
}

static gboolean
read_pad_name (GstKsJsonReader * reader, const GstKsJsonPlace * at,
    json_t * json, gpointer data)
{
  Pad *pad = data;

  pad->name = gst_ks_json_read_string (reader, at, json);
  pad->name_at = *at;
  return pad->name != NULL;
}

static gboolean
read_pad_items (GstKsJsonReader * reader, const GstKsJsonPlace * at,
    json_t * json, gpointer data)
{
  const GstKsJsonMember each[] = { {NULL, FALSE, read_item} };
  const GstKsJsonShape shape = { each, G_N_ELEMENTS (each), data };
  Pad *pad = data;

  pad->items_at = *at;
  return gst_ks_json_read_list (reader, at, json, &shape);
}

static gboolean
add_pad (GstKsJsonReader * reader, const Pad * pad)
{
  GError *error = NULL;
  g_autoptr (GstKsFraming) framing =
      gst_ks_framing_new ((const GstKsFramingItem *) pad->items->data,
      pad->items->len, NULL, &error);

  if (framing == NULL)
    return gst_ks_json_fail_error (reader, &pad->items_at, error);
  if (!gst_ks_graph_add_pad (pad->draft->graph, pad->name, framing, &error))
    return gst_ks_json_fail_error (reader, &pad->name_at, error);
  return TRUE;
}

static gboolean
read_pad (GstKsJsonReader * reader, const GstKsJsonPlace * at, json_t * json,
    gpointer data)
{
  const GstKsJsonMember members[] = {
    {"name", TRUE, read_pad_name},
    {"items", TRUE, read_pad_items},
  };
  g_autoptr (GArray) items =
      g_array_new (FALSE, FALSE, sizeof (GstKsFramingItem));
  Pad pad = { data, NULL, {NULL}, {NULL}, items };
  const GstKsJsonShape shape = { members, G_N_ELEMENTS (members), &pad };

  return gst_ks_json_read_object (reader, at, json, &shape)
      && add_pad (reader, &pad);
}

static gboolean
read_end (GstKsJsonReader * reader, const GstKsJsonPlace * at, json_t * json,
    gpointer data)
{
  Edge *edge = data;
  const gchar *name = gst_ks_json_read_string (reader, at, json);

  if (name == NULL)
    return FALSE;
  if (gst_ks_graph_find_pad (edge->draft->graph, name) < 0)
    return gst_ks_json_fail (reader, at, "there is no pad '%.*s'",
        gst_ks_text_shown (name), name);
  *(g_str_equal (at->name, "a") ? &edge->edge.a : &edge->edge.b) = name;
  return TRUE;
}

static gboolean
read_edge_kind (GstKsJsonReader * reader, const GstKsJsonPlace * at,
    json_t * json, gpointer data)
{
  Edge *edge = data;
  const gchar *word = gst_ks_json_read_string (reader, at, json);

  if (word == NULL)
    return FALSE;
  edge->edge.kind = g_str_equal (word, "may") ? GST_KS_EDGE_KIND_MAY
      : GST_KS_EDGE_KIND_MUST;
  if (g_str_equal (word, "may") || g_str_equal (word, "must"))
    return TRUE;
  return gst_ks_json_fail (reader, at, "'%.*s' is neither must nor may",
      gst_ks_text_shown (word), word);
}

static gboolean
read_copy_cost (GstKsJsonReader * reader, const GstKsJsonPlace * at,
    json_t * json, gpointer data)
{
  Edge *edge = data;
  gint64 cost;

  if (!gst_ks_json_read_integer (reader, at, json, &cost))
    return FALSE;
  if (cost < 0 || cost > G_MAXUINT)
    return gst_ks_json_fail (reader, at, "copies are 0 to %u", G_MAXUINT);
  edge->edge.copy_cost = (guint) cost;
  return TRUE;
}

static gboolean
read_edge_weight (GstKsJsonReader * reader, const GstKsJsonPlace * at,
    json_t * json, gpointer data)
{
  Edge *edge = data;
  gboolean joined = g_str_equal (at->name, "in-place-weight");
  Slot slot = { &gst_ks_form_weight, edge->draft->words,
    joined ? &edge->edge.in_place_weight : &edge->edge.not_in_place_weight
  };

  return read_number (reader, at, json, &slot);
}

static gboolean
read_ratio (GstKsJsonReader * reader, const GstKsJsonPlace * at, json_t * json,
    gpointer data)
{
  Edge *edge = data;
  const gchar *text = gst_ks_json_read_string (reader, at, json);
  Slot slot = { &gst_ks_form_ratio, edge->draft->words, &edge->edge.ratio };

  return text != NULL && read_text (reader, at, text, &slot);
}

static gboolean
read_edge (GstKsJsonReader * reader, const GstKsJsonPlace * at, json_t * json,
    gpointer data)
{
  const GstKsJsonMember members[] = {
    {"a", TRUE, read_end},
    {"b", TRUE, read_end},
    {"kind", FALSE, read_edge_kind},
    {"copy-cost", FALSE, read_copy_cost},
    {"in-place-weight", FALSE, read_edge_weight},
    {"not-in-place-weight", FALSE, read_edge_weight},
    {"ratio", FALSE, read_ratio},
  };
  Edge edge = { data, GST_KS_EDGE_INIT (NULL, NULL, GST_KS_EDGE_KIND_MUST) };
  const GstKsJsonShape shape = { members, G_N_ELEMENTS (members), &edge };
  GError *error = NULL;

  if (!gst_ks_json_read_object (reader, at, json, &shape))
    return FALSE;
  if (gst_ks_graph_add_edge (edge.draft->graph, &edge.edge, &error))
    return TRUE;
  return gst_ks_json_fail_error (reader, at, error);
}

static gboolean
read_strategy (GstKsJsonReader * reader, const GstKsJsonPlace * at,
    json_t * json, gpointer data)
{
  Draft *draft = data;
  const gchar *word = gst_ks_json_read_string (reader, at, json);
  g_autoptr (GString) known = g_string_new (gst_ks_strategy_to_string (0));
  GstKsStrategy strategy;

  if (word == NULL)
    return FALSE;
  if (gst_ks_strategy_from_string (word, &strategy)) {
    gst_ks_graph_set_strategy (draft->graph, strategy);
    return TRUE;
  }
  for (guint i = 1; gst_ks_strategy_to_string (i) != NULL; i++)
    g_string_append_printf (known, ", %s", gst_ks_strategy_to_string (i));
  return gst_ks_json_fail (reader, at, "unknown strategy '%.*s'; known: %s",
      gst_ks_text_shown (word), word, known->str);
}

static gboolean
read_kind (GstKsJsonReader * reader, const GstKsJsonPlace * at, json_t * json,
    gpointer data)
{
  Draft *draft = data;
  gboolean mappable = g_str_equal (at->parent->name, "mappable");
  const gchar *kind = NULL;
  Slot slot = { &gst_ks_form_kind, draft->words, &kind };
  GError *error = NULL;

  if (!read_word (reader, at, json, &slot))
    return FALSE;
  if (mappable ? gst_ks_graph_add_mappable (draft->graph, kind, &error)
      : gst_ks_graph_add_framework_can_allocate (draft->graph, kind, &error))
    return TRUE;
  return gst_ks_json_fail_error (reader, at, error);
}

static gboolean
read_kinds (GstKsJsonReader * reader, const GstKsJsonPlace * at, json_t * json,
    gpointer data)
{
  const GstKsJsonMember each[] = { {NULL, FALSE, read_kind} };
  const GstKsJsonShape shape = { each, G_N_ELEMENTS (each), data };

  if (json_array_size (json) > MAX_KINDS)
    return gst_ks_json_fail (reader, at, "more than %d kinds", MAX_KINDS);
  return gst_ks_json_read_list (reader, at, json, &shape);
}

static gboolean
read_pads (GstKsJsonReader * reader, const GstKsJsonPlace * at, json_t * json,
    gpointer data)
{
  const GstKsJsonMember each[] = { {NULL, FALSE, read_pad} };
  const GstKsJsonShape shape = { each, G_N_ELEMENTS (each), data };

  return gst_ks_json_read_list (reader, at, json, &shape);
}

static gboolean
keep_edges (GstKsJsonReader * reader, const GstKsJsonPlace * at, json_t * json,
    gpointer data)
{
  Draft *draft = data;

  draft->edges = json;
  draft->edges_at = *at;
  return TRUE;
}

static gboolean
read_graph (GstKsJsonReader * reader, json_t * root, Draft * draft)
{
  const GstKsJsonMember members[] = {
    {"strategy", FALSE, read_strategy},
    {"pads", TRUE, read_pads},
    {"edges", FALSE, keep_edges},
    {"mappable", FALSE, read_kinds},
    {"framework-can-allocate", FALSE, read_kinds},
  };
  const GstKsJsonShape shape = { members, G_N_ELEMENTS (members), draft };
  const GstKsJsonMember each[] = { {NULL, FALSE, read_edge} };
  const GstKsJsonShape edges = { each, G_N_ELEMENTS (each), draft };

  if (!gst_ks_json_read_object (reader, NULL, root, &shape))
    return FALSE;
  return draft->edges == NULL || gst_ks_json_read_list (reader,
      &draft->edges_at, draft->edges, &edges);
}

/**
 * gst_ks_graph_from_json:
 * @json: UTF-8 text
 * @size: bytes of @json, at most 16 MiB
 * @invalid: (out) (optional) (transfer full) (nullable): what is wrong as a
 *   plan, of which gst_ks_plan_to_json() makes JSON; %NULL on success
 * @error: return location for a #GError
 *
 * Reads a graph; docs/plan.schema.json describes the form. What is not known
 * is refused: members, words, pads. So are members that are there twice, whole
 * numbers that do not fit, and any other number.
 *
 * Fails with %GST_KS_ERROR_SYNTAX; the message has the way to the value, such
 * as `pads[3].items[0].size`, line and column, and the reason. Any thread.
 *
 * Returns: (transfer full) (nullable): the graph
 *
 * Since: 0.9
 */
GstKsGraph *
gst_ks_graph_from_json (const gchar * json, gsize size, GstKsPlan ** invalid,
    GError ** error)
{
  g_auto (GstKsJsonReader) reader = { json, size, NULL, NULL };
  g_autoptr (GstKsGraph) graph = gst_ks_graph_new ();
  g_autoptr (GStringChunk) words = g_string_chunk_new (256);
  g_autoptr (json_t) root = NULL;
  Draft draft = { graph, words, NULL, {NULL} };

  g_return_val_if_fail (json != NULL || size == 0, NULL);

  if (invalid != NULL)
    *invalid = NULL;
  root = gst_ks_json_load (&reader);
  if (root != NULL && read_graph (&reader, root, &draft))
    return g_steal_pointer (&graph);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX, "%s: %s",
      reader.where, reader.reason);
  if (invalid != NULL)
    *invalid = gst_ks_plan_new_invalid (reader.where, reader.reason);
  return NULL;
}
