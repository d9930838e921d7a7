/* GstKsSubrange: what is taken and what is free, drawn.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssubrangeprivate.h"

#define CELLS 64                /* characters of the small picture */
#define WIDTH 640               /* pixels of the drawing */
#define HEIGHT 48

/* Calls a function for each part in turn; holes are those of @self. */
typedef void (*PartFunc) (GString * out, const GstKsSubrange * self,
    const GstKsHole * part, gboolean is_free);

static void
each_part (const GstKsSubrange * self, GString * out, PartFunc func)
{
  gsize at = 0;

  for (guint i = 0; i <= self->holes->len; i++) {
    GstKsHole end = { self->size, self->size };
    const GstKsHole *hole = i < self->holes->len ?
        &g_array_index (self->holes, GstKsHole, i) : &end;
    GstKsHole taken = { at, hole->start };

    if (taken.end > taken.start)
      func (out, self, &taken, FALSE);
    if (hole->end > hole->start)
      func (out, self, hole, TRUE);
    at = hole->end;
  }
}

/* The cell that a byte belongs to. */
static guint
cell_of (const GstKsSubrange * self, gsize offset)
{
  return (gdouble) offset / self->size * CELLS;
}

/* Parts come in order, so a cell that is written already has both in it. */
static void
draw_cells (GString * out, const GstKsSubrange * self,
    const GstKsHole * part, gboolean is_free)
{
  gchar mark = is_free ? '.' : '#';
  guint last = MIN (cell_of (self, part->end - 1), CELLS - 1);

  for (guint i = cell_of (self, part->start); i <= last; i++) {
    if (i >= out->len)
      g_string_append_c (out, mark);
    else if (out->str[i] != mark)
      out->str[i] = '+';
  }
}

static void
write_part (GString * out, const GstKsSubrange * self,
    const GstKsHole * part, gboolean is_free)
{
  g_string_append_printf (out, "0x%010" G_GINT64_MODIFIER "x  %s  %"
      G_GSIZE_FORMAT "\n", (guint64) part->start, is_free ? "free" : "used",
      part->end - part->start);
}

gchar *
gst_ks_subrange_to_text (const GstKsSubrange * self)
{
  g_autoptr (GString) cells = g_string_new (NULL);
  g_autoptr (GString) parts = g_string_new (NULL);

  each_part (self, cells, draw_cells);
  each_part (self, parts, write_part);
  return g_strdup_printf ("[%s]\n%s", cells->str, parts->str);
}

static void
draw_rectangle (GString * out, const GstKsSubrange * self,
    const GstKsHole * part, gboolean is_free)
{
  gdouble scale = (gdouble) WIDTH / self->size;
  gchar x[G_ASCII_DTOSTR_BUF_SIZE], width[G_ASCII_DTOSTR_BUF_SIZE];
  gsize size = part->end - part->start;

  g_ascii_formatd (x, sizeof x, "%.2f", part->start * scale);
  g_ascii_formatd (width, sizeof width, "%.2f", size * scale);
  g_string_append_printf (out, "<rect x=\"%s\" y=\"0\" width=\"%s\" "
      "height=\"%d\" fill=\"%s\" stroke=\"#333\" stroke-width=\"0.5\">"
      "<title>%s: %" G_GSIZE_FORMAT " bytes at %" G_GSIZE_FORMAT
      "</title></rect>\n", x, width, HEIGHT, is_free ? "#e8f0e8" : "#4a7ab5",
      is_free ? "free" : "used", size, part->start);
}

gchar *
gst_ks_subrange_to_svg (const GstKsSubrange * self)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
      "width=\"%d\" height=\"%d\">\n", WIDTH, HEIGHT);
  each_part (self, out, draw_rectangle);
  g_string_append (out, "</svg>\n");
  return g_string_free (out, FALSE);
}
