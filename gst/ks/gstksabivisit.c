/* The fields of KS's structures by name: shown, set, checked.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksabivisit.h"

#include <string.h>

#include "gstksabitable.h"
#include "gstkssize.h"
#include "gstkstext.h"

/* Alignment is a pitch where a bit says so. */
static GstKsAbiLeaf
leaf_of (const GstKsAbiField * f, const GstKsAbiPlace * place)
{
  GstKsAbiLeaf leaf = { NULL, place->position,
    gst_ks_abi_type_size (f->type), f->type, f->show, 0, 0,
    (guint8 *) place->value + f->offset
  };

  if (f->show == GST_KS_ABI_SHOW_NAMES)
    leaf.names = f->of;
  if (f->show == GST_KS_ABI_SHOW_GUID)
    leaf.use = f->of;
  if (f->show == GST_KS_ABI_SHOW_MASK
      && gst_ks_abi_has_pitch (gst_ks_abi_layout (place->which),
          place->value)) {
    leaf.type = GST_KS_ABI_TYPE_S32;
    leaf.show = GST_KS_ABI_SHOW_NUMBER;
  }
  return leaf;
}

static gboolean
visit_leaf (const GstKsAbiWalk * walk, const GstKsAbiField * f,
    const GstKsAbiPlace * place)
{
  GstKsAbiLeaf leaf = leaf_of (f, place);
  gboolean pitch = f->show != leaf.show;
  g_autofree gchar *path = g_strconcat (place->prefix,
      pitch ? "FramePitch" : f->name, NULL);

  leaf.path = path;
  return walk->leaf == NULL || walk->leaf (&leaf, walk->user_data);
}

/* There only where Size has room for it. */
static gboolean
visit_extension (const GstKsAbiWalk * walk, const GstKsAbiField * f,
    const GstKsAbiPlace * place)
{
  GstKsAbiLeaf leaf = leaf_of (f, place);

  leaf.path = f->name;
  leaf.size = gst_ks_abi_extension_size (place->value);
  return leaf.size == 0 || walk->leaf == NULL
      || walk->leaf (&leaf, walk->user_data);
}

static gboolean
walk_items (const GstKsAbiWalk * walk, const GstKsAbiField * f,
    const GstKsAbiPlace * place)
{
  const GstKsAbiFramingEx *ex = place->value;
  gsize position = place->position;

  for (guint32 i = 0; i < ex->count_items; i++) {
    g_autofree gchar *prefix = g_strdup_printf ("%s%s[%u].", place->prefix,
        f->name, i);
    GstKsAbiPlace item = { f->of, &ex->items[i], prefix, position };

    if (!gst_ks_abi_walk (walk, &item))
      return FALSE;
    (void) gst_ks_size_add (position, gst_ks_abi_layout (f->of)->size,
        &position);
  }
  return TRUE;
}

static gboolean
walk_struct (const GstKsAbiWalk * walk, const GstKsAbiField * f,
    const GstKsAbiPlace * place)
{
  g_autofree gchar *prefix = g_strconcat (place->prefix, f->name, ".", NULL);
  GstKsAbiPlace inner = { f->of, (const guint8 *) place->value + f->offset,
    prefix, place->position
  };

  return gst_ks_abi_walk (walk, &inner);
}

gboolean
gst_ks_abi_walk (const GstKsAbiWalk * walk, const GstKsAbiPlace * place)
{
  const GstKsAbiLayout *layout = gst_ks_abi_layout (place->which);
  GstKsAbiPlace at = *place;

  if (walk->structure != NULL)
    walk->structure (place, walk->user_data);
  for (guint i = 0; i < layout->n_fields; i++) {
    const GstKsAbiField *f = &layout->fields[i];
    gboolean go_on;
    gsize size = 0;

    if (f->row == GST_KS_ABI_ROW_LEAF) {
      go_on = visit_leaf (walk, f, &at);
      size = gst_ks_abi_type_size (f->type);
    } else if (f->row == GST_KS_ABI_ROW_STRUCT) {
      go_on = walk_struct (walk, f, &at);
      size = gst_ks_abi_layout (f->of)->size;
    } else if (f->row == GST_KS_ABI_ROW_ITEMS) {
      go_on = walk_items (walk, f, &at);
    } else {
      go_on = visit_extension (walk, f, &at);
    }
    if (!go_on)
      return FALSE;
    (void) gst_ks_size_add (at.position, size, &at.position);
  }
  return TRUE;
}

