/* The text of a framing as the bytes of a structure.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkswirestruct.h"

gboolean
gst_ks_tool_wire_holds_framing (GstKsAbiStruct which)
{
  return which == GST_KS_ABI_KSALLOCATOR_FRAMING_EX
      || which == GST_KS_ABI_KSALLOCATOR_FRAMING
      || which == GST_KS_ABI_KSALLOCATOR_FRAMING_CREATE;
}

static gboolean
fill_in (GstKsToolWire * wire, const GstKsFraming * framing, GStrv * notes,
    GError ** error)
{
  GstKsToolWireStruct *value = &wire->value;

  if (wire->which == GST_KS_ABI_KSALLOCATOR_FRAMING_EX)
    return gst_ks_framing_to_abi (framing, &value->framing_ex, notes, error);
  if (wire->which == GST_KS_ABI_KSALLOCATOR_FRAMING)
    return gst_ks_framing_to_abi_old (framing, &value->framing, notes, error);
  return gst_ks_framing_to_abi_fixed (framing, &value->framing, notes, error);
}

GBytes *
gst_ks_tool_wire_encode_framing (GstKsAbiStruct which, const gchar * text,
    GStrv * notes, GError ** error)
{
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (text, error);
  g_autoptr (GstKsToolWire) wire = gst_ks_tool_wire_new (which);

  if (framing == NULL || !fill_in (wire, framing, notes, error))
    return NULL;
  return gst_ks_tool_wire_to_bytes (wire);
}
