/* KS's structures from bytes and to bytes.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Bytes are refused only when they are too few or too many; everything else
 * they say is kept, so that encode (decode (bytes)) is bytes, and what looks
 * wrong in it is listed by gst_ks_abi_check (). All sizes are checked before
 * the first byte is read: after that nothing can fail.
 */
#include "gstksabi.h"

#include <gst/base/base.h>
#include <string.h>

#include "gstksabitable.h"
#include "gstkssize.h"

/**
 * gst_ks_abi_struct_get_name:
 * @which: a structure
 *
 * Any thread.
 *
 * Returns: (transfer none): KS's name for it; a create request is
 *   KSALLOCATOR_FRAMING/create
 *
 * Since: 0.9
 */
const gchar *
gst_ks_abi_struct_get_name (GstKsAbiStruct which)
{
  g_return_val_if_fail (which < GST_KS_ABI_N_STRUCTS, NULL);

  return gst_ks_abi_layout (which)->name;
}

/**
 * gst_ks_abi_struct_from_name:
 * @name: as gst_ks_abi_struct_get_name() has it
 * @which: (out): the structure
 *
 * Any thread.
 *
 * Returns: whether there is one; @which is left alone when not
 *
 * Since: 0.9
 */
gboolean
gst_ks_abi_struct_from_name (const gchar * name, GstKsAbiStruct * which)
{
  g_return_val_if_fail (name != NULL && which != NULL, FALSE);

  for (guint i = 0; i < GST_KS_ABI_N_STRUCTS; i++) {
    if (strcmp (gst_ks_abi_layout (i)->name, name) == 0) {
      *which = i;
      return TRUE;
    }
  }
  return FALSE;
}

/**
 * gst_ks_abi_struct_get_size:
 * @which: a structure
 *
 * Any thread.
 *
 * Returns: bytes on the wire, without the items of KSALLOCATOR_FRAMING_EX and
 *   without the extension of KSSTREAM_HEADER
 *
 * Since: 0.9
 */
gsize
gst_ks_abi_struct_get_size (GstKsAbiStruct which)
{
  g_return_val_if_fail (which < GST_KS_ABI_N_STRUCTS, 0);

  return gst_ks_abi_layout (which)->size;
}

/* The field in which a structure ends that was cut off at end. */
typedef struct
{
  gsize end;
  gchar *path;
  gsize position;
} Cut;

static gboolean
find_cut (const GstKsAbiLeaf * leaf, gpointer user_data)
{
  Cut *cut = user_data;
  gsize leaf_end;

  if (gst_ks_size_add (leaf->position, leaf->size, &leaf_end)
      && leaf_end <= cut->end)
    return TRUE;
  cut->path = g_strdup (leaf->path);
  cut->position = leaf->position;
  return FALSE;
}

/* where: what was cut off; its value does not matter */
static void
set_cut_off (GstKsAbiStruct which, GstKsAbiPlace where, guint64 needed,
    Cut * cut, GError ** error)
{
  static const GstKsAbiAllocatorProperties nothing;
  const GstKsAbiWalk walk = { find_cut, NULL, cut };

  where.value = &nothing;
  (void) gst_ks_abi_walk (&walk, &where);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_TOO_SMALL,
      "%s: byte %" G_GSIZE_FORMAT ": cut off in %s, which begins at byte %"
      G_GSIZE_FORMAT "; %" G_GUINT64_FORMAT " bytes are needed",
      gst_ks_abi_layout (which)->name, cut->end, cut->path, cut->position,
      needed);
  g_clear_pointer (&cut->path, g_free);
}

static void
set_item_cut_off (GstKsAbiStruct which, guint32 count, gsize size,
    GError ** error)
{
  gsize header = gst_ks_abi_layout (which)->size;
  gsize item = gst_ks_abi_layout (GST_KS_ABI_KS_FRAMING_ITEM)->size;
  gsize index = (size - header) / item;
  g_autofree gchar *prefix =
      g_strdup_printf ("FramingItem[%" G_GSIZE_FORMAT "].", index);
  GstKsAbiPlace where = { GST_KS_ABI_KS_FRAMING_ITEM, NULL, prefix,
    size - (size - header) % item
  };
  Cut cut = { size, NULL, 0 };
  guint64 needed = G_MAXUINT64;

  if (gst_ks_size_mul (item, count, &needed))
    (void) gst_ks_size_add (needed, header, &needed);
  set_cut_off (which, where, needed, &cut, error);
  g_prefix_error (error, "CountItems is %u: ", count);
}

