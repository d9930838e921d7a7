/* What the tracer ks tells at exit, as a table for people.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstracerreport.h"

#include <string.h>

#include "gst/tools/gstksplantext.h"
#include "gst/tools/gstkstable.h"

guint64
gst_ks_tracer_store_count (const GstStructure * store, const gchar * name)
{
  guint64 n = 0;

  (void) gst_structure_get_uint64 (store, name, &n);
  return n;
}

/* --- a table: cells are collected, then set in columns as wide as needed --- */

typedef struct
{
  guint n_columns;
  GPtrArray *cells;             /* gchar *, row by row */
} Table;

static Table
table_new (const gchar * const *titles)
{
  Table table = {.cells = g_ptr_array_new_with_free_func (g_free) };

  for (; titles[table.n_columns] != NULL; table.n_columns++)
    g_ptr_array_add (table.cells, g_strdup (titles[table.n_columns]));
  return table;
}

static void
table_add (Table * table, gchar * cell)
{
  g_ptr_array_add (table->cells, cell);
}

static void
table_add_count (Table * table, guint64 n)
{
  table_add (table, g_strdup_printf ("%" G_GUINT64_FORMAT, n));
}

static guint
table_width (const Table * table, guint column)
{
  guint width = 0;

  for (guint i = column; i < table->cells->len; i += table->n_columns)
    width = MAX (width, (guint) g_utf8_strlen (table->cells->pdata[i], -1));
  return width;
}

static void
table_print (Table * table, GString * out)
{
  g_autofree guint *widths = g_new0 (guint, table->n_columns);

  for (guint c = 0; c < table->n_columns; c++)
    widths[c] = table_width (table, c);
  for (guint i = 0; i < table->cells->len; i++) {
    const gchar *cell = table->cells->pdata[i];
    guint c = i % table->n_columns;
    gboolean last = c + 1 == table->n_columns;
    guint fill = widths[c] - g_utf8_strlen (cell, -1);

    g_string_append_printf (out, "%s%s%*s", c == 0 ? "  " : "  ", cell,
        last ? 0 : (gint) fill, "");
    if (last)
      g_string_append_c (out, '\n');
  }
  g_ptr_array_unref (table->cells);
}

/* --- cells --- */

static gchar *
size_text (guint64 bytes)
{
  static const gchar *const units[] = { "KiB", "MiB", "GiB", "TiB" };
  gdouble size = bytes / 1024.0;
  guint unit = 0;

  if (bytes < 1024)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " B", bytes);
  for (; size >= 1024 && unit + 1 < G_N_ELEMENTS (units); unit++)
    size /= 1024;
  return g_strdup_printf ("%.1f %s", size, units[unit]);
}

static gchar *
range_text (guint64 low, guint64 high)
{
  g_autofree gchar *from = size_text (low);
  g_autofree gchar *to = size_text (high);

  return low == high ? g_steal_pointer (&to) : g_strdup_printf ("%s - %s", from,
      to);
}

static gchar *
asked_text (const GstKsTracerLink * link)
{
  if (link->pool_type != NULL)
    return link->pool_max == 0 ? g_strdup_printf ("%u+", link->pool_min)
        : g_strdup_printf ("%u-%u", link->pool_min, link->pool_max);
  return g_strdup ("-");
}

static gchar *
offer_text (const GstKsTracerOffer * offer)
{
  if (!offer->asked)
    return g_strdup ("not asked");
  if (!offer->answered)
    return g_strdup ("no answer");
  if (offer->n_pools == 0)
    return g_strdup (offer->n_params > 0 ? "params" : "nothing");

  g_autofree gchar *size = size_text (offer->size);
  return g_strdup_printf ("%u x %s", offer->min, size);
}

static gchar *
memory_text (const GstKsTracerLink * link)
{
  if (link->memory == NULL)
    return g_strdup ("-");
  if (link->n_allocators > 1)
    return g_strdup_printf ("%s (%u)", link->memory, link->n_allocators);
  return g_strdup (link->memory);
}

static gchar *
used_text (const GstKsTracerLink * link)
{
  guint n = g_hash_table_size (link->blocks);

  if (n == 0)
    return g_strdup ("-");
  return g_strdup_printf ("%u%s", n, n < GST_KS_TRACER_MAX_BLOCKS ? "" : "+");
}

