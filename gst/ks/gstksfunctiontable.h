/* GstKsFunctionTable: two calls on a pool that never wait, by address instead of buffer.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/ks/gstkspool.h>

G_BEGIN_DECLS

/**
 * GstKsFunctionTableToken: (skip)
 *
 * What the calls of a table are about. Opaque; the table owns a reference.
 *
 * Since: 0.9
 */
typedef struct _GstKsFunctionTableToken GstKsFunctionTableToken;

/**
 * GstKsFunctionTable: (skip)
 * @token: for both calls
 * @allocate_frame: the address of a frame, or %NULL at once when there is none
 *     or the pool is inactive, closed or gone
 * @free_frame: takes a frame back; %FALSE: @frame is not one that
 *     @allocate_frame gave, or is back already, and nothing happened
 *
 * The direct interface of a pool. Any thread; both calls may be used from
 * several threads at once, and by several holders of a table of the same pool.
 *
 * KS: KSSTREAMALLOCATOR_FUNCTIONTABLE.
 *
 * Since: 0.9
 */
typedef struct _GstKsFunctionTable GstKsFunctionTable;

struct _GstKsFunctionTable
{
  GstKsFunctionTableToken *token;
  gpointer (*allocate_frame) (GstKsFunctionTableToken *token);
  gboolean (*free_frame)     (GstKsFunctionTableToken *token, gpointer frame);
};

#define GST_KS_FUNCTION_TABLE_INIT { NULL, NULL, NULL }

/* KS: the property FUNCTIONTABLE. */
GST_KS_API gboolean gst_ks_pool_get_function_table (GstKsPool *pool, GstKsFunctionTable *table, GError **error);
GST_KS_API void     gst_ks_function_table_clear (GstKsFunctionTable *table);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GstKsFunctionTable, gst_ks_function_table_clear)

G_END_DECLS
