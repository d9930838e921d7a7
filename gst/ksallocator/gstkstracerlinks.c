/* What went over each link of the process, as the tracer ks saw it.
 *
 * Records are kept by source pad. The way of a buffer costs one lookup of
 * qdata, the pad's object lock for its peer, and the record's own lock, which
 * nobody else wants but the final report. Nothing here maps memory: a map, for
 * a moment, would refuse a writer that the pipeline has.
 *
 * Pads of a bin's border push on behalf of others; a link is told from real
 * pad to real pad.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstracerlinks.h"

#include <gst/ks/gstks.h>
#include <gst/ks/gstkslock.h>

struct _GstKsTracerLinks
{
  GQuark quark;                 /* pad's qdata: its latest record */
  GstAllocator *sysmem;         /* the stock allocator */
  GMutex lock;
  GPtrArray *records;           /* GstKsTracerLink, never removed; under lock */
  GHashTable *stores;           /* allocators of ours, referenced; under lock */
};

static void
link_free (GstKsTracerLink * link)
{
  g_free (link->src);
  g_free (link->sink);
  g_free (link->memory);
  g_free (link->pool_type);
  g_free (link->pool_name);
  g_hash_table_unref (link->blocks);
  g_mutex_clear (&link->lock);
  g_free (link);
}

GstKsTracerLinks *
gst_ks_tracer_links_new (void)
{
  GstKsTracerLinks *links = g_new0 (GstKsTracerLinks, 1);

  links->quark = g_quark_from_static_string ("gst-ks-tracer-link");
  links->sysmem = gst_allocator_find (GST_ALLOCATOR_SYSMEM);
  g_mutex_init (&links->lock);
  links->records = g_ptr_array_new_with_free_func ((GDestroyNotify) link_free);
  links->stores = g_hash_table_new_full (NULL, NULL, gst_object_unref, NULL);
  return links;
}

void
gst_ks_tracer_links_free (GstKsTracerLinks * links)
{
  g_ptr_array_unref (links->records);
  g_hash_table_unref (links->stores);
  gst_clear_object (&links->sysmem);
  g_mutex_clear (&links->lock);
  g_free (links);
}

static gchar *
pad_path (GstPad * pad)
{
  g_autoptr (GstObject) parent = gst_object_get_parent (GST_OBJECT (pad));
  g_autofree gchar *name = gst_object_get_name (GST_OBJECT (pad));
  g_autofree gchar *element =
      parent ? gst_object_get_name (parent) : g_strdup ("?");

  return g_strdup_printf ("%s:%s", element, name);
}

/* The real pad on the other side, through borders of bins; unref it. */
static GstPad *
real_peer (GstPad * pad)
{
  GstPad *peer = gst_pad_get_peer (pad);

  while (peer != NULL && GST_IS_PROXY_PAD (peer)) {
    GstProxyPad *inside = gst_proxy_pad_get_internal (GST_PROXY_PAD (peer));

    gst_object_unref (peer);
    if (inside == NULL)
      return NULL;
    peer = gst_pad_get_peer (GST_PAD (inside));
    gst_object_unref (inside);
  }
  return peer;
}

static GstKsTracerLink *
link_new (GstPad * src, gpointer sink_pad)
{
  GstKsTracerLink *link = g_new0 (GstKsTracerLink, 1);
  g_autoptr (GstPad) sink = real_peer (src);

  link->src = pad_path (src);
  link->sink = sink ? pad_path (sink) : g_strdup ("?");
  link->sink_pad = sink_pad;
  link->min_size = G_MAXSIZE;
  link->blocks = g_hash_table_new (NULL, NULL);
  g_mutex_init (&link->lock);
  return link;
}

/* Two pads of the same names in the same place are one link to a reader:
 * elements that are removed and added again do not make the report long. */
static GstKsTracerLink *
find_same (GstKsTracerLinks * links, const GstKsTracerLink * link)
{
  for (guint i = 0; i < links->records->len; i++) {
    GstKsTracerLink *other = g_ptr_array_index (links->records, i);

    if (g_str_equal (other->src, link->src)
        && g_str_equal (other->sink, link->sink))
      return other;
  }
  return NULL;
}

