/* What stock GStreamer and a plan cost, as bars.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A figure has a pair of bars and a scale of its own: the longer bar of each
 * pair is as long as there is room. Colours follow the reader's light or dark
 * setting; without one the picture brings its own light ground.
 */
#include "gstkscompare.h"

#include <string.h>

#include "gstkstable.h"

#define WIDTH 760               /* pixels, as all here */
#define MARGIN 24
#define TOP 112                 /* where the first pair begins */
#define PAIR 46                 /* from one pair to the next */
#define BAR 14
#define BARS 190                /* where bars begin */
#define LONGEST 330
#define LINE_SHOWN 92           /* characters */

static const gchar style[] =
    "    .ground { fill: #fbfbf8; }\n"
    "    text { font: 14px sans-serif; fill: #22262b; }\n"
    "    .head { font-weight: bold; font-size: 16px; }\n"
    "    .note { font-size: 12px; fill: #4b525b; }\n"
    "    .line { font-size: 12px; font-family: monospace; fill: #4b525b; }\n"
    "    .stock { fill: #98a2ad; }\n"
    "    .planned { fill: #2a66b8; }\n"
    "    @media (prefers-color-scheme: dark) {\n"
    "      .ground { fill: #16191d; }\n"
    "      text { fill: #e6e9ec; }\n"
    "      .note, .line { fill: #b3bac2; }\n"
    "      .stock { fill: #7b8590; }\n"
    "      .planned { fill: #6ea8f5; }\n" "    }\n";

/* Takes WORDS. */
static void
append_text (GString * svg, gint x, gint y, const gchar * attributes,
    gchar * words)
{
  g_autofree gchar *valid = g_utf8_make_valid (words, -1);
  g_autofree gchar *escaped = NULL;

  gst_ks_table_make_plain (valid, FALSE);
  escaped = g_markup_escape_text (valid, -1);
  g_string_append_printf (svg, "  <text x=\"%d\" y=\"%d\"%s>%s</text>\n", x, y,
      attributes, escaped);
  g_free (words);
}

static void
append_rectangle (GString * svg, gint x, gint y, gint width, gint height,
    const gchar * what)
{
  g_string_append_printf (svg, "  <rect class=\"%s\" x=\"%d\" y=\"%d\" "
      "width=\"%d\" height=\"%d\" rx=\"2\"/>\n", what, x, y, width, height);
}

static gchar *
shorten (const gchar * line)
{
  g_autofree gchar *valid = g_utf8_make_valid (line, -1);
  g_autofree gchar *begin = NULL;

  if (g_utf8_strlen (valid, -1) <= LINE_SHOWN)
    return g_steal_pointer (&valid);
  begin = g_utf8_substring (valid, 0, LINE_SHOWN - 1);
  return g_strconcat (begin, "…", NULL);
}

/* --- the head --- */

static gchar *
describe (const GstKsComparison * comparison)
{
  guint n = comparison->stock->len;
  const gchar *begin = gst_ks_comparison_is_short (comparison)
      ? "too short a run to tell; " : "";

  return n == 1 ? g_strdup_printf ("%sone round; shorter bars are less", begin)
      : g_strdup_printf ("%smedians of %u rounds; shorter bars are less", begin,
      n);
}

static void
append_head (GString * svg, const GstKsComparison * comparison)
{
  append_text (svg, MARGIN, 36, " class=\"head\"",
      g_strdup ("Stock GStreamer, and by a plan"));
  append_text (svg, MARGIN, 58, " class=\"line\"", shorten (comparison->line));
  append_text (svg, MARGIN, 78, " class=\"note\"", describe (comparison));
  append_rectangle (svg, WIDTH - 270, 26, 12, 12, "stock");
  append_text (svg, WIDTH - 252, 36, "", g_strdup ("stock"));
  append_rectangle (svg, WIDTH - 192, 26, 12, 12, "planned");
  append_text (svg, WIDTH - 174, 36, "", g_strdup ("planned"));
  append_text (svg, WIDTH - MARGIN, 36, " text-anchor=\"end\" class=\"head\"",
      g_strdup ("ratio"));
}

/* --- the bars --- */

/* What there is a little of is seen. */
static gint
length_of (guint64 value, guint64 most)
{
  if (value == 0)
    return 0;
  return MAX (1, (gint) ((gdouble) value / (gdouble) most * LONGEST + 0.5));
}

static void
append_bar (GString * svg, gint y, const GstKsFigure * figure, guint64 value,
    const gchar * what)
{
  gint length = length_of (value, MAX (figure->stock.median,
          figure->planned.median));

  append_rectangle (svg, BARS, y, length, BAR, what);
  append_text (svg, BARS + length + 8, y + BAR - 2, " class=\"note\"",
      gst_ks_figure_value_text (figure, value));
}

static void
append_pair (GString * svg, gint y, const GstKsFigure * figure, guint n_rounds)
{
  append_text (svg, BARS - 12, y + BAR + 5, " text-anchor=\"end\"",
      g_strdup (figure->name));
  append_bar (svg, y, figure, figure->stock.median, "stock");
  append_bar (svg, y + BAR + 2, figure, figure->planned.median, "planned");
  append_text (svg, WIDTH - MARGIN, y + BAR, " text-anchor=\"end\" "
      "class=\"head\"", gst_ks_figure_ratio_text (figure));
  append_text (svg, WIDTH - MARGIN, y + BAR + 16, " text-anchor=\"end\" "
      "class=\"note\"", g_strdup (gst_ks_figure_difference (figure, n_rounds)));
}

gchar *
gst_ks_comparison_chart (const GstKsComparison * comparison)
{
  g_autoptr (GArray) figures = gst_ks_comparison_figures (comparison);
  gint height = TOP + (gint) figures->len * PAIR + MARGIN / 2;
  GString *svg = g_string_new (NULL);

  g_string_append_printf (svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
      "viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n"
      "  <title>What a line costs with stock GStreamer, and by a plan</title>\n"
      "  <style>\n%s  </style>\n", WIDTH, height, WIDTH, height, style);
  g_string_append_printf (svg, "  <rect class=\"ground\" width=\"%d\" "
      "height=\"%d\" rx=\"10\"/>\n", WIDTH, height);
  append_head (svg, comparison);
  for (guint i = 0; i < figures->len; i++)
    append_pair (svg, TOP + (gint) i * PAIR,
        &g_array_index (figures, GstKsFigure, i), comparison->stock->len);
  g_string_append (svg, "</svg>\n");
  return g_string_free (svg, FALSE);
}
