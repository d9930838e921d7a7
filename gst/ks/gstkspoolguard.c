/* Guard mode in a pool: who had a frame, which came back twice, and which is not what it was.
 *
 * A guarded frame waits in the store and not on the pool's shelf, so that it is
 * closed. The buffer that it was in is kept for a while, empty: it is a husk.
 * The pool has the only reference on it. Who drops a reference that he does not
 * have drops this one, and the husk's dispose function says so and takes it
 * back; without the husk he would have freed the frame of somebody else.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkspoolguard.h"
#include "gstksguardrecord.h"
#include "gstkslock.h"
#include "gstksmemory.h"

/* Buffers that are remembered; about a second of video. */
#define KEPT 64

struct _GstKsPoolHusks
{
  gconstpointer pool;           /* compared only */
  GMutex lock;                  /* all below */
  GQueue buffers;               /* GstBuffer, owned; the oldest first */
};

/* On a husk. */
typedef struct
{
  gconstpointer pool;           /* compared only */
  GstMiniObjectDisposeFunction dispose; /* the buffer's own */
  gchar thread[GST_KS_GUARD_THREAD];    /* that gave it back first */
  gchar text[];                 /* what it was and who had it */
} Husk;

static GQuark
husk_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    g_once_init_leave (&quark, g_quark_from_static_string ("gst-ks-husk"));
  return quark;
}

GstKsPoolHusks *
gst_ks_pool_husks_new (gconstpointer pool)
{
  GstKsPoolHusks *self = g_new0 (GstKsPoolHusks, 1);

  self->pool = pool;
  g_mutex_init (&self->lock);
  g_queue_init (&self->buffers);
  return self;
}

static void
husk_free (gpointer data)
{
  GstMiniObject *buffer = data;
  const Husk *husk = gst_mini_object_get_qdata (buffer, husk_quark ());

  buffer->dispose = husk->dispose;
  gst_mini_object_unref (buffer);
}

void
gst_ks_pool_husks_free (GstKsPoolHusks * self)
{
  if (self == NULL)
    return;
  g_queue_clear_full (&self->buffers, husk_free);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Somebody dropped the pool's reference. */
static gboolean
husk_dispose (GstMiniObject * buffer)
{
  const Husk *husk = gst_mini_object_get_qdata (buffer, husk_quark ());
  gchar thread[GST_KS_GUARD_THREAD];
  GstKsFault fault = {.type = GST_KS_FAULT_TWICE,.origin = husk->pool };

  gst_mini_object_ref (buffer);
  gst_ks_guard_name_thread (thread);
  fault.text =
      g_strdup_printf ("%s; the first time it was thread '%s', now it is "
      "thread '%s'", husk->text, husk->thread, thread);
  gst_ks_guard_tell (&fault);
  return FALSE;
}

static Husk *
husk_new (GstKsPoolHusks * self, const GstKsPoolFrame * frame)
{
  Husk *husk = g_malloc0 (sizeof (Husk) + GST_KS_GUARD_TEXT);
  GstKsFault fault = {.type = GST_KS_FAULT_TWICE,.record = frame->guard };

  husk->pool = self->pool;
  gst_ks_guard_name_thread (husk->thread);
  gst_ks_guard_lock ();
  gst_ks_guard_describe (&fault, FALSE, husk->text, GST_KS_GUARD_TEXT);
  gst_ks_guard_unlock ();
  return husk;
}

static void
keep (GstKsPoolHusks * self, GstBuffer * buffer, Husk * husk)
{
  GstMiniObject *object = GST_MINI_OBJECT_CAST (buffer);
  GstMiniObject *oldest = NULL;

  husk->dispose = object->dispose;
  gst_mini_object_set_qdata (object, husk_quark (), husk, g_free);
  object->dispose = husk_dispose;
  gst_ks_mutex_lock (&self->lock);
  g_queue_push_tail (&self->buffers, object);
  if (self->buffers.length > KEPT)
    oldest = g_queue_pop_head (&self->buffers);
  gst_ks_mutex_unlock (&self->lock);
  if (oldest != NULL)
    husk_free (oldest);
}

/* --- what is not the pool's --- */

/* What it came back with: " 400 bytes of SystemMemory", or "out its memory". */
static gchar *
name_memory (GstBuffer * buffer)
{
  GstMemory *memory;
  GstKsFrame *frame;

  if (gst_buffer_n_memory (buffer) == 0)
    return g_strdup ("out its memory");
  memory = gst_buffer_peek_memory (buffer, 0);
  frame = gst_ks_memory_frame (memory);
  if (frame == NULL || frame->guard == NULL)
    return g_strdup_printf (" %" G_GSIZE_FORMAT " bytes of %s",
        memory->maxsize, memory->allocator->mem_type);
  return g_strdup_printf (" %" G_GSIZE_FORMAT " bytes of %s of %s",
      memory->maxsize, memory->allocator->mem_type,
      gst_ks_guard_owner_peek (frame->guard)->owner);
}

/* The memory that it should have may be back long since; who took it out is who
 * gave that back. */
static void
tell_foreign (GstKsPoolHusks * self, GstBuffer * buffer,
    const GstKsPoolFrame * frame, const gchar * why)
{
  g_autofree gchar *about = NULL;
  g_autofree gchar *found = name_memory (buffer);
  GstKsFault fault = {.type = GST_KS_FAULT_FOREIGN,.record = frame->guard,
    .origin = self->pool
  };

  gst_ks_guard_lock ();
  gst_ks_guard_word (&fault);
  gst_ks_guard_unlock ();
  about = g_steal_pointer (&fault.text);
  fault.text =
      g_strdup_printf ("a buffer came back with%s (%s): its own %s", found, why,
      about);
  gst_ks_guard_tell (&fault);
}

static gboolean
is_foreign (const GstKsPoolFrame * frame, GstBuffer * buffer)
{
  return frame->n_memories != gst_buffer_n_memory (buffer)
      || gst_buffer_peek_memory (buffer, 0) != frame->memories[0];
}

void
gst_ks_pool_husks_take (GstKsPoolHusks * self, GstBuffer * buffer,
    const GstKsPoolFrame * frame, const gchar * why)
{
  Husk *husk;

  if (why != NULL && is_foreign (frame, buffer))
    tell_foreign (self, buffer, frame, why);
  husk = husk_new (self, frame);
  gst_buffer_remove_all_memory (buffer);
  keep (self, buffer, husk);
}