/**
 * gst_ks_abi_visit: (skip)
 * @which: what @value is
 * @value: the C struct of @which
 * @func: called for each field in the order of the wire
 * @user_data: handed to @func
 *
 * Goes into structures in the structure; items of KSALLOCATOR_FRAMING_EX are
 * FramingItem[0] and so on; the extension of KSSTREAM_HEADER is a field where
 * Size is above 56. The visitor may write to a field when @value is not const,
 * but to no count. Any thread.
 *
 * Returns: %FALSE when @func did
 *
 * Since: 0.9
 */
gboolean
gst_ks_abi_visit (GstKsAbiStruct which, gconstpointer value,
    GstKsAbiVisitFunc func, gpointer user_data)
{
  const GstKsAbiWalk walk = { func, NULL, user_data };
  const GstKsAbiPlace place = { which, value, "", 0 };

  g_return_val_if_fail (which < GST_KS_ABI_N_STRUCTS, FALSE);
  g_return_val_if_fail (value != NULL && func != NULL, FALSE);

  return gst_ks_abi_walk (&walk, &place);
}

/**
 * gst_ks_abi_leaf_get_number: (skip)
 * @leaf: a field
 * @number: (out): its value; a negative one as two's complement
 *
 * Any thread.
 *
 * Returns: %FALSE for a GUID and for bytes; @number is then left alone
 *
 * Since: 0.9
 */
gboolean
gst_ks_abi_leaf_get_number (const GstKsAbiLeaf * leaf, guint64 * number)
{
  g_return_val_if_fail (leaf != NULL && number != NULL, FALSE);

  switch (leaf->type) {
    case GST_KS_ABI_TYPE_U32:
      *number = *(const guint32 *) leaf->value;
      return TRUE;
    case GST_KS_ABI_TYPE_S32:
      *number = (guint64) (gint64) * (const gint32 *) leaf->value;
      return TRUE;
    case GST_KS_ABI_TYPE_U64:
    case GST_KS_ABI_TYPE_S64:
      *number = *(const guint64 *) leaf->value;
      return TRUE;
    case GST_KS_ABI_TYPE_GUID:
    case GST_KS_ABI_TYPE_BYTES:
      break;
  }
  return FALSE;
}

static gchar *
bytes_to_string (GBytes * bytes)
{
  GString *text = g_string_new (NULL);
  gsize size = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", data[i]);
  return g_string_free (text, FALSE);
}

static gchar *
guid_to_string (const GstKsAbiLeaf * leaf)
{
  const gchar *name = gst_ks_guid_get_name (leaf->value, leaf->use);

  return name != NULL ? g_strdup (name) : gst_ks_guid_to_string (leaf->value);
}

/**
 * gst_ks_abi_leaf_to_string: (skip)
 * @leaf: a field
 *
 * A name where KS has one, else a number; gst_ks_abi_leaf_set() reads it. Any
 * thread.
 *
 * Returns: (transfer full): its value as text
 *
 * Since: 0.9
 */
