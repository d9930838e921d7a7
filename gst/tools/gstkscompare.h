/* What stock GStreamer and a plan cost, side by side: figures, and how they are told.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <jansson.h>

#include "gstkstoolcost.h"

G_BEGIN_DECLS

/* ns; what runs for less is mostly starting and stopping */
#define GST_KS_COMPARE_SHORT (GST_SECOND / 2)
/* with fewer, one side is below the other by chance too often */
#define GST_KS_COMPARE_ROUNDS 3

typedef enum
{
  GST_KS_UNIT_TIME,             /* ns */
  GST_KS_UNIT_BYTES,
  GST_KS_UNIT_COUNT
} GstKsUnit;

/* Of the same figure in several rounds. */
typedef struct
{
  guint64 least;
  guint64 median;
  guint64 most;
} GstKsSpread;

typedef struct
{
  const gchar *name;            /* static; words with spaces */
  GstKsUnit unit;
  GstKsSpread stock;
  GstKsSpread planned;
} GstKsFigure;

/* Rounds, and the line that they ran. */
typedef struct
{
  const gchar *line;            /* borrowed */
  GArray *stock;                /* owned; of GstKsToolCost, one for each round */
  GArray *planned;              /* owned; as many */
} GstKsComparison;

void          gst_ks_comparison_init      (GstKsComparison *comparison, const gchar *line);
void          gst_ks_comparison_clear     (GstKsComparison *comparison);

/* An array of GstKsFigure, to be unreferenced; one round at least. */
GArray *      gst_ks_comparison_figures   (const GstKsComparison *comparison);
/* The line ran too shortly for its times to say much about frames. */
gboolean      gst_ks_comparison_is_short  (const GstKsComparison *comparison);

/* "less", "more", "same", "unclear": the rounds overlap; "unknown": too few of them. */
const gchar * gst_ks_figure_difference    (const GstKsFigure *figure, guint n_rounds);
/* Planned for each of stock. FALSE: stock had none. */
gboolean      gst_ks_figure_ratio         (const GstKsFigure *figure, gdouble *ratio);
/* With its unit; owned by the caller, as the next. */
gchar *       gst_ks_figure_value_text    (const GstKsFigure *figure, guint64 value);
gchar *       gst_ks_figure_ratio_text    (const GstKsFigure *figure);

/* For people. */
gchar *       gst_ks_comparison_text      (const GstKsComparison *comparison);
/* For programs; owned by the caller. */
json_t *      gst_ks_comparison_json      (const GstKsComparison *comparison);
/* Bars, as SVG. */
gchar *       gst_ks_comparison_chart     (const GstKsComparison *comparison);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstKsComparison, gst_ks_comparison_clear)

G_END_DECLS
