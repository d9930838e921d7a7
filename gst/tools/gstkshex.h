/* Bytes as hexadecimal digits, and back.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether all of it is hexadecimal digits and space. */
gboolean gst_ks_hex_is_hex   (GBytes *text);
/* Space is passed over; the error begins with line and column. */
GBytes * gst_ks_hex_parse    (GBytes *text, GError **error);
/* Groups of four bytes, six groups a line. */
gchar *  gst_ks_hex_print    (GBytes *bytes);

G_END_DECLS