static void
set_extension_cut_off (GstKsAbiStruct which, guint32 needed, gsize size,
    GError ** error)
{
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_TOO_SMALL,
      "Size is %u: %s: byte %" G_GSIZE_FORMAT ": cut off in Extension, which "
      "begins at byte %" G_GSIZE_FORMAT "; %u bytes are needed", needed,
      gst_ks_abi_layout (which)->name, size, gst_ks_abi_layout (which)->size,
      needed);
}

/* How many bytes which has to have; FALSE when data has fewer. */
static gboolean
measure (GstKsAbiStruct which, const guint8 * data, gsize size, gsize * needed)
{
  gsize items = 0;

  *needed = gst_ks_abi_layout (which)->size;
  if (size < *needed)
    return FALSE;
  /* Size: a smaller one is a complaint */
  if (which == GST_KS_ABI_KSSTREAM_HEADER)
    *needed = MAX (*needed, GST_READ_UINT32_LE (data));
  if (which != GST_KS_ABI_KSALLOCATOR_FRAMING_EX)
    return size >= *needed;
  if (!gst_ks_size_mul (GST_READ_UINT32_LE (data),
          gst_ks_abi_layout (GST_KS_ABI_KS_FRAMING_ITEM)->size, &items)
      || !gst_ks_size_add (*needed, items, needed))
    return FALSE;
  return size >= *needed;
}

/* More could be read, but not set as text. */
static gboolean
check_count (GstKsAbiStruct which, const guint8 * data, GError ** error)
{
  if (which != GST_KS_ABI_KSALLOCATOR_FRAMING_EX
      || GST_READ_UINT32_LE (data) <= GST_KS_ABI_MAX_ITEMS)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
      "%s: byte 0: CountItems %u is above the limit of %u",
      gst_ks_abi_layout (which)->name, GST_READ_UINT32_LE (data),
      GST_KS_ABI_MAX_ITEMS);
  return FALSE;
}

static gboolean
check_size (GstKsAbiStruct which, const guint8 * data, gsize size,
    GError ** error)
{
  GstKsAbiPlace where = { which, NULL, "", 0 };
  Cut cut = { size, NULL, 0 };
  gsize needed;

  if (measure (which, data, size, &needed)) {
    if (size == needed)
      return check_count (which, data, error);
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "%s: byte %" G_GSIZE_FORMAT ": it ends here, but %" G_GSIZE_FORMAT
        " bytes were given", gst_ks_abi_layout (which)->name, needed, size);
  } else if (size < gst_ks_abi_layout (which)->size) {
    set_cut_off (which, where, gst_ks_abi_layout (which)->size, &cut, error);
  } else if (which == GST_KS_ABI_KSSTREAM_HEADER) {
    set_extension_cut_off (which, GST_READ_UINT32_LE (data), size, error);
  } else {
    set_item_cut_off (which, GST_READ_UINT32_LE (data), size, error);
  }
  return FALSE;
}

static void
read_leaf (GstByteReader * r, GstKsAbiType type, gpointer at)
{
  switch (type) {
    case GST_KS_ABI_TYPE_U32:
    case GST_KS_ABI_TYPE_S32:
      *(guint32 *) at = gst_byte_reader_get_uint32_le_unchecked (r);
      break;
    case GST_KS_ABI_TYPE_U64:
    case GST_KS_ABI_TYPE_S64:
      *(guint64 *) at = gst_byte_reader_get_uint64_le_unchecked (r);
      break;
    case GST_KS_ABI_TYPE_GUID:{
      GstKsGuid *guid = at;

      guid->data1 = gst_byte_reader_get_uint32_le_unchecked (r);
      guid->data2 = gst_byte_reader_get_uint16_le_unchecked (r);
      guid->data3 = gst_byte_reader_get_uint16_le_unchecked (r);
      memcpy (guid->data4, gst_byte_reader_get_data_unchecked (r, 8), 8);
      break;
    }
    case GST_KS_ABI_TYPE_BYTES:
      g_assert_not_reached ();
  }
}

