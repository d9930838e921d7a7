/* Whether the memory that ksallocator was told to use can be read by those it goes to.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A kind says of itself, once its hardware is open, that the processor cannot
 * map it; whoever wrote memory=... need not know. Such memory goes to nobody
 * who has not said, by caps or framing, that it is welcome.
 */
#include "config.h"

#include "gstksallocatorprivate.h"

#define GST_CAT_DEFAULT gst_ks_allocator_element_debug

#define ABOUT_DEVICES (GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC \
    | GST_KS_FRAMING_FLAG_CAN_ALLOCATE)

/* Flags of all its alternatives. */
static GstKsFramingFlags
common_flags (const GstKsFraming * framing)
{
  GstKsFramingFlags flags = ABOUT_DEVICES;

  for (guint i = 0; i < gst_ks_framing_get_n_items (framing); i++)
    flags &= gst_ks_framing_peek_item (framing, i)->flags;
  return flags;
}

static gboolean
is_of_device (const GstKsFraming * framing)
{
  return (common_flags (framing) & GST_KS_FRAMING_FLAG_DEVICE_SPECIFIC) != 0;
}

/* What is not here says nothing; who needs it says why. */
static GstKsFramingFlags
flags_of_kind (const GstKsFramingItem * item)
{
  g_autoptr (GstAllocator) allocator = NULL;
  g_autoptr (GstKsFraming) description = NULL;

  if (gst_ks_kind_get_traits (item->memory) & (GST_KS_KIND_TRAIT_GROUP
          | GST_KS_KIND_TRAIT_HOST))
    return GST_KS_FRAMING_FLAG_NONE;
  allocator = gst_ks_allocator_get (item->memory, item->device, NULL);
  description = allocator ? gst_ks_allocator_describe (allocator) : NULL;
  return description ? common_flags (description) : GST_KS_FRAMING_FLAG_NONE;
}

/* @framing with what a device's kind says of itself. May open hardware: no
 * lock is held. */
GstKsFraming *
gst_ks_allocator_element_with_kinds (GstKsFraming * framing)
{
  guint n = gst_ks_framing_get_n_items (framing);
  g_autofree GstKsFramingItem *items = g_new (GstKsFramingItem, n);
  gboolean changed = FALSE;

  for (guint i = 0; i < n; i++) {
    GstKsFramingFlags flags;

    items[i] = *gst_ks_framing_peek_item (framing, i);
    flags = flags_of_kind (&items[i]);
    changed |= (flags & ~items[i].flags) != 0;
    items[i].flags |= flags;
  }
  return changed ? gst_ks_framing_new (items, n,
      gst_ks_framing_peek_ratio (framing), NULL) : gst_ks_framing_ref (framing);
}

static void
set_reach_error (const GstKsFraming * framing, GstQuery * query,
    GError ** error)
{
  const gchar *kind = gst_ks_framing_peek_item (framing, 0)->memory;
  g_autofree gchar *text = NULL;
  GstCaps *caps;

  gst_query_parse_allocation (query, &caps, NULL);
  text = caps ? gst_caps_to_string (caps) : g_strdup ("unknown");
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "%s memory cannot be mapped by the processor, and those here take frames"
      " that can: the caps are %s. Put ksupload memory=%s before and ksdownload"
      " after the elements that know this memory, or choose a kind with an"
      " address, such as system, shared or huge", kind, text, kind);
}

/* Of several items, the one that suits downstream and is liked best; FALSE:
 * what is wanted can reach nobody. */
gboolean
gst_ks_allocator_element_choose (KsSettings * settings, GstQuery * query,
    gboolean answered, GError ** error)
{
  g_autoptr (GstKsFraming) framing =
      gst_ks_allocator_element_with_kinds (settings->framing);
  gboolean device = is_of_device (framing);
  g_autoptr (GstKsPlan) plan = NULL;

  if (gst_ks_framing_get_n_items (framing) < 2 && !device)
    return TRUE;
  plan = gst_ks_query_plan_link (query, answered, framing, &settings->best);
  if (!device || gst_ks_plan_get_status (plan) == GST_KS_PLAN_STATUS_OK)
    return TRUE;
  set_reach_error (framing, query, error);
  return FALSE;
}
