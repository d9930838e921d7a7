/* The allocator of the kind `cuda`: a GstCudaAllocator whose memory objects are reused.
 *
 * Elements know memory of a GPU by that type, which comes from a library that
 * is opened at run time, so the subclass is registered at run time as well.
 * The memory objects are libgstcuda's and cannot be parted from their block.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "kscudaallocator.h"

#include <gst/ks/gstkslock.h>
#include <gst/ks/gstksrecycler.h>
#include <gst/ks/gstkssize.h>

typedef struct
{
  const KsCudaDevice *device;   /* of the backend, which the allocator keeps open */
  GstMemoryMapFunction map;     /* the parent's */
  GstMemoryUnmapFullFunction unmap;     /* the parent's */
  GMutex lock;                  /* what the parent notes on frames that are a part of their block */
} Private;

static gint private_offset;
static gpointer parent_class;

#define PRIVATE(allocator) \
    ((Private *) G_STRUCT_MEMBER_P ((allocator), private_offset))

/* --- blocks --- */

GstMemory *
ks_cuda_memory_new (const KsCudaDevice * device, GstAllocator * allocator,
    const GstVideoInfo * info)
{
  const KsCudaApi *api = device->api;

  return api->gst_alloc_stream ?
      api->gst_alloc_stream (allocator, device->context, NULL, info) :
      api->gst_alloc (allocator, device->context, info);
}

/* Bytes are one row of a picture, of which libgstcuda reads the length only.
 * Four bytes a pixel, since it has no picture of single bytes. */
static gboolean
row_info (gsize size, GstVideoInfo * info, GError ** error)
{
  if (size > G_MAXINT || !gst_video_info_set_format (info,
          GST_VIDEO_FORMAT_RGBA, (size + 3) / 4, 1)) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "%" G_GSIZE_FORMAT " bytes: libgstcuda makes at most %d in one piece",
        size, G_MAXINT);
    return FALSE;
  }
  info->stride[0] = size;
  return TRUE;
}

/* A context whose call fails stays broken, and with it all memory of it. */
static gboolean
check_alive (GstAllocator * allocator, gboolean good, GError ** why)
{
  if (!good)
    gst_ks_allocator_set_lost (allocator, *why);
  return good;
}

/* libgstcuda logs its failures and does not return them. */
static void
say_why_not (GstAllocator * allocator, gsize size, GError ** error)
{
  const KsCudaDevice *device = PRIVATE (allocator)->device;
  GError *why = NULL;

  if (check_alive (allocator, ks_cuda_device_enter (device, &why), &why)) {
    (void) ks_cuda_device_check_alloc (device, KS_CUDA_OUT_OF_MEMORY,
        "cuMemAllocPitch", size, &why);
    ks_cuda_device_leave (device);
  }
  g_propagate_error (error, why);
}

static gboolean
cuda_acquire (GstAllocator * allocator, GstKsBlock * block, GError ** error)
{
  const KsCudaDevice *device = PRIVATE (allocator)->device;
  GstMemory *memory;
  GstVideoInfo info;

  if (block->align > KS_CUDA_ALIGN) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_INVALID,
        "GPU %d (%s): alignment %" G_GSIZE_FORMAT " cannot be had: the driver "
        "promises %d bytes; ask for that or less", device->ordinal,
        device->name, block->align, KS_CUDA_ALIGN);
    return FALSE;
  }
  if (!(block->shape != NULL ? ks_cuda_shape_parse (block->shape, &info, error)
          : row_info (block->size, &info, error)))
    return FALSE;
  memory = ks_cuda_memory_new (device, allocator, &info);
  if (memory == NULL) {
    say_why_not (allocator, block->size, error);
    return FALSE;
  }
  /* a map is a copy through the host, for those who know: nobody else should */
  GST_MINI_OBJECT_FLAG_SET (memory, GST_MEMORY_FLAG_NOT_MAPPABLE);
  if (block->shape == NULL)
    memory->maxsize = memory->size = block->size;
  block->data = NULL;
  block->fd = -1;
  block->zeroed = FALSE;
  block->handle = memory;
  return TRUE;
}

/* Before a frame goes to a new user the GPU has to be through with what the
 * last one queued: whoever let go of it may not have waited. Which stream that
 * went to is not known of every GStreamer's memory, so all are waited for. */
static void
cuda_settle (GstAllocator * allocator, GstKsBlock * block)
{
  const KsCudaDevice *device = PRIVATE (allocator)->device;
  g_autoptr (GError) why = NULL;
  gboolean good;

  if (!check_alive (allocator, ks_cuda_device_enter (device, &why), &why))
    return;
  good = ks_cuda_device_check (device, device->api->context_synchronize (),
      "cuCtxSynchronize", &why);
  (void) check_alive (allocator, good, &why);
  ks_cuda_device_leave (device);
}

static const GstKsRecycler recycler = {
  .acquire = cuda_acquire,.settle = cuda_settle
};

/* --- memory --- */

/* The memory that holds the bytes: a part has none of its own. */
static GstMemory *
root_of (GstMemory * memory)
{
  return memory->parent != NULL ? memory->parent : memory;
}

static gboolean
is_part (GstMemory * root)
{
  return root->size != root->maxsize;
}

/* The parent stages as many bytes as the memory object shows, and then copies
 * the whole block there. So where a frame is a part of its block the parent is
 * given an object that shows all, and what it notes on that is taken over. */
static gpointer
map_staged (Private * priv, GstMemory * root, GstMapFlags flags)
{
  KsCudaMemory whole = *(KsCudaMemory *) root;
  gpointer data;

  whole.memory.size = root->maxsize;
  data = priv->map (&whole.memory, root->maxsize, flags);
  GST_MINI_OBJECT_FLAGS (root) = GST_MINI_OBJECT_FLAGS (&whole.memory);
  return data;
}

