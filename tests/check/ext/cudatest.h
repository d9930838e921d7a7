/* What tests of the kinds cuda and cuda-host have in common.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheck.h>

#include "cudadriver/cudadriver.h"

/* NULL: a real driver, or none. */
const CudaDriverControl * cuda_test_control (void);
/* Whether a GPU is there, real or not; else what the kind says about that. */
gboolean       cuda_test_is_here (gchar **reason);
GstKsBackend * cuda_test_open (const gchar *kind);
/* A new allocator each time; user_data: kind word */
GstAllocator * cuda_test_make (gpointer user_data);
/* One frame; the test fails without. */
GstMemory *    cuda_test_take (GstAllocator *allocator, gsize size);
/* Nothing is left on the card and of pinned memory; the test driver only. */
void           cuda_test_check_clean (void);
void           cuda_test_fill (GstMemory *memory, GRand *rand);
gboolean       cuda_test_is_same (GstMemory *a, GstMemory *b);
