/* Where the frames of a pipeline go, seen at all of its pads.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstoolwatch.h"

static void
drop_watch (gpointer watch, GClosure * closure)
{
  gst_ks_watch_unref (watch);
}

static void
pad_added (GstElement * element, GstPad * pad, gpointer watch)
{
  if (GST_PAD_IS_SRC (pad))
    gst_ks_watch_add_pad (watch, pad);
}

static gboolean
watch_pad (GstElement * element, GstPad * pad, gpointer watch)
{
  gst_ks_watch_add_pad (watch, pad);
  return TRUE;
}

static void
watch_element (GstElement * element, GstKsWatch * watch)
{
  g_signal_connect_data (element, "pad-added", G_CALLBACK (pad_added),
      gst_ks_watch_ref (watch), drop_watch, 0);
  (void) gst_element_foreach_src_pad (element, watch_pad, watch);
}

static void
element_added (GstBin * bin, GstBin * sub_bin, GstElement * element,
    gpointer watch)
{
  watch_element (element, watch);
}

static void
watch_item (const GValue * item, gpointer watch)
{
  watch_element (g_value_get_object (item), watch);
}

GstKsWatch *
gst_ks_tool_watch (GstBin * pipeline)
{
  GstKsWatch *watch = gst_ks_watch_new ();
  GstIterator *elements = gst_bin_iterate_recurse (pipeline);

  g_signal_connect_data (pipeline, "deep-element-added",
      G_CALLBACK (element_added), gst_ks_watch_ref (watch), drop_watch, 0);
  (void) gst_iterator_foreach (elements, watch_item, watch);
  gst_iterator_free (elements);
  return watch;
}