gchar *
gst_ks_abi_leaf_to_string (const GstKsAbiLeaf * leaf)
{
  guint64 number = 0;
  gboolean is_signed;

  g_return_val_if_fail (leaf != NULL, NULL);

  if (leaf->type == GST_KS_ABI_TYPE_BYTES)
    return bytes_to_string (*(GBytes **) leaf->value);
  if (!gst_ks_abi_leaf_get_number (leaf, &number))
    return guid_to_string (leaf);
  is_signed = leaf->type == GST_KS_ABI_TYPE_S32
      || leaf->type == GST_KS_ABI_TYPE_S64;
  switch (leaf->show) {
    case GST_KS_ABI_SHOW_NAMES:
      return gst_ks_abi_names_to_string (leaf->names, (guint32) number);
    case GST_KS_ABI_SHOW_NUMBER:
      return is_signed ? g_strdup_printf ("%" G_GINT64_FORMAT, (gint64) number)
          : g_strdup_printf ("%" G_GUINT64_FORMAT, number);
    default:
      return g_strdup_printf ("0x%" G_GINT64_MODIFIER "X", number);
  }
}

static gboolean
read_number (const GstKsAbiLeaf * leaf, const gchar * text, guint64 * number)
{
  gboolean hex = g_ascii_strncasecmp (text, "0x", 2) == 0;
  guint64 max = leaf->size == 4 ? G_MAXUINT32 : G_MAXUINT64;
  gint64 number_signed;

  if (hex)
    return g_ascii_string_to_unsigned (text + 2, 16, 0, max, number, NULL);
  if (leaf->type == GST_KS_ABI_TYPE_U32 || leaf->type == GST_KS_ABI_TYPE_U64)
    return g_ascii_string_to_unsigned (text, 10, 0, max, number, NULL);
  if (!g_ascii_string_to_signed (text, 10,
          leaf->size == 4 ? G_MININT32 : G_MININT64,
          leaf->size == 4 ? G_MAXINT32 : G_MAXINT64, &number_signed, NULL))
    return FALSE;
  *number = (guint64) number_signed;
  return TRUE;
}

static gboolean
set_number (const GstKsAbiLeaf * leaf, const gchar * text, GError ** error)
{
  guint64 number;

  if (!read_number (leaf, text, &number)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX,
        "'%.*s' is no number of %" G_GSIZE_FORMAT " bytes%s",
        gst_ks_text_shown (text), text, leaf->size,
        leaf->type == GST_KS_ABI_TYPE_S32
        || leaf->type == GST_KS_ABI_TYPE_S64 ? " with a sign" : "");
    return FALSE;
  }
  if (leaf->size == 4)
    *(guint32 *) leaf->value = (guint32) number;
  else
    *(guint64 *) leaf->value = number;
  return TRUE;
}

static gboolean
set_bytes (const GstKsAbiLeaf * leaf, const gchar * text, GError ** error)
{
  GBytes **bytes = leaf->value;
  g_autofree guint8 *data = NULL;
  gsize n = strlen (text);
  gboolean ok = n % 2 == 0 && n / 2 == leaf->size;

  if (ok)
    data = g_malloc (leaf->size);
  for (gsize i = 0; ok && i < n; i += 2) {
    gint high = g_ascii_xdigit_value (text[i]);
    gint low = g_ascii_xdigit_value (text[i + 1]);

    ok = high >= 0 && low >= 0;
    data[i / 2] = (guint8) (high << 4 | low);
  }
  if (!ok) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_SYNTAX,
        "expected %" G_GSIZE_FORMAT " bytes, as two hexadecimal digits each",
        leaf->size);
    return FALSE;
  }
  g_clear_pointer (bytes, g_bytes_unref);
  *bytes = g_bytes_new_take (g_steal_pointer (&data), leaf->size);
  return TRUE;
}

/**
 * gst_ks_abi_leaf_set: (skip)
 * @leaf: a field of a struct that may be written
 * @text: what gst_ks_abi_leaf_to_string() writes, or a decimal or hexadecimal
 *     number
 * @error: return location for a #GError
 *
 * Fails with %GST_KS_ERROR_SYNTAX; the message begins with the field. Do not
 * set CountItems with it: gst_ks_abi_framing_ex_resize() makes room for items.
 * From one thread.
 *
 * Returns: whether @text could be read; the field is left alone when not
 *
 * Since: 0.9
 */
