/* GstStructures as JSON, for reports.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whole numbers, texts, truth, structures and arrays become what they are in
 * JSON; everything else becomes a text. What is above the largest integer of
 * JSON readers (2^63 - 1) is a text too, as in wire.schema.json.
 */
#include "gstksjsonstructure.h"

#include <math.h>

/* Bytes that are no UTF-8 become U+FFFD: jansson would refuse them. */
static json_t *
json_of_text (const gchar * text)
{
  g_autofree gchar *valid = text ? g_utf8_make_valid (text, -1) : NULL;

  return valid ? json_string (valid) : json_null ();
}

static json_t *
json_of_count (guint64 n)
{
  g_autofree gchar *text = NULL;

  if (n <= (guint64) G_MAXINT64)
    return json_integer ((json_int_t) n);
  text = g_strdup_printf ("%" G_GUINT64_FORMAT, n);
  return json_string (text);
}

/* JSON has no infinity. */
static json_t *
json_of_real (gdouble real)
{
  return isfinite (real) ? json_real (real) : json_null ();
}

static json_t *
json_of_other (const GValue * value)
{
  g_autofree gchar *text = gst_value_serialize (value);

  if (text == NULL)
    text = g_strdup_value_contents (value);
  return json_of_text (text);
}

/* NULL: it is no number. */
static json_t *
json_of_number (const GValue * value)
{
  switch (G_VALUE_TYPE (value)) {
    case G_TYPE_INT:
      return json_integer (g_value_get_int (value));
    case G_TYPE_UINT:
      return json_integer (g_value_get_uint (value));
    case G_TYPE_LONG:
      return json_integer (g_value_get_long (value));
    case G_TYPE_ULONG:
      return json_of_count (g_value_get_ulong (value));
    case G_TYPE_INT64:
      return json_integer (g_value_get_int64 (value));
    case G_TYPE_UINT64:
      return json_of_count (g_value_get_uint64 (value));
    case G_TYPE_FLOAT:
      return json_of_real (g_value_get_float (value));
    case G_TYPE_DOUBLE:
      return json_of_real (g_value_get_double (value));
    default:
      return NULL;
  }
}

static json_t *json_of_value (const GValue * value);

static json_t *
json_of_array (const GValue * value)
{
  gboolean is_list = GST_VALUE_HOLDS_LIST (value);
  guint n = is_list ? gst_value_list_get_size (value)
      : gst_value_array_get_size (value);
  json_t *list = json_array ();

  for (guint i = 0; i < n; i++)
    json_array_append_new (list, json_of_value (is_list
            ? gst_value_list_get_value (value, i)
            : gst_value_array_get_value (value, i)));
  return list;
}

static json_t *
json_of_value (const GValue * value)
{
  json_t *number = json_of_number (value);

  if (number != NULL)
    return number;
  if (G_VALUE_HOLDS_STRING (value))
    return json_of_text (g_value_get_string (value));
  if (G_VALUE_HOLDS_BOOLEAN (value))
    return json_boolean (g_value_get_boolean (value));
  if (GST_VALUE_HOLDS_ARRAY (value) || GST_VALUE_HOLDS_LIST (value))
    return json_of_array (value);
  if (GST_VALUE_HOLDS_STRUCTURE (value) && gst_value_get_structure (value))
    return gst_ks_json_of_structure (gst_value_get_structure (value));
  return json_of_other (value);
}

static gboolean
add_field (GQuark field, const GValue * value, gpointer data)
{
  g_autofree gchar *name = g_utf8_make_valid (g_quark_to_string (field), -1);

  json_object_set_new (data, name, json_of_value (value));
  return TRUE;
}

json_t *
gst_ks_json_of_structure (const GstStructure * structure)
{
  json_t *json = json_object ();

  gst_structure_foreach (structure, add_field, json);
  return json;
}
