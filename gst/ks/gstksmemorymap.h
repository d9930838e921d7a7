/* The blocks of all stores at one moment: what there is, in which state, and who has it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksprelude.h>

G_BEGIN_DECLS

GST_KS_API GstStructure * gst_ks_memory_map_get (void);
/* The moment at which there was most of it. */
GST_KS_API void           gst_ks_memory_map_follow (gboolean follow);
GST_KS_API GstStructure * gst_ks_memory_map_get_peak (void);

G_END_DECLS
