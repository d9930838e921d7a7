/* Elements that copied frames into memory of their own, and why they could not take them as they were.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct
{
  gchar *element;
  guint64 frames;               /* copied */
  gchar *reason;                /* the last one that was told; NULL: none was */
} GstKsTracerSink;

/* An element is about to copy a frame; any thread. */
void        gst_ks_tracer_sinks_note_copy    (GObject *element);
/* The frame that this thread copies next could not be imported. */
void        gst_ks_tracer_sinks_note_failure (const gchar *reason);
/* GstKsTracerSink, by name; free it */
GPtrArray * gst_ks_tracer_sinks_list         (void);

G_END_DECLS
