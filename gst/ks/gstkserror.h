/* The errors of gstks-1.0, one domain.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstksprelude.h>

G_BEGIN_DECLS

#define GST_KS_ERROR (gst_ks_error_quark ())

/**
 * GstKsError:
 * @GST_KS_ERROR_SYNTAX: text that cannot be read; the message has the column
 * @GST_KS_ERROR_INVALID: a value that cannot be: alignment, range, size, device
 * @GST_KS_ERROR_OVERFLOW: sizes whose sum or product does not fit
 * @GST_KS_ERROR_UNKNOWN_KIND: no such kind of memory; the message lists those that are here
 * @GST_KS_ERROR_UNAVAILABLE: the kind exists, its hardware or service is not here
 * @GST_KS_ERROR_LIMIT: a limit of the system; the message has limit, value, what was asked, remedy
 * @GST_KS_ERROR_BUDGET: the caller's own budget is used up
 * @GST_KS_ERROR_NO_MEMORY: the system has no memory left
 * @GST_KS_ERROR_CONFLICT: framings that cannot meet
 * @GST_KS_ERROR_TOO_SMALL: a buffer or a truncated structure; the message has
 *     the size that is needed (KS: BUFFER_TOO_SMALL, BUFFER_OVERFLOW)
 * @GST_KS_ERROR_NOT_FOUND: there is none of it here (KS: NOT_FOUND)
 * @GST_KS_ERROR_STATE: not while streaming, or not any more (KS:
 *     INVALID_DEVICE_STATE)
 * @GST_KS_ERROR_NOT_SUPPORTED: this object cannot (KS: NOT_SUPPORTED)
 * @GST_KS_ERROR_CANCELLED: whoever waited was told to stop (KS: CANCELLED)
 * @GST_KS_ERROR_FAILED: a backend failed or broke its contract
 *
 * Why something could not be had. Messages say what, where, why and what would
 * help.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_ERROR_SYNTAX,
  GST_KS_ERROR_INVALID,
  GST_KS_ERROR_OVERFLOW,
  GST_KS_ERROR_UNKNOWN_KIND,
  GST_KS_ERROR_UNAVAILABLE,
  GST_KS_ERROR_LIMIT,
  GST_KS_ERROR_BUDGET,
  GST_KS_ERROR_NO_MEMORY,
  GST_KS_ERROR_CONFLICT,
  GST_KS_ERROR_TOO_SMALL,
  GST_KS_ERROR_NOT_FOUND,
  GST_KS_ERROR_STATE,
  GST_KS_ERROR_NOT_SUPPORTED,
  GST_KS_ERROR_CANCELLED,
  GST_KS_ERROR_FAILED
} GstKsError;

GST_KS_API GQuark gst_ks_error_quark (void);

G_END_DECLS
