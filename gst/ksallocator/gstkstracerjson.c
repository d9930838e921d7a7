/* What the tracer ks tells at exit, as JSON for programs.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstracerreport.h"

#include <gst/ks/gstksgraphjson.h>
#include <gst/ks/gstksjsonstructure.h>
#include <stdlib.h>

/* Raised when a member changes its meaning or goes. */
#define SUMMARY_VERSION 1

/* Nothing needs a comma twice: each value knows whether it is the first. */
static void
json_next (GString * out)
{
  gchar last = out->str[out->len - 1];

  if (last != '{' && last != '[')
    g_string_append (out, ", ");
}

/* Bytes that are no UTF-8 become U+FFFD; then only three things are special. */
static void
json_quote (GString * out, const gchar * text)
{
  g_autofree gchar *valid = g_utf8_make_valid (text, -1);

  g_string_append_c (out, '"');
  for (const gchar * p = valid; *p != '\0'; p++) {
    if (*p == '"' || *p == '\\')
      g_string_append_printf (out, "\\%c", *p);
    else if ((guchar) * p < 0x20 || *p == 0x7f)
      g_string_append_printf (out, "\\u%04x", (guint) (guchar) * p);
    else
      g_string_append_c (out, *p);
  }
  g_string_append_c (out, '"');
}

static void
json_name (GString * out, const gchar * name)
{
  json_next (out);
  json_quote (out, name);
  g_string_append (out, ": ");
}

static void
json_text (GString * out, const gchar * name, const gchar * text)
{
  json_name (out, name);
  if (text != NULL)
    json_quote (out, text);
  else
    g_string_append (out, "null");
}

static void
json_count (GString * out, const gchar * name, guint64 n)
{
  json_name (out, name);
  g_string_append_printf (out, "%" G_GUINT64_FORMAT, n);
}

static void
json_flag (GString * out, const gchar * name, gboolean value)
{
  json_name (out, name);
  g_string_append (out, value ? "true" : "false");
}

static void
json_offer (GString * out, const GstKsTracerOffer * offer)
{
  json_name (out, "offer");
  g_string_append_c (out, '{');
  json_flag (out, "asked", offer->asked);
  json_flag (out, "answered", offer->answered);
  json_count (out, "pools", offer->n_pools);
  json_count (out, "params", offer->n_params);
  json_count (out, "size", offer->size);
  json_count (out, "min", offer->min);
  json_count (out, "max", offer->max);
  json_count (out, "align", offer->align);
  g_string_append_c (out, '}');
}

static void
json_pool (GString * out, const GstKsTracerLink * link)
{
  json_name (out, "pool");
  if (link->pool_type == NULL) {
    g_string_append (out, "null");
    return;
  }
  g_string_append_c (out, '{');
  json_text (out, "type", link->pool_type);
  json_text (out, "name", link->pool_name);
  json_count (out, "size", link->pool_size);
  json_count (out, "min", link->pool_min);
  json_count (out, "max", link->pool_max);
  json_count (out, "discards", gst_ks_tracer_copies_of_pool (link->pool_name));
  g_string_append_c (out, '}');
}

static void
json_link (gpointer data, gpointer user_data)
{
  const GstKsTracerLink *link = data;
  GString *out = user_data;

  json_next (out);
  g_string_append (out, "\n    {");
  json_text (out, "src", link->src);
  json_text (out, "sink", link->sink);
  json_text (out, "memory", link->memory);
  json_count (out, "allocators", link->n_allocators);
  json_count (out, "buffers", link->n_buffers);
  json_count (out, "bytes", link->n_bytes);
  json_count (out, "without_memory", link->n_no_memory);
  json_count (out, "min_size", link->n_buffers ? link->min_size : 0);
  json_count (out, "max_size", link->max_size);
  json_count (out, "align", link->align);
  json_count (out, "blocks", g_hash_table_size (link->blocks));
  json_pool (out, link);
  json_offer (out, &link->offer);
  g_string_append_c (out, '}');
}

static void
json_stores (GString * out, const GstKsTracerReport * report)
{
  json_name (out, "stores");
  g_string_append_c (out, '[');
  for (guint i = 0; i < report->stores->len; i++) {
    const GstStructure *store = g_ptr_array_index (report->stores, i);

    json_next (out);
    g_string_append (out, "\n    {");
    json_text (out, "kind", gst_structure_get_name (store));
    json_count (out, "fresh", gst_ks_tracer_store_count (store, "fresh"));
    json_count (out, "reused", gst_ks_tracer_store_count (store, "reused"));
    json_count (out, "copied", gst_ks_tracer_store_count (store, "copied"));
    json_count (out, "copied_bytes", gst_ks_tracer_store_count (store,
            "copied-bytes"));
    g_string_append_c (out, '}');
  }
  g_string_append_c (out, ']');
}

