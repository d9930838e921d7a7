/* Fake memory that has no address, and fake memory whose objects are their blocks.
 *
 * `fake-card` stands for a card's own RAM: its bytes are there but nobody can
 * map them, so they come and go by transfers, and memory of the host becomes
 * the card's by import. `fake-object` stands for images and the like: what
 * others hang on the memory object belongs to the block, so the two are never
 * parted.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksfakeprivate.h"

#include <gst/ks/gstksrecycler.h>

#define IMPORT_ALIGN 64         /* bytes: what the card wants of others' memory */

typedef struct
{
  GstMemory parent;

  guint8 *bytes;                /* of the whole block */
  gsize owned;                  /* bytes that go with the object; 0: the store's or source's */
  GstMemory *source;            /* owned, mapped; NULL: not imported */
  GstMapInfo source_map;
} CardMemory;

static gboolean
is_card (GstAllocator * allocator)
{
  return G_OBJECT_TYPE (allocator) == gst_ks_fake_card_allocator_get_type ();
}

static GstMemory *
card_memory_new (GstAllocator * allocator, GstMemory * parent, guint8 * bytes,
    gsize maxsize)
{
  CardMemory *self = g_new0 (CardMemory, 1);
  GstMemoryFlags flags = is_card (allocator) ? GST_MEMORY_FLAG_NOT_MAPPABLE : 0;

  gst_memory_init (GST_MEMORY_CAST (self), flags, allocator, parent, maxsize, 0,
      0, maxsize);
  self->bytes = bytes;
  return GST_MEMORY_CAST (self);
}

static void
card_memory_free (GstAllocator * allocator, GstMemory * memory)
{
  CardMemory *self = (CardMemory *) memory;

  if (self->owned > 0)
    gst_ks_fake_release_bytes (self->bytes, self->owned);
  if (self->source) {
    gst_memory_unmap (self->source, &self->source_map);
    gst_memory_unref (self->source);
  }
  g_free (self);
}

static GstMemory *
card_memory_share (GstMemory * memory, gssize offset, gssize size)
{
  GstMemory *root = memory->parent ? memory->parent : memory;
  GstMemory *part = card_memory_new (memory->allocator, root,
      ((CardMemory *) memory)->bytes, memory->maxsize);

  part->align = memory->align;
  part->offset = memory->offset + offset;
  part->size = size == -1 ? memory->size - offset : (gsize) size;
  GST_MINI_OBJECT_FLAG_SET (part, GST_MINI_OBJECT_FLAG_LOCK_READONLY);
  return part;
}

/* GStreamer asks whatever the flags say. */
static gpointer
card_memory_map (GstMemory * memory, gsize maxsize, GstMapFlags flags)
{
  return NULL;
}

static gpointer
object_memory_map (GstMemory * memory, gsize maxsize, GstMapFlags flags)
{
  return ((CardMemory *) memory)->bytes;
}

static void
card_memory_unmap (GstMemory * memory)
{
}

/* --- fake-card: blocks without an address --- */

typedef GstAllocator GstKsFakeCardAllocator;
typedef GstAllocatorClass GstKsFakeCardAllocatorClass;

G_DEFINE_TYPE (GstKsFakeCardAllocator, gst_ks_fake_card_allocator,
    GST_TYPE_ALLOCATOR);

static gboolean
card_acquire (GstAllocator * allocator, GstKsBlock * block, GError ** error)
{
  gpointer bytes = gst_ks_fake_acquire_bytes (block, error);

  if (bytes)
    block->handle = bytes;
  return bytes != NULL;
}

static void
card_release (GstAllocator * allocator, GstKsBlock * block)
{
  gst_ks_fake_release_bytes (block->handle, block->size);
}

static GstMemory *
card_wrap (GstAllocator * allocator, const GstKsBlock * block, gsize maxsize)
{
  return card_memory_new (allocator, NULL, block->handle, maxsize);
}

/* A real card may be at work on it. */
static void
card_settle (GstAllocator * allocator, GstKsBlock * block)
{
  (void) gst_ks_fake_step (GST_KS_FAKE_SYNC, NULL);
}

static const GstKsRecycler card_recycler = {
  card_acquire, card_release, card_wrap, TRUE, card_settle
};

static void
gst_ks_fake_card_allocator_class_init (GstKsFakeCardAllocatorClass * klass)
{
  klass->alloc = gst_ks_recycler_alloc;
  klass->free = card_memory_free;
}

