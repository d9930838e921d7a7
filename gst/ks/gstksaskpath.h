/* Probes along the way of one question, for as long as it takes. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksask.h"

G_BEGIN_DECLS

typedef struct _GstKsAskPath GstKsAskPath;

GstKsAskPath * gst_ks_ask_path_new (GstKsAsk *ask, GstBin *bin);
void           gst_ks_ask_path_free (GstKsAskPath *path);

G_END_DECLS
