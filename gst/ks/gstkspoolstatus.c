/* GstKsPool: how things stand with it, by call and by property.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspoolprivate.h"
#include "gstksheld.h"
#include "gstkssize.h"
#include "gstkswire.h"

enum
{
  PROP_0,
  PROP_EMIT_SIGNALS,
  PROP_ALLOCATED_FRAMES,
  PROP_FRAMING,
  PROP_FRAMING_EX,
};

/**
 * gst_ks_pool_get_status:
 * @pool: a pool
 * @status: (out caller-allocates): filled in
 *
 * How things stand; any thread. Numbers that other threads change at the same
 * time may be one apart from each other.
 *
 * Since: 0.9
 */
void
gst_ks_pool_get_status (GstKsPool * pool, GstKsPoolStatus * status)
{
  GstKsGateStatus gate;

  g_return_if_fail (GST_IS_KS_POOL (pool));
  g_return_if_fail (status != NULL);

  gst_ks_gate_get_status (pool->gate, &gate);
  status->allocated = gate.count;
  status->idle = gst_ks_pool_shelf_count (pool->shelf);
  status->waiting = gate.waiting;
  status->cap = gate.cap;
  GST_OBJECT_LOCK (pool);
  status->size = pool->config.size;
  status->align = pool->config.align;
  GST_OBJECT_UNLOCK (pool);
}

/**
 * gst_ks_pool_get_holders:
 * @pool: a pool
 *
 * Who holds the frames that are out, as far as it was watched: by a
 * #GstKsWatch, the tracer `ks` or the element `ksallocator` with a cap. A
 * frame is with the element behind the last pad that it was pushed through;
 * behind a tee, with the one that is known to keep frames. Frames may come
 * back meanwhile. Properties of the elements are read, so no lock may be held.
 * Any thread.
 *
 * The structure `ks-holders` has one field, `holders`: a #GstValueArray of
 * structures, those with the most frames first. Each has
 *
 * - `state`, string: `inside` (the element has them), `behind` (it or somebody
 *   behind it, where nobody watches), `filling` (not pushed yet) or `lost`
 *   (the pad is gone or unlinked)
 * - `frames`, uint
 * - `holder`, string: `element:pad` that took them; of `filling`, the pad that
 *   frames of the pool are pushed through first. Not there when not known
 * - `through`, string: `element:pad` that they were pushed through last. Not
 *   there when there is none
 * - `age`, uint64: ns since the oldest of them is there. Not there when not
 *   known
 * - `cause`, string: what the element keeps, such as `last-sample`. Not there
 *   when it is known to keep nothing, or nothing is known
 * - `lever`, string: what avoids that, such as `enable-last-sample=false`. Not
 *   there when nothing does
 *
 * Returns: (transfer full): the structure
 *
 * Since: 0.9
 */
GstStructure *
gst_ks_pool_get_holders (GstKsPool * pool)
{
  g_autoptr (GPtrArray) held = NULL;

  g_return_val_if_fail (GST_IS_KS_POOL (pool), NULL);

  held = gst_ks_held_find (pool->trails);
  return gst_ks_held_to_structure (held);
}

/**
 * gst_ks_pool_describe_holders:
 * @pool: a pool
 *
 * The same as gst_ks_pool_get_holders(), in words. Any thread, no lock held.
 *
 * Returns: (transfer full): who has the frames that are out, such as "2 held
 *     by sink:sink since 1.2 s"; "nobody" when all are back
 *
 * Since: 0.9
 */
gchar *
gst_ks_pool_describe_holders (GstKsPool * pool)
{
  g_autoptr (GPtrArray) held = NULL;
  gchar *text;

  g_return_val_if_fail (GST_IS_KS_POOL (pool), NULL);

  held = gst_ks_held_find (pool->trails);
  text = gst_ks_held_to_text (held);
  return text != NULL ? text : g_strdup ("nobody");
}

/**
 * gst_ks_pool_get_video_info: (skip)
 * @pool: a pool
 * @info: strides, offsets and size of a frame
 *
 * What the configuration made of its caps; any thread. For kinds whose layout
 * the driver decides, only the video meta of a frame has the final one.
 *
 * Returns: %FALSE when the caps are not raw video; @info is left alone then
 *
 * Since: 0.9
 */
