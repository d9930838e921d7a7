/* Reading framing text from left to right, with a column in every complaint.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstksrange.h"

G_BEGIN_DECLS

/* A place in a text; all pointers are borrowed from the caller. */
typedef struct
{
  const gchar *text;
  const gchar *at;
  GStringChunk *words;          /* keeps words until they are known to be good; NULL: none are read */
} GstKsText;

gboolean gst_ks_text_init           (GstKsText *t, const gchar *text, GError **error);
guint    gst_ks_text_column         (const GstKsText *t, const gchar *at);
gboolean gst_ks_text_fail           (const GstKsText *t, GError **error, const gchar *format, ...) G_GNUC_PRINTF (3, 4);
void     gst_ks_text_skip_space     (GstKsText *t);
gboolean gst_ks_text_take           (GstKsText *t, const gchar *token);
gboolean gst_ks_text_expect_end     (GstKsText *t, GError **error);

/* Each leaves its output alone on failure. */
gboolean gst_ks_text_read_number    (GstKsText *t, guint64 *number, GError **error);
gboolean gst_ks_text_read_integer   (GstKsText *t, gint64 *integer, GError **error);
gboolean gst_ks_text_read_range     (GstKsText *t, GstKsRange *range, GError **error);

/* Bytes of text that a message has room for; a character is whole or not there. */
gint     gst_ks_text_shown          (const gchar *text);

void     gst_ks_text_append_number  (GString *text, guint64 number);
void     gst_ks_text_append_range   (GString *text, const GstKsRange *range);

G_END_DECLS
