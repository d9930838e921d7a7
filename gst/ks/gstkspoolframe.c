/* GstKsPoolFrame: a pool's buffer, with how it was made; GstKsPoolToken: its memory, until that is back.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspoolframe.h"
#include "gstkslock.h"
#include "gstksmemory.h"
#include "gstksstore.h"

struct _GstKsPoolToken
{
  GstKsGate *gate;              /* owned */
  GstKsAccount *account;        /* owned */
  GstKsFreeFrame *free_frame;   /* owned */
  gint n_memories;              /* atomic; not back yet */
  gint out;                     /* atomic; GstKsPoolOut */
  GstKsTrail trail;
};

GstKsPoolToken *
gst_ks_pool_token_new (const GstKsPoolTies * ties, guint n_memories)
{
  GstKsPoolToken *token = g_new0 (GstKsPoolToken, 1);

  token->gate = gst_ks_gate_ref (ties->gate);
  token->account = gst_ks_account_ref (ties->account);
  token->free_frame = gst_ks_free_frame_ref (ties->free_frame);
  token->n_memories = n_memories;
  gst_ks_trail_init (&token->trail, ties->trails);
  return token;
}

void
gst_ks_pool_out_end (GstKsGate * gate, GstKsPoolOut out)
{
  if (out == GST_KS_POOL_PASSED)
    gst_ks_gate_pass_back (gate);
  else
    gst_ks_gate_leave (gate);
}

void
gst_ks_pool_token_returned (gpointer data)
{
  GstKsPoolToken *token = data;
  GstKsPoolOut out;

  GST_KS_RELEASE (token);
  if (!g_atomic_int_dec_and_test (&token->n_memories))
    return;
  GST_KS_ACQUIRE (token);
  gst_ks_trail_clear (&token->trail);
  out = __atomic_exchange_n (&token->out, GST_KS_POOL_IDLE, __ATOMIC_SEQ_CST);
  if (out != GST_KS_POOL_IDLE) {
    gst_ks_account_take_back (token->account);
    gst_ks_pool_out_end (token->gate, out);
    gst_ks_free_frame_raise (token->free_frame);
  }
  gst_ks_free_frame_unref (token->free_frame);
  gst_ks_account_unref (token->account);
  gst_ks_gate_unref (token->gate);
  g_free (token);
}

static GQuark
token_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    g_once_init_leave (&quark,
        g_quark_from_static_string ("gst-ks-pool-token"));
  return quark;
}

/* What a backend made with an allocator of ours keeps its qdata for the next
 * user: such memory tells of its return itself. */
void
gst_ks_pool_token_attach (GstKsPoolToken * token, GstMemory * memory)
{
  GstKsFrame *frame =
      memory->parent == NULL ? gst_ks_memory_frame (memory) : NULL;

  if (frame != NULL && frame->returned == NULL) {
    __atomic_store_n (&frame->last_owner,
        gst_ks_account_get_id (token->account), __ATOMIC_RELAXED);
    gst_ks_frame_set_returned (frame, gst_ks_pool_token_returned, token);
    return;
  }
  gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (memory), token_quark (),
      token, gst_ks_pool_token_returned);
}

GstKsTrail *
gst_ks_pool_trail_of (GstMemory * memory)
{
  GstKsPoolToken *token = NULL;
  GstKsFrame *frame;

  while (memory->parent != NULL)
    memory = memory->parent;
  frame = gst_ks_memory_frame (memory);
  if (frame != NULL && frame->returned == gst_ks_pool_token_returned)
    token = frame->returned_data;
  else
    token = gst_mini_object_get_qdata (GST_MINI_OBJECT_CAST (memory),
        token_quark ());
  return token ? &token->trail : NULL;
}

gboolean
gst_ks_pool_look_at (const GstKsFrame * block, GstKsPoolLook * look)
{
  GstKsPoolToken *token;

  if (__atomic_load_n (&block->returned, __ATOMIC_ACQUIRE)
      != gst_ks_pool_token_returned)
    return FALSE;
  token = block->returned_data;
  gst_ks_trail_look (&token->trail, &look->trail);
  look->ready = __atomic_load_n (&token->out, __ATOMIC_RELAXED)
      == GST_KS_POOL_IDLE;
  if (gst_ks_trail_is_new (&token->trail)) {    /* it is just being handed out */
    look->ready = FALSE;
    look->trail.age = 0;
  }
  return TRUE;
}

