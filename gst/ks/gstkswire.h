/* Framings as KS's structures and bytes.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksabi.h>
#include <gst/ks/gstksframing.h>

G_BEGIN_DECLS

/**
 * GstKsWireForm:
 * @GST_KS_WIRE_FORM_OLD: KSALLOCATOR_FRAMING as an answer: what a pin asks for
 * @GST_KS_WIRE_FORM_FIXED: KSALLOCATOR_FRAMING in a create request: what was
 *     decided
 * @GST_KS_WIRE_FORM_EX: KSALLOCATOR_FRAMING_EX: all alternatives of a pin
 *
 * Which of KS's structures a framing is written as.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_WIRE_FORM_OLD,
  GST_KS_WIRE_FORM_FIXED,
  GST_KS_WIRE_FORM_EX
} GstKsWireForm;

/**
 * GST_KS_WIRE_ALIGN_MAX:
 *
 * The largest alignment of a create request, in bytes; its mask is 4095.
 *
 * Since: 0.9
 */
#define GST_KS_WIRE_ALIGN_MAX 4096

GST_KS_API GstKsFraming * gst_ks_framing_from_wire (const guint8 *data, gsize size, GstKsWireForm form, GStrv *complaints, GError **error);
GST_KS_API GBytes *       gst_ks_framing_to_wire (const GstKsFraming *framing, GstKsWireForm form, GError **error);
/* KS's two calls: the first with @len 0 learns @needed. */
GST_KS_API gboolean       gst_ks_framing_write_wire (const GstKsFraming *framing, GstKsWireForm form, guint8 *buf, gsize len, gsize *needed, GError **error);

/* The same on structures; complaints say what was read otherwise or was left out. */
GST_KS_API GstKsFraming * gst_ks_framing_from_abi (const GstKsAbiFramingEx *ex, GStrv *complaints, GError **error);
GST_KS_API GstKsFraming * gst_ks_framing_from_abi_old (const GstKsAbiFraming *old, GStrv *complaints, GError **error);
GST_KS_API GstKsFraming * gst_ks_framing_from_abi_fixed (const GstKsAbiFraming *fixed, GStrv *complaints, GError **error);
GST_KS_API gboolean       gst_ks_framing_to_abi (const GstKsFraming *framing, GstKsAbiFramingEx *ex, GStrv *complaints, GError **error);
GST_KS_API gboolean       gst_ks_framing_to_abi_old (const GstKsFraming *framing, GstKsAbiFraming *old, GStrv *complaints, GError **error);
GST_KS_API gboolean       gst_ks_framing_to_abi_fixed (const GstKsFraming *framing, GstKsAbiFraming *fixed, GStrv *complaints, GError **error);

/* Old to extended and back, by the correspondences of KS. */
GST_KS_API void           gst_ks_abi_framing_to_ex (const GstKsAbiFraming *old, GstKsAbiFramingEx *ex);
GST_KS_API gboolean       gst_ks_abi_framing_from_ex (const GstKsAbiFramingEx *ex, GstKsAbiFraming *old, GError **error);

G_END_DECLS
