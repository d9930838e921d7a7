/* GstKsPoolShelf: whole frames that an active pool keeps ready, last in first out.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Each thread prefers one of a few stacks, each on its own cache line, so that
 * threads which acquire and release on their own do not meet. A thread that
 * finds its stack empty looks at the others'.
 *
 * The top of a stack is a slot that is exchanged without a lock; only what it
 * pushes aside is under one. Between the two steps that frame is seen by
 * nobody, so a shelf that must be strict uses the locked part of the first
 * stack alone.
 *
 * A frame must not stay behind on a shelf that closes: who fills a slot looks
 * afterwards whether the shelf is open, who closes looks afterwards into the
 * slots; one of them sees the other. */

#include "gstkspoolshelf.h"
#include "gstkslock.h"
#include "gstksslot.h"

#define N_STACKS 8

typedef struct
{
  GstKsPoolFrame *slot;         /* atomic; owned; the top, or NULL */
  GMutex lock;                  /* all below */
  guint n;                      /* atomic: read without the lock as a hint */
  GstKsPoolFrame *top;
} __attribute__((aligned (GST_KS_CACHE_LINE))) Stack;

struct _GstKsPoolShelf
{
  Stack stacks[N_STACKS];
  gint is_open;                 /* atomic */
  gint strict;                  /* atomic */
};

static guint
own_index (GstKsPoolShelf * shelf)
{
  return g_atomic_int_get (&shelf->strict) ? 0 :
      gst_ks_thread_slot () % N_STACKS;
}

GstKsPoolShelf *
gst_ks_pool_shelf_new (void)
{
  GstKsPoolShelf *shelf =
      g_aligned_alloc0 (1, sizeof (GstKsPoolShelf), GST_KS_CACHE_LINE);

  for (guint i = 0; i < N_STACKS; i++)
    g_mutex_init (&shelf->stacks[i].lock);
  return shelf;
}

void
gst_ks_pool_shelf_free (GstKsPoolShelf * shelf)
{
  gst_ks_pool_shelf_close (shelf);
  for (guint i = 0; i < N_STACKS; i++)
    g_mutex_clear (&shelf->stacks[i].lock);
  g_aligned_free (shelf);
}

static void
stack_set_n (Stack * stack, guint n)
{
  __atomic_store_n (&stack->n, n, __ATOMIC_RELAXED);
}

static guint
stack_get_n (Stack * stack)
{
  return __atomic_load_n (&stack->n, __ATOMIC_RELAXED);
}

static GstKsPoolFrame *
slot_exchange (Stack * stack, GstKsPoolFrame * frame)
{
  return __atomic_exchange_n (&stack->slot, frame, __ATOMIC_SEQ_CST);
}

static GstKsPoolFrame *
stack_pop (Stack * stack)
{
  GstKsPoolFrame *frame = NULL;

  if (__atomic_load_n (&stack->slot, __ATOMIC_RELAXED) != NULL)
    frame = slot_exchange (stack, NULL);
  if (frame || stack_get_n (stack) == 0)
    return frame;

  gst_ks_mutex_lock (&stack->lock);
  frame = stack->top;
  if (frame) {
    stack->top = frame->next;
    stack_set_n (stack, stack->n - 1);
  }
  gst_ks_mutex_unlock (&stack->lock);
  return frame;
}

static void
drop (GstKsPoolFrame * frame)
{
  if (frame)
    gst_buffer_unref (frame->buffer);
}

static gboolean
is_open (GstKsPoolShelf * shelf)
{
  return __atomic_load_n (&shelf->is_open, __ATOMIC_SEQ_CST);
}

/* FALSE: closed, and the frame is still the caller's. */
static gboolean
stack_push_locked (GstKsPoolShelf * shelf, Stack * stack,
    GstKsPoolFrame * frame)
{
  gboolean kept;

  gst_ks_mutex_lock (&stack->lock);
  kept = is_open (shelf);
  if (kept) {
    frame->next = stack->top;
    stack->top = frame;
    stack_set_n (stack, stack->n + 1);
  }
  gst_ks_mutex_unlock (&stack->lock);
  return kept;
}

/* The buffers go without the lock: whoever owns their metas runs code then. */
static void
stack_empty (Stack * stack)
{
  GstKsPoolFrame *frame;

  drop (slot_exchange (stack, NULL));
  gst_ks_mutex_lock (&stack->lock);
  frame = g_steal_pointer (&stack->top);
  stack_set_n (stack, 0);
  gst_ks_mutex_unlock (&stack->lock);

  while (frame) {
    GstKsPoolFrame *next = frame->next;

    drop (frame);
    frame = next;
  }
}

void
gst_ks_pool_shelf_open (GstKsPoolShelf * shelf, gboolean strict)
{
  g_atomic_int_set (&shelf->strict, strict);
  __atomic_store_n (&shelf->is_open, TRUE, __ATOMIC_SEQ_CST);
}

void
gst_ks_pool_shelf_empty (GstKsPoolShelf * shelf)
{
  for (guint i = 0; i < N_STACKS; i++)
    stack_empty (&shelf->stacks[i]);
}

void
gst_ks_pool_shelf_close (GstKsPoolShelf * shelf)
{
  __atomic_store_n (&shelf->is_open, FALSE, __ATOMIC_SEQ_CST);
  gst_ks_pool_shelf_empty (shelf);
}

void
gst_ks_pool_shelf_put (GstKsPoolShelf * shelf, GstKsPoolFrame * frame)
{
  Stack *stack = &shelf->stacks[own_index (shelf)];

  if (!g_atomic_int_get (&shelf->strict))
    frame = slot_exchange (stack, frame);
  if (frame && !stack_push_locked (shelf, stack, frame))
    drop (frame);
  if (!is_open (shelf))
    drop (slot_exchange (stack, NULL));
}

GstKsPoolFrame *
gst_ks_pool_shelf_take (GstKsPoolShelf * shelf)
{
  guint own = own_index (shelf);
  GstKsPoolFrame *frame = stack_pop (&shelf->stacks[own]);

  for (guint i = 1; i < N_STACKS && frame == NULL; i++)
    frame = stack_pop (&shelf->stacks[(own + i) % N_STACKS]);
  return frame;
}

/* As exact as can be while others put and take. */
guint
gst_ks_pool_shelf_count (GstKsPoolShelf * shelf)
{
  guint n = 0;

  for (guint i = 0; i < N_STACKS; i++)
    n += stack_get_n (&shelf->stacks[i])
        + (__atomic_load_n (&shelf->stacks[i].slot, __ATOMIC_RELAXED) != NULL);
  return n;
}