static gboolean
frame_init (GstMeta * meta, gpointer params, GstBuffer * buffer)
{
  memset ((guint8 *) meta + sizeof (GstMeta), 0,
      sizeof (GstKsPoolFrame) - sizeof (GstMeta));
  return TRUE;
}

static GType
frame_api_get_type (void)
{
  static gsize type;
  static const gchar *tags[] = { NULL };

  if (g_once_init_enter (&type))
    g_once_init_leave (&type,
        gst_meta_api_type_register ("GstKsPoolFrameAPI", tags));
  return type;
}

/* No transform: copies of the buffer are not the pool's. */
static const GstMetaInfo *
frame_get_info (void)
{
  static const GstMetaInfo *info;

  if (g_once_init_enter (&info))
    g_once_init_leave (&info, gst_meta_register (frame_api_get_type (),
            "GstKsPoolFrame", sizeof (GstKsPoolFrame), frame_init, NULL, NULL));
  return info;
}

static gboolean
mark_pooled (GstBuffer * buffer, GstMeta ** meta, gpointer user_data)
{
  GST_META_FLAG_SET (*meta, GST_META_FLAG_POOLED);
  GST_META_FLAG_SET (*meta, GST_META_FLAG_LOCKED);
  return TRUE;
}

static guint
lockstate_of (GstMemory * memory)
{
  return g_atomic_int_get (&GST_MINI_OBJECT_CAST (memory)->lockstate);
}

static GstKsGuardRecord *
guard_of (GstBuffer * buffer)
{
  GstKsFrame *frame = gst_ks_memory_frame (gst_buffer_peek_memory (buffer, 0));

  return frame != NULL ? frame->guard : NULL;
}

static gboolean
has_resume (GstMemory * memory)
{
  GstKsFrame *frame = gst_ks_memory_frame (memory);

  return frame != NULL && frame->funcs->resume != NULL;
}

GstKsPoolFrame *
gst_ks_pool_frame_add (GstBuffer * buffer, GstKsPoolToken * token,
    gboolean shaped)
{
  GstKsPoolFrame *frame =
      (GstKsPoolFrame *) gst_buffer_add_meta (buffer, frame_get_info (), NULL);

  frame->buffer = buffer;
  frame->token = token;
  frame->shaped = shaped;
  if (!shaped)
    frame->guard = guard_of (buffer);
  frame->n_memories = gst_buffer_n_memory (buffer);
  g_assert (frame->n_memories <= GST_KS_SHAPE_MAX_MEMORIES);
  for (guint i = 0; i < frame->n_memories; i++) {
    GstMemory *memory = gst_buffer_peek_memory (buffer, i);

    frame->memories[i] = memory;
    frame->resumes |= has_resume (memory);
    frame->lockstate[i] = lockstate_of (memory);
    frame->offset[i] = memory->offset;
    frame->size[i] = memory->size;
  }
  gst_buffer_foreach_meta (buffer, mark_pooled, NULL);
  frame->video = gst_buffer_get_video_meta (buffer);
  if (frame->video)
    frame->video_as_made = *frame->video;
  GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_TAG_MEMORY);
  return frame;
}

GstKsPoolFrame *
gst_ks_pool_frame_get (GstBuffer * buffer)
{
  return (GstKsPoolFrame *) gst_buffer_get_meta (buffer, frame_api_get_type ());
}

/* Whoever reads it next got the frame from us by way of a barrier. When nobody
 * can starve, nobody asks how long. */
GstKsPoolOut
gst_ks_pool_frame_set_out (GstKsPoolFrame * frame, GstKsPoolOut out)
{
  GstKsPoolToken *token = frame->token;
  GstKsPoolOut before = __atomic_load_n (&token->out, __ATOMIC_RELAXED);

  __atomic_store_n (&token->out, out, __ATOMIC_RELAXED);
  if (out == GST_KS_POOL_IDLE)
    gst_ks_trail_end (&token->trail);
  else
    gst_ks_trail_begin (&token->trail, out == GST_KS_POOL_ENTERED);
  return before;
}

