/* One pipeline again and again: with stock GStreamer, and with the negotiator.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkstool.h"

G_BEGIN_DECLS

typedef struct
{
  const GstKsToolCommand *command;      /* who compares */
  gchar **words;                /* of the pipeline */
  const gchar *const *options;  /* of the first planned run; the others are quiet */
  const gchar *const *extra;    /* of one planned run more, which is not counted; NULL: none */
  gint rounds;                  /* 0: as many as there is time for */
  const gchar *chart;           /* file; NULL: none */
  const gchar *json;            /* file that the first planned run writes; NULL: none */
} GstKsToolCompare;

/* Prints what each cost, too. */
GstKsToolStatus gst_ks_tool_compare (const GstKsToolCompare *how);

G_END_DECLS
