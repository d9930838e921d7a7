/* One pipeline twice: with stock GStreamer, and with the negotiator.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkstool.h"

G_BEGIN_DECLS

/* Runs this program's launch as children, one after the other, and prints what
 * each cost. OPTIONS go to the second one only; both lists end with NULL. */
GstKsToolStatus gst_ks_tool_compare (const GstKsToolCommand *command, gchar **words, const gchar *const *options);

G_END_DECLS
