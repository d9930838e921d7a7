/* How frames of a pipeline stand while it runs.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksnegotiator.h>

G_BEGIN_DECLS

typedef struct _GstKsToolLive GstKsToolLive;

/* On a terminal a view that is drawn a few times a second, by the default main
 * context; elsewhere a line for each source and second. Both are borrowed. */
GstKsToolLive * gst_ks_tool_live_new  (GstElement *pipeline, GstKsNegotiator *negotiator);
/* How it stands at last is shown and stays. NULL: nothing happens. */
void            gst_ks_tool_live_free (GstKsToolLive *live);

G_END_DECLS
