/* Plans for people: a table, and a picture in dot's language.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksgraph.h>

G_BEGIN_DECLS

/* Pads; no picture of more can be read. */
#define GST_KS_TOOL_MAX_DRAWN 4000

/* Owned by the caller, as are the others. One line, and lines in columns. */
gchar * gst_ks_tool_plan_summary (const GstKsPlan *plan);
gchar * gst_ks_tool_plan_table   (const GstKsPlan *plan);
/* Such as 7.9 MiB. */
gchar * gst_ks_tool_bytes        (guint64 bytes);

/* What else is known of what is drawn: words, each table NULL or of owned texts
 * by names, which are owned, too. */
typedef struct
{
  GHashTable *elements;         /* by the names that pads begin with */
  GHashTable *pads;             /* by their names */
  GHashTable *cuts;             /* by the name of the pad that frames come in by */
} GstKsToolNotes;

/* For dot -Tsvg; NOTES may be NULL. */
gchar * gst_ks_tool_plan_draw    (const GstKsPlan *plan, const GstKsGraph *graph, const GstKsToolNotes *notes);

G_END_DECLS
