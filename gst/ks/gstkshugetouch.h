/* First touch of a large block, by several processors at once. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksallocator.h"

G_BEGIN_DECLS

/* Has every page of the block made and zeroed; granule: bytes of a page. What
 * the kernel cannot do now it does when somebody touches the page. */
void gst_ks_huge_touch (const GstKsBlock *block, gsize granule);

G_END_DECLS
