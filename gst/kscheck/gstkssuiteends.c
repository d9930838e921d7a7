/* The conformance suite, when there is no more: memory used up, attempts that fail, and what comes after.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "gstkssuiteprivate.h"

#define MAX_BLOCKS 64
#define MAX_TURNS 100

/* --- the end of memory --- */

static gboolean
is_end (const GError * error)
{
  return g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_NO_MEMORY)
      || g_error_matches (error, GST_KS_ERROR, GST_KS_ERROR_LIMIT);
}

static guint
count_numbers (const gchar * text)
{
  guint n = 0;

  for (const gchar * c = text; *c; c++)
    n += g_ascii_isdigit (c[0]) && !g_ascii_isdigit (c[1]);
  return n;
}

/* Takes what there is; the error names what was asked and what there is. */
static guint
take_all (const GstKsSuite * suite, const GstKsRequest * request,
    GstMemory ** frames)
{
  g_autoptr (GError) error = NULL;
  guint n = 0;

  while (n < MAX_BLOCKS && (frames[n] =
          gst_ks_allocator_alloc (suite->allocator, request, &error))) {
    gst_ks_suite_fill (frames[n], n + 1);
    n++;
  }
  check_that (n > 0 && n < MAX_BLOCKS);
  fail_unless (is_end (error), "%s: the end is told by: %s",
      gst_ks_suite_subject, error->message);
  fail_unless (count_numbers (error->message) >= 2,
      "%s: what was asked and what is left is not in: %s",
      gst_ks_suite_subject, error->message);
  return n;
}

/* What came back is had again, also in other sizes; what is out is untouched,
 * and in the end there is as much as at the beginning. */
GST_START_TEST (test_exhaustion)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstKsRequest request = {.size = suite.check->total / 8 };
  GstKsRequest smaller = {.size = suite.check->total / 20 };
  GstMemory *frames[MAX_BLOCKS];
  guint n = take_all (&suite, &request, frames);

  gst_memory_unref (frames[0]);
  frames[0] = gst_ks_suite_take (&suite, &request);
  gst_memory_unref (frames[0]);
  frames[0] = gst_ks_suite_take (&suite, &smaller);
  gst_ks_suite_balance (&suite);
  for (guint f = 1; f < n; f++)
    check_that (gst_ks_suite_holds (frames[f], f + 1));
  for (guint f = 0; f < n; f++)
    gst_memory_unref (frames[f]);

  gst_ks_allocator_trim (suite.allocator);
  check_that (take_all (&suite, &request, frames) == n);
  for (guint f = 0; f < n; f++)
    gst_memory_unref (frames[f]);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* Prepared ahead of use: those that could be made stay. */
GST_START_TEST (test_prepare_too_many)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  GstKsRequest request = {.size = suite.check->total / 8 };
  g_autoptr (GError) error = NULL;

  check_that (!gst_ks_allocator_prepare (suite.allocator, &request, MAX_BLOCKS,
          &error));
  check_that (is_end (error));
  gst_memory_unref (gst_ks_suite_take (&suite, &request));
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* --- attempts that fail --- */

/* FALSE with error: something failed. */
static gboolean
use_all (const GstKsSuite * suite, GError ** error)
{
  g_autoptr (GstAllocator) other =
      gst_ks_backend_create_allocator (suite->backend, error);
  GstKsRequest request = {.size = SUITE_SIZE };
  g_autoptr (GstMemory) host = gst_allocator_alloc (NULL, SUITE_SIZE, NULL);
  g_autoptr (GstMemory) one = NULL;
  g_autoptr (GstMemory) two = NULL;

  if (!other || !gst_ks_allocator_prepare (other, &request, 2, error))
    return FALSE;
  one = gst_ks_allocator_alloc (suite->allocator, &request, error);
  if (!one)
    return FALSE;
  two = gst_ks_allocator_alloc (suite->allocator, &request, error);
  return two && gst_ks_backend_transfer (suite->backend, two, one, error)
      && gst_ks_backend_transfer (suite->backend, host, two, error);
}

/* From the first attempt on, from the second, ... until nothing fails. */
GST_START_TEST (test_fails_at_every_turn)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  const GstKsCheckBackend *check = suite.check;
  gboolean done = FALSE;
  guint turn = 0;

  while (!done) {
    g_autoptr (GError) error = NULL;

    check_that (++turn < MAX_TURNS);
    check->fail_from (turn, check->user_data);
    done = use_all (&suite, &error);
    check->fail_from (0, check->user_data);
    check_that (done == (error == NULL));
    gst_ks_suite_balance (&suite);
    gst_ks_trim_all ();
    check_that (gst_ks_check_stat (suite.allocator, "live") == 0);
    if (check->get_outstanding)
      check_that (check->get_outstanding (check->user_data) == 0);
  }
  check_that (turn > 1);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

/* Without a GError, as elements ask for memory, and at once again after it. */
GST_START_TEST (test_plain_failure)
{
  GstKsSuite suite = gst_ks_suite_open (__i__, 1);
  const GstKsCheckBackend *check = suite.check;

  check->fail_from (1, check->user_data);
  check_that (!gst_allocator_alloc (suite.allocator, SUITE_SIZE, NULL));
  check->fail_from (0, check->user_data);
  gst_memory_unref (gst_ks_suite_take_plain (&suite));
  check_that (gst_ks_check_stat (suite.allocator, "fresh") == 1);
  gst_ks_suite_close (&suite);
}

GST_END_TEST;

void
gst_ks_suite_add_ends (TCase * tcase, gint subject,
    const GstKsCheckBackend * check)
{
  if (check->total > 0) {
    add_rows (tcase, subject, test_exhaustion, 1);
    add_rows (tcase, subject, test_prepare_too_many, 1);
  }
  if (check->fail_from) {
    add_rows (tcase, subject, test_fails_at_every_turn, 1);
    add_rows (tcase, subject, test_plain_failure, 1);
  }
}
