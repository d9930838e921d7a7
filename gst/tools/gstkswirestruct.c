/* A structure of KS: which one it is, from bytes, from what was read of text.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkswirestruct.h"

#include "gstkswireinput.h"

GstKsToolWire *
gst_ks_tool_wire_new (GstKsAbiStruct which)
{
  GstKsToolWire *wire = g_new0 (GstKsToolWire, 1);

  wire->which = which;
  return wire;
}

void
gst_ks_tool_wire_free (GstKsToolWire * wire)
{
  gst_ks_abi_clear (wire->which, &wire->value);
  g_free (wire);
}

/* Every type with its size: "KS_FRAMING_RANGE (12), ..." */
static gchar *
list_types (void)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < GST_KS_ABI_N_STRUCTS; i++)
    g_string_append_printf (list, "%s%s (%" G_GSIZE_FORMAT "%s)",
        i > 0 ? ", " : "", gst_ks_abi_struct_get_name (i),
        gst_ks_abi_struct_get_size (i),
        i == GST_KS_ABI_KSALLOCATOR_FRAMING_EX ? " and 88 an item" :
        i == GST_KS_ABI_KSSTREAM_HEADER ? " and an extension" : "");
  return g_string_free (g_steal_pointer (&list), FALSE);
}

gboolean
gst_ks_tool_wire_find_type (const gchar * name, GstKsAbiStruct * which,
    GError ** error)
{
  g_autofree gchar *list = NULL;

  for (guint i = 0; i < GST_KS_ABI_N_STRUCTS; i++) {
    if (g_ascii_strcasecmp (gst_ks_abi_struct_get_name (i), name) == 0) {
      *which = i;
      return TRUE;
    }
  }
  list = list_types ();
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
      "no structure '%s'; there are, with their bytes: %s", name, list);
  return FALSE;
}

/* A header and whole items. */
static gboolean
is_framing_ex (gsize size)
{
  gsize header = gst_ks_abi_struct_get_size (GST_KS_ABI_KSALLOCATOR_FRAMING_EX);
  gsize item = gst_ks_abi_struct_get_size (GST_KS_ABI_KS_FRAMING_ITEM);

  return size > header && (size - header) % item == 0;
}

/* Of the two old framings, the one of a query stands for both; with 24 bytes
 * that is what is meant, and not one of the rare others of that size. */
gboolean
gst_ks_tool_wire_guess (gsize size, GstKsAbiStruct * which, GError ** error)
{
  g_autoptr (GString) same = g_string_new (NULL);
  g_autofree gchar *list = NULL;
  guint n_same = 0;

  for (guint i = 0; i < GST_KS_ABI_N_STRUCTS; i++) {
    if (gst_ks_abi_struct_get_size (i) != size)
      continue;
    if (n_same++ == 0)
      *which = i;
    g_string_append_printf (same, "%s%s", n_same > 1 ? ", " : "",
        gst_ks_abi_struct_get_name (i));
  }
  if (n_same == 1 || (n_same > 0 && *which == GST_KS_ABI_KSALLOCATOR_FRAMING))
    return TRUE;
  if (is_framing_ex (size)) {
    *which = GST_KS_ABI_KSALLOCATOR_FRAMING_EX;
    return TRUE;
  }
  list = list_types ();
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "byte %" G_GSIZE_FORMAT ": the input ends here, which is the size of %s; "
      "say --type=NAME: %s", size, n_same > 0 ? "several structures" :
      "no structure", n_same > 0 ? same->str : list);
  return FALSE;
}

GstKsToolWire *
gst_ks_tool_wire_from_bytes (GstKsAbiStruct which, GBytes * bytes,
    GError ** error)
{
  g_autoptr (GstKsToolWire) wire = gst_ks_tool_wire_new (which);

  if (!gst_ks_abi_decode (which, bytes, &wire->value, error))
    return NULL;
  return g_steal_pointer (&wire);
}

GBytes *
gst_ks_tool_wire_to_bytes (const GstKsToolWire * wire)
{
  return gst_ks_abi_encode (wire->which, &wire->value);
}

/* A walk over the fields that are to be filled. */
typedef struct
{
  GstKsToolWireInput *input;
  GString *names;               /* of fields, for messages */
  guint n_names;
  GError **error;
} Fill;

#define MAX_NAMES 40

static void
add_name (Fill * fill, const gchar * name)
{
  if (fill->n_names++ < MAX_NAMES)
    g_string_append_printf (fill->names, "%s%s", fill->names->len ? ", " : "",
        name);
}

static gboolean
is_flags (const GstKsAbiLeaf * leaf)
{
  return leaf->show == GST_KS_ABI_SHOW_NAMES
      && gst_ks_abi_names_is_flags (leaf->names);
}

