/* GstKsPool: how its frames are made, go out and come back.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A frame is out from the acquire until its memory is back, which may be long
 * after its buffer died: muxers keep parts of the memory in other buffers. So
 * each memory carries a token, and what ends the hand-out is
 *
 *   - the release of an intact buffer, which then waits on the shelf as it is,
 *   - or the return of the memory to the store, for every other buffer.
 *
 * The token knows the gate (which counts) and not the pool (which may be gone).
 *
 * The base class gives us its type, its lock around start, stop and
 * set_config, and its count of buffers, which delays stop() until the last one
 * was released; its queue is never used. What the shelf holds goes at every
 * flush already, so that a pool which was deactivated with buffers out keeps
 * no idle memory. */

#include "gstkspoolprivate.h"
#include "gstksguardrecord.h"
#include "gstksheld.h"
#include "gstksmemory.h"
#include "gstkslock.h"

#define GST_CAT_DEFAULT gst_ks_pool_debug

/* --- telling others --- */

static void
report (GstKsPool * self, GstKsPoolEvent event, const GError * error)
{
  static const gchar *const what[] = { "starved", "no frame", "corrupted" };

  GST_WARNING_OBJECT (self, "%s: %s", what[event], error->message);
  if (self->options.report)
    self->options.report (self, event, error, self->options.report_data);
}

static gboolean
hear_fault (GObject * who, const GstKsFault * fault)
{
  GstKsPool *self = GST_KS_POOL (who);
  g_autoptr (GError) error = NULL;

  if ((fault->origin != NULL && fault->origin != self)
      || self->options.report == NULL)
    return FALSE;
  error = g_error_new_literal (GST_KS_ERROR, GST_KS_ERROR_FAILED, fault->text);
  report (self, GST_KS_POOL_CORRUPTED, error);
  return TRUE;
}

/* From the first guarded frame on there is somebody to tell. */
static void
listen (GstKsPool * self)
{
  GstKsPoolHusks *husks;

  if (g_atomic_pointer_get (&self->husks) != NULL)
    return;
  husks = gst_ks_pool_husks_new (self);
  if (g_atomic_pointer_compare_and_exchange (&self->husks, NULL, husks))
    gst_ks_guard_hear (G_OBJECT (self), hear_fault);
  else
    gst_ks_pool_husks_free (husks);
}

/* --- making frames --- */

static GstKsPoolToken *
new_token (GstKsPool * self, guint n_memories)
{
  const GstKsPoolTies ties = { self->gate, self->options.account,
    self->free_frame, self->trails
  };

  return gst_ks_pool_token_new (&ties, n_memories);
}

static void
add_video_meta (GstKsPool * self, GstBuffer * buffer, const gsize * offset,
    const gint * stride)
{
  const GstVideoInfo *info = &self->config.info;
  gsize offsets[GST_VIDEO_MAX_PLANES] = { 0, };
  gint strides[GST_VIDEO_MAX_PLANES] = { 0, };
  GstVideoMeta *meta;

  for (guint i = 0; i < GST_VIDEO_INFO_N_PLANES (info); i++) {
    offsets[i] = offset[i];
    strides[i] = stride[i];
  }
  meta = gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_INFO_FORMAT (info), info->width, info->height,
      GST_VIDEO_INFO_N_PLANES (info), offsets, strides);
  meta->alignment = self->config.meta_align;
}

static GstBuffer *
make_from_bytes (GstKsPool * self, GError ** error)
{
  GstKsPoolToken *token = new_token (self, 1);
  GstKsRequest request;
  GstMemory *memory;
  GstBuffer *buffer;

  gst_ks_pool_config_init_request (&self->config, &request);
  request.zero = self->options.zero;
  request.account = self->options.account;
  request.returned = gst_ks_pool_token_returned;
  request.returned_data = token;
  request.guard = self->options.guard;
  request.owner = GST_OBJECT_NAME (self);
  request.origin = self;
  memory = gst_ks_allocator_alloc (self->allocator, &request, error);
  if (memory == NULL) {
    gst_ks_pool_token_returned (token);
    return NULL;
  }
  buffer = gst_buffer_new ();
  gst_buffer_append_memory (buffer, memory);
  if (self->config.add_video_meta)
    add_video_meta (self, buffer, self->config.info.offset,
        self->config.info.stride);
  if (gst_ks_pool_frame_add (buffer, token, FALSE)->guard != NULL)
    listen (self);
  return buffer;
}

