/* What a process takes at one moment, and how series of it are written.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "soakjudge.h"

G_BEGIN_DECLS

/* Begins the process anew with an allocator that keeps nothing for later; comes
 * back when it has. */
void     soak_sample_prepare  (gchar **argv);
/* Gives what is free back to the system first; seconds and out are the caller's. */
void     soak_sample_take     (SoakSample *sample);

/* An object with the verdict and all samples. */
gchar *  soak_samples_to_json (const SoakSample *samples, guint n_samples, const SoakVerdict *verdict);
/* Resident memory over time, and the line whose slope is judged. */
gchar *  soak_samples_to_svg  (const SoakSample *samples, guint n_samples, const SoakVerdict *verdict);

G_END_DECLS
