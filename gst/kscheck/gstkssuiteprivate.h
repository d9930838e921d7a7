/* What the files of the conformance suite share.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include "gstkssuite.h"

G_BEGIN_DECLS

#define SUITE_SIZE ((gsize) 100000)     /* bytes of an ordinary frame */
#define SUITE_FRAMES 4
#define SUITE_ROUNDS 100

/* What runs now, for messages. */
extern const gchar *gst_ks_suite_subject;
extern const gchar *gst_ks_suite_row;

#define check_that(condition) fail_unless (condition, "%s: %s: %s", \
    gst_ks_suite_subject, gst_ks_suite_row, #condition)

/* One number a subject and row. */
#define add_rows(tcase, subject, test, n_rows) \
    tcase_add_loop_test (tcase, test, (subject) * (gint) (n_rows), \
        ((subject) + 1) * (gint) (n_rows))

/* An allocator under test. */
typedef struct
{
  GstAllocator *allocator;
  GstKsLimits limits;           /* to be put back: the allocator may be shared */
} GstKsSuite;

/* open: nothing is out, nothing idle. close: again, or the test fails. */
GstKsSuite  gst_ks_suite_open (gint i, gint n_rows);
void        gst_ks_suite_close (GstKsSuite *suite);

GstMemory * gst_ks_suite_take (const GstKsSuite *suite, const GstKsRequest *request);
GstMemory * gst_ks_suite_take_plain (const GstKsSuite *suite);
void        gst_ks_suite_fill (GstMemory *memory, guint8 byte);
gboolean    gst_ks_suite_holds (GstMemory *memory, guint8 byte);
/* data is a gint */
void        gst_ks_suite_count (gpointer data);

void        gst_ks_suite_add_bytes (TCase *tcase, gint subject);
void        gst_ks_suite_add_reuse (TCase *tcase, gint subject);
void        gst_ks_suite_add_lifetimes (TCase *tcase, gint subject);

G_END_DECLS
