/* GstKsRecycler: the store for allocators of a type that others know their memory by.
 *
 * Elements recognise a dma-buf, an image or a card's memory by the type of its
 * allocator and read their own structure behind the memory object. So the
 * object is made by that allocator; the frame hangs on it as data, and its
 * dispose brings the block home.
 *
 * Some objects cannot be parted from their block: an image with its state is
 * one thing. Such an object rests in the store whole, and what only fits one
 * picture is found again by its shape and its layout.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksrecycler.h"
#include "gstkslock.h"
#include "gstksmemory.h"
#include "gstkssize.h"
#include "gstksstores.h"

/* on the memory object: its GstKsFrame, borrowed */
static GQuark
frame_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    g_once_init_leave (&quark, g_quark_from_static_string ("gst-ks-frame"));
  return quark;
}

/* on the allocator: its GstKsRecycler, static */
static GQuark
recycler_quark (void)
{
  static gsize quark;

  if (g_once_init_enter (&quark))
    g_once_init_leave (&quark, g_quark_from_static_string ("gst-ks-recycler"));
  return quark;
}

static const GstKsRecycler *
recycler_of (GstAllocator * allocator)
{
  return g_object_get_qdata (G_OBJECT (allocator), recycler_quark ());
}

static gboolean
recycled_dispose (GstMiniObject * object)
{
  GstKsFrame *frame = gst_mini_object_get_qdata (object, frame_quark ());

  GST_KS_ACQUIRE (object);
  GST_KS_RELEASE (frame);
  return !gst_ks_store_take_back (frame, GST_MEMORY_CAST (object));
}

/* NULL: not memory of such an allocator */
GstKsFrame *
gst_ks_recycler_frame_of (GstMemory * memory)
{
  GstMemory *root = memory->parent != NULL ? memory->parent : memory;

  return GST_MINI_OBJECT_CAST (root)->dispose == recycled_dispose ?
      gst_mini_object_get_qdata (GST_MINI_OBJECT_CAST (root), frame_quark ()) :
      NULL;
}

/* --- blocks and memory objects that can be parted --- */

static gboolean
block_acquire (GstAllocator * allocator, GstKsBlock * block, GError ** error)
{
  return recycler_of (allocator)->acquire (allocator, block, error);
}

static void
block_release (GstAllocator * allocator, GstKsBlock * block)
{
  recycler_of (allocator)->release (allocator, block);
}

static void
block_settle (GstAllocator * allocator, GstKsBlock * block)
{
  const GstKsRecycler *recycler = recycler_of (allocator);

  if (recycler->settle != NULL)
    recycler->settle (allocator, block);
}

static void
block_rest (GstAllocator * allocator, GstKsBlock * block)
{
  const GstKsRecycler *recycler = recycler_of (allocator);

  if (recycler->rest != NULL)
    recycler->rest (allocator, block);
}

static void
block_resume (GstAllocator * allocator, GstKsBlock * block)
{
  if (recycler_of (allocator)->rest == NULL)
    block_settle (allocator, block);
}

static GstMemory *
recycled_adopt (GstMemory * memory, GstKsFrame * frame)
{
  gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (memory), frame_quark (),
      frame, NULL);
  GST_MINI_OBJECT_CAST (memory)->dispose = recycled_dispose;
  return memory;
}

static GstMemory *
block_wrap (GstAllocator * allocator, GstKsFrame * frame)
{
  GstMemory *memory = recycler_of (allocator)->wrap (allocator, &frame->block,
      frame->maxsize);

  memory->offset = frame->prefix;
  memory->size = frame->size;
  memory->align = gst_ks_align_to_mask (frame->align);
  return recycled_adopt (memory, frame);
}

/* --- objects that are their block --- */

/* One that nobody ever had; the others went with their memory object. Like all
 * that are idle it holds no reference on its allocator, and gets one to go. */
static void
object_release (GstAllocator * allocator, GstKsBlock * block)
{
  GstMemory *memory = g_steal_pointer (&block->handle);

  if (memory == NULL)
    return;
  gst_object_ref (allocator);
  gst_memory_unref (memory);
}

