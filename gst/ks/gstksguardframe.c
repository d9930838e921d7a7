/* Guard mode at a frame: armed when it goes out, looked at and closed when it is back.
 *
 * A guarded block is a multiple of pages. Where its class maps it with our help
 * (gstksmap.c), two pages of address space stand around it, the fences:
 *
 *     | fence | front | prefix  frame  padding | rest | fence |
 *             ^ block: whole pages                     ^
 *
 * In mode pages the fences cannot be touched, and the frame lies at the end of
 * its block, as near to the fence as its alignment allows. Blocks with a
 * descriptor begin at byte 0 of it for everybody, so there it is the start that
 * touches a fence; so it is where memory objects of others know their address
 * by themselves. What is left over of the block, front and rest, has the
 * pattern; in mode pattern the fences have it too.
 *
 * An idle block cannot be touched in mode pages; otherwise it is full of the
 * pattern. The pattern is a function of the address, so that a shift shows.
 *
 * Blocks of classes that make their own mappings have no fences: mode pages is
 * then as good as pattern. Bytes that may be touched between map and unmap only
 * are left alone; such frames have their fences.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksguardframe.h"
#include "gstksguardrecord.h"
#include "gstkslimit.h"
#include "gstksmap.h"
#include "gstksmemory.h"
#include "gstkssize.h"

#include <errno.h>
#include <sys/mman.h>

/* Bytes of pattern that are wanted on each side. */
#define MARGIN 64
#define OPEN (PROT_READ | PROT_WRITE)

/* --- the pattern --- */

/* Of the eight bytes around an address. */
static inline guint64
pattern_word (guintptr at)
{
  return (at >> 3) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15) | 1;
}

static inline guint8
pattern_at (const guint8 * at)
{
  guint64 word = pattern_word ((guintptr) at);

  return ((const guint8 *) &word)[(guintptr) at & 7];
}

static gsize
until_aligned (const guint8 * from, gsize size)
{
  return MIN (size, -(guintptr) from & 7);
}

static void
pattern_write (guint8 * from, gsize size)
{
  guint8 *to = from + size, *at = from + until_aligned (from, size);

  for (guint8 * head = from; head < at; head++)
    *head = pattern_at (head);
  for (; to - at >= 8; at += 8)
    *(guint64 *) at = pattern_word ((guintptr) at);
  for (; at < to; at++)
    *at = pattern_at (at);
}

static gboolean
is_whole (const guint8 * from, gsize size)
{
  const guint8 *to = from + size, *at = from + until_aligned (from, size);
  guint64 differ = 0;

  for (const guint8 * head = from; head < at; head++)
    differ |= *head ^ pattern_at (head);
  for (; to - at >= 8; at += 8)
    differ |= *(const guint64 *) at ^ pattern_word ((guintptr) at);
  for (; at < to; at++)
    differ |= *at ^ pattern_at (at);
  return differ == 0;
}

/* FALSE: first and the count of bytes up to the last wrong one are set. */
static gboolean
pattern_holds (const guint8 * from, gsize size, const guint8 ** first,
    gsize * count)
{
  const guint8 *last = from + size - 1;

  if (is_whole (from, size))
    return TRUE;
  while (*from == pattern_at (from))
    from++;
  while (*last == pattern_at (last))
    last--;
  *first = from;
  *count = last - from + 1;
  return FALSE;
}

/* --- what is where --- */

static guint8 *
block_of (const GstKsGuardRecord * record)
{
  return record->made.data;
}

static gboolean
has_closed_pages (const GstKsGuardRecord * record)
{
  return record->mode == GST_KS_GUARD_PAGES && record->fence > 0;
}

/* A mapping that is part closed and part not counts as several, and bytes that
 * become writable count as private memory: both have limits. */
static gboolean
protect (gpointer data, gsize size, gint how, GError ** error)
{
  gint cause;

  if (mprotect (data, size, how) == 0)
    return TRUE;
  cause = errno;
  gst_ks_limit_set_memory_error (error, how == PROT_NONE ? "close" : "guard",
      size, cause);
  g_prefix_error (error, "mprotect: ");
  return FALSE;
}

/* What cannot be closed gets the pattern, and is then as in mode pattern; why
 * says so. The lock is held. */
