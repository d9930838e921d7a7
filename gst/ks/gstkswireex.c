/* Whole framings as KSALLOCATOR_FRAMING_EX.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksframingfield.h"
#include "gstkswireprivate.h"

void
gst_ks_wire_note (GstKsWire * wire, const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  g_autofree gchar *note = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  note = g_strconcat (wire->where, text, NULL);
  g_strv_builder_add (wire->notes, note);
}

gboolean
gst_ks_wire_fail (GstKsWire * wire, const gchar * format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (wire->error, GST_KS_ERROR, GST_KS_ERROR_INVALID, "%s%s",
      wire->where, text);
  return FALSE;
}

gboolean
gst_ks_wire_put (GstKsWire * wire, const gchar * field, guint64 value,
    guint32 * out)
{
  if (value > G_MAXUINT32)
    return gst_ks_wire_fail (wire, "%s: %" G_GUINT64_FORMAT " takes more than "
        "the 32 bits that the wire has; ask for less", field, value);
  *out = (guint32) value;
  return TRUE;
}

void
gst_ks_wire_end (GstKsWire * wire, GStrv * complaints)
{
  if (complaints != NULL)
    *complaints = g_strv_builder_end (wire->notes);
}

/* What was written, seen by who reads it. */
void
gst_ks_wire_compare (GstKsWire * wire, const GstKsFraming * framing,
    const GstKsFraming * back)
{
  g_autofree gchar *text = NULL;

  wire->where = "";
  if (back != NULL && gst_ks_framing_equal (framing, back))
    return;
  text = back != NULL ? gst_ks_framing_to_string (back) : NULL;
  gst_ks_wire_note (wire, "not all of it can be said: it reads back as '%s'",
      text != NULL ? text : "nothing");
}

/* Ratio */

static void
ratio_in (GstKsWire * wire, const GstKsAbiCompression * abi, GstKsRatio * ratio)
{
  static const GstKsRatio unknown = GST_KS_RATIO_INIT_UNKNOWN;

  if (abi->ratio_numerator == GST_KS_WIRE_OPEN || abi->ratio_denominator == 0) {
    *ratio = unknown;
  } else if (abi->ratio_numerator == 0) {
    *ratio = unknown;
    gst_ks_wire_note (wire, "OutputCompression: 0/%u: read as unknown",
        abi->ratio_denominator);
  } else {
    ratio->numerator = abi->ratio_numerator;
    ratio->denominator = abi->ratio_denominator;
    ratio->margin = abi->ratio_constant_margin;
  }
}

static gboolean
ratio_out (GstKsWire * wire, const GstKsRatio * ratio,
    GstKsAbiCompression * abi)
{
  if (!gst_ks_ratio_is_known (ratio)) {
    abi->ratio_numerator = GST_KS_WIRE_OPEN;
    abi->ratio_denominator = 0;
    abi->ratio_constant_margin = 0;
    return TRUE;
  }
  if (ratio->numerator == GST_KS_WIRE_OPEN)
    return gst_ks_wire_fail (wire, "ratio: the numerator %" G_GUINT64_FORMAT
        " means an unknown ratio on the wire", ratio->numerator);
  return gst_ks_wire_put (wire, "ratio", ratio->numerator,
      &abi->ratio_numerator)
      && gst_ks_wire_put (wire, "ratio", ratio->denominator,
      &abi->ratio_denominator)
      && gst_ks_wire_put (wire, "ratio", ratio->margin,
      &abi->ratio_constant_margin);
}

/* In */

static gboolean
items_in (GstKsWire * wire, const GstKsAbiFramingEx * ex,
    const gchar * list, GstKsFramingItem * items)
{
  const GstKsFramingItem nothing = GST_KS_FRAMING_ITEM_INIT ("any");

  for (guint i = 0; i < ex->count_items; i++) {
    g_autofree gchar *where =
        list != NULL ? g_strdup_printf ("%s[%u].", list, i) : g_strdup ("");
    gboolean done;

    wire->where = where;
    items[i] = nothing;
    done = gst_ks_wire_item_in (wire, &ex->items[i], &items[i]);
    wire->where = "";
    if (!done)
      return FALSE;
  }
  return TRUE;
}

GstKsFraming *
gst_ks_wire_framing_in (GstKsWire * wire, const GstKsAbiFramingEx * ex,
    const gchar * list)
{
  GstKsFramingItem nothing = GST_KS_FRAMING_ITEM_INIT ("any");
  g_autofree GstKsFramingItem *items = NULL;
  GstKsRatio ratio = GST_KS_RATIO_INIT;

  if (ex->count_items > GST_KS_FRAMING_MAX_ITEMS) {
    gst_ks_wire_fail (wire, "CountItems: %u; a framing has at most %u",
        ex->count_items, GST_KS_FRAMING_MAX_ITEMS);
    return NULL;
  }
  items = g_new0 (GstKsFramingItem, ex->count_items);
  if (!items_in (wire, ex, list, items))
    return NULL;
  ratio_in (wire, &ex->output_compression, &ratio);
  if (ex->pin_flags != 0)
    gst_ks_wire_note (wire, "PinFlags: 0x%08X, which is reserved: left out",
        ex->pin_flags);
  if (ex->pin_weight != 0)
    gst_ks_wire_note (wire, "PinWeight: %u, which is reserved: left out",
        ex->pin_weight);
  if (ex->count_items == 0) {
    gst_ks_wire_note (wire, "CountItems: 0: read as a framing that asks for "
        "nothing");
    return gst_ks_framing_new (&nothing, 1, &ratio, wire->error);
  }
  return gst_ks_framing_new (items, ex->count_items, &ratio, wire->error);
}

