/* GstKsPoolShelf: whole frames that an active pool keeps ready, last in first out.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Each thread prefers one of a few stacks, each on its own cache line and with
 * its own lock, so that threads which acquire and release on their own do not
 * meet. A thread that finds its stack empty looks at the others'. */

#include "gstkspoolshelf.h"
#include "gstkslock.h"

#define N_STACKS 8
#define CACHE_LINE 64

typedef struct
{
  GMutex lock;                  /* all below */
  gboolean is_open;
  guint n;                      /* atomic: read without the lock as a hint */
  GstKsPoolFrame *top;
} __attribute__((aligned (CACHE_LINE))) Stack;

struct _GstKsPoolShelf
{
  Stack stacks[N_STACKS];
  gint strict;                  /* atomic; only the first stack is used */
};

static guint
own_index (GstKsPoolShelf * shelf)
{
  static guint last;
  static __thread guint mine;   /* 0: not chosen yet */

  if (g_atomic_int_get (&shelf->strict))
    return 0;
  if (G_UNLIKELY (mine == 0))
    mine = 1 + __atomic_fetch_add (&last, 1, __ATOMIC_RELAXED) % N_STACKS;
  return mine - 1;
}

GstKsPoolShelf *
gst_ks_pool_shelf_new (void)
{
  GstKsPoolShelf *shelf =
      g_aligned_alloc0 (1, sizeof (GstKsPoolShelf), CACHE_LINE);

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
stack_pop (Stack * stack)
{
  GstKsPoolFrame *frame;

  gst_ks_mutex_lock (&stack->lock);
  frame = stack->top;
  if (frame) {
    stack->top = frame->next;
    stack_set_n (stack, stack->n - 1);
  }
  gst_ks_mutex_unlock (&stack->lock);
  return frame;
}

/* The buffers go without the lock: whoever owns their metas runs code then. */
static void
stack_empty (Stack * stack, gboolean close)
{
  GstKsPoolFrame *frame;

  gst_ks_mutex_lock (&stack->lock);
  frame = g_steal_pointer (&stack->top);
  stack_set_n (stack, 0);
  if (close)
    stack->is_open = FALSE;
  gst_ks_mutex_unlock (&stack->lock);

  while (frame) {
    GstKsPoolFrame *next = frame->next;

    gst_buffer_unref (frame->buffer);
    frame = next;
  }
}

void
gst_ks_pool_shelf_open (GstKsPoolShelf * shelf, gboolean strict)
{
  g_atomic_int_set (&shelf->strict, strict);
  for (guint i = 0; i < N_STACKS; i++) {
    Stack *stack = &shelf->stacks[i];

    gst_ks_mutex_lock (&stack->lock);
    stack->is_open = TRUE;
    gst_ks_mutex_unlock (&stack->lock);
  }
}

void
gst_ks_pool_shelf_close (GstKsPoolShelf * shelf)
{
  for (guint i = 0; i < N_STACKS; i++)
    stack_empty (&shelf->stacks[i], TRUE);
}

void
gst_ks_pool_shelf_empty (GstKsPoolShelf * shelf)
{
  for (guint i = 0; i < N_STACKS; i++)
    stack_empty (&shelf->stacks[i], FALSE);
}

gboolean
gst_ks_pool_shelf_put (GstKsPoolShelf * shelf, GstKsPoolFrame * frame)
{
  Stack *stack = &shelf->stacks[own_index (shelf)];
  gboolean kept;

  gst_ks_mutex_lock (&stack->lock);
  kept = stack->is_open;
  if (kept) {
    frame->next = stack->top;
    stack->top = frame;
    stack_set_n (stack, stack->n + 1);
  }
  gst_ks_mutex_unlock (&stack->lock);
  return kept;
}

GstKsPoolFrame *
gst_ks_pool_shelf_take (GstKsPoolShelf * shelf)
{
  guint own = own_index (shelf);
  GstKsPoolFrame *frame = stack_pop (&shelf->stacks[own]);

  for (guint i = 1; i < N_STACKS && frame == NULL; i++) {
    Stack *stack = &shelf->stacks[(own + i) % N_STACKS];

    if (stack_get_n (stack) > 0)
      frame = stack_pop (stack);
  }
  return frame;
}

guint
gst_ks_pool_shelf_count (GstKsPoolShelf * shelf)
{
  guint n = 0;

  for (guint i = 0; i < N_STACKS; i++)
    n += stack_get_n (&shelf->stacks[i]);
  return n;
}
