/* ks-bench: a running line: aligned frames without reuse, and blocks made after warm-up.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksbench.h"

#include <stdlib.h>

/* posix_memalign() and free(): what an allocator that only aligns does. */
#define KS_TYPE_BENCH_ALIGNER (ks_bench_aligner_get_type ())
G_DECLARE_FINAL_TYPE (KsBenchAligner, ks_bench_aligner, KS, BENCH_ALIGNER,
    GstAllocator);

struct _KsBenchAligner
{
  GstAllocator parent;
};

typedef struct
{
  GstMemory memory;
  gpointer data;
} AlignedMemory;

G_DEFINE_FINAL_TYPE (KsBenchAligner, ks_bench_aligner, GST_TYPE_ALLOCATOR);

static GstMemory *
ks_bench_aligner_alloc (GstAllocator * allocator, gsize size,
    GstAllocationParams * params)
{
  gsize mask = MAX (params->align, sizeof (gpointer) - 1);
  gpointer data = NULL;

  if (posix_memalign (&data, mask + 1, size) != 0)
    return NULL;
  AlignedMemory *self = g_new0 (AlignedMemory, 1);
  self->data = data;
  gst_memory_init (&self->memory, params->flags, allocator, NULL, size, mask,
      0, size);
  return &self->memory;
}

static void
ks_bench_aligner_free (GstAllocator * allocator, GstMemory * memory)
{
  AlignedMemory *self = (AlignedMemory *) memory;

  if (memory->parent == NULL)
    free (self->data);
  g_free (self);
}

static gpointer
aligned_map (GstMemory * memory, gsize maxsize, GstMapFlags flags)
{
  return ((AlignedMemory *) memory)->data;
}

static void
aligned_unmap (GstMemory * memory)
{
}

static GstMemory *
aligned_share (GstMemory * memory, gssize offset, gssize size)
{
  GstMemory *parent = memory->parent ? memory->parent : memory;
  AlignedMemory *self = g_new0 (AlignedMemory, 1);
  gsize at = (gsize) ((gssize) memory->offset + offset);

  self->data = ((AlignedMemory *) memory)->data;
  gst_memory_init (&self->memory,
      GST_MINI_OBJECT_FLAGS (parent) | GST_MINI_OBJECT_FLAG_LOCK_READONLY,
      memory->allocator, parent, memory->maxsize, memory->align, at,
      size < 0 ? memory->size - (gsize) offset : (gsize) size);
  return &self->memory;
}

static void
ks_bench_aligner_class_init (KsBenchAlignerClass * klass)
{
  GST_ALLOCATOR_CLASS (klass)->alloc = ks_bench_aligner_alloc;
  GST_ALLOCATOR_CLASS (klass)->free = ks_bench_aligner_free;
}

static void
ks_bench_aligner_init (KsBenchAligner * self)
{
  GstAllocator *allocator = GST_ALLOCATOR (self);

  allocator->mem_type = "KsBenchAligned";
  allocator->mem_map = aligned_map;
  allocator->mem_unmap = aligned_unmap;
  allocator->mem_share = aligned_share;
  GST_OBJECT_FLAG_SET (self, GST_ALLOCATOR_FLAG_CUSTOM_ALLOC);
}

/* Answers the ALLOCATION query in downstream's place: page-aligned memory. */
static GstPadProbeReturn
propose_aligner (GstPad * pad, GstPadProbeInfo * info, gpointer aligner)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);
  GstAllocationParams params;

  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  gst_allocation_params_init (&params);
  params.align = gst_ks_align_to_mask (4096);
  gst_query_add_allocation_param (query, aligner, &params);
  return GST_PAD_PROBE_HANDLED;
}

static GstElement *
make_line (const KsBenchArgs * args, const gchar * source,
    const gchar * framing, GError ** error)
{
  g_autofree gchar *text =
      g_strdup_printf ("videotestsrc pattern=black num-buffers=%d ! "
      "%s,framerate=30/1 ! %s name=here%s ! %s ! fakesink sync=false",
      (gint) args->ops, source, args->ours ? "ksallocator" : "identity",
      args->ours ? framing : "", args->line ? args->line : "y4menc");

  return ks_bench_launch (text, error);
}

static gulong
add_probe (GstElement * pipeline, const gchar * name, GstPadProbeType type,
    GstPadProbeCallback probe, gpointer data)
{
  g_autoptr (GstElement) here =
      gst_bin_get_by_name (GST_BIN (pipeline), "here");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (here, name);

  return gst_pad_add_probe (pad, type, probe, data, NULL);
}

