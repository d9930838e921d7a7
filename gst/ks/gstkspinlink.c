/* Which pad is really on the other side of a link.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspinprivate.h"

/* The pad that is really on the other side: bins' pads stand in for others,
 * unless they have a pin of their own. */
static GstPad *
follow (GstPad * pad)
{
  g_autoptr (GstKsPin) pin = gst_ks_pin_get (pad, FALSE);

  if (pin || !GST_IS_PROXY_PAD (pad))
    return NULL;
  if (GST_IS_GHOST_PAD (pad))
    return gst_ghost_pad_get_target (GST_GHOST_PAD (pad));

  g_autoptr (GstProxyPad) outside =
      gst_proxy_pad_get_internal (GST_PROXY_PAD (pad));
  return outside ? gst_pad_get_peer (GST_PAD (outside)) : NULL;
}

/* NULL: not linked. */
GstPad *
gst_ks_pin_find_peer (GstPad * pad)
{
  GstPad *peer = gst_pad_get_peer (pad);
  GstPad *next;

  while (peer && (next = follow (peer))) {
    gst_object_unref (peer);
    peer = next;
  }
  return peer;
}
