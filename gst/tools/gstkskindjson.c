/* What is known of kinds of memory, for programs.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkskindreport.h"

#include <gst/ks/gstksjson.h>
#include <stdlib.h>

/* Raised when a member changes its meaning or goes. */
#define VERSION_OF_FORM 1

static json_t *
json_of_words (const gchar * words)
{
  g_autofree gchar *valid = words ? g_utf8_make_valid (words, -1) : NULL;

  return valid ? json_string (valid) : json_null ();
}

static json_t *
json_of_bits (guint bits, const gchar * (*word) (guint bit))
{
  json_t *list = json_array ();

  for (guint bit = 0; word (bit) != NULL; bit++) {
    if (bits & (1u << bit))
      json_array_append_new (list, json_string (word (bit)));
  }
  return list;
}

static json_t *
json_of_limits (const GstKsDeviceReport * device)
{
  const GstKsLimits *limits = &device->limits;

  if (!(device->can & GST_KS_CAN_BYTES))
    return json_null ();
  return json_pack ("{s:I, s:I, s:I, s:I, s:I}",
      "max-bytes", (json_int_t) limits->max_bytes,
      "max-idle-frames", (json_int_t) limits->max_idle_blocks,
      "max-idle-bytes", (json_int_t) limits->max_idle_bytes,
      "max-idle-fds", (json_int_t) limits->max_idle_fds,
      "max-idle-age", (json_int_t) limits->max_idle_age);
}

static json_t *
json_of_framing (const GstKsFraming * framing)
{
  g_autofree gchar *text = framing ? gst_ks_framing_to_string (framing) : NULL;

  return json_of_words (text);
}

static json_t *
json_of_device (const GstKsDeviceReport * device)
{
  const GError *reason = device->reason;

  return json_pack ("{s:o, s:b, s:o, s:o, s:o, s:o, s:o}",
      "device", json_of_words (device->device),
      "here", reason == NULL,
      "reason", json_of_words (reason ? reason->message : NULL),
      "framing", json_of_framing (device->framing),
      "can", json_of_bits (reason ? 0 : device->can, gst_ks_can_word),
      "limits", json_of_limits (device), "note", json_of_words (device->note));
}

static json_t *
json_of_kind (const GstKsKindReport * kind)
{
  json_t *devices = json_array ();

  for (guint i = 0; i < kind->devices->len; i++)
    json_array_append_new (devices, json_of_device (kind->devices->pdata[i]));
  return json_pack ("{s:o, s:b, s:b, s:o, s:o}",
      "kind", json_of_words (kind->kind),
      "system", kind->is_system,
      "here", gst_ks_kind_report_is_here (kind),
      "traits", json_of_bits (kind->traits, gst_ks_trait_word),
      "devices", devices);
}

gchar *
gst_ks_kind_reports_to_json (const GPtrArray * reports)
{
  json_t *kinds = json_array ();
  g_autoptr (json_t) json = json_pack ("{s:i, s:o}", "version",
      VERSION_OF_FORM, "kinds", kinds);
  gchar *text, *copy;

  for (guint i = 0; i < reports->len; i++)
    json_array_append_new (kinds, json_of_kind (reports->pdata[i]));
  text = json_dumps (json, JSON_INDENT (2));
  copy = g_strconcat (text, "\n", NULL);
  free (text);
  return copy;
}
