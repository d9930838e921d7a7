/* A structure of KS with all that is said about it: from bytes, text, JSON, and back.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstks.h>

G_BEGIN_DECLS

/* Any of the structures. */
typedef union
{
  GstKsAbiFraming framing;
  GstKsAbiFramingEx framing_ex;
  GstKsAbiFramingItem item;
  GstKsAbiRange range;
  GstKsAbiRangeWeighted weighted;
  GstKsAbiCompression compression;
  GstKsAbiStatus status;
  GstKsAbiStatusEx status_ex;
  GstKsAbiStreamHeader header;
  GstKsAbiPipeDimensions dimensions;
  GstKsAbiPipeTermination termination;
  GstKsAbiAllocatorProperties properties;
  GstKsAbiWeightTotals totals;
} GstKsToolWireStruct;

typedef struct
{
  GstKsAbiStruct which;
  GstKsToolWireStruct value;    /* as which says */
} GstKsToolWire;

/* All zero. */
GstKsToolWire * gst_ks_tool_wire_new        (GstKsAbiStruct which);
void            gst_ks_tool_wire_free       (GstKsToolWire *wire);

/* Which structure size bytes are, as far as the size tells. */
gboolean        gst_ks_tool_wire_guess      (gsize size, GstKsAbiStruct *which, GError **error);
/* In any case of letters; GST_KS_ERROR_NOT_FOUND lists those that there are. */
gboolean        gst_ks_tool_wire_find_type  (const gchar *name, GstKsAbiStruct *which, GError **error);

GstKsToolWire * gst_ks_tool_wire_from_bytes (GstKsAbiStruct which, GBytes *bytes, GError **error);
/* Text, or JSON if it begins with a brace; every field must be there. */
GstKsToolWire * gst_ks_tool_wire_parse      (const gchar *data, gsize size, GError **error);

/* One of the three structures that are a whole framing. */
gboolean        gst_ks_tool_wire_holds_framing (GstKsAbiStruct which);
/* The text of a framing as one of them; notes: what it has no place for. */
GBytes *        gst_ks_tool_wire_encode_framing (GstKsAbiStruct which, const gchar *text, GStrv *notes, GError **error);

GBytes *        gst_ks_tool_wire_to_bytes   (const GstKsToolWire *wire);
gchar *         gst_ks_tool_wire_to_text    (const GstKsToolWire *wire);
gchar *         gst_ks_tool_wire_to_json    (const GstKsToolWire *wire);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKsToolWire, gst_ks_tool_wire_free)

G_END_DECLS
