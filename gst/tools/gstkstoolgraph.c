/* gst-ks-1.0 graph: what the pads of a real pipeline need of their frames.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstool.h"

#include <gst/ks/gstksgraphjson.h>
#include <string.h>

#include "gstkslaunchtext.h"
#include "gstkstoolpipeline.h"

#define SETTLE_SECONDS 10
#define MAX_SETTLE_SECONDS 3600

typedef struct
{
  GstKsToolSvg svg;
  gint seconds;
  gchar **words;                /* borrowed */
} Options;

static gboolean
parse_options (Options * options, gint argc, gchar ** argv)
{
  const GOptionEntry entries[] = {
    GST_KS_TOOL_SVG_OPTIONS (options->svg),
    {"seconds", 0, 0, G_OPTION_ARG_INT, &options->seconds,
        "How long the first frames may take to come to all sinks (10)", "N"},
    {NULL}
  };

  if (!gst_ks_tool_parse_words (&gst_ks_tool_graph, entries, argc, argv,
          &options->words)
      || !gst_ks_tool_svg_check (&gst_ks_tool_graph, &options->svg))
    return FALSE;
  if (options->seconds > 0 && options->seconds <= MAX_SETTLE_SECONDS)
    return TRUE;
  gst_ks_tool_usage (&gst_ks_tool_graph, "--seconds=%d is not from 1 to %d",
      options->seconds, MAX_SETTLE_SECONDS);
  return FALSE;
}

static GstKsToolEnd
settle (GstElement * pipeline, const Options * options,
    GstKsToolSnapshot * snapshot, GError ** error)
{
  g_autoptr (GstKsNegotiator) negotiator =
      gst_ks_negotiator_new (GST_BIN (pipeline));
  GstKsToolPlay play = {
    .command = &gst_ks_tool_graph,
    .settle_seconds = (guint) options->seconds,
  };
  GstKsToolEnd end;

  gst_ks_negotiator_attach (negotiator);
  end = gst_ks_tool_play (pipeline, &play, error);
  gst_ks_tool_snapshot_init (snapshot, negotiator, GST_BIN (pipeline));
  gst_ks_tool_stop (pipeline);
  return end;
}

static gboolean
print (const GstKsToolSnapshot * snapshot, const Options * options,
    GError ** error)
{
  g_autofree gchar *json = gst_ks_graph_to_json (snapshot->graph);
  g_autofree gchar *text = g_strconcat (json, "\n", NULL);

  return gst_ks_tool_write (text, strlen (text), error)
      && (options->svg.file == NULL
      || gst_ks_tool_launch_svg (snapshot, FALSE, &options->svg, error));
}

/* Some of the pipeline is better than nothing; nothing is an error. */
static gboolean
is_known (const GstKsToolSnapshot * snapshot, GstKsToolEnd end)
{
  if (end == GST_KS_TOOL_END_LATE)
    return gst_ks_graph_get_n_pads (snapshot->graph) > 0;
  return end == GST_KS_TOOL_END_SETTLED || end == GST_KS_TOOL_END_EOS;
}

static GstKsToolStatus
graph_of (const Options * options)
{
  g_auto (GstKsToolSnapshot) snapshot = { NULL };
  g_autoptr (GError) late = NULL;
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_ks_tool_make_pipeline (options->words, &error);
  GstKsToolEnd end;

  if (pipeline == NULL)
    return gst_ks_tool_fail (&gst_ks_tool_graph, NULL, error);
  end = settle (pipeline, options, &snapshot, &late);
  if (!is_known (&snapshot, end))
    return gst_ks_tool_fail (&gst_ks_tool_graph, NULL, late);
  if (late != NULL)
    gst_ks_tool_note (&gst_ks_tool_graph, NULL, late->message);
  else if (gst_ks_graph_get_n_pads (snapshot.graph) == 0)
    gst_ks_tool_note (&gst_ks_tool_graph, NULL,
        "no element has asked where its "
        "frames shall come from, so no pad is in the graph");
  if (!print (&snapshot, options, &error))
    return gst_ks_tool_fail (&gst_ks_tool_graph, NULL, error);
  return GST_KS_TOOL_OK;
}

static GstKsToolStatus
run_graph (gint argc, gchar ** argv)
{
  Options options = { GST_KS_TOOL_SVG_INIT, SETTLE_SECONDS, NULL };
  GstKsToolStatus status = GST_KS_TOOL_USAGE;

  if (parse_options (&options, argc, argv)) {
    status = graph_of (&options);
    gst_deinit ();
  }
  g_free (options.svg.file);
  return status;
}

const GstKsToolCommand gst_ks_tool_graph = {
  "graph",
  "PIPELINE",
  "prints what the pads of a pipeline need, for plan",
  "The pipeline is written as gst-launch-1.0 takes it. It goes to PAUSED, or to\n"
      "PLAYING where no frame moves before that, until a first frame has come to\n"
      "each sink. The output is JSON as docs/plan.schema.json has it.\n\n"
      "Exit status: 0 done (words on standard error are notes), 1 the pipeline\n"
      "cannot be made or run, or something not be written, 2 wrong usage.\n\n"
      "Examples:\n"
      "  gst-ks-1.0 graph videotestsrc ! jpegenc ! fakesink > graph.json\n"
      "  gst-ks-1.0 graph 'videotestsrc ! tee ! fakesink' | gst-ks-1.0 plan -t\n"
      "  gst-ks-1.0 graph --svg=line.svg videotestsrc ! fakesink\n",
  run_graph,
};
