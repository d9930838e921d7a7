/* What is common to all memory of ours, whatever its allocator's type.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksmemory.h"
#include "gstksbackend.h"
#include "gstkssize.h"
#include "gstksstores.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (ks_memory_debug);
#define GST_CAT_DEFAULT ks_memory_category ()
GST_DEBUG_CATEGORY_STATIC (performance_debug);

static gpointer
categories_init (gpointer data)
{
  GST_DEBUG_CATEGORY_INIT (ks_memory_debug, "ks-memory", 0, "frames of ours");
  GST_DEBUG_CATEGORY_GET (performance_debug, "GST_PERFORMANCE");
  return NULL;
}

static GstDebugCategory *
ks_memory_category (void)
{
  static GOnce once = G_ONCE_INIT;

  g_once (&once, categories_init, NULL);
  return ks_memory_debug;
}

static GstDebugCategory *
performance_category (void)
{
  (void) ks_memory_category ();
  return performance_debug;
}

GstKsFrame *
gst_ks_memory_frame (GstMemory * memory)
{
  GstKsFrame *frame = gst_ks_allocator_frame_of (memory);

  return frame != NULL ? frame : gst_ks_recycler_frame_of (memory);
}

static void
frame_clear_margins (GstMemory * memory, const GstAllocationParams * params)
{
  GstMapInfo map;
  gsize end = memory->offset + memory->size;

  if (!gst_memory_map (memory, &map, GST_MAP_WRITE))
    return;
  if (params->flags & GST_MEMORY_FLAG_ZERO_PREFIXED)
    memset (map.data - memory->offset, 0, memory->offset);
  if (params->flags & GST_MEMORY_FLAG_ZERO_PADDED)
    memset (map.data + memory->size, 0, memory->maxsize - end);
  gst_memory_unmap (memory, &map);
  GST_MINI_OBJECT_FLAG_SET (memory, params->flags &
      (GST_MEMORY_FLAG_ZERO_PREFIXED | GST_MEMORY_FLAG_ZERO_PADDED));
}

/* The virtual method has no GError: whoever has one calls
 * gst_ks_allocator_alloc(). */
GstMemory *
gst_ks_store_alloc (GstKsStore * store, gsize size,
    GstAllocationParams * params)
{
  g_autoptr (GError) error = NULL;
  gsize align = 0;
  GstKsRequest request = {
    .size = size,.prefix = params->prefix,.padding = params->padding,
  };
  GstMemory *memory;

  if (!gst_ks_align_from_mask (params->align | gst_memory_alignment, &align)) {
    GST_ERROR ("alignment mask 0x%" G_GSIZE_MODIFIER "x: must be 2^k - 1",
        params->align);
    return NULL;
  }
  request.align = align;
  memory = gst_ks_store_take (store, &request, &error);
  if (memory == NULL) {
    GST_ERROR ("%s", error->message);
    return NULL;
  }
  if (params->flags != 0)
    frame_clear_margins (memory, params);
  return memory;
}

static GstMemory *
copy_target (GstMemory * memory, gsize size)
{
  g_autoptr (GError) error = NULL;
  gsize align = 1;
  GstKsRequest request = {.size = size };
  GstAllocationParams params = { 0, memory->align, };
  g_autoptr (GstAllocator) system = NULL;
  GstMemory *copy;

  (void) gst_ks_align_from_mask (memory->align, &align);
  request.align = align;
  copy = gst_ks_store_take (gst_ks_store_of (memory->allocator), &request,
      &error);
  if (copy != NULL)
    return copy;
  GST_INFO ("a copy goes to ordinary memory: %s", error->message);
  system = gst_allocator_find (GST_ALLOCATOR_SYSMEM);
  return gst_allocator_alloc (system, size, &params);
}

/* What was imported is no frame. */
static void
copy_count (GstMemory * memory, gsize size)
{
  GstKsFrame *frame = gst_ks_memory_frame (memory);

  GST_CAT_DEBUG (performance_category (),
      "memcpy %" G_GSIZE_FORMAT " memory %p", size, memory);
  gst_ks_store_count_copy (gst_ks_store_of (memory->allocator), size);
  if (frame != NULL && frame->account != NULL)
    gst_ks_account_add_copy (frame->account, size);
}

/* Unmapping the source hands the frame over to whoever lets go of it last, so
 * what is counted is counted before. */
static gboolean
copy_mapped (GstMemory * copy, GstMemory * memory, gsize offset, gsize size)
{
  GstMapInfo from, to;
  gboolean mapped;

  if (!gst_memory_map (memory, &from, GST_MAP_READ))
    return FALSE;
  mapped = gst_memory_map (copy, &to, GST_MAP_WRITE);
  if (mapped) {
    memcpy (to.data, from.data + offset, size);
    gst_memory_unmap (copy, &to);
    copy_count (memory, size);
  }
  gst_memory_unmap (memory, &from);
  return mapped;
}

