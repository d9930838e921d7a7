/* ksallocator: the element that gives the frames of a link a property.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_KS_ALLOCATOR_ELEMENT (gst_ks_allocator_element_get_type ())
G_DECLARE_FINAL_TYPE (GstKsAllocatorElement, gst_ks_allocator_element, GST, KS_ALLOCATOR_ELEMENT, GstElement)

GST_ELEMENT_REGISTER_DECLARE (ksallocator)

G_END_DECLS