gboolean
gst_ks_pool_get_video_info (GstKsPool * pool, GstVideoInfo * info)
{
  gboolean is_video;

  g_return_val_if_fail (GST_IS_KS_POOL (pool), FALSE);
  g_return_val_if_fail (info != NULL, FALSE);

  GST_OBJECT_LOCK (pool);
  is_video = pool->config.is_video;
  if (is_video)
    *info = pool->config.info;
  GST_OBJECT_UNLOCK (pool);
  return is_video;
}

/**
 * gst_ks_pool_get_layout:
 * @pool: a pool
 *
 * Whether rows may have padding, as the pool was told when it was made; any
 * thread. The range of their length is in gst_ks_pool_peek_framing().
 *
 * Returns: the layout
 *
 * Since: 0.9
 */
GstKsLayout
gst_ks_pool_get_layout (GstKsPool * pool)
{
  g_return_val_if_fail (GST_IS_KS_POOL (pool), GST_KS_LAYOUT_ANY);

  return pool->options.layout;
}

/* --- as KS says it --- */

/* Of a pool that no fixed framing was given for: what its configuration is. */
static GstKsFraming *
configured_framing (GstKsPool * self, GError ** error)
{
  const gchar *kind = gst_ks_allocator_peek_kind (self->allocator);
  GstKsFramingItem item = GST_KS_FRAMING_ITEM_INIT (kind ? kind : "system");

  GST_OBJECT_LOCK (self);
  item.size.min = item.size.max = self->config.size;
  item.prefix = self->config.prefix;
  item.padding = self->config.padding;
  item.align = MAX (self->config.align, 1);
  if (self->config.cap != 0)
    item.frames.max = self->config.cap;
  GST_OBJECT_UNLOCK (self);
  if (item.size.min != 0)
    return gst_ks_framing_new (&item, 1, NULL, error);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_STATE,
      "the pool is not configured: it has no frame size yet");
  return NULL;
}

static gboolean
get_creation (GstKsPool * self, GstKsAbiFraming * creation, GError ** error)
{
  g_autoptr (GstKsFraming) framing = NULL;

  if (self->creation.frame_size != 0) {
    *creation = self->creation;
    return TRUE;
  }
  if (self->framing && gst_ks_framing_is_fixed (self->framing))
    framing = gst_ks_framing_ref (self->framing);
  else
    framing = configured_framing (self, error);
  return framing != NULL
      && gst_ks_framing_to_abi_fixed (framing, creation, NULL, error);
}

static guint
count_allocated (GstKsPool * self)
{
  GstKsGateStatus gate;

  gst_ks_gate_get_status (self->gate, &gate);
  return gate.count;
}

/**
 * gst_ks_pool_get_ks_status:
 * @pool: a pool
 * @status: (out caller-allocates): filled in
 * @error: why it cannot be said
 *
 * What @pool was created with and how many of its frames are handed out, as KS
 * says it: frames that are kept for reuse do not count. A pool that was made
 * by gst_ks_pool_new() without a fixed framing says what it is configured to.
 * Any thread.
 *
 * KS: STATUS.
 *
 * Returns: %FALSE with %GST_KS_ERROR_STATE when @pool is not configured, and
 *     with %GST_KS_ERROR_INVALID when a number does not fit KS's structure;
 *     @status is left alone then
 *
 * Since: 0.9
 */
gboolean
gst_ks_pool_get_ks_status (GstKsPool * pool, GstKsAbiStatus * status,
    GError ** error)
{
  GstKsAbiFraming creation;

  g_return_val_if_fail (GST_IS_KS_POOL (pool), FALSE);
  g_return_val_if_fail (status != NULL, FALSE);

  if (!get_creation (pool, &creation, error))
    return FALSE;
  *status = (GstKsAbiStatus) {
  creation, count_allocated (pool), 0};
  return TRUE;
}

static gboolean
check_one_item (GstKsPool * self, GError ** error)
{
  guint n_items;

  if (self->framing_ex == NULL) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "the pool was not created with an extended framing; "
        "gst_ks_pool_get_ks_status() says with what it was");
    return FALSE;
  }
  n_items = gst_ks_framing_get_n_items (self->framing_ex);
  if (n_items == 1)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_TOO_SMALL,
      "the pool was created with a framing of %u items, and the structure has "
      "room for one; the property framing-ex has all", n_items);
  return FALSE;
}

