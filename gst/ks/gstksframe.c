/* GstKsFrame: a block with everything that the store knows of it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksframe.h"
#include "gstksclock.h"
#include "gstksguardframe.h"
#include "gstkslock.h"
#include "gstksmap.h"
#include "gstksmemory.h"
#include "gstkssize.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* As framings have it; far below where sums could wrap. */
#define MAX_BLOCK ((gsize) MIN (GST_KS_RANGE_LIMIT, G_MAXSSIZE))

/* The memory object that rests on the frame goes the ordinary way: with the
 * allocator reference that the core will drop, and no dispose to revive it. */
static void
frame_drop_memory (GstKsFrame * frame)
{
  GstMemory *memory = g_steal_pointer (&frame->memory);

  if (memory == NULL)
    return;
  GST_MINI_OBJECT_CAST (memory)->dispose = NULL;
  memory->allocator = gst_object_ref (frame->allocator);
  gst_memory_unref (memory);
}

void
gst_ks_frame_free (GstKsFrame * frame)
{
  frame_drop_memory (frame);
  (void) gst_ks_guard_open (frame, NULL, NULL);
  frame->funcs->release (frame->allocator, &frame->block);
  gst_ks_guard_forget (frame);
  g_clear_pointer (&frame->layout, g_ref_string_release);
  if (frame->block.shape != NULL)
    g_ref_string_release ((GRefString *) frame->block.shape);
  g_free (frame);
}

void
gst_ks_frames_free (GQueue * frames)
{
  GList *link;

  while ((link = g_queue_pop_head_link (frames)) != NULL)
    gst_ks_frame_free (link->data);
}

/* Raises size, a multiple of unit, to the next such that the allocator makes. */
static gboolean
legal_size (const GstKsTerms * terms, gsize unit, gsize * size, GError ** error)
{
  const GstKsRange multiples = { unit, GST_KS_RANGE_LIMIT, unit };
  g_autofree gchar *range = NULL;
  GstKsRange both;
  guint64 legal = 0;

  if (gst_ks_range_is_any (&terms->size))
    return TRUE;
  if (gst_ks_range_intersect (&terms->size, &multiples, &both)
      && gst_ks_range_ceil (&both, *size, &legal) && legal <= MAX_BLOCK) {
    *size = legal;
    return TRUE;
  }
  range = gst_ks_range_to_string (&terms->size);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
      "a block of %" G_GSIZE_FORMAT " bytes in units of %" G_GSIZE_FORMAT
      ": this kind of memory has blocks of %s bytes", *size, unit, range);
  return FALSE;
}

static void
set_overflow (const GstKsRequest * request, gsize align, GError ** error)
{
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_OVERFLOW,
      "prefix %" G_GSIZE_FORMAT " + size %" G_GSIZE_FORMAT " + padding %"
      G_GSIZE_FORMAT " at alignment %" G_GSIZE_FORMAT " is more than the %"
      G_GSIZE_FORMAT " bytes that a block may have", request->prefix,
      request->size, request->padding, align, MAX_BLOCK);
}

/* Makes need's sizes: of the frame, and of a block that holds it and what guards
 * it. Blocks of legal sizes are what they are. FALSE: too large. */
static gboolean
add_sizes (GstKsFrame * need, const GstKsRequest * request,
    const GstKsTerms * terms, gsize * unit)
{
  gsize size;

  if (!gst_ks_size_block (request->prefix, request->size, request->padding, 1,
          &need->maxsize))
    return FALSE;
  size = need->maxsize;
  if (need->guard_mode > GST_KS_GUARD_OFF && !terms->unrounded
      && gst_ks_range_is_any (&terms->size)) {
    *unit = MAX (*unit, gst_ks_map_page_size ());
    if (!gst_ks_size_add (size, gst_ks_guard_get_room (need->align, terms),
            &size))
      return FALSE;
  }
  return gst_ks_size_round_up (size, *unit, &need->block.size)
      && need->block.size <= MAX_BLOCK && need->align <= MAX_BLOCK;
}

/* Checks a request and turns it into what a frame must be; need is nothing to
 * rely on after a failure. */
gboolean
gst_ks_frame_init_need (GstKsFrame * need, const GstKsRequest * request,
    const GstKsTerms * terms, GError ** error)
{
  gsize asked = MAX (request->align, 1), align = MAX (asked, terms->align);
  gsize unit = terms->unrounded ? 1 : MAX (align, terms->granule);

  *need = (GstKsFrame) {
  .block = {.align = align,.fd = -1,.shape = request->shape },.prefix =
        request->prefix,.size = request->size,.align = align,.layout =
        request->layout,.guard_mode =
        gst_ks_guard_resolve (request->guard, terms),};

  if (request->size == 0) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "a frame of 0 bytes: size must be at least 1");
    return FALSE;
  }
  if (!gst_ks_size_is_power_of_two (asked)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "alignment %" G_GSIZE_FORMAT ": must be a power of two, in bytes",
        asked);
    return FALSE;
  }
  if (!add_sizes (need, request, terms, &unit)) {
    set_overflow (request, align, error);
    return FALSE;
  }
  if (!legal_size (terms, unit, &need->block.size, error))
    return FALSE;
  if (terms->whole && need->layout == NULL)
    need->layout = gst_ks_frame_whole_layout ();
  return TRUE;
}