/* What a driver makes has somebody's bytes in it, for all that is known. */
static gboolean
wipe_shape (GstKsPool * self, GstKsShape * shape, GError ** error)
{
  gboolean good = TRUE;

  if (self->options.zero == GST_KS_ZERO_NEVER)
    return TRUE;
  for (guint i = 0; i < shape->n_memories && good; i++)
    good = gst_ks_memory_wipe (shape->memories[i], error);
  if (!good)
    gst_ks_shape_clear (shape);
  return good;
}

static GstBuffer *
make_from_shape (GstKsPool * self, GError ** error)
{
  GstKsBackend *backend = gst_ks_backend_peek (self->allocator);
  GstKsShape shape = { 0, };
  GstKsPoolToken *token;
  GstBuffer *buffer;

  if (!gst_ks_backend_allocate_shaped (backend, &self->config.info,
          self->fixed, &shape, error) || !wipe_shape (self, &shape, error))
    return NULL;
  token = new_token (self, shape.n_memories);
  buffer = gst_buffer_new ();
  for (guint i = 0; i < shape.n_memories; i++) {
    gst_ks_pool_token_attach (token, shape.memories[i]);
    gst_buffer_append_memory (buffer, g_steal_pointer (&shape.memories[i]));
  }
  add_video_meta (self, buffer, shape.offset, shape.stride);
  gst_ks_pool_frame_add (buffer, token, TRUE);
  return buffer;
}

static GstBuffer *
make_buffer (GstKsPool * self, GError ** error)
{
  GstBuffer *buffer = self->fixed ? make_from_shape (self, error) :
      make_from_bytes (self, error);

  /* The base class's count keeps set_config() away until we are through. */
  GST_KS_RELEASE (&self->config);
  return buffer;
}

GstFlowReturn
gst_ks_pool_alloc_buffer (GstBufferPool * pool, GstBuffer ** buffer,
    GstBufferPoolAcquireParams * params)
{
  g_autoptr (GError) error = NULL;

  *buffer = make_buffer (GST_KS_POOL (pool), &error);
  if (*buffer)
    return GST_FLOW_OK;
  GST_WARNING_OBJECT (pool, "no frame: %s", error->message);
  return GST_FLOW_ERROR;
}

void
gst_ks_pool_free_buffer (GstBufferPool * pool, GstBuffer * buffer)
{
  gst_buffer_unref (buffer);
}

/* --- who starves --- */

/* Who has the frames, and what can be done about it; free it. */
static gchar *
say_holders (GstKsPool * self)
{
  g_autoptr (GPtrArray) held = NULL;
  g_autofree gchar *who = NULL;

  if (gst_ks_trails_get_first (self->trails) == 0)
    return g_strdup ("nobody watches who has them; raise the cap, or find who "
        "keeps frames: a sink's last-sample, a queue, a muxer, the "
        "application; GST_TRACERS=\"ks(report=starve)\" names them");
  held = gst_ks_held_find (self->trails);
  who = gst_ks_held_to_text (held);
  return g_strdup_printf ("%s; raise the cap, or have them keep fewer",
      who ? who : "they are coming back");
}

/* why: what that means for whoever wants a frame. */
static GError *
new_cap_error (GstKsPool * self, const GstKsGateStatus * status,
    const gchar * why)
{
  g_autofree gchar *all = status->cap == 1 ? g_strdup ("the one frame") :
      g_strdup_printf ("all %u frames", status->cap);
  g_autofree gchar *holders = say_holders (self);
  const gchar *kind = gst_ks_allocator_peek_kind (self->allocator);

  return g_error_new (GST_KS_ERROR, GST_KS_ERROR_LIMIT,
      "%s of the cap %s out (%u in all); %s; a frame has %" G_GSIZE_FORMAT
      " bytes (%s); %s", all, status->cap == 1 ? "is" : "are", status->count,
      why, self->config.size, kind != NULL ? kind : "user", holders);
}

static void
gate_starved (GstKsGate * gate, GstClockTime waited, gpointer user_data)
{
  GstKsPool *self = user_data;
  g_autofree gchar *why = NULL;
  g_autoptr (GError) error = NULL;
  GstKsGateStatus status;

  gst_ks_gate_get_status (gate, &status);
  why = g_strdup_printf ("%u %s, for %" G_GUINT64_FORMAT " ms by now",
      status.waiting, status.waiting == 1 ? "thread waits" : "threads wait",
      (guint64) (waited / GST_MSECOND));
  error = new_cap_error (self, &status, why);
  report (self, GST_KS_POOL_STARVED, error);
}

