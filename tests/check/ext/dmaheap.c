/* The kind dmaheap on a kernel that has heaps: the conformance suite, and what a heap refuses.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "nodetest.h"
#include "dmabuftest.h"

static Suite *
dmaheap_suite (void)
{
  Suite *suite = suite_create ("dmaheap");
  TCase *tcase = tcase_create ("heap");

  skip_unless_here ("dmaheap", NULL);
  suite_add_tcase (suite, tcase);
  dmabuf_tests_add (tcase, "dmaheap");
  suite_add_tcase (suite, gst_ks_check_allocator_case ("dmaheap", make_by_kind,
          (gpointer) "dmaheap"));
  return suite;
}

GST_CHECK_MAIN (dmaheap);
