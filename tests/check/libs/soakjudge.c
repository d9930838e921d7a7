/* What the soak test says of series of samples that were made up: that it can fail.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "../../soak/soakjudge.h"

#include <gst/check/gstcheck.h>

#define N 60
#define EVERY 5                 /* seconds */

typedef struct
{
  const gchar *name;
  gdouble early;                /* KiB a minute, in the first third alone */
  gdouble slope;                /* KiB a minute, all the time */
  gdouble noise;                /* KiB, up and down */
  guint maps_each;              /* one mapping more every so many samples; 0: never */
  guint opens_each;
  guint starts_each;
  gint out_at;                  /* sample with a frame out; -1: none */
  const gchar *complaint;       /* the only one begins so; NULL: none */
} Row;

static const Row rows[] = {
  {"flat", 0, 0, 0, 0, 0, 0, -1, NULL},
  {"warming up", 4000, 0, 0, 0, 0, 0, -1, NULL},
  {"noise", 0, 0, 200, 0, 0, 0, -1, NULL},
  {"a little", 0, 60, 20, 0, 0, 0, -1, NULL},
  {"too much", 0, 70, 0, 0, 0, 0, -1, "resident memory: 70.0 KiB"},
  {"too much in noise", 0, 100, 100, 0, 0, 0, -1, "resident memory"},
  {"shrinking", 0, -500, 0, 0, 0, 0, -1, NULL},
  {"mappings", 0, 0, 0, 5, 0, 0, -1, "mappings"},
  {"a descriptor now and then", 0, 0, 0, 0, 9, 0, -1, "descriptors"},
  {"threads", 0, 0, 0, 0, 0, 1, -1, "threads"},
  {"a frame at the end", 0, 0, 0, 0, 0, 0, N - 1, "counters"},
  {"a frame once", 0, 0, 0, 0, 0, 0, 3, "counters"},
};

static guint
grown (guint each, guint i)
{
  return 100 + (each > 0 ? i / each : i % 3);
}

static void
make_series (const Row * row, SoakSample * samples)
{
  for (guint i = 0; i < N; i++) {
    gdouble minutes = i * EVERY / 60.0;
    gdouble early = MIN (minutes, N * EVERY / 60.0 / 3) * row->early;
    gdouble kib = 100000 + early + minutes * row->slope
        + (i % 2 ? row->noise : -row->noise);

    samples[i] = (SoakSample) {
    .seconds = i * EVERY,.resident = kib * 1024,.mappings =
          grown (row->maps_each, i),.descriptors =
          grown (row->opens_each, i),.threads =
          grown (row->starts_each, i),.out = (gint) i == row->out_at};
  }
}

GST_START_TEST (test_row)
{
  const Row *row = &rows[__i__];
  SoakSample samples[N];
  SoakVerdict verdict;
  g_auto (GStrv) complaints = NULL;

  make_series (row, samples);
  soak_judge (samples, N, &verdict);
  complaints = soak_complaints (&verdict);
  fail_unless (soak_is_good (&verdict) == (row->complaint == NULL),
      "%s: %.1f KiB a minute", row->name, verdict.slope / 1024);
  fail_unless_equals_int (g_strv_length (complaints), row->complaint ? 1 : 0);
  fail_unless (row->complaint == NULL
      || g_str_has_prefix (complaints[0], row->complaint), "%s: %s", row->name,
      complaints[0]);
}

GST_END_TEST;

/* A run that ended early has shown nothing. */
GST_START_TEST (test_few)
{
  SoakSample samples[N];
  SoakVerdict verdict;

  make_series (&rows[0], samples);
  for (guint n = 0; n <= 6; n++) {
    soak_judge (samples, n, &verdict);
    fail_unless (soak_is_good (&verdict) == (n == 6), "%u samples", n);
  }
}

GST_END_TEST;

static Suite *
soakjudge_suite (void)
{
  Suite *suite = suite_create ("soakjudge");
  TCase *tcase = tcase_create ("series");

  suite_add_tcase (suite, tcase);
  tcase_add_loop_test (tcase, test_row, 0, G_N_ELEMENTS (rows));
  tcase_add_test (tcase, test_few);
  return suite;
}

GST_CHECK_MAIN (soakjudge);
