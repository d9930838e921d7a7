/* How many blocks of memory the default allocator made.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What asks for memory without naming an allocator comes here, and gets what it
 * would have got. The core's own allocator copies frames by itself, and makes a
 * block for each: so that function is stood in for as well.
 */
#include "gstkstoolblocks.h"

typedef struct
{
  GstAllocator parent;
  GstAllocator *before;         /* owned */
} GstKsToolBlocks;

typedef GstAllocatorClass GstKsToolBlocksClass;

static GType gst_ks_tool_blocks_get_type (void);
G_DEFINE_FINAL_TYPE (GstKsToolBlocks, gst_ks_tool_blocks, GST_TYPE_ALLOCATOR);

static guint64 n_blocks;        /* atomic */
static GstMemoryCopyFunction stock_copy;

static void
count (gsize size)
{
  if (size >= GST_KS_TOOL_BLOCK_MIN)
    __atomic_fetch_add (&n_blocks, 1, __ATOMIC_RELAXED);
}

static GstMemory *
gst_ks_tool_blocks_alloc (GstAllocator * allocator, gsize size,
    GstAllocationParams * params)
{
  count (size);
  return gst_allocator_alloc (((GstKsToolBlocks *) allocator)->before, size,
      params);
}

static GstMemory *
copy (GstMemory * memory, gssize offset, gssize size)
{
  GstMemory *made = stock_copy (memory, offset, size);

  if (made != NULL)
    count (made->maxsize);
  return made;
}

static void
gst_ks_tool_blocks_finalize (GObject * object)
{
  gst_object_unref (((GstKsToolBlocks *) object)->before);
  G_OBJECT_CLASS (gst_ks_tool_blocks_parent_class)->finalize (object);
}

static void
gst_ks_tool_blocks_class_init (GstKsToolBlocksClass * klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_ks_tool_blocks_finalize;
  klass->alloc = gst_ks_tool_blocks_alloc;
}

static void
gst_ks_tool_blocks_init (GstKsToolBlocks * self)
{
  self->before = gst_allocator_find (NULL);
  /* for those who ask the default allocator, not the memory */
  GST_ALLOCATOR (self)->mem_type = GST_ALLOCATOR_SYSMEM;
  GST_OBJECT_FLAG_SET (self, GST_OBJECT_FLAG_MAY_BE_LEAKED);
}

void
gst_ks_tool_blocks_start (void)
{
  GstAllocator *counting = g_object_new (gst_ks_tool_blocks_get_type (), NULL);
  g_autoptr (GstAllocator) stock = gst_allocator_find (GST_ALLOCATOR_SYSMEM);

  stock_copy = stock->mem_copy;
  stock->mem_copy = copy;
  gst_allocator_set_default (gst_object_ref_sink (counting));
}

guint64
gst_ks_tool_blocks_count (void)
{
  return __atomic_load_n (&n_blocks, __ATOMIC_RELAXED);
}