static gboolean
drop_unpooled (GstBuffer * buffer, GstMeta ** meta, gpointer user_data)
{
  if (!GST_META_FLAG_IS_SET (*meta, GST_META_FLAG_POOLED)) {
    GST_META_FLAG_UNSET (*meta, GST_META_FLAG_LOCKED);
    *meta = NULL;
  }
  return TRUE;
}

static void
restore_video (GstKsPoolFrame * frame)
{
  GstVideoMeta *video = frame->video;
  GstMeta meta;

  if (video == NULL)
    return;
  meta = video->meta;
  *video = frame->video_as_made;
  video->meta = meta;
}

/* FALSE: its memory is gone. */
static gboolean
rest_memory (GstMemory * memory)
{
  GstKsFrame *frame = gst_ks_memory_frame (memory);

  if (frame == NULL)
    return TRUE;
  if (gst_ks_store_peek_lost (frame->store) != NULL)
    return FALSE;
  if (frame->funcs->rest != NULL)
    frame->funcs->rest (frame->allocator, &frame->block);
  return TRUE;
}

void
gst_ks_pool_frame_resume (GstKsPoolFrame * self)
{
  for (guint i = 0; i < self->n_memories; i++) {
    GstKsFrame *frame = gst_ks_memory_frame (self->memories[i]);

    if (frame != NULL && frame->funcs->resume != NULL)
      frame->funcs->resume (frame->allocator, &frame->block);
  }
}

/* Elements move the first byte and the size of a memory; both are put back, so
 * that what was before the frame is before it again. A sub-memory, or anybody's
 * reference, could outlive the buffer's next user: then it is not intact. */
static const gchar *
restore_memory (GstKsPoolFrame * frame, guint i)
{
  GstMemory *memory = frame->memories[i];

  if (gst_buffer_peek_memory (frame->buffer, i) != memory)
    return "memory replaced";
  if (GST_MINI_OBJECT_REFCOUNT_VALUE (memory) != 1)
    return "somebody still holds its memory";
  if (GST_MEMORY_IS_READONLY (memory)
      || (lockstate_of (memory) != frame->lockstate[i]
          && !gst_memory_is_writable (memory)))
    return "memory not writable";
  if (!frame->shaped
      && gst_ks_memory_peek_returned_data (memory) != frame->token)
    return "memory is not the pool's";
  if (!rest_memory (memory))
    return "its memory is gone";
  if (memory->offset != frame->offset[i] || memory->size != frame->size[i])
    gst_memory_resize (memory,
        (gssize) frame->offset[i] - (gssize) memory->offset, frame->size[i]);
  return NULL;
}

static const gchar *
restore_memories (GstKsPoolFrame * frame)
{
  const gchar *why = NULL;

  if (GST_BUFFER_FLAG_IS_SET (frame->buffer, GST_BUFFER_FLAG_TAG_MEMORY))
    return "memory tag set";
  if (gst_buffer_n_memory (frame->buffer) != frame->n_memories)
    return "memory added or removed";
  for (guint i = 0; i < frame->n_memories && why == NULL; i++)
    why = restore_memory (frame, i);
  return why;
}

GstKsPoolFrame *
gst_ks_pool_frame_reset (GstBuffer * buffer)
{
  GstKsPoolFrame *frame;

  GST_KS_ACQUIRE (buffer);
  frame = gst_ks_pool_frame_get (buffer);
  GST_BUFFER_FLAGS (buffer) &= GST_BUFFER_FLAG_TAG_MEMORY;
  GST_BUFFER_PTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_DURATION (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_OFFSET (buffer) = GST_BUFFER_OFFSET_NONE;
  GST_BUFFER_OFFSET_END (buffer) = GST_BUFFER_OFFSET_NONE;
  gst_buffer_foreach_meta (buffer, drop_unpooled, NULL);

  if (frame) {
    restore_video (frame);
    frame->why_not_intact = restore_memories (frame);
  }
  return frame;
}