gboolean
gst_ks_abi_leaf_set (const GstKsAbiLeaf * leaf, const gchar * text,
    GError ** error)
{
  gboolean ok;

  g_return_val_if_fail (leaf != NULL && text != NULL, FALSE);

  if (leaf->show == GST_KS_ABI_SHOW_NAMES)
    ok = gst_ks_abi_names_parse (leaf->names, text, leaf->value, error);
  else if (leaf->type == GST_KS_ABI_TYPE_BYTES)
    ok = set_bytes (leaf, text, error);
  else if (leaf->type == GST_KS_ABI_TYPE_GUID)
    ok = gst_ks_guid_parse (text, leaf->value, error);
  else
    ok = set_number (leaf, text, error);
  if (!ok)
    g_prefix_error (error, "%s: ", leaf->path);
  return ok;
}

static void
complain (GPtrArray * complaints, const GstKsAbiLeaf * leaf, gchar * what)
{
  g_ptr_array_add (complaints, g_strdup_printf ("byte %" G_GSIZE_FORMAT
          ": %s %s", leaf->position, leaf->path, what));
  g_free (what);
}

static void
check_names (const GstKsAbiLeaf * leaf, guint32 number, GPtrArray * complaints)
{
  if (gst_ks_abi_names_is_flags (leaf->names)) {
    guint32 unknown = number & ~gst_ks_abi_names_get_mask (leaf->names);

    if (unknown != 0)
      complain (complaints, leaf,
          g_strdup_printf ("has bits that nobody knows: 0x%08X", unknown));
  } else if (gst_ks_abi_names_find (leaf->names, number) == NULL) {
    complain (complaints, leaf,
        g_strdup_printf ("is %u, which nobody knows", number));
  }
}

static gboolean
check_leaf (const GstKsAbiLeaf * leaf, gpointer user_data)
{
  GPtrArray *complaints = user_data;
  guint64 number = 0;
  guint64 align;

  if (!gst_ks_abi_leaf_get_number (leaf, &number))
    return TRUE;
  if (leaf->show == GST_KS_ABI_SHOW_RESERVED && number != 0)
    complain (complaints, leaf,
        g_strdup_printf ("is 0x%08X, but reserved: 0 belongs there",
            (guint32) number));
  else if (leaf->show == GST_KS_ABI_SHOW_NAMES)
    check_names (leaf, (guint32) number, complaints);
  else if (leaf->show == GST_KS_ABI_SHOW_MASK
      && !gst_ks_align_from_mask ((guint64) number, &align))
    complain (complaints, leaf,
        g_strdup_printf ("is 0x%08X, which is no power of two minus 1",
            (guint32) number));
  return TRUE;
}

static void
check_structure (const GstKsAbiPlace * place, gpointer user_data)
{
  const GstKsAbiLayout *layout = gst_ks_abi_layout (place->which);

  if (layout->check != NULL)
    layout->check (place, user_data);
}

/**
 * gst_ks_abi_check: (skip)
 * @which: what @value is
 * @value: the C struct of @which
 *
 * Lists what KS would not have written: reserved fields that are not 0, bits
 * and numbers without a meaning, ranges whose ends are the wrong way round or
 * whose step is larger than the span, alignment that is no mask. Each line has
 * the byte and the field. Memory types and buses that are not known are data
 * and no complaint. Any thread.
 *
 * Returns: (transfer full): the complaints, empty when there are none
 *
 * Since: 0.9
 */
GStrv
gst_ks_abi_check (GstKsAbiStruct which, gconstpointer value)
{
  GPtrArray *complaints;
  const GstKsAbiPlace place = { which, value, "", 0 };
  GstKsAbiWalk walk = { check_leaf, check_structure, NULL };

  g_return_val_if_fail (which < GST_KS_ABI_N_STRUCTS, NULL);
  g_return_val_if_fail (value != NULL, NULL);

  complaints = g_ptr_array_new ();
  walk.user_data = complaints;
  (void) gst_ks_abi_walk (&walk, &place);
  g_ptr_array_add (complaints, NULL);
  return (GStrv) g_ptr_array_free (complaints, FALSE);
}
