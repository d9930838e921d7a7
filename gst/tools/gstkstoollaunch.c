/* gst-ks-1.0 launch: runs a pipeline by a plan, and tells what came of it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstool.h"

#include <gst/ks/gstksmemorymap.h>
#include <string.h>

#include "gstkslaunchtext.h"
#include "gstksmapfile.h"
#include "gstkstoolcompare.h"
#include "gstkstoolcost.h"
#include "gstkstoolpipeline.h"
#include "gstkstoolwatch.h"
#include "gstkswritefile.h"

#define MAX_ROUNDS 1000
#define ROUNDS_NOT_SAID G_MININT

typedef struct
{
  GstKsToolSvg svg;
  gchar *json;                  /* owned; NULL: none */
  gchar *map;                   /* owned; NULL: none */
  gboolean messages;
  gboolean verbose;
  gboolean quiet;
  gboolean only_table;          /* no states */
  gboolean stock;
  gboolean live;
  gboolean compare;
  gchar *chart;                 /* owned; NULL: none */
  gint rounds;                  /* or ROUNDS_NOT_SAID */
  gint cost_fd;                 /* who compares reads there what it cost; -1: nobody */
  gboolean ignored;
  gchar **words;                /* borrowed */
} Options;

static void
options_clear (Options * options)
{
  g_free (options->svg.file);
  g_free (options->json);
  g_free (options->chart);
  g_free (options->map);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear);

static gboolean
check_compare (const Options * options)
{
  gboolean has_rounds = options->rounds != ROUNDS_NOT_SAID;

  if (!options->compare && (options->chart || has_rounds)) {
    gst_ks_tool_usage (&gst_ks_tool_launch, "%s is about what --compare finds;"
        " add --compare", options->chart ? "--chart" : "--rounds");
    return FALSE;
  }
  if (!has_rounds || (options->rounds > 0 && options->rounds <= MAX_ROUNDS))
    return TRUE;
  gst_ks_tool_usage (&gst_ks_tool_launch, "--rounds=%d is not from 1 to %d",
      options->rounds, MAX_ROUNDS);
  return FALSE;
}

static gboolean
check_names (const gchar * const *options, const gchar * const *files, guint n)
{
  for (guint i = 0; i < n; i++) {
    if (files[i] && files[i][0] == '\0') {
      gst_ks_tool_usage (&gst_ks_tool_launch, "%s: to which file?", options[i]);
      return FALSE;
    }
    for (guint k = 0; k < i; k++)
      if (files[i] && files[k] && g_str_equal (files[i], files[k])
          && !gst_ks_write_file_is_other (files[i])) {
        gst_ks_tool_usage (&gst_ks_tool_launch, "%s and %s cannot both be "
            "written to '%s'", options[k], options[i], files[i]);
        return FALSE;
      }
  }
  return TRUE;
}

/* Before a line runs for hours whose result then cannot be kept. */
static GstKsToolStatus
check_files (const Options * options)
{
  const gchar *const names[] = { "--svg", "--json", "--map", "--chart" };
  const gchar *const files[] = { options->svg.file, options->json, options->map,
    options->chart
  };
  g_autoptr (GError) error = NULL;

  if (!check_names (names, files, G_N_ELEMENTS (files)))
    return GST_KS_TOOL_USAGE;
  if (options->compare && options->json
      && gst_ks_write_file_is_other (options->json))
    return gst_ks_tool_usage (&gst_ks_tool_launch, "--compare writes more into "
        "what its runs wrote, so --json has to name a file of its own");
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (files[i] != NULL && !gst_ks_write_file_check (files[i], &error))
      return gst_ks_tool_fail (&gst_ks_tool_launch, names[i], error);
  return GST_KS_TOOL_OK;
}

