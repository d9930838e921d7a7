/* What the commands of gst-ks-1.0 share: exit statuses, reading, writing, failing.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Exit statuses. */
typedef enum
{
  GST_KS_TOOL_OK = 0,
  GST_KS_TOOL_BAD = 1,          /* the input, or what could not be read or written */
  GST_KS_TOOL_USAGE = 2,        /* the command line */

  /* of plan, where 1 and 2 are answers */
  GST_KS_TOOL_UNSATISFIABLE = 1,
  GST_KS_TOOL_INVALID = 2,
  GST_KS_TOOL_UNWRITTEN = 3     /* the answer or its picture could not be written */
} GstKsToolStatus;

/* One row of the program's table. */
typedef struct
{
  const gchar *name;
  const gchar *arguments;       /* for the usage line */
  const gchar *summary;         /* one line */
  const gchar *description;     /* what --help says below the options: notes and examples */
  /* argv[0] is the program's name; strings may be taken out of argv */
  GstKsToolStatus (*run) (gint argc, gchar **argv);
} GstKsToolCommand;

extern const GstKsToolCommand gst_ks_tool_decode;
extern const GstKsToolCommand gst_ks_tool_encode;
extern const GstKsToolCommand gst_ks_tool_graph;
extern const GstKsToolCommand gst_ks_tool_inspect;
extern const GstKsToolCommand gst_ks_tool_launch;
extern const GstKsToolCommand gst_ks_tool_plan;

/* Bytes; input above this is refused: the text of the largest structure that
 * can be decoded is shorter, so are graphs that can be planned. */
#define GST_KS_TOOL_MAX_INPUT (16 * 1024 * 1024)

/* Options of COMMAND from argv; what is left of it is the one FILE, NULL when
 * there is none. FALSE: usage error, said on stderr. */
gboolean        gst_ks_tool_parse       (const GstKsToolCommand *command, const GOptionEntry *entries, gint argc, gchar **argv, gchar **file);

/* The same with GStreamer's own options, which starts GStreamer; what is left
 * are the words of a pipeline, borrowed from argv, one at least, NULL behind. */
gboolean        gst_ks_tool_parse_words (const GstKsToolCommand *command, const GOptionEntry *entries, gint argc, gchar **argv, gchar ***words);

/* All of FILE, or of standard input for NULL and "-". */
GBytes *        gst_ks_tool_read        (const gchar *file, GError **error);

/* To standard output, after everything else that can fail. */
gboolean        gst_ks_tool_write       (gconstpointer data, gsize size, GError **error);

/* One line on stderr: where it happened, and the error. */
GstKsToolStatus gst_ks_tool_fail        (const GstKsToolCommand *command, const gchar *file, const GError *error);
GstKsToolStatus gst_ks_tool_usage       (const GstKsToolCommand *command, const gchar *format, ...) G_GNUC_PRINTF (2, 3);

/* The same for what is no failure. */
void            gst_ks_tool_note        (const GstKsToolCommand *command, const gchar *where, const gchar *note);

G_END_DECLS
