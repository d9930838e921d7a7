/* GstKsGate: counts frames out, caps them, and serves those who wait in the order in which they came.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksprelude.h"
#include <gio/gio.h>

G_BEGIN_DECLS

/* Reference counted, any thread. A frame that is out references it, so it may outlive its pool. */
typedef struct _GstKsGate GstKsGate;

typedef enum
{
  GST_KS_GATE_ENTERED,          /* the caller is counted and must leave */
  GST_KS_GATE_FULL,             /* at the cap and not willing to wait */
  GST_KS_GATE_FLUSHING,         /* flushing, or flushed while it waited */
  GST_KS_GATE_CANCELLED         /* taken out of the queue while it waited */
} GstKsGateResult;

typedef struct
{
  guint count;                  /* frames out */
  guint waiting;                /* threads */
  guint cap;                    /* frames; 0: no cap */
} GstKsGateStatus;

/* From the waiting thread, no lock held, at most once a wait; waited is in ns. */
typedef void (*GstKsGateStarved) (GstKsGate *gate, GstClockTime waited, gpointer user_data);

typedef struct
{
  GstClockTime starve_timeout;  /* ns; 0 or NONE: never told */
  GstKsGateStarved starved;     /* may be NULL */
  gpointer user_data;
  GCancellable *cancellable;    /* borrowed; may be NULL; heeded only by who waits */
} GstKsGateWait;

typedef struct
{
  gpointer frame;               /* handed over by who left; NULL: only the place */
  gboolean waited;
} GstKsGateEntry;

/* A new gate has no cap and is flushing. */
GstKsGate *     gst_ks_gate_new (void);
GstKsGate *     gst_ks_gate_ref (GstKsGate *gate);
void            gst_ks_gate_unref (GstKsGate *gate);

void            gst_ks_gate_set_cap (GstKsGate *gate, guint cap);
void            gst_ks_gate_set_flushing (GstKsGate *gate, gboolean flushing);
void            gst_ks_gate_get_status (GstKsGate *gate, GstKsGateStatus *status);

/* wait NULL: never waits. entry is written only when entered. */
GstKsGateResult gst_ks_gate_enter (GstKsGate *gate, const GstKsGateWait *wait, GstKsGateEntry *entry);
/* Enters whatever the cap; FALSE: flushing. */
gboolean        gst_ks_gate_enter_over (GstKsGate *gate);
void            gst_ks_gate_leave (GstKsGate *gate);
/* For who has no cap: counted in the status, not against a cap. FALSE: flushing. */
gboolean        gst_ks_gate_pass (GstKsGate *gate);
void            gst_ks_gate_pass_back (GstKsGate *gate);
/* Leaves with a frame, when somebody waits for it: TRUE, and the frame is theirs. FALSE: nothing happened. */
gboolean        gst_ks_gate_hand_over (GstKsGate *gate, gpointer frame);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKsGate, gst_ks_gate_unref)

G_END_DECLS