/* The record of a source pad's present link; lives as long as links. */
static GstKsTracerLink *
link_of (GstKsTracerLinks * links, GstPad * src)
{
  GstKsTracerLink *link = g_object_get_qdata (G_OBJECT (src), links->quark);
  GstKsTracerLink *made, *same;
  gpointer sink;

  GST_OBJECT_LOCK (src);
  sink = GST_PAD_PEER (src);
  GST_OBJECT_UNLOCK (src);
  if (link != NULL && g_atomic_pointer_get (&link->sink_pad) == sink)
    return link;

  made = link_new (src, sink);
  gst_ks_mutex_lock (&links->lock);
  same = find_same (links, made);
  if (same == NULL)
    g_ptr_array_add (links->records, made);
  gst_ks_mutex_unlock (&links->lock);
  if (same != NULL)
    link_free (made);
  link = same ? same : made;
  g_atomic_pointer_set (&link->sink_pad, sink);
  g_object_set_qdata (G_OBJECT (src), links->quark, link);
  return link;
}

static void
remember_store (GstKsTracerLinks * links, GstAllocator * allocator)
{
  gst_ks_mutex_lock (&links->lock);
  if (!g_hash_table_contains (links->stores, allocator))
    g_hash_table_add (links->stores, gst_object_ref (allocator));
  gst_ks_mutex_unlock (&links->lock);
}

static void
note_allocator (GstKsTracerLinks * links, GstKsTracerLink * link,
    GstAllocator * allocator)
{
  if (link->allocator == allocator)
    return;
  link->allocator = allocator;
  link->n_allocators++;
  g_free (link->memory);
  link->memory_is_ours = gst_ks_allocator_is_ours (allocator);
  if (link->memory_is_ours) {
    link->memory = g_strdup_printf ("ks %s",
        gst_ks_allocator_peek_kind (allocator));
    remember_store (links, allocator);
  } else {
    link->memory = g_strdup (allocator->mem_type ? allocator->mem_type :
        G_OBJECT_TYPE_NAME (allocator));
  }
}

/* Where the block begins, and where the frame does; NULL when only a map
 * could tell. */
static guint8 *
memory_address (GstKsTracerLinks * links, GstMemory * mem, gpointer * block)
{
  const GstKsBlock *ours = gst_ks_memory_peek_block (mem);

  if (ours != NULL)
    *block = ours->data;
  else if (mem->allocator == links->sysmem)
    /* the stock allocator's map returns an address and changes nothing */
    *block = mem->allocator->mem_map (mem, mem->maxsize, GST_MAP_READ);
  else
    *block = NULL;
  return *block ? (guint8 *) * block + mem->offset : NULL;
}

static void
note_address (GstKsTracerLink * link, guint8 * address, gpointer block)
{
  gsize align = (guintptr) address & -(guintptr) address;

  if (address == NULL)
    return;
  if (link->align == 0 || align < link->align)
    link->align = align;
  if (g_hash_table_size (link->blocks) < GST_KS_TRACER_MAX_BLOCKS)
    g_hash_table_add (link->blocks, block);
}

/* headers are often put before the frame */
static GstMemory *
largest_memory (GstBuffer * buffer)
{
  GstMemory *mem = gst_buffer_peek_memory (buffer, 0);

  for (guint i = 1; i < gst_buffer_n_memory (buffer); i++) {
    GstMemory *other = gst_buffer_peek_memory (buffer, i);

    if (other->size > mem->size)
      mem = other;
  }
  return mem;
}

static void
note_memory (GstKsTracerLinks * links, GstKsTracerLink * link, GstMemory * mem)
{
  gpointer block = NULL;
  guint8 *address;

  /* what was taken for frames were headers */
  if (mem->size / 2 > link->frame_size) {
    link->align = 0;
    link->allocator = NULL;
    link->n_allocators = 0;
    g_hash_table_remove_all (link->blocks);
  }
  link->frame_size = MAX (link->frame_size, mem->size);
  if (mem->size < link->frame_size / 2)
    return;
  note_allocator (links, link, mem->allocator);
  address = memory_address (links, mem, &block);
  note_address (link, address, block);
}

