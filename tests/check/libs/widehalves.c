/* Numbers of 128 bits as processors of 32 bits calculate them, on all.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#define GST_KS_WIDE_PORTABLE
#include "wide.c"
