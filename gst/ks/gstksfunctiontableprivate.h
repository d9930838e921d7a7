/* What a pool knows of its function table. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksfunctiontable.h"

G_BEGIN_DECLS

void gst_ks_function_table_token_unref (GstKsFunctionTableToken *token);

G_END_DECLS
