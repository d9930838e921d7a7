/* GstKsPlace: a pad as a number that outlives it. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksprelude.h"

G_BEGIN_DECLS

/* A number has this many bits. */
#define GST_KS_PLACE_BITS 24

typedef struct
{
  GstPad *pad;                  /* owned; NULL: it is gone */
  gchar *name;                  /* owned; "element:pad" as it was; NULL: nobody knows any more */
} GstKsPlace;

/* The pad's number, never 0; the first call gives it one. Any thread. */
guint    gst_ks_place_of (GstPad *pad);
/* 0: it has none yet. */
guint    gst_ks_place_peek (GstPad *pad);
gboolean gst_ks_place_is_gone (guint place);
void     gst_ks_place_look (guint place, GstKsPlace *out);
void     gst_ks_place_clear (GstKsPlace *self);
/* The element's pad on the other side, through borders of bins; NULL: not linked. Unref it. */
GstPad * gst_ks_place_get_peer (GstPad *pad);
/* "element:pad"; free it */
gchar *  gst_ks_place_name_pad (GstPad *pad);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstKsPlace, gst_ks_place_clear)

G_END_DECLS
