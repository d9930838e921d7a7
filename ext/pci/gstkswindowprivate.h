/* What the files of GstKsWindow share.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkswindow.h"

G_BEGIN_DECLS

/* A descriptor that holds the lock until it is closed; -1: somebody else has
 * it, and the error says who. */
gint     gst_ks_window_lock (const GstKsWindowSpec *spec, GError **error);

gboolean gst_ks_window_take (GstKsWindow *self, GstKsBlock *block, GError **error);
void     gst_ks_window_give (GstKsWindow *self, GstKsBlock *block);

/* Whether the card is gone; then the frames are in ordinary memory already. */
gboolean gst_ks_window_check_gone (GstKsWindow *self);
GError * gst_ks_window_new_gone_error (GstKsWindow *self);

/* Calls a function with the window's blocks under its lock. */
typedef gpointer (*GstKsWindowLook) (const GstKsSubrange *blocks);
gpointer gst_ks_window_look (GstKsWindow *self, GstKsWindowLook look);

G_END_DECLS
