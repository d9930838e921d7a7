/* GstKsWatch: finds the pads of a path, up and down from one of them.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkswatch.h"
#include "gstksplace.h"

/* More than any path has; a bound for what somebody links in a circle of
 * requests. */
#define MOST_PADS 1024

/* Pads that were met, in the order of meeting; owned. */
typedef struct
{
  GstKsWatch *watch;            /* borrowed */
  GPtrArray *met;               /* source pads and sink pads */
  GstPadDirection on;           /* whither the walk goes: SRC down, SINK up */
} Walk;

static void
meet (Walk * walk, GstPad * pad)
{
  if (walk->met->len >= MOST_PADS || g_ptr_array_find (walk->met, pad, NULL))
    return;
  g_ptr_array_add (walk->met, gst_object_ref (pad));
  if (GST_PAD_IS_SRC (pad))
    gst_ks_watch_add_pad (walk->watch, pad);
}

static void
meet_value (const GValue * value, gpointer walk)
{
  meet (walk, g_value_get_object (value));
}

/* Who is met twice because links changed meanwhile is met once. */
static void
meet_inside (Walk * walk, GstPad * pad)
{
  g_autoptr (GstIterator) links = gst_pad_iterate_internal_links (pad);

  while (links && gst_iterator_foreach (links, meet_value, walk)
      == GST_ITERATOR_RESYNC)
    gst_iterator_resync (links);
}

static void
meet_peer (Walk * walk, GstPad * pad)
{
  g_autoptr (GstPad) peer = gst_ks_place_get_peer (pad);

  if (peer)
    meet (walk, peer);
}

static void
walk_from (GstKsWatch * self, GstPad * pad, GstPadDirection on)
{
  Walk walk = { self, g_ptr_array_new_with_free_func (gst_object_unref), on };

  meet (&walk, pad);
  for (guint i = 0; i < walk.met->len; i++) {
    GstPad *next = g_ptr_array_index (walk.met, i);

    if (GST_PAD_DIRECTION (next) == on)
      meet_peer (&walk, next);
    else
      meet_inside (&walk, next);
  }
  g_ptr_array_unref (walk.met);
}

/**
 * gst_ks_watch_add_path:
 * @self: a watch
 * @pad: a pad of an element
 *
 * Adds the source pads that buffers can come through on their way to @pad, and
 * those that they can go through from there, also in bins. It is as the links
 * are now: call it again when they may have changed. Any thread, no lock held.
 *
 * Since: 0.9
 */
void
gst_ks_watch_add_path (GstKsWatch * self, GstPad * pad)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (GST_IS_PAD (pad));

  walk_from (self, pad, GST_PAD_SRC);
  walk_from (self, pad, GST_PAD_SINK);
}
