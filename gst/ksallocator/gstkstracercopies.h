/* Counts the copies and discards that the core tells its performance log.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct
{
  guint64 copies;               /* of memory that is not ours */
  guint64 copied_bytes;
  guint64 planes;               /* copied line by line, whoever made them */
  guint64 plane_bytes;
  guint64 discards;
  guint64 not_writable;         /* discards, by reason */
  guint64 size_changed;
  guint64 tagged;
} GstKsTracerCopies;

/* FALSE with a reason when the log cannot be read without printing it. Once a process. */
gboolean gst_ks_tracer_copies_start    (const gchar **why_not);
void     gst_ks_tracer_copies_stop     (void);
/* Now and then: categories may have come with plugins. Any thread. */
void     gst_ks_tracer_copies_look     (void);
void     gst_ks_tracer_copies_get      (GstKsTracerCopies *copies);
/* What a pool of this name threw away. */
guint64  gst_ks_tracer_copies_of_pool  (const gchar *pool_name);

G_END_DECLS
