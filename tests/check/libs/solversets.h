/* Sets of sizes below a limit, a bit each.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksrange.h>

G_BEGIN_DECLS

#define SIZES 512               /* sizes and strides are below it */
#define WORDS (SIZES / 64)

typedef struct
{
  guint64 bits[WORDS];
} Set;

void     set_fill (Set *set);
void     set_of (const GstKsRange *range, Set *set);
gboolean set_has (const Set *set, guint size);
void     set_add (Set *set, guint size);
void     set_remove (Set *set, guint size);
void     set_and (Set *a, const Set *b);
gboolean set_meets (const Set *a, const Set *b);
/* -1: empty */
gint     set_least (const Set *a);
/* -1 also when it has no end: what is written ends far below. */
gint     set_last (const Set *a);

G_END_DECLS
