/* What our elements say on the bus, in the codes of GStreamer.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstkspool.h>

G_BEGIN_DECLS

/* Posts @error as an element error, or a warning. Any thread. */
void ks_message_error (GstElement * element, const GError * error);
void ks_message_warning (GstElement * element, const GError * error);
/* Guard mode found a fault: the element message ks-corrupted. */
void ks_message_corrupted (GstElement * element, const GError * error);
/* Takes @structure. */
void ks_message_structure (GstElement * element, GstStructure * structure);
/* Something is not as somebody wished: @wanted, but @used, because of @text. */
void ks_message_fallback (GstElement * element, const gchar * wanted, const gchar * used, const gchar * text);
/* Somebody has waited @waited ns for a frame of @pool. */
void ks_message_starved (GstElement * element, GstKsPool * pool, GstClockTime waited, const GError * error);

G_END_DECLS
