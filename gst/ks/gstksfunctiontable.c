/* GstKsFunctionTable: two calls on a pool that never wait, by address instead of buffer.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Both calls go the way of any other acquire and release, so they share the
 * cap, the order and the count with those who take buffers.
 *
 * One token serves all tables of a pool: a frame that one holder allocated,
 * another may free. The token knows what is out by address, and looks into
 * nothing else, so that a stray pointer is refused without a look at it. It
 * outlives the pool, which it knows only weakly; buffers that are out keep the
 * pool, as they always do. */

#include "gstksfunctiontableprivate.h"
#include "gstkskind.h"
#include "gstkspoolprivate.h"
#include "gstkslock.h"

#include <string.h>

typedef struct
{
  GstBuffer *buffer;            /* owned */
  GstMapInfo map;
} Frame;

struct _GstKsFunctionTableToken
{
  gatomicrefcount refs;
  GWeakRef pool;
  GMutex lock;                  /* all below */
  GHashTable *out;              /* address: Frame */
};

static void
frame_free (gpointer data)
{
  Frame *frame = data;

  gst_buffer_unmap (frame->buffer, &frame->map);
  gst_buffer_unref (frame->buffer);
  g_free (frame);
}

static GstKsFunctionTableToken *
token_new (GstKsPool * pool)
{
  GstKsFunctionTableToken *token = g_new0 (GstKsFunctionTableToken, 1);

  g_atomic_ref_count_init (&token->refs);
  g_weak_ref_init (&token->pool, pool);
  g_mutex_init (&token->lock);
  token->out = g_hash_table_new_full (NULL, NULL, NULL, frame_free);
  return token;
}

void
gst_ks_function_table_token_unref (GstKsFunctionTableToken * token)
{
  if (!g_atomic_ref_count_dec (&token->refs))
    return;
  g_hash_table_unref (token->out);
  g_mutex_clear (&token->lock);
  g_weak_ref_clear (&token->pool);
  g_free (token);
}

/* Takes buffer. NULL: it cannot be told by one address. */
static Frame *
frame_new (GstBuffer * buffer)
{
  Frame *frame = g_new0 (Frame, 1);

  frame->buffer = buffer;
  if (gst_buffer_n_memory (buffer) == 1
      && gst_buffer_map (buffer, &frame->map, GST_MAP_READWRITE))
    return frame;
  gst_buffer_unref (buffer);
  g_free (frame);
  return NULL;
}

static gpointer
allocate_frame (GstKsFunctionTableToken * token)
{
  g_autoptr (GstBufferPool) pool = g_weak_ref_get (&token->pool);
  GstBufferPoolAcquireParams params = {
    .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT
  };
  GstBuffer *buffer = NULL;
  gpointer address;
  gboolean known;
  Frame *frame;

  if (pool == NULL
      || gst_buffer_pool_acquire_buffer (pool, &buffer, &params) != GST_FLOW_OK)
    return NULL;
  frame = frame_new (buffer);
  if (frame == NULL)
    return NULL;
  address = frame->map.data;
  gst_ks_mutex_lock (&token->lock);
  /* an owner of memory from outside may give the same block out twice */
  known = g_hash_table_contains (token->out, address);
  if (!known)
    g_hash_table_insert (token->out, address, frame);
  gst_ks_mutex_unlock (&token->lock);
  if (!known)
    return address;
  frame_free (frame);
  return NULL;
}

static gboolean
free_frame (GstKsFunctionTableToken * token, gpointer address)
{
  gpointer frame = NULL;

  gst_ks_mutex_lock (&token->lock);
  (void) g_hash_table_steal_extended (token->out, address, NULL, &frame);
  gst_ks_mutex_unlock (&token->lock);
  if (frame == NULL)
    return FALSE;
  frame_free (frame);
  return TRUE;
}

/* External memory is what its owner says: with the pool type of the create
 * request, or in the framing. */
