/* Printing a structure of KS, as text for people and as JSON for programs.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkswirestruct.h"

#include "gstkswirejson.h"

static gboolean
print_leaf (const GstKsAbiLeaf * leaf, gpointer user_data)
{
  g_autofree gchar *narrow = gst_ks_abi_leaf_to_string (leaf);
  g_auto (GStrv) words = g_strsplit (narrow, "|", -1);
  g_autofree gchar *value = g_strjoinv (" | ", words);

  g_string_append_printf (user_data, "%s = %s\n", leaf->path, value);
  return TRUE;
}

gchar *
gst_ks_tool_wire_to_text (const GstKsToolWire * wire)
{
  g_autoptr (GString) text =
      g_string_new (gst_ks_abi_struct_get_name (wire->which));
  g_auto (GStrv) complaints = gst_ks_abi_check (wire->which, &wire->value);

  g_string_append_c (text, '\n');
  (void) gst_ks_abi_visit (wire->which, &wire->value, print_leaf, text);
  for (guint i = 0; complaints[i] != NULL; i++)
    g_string_append_printf (text, "# %s\n", complaints[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static json_t *
json_strings (gchar ** strings)
{
  json_t *list = json_array ();

  for (guint i = 0; strings[i] != NULL; i++)
    json_array_append_new (list, json_string (g_strstrip (strings[i])));
  return list;
}

static json_t *
json_flags (const gchar * text, guint64 value)
{
  g_auto (GStrv) names = g_strsplit (text, "|", -1);

  return value != 0 ? json_strings (names) : json_array ();
}

/* JSON's integers end at 2^63: what is above is written as text. */
static json_t *
json_leaf (const GstKsAbiLeaf * leaf)
{
  g_autofree gchar *text = gst_ks_abi_leaf_to_string (leaf);
  guint64 number;

  if (!gst_ks_abi_leaf_get_number (leaf, &number))
    return json_string (text);
  if (leaf->show == GST_KS_ABI_SHOW_NAMES)
    return gst_ks_abi_names_is_flags (leaf->names) ?
        json_flags (text, number) : json_string (text);
  if (leaf->type == GST_KS_ABI_TYPE_U64 && number > G_MAXINT64)
    return json_string (text);
  return json_integer ((json_int_t) number);
}

static gboolean
put_leaf (const GstKsAbiLeaf * leaf, gpointer user_data)
{
  gst_ks_tool_wire_json_put (user_data, leaf->path, json_leaf (leaf));
  return TRUE;
}

gchar *
gst_ks_tool_wire_to_json (const GstKsToolWire * wire)
{
  g_auto (GStrv) complaints = gst_ks_abi_check (wire->which, &wire->value);
  json_t *root = json_object ();
  json_t *fields = json_object ();
  g_autofree gchar *text = NULL;
  gchar *printed;

  json_object_set_new (root, "type",
      json_string (gst_ks_abi_struct_get_name (wire->which)));
  json_object_set_new (root, "fields", fields);
  (void) gst_ks_abi_visit (wire->which, &wire->value, put_leaf, fields);
  json_object_set_new (root, "complaints", json_strings (complaints));
  text = json_dumps (root, JSON_INDENT (2));
  json_decref (root);
  printed = g_strconcat (text, "\n", NULL);
  return printed;
}
