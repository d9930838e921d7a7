/* Where ksupload and ksdownload take the frames from that they copy into.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Raw video comes from a pool; what has another size each time is made alone,
 * and its block is used again all the same.
 */
#include "config.h"

#include "gstkscapsfeature.h"
#include "gstkskindword.h"
#include "gstksmessage.h"
#include "gstkspoolsetup.h"
#include "gstkstransferprivate.h"

#define GST_CAT_DEFAULT gst_ks_transfer_debug

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* On whatever thread acquires, maybe after the element has gone. */
static void
pool_report (GstKsPool * pool, GstKsPoolEvent event, const GError * error,
    gpointer data)
{
  g_autoptr (GstKsTransfer) self = g_weak_ref_get (data);
  g_autoptr (GError) named = g_error_copy (error);

  if (self == NULL)
    return;
  ks_error_name_kind (&named,
      gst_ks_allocator_peek_kind (gst_ks_pool_peek_allocator (pool)), NULL);
  if (event == GST_KS_POOL_CORRUPTED)
    ks_message_corrupted (GST_ELEMENT (self), error);
  if (event != GST_KS_POOL_STARVED) {
    gst_ks_transfer_fail (self, named);
    return;
  }
  ks_message_starved (GST_ELEMENT (self), pool, GST_SECOND, named);
  ks_message_warning (GST_ELEMENT (self), named);
}

/* A pool of the target's kind, configured and not active; writes into @offer
 * what it made of the size. */
GstBufferPool *
gst_ks_transfer_new_pool (GstKsTransfer * self, GstKsQueryOffer * offer,
    GstCaps * caps, GError ** error)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  KsTarget *target = &priv->target;
  GstKsFramingItem item =
      GST_KS_FRAMING_ITEM_INIT (gst_ks_allocator_peek_kind (target->allocator));
  GstKsPoolOptions options = GST_KS_POOL_OPTIONS_INIT;
  g_autoptr (GstKsFraming) framing =
      gst_ks_query_offer_to_framing (offer, &item, error);
  g_autoptr (GstBufferPool) pool = NULL;

  if (framing == NULL)
    return NULL;
  options.account = priv->account;
  options.starve_timeout = GST_SECOND;
  options.report = pool_report;
  options.report_data = g_new0 (GWeakRef, 1);
  options.report_destroy = weak_ref_free;
  g_weak_ref_init (options.report_data, self);
  pool = GST_BUFFER_POOL (gst_ks_pool_new (target->allocator, framing,
          &options));
  if (!ks_pool_configure (pool, target->allocator, offer, caps,
          target->video_meta)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
        "no frame of %dx%d %s can be laid out in it; choose another kind, size"
        " or format", GST_VIDEO_INFO_WIDTH (&target->info),
        GST_VIDEO_INFO_HEIGHT (&target->info),
        GST_VIDEO_INFO_NAME (&target->info));
    return NULL;
  }
  return g_steal_pointer (&pool);
}

/* Under the sink pad's stream lock. */
static GstBufferPool *
ensure_pool (GstKsTransfer * self, GError ** error)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  g_autoptr (GstBufferPool) pool = NULL;
  gboolean flushing;

  if (priv->pool)
    return priv->pool;
  pool = priv->target.theirs ? gst_object_ref (priv->target.theirs)
      : gst_ks_transfer_new_pool (self, &priv->target.offer,
      priv->target.caps, error);
  if (pool == NULL)
    return NULL;
  if (!gst_buffer_pool_set_active (pool, TRUE)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
        "the pool %s could not make its first frames", GST_OBJECT_NAME (pool));
    return NULL;
  }
  gst_ks_mutex_lock (&priv->lock);
  priv->pool = gst_object_ref (pool);
  flushing = priv->flushing;
  gst_ks_mutex_unlock (&priv->lock);
  if (flushing)
    gst_buffer_pool_set_flushing (pool, TRUE);
  return priv->pool;
}

/* Wakes or admits whoever waits for a frame, here or upstream. Any thread. */
void
gst_ks_transfer_set_flushing (GstKsTransfer * self, gboolean flushing)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  g_autoptr (GstBufferPool) pool = NULL;

  gst_ks_mutex_lock (&priv->lock);
  priv->flushing = flushing;
  if (priv->pool)
    pool = gst_object_ref (priv->pool);
  gst_ks_mutex_unlock (&priv->lock);
  if (pool)
    gst_buffer_pool_set_flushing (pool, flushing);
  ks_offered_set_flushing (&priv->offered, GST_BASE_TRANSFORM_SINK_PAD (self),
      flushing, TRUE);
}

