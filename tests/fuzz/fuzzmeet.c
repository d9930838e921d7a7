/* Fuzz target: the laws of two framings, one a line: what they have in common
 * is in both, does not depend on who is asked, and can be printed.
 *
 * SPDX-FileCopyrightText: 2026 The ksallocator authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */
#include "fuzz.h"

static void
check_common (const GstKsFraming * both, const GstKsFraming * a,
    const GstKsFraming * b)
{
  g_autofree gchar *text = gst_ks_framing_to_string (both);
  g_autoptr (GstKsFraming) again = gst_ks_framing_parse (text, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstKsFraming) fixed = gst_ks_framing_fixate (both, &error);

  g_assert_nonnull (again);
  g_assert_true (gst_ks_framing_equal (both, again));
  g_assert_true (gst_ks_framing_is_subset (both, a));
  g_assert_true (gst_ks_framing_is_subset (both, b));
  fuzz_check_either (fixed != NULL, error);
  if (fixed != NULL)
    g_assert_true (gst_ks_framing_is_fixed (fixed));
}

/* Changed while nobody else holds it, and as it was when that cannot be. */
static void
check_edit (GstKsFraming * framing, const GstKsFraming * other)
{
  g_autoptr (GstKsFraming) mine =
      gst_ks_framing_make_writable (gst_ks_framing_ref (framing));
  g_autofree gchar *before = gst_ks_framing_to_string (mine);
  const GstKsFramingItem *item = gst_ks_framing_peek_item (other, 0);
  g_autoptr (GError) error = NULL;
  gboolean done = gst_ks_framing_set_item (mine, 0, item, &error);
  g_autofree gchar *after = gst_ks_framing_to_string (mine);

  fuzz_check_either (done, error);
  if (!done)
    g_assert_cmpstr (before, ==, after);
  g_clear_error (&error);
  fuzz_check_either (gst_ks_framing_carve (mine, item->prefix, item->padding,
          &error), error);
}

static void
check_two (GstKsFraming * a, GstKsFraming * b)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) other = NULL;
  g_autoptr (GstKsFraming) ab = gst_ks_framing_intersect (a, b, &error);
  g_autoptr (GstKsFraming) ba = gst_ks_framing_intersect (b, a, &other);

  fuzz_check_either (ab != NULL, error);
  fuzz_check_either (ba != NULL, other);
  g_assert_true ((ab == NULL) == (ba == NULL));
  if (gst_ks_framing_equal (a, b)) {
    g_assert_true (gst_ks_framing_is_subset (a, b));
    g_assert_true (gst_ks_framing_is_subset (b, a));
  }
  if (ab != NULL) {
    check_common (ab, a, b);
    check_common (ba, a, b);
  }
  check_edit (a, b);
}

int
LLVMFuzzerTestOneInput (const guint8 * data, size_t size)
{
  g_auto (GStrv) lines = fuzz_lines (data, size, 2);
  g_autoptr (GstKsFraming) a = gst_ks_framing_parse (lines[0], NULL);
  g_autoptr (GstKsFraming) b = gst_ks_framing_parse (lines[1], NULL);

  if (a != NULL && b != NULL)
    check_two (a, b);
  return 0;
}
