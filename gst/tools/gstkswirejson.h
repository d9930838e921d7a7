/* Building the JSON of a structure; reading it is in gstkswireinput.h.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <jansson.h>

#include "gstkswireinput.h"

G_BEGIN_DECLS

/* Takes value; items of lists come in their order. */
void gst_ks_tool_wire_json_put (json_t *fields, const gchar *path, json_t *value);

G_END_DECLS
