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
  if (event == GST_KS_POOL_STARVED)
    say_starved (self, pool, watch, error);
  else
    gst_ks_allocator_element_fail (self, error);
}

/* Where there is a cap somebody may starve, and then it has to be known where
 * the frames went: the pads that they can come through are watched from now on.
 * Links may have changed since the last agreement. */
void
gst_ks_allocator_element_watch_path (GstKsAllocatorElement * self, guint cap)
{
  g_autoptr (GstKsWatch) watch = NULL;
  g_autoptr (GstKsWatch) old = NULL;

  gst_ks_mutex_lock (&self->lock);
  if (cap == 0)
    old = g_steal_pointer (&self->watch);
  else if (self->watch == NULL)
    self->watch = gst_ks_watch_new ();
  if (cap != 0)
    watch = gst_ks_watch_ref (self->watch);
  gst_ks_mutex_unlock (&self->lock);
  if (watch)
    gst_ks_watch_add_path (watch, self->srcpad);
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
