/* What the files of GstKsSubrange share.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkssubrange.h"

G_BEGIN_DECLS

typedef struct
{
  gsize start, end;             /* offsets; end is the first byte after it */
} GstKsHole;

struct _GstKsSubrange
{
  guintptr origin;
  gsize size;
  guint n_blocks;
  GArray *holes;                /* of GstKsHole: sorted, none empty, none touch */
};

G_END_DECLS
