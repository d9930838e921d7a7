/* What was read of a structure's text or JSON, before it is known to be right.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkswireinput.h"

#include <string.h>

gboolean
gst_ks_tool_wire_fail (GError ** error, const gchar * where,
    const gchar * format, ...)
{
  g_autofree gchar *reason = NULL;
  va_list args;

  va_start (args, format);
  reason = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX, "%s: %s", where,
      reason);
  return FALSE;
}

static void
value_free (gpointer data)
{
  GstKsToolWireValue *value = data;

  g_free (value->path);
  g_free (value->text);
  g_free (value->where);
  g_free (value);
}

GstKsToolWireInput *
gst_ks_tool_wire_input_new (void)
{
  GstKsToolWireInput *input = g_new0 (GstKsToolWireInput, 1);

  input->values = g_ptr_array_new_with_free_func (value_free);
  input->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  return input;
}

void
gst_ks_tool_wire_input_free (GstKsToolWireInput * input)
{
  g_hash_table_unref (input->by_path);
  g_ptr_array_unref (input->values);
  g_free (input->type);
  g_free (input->type_where);
  g_free (input->end_where);
  g_free (input);
}

gboolean
gst_ks_tool_wire_input_take (GstKsToolWireInput * input,
    GstKsToolWireValue * value, GError ** error)
{
  GstKsToolWireValue *earlier =
      gst_ks_tool_wire_input_find (input, value->path);

  g_ptr_array_add (input->values, value);
  if (earlier != NULL)
    return gst_ks_tool_wire_fail (error, value->where,
        "%s has a value already, at %s", value->path, earlier->where);
  g_hash_table_insert (input->by_path, value->path, value);
  return TRUE;
}

GstKsToolWireValue *
gst_ks_tool_wire_input_find (const GstKsToolWireInput * input,
    const gchar * path)
{
  return g_hash_table_lookup (input->by_path, path);
}

GstKsToolWireInput *
gst_ks_tool_wire_input_read (const gchar * data, gsize size, GError ** error)
{
  gsize at = 0;

  /* some editors begin UTF-8 with the mark of a byte order */
  if (size >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0) {
    data += 3;
    size -= 3;
  }
  while (at < size && g_ascii_isspace (data[at]))
    at++;
  if (at < size && data[at] == '{')
    return gst_ks_tool_wire_read_json (data, size, error);
  return gst_ks_tool_wire_read_text (data, size, error);
}