/**
 * gst_ks_pool_get_ks_status_ex:
 * @pool: a pool
 * @status: (out caller-allocates): filled in
 * @error: why it cannot be said
 *
 * The same for a pool of gst_ks_create_allocator_ex(). KS's structure ends with
 * one item; the property #GstKsPool:framing-ex has as many as there are. Its
 * Frames are the cap, as in STATUS; without a cap they are what the framing
 * holds, which is what there was in KS's structure. Any thread.
 *
 * KS: STATUS_EX.
 *
 * Returns: %FALSE with %GST_KS_ERROR_NOT_SUPPORTED for other pools, with
 *     %GST_KS_ERROR_TOO_SMALL when there is more than one item, and with
 *     %GST_KS_ERROR_INVALID when a number does not fit; @status is left alone
 *     then
 *
 * Since: 0.9
 */
gboolean
gst_ks_pool_get_ks_status_ex (GstKsPool * pool, GstKsAbiStatusEx * status,
    GError ** error)
{
  g_auto (GstKsAbiFramingEx) ex = { 0, 0, {0, 0, 0}, 0, NULL };
  GstKsAbiFraming creation;

  g_return_val_if_fail (GST_IS_KS_POOL (pool), FALSE);
  g_return_val_if_fail (status != NULL, FALSE);

  if (!check_one_item (pool, error)
      || !get_creation (pool, &creation, error)
      || !gst_ks_framing_to_abi (pool->framing_ex, &ex, NULL, error))
    return FALSE;
  /* of an allocator it is how many may be out, as STATUS has it */
  if (creation.frames != 0)
    ex.items[0].frames = creation.frames;
  *status = (GstKsAbiStatusEx) {
    {
    ex.count_items, ex.pin_flags, ex.output_compression, ex.pin_weight,
          ex.items[0]}
  , count_allocated (pool), 0};
  return TRUE;
}

/* --- properties --- */

static void
gst_ks_pool_set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  GstKsPool *self = GST_KS_POOL (object);

  if (id == PROP_EMIT_SIGNALS)
    gst_ks_free_frame_set_emitting (self->free_frame,
        g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_ks_pool_get_property (GObject * object, guint id, GValue * value,
    GParamSpec * pspec)
{
  GstKsPool *self = GST_KS_POOL (object);

  switch (id) {
    case PROP_EMIT_SIGNALS:
      g_value_set_boolean (value,
          gst_ks_free_frame_is_emitting (self->free_frame));
      break;
    case PROP_ALLOCATED_FRAMES:
      g_value_set_uint (value, count_allocated (self));
      break;
    case PROP_FRAMING:
      g_value_set_boxed (value, self->framing);
      break;
    case PROP_FRAMING_EX:
      g_value_set_boxed (value, self->framing_ex);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

void
gst_ks_pool_install_properties (GObjectClass * klass)
{
  const GParamFlags read = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  klass->set_property = gst_ks_pool_set_property;
  klass->get_property = gst_ks_pool_get_property;
  /**
   * GstKsPool:emit-signals:
   *
   * Whether #GstKsPool::free-frame is emitted.
   *
   * Since: 0.9
   */
  g_object_class_install_property (klass, PROP_EMIT_SIGNALS,
      g_param_spec_boolean ("emit-signals", "Emit signals",
          "Emit free-frame whenever a frame comes back", FALSE,
          read | G_PARAM_WRITABLE));
  /**
   * GstKsPool:allocated-frames:
   *
   * Frames handed out now, as in gst_ks_pool_get_status(). Not notified.
   *
   * KS: AllocatedFrames of STATUS.
   *
   * Since: 0.9
   */
  g_object_class_install_property (klass, PROP_ALLOCATED_FRAMES,
      g_param_spec_uint ("allocated-frames", "Allocated frames",
          "Frames handed out now; those kept for reuse do not count", 0,
          G_MAXUINT, 0, read));
  /**
   * GstKsPool:framing:
   *
   * What the pool was made with, as gst_ks_pool_peek_framing() gives it.
   *
   * KS: Framing of STATUS.
   *
   * Since: 0.9
   */
  g_object_class_install_property (klass, PROP_FRAMING,
      g_param_spec_boxed ("framing", "Framing",
          "What the pool was made with; none when it had no needs",
          gst_ks_framing_get_type (), read));
  /**
   * GstKsPool:framing-ex:
   *
   * What gst_ks_create_allocator_ex() was given; none for other pools.
   *
   * KS: Framing of STATUS_EX.
   *
   * Since: 0.9
   */
  g_object_class_install_property (klass, PROP_FRAMING_EX,
      g_param_spec_boxed ("framing-ex", "Extended framing",
          "What the pool's framing was resolved from; none when it was not",
          gst_ks_framing_get_type (), read));
}
