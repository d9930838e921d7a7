/* GstKsTracer: watches and serves pipelines that nobody can edit, by GST_TRACERS="ks(...)".
 *
 * Life. gst_init() makes the tracer and drops it; only hooks keep it, and
 * there are hooks only when something is to be reported. What default= needs
 * lives in GstKsTracerDefault, which the core keeps as its default and in
 * its list of allocators. gst_deinit() lets go of the allocators first and of
 * tracers after that, so the end of that allocator is the last moment when
 * stores still have figures and idle frames are not yet counted as leaks:
 * then the report is written. Programs that never call gst_deinit() get it
 * from an exit handler.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstracer.h"
#include "gstkstracerreport.h"

#include <gst/ks/gstks.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../tools/gstksmapfile.h"
#include "../tools/gstkswritefile.h"

GST_DEBUG_CATEGORY_STATIC (gst_ks_tracer_debug);
#define GST_CAT_DEFAULT gst_ks_tracer_debug

/* By this name the default allocator can be found, and the core keeps it. */
#define DEFAULT_NAME "ks-default"

struct _GstKsTracer
{
  GstTracer parent;

  GstKsTracerParams params;
  GstKsTracerLinks *links;      /* NULL: nothing to report */
  GstKsTracerPlans *plans;      /* NULL: nothing is negotiated */
  GstKsTracerDefault *allocator;        /* borrowed until it ends */
  gboolean log_is_read;
  const gchar *log_trouble;     /* static, or NULL */
  gint reported;                /* atomic */
  pid_t pid;                    /* a forked child reports nothing */
};

G_DEFINE_FINAL_TYPE (GstKsTracer, gst_ks_tracer, GST_TYPE_TRACER);

/* The one whose report the exit handler writes; the default allocator of a
 * process is one, so is its tracer. */
static GstKsTracer *active;

/* --- the report --- */

static void
read_faults (GstKsTracerReport * report)
{
  struct rusage usage;

  if (getrusage (RUSAGE_SELF, &usage) != 0)
    return;
  report->minor_faults = usage.ru_minflt;
  report->major_faults = usage.ru_majflt;
}

static void
write_summary (GstKsTracer * self, const GstKsTracerReport * report)
{
  g_autofree gchar *json = gst_ks_tracer_report_to_json (report);
  g_autoptr (GError) error = NULL;

  if (!gst_ks_write_file (self->params.summary, json, strlen (json), &error))
    g_printerr ("tracer ks: no summary: %s\n", error->message);
}

static void
write_map (GstKsTracer * self)
{
  g_autoptr (GstStructure) map = gst_ks_memory_map_get_peak ();
  g_autoptr (GError) error = NULL;

  if (!gst_ks_map_file_save (map, self->params.map, &error))
    g_printerr ("tracer ks: no map: %s\n", error->message);
}

static void
tell_report (GstKsTracer * self)
{
  g_autoptr (GstAllocator) target =
      gst_ks_tracer_default_get_target (self->allocator);
  GstKsTracerReport report = {
    .params = &self->params,
    .links = self->links,
    .log_is_read = self->log_is_read,
    .log_trouble = self->log_trouble,
  };

  (void) gst_ks_guard_check ();
  read_faults (&report);
  report.stores = gst_ks_tracer_links_get_stores (self->links, target);
  gst_ks_tracer_default_get_counts (self->allocator, &report.counts);
  report.reason = gst_ks_tracer_default_get_reason (self->allocator);
  gst_ks_tracer_copies_get (&report.copies);
  report.sinks = gst_ks_tracer_sinks_list ();
  if (self->plans != NULL)
    report.plans = gst_ks_tracer_plans_get (self->plans, &report.n_more_plans);
  if (self->params.report & GST_KS_TRACER_REPORT_AT_EXIT) {
    g_autofree gchar *text = gst_ks_tracer_report_to_text (&report);

    g_printerr ("%s", text);
  }
  if (self->params.summary != NULL)
    write_summary (self, &report);
  g_clear_pointer (&report.plans, g_ptr_array_unref);
  g_ptr_array_unref (report.sinks);
  g_ptr_array_unref (report.stores);
  g_free (report.reason);
}