static void
note_pool (GstKsTracerLink * link, GstBufferPool * pool)
{
  GstStructure *config;

  if (link->pool == pool)
    return;
  link->pool = pool;
  g_clear_pointer (&link->pool_type, g_free);
  g_clear_pointer (&link->pool_name, g_free);
  if (pool == NULL)
    return;
  link->n_pools++;
  link->pool_type = g_strdup (G_OBJECT_TYPE_NAME (pool));
  link->pool_name = gst_object_get_name (GST_OBJECT (pool));
  link->pool_is_ours = GST_IS_KS_POOL (pool);
  config = gst_buffer_pool_get_config (pool);
  (void) gst_buffer_pool_config_get_params (config, NULL, &link->pool_size,
      &link->pool_min, &link->pool_max);
  gst_structure_free (config);
}

void
gst_ks_tracer_links_add_buffer (GstKsTracerLinks * links, GstPad * src,
    GstBuffer * buffer)
{
  GstKsTracerLink *link;
  gsize size = gst_buffer_get_size (buffer);

  if (GST_IS_PROXY_PAD (src))
    return;
  link = link_of (links, src);
  gst_ks_mutex_lock (&link->lock);
  link->n_buffers++;
  link->n_bytes += size;
  link->min_size = MIN (link->min_size, size);
  link->max_size = MAX (link->max_size, size);
  note_pool (link, buffer->pool);
  if (gst_buffer_n_memory (buffer) == 0) {
    link->n_no_memory++;
  } else {
    note_memory (links, link, largest_memory (buffer));
  }
  gst_ks_mutex_unlock (&link->lock);
}

static void
read_offer (GstQuery * query, GstKsTracerOffer * offer)
{
  offer->n_pools = gst_query_get_n_allocation_pools (query);
  offer->n_params = gst_query_get_n_allocation_params (query);
  if (offer->n_pools > 0)
    gst_query_parse_nth_allocation_pool (query, 0, NULL, &offer->size,
        &offer->min, &offer->max);
  if (offer->n_params > 0) {
    GstAllocationParams params;

    gst_query_parse_nth_allocation_param (query, 0, NULL, &params);
    if (!gst_ks_align_from_mask (params.align, &offer->align))
      offer->align = 0;
  }
}

void
gst_ks_tracer_links_add_query (GstKsTracerLinks * links, GstPad * sink,
    GstQuery * query, gboolean answered)
{
  GstKsTracerOffer offer = {.asked = TRUE,.answered = answered };
  g_autoptr (GstPad) src = NULL;
  GstKsTracerLink *link;

  if (GST_IS_PROXY_PAD (sink) || !GST_PAD_IS_SINK (sink))
    return;
  src = real_peer (sink);
  if (src == NULL)
    return;
  if (answered)
    read_offer (query, &offer);
  link = link_of (links, src);
  gst_ks_mutex_lock (&link->lock);
  link->offer = offer;
  gst_ks_mutex_unlock (&link->lock);
}

/* Records stay, so that their own locks are taken outside of the list's: a
 * buffer's way takes them in the other order. */
void
gst_ks_tracer_links_foreach (GstKsTracerLinks * links, GFunc func,
    gpointer user_data)
{
  g_autofree gpointer *records = NULL;
  gsize n_records;

  gst_ks_mutex_lock (&links->lock);
  n_records = links->records->len;
  records = g_memdup2 (links->records->pdata, n_records * sizeof (gpointer));
  gst_ks_mutex_unlock (&links->lock);
  for (gsize i = 0; i < n_records; i++) {
    GstKsTracerLink *link = records[i];

    gst_ks_mutex_lock (&link->lock);
    func (link, user_data);
    gst_ks_mutex_unlock (&link->lock);
  }
}

/* more: one allocator to tell of even if no link carried its memory; may be
 * NULL or a foreign one. */
GPtrArray *
gst_ks_tracer_links_get_stores (GstKsTracerLinks * links, GstAllocator * more)
{
  GPtrArray *stores =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);
  GHashTableIter iter;
  gpointer allocator;

  if (more != NULL && gst_ks_allocator_is_ours (more))
    remember_store (links, more);
  gst_ks_mutex_lock (&links->lock);
  g_hash_table_iter_init (&iter, links->stores);
  while (g_hash_table_iter_next (&iter, &allocator, NULL)) {
    GstStructure *stats = gst_ks_allocator_get_stats (allocator);

    gst_structure_set_name (stats, gst_ks_allocator_peek_kind (allocator));
    g_ptr_array_add (stores, stats);
  }
  gst_ks_mutex_unlock (&links->lock);
  return stores;
}
