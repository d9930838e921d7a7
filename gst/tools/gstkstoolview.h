/* Lines at the foot of a terminal that are drawn again in place.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  GST_KS_TOOL_STYLE_PLAIN,
  GST_KS_TOOL_STYLE_HEAD,
  GST_KS_TOOL_STYLE_ALARM
} GstKsToolStyle;

typedef struct
{
  gchar *text;                  /* owned; no line breaks, nothing that a terminal obeys */
  GstKsToolStyle style;
} GstKsToolLine;

/* To be unreferenced; of GstKsToolLine, owned. */
GPtrArray * gst_ks_tool_lines_new  (void);
/* Takes TEXT. */
void        gst_ks_tool_lines_add  (GPtrArray *lines, gchar *text, GstKsToolStyle style);

/* There is one terminal, so there is one view. It is on standard output. FALSE:
 * that is no terminal that can move its cursor, and nothing happens. From then
 * on whatever this process prints or logs appears above the view. */
gboolean    gst_ks_tool_view_begin (void);
/* Instead of what is there. Lines are cut at the right border of the terminal,
 * and where there are more than rows. From one thread. */
void        gst_ks_tool_view_show  (const GPtrArray *lines);
/* The lines stay as they are, and the cursor is below. */
void        gst_ks_tool_view_end   (void);
/* Columns of the terminal. */
guint       gst_ks_tool_view_width (void);

G_END_DECLS
