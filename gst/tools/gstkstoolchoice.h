/* The options that say which structure of KS is meant.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstks.h>

#include "gstkstool.h"

G_BEGIN_DECLS

/* As they were given. */
typedef struct
{
  gchar *type;                  /* owned; NULL: not given */
  gchar *direction;             /* owned; NULL: not given */
} GstKsToolChoice;

void     gst_ks_tool_choice_clear (GstKsToolChoice *choice);

/* Which is left alone when neither was given; a direction alone means
 * KSALLOCATOR_FRAMING. FALSE: usage error, said on stderr. */
gboolean gst_ks_tool_choose       (const GstKsToolCommand *command, const GstKsToolChoice *choice, GstKsAbiStruct *which);

G_END_DECLS