gboolean
gst_ks_frame_wipe (GstKsFrame * frame, const GstKsRequest * request,
    gboolean fresh)
{
  guint64 owner = request->account != NULL ?
      gst_ks_account_get_id (request->account) : 0;
  gboolean changed = fresh || owner == 0 || owner != frame->last_owner;
  gboolean wanted = request->zero == GST_KS_ZERO_ALWAYS
      || (request->zero == GST_KS_ZERO_OWNER_CHANGE && changed);

  __atomic_store_n (&frame->last_owner, owner, __ATOMIC_RELAXED);
  if (!wanted || (fresh && frame->block.zeroed))
    return FALSE;
  if (frame->block.data == NULL || frame->funcs->by_map)
    return TRUE;
  memset (frame->block.data, 0, frame->block.size);
  return FALSE;
}

/* All of it, by way of a memory object for the purpose: who has the descriptor
 * of a block sees more than his frame. What could not be wiped belongs to nobody,
 * so that the next one tries again. */
gboolean
gst_ks_frame_wipe_block (GstKsFrame * frame, GError ** error)
{
  GstKsFrame dressed = *frame;
  GstMemory *memory;
  gboolean wiped;

  frame->prefix = 0;
  frame->size = frame->maxsize = frame->block.size;
  frame->align = frame->block.align;
  memory = frame->funcs->wrap (frame->allocator, frame);
  wiped = gst_ks_memory_wipe (memory, error);
  GST_MINI_OBJECT_CAST (memory)->dispose = NULL;
  gst_memory_unref (memory);
  frame->prefix = dressed.prefix;
  frame->size = dressed.size;
  frame->maxsize = dressed.maxsize;
  frame->align = dressed.align;
  if (!wiped)
    frame->last_owner = 0;
  return wiped;
}

static GstMemory *
frame_bear (GstKsFrame * frame)
{
  GstMemory *memory = frame->funcs->wrap (frame->allocator, frame);

  frame->born_offset = memory->offset;
  frame->born_size = memory->size;
  frame->born_align = memory->align;
  frame->born_flags = GST_MINI_OBJECT_FLAGS (memory);
  return memory;
}

/* The object as it was on the day it was made, with a reference on the
 * allocator again. Its qdata stays: that is the point. */
static GstMemory *
frame_revive (GstKsFrame * frame)
{
  GstMemory *memory = g_steal_pointer (&frame->memory);

  memory->allocator = gst_object_ref (frame->allocator);
  memory->offset = frame->born_offset;
  memory->size = frame->born_size;
  memory->align = frame->born_align;
  GST_MINI_OBJECT_FLAGS (memory) = frame->born_flags;
  g_atomic_int_set (&GST_MINI_OBJECT_CAST (memory)->lockstate, 0);
  return memory;
}

/* Who counts blocks while they are out looks at this from other threads. */
static GstMemory *
frame_wear (GstKsFrame * frame, GstMemory * memory)
{
  __atomic_store_n (&frame->out_since, gst_ks_clock_coarse (),
      __ATOMIC_RELAXED);
  __atomic_store_n (&frame->worn, memory, __ATOMIC_RELEASE);
  return memory;
}

GstMemory *
gst_ks_frame_dress (GstKsFrame * frame, const GstKsFrame * need)
{
  gboolean same = frame->memory != NULL
      && gst_ks_frame_has_shape_of (frame, need);

  if (!same)
    frame_drop_memory (frame);
  frame->prefix = need->prefix;
  frame->size = need->size;
  frame->maxsize = need->maxsize;
  frame->align = need->align;
  if (frame->layout != need->layout) {
    g_clear_pointer (&frame->layout, g_ref_string_release);
    if (need->layout != NULL)
      frame->layout = g_ref_string_acquire (need->layout);
  }
  GST_KS_RELEASE (frame);
  return frame_wear (frame, same ? frame_revive (frame) : frame_bear (frame));
}

void
gst_ks_frame_set_returned (GstKsFrame * frame, GDestroyNotify returned,
    gpointer data)
{
  frame->returned_data = data;
  __atomic_store_n (&frame->returned, returned, __ATOMIC_RELEASE);
}

void
gst_ks_frame_end_hand_out (GstKsFrame * frame)
{
  GstKsAccount *account;

  GST_KS_ACQUIRE (frame);
  gst_ks_guard_close (frame);
  account = g_steal_pointer (&frame->account);
  if (account != NULL) {
    gst_ks_account_discharge (account, frame->charged);
    gst_ks_account_unref (account);
  }
}

GRefString *
gst_ks_frame_whole_layout (void)
{
  static gsize layout;

  if (g_once_init_enter (&layout))
    g_once_init_leave (&layout, (gsize) g_ref_string_new ("-"));
  return (GRefString *) layout;
}

/* Makes the pages real before somebody waits for them. */
void
gst_ks_frame_touch (GstKsFrame * frame)
{
  const GstKsBlock *block = &frame->block;
  gsize page = sysconf (_SC_PAGESIZE);

  if (block->data == NULL)
    return;
  if (madvise (block->data, block->size, MADV_POPULATE_WRITE) == 0)
    return;
  for (gsize at = 0; at < block->size; at += page)
    ((volatile guint8 *) block->data)[at] = 0;
}