static GBytes *
read_extension (GstByteReader * r, const GstKsAbiStreamHeader * header)
{
  guint size = (guint) gst_ks_abi_extension_size (header);

  return size == 0 ? NULL :
      g_bytes_new (gst_byte_reader_get_data_unchecked (r, size), size);
}

static void
read_struct (GstByteReader * r, guint which, guint8 * value)
{
  const GstKsAbiLayout *layout = gst_ks_abi_layout (which);

  for (guint i = 0; i < layout->n_fields; i++) {
    const GstKsAbiField *f = &layout->fields[i];

    if (f->row == GST_KS_ABI_ROW_LEAF) {
      read_leaf (r, f->type, value + f->offset);
    } else if (f->row == GST_KS_ABI_ROW_STRUCT) {
      read_struct (r, f->of, value + f->offset);
    } else if (f->row == GST_KS_ABI_ROW_EXTENSION) {
      *(GBytes **) (value + f->offset) =
          read_extension (r, (const GstKsAbiStreamHeader *) value);
    } else {
      GstKsAbiFramingEx *ex = (GstKsAbiFramingEx *) value;

      ex->items = g_new0 (GstKsAbiFramingItem, ex->count_items);
      for (guint n = 0; n < ex->count_items; n++)
        read_struct (r, f->of, (guint8 *) & ex->items[n]);
    }
  }
}

/**
 * gst_ks_abi_decode: (skip)
 * @which: what @bytes are
 * @bytes: all of one structure and nothing else
 * @value: the C struct of @which, need not be initialised
 * @error: return location for a #GError
 *
 * Reads what KS would have written. Whatever the bytes say is taken over;
 * gst_ks_abi_check() tells what is wrong with it. Clear @value with
 * gst_ks_abi_clear().
 *
 * Fails with %GST_KS_ERROR_TOO_SMALL when @bytes are cut off, or hold less
 * items or a shorter extension than they say; the message has the byte, the field, and how many bytes
 * it takes. Fails with %GST_KS_ERROR_INVALID when there are more, and with
 * %GST_KS_ERROR_LIMIT above 4096 items. Any thread.
 *
 * KS: the structure in a data buffer of a request.
 *
 * Returns: whether @bytes could be read; @value is left alone when not
 *
 * Since: 0.9
 */
gboolean
gst_ks_abi_decode (GstKsAbiStruct which, GBytes * bytes, gpointer value,
    GError ** error)
{
  const guint8 *data;
  gsize size;
  GstByteReader r;

  g_return_val_if_fail (which < GST_KS_ABI_N_STRUCTS, FALSE);
  g_return_val_if_fail (bytes != NULL && value != NULL, FALSE);

  data = g_bytes_get_data (bytes, &size);
  if (size > G_MAXUINT) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "%s: %" G_GSIZE_FORMAT " bytes are more than can be read",
        gst_ks_abi_layout (which)->name, size);
    return FALSE;
  }
  if (!check_size (which, data, size, error))
    return FALSE;
  gst_byte_reader_init (&r, data, (guint) size);
  read_struct (&r, which, value);
  return TRUE;
}

/* bytes: may be NULL */
static gboolean
write_bytes (GstByteWriter * w, GBytes * bytes)
{
  gsize size = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  return size == 0 || (size <= G_MAXUINT
      && gst_byte_writer_put_data (w, data, (guint) size));
}

static void
write_leaf (GstByteWriter * w, GstKsAbiType type, gconstpointer at)
{
  gboolean ok = TRUE;

  switch (type) {
    case GST_KS_ABI_TYPE_U32:
    case GST_KS_ABI_TYPE_S32:
      ok = gst_byte_writer_put_uint32_le (w, *(const guint32 *) at);
      break;
    case GST_KS_ABI_TYPE_U64:
    case GST_KS_ABI_TYPE_S64:
      ok = gst_byte_writer_put_uint64_le (w, *(const guint64 *) at);
      break;
    case GST_KS_ABI_TYPE_GUID:{
      guint8 stored[16];

      gst_ks_guid_to_bytes (at, stored);
      ok = gst_byte_writer_put_data (w, stored, sizeof stored);
      break;
    }
    case GST_KS_ABI_TYPE_BYTES:
      ok = write_bytes (w, *(GBytes * const *) at);
      break;
  }
  if (!ok)
    g_error ("a field of type %d is larger than can be written", type);
}

