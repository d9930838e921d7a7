/* The kind `fake` and its relatives: backends without hardware that count their calls and fail when told to.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/kscheck/gstkscheckprelude.h>

G_BEGIN_DECLS

#define GST_TYPE_KS_FAKE_ALLOCATOR (gst_ks_fake_allocator_get_type ())
GST_KS_CHECK_API
G_DECLARE_FINAL_TYPE (GstKsFakeAllocator, gst_ks_fake_allocator, GST, KS_FAKE_ALLOCATOR, GstKsAllocator)

#define GST_TYPE_KS_BACKEND_FAKE (gst_ks_backend_fake_get_type ())
GST_KS_CHECK_API
G_DECLARE_FINAL_TYPE (GstKsBackendFake, gst_ks_backend_fake, GST, KS_BACKEND_FAKE, GstKsBackend)

/**
 * GstKsFakeOp:
 * @GST_KS_FAKE_OPEN: open of the backend
 * @GST_KS_FAKE_CLOSE: close; cannot fail
 * @GST_KS_FAKE_DESCRIBE: describe; failing means %NULL
 * @GST_KS_FAKE_CREATE: create_allocator
 * @GST_KS_FAKE_SHAPED: allocate_shaped
 * @GST_KS_FAKE_ACQUIRE: acquire of the allocator
 * @GST_KS_FAKE_RELEASE: release; cannot fail
 * @GST_KS_FAKE_SYNC: sync; for `fake-card` settle; cannot fail
 * @GST_KS_FAKE_TRANSFER: transfer of `fake-card`
 * @GST_KS_FAKE_IMPORT: import of `fake-card`
 * @GST_KS_FAKE_N_OPS: how many there are
 *
 * What can be counted and be told to fail.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_FAKE_OPEN,
  GST_KS_FAKE_CLOSE,
  GST_KS_FAKE_DESCRIBE,
  GST_KS_FAKE_CREATE,
  GST_KS_FAKE_SHAPED,
  GST_KS_FAKE_ACQUIRE,
  GST_KS_FAKE_RELEASE,
  GST_KS_FAKE_SYNC,
  GST_KS_FAKE_TRANSFER,
  GST_KS_FAKE_IMPORT,
  GST_KS_FAKE_N_OPS
} GstKsFakeOp;

GST_KS_CHECK_API void     gst_ks_fake_register (void);
/* The kinds fake-card, not mappable, and fake-object, whose blocks are memory objects. */
GST_KS_CHECK_API void     gst_ks_fake_register_devices (void);
GST_KS_CHECK_API void     gst_ks_fake_reset (void);
GST_KS_CHECK_API void     gst_ks_fake_fail_at (GstKsFakeOp op, guint n);
GST_KS_CHECK_API void     gst_ks_fake_fail_from (GstKsFakeOp op, guint n);
GST_KS_CHECK_API guint    gst_ks_fake_get_calls (GstKsFakeOp op);
GST_KS_CHECK_API guint    gst_ks_fake_get_fresh (void);
GST_KS_CHECK_API guint    gst_ks_fake_get_outstanding (gsize *bytes);
GST_KS_CHECK_API void     gst_ks_fake_set_shape (gsize pitch, gboolean memory_per_plane);
GST_KS_CHECK_API void     gst_ks_fake_set_total (gsize bytes);

G_END_DECLS
