/* GstKsDefaultAllocator: the process default that sends large requests to one of our kinds.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_KS_DEFAULT_ALLOCATOR (gst_ks_default_allocator_get_type ())
G_DECLARE_FINAL_TYPE (GstKsDefaultAllocator, gst_ks_default_allocator, GST, KS_DEFAULT_ALLOCATOR, GstAllocator)

typedef struct
{
  gsize small;                  /* requests below the threshold */
  gsize served;                 /* by the kind asked for */
  gsize fallback;               /* by system memory instead */
  gsize failed;                 /* by nobody */
} GstKsDefaultCounts;

GstKsDefaultAllocator * gst_ks_default_allocator_new        (const gchar *kind, gsize threshold);
/* Called once, when the core lets go of its allocators or the last user does. */
void                    gst_ks_default_allocator_set_ended  (GstKsDefaultAllocator *self, GDestroyNotify ended, gpointer user_data);
void                    gst_ks_default_allocator_get_counts (GstKsDefaultAllocator *self, GstKsDefaultCounts *counts);
gchar *                 gst_ks_default_allocator_get_reason (GstKsDefaultAllocator *self);
GstAllocator *          gst_ks_default_allocator_get_target (GstKsDefaultAllocator *self);

G_END_DECLS
