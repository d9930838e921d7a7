/* ks-bench: many pipelines in one process, and a store with many idle blocks.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksbench.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* What one more costs is the mean of so many more. */
#define MORE 20
/* What can be done again is, so often: the median counts. */
#define TIMES 9
/* Frames of all pipelines together, as many for few as for many of them. */
#define FRAMES 1000000

typedef struct
{
  GstElement *pipeline;
  GstKsNegotiator *negotiator;  /* NULL: none */
} Line;

/* Microseconds; who: RUSAGE_SELF or RUSAGE_THREAD. */
static gint64
cpu_time_of (gint who)
{
  struct rusage usage;

  if (getrusage (who, &usage) != 0)
    return 0;
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC
      + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static gint64
cpu_time (void)
{
  return cpu_time_of (RUSAGE_SELF);
}

/* Without this thread, which sets states and reads messages: that is for a
 * pipeline, not for a frame, and the more pipelines the fewer frames has each. */
static gint64
cpu_time_of_others (void)
{
  return cpu_time () - cpu_time_of (RUSAGE_THREAD);
}

/* KiB */
static gdouble
resident (void)
{
  g_autofree gchar *text = NULL;
  gulong pages = 0;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL)
      || sscanf (text, "%*u %lu", &pages) != 1)
    return 0;
  return (gdouble) pages *sysconf (_SC_PAGESIZE) / 1024;
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Each pipeline has some descriptors. */
static void
raise_descriptors (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  (void) setrlimit (RLIMIT_NOFILE, &limit);
}

static void
line_close (Line * self)
{
  if (self->pipeline == NULL)
    return;
  (void) gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_object (&self->negotiator);
  gst_clear_object (&self->pipeline);
}

static guint
frames_of_each (const KsBenchArgs * args)
{
  return (guint) (FRAMES / (args->size + MORE));
}

/* From a text to a first frame at the sink. */
static gboolean
line_open (Line * self, const KsBenchArgs * args, GError ** error)
{
  gboolean element = args->ours && g_strcmp0 (args->kind, "negotiator") != 0;
  g_autofree gchar *text =
      g_strdup_printf ("videotestsrc pattern=black num-buffers=%u "
      "! video/x-raw,format=I420,width=160,height=120 ! %s ! fakesink",
      frames_of_each (args), element ? "ksallocator" : "identity");

  self->pipeline = ks_bench_launch (text, error);
  if (self->pipeline == NULL)
    return FALSE;
  if (args->ours && !element) {
    self->negotiator = gst_ks_negotiator_new (GST_BIN (self->pipeline));
    gst_ks_negotiator_attach (self->negotiator);
  }
  (void) gst_element_set_state (self->pipeline, GST_STATE_PAUSED);
  return gst_element_get_state (self->pipeline, NULL, NULL, 60 * GST_SECOND)
      == GST_STATE_CHANGE_SUCCESS
      || ks_bench_fail (error, "a pipeline did not preroll");
}

static void
lines_close (Line * lines, gint64 n)
{
  for (gint64 i = 0; i < n; i++)
    line_close (&lines[i]);
}

static gboolean
lines_open (Line * lines, gint64 n, const KsBenchArgs * args, GError ** error)
{
  for (gint64 i = 0; i < n; i++) {
    if (!line_open (&lines[i], args, error))
      return FALSE;
  }
  return TRUE;
}

/* Microseconds of CPU for one more, size of them being there. */
static gboolean
time_start (Line * lines, const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  gint64 begin;

  if (!lines_open (lines, args->size, args, error))
    return FALSE;
  begin = cpu_time ();
  if (!lines_open (lines + args->size, MORE, args, error))
    return FALSE;
  ks_bench_value (result, "start", (gdouble) (cpu_time () - begin) / MORE);
  return TRUE;
}

/* Microseconds of CPU for one that ends and is made anew. */
static gboolean
time_again (Line * lines, const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  Line *more = lines + args->size;
  gdouble took[TIMES];

  for (guint i = 0; i < TIMES; i++) {
    gint64 begin = cpu_time ();

    lines_close (more, MORE);
    if (!lines_open (more, MORE, args, error))
      return FALSE;
    took[i] = (gdouble) (cpu_time () - begin) / MORE;
  }
  ks_bench_value (result, "again", ks_bench_median (took, TIMES));
  return TRUE;
}

