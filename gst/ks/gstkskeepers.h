/* GstKsKeepers: who keeps idle memory outside the store and can be asked for it. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksallocator.h"

G_BEGIN_DECLS

typedef struct
{
  GMutex lock;                  /* all below; not held while one is called */
  GCond returned;               /* one of them */
  GArray *all;
  guint last_id;
  guint waiting;                /* threads, for one to return */
} GstKsKeepers;

void  gst_ks_keepers_init (GstKsKeepers *self);
void  gst_ks_keepers_clear (GstKsKeepers *self);
guint gst_ks_keepers_add (GstKsKeepers *self, GstKsKeeperFunc let_go, gpointer user_data);
/* After this returns the keeper is not running (unless it called this) and not
 * called any more. */
void  gst_ks_keepers_remove (GstKsKeepers *self, guint id);
void  gst_ks_keepers_call (GstKsKeepers *self);

G_END_DECLS
