/* gst-ks-1.0 plan: solves a graph, and prints or draws what was decided.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstool.h"

#include <gst/ks/gstksgraphjson.h>
#include <string.h>

#include "gstksplansvg.h"
#include "gstksplantext.h"

typedef struct
{
  gchar *strategy;              /* owned; NULL: that of the graph */
  GstKsToolSvg svg;
  gboolean table;
  gchar *file;                  /* borrowed; NULL: standard input */
} Options;

static void
options_clear (Options * options)
{
  g_free (options->strategy);
  g_free (options->svg.file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear);

/* What was read and what came of it. */
typedef struct
{
  GstKsGraph *graph;            /* owned; NULL: invalid */
  GstKsPlan *plan;              /* owned */
} Answer;

static void
answer_clear (Answer * answer)
{
  g_clear_pointer (&answer->graph, gst_ks_graph_unref);
  g_clear_pointer (&answer->plan, gst_ks_plan_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear);

static gboolean
check_strategy (const Options * options)
{
  g_autoptr (GString) known = g_string_new (gst_ks_strategy_to_string (0));
  GstKsStrategy strategy;

  if (options->strategy == NULL
      || gst_ks_strategy_from_string (options->strategy, &strategy))
    return TRUE;
  for (guint i = 1; gst_ks_strategy_to_string (i) != NULL; i++)
    g_string_append_printf (known, ", %s", gst_ks_strategy_to_string (i));
  gst_ks_tool_usage (&gst_ks_tool_plan, "--strategy=%s is none of: %s",
      options->strategy, known->str);
  return FALSE;
}

static gboolean
parse_options (Options * options, gint argc, gchar ** argv)
{
  const GOptionEntry entries[] = {
    {"strategy", 's', 0, G_OPTION_ARG_STRING, &options->strategy,
        "What counts after the fewest copies, whatever the graph says", "NAME"},
    {"table", 't', 0, G_OPTION_ARG_NONE, &options->table,
        "Print a table instead of JSON", NULL},
    GST_KS_TOOL_SVG_OPTIONS (options->svg),
    {NULL}
  };

  return gst_ks_tool_parse (&gst_ks_tool_plan, entries, argc, argv,
      &options->file) && check_strategy (options)
      && gst_ks_tool_svg_check (&gst_ks_tool_plan, &options->svg);
}

static GstKsPlan *
solve (GstKsGraph * graph, const Options * options)
{
  GstKsStrategy strategy;

  if (options->strategy != NULL
      && gst_ks_strategy_from_string (options->strategy, &strategy))
    gst_ks_graph_set_strategy (graph, strategy);
  return gst_ks_graph_solve (graph, 0);
}

/* A file that cannot be read is an invalid graph like any other. */
static void
find_answer (Answer * answer, const Options * options)
{
  gboolean standard = options->file == NULL || g_str_equal (options->file, "-");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = gst_ks_tool_read (options->file, &error);
  g_autofree gchar *name =
      g_filename_display_name (standard ? "standard input" : options->file);
  const gchar *json;
  gsize size;

  if (bytes == NULL) {
    answer->plan = gst_ks_plan_new_invalid (name, error->message);
    return;
  }
  json = g_bytes_get_data (bytes, &size);
  answer->graph = gst_ks_graph_from_json (json, size, &answer->plan, NULL);
  if (answer->graph != NULL)
    answer->plan = solve (answer->graph, options);
}

static gboolean
draw (const Answer * answer, const Options * options, GError ** error)
{
  return options->svg.file == NULL || answer->graph == NULL
      || gst_ks_tool_plan_save_svg (answer->plan, answer->graph, NULL,
      &options->svg, error);
}

static gboolean
print (const GstKsPlan * plan, const Options * options, GError ** error)
{
  g_autofree gchar *json = options->table ? gst_ks_tool_plan_table (plan)
      : gst_ks_plan_to_json (plan);
  g_autofree gchar *text =
      g_strconcat (json, g_str_has_suffix (json, "\n") ? "" : "\n", NULL);

  return gst_ks_tool_write (text, strlen (text), error);
}

static GstKsToolStatus
status_of (const GstKsPlan * plan)
{
  GstKsPlanStatus status = gst_ks_plan_get_status (plan);

  if (status == GST_KS_PLAN_STATUS_OK)
    return GST_KS_TOOL_OK;
  return status == GST_KS_PLAN_STATUS_INVALID ? GST_KS_TOOL_INVALID
      : GST_KS_TOOL_UNSATISFIABLE;
}

/* Standard output may be a file: what is no plan is said here too. */
static void
say_failure (const GstKsPlan * plan)
{
  g_autofree gchar *summary = gst_ks_tool_plan_summary (plan);
  g_autoptr (GError) error =
      g_error_new_literal (GST_KS_ERROR, GST_KS_ERROR_CONFLICT, summary);

  if (status_of (plan) != GST_KS_TOOL_OK)
    gst_ks_tool_fail (&gst_ks_tool_plan, NULL, error);
}

static GstKsToolStatus
run_plan (gint argc, gchar ** argv)
{
  g_auto (Options) options = { NULL, GST_KS_TOOL_SVG_INIT };
  g_auto (Answer) answer = { NULL };
  g_autoptr (GError) undrawn = NULL;
  g_autoptr (GError) unwritten = NULL;

  if (!parse_options (&options, argc, argv))
    return GST_KS_TOOL_USAGE;
  find_answer (&answer, &options);
  if (!draw (&answer, &options, &undrawn))
    gst_ks_tool_fail (&gst_ks_tool_plan, NULL, undrawn);
  if (!print (answer.plan, &options, &unwritten))
    gst_ks_tool_fail (&gst_ks_tool_plan, NULL, unwritten);
  if (undrawn != NULL || unwritten != NULL)
    return GST_KS_TOOL_UNWRITTEN;
  say_failure (answer.plan);
  return status_of (answer.plan);
}

const GstKsToolCommand gst_ks_tool_plan = {
  "plan",
  "[FILE|-]",
  "decides for a graph who allocates, and where a copy is",
  "The input is a graph as JSON, the output its plan; docs/plan.schema.json\n"
      "describes both.\n\n"
      "Exit status: 0 there is a plan, 1 nothing suits everybody (the output\n"
      "names a smallest set that cannot agree), 2 the graph or the command line\n"
      "makes no sense, 3 the plan or its picture could not be written.\n\n"
      "Examples:\n"
      "  gst-ks-1.0 plan graph.json\n"
      "  gst-ks-1.0 plan --table --strategy=minimize-frames graph.json\n"
      "  gst-ks-1.0 plan --svg=plan.svg graph.json > plan.json\n",
  run_plan,
};
