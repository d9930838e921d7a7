/* Messages of a bus, as lines.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

#include "gstkstool.h"

G_BEGIN_DECLS

/* Which element, what and why; owned by the caller. */
GError * gst_ks_tool_bus_error (GstMessage *message);

/* What people see without asking: warnings, infos, changed properties. */
void     gst_ks_tool_bus_note  (const GstKsToolCommand *command, GstMessage *message);

/* One line on standard output. */
void     gst_ks_tool_bus_print (GstMessage *message);

G_END_DECLS
