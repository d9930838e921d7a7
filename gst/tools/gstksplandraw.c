/* Plans for people: a picture in the language of Graphviz's dot.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * One box an element, pads that frames enter above its name and pads that they
 * leave below; a pad has the colour of its segment. A copy in an element is a
 * red line of text in its box, one between elements a red dashed edge. Long
 * graphs are broken into columns, or they would be one line of boxes that no
 * screen can show.
 */
#include "gstksplantext.h"

#include <string.h>

#include "gstkstable.h"

#define RED "#c62828"
#define MIN_ROWS 8              /* boxes in a column */
#define N_HUES 12

typedef struct
{
  gchar *name;                  /* owned */
  GArray *pads;                 /* of guint, indexes in the graph */
  guint rank;                   /* boxes above it, in one long column */
} Box;

typedef struct
{
  const GstKsPlan *plan;
  const GstKsGraph *graph;
  const GstKsToolNotes *notes;  /* NULL: none */
  GString *text;
  GPtrArray *boxes;             /* of Box */
  guint n_pads;
  guint *box_of;                /* of each pad; owned */
  gboolean *leaves;             /* each pad: frames leave the element there; owned */
  const GstKsSegment **segment_of;      /* of each pad; NULL: none; owned */
  guint *number_of;             /* of its segment; owned */
  const GstKsCut **cut_of;      /* of each edge; NULL: joined; owned */
  guint rows;                   /* boxes in a column */
} Drawing;

static void
box_free (gpointer data)
{
  Box *box = data;

  g_free (box->name);
  g_array_unref (box->pads);
  g_free (box);
}

static void
drawing_clear (Drawing * d)
{
  g_ptr_array_unref (d->boxes);
  g_free (d->box_of);
  g_free (d->leaves);
  g_free (d->segment_of);
  g_free (d->number_of);
  g_free (d->cut_of);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Drawing, drawing_clear);

/* Bytes of the element's name in that of a pad. */
static gsize
element_length (const gchar * pad)
{
  const gchar *colon = strrchr (pad, ':');

  return colon != NULL && colon > pad ? (gsize) (colon - pad) : strlen (pad);
}

static const gchar *
pad_word (const gchar * pad)
{
  gsize n = element_length (pad);

  return pad[n] == ':' ? pad + n + 1 : "";
}

static Box *
box_at (const Drawing * d, guint index)
{
  return d->boxes->pdata[index];
}

static void
add_to_box (Drawing * d, GHashTable * by_name, guint pad)
{
  const gchar *name = gst_ks_graph_peek_pad_name (d->graph, pad);
  g_autofree gchar *element = g_strndup (name, element_length (name));
  gpointer index;

  if (!g_hash_table_lookup_extended (by_name, element, NULL, &index)) {
    Box *box = g_new0 (Box, 1);

    index = GUINT_TO_POINTER (d->boxes->len);
    box->name = g_steal_pointer (&element);
    box->pads = g_array_new (FALSE, FALSE, sizeof (guint));
    g_ptr_array_add (d->boxes, box);
    g_hash_table_insert (by_name, box->name, index);
  }
  d->box_of[pad] = GPOINTER_TO_UINT (index);
  g_array_append_val (box_at (d, d->box_of[pad])->pads, pad);
}

static void
find_boxes (Drawing * d)
{
  g_autoptr (GHashTable) by_name = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < d->n_pads; i++)
    add_to_box (d, by_name, i);
}

static guint
pad_index (const Drawing * d, const gchar * name)
{
  return (guint) gst_ks_graph_find_pad (d->graph, name);
}

/* Frames leave where an edge to another element begins, and where one through
 * the element ends. */
static void
find_leaves (Drawing * d)
{
  for (guint i = 0; i < gst_ks_graph_get_n_edges (d->graph); i++) {
    const GstKsEdge *edge = gst_ks_graph_peek_edge (d->graph, i);
    guint a = pad_index (d, edge->a), b = pad_index (d, edge->b);

    d->leaves[d->box_of[a] == d->box_of[b] ? b : a] = TRUE;
  }
}

/* A graph may show more than was planned, or less: pads and edges are found by
 * their names. */
static void
find_segments (Drawing * d)
{
  for (guint i = 0; i < gst_ks_plan_get_n_segments (d->plan); i++) {
    const GstKsSegment *s = gst_ks_plan_peek_segment (d->plan, i);

    for (guint j = 0; j < s->n_pads; j++) {
      gint pad = gst_ks_graph_find_pad (d->graph, s->pads[j]);

      if (pad < 0)
        continue;
      d->segment_of[pad] = s;
      d->number_of[pad] = i;
    }
  }
}

