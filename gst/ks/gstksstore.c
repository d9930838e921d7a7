/* GstKsStore: where an allocator keeps discarded blocks for reuse.
 *
 * Goal: in a steady state no block is ever made or given back, whoever held
 * it last and however it was let go.
 *
 * Rule: a block is idle in the store, or out in exactly one memory object.
 * Idle blocks hang in a tree of sizes, each size a stack (the warmest block
 * goes out first), and in one list by age (the coldest is dropped first). A
 * request takes the smallest block that fits and wastes at most an eighth.
 *
 * The block is always reused. The memory object on it, with whatever others
 * have hung on it, is reused only for the same layout, prefix and size: only
 * then is a picture that somebody cached with the object still the right one.
 *
 * Example: two frames circulate. The first two requests make a block each; all
 * later ones pop the block that came back last, its pages warm and mapped.
 *
 * References: an idle memory object holds no reference on its allocator, so
 * that an idle store does not keep it alive; handing out takes one.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksstore.h"
#include "gstksguardframe.h"
#include "gstksidle.h"
#include "gstksjanitor.h"
#include "gstkslock.h"
#include "gstksmemory.h"
#include "gstksstores.h"

static const GstKsLimits default_limits = {
  .max_idle_blocks = 1024,
  .max_idle_bytes = G_GUINT64_CONSTANT (1) << 30,
  .max_idle_fds = 64,
  .max_idle_age = 10 * GST_SECOND,
};

struct _GstKsStore
{
  gatomicrefcount refs;
  GstKsStoresEntry entry;
  GstAllocator *allocator;      /* borrowed: it owns us; valid until closed */
  GWeakRef weak_allocator;      /* for those who come by the list of stores */
  const GstKsFrameFuncs *funcs;
  const gchar *kind;            /* static, or NULL: whoever made it knows */
  GstKsTerms terms;

  GstKsKeepers keepers;
  GError *lost;                 /* atomic; owned; why the memory is gone, or NULL */

  GMutex lock;                  /* all below */
  gboolean closed;
  GstKsLimits limits;
  GstKsIdle idle;
  GQueue all;                   /* links of the blocks that exist */
  guint64 live, live_bytes;     /* blocks that exist */
  guint64 fresh, reused, released;
  guint64 copied, copied_bytes;
};

void
gst_ks_store_set_kind (GstKsStore * self, const gchar * kind,
    const GstKsTerms * terms)
{
  self->kind = kind;
  self->terms = terms != NULL ? *terms : (GstKsTerms) {
  1, 1, GST_KS_RANGE_INIT_ANY};
  self->terms.whole = self->funcs->whole;
}

/* Takes ownership of nothing; funcs are static. */
GstKsStore *
gst_ks_store_new (GstAllocator * allocator, const GstKsFrameFuncs * funcs)
{
  GstKsStore *self = g_new0 (GstKsStore, 1);

  g_atomic_ref_count_init (&self->refs);
  self->allocator = allocator;
  g_weak_ref_init (&self->weak_allocator, allocator);
  self->funcs = funcs;
  gst_ks_store_set_kind (self, NULL, NULL);
  gst_ks_keepers_init (&self->keepers);
  g_mutex_init (&self->lock);
  self->limits = default_limits;
  gst_ks_idle_init (&self->idle);
  gst_ks_stores_add (self, allocator, &self->entry);
  return self;
}

const gchar *
gst_ks_store_get_kind (GstKsStore * self)
{
  return self->kind;
}

