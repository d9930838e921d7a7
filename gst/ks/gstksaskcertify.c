/* A query of ours in a thread that may not send it is told of: what builds for debugging do.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksask.h"

void
gst_ks_ask_certify (GstPad * src, gboolean may_ask)
{
  if (!may_ask)
    g_critical ("%s:%s is asked for by a thread that does not stream it",
        GST_DEBUG_PAD_NAME (src));
}
