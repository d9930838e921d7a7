/* GstKsSystem: the kinds of memory that the kernel gives to a process. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksallocator.h"

#include <gst/allocators/gstfdmemory.h>

G_BEGIN_DECLS

typedef struct _GstKsSystemKind GstKsSystemKind;

/* One kind: a row of the table. node is a NUMA node or -1. */
struct _GstKsSystemKind
{
  const gchar *kind;
  const gchar *mem_type;
  gboolean has_fd;              /* made by a GstKsFdAllocator */
  gsize (*granule) (void);      /* bytes */
  gboolean (*acquire) (GstKsBlock *block, gint node, GError **error);
  void (*release) (GstKsBlock *block);
  /* how it is done here, for people; NULL: nothing to say */
  gchar * (*note) (void);
};

const GstKsSystemKind * gst_ks_system_find (const gchar *kind);
const GstKsSystemKind * gst_ks_system_get_rows (guint *n_rows);
/* device: NULL, or a NUMA node as a number */
GstAllocator * gst_ks_system_new (const GstKsSystemKind *row, const gchar *device, GError **error);

#define GST_TYPE_KS_SYSTEM (gst_ks_system_get_type ())
G_DECLARE_FINAL_TYPE (GstKsSystem, gst_ks_system, GST, KS_SYSTEM, GstKsAllocator)

#define GST_TYPE_KS_FD_ALLOCATOR (gst_ks_fd_allocator_get_type ())
G_DECLARE_FINAL_TYPE (GstKsFdAllocator, gst_ks_fd_allocator, GST, KS_FD_ALLOCATOR, GstFdAllocator)
GstAllocator * gst_ks_fd_allocator_new (const GstKsSystemKind *row, gint node);

G_END_DECLS
