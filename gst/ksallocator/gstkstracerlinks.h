/* What went over each link of the process, as the tracer ks saw it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Distinct blocks of a link are counted up to here. */
#define GST_KS_TRACER_MAX_BLOCKS 256

typedef struct
{
  gboolean asked;               /* an ALLOCATION query came by */
  gboolean answered;
  guint n_pools;
  guint n_params;
  guint size;                   /* bytes, of the first pool entry */
  guint min;                    /* buffers */
  guint max;                    /* buffers, 0: no limit */
  gsize align;                  /* bytes, of the first param entry; 0: none */
} GstKsTracerOffer;

/* One source pad to one sink pad. Fields after lock are under it. Frames are
 * memories of at least half the size of the largest; between them go headers,
 * of which only sizes are told. */
typedef struct
{
  gchar *src;                   /* element:pad */
  gchar *sink;
  gpointer sink_pad;            /* atomic; compared, never followed */

  GMutex lock;
  guint64 n_buffers;
  guint64 n_bytes;
  guint64 n_no_memory;          /* buffers without memory */
  gsize min_size;               /* bytes */
  gsize max_size;               /* bytes */
  gsize frame_size;             /* bytes of the largest memory */
  gsize align;                  /* bytes, smallest of the frames; 0: not seen */
  gpointer allocator;           /* of frames; compared, never followed */
  gchar *memory;                /* who made the frame last seen */
  gboolean memory_is_ours;
  guint n_allocators;           /* how often that changed, plus one */
  gpointer pool;                /* compared, never followed */
  gchar *pool_type;
  gchar *pool_name;
  gboolean pool_is_ours;
  guint n_pools;                /* how often that changed, plus one */
  guint pool_size;              /* bytes */
  guint pool_min;               /* buffers */
  guint pool_max;               /* buffers, 0: no limit */
  GstKsTracerOffer offer;
  GHashTable *blocks;           /* addresses of the frames' blocks */
} GstKsTracerLink;

typedef struct _GstKsTracerLinks GstKsTracerLinks;

GstKsTracerLinks * gst_ks_tracer_links_new        (void);
void               gst_ks_tracer_links_free       (GstKsTracerLinks *links);
void               gst_ks_tracer_links_add_buffer (GstKsTracerLinks *links, GstPad *src, GstBuffer *buffer);
void               gst_ks_tracer_links_add_query  (GstKsTracerLinks *links, GstPad *sink, GstQuery *query, gboolean answered);
void               gst_ks_tracer_links_foreach    (GstKsTracerLinks *links, GFunc func, gpointer user_data);
/* Statistics of every allocator of ours that was seen; GstStructures named after the kind. */
GPtrArray *        gst_ks_tracer_links_get_stores (GstKsTracerLinks *links, GstAllocator *more);

G_END_DECLS