gboolean
ks_bench_line_align (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  g_autoptr (GstAllocator) aligner =
      gst_object_ref_sink (g_object_new (KS_TYPE_BENCH_ALIGNER, NULL));
  g_autoptr (GstElement) pipeline = make_line (args,
      "video/x-raw,format=I420,width=1920,height=1080", " align=4096", error);

  if (pipeline == NULL)
    return FALSE;
  if (!args->ours)
    (void) add_probe (pipeline, "sink", GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
        propose_aligner, aligner);
  gint64 faults = ks_bench_faults ();
  GstClockTime start = gst_util_get_timestamp ();
  if (!ks_bench_run_to_eos (pipeline, error))
    return FALSE;
  GstClockTime end = gst_util_get_timestamp ();
  ks_bench_value (result, "faults", (gdouble) (ks_bench_faults () - faults));
  ks_bench_value (result, "time", (gdouble) (end - start));
  return TRUE;
}

/* What is known of the frames that passed. */
typedef struct
{
  GstElement *here;             /* where they are watched; borrowed */
  const gchar *kind;            /* may be NULL: stock */
  GHashTable *seen;             /* addresses of blocks */
  gint64 frames;
  gint64 warm_up;               /* frames */
  gint64 fresh;                 /* after warm-up: memory not seen before */
  gint64 counted;               /* the element's own count of the same */
  gint64 foreign;               /* frames of another kind */
} Watch;

/* A mark on the memory lives as long as the memory does, so memory without
 * one is new; ours can also be new memory on an old block. */
static gboolean
is_new (Watch * watch, GstMemory * memory)
{
  GQuark mark = g_quark_from_static_string ("ks-bench-seen");
  const GstKsBlock *block = watch->kind && gst_ks_memory_is_ours (memory) ?
      gst_ks_memory_peek_block (memory) : NULL;

  if (block != NULL)
    return g_hash_table_add (watch->seen, block->data);
  if (gst_mini_object_get_qdata (GST_MINI_OBJECT_CAST (memory), mark) != NULL)
    return FALSE;
  gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (memory), mark, watch, NULL);
  return TRUE;
}

static gboolean
is_foreign (Watch * watch, GstMemory * memory)
{
  if (watch->kind == NULL)
    return FALSE;
  return !gst_ks_memory_is_ours (memory)
      || g_strcmp0 (gst_ks_allocator_peek_kind (memory->allocator),
      watch->kind) != 0;
}

/* Frames that needed a new block so far, as the element says; stock: 0. */
static gint64
fresh_of_element (Watch * watch)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 fresh = 0;

  if (watch->kind == NULL)
    return 0;
  g_object_get (watch->here, "stats", &stats, NULL);
  if (stats == NULL || !gst_structure_get_uint64 (stats, "fresh", &fresh))
    return G_MAXINT64;
  return (gint64) fresh;
}

static GstPadProbeReturn
watch_frame (GstPad * pad, GstPadProbeInfo * info, gpointer data)
{
  Watch *watch = data;
  GstMemory *memory =
      gst_buffer_peek_memory (GST_PAD_PROBE_INFO_BUFFER (info), 0);
  gboolean fresh = is_new (watch, memory);

  if (is_foreign (watch, memory))
    watch->foreign++;
  if (watch->frames >= watch->warm_up && fresh)
    watch->fresh++;
  if (++watch->frames == watch->warm_up)
    watch->counted = fresh_of_element (watch);
  return GST_PAD_PROBE_OK;
}

static gboolean
run_steady (GstElement * pipeline, Watch * watch, GError ** error)
{
  g_autoptr (GstElement) here =
      gst_bin_get_by_name (GST_BIN (pipeline), "here");
  gint64 frames = watch->frames;

  watch->here = here;
  watch->frames = 0;
  (void) add_probe (pipeline, "src", GST_PAD_PROBE_TYPE_BUFFER, watch_frame,
      watch);
  if (!ks_bench_run_to_eos (pipeline, error))
    return FALSE;
  watch->counted = fresh_of_element (watch) - watch->counted;
  if (watch->frames < frames)
    return ks_bench_fail (error, "frames are missing");
  if (watch->foreign > 0)
    return ks_bench_fail (error, "frames are not of the kind asked for");
  return TRUE;
}

gboolean
ks_bench_line_steady (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  const gchar *kind = args->kind ? args->kind : "system";
  g_autofree gchar *framing = g_strdup_printf (" memory=%s", kind);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  Watch watch = { NULL, args->ours ? kind : NULL, seen, args->ops,
    MAX (args->ops / 4, 1), 0, 0, 0
  };
  g_autoptr (GstElement) pipeline = make_line (args,
      "video/x-raw,format=I420,width=640,height=480", framing, error);

  if (pipeline == NULL || !run_steady (pipeline, &watch, error))
    return FALSE;
  /* two ways of counting; neither may hide what the other saw */
  ks_bench_value (result, "fresh", (gdouble) MAX (watch.fresh,
          watch.counted) / (gdouble) (args->ops - watch.warm_up));
  return TRUE;
}
