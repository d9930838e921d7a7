/* Every plan is checked against its graph: what builds for debugging do.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksplancheck.h"
#include "gstksplanprivate.h"

void
gst_ks_plan_certify (const GstKsPlan * plan, const GstKsGraph * graph)
{
  g_autoptr (GError) error = NULL;

  if (!gst_ks_plan_check (plan, graph, &error))
    g_critical ("%s", error->message);
}
