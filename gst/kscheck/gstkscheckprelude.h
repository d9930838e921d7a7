/* What every public header of gstks-check-1.0 begins with.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstks.h>

#ifndef GST_KS_CHECK_API
#ifdef BUILDING_GST_KS_CHECK
#define GST_KS_CHECK_API extern __attribute__ ((visibility ("default")))
#else
#define GST_KS_CHECK_API extern
#endif
#endif