static gboolean
line_wait (Line * self, GError ** error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus,
      600 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  if (message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return TRUE;
  if (message == NULL)
    return ks_bench_fail (error, "a pipeline does not end");
  gst_message_parse_error (message, error, NULL);
  return FALSE;
}

/* Microseconds of CPU a frame, all lines playing as fast as they can. */
static gboolean
time_frames (Line * lines, const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  gint64 n = args->size + MORE, begin = cpu_time_of_others ();

  for (gint64 i = 0; i < n; i++)
    (void) gst_element_set_state (lines[i].pipeline, GST_STATE_PLAYING);
  for (gint64 i = 0; i < n; i++) {
    if (!line_wait (&lines[i], error))
      return FALSE;
  }
  ks_bench_value (result, "frame",
      (gdouble) (cpu_time_of_others () - begin) / (n * frames_of_each (args)));
  return TRUE;
}

/* size: pipelines; kind: ksallocator or negotiator. */
gboolean
ks_bench_scale_pipelines (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  gint64 n = args->size + MORE;
  g_autofree Line *lines = g_new0 (Line, n);
  Line warm = { NULL };
  gdouble memory;
  guint descriptors;
  gboolean ok;

  raise_descriptors ();
  /* plugins are loaded and types made by the first of all */
  ok = line_open (&warm, args, error);
  memory = resident ();
  descriptors = count_descriptors ();
  ok = ok && time_start (lines, args, result, error)
      && time_again (lines, args, result, error)
      && time_frames (lines, args, result, error);
  if (ok) {
    ks_bench_value (result, "memory", (resident () - memory) / n);
    ks_bench_value (result, "descriptors",
        ((gdouble) count_descriptors () - descriptors) / n);
  }
  line_close (&warm);
  lines_close (lines, n);
  return ok;
}

/* --- the store --- */

#define SIZES 1000              /* different sizes of idle blocks */
#define SMALLEST 1024

static gsize
nth_size (guint i)
{
  return SMALLEST + (gsize) (i % SIZES) * 16;
}

/* n blocks made, then let go: all idle. */
static gboolean
fill_store (GstAllocator * allocator, guint n)
{
  GPtrArray *all = g_ptr_array_new_full (n,
      (GDestroyNotify) gst_memory_unref);
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < n; i++) {
    GstMemory *memory = gst_allocator_alloc (allocator, nth_size (i), NULL);

    ok = memory != NULL;
    if (ok)
      g_ptr_array_add (all, memory);
  }
  g_ptr_array_unref (all);
  return ok;
}

/* Nanoseconds for a block and its return, of one size or of all in turn. */
static gdouble
time_blocks (GstAllocator * allocator, gint64 ops, guint sizes)
{
  GstClockTime begin = gst_util_get_timestamp ();

  for (gint64 i = 0; i < ops; i++) {
    GstMemory *memory = gst_allocator_alloc (allocator,
        nth_size ((guint) (i * 7919 % sizes)), NULL);

    if (memory == NULL)
      return -1;
    gst_memory_unref (memory);
  }
  return (gdouble) (gst_util_get_timestamp () - begin) / ops;
}

static gdouble
median_of_blocks (GstAllocator * allocator, gint64 ops, guint sizes)
{
  gdouble took[TIMES];

  for (guint i = 0; i < TIMES; i++)
    took[i] = time_blocks (allocator, ops, sizes);
  return ks_bench_median (took, TIMES);
}

/* size: idle blocks; ops: requests, TIMES as often. */
gboolean
ks_bench_scale_store (const KsBenchArgs * args, KsBenchResult * result,
    GError ** error)
{
  g_autoptr (GstAllocator) allocator =
      gst_ks_allocator_get ("system", NULL, error);
  GstKsLimits limits;

  if (allocator == NULL)
    return FALSE;
  gst_ks_allocator_get_limits (allocator, &limits);
  limits.max_idle_blocks = (guint) args->size + 16;
  limits.max_idle_bytes = G_MAXUINT64;
  limits.max_idle_age = GST_CLOCK_TIME_NONE;
  gst_ks_allocator_set_limits (allocator, &limits);
  if (!fill_store (allocator, (guint) args->size))
    return ks_bench_fail (error, "no memory");
  ks_bench_value (result, "one size",
      median_of_blocks (allocator, args->ops, 1));
  ks_bench_value (result, "all sizes",
      median_of_blocks (allocator, args->ops, (guint) MIN (args->size, SIZES)));
  gst_ks_allocator_trim (allocator);
  return TRUE;
}
