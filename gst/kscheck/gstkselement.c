/* What every element should bear of the frames that it is given, as a test case for any gst-check program.
 *
 * Each test runs the element twice: once with frames that nobody has wishes
 * for, and once with frames as the test has them. What comes out must be the
 * same. So nothing has to be known of what the element does.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkselementprivate.h"

#define MAX_SUBJECTS 128

static const GstKsCheckPlan plain = {.name = "plain frames" };

/* One designated field per line where there is more than one. */
static const GstKsCheckPlan plans[] = {
  {.name = "plain frames"},
  {
        .name = "its own pool",
        .above = GST_KS_ABOVE_THEIRS,
      },
  {
        .name = "min equals max above",
        .above = GST_KS_ABOVE_OURS,
        .spare = 2,
      },
  {
        .name = "min equals max below",
        .above = GST_KS_ABOVE_OURS,
        .asks = "mapped, frames=4..4",
      },
  {
        .name = "a cap below what it holds",
        .above = GST_KS_ABOVE_OURS,
        .cap = 1,
        .may_starve = TRUE,
      },
  {
        .name = "align 4096",
        .above = GST_KS_ABOVE_OURS,
        .gives = "system, align=4096",
        .asks = "mapped, align=4096",
      },
  {
        .name = "a prefix",
        .above = GST_KS_ABOVE_OURS,
        .gives = "any, align=64, prefix=128, padding=64",
        .asks = "mapped, align=64, prefix=128, padding=64",
        .foreign = TRUE,
      },
  {
        .name = "a foreign allocator",
        .above = GST_KS_ABOVE_OURS,
        .asks = "mapped",
        .foreign = TRUE,
      },
  {
        .name = "the same caps again",
        .above = GST_KS_ABOVE_OURS,
        .asks = "mapped",
        .again = TRUE,
      },
  {
        .name = "a tee above with a silent branch",
        .above = GST_KS_ABOVE_OURS,
        .tee_above = TRUE,
      },
  {
        .name = "a tee below with a silent branch",
        .above = GST_KS_ABOVE_OURS,
        .asks = "mapped, align=4096",
        .tee_below = TRUE,
      },
};

static const GstKsCheckElement *subjects[MAX_SUBJECTS];
static gint n_subjects;

/* --- comparing --- */

static gboolean
compare (const gchar * what, GPtrArray * expected, GPtrArray * got,
    GError ** error)
{
  for (guint i = 0; i < MAX (expected->len, got->len); i++) {
    const gchar *a = i < expected->len ? expected->pdata[i] : "none";
    const gchar *b = i < got->len ? got->pdata[i] : "none";

    if (g_str_equal (a, b))
      continue;
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "%s differ: number %u of %u is %s, and with frames that nobody has"
        " wishes for it is %s, of %u", what, i, got->len, b, a, expected->len);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_claims (const GstKsCheckRun * run, GError ** error)
{
  GstKsCheckElementFlags flags = run->element->flags;

  if ((flags & GST_KS_CHECK_ELEMENT_PROPOSES)
      && run->plan->above == GST_KS_ABOVE_THEIRS && !run->proposed) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "it does not answer with a pool, parameters and a framing; does its"
        " propose_allocation function call gst_ks_query_propose()?");
    return FALSE;
  }
  if ((flags & GST_KS_CHECK_ELEMENT_HONOURS) && run->misaligned) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "%u frames are not aligned to %" G_GSIZE_FORMAT " bytes as downstream"
        " asks; does its decide_allocation function call gst_ks_query_decide(),"
        " and make frames of what was decided?", run->misaligned, run->align);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_run (const GstKsCheckRun * run, const GstKsCheckRun * reference,
    GError ** error)
{
  if (!run->ended)
    return TRUE;
  if (run->element->caps && run->sent->len != N_FRAMES) {
    g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_FAILED,
        "EOS after %u of %u frames", run->sent->len, N_FRAMES);
    return FALSE;
  }
  return check_claims (run, error)
      && compare ("frames", reference->got, run->got, error)
      && (!run->plan->tee_above
      || compare ("frames of the other branch", reference->sent, run->aside,
          error))
      && (!run->plan->tee_below
      || compare ("frames of the other branch", reference->got, run->aside,
          error));
}

/* --- a test --- */

/* NULL with error; what is stuck is left behind. */
static GstKsCheckRun *
play (const GstKsCheckElement * element, const GstKsCheckPlan * plan,
    GError ** error)
{
  GstKsCheckRun *run = gst_ks_check_run_new (element, plan);
  gboolean good = gst_ks_check_run_play (run, error);

  if (!gst_ks_check_run_stop (run, good ? error : NULL))
    return NULL;
  if (good)
    return run;
  gst_ks_check_run_free (run, NULL);
  return NULL;
}

