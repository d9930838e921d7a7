/* What the files of gst_ks_appsrc_negotiate() share. Private.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksappsrc.h"

G_BEGIN_DECLS

/* One call; from one thread. */
typedef struct
{
  GstElement *appsrc;           /* borrowed, like what follows */
  GstPad *pad;
  GstCaps *caps;
  GstQuery *query;              /* owned; what downstream said; NULL: not asked */
  gboolean planned;             /* by a negotiator */
} GstKsAppsrcCall;

typedef enum
{
  GST_KS_APPSRC_BUSY,           /* the streaming thread pushes something */
  GST_KS_APPSRC_STARTED,        /* frames are on their way: nobody is asked */
  GST_KS_APPSRC_ASKED,
  GST_KS_APPSRC_FAILED
} GstKsAppsrcOutcome;

/* gstksappsrcask.c */
gboolean           gst_ks_appsrc_has_started (const GstKsAppsrcCall *call);
gboolean           gst_ks_appsrc_check_pad (GstPad *pad, GError **error);
/* Any but BUSY; with FAILED the error is set. */
GstKsAppsrcOutcome gst_ks_appsrc_ask (GstKsAppsrcCall *call, GError **error);

G_END_DECLS