void
gst_ks_transfer_drop_pool (GstKsTransfer * self)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  g_autoptr (GstBufferPool) pool = NULL;

  gst_ks_mutex_lock (&priv->lock);
  pool = g_steal_pointer (&priv->pool);
  gst_ks_mutex_unlock (&priv->lock);
  if (pool)
    gst_buffer_pool_set_active (pool, FALSE);
}

/* Rows that a driver laid out are of no use to who does not look for them. */
static gboolean
check_rows (const KsTarget * target, GstBuffer * buffer, GError ** error)
{
  if (target->video_meta || target->feature
      || ks_buffer_has_rows_of (buffer, &target->info))
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_CONFLICT,
      "rows lie elsewhere than in the caps, and downstream reads no"
      " GstVideoMeta; put ksdownload in front of it, or choose another kind");
  return FALSE;
}

static GstFlowReturn
acquire_frame (GstKsTransfer * self, GstBuffer ** buffer, GError ** error)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  GstBufferPool *pool = ensure_pool (self, error);
  GstFlowReturn ret;

  if (pool == NULL)
    return GST_FLOW_ERROR;
  ret = gst_buffer_pool_acquire_buffer (pool, buffer, NULL);
  if (ret == GST_FLOW_OK && !check_rows (&priv->target, *buffer, error)) {
    gst_clear_buffer (buffer);
    ret = GST_FLOW_ERROR;
  }
  /* a pool of ours has said why; of others nobody knows */
  if (ret == GST_FLOW_ERROR && *error == NULL && priv->target.theirs)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY,
        "downstream's pool %s made no frame", GST_OBJECT_NAME (pool));
  return ret;
}

static GstFlowReturn
make_bytes (GstKsTransfer * self, gsize size, GstBuffer ** buffer,
    GError ** error)
{
  KsTransfer *priv = gst_ks_transfer_peek (self);
  GstMemory *memory = ks_memory_new (priv->target.allocator,
      &priv->target.offer, size, GST_KS_ZERO_NEVER, priv->account, error);

  if (memory == NULL)
    return GST_FLOW_ERROR;
  *buffer = gst_buffer_new ();
  gst_buffer_append_memory (*buffer, memory);
  return GST_FLOW_OK;
}

/* A device gives its frame as it is. Where downstream looks for rows they can
 * stay where they are, which saves a second copy. */
static gboolean
can_be_like (const KsTarget * target, GstBuffer * in)
{
  GstKsBackend *backend = target->allocator ?
      gst_ks_backend_peek (target->allocator) : NULL;

  return ks_buffer_is_far (target, in) && ks_is_video (&target->info)
      && target->allocator && target->mapped && target->video_meta
      && !(backend && gst_ks_backend_has_shapes (backend));
}

static GstFlowReturn
make_like (GstKsTransfer * self, GstBuffer * in, GstBuffer ** buffer,
    GError ** error)
{
  g_autoptr (GstBuffer) made = gst_buffer_new ();
  GstVideoMeta *meta = gst_buffer_get_video_meta (in);

  for (guint i = 0; i < gst_buffer_n_memory (in); i++) {
    g_autoptr (GstBuffer) part = NULL;
    gsize size = MAX (gst_buffer_peek_memory (in, i)->size, 1);

    if (make_bytes (self, size, &part, error) != GST_FLOW_OK)
      return GST_FLOW_ERROR;
    gst_buffer_append_memory (made, gst_buffer_get_memory (part, 0));
  }
  if (meta)
    gst_buffer_add_video_meta_full (made, meta->flags, meta->format,
        meta->width, meta->height, meta->n_planes, meta->offset, meta->stride);
  *buffer = g_steal_pointer (&made);
  return GST_FLOW_OK;
}

/* A frame of the target for what @in holds. Under the sink pad's stream lock. */
GstFlowReturn
gst_ks_transfer_acquire (GstKsTransfer * self, GstBuffer * in,
    GstBuffer ** buffer, GError ** error)
{
  KsTarget *target = &gst_ks_transfer_peek (self)->target;
  gsize size = gst_buffer_get_size (in);

  if (can_be_like (target, in))
    return make_like (self, in, buffer, error);
  if (target->theirs || (ks_is_video (&target->info)
          && !ks_feature_is_bytes (target->feature)))
    return acquire_frame (self, buffer, error);
  if (ks_is_video (&target->info))
    size = MAX (GST_VIDEO_INFO_SIZE (&target->info), target->offer.size);
  return make_bytes (self, size, buffer, error);
}