static void
gst_ks_fake_card_allocator_init (GstKsFakeCardAllocator * self)
{
  self->mem_type = "GstKsFakeCardMemory";
  self->mem_map = card_memory_map;
  self->mem_unmap = card_memory_unmap;
  self->mem_share = card_memory_share;
  gst_ks_allocator_set_recycler (self, &card_recycler);
}

/* --- fake-object: memory objects that are their blocks --- */

typedef GstAllocator GstKsFakeObjectAllocator;
typedef GstAllocatorClass GstKsFakeObjectAllocatorClass;

G_DEFINE_TYPE (GstKsFakeObjectAllocator, gst_ks_fake_object_allocator,
    GST_TYPE_ALLOCATOR);

static gboolean
object_acquire (GstAllocator * allocator, GstKsBlock * block, GError ** error)
{
  gpointer bytes = gst_ks_fake_acquire_bytes (block, error);

  if (!bytes)
    return FALSE;
  block->handle = card_memory_new (allocator, NULL, bytes, block->size);
  ((CardMemory *) block->handle)->owned = block->size;
  return TRUE;
}

static const GstKsRecycler object_recycler = { object_acquire };

static void
gst_ks_fake_object_allocator_class_init (GstKsFakeObjectAllocatorClass * klass)
{
  klass->alloc = gst_ks_recycler_alloc;
  klass->free = card_memory_free;
}

static void
gst_ks_fake_object_allocator_init (GstKsFakeObjectAllocator * self)
{
  self->mem_type = "GstKsFakeObjectMemory";
  self->mem_map = object_memory_map;
  self->mem_unmap = card_memory_unmap;
  self->mem_share = card_memory_share;
  gst_ks_allocator_set_recycler (self, &object_recycler);
}

/* --- bytes in and out of fake-card --- */

/* Where the bytes of either side are; NULL with error. */
static guint8 *
reach (GstMemory * memory, GstMapInfo * map, GstMapFlags flags, GError ** error)
{
  if (is_card (memory->allocator))
    return ((CardMemory *) memory)->bytes + memory->offset;
  if (gst_memory_map (memory, map, flags))
    return map->data;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
      "cannot copy: memory of '%s' cannot be mapped",
      GST_OBJECT_NAME (memory->allocator));
  return NULL;
}

static void
leave (GstMemory * memory, GstMapInfo * map)
{
  if (!is_card (memory->allocator))
    gst_memory_unmap (memory, map);
}

gboolean
gst_ks_fake_card_transfer (GstKsBackend * backend, GstMemory * dst,
    GstMemory * src, GError ** error)
{
  GstMapInfo from_map, to_map;
  guint8 *from, *to;

  if (!gst_ks_fake_step (GST_KS_FAKE_TRANSFER, error))
    return FALSE;
  from = reach (src, &from_map, GST_MAP_READ, error);
  if (!from)
    return FALSE;
  to = reach (dst, &to_map, GST_MAP_WRITE, error);
  if (to) {
    memmove (to, from, gst_memory_get_sizes (src, NULL, NULL));
    leave (dst, &to_map);
  }
  leave (src, &from_map);
  return to != NULL;
}

/* Whatever has an aligned address and may be written. */
static gboolean
check_importable (GstMemory * memory, const GstMapInfo * map, GError ** error)
{
  if (GPOINTER_TO_SIZE (map->data) % IMPORT_ALIGN == 0)
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
      "the fake card takes memory at multiples of %d bytes, this is at %p; ask "
      "for frames with align=%d", IMPORT_ALIGN, map->data, IMPORT_ALIGN);
  return FALSE;
}

GstMemory *
gst_ks_fake_card_import (GstKsBackend * backend, GstMemory * memory,
    GError ** error)
{
  g_autoptr (GstAllocator) allocator = NULL;
  CardMemory *made;
  GstMapInfo map;

  if (!gst_ks_fake_step (GST_KS_FAKE_IMPORT, error))
    return NULL;
  if (!gst_memory_map (memory, &map, GST_MAP_READWRITE)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "the fake card takes memory that can be mapped and written, that of "
        "'%s' cannot", GST_OBJECT_NAME (memory->allocator));
    return NULL;
  }
  if (check_importable (memory, &map, error))
    allocator = gst_ks_backend_create_allocator (backend, error);
  if (!allocator) {
    gst_memory_unmap (memory, &map);
    return NULL;
  }
  made = (CardMemory *) card_memory_new (allocator, NULL, map.data, map.size);
  made->source = gst_memory_ref (memory);
  made->source_map = map;
  return GST_MEMORY_CAST (made);
}
