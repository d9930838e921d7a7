/* What the files of GstKsPin share. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkspin.h"

G_BEGIN_DECLS

/* What was read of, and written for, one peer. */
typedef struct
{
  gpointer peer;                /* only compared: the pad that the slots are of */
  GstKsFramingProp form;
  GstKsFraming *last;           /* owned; NULL: empty */
  GstKsFraming *orig;           /* owned; NULL: empty */
  GstKsFraming *written;        /* owned; NULL: empty */
} GstKsPinCache;

struct _GstKsPin
{
  GObject parent;

  GWeakRef pad;                 /* the pad owns the pin */

  /* Guards what follows; never held while foreign code is called. */
  GMutex lock;
  GstKsFraming *framing;        /* owned; NULL: none */
  GstKsPinFlags flags;
  GstKsPinCache cache;
  GstKsPool *allocator;         /* owned; NULL: none was assigned */
};

void     gst_ks_pin_cache_clear (GstKsPinCache *cache);
gboolean gst_ks_pin_check_stopped (GstKsPin *pin, const gchar *what, GError **error);
gchar *  gst_ks_pin_name (GstKsPin *pin);
GstPad * gst_ks_pin_find_peer (GstPad *pad);

G_END_DECLS
