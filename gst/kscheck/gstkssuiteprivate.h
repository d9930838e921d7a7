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
/* fewer with KS_QUICK: under tools and in guests that slow down */
#define SUITE_ROUNDS (gst_ks_suite_is_quick () ? 10 : 100)

/* What runs now, for messages. */
extern const gchar *gst_ks_suite_subject;
extern const gchar *gst_ks_suite_row;

#define check_that(condition) fail_unless (condition, "%s: %s: %s", \
    gst_ks_suite_subject, gst_ks_suite_row, #condition)

/* One number a subject and row. */
#define add_rows(tcase, subject, test, n_rows) \
    tcase_add_loop_test (tcase, test, (subject) * (gint) (n_rows), \
        ((subject) + 1) * (gint) (n_rows))

/* An allocator or a backend under test. */
typedef struct
{
  const GstKsCheckBackend *check;       /* NULL: an allocator alone */
  GstKsBackend *backend;        /* owned; NULL: the allocator has none */
  GstAllocator *allocator;      /* owned */
  GstKsLimits limits;           /* to be put back: the allocator may be shared */
} GstKsSuite;

gboolean    gst_ks_suite_is_quick (void);
/* Adds a subject; its number. */
gint        gst_ks_suite_add_subject (const gchar *name, GstKsCheckMake make, const GstKsCheckBackend *check, gpointer user_data);

/* open: nothing is out, nothing idle. close: again, or the test fails. */
GstKsSuite  gst_ks_suite_open (gint i, gint n_rows);
void        gst_ks_suite_close (GstKsSuite *suite);

/* What the books have to say at any time. */
void        gst_ks_suite_balance (const GstKsSuite *suite);
void        gst_ks_suite_leave (gboolean success) G_GNUC_NORETURN;
GstKsBackend * gst_ks_suite_new_backend (const GstKsCheckBackend *check);

/* Bytes and alignments that the description and the setup exclude. */
gboolean    gst_ks_suite_can (const GstKsSuite *suite, const GstKsRequest *request);
void        gst_ks_suite_refuses (const GstKsSuite *suite, const GstKsRequest *request);
gboolean    gst_ks_suite_is_aligned (const GstKsBlock *block, gsize align);
gboolean    gst_ks_suite_is (const GstKsSuite *suite, GstKsCheckBackendFlags flag);

GstMemory * gst_ks_suite_take (const GstKsSuite *suite, const GstKsRequest *request);
GstMemory * gst_ks_suite_take_plain (const GstKsSuite *suite);

/* All bytes of a memory, mapped, or by its backend where they cannot be. */
gboolean    gst_ks_suite_is_mappable (GstMemory *memory);
gboolean    gst_ks_suite_put (GstKsBackend *backend, GstMemory *memory, gconstpointer bytes);
gboolean    gst_ks_suite_get (GstKsBackend *backend, GstMemory *memory, gpointer bytes);
gboolean    gst_ks_suite_try_fill (GstMemory *memory, guint8 byte);
void        gst_ks_suite_fill (GstMemory *memory, guint8 byte);
gboolean    gst_ks_suite_holds (GstMemory *memory, guint8 byte);
/* data is a gint */
void        gst_ks_suite_count (gpointer data);

void        gst_ks_suite_add_bytes (TCase *tcase, gint subject);
void        gst_ks_suite_add_reuse (TCase *tcase, gint subject);
void        gst_ks_suite_add_lifetimes (TCase *tcase, gint subject);
void        gst_ks_suite_add_promises (TCase *tcase, gint subject);
void        gst_ks_suite_add_framing (TCase *tcase, gint subject);
void        gst_ks_suite_add_ends (TCase *tcase, gint subject, const GstKsCheckBackend *check);
void        gst_ks_suite_add_teardown (TCase *tcase, gint subject);
void        gst_ks_suite_add_transfer (TCase *tcase, gint subject);
void        gst_ks_suite_add_import (TCase *tcase, gint subject);
void        gst_ks_suite_add_shapes (TCase *tcase, gint subject);

G_END_DECLS
