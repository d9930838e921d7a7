/* What is known of kinds of memory, for people.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkskindreport.h"

#include "gstkstable.h"

static void
append_words (GString * text, guint bits, const gchar * (*word) (guint bit))
{
  gboolean any = FALSE;

  for (guint bit = 0; word (bit) != NULL; bit++) {
    if (bits & (1u << bit)) {
      g_string_append_printf (text, "%s%s", any ? ", " : "", word (bit));
      any = TRUE;
    }
  }
}

static void
append_limits (GString * text, const GstKsLimits * limits)
{
  g_autofree gchar *bytes = g_format_size_full (limits->max_idle_bytes,
      G_FORMAT_SIZE_IEC_UNITS);

  g_string_append_printf (text, "    keeps     at most %u idle frames, %s, %u "
      "descriptors, each for %" G_GUINT64_FORMAT " s\n",
      limits->max_idle_blocks, bytes, limits->max_idle_fds,
      (guint64) (limits->max_idle_age / GST_SECOND));
}

/* Reasons and notes stand as they came, but on one line and with nothing that
 * a terminal obeys. */
static void
append_line (GString * text, const gchar * words)
{
  g_autofree gchar *line = g_strdup (words);

  gst_ks_table_make_plain (line, FALSE);
  g_string_append_printf (text, "%s\n", line);
}

static void
append_device (GString * text, const GstKsDeviceReport * device)
{
  g_autofree gchar *framing = NULL;

  g_string_append_printf (text, "  %s%s\n",
      device->device ? device->device : "any device",
      device->reason ? ": not here" : "");
  if (device->reason != NULL) {
    g_string_append (text, "    ");
    append_line (text, device->reason->message);
    return;
  }
  framing = gst_ks_framing_to_string (device->framing);
  g_string_append_printf (text, "    framing   %s\n    can       ", framing);
  append_words (text, device->can, gst_ks_can_word);
  g_string_append_c (text, '\n');
  if (device->can & GST_KS_CAN_BYTES)
    append_limits (text, &device->limits);
  if (device->note != NULL) {
    g_string_append (text, "    note      ");
    append_line (text, device->note);
  }
}

static void
append_kind (GString * text, const GstKsKindReport * kind)
{
  g_string_append_printf (text, "%s: %s", kind->kind,
      gst_ks_kind_report_is_here (kind) ? "here" : "not here");
  if (kind->traits != GST_KS_KIND_TRAIT_NONE) {
    g_string_append (text, "; ");
    append_words (text, kind->traits, gst_ks_trait_word);
  }
  g_string_append_c (text, '\n');
  for (guint i = 0; i < kind->devices->len; i++)
    append_device (text, kind->devices->pdata[i]);
}

gchar *
gst_ks_kind_reports_to_text (const GPtrArray * reports)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < reports->len; i++)
    append_kind (text, reports->pdata[i]);
  return g_string_free (text, FALSE);
}