static gboolean
copy_by_backend (GstMemory * copy, GstMemory * memory, gsize offset, gsize size)
{
  GstKsBackend *backend = gst_ks_backend_peek (memory->allocator);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstMemory) part = NULL;

  if (backend == NULL)
    return FALSE;
  part = gst_memory_share (memory, offset, size);
  if (part == NULL || !gst_ks_backend_transfer (backend, copy, part, &error)) {
    GST_WARNING ("no copy: %s", error != NULL ? error->message : "no share");
    return FALSE;
  }
  copy_count (memory, size);
  return TRUE;
}

GstMemory *
gst_ks_memory_copy (GstMemory * memory, gssize offset, gssize size)
{
  gboolean mappable =
      !GST_MEMORY_FLAG_IS_SET (memory, GST_MEMORY_FLAG_NOT_MAPPABLE);
  GstMemory *copy;

  if (size == -1)
    size = (gsize) offset < memory->size ? memory->size - offset : 0;
  copy = copy_target (memory, MAX (size, 1));
  if (copy == NULL)
    return NULL;
  if (mappable ? copy_mapped (copy, memory, offset, size)
      : copy_by_backend (copy, memory, offset, size)) {
    gst_memory_resize (copy, 0, size);
    return copy;
  }
  gst_memory_unref (copy);
  return NULL;
}

/**
 * gst_ks_memory_is_ours:
 * @memory: any memory
 *
 * Tells frames of ours from other memory. Any thread.
 *
 * Returns: whether @memory, or the memory that it is a part of, came from an
 *     allocator of ours
 *
 * Since: 0.9
 */
gboolean
gst_ks_memory_is_ours (GstMemory * memory)
{
  g_return_val_if_fail (memory != NULL, FALSE);

  return gst_ks_memory_frame (memory) != NULL;
}

/**
 * gst_ks_memory_peek_block:
 * @memory: any memory
 *
 * The block below a frame, for its address, size and descriptor.
 *
 * Returns: (transfer none) (nullable): the block, valid as long as @memory;
 *     %NULL when it is not ours
 *
 * Since: 0.9
 */
const GstKsBlock *
gst_ks_memory_peek_block (GstMemory * memory)
{
  GstKsFrame *frame;

  g_return_val_if_fail (memory != NULL, NULL);

  frame = gst_ks_memory_frame (memory);
  return frame != NULL ? &frame->block : NULL;
}

/**
 * gst_ks_memory_is_reused:
 * @memory: any memory
 *
 * How pools count what they hand out.
 *
 * Returns: whether @memory is ours and its block existed before it was handed
 *     out this time
 *
 * Since: 0.9
 */
gboolean
gst_ks_memory_is_reused (GstMemory * memory)
{
  GstKsFrame *frame;

  g_return_val_if_fail (memory != NULL, FALSE);

  frame = gst_ks_memory_frame (memory);
  return frame != NULL && frame->reused;
}

/**
 * gst_ks_memory_peek_returned_data: (skip)
 * @memory: any memory
 *
 * What #GstKsRequest had as returned_data: how a pool knows its own frames.
 *
 * Returns: (nullable): the data; %NULL when @memory is not ours or nothing
 *     was asked for
 *
 * Since: 0.9
 */
gpointer
gst_ks_memory_peek_returned_data (GstMemory * memory)
{
  GstKsFrame *frame;

  g_return_val_if_fail (memory != NULL, NULL);

  frame = gst_ks_memory_frame (memory);
  return frame != NULL ? frame->returned_data : NULL;
}

/* --- wiping --- */

static gboolean
wipe_mapped (GstMemory * memory)
{
  GstMapInfo map;

  if (!gst_memory_map (memory, &map, GST_MAP_WRITE))
    return FALSE;
  memset (map.data, 0, map.size);
  gst_memory_unmap (memory, &map);
  return TRUE;
}

static gboolean
wipe_by_backend (GstMemory * memory, GError ** error)
{
  GstKsBackend *backend = gst_ks_backend_peek (memory->allocator);
  g_autoptr (GstMemory) zeros = NULL;

  if (backend == NULL) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_SUPPORTED,
        "memory of %s cannot be mapped, so it cannot be wiped; set zero to "
        "never", GST_OBJECT_NAME (memory->allocator));
    return FALSE;
  }
  zeros = gst_allocator_alloc (NULL, memory->size, NULL);
  if (zeros != NULL && wipe_mapped (zeros))
    return gst_ks_backend_transfer (backend, memory, zeros, error);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
      "no %" G_GSIZE_FORMAT " bytes to wipe a frame with", memory->size);
  return FALSE;
}

gboolean
gst_ks_memory_wipe (GstMemory * memory, GError ** error)
{
  gsize offset, maxsize, size = gst_memory_get_sizes (memory, &offset,
      &maxsize);
  gboolean wiped;

  gst_memory_resize (memory, -(gssize) offset, maxsize);
  wiped = wipe_mapped (memory) || wipe_by_backend (memory, error);
  gst_memory_resize (memory, offset, size);
  return wiped;
}
