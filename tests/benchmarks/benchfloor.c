/* ks-bench: a pool whose own part is empty: what is left is the base class's.
 *
 * Each thread has one buffer and gets it again and again. Nothing that derives
 * from GstBufferPool can be faster: the base class counts every buffer that is
 * out, and references the pool for it, in words that all threads share.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksbench.h"

typedef struct
{
  GstBufferPool parent;
} KsBenchFloorPool;

typedef struct
{
  GstBufferPoolClass parent_class;
} KsBenchFloorPoolClass;

GType ks_bench_floor_pool_get_type (void);

G_DEFINE_TYPE (KsBenchFloorPool, ks_bench_floor_pool, GST_TYPE_BUFFER_POOL);

static void
buffer_drop (gpointer buffer)
{
  gst_buffer_unref (buffer);
}

static GPrivate idle = G_PRIVATE_INIT (buffer_drop);

static GstFlowReturn
floor_acquire (GstBufferPool * pool, GstBuffer ** buffer,
    GstBufferPoolAcquireParams * params)
{
  *buffer = g_private_get (&idle);
  if (*buffer == NULL)
    *buffer = gst_buffer_new ();
  g_private_set (&idle, NULL);
  return GST_FLOW_OK;
}

static void
floor_release (GstBufferPool * pool, GstBuffer * buffer)
{
  g_private_replace (&idle, buffer);
}

static gboolean
floor_start_or_stop (GstBufferPool * pool)
{
  return TRUE;
}

static void
ks_bench_floor_pool_class_init (KsBenchFloorPoolClass * klass)
{
  GstBufferPoolClass *pool_class = GST_BUFFER_POOL_CLASS (klass);

  pool_class->start = floor_start_or_stop;
  pool_class->stop = floor_start_or_stop;
  pool_class->acquire_buffer = floor_acquire;
  pool_class->reset_buffer = NULL;
  pool_class->release_buffer = floor_release;
}

static void
ks_bench_floor_pool_init (KsBenchFloorPool * self)
{
}

GstBufferPool *
ks_bench_floor_pool_new (void)
{
  return gst_object_ref_sink (g_object_new (ks_bench_floor_pool_get_type (),
          NULL));
}