/* --- acquire and release --- */

static GstFlowReturn
starve (GstKsPool * self, gboolean waiting)
{
  g_autoptr (GError) error = NULL;
  GstKsGateStatus status;

  if (self->options.on_starve == GST_KS_STARVE_GROW) {
    GST_DEBUG_OBJECT (self, "at the cap: hand out one more");
    return gst_ks_gate_enter_over (self->gate) ? GST_FLOW_OK :
        GST_FLOW_FLUSHING;
  }
  if (!waiting)
    return GST_FLOW_EOS;

  gst_ks_gate_get_status (self->gate, &status);
  error = new_cap_error (self, &status, "on-starve is error, so nobody waits");
  report (self, GST_KS_POOL_FAILED, error);
  return GST_FLOW_ERROR;
}

/* The base class passes params on as they are, so what else an acquire needs
 * hangs on one of its reserved fields. The flag says that they were set, and
 * the mark that it was us: private flags mean something else to others. */
#define ACQUIRE_FLAG_CANCELLABLE ((guint) GST_BUFFER_POOL_ACQUIRE_FLAG_LAST << 12)

static const gchar cancellable_mark[] = "ks-cancellable";

static GCancellable *
cancellable_of (const GstBufferPoolAcquireParams * params)
{
  if (params == NULL || !(params->flags & ACQUIRE_FLAG_CANCELLABLE)
      || params->_gst_reserved[0] != cancellable_mark)
    return NULL;
  return params->_gst_reserved[1];
}

static inline gboolean
may_wait (const GstBufferPoolAcquireParams * params)
{
  return params == NULL
      || !(params->flags & GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT);
}

/* Somebody may be changing the config until the gate has let us in; how we came
 * in is therefore asked once, and what goes back goes back the same way. */
static GstFlowReturn
enter (GstKsPool * self, const GstBufferPoolAcquireParams * params,
    GstKsGateEntry * entry, GstKsPoolOut * out)
{
  GstKsGateWait wait = { self->options.starve_timeout, gate_starved, self,
    cancellable_of (params)
  };
  gboolean block = may_wait (params)
      && self->options.on_starve == GST_KS_STARVE_BLOCK;

  *out = g_atomic_int_get (&self->uncapped) ? GST_KS_POOL_PASSED :
      GST_KS_POOL_ENTERED;
  if (*out == GST_KS_POOL_PASSED) {
    memset (entry, 0, sizeof (*entry));
    return gst_ks_gate_pass (self->gate) ? GST_FLOW_OK : GST_FLOW_FLUSHING;
  }
  switch (gst_ks_gate_enter (self->gate, block ? &wait : NULL, entry)) {
    case GST_KS_GATE_ENTERED:
      if (entry->waited)
        gst_ks_account_add_wait (self->options.account);
      return GST_FLOW_OK;
    case GST_KS_GATE_FLUSHING:
    case GST_KS_GATE_CANCELLED:
      return GST_FLOW_FLUSHING;
    default:
      memset (entry, 0, sizeof (*entry));
      return starve (self, may_wait (params));
  }
}

static GstKsPoolFrame *
make_frame (GstKsPool * self, GstKsPoolOut out)
{
  g_autoptr (GError) error = NULL;
  GstBuffer *buffer = make_buffer (self, &error);

  if (buffer)
    return gst_ks_pool_frame_get (buffer);
  gst_ks_pool_out_end (self->gate, out);
  /* Who tried meanwhile found the place taken, and listens now. */
  gst_ks_free_frame_raise (self->free_frame);
  report (self, GST_KS_POOL_FAILED, error);
  return NULL;
}

GstFlowReturn
gst_ks_pool_acquire_buffer (GstBufferPool * pool, GstBuffer ** buffer,
    GstBufferPoolAcquireParams * params)
{
  GstKsPool *self = (GstKsPool *) pool;
  GstKsGateEntry entry;
  GstKsPoolFrame *frame;
  gboolean reused = TRUE;
  GstKsPoolOut out;
  GstFlowReturn flow = enter (self, params, &entry, &out);

  if (flow != GST_FLOW_OK) {
    GST_DEBUG_OBJECT (self, "no frame: %s", gst_flow_get_name (flow));
    return flow;
  }
  frame = entry.frame;
  if (frame == NULL)
    frame = gst_ks_pool_shelf_take (self->shelf);
  if (frame == NULL) {
    frame = make_frame (self, out);
    if (frame == NULL)
      return GST_FLOW_ERROR;
    reused = gst_ks_memory_is_reused (frame->memories[0]);
  } else if (G_UNLIKELY (frame->resumes)) {
    gst_ks_pool_frame_resume (frame);
  }
  (void) gst_ks_pool_frame_set_out (frame, out);
  gst_ks_account_hand_out (self->options.account, reused);
  *buffer = frame->buffer;
  GST_LOG_OBJECT (self, "acquired buffer %p", *buffer);
  return GST_FLOW_OK;
}

