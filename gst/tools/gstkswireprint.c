/* Printing a structure of KS, as text for people and as JSON for programs.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkswirestruct.h"

#include <stdlib.h>

#include "gstkswirejson.h"

/* The same in our words, where the structure is a framing; NULL with the reason
 * where we have none for it, NULL without where it is something else. */
static GstKsFraming *
framing_of (const GstKsToolWire * wire, GStrv * complaints, GError ** error)
{
  switch (wire->which) {
    case GST_KS_ABI_KSALLOCATOR_FRAMING:
      return gst_ks_framing_from_abi_old (&wire->value.framing, complaints,
          error);
    case GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE:
      return gst_ks_framing_from_abi_fixed (&wire->value.framing, complaints,
          error);
    case GST_KS_ABI_KSALLOCATOR_FRAMING_EX:
      return gst_ks_framing_from_abi (&wire->value.framing_ex, complaints,
          error);
    default:
      return NULL;
  }
}

/* What is said beside the fields. */
typedef struct
{
  gchar *framing;               /* owned; NULL: it is none */
  GPtrArray *complaints;        /* owned strings */
} Remarks;

static void
remarks_clear (Remarks * remarks)
{
  g_free (remarks->framing);
  g_ptr_array_unref (remarks->complaints);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Remarks, remarks_clear);

/* more: may be NULL */
static void
add_complaints (GPtrArray * complaints, const gchar * about, GStrv more)
{
  for (guint i = 0; more != NULL && more[i] != NULL; i++)
    g_ptr_array_add (complaints, g_strconcat (about, more[i], NULL));
}

static Remarks
remarks_of (const GstKsToolWire * wire)
{
  g_auto (GStrv) wrong = gst_ks_abi_check (wire->which, &wire->value);
  g_auto (GStrv) left_out = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = framing_of (wire, &left_out, &error);
  Remarks remarks = { NULL, g_ptr_array_new_with_free_func (g_free) };

  add_complaints (remarks.complaints, "", wrong);
  add_complaints (remarks.complaints, "framing: ", left_out);
  if (framing != NULL)
    remarks.framing = gst_ks_framing_to_string (framing);
  if (error != NULL)
    g_ptr_array_add (remarks.complaints,
        g_strdup_printf ("no framing: %s", error->message));
  return remarks;
}

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
  g_auto (Remarks) remarks = remarks_of (wire);

  g_string_append_c (text, '\n');
  (void) gst_ks_abi_visit (wire->which, &wire->value, print_leaf, text);
  if (remarks.framing != NULL)
    g_string_append_printf (text, "# framing: %s\n", remarks.framing);
  for (guint i = 0; i < remarks.complaints->len; i++)
    g_string_append_printf (text, "# %s\n",
        (const gchar *) g_ptr_array_index (remarks.complaints, i));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static json_t *
json_flags (const gchar * text, guint64 value)
{
  g_auto (GStrv) names = g_strsplit (text, "|", -1);
  json_t *list = json_array ();

  for (guint i = 0; value != 0 && names[i] != NULL; i++)
    json_array_append_new (list, json_string (g_strstrip (names[i])));
  return list;
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

static void
put_remarks (json_t * root, const Remarks * remarks)
{
  json_t *complaints = json_array ();

  for (guint i = 0; i < remarks->complaints->len; i++)
    json_array_append_new (complaints,
        json_string (g_ptr_array_index (remarks->complaints, i)));
  json_object_set_new (root, "complaints", complaints);
  if (remarks->framing != NULL)
    json_object_set_new (root, "framing", json_string (remarks->framing));
}

gchar *
gst_ks_tool_wire_to_json (const GstKsToolWire * wire)
{
  g_auto (Remarks) remarks = remarks_of (wire);
  json_t *root = json_object ();
  json_t *fields = json_object ();
  gchar *text, *line;

  json_object_set_new (root, "type",
      json_string (gst_ks_abi_struct_get_name (wire->which)));
  json_object_set_new (root, "fields", fields);
  (void) gst_ks_abi_visit (wire->which, &wire->value, put_leaf, fields);
  if (wire->which == GST_KS_ABI_KSALLOCATOR_FRAMING_EX
      && wire->value.framing_ex.count_items == 0)
    json_object_set_new (fields, GST_KS_TOOL_WIRE_ITEMS, json_array ());
  put_remarks (root, &remarks);
  text = json_dumps (root, JSON_INDENT (2));
  json_decref (root);
  line = g_strconcat (text, "\n", NULL);
  free (text);
  return line;
}
