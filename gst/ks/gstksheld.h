/* GstKsHeld: who holds the frames of a pool, found by where they were pushed. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkstrail.h"

G_BEGIN_DECLS

typedef enum
{
  GST_KS_HELD_INSIDE,           /* in the element, or taken by it */
  GST_KS_HELD_BEHIND,           /* there, or further on where nobody watches */
  GST_KS_HELD_FILLING,          /* not pushed yet */
  GST_KS_HELD_LOST              /* its last pad is gone or leads nowhere */
} GstKsHeldState;

typedef struct
{
  GstKsHeldState state;
  gchar *holder;                /* owned; "element:pad" that took it, or of who fills it; NULL: not known */
  gchar *through;               /* owned; "element:pad" that it was pushed through last; NULL: none */
  guint frames;
  GstClockTime age;             /* ns since the oldest of them is there; NONE: not known */
  const gchar *cause;           /* static; may be NULL */
  const gchar *lever;           /* static; may be NULL */
} GstKsHeld;

/* GstKsHeld of all frames that are out, the largest numbers first. Looks at
 * elements of others: no lock held. */
GPtrArray *    gst_ks_held_find (GstKsTrails *trails);
/* GstKsHeld of each of these frames, in their order: GstKsTrailCopy. */
GPtrArray *    gst_ks_held_find_each (const GArray *copies);
/* "2 held by sink:sink since 1.2 s (last-sample; enable-last-sample=false avoids it), ..."; NULL: there are none. */
gchar *        gst_ks_held_to_text (GPtrArray *held);
GstStructure * gst_ks_held_to_structure (GPtrArray *held);

G_END_DECLS