static void
tell_once (GstKsTracer * self)
{
  if (self->pid != getpid ()
      || !g_atomic_int_compare_and_exchange (&self->reported, FALSE, TRUE))
    return;
  if (gst_ks_tracer_params_watches (&self->params))
    tell_report (self);
  if (self->params.map != NULL)
    write_map (self);
}

/* Takes the reference that the allocator had. */
static void
allocator_ended (gpointer data)
{
  GstKsTracer *self = data;

  tell_once (self);
  gst_ks_tracer_copies_stop ();
  g_atomic_pointer_set (&active, NULL);
  self->allocator = NULL;
  gst_object_unref (self);
}

/* Pipelines may still run. */
static void
process_exits (void)
{
  GstKsTracer *self = g_atomic_pointer_get (&active);

  if (self != NULL)
    tell_once (self);
}

/* --- the hooks --- */

static void
buffer_pushed (GObject * object, GstClockTime ts, GstPad * pad,
    GstBuffer * buffer)
{
  gst_ks_tracer_links_add_buffer (GST_KS_TRACER (object)->links, pad, buffer);
}

static void
list_pushed (GObject * object, GstClockTime ts, GstPad * pad,
    GstBufferList * list)
{
  guint n = gst_buffer_list_length (list);

  for (guint i = 0; i < n; i++)
    buffer_pushed (object, ts, pad, gst_buffer_list_get (list, i));
}

/* Seen on the way down too, so that links are listed from the source on. */
static void
query_asked (GObject * object, GstClockTime ts, GstPad * pad, GstQuery * query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return;
  gst_ks_tracer_copies_look ();
  gst_ks_tracer_links_add_query (GST_KS_TRACER (object)->links, pad, query,
      FALSE);
}

static void
query_answered (GObject * object, GstClockTime ts, GstPad * pad,
    GstQuery * query, gboolean answered)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION)
    gst_ks_tracer_links_add_query (GST_KS_TRACER (object)->links, pad, query,
        answered);
}

static void
state_changes (GObject * object, GstClockTime ts, GstElement * element,
    GstStateChange change)
{
  gst_ks_tracer_plans_note (GST_KS_TRACER (object)->plans, element, change);
}

static void
negotiate (GstKsTracer * self)
{
  self->plans = gst_ks_tracer_plans_new ();
  gst_tracing_register_hook (GST_TRACER (self), "element-change-state-pre",
      G_CALLBACK (state_changes));
}

static void
watch (GstKsTracer * self)
{
  GstTracer *tracer = GST_TRACER (self);

  self->links = gst_ks_tracer_links_new ();
  self->log_is_read = gst_ks_tracer_copies_start (&self->log_trouble);
  gst_tracing_register_hook (tracer, "pad-push-pre",
      G_CALLBACK (buffer_pushed));
  gst_tracing_register_hook (tracer, "pad-push-list-pre",
      G_CALLBACK (list_pushed));
  gst_tracing_register_hook (tracer, "pad-query-pre", G_CALLBACK (query_asked));
  gst_tracing_register_hook (tracer, "pad-query-post",
      G_CALLBACK (query_answered));
}

static void
tell_at_the_end (GstKsTracer * self)
{
  gst_ks_tracer_default_set_ended (self->allocator, allocator_ended,
      gst_object_ref (self));
  g_atomic_pointer_set (&active, self);
  atexit (process_exits);
}

/* --- who starves --- */

static void
frame_pushed (GObject * object, GstClockTime ts, GstPad * pad,
    GstBuffer * buffer)
{
  gst_ks_watch_note (pad, buffer);
}

static void
frames_pushed (GObject * object, GstClockTime ts, GstPad * pad,
    GstBufferList * list)
{
  guint n = gst_buffer_list_length (list);

  for (guint i = 0; i < n; i++)
    frame_pushed (object, ts, pad, gst_buffer_list_get (list, i));
}

/* A pool logs that somebody starves, and who has the frames; it has only to be
 * heard. Its class makes the category. */
