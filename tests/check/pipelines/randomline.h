/* Random pipelines of real elements, as the text that gst-launch-1.0 reads.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Most elements that a line is given beside its ends. */
#define RANDOM_LINE_MAX 12

/* A line of about size elements: one source named source behind which is a
 * capsfilter named filter, elements of ours named ks0, ks1 ..., tees named tee0 ...; each
 * branch ends in some sink. Where stock is TRUE there is nothing of ours in it. */
gchar *       random_line_new       (GRand *random, guint size, gboolean stock);

/* What hangs behind a tee; it begins with a queue and ends in a sink. */
gchar *       random_line_branch    (GRand *random, gboolean video);

/* Caps that the capsfilter may have. */
gchar *       random_line_caps      (GRand *random, gboolean video);

/* Property NAME=VALUE of ksallocator, most of them legal. */
const gchar * random_line_property  (GRand *random);

/* One of texts, all of them alike. */
const gchar * random_line_pick      (GRand *random, const gchar *const *texts, guint n_texts);

#define RANDOM_PICK(random, texts) \
    random_line_pick ((random), (texts), G_N_ELEMENTS (texts))

G_END_DECLS
