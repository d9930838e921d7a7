/* What the parts of the wire's codec share.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkswire.h"

G_BEGIN_DECLS

#define GST_KS_WIRE_OPEN 0xFFFFFFFFU    /* no upper end */

/* One conversion on its way. */
typedef struct
{
  GStrvBuilder *notes;          /* complaints, owned by the caller */
  GStringChunk *words;          /* GUIDs as text, until they are interned */
  const gchar *where;           /* before a field's name: "FramingItem[0]." */
  GError **error;
} GstKsWire;

void     gst_ks_wire_note (GstKsWire *wire, const gchar *format, ...) G_GNUC_PRINTF (2, 3);
/* Always FALSE. */
gboolean gst_ks_wire_fail (GstKsWire *wire, const gchar *format, ...) G_GNUC_PRINTF (2, 3);
/* FALSE, with an error, when it takes more than 32 bits. */
gboolean gst_ks_wire_put (GstKsWire *wire, const gchar *field, guint64 value, guint32 *out);
/* Hands the notes out as a list, where somebody wants them. */
void     gst_ks_wire_end (GstKsWire *wire, GStrv *complaints);

/* Notes how @back, which was read from what was written, differs. */
void     gst_ks_wire_compare (GstKsWire *wire, const GstKsFraming *framing, const GstKsFraming *back);

/* Whole framings; @list is what fields are in, NULL: nothing */
GstKsFraming * gst_ks_wire_framing_in (GstKsWire *wire, const GstKsAbiFramingEx *ex, const gchar *list);
gboolean gst_ks_wire_framing_out (GstKsWire *wire, const GstKsFraming *framing, GstKsAbiFramingEx *ex);

/* One of those that KSMEMORY_TYPE_SYSTEM stands for, itself included. */
gboolean gst_ks_wire_is_host_memory (const GstKsGuid *type);

/* Fields that are not numbers: kind and device, bus */
gboolean gst_ks_wire_memory_in (GstKsWire *wire, const GstKsAbiFramingItem *abi, GstKsFramingItem *item);
gboolean gst_ks_wire_memory_out (GstKsWire *wire, const GstKsFramingItem *item, GstKsAbiFramingItem *abi);
gboolean gst_ks_wire_bus_in (GstKsWire *wire, const GstKsAbiFramingItem *abi, GstKsFramingItem *item);
gboolean gst_ks_wire_bus_out (GstKsWire *wire, const GstKsFramingItem *item, GstKsAbiFramingItem *abi);

gboolean gst_ks_wire_pitch_in (GstKsWire *wire, const GstKsAbiFramingItem *abi, GstKsFramingItem *item);
gboolean gst_ks_wire_item_in (GstKsWire *wire, const GstKsAbiFramingItem *abi, GstKsFramingItem *item);
gboolean gst_ks_wire_item_out (GstKsWire *wire, const GstKsFramingItem *item, GstKsAbiFramingItem *abi);

G_END_DECLS
