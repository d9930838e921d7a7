/* GstKsIdle: the set of idle frames, by size and by age.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksidle.h"

/* 1/8 of a request may be wasted by serving it with a larger block. */
#define WASTE_SHIFT 3

static gint
size_compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  gsize x = *(const gsize *) a, y = *(const gsize *) b;

  return x < y ? -1 : x > y;
}

static void
stack_free (gpointer stack)
{
  /* the links are the frames' own */
  g_free (stack);
}

void
gst_ks_idle_init (GstKsIdle * self)
{
  self->sizes = g_tree_new_full (size_compare, NULL, g_free, stack_free);
  g_queue_init (&self->ages);
  self->bytes = 0;
  self->fds = 0;
}

void
gst_ks_idle_clear (GstKsIdle * self)
{
  g_assert (self->ages.length == 0);
  g_clear_pointer (&self->sizes, g_tree_unref);
}

void
gst_ks_idle_push (GstKsIdle * self, GstKsFrame * frame)
{
  GQueue *stack = g_tree_lookup (self->sizes, &frame->block.size);

  if (stack == NULL) {
    stack = g_new0 (GQueue, 1);
    g_tree_insert (self->sizes, g_memdup2 (&frame->block.size, sizeof (gsize)),
        stack);
  }
  frame->stack = stack;
  frame->by_size.data = frame->by_age.data = frame;
  frame->idle_since = g_get_monotonic_time ();
  g_queue_push_head_link (stack, &frame->by_size);
  g_queue_push_tail_link (&self->ages, &frame->by_age);
  self->bytes += frame->block.size;
  self->fds += frame->block.fd >= 0;
}

static void
idle_unlink (GstKsIdle * self, GstKsFrame * frame)
{
  g_queue_unlink (frame->stack, &frame->by_size);
  g_queue_unlink (&self->ages, &frame->by_age);
  self->bytes -= frame->block.size;
  self->fds -= frame->block.fd >= 0;
  frame->idle_since = 0;
}

static GstKsFrame *
stack_find (GQueue * stack, const GstKsFrame * need)
{
  for (GList * l = stack->head; l != NULL; l = l->next) {
    if (gst_ks_frame_fits (l->data, need))
      return l->data;
  }
  return NULL;
}

GstKsFrame *
gst_ks_idle_pop_fitting (GstKsIdle * self, const GstKsFrame * need)
{
  gsize most = need->block.size + (need->block.size >> WASTE_SHIFT);
  GTreeNode *node = g_tree_lower_bound (self->sizes, &need->block.size);

  for (; node != NULL; node = g_tree_node_next (node)) {
    GQueue *stack = g_tree_node_value (node);
    GstKsFrame *frame;

    if (*(gsize *) g_tree_node_key (node) > most)
      return NULL;
    frame = stack_find (stack, need);
    if (frame != NULL) {
      idle_unlink (self, frame);
      return frame;
    }
  }
  return NULL;
}

/* A frame that goes takes the stack of its size along, when it was the last:
 * sizes may never come back. That of a frame that is handed out stays. */
GstKsFrame *
gst_ks_idle_pop_oldest (GstKsIdle * self)
{
  GstKsFrame *frame = g_queue_peek_head (&self->ages);

  if (frame == NULL)
    return NULL;
  idle_unlink (self, frame);
  if (frame->stack->length == 0)
    g_tree_remove (self->sizes, &frame->block.size);
  return frame;
}

gboolean
gst_ks_idle_is_over (const GstKsIdle * self, const GstKsLimits * limits)
{
  return self->ages.length > limits->max_idle_blocks
      || self->bytes > limits->max_idle_bytes
      || self->fds > limits->max_idle_fds;
}