/**
 * gst_ks_framing_from_abi:
 * @ex: KS's structure
 * @complaints: (out) (optional) (transfer full) (array zero-terminated=1): what
 *   was read otherwise than it is written, or left out; each has the field
 * @error: return location for a #GError
 *
 * Items keep their order. Memory types and buses become words; a vendor's
 * memory type is the kind `vendor` with its GUID as device, DEVICE_UNKNOWN is
 * `host-mapped` unless it is device-specific. PhysicalRange is the size,
 * FramingRange what is preferred, Frames is what is held, and alignment is in
 * bytes. MUST_ALLOCATE counts wherever it is set. No items at all are no
 * framing: one item comes that asks for nothing.
 *
 * Fails with %GST_KS_ERROR_INVALID, naming the field, for ranges and alignments
 * that cannot be. Any thread. KS: KSALLOCATOR_FRAMING_EX.
 *
 * Returns: (transfer full) (nullable): the framing
 *
 * Since: 0.9
 */
GstKsFraming *
gst_ks_framing_from_abi (const GstKsAbiFramingEx * ex, GStrv * complaints,
    GError ** error)
{
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();
  g_autoptr (GStringChunk) words = g_string_chunk_new (64);
  GstKsWire wire = { notes, words, "", error };
  GstKsFraming *framing;

  g_return_val_if_fail (ex != NULL, NULL);
  g_return_val_if_fail (ex->items != NULL || ex->count_items == 0, NULL);

  framing = gst_ks_wire_framing_in (&wire, ex, "FramingItem");
  if (framing != NULL)
    gst_ks_wire_end (&wire, complaints);
  return framing;
}

/* Out */

static gboolean
items_out (GstKsWire * wire, const GstKsFraming * framing,
    GstKsAbiFramingEx * ex)
{
  for (guint i = 0; i < framing->n_items; i++) {
    g_autofree gchar *where = g_strdup_printf ("item %u: ", i + 1);
    gboolean done;

    wire->where = where;
    done = gst_ks_wire_item_out (wire, &framing->items[i], &ex->items[i]);
    wire->where = "";
    if (!done)
      return FALSE;
  }
  return TRUE;
}

/* The caller clears ex, also when it fails. */
gboolean
gst_ks_wire_framing_out (GstKsWire * wire, const GstKsFraming * framing,
    GstKsAbiFramingEx * ex)
{
  ex->count_items = framing->n_items;
  ex->items = g_new0 (GstKsAbiFramingItem, framing->n_items);
  return items_out (wire, framing, ex)
      && ratio_out (wire, &framing->ratio, &ex->output_compression);
}

/**
 * gst_ks_framing_to_abi:
 * @framing: a framing
 * @ex: (out caller-allocates): KS's structure, to be cleared with
 *   gst_ks_abi_framing_ex_clear()
 * @complaints: (out) (optional) (transfer full) (array zero-terminated=1): what
 *   KS has no place for, as the framing that is left
 * @error: return location for a #GError
 *
 * The way back of gst_ks_framing_from_abi(). Kinds of ours that KS has no type
 * for have GUIDs of ours. Prefix and padding are inside the sizes; a cap on
 * frames and kernel-only have no place and are left out.
 *
 * Fails with %GST_KS_ERROR_INVALID, naming field and value, for what the wire
 * cannot carry: numbers of more than 32 bits, weights below 0, a vendor's kind
 * without GUID, a device or a stride that is a range; @ex is then left alone.
 * Any thread. KS: KSALLOCATOR_FRAMING_EX.
 *
 * Returns: whether @ex was filled in
 *
 * Since: 0.9
 */
gboolean
gst_ks_framing_to_abi (const GstKsFraming * framing, GstKsAbiFramingEx * ex,
    GStrv * complaints, GError ** error)
{
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();
  GstKsWire wire = { notes, NULL, "", error };
  g_auto (GstKsAbiFramingEx) done = { 0, 0, {0, 0, 0}, 0, NULL };
  g_autoptr (GstKsFraming) back = NULL;

  g_return_val_if_fail (framing != NULL && ex != NULL, FALSE);

  if (!gst_ks_wire_framing_out (&wire, framing, &done))
    return FALSE;
  back = gst_ks_framing_from_abi (&done, NULL, NULL);
  gst_ks_wire_compare (&wire, framing, back);
  gst_ks_wire_end (&wire, complaints);
  *ex = done;
  done.items = NULL;
  return TRUE;
}
