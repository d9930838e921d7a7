/* ks-bench: options, the table of cases, and the line of JSON.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "ksbench.h"

#include <stdlib.h>
#include <sys/resource.h>

typedef struct
{
  const gchar *name;
  KsBenchFunc run;
} KsBenchCase;

static const KsBenchCase cases[] = {
  {"alloc", ks_bench_alloc},
  {"caps-pools", ks_bench_caps_pools},
  {"caps-stale", ks_bench_caps_stale},
  {"first-touch", ks_bench_first_touch},
  {"kinds", ks_bench_kinds},
  {"line-align", ks_bench_line_align},
  {"line-steady", ks_bench_line_steady},
  {"plan", ks_bench_plan},
  {"scale-pipelines", ks_bench_scale_pipelines},
  {"scale-store", ks_bench_scale_store},
  {"start", ks_bench_start},
  {"pool-churn", ks_bench_pool_churn},
  {"pool-fds", ks_bench_pool_fds},
  {"pool-ping-pong", ks_bench_pool_ping_pong},
  {"pool-stress", ks_bench_pool_stress},
  {"transfer", ks_bench_transfer},
};

/* Appends text as a JSON string, or null. */
static void
append_string (GString * out, const gchar * text)
{
  if (text == NULL) {
    g_string_append (out, "null");
    return;
  }
  g_string_append_c (out, '"');
  for (const gchar * p = text; *p != '\0'; p++) {
    if (*p == '"' || *p == '\\')
      g_string_append_c (out, '\\');
    if ((guchar) * p < 0x20)
      g_string_append_printf (out, "\\u%04x", (guchar) * p);
    else
      g_string_append_c (out, *p);
  }
  g_string_append_c (out, '"');
}

void
ks_bench_value (KsBenchResult * result, const gchar * metric, gdouble value)
{
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  if (result->values->len > 0)
    g_string_append (result->values, ", ");
  append_string (result->values, metric);
  g_string_append_printf (result->values, ": %s",
      g_ascii_dtostr (number, sizeof (number), value));
}

gboolean
ks_bench_skip (KsBenchResult * result, const GError * reason)
{
  g_free (result->skip);
  result->skip = g_strdup (reason->message);
  return TRUE;
}

gboolean
ks_bench_fail (GError ** error, const gchar * what)
{
  g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_FAILED, what);
  return FALSE;
}

gint64
ks_bench_faults (void)
{
  struct rusage usage;

  if (getrusage (RUSAGE_SELF, &usage) != 0)
    return 0;
  return usage.ru_minflt;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  gdouble one = *(const gdouble *) a, other = *(const gdouble *) b;

  return one < other ? -1 : one > other;
}

gdouble
ks_bench_median (gdouble * values, guint n)
{
  qsort (values, n, sizeof (gdouble), compare);
  return values[n / 2];
}

static KsBenchFunc
find_case (const gchar * name)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    if (g_strcmp0 (cases[i].name, name) == 0)
      return cases[i].run;
  }
  return NULL;
}

static void
print_result (const gchar * name, const KsBenchArgs * args,
    const KsBenchResult * result)
{
  g_autoptr (GString) out = g_string_new ("{\"case\": ");

  append_string (out, name);
  g_string_append_printf (out, ", \"variant\": \"%s\", \"skip\": ",
      args->ours ? "ours" : "stock");
  append_string (out, result->skip);
  g_string_append (out, ", \"note\": ");
  append_string (out, result->note);
  g_string_append_printf (out, ", \"values\": {%s}}", result->values->str);
  g_print ("%s\n", out->str);
}

static gboolean
parse_options (KsBenchArgs * args, gchar ** name, int *argc, char ***argv)
{
  gchar *variant = NULL;
  GOptionEntry entries[] = {
    {"variant", 0, 0, G_OPTION_ARG_STRING, &variant, "ours or stock", "WORD"},
    {"threads", 0, 0, G_OPTION_ARG_INT, &args->threads, "threads", "N"},
    {"ops", 0, 0, G_OPTION_ARG_INT64, &args->ops,
        "operations a thread, frames or pools", "N"},
    {"size", 0, 0, G_OPTION_ARG_INT64, &args->size, "bytes, or pads", "N"},
    {"kind", 0, 0, G_OPTION_ARG_STRING, &args->kind,
        "kind of memory, or of graph", "WORD"},
    {"line", 0, 0, G_OPTION_ARG_STRING, &args->line,
        "elements before fakesink", "TEXT"},
    {NULL}
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("CASE");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, argc, argv, &error)) {
    g_printerr ("ks-bench: %s\n", error->message);
    return FALSE;
  }
  args->ours = g_strcmp0 (variant, "stock") != 0;
  g_free (variant);
  *name = *argc == 2 ? (*argv)[1] : NULL;
  return TRUE;
}

static int
usage (void)
{
  g_printerr ("usage: ks-bench [--variant=ours|stock] CASE; cases:");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_printerr (" %s", cases[i].name);
  g_printerr ("\n");
  return EXIT_FAILURE;
}

int
main (int argc, char **argv)
{
  KsBenchArgs args = { TRUE, 1, 1000, 1 << 20, NULL, NULL };
  KsBenchResult result = { g_string_new (NULL), NULL, NULL };
  g_autoptr (GError) error = NULL;
  gchar *name = NULL;
  gboolean done = FALSE;

  if (!parse_options (&args, &name, &argc, &argv))
    return EXIT_FAILURE;
  KsBenchFunc run = find_case (name);
  if (run == NULL || args.threads < 1 || args.ops < 1 || args.size < 1)
    return usage ();

  gst_ks_init ();
  done = run (&args, &result, &error);
  if (done)
    print_result (name, &args, &result);
  else
    g_printerr ("ks-bench %s: %s\n", name, error ? error->message : "failed");

  g_string_free (result.values, TRUE);
  g_free (result.skip);
  g_free (result.note);
  g_free (args.kind);
  g_free (args.line);
  return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
