/* What stock GStreamer and a plan cost, for people.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkscompare.h"

#include <string.h>

#include "gstkstable.h"

static gchar **
row_of (const GstKsFigure * figure, guint n_rounds)
{
  gchar **row = g_new0 (gchar *, 6);

  row[0] = g_strdup (figure->name);
  row[1] = gst_ks_figure_value_text (figure, figure->stock.median);
  row[2] = gst_ks_figure_value_text (figure, figure->planned.median);
  row[3] = gst_ks_figure_ratio_text (figure);
  row[4] = g_strdup (gst_ks_figure_difference (figure, n_rounds));
  return row;
}

static gchar *
title_of (guint n_rounds)
{
  return n_rounds == 1 ? g_strdup ("one round")
      : g_strdup_printf ("medians of %u rounds", n_rounds);
}

static void
append_table (GString * text, const GArray * figures, guint n_rounds)
{
  g_autoptr (GPtrArray) rows = gst_ks_table_new ();
  g_autofree gchar *title = title_of (n_rounds);
  const gchar *head[] = { title, "stock", "planned", "ratio", "difference",
    NULL
  };

  gst_ks_table_add (rows, g_strdupv ((gchar **) head));
  for (guint i = 0; i < figures->len; i++)
    gst_ks_table_add (rows, row_of (&g_array_index (figures, GstKsFigure, i),
            n_rounds));
  gst_ks_table_append (text, rows);
}

/* The same line, and other work. */
static void
append_frames (GString * text, const GArray * figures)
{
  const GstKsFigure *frames = &g_array_index (figures, GstKsFigure,
      figures->len - 1);

  if (frames->stock.median != frames->planned.median)
    g_string_append_printf (text, "\nThe runs are not of the same length: sinks"
        " got %" G_GUINT64_FORMAT " frames from stock, and %" G_GUINT64_FORMAT
        " by the plan.\n", frames->stock.median, frames->planned.median);
}

static void
append_notes (GString * text, const GstKsComparison * comparison)
{
  if (gst_ks_comparison_is_short (comparison))
    g_string_append_printf (text, "\nToo short to tell: the line itself ran for"
        " less than %.1f s, the rest is starting and\nstopping. Give it more "
        "frames, such as a larger num-buffers.\n",
        (gdouble) GST_KS_COMPARE_SHORT / GST_SECOND);
  if (comparison->stock->len < GST_KS_COMPARE_ROUNDS)
    g_string_append_printf (text, "\nWhat differs may be chance: it takes %d "
        "rounds to tell, --rounds=5 is better.\n", GST_KS_COMPARE_ROUNDS);
}

gchar *
gst_ks_comparison_text (const GstKsComparison * comparison)
{
  g_autoptr (GArray) figures = gst_ks_comparison_figures (comparison);
  GString *text = g_string_new (NULL);

  append_table (text, figures, comparison->stock->len);
  append_frames (text, figures);
  append_notes (text, comparison);
  return g_string_free (text, FALSE);
}
