/* What the files of the fake backend share.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksfake.h"

G_BEGIN_DECLS

struct _GstKsBackendFake
{
  GstKsBackend parent;

  GWeakRef shaper;              /* makes the memories of shapes; it keeps us open, not we it */
};

extern gsize gst_ks_fake_shape_pitch;   /* bytes */
extern gboolean gst_ks_fake_shape_per_plane;

/* Counts a call; FALSE with error: it was told to fail. */
gboolean    gst_ks_fake_step (GstKsFakeOp op, GError **error);
/* What a block is made of; counted. NULL with error. */
gpointer    gst_ks_fake_acquire_bytes (const GstKsBlock *block, GError **error);
void        gst_ks_fake_release_bytes (gpointer data, gsize size);

GType       gst_ks_backend_fake_card_get_type (void);
GType       gst_ks_backend_fake_object_get_type (void);
GType       gst_ks_fake_card_allocator_get_type (void);
GType       gst_ks_fake_object_allocator_get_type (void);
gboolean    gst_ks_fake_card_transfer (GstKsBackend *backend, GstMemory *dst, GstMemory *src, GError **error);
GstMemory * gst_ks_fake_card_import (GstKsBackend *backend, GstMemory *memory, GError **error);

G_END_DECLS
