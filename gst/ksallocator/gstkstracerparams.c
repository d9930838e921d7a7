/* What somebody asked of the tracer ks, read from its parameter string.
 *
 * The string is the inside of GST_TRACERS="ks(...)". It is read as the fields
 * of a GstStructure, as the tracers of the core do, so values may be quoted.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstracerparams.h"

#include <gst/ks/gstks.h>

#include "../tools/gstksmapfile.h"

#define LEGAL_FORMS "legal are: report=copies, report=discards, " \
    "report=negotiation, report=starve, or several with + between; " \
    "default=KIND, one of %s; threshold=BYTES with an optional suffix k, M " \
    "or G; negotiate=true; guard=pattern or guard=pages; summary=FILE; " \
    "map=FILE.svg or map=FILE.json"

typedef struct
{
  GstKsTracerParams *params;
  GString *complaints;
} Reading;

static void
complain (GString * complaints, const gchar * what, const gchar * why)
{
  if (complaints->len > 0)
    g_string_append (complaints, "; ");
  g_string_append_printf (complaints, "\"%s\" %s", what, why);
}

static gchar *
value_to_text (const GValue * value)
{
  if (G_VALUE_HOLDS_STRING (value))
    return g_value_dup_string (value);
  return gst_value_serialize (value);
}

static gboolean
suffix_factor (const gchar * suffix, gsize * factor)
{
  static const struct
  {
    const gchar *suffix;
    gsize factor;
  } rows[] = {
    {"", 1},
    {"k", 1024},
    {"K", 1024},
    {"M", 1024 * 1024},
    {"G", 1024 * 1024 * 1024},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (g_str_equal (suffix, rows[i].suffix)) {
      *factor = rows[i].factor;
      return TRUE;
    }
  }
  return FALSE;
}

static void
read_threshold (Reading * r, const gchar * text)
{
  gchar *end = NULL;
  gsize factor, bytes;
  guint64 number;

  /* strtoull takes signs and wraps them around */
  if (!g_ascii_isdigit (text[0])) {
    complain (r->complaints, text, "is no threshold");
    return;
  }
  errno = 0;
  number = g_ascii_strtoull (text, &end, 10);
  if (errno != 0 || number > G_MAXSIZE || !suffix_factor (end, &factor)
      || !gst_ks_size_mul ((gsize) number, factor, &bytes)) {
    complain (r->complaints, text, "is no threshold");
    return;
  }
  r->params->threshold = bytes;
}

static void
read_report (Reading * r, const gchar * text)
{
  g_auto (GStrv) words = g_strsplit (text, "+", -1);

  if (words[0] == NULL)
    complain (r->complaints, "report=", "names nothing to report");
  for (guint i = 0; words[i] != NULL; i++) {
    const gchar *word = g_strstrip (words[i]);

    if (g_str_equal (word, "copies"))
      r->params->report |= GST_KS_TRACER_REPORT_COPIES;
    else if (g_str_equal (word, "discards"))
      r->params->report |= GST_KS_TRACER_REPORT_DISCARDS;
    else if (g_str_equal (word, "starve"))
      r->params->report |= GST_KS_TRACER_REPORT_STARVE;
    else if (g_str_equal (word, "negotiation"))
      r->params->report |= GST_KS_TRACER_REPORT_NEGOTIATION;
    else
      complain (r->complaints, word, "is nothing that can be reported");
  }
  /* a slip costs a warning, and not the whole run */
  if (r->params->report == 0)
    r->params->report = GST_KS_TRACER_REPORT_DEFAULT;
}

static void
read_text (Reading * r, const gchar * name, gchar ** slot, const gchar * text)
{
  if (text[0] == '\0') {
    complain (r->complaints, name, "has no value");
    return;
  }
  g_free (*slot);
  *slot = g_strdup (text);
}

static void
read_map (Reading * r, const gchar * name, const gchar * text)
{
  if (gst_ks_map_file_check (text, NULL))
    read_text (r, name, &r->params->map, text);
  else
    complain (r->complaints, text, "is no map: neither .svg nor .json");
}