/* Ours are called after the pad where the plan has the allocator. */
static gchar *
pool_text (const GstKsTracerLink * link)
{
  if (link->pool_type == NULL)
    return g_strdup ("-");
  return link->pool_is_ours ? g_strdup_printf ("%s %s", link->pool_type,
      link->pool_name) : g_strdup (link->pool_type);
}

/* The same address may be new memory of malloc(), so only ours is told. */
static gchar *
reuse_text (const GstKsTracerLink * link)
{
  guint n = g_hash_table_size (link->blocks);

  if (!link->memory_is_ours || n == 0 || n >= GST_KS_TRACER_MAX_BLOCKS
      || link->n_buffers < n)
    return g_strdup ("-");
  return g_strdup_printf ("%.1f %%", 100.0 * (gdouble) (link->n_buffers - n)
      / (gdouble) link->n_buffers);
}

static void
add_link (gpointer data, gpointer user_data)
{
  const GstKsTracerLink *link = data;
  Table *table = user_data;

  table_add (table, g_strdup_printf ("%s -> %s", link->src, link->sink));
  table_add (table, memory_text (link));
  table_add (table, pool_text (link));
  table_add (table, link->n_buffers == 0 ? g_strdup ("-") :
      range_text (link->min_size, link->max_size));
  table_add (table, link->align == 0 ? g_strdup ("-") :
      g_strdup_printf ("%" G_GSIZE_FORMAT, link->align));
  table_add (table, offer_text (&link->offer));
  table_add (table, asked_text (link));
  table_add (table, used_text (link));
  table_add_count (table, link->n_buffers);
  table_add (table, reuse_text (link));
  table_add_count (table, gst_ks_tracer_copies_of_pool (link->pool_name));
}

static void
add_links (const GstKsTracerReport * report, GString * out)
{
  static const gchar *const titles[] = { "link", "memory", "pool", "size",
    "align", "offered", "asked", "blocks", "buffers", "reuse", "discards", NULL
  };
  Table table = table_new (titles);

  gst_ks_tracer_links_foreach (report->links, add_link, &table);
  if (table.cells->len > table.n_columns)
    g_string_append (out, "Links (asked: buffers of the pool, min and max; "
        "blocks: distinct addresses)\n");
  table_print (&table, out);
}

static void
add_plan (const GstKsTracerPlan * plan, GString * out)
{
  g_autofree gchar *table = gst_ks_tool_plan_table (plan->plan);

  g_string_append_printf (out, "Plan of %s: %s", plan->pipeline, table);
  gst_ks_table_append_report (out, plan->report);
  g_string_append_c (out, '\n');
}

static void
add_plans (const GstKsTracerReport * report, GString * out)
{
  if (!(report->params->report & GST_KS_TRACER_REPORT_NEGOTIATION))
    return;
  if (report->plans == NULL)
    g_string_append (out, "Plans: none, negotiate=true makes one for each "
        "pipeline\n");
  for (guint i = 0; report->plans != NULL && i < report->plans->len; i++)
    add_plan (report->plans->pdata[i], out);
  if (report->n_more_plans > 0)
    g_string_append_printf (out, "Plans of %u more pipelines were not kept\n",
        report->n_more_plans);
}

static void
add_stores (const GstKsTracerReport * report, GString * out)
{
  static const gchar *const titles[] = { "kind", "fresh", "reused", "reuse",
    "copies", "copied", NULL
  };
  Table table = table_new (titles);

  for (guint i = 0; i < report->stores->len; i++) {
    const GstStructure *store = g_ptr_array_index (report->stores, i);
    guint64 fresh = gst_ks_tracer_store_count (store, "fresh");
    guint64 reused = gst_ks_tracer_store_count (store, "reused");
    gdouble all = (gdouble) fresh + (gdouble) reused;

    table_add (&table, g_strdup (gst_structure_get_name (store)));
    table_add_count (&table, fresh);
    table_add_count (&table, reused);
    table_add (&table, all == 0 ? g_strdup ("-") :
        g_strdup_printf ("%.1f %%", 100.0 * (gdouble) reused / all));
    table_add_count (&table, gst_ks_tracer_store_count (store, "copied"));
    table_add (&table, size_text (gst_ks_tracer_store_count (store,
                "copied-bytes")));
  }
  g_string_append (out, report->stores->len > 0 ? "Blocks of ours\n" :
      "Blocks of ours: none were used\n");
  if (report->stores->len > 0)
    table_print (&table, out);
  else
    g_ptr_array_unref (table.cells);
}

