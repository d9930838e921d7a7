/* The allocator of the kind `cuda`: a GstCudaAllocator whose memory objects are reused.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "kscudaapi.h"

G_BEGIN_DECLS

#define KS_CUDA_ALIGN 256       /* bytes; NVIDIA promises that of every block */

/* device: must outlive the allocator */
GstAllocator * ks_cuda_allocator_new (const KsCudaDevice *device);
/* A memory object that no store knows; NULL: libgstcuda logged why. */
GstMemory *    ks_cuda_memory_new (const KsCudaDevice *device, GstAllocator *allocator, const GstVideoInfo *info);
/* FALSE: libgstcuda has no such picture */
gboolean       ks_cuda_shape_check (const KsCudaApi *api, const GstVideoInfo *info, GError **error);
/* What of a picture decides its memory, as text and back. */
GRefString *   ks_cuda_shape_new (const GstVideoInfo *info);
gboolean       ks_cuda_shape_parse (const gchar *shape, GstVideoInfo *info, GError **error);

G_END_DECLS
