/* The map of memory as a picture: a strip for each kind, a box for each block.
 *
 * All strips have one scale, so that widths can be compared: the largest kind is
 * as wide as the picture. A kind of which next to nothing is there gets a strip
 * that can still be seen.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksmapfile.h"
#include "gstkstable.h"

#include <string.h>

/* Pixels. */
#define MARGIN 16.0
#define WIDTH 960.0             /* of the largest strip */
#define LEAST_WIDTH 24.0        /* of a strip */
#define SUMMARY_HEIGHT 12.0
#define STRIP_HEIGHT 36.0
#define HEAD_HEIGHT 92.0        /* title, legend, summary */
#define KIND_HEIGHT 98.0        /* a strip with what stands above and below it */
#define LINE_HEIGHT 13.0
#define LETTER 6.4              /* about as wide as one is on average */

typedef struct
{
  const gchar *state;
  const gchar *bytes;           /* field of the sum */
  const gchar *meaning;
  const gchar *fill;
  const gchar *ink;             /* of words on it */
} Look;

static const Look looks[] = {
  {"out", "out-bytes", "somebody has it", "#c0501e", "#ffffff"},
  {"ready", "ready-bytes", "a pool keeps it", "#e9b44c", "#222222"},
  {"idle", "idle-bytes", "in the store", "#d5e0e6", "#222222"},
};

typedef struct
{
  gdouble x, y, width;
} Spot;

static guint64
count_of (const GstStructure * structure, const gchar * field)
{
  guint64 n = 0;

  (void) gst_structure_get_uint64 (structure, field, &n);
  return n;
}

static const Look *
look_of (const GstStructure * block)
{
  const gchar *state = gst_structure_get_string (block, "state");

  for (guint i = 0; i < G_N_ELEMENTS (looks); i++) {
    if (g_str_equal (looks[i].state, state))
      return &looks[i];
  }
  return &looks[0];
}

/* --- words --- */

/* No character that XML cannot have, nor one that a terminal obeys. */
static gchar *
escape (const gchar * words)
{
  g_autofree gchar *valid = g_utf8_make_valid (words, -1);

  gst_ks_table_make_plain (valid, FALSE);
  return g_markup_escape_text (valid, -1);
}

static gchar *
words_of_bytes (guint64 bytes)
{
  return g_format_size_full (bytes, G_FORMAT_SIZE_IEC_UNITS);
}

static gchar *
words_of_time (GstClockTime time)
{
  if (time < GST_SECOND)
    return g_strdup_printf ("%u ms", (guint) (time / GST_MSECOND));
  if (time < 100 * GST_SECOND)
    return g_strdup_printf ("%u.%u s", (guint) (time / GST_SECOND),
        (guint) (time % GST_SECOND * 10 / GST_SECOND));
  return g_strdup_printf ("%" G_GUINT64_FORMAT " min",
      (guint64) (time / (60 * GST_SECOND)));
}

/* As much of it as there is room for; NULL: nothing. */
static gchar *
fit (const gchar * words, gdouble width)
{
  glong room = width / LETTER, length;
  g_autofree gchar *valid = g_utf8_make_valid (words, -1);
  g_autofree gchar *start = NULL;

  length = g_utf8_strlen (valid, -1);
  if (length <= room)
    return g_steal_pointer (&valid);
  if (room < 4)
    return NULL;
  start = g_utf8_substring (valid, 0, room - 1);
  return g_strconcat (start, "…", NULL);
}

/* --- marks --- */

static void
append_number (GString * svg, const gchar * attribute, gdouble number)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (text, sizeof text, "%.2f", number);
  g_string_append_printf (svg, " %s=\"%s\"", attribute, text);
}

static void
append_text (GString * svg, const Spot * spot, const gchar * more,
    const gchar * words)
{
  g_autofree gchar *escaped = escape (words);

  g_string_append (svg, "<text");
  append_number (svg, "x", spot->x);
  append_number (svg, "y", spot->y);
  g_string_append_printf (svg, "%s>%s</text>\n", more, escaped);
}

static void
append_box (GString * svg, const Spot * spot, gdouble height,
    const Look * look, gboolean shared, const gchar * title)
{
  g_autofree gchar *escaped = escape (title);

  g_string_append (svg, "<rect");
  append_number (svg, "x", spot->x);
  append_number (svg, "y", spot->y);
  append_number (svg, "width", spot->width);
  append_number (svg, "height", height);
  g_string_append_printf (svg, " class=\"%s%s\"><title>%s</title></rect>\n",
      look->state, shared ? " shared" : "", escaped);
}

/* --- a block --- */

