/* Allocators of a type of their own that have a store: objects on blocks, and objects that are their block.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "recyclertypes.h"

#include <stdlib.h>
#include <gst/check/gstcheck.h>

static gint n_blocks, n_objects, calls, failing_call;

gint
recycler_n_blocks (void)
{
  return g_atomic_int_get (&n_blocks);
}

gint
recycler_n_objects (void)
{
  return g_atomic_int_get (&n_objects);
}

void
recycler_fail_at (gint n)
{
  g_atomic_int_set (&calls, 0);
  g_atomic_int_set (&failing_call, n);
}

/* --- memory --- */

typedef struct
{
  GstMemory mem;
  guint8 *bytes;                /* of the block */
  gboolean is_block;
} TestMemory;

guint8 *
recycler_bytes (GstMemory * memory)
{
  return ((TestMemory *) memory)->bytes + memory->offset;
}

static GstMemory *
memory_new (GstAllocator * allocator, GstMemory * parent, guint8 * bytes,
    gsize maxsize, gsize offset, gsize size)
{
  TestMemory *self = g_new0 (TestMemory, 1);

  self->bytes = bytes;
  gst_memory_init (GST_MEMORY_CAST (self),
      parent ? GST_MINI_OBJECT_FLAG_LOCK_READONLY : 0, allocator, parent,
      maxsize, 0, offset, size);
  g_atomic_int_inc (&n_objects);
  return GST_MEMORY_CAST (self);
}

static gpointer
memory_map (GstMemory * memory, gsize maxsize, GstMapFlags flags)
{
  return ((TestMemory *) memory)->bytes;
}

static void
memory_unmap (GstMemory * memory)
{
}

static GstMemory *
memory_share (GstMemory * memory, gssize offset, gssize size)
{
  return memory_new (memory->allocator, memory->parent ? memory->parent :
      memory, ((TestMemory *) memory)->bytes, memory->maxsize,
      memory->offset + offset,
      size == -1 ? memory->size - offset : (gsize) size);
}

static void
memory_free (GstAllocator * allocator, GstMemory * memory)
{
  TestMemory *self = (TestMemory *) memory;

  if (self->is_block) {
    free (self->bytes);
    g_atomic_int_add (&n_blocks, -1);
  }
  g_atomic_int_add (&n_objects, -1);
  g_free (self);
}

/* --- blocks --- */

static guint8 *
new_bytes (GstKsBlock * block, GError ** error)
{
  gpointer bytes = NULL;

  if (g_atomic_int_add (&calls, 1) + 1 == g_atomic_int_get (&failing_call)) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "told to fail");
    return NULL;
  }
  fail_unless (posix_memalign (&bytes, MAX (block->align, sizeof (gpointer)),
          block->size) == 0);
  memset (bytes, 0xa5, block->size);
  g_atomic_int_inc (&n_blocks);
  return bytes;
}

static gboolean
parted_acquire (GstAllocator * allocator, GstKsBlock * block, GError ** error)
{
  return (block->data = new_bytes (block, error)) != NULL;
}

static void
parted_release (GstAllocator * allocator, GstKsBlock * block)
{
  free (block->data);
  g_atomic_int_add (&n_blocks, -1);
}

static GstMemory *
parted_wrap (GstAllocator * allocator, const GstKsBlock * block, gsize maxsize)
{
  return memory_new (allocator, NULL, block->data, maxsize, 0, maxsize);
}

static gboolean
whole_acquire (GstAllocator * allocator, GstKsBlock * block, GError ** error)
{
  guint8 *bytes = new_bytes (block, error);

  if (bytes == NULL)
    return FALSE;
  block->handle = memory_new (allocator, NULL, bytes, block->size, 0,
      block->size);
  ((TestMemory *) block->handle)->is_block = TRUE;
  return TRUE;
}

static const GstKsRecycler parted = {
  parted_acquire, parted_release, parted_wrap, FALSE
};

static const GstKsRecycler whole = { whole_acquire };

/* --- the types --- */

static void
allocator_init (GstAllocator * self, const GstKsRecycler * recycler)
{
  self->mem_type = "TestMemory";
  self->mem_map = memory_map;
  self->mem_unmap = memory_unmap;
  self->mem_share = memory_share;
  gst_ks_allocator_set_recycler (self, recycler);
}

typedef GstAllocator TestParted;
typedef GstAllocatorClass TestPartedClass;
typedef GstAllocator TestWhole;
typedef GstAllocatorClass TestWholeClass;

G_DEFINE_TYPE (TestParted, test_parted, GST_TYPE_ALLOCATOR);
G_DEFINE_TYPE (TestWhole, test_whole, GST_TYPE_ALLOCATOR);

static void
test_parted_class_init (TestPartedClass * klass)
{
  klass->alloc = gst_ks_recycler_alloc;
  klass->free = memory_free;
}

static void
test_parted_init (TestParted * self)
{
  allocator_init (self, &parted);
}

static void
test_whole_class_init (TestWholeClass * klass)
{
  klass->alloc = gst_ks_recycler_alloc;
  klass->free = memory_free;
}

static void
test_whole_init (TestWhole * self)
{
  allocator_init (self, &whole);
}