static gboolean
check_called (const gchar * option, const gchar * file, gboolean is_svg)
{
  g_autoptr (GError) error = NULL;

  if (file == NULL || gst_ks_write_file_check_name (file, is_svg, &error))
    return TRUE;
  gst_ks_tool_usage (&gst_ks_tool_launch, "%s: %s", option, error->message);
  return FALSE;
}

static gboolean
check_options (const Options * options)
{
  g_autoptr (GError) error = NULL;

  if (options->map != NULL && !gst_ks_map_file_check (options->map, &error)) {
    gst_ks_tool_usage (&gst_ks_tool_launch, "--map: %s", error->message);
    return FALSE;
  }
  if (options->stock && (options->svg.file || options->json)) {
    gst_ks_tool_usage (&gst_ks_tool_launch, "--stock makes no plan, so there is"
        " nothing for %s", options->json ? "--json" : "--svg");
    return FALSE;
  }
  if (options->compare && (options->stock || options->messages
          || options->verbose || options->live)) {
    gst_ks_tool_usage (&gst_ks_tool_launch, "--compare runs the line with "
        "--stock and without by turns; it does not go with --stock, --live, -m or -v");
    return FALSE;
  }
  if (options->live && (options->stock || options->quiet)) {
    gst_ks_tool_usage (&gst_ks_tool_launch, options->quiet ? "--live shows, "
        "and -q is to show nothing" : "--stock makes no plan, so there is "
        "nothing for --live");
    return FALSE;
  }
  if (!check_called ("--json", options->json, FALSE)
      || !check_called ("--chart", options->chart, TRUE))
    return FALSE;
  return check_compare (options)
      && gst_ks_tool_svg_check (&gst_ks_tool_launch, &options->svg);
}

static gboolean
parse_options (Options * options, gint argc, gchar ** argv)
{
  const GOptionEntry entries[] = {
    {"messages", 'm', 0, G_OPTION_ARG_NONE, &options->messages,
        "Print the messages of the bus", NULL},
    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &options->verbose,
        "Print properties of elements when they change", NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet,
        "Print nothing but errors", NULL},
    GST_KS_TOOL_SVG_OPTIONS (options->svg),
    {"json", 0, 0, G_OPTION_ARG_FILENAME, &options->json,
        "Write plan, graph and report for programs", "FILE"},
    {"live", 0, 0, G_OPTION_ARG_NONE, &options->live,
        "Show all the time which frames are out, free and used again", NULL},
    {"map", 0, 0, G_OPTION_ARG_FILENAME, &options->map,
          "Draw the blocks of memory where there were most (.svg or .json)",
        "FILE"},
    {"stock", 0, 0, G_OPTION_ARG_NONE, &options->stock,
        "Run it as stock GStreamer does", NULL},
    {"compare", 0, 0, G_OPTION_ARG_NONE, &options->compare,
        "Run it with --stock and without, and print what each cost", NULL},
    {"chart", 0, 0, G_OPTION_ARG_FILENAME, &options->chart,
        "Draw what --compare finds as bars", "FILE"},
    {"rounds", 0, 0, G_OPTION_ARG_INT, &options->rounds,
        "How often --compare runs each; 5 at most for 10 s, if not given", "N"},
    {"eos-on-shutdown", 'e', 0, G_OPTION_ARG_NONE, &options->ignored,
        "Taken for granted: the first Ctrl-C lets files be finished", NULL},
    {"no-position", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE,
        &options->only_table, NULL, NULL},
    {"cost-to", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &options->cost_fd,
        NULL, NULL},
    {NULL}
  };

  return gst_ks_tool_parse_words (&gst_ks_tool_launch, entries, argc, argv,
      &options->words) && check_options (options);
}

/* --- one run --- */

typedef struct
{
  GstKsToolEnd end;
  GError *error;                /* owned */
  GstClockTime ran;             /* ns */
  GstKsToolSnapshot snapshot;   /* empty with --stock, or when nobody wants it */
  GstKsToolCost cost;           /* with --cost-to */
  GstStructure *map;            /* owned; NULL: not wanted */
} Outcome;

