/* NUMA nodes for the system kinds: built without libnuma, there are none.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksmap.h"

gboolean
gst_ks_numa_check (gint node, GError ** error)
{
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "NUMA node %d: this build has no NUMA support; build with -Dnuma=enabled "
      "and libnuma, or leave device unset", node);
  return FALSE;
}

gboolean
gst_ks_numa_bind (GstKsBlock * block, gint node, GError ** error)
{
  return gst_ks_numa_check (node, error);
}