static void
shut (GstKsGuardRecord * record, GError ** why)
{
  record->closed = TRUE;
  if (has_closed_pages (record) && !record->shut)
    record->shut = protect (record->made.data, record->made.size, PROT_NONE,
        why);
  if (!record->shut && record->bytes)
    pattern_write (block_of (record), record->made.size);
}

/* --- requests --- */

GstKsGuard
gst_ks_guard_resolve (GstKsGuard asked, const GstKsTerms * terms)
{
  if (asked == GST_KS_GUARD_DEFAULT)
    asked = gst_ks_guard_get_default ();
  return terms->whole ? GST_KS_GUARD_OFF : asked;
}

gsize
gst_ks_guard_get_room (gsize align, const GstKsTerms * terms)
{
  gsize side = MAX (align, MARGIN);

  return terms->fences || align > gst_ks_map_page_size ()? 0 : 2 * side;
}

/* --- blocks --- */

/* More than can be named are not guarded, rather than refused. */
void
gst_ks_guard_start (GstKsFrame * frame, GstKsGuard mode)
{
  frame->guard_mode = mode;
  if (G_LIKELY (mode <= GST_KS_GUARD_OFF))
    return;
  frame->guard = gst_ks_guard_record_new (mode,
      gst_ks_allocator_peek_kind (frame->allocator));
  frame->block.guard = frame->guard;
}

gboolean
gst_ks_guard_do_made (GstKsFrame * frame, GError ** error)
{
  GstKsGuardRecord *record = frame->guard;
  guint8 *block;

  record->made = frame->block;
  block = block_of (record);
  record->bytes = block != NULL && !frame->funcs->by_map;
  if (record->fence == 0)
    return TRUE;
  if (record->mode == GST_KS_GUARD_PAGES) {
    gst_ks_guard_catch ();
    return TRUE;
  }
  if (!protect (block - record->fence, record->fence, OPEN, error)
      || !protect (block + record->made.size, record->fence, OPEN, error))
    return FALSE;
  pattern_write (block - record->fence, record->fence);
  pattern_write (block + record->made.size, record->fence);
  return TRUE;
}

void
gst_ks_guard_do_forget (GstKsFrame * frame)
{
  gst_ks_guard_record_free (g_steal_pointer (&frame->guard));
  frame->block.guard = NULL;
}

/* --- looking --- */

/* Bytes before the frame that have the pattern, and after it. */
static void
get_sides (const GstKsGuardRecord * record, guint8 ** from, guint8 ** frame,
    guint8 ** end, guint8 ** to)
{
  guint8 *block = block_of (record);
  gsize fence = record->mode == GST_KS_GUARD_PATTERN ? record->fence : 0;

  *frame = block + record->front;
  *end = *frame + record->size;
  *from = block - fence;
  *to = block + record->made.size + fence;
  if (record->bytes)
    return;
  /* of the block itself nothing may be touched: only the fences are looked at */
  *frame = block;
  *end = block + record->made.size;
}

static gboolean
look_around (const GstKsGuardRecord * record, GstKsFault * fault)
{
  guint8 *from, *frame, *end, *to;
  const guint8 *wrong;
  gsize n;

  get_sides (record, &from, &frame, &end, &to);
  *fault = (GstKsFault) {
  .record = record,.origin = record->origin};
  if (!pattern_holds (end, to - end, &wrong, &n))
    fault->type = GST_KS_FAULT_AFTER;
  else if (!pattern_holds (from, frame - from, &wrong, &n))
    fault->type = GST_KS_FAULT_BEFORE;
  else
    return FALSE;
  fault->offset = wrong - (block_of (record) + record->front);
  fault->count = n;
  return TRUE;
}

static gboolean
look_inside (const GstKsGuardRecord * record, GstKsFault * fault)
{
  const guint8 *wrong;
  gsize n;

  if (record->shut || !record->bytes
      || pattern_holds (block_of (record), record->made.size, &wrong, &n))
    return FALSE;
  *fault = (GstKsFault) {
  .type = GST_KS_FAULT_IDLE,.record = record,.offset =
        wrong - (block_of (record) + record->front),.count = n};
  return TRUE;
}

/* The lock is held. */
static gboolean
look (const GstKsGuardRecord * record, GstKsFault * fault)
{
  if (record->armed)
    return look_around (record, fault);
  return record->closed && look_inside (record, fault);
}