static void
outcome_clear (Outcome * outcome)
{
  g_clear_error (&outcome->error);
  gst_ks_tool_snapshot_clear (&outcome->snapshot);
  g_clear_pointer (&outcome->map, gst_structure_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Outcome, outcome_clear);

/* Making a plan once more, to tell it, is work. */
static gboolean
has_readers (const Options * options)
{
  return !options->quiet || options->json != NULL || options->svg.file != NULL;
}

static void
play (GstElement * pipeline, const Options * options, Outcome * outcome)
{
  g_autoptr (GstKsNegotiator) negotiator = options->stock ? NULL
      : gst_ks_negotiator_new (GST_BIN (pipeline));
  g_autoptr (GstKsWatch) watch = options->map != NULL ?
      gst_ks_tool_watch (GST_BIN (pipeline)) : NULL;
  GstKsToolPlay how = {
    .command = &gst_ks_tool_launch,
    .messages = options->messages,
    .verbose = options->verbose,
    .progress = !options->quiet && !options->only_table,
    .live = options->live ? negotiator : NULL,
  };
  gint64 begin = g_get_monotonic_time ();

  if (negotiator != NULL)
    gst_ks_negotiator_attach (negotiator);
  gst_ks_memory_map_follow (options->map != NULL);
  outcome->end = gst_ks_tool_play (pipeline, &how, &outcome->error);
  outcome->ran = (g_get_monotonic_time () - begin) * GST_USECOND;
  if (options->cost_fd >= 0)
    gst_ks_tool_cost_look (&outcome->cost, GST_BIN (pipeline), outcome->ran);
  if (negotiator != NULL && has_readers (options))
    gst_ks_tool_snapshot_init (&outcome->snapshot, negotiator,
        GST_BIN (pipeline));
  if (options->map != NULL)
    outcome->map = gst_ks_memory_map_get_peak ();
  gst_ks_tool_stop (pipeline);
}

/* --- what is told --- */

static gboolean
print_text (const Outcome * outcome, GError ** error)
{
  g_autofree gchar *text = gst_ks_tool_launch_text (&outcome->snapshot);
  g_autofree gchar *below = g_strconcat ("\n", text, NULL);

  return gst_ks_tool_write (below, strlen (below), error);
}

static gboolean
save_json (const Options * options, const Outcome * outcome, GError ** error)
{
  g_autofree gchar *line = g_strjoinv (" ", options->words);
  GstKsToolRun run = { line, outcome->end,
    outcome->error ? outcome->error->message : NULL, outcome->ran
  };
  g_autofree gchar *json = gst_ks_tool_launch_json (&outcome->snapshot, &run);

  return gst_ks_write_file (options->json, json, strlen (json), error);
}

static gboolean
save_svg (const Options * options, const Outcome * outcome, GError ** error)
{
  return gst_ks_tool_launch_svg (&outcome->snapshot, TRUE, &options->svg,
      error);
}

static gboolean
save_map (const Options * options, const Outcome * outcome, GError ** error)
{
  return gst_ks_map_file_save (outcome->map, options->map, error);
}

/* Each of them is tried, whatever became of the others. */
static GstKsToolStatus
tell (const Options * options, const Outcome * outcome)
{
  GstKsToolStatus status = GST_KS_TOOL_OK;
  const struct
  {
    gboolean wanted;
      gboolean (*tell) (const Options * options, const Outcome * outcome,
        GError ** error);
  } files[] = {
    {options->json != NULL, save_json},
    {options->svg.file != NULL, save_svg},
    {options->map != NULL, save_map},
  };
  g_autoptr (GError) unprinted = NULL;

  if (!options->stock && !options->quiet && !print_text (outcome, &unprinted))
    status = gst_ks_tool_fail (&gst_ks_tool_launch, NULL, unprinted);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (GError) error = NULL;

    if (files[i].wanted && !files[i].tell (options, outcome, &error))
      status = gst_ks_tool_fail (&gst_ks_tool_launch, NULL, error);
  }
  if (outcome->error != NULL)
    status = gst_ks_tool_fail (&gst_ks_tool_launch, NULL, outcome->error);
  return status;
}

