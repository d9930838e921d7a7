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
 * Since: 0.9
 */
GQuark
gst_ks_error_quark (void)
{
  return g_quark_from_static_string ("gst-ks-error-quark");
}
