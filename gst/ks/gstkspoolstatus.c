/* GstKsPool: how things stand with it, by call and by property.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspoolprivate.h"

enum
{
  PROP_0,
  PROP_EMIT_SIGNALS,
  PROP_ALLOCATED_FRAMES,
  PROP_FRAMING,
};

/**
 * gst_ks_pool_get_status:
 * @pool: a pool
 * @status: (out caller-allocates): filled in
 *
 * How things stand; any thread. Numbers that other threads change at the same
 * time may be one apart from each other.
 *
 * Since: 0.1
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
 * gst_ks_pool_get_video_info:
 * @pool: a pool
 * @info: (out caller-allocates): strides, offsets and size of a frame
 *
 * What the configuration made of its caps; any thread. For kinds whose layout
 * the driver decides, only the video meta of a frame has the final one.
 *
 * Returns: %FALSE when the caps are not raw video; @info is left alone then
 *
 * Since: 0.1
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
  GstKsPoolStatus status;

  switch (id) {
    case PROP_EMIT_SIGNALS:
      g_value_set_boolean (value,
          gst_ks_free_frame_is_emitting (self->free_frame));
      break;
    case PROP_ALLOCATED_FRAMES:
      gst_ks_pool_get_status (self, &status);
      g_value_set_uint (value, status.allocated);
      break;
    case PROP_FRAMING:
      g_value_set_boxed (value, self->framing);
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
   * Since: 0.1
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
   * Since: 0.1
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
   * Since: 0.1
   */
  g_object_class_install_property (klass, PROP_FRAMING,
      g_param_spec_boxed ("framing", "Framing",
          "What the pool was made with; none when it had no needs",
          gst_ks_framing_get_type (), read));
}
