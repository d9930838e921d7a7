/* Fuzz target: the parameters of the tracer. Whatever was written, they can be
 * used, and what was wrong with them is said.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "fuzz.h"
#include "../../gst/ksallocator/gstkstracerparams.h"

#define REPORTS (GST_KS_TRACER_REPORT_COPIES | GST_KS_TRACER_REPORT_DISCARDS \
    | GST_KS_TRACER_REPORT_STARVE | GST_KS_TRACER_REPORT_NEGOTIATION)

static void
check_params (const GstKsTracerParams * params, const gchar * complaint)
{
  g_assert_true ((params->report & ~REPORTS) == 0);
  g_assert_true (params->kind == NULL || params->kind[0] != '\0');
  g_assert_true (params->summary == NULL || params->summary[0] != '\0');
  g_assert_true (params->negotiate == TRUE || params->negotiate == FALSE);
  if (complaint == NULL)
    return;
  g_assert_true (g_str_has_prefix (complaint, "tracer ks: "));
  g_assert_nonnull (strstr (complaint, "legal are: "));
}

/* What was read, said again in our own words, is the same. */
static void
check_again (const GstKsTracerParams * params)
{
  g_autofree gchar *text = g_strdup_printf ("threshold=(string)%" G_GSIZE_FORMAT
      ",negotiate=%s", params->threshold,
      params->negotiate ? "true" : "false");
  GstKsTracerParams again;
  g_autofree gchar *complaint = gst_ks_tracer_params_parse (text, &again);

  g_assert_null (complaint);
  g_assert_cmpuint (again.threshold, ==, params->threshold);
  g_assert_true (again.negotiate == params->negotiate);
  gst_ks_tracer_params_clear (&again);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  g_autofree gchar *text = g_strndup ((const gchar *) data, size);
  g_autofree gchar *complaint = NULL;
  GstKsTracerParams params;

  fuzz_start_gstreamer ();
  fuzz_begin_gstreamer ();
  complaint = gst_ks_tracer_params_parse (text, &params);
  fuzz_end_gstreamer ();
  check_params (&params, complaint);
  check_again (&params);
  gst_ks_tracer_params_clear (&params);
  return 0;
}