static void
json_default (GString * out, const GstKsTracerReport * report)
{
  json_name (out, "default");
  if (report->params->kind == NULL) {
    g_string_append (out, "null");
    return;
  }
  g_string_append_c (out, '{');
  json_text (out, "kind", report->params->kind);
  json_count (out, "threshold", report->params->threshold);
  json_count (out, "served", report->counts.served);
  json_count (out, "fallback", report->counts.fallback);
  json_count (out, "refused", report->counts.failed);
  json_count (out, "smaller", report->counts.small);
  json_text (out, "reason", report->reason);
  g_string_append_c (out, '}');
}

static void
json_sinks (GString * out, const GstKsTracerReport * report)
{
  json_name (out, "sinks");
  g_string_append_c (out, '[');
  for (guint i = 0; i < report->sinks->len; i++) {
    const GstKsTracerSink *sink = g_ptr_array_index (report->sinks, i);

    json_next (out);
    g_string_append_c (out, '{');
    json_text (out, "element", sink->element);
    json_count (out, "frames", sink->frames);
    json_text (out, "reason", sink->reason);
    g_string_append_c (out, '}');
  }
  g_string_append_c (out, ']');
}

static void
json_log (GString * out, const GstKsTracerReport * report)
{
  const GstKsTracerCopies *n = &report->copies;

  json_name (out, "performance_log");
  g_string_append_c (out, '{');
  json_flag (out, "read", report->log_is_read);
  json_text (out, "trouble", report->log_trouble);
  json_count (out, "discards", n->discards);
  json_count (out, "not_writable", n->not_writable);
  json_count (out, "size_changed", n->size_changed);
  json_count (out, "tagged", n->tagged);
  json_count (out, "copies", n->copies);
  json_count (out, "copied_bytes", n->copied_bytes);
  json_count (out, "planes", n->planes);
  json_count (out, "plane_bytes", n->plane_bytes);
  json_sinks (out, report);
  json_text (out, "note", GST_KS_TRACER_BLIND_SPOT);
  g_string_append_c (out, '}');
}

/* Takes TEXT, which is JSON. */
static void
json_json (GString * out, const gchar * name, gchar * text)
{
  json_name (out, name);
  g_string_append (out, text);
  g_free (text);
}

static gchar *
report_json (const GstStructure * report)
{
  json_t *json = gst_ks_json_of_structure (report);
  gchar *text = json_dumps (json, JSON_INDENT (2));
  gchar *copy = g_strdup (text);

  free (text);
  json_decref (json);
  return copy;
}

static void
json_plans (GString * out, const GstKsTracerReport * report)
{
  json_name (out, "pipelines");
  g_string_append_c (out, '[');
  for (guint i = 0; report->plans != NULL && i < report->plans->len; i++) {
    const GstKsTracerPlan *plan = report->plans->pdata[i];

    json_next (out);
    g_string_append (out, "\n    {");
    json_text (out, "name", plan->pipeline);
    json_json (out, "plan", gst_ks_plan_to_json (plan->plan));
    json_json (out, "graph", gst_ks_graph_to_json (plan->graph));
    json_json (out, "report", report_json (plan->report));
    g_string_append_c (out, '}');
  }
  g_string_append_c (out, ']');
  json_count (out, "more_pipelines", report->n_more_plans);
}

gchar *
gst_ks_tracer_report_to_json (const GstKsTracerReport * report)
{
  GString *out = g_string_new ("{");

  json_count (out, "version", SUMMARY_VERSION);
  json_name (out, "links");
  g_string_append_c (out, '[');
  gst_ks_tracer_links_foreach (report->links, json_link, out);
  g_string_append_c (out, ']');
  json_plans (out, report);
  json_stores (out, report);
  json_default (out, report);
  json_log (out, report);
  json_name (out, "faults");
  g_string_append_c (out, '{');
  json_count (out, "minor", report->minor_faults);
  json_count (out, "major", report->major_faults);
  g_string_append (out, "}}\n");
  return g_string_free (out, FALSE);
}
