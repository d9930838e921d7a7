/* What ksallocator says on the bus: errors, warnings, ks-negotiated, ks-starved, ks-fallback.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstksallocatorprivate.h"

#define GST_CAT_DEFAULT gst_ks_allocator_element_debug

typedef struct
{
  GQuark (*domain) (void);
  gint code;
} BusCode;

/* One row per GstKsError, in its order. */
static const BusCode bus_codes[] = {
  {gst_library_error_quark, GST_LIBRARY_ERROR_SETTINGS},        /* SYNTAX */
  {gst_library_error_quark, GST_LIBRARY_ERROR_SETTINGS},        /* INVALID */
  {gst_library_error_quark, GST_LIBRARY_ERROR_SETTINGS},        /* OVERFLOW */
  {gst_resource_error_quark, GST_RESOURCE_ERROR_NOT_FOUND},     /* UNKNOWN_KIND */
  {gst_resource_error_quark, GST_RESOURCE_ERROR_NOT_FOUND},     /* UNAVAILABLE */
  {gst_resource_error_quark, GST_RESOURCE_ERROR_NO_SPACE_LEFT}, /* LIMIT */
  {gst_resource_error_quark, GST_RESOURCE_ERROR_NO_SPACE_LEFT}, /* BUDGET */
  {gst_resource_error_quark, GST_RESOURCE_ERROR_NO_SPACE_LEFT}, /* NO_MEMORY */
  {gst_stream_error_quark, GST_STREAM_ERROR_FORMAT},    /* CONFLICT */
  {gst_library_error_quark, GST_LIBRARY_ERROR_SETTINGS},        /* TOO_SMALL */
  {gst_resource_error_quark, GST_RESOURCE_ERROR_NOT_FOUND},     /* NOT_FOUND */
  {gst_core_error_quark, GST_CORE_ERROR_STATE_CHANGE},  /* STATE */
  {gst_core_error_quark, GST_CORE_ERROR_NOT_IMPLEMENTED},       /* NOT_SUPPORTED */
  {gst_core_error_quark, GST_CORE_ERROR_FAILED},        /* CANCELLED */
  {gst_resource_error_quark, GST_RESOURCE_ERROR_FAILED},        /* FAILED */
};

G_STATIC_ASSERT (G_N_ELEMENTS (bus_codes) == GST_KS_ERROR_FAILED + 1);

static BusCode
bus_code_of (const GError * error)
{
  if (error->domain == GST_KS_ERROR && error->code >= 0
      && error->code < (gint) G_N_ELEMENTS (bus_codes))
    return bus_codes[error->code];
  return bus_codes[GST_KS_ERROR_FAILED];
}

/* Posts @error as an element error, once; chain returns an error from then on
 * until the settings change or the element starts anew. Any thread. */
void
gst_ks_allocator_element_fail (GstKsAllocatorElement * self,
    const GError * error)
{
  BusCode code = bus_code_of (error);

  if (!g_atomic_int_compare_and_exchange (&self->failed, 0, GST_FLOW_ERROR))
    return;
  gst_element_message_full (GST_ELEMENT (self), GST_MESSAGE_ERROR,
      code.domain (), code.code, g_strdup (error->message), NULL, __FILE__,
      GST_FUNCTION, __LINE__);
}

/* Posts @error as an element warning. Any thread. */
void
gst_ks_allocator_element_warn (GstKsAllocatorElement * self,
    const GError * error)
{
  BusCode code = bus_code_of (error);

  gst_element_message_full (GST_ELEMENT (self), GST_MESSAGE_WARNING,
      code.domain (), code.code, g_strdup (error->message), NULL, __FILE__,
      GST_FUNCTION, __LINE__);
}

static void
post (GstKsAllocatorElement * self, GstStructure * structure)
{
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_element (GST_OBJECT (self), structure));
}

/* Frames are not as somebody wished: @wanted, but @used, because of @text. */
void
gst_ks_allocator_element_say_fallback (GstKsAllocatorElement * self,
    const gchar * wanted, const gchar * used, const gchar * text)
{
  GST_WARNING_OBJECT (self, "%s", text);
  post (self, gst_structure_new ("ks-fallback",
          "wanted", G_TYPE_STRING, wanted,
          "used", G_TYPE_STRING, used, "text", G_TYPE_STRING, text, NULL));
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
  post (self, structure);
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
  g_autoptr (GstStructure) holders = gst_ks_pool_get_holders (pool);
  GstStructure *message;
  GstKsPoolStatus status;

  gst_ks_pool_get_status (pool, &status);
  message = gst_structure_new ("ks-starved",
      "cap", G_TYPE_UINT, status.cap,
      "out", G_TYPE_UINT, status.allocated,
      "waiting", G_TYPE_UINT, status.waiting,
      "waited", G_TYPE_UINT64, watch->starve_timeout,
      "text", G_TYPE_STRING, error->message, NULL);
  gst_structure_set_value (message, "holders",
      gst_structure_get_value (holders, "holders"));
  post (self, message);
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
