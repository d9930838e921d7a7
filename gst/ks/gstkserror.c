/* The errors of gstks-1.0, one domain.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkserror.h"

/**
 * gst_ks_error_quark:
 *
 * The domain of the errors of this library. Any thread.
 *
 * Returns: a quark
 *
 * Since: 0.1
 */
G_DEFINE_QUARK (gst-ks-error-quark, gst_ks_error)