static void
find_cuts (Drawing * d)
{
  for (guint i = 0; i < gst_ks_graph_get_n_edges (d->graph); i++) {
    const GstKsEdge *edge = gst_ks_graph_peek_edge (d->graph, i);

    for (guint c = 0; c < gst_ks_plan_get_n_cuts (d->plan); c++) {
      const GstKsCut *cut = gst_ks_plan_peek_cut (d->plan, c);

      if (g_str_equal (cut->a, edge->a) && g_str_equal (cut->b, edge->b))
        d->cut_of[i] = cut;
    }
  }
}

/* Box b is below box a, if there is room below; TRUE when it moved. */
static gboolean
push_down (Drawing * d, const GstKsEdge * edge)
{
  guint a = d->box_of[pad_index (d, edge->a)];
  guint b = d->box_of[pad_index (d, edge->b)];
  guint rank = box_at (d, a)->rank + 1;

  if (a == b || box_at (d, b)->rank >= rank || rank >= d->boxes->len)
    return FALSE;
  box_at (d, b)->rank = rank;
  return TRUE;
}

/* The most boxes side by side. */
static guint
widest_rank (const Drawing * d)
{
  g_autofree guint *counts = g_new0 (guint, d->boxes->len + 1);
  guint widest = 1;

  for (guint i = 0; i < d->boxes->len; i++) {
    guint rank = box_at (d, i)->rank;

    counts[rank]++;
    widest = MAX (widest, counts[rank]);
  }
  return widest;
}

/* As deep as wide, about: columns of a graph with many branches would only
 * tangle their edges. */
static void
choose_rows (Drawing * d, guint deepest)
{
  guint64 boxes = (guint64) deepest * widest_rank (d);

  d->rows = MIN_ROWS;
  while ((guint64) d->rows * d->rows < boxes)
    d->rows++;
}

/* Ranks need as many rounds as the graph is deep when its edges come last
 * first; a cycle would go on for ever, so rounds are counted. */
static void
find_ranks (Drawing * d)
{
  gboolean moved = TRUE;
  guint deepest = 0;

  for (guint round = 0; moved && round < d->boxes->len; round++) {
    moved = FALSE;
    for (guint i = 0; i < gst_ks_graph_get_n_edges (d->graph); i++)
      moved |= push_down (d, gst_ks_graph_peek_edge (d->graph, i));
  }
  for (guint i = 0; i < d->boxes->len; i++)
    deepest = MAX (deepest, box_at (d, i)->rank);
  choose_rows (d, deepest);
}

static guint
column_of (const Drawing * d, guint box)
{
  return box_at (d, box)->rank / d->rows;
}

/* What dot takes in its tables. */
static void
append_escaped (GString * text, const gchar * words)
{
  g_autofree gchar *line = g_utf8_make_valid (words, -1);
  g_autofree gchar *escaped = NULL;

  gst_ks_table_make_plain (line, FALSE);
  escaped = g_markup_escape_text (line, -1);
  /* dot takes backslashes for signs of its own */
  for (const gchar * at = escaped; *at != '\0'; at++) {
    if (*at == '\\')
      g_string_append (text, "\\\\");
    else
      g_string_append_c (text, *at);
  }
}

/* A line below; TABLE may be NULL. */
static void
append_note (GString * text, GHashTable * table, const gchar * name)
{
  const gchar *note = table ? g_hash_table_lookup (table, name) : NULL;

  if (note == NULL)
    return;
  g_string_append (text, "<BR/><FONT POINT-SIZE=\"10\">");
  append_escaped (text, note);
  g_string_append (text, "</FONT>");
}

/* Light enough for black words, and unlike its neighbours. */
static void
append_colour (GString * text, guint number, gboolean light)
{
  static const gchar *const lights[N_HUES] = {
    "#bbdefb", "#c8e6c9", "#ffe0b2", "#e1bee7", "#b2ebf2", "#fff59d",
    "#d7ccc8", "#f8bbd0", "#dcedc8", "#c5cae9", "#ffccbc", "#b2dfdb"
  };
  static const gchar *const darks[N_HUES] = {
    "#1565c0", "#2e7d32", "#ef6c00", "#6a1b9a", "#00838f", "#9e9d24",
    "#4e342e", "#ad1457", "#558b2f", "#283593", "#bf360c", "#00695c"
  };

  g_string_append (text, (light ? lights : darks)[number % N_HUES]);
}

