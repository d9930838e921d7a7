/* The kind dmaheap on a kernel that has heaps: the conformance suite, and what a heap refuses.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "nodetest.h"
#include "dmabuftest.h"

static const GstKsCheckBackend backend = {.kind = "dmaheap" };

static Suite *
dmaheap_suite (void)
{
  Suite *suite = suite_create ("dmaheap");
  TCase *tcase = tcase_create ("heap");

  skip_unless_here ("dmaheap", NULL);
  /* first: the allocators of the others stay */
  suite_add_tcase (suite, gst_ks_check_backend_case (&backend));
  suite_add_tcase (suite, tcase);
  dmabuf_tests_add (tcase, "dmaheap");
  return suite;
}

GST_CHECK_MAIN (dmaheap);
