/* What a run costs, counted by itself.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A process counts its own, so that drawing a picture and writing a report
 * afterwards are not in it. The peak is that of the address space: what
 * wait4 () tells begins with that of the parent.
 */
#include "gstkstoolcost.h"

#include <errno.h>
#include <gst/ks/gstks.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../ksallocator/gstkstracercopies.h"
#include "gstkstoolblocks.h"

static gboolean reads_log;

void
gst_ks_tool_cost_start (void)
{
  const gchar *why_not = NULL;

  reads_log = gst_ks_tracer_copies_start (&why_not);
  gst_ks_tool_blocks_start ();
}

/* --- while there are frames --- */

static void
add_sink (const GValue * item, gpointer data)
{
  GstElement *element = g_value_get_object (item);
  g_autoptr (GstStructure) stats = NULL;
  GstKsToolCost *cost = data;
  GParamSpec *spec = g_object_class_find_property
      (G_OBJECT_GET_CLASS (element), "stats");
  guint64 rendered = 0;

  if (GST_IS_BIN (element) || spec == NULL
      || spec->value_type != GST_TYPE_STRUCTURE
      || !GST_OBJECT_FLAG_IS_SET (element, GST_ELEMENT_FLAG_SINK))
    return;
  g_object_get (element, "stats", &stats, NULL);
  if (stats != NULL && gst_structure_get_uint64 (stats, "rendered", &rendered))
    cost->frames += rendered;
}

static void
add_sinks (GstKsToolCost * cost, GstBin * pipeline)
{
  GstIterator *elements = gst_bin_iterate_recurse (pipeline);
  guint64 before = cost->frames;

  while (gst_iterator_foreach (elements, add_sink, cost)
      == GST_ITERATOR_RESYNC) {
    gst_iterator_resync (elements);
    cost->frames = before;
  }
  gst_iterator_free (elements);
}

static guint64
number_of (const GstStructure * structure, const gchar * field)
{
  guint64 number = 0;

  (void) gst_structure_get_uint64 (structure, field, &number);
  return number;
}

static void
add_stores (GstKsToolCost * cost)
{
  g_autoptr (GstStructure) all = gst_ks_get_stats ();
  const GValue *stores = gst_structure_get_value (all, "stores");

  for (guint i = 0; i < gst_value_array_get_size (stores); i++) {
    const GstStructure *store =
        gst_value_get_structure (gst_value_array_get_value (stores, i));

    cost->fresh += number_of (store, "fresh");
    cost->copies += number_of (store, "copied");
    cost->copied += number_of (store, "copied-bytes");
  }
}

void
gst_ks_tool_cost_look (GstKsToolCost * cost, GstBin * pipeline,
    GstClockTime ran)
{
  GstKsTracerCopies copies;

  gst_ks_tracer_copies_get (&copies);
  *cost = (GstKsToolCost) {
  .ran = ran,.copies = copies.copies + copies.planes,.copied =
        copies.copied_bytes + copies.plane_bytes,.fresh =
        gst_ks_tool_blocks_count (),.has_copies = reads_log};
  add_sinks (cost, pipeline);
  add_stores (cost);
}

/* --- the process --- */

static guint64
nanoseconds (const struct timeval *time)
{
  return (guint64) time->tv_sec * GST_SECOND
      + (guint64) time->tv_usec * GST_USECOND;
}

/* Bytes; 0: the kernel does not tell. */
static guint64
read_peak (void)
{
  g_autofree gchar *text = NULL;
  guint64 kib = 0;
  const gchar *at;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    return 0;
  at = strstr (text, "\nVmHWM:");
  if (at == NULL || sscanf (at, " VmHWM: %" G_GUINT64_FORMAT, &kib) != 1)
    return 0;
  return kib * 1024;
}

static void
read_usage (GstKsToolCost * cost)
{
  struct rusage usage;

  if (getrusage (RUSAGE_SELF, &usage) != 0)
    return;
  cost->cpu = nanoseconds (&usage.ru_utime) + nanoseconds (&usage.ru_stime);
  cost->minor_faults = usage.ru_minflt;
  cost->major_faults = usage.ru_majflt;
  cost->peak = (guint64) usage.ru_maxrss * 1024;
}

gboolean
gst_ks_tool_cost_send (GstKsToolCost * cost, gint fd, GError ** error)
{
  guint64 peak;

  /* idle blocks are memory of the run, too, and giving it back is work */
  gst_ks_trim_all ();
  read_usage (cost);
  peak = read_peak ();
  if (peak != 0)
    cost->peak = peak;
  cost->wall = g_get_monotonic_time () * GST_USECOND;
  if (write (fd, cost, sizeof (*cost)) == sizeof (*cost))
    return TRUE;
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
      "what the run cost cannot be told: %s", g_strerror (errno));
  return FALSE;
}

gboolean
gst_ks_tool_cost_receive (GstKsToolCost * cost, gint fd, gint64 begin,
    GError ** error)
{
  if (read (fd, cost, sizeof (*cost)) != sizeof (*cost)) {
    g_set_error_literal (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "the run did not tell what it cost");
    return FALSE;
  }
  cost->wall -= begin * GST_USECOND;
  return TRUE;
}
