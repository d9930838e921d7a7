/* The whole of gstks-check-1.0.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/kscheck/gstkscheckprelude.h>
#include <gst/kscheck/gstkselement.h>
#include <gst/kscheck/gstksfake.h>
#include <gst/kscheck/gstkssuite.h>
