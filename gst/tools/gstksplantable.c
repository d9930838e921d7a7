/* Plans for people: a table.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstksplantext.h"

#include "gstkstable.h"

#define COLUMNS 7
#define NAMES_SHOWN 4           /* of the pads of a segment */

gchar *
gst_ks_tool_bytes (guint64 bytes)
{
  static const gchar *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB",
    "EiB"
  };
  gdouble shown = (gdouble) bytes / 1024;
  guint unit = 0;

  if (bytes < 10000)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " B", bytes);
  while (shown >= 1024 && unit + 1 < G_N_ELEMENTS (units)) {
    shown /= 1024;
    unit++;
  }
  return g_strdup_printf ("%.1f %s", shown, units[unit]);
}

static const gchar *
plural (guint64 n)
{
  return n == 1 ? "" : "s";
}

static const gchar *
copies_word (guint64 n)
{
  return n == 1 ? "copy" : "copies";
}

static gchar *
decision_summary (const GstKsPlan * plan)
{
  GstKsPlanTotals t;
  g_autofree gchar *bytes = NULL;

  if (gst_ks_plan_get_n_segments (plan) == 0)
    return g_strdup ("no plan: nobody asked where frames shall come from");
  gst_ks_plan_get_totals (plan, &t);
  bytes = gst_ks_tool_bytes (t.bytes);
  return g_strdup_printf ("%" G_GUINT64_FORMAT
      " %s, %u allocator%s, %s, weight %" G_GINT64_FORMAT "; %s", t.copies,
      copies_word (t.copies), t.allocators, plural (t.allocators), bytes,
      t.weight,
      gst_ks_plan_is_proven_optimal (plan) ? "proven optimal" :
      "the best that was found, maybe not the best there is");
}

gchar *
gst_ks_tool_plan_summary (const GstKsPlan * plan)
{
  const GstKsConflict *conflict = gst_ks_plan_peek_conflict (plan);

  if (gst_ks_plan_get_status (plan) == GST_KS_PLAN_STATUS_OK)
    return decision_summary (plan);
  if (conflict != NULL)
    return g_strdup_printf ("unsatisfiable, %s: %s; %s",
        gst_ks_plan_code_to_string (conflict->code), conflict->text,
        conflict->relax);
  return g_strdup_printf ("invalid: %s: %s",
      gst_ks_plan_peek_error_where (plan), gst_ks_plan_peek_error_text (plan));
}

static gchar *
pad_names (const GstKsSegment * s)
{
  GString *names = g_string_new (NULL);
  guint shown = s->n_pads > NAMES_SHOWN + 1 ? NAMES_SHOWN : s->n_pads;

  for (guint i = 0; i < shown; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", s->pads[i]);
  if (shown < s->n_pads)
    g_string_append_printf (names, " and %u more", s->n_pads - shown);
  return g_string_free (names, FALSE);
}

/* Held and the cap. */
static gchar *
frames_text (const GstKsSegment * s)
{
  if (s->cap != GST_KS_RANGE_LIMIT)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT,
        s->frames, s->cap);
  return s->frames == 0 ? g_strdup ("any")
      : g_strdup_printf ("%" G_GUINT64_FORMAT, s->frames);
}

/* Rows are arrays of COLUMNS texts, owned. */
static void
add_segment (GPtrArray * rows, guint number, const GstKsSegment * s)
{
  gchar **row = g_new0 (gchar *, COLUMNS + 1);

  row[0] = g_strdup_printf ("%u", number);
  row[1] = g_strdup_printf ("%s%s%s%s", s->memory, s->device ? " " : "",
      s->device ? s->device : "", s->is_default ? " (default)" : "");
  row[2] = frames_text (s);
  row[3] = s->block == 0 ? g_strdup ("any")
      : g_strdup_printf ("%" G_GUINT64_FORMAT, s->block);
  row[4] = g_strdup_printf ("%" G_GUINT64_FORMAT, s->align);
  row[5] = s->allocator == NULL ? g_strdup ("-") :
      g_strdup_printf ("%s (%s)", s->allocator,
      gst_ks_segment_place_to_string (s->place));
  row[6] = pad_names (s);
  gst_ks_table_add (rows, row);
}

static GPtrArray *
segment_rows (const GstKsPlan * plan)
{
  static const gchar *const head[COLUMNS + 1] = { "segment", "memory",
    "frames", "bytes", "align", "allocator", "pads", NULL
  };
  GPtrArray *rows = gst_ks_table_new ();

  gst_ks_table_add (rows, g_strdupv ((gchar **) head));
  for (guint i = 0; i < gst_ks_plan_get_n_segments (plan); i++)
    add_segment (rows, i + 1, gst_ks_plan_peek_segment (plan, i));
  return rows;
}

static void
append_cuts (GString * text, const GstKsPlan * plan)
{
  guint n = gst_ks_plan_get_n_cuts (plan);

  if (n > 0)
    g_string_append_c (text, '\n');
  for (guint i = 0; i < n; i++) {
    const GstKsCut *cut = gst_ks_plan_peek_cut (plan, i);

    g_string_append_printf (text, "copy  %s -> %s  %s: %s\n", cut->a, cut->b,
        gst_ks_plan_code_to_string (cut->code), cut->text);
  }
}

static void
append_conflict (GString * text, const GstKsConflict * conflict)
{
  g_string_append_printf (text, "unsatisfiable: %s\n%s\n\n",
      gst_ks_plan_code_to_string (conflict->code), conflict->text);
  for (guint i = 0; i < conflict->n_pads; i++)
    g_string_append_printf (text, "  %s\n", conflict->pads[i]);
  g_string_append_printf (text, "\n%s\n", conflict->relax);
}

/* Names are what somebody wrote: nothing that a terminal obeys gets there. */
static gchar *
plain (GString * text)
{
  gst_ks_table_make_plain (text->str, TRUE);
  return g_string_free (text, FALSE);
}

gchar *
gst_ks_tool_plan_table (const GstKsPlan * plan)
{
  GString *text = g_string_new (NULL);
  const GstKsConflict *conflict = gst_ks_plan_peek_conflict (plan);
  g_autoptr (GPtrArray) rows = segment_rows (plan);
  g_autofree gchar *summary = NULL;

  if (conflict != NULL) {
    append_conflict (text, conflict);
    return plain (text);
  }
  summary = gst_ks_tool_plan_summary (plan);
  g_string_append_printf (text, "%s\n", summary);
  if (rows->len > 1) {
    g_string_append_c (text, '\n');
    gst_ks_table_append (text, rows);
  }
  append_cuts (text, plan);
  return plain (text);
}