static GstKsToolStatus
launch (const Options * options)
{
  g_auto (Outcome) outcome = { 0 };
  g_autoptr (GError) error = NULL;
  GstElement *pipeline;

  if (options->cost_fd >= 0)
    gst_ks_tool_cost_start ();
  pipeline = gst_ks_tool_make_pipeline (options->words, &error);
  if (pipeline == NULL)
    return gst_ks_tool_fail (&gst_ks_tool_launch, NULL, error);
  play (pipeline, options, &outcome);
  if (options->cost_fd >= 0
      && !gst_ks_tool_cost_send (&outcome.cost, options->cost_fd, &error))
    return gst_ks_tool_fail (&gst_ks_tool_launch, NULL, error);
  return tell (options, &outcome);
}

static GstKsToolStatus
compare (const Options * options)
{
  g_autoptr (GStrvBuilder) more = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;
  /* every frame is followed for a map */
  const gchar *const mapped[] = { "-q", "--map", options->map, NULL };
  GstKsToolCompare how = {
    .command = &gst_ks_tool_launch,
    .words = options->words,
    .extra = options->map != NULL ? mapped : NULL,
    .rounds = options->rounds == ROUNDS_NOT_SAID ? 0 : options->rounds,
    .chart = options->chart,
    .json = options->json,
  };

  g_strv_builder_add (more, options->quiet ? "-q" : "--no-position");
  if (options->json != NULL)
    g_strv_builder_add_many (more, "--json", options->json, NULL);
  if (options->svg.file != NULL)
    g_strv_builder_add_many (more, "--svg", options->svg.file, NULL);
  all = g_strv_builder_end (more);
  how.options = (const gchar * const *) all;
  return gst_ks_tool_compare (&how);
}

static GstKsToolStatus
run_launch (gint argc, gchar ** argv)
{
  g_auto (Options) options = {.svg = GST_KS_TOOL_SVG_INIT,.rounds =
        ROUNDS_NOT_SAID,.cost_fd = -1
  };
  GstKsToolStatus status;

  if (!parse_options (&options, argc, argv))
    return GST_KS_TOOL_USAGE;
  status = check_files (&options);
  if (status == GST_KS_TOOL_OK)
    status = options.compare ? compare (&options) : launch (&options);
  gst_deinit ();
  return status;
}

const GstKsToolCommand gst_ks_tool_launch = {
  "launch",
  "PIPELINE",
  "runs a pipeline by a plan, and prints where frames live",
  "The pipeline is written as gst-launch-1.0 takes it, and runs until its end,\n"
      "an error, or Ctrl-C. The first Ctrl-C lets the end go through the pipeline,\n"
      "so that files are finished; the second one does not wait. --json is\n"
      "described by docs/launch.schema.json.\n\n"
      "Exit status: 0 it ran to its end, 1 an error, 2 wrong usage.\n\n"
      "Examples:\n"
      "  gst-ks-1.0 launch videotestsrc num-buffers=100 ! jpegenc ! fakesink\n"
      "  gst-ks-1.0 launch --svg=line.svg 'videotestsrc num-buffers=9 ! fakesink'\n"
      "  gst-ks-1.0 launch --live 'videotestsrc num-buffers=90 is-live=true ! queue ! fakesink'\n"
      "  gst-ks-1.0 launch --compare --chart=bars.svg \\\n"
      "    'videotestsrc num-buffers=999 ! y4menc ! fakesink'\n"
      "  gst-ks-1.0 launch --map=map.svg 'videotestsrc num-buffers=9 ! fakesink'\n",
  run_launch,
};