static void
hear_pools (void)
{
  GstDebugCategory *category = NULL;

  g_type_class_unref (g_type_class_ref (GST_TYPE_KS_POOL));
  GST_DEBUG_CATEGORY_GET (category, "ks-pool");
  if (category != NULL
      && gst_debug_category_get_threshold (category) < GST_LEVEL_WARNING)
    gst_debug_category_set_threshold (category, GST_LEVEL_WARNING);
}

static void
watch_frames (GstKsTracer * self)
{
  GstTracer *tracer = GST_TRACER (self);

  gst_tracing_register_hook (tracer, "pad-push-pre", G_CALLBACK (frame_pushed));
  gst_tracing_register_hook (tracer, "pad-push-list-pre",
      G_CALLBACK (frames_pushed));
}

/* --- the object --- */

/* The core's list of allocators keeps the allocator until gst_deinit(). */
static void
install (GstKsTracer * self)
{
  GstAllocator *allocator;

  self->allocator = gst_ks_tracer_default_new (self->params.kind,
      self->params.threshold);
  allocator = GST_ALLOCATOR (self->allocator);
  if (gst_ks_tracer_params_watches (&self->params))
    watch (self);
  if (self->params.map != NULL
      || (self->params.report & GST_KS_TRACER_REPORT_STARVE)
      || gst_ks_guard_get_default () > GST_KS_GUARD_OFF)
    watch_frames (self);
  if (self->params.report & GST_KS_TRACER_REPORT_STARVE)
    hear_pools ();
  if (self->params.negotiate)
    negotiate (self);
  if (self->params.map != NULL)
    gst_ks_memory_map_follow (TRUE);
  if (self->params.map != NULL || gst_ks_tracer_params_watches (&self->params))
    tell_at_the_end (self);
  if (self->params.kind != NULL)
    gst_allocator_set_default (gst_object_ref (allocator));
  gst_allocator_register (DEFAULT_NAME, allocator);
}

static gboolean
is_first (void)
{
  g_autoptr (GstAllocator) before = gst_allocator_find (DEFAULT_NAME);

  return before == NULL;
}

static void
gst_ks_tracer_constructed (GObject * object)
{
  GstKsTracer *self = GST_KS_TRACER (object);
  g_autofree gchar *text = NULL;
  g_autofree gchar *complaint = NULL;

  G_OBJECT_CLASS (gst_ks_tracer_parent_class)->constructed (object);
  g_object_get (self, "params", &text, NULL);
  complaint = gst_ks_tracer_params_parse (text, &self->params);
  if (complaint != NULL)
    g_warning ("%s", complaint);
  if (self->params.kind == NULL && self->params.report == 0
      && self->params.summary == NULL && self->params.map == NULL
      && !self->params.negotiate && self->params.guard == GST_KS_GUARD_DEFAULT)
    return;
  if (self->params.guard != GST_KS_GUARD_DEFAULT)
    gst_ks_guard_set_default (self->params.guard);
  if (is_first ())
    install (self);
  else
    g_warning ("tracer ks: there is one already; this one does nothing");
}

static void
gst_ks_tracer_finalize (GObject * object)
{
  GstKsTracer *self = GST_KS_TRACER (object);

  g_clear_pointer (&self->links, gst_ks_tracer_links_free);
  g_clear_pointer (&self->plans, gst_ks_tracer_plans_free);
  gst_ks_tracer_params_clear (&self->params);
  G_OBJECT_CLASS (gst_ks_tracer_parent_class)->finalize (object);
}

static void
gst_ks_tracer_class_init (GstKsTracerClass * klass)
{
  GST_DEBUG_CATEGORY_INIT (gst_ks_tracer_debug, "ks-tracer", 0, "tracer ks");
  G_OBJECT_CLASS (klass)->constructed = gst_ks_tracer_constructed;
  G_OBJECT_CLASS (klass)->finalize = gst_ks_tracer_finalize;
}

static void
gst_ks_tracer_init (GstKsTracer * self)
{
  self->pid = getpid ();
}

gboolean
gst_ks_tracer_register (GstPlugin * plugin)
{
  return gst_tracer_register (plugin, "ks", GST_TYPE_KS_TRACER);
}
