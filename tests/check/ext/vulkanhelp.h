/* What the tests of the kind `vulkan` have in common.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/ks/gstks.h>
#include <gst/kscheck/gstkscheck.h>
#include <gst/vulkan/vulkan.h>
#include "vulkanhook.h"

G_BEGIN_DECLS

GstKsBackend * vulkan_open_backend (const gchar *device);
GstAllocator * vulkan_make_bytes (gpointer unused);
void           vulkan_assert_error (GError **error, GstKsError code, const gchar *part);
GstMemory *    vulkan_take (GstAllocator *allocator, gsize size);
GstMemory *    vulkan_random_memory (gsize size, guint32 seed);
gboolean       vulkan_is_same (GstMemory *a, GstMemory *b, gsize size);
void           vulkan_copy (GstKsBackend *backend, GstMemory *dst, GstMemory *src);
/* Random bytes into the memory and out of it again. */
void           vulkan_round_trip (GstKsBackend *backend, GstMemory *memory, guint32 seed);
gboolean       vulkan_make_shape (GstKsBackend *backend, GstVideoFormat format, guint width, guint height, GstKsShape *shape, GError **error);
void           vulkan_must_make_shape (GstKsBackend *backend, GstVideoFormat format, guint width, guint height, GstKsShape *shape);
/* Nothing of any card is left but what somebody holds, which is nothing. */
void           vulkan_assert_all_gone (void);

G_END_DECLS