/* So that it is told once. */
static void
mend (const GstKsGuardRecord * record, const GstKsFault * fault)
{
  pattern_write (block_of (record) + record->front + fault->offset,
      fault->count);
}

/* --- out and back --- */

/* Who is told of an idle frame that was written is who gets it now. */
gboolean
gst_ks_guard_do_open (GstKsFrame * frame, gconstpointer origin, GError ** error)
{
  GstKsGuardRecord *record = frame->guard;
  GstKsFault fault;
  gboolean found, open;

  gst_ks_guard_lock ();
  found = look (record, &fault);
  if (found)
    gst_ks_guard_word (&fault);
  open = !record->shut
      || protect (record->made.data, record->made.size, OPEN, error);
  record->closed = record->shut = !open;
  gst_ks_guard_unlock ();
  if (!found)
    return open;
  fault.origin = origin;
  gst_ks_guard_tell (&fault);
  return open;
}

static gsize
get_front (const GstKsGuardRecord * record, const GstKsFrame * frame)
{
  gsize room = record->made.size - frame->maxsize;
  gsize align = MAX (frame->align, record->made.align);

  if (!record->bytes || record->made.fd >= 0 || !frame->funcs->by_frame)
    return 0;
  if (record->fence == 0)
    room = MIN (room / 2, MAX (align, MARGIN));
  else if (record->mode != GST_KS_GUARD_PAGES)
    return 0;
  return room & ~(align - 1);
}

/* "ksallocator0 (kspool0)": who pays, and who asked; free it. */
static gchar *
name_owner (const GstKsFrame * frame, const GstKsRequest * request)
{
  g_autofree gchar *payer = frame->account ?
      gst_ks_account_get_owner (frame->account) : NULL;

  if (payer == NULL || g_strcmp0 (payer, request->owner) == 0)
    return g_strdup (request->owner);
  if (request->owner == NULL)
    return g_steal_pointer (&payer);
  return g_strdup_printf ("%s (%s)", payer, request->owner);
}

/* A map of the store may be made meanwhile. */
static void
set_block_size (GstKsFrame * frame, gsize size)
{
  __atomic_store_n (&frame->block.size, size, __ATOMIC_RELAXED);
}

void
gst_ks_guard_do_arm (GstKsFrame * frame, const GstKsRequest * request)
{
  GstKsGuardRecord *record = frame->guard;
  guint8 *from, *at, *end, *to, *block = block_of (record);
  g_autofree gchar *owner = name_owner (frame, request);

  gst_ks_guard_lock ();
  record->front = get_front (record, frame);
  record->size = frame->maxsize;
  record->origin = request->origin;
  gst_ks_guard_owner_begin (record, owner);
  frame->block.data = block != NULL ? block + record->front : NULL;
  set_block_size (frame, record->made.size - record->front);
  if (record->bytes) {
    get_sides (record, &from, &at, &end, &to);
    pattern_write (block, record->front);
    pattern_write (end, block + record->made.size - end);
  }
  record->armed = block != NULL;
  gst_ks_guard_unlock ();
}

void
gst_ks_guard_do_close (GstKsFrame * frame)
{
  GstKsGuardRecord *record = frame->guard;
  gboolean was_out = record->armed, found;
  g_autoptr (GError) why = NULL;
  GstKsFault fault;

  gst_ks_guard_lock ();
  if (was_out)
    gst_ks_guard_owner_end (record);
  found = was_out && look (record, &fault);
  if (found) {
    gst_ks_guard_word (&fault);
    mend (record, &fault);
  }
  record->armed = FALSE;
  frame->block.data = record->made.data;
  set_block_size (frame, record->made.size);
  shut (record, &why);
  gst_ks_guard_unlock ();
  if (why != NULL)
    gst_ks_guard_note (why->message);
  if (found)
    gst_ks_guard_tell (&fault);
}

/* --- on demand --- */

static gboolean
look_at (GstKsGuardRecord * record, GstKsFault * fault)
{
  gboolean found;

  gst_ks_guard_lock ();
  found = record->used && look (record, fault);
  if (found) {
    gst_ks_guard_word (fault);
    mend (record, fault);
  }
  gst_ks_guard_unlock ();
  return found;
}

