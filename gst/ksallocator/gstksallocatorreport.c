/* What ksallocator says on the bus: errors, warnings, ks-negotiated, ks-starved, ks-fallback.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstksallocatorprivate.h"
#include "gstksmessage.h"

#define GST_CAT_DEFAULT gst_ks_allocator_element_debug

/* Posts @error as an element error, once; chain returns an error from then on
 * until the settings change or the element starts anew. Any thread. */
void
gst_ks_allocator_element_fail (GstKsAllocatorElement * self,
    const GError * error)
{
  if (g_atomic_int_compare_and_exchange (&self->failed, 0, GST_FLOW_ERROR))
    ks_message_error (GST_ELEMENT (self), error);
}

/* Posts @error as an element warning. Any thread. */
void
gst_ks_allocator_element_warn (GstKsAllocatorElement * self,
    const GError * error)
{
  ks_message_warning (GST_ELEMENT (self), error);
}

/* Frames are not as somebody wished: @wanted, but @used, because of @text. */
void
gst_ks_allocator_element_say_fallback (GstKsAllocatorElement * self,
    const gchar * wanted, const gchar * used, const gchar * text)
{
  GST_WARNING_OBJECT (self, "%s", text);
  ks_message_fallback (GST_ELEMENT (self), wanted, used, text);
}

/* Takes @structure; says it when it is news. */
void
gst_ks_allocator_element_set_negotiated (GstKsAllocatorElement * self,
    GstStructure * structure)
{
  gboolean news;

  gst_ks_mutex_lock (&self->lock);
  news = !self->negotiated
      || !gst_structure_is_equal (self->negotiated, structure);
  if (self->negotiated)
    gst_structure_free (self->negotiated);
  self->negotiated = gst_structure_copy (structure);
  gst_ks_mutex_unlock (&self->lock);

  if (!news) {
    gst_structure_free (structure);
    return;
  }
  GST_INFO_OBJECT (self, "%" GST_PTR_FORMAT, structure);
  ks_message_structure (GST_ELEMENT (self), structure);
}

/* Guard mode cannot do with every kind what somebody wants of it. */
void
gst_ks_allocator_element_say_guard (GstKsAllocatorElement * self,
    const KsSettings * settings, GstAllocator * allocator)
{
  static const gchar *const words[] = { "default", "guard=off",
    "guard=pattern", "guard=pages"
  };
  GstKsGuard asked = settings->guard != GST_KS_GUARD_DEFAULT ?
      settings->guard : gst_ks_guard_get_default ();
  g_autoptr (GError) why = NULL;
  GstKsGuard found = gst_ks_allocator_find_guard (allocator, asked, &why);

  if (why)
    gst_ks_allocator_element_say_fallback (self, words[asked], words[found],
        why->message);
}

typedef struct
{
  GWeakRef element;
  GstClockTime starve_timeout;
} PoolWatch;

static void
pool_watch_free (gpointer data)
{
  PoolWatch *watch = data;

  g_weak_ref_clear (&watch->element);
  g_free (watch);
}

static void
say_starved (GstKsAllocatorElement * self, GstKsPool * pool,
    const PoolWatch * watch, const GError * error)
{
  ks_message_starved (GST_ELEMENT (self), pool, watch->starve_timeout, error);
  /* the message is seen by programs, and with -m; this by everybody */
  if (g_atomic_int_compare_and_exchange (&self->starve_warned, FALSE, TRUE))
    gst_ks_allocator_element_warn (self, error);
}

/* On whatever thread acquires, maybe after the element has gone. */
static void
pool_report (GstKsPool * pool, GstKsPoolEvent event, const GError * error,
    gpointer data)
{
  PoolWatch *watch = data;
  g_autoptr (GstKsAllocatorElement) self = g_weak_ref_get (&watch->element);

  if (!self)
    return;
  if (event == GST_KS_POOL_CORRUPTED)
    ks_message_corrupted (GST_ELEMENT (self), error);
  if (event == GST_KS_POOL_STARVED)
    say_starved (self, pool, watch, error);
  else
    gst_ks_allocator_element_fail (self, error);
}

