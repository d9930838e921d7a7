/* Bytes as hexadecimal digits, and back.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkshex.h"

#include <gst/ks/gstkserror.h>

#define GROUP 4
#define LINE (6 * GROUP)

gboolean
gst_ks_hex_is_hex (GBytes * text)
{
  gsize size;
  const gchar *data = g_bytes_get_data (text, &size);

  for (gsize i = 0; i < size; i++) {
    if (!g_ascii_isxdigit (data[i]) && !g_ascii_isspace (data[i]))
      return FALSE;
  }
  return size > 0;
}

/* size: where in the text it is */
static GBytes *
fail_at (const gchar * text, gsize size, const gchar * reason, GError ** error)
{
  guint line = 1, column = 1;

  for (gsize i = 0; i < size; i++) {
    column++;
    if (text[i] == '\n') {
      line++;
      column = 1;
    }
  }
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX,
      "line %u, column %u: %s", line, column, reason);
  return NULL;
}

GBytes *
gst_ks_hex_parse (GBytes * text, GError ** error)
{
  gsize size;
  const gchar *data = g_bytes_get_data (text, &size);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gint high = -1;

  for (gsize i = 0; i < size; i++) {
    gint digit = g_ascii_xdigit_value (data[i]);
    guint8 byte;

    if (g_ascii_isspace (data[i]))
      continue;
    if (digit < 0)
      return fail_at (data, i, "no hexadecimal digit", error);
    if (high < 0) {
      high = digit;
      continue;
    }
    byte = (guint8) (high << 4 | digit);
    g_byte_array_append (bytes, &byte, 1);
    high = -1;
  }
  if (high >= 0)
    return fail_at (data, size, "the last byte has one digit only", error);
  if (bytes->len == 0)
    return fail_at (data, size, "no digits: there is nothing to read", error);
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

gchar *
gst_ks_hex_print (GBytes * bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < size; i++) {
    if (i > 0 && i % GROUP == 0)
      g_string_append_c (text, i % LINE == 0 ? '\n' : ' ');
    g_string_append_printf (text, "%02x", data[i]);
  }
  g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}
