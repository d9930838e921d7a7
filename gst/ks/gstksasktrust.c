/* Queries are sent as they are: what builds for use do, gstksaskcertify.c does not.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksask.h"

void
gst_ks_ask_certify (GstPad * src, gboolean may_ask)
{
}
