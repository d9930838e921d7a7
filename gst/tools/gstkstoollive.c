/* How frames of a pipeline stand while it runs.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A row is a segment of the plan, named by the pad where its frames come into
 * being, because that one asked and has the pool.
 */
#include "gstkstoollive.h"

#include <gst/ks/gstks.h>
#include <string.h>

#include "gstksplantext.h"
#include "gstkstable.h"
#include "gstkstoolview.h"

#define VIEW_INTERVAL 250       /* ms */
#define LINE_INTERVAL 1000      /* ms; where nothing is drawn over */
#define MIN_NAME 12             /* characters of a name that are always there */

struct _GstKsToolLive
{
  GstElement *pipeline;         /* borrowed */
  GstKsNegotiator *negotiator;  /* borrowed */
  gboolean draws;               /* else lines are printed */
  guint timer;
  gint64 since;                 /* us */
};

/* --- one source --- */

static guint64
number_of (const GstStructure * structure, const gchar * field)
{
  guint64 number = 0;
  guint small = 0;

  if (gst_structure_get_uint (structure, field, &small))
    return small;
  (void) gst_structure_get_uint64 (structure, field, &number);
  return number;
}

/* Who has a pool of ours; others' say nothing. */
static gboolean
has_pool (const GstStructure * source)
{
  return gst_structure_has_field (source, "free");
}

static gchar *
count_text (const GstStructure * source, const gchar * field)
{
  if (!gst_structure_has_field (source, field))
    return g_strdup ("-");
  return g_strdup_printf ("%" G_GUINT64_FORMAT, number_of (source, field));
}

static gchar *
out_text (const GstStructure * source)
{
  guint64 cap = number_of (source, "cap");

  if (!has_pool (source) || cap == 0)
    return count_text (source, "out");
  return g_strdup_printf ("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT,
      number_of (source, "out"), cap);
}

static gchar *
reuse_text (const GstStructure * source)
{
  guint64 fresh = number_of (source, "fresh");
  guint64 reused = number_of (source, "reused");

  if (fresh + reused == 0)
    return g_strdup ("-");
  return g_strdup_printf ("%.1f%%", 100.0 * (gdouble) reused
      / (gdouble) (fresh + reused));
}

static gchar *
size_text (const GstStructure * source)
{
  guint64 size = number_of (source, "size");

  return size > 0 ? gst_ks_tool_bytes (size) : g_strdup ("any");
}

/* The end of a name says most: bins stand at its beginning. */
static gchar *
name_text (const GstStructure * source, guint most)
{
  g_autofree gchar *name =
      g_utf8_make_valid (gst_structure_get_string (source, "pad"), -1);
  glong length = g_utf8_strlen (name, -1);

  if (length <= (glong) most)
    return g_steal_pointer (&name);
  return g_strconcat ("…", g_utf8_offset_to_pointer (name,
          length - (glong) most + 1), NULL);
}

/* Those that another allocator made are against the plan. */
static gchar *
frames_text (const GstStructure * source)
{
  guint64 elsewhere = number_of (source, "elsewhere");

  if (elsewhere == 0)
    return count_text (source, "frames");
  return g_strdup_printf ("%" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT
      " elsewhere", number_of (source, "frames"), elsewhere);
}

static gchar **
row_of (const GstStructure * source, guint most)
{
  const gchar *memory = gst_structure_get_string (source, "memory");
  gchar **row = g_new0 (gchar *, 11);

  row[0] = name_text (source, most);
  row[1] = g_strdup (memory ? memory : "no plan");
  row[2] = size_text (source);
  row[3] = out_text (source);
  row[4] = count_text (source, "free");
  row[5] = count_text (source, "waits");
  row[6] = count_text (source, "waiting");
  row[7] = reuse_text (source);
  row[8] = count_text (source, "fresh");
  row[9] = frames_text (source);
  return row;
}

/* --- all of them --- */

static gint
compare_sources (gconstpointer a, gconstpointer b)
{
  return strcmp (gst_structure_get_string (*(GstStructure * const *) a, "pad"),
      gst_structure_get_string (*(GstStructure * const *) b, "pad"));
}

/* Those that asked, borrowed from REPORT, always in one order. */
static GPtrArray *
list_sources (const GstStructure * report)
{
  const GValue *array = gst_structure_get_value (report, "sources");
  GPtrArray *sources = g_ptr_array_new ();

  for (guint i = 0; i < gst_value_array_get_size (array); i++) {
    const GstStructure *source =
        gst_value_get_structure (gst_value_array_get_value (array, i));
    gboolean asked = FALSE;

    if (gst_structure_get_boolean (source, "asked", &asked) && asked)
      g_ptr_array_add (sources, (gpointer) source);
  }
  g_ptr_array_sort (sources, compare_sources);
  return sources;
}

static GPtrArray *
table_of (const GPtrArray * sources, guint most)
{
  static const gchar *const head[] = { "segment from", "memory", "size", "out",
    "free", "waits", "waiting", "reuse", "fresh", "frames", NULL
  };
  GPtrArray *rows = gst_ks_table_new ();

  gst_ks_table_add (rows, g_strdupv ((gchar **) head));
  for (guint i = 0; i < sources->len; i++)
    gst_ks_table_add (rows, row_of (sources->pdata[i], most));
  return rows;
}

