/* Counts the frames of a pad that was answered: does it keep to the plan?
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkslock.h"
#include "gstksnegotiatorprivate.h"

GstKsTraffic *
gst_ks_traffic_new (void)
{
  return g_atomic_rc_box_new0 (GstKsTraffic);
}

void
gst_ks_traffic_unref (GstKsTraffic * traffic)
{
  g_atomic_rc_box_release (traffic);
}

void
gst_ks_traffic_expect (GstKsTraffic * traffic, GstAllocator * allocator)
{
  g_atomic_pointer_set (&traffic->expected, allocator);
}

/* Of the block itself, whatever part of it a buffer has. */
static GstAllocator *
maker_of (GstBuffer * buffer)
{
  GstMemory *memory = gst_buffer_peek_memory (buffer, 0);

  while (memory->parent)
    memory = memory->parent;
  return memory->allocator;
}

/* Headers are a few bytes that no pool is for. */
static gboolean
is_frame (GstBuffer * buffer)
{
  return gst_buffer_n_memory (buffer) > 0
      && !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_HEADER)
      && !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP);
}

static gboolean
note_buffer (GstBuffer ** buffer, guint index, gpointer user_data)
{
  GstKsTraffic *traffic = user_data;
  GstAllocator *expected = g_atomic_pointer_get (&traffic->expected);

  gboolean counts = is_frame (*buffer);

  GST_KS_RELEASE (*buffer);
  if (!counts)
    return TRUE;
  g_atomic_pointer_add (&traffic->frames, 1);
  if (expected && maker_of (*buffer) != expected)
    g_atomic_pointer_add (&traffic->elsewhere, 1);
  return TRUE;
}

static GstPadProbeReturn
note (GstPad * pad, GstPadProbeInfo * info, gpointer traffic)
{
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER_LIST) {
    gst_buffer_list_foreach (GST_PAD_PROBE_INFO_BUFFER_LIST (info),
        note_buffer, traffic);
  } else {
    GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

    note_buffer (&buffer, 0, traffic);
  }
  return GST_PAD_PROBE_OK;
}

gulong
gst_ks_traffic_watch (GstKsTraffic * traffic, GstPad * pad)
{
  return gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER
      | GST_PAD_PROBE_TYPE_BUFFER_LIST, note,
      g_atomic_rc_box_acquire (traffic), (GDestroyNotify) gst_ks_traffic_unref);
}
