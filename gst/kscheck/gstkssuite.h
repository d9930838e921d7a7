/* What every allocator of ours must do, as a test case for any gst-check program.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheckprelude.h>

G_BEGIN_DECLS

/**
 * GstKsCheckMake:
 * @user_data: as given with the function
 *
 * Called at the start of each test, so that each may begin with a new
 * allocator; the same one again is welcome too when it is one of a kind.
 *
 * Returns: (transfer full): the allocator under test; %NULL fails the test
 *
 * Since: 0.1
 */
typedef GstAllocator * (*GstKsCheckMake) (gpointer user_data);

/* To be given to suite_add_tcase(); name and user_data must outlive the run. */
GST_KS_CHECK_API TCase *  gst_ks_check_allocator_case (const gchar *name, GstKsCheckMake make, gpointer user_data);
GST_KS_CHECK_API guint64  gst_ks_check_outstanding (GstAllocator *allocator);
GST_KS_CHECK_API guint64  gst_ks_check_stat (GstAllocator *allocator, const gchar *field);

G_END_DECLS
