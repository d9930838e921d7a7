/* What stock GStreamer and a plan cost, for programs.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkscompare.h"

static json_t *
spread_json (const GstKsSpread * spread)
{
  return json_pack ("{s:I, s:I, s:I}",
      "least", (json_int_t) spread->least,
      "median", (json_int_t) spread->median, "most", (json_int_t) spread->most);
}

static json_t *
figure_json (const GstKsFigure * figure, guint n_rounds)
{
  static const gchar *const units[] = { "ns", "bytes", "count" };
  gdouble ratio;

  return json_pack ("{s:s, s:s, s:o, s:o, s:o, s:s}",
      "name", figure->name,
      "unit", units[figure->unit],
      "stock", spread_json (&figure->stock),
      "planned", spread_json (&figure->planned),
      "ratio", gst_ks_figure_ratio (figure, &ratio) ? json_real (ratio)
      : json_null (),
      "difference", gst_ks_figure_difference (figure, n_rounds));
}

json_t *
gst_ks_comparison_json (const GstKsComparison * comparison)
{
  g_autoptr (GArray) figures = gst_ks_comparison_figures (comparison);
  guint n_rounds = comparison->stock->len;
  json_t *list = json_array ();

  for (guint i = 0; i < figures->len; i++)
    json_array_append_new (list,
        figure_json (&g_array_index (figures, GstKsFigure, i), n_rounds));
  return json_pack ("{s:i, s:b, s:o}",
      "rounds", (gint) n_rounds,
      "short", gst_ks_comparison_is_short (comparison), "figures", list);
}
