/* What stock GStreamer and a plan cost: the figures.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Runs of the same line differ by chance. So each figure is a median of rounds,
 * and a difference is one only where no round of one side comes into the range
 * of the other.
 */
#include "gstkscompare.h"

#include <stdlib.h>

#include "gstksplantext.h"

static const struct
{
  const gchar *name;
  GstKsUnit unit;
  gsize offset;                 /* of a guint64 in GstKsToolCost */
} rows[] = {
  {"wall time", GST_KS_UNIT_TIME, G_STRUCT_OFFSET (GstKsToolCost, wall)},
  {"CPU time", GST_KS_UNIT_TIME, G_STRUCT_OFFSET (GstKsToolCost, cpu)},
  {"minor page faults", GST_KS_UNIT_COUNT, G_STRUCT_OFFSET (GstKsToolCost,
          minor_faults)},
  {"major page faults", GST_KS_UNIT_COUNT, G_STRUCT_OFFSET (GstKsToolCost,
          major_faults)},
  {"peak memory", GST_KS_UNIT_BYTES, G_STRUCT_OFFSET (GstKsToolCost, peak)},
  {"copies", GST_KS_UNIT_COUNT, G_STRUCT_OFFSET (GstKsToolCost, copies)},
  {"copied", GST_KS_UNIT_BYTES, G_STRUCT_OFFSET (GstKsToolCost, copied)},
  {"fresh blocks", GST_KS_UNIT_COUNT, G_STRUCT_OFFSET (GstKsToolCost, fresh)},
  {"frames at sinks", GST_KS_UNIT_COUNT, G_STRUCT_OFFSET (GstKsToolCost,
          frames)},
};

void
gst_ks_comparison_init (GstKsComparison * comparison, const gchar * line)
{
  comparison->line = line;
  comparison->stock = g_array_new (FALSE, FALSE, sizeof (GstKsToolCost));
  comparison->planned = g_array_new (FALSE, FALSE, sizeof (GstKsToolCost));
}

void
gst_ks_comparison_clear (GstKsComparison * comparison)
{
  g_clear_pointer (&comparison->stock, g_array_unref);
  g_clear_pointer (&comparison->planned, g_array_unref);
}

static gint
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint64 one = *(const guint64 *) a, other = *(const guint64 *) b;

  return (one > other) - (one < other);
}

static GstKsSpread
spread_of (const GArray * costs, gsize offset)
{
  g_autofree guint64 *all = g_new (guint64, costs->len);
  guint middle = costs->len / 2;
  guint64 below;

  for (guint i = 0; i < costs->len; i++)
    all[i] = G_STRUCT_MEMBER (guint64, &g_array_index (costs, GstKsToolCost, i),
        offset);
  qsort (all, costs->len, sizeof (*all), compare_numbers);
  below = all[costs->len % 2 ? middle : middle - 1];
  return (GstKsSpread) {
  all[0], below + (all[middle] - below) / 2, all[costs->len - 1]};
}

static gboolean
all_have_copies (const GArray * costs)
{
  for (guint i = 0; i < costs->len; i++) {
    if (!g_array_index (costs, GstKsToolCost, i).has_copies)
      return FALSE;
  }
  return TRUE;
}

/* What was not counted is not told. */
static gboolean
is_known (const GstKsComparison * comparison, gsize offset)
{
  return (offset != G_STRUCT_OFFSET (GstKsToolCost, copies)
      && offset != G_STRUCT_OFFSET (GstKsToolCost, copied))
      || (all_have_copies (comparison->stock)
      && all_have_copies (comparison->planned));
}

GArray *
gst_ks_comparison_figures (const GstKsComparison * comparison)
{
  GArray *figures = g_array_new (FALSE, FALSE, sizeof (GstKsFigure));

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstKsFigure figure = { rows[i].name, rows[i].unit,
      spread_of (comparison->stock, rows[i].offset),
      spread_of (comparison->planned, rows[i].offset)
    };

    if (is_known (comparison, rows[i].offset))
      g_array_append_val (figures, figure);
  }
  return figures;
}

gboolean
gst_ks_comparison_is_short (const GstKsComparison * comparison)
{
  gsize ran = G_STRUCT_OFFSET (GstKsToolCost, ran);

  return MIN (spread_of (comparison->stock, ran).median,
      spread_of (comparison->planned, ran).median) < GST_KS_COMPARE_SHORT;
}

const gchar *
gst_ks_figure_difference (const GstKsFigure * figure, guint n_rounds)
{
  const GstKsSpread *stock = &figure->stock, *planned = &figure->planned;

  if (n_rounds < GST_KS_COMPARE_ROUNDS)
    return "unknown";
  if (planned->most < stock->least)
    return "less";
  if (planned->least > stock->most)
    return "more";
  return stock->least == planned->most && stock->most == planned->least
      ? "same" : "unclear";
}

gboolean
gst_ks_figure_ratio (const GstKsFigure * figure, gdouble * ratio)
{
  if (figure->stock.median == 0)
    return FALSE;
  *ratio = (gdouble) figure->planned.median / (gdouble) figure->stock.median;
  return TRUE;
}

gchar *
gst_ks_figure_ratio_text (const GstKsFigure * figure)
{
  gdouble ratio;

  return gst_ks_figure_ratio (figure, &ratio)
      ? g_strdup_printf ("%.2f", ratio) : g_strdup ("-");
}

gchar *
gst_ks_figure_value_text (const GstKsFigure * figure, guint64 value)
{
  switch (figure->unit) {
    case GST_KS_UNIT_TIME:
      return g_strdup_printf ("%.3f s", (gdouble) value / GST_SECOND);
    case GST_KS_UNIT_BYTES:
      return gst_ks_tool_bytes (value);
    default:
      return g_strdup_printf ("%" G_GUINT64_FORMAT, value);
  }
}