static gchar *
time_text (gint64 us)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d:%02d.%d",
      us / G_USEC_PER_SEC / 3600, (gint) (us / G_USEC_PER_SEC / 60 % 60),
      (gint) (us / G_USEC_PER_SEC % 60), (gint) (us / (G_USEC_PER_SEC / 10)
          % 10));
}

static gchar *
state_text (const GstKsToolLive * self)
{
  g_autofree gchar *time = time_text (g_get_monotonic_time () - self->since);
  GstState state = GST_STATE (self->pipeline);
  gint64 position;

  if (!gst_element_query_position (self->pipeline, GST_FORMAT_TIME, &position))
    return g_strdup_printf ("%s  %s", time, gst_element_state_get_name (state));
  return g_strdup_printf ("%s  %s at %" GST_TIME_FORMAT, time,
      gst_element_state_get_name (state), GST_TIME_ARGS (position));
}

/* --- a view --- */

static void
add_table (GPtrArray * lines, const GPtrArray * sources)
{
  guint width = gst_ks_tool_view_width ();
  g_autoptr (GPtrArray) rows = table_of (sources, MAX (width / 3, MIN_NAME));
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) each = NULL;

  gst_ks_table_append (text, rows);
  each = g_strsplit (text->str, "\n", -1);
  for (guint i = 0; i < rows->len; i++) {
    gboolean waits = i > 0 && number_of (sources->pdata[i - 1], "waiting") > 0;

    gst_ks_tool_lines_add (lines, g_strdup (each[i]),
        waits ? GST_KS_TOOL_STYLE_ALARM : i == 0 ? GST_KS_TOOL_STYLE_HEAD
        : GST_KS_TOOL_STYLE_PLAIN);
  }
}

/* What is kept for the next one, whoever that is. */
static void
add_stores (GPtrArray * lines)
{
  g_autoptr (GstStructure) all = gst_ks_get_stats ();
  const GValue *stores = gst_structure_get_value (all, "stores");

  for (guint i = 0; i < gst_value_array_get_size (stores); i++) {
    const GstStructure *store =
        gst_value_get_structure (gst_value_array_get_value (stores, i));
    g_autofree gchar *bytes =
        gst_ks_tool_bytes (number_of (store, "live-bytes"));

    if (number_of (store, "live") > 0)
      gst_ks_tool_lines_add (lines, g_strdup_printf ("%s memory: %"
              G_GUINT64_FORMAT " blocks, %" G_GUINT64_FORMAT " of them idle, "
              "%s", gst_structure_get_string (store, "kind"),
              number_of (store, "live"), number_of (store, "idle"), bytes),
          GST_KS_TOOL_STYLE_PLAIN);
  }
}

static void
show (const GstKsToolLive * self, const GPtrArray * sources)
{
  g_autoptr (GPtrArray) lines = gst_ks_tool_lines_new ();

  gst_ks_tool_lines_add (lines, state_text (self), GST_KS_TOOL_STYLE_PLAIN);
  if (sources->len > 0)
    add_table (lines, sources);
  else
    gst_ks_tool_lines_add (lines,
        g_strdup ("nobody has asked where frames shall come from"),
        GST_KS_TOOL_STYLE_PLAIN);
  add_stores (lines);
  gst_ks_tool_view_show (lines);
}

/* --- lines --- */

static void
print_source (const GstKsToolLive * self, const GstStructure * source)
{
  g_autofree gchar *time = time_text (g_get_monotonic_time () - self->since);
  g_auto (GStrv) row = row_of (source, G_MAXINT);
  g_autoptr (GPtrArray) rows = gst_ks_table_new ();
  gchar *text = g_strdup_printf ("live %s  %s: %s, size %s, out %s, free %s, "
      "waits %s, waiting %s, reuse %s, fresh %s, frames %s", time, row[0],
      row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9]);
  gchar *words[] = { text, NULL };

  /* names have anything in them */
  gst_ks_table_add (rows, g_strdupv (words));
  g_print ("%s\n", ((gchar **) rows->pdata[0])[0]);
  g_free (text);
}

static void
print (const GstKsToolLive * self, const GPtrArray * sources)
{
  for (guint i = 0; i < sources->len; i++)
    print_source (self, sources->pdata[i]);
}

/* --- */

static void
tell (const GstKsToolLive * self)
{
  g_autoptr (GstStructure) report =
      gst_ks_negotiator_get_report (self->negotiator);
  g_autoptr (GPtrArray) sources = list_sources (report);

  if (self->draws)
    show (self, sources);
  else
    print (self, sources);
}

static gboolean
on_tick (gpointer data)
{
  tell (data);
  return G_SOURCE_CONTINUE;
}

GstKsToolLive *
gst_ks_tool_live_new (GstElement * pipeline, GstKsNegotiator * negotiator)
{
  GstKsToolLive *self = g_new0 (GstKsToolLive, 1);

  self->pipeline = pipeline;
  self->negotiator = negotiator;
  self->since = g_get_monotonic_time ();
  self->draws = gst_ks_tool_view_begin ();
  self->timer = g_timeout_add (self->draws ? VIEW_INTERVAL : LINE_INTERVAL,
      on_tick, self);
  return self;
}

void
gst_ks_tool_live_free (GstKsToolLive * self)
{
  if (self == NULL)
    return;
  g_source_remove (self->timer);
  tell (self);
  if (self->draws)
    gst_ks_tool_view_end ();
  g_free (self);
}
