/* Memory from elsewhere: a descriptor that somebody gave us, checked before it is touched.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksprelude.h>

G_BEGIN_DECLS

GST_KS_API GstMemory * gst_ks_memory_new_from_fd (gint fd, gsize offset, gsize size, GError **error);

G_END_DECLS