/**
 * gst_ks_guard_check:
 *
 * Looks at the pattern of all guarded frames of the process, those that are
 * out and those that are idle, and tells of each fault as if the frame had
 * come back: by the pool that it is of, else by a warning of GLib. Any thread,
 * no lock held; nobody takes or gives a guarded frame meanwhile.
 *
 * Returns: how many faults were found
 *
 * Since: 0.9
 */
guint
gst_ks_guard_check (void)
{
  GstKsGuardRecord *record;
  guint found = 0;

  for (guint n = 0; (record = gst_ks_guard_record_nth (n)) != NULL; n++) {
    GstKsFault fault;

    if (!look_at (record, &fault))
      continue;
    gst_ks_guard_tell (&fault);
    found++;
  }
  return found;
}

/**
 * gst_ks_guard_list_out:
 *
 * The guarded frames that somebody has now, each in words: which, who has it,
 * the way that it went and since when. At the end of a program these are its
 * leaks. Any thread, no lock held.
 *
 * Returns: (transfer full) (array zero-terminated=1): a text a frame
 *
 * Since: 0.9
 */
gchar **
gst_ks_guard_list_out (void)
{
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  GstKsGuardRecord *record;

  gst_ks_guard_lock ();
  for (guint n = 0; (record = gst_ks_guard_record_nth (n)) != NULL; n++) {
    GstKsFault fault = {.type = GST_KS_FAULT_NEVER,.record = record };

    if (!record->used || !record->armed)
      continue;
    gst_ks_guard_word (&fault);
    g_strv_builder_add (texts, fault.text);
    g_free (fault.text);
  }
  gst_ks_guard_unlock ();
  return g_strv_builder_end (texts);
}

/* What a trial frame got of what was asked; the reason when it is less. */
static GstKsGuard
judge (const GstKsGuardRecord * record, GstKsGuard asked, const gchar * kind,
    GError ** why)
{
  if (record == NULL || (record->fence == 0 && !record->bytes)) {
    g_set_error (why, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "frames of kind %s are not guarded: %s", kind, record == NULL ?
        "each is one object of its driver, with nothing of ours around it" :
        "the processor has no address of them");
    return GST_KS_GUARD_OFF;
  }
  if (asked == GST_KS_GUARD_PATTERN || record->fence > 0)
    return asked;
  g_set_error (why, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
      "frames of kind %s have no pages around them, because their owner maps "
      "them; a pattern is there instead", kind);
  return GST_KS_GUARD_PATTERN;
}

/**
 * gst_ks_allocator_find_guard:
 * @allocator: an allocator of ours
 * @asked: how frames shall be guarded
 * @why: (nullable): where to say why it is not what was asked
 *
 * Finds out how frames of @allocator are guarded that ask for @asked, by making
 * one. Memory that the processor has no address of, and objects that their
 * driver makes as one with their memory, cannot be guarded; memory that its
 * owner maps by himself has no pages around it, and gets the pattern. Any
 * thread, no lock held.
 *
 * Errors: %GST_KS_ERROR_NOT_SUPPORTED, or why there is no frame.
 *
 * Returns: what they get; less than @asked with an error
 *
 * Since: 0.9
 */
GstKsGuard
gst_ks_allocator_find_guard (GstAllocator * allocator, GstKsGuard asked,
    GError ** why)
{
  GstKsRequest request = {.size = 1,.guard = asked,.owner = "a trial" };
  g_autoptr (GstMemory) memory = NULL;
  const gchar *kind;

  g_return_val_if_fail (gst_ks_allocator_is_ours (allocator), GST_KS_GUARD_OFF);
  g_return_val_if_fail (why == NULL || *why == NULL, GST_KS_GUARD_OFF);

  if (asked == GST_KS_GUARD_DEFAULT)
    asked = request.guard = gst_ks_guard_get_default ();
  if (asked == GST_KS_GUARD_OFF)
    return asked;
  memory = gst_ks_allocator_alloc (allocator, &request, why);
  if (memory == NULL)
    return GST_KS_GUARD_OFF;
  kind = gst_ks_allocator_peek_kind (allocator);
  return judge (gst_ks_memory_frame (memory)->guard, asked,
      kind != NULL ? kind : "user", why);
}