static gboolean
set_leaf (const GstKsAbiLeaf * leaf, GstKsToolWireValue * value,
    GError ** error)
{
  g_autoptr (GError) reason = NULL;

  value->used = TRUE;
  if (value->list && !is_flags (leaf))
    return gst_ks_tool_wire_fail (error, value->where,
        "expected one value; only flags are a list");
  if (gst_ks_abi_leaf_set (leaf, value->empty ? "0" : value->text, &reason))
    return TRUE;
  return gst_ks_tool_wire_fail (error, value->where, "%s", reason->message);
}

/* Missing ones are left for later: a wrong value is the better news. */
static gboolean
fill_leaf (const GstKsAbiLeaf * leaf, gpointer user_data)
{
  Fill *fill = user_data;
  GstKsToolWireValue *value =
      gst_ks_tool_wire_input_find (fill->input, leaf->path);

  if (value != NULL)
    return set_leaf (leaf, value, fill->error);
  add_name (fill, leaf->path);
  return TRUE;
}

static gboolean
name_leaf (const GstKsAbiLeaf * leaf, gpointer user_data)
{
  add_name (user_data, leaf->path);
  return TRUE;
}

static const gchar *
ellipsis (const Fill * fill)
{
  return fill->n_names > MAX_NAMES ? ", ..." : "";
}

static gboolean
fail_unknown (GstKsToolWire * wire, const GstKsToolWireValue * value,
    GError ** error)
{
  g_autoptr (GString) names = g_string_new (NULL);
  Fill all = { NULL, names, 0, NULL };

  (void) gst_ks_abi_visit (wire->which, &wire->value, name_leaf, &all);
  return gst_ks_tool_wire_fail (error, value->where,
      "%s has no field %s; there are: %s%s",
      gst_ks_abi_struct_get_name (wire->which), value->path, names->str,
      ellipsis (&all));
}

static gboolean
set_count (GstKsAbiFramingEx * ex, const gchar * text, GError ** error)
{
  guint32 count = 0;
  const GstKsAbiLeaf leaf = { "CountItems", 0, sizeof count,
    GST_KS_ABI_TYPE_U32, GST_KS_ABI_SHOW_NUMBER, 0, 0, &count
  };

  return gst_ks_abi_leaf_set (&leaf, text, error)
      && gst_ks_abi_framing_ex_resize (ex, count, error);
}

/* The number of items first: it decides which fields there are. More items
 * than values cannot be complete, and may be very many. */
static gboolean
make_items (GstKsToolWire * wire, GstKsToolWireInput * input, GError ** error)
{
  GstKsToolWireValue *value = gst_ks_tool_wire_input_find (input, "CountItems");
  g_autoptr (GError) reason = NULL;

  if (wire->which != GST_KS_ABI_KSALLOCATOR_FRAMING_EX || value == NULL)
    return TRUE;
  if (!set_count (&wire->value.framing_ex, value->text, &reason))
    return gst_ks_tool_wire_fail (error, value->where, "%s", reason->message);
  if (wire->value.framing_ex.count_items <= input->values->len)
    return TRUE;
  return gst_ks_tool_wire_fail (error, value->where,
      "CountItems is %u, and there " "are fewer fields than items",
      wire->value.framing_ex.count_items);
}

/* A program that writes JSON may write the list although it is empty. */
static gboolean
is_no_items (const GstKsToolWire * wire, const GstKsToolWireValue * value)
{
  return value->empty && wire->which == GST_KS_ABI_KSALLOCATOR_FRAMING_EX
      && g_str_equal (value->path, GST_KS_TOOL_WIRE_ITEMS);
}

static gboolean
fill_all (GstKsToolWire * wire, GstKsToolWireInput * input, GError ** error)
{
  g_autoptr (GString) missing = g_string_new (NULL);
  Fill fill = { input, missing, 0, error };

  if (!gst_ks_abi_visit (wire->which, &wire->value, fill_leaf, &fill))
    return FALSE;
  for (guint i = 0; i < input->values->len; i++) {
    const GstKsToolWireValue *value = g_ptr_array_index (input->values, i);

    if (!value->used && !is_no_items (wire, value))
      return fail_unknown (wire, value, error);
  }
  if (fill.n_names == 0)
    return TRUE;
  return gst_ks_tool_wire_fail (error, input->end_where,
      "%s is not complete; %u fields are missing: %s%s",
      gst_ks_abi_struct_get_name (wire->which), fill.n_names, missing->str,
      ellipsis (&fill));
}

GstKsToolWire *
gst_ks_tool_wire_parse (const gchar * data, gsize size, GError ** error)
{
  g_autoptr (GstKsToolWireInput) input =
      gst_ks_tool_wire_input_read (data, size, error);
  g_autoptr (GstKsToolWire) wire = NULL;
  g_autoptr (GError) reason = NULL;
  GstKsAbiStruct which;

  if (input == NULL)
    return NULL;
  if (!gst_ks_tool_wire_find_type (input->type, &which, &reason)) {
    gst_ks_tool_wire_fail (error, input->type_where, "%s", reason->message);
    return NULL;
  }
  wire = gst_ks_tool_wire_new (which);
  if (!make_items (wire, input, error) || !fill_all (wire, input, error))
    return NULL;
  return g_steal_pointer (&wire);
}
