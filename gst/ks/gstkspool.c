/* GstKsPool: the KS allocator object.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspoolprivate.h"
#include "gstksaccountowner.h"
#include "gstksfunctiontableprivate.h"
#include "gstkslock.h"
#include <errno.h>
#include <gst/video/gstvideopool.h>

#define GST_CAT_DEFAULT gst_ks_pool_debug
GST_DEBUG_CATEGORY (gst_ks_pool_debug);
GST_DEBUG_CATEGORY (gst_ks_pool_performance);

static guint free_frame_signal;

G_DEFINE_TYPE (GstKsPool, gst_ks_pool, GST_TYPE_BUFFER_POOL);

GType
gst_ks_starve_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    {GST_KS_STARVE_BLOCK, "Wait at the cap", "block"},
    {GST_KS_STARVE_GROW, "Hand out one more", "grow"},
    {GST_KS_STARVE_ERROR, "Fail at once", "error"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstKsStarve", values));
  return type;
}

GType
gst_ks_layout_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    {GST_KS_LAYOUT_ANY, "Rows may have padding", "any"},
    {GST_KS_LAYOUT_PACKED, "No row has padding, where downstream can be told",
        "packed"},
    {0, NULL, NULL}
  };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstKsLayout", values));
  return type;
}

/* --- active or not --- */

static void
let_go (gpointer user_data)
{
  GstKsPool *self = user_data;

  gst_ks_pool_shelf_empty (self->shelf);
}

static void
start_prefault (GstKsPool * self)
{
  const gchar *kind = gst_ks_allocator_peek_kind (self->allocator);
  GstKsRequest request;

  /* Plain memory is as fast to make as to find. */
  if (self->config.min == 0 || self->fixed || g_strcmp0 (kind, "system") == 0
      || g_strcmp0 (kind, "user") == 0)
    return;
  gst_ks_pool_config_init_request (&self->config, &request);
  request.guard = self->options.guard;
  self->prefault =
      gst_ks_prefault_start (self->allocator, &request, self->config.min);
}

static gboolean
gst_ks_pool_start (GstBufferPool * pool)
{
  GstKsPool *self = GST_KS_POOL (pool);

  if (g_atomic_int_get (&self->closed)) {
    GST_WARNING_OBJECT (self, "closed: a pool is active no more after that");
    return FALSE;
  }
  self->keeper = gst_ks_allocator_add_keeper (self->allocator, let_go, self);
  start_prefault (self);
  return TRUE;
}

static gboolean
gst_ks_pool_stop (GstBufferPool * pool)
{
  GstKsPool *self = GST_KS_POOL (pool);

  gst_ks_allocator_remove_keeper (self->allocator, self->keeper);
  self->keeper = 0;
  g_clear_pointer (&self->prefault, gst_ks_prefault_free);
  gst_ks_pool_shelf_close (self->shelf);
  return TRUE;
}

static void
gst_ks_pool_flush_start (GstBufferPool * pool)
{
  GstKsPool *self = GST_KS_POOL (pool);

  gst_ks_gate_set_flushing (self->gate, TRUE);
  if (self->prefault)
    gst_ks_prefault_cancel (self->prefault);
  gst_ks_pool_shelf_close (self->shelf);
}

static void
gst_ks_pool_flush_stop (GstBufferPool * pool)
{
  GstKsPool *self = GST_KS_POOL (pool);

  gst_ks_pool_shelf_open (self->shelf, self->config.cap != 0);
  gst_ks_gate_set_flushing (self->gate, FALSE);
}

/* --- configuration --- */

static const gchar **
gst_ks_pool_get_options (GstBufferPool * pool)
{
  static const gchar *options[] = { GST_BUFFER_POOL_OPTION_VIDEO_META,
    GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT, NULL
  };

  return options;
}

static GstKsPoolTerms
get_terms (GstKsPool * self)
{
  return (GstKsPoolTerms) {
  .allocator = self->allocator,.item =
        self->framing ? gst_ks_framing_peek_item (self->framing,
        0) : NULL,.layout = self->options.layout,.frame_size =
        self->creation.frame_size,};
}