static gboolean
try_plan (const GstKsCheckElement * element, const GstKsCheckPlan * plan,
    GError ** error)
{
  GstKsCheckRun *reference = play (element, &plain, error);
  GstKsCheckRun *run;
  gboolean good;

  if (reference == NULL) {
    g_prefix_error (error, "with plain frames: ");
    return FALSE;
  }
  run = play (element, plan, error);
  good = run && check_run (run, reference, error);
  if (run && !gst_ks_check_run_free (run, good ? error : NULL))
    good = FALSE;
  gst_ks_check_run_free (reference, NULL);
  return good;
}

static const GstKsCheckPlan *
find_plan (const gchar * test)
{
  for (guint i = 0; i < G_N_ELEMENTS (plans); i++) {
    if (g_str_equal (plans[i].name, test))
      return &plans[i];
  }
  return NULL;
}

static const gchar *
find_excuse (const GstKsCheckElement * element, const gchar * test)
{
  for (guint i = 0; i < GST_KS_CHECK_MAX_EXCUSES && element->excuses[i].test;
      i++) {
    if (g_str_equal (element->excuses[i].test, test))
      return element->excuses[i].reason;
  }
  return NULL;
}

/**
 * gst_ks_check_element_list_tests:
 *
 * The names of all tests. Any thread.
 *
 * Returns: (transfer none) (array zero-terminated=1): names, ended by %NULL
 *
 * Since: 0.9
 */
const gchar *const *
gst_ks_check_element_list_tests (void)
{
  static const gchar *names[G_N_ELEMENTS (plans) + 1];

  for (guint i = 0; i < G_N_ELEMENTS (plans); i++)
    names[i] = plans[i].name;
  return names;
}

/**
 * gst_ks_check_element_run:
 * @element: what is tested
 * @test: one of gst_ks_check_element_list_tests()
 * @error: what went wrong, and what the element may lack
 *
 * Runs one test; excuses of @element do not count here. From one thread.
 *
 * Returns: whether the element passes
 *
 * Since: 0.9
 */
gboolean
gst_ks_check_element_run (const GstKsCheckElement * element, const gchar * test,
    GError ** error)
{
  const GstKsCheckPlan *plan;

  g_return_val_if_fail (element != NULL && element->launch != NULL, FALSE);
  g_return_val_if_fail (test != NULL, FALSE);

  plan = find_plan (test);
  if (plan)
    return try_plan (element, plan, error);
  g_set_error (error, GST_KS_ERROR, GST_KS_ERROR_NOT_FOUND,
      "there is no test '%s'; gst_ks_check_element_list_tests() has all", test);
  return FALSE;
}

GST_START_TEST (test_element)
{
  const GstKsCheckElement *element = subjects[__i__ / G_N_ELEMENTS (plans)];
  const gchar *test = plans[__i__ % G_N_ELEMENTS (plans)].name;
  const gchar *excuse = find_excuse (element, test);
  g_autoptr (GError) error = NULL;
  gboolean good = gst_ks_check_element_run (element, test, &error);

  fail_unless (good || excuse, "%s: %s: %s", element->launch, test,
      good ? "" : error->message);
  fail_unless (!good || !excuse, "%s: %s: passes, so the excuse is void: %s",
      element->launch, test, excuse);
}

GST_END_TEST;

/**
 * gst_ks_check_element_case:
 * @element: what is tested; must stay valid
 *
 * Every test that an element should pass: pools with as few frames as it says
 * that it holds, and with fewer; aligned frames, frames with bytes before them,
 * frames of memory that it has never heard of; its own pool, configured twice;
 * the same caps again; tees with a branch that says nothing. It must make the
 * same of all of them, let go of them, and never fall silent. At most 128
 * elements in one program.
 *
 * Returns: (transfer full): for suite_add_tcase()
 *
 * Since: 0.9
 */
TCase *
gst_ks_check_element_case (const GstKsCheckElement * element)
{
  TCase *tcase = tcase_create (element->launch);
  gint n = G_N_ELEMENTS (plans);
  gint s = n_subjects++;

  g_assert (s < MAX_SUBJECTS);
  subjects[s] = element;
  tcase_add_checked_fixture (tcase, gst_ks_init, gst_ks_trim_all);
  tcase_add_loop_test (tcase, test_element, s * n, (s + 1) * n);
  return tcase;
}
