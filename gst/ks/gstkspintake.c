/* Whether a pool that downstream offers is as a pin's framing asks.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkskind.h"
#include "gstkspinprivate.h"
#include "gstkssize.h"

static const gchar *
kind_of (const GstKsQueryReply * reply)
{
  return reply->allocator && gst_ks_allocator_is_ours (reply->allocator)
      ? gst_ks_allocator_peek_kind (reply->allocator) : "system";
}

static gboolean
takes_memory (const GstKsFramingItem * item, const GstKsQueryReply * reply)
{
  const gchar *kind = kind_of (reply);

  return item->device == NULL && reply->align >= item->align
      && g_strcmp0 (gst_ks_kind_meet (item->memory, kind), kind) == 0;
}

static gboolean
takes_layout (const GstKsFramingItem * item, const GstKsQueryReply * reply,
    const GstCaps * caps)
{
  GstVideoInfo info;
  gsize size = gst_ks_query_caps_size (caps, &info);

  for (guint i = 0; size != 0 && i < GST_VIDEO_INFO_N_PLANES (&info); i++) {
    if (!gst_ks_range_contains (&item->stride,
            GST_VIDEO_INFO_PLANE_STRIDE (&info, i)))
      return FALSE;
  }
  size = MAX (size, reply->size);
  return size == 0 || gst_ks_framing_item_takes_size (item, size);
}

/* What we hold comes on top of what downstream does. */
static gboolean
takes_counts (const GstKsFramingItem * item, const GstKsQueryReply * reply)
{
  gsize needed;

  if (item->frames.max < GST_KS_RANGE_LIMIT
      && (reply->max == 0 || reply->max > item->frames.max))
    return FALSE;
  return reply->max == 0
      || (gst_ks_size_add (reply->min, item->frames.min, &needed)
      && reply->max >= needed);
}

static gboolean
item_takes (const GstKsFramingItem * item, const GstKsQueryReply * reply,
    const GstCaps * caps)
{
  gboolean wish = item->flags & GST_KS_FRAMING_FLAG_PREFERENCES_ONLY;

  return (wish || (takes_memory (item, reply)
          && takes_layout (item, reply, caps)))
      && reply->prefix >= item->prefix && reply->padding >= item->padding
      && takes_counts (item, reply);
}

/* Some item is enough. Not for pools that are the only way to a device. */
gboolean
gst_ks_pin_terms_take (const GstKsPinTerms * terms,
    const GstKsQueryReply * reply, const GstCaps * caps)
{
  for (guint i = 0; i < gst_ks_framing_get_n_items (terms->ours); i++) {
    if (item_takes (gst_ks_framing_peek_item (terms->ours, i), reply, caps))
      return TRUE;
  }
  return FALSE;
}
