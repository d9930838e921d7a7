/* GstKsHolder: what an element is known to keep of the frames that come in by a pad. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksprelude.h"

G_BEGIN_DECLS

typedef struct
{
  guint frames;                 /* kept at once beyond the one being worked on; summed into held */
  gboolean unbounded;           /* how many is somebody else's choice (an application) */
  gboolean modifies;            /* changes frames in place: copies those that others still hold */
  gboolean duplicates;          /* sends one memory several times, and keeps what it sent */
  gboolean shares;              /* takes sub-memory or references that outlive the buffer */
  gboolean lets_go;             /* known to keep no more than frames, whatever is behind it */
  const gchar *cause;           /* static: "last-sample"; NULL: keeps nothing, or nothing is known */
  const gchar *lever;           /* static, what avoids it: "enable-last-sample=false"; NULL: nothing */
} GstKsHolder;

/* Of an element's sink pad, or a bin's that stands for one; the values of its
 * properties count as they are now. Any thread, no lock held: it reads
 * properties and the caps of others. Nothing known: all zero. */
void gst_ks_holder_look (GstPad *sink_pad, GstKsHolder *out);

G_END_DECLS