/* Where there is a cap somebody may starve, and in guard mode somebody may be
 * to blame: then it has to be known where the frames went, and the pads that they can come through are watched from now on.
 * Links may have changed since the last agreement. */
void
gst_ks_allocator_element_watch_path (GstKsAllocatorElement * self,
    gboolean watched)
{
  g_autoptr (GstKsWatch) watch = NULL;
  g_autoptr (GstKsWatch) old = NULL;

  gst_ks_mutex_lock (&self->lock);
  if (!watched)
    old = g_steal_pointer (&self->watch);
  else if (self->watch == NULL)
    self->watch = gst_ks_watch_new ();
  if (watched)
    watch = gst_ks_watch_ref (self->watch);
  gst_ks_mutex_unlock (&self->lock);
  if (watch)
    gst_ks_watch_add_path (watch, self->srcpad);
}

/* Owned; NULL: all that can be seen are back. */
static GstKsPool *
get_pool_with_frames (GstKsAllocatorElement * self, GstKsPoolStatus * status)
{
  g_autoptr (GstBufferPool) pool = g_weak_ref_get (&self->offered);

  if (pool == NULL)
    return NULL;
  gst_ks_pool_get_status (GST_KS_POOL (pool), status);
  return status->allocated > 0 ? GST_KS_POOL (g_steal_pointer (&pool)) : NULL;
}

static GError *
new_leak_error (GstKsPool * pool, const GstKsPoolStatus * status)
{
  g_autofree gchar *who = gst_ks_pool_describe_holders (pool);

  return g_error_new (GST_KS_ERROR, GST_KS_ERROR_FAILED,
      "%u %s of %" G_GSIZE_FORMAT " bytes (%s) not given back when the"
      " element stopped: %s; who has them must drop its reference:"
      " gst_buffer_unref(), or gst_sample_unref() in an application",
      status->allocated, status->allocated == 1 ? "frame" : "frames",
      status->size,
      gst_ks_allocator_peek_kind (gst_ks_pool_peek_allocator (pool)), who);
}

/* All elements of a pipeline have let go when it leaves READY, so what is out
 * then is an application's, or nobody's. Nobody reads the bus by then, so who
 * looks for faults is told in another way too. */
void
gst_ks_allocator_element_say_leaked (GstKsAllocatorElement * self)
{
  GstKsPoolStatus status;
  KsSettings settings;
  g_autoptr (GstKsPool) pool = get_pool_with_frames (self, &status);
  g_autoptr (GstStructure) holders = NULL;
  g_autoptr (GError) error = NULL;
  GstStructure *message;

  if (pool == NULL)
    return;
  error = new_leak_error (pool, &status);
  holders = gst_ks_pool_get_holders (pool);
  message = gst_structure_new ("ks-leaked", "frames", G_TYPE_UINT,
      status.allocated, "text", G_TYPE_STRING, error->message, NULL);
  gst_structure_set_value (message, "holders",
      gst_structure_get_value (holders, "holders"));
  ks_message_structure (GST_ELEMENT (self), message);
  GST_WARNING_OBJECT (self, "%s", error->message);
  gst_ks_allocator_element_get_settings (self, &settings);
  if (ks_settings_are_guarded (&settings))
    g_message ("%s: %s", GST_ELEMENT_NAME (self), error->message);
  ks_settings_clear (&settings);
}

/* Has the pool that is made with @options tell @self of starvation and
 * failure, for as long as @self lives. */
void
gst_ks_allocator_element_watch_pool (GstKsAllocatorElement * self,
    GstKsPoolOptions * options)
{
  PoolWatch *watch = g_new0 (PoolWatch, 1);

  g_weak_ref_init (&watch->element, self);
  watch->starve_timeout = options->starve_timeout;
  options->report = pool_report;
  options->report_data = watch;
  options->report_destroy = pool_watch_free;
}