/* GStreamer reads yes, t and 1 too when it is told that it is a boolean. */
static void
read_truth (Reading * r, const gchar * name, gboolean * slot,
    const GValue * value)
{
  g_autofree gchar *text = value_to_text (value);
  GValue truth = G_VALUE_INIT;

  g_value_init (&truth, G_TYPE_BOOLEAN);
  if (text != NULL && gst_value_deserialize (&truth, text))
    *slot = g_value_get_boolean (&truth);
  else
    complain (r->complaints, name, "is neither true nor false");
}

static void
read_guard (Reading * r, const gchar * text)
{
  g_autoptr (GEnumClass) modes = g_type_class_ref (GST_TYPE_KS_GUARD);
  const GEnumValue *mode = g_enum_get_value_by_nick (modes, text);

  if (mode != NULL)
    r->params->guard = mode->value;
  else
    complain (r->complaints, text, "is no way to guard frames");
}

static gboolean
read_field (GQuark field, const GValue * value, gpointer user_data)
{
  Reading *r = user_data;
  const gchar *name = g_quark_to_string (field);
  g_autofree gchar *text = value_to_text (value);

  if (text == NULL)
    complain (r->complaints, name, "has no readable value");
  else if (g_str_equal (name, "report"))
    read_report (r, text);
  else if (g_str_equal (name, "threshold"))
    read_threshold (r, text);
  else if (g_str_equal (name, "default"))
    read_text (r, name, &r->params->kind, text);
  else if (g_str_equal (name, "summary"))
    read_text (r, name, &r->params->summary, text);
  else if (g_str_equal (name, "map"))
    read_map (r, name, text);
  else if (g_str_equal (name, "negotiate"))
    read_truth (r, name, &r->params->negotiate, value);
  else if (g_str_equal (name, "guard"))
    read_guard (r, text);
  else
    complain (r->complaints, name, "is no parameter");
  return TRUE;
}

/* An unknown kind is said here, at once, and not when the first frame is
 * made; the names are known without opening any hardware. */
static void
check_kind (Reading * r)
{
  g_auto (GStrv) kinds = NULL;

  if (r->params->kind == NULL)
    return;
  kinds = gst_ks_list_kinds ();
  if (kinds == NULL
      || g_strv_contains ((const gchar * const *) kinds, r->params->kind))
    return;
  complain (r->complaints, r->params->kind, "is no kind of memory here, "
      "system memory is used instead");
}

gchar *
gst_ks_tracer_params_parse (const gchar * text, GstKsTracerParams * params)
{
  g_autoptr (GString) complaints = g_string_new (NULL);
  g_autofree gchar *fields = g_strdup_printf ("ks,%s", text ? text : "");
  g_autoptr (GstStructure) structure = NULL;
  Reading r = { params, complaints };

  memset (params, 0, sizeof *params);
  params->threshold = GST_KS_TRACER_THRESHOLD;
  if (text == NULL || text[0] == '\0') {
    params->report = GST_KS_TRACER_REPORT_DEFAULT;
    return NULL;
  }

  structure = gst_structure_from_string (fields, NULL);
  if (structure == NULL)
    complain (complaints, text, "cannot be read as NAME=VALUE, NAME=VALUE");
  else
    gst_structure_foreach (structure, read_field, &r);
  /* what is found is told at exit */
  if (params->guard > GST_KS_GUARD_OFF && params->report == 0)
    params->report = GST_KS_TRACER_REPORT_DEFAULT;
  check_kind (&r);
  if (complaints->len == 0)
    return NULL;

  g_auto (GStrv) kinds = gst_ks_list_kinds ();
  g_autofree gchar *list = g_strjoinv (", ", kinds);
  return g_strdup_printf ("tracer ks: %s; " LEGAL_FORMS, complaints->str, list);
}

void
gst_ks_tracer_params_clear (GstKsTracerParams * params)
{
  g_clear_pointer (&params->kind, g_free);
  g_clear_pointer (&params->summary, g_free);
  g_clear_pointer (&params->map, g_free);
}
