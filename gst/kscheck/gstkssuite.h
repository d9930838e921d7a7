/* What every allocator and every backend of ours must do, as test cases for any gst-check program.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/ks/gstksbackend.h>
#include <gst/kscheck/gstkscheckprelude.h>

G_BEGIN_DECLS

/**
 * GstKsCheckMake:
 * @user_data: as given with the function
 *
 * Called at the start of each test, so that each may begin with a new
 * allocator; the same one again is welcome too when it is one of a kind.
 *
 * Returns: (transfer full): the allocator under test; %NULL fails the test
 *
 * Since: 0.9
 */
typedef GstAllocator * (*GstKsCheckMake) (gpointer user_data);

/**
 * GstKsCheckBackendFlags:
 * @GST_KS_CHECK_BACKEND_NONE: nothing is out of the ordinary
 * @GST_KS_CHECK_BACKEND_SHAPES_ONLY: its allocator makes no frames of bytes
 * @GST_KS_CHECK_BACKEND_WHOLE: a memory object cannot be parted from its block:
 *     its recycler has no wrap
 * @GST_KS_CHECK_BACKEND_NO_CHILD: a child of fork() must not even read frames
 *     that the parent has mapped
 * @GST_KS_CHECK_BACKEND_STAGED: a map of memory that says it is not mappable is
 *     a copy through the host, for those who know
 *
 * What is different about a backend, so that it is tested for that.
 *
 * Since: 0.9
 */
typedef enum
{
  GST_KS_CHECK_BACKEND_NONE = 0,
  GST_KS_CHECK_BACKEND_SHAPES_ONLY = (1 << 0),
  GST_KS_CHECK_BACKEND_WHOLE = (1 << 1),
  GST_KS_CHECK_BACKEND_NO_CHILD = (1 << 2),
  GST_KS_CHECK_BACKEND_STAGED = (1 << 3)
} GstKsCheckBackendFlags;

/**
 * GstKsCheckBackend:
 * @kind: kind word, also the name of the tests
 * @device: (nullable): which one of the kind; %NULL: the backend's choice
 * @flags: what is different about it
 * @max_align: bytes: the largest alignment of a block's address that can be had;
 *     0: any, as for memory whose address is the processor's. Larger ones have
 *     to be refused
 * @total: bytes: how much memory there is in all, so that it is used up and had
 *     again; 0: too much for that
 * @make: (nullable): gives the backend, open; called at the start of each test.
 *     %NULL: it is had by @kind and @device
 * @fail_from: (nullable): lets the @n th attempt from now on to make a block
 *     fail, the next one is 1, and all after it; 0: none any more
 * @get_outstanding: (nullable): blocks that the backend itself knows of
 * @make_importable: (nullable): (transfer full): memory of at least @size bytes
 *     that the backend's import takes. %NULL: memory of the process is tried
 * @user_data: for the functions
 *
 * A backend under test. Zero it, fill in what matters.
 *
 * Since: 0.9
 */
typedef struct _GstKsCheckBackend GstKsCheckBackend;

struct _GstKsCheckBackend
{
  const gchar *kind;
  const gchar *device;
  GstKsCheckBackendFlags flags;
  gsize max_align;
  guint64 total;
  GstKsBackend * (*make)            (gpointer user_data);
  void           (*fail_from)       (guint n, gpointer user_data);
  guint64        (*get_outstanding) (gpointer user_data);
  GstMemory *    (*make_importable) (gsize size, gpointer user_data);
  gpointer user_data;

  gpointer _gst_reserved[GST_PADDING];
};

/* To be given to suite_add_tcase(); check must outlive the run. */
GST_KS_CHECK_API TCase *  gst_ks_check_backend_case (const GstKsCheckBackend *check);
/* Why it cannot be tested here, asked in a process of its own; NULL: it can. */
GST_KS_CHECK_API gchar *  gst_ks_check_backend_skip (const GstKsCheckBackend *check);

/* To be given to suite_add_tcase(); name and user_data must outlive the run. */
GST_KS_CHECK_API TCase *  gst_ks_check_allocator_case (const gchar *name, GstKsCheckMake make, gpointer user_data);
GST_KS_CHECK_API guint64  gst_ks_check_outstanding (GstAllocator *allocator);
GST_KS_CHECK_API guint64  gst_ks_check_stat (GstAllocator *allocator, const gchar *field);

G_END_DECLS