static gboolean
in_conflict (const Drawing * d, const gchar * pad)
{
  const GstKsConflict *conflict = gst_ks_plan_peek_conflict (d->plan);

  for (guint i = 0; conflict != NULL && i < conflict->n_pads; i++) {
    if (g_str_equal (conflict->pads[i], pad))
      return TRUE;
  }
  return FALSE;
}

static void
append_segment (GString * text, const GstKsSegment * s)
{
  g_autofree gchar *bytes = gst_ks_tool_bytes (s->block);

  g_string_append (text, "<BR/><FONT POINT-SIZE=\"10\">");
  append_escaped (text, s->memory);
  if (s->device != NULL) {
    g_string_append_c (text, ' ');
    append_escaped (text, s->device);
  }
  g_string_append (text, s->frames > 0 || s->block > 0 ? "<BR/>" : "");
  if (s->frames > 0)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT " × ", s->frames);
  g_string_append_printf (text, "%s</FONT>",
      s->block > 0 ? bytes : s->frames > 0 ? "any size" : "");
}

static void
append_pad (Drawing * d, guint pad)
{
  const gchar *name = gst_ks_graph_peek_pad_name (d->graph, pad);
  const GstKsSegment *s = d->segment_of[pad];
  gboolean allocates = s != NULL && g_strcmp0 (s->allocator, name) == 0;
  GString *text = d->text;

  g_string_append_printf (text, "<TD PORT=\"p%u\" BGCOLOR=\"", pad);
  if (s != NULL)
    append_colour (text, d->number_of[pad], TRUE);
  else
    g_string_append (text, in_conflict (d, name) ? "#ffcdd2" : "#ffffff");
  g_string_append_printf (text, "\"%s>", in_conflict (d, name)
      ? " COLOR=\"" RED "\" BORDER=\"2\"" : "");
  append_escaped (text, *pad_word (name) != '\0' ? pad_word (name) : " ");
  if (allocates)
    g_string_append (text, " <B>allocates</B>");
  if (s != NULL)
    append_segment (text, s);
  if (d->notes != NULL)
    append_note (text, d->notes->pads, name);
  g_string_append (text, "</TD>");
}

static void
append_pads (Drawing * d, const Box * box, gboolean leaves)
{
  gboolean begun = FALSE;

  for (guint i = 0; i < box->pads->len; i++) {
    guint pad = g_array_index (box->pads, guint, i);

    if (d->leaves[pad] != leaves)
      continue;
    if (!begun)
      g_string_append (d->text, "<TR><TD BORDER=\"0\" CELLPADDING=\"0\"><TABLE "
          "BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"0\" CELLPADDING=\"3\">"
          "<TR>");
    begun = TRUE;
    append_pad (d, pad);
  }
  if (begun)
    g_string_append (d->text, "</TR></TABLE></TD></TR>");
}

/* The cut of an edge that begins and ends in the box; else NULL. */
static const GstKsCut *
inner_cut (const Drawing * d, guint box, guint index)
{
  const GstKsEdge *edge = gst_ks_graph_peek_edge (d->graph, index);

  if (d->cut_of[index] == NULL || d->box_of[pad_index (d, edge->a)] != box
      || d->box_of[pad_index (d, edge->b)] != box)
    return NULL;
  return d->cut_of[index];
}

static gboolean
has_inner_cut (const Drawing * d, guint box)
{
  for (guint i = 0; i < gst_ks_graph_get_n_edges (d->graph); i++) {
    if (inner_cut (d, box, i) != NULL)
      return TRUE;
  }
  return FALSE;
}

static void
append_cut_words (GString * text, const GstKsCut * cut)
{
  g_string_append_printf (text, "copy: %s",
      gst_ks_plan_code_to_string (cut->code));
}

/* Copies in the element. */
static void
append_inner_cuts (Drawing * d, guint box)
{
  for (guint i = 0; i < gst_ks_graph_get_n_edges (d->graph); i++) {
    const GstKsCut *cut = inner_cut (d, box, i);

    if (cut == NULL)
      continue;
    g_string_append (d->text, "<BR/><FONT COLOR=\"" RED "\" POINT-SIZE=\"11\">"
        "✂ ");
    append_cut_words (d->text, cut);
    if (d->notes != NULL)
      append_note (d->text, d->notes->cuts, cut->a);
    g_string_append (d->text, "</FONT>");
  }
}