/* Where a kind has shapes for one caps feature, other frames are bytes. */
static gboolean
is_shaped (GstKsBackend * backend, GstCaps * caps)
{
  const gchar *feature = GST_KS_BACKEND_GET_CLASS (backend)->shape_feature;
  GstCapsFeatures *features = gst_caps_get_features (caps, 0);

  return feature == NULL || (features != NULL
      && gst_caps_features_contains (features, feature));
}

/* What a backend with shapes is told beside the picture. NULL without error:
 * frames are made of bytes. */
static GstKsFraming *
new_fixed_framing (GstKsPool * self, const GstKsPoolConfig * config,
    GstCaps * caps, GError ** error)
{
  GstKsBackend *backend = gst_ks_backend_peek (self->allocator);
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT (NULL);

  if (backend == NULL || !config->is_video
      || !gst_ks_backend_has_shapes (backend)
      || !is_shaped (backend, caps))
    return NULL;
  if (self->framing)
    item = *gst_ks_framing_peek_item (self->framing, 0);
  item.memory = gst_ks_backend_peek_kind (backend);
  item.size = item.prefer = (GstKsRange) {
  config->size, config->size, 0};
  item.align = config->align;
  item.prefix = config->prefix;
  item.padding = config->padding;
  return gst_ks_framing_new (&item, 1, NULL, error);
}

static gboolean
parse_config (GstKsPool * self, GstStructure * structure,
    GstKsPoolConfig * config, GstKsFraming ** fixed, GError ** error)
{
  GstKsPoolTerms terms = get_terms (self);
  g_autoptr (GError) failed = NULL;
  GstCaps *caps = NULL;

  if (!gst_ks_pool_config_parse (config, &terms, structure, error))
    return FALSE;
  (void) gst_buffer_pool_config_get_params (structure, &caps, NULL, NULL, NULL);
  *fixed = new_fixed_framing (self, config, caps, &failed);
  if (failed == NULL)
    return TRUE;
  gst_ks_pool_config_clear (config);
  g_propagate_error (error, g_steal_pointer (&failed));
  return FALSE;
}

static gboolean
gst_ks_pool_set_config (GstBufferPool * pool, GstStructure * structure)
{
  GstKsPool *self = GST_KS_POOL (pool);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) fixed = NULL;
  GstKsPoolConfig config = { 0, };

  if (!parse_config (self, structure, &config, &fixed, &error)) {
    GST_WARNING_OBJECT (self, "configuration refused: %s", error->message);
    return FALSE;
  }
  GST_OBJECT_LOCK (self);
  GST_KS_ACQUIRE (&self->config);
  gst_ks_pool_config_clear (&self->config);
  self->config = config;
  g_clear_pointer (&self->fixed, gst_ks_framing_unref);
  self->fixed = g_steal_pointer (&fixed);
  GST_OBJECT_UNLOCK (self);
  gst_ks_gate_set_cap (self->gate, config.cap);
  g_atomic_int_set (&self->uncapped, config.cap == 0);
  GST_DEBUG_OBJECT (self, "configured: %" GST_PTR_FORMAT, structure);
  return TRUE;
}

/* --- the object --- */

static void
gst_ks_pool_dispose (GObject * object)
{
  GstKsPool *self = GST_KS_POOL (object);

  gst_ks_free_frame_close (self->free_frame);
  g_clear_pointer (&self->table, gst_ks_function_table_token_unref);
  G_OBJECT_CLASS (gst_ks_pool_parent_class)->dispose (object);
}

static void
gst_ks_pool_finalize (GObject * object)
{
  GstKsPool *self = GST_KS_POOL (object);

  gst_ks_free_frame_unref (self->free_frame);
  gst_ks_pool_shelf_free (self->shelf);
  gst_ks_pool_husks_free (self->husks);
  gst_ks_gate_unref (self->gate);
  gst_ks_trails_unref (self->trails);
  gst_ks_pool_config_clear (&self->config);
  g_clear_pointer (&self->fixed, gst_ks_framing_unref);
  g_clear_pointer (&self->framing, gst_ks_framing_unref);
  g_clear_pointer (&self->framing_ex, gst_ks_framing_unref);
  g_clear_pointer (&self->options.account, gst_ks_account_unref);
  gst_clear_object (&self->allocator);
  if (self->options.report_destroy)
    self->options.report_destroy (self->options.report_data);
  G_OBJECT_CLASS (gst_ks_pool_parent_class)->finalize (object);
}

