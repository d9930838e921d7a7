/* NUMA nodes for the system kinds, by libnuma.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksmap.h"
#include "gstkslimit.h"

#include <errno.h>
#include <numa.h>
#include <numaif.h>

gboolean
gst_ks_numa_check (gint node, GError ** error)
{
  gint last;

  if (numa_available () < 0) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
        "NUMA node %d: the kernel has no NUMA support, or a filter of system "
        "calls (seccomp) hides it; have get_mempolicy() and mbind() allowed "
        "there, or leave device unset", node);
    return FALSE;
  }
  last = numa_max_node ();
  if (node <= last && numa_bitmask_isbitset (numa_nodes_ptr, node))
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "NUMA node %d: this machine has nodes 0 to %d", node, last);
  return FALSE;
}

/* Before the first touch. */
gboolean
gst_ks_numa_bind (GstKsBlock * block, gint node, GError ** error)
{
  struct bitmask *nodes = numa_allocate_nodemask ();
  glong bound;
  gint cause;

  numa_bitmask_setbit (nodes, node);
  bound = mbind (block->data, block->size, MPOL_BIND, nodes->maskp,
      nodes->size + 1, 0);
  cause = errno;
  numa_bitmask_free (nodes);
  if (bound == 0)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_UNAVAILABLE,
      "cannot bind %" G_GSIZE_FORMAT " bytes to NUMA node %d: %s%s",
      block->size, node, g_strerror (cause), cause == EPERM
      || cause == ENOSYS ? "; in a container have mbind() allowed, as the "
      "capability CAP_SYS_NICE does, or leave device unset" : "");
  return FALSE;
}
