/* What became of a pipeline's frames, for programs.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkslaunchtext.h"

#include <gst/ks/gstksgraphjson.h>
#include <gst/ks/gstksjsonstructure.h>
#include <stdlib.h>

#include "gstkstoolpipeline.h"

/* Raised when a member changes its meaning or goes. */
#define VERSION_OF_FORM 1

static json_t *
json_of_words (const gchar * words)
{
  g_autofree gchar *valid = words ? g_utf8_make_valid (words, -1) : NULL;

  return valid ? json_string (valid) : json_null ();
}

/* Takes TEXT, which we printed ourselves. */
static json_t *
json_of_json (gchar * text)
{
  json_t *json = json_loads (text, 0, NULL);

  g_assert (json != NULL);
  g_free (text);
  return json;
}

static json_t *
links_json (const GPtrArray * links)
{
  json_t *list = json_array ();

  for (guint i = 0; i < links->len; i++) {
    const GstKsToolLink *link = links->pdata[i];

    json_array_append_new (list, json_pack ("{s:o, s:o, s:o}",
            "src", json_of_words (link->src),
            "sink", json_of_words (link->sink),
            "caps", json_of_words (link->caps)));
  }
  return list;
}

gchar *
gst_ks_tool_launch_json (const GstKsToolSnapshot * snapshot,
    const GstKsToolRun * run)
{
  json_t *json = json_pack ("{s:i, s:o, s:s, s:o, s:I, s:o, s:o, s:o, s:o}",
      "version", VERSION_OF_FORM,
      "pipeline", json_of_words (run->line),
      "end", gst_ks_tool_end_to_string (run->end),
      "error", json_of_words (run->error),
      "ran", (json_int_t) run->ran,
      "plan", json_of_json (gst_ks_plan_to_json (snapshot->plan)),
      "graph", json_of_json (gst_ks_graph_to_json (snapshot->graph)),
      "report", gst_ks_json_of_structure (snapshot->report),
      "links", links_json (snapshot->links));
  gchar *text = json_dumps (json, JSON_INDENT (2));
  gchar *copy = g_strconcat (text, "\n", NULL);

  free (text);
  json_decref (json);
  return copy;
}
