/* GstKsWindow: one mapping of a card's memory, from which blocks are cut.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksbackend.h>

#include "gstkssubrange.h"

G_BEGIN_DECLS

/* Reference counted; any thread. In a process there is one for each memory,
 * whoever opens it, and other processes are kept out as long as it lives. */
typedef struct _GstKsWindow GstKsWindow;

/*
 * name: for messages, "BAR 2 of 0000:00:04.0"
 * path: what is mapped
 * lock_path: what is locked; the same for all ways to map the same memory
 * size: bytes, a multiple of align
 * align: bytes, a power of two, of the mapping's address and size
 * remedy: what to do where path may not be opened
 */
typedef struct
{
  const gchar *name;
  const gchar *path;
  const gchar *lock_path;
  gsize size;
  gsize align;
  const gchar *remedy;
} GstKsWindowSpec;

GstKsWindow *  gst_ks_window_open (const GstKsWindowSpec *spec, GError **error);
GstKsWindow *  gst_ks_window_ref (GstKsWindow *self);
void           gst_ks_window_unref (GstKsWindow *self);
gsize          gst_ks_window_get_size (const GstKsWindow *self);
/* A line for people; free it. */
gchar *        gst_ks_window_get_note (GstKsWindow *self);

/* An allocator of its blocks. Read-only properties for those who look into it:
 * `usage`, a structure; `picture`, text; `drawing`, SVG. */
GstAllocator * gst_ks_window_new_allocator (GstKsWindow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKsWindow, gst_ks_window_unref)

G_END_DECLS