static void
gst_ks_pool_class_init (GstKsPoolClass * klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstBufferPoolClass *pool_class = GST_BUFFER_POOL_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_ks_pool_debug, "ks-pool", 0, "KS pool");
  GST_DEBUG_CATEGORY_GET (gst_ks_pool_performance, "GST_PERFORMANCE");
  object_class->dispose = gst_ks_pool_dispose;
  object_class->finalize = gst_ks_pool_finalize;
  gst_ks_pool_install_properties (object_class);
  /**
   * GstKsPool::free-frame:
   * @pool: the pool
   *
   * A frame came back, whoever held it and whoever waits for it: from the
   * thread that let it go, no lock held, after the frame can be had. It is a
   * hint: somebody else may be quicker. Told as well when a frame could not be
   * made after all, or the cap was lifted. Only emitted while
   * #GstKsPool:emit-signals is set.
   *
   * KS: the event FREEFRAME.
   *
   * Since: 0.9
   */
  free_frame_signal = g_signal_new ("free-frame", GST_TYPE_KS_POOL,
      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  pool_class->get_options = gst_ks_pool_get_options;
  pool_class->set_config = gst_ks_pool_set_config;
  pool_class->start = gst_ks_pool_start;
  pool_class->stop = gst_ks_pool_stop;
  pool_class->flush_start = gst_ks_pool_flush_start;
  pool_class->flush_stop = gst_ks_pool_flush_stop;
  pool_class->acquire_buffer = gst_ks_pool_acquire_buffer;
  /* The release does it: both need the frame. */
  pool_class->reset_buffer = NULL;
  pool_class->release_buffer = gst_ks_pool_release_buffer;
  pool_class->alloc_buffer = gst_ks_pool_alloc_buffer;
  pool_class->free_buffer = gst_ks_pool_free_buffer;
}

static void
gst_ks_pool_init (GstKsPool * self)
{
  self->options = (GstKsPoolOptions) GST_KS_POOL_OPTIONS_INIT;
  self->gate = gst_ks_gate_new ();
  self->shelf = gst_ks_pool_shelf_new ();
  self->trails = gst_ks_trails_new ();
  self->free_frame = gst_ks_free_frame_new (G_OBJECT (self), free_frame_signal);
}

/**
 * gst_ks_pool_new:
 * @allocator: an allocator of ours
 * @framing: (nullable): its first item gives size, alignment, prefix, padding,
 *     stride and frames; %NULL: no needs
 * @options: (nullable): how the pool behaves; copied, and its account
 *     referenced. %NULL: %GST_KS_POOL_OPTIONS_INIT
 *
 * Makes a pool that is to be configured and activated like any other. Any
 * thread; the pool may be used from all of them.
 *
 * Its configuration is adjusted rather than refused: sizes, alignment, prefix
 * and padding are raised to what @framing needs, another allocator is replaced
 * by @allocator, and the smaller one of max-buffers and the framing's cap
 * counts. Nothing is allocated when it is activated; for kinds that are slow
 * to make, a helper thread makes min-buffers blocks ready.
 *
 * A frame counts as handed out until its memory is back in @allocator, also
 * when its buffer is gone or the pool inactive.
 *
 * Returns: (transfer full): a new pool
 *
 * Since: 0.9
 */
GstKsPool *
gst_ks_pool_new (GstAllocator * allocator, const GstKsFraming * framing,
    const GstKsPoolOptions * options)
{
  GstKsPool *self;

  g_return_val_if_fail (gst_ks_allocator_is_ours (allocator), NULL);

  self = g_object_new (GST_TYPE_KS_POOL, NULL);
  gst_object_ref_sink (self);
  self->allocator = gst_object_ref (allocator);
  if (framing)
    self->framing = gst_ks_framing_ref ((GstKsFraming *) framing);
  if (options)
    self->options = *options;
  self->options.account = self->options.account ?
      gst_ks_account_ref (self->options.account) : gst_ks_account_new (0);
  gst_ks_account_owner_suggest (self->options.account, GST_OBJECT_NAME (self));
  return self;
}

