/* What was read of a structure's text or JSON, before it is known to be right.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstks.h>

G_BEGIN_DECLS

/* The one list of structures in KS's structures. */
#define GST_KS_TOOL_WIRE_ITEMS "FramingItem"

/* A field's value as it was written. */
typedef struct
{
  gchar *path;                  /* owned; FramingItem[0].Flags */
  gchar *text;                  /* owned; a number, names with | between, a GUID */
  gchar *where;                 /* owned; what an error about it begins with */
  gboolean list;                /* it was a list */
  gboolean empty;               /* one with nothing in it */
  gboolean used;                /* some field took it */
} GstKsToolWireValue;

/* All of one structure. */
typedef struct
{
  gchar *type;                  /* owned; NULL until it is known */
  gchar *type_where;            /* owned; as above */
  gchar *end_where;             /* owned; where an error about what is missing is */
  GPtrArray *values;            /* owned GstKsToolWireValue, as they came */
  GHashTable *by_path;          /* the same, borrowed */
} GstKsToolWireInput;

GstKsToolWireInput * gst_ks_tool_wire_input_new  (void);
void                 gst_ks_tool_wire_input_free (GstKsToolWireInput *input);

/* Takes the value; FALSE when there is one of that path already. */
gboolean             gst_ks_tool_wire_input_take (GstKsToolWireInput *input, GstKsToolWireValue *value, GError **error);

/* The value of path, or NULL. */
GstKsToolWireValue * gst_ks_tool_wire_input_find (const GstKsToolWireInput *input, const gchar *path);

/* Not necessarily NUL-terminated; text, or JSON if it begins with a brace.
 * NULL on error; the message begins with where it is. */
GstKsToolWireInput * gst_ks_tool_wire_input_read (const gchar *data, gsize size, GError **error);
GstKsToolWireInput * gst_ks_tool_wire_read_text  (const gchar *data, gsize size, GError **error);
GstKsToolWireInput * gst_ks_tool_wire_read_json  (const gchar *data, gsize size, GError **error);

/* All complaints about source text are made with this. */
gboolean             gst_ks_tool_wire_fail       (GError **error, const gchar *where, const gchar *format, ...) G_GNUC_PRINTF (3, 4);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKsToolWireInput, gst_ks_tool_wire_input_free)

G_END_DECLS
