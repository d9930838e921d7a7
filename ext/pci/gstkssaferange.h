/* GstKsSafeRange: a mapping of a card's memory that outlives the card.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A card that is pulled takes its pages with it, and touching a frame on it
 * would end the process with SIGBUS. While a range is guarded it gets ordinary
 * memory in place of the lost pages: what is written goes nowhere, what is
 * read is rubbish, nobody dies. */
typedef struct _GstKsSafeRange GstKsSafeRange;

/* The range is the caller's, who keeps it mapped until it is removed. NULL: 64
 * ranges are guarded already. Any thread. */
GstKsSafeRange * gst_ks_safe_range_add (gpointer start, gsize size);
void         gst_ks_safe_range_remove (GstKsSafeRange *guard);
/* Puts ordinary memory in place at once; as if somebody had touched it. */
void         gst_ks_safe_range_detach (GstKsSafeRange *guard);
/* Whether the range has ordinary memory now. */
gboolean     gst_ks_safe_range_is_detached (GstKsSafeRange *guard);

G_END_DECLS