static void
append_box (Drawing * d, guint index)
{
  const Box *box = box_at (d, index);

  g_string_append_printf (d->text, "  e%u [label=<<TABLE BORDER=\"0\" "
      "CELLBORDER=\"1\" CELLSPACING=\"0\" CELLPADDING=\"4\">", index);
  append_pads (d, box, FALSE);
  g_string_append_printf (d->text, "<TR><TD %s><B>", has_inner_cut (d, index)
      ? "BGCOLOR=\"#ffebee\" COLOR=\"" RED "\" BORDER=\"3\""
      : "BGCOLOR=\"#ffffff\"");
  append_escaped (d->text, *box->name != '\0' ? box->name : " ");
  g_string_append (d->text, "</B>");
  if (d->notes != NULL)
    append_note (d->text, d->notes->elements, box->name);
  append_inner_cuts (d, index);
  g_string_append (d->text, "</TD></TR>");
  append_pads (d, box, TRUE);
  g_string_append (d->text, "</TABLE>>];\n");
}

static void
append_cut_edge (Drawing * d, const GstKsCut * cut)
{
  g_string_append (d->text, ", color=\"" RED "\", fontcolor=\"" RED "\", "
      "style=dashed, penwidth=2.5, label=<✂ ");
  append_cut_words (d->text, cut);
  g_string_append (d->text, ">");
}

static void
append_edge (Drawing * d, guint index)
{
  const GstKsEdge *edge = gst_ks_graph_peek_edge (d->graph, index);
  guint a = pad_index (d, edge->a), b = pad_index (d, edge->b);
  guint from = d->box_of[a], to = d->box_of[b];

  if (from == to)
    return;
  g_string_append_printf (d->text, "  e%u:p%u -> e%u:p%u [constraint=%s", from,
      a, to, b, column_of (d, from) == column_of (d, to) ? "true" : "false");
  if (d->cut_of[index] != NULL) {
    append_cut_edge (d, d->cut_of[index]);
  } else if (d->segment_of[a] != NULL) {
    g_string_append (d->text, ", penwidth=2, color=\"");
    append_colour (d->text, d->number_of[a], FALSE);
    g_string_append_c (d->text, '"');
  }
  g_string_append (d->text, "];\n");
}

/* The top boxes of the columns side by side, from left to right. */
static void
append_columns (Drawing * d)
{
  g_autoptr (GString) order = g_string_new (NULL);
  guint n_columns = 0;

  for (guint i = 0; i < d->boxes->len; i++)
    n_columns = MAX (n_columns, column_of (d, i) + 1);
  if (n_columns < 2)
    return;
  g_string_append (d->text, "  { rank=same;");
  for (guint column = 0; column < n_columns; column++) {
    for (guint i = 0; i < d->boxes->len; i++) {
      if (box_at (d, i)->rank != column * d->rows)
        continue;
      g_string_append_printf (d->text, " e%u;", i);
      g_string_append_printf (order, "%se%u", order->len > 0 ? " -> " : "", i);
    }
  }
  g_string_append_printf (d->text, " }\n  %s [style=invis];\n", order->str);
}

static void
append_drawing (Drawing * d)
{
  g_autofree gchar *summary = gst_ks_tool_plan_summary (d->plan);

  g_string_append (d->text, "digraph plan {\n  graph [fontname=\"sans-serif\", "
      "labelloc=t, nodesep=0.4, ranksep=0.4, bgcolor=\"#ffffff\", label=<");
  append_escaped (d->text, summary);
  g_string_append (d->text, ">];\n  node [fontname=\"sans-serif\", "
      "fontsize=13, shape=plain];\n  edge [fontname=\"sans-serif\", "
      "fontsize=11, color=\"#5b6672\", arrowsize=0.7];\n");
  for (guint i = 0; i < d->boxes->len; i++)
    append_box (d, i);
  append_columns (d);
  for (guint i = 0; i < gst_ks_graph_get_n_edges (d->graph); i++)
    append_edge (d, i);
  g_string_append (d->text, "}\n");
}

gchar *
gst_ks_tool_plan_draw (const GstKsPlan * plan, const GstKsGraph * graph,
    const GstKsToolNotes * notes)
{
  guint n = gst_ks_graph_get_n_pads (graph);
  g_auto (Drawing) d = {
    .plan = plan,
    .graph = graph,
    .notes = notes,
    .text = g_string_new (NULL),
    .boxes = g_ptr_array_new_with_free_func (box_free),
    .n_pads = n,
    .box_of = g_new0 (guint, n),
    .leaves = g_new0 (gboolean, n),
    .segment_of = g_new0 (const GstKsSegment *, n),
    .number_of = g_new0 (guint, n),
    .cut_of = g_new0 (const GstKsCut *, gst_ks_graph_get_n_edges (graph)),
  };

  find_boxes (&d);
  find_leaves (&d);
  find_segments (&d);
  find_cuts (&d);
  find_ranks (&d);
  append_drawing (&d);
  return g_string_free (d.text, FALSE);
}