static void
write_struct (GstByteWriter * w, guint which, const guint8 * value)
{
  const GstKsAbiLayout *layout = gst_ks_abi_layout (which);

  for (guint i = 0; i < layout->n_fields; i++) {
    const GstKsAbiField *f = &layout->fields[i];

    if (f->row == GST_KS_ABI_ROW_LEAF || f->row == GST_KS_ABI_ROW_EXTENSION) {
      write_leaf (w, f->type, value + f->offset);
    } else if (f->row == GST_KS_ABI_ROW_STRUCT) {
      write_struct (w, f->of, value + f->offset);
    } else {
      const GstKsAbiFramingEx *ex = (const GstKsAbiFramingEx *) value;

      for (guint n = 0; n < ex->count_items; n++)
        write_struct (w, f->of, (const guint8 *) &ex->items[n]);
    }
  }
}

/**
 * gst_ks_abi_encode: (skip)
 * @which: what @value is
 * @value: the C struct of @which
 *
 * Writes what KS would write, reserved and padding bytes and the extension as
 * they are in @value. Any thread.
 *
 * Returns: (transfer full): the bytes
 *
 * Since: 0.9
 */
GBytes *
gst_ks_abi_encode (GstKsAbiStruct which, gconstpointer value)
{
  GstByteWriter w;
  gsize size;

  g_return_val_if_fail (which < GST_KS_ABI_N_STRUCTS, NULL);
  g_return_val_if_fail (value != NULL, NULL);

  gst_byte_writer_init (&w);
  write_struct (&w, which, value);
  size = gst_byte_writer_get_size (&w);
  return g_bytes_new_take (gst_byte_writer_reset_and_get_data (&w), size);
}

/**
 * gst_ks_abi_clear: (skip)
 * @which: what @value is
 * @value: the C struct of @which, decoded or all zero
 *
 * Frees items and extension, which two of the structures own, and leaves none.
 * From one thread.
 *
 * Since: 0.9
 */
void
gst_ks_abi_clear (GstKsAbiStruct which, gpointer value)
{
  g_return_if_fail (which < GST_KS_ABI_N_STRUCTS);
  g_return_if_fail (value != NULL);

  if (which == GST_KS_ABI_KSALLOCATOR_FRAMING_EX)
    gst_ks_abi_framing_ex_clear (value);
  else if (which == GST_KS_ABI_KSSTREAM_HEADER)
    g_clear_pointer (&((GstKsAbiStreamHeader *) value)->extension,
        g_bytes_unref);
}

/**
 * gst_ks_abi_framing_ex_clear:
 * @framing: framing that was decoded, initialised at run time, or is all zero
 *
 * Frees the items and leaves none. From one thread.
 *
 * Since: 0.9
 */
void
gst_ks_abi_framing_ex_clear (GstKsAbiFramingEx * framing)
{
  g_return_if_fail (framing != NULL);

  g_clear_pointer (&framing->items, g_free);
  framing->count_items = 0;
}

/**
 * gst_ks_abi_framing_ex_resize:
 * @framing: framing that owns its items
 * @count_items: how many there shall be
 * @error: return location for a #GError
 *
 * Keeps the items that fit; new ones are all zero. Fails with
 * %GST_KS_ERROR_LIMIT above 4096 items. From one thread.
 *
 * Returns: whether there are so many now; @framing is left alone when not
 *
 * Since: 0.9
 */
gboolean
gst_ks_abi_framing_ex_resize (GstKsAbiFramingEx * framing, guint32 count_items,
    GError ** error)
{
  g_return_val_if_fail (framing != NULL, FALSE);

  if (count_items > GST_KS_ABI_MAX_ITEMS) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT,
        "KSALLOCATOR_FRAMING_EX: CountItems %u is above the limit of %u",
        count_items, GST_KS_ABI_MAX_ITEMS);
    return FALSE;
  }
  framing->items = g_renew (GstKsAbiFramingItem, framing->items, count_items);
  for (guint32 i = framing->count_items; i < count_items; i++)
    memset (&framing->items[i], 0, sizeof framing->items[i]);
  framing->count_items = count_items;
  return TRUE;
}