/**
 * gst_ks_pool_acquire_cancellable:
 * @pool: an active pool
 * @cancellable: (nullable): ends the wait, from any thread; %NULL: nothing does
 * @buffer: (out) (transfer full): where the frame goes; %NULL without one
 *
 * Takes a frame like gst_buffer_pool_acquire_buffer(), which it calls: at the
 * cap the calling thread waits, and is served in the order in which threads
 * came. @cancellable takes exactly this one out of the queue; nothing is
 * counted for it and those behind it keep their order. A frame that was
 * already given to it is returned, not lost. With a @cancellable that is
 * cancelled before, nothing is tried. Any thread.
 *
 * KS: ALLOC, whose pending request can be cancelled.
 *
 * Returns: %GST_FLOW_OK with a frame; %GST_FLOW_FLUSHING when cancelled (KS:
 *     CANCELLED; g_cancellable_is_cancelled() tells), or when the pool is
 *     flushing, inactive or closed; %GST_FLOW_ERROR when there is no memory or
 *     nobody may wait
 *
 * Since: 0.9
 */
GstFlowReturn
gst_ks_pool_acquire_cancellable (GstKsPool * pool, GCancellable * cancellable,
    GstBuffer ** buffer)
{
  GstBufferPoolAcquireParams params = {
    .format = GST_FORMAT_UNDEFINED,.flags = ACQUIRE_FLAG_CANCELLABLE,
    ._gst_reserved = {(gpointer) cancellable_mark, cancellable}
  };

  g_return_val_if_fail (GST_IS_KS_POOL (pool), GST_FLOW_ERROR);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable),
      GST_FLOW_ERROR);
  g_return_val_if_fail (buffer != NULL, GST_FLOW_ERROR);

  *buffer = NULL;
  if (g_cancellable_is_cancelled (cancellable))
    return GST_FLOW_FLUSHING;
  return gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (pool), buffer,
      &params);
}

/* The memory ends the hand-out when its last user lets go. */
static void
discard (GstKsPool * self, GstBuffer * buffer, const gchar * why)
{
  GST_CAT_DEBUG_OBJECT (gst_ks_pool_performance, self,
      "discarding buffer %p: %s", buffer, why);
  gst_ks_account_add_discard (self->options.account);
  gst_buffer_unref (buffer);
}

static void
release_guarded (GstKsPool * self, GstKsPoolFrame * frame, const gchar * why)
{
  if (why != NULL)
    gst_ks_account_add_discard (self->options.account);
  gst_ks_pool_husks_take (self->husks, frame->buffer, frame, why);
}

void
gst_ks_pool_release_buffer (GstBufferPool * pool, GstBuffer * buffer)
{
  GstKsPool *self = (GstKsPool *) pool;
  GstKsPoolFrame *frame = gst_ks_pool_frame_reset (buffer);
  const gchar *why = frame ? frame->why_not_intact :
      "not made by a pool of ours";
  GstKsPoolOut out;

  GST_LOG_OBJECT (self, "released buffer %p", buffer);
  if (G_UNLIKELY (frame && frame->guard)) {
    release_guarded (self, frame, why);
    return;
  }
  if (G_UNLIKELY (why)) {
    discard (self, buffer, why);
    return;
  }
  /* Frames are wiped when they are made: anew, or from a block of the store. */
  if (self->options.zero == GST_KS_ZERO_ALWAYS) {
    gst_buffer_unref (buffer);
    return;
  }
  out = gst_ks_pool_frame_set_out (frame, GST_KS_POOL_IDLE);
  gst_ks_account_take_back (self->options.account);
  if (out != GST_KS_POOL_ENTERED || !gst_ks_gate_hand_over (self->gate, frame)) {
    /* First the frame, then the place: who gets the place finds the frame. */
    gst_ks_pool_shelf_put (self->shelf, frame);
    gst_ks_pool_out_end (self->gate, out);
  }
  gst_ks_free_frame_raise (self->free_frame);
}
