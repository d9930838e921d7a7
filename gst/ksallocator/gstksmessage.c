/* What our elements say on the bus, in the codes of GStreamer.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "config.h"

#include "gstksmessage.h"


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

static void
post (GstElement * element, GstMessageType type, const GError * error)
{
  BusCode code = bus_code_of (error);

  gst_element_message_full (element, type, code.domain (), code.code,
      g_strdup (error->message), NULL, __FILE__, GST_FUNCTION, __LINE__);
}

void
ks_message_error (GstElement * element, const GError * error)
{
  post (element, GST_MESSAGE_ERROR, error);
}

void
ks_message_warning (GstElement * element, const GError * error)
{
  post (element, GST_MESSAGE_WARNING, error);
}

void
ks_message_structure (GstElement * element, GstStructure * structure)
{
  gst_element_post_message (element,
      gst_message_new_element (GST_OBJECT (element), structure));
}

void
ks_message_fallback (GstElement * element, const gchar * wanted,
    const gchar * used, const gchar * text)
{
  ks_message_structure (element, gst_structure_new ("ks-fallback",
          "wanted", G_TYPE_STRING, wanted,
          "used", G_TYPE_STRING, used, "text", G_TYPE_STRING, text, NULL));
}

void
ks_message_corrupted (GstElement * element, const GError * error)
{
  ks_message_structure (element, gst_structure_new ("ks-corrupted",
          "text", G_TYPE_STRING, error->message, NULL));
}

void
ks_message_starved (GstElement * element, GstKsPool * pool,
    GstClockTime waited, const GError * error)
{
  g_autoptr (GstStructure) holders = gst_ks_pool_get_holders (pool);
  GstStructure *message;
  GstKsPoolStatus status;

  gst_ks_pool_get_status (pool, &status);
  message = gst_structure_new ("ks-starved",
      "cap", G_TYPE_UINT, status.cap,
      "out", G_TYPE_UINT, status.allocated,
      "waiting", G_TYPE_UINT, status.waiting,
      "waited", G_TYPE_UINT64, waited,
      "text", G_TYPE_STRING, error->message, NULL);
  gst_structure_set_value (message, "holders",
      gst_structure_get_value (holders, "holders"));
  ks_message_structure (element, message);
}
