/* GstStructures as JSON, for reports.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>
#include <jansson.h>

G_BEGIN_DECLS

/* An object of its fields, without its own name; owned by the caller. */
json_t * gst_ks_json_of_structure (const GstStructure *structure);

G_END_DECLS
