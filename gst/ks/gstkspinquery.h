/* How framing travels: a query that names the pad it is for, and an entry of the ALLOCATION query.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksframing.h>

G_BEGIN_DECLS

/**
 * GstKsFramingProp:
 * @GST_KS_FRAMING_PROP_UNINITIALIZED: nobody has asked
 * @GST_KS_FRAMING_PROP_NONE: has none
 * @GST_KS_FRAMING_PROP_OLD: one item
 * @GST_KS_FRAMING_PROP_EX: any number of items
 *
 * In which form a pad tells its framing (KS: FRAMING_PROP, same numbers).
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_FRAMING_PROP_UNINITIALIZED = 0,
  GST_KS_FRAMING_PROP_NONE = 1,
  GST_KS_FRAMING_PROP_OLD = 2,
  GST_KS_FRAMING_PROP_EX = 3
} GstKsFramingProp;

#define GST_TYPE_KS_FRAMING_PROP (gst_ks_framing_prop_get_type ())
GST_KS_API GType gst_ks_framing_prop_get_type (void);

/* The framing query. */
GST_KS_API GstQuery *     gst_ks_query_new_framing (GstPad *target, GstKsFramingProp form);
GST_KS_API gboolean       gst_ks_query_parse_framing (GstQuery *query, GstPad **target, GstKsFramingProp *form);
GST_KS_API void           gst_ks_query_set_framing (GstQuery *query, const GstKsFraming *framing);
GST_KS_API GstKsFraming * gst_ks_query_get_framing (GstQuery *query);

/**
 * GST_KS_FRAMING_META_API_TYPE: (skip)
 *
 * The entry among the metas of an ALLOCATION query that carries a framing.
 *
 * Since: 0.9
 */
#define GST_KS_FRAMING_META_API_TYPE (gst_ks_framing_meta_api_get_type ())
GST_KS_API GType          gst_ks_framing_meta_api_get_type (void);
GST_KS_API void           gst_ks_query_add_allocation_framing (GstQuery *query, const GstKsFraming *framing);
GST_KS_API GstKsFraming * gst_ks_query_get_allocation_framing (GstQuery *query, GError **error);

G_END_DECLS
