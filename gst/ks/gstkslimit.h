/* Limits that the system puts on a process, in errors that help. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkserror.h"

G_BEGIN_DECLS

/* Bytes that /proc/self/status has in the field, such as "VmLck:"; 0: not known. */
guint64       gst_ks_limit_get_used (const gchar *field);
/* Bytes that the control group of the process, a container for example, may have; G_MAXUINT64: as many as there are. */
guint64       gst_ks_limit_get_group (void);
/* No memory of the process's own, doing "map", "allocate" or "guard". cause: errno */
void          gst_ks_limit_set_memory_error (GError **error, const gchar *doing, gsize size, gint cause);
/* What helps against an errno that says that the call itself is refused; else "". */
const gchar * gst_ks_limit_get_hint (gint cause);
/* Whether a file may have so many bytes: one that may not ends the process by a signal. */
gboolean      gst_ks_limit_check_file (gsize size, GError **error);

G_END_DECLS
