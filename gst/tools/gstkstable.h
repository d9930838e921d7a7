/* Words in columns.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* In place: what a terminal obeys becomes space. Bytes that are no UTF-8 stay. */
void        gst_ks_table_make_plain (gchar *text, gboolean keep_breaks);

/* Of a terminal: 0 to 2 for a character. */
guint       gst_ks_table_columns (gunichar c);

/* Rows are texts that end with NULL, owned; all have as many as the first. */
GPtrArray * gst_ks_table_new    (void);
/* Takes the row. */
void        gst_ks_table_add    (GPtrArray *rows, gchar **row);
void        gst_ks_table_append (GString *text, const GPtrArray *rows);

/* A row for each structure, a column for each field that one of them has. An
 * array of anything else, and an empty one, is no table: NULL. */
GPtrArray * gst_ks_table_of_structures (const GValue *array);

/* Each array of structures of a report, but copies that say no more than the
 * cuts of its plan. */
void        gst_ks_table_append_report (GString *text, const GstStructure *report);

G_END_DECLS
