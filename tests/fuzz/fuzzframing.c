/* Fuzz target: the text of framings. What can be read is printed, read again
 * and must be equal; what cannot has an error with a column.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "fuzz.h"

static void
check_error (const GError * error)
{
  fuzz_check_error (error);
  g_assert_true (g_str_has_prefix (error->message, "column "));
}

static void
check_round_trip (const GstKsFraming * framing)
{
  g_autofree gchar *text = gst_ks_framing_to_string (framing);
  g_autoptr (GstKsFraming) again = gst_ks_framing_parse (text, NULL);
  g_autofree gchar *second = NULL;

  g_assert_nonnull (again);
  g_assert_true (gst_ks_framing_equal (framing, again));
  second = gst_ks_framing_to_string (again);
  g_assert_cmpstr (text, ==, second);
}

static void
check_merge (const GstKsFraming * framing)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) both =
      gst_ks_framing_intersect (framing, framing, &error);
  g_autoptr (GstKsFraming) fixed = gst_ks_framing_fixate (framing, NULL);

  g_assert_true ((both == NULL) == (error != NULL));
  g_assert_true (gst_ks_framing_is_subset (framing, framing));
  g_assert_nonnull (fixed);
  g_assert_true (gst_ks_framing_is_fixed (fixed));
  if (both == NULL)
    return;
  g_assert_true (gst_ks_framing_is_subset (both, framing));
  check_round_trip (both);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  g_autofree gchar *text = g_strndup ((const gchar *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) framing = gst_ks_framing_parse (text, &error);

  if (framing == NULL) {
    check_error (error);
    return 0;
  }
  g_assert_no_error (error);
  check_round_trip (framing);
  check_merge (framing);
  return 0;
}