/* NULL: sound. How large a picture is, its driver knows. */
static const gchar *
object_wrong (GstAllocator * allocator, const GstKsBlock * block)
{
  GstMemory *memory = block->handle;

  if (memory == NULL)
    return "no memory";
  if (memory->allocator != allocator)
    return "memory of another allocator";
  if (block->shape == NULL && memory->maxsize < block->size)
    return "memory that is smaller than the block";
  return NULL;
}

static gboolean
object_acquire (GstAllocator * allocator, GstKsBlock * block, GError ** error)
{
  const gchar *wrong;

  if (!block_acquire (allocator, block, error))
    return FALSE;
  wrong = object_wrong (allocator, block);
  if (wrong == NULL) {
    gst_object_unref (allocator);
    return TRUE;
  }
  g_clear_pointer ((GstMemory **) & block->handle, gst_memory_unref);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
      "%s broke its contract: acquire gave %s", G_OBJECT_TYPE_NAME (allocator),
      wrong);
  return FALSE;
}

/* Where the frame lies in bytes is the asker's to say, in a picture its
 * driver's. */
static GstMemory *
object_wrap (GstAllocator * allocator, GstKsFrame * frame)
{
  GstMemory *memory = g_steal_pointer (&frame->block.handle);

  gst_object_ref (allocator);
  if (frame->block.shape == NULL) {
    memory->offset = frame->prefix;
    memory->size = frame->size;
    memory->align = gst_ks_align_to_mask (frame->align);
  }
  return recycled_adopt (memory, frame);
}

static const GstKsFrameFuncs parted = {
  block_acquire, block_release, block_wrap, FALSE, FALSE, block_settle,
  .rest = block_rest,.resume = block_resume
};

static const GstKsFrameFuncs parted_by_map = {
  block_acquire, block_release, block_wrap, FALSE, TRUE, block_settle,
  .rest = block_rest,.resume = block_resume
};

static const GstKsFrameFuncs whole = {
  object_acquire, object_release, object_wrap, TRUE, TRUE, block_settle,
  .rest = block_rest,.resume = block_resume
};

/* --- the allocator --- */

/* From the allocator's dispose; finalizing drops the store itself. */
static void
close_store (gpointer store, GObject * allocator)
{
  gst_ks_store_close (store);
}

static void
release_store (gpointer store)
{
  gst_ks_store_unref (store);
}

/**
 * gst_ks_allocator_set_recycler: (skip)
 * @allocator: a new allocator of any type that nobody has allocated from
 * @recycler: how it makes blocks; static
 *
 * Gives @allocator a store, so that it is one of ours: its blocks are kept and
 * reused, charged, counted and trimmed. For the instance's init. Its class has
 * gst_ks_recycler_alloc() as its alloc; its mem_copy is set here where memory
 * objects are made by @recycler's wrap.
 *
 * Since: 0.9
 */
void
gst_ks_allocator_set_recycler (GstAllocator * allocator,
    const GstKsRecycler * recycler)
{
  const GstKsFrameFuncs *funcs = &whole;
  GstKsStore *store;

  g_return_if_fail (GST_IS_ALLOCATOR (allocator));
  g_return_if_fail (recycler != NULL && recycler->acquire != NULL);
  g_return_if_fail (gst_ks_store_of (allocator) == NULL);

  if (recycler->wrap != NULL) {
    funcs = recycler->by_map ? &parted_by_map : &parted;
    allocator->mem_copy = gst_ks_memory_copy;
  }
  store = gst_ks_store_new (allocator, funcs);
  g_object_set_qdata (G_OBJECT (allocator), recycler_quark (),
      (gpointer) recycler);
  g_object_weak_ref (G_OBJECT (allocator), close_store, store);
  g_object_set_qdata_full (G_OBJECT (allocator),
      g_quark_from_static_string ("gst-ks-owned-store"), store, release_store);
}

/**
 * gst_ks_recycler_alloc: (skip)
 * @allocator: an allocator that was given a recycler
 * @size: bytes
 * @params: alignment mask, prefix, padding, flags
 *
 * What such a type's class has as its alloc. Any thread.
 *
 * Returns: (transfer full) (nullable): memory; %NULL when there is none
 *
 * Since: 0.9
 */
GstMemory *
gst_ks_recycler_alloc (GstAllocator * allocator, gsize size,
    GstAllocationParams * params)
{
  return gst_ks_store_alloc (gst_ks_store_of (allocator), size, params);
}
