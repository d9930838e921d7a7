/* Which idle frame may serve a request, its size aside.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksframe.h"

#include <string.h>

/* By their text: GLib 2.74 loses interned strings that one thread lets go of
 * while another asks for them. */
static gboolean
is_same_layout (const GRefString * one, const GRefString * other)
{
  return one != NULL && other != NULL
      && (one == other || strcmp (one, other) == 0);
}

static gboolean
is_same_text (const gchar * one, const gchar * other)
{
  return one == other || g_strcmp0 (one, other) == 0;
}

gboolean
gst_ks_frame_has_shape_of (const GstKsFrame * frame, const GstKsFrame * need)
{
  return is_same_layout (frame->layout, need->layout)
      && frame->prefix == need->prefix && frame->size == need->size
      && frame->maxsize == need->maxsize;
}

/* An object that is its block carries what others have hung on it, and cannot
 * be exchanged for a new one. One that nobody had yet has no layout. */
static gboolean
whole_fits (const GstKsFrame * frame, const GstKsFrame * need)
{
  return frame->memory == NULL || gst_ks_frame_has_shape_of (frame, need);
}

/* Where a guarded frame ends its block ends. */
static gboolean
is_guarded_like (const GstKsFrame * frame, const GstKsFrame * need)
{
  return frame->guard_mode == need->guard_mode
      && (frame->guard == NULL || frame->block.size == need->block.size);
}

gboolean
gst_ks_frame_fits (const GstKsFrame * frame, const GstKsFrame * need)
{
  gsize align = need->block.align;

  return ((guintptr) frame->block.data & (align - 1)) == 0
      && (frame->block.data != NULL || frame->block.align >= align)
      && is_guarded_like (frame, need)
      && is_same_text (frame->block.shape, need->block.shape)
      && (frame->funcs == NULL || !frame->funcs->whole
      || whole_fits (frame, need));
}
