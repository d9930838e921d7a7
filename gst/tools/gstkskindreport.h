/* What is known of a kind of memory on this machine, found out by opening it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstks.h>

G_BEGIN_DECLS

/* What a device of a kind can do. */
typedef enum
{
  GST_KS_CAN_BYTES = 1 << 0,    /* frames of so many bytes */
  GST_KS_CAN_MAP = 1 << 1,      /* the processor reaches them */
  GST_KS_CAN_FD = 1 << 2,       /* a frame has a descriptor */
  GST_KS_CAN_SHAPE = 1 << 3,    /* pictures that its driver lays out */
  GST_KS_CAN_TRANSFER = 1 << 4, /* copies by its own means */
  GST_KS_CAN_IMPORT = 1 << 5,   /* takes memory of others */
} GstKsCan;

#define GST_KS_N_CANS 6

typedef struct
{
  gchar *device;                /* NULL: the kind's own choice */
  GError *reason;               /* why it is not here; NULL: it is */
  GstKsFraming *framing;        /* NULL: not here */
  gchar *note;                  /* NULL: none */
  GstKsCan can;
  GstKsLimits limits;
} GstKsDeviceReport;

typedef struct
{
  gchar *kind;
  gboolean is_system;           /* the kernel's, not a backend's */
  GstKsKindTraits traits;
  GPtrArray *devices;           /* of GstKsDeviceReport, one at least */
} GstKsKindReport;

/* Opens the kind, all of its devices or the one that is named, makes a frame of
 * each and gives it back. */
GstKsKindReport * gst_ks_kind_report_new  (const gchar *kind, const gchar *device);
void              gst_ks_kind_report_free (GstKsKindReport *self);
/* Whether one of the devices is here. */
gboolean          gst_ks_kind_report_is_here (const GstKsKindReport *self);

/* Words for bits; NULL behind the last. */
const gchar *     gst_ks_can_word         (guint bit);
const gchar *     gst_ks_trait_word       (guint bit);

/* For people, and for programs; reports is of GstKsKindReport. */
gchar *           gst_ks_kind_reports_to_text (const GPtrArray *reports);
gchar *           gst_ks_kind_reports_to_json (const GPtrArray *reports);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKsKindReport, gst_ks_kind_report_free)

G_END_DECLS