static gboolean
configure_fixed (GstKsPool * self, GError ** error)
{
  const GstKsFramingItem *item = gst_ks_framing_peek_item (self->framing, 0);
  g_autoptr (GstStructure) config =
      gst_buffer_pool_get_config (GST_BUFFER_POOL (self));
  g_autoptr (GstKsFraming) fixed = NULL;
  GstKsPoolConfig made = { 0, };

  if (item->size.min > G_MAXUINT) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
        "frames of %" G_GUINT64_FORMAT " bytes: a pool's buffers have at most "
        "%u bytes", item->size.min, G_MAXUINT);
    return FALSE;
  }
  gst_buffer_pool_config_set_params (config, NULL, item->size.min, 0, 0);
  if (!parse_config (self, config, &made, &fixed, error))
    return FALSE;
  gst_ks_pool_config_clear (&made);
  return gst_buffer_pool_set_config (GST_BUFFER_POOL (self),
      g_steal_pointer (&config));
}

/* All allocator objects of KS are made here. creation NULL: the framing does
 * not come from a create request. */
GstKsPool *
gst_ks_pool_new_fixed (GstAllocator * allocator, const GstKsFraming * fixed,
    const GstKsAbiFraming * creation, GError ** error)
{
  g_autoptr (GstKsPool) pool = gst_ks_pool_new (allocator, fixed, NULL);

  if (creation != NULL) {
    pool->creation = *creation;
    pool->creation.reserved = 0;
  }
  return configure_fixed (pool, error) ? g_steal_pointer (&pool) : NULL;
}

/**
 * gst_ks_create_allocator:
 * @fixed: a fixed framing: one kind, one size
 * @error: why there is none
 *
 * Makes the KS allocator object of a framing: a pool of frames of its size in
 * its kind of memory, at most as many as its frames' upper end. The pool is
 * configured and has yet to be activated. Any thread.
 *
 * Returns: (transfer full): a pool, or %NULL with %GST_KS_ERROR_INVALID when
 *     @fixed is not fixed or cannot be, or with the reason why the kind cannot
 *     be had
 *
 * Since: 0.9
 */
GstKsPool *
gst_ks_create_allocator (const GstKsFraming * fixed, GError ** error)
{
  g_autoptr (GstAllocator) allocator = NULL;
  const GstKsFramingItem *item;

  g_return_val_if_fail (fixed != NULL, NULL);

  if (!gst_ks_framing_is_fixed (fixed)) {
    g_autofree gchar *text = gst_ks_framing_to_string (fixed);

    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "the framing \"%s\" leaves a choice; fixate it first", text);
    return NULL;
  }
  item = gst_ks_framing_peek_item (fixed, 0);
  allocator = gst_ks_allocator_get (item->memory, item->device, error);
  return allocator != NULL ?
      gst_ks_pool_new_fixed (allocator, fixed, NULL, error) : NULL;
}

/**
 * gst_ks_create_allocator_ex:
 * @framing: a framing that may leave a choice
 * @error: why there is none
 *
 * Fixates @framing, makes the pool of the result like
 * gst_ks_create_allocator(), and keeps @framing with it: the property
 * #GstKsPool:framing-ex, and gst_ks_pool_get_ks_status_ex(). Any thread.
 *
 * KS: an allocator that is created with KSALLOCATOR_FRAMING_EX.
 *
 * Returns: (transfer full): a pool, or %NULL when nothing can be chosen or the
 *     kind cannot be had
 *
 * Since: 0.9
 */
GstKsPool *
gst_ks_create_allocator_ex (const GstKsFraming * framing, GError ** error)
{
  g_autoptr (GstKsFraming) fixed = NULL;
  GstKsPool *pool;

  g_return_val_if_fail (framing != NULL, NULL);

  fixed = gst_ks_framing_fixate (framing, error);
  if (fixed == NULL)
    return NULL;
  pool = gst_ks_create_allocator (fixed, error);
  if (pool != NULL)
    pool->framing_ex = gst_ks_framing_ref ((GstKsFraming *) framing);
  return pool;
}

/**
 * gst_ks_pool_peek_allocator:
 * @pool: a pool
 *
 * Where the frames come from; constant.
 *
 * Returns: (transfer none): the allocator
 *
 * Since: 0.9
 */