static gchar *
describe_block (const GstStructure * block)
{
  g_autoptr (GString) words =
      g_string_new (gst_structure_get_string (block, "state"));
  g_autofree gchar *size = words_of_bytes (count_of (block, "size"));
  g_autofree gchar *made = words_of_time (count_of (block, "made"));
  const gchar *owner = gst_structure_get_string (block, "owner");
  const gchar *pad = gst_structure_get_string (block, "pad");
  const gchar *holder = gst_structure_get_string (block, "holder");
  gboolean shared = FALSE;

  if (gst_structure_has_field (block, "age")) {
    g_autofree gchar *age = words_of_time (count_of (block, "age"));

    g_string_append_printf (words, " for %s", age);
  }
  g_string_append_printf (words, "; %s; ", size);
  g_string_append_printf (words, owner ? "of %s" : "of nobody by name", owner);
  if (holder != NULL)
    g_string_append_printf (words, ", held by %s", holder);
  if (pad != NULL)
    g_string_append_printf (words, ", came through %s", pad);
  (void) gst_structure_get_boolean (block, "shared", &shared);
  if (shared)
    g_string_append (words, "; shared");
  g_string_append_printf (words, "; made %s ago", made);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
append_block (GString * svg, const Spot * spot, const GstStructure * block)
{
  const Look *look = look_of (block);
  g_autofree gchar *title = describe_block (block);
  gboolean shared = FALSE;

  (void) gst_structure_get_boolean (block, "shared", &shared);
  append_box (svg, spot, STRIP_HEIGHT, look, shared, title);
  if (gst_structure_has_field (block, "age")) {
    g_autofree gchar *age = words_of_time (count_of (block, "age"));
    g_autofree gchar *more = g_strdup_printf (" class=\"age\" fill=\"%s\"",
        look->ink);
    const Spot middle = { spot->x + spot->width / 2,
      spot->y + STRIP_HEIGHT / 2 + 4
    };

    if (strlen (age) * LETTER < spot->width)
      append_text (svg, &middle, more, age);
  }
}

/* --- a kind --- */

static const GstStructure *
member (const GValue * list, guint i)
{
  return gst_value_get_structure (gst_value_array_get_value (list, i));
}

/* What stands below blocks side by side that have it in common. */
typedef struct
{
  const gchar *field;
  const gchar *word;            /* between their number and its value */
  const gchar *none;            /* instead of a value; NULL: nothing is said */
} Label;

static const Label labels[] = {
  {"owner", "×", "nobody by name"},
  {"holder", "in", NULL},
};

static gboolean
has_same (const GstStructure * a, const GstStructure * b, guint n_labels)
{
  for (guint i = 0; i < n_labels; i++) {
    if (g_strcmp0 (gst_structure_get_string (a, labels[i].field),
            gst_structure_get_string (b, labels[i].field)) != 0)
      return FALSE;
  }
  return look_of (a) == look_of (b);
}

static void
append_label (GString * svg, const Spot * spot, guint which,
    const GstStructure * block, guint n)
{
  const Label *label = &labels[which];
  const gchar *value = gst_structure_get_string (block, label->field);
  const Spot below = { spot->x + 1,
    spot->y + STRIP_HEIGHT + (which + 1) * LINE_HEIGHT
  };
  g_autofree gchar *all = NULL, *words = NULL;

  if (value == NULL)
    value = label->none;
  if (value == NULL)
    return;
  all = g_strdup_printf ("%u %s %s", n, label->word, value);
  words = fit (all, spot->width);
  if (words != NULL)
    append_text (svg, &below, " class=\"owner\"", words);
}

static gdouble
width_of (const GstStructure * block, gdouble scale)
{
  return count_of (block, "size") * scale;
}

/* One label for each row of blocks that have it, and those before it, in common. */
static void
append_labels (GString * svg, const Spot * strip, const GValue * list,
    gdouble scale, guint which)
{
  guint n = gst_value_array_get_size (list), n_group = 0;
  Spot group = { strip->x, strip->y, 0 };

  for (guint i = 0; i < n; i++) {
    const GstStructure *block = member (list, i);

    group.width += width_of (block, scale);
    n_group++;
    if (i + 1 < n && has_same (block, member (list, i + 1), which + 1))
      continue;
    append_label (svg, &group, which, block, n_group);
    group.x += group.width;
    group.width = 0;
    n_group = 0;
  }
}

static void
append_strip (GString * svg, const Spot * strip, const GstStructure * kind)
{
  const GValue *list = gst_structure_get_value (kind, "list");
  gdouble scale = strip->width / count_of (kind, "bytes");
  Spot spot = *strip;

  for (guint i = 0; i < gst_value_array_get_size (list); i++) {
    spot.width = width_of (member (list, i), scale);
    append_block (svg, &spot, member (list, i));
    spot.x += spot.width;
  }
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    append_labels (svg, strip, list, scale, i);
}

static gchar *
describe_kind (const GstStructure * kind)
{
  const gchar *device = gst_structure_get_string (kind, "device");
  g_autofree gchar *bytes = words_of_bytes (count_of (kind, "bytes"));

  return g_strdup_printf ("%s%s%s: %s in %u blocks, %u out, %u ready, %u idle",
      gst_structure_get_string (kind, "kind"), device ? " " : "",
      device ? device : "", bytes, (guint) count_of (kind, "blocks"),
      (guint) count_of (kind, "out"), (guint) count_of (kind, "ready"),
      (guint) count_of (kind, "idle"));
}

static void
append_kind (GString * svg, gdouble y, gdouble scale, const GstStructure * kind)
{
  g_autofree gchar *words = describe_kind (kind);
  const Spot head = { MARGIN, y + 18 };
  const Spot strip = { MARGIN, y + 24,
    MAX (count_of (kind, "bytes") * scale, LEAST_WIDTH)
  };

  append_text (svg, &head, " class=\"kind\"", words);
  append_strip (svg, &strip, kind);
}

/* --- all of it --- */

static void
append_legend (GString * svg, const GstStructure * map)
{
  Spot spot = { MARGIN, 46, 12 };

  for (guint i = 0; i < G_N_ELEMENTS (looks); i++) {
    g_autofree gchar *bytes = words_of_bytes (count_of (map, looks[i].bytes));
    g_autofree gchar *words = g_strdup_printf ("%s (%s): %u, %s",
        looks[i].state, looks[i].meaning,
        (guint) count_of (map, looks[i].state), bytes);
    const Spot beside = { spot.x + 18, spot.y + 11 };

    append_box (svg, &spot, 12, &looks[i], FALSE, looks[i].meaning);
    append_text (svg, &beside, "", words);
    spot.x += 250;
  }
  append_box (svg, &spot, 12, &looks[0], TRUE, "shared");
  spot.x += 18;
  spot.y += 11;
  append_text (svg, &spot, "", "shared: several refer to it");
}

static void
append_summary (GString * svg, const GstStructure * map)
{
  guint64 all = count_of (map, "bytes");
  Spot spot = { MARGIN, 68, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (looks); i++) {
    guint64 bytes = count_of (map, looks[i].bytes);
    g_autofree gchar *size = words_of_bytes (bytes);
    g_autofree gchar *title = g_strdup_printf ("%s: %s of all kinds",
        looks[i].state, size);

    spot.width = all > 0 ? WIDTH * bytes / all : 0;
    if (bytes > 0)
      append_box (svg, &spot, SUMMARY_HEIGHT, &looks[i], FALSE, title);
    spot.x += spot.width;
  }
}

static void
append_title (GString * svg, const GstStructure * map)
{
  gboolean peak =
      g_str_equal (gst_structure_get_string (map, "moment"), "peak");
  g_autofree gchar *bytes = words_of_bytes (count_of (map, "bytes"));
  g_autofree gchar *ago = words_of_time (count_of (map, "ago"));
  g_autoptr (GString) words = g_string_new (NULL);
  const Spot spot = { MARGIN, 28 };

  g_string_printf (words, "%u blocks, %s%s", (guint) count_of (map, "blocks"),
      bytes, peak ? " at the peak" : "");
  if (peak)
    g_string_append_printf (words, ", %s before the end", ago);
  append_text (svg, &spot, " class=\"title\"", words->str);
}

static void
append_head (GString * svg, guint n_kinds)
{
  g_string_append (svg, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
  append_number (svg, "width", WIDTH + 2 * MARGIN);
  append_number (svg, "height", HEAD_HEIGHT + n_kinds * KIND_HEIGHT + MARGIN);
  g_string_append (svg, " font-family=\"sans-serif\" font-size=\"12\">\n"
      "<style>rect { stroke: #333; stroke-width: 0.5 } .shared { stroke: #000; "
      "stroke-width: 2; stroke-dasharray: 4 2 } ");
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    g_string_append_printf (svg, ".%s { fill: %s } ", looks[i].state,
        looks[i].fill);
  g_string_append (svg, ".title { font-size: 16px; font-weight: bold } "
      ".kind { font-weight: bold } .owner { fill: #444; font-size: 11px } "
      ".age { text-anchor: middle; font-size: 11px }</style>\n"
      "<rect width=\"100%\" height=\"100%\" style=\"fill: #fff; stroke: none\"/>\n");
}

gchar *
gst_ks_map_to_svg (const GstStructure * map)
{
  const GValue *kinds = gst_structure_get_value (map, "kinds");
  guint n = gst_value_array_get_size (kinds);
  GString *svg = g_string_new (NULL);
  guint64 most = 1;

  for (guint i = 0; i < n; i++)
    most = MAX (most, count_of (member (kinds, i), "bytes"));
  append_head (svg, n);
  append_title (svg, map);
  append_legend (svg, map);
  append_summary (svg, map);
  for (guint i = 0; i < n; i++)
    append_kind (svg, HEAD_HEIGHT + i * KIND_HEIGHT, WIDTH / most,
        member (kinds, i));
  g_string_append (svg, "</svg>\n");
  return g_string_free (svg, FALSE);
}
