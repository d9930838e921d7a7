/* What the tests of the pool share.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheck.h>
#include <gst/video/gstvideopool.h>

#define SIZE 4096               /* bytes of a frame without caps */
#define PATIENCE (30 * G_USEC_PER_SEC)

typedef struct
{
  const gchar *kind;            /* NULL: system */
  const gchar *framing;         /* NULL: none */
  const gchar *caps;            /* NULL: bytes */
  guint size;                   /* bytes; 0: SIZE for bytes, the caps' for video */
  guint min, max;               /* frames */
  gboolean with_meta;
  gboolean inactive;
  GstKsPoolOptions options;     /* zeroed: without a timeout */
} PoolArgs;

static inline GstAllocator *
allocator_for (const gchar *kind)
{
  g_autoptr (GError) error = NULL;
  GstAllocator *allocator = gst_ks_allocator_get (kind ? kind : "system",
      NULL, &error);

  fail_unless (allocator != NULL, "%s", error ? error->message : "");
  return allocator;
}

static inline GstStructure *
config_for (GstKsPool *pool, const PoolArgs *args)
{
  GstStructure *config = gst_buffer_pool_get_config (GST_BUFFER_POOL (pool));
  g_autoptr (GstCaps) caps = args->caps ? gst_caps_from_string (args->caps) : NULL;
  guint size = args->size ? args->size : args->caps ? 1 : SIZE;

  gst_buffer_pool_config_set_params (config, caps, size, args->min, args->max);
  if (args->with_meta)
    gst_buffer_pool_config_add_option (config, GST_BUFFER_POOL_OPTION_VIDEO_META);
  return config;
}

static inline GstKsPool *
pool_for (const PoolArgs *args)
{
  g_autoptr (GstAllocator) allocator = allocator_for (args->kind);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing =
      args->framing ? gst_ks_framing_parse (args->framing, &error) : NULL;
  GstKsPool *pool;

  fail_unless (error == NULL, "%s", error ? error->message : "");
  pool = gst_ks_pool_new (allocator, framing, &args->options);
  fail_unless (gst_buffer_pool_set_config (GST_BUFFER_POOL (pool),
          config_for (pool, args)));
  if (!args->inactive)
    fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), TRUE));
  return pool;
}

static inline void
pool_done (GstKsPool *pool)
{
  fail_unless (gst_buffer_pool_set_active (GST_BUFFER_POOL (pool), FALSE));
  gst_object_unref (pool);
}

static inline GstFlowReturn
try_acquire (GstKsPool *pool, GstBuffer **buffer)
{
  GstBufferPoolAcquireParams params = { .flags = GST_BUFFER_POOL_ACQUIRE_FLAG_DONTWAIT };

  return gst_buffer_pool_acquire_buffer (GST_BUFFER_POOL (pool), buffer, &params);
}

static inline GstBuffer *
acquire (GstKsPool *pool)
{
  GstBuffer *buffer = NULL;

  fail_unless_equals_int (try_acquire (pool, &buffer), GST_FLOW_OK);
  fail_unless (buffer != NULL && buffer->pool == GST_BUFFER_POOL (pool));
  return buffer;
}

static inline GstKsPoolStatus
status_of (GstKsPool *pool)
{
  GstKsPoolStatus status;

  gst_ks_pool_get_status (pool, &status);
  return status;
}

static inline GstKsAccountStats
stats_of (GstKsPool *pool)
{
  GstKsAccountStats stats;

  gst_ks_account_get_stats (gst_ks_pool_peek_account (pool), &stats);
  return stats;
}