GstAllocator *
gst_ks_pool_peek_allocator (GstKsPool * pool)
{
  g_return_val_if_fail (GST_IS_KS_POOL (pool), NULL);

  return pool->allocator;
}

/**
 * gst_ks_pool_peek_framing:
 * @pool: a pool
 *
 * What the pool was made with; constant.
 *
 * Returns: (transfer none) (nullable): the framing
 *
 * Since: 0.9
 */
const GstKsFraming *
gst_ks_pool_peek_framing (GstKsPool * pool)
{
  g_return_val_if_fail (GST_IS_KS_POOL (pool), NULL);

  return pool->framing;
}

/**
 * gst_ks_pool_peek_account:
 * @pool: a pool
 *
 * Who pays for the frames; constant.
 *
 * Returns: (transfer none): the account
 *
 * Since: 0.9
 */
GstKsAccount *
gst_ks_pool_peek_account (GstKsPool * pool)
{
  g_return_val_if_fail (GST_IS_KS_POOL (pool), NULL);

  return pool->options.account;
}

/**
 * gst_ks_pool_lift_cap:
 * @pool: a pool
 *
 * Lets @pool hand out frames without a cap until it is configured anew; those
 * who wait for one get it. For whoever wanted the cap and goes away, so that
 * nobody waits for somebody's sake who is not there. Any thread.
 *
 * Since: 0.9
 */
void
gst_ks_pool_lift_cap (GstKsPool * pool)
{
  g_return_if_fail (GST_IS_KS_POOL (pool));

  gst_ks_gate_set_cap (pool->gate, 0);
  gst_ks_free_frame_raise (pool->free_frame);
}

/**
 * gst_ks_pool_close:
 * @pool: a pool
 *
 * Ends the service for good, whoever still has a reference: waiters get
 * %GST_FLOW_FLUSHING, the function table gives no more frames, the sources of
 * gst_ks_pool_free_frame_source_new() are dispatched no more, and the pool
 * cannot be activated again. Frames that are out stay valid and come back as ever. The
 * last unref does the same, except that it waits for the frames to come back;
 * gst_buffer_pool_set_active() does less, and can be undone. Any thread.
 *
 * KS: closing the allocator's handle.
 *
 * Since: 0.9
 */
void
gst_ks_pool_close (GstKsPool * pool)
{
  g_return_if_fail (GST_IS_KS_POOL (pool));

  g_atomic_int_set (&pool->closed, TRUE);
  (void) gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE);
  gst_ks_free_frame_close (pool->free_frame);
}

/**
 * gst_ks_pool_free_frame_source_new: (skip)
 * @pool: a pool
 * @one_shot: dispatched at most once, then destroyed
 *
 * Makes a source that is ready when frames came back since its last dispatch,
 * and when it was made also before it is attached. Its callback is a
 * #GstKsFreeFrameFunc, set with
 * `g_source_set_callback (source, G_SOURCE_FUNC (func), …)`. Every return
 * counts: of buffers that were discarded and whose memory comes back late, of
 * frames of the function table, and of those that a waiter takes at once.
 *
 * It is a hint and no reservation: make the source, then try until there is no
 * frame, then wait for it.
 *
 * Closing @pool, or its end, ends the source: it is dispatched no more, and
 * its context destroys it at its next iteration. It does not keep @pool, and
 * has a descriptor of its own until it is finalized. Any thread, and any
 * #GMainContext, which may go at any time.
 *
 * KS: the event FREEFRAME, one-shot or recurring.
 *
 * Returns: (transfer full) (nullable): a source that has yet to be attached;
 *     %NULL when the process has no descriptor left for it
 *
 * Since: 0.9
 */
GSource *
gst_ks_pool_free_frame_source_new (GstKsPool * pool, gboolean one_shot)
{
  GSource *source;

  g_return_val_if_fail (GST_IS_KS_POOL (pool), NULL);

  source = gst_ks_free_frame_add_source (pool->free_frame, one_shot);
  if (source == NULL)
    GST_WARNING_OBJECT (pool, "nobody is told of frames that come back: %s",
        g_strerror (errno));
  return source;
}
