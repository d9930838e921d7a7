/* gst-ks-1.0 inspect: which kinds of memory are here, what they can do, and why others are not.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkstool.h"

#include <string.h>

#include "gstkskindreport.h"

typedef struct
{
  gchar *kind;                  /* borrowed from argv; NULL: all of them */
  gchar *device;                /* owned; NULL: all of them */
  gboolean json;
} Options;

static gboolean
parse_options (Options * options, gint argc, gchar ** argv)
{
  const GOptionEntry entries[] = {
    {"device", 'd', 0, G_OPTION_ARG_STRING, &options->device,
        "This device of KIND alone", "NAME"},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &options->json,
        "Write JSON instead of lines", NULL},
    {NULL}
  };

  if (!gst_ks_tool_parse (&gst_ks_tool_inspect, entries, argc, argv,
          &options->kind))
    return FALSE;
  if (options->device == NULL || options->kind != NULL)
    return TRUE;
  gst_ks_tool_usage (&gst_ks_tool_inspect,
      "--device=%s is a device of which KIND?", options->device);
  return FALSE;
}

static void
free_report (gpointer report)
{
  gst_ks_kind_report_free (report);
}

static GPtrArray *
make_reports (const Options * options)
{
  GPtrArray *reports = g_ptr_array_new_with_free_func (free_report);
  g_auto (GStrv) kinds = NULL;

  if (options->kind != NULL) {
    g_ptr_array_add (reports, gst_ks_kind_report_new (options->kind,
            options->device));
    return reports;
  }
  kinds = gst_ks_list_kinds ();
  for (guint i = 0; kinds[i] != NULL; i++)
    g_ptr_array_add (reports, gst_ks_kind_report_new (kinds[i], NULL));
  return reports;
}

static GstKsToolStatus
inspect (const Options * options)
{
  g_autoptr (GPtrArray) reports = make_reports (options);
  g_autofree gchar *text = options->json ?
      gst_ks_kind_reports_to_json (reports) :
      gst_ks_kind_reports_to_text (reports);
  g_autoptr (GError) error = NULL;

  gst_ks_trim_all ();
  if (!gst_ks_tool_write (text, strlen (text), &error))
    return gst_ks_tool_fail (&gst_ks_tool_inspect, NULL, error);
  return options->kind == NULL
      || gst_ks_kind_report_is_here (reports->pdata[0]) ?
      GST_KS_TOOL_OK : GST_KS_TOOL_BAD;
}

static GstKsToolStatus
run_inspect (gint argc, gchar ** argv)
{
  Options options = { NULL, NULL, FALSE };
  GstKsToolStatus status = GST_KS_TOOL_USAGE;

  if (parse_options (&options, argc, argv)) {
    gst_init (NULL, NULL);
    status = inspect (&options);
    gst_deinit ();
  }
  g_free (options.device);
  return status;
}

const GstKsToolCommand gst_ks_tool_inspect = {
  "inspect",
  "[KIND]",
  "tells which kinds of memory are here, and why others are not",
  "Each device of each kind is opened, and one frame of it made and given back;\n"
      "with KIND only that one is loaded and opened. For what is not here the\n"
      "reason stands below it, and what would help. JSON is as\n"
      "docs/inspect.schema.json has it.\n\n"
      "Exit status: 0 done, 1 the KIND or the device that was asked for is not\n"
      "here (the output says why), or the output cannot be written, 2 wrong usage.\n\n"
      "Examples:\n"
      "  gst-ks-1.0 inspect                    all kinds\n"
      "  gst-ks-1.0 inspect huge               this one\n"
      "  gst-ks-1.0 inspect --json shared      for programs\n"
      "  gst-ks-1.0 inspect --device=0 system  of NUMA node 0\n",
  run_inspect,
};
