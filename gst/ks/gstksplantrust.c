/* Plans are taken as they are: what builds for use do, gstksplancertify.c does not.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksplanprivate.h"

void
gst_ks_plan_certify (const GstKsPlan * plan, const GstKsGraph * graph)
{
}
