/* The backends' conformance suite over the fake kinds, and that it finds what it is there to find.
 *
 * For each fault this program starts itself once more, with that fault planted
 * and with the one test that has to find it.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include <gst/check/gstcheck.h>
#include <gst/kscheck/gstkscheck.h>

#include "plantedbackend.h"

#define TOTAL (16 << 20)        /* bytes of memory where there is an end */
#define FAULT "KS_PLANTED"      /* variable: the fault that is planted */

/* --- the fake kinds --- */

static void
fail_from (guint n, gpointer unused)
{
  gst_ks_fake_fail_from (GST_KS_FAKE_ACQUIRE, n);
}

static guint64
get_outstanding (gpointer unused)
{
  return gst_ks_fake_get_outstanding (NULL);
}

static const GstKsCheckBackend checks[] = {
  {.kind = "fake",.total = TOTAL,.fail_from = fail_from,
      .get_outstanding = get_outstanding},
  {.kind = "fake-card",.total = TOTAL,.fail_from = fail_from,
      .get_outstanding = get_outstanding},
  {.kind = "fake-object",.flags = GST_KS_CHECK_BACKEND_WHOLE,.total = TOTAL,
      .fail_from = fail_from,.get_outstanding = get_outstanding},
  {.kind = "fake",.flags = GST_KS_CHECK_BACKEND_SHAPES_ONLY},
};

/* --- planted faults --- */

static const GstKsCheckBackend planted_check = {
  .kind = "planted",.device = "two",.total = PLANTED_TOTAL,
  .fail_from = planted_fail_from,.get_outstanding = planted_get_outstanding
};

typedef struct
{
  const gchar *fault;           /* "": none */
  const gchar *test;            /* that finds it; NULL: all tests, and none does */
} FaultRow;

static const FaultRow fault_rows[] = {
  {"", NULL},
  {"half-aligned", "test_grid"},
  {"overlap", "test_apart"},
  {"not-zero", "test_zero_fresh"},
  {"copy-shares", "test_copy"},
  {"share-from-start", "test_share"},
  {"end-without-numbers", "test_exhaustion"},
  {"end-as-failure", "test_exhaustion"},
  {"end-shrinks", "test_exhaustion"},
  {"leak-on-failure", "test_fails_at_every_turn"},
  {"never-closed", "test_any_order"},
  {"not-in-child", "test_fork"},
  {"inherited", "test_descriptor"},
  {"changes-its-mind", "test_describes"},
  {"device-specific", "test_reach"},
  {"nameless-device", "test_is_found"},
  {"transfer-pages", "test_round_trip"},
  {"transfer-whole", "test_parts"},
  {"transfer-clears", "test_lengths"},
  {"transfer-unlocked", "test_transfer_threads"},
  {"import-copies", "test_import"},
  {"import-leaks", "test_import"},
  {"import-without-code", "test_import"},
  {"planes-overlap", "test_shape"},
  {"pitch-not-said", "test_shape"},
  {"refusal-without-name", "test_shape"},
  {"pictures-made-anew", "test_shape_reuse"},
  {"pictures-of-nobody", "test_shape"},
};

/* This program with the fault; its exit status. */
static gint
run_planted (const FaultRow * row, gchar ** output)
{
  g_auto (GStrv) env = g_environ_setenv (g_get_environ (), FAULT, row->fault,
      TRUE);
  g_autofree gchar *program = g_file_read_link ("/proc/self/exe", NULL);
  gchar *argv[] = { program, NULL };
  gint status = 0;

  env = g_environ_unsetenv (env, "G_DEBUG");
  env = g_environ_setenv (env, "KS_QUICK", "1", TRUE);
  if (row->test)
    env = g_environ_setenv (env, "KS_PATIENCE", "20", TRUE);
  if (row->test)
    env = g_environ_setenv (env, "GST_CHECKS", row->test, TRUE);
  fail_unless (g_spawn_sync (NULL, argv, env, G_SPAWN_STDERR_TO_DEV_NULL, NULL,
          NULL, output, NULL, &status, NULL));
  return status;
}

GST_START_TEST (test_finds_fault)
{
  const FaultRow *row = &fault_rows[__i__];
  g_autofree gchar *output = NULL;
  g_autofree gchar *found = g_strdup_printf (":planted:%s:", row->test);
  gint status = run_planted (row, &output);

  if (row->test)
    fail_unless (status != 0 && strstr (output, found) != NULL,
        "%s was not found by %s: %s", row->fault, row->test, output);
  else
    fail_unless (status == 0, "found although there is none: %s", output);
}

GST_END_TEST;

/* --- what cannot be tested here --- */

GST_START_TEST (test_skip)
{
  const GstKsCheckBackend stranger = {.kind = "no-such-kind" };
  const GstKsCheckBackend device = {.kind = "planted",.device = "three" };
  g_autofree gchar *reason = gst_ks_check_backend_skip (&stranger);
  g_autofree gchar *other = gst_ks_check_backend_skip (&device);
  g_autofree gchar *none = gst_ks_check_backend_skip (&planted_check);

  fail_unless (reason && strstr (reason, "no-such-kind") != NULL);
  fail_unless (other && strstr (other, "'three'") != NULL);
  fail_unless (none == NULL, "%s", none);
}

GST_END_TEST;

static void
add_fakes (Suite * suite)
{
  TCase *tcase = tcase_create ("faults");

  suite_add_tcase (suite, tcase);
  tcase_add_test (tcase, test_skip);
  tcase_add_loop_test (tcase, test_finds_fault, 0, G_N_ELEMENTS (fault_rows));
  gst_ks_fake_register ();
  gst_ks_fake_register_devices ();
  gst_ks_fake_set_total (TOTAL);
  for (guint i = 0; i < G_N_ELEMENTS (checks); i++)
    suite_add_tcase (suite, gst_ks_check_backend_case (&checks[i]));
}

static Suite *
backendsuite_suite (void)
{
  Suite *suite = suite_create ("backendsuite");

  planted_fault = g_getenv (FAULT);
  planted_register ();
  if (planted_fault)
    suite_add_tcase (suite, gst_ks_check_backend_case (&planted_check));
  else
    add_fakes (suite);
  return suite;
}

GST_CHECK_MAIN (backendsuite);