static void
add_default (const GstKsTracerReport * report, GString * out)
{
  const GstKsDefaultCounts *n = &report->counts;
  g_autofree gchar *threshold = size_text (report->params->threshold);

  if (report->params->kind == NULL)
    return;
  g_string_append_printf (out, "Default %s from %s on: "
      "%" G_GSIZE_FORMAT " requests served, %" G_GSIZE_FORMAT " by system "
      "memory instead, %" G_GSIZE_FORMAT " refused, %" G_GSIZE_FORMAT
      " smaller\n", report->params->kind, threshold, n->served,
      n->fallback, n->failed, n->small);
  if (report->reason != NULL)
    g_string_append_printf (out, "  why not %s: %s\n", report->params->kind,
        report->reason);
}

static void
add_sinks (const GstKsTracerReport * report, GString * out)
{
  for (guint i = 0; i < report->sinks->len; i++) {
    const GstKsTracerSink *sink = g_ptr_array_index (report->sinks, i);

    g_string_append_printf (out, "%s copied %" G_GUINT64_FORMAT " frames"
        " instead of taking them: %s\n", sink->element, sink->frames,
        sink->reason ? sink->reason : "it does not say why");
  }
}

static void
add_log (const GstKsTracerReport * report, GString * out)
{
  const GstKsTracerCopies *n = &report->copies;
  g_autofree gchar *copied = size_text (n->copied_bytes);
  g_autofree gchar *planes = size_text (n->plane_bytes);

  if (!report->log_is_read) {
    g_string_append_printf (out, "Discards and copies of foreign memory: not "
        "counted, %s\n", report->log_trouble);
    return;
  }
  if (report->params->report & GST_KS_TRACER_REPORT_DISCARDS)
    g_string_append_printf (out, "Discards by pools: %" G_GUINT64_FORMAT
        " (not writable %" G_GUINT64_FORMAT ", size changed %" G_GUINT64_FORMAT
        ", tagged %" G_GUINT64_FORMAT ")\n", n->discards, n->not_writable,
        n->size_changed, n->tagged);
  if (report->params->report & GST_KS_TRACER_REPORT_COPIES)
    g_string_append_printf (out, "Copies of foreign memory: %" G_GUINT64_FORMAT
        " (%s), video planes in anybody's: %" G_GUINT64_FORMAT " (%s)\n  %s\n",
        n->copies, copied, n->planes, planes, GST_KS_TRACER_BLIND_SPOT);
  if (report->params->report & GST_KS_TRACER_REPORT_COPIES)
    add_sinks (report, out);
}

/* Frames that were not given back, and are listed. */
#define MAX_OUT 8

/* What was found, where anybody looked. */
static void
add_guard (GString * out)
{
  g_autoptr (GstStructure) stats = gst_ks_guard_get_stats ();
  const gchar *last = gst_structure_get_string (stats, "last");
  guint64 faults = gst_ks_tracer_store_count (stats, "faults");
  g_auto (GStrv) still_out = gst_ks_guard_list_out ();
  guint n_out = g_strv_length (still_out);

  if (faults == 0 && gst_ks_guard_get_default () <= GST_KS_GUARD_OFF)
    return;
  g_string_append_printf (out, "Guard: %" G_GUINT64_FORMAT " faults, %u"
      " frames not given back\n", faults, n_out);
  if (last != NULL)
    g_string_append_printf (out, "  the last: %s\n", last);
  for (guint i = 0; i < MIN (n_out, MAX_OUT); i++)
    g_string_append_printf (out, "  %s\n", still_out[i]);
  if (n_out > MAX_OUT)
    g_string_append_printf (out, "  and %u more frames\n", n_out - MAX_OUT);
}

gchar *
gst_ks_tracer_report_to_text (const GstKsTracerReport * report)
{
  GString *out = g_string_new ("---- tracer ks ----\n");

  add_plans (report, out);
  add_links (report, out);
  add_stores (report, out);
  add_default (report, out);
  add_log (report, out);
  add_guard (out);
  g_string_append_printf (out, "Page faults of the process: %ld minor, %ld "
      "major\n", report->minor_faults, report->major_faults);
  return g_string_free (out, FALSE);
}