GstKsStore *
gst_ks_store_ref (GstKsStore * self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

GstAllocator *
gst_ks_store_get_allocator (GstKsStore * self)
{
  return g_weak_ref_get (&self->weak_allocator);
}

void
gst_ks_store_unref (GstKsStore * self)
{
  GST_KS_RELEASE (self);
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  GST_KS_ACQUIRE (self);
  g_weak_ref_clear (&self->weak_allocator);
  gst_ks_idle_clear (&self->idle);
  gst_ks_keepers_clear (&self->keepers);
  g_clear_error (&self->lost);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static GstKsFrame *
store_pop_oldest (GstKsStore * self)
{
  GstKsFrame *frame = gst_ks_idle_pop_oldest (&self->idle);

  if (frame == NULL)
    return NULL;
  g_queue_unlink (&self->all, &frame->by_store);
  self->live--;
  self->live_bytes -= frame->block.size;
  self->released++;
  return frame;
}

/* NULL: it is there. */
const GError *
gst_ks_store_peek_lost (GstKsStore * self)
{
  GError *lost = g_atomic_pointer_get (&self->lost);

  GST_KS_ACQUIRE (&self->lost);
  return lost;
}

/* Frames that must go, chained by by_age, to be dropped without the lock. */
static GQueue
store_pop_surplus (GstKsStore * self)
{
  GQueue surplus = G_QUEUE_INIT;

  while (self->idle.ages.length > 0
      && (self->closed || gst_ks_store_peek_lost (self) != NULL
          || gst_ks_idle_is_over (&self->idle, &self->limits)))
    g_queue_push_tail_link (&surplus, &store_pop_oldest (self)->by_age);
  return surplus;
}

/* --- requests --- */

/* Room for a new block below max_bytes, if need be at the price of idle ones. */
static gboolean
store_reserve (GstKsStore * self, gsize bytes, GError ** error)
{
  GQueue surplus = G_QUEUE_INIT;
  guint64 max, live;
  gboolean fits;

  gst_ks_mutex_lock (&self->lock);
  max = self->limits.max_bytes;
  while (max != 0 && self->live_bytes + bytes > max
      && self->idle.ages.length > 0)
    g_queue_push_tail_link (&surplus, &store_pop_oldest (self)->by_age);
  live = self->live_bytes;
  fits = max == 0 || live + bytes <= max;
  if (fits) {
    self->live++;
    self->live_bytes += bytes;
    self->fresh++;
  }
  gst_ks_mutex_unlock (&self->lock);
  gst_ks_frames_free (&surplus);

  if (!fits)
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_BUDGET,
        "a block of %" G_GSIZE_FORMAT " bytes does not fit: the allocator's "
        "budget is %" G_GUINT64_FORMAT " bytes and %" G_GUINT64_FORMAT
        " are handed out; raise the budget, or hold fewer or smaller frames",
        bytes, max, live);
  return fits;
}

/* The budget may be used up by frames that active pools keep for next time. */
static gboolean
store_make_room (GstKsStore * self, gsize bytes, GError ** error)
{
  if (store_reserve (self, bytes, NULL))
    return TRUE;
  gst_ks_keepers_call (&self->keepers);
  return store_reserve (self, bytes, error);
}

static void
store_unreserve (GstKsStore * self, gsize bytes)
{
  gst_ks_mutex_lock (&self->lock);
  self->live--;
  self->live_bytes -= bytes;
  self->fresh--;
  gst_ks_mutex_unlock (&self->lock);
}

/* Memory, or a limit of the system, may be used up by idle blocks of any of
 * our stores; other failures have other reasons. */
static gboolean
store_acquire (GstKsStore * self, GstKsBlock * block, GError ** error)
{
  g_autoptr (GError) first = NULL;
  GstKsBlock pristine = *block;

  if (self->funcs->acquire (self->allocator, block, &first))
    return TRUE;
  if (!g_error_matches (first, GST_KS_ERROR, GST_KS_ERROR_LIMIT)
      && !g_error_matches (first, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY)) {
    g_propagate_error (error, g_steal_pointer (&first));
    return FALSE;
  }
  gst_ks_stores_trim ();
  *block = pristine;
  return self->funcs->acquire (self->allocator, block, error);
}

static gboolean
store_acquire_guarded (GstKsStore * self, GstKsFrame * frame, GError ** error)
{
  if (!store_acquire (self, &frame->block, error))
    return FALSE;
  if (gst_ks_guard_made (frame, error))
    return TRUE;
  self->funcs->release (self->allocator, &frame->block);
  return FALSE;
}

static GstKsFrame *
store_make (GstKsStore * self, const GstKsFrame * need, GError ** error)
{
  GstKsFrame *frame = g_new0 (GstKsFrame, 1);

  frame->store = self;
  frame->allocator = self->allocator;
  frame->funcs = self->funcs;
  frame->block = need->block;
  gst_ks_guard_start (frame, need->guard_mode);
  if (!store_acquire_guarded (self, frame, error)) {
    store_unreserve (self, need->block.size);
    gst_ks_guard_forget (frame);
    g_free (frame);
    return NULL;
  }
  if (need->block.shape != NULL)
    frame->block.shape = g_ref_string_acquire ((GRefString *)
        need->block.shape);
  frame->made = g_get_monotonic_time ();
  frame->by_store.data = frame;
  gst_ks_mutex_lock (&self->lock);
  g_queue_push_tail_link (&self->all, &frame->by_store);
  gst_ks_mutex_unlock (&self->lock);
  return frame;
}

/* An idle frame that fits, else a fresh one; *fresh says which. */
static GstKsFrame *
store_get_frame (GstKsStore * self, const GstKsFrame * need, gboolean * fresh,
    GError ** error)
{
  GstKsFrame *frame;

  gst_ks_mutex_lock (&self->lock);
  frame = gst_ks_idle_pop_fitting (&self->idle, need);
  if (frame != NULL)
    self->reused++;
  gst_ks_mutex_unlock (&self->lock);

  *fresh = frame == NULL;
  if (*fresh && store_make_room (self, need->block.size, error))
    frame = store_make (self, need, error);
  return frame;
}

/* That of an account may be used up by them, too. */
static gboolean
store_charge (GstKsStore * self, GstKsAccount * account, gsize bytes,
    GError ** error)
{
  if (account == NULL || gst_ks_account_charge (account, bytes, NULL))
    return TRUE;
  gst_ks_keepers_call (&self->keepers);
  return gst_ks_account_charge (account, bytes, error);
}

/* NULL with an error; nothing is changed then. */
GstMemory *
gst_ks_store_take (GstKsStore * self, const GstKsRequest * request,
    GError ** error)
{
  GstKsFrame need;
  GstKsFrame *frame;
  GstMemory *memory;
  gboolean fresh = FALSE, unwiped;
  const GError *lost = gst_ks_store_peek_lost (self);

  if (lost != NULL) {
    g_propagate_error (error, g_error_copy (lost));
    return NULL;
  }
  if (!gst_ks_frame_init_need (&need, request, &self->terms, error))
    return NULL;
  if (!store_charge (self, request->account, need.block.size, error))
    return NULL;
  frame = store_get_frame (self, &need, &fresh, error);
  if (frame == NULL) {
    if (request->account != NULL)
      gst_ks_account_discharge (request->account, need.block.size);
    return NULL;
  }
  if (request->account != NULL)
    frame->account = gst_ks_account_ref (request->account);
  frame->charged = need.block.size;
  if (!gst_ks_guard_open (frame, request->origin, error)) {
    gst_ks_store_put (frame);
    return NULL;
  }
  if (!fresh && self->funcs->settle != NULL)
    self->funcs->settle (self->allocator, &frame->block);
  unwiped = gst_ks_frame_wipe (frame, request, fresh);
  if (unwiped && !self->funcs->whole) {
    if (!gst_ks_frame_wipe_block (frame, error)) {
      gst_ks_store_put (frame);
      return NULL;
    }
    unwiped = FALSE;
  }
  frame->reused = !fresh;
  memory = gst_ks_frame_dress (frame, &need);
  gst_ks_guard_arm (frame, request);
  if (unwiped && !gst_ks_memory_wipe (memory, error)) {
    __atomic_store_n (&frame->last_owner, 0, __ATOMIC_RELAXED);
    gst_memory_unref (memory);
    return NULL;
  }
  gst_ks_frame_set_returned (frame, request->returned, request->returned_data);
  if (fresh)
    gst_ks_stores_grew ();
  return memory;
}

/* Blocks ahead of their use, for which no pool is asked to let go of others. None is
 * idle before the last is made, or the first would go to make room for it. */
gboolean
gst_ks_store_prepare (GstKsStore * self, const GstKsRequest * request,
    guint n_frames, GError ** error)
{
  GQueue made = G_QUEUE_INIT;
  gboolean all = TRUE;
  GstKsFrame need;
  GList *link;

  if (!gst_ks_frame_init_need (&need, request, &self->terms, error))
    return FALSE;
  for (guint i = 0; i < n_frames && all; i++) {
    GstKsFrame *frame = store_reserve (self, need.block.size, error) ?
        store_make (self, &need, error) : NULL;

    all = frame != NULL;
    if (all) {
      gst_ks_frame_touch (frame);
      frame->by_age.data = frame;
      g_queue_push_tail_link (&made, &frame->by_age);
    }
  }
  while ((link = g_queue_pop_head_link (&made)) != NULL)
    gst_ks_store_put (link->data);
  gst_ks_stores_grew ();
  return all;
}

/* --- coming back --- */

/* The frame is the store's, or gone, before anybody is told: who waits for it
 * must find it. */
static void
store_keep (GstKsFrame * frame)
{
  GstKsStore *self = frame->store;
  GDestroyNotify returned = frame->returned;
  gpointer returned_data = frame->returned_data;
  GQueue surplus;
  gboolean any;

  gst_ks_mutex_lock (&self->lock);
  frame->worn = NULL;
  frame->returned = NULL;
  gst_ks_idle_push (&self->idle, frame);
  surplus = store_pop_surplus (self);
  any = self->idle.ages.length > 0;
  gst_ks_mutex_unlock (&self->lock);

  gst_ks_frames_free (&surplus);
  if (any)
    gst_ks_janitor_wake ();
  if (returned != NULL)
    returned (returned_data);
}

void
gst_ks_store_put (GstKsFrame * frame)
{
  gst_ks_frame_end_hand_out (frame);
  store_keep (frame);
}

/* From the dispose of a memory object whose last reference was dropped: the
 * frame comes back, and with a layout the object rests on it. Otherwise the
 * object is freed next, after its block may already serve somebody else: that
 * must not touch the block. */
gboolean
gst_ks_store_take_back (GstKsFrame * frame, GstMemory * memory)
{
  GstAllocator *allocator = memory->allocator;

  if (frame->layout == NULL) {
    gst_ks_store_put (frame);
    return FALSE;
  }
  gst_ks_frame_end_hand_out (frame);
  frame->memory = gst_memory_ref (memory);
  store_keep (frame);
  /* last: it may take the allocator and the store with it */
  gst_object_unref (allocator);
  return TRUE;
}

/* --- trimming --- */

void
gst_ks_store_drop_idle (GstKsStore * self)
{
  GQueue all = G_QUEUE_INIT;
  GstKsFrame *frame;

  gst_ks_mutex_lock (&self->lock);
  while ((frame = store_pop_oldest (self)) != NULL)
    g_queue_push_tail_link (&all, &frame->by_age);
  gst_ks_mutex_unlock (&self->lock);
  gst_ks_frames_free (&all);
}

/* Everything idle goes, that of active pools included. */
void
gst_ks_store_trim (GstKsStore * self)
{
  gst_ks_keepers_call (&self->keepers);
  gst_ks_store_drop_idle (self);
}

/* From now on nothing is handed out, and what comes back is given back. */
void
gst_ks_store_set_lost (GstKsStore * self, const GError * reason)
{
  GError *copy = g_error_copy (reason);

  GST_KS_RELEASE (&self->lost);
  if (g_atomic_pointer_compare_and_exchange (&self->lost, NULL, copy))
    gst_ks_store_trim (self);
  else
    g_error_free (copy);
}

/* ns until the oldest idle frame has been so for too long; 0: it has. The lock
 * is held. now: monotonic, microseconds, and perhaps older than the frame. */
static GstClockTime
store_due_in (GstKsStore * self, gint64 now)
{
  GstKsFrame *oldest = g_queue_peek_head (&self->idle.ages);
  GstClockTime age;

  if (oldest == NULL)
    return GST_CLOCK_TIME_NONE;
  age = MAX (now - oldest->idle_since, 0) * GST_USECOND;
  return age < self->limits.max_idle_age ? self->limits.max_idle_age - age : 0;
}

/* The allocator is known to live. */
GstClockTime
gst_ks_store_expire (GstKsStore * self)
{
  gint64 now = g_get_monotonic_time ();
  GQueue old = G_QUEUE_INIT;
  GstClockTime next;

  gst_ks_mutex_lock (&self->lock);
  while ((next = store_due_in (self, now)) == 0)
    g_queue_push_tail_link (&old, &store_pop_oldest (self)->by_age);
  gst_ks_mutex_unlock (&self->lock);
  gst_ks_frames_free (&old);
  return next;
}

/* From the allocator's dispose: no frame is out. */
void
gst_ks_store_close (GstKsStore * self)
{
  gst_ks_stores_remove (&self->entry);
  gst_ks_mutex_lock (&self->lock);
  self->closed = TRUE;
  gst_ks_mutex_unlock (&self->lock);
  gst_ks_store_drop_idle (self);
}

/* --- figures --- */

void
gst_ks_store_count_copy (GstKsStore * self, gsize bytes)
{
  gst_ks_mutex_lock (&self->lock);
  self->copied++;
  self->copied_bytes += bytes;
  gst_ks_mutex_unlock (&self->lock);
}

void
gst_ks_store_get_limits (GstKsStore * self, GstKsLimits * limits)
{
  gst_ks_mutex_lock (&self->lock);
  *limits = self->limits;
  gst_ks_mutex_unlock (&self->lock);
}

/* Idle blocks beyond the new limits go at once. */
void
gst_ks_store_set_limits (GstKsStore * self, const GstKsLimits * limits)
{
  GQueue surplus;

  gst_ks_mutex_lock (&self->lock);
  self->limits = *limits;
  surplus = store_pop_surplus (self);
  gst_ks_mutex_unlock (&self->lock);
  gst_ks_frames_free (&surplus);
  gst_ks_janitor_hurry ();
}

GstStructure *
gst_ks_store_get_stats (GstKsStore * self)
{
  GstStructure *stats;

  gst_ks_mutex_lock (&self->lock);
  stats = gst_structure_new ("ks-store",
      "live", G_TYPE_UINT64, self->live,
      "live-bytes", G_TYPE_UINT64, self->live_bytes,
      "idle", G_TYPE_UINT64, (guint64) self->idle.ages.length,
      "idle-bytes", G_TYPE_UINT64, self->idle.bytes,
      "out", G_TYPE_UINT64, self->live - self->idle.ages.length,
      "fresh", G_TYPE_UINT64, self->fresh,
      "reused", G_TYPE_UINT64, self->reused,
      "released", G_TYPE_UINT64, self->released,
      "copied", G_TYPE_UINT64, self->copied,
      "copied-bytes", G_TYPE_UINT64, self->copied_bytes, NULL);
  gst_ks_mutex_unlock (&self->lock);
  return stats;
}

guint64
gst_ks_store_foreach (GstKsStore * self, GstKsStoreFunc func, gpointer data)
{
  guint64 bytes;

  gst_ks_mutex_lock (&self->lock);
  for (GList * l = func ? self->all.head : NULL; l != NULL; l = l->next)
    func (l->data, data);
  bytes = self->live_bytes;
  gst_ks_mutex_unlock (&self->lock);
  return bytes;
}

void
gst_ks_store_forget_blocks (GstKsStore * self)
{
  while (g_queue_pop_head_link (&self->all) != NULL);
}

GstKsKeepers *
gst_ks_store_get_keepers (GstKsStore * self)
{
  return &self->keepers;
}