static gpointer
cuda_map (GstMemory * memory, gsize maxsize, GstMapFlags flags)
{
  Private *priv = PRIVATE (memory->allocator);
  GstMemory *root = root_of (memory);
  gpointer data;

  if (!is_part (root))
    return priv->map (root, maxsize, flags);
  gst_ks_mutex_lock (&priv->lock);
  data = (flags & KS_CUDA_MAP) == KS_CUDA_MAP ?
      priv->map (root, maxsize, flags) : map_staged (priv, root, flags);
  gst_ks_mutex_unlock (&priv->lock);
  return data;
}

static void
cuda_unmap (GstMemory * memory, GstMapInfo * info)
{
  Private *priv = PRIVATE (memory->allocator);
  GstMemory *root = root_of (memory);
  gboolean part = is_part (root);

  if (part)
    gst_ks_mutex_lock (&priv->lock);
  priv->unmap (root, info);
  if (part)
    gst_ks_mutex_unlock (&priv->lock);
}

/* The parent has no parts. Ours borrows everything of the memory that it is a
 * part of, and keeps that alive. */
static GstMemory *
cuda_share (GstMemory * memory, gssize offset, gssize size)
{
  KsCudaMemory *part = g_new0 (KsCudaMemory, 1);
  KsCudaMemory *root = (KsCudaMemory *) root_of (memory);

  if (size == -1)
    size = memory->size - offset;
  gst_memory_init (&part->memory, GST_MINI_OBJECT_FLAGS (memory)
      | GST_MINI_OBJECT_FLAG_LOCK_READONLY, memory->allocator, &root->memory,
      memory->maxsize, memory->align, memory->offset + offset, size);
  part->context = root->context;
  part->info = root->info;
  part->priv = root->priv;
  return &part->memory;
}

static void
cuda_free (GstAllocator * allocator, GstMemory * memory)
{
  if (memory->parent != NULL)
    g_free (memory);
  else
    GST_ALLOCATOR_CLASS (parent_class)->free (allocator, memory);
}

/* A picture as a whole stays one; a part of it is bytes. */
static GstMemory *
copy_target (GstMemory * memory, gsize size)
{
  const GstKsBlock *block = gst_ks_memory_peek_block (memory);
  GstKsRequest request = {.size = MAX (size, 1) };
  GstMemory *copy;

  if (block != NULL && block->shape != NULL && size == memory->maxsize)
    request.shape = request.layout = (GRefString *) block->shape;
  copy = gst_ks_allocator_alloc (memory->allocator, &request, NULL);
  return copy != NULL ? copy : gst_allocator_alloc (NULL, request.size, NULL);
}

static GstMemory *
cuda_copy (GstMemory * memory, gssize offset, gssize size)
{
  const KsCudaDevice *device = PRIVATE (memory->allocator)->device;
  gsize bytes = size != -1 ? (gsize) size :
      memory->size > (gsize) offset ? memory->size - offset : 0;
  GstMemory *copy = copy_target (memory, bytes);

  if (copy == NULL)
    return NULL;
  if (ks_cuda_copy_part (device, copy, memory, offset, bytes, NULL))
    return copy;
  gst_memory_unref (copy);
  return NULL;
}

/* --- the type --- */

static void
cuda_allocator_finalize (GObject * object)
{
  g_mutex_clear (&PRIVATE (object)->lock);
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
cuda_allocator_class_init (gpointer klass, gpointer unused)
{
  parent_class = g_type_class_peek_parent (klass);
  g_type_class_adjust_private_offset (klass, &private_offset);
  GST_ALLOCATOR_CLASS (klass)->alloc = gst_ks_recycler_alloc;
  GST_ALLOCATOR_CLASS (klass)->free = cuda_free;
  G_OBJECT_CLASS (klass)->finalize = cuda_allocator_finalize;
}

static void
cuda_allocator_init (GTypeInstance * instance, gpointer klass)
{
  GstAllocator *allocator = GST_ALLOCATOR_CAST (instance);
  Private *priv = PRIVATE (allocator);

  g_mutex_init (&priv->lock);
  priv->map = allocator->mem_map;
  priv->unmap = allocator->mem_unmap_full;
  gst_ks_allocator_set_recycler (allocator, &recycler);
  allocator->mem_map = cuda_map;
  allocator->mem_unmap_full = cuda_unmap;
  allocator->mem_copy = cuda_copy;
  allocator->mem_share = cuda_share;
  /* it can allocate */
  GST_OBJECT_FLAG_UNSET (allocator, GST_ALLOCATOR_FLAG_CUSTOM_ALLOC);
}

static GType
cuda_allocator_get_type (const KsCudaApi * api)
{
  static gsize type;
  GTypeQuery parent;
  GType made;

  if (!g_once_init_enter (&type))
    return type;
  g_type_query (api->gst_allocator_get_type (), &parent);
  made = g_type_register_static_simple (parent.type, "GstKsCudaAllocator",
      parent.class_size, cuda_allocator_class_init, parent.instance_size,
      cuda_allocator_init, 0);
  private_offset = g_type_add_instance_private (made, sizeof (Private));
  g_once_init_leave (&type, made);
  return made;
}

GstAllocator *
ks_cuda_allocator_new (const KsCudaDevice * device)
{
  GstAllocator *allocator =
      g_object_new (cuda_allocator_get_type (device->api), NULL);

  PRIVATE (allocator)->device = device;
  return gst_object_ref_sink (allocator);
}