static const gchar *
kind_of (GstKsPool * pool)
{
  const gchar *kind = gst_ks_allocator_peek_kind (pool->allocator);

  if (kind == NULL || strcmp (kind, "user") != 0)
    return kind ? kind : "system";
  if (pool->creation.frame_size != 0)
    return pool->creation.pool_type == GST_NonPagedPool ? "locked" : kind;
  return pool->framing ?
      gst_ks_framing_peek_item (pool->framing, 0)->memory : kind;
}

static gboolean
check_kind (GstKsPool * pool, GError ** error)
{
  const gchar *kind = kind_of (pool);
  GstKsKindTraits traits = gst_ks_kind_get_traits (kind);

  if (!(traits & GST_KS_KIND_TRAIT_RESIDENT)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "no function table for frames of kind \"%s\": they can be paged out, "
        "so touching one may wait for a disk; take kind \"locked\", or acquire "
        "buffers", kind);
    return FALSE;
  }
  if ((traits & GST_KS_KIND_TRAIT_MAPPABLE)
      && !(traits & GST_KS_KIND_TRAIT_SHAPE))
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
      "no function table for frames of kind \"%s\": they have not one address "
      "on the host; acquire buffers", kind);
  return FALSE;
}

static GstKsFunctionTableToken *
get_token (GstKsPool * pool)
{
  GstKsFunctionTableToken *token;

  GST_OBJECT_LOCK (pool);
  if (pool->table == NULL)
    pool->table = token_new (pool);
  token = pool->table;
  g_atomic_ref_count_inc (&token->refs);
  GST_OBJECT_UNLOCK (pool);
  return token;
}

/**
 * gst_ks_pool_get_function_table: (skip)
 * @pool: a pool
 * @table: (out caller-allocates): filled in; to be cleared with
 *     gst_ks_function_table_clear()
 * @error: why there is none
 *
 * Gives the direct interface of @pool to code that must not wait: an audio
 * callback, the completion of a transfer. Any thread.
 *
 * allocate_frame gives the address of the first byte of a frame, mapped for
 * reading and writing, or %NULL at once; who needs one then listens with
 * gst_ks_pool_free_frame_source_new() and tries again. Both interfaces compete
 * for the same frames and the same cap. A fresh block may be asked of the
 * system, which takes its time but waits for nobody.
 *
 * The table may outlive @pool. After gst_ks_pool_close() there are no more
 * frames, and those that are out can still be freed; frames that are never
 * freed keep the pool, as buffers do.
 *
 * KS: FUNCTIONTABLE, which a non-paged pool has and no other.
 *
 * Returns: %FALSE with %GST_KS_ERROR_NOT_SUPPORTED when frames of this kind
 *     can be paged out or have no address, and with %GST_KS_ERROR_STATE when
 *     @pool is closed; @table is left alone then
 *
 * Since: 0.9
 */
gboolean
gst_ks_pool_get_function_table (GstKsPool * pool, GstKsFunctionTable * table,
    GError ** error)
{
  g_return_val_if_fail (GST_IS_KS_POOL (pool), FALSE);
  g_return_val_if_fail (table != NULL, FALSE);

  if (g_atomic_int_get (&pool->closed)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_STATE,
        "the pool is closed: its function table is gone for good");
    return FALSE;
  }
  if (!check_kind (pool, error))
    return FALSE;
  *table = (GstKsFunctionTable) {
  get_token (pool), allocate_frame, free_frame};
  return TRUE;
}

/**
 * gst_ks_function_table_clear: (skip)
 * @table: a table, or one that was cleared or initialised with
 *     %GST_KS_FUNCTION_TABLE_INIT
 *
 * Ends the use of a table. Frames that were allocated stay so until they are
 * freed by another table of the same pool; a closed pool gives none, so free
 * them before its last table goes. Any thread, but no call of this @table may
 * be under way.
 *
 * Since: 0.9
 */
void
gst_ks_function_table_clear (GstKsFunctionTable * table)
{
  g_return_if_fail (table != NULL);

  g_clear_pointer (&table->token, gst_ks_function_table_token_unref);
  table->allocate_frame = NULL;
  table->free_frame = NULL;
}
