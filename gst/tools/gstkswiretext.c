/* Reading the text of a structure: its name, then one `Field = value` a line.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What follows a # is a comment. Lines and columns count from 1; columns count
 * characters, as editors do.
 */
#include "gstkswireinput.h"

#include <string.h>

typedef struct
{
  guint number;
  const gchar *start;           /* of the line; NUL-terminated there */
} Line;

static gchar *
where_of (const Line * line, const gchar * at)
{
  return g_strdup_printf ("line %u, column %u", line->number,
      1 + (guint) g_utf8_pointer_to_offset (line->start, at));
}

static gboolean
fail_at (const Line * line, const gchar * at, const gchar * reason,
    GError ** error)
{
  g_autofree gchar *where = where_of (line, at);

  return gst_ks_tool_wire_fail (error, where, "%s", reason);
}

/* No zero bytes, and UTF-8 all through; else the place of the first that is
 * not. */
static gboolean
check_text (const gchar * data, gsize size, GError ** error)
{
  Line line = { 1, data };
  const gchar *end;

  if (g_utf8_validate (data, (gssize) size, &end))
    return TRUE;
  for (const gchar * at = data; at < end; at++) {
    if (*at == '\n') {
      line.number++;
      line.start = at + 1;
    }
  }
  return fail_at (&line, end, "a byte that is no UTF-8 text; encode reads what "
      "decode prints", error);
}

static const gchar *
skip_space (const gchar * at)
{
  while (g_ascii_isspace (*at))
    at++;
  return at;
}

static gboolean
is_path_char (gchar c)
{
  return g_ascii_isalnum (c) || strchr ("_.[]()/", c) != NULL;
}

static const gchar *
skip_path (const gchar * at)
{
  while (*at != '\0' && is_path_char (*at))
    at++;
  return at;
}

static gboolean
read_type (GstKsToolWireInput * input, const Line * line, const gchar * at,
    GError ** error)
{
  const gchar *end = skip_path (at);

  if (end == at || *skip_space (end) != '\0')
    return fail_at (line, at, "expected the name of a structure, such as "
        "KSALLOCATOR_FRAMING_EX", error);
  input->type = g_strndup (at, (gsize) (end - at));
  input->type_where = where_of (line, at);
  return TRUE;
}

static gboolean
read_value (GstKsToolWireInput * input, const Line * line, const gchar * at,
    GError ** error)
{
  const gchar *end = skip_path (at);
  const gchar *sign = skip_space (end);
  const gchar *text = *sign == '=' ? skip_space (sign + 1) : sign;
  GstKsToolWireValue *value;

  if (end == at)
    return fail_at (line, at, "expected the name of a field", error);
  if (*sign != '=')
    return fail_at (line, sign, "expected '=' and a value", error);
  if (*text == '\0')
    return fail_at (line, text, "expected a value", error);
  value = g_new0 (GstKsToolWireValue, 1);
  value->path = g_strndup (at, (gsize) (end - at));
  value->text = g_strdup (text);
  value->where = where_of (line, text);
  return gst_ks_tool_wire_input_take (input, value, error);
}

/* text: a line of its own, changed here */
static gboolean
read_line (GstKsToolWireInput * input, guint number, gchar * text,
    GError ** error)
{
  Line line = { number, text };
  const gchar *at;

  text[strcspn (text, "#")] = '\0';
  g_strchomp (text);
  at = skip_space (text);
  if (*at == '\0')
    return TRUE;
  if (input->type == NULL)
    return read_type (input, &line, at, error);
  return read_value (input, &line, at, error);
}

GstKsToolWireInput *
gst_ks_tool_wire_read_text (const gchar * data, gsize size, GError ** error)
{
  g_autoptr (GstKsToolWireInput) input = gst_ks_tool_wire_input_new ();
  g_autofree gchar *text = NULL;
  gchar *rest, *line;
  guint n_lines = 0;

  if (!check_text (data, size, error))
    return NULL;
  rest = text = g_strndup (data, size);
  while ((line = strsep (&rest, "\n")) != NULL) {
    if (!read_line (input, ++n_lines, line, error))
      return NULL;
  }
  input->end_where = g_strdup_printf ("line %u", n_lines);
  if (input->type != NULL)
    return g_steal_pointer (&input);
  gst_ks_tool_wire_fail (error, input->end_where,
      "no structure: the first line is "
      "its name, such as KSALLOCATOR_FRAMING_EX");
  return NULL;
}
